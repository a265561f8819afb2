package database

import (
	"context"
	"log/slog"
	"time"
)

const (
	cleanEvery = time.Hour
	cleanBatch = 1000      // rows of one statement, so that others need not wait long to write
	paceMemory = time.Hour // a pace can be reserved no further ahead, and is kept so long
)

// Reminders and groups that were removed long ago. Each query uses an index of its own. A group
// is found only once it has no reminders left.
const (
	removedAlone     = `select r.id from reminders r where r.removed_at > 0 and r.removed_at < $1`
	removedWithGroup = `select r.id from reminders r join groups g on g.id = r.group_id where g.removed_at > 0 and g.removed_at < $1`
	removedGroups    = `select g.id from groups g where g.removed_at > 0 and g.removed_at < $1
		and not exists (select 1 from reminders r where r.group_id = g.id)`
)

// every calls do at once and then after each pause until ctx ends.
func every(ctx context.Context, pause time.Duration, do func(context.Context) error, log *slog.Logger) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			log.Error("housekeeping failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// rotationsOf is the SQL that deletes the rotations of the reminders that a query finds.
func rotationsOf(reminders string) string {
	return `delete from rotations where (reminder_id, card) in (
		select reminder_id, card from rotations where reminder_id in (` + reminders + `) limit $2)`
}

// clean deletes settled deliveries, healed troubles, finished concerns and audit rows that are
// older than they are to be kept, and groups and reminders that were removed that long ago.
// What is not settled stays, however old.
func (h *housekeeping) clean(ctx context.Context) error {
	if may, err := h.clock.mayDelete(ctx); err != nil || !may {
		return err
	}
	now := h.db.now()
	for n := cleanBatch; h.KeepDeliveries > 0 && n == cleanBatch; {
		var err error
		if n, err = forget(ctx, h.db, now.Add(-h.KeepDeliveries)); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		keep  time.Duration
		query string
		day   bool // its times are days
	}{
		{h.KeepDeliveries, `delete from troubles where (kind, place, id) in (
			select kind, place, id from troubles where healed_at > 0 and healed_at < $1 limit $2)`, false},
		{h.KeepDeliveries, `delete from concerns where id in (
			select c.id from concerns c where c.state = 'done' and c.day < $1 limit $2)`, true},
		{h.KeepDeliveries, rotationsOf(removedAlone), false},
		{h.KeepDeliveries, rotationsOf(removedWithGroup), false},
		{h.KeepDeliveries, `delete from reminders where id in (` + removedAlone + ` limit $2)`, false},
		{h.KeepDeliveries, `delete from reminders where group_id in (
			select g.id from groups g where g.removed_at > 0 and g.removed_at < $1 limit $2)`, false},
		{h.KeepDeliveries, `delete from places where (group_id, place) in (
			select group_id, place from places where group_id in (` + removedGroups + `) limit $2)`, false},
		{h.KeepDeliveries, `delete from groups where id in (` + removedGroups + ` limit $2)`, false},
		{h.KeepAudit, `delete from audit where id in (select id from audit where at < $1 limit $2)`, false},
	} {
		before := any(millis(now.Add(-c.keep)))
		if c.day {
			before = now.Add(-c.keep).Format(time.DateOnly)
		}
		for c.keep > 0 {
			res, err := h.db.sql.ExecContext(ctx, c.query, before, cleanBatch)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n < cleanBatch {
				break
			}
		}
	}
	if _, err := h.db.sql.ExecContext(ctx, `delete from paces where next_at < $1`, now.Add(-paceMemory).UnixMicro()); err != nil {
		return err
	}
	_, err := h.db.sql.ExecContext(ctx, `delete from marks where at < $1 and (name like 'runner %' or name like 'forward %')`, millis(now.AddDate(0, 0, -1)))
	if err != nil {
		return err
	}
	return wipe(ctx, h.db)
}
