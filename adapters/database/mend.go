package database

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"circlekeeper/bot"
)

const (
	mendEvery   = 10 * time.Minute
	orphanAfter = time.Hour
	orphanBatch = 100
	// abandonAfter is longer than any delivery's deadline and look-ups last.
	abandonAfter = 28 * time.Hour
)

// housekeeping does what is needed now and then beside planning and carrying: it repairs what
// should not happen, and deletes records that are older than they are kept.
type housekeeping struct {
	workings
	clock   *clockWatch
	moments *moments
	notices *staffNotices
	seen    map[bot.Subject]bool // troubled places in which a check has found the trouble; only mend uses it
}

// mend checks whether places in trouble can be posted to again, and gives a new job to
// deliveries that have lost theirs.
func (h *housekeeping) mend(ctx context.Context) error {
	open, err := h.db.Troubles(ctx)
	if err != nil {
		return err
	}
	for _, t := range open {
		place, ok := t.Subject.Unreached()
		if !ok {
			continue
		}
		// A check finds fewer troubles than a post does. So a good check heals only a trouble
		// that a check has found before.
		if err := h.Courier.Check(ctx, place); err != nil && !errors.Is(err, bot.ErrImpaired) {
			h.seen[t.Subject] = true
			continue
		}
		if !h.seen[t.Subject] {
			continue
		}
		delete(h.seen, t.Subject)
		err := h.db.inTx(ctx, func(tx *sql.Tx) error { return h.notices.heal(ctx, tx, []bot.Subject{t.Subject}) })
		if err != nil {
			return err
		}
	}
	if h.clock.doubtful() {
		return nil
	}
	if err := h.adopt(ctx); err != nil {
		return err
	}
	if err := h.moments.pullIn(ctx); err != nil {
		return err
	}
	if err := h.abandon(ctx); err != nil {
		return err
	}
	return h.forgetUnrealSinceLook(ctx)
}

// mended names the mark of the last time that mend looked for records of a clock ahead.
const mended = "mended"

// forgetUnrealSinceLook deletes the records that a clock ahead has made of times that have come
// since the last look. That look may be long ago: no process ran, or a backup was restored.
func (h *housekeeping) forgetUnrealSinceLook(ctx context.Context) error {
	if !h.moments.fresh.Load() {
		return nil
	}
	now := h.db.now()
	last, err := mark(ctx, h.db.sql, mended)
	if err != nil {
		return err
	}
	if last.IsZero() {
		last = now
	}
	if err := h.moments.forgetUnrealSince(ctx, earliest(last, now).Add(-abandonAfter)); err != nil {
		return err
	}
	return h.db.inTx(ctx, func(tx *sql.Tx) error { return setMark(ctx, tx, mended, now) })
}

// abandon settles deliveries that are open long after their time, such as those to a platform
// that no process serves any more.
func (h *housekeeping) abandon(ctx context.Context) error {
	// Few deliveries are open, many are old: +d.at keeps SQLite from using the index on at.
	left, err := list(ctx, h.db.sql, scanDelivery, `
		select `+deliveryColumns+` from deliveries d where d.state in ('due', 'sending') and +d.at < $1 limit $2`,
		millis(h.db.now().Add(-abandonAfter)), orphanBatch)
	if err != nil || len(left) == 0 { // nearly always: then no right to write is asked for
		return err
	}
	return h.db.inTx(ctx, func(tx *sql.Tx) error {
		for _, d := range left {
			why := bot.Reason{Code: bot.NotServed}
			if d.State == bot.Sending {
				why.Code = bot.UnresolvedNo
			}
			_, err := tx.ExecContext(ctx, `update deliveries set state = 'failed', reason = $1, reason_detail = '', settled_at = $2 where key = $3 and state in ('due', 'sending')`,
				string(why.Code), millis(h.db.now()), d.Key)
			if err != nil {
				return err
			}
			if err := h.notices.open(ctx, tx, bot.Trouble{Subject: bot.AboutPlace.At(d.Place), Reason: why, Group: d.Group}); err != nil {
				return err
			}
		}
		return nil
	})
}

// adopt makes a new job for each delivery that has been open for long and has none. That should
// never happen; if it does, the delivery must not be lost silently.
func (h *housekeeping) adopt(ctx context.Context) error {
	// The jobs are read once, not for each delivery: after an outage both are many.
	orphans, err := list(ctx, h.db.sql, scanDelivery, `
		with carried as materialized (
			select j.args ->> 'key' as key from river_job j
			where j.kind = 'delivery' and j.state not in ('completed', 'cancelled', 'discarded'))
		select `+deliveryColumns+` from deliveries d left join carried on carried.key = d.key
		where d.state in ('due', 'sending') and +d.at < $1 and carried.key is null
		limit $2`, millis(h.db.now().Add(-orphanAfter)), orphanBatch)
	if err != nil || len(orphans) == 0 {
		return err
	}
	h.log.Warn("deliveries had lost their jobs", "deliveries", len(orphans))
	return h.db.inTx(ctx, func(tx *sql.Tx) error { return h.db.insertJobs(ctx, tx, orphans) })
}
