package database

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"circlekeeper/bot"
)

// outageTold is how long an outage of the database must have lasted for staff to be told of it
// afterwards.
const outageTold = 15 * time.Second

// outage is a time in which the database cannot be reached, by the monotonic clock.
type outage struct {
	mu    sync.Mutex
	began time.Time // the zero time while it answers
}

func (o *outage) met(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.began.IsZero() {
		o.began = now
	}
}

func (o *outage) since() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.began
}

func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.began = time.Time{}
}

// Unreached tells whether the database could not be reached when it was asked last.
func (h *health) Unreached() bool { return !h.outage.since().IsZero() }

// Away is how long the database has been out of reach; 0 if it answers.
func (h *health) Away() time.Duration {
	since := h.outage.since()
	if since.IsZero() {
		return 0
	}
	return time.Since(since)
}

// reached ends an outage. Staff are told of a long one, by one of the processes.
func (h *health) reached(ctx context.Context, told *staffNotices) error {
	began := h.outage.since()
	if began.IsZero() {
		return nil
	}
	lasted := time.Since(began)
	now := told.sharedNow()
	if lasted >= outageTold {
		err := h.db.inTx(ctx, func(tx *sql.Tx) error {
			res, err := tx.ExecContext(ctx, `
				insert into marks (name, at) values ('outage', $1)
				on conflict (name) do update set at = excluded.at where marks.at < $2`, millis(now), millis(now.Add(-lasted)))
			if err != nil || unchanged(res) {
				return err
			}
			t := bot.Trouble{Subject: bot.Subject{Kind: bot.AboutDatabase}, Reason: bot.NoDatabase.For(lasted.Round(time.Second))}
			return told.tell(ctx, tx, t, bot.OpenTrouble{Trouble: t, Since: now}.News(bot.Began))
		})
		if err != nil {
			return err
		}
	}
	h.log.Info("the database answers again", "after", lasted.Round(time.Second).String())
	h.outage.over()
	return nil
}
