package database

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// health is what an engine knows about itself and its database: when the planner's last round
// ended, and what failed in the database.
type health struct {
	workings
	ticked     atomic.Int64 // end of the planner's last round without an error, in milliseconds
	went       atomic.Int64 // end of its last round, with or without a fault of the database, in milliseconds
	outage     outage
	superseded atomic.Bool // a newer program has migrated the database
	wrong      wrong       // what the database could not do
}

// tick notes a round that ended well.
func (h *health) tick() {
	h.ticked.Store(h.db.now().UnixMilli())
	h.noteRound()
}

// noteRound records the end of a round, also of one in which the database could not be used.
func (h *health) noteRound() { h.went.Store(h.db.now().UnixMilli()) }

// fault notes an error of the planner's.
func (h *health) fault(ctx context.Context, what string, err error) time.Duration {
	if ctx.Err() == nil || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = h.Met(err)
		h.log.Error(what, "error", err)
	}
	return lookAgain
}

// Met records an error of the database's and returns it with its cause. Such a round counts as
// ended: the planner is alive, and to restart the program would not help.
func (h *health) Met(err error) error {
	if h.db.pool != nil {
		err = inTime(err)
	}
	switch CauseOf(err) {
	case Unknown:
		if errors.Is(err, ErrNewer) {
			h.supersede()
		}
		return err
	case Unreachable:
		h.outage.met(time.Now())
	}
	h.wrong.note(err, h.db.now())
	h.noteRound()
	return err
}

// Ticked is when the planner last finished a round; the zero time before the first.
func (h *health) Ticked() time.Time { return instant(h.ticked.Load()) }

// Went is when the planner last ended a round, also one in which the database could
// not be used; the zero time before the first.
func (h *health) Went() time.Time { return instant(h.went.Load()) }

// Superseded tells whether a newer program has migrated the database while this one
// ran. It plans and posts nothing any more, and changes nothing; people are answered.
func (h *health) Superseded() bool { return h.superseded.Load() }

// supersede notes that a newer program has migrated the database.
func (h *health) supersede() {
	if !h.superseded.Swap(true) {
		h.log.Error("a newer circlekeeper has changed the database: this one posts nothing any more; stop it, and run the newer one")
	}
}
