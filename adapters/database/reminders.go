package database

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

const reminderColumns = `r.id, r.group_id, r.topic, r.rule, r.typed, r.late_ms, r.keep_newest, r.paused_until, r.fault_code, r.fault, coalesce(r.next_at, 0), r.next_nominal, r.version`

func scanReminder(row row) (bot.Reminder, error) {
	var (
		r                  bot.Reminder
		late, paused, next int64
		nominal, fault     string
		newest             int
	)
	if err := row.Scan(&r.ID, &r.Group, &r.Topic, &r.Rule, &r.Typed, &late, &newest, &paused, &r.Fault.Code, &fault, &next, &nominal, &r.Version); err != nil {
		return r, err
	}
	r.Late = time.Duration(late) * time.Millisecond
	r.Paused, r.Fault = instant(paused), r.Fault.Code.OnRecord(fault)
	r.KeepNewest = newest == 1
	if next != 0 {
		civil, err := scheduler.ParseCivil(nominal)
		if err != nil {
			return r, err
		}
		r.Next = scheduler.Occurrence{Nominal: civil, At: instant(next)}
	}
	return r, nil
}

const liveReminder = `r.removed_at = 0 and exists (select 1 from groups g where g.id = r.group_id and g.removed_at = 0)`

// Reminders implements bot.Store.
func (db reminderStore) Reminders(ctx context.Context, group string) ([]bot.Reminder, error) {
	return list(ctx, db.sql, scanReminder, `
		select `+reminderColumns+` from reminders r
		where `+liveReminder+` and ($1 = '' or r.group_id = $1)
		order by r.group_id, r.id`, group)
}

// Reminder implements bot.Store.
func (db reminderStore) Reminder(ctx context.Context, id string) (bot.Reminder, error) {
	return oneReminder(ctx, db.sql, liveReminder+` and r.id = $1`, id)
}

func oneReminder(ctx context.Context, q querier, where string, args ...any) (bot.Reminder, error) {
	return first(list(ctx, q, scanReminder, `select `+reminderColumns+` from reminders r where `+where, args...))
}

// AddReminder implements bot.Store.
func (db reminderStore) AddReminder(ctx context.Context, by bot.Actor, r bot.Reminder) (bot.Reminder, error) {
	r.ID, r.Version = newID(), 1
	err := db.edit(ctx, by, "reminder add", r.ID, r, func(tx *sql.Tx) error {
		g, err := first(groupsWhere(ctx, tx, `g.id = $1 and g.removed_at = 0`, r.Group))
		if err != nil {
			return err
		}
		r = bot.Schedule(r, g, db.now())
		_, err = tx.ExecContext(ctx, `
			insert into reminders (topic, rule, typed, late_ms, paused_until, keep_newest, id, group_id, fault, next_nominal, removed_at, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, '', '', 0, 1)`, append(reminderValues(r), r.Group)...)
		if err != nil {
			return err
		}
		return batch{db.handle, tx}.saveNext(ctx, r)
	})
	return r, err
}

// SetReminder implements bot.Store.
func (db reminderStore) SetReminder(ctx context.Context, by bot.Actor, r bot.Reminder) error {
	return db.edit(ctx, by, "reminder set", r.ID, &r, func(tx *sql.Tx) error {
		version, err := nextVersion(ctx, tx, "reminders", r.ID, r.Version)
		if err != nil {
			return err
		}
		r.Version = version
		_, err = tx.ExecContext(ctx, `
			update reminders set topic = $1, rule = $2, typed = $3, late_ms = $4, paused_until = $5, keep_newest = $6 where id = $7`, reminderValues(r)...)
		if err != nil {
			return err
		}
		if err := db.forgetTroubles(ctx, tx); err != nil {
			return err
		}
		return db.rescheduleReminder(ctx, tx, r.ID)
	})
}

// RemoveReminder implements bot.Store.
func (db reminderStore) RemoveReminder(ctx context.Context, by bot.Actor, id string) error {
	return db.edit(ctx, by, "reminder remove", id, nil, func(tx *sql.Tx) error {
		if err := affected(tx.ExecContext(ctx, `update reminders set removed_at = $1, next_at = null where id = $2 and removed_at = 0`, millis(db.now()), id)); err != nil {
			return err
		}
		return db.forgetTroubles(ctx, tx)
	})
}

// RestoreReminder implements bot.Store.
func (db reminderStore) RestoreReminder(ctx context.Context, by bot.Actor, id string, allowed func(bot.Group) error) error {
	return db.edit(ctx, by, "reminder restore", id, nil, func(tx *sql.Tx) error {
		g, err := first(groupsWhere(ctx, tx, `g.removed_at = 0 and g.id in (select group_id from reminders where id = $1)`, id))
		if err != nil {
			return err
		}
		if err := allowed(g); err != nil {
			return err
		}
		if err := affected(tx.ExecContext(ctx, `update reminders set removed_at = 0 where id = $1 and removed_at <> 0`, id)); err != nil {
			return err
		}
		return db.rescheduleReminder(ctx, tx, id)
	})
}

// RemovedReminders implements bot.Store.
func (db reminderStore) RemovedReminders(ctx context.Context) ([]bot.Reminder, error) {
	return list(ctx, db.sql, scanReminder, `
		select `+reminderColumns+` from reminders r join groups g on g.id = r.group_id
		where r.removed_at <> 0 and g.removed_at = 0
		order by r.group_id, r.id`)
}

// reminderValues has the ID last: the seventh parameter.
func reminderValues(r bot.Reminder) []any {
	newest := 0
	if r.KeepNewest {
		newest = 1
	}
	return []any{r.Topic, r.Rule, r.Typed, r.Late.Milliseconds(), millis(r.Paused), newest, r.ID}
}

func (db *handle) rescheduleReminder(ctx context.Context, tx *sql.Tx, id string) error {
	r, err := oneReminder(ctx, tx, liveReminder+` and r.id = $1`, id)
	if err != nil {
		return err
	}
	g, err := first(groupsWhere(ctx, tx, `g.id = $1`, r.Group))
	if err != nil {
		return err
	}
	return db.replan(ctx, tx, g, r)
}

// replan works out when changed reminders of a group come next. A reminder that is due and not
// yet planned stays due: the planner plans it by the new settings. An occurrence that only a
// clock ahead has dealt with is made due. If this machine's clock is behind, true records look
// like those of a clock ahead, so they are left to an engine whose clock is right.
func (db *handle) replan(ctx context.Context, tx *sql.Tx, g bot.Group, reminders ...bot.Reminder) error {
	now, b := db.now(), batch{db, tx}
	changed := slices.DeleteFunc(slices.Clone(reminders), func(r bot.Reminder) bool { return !r.Next.At.IsZero() && !r.Next.At.After(now) })
	if len(changed) == 0 {
		return nil
	}
	shown, err := mark(ctx, tx, "clock") // the last time of a trusted clock; see noteGood
	if err != nil {
		return err
	}
	right := !shown.After(now.Add(clockMost))
	var missed map[string][]scheduler.Occurrence
	if right {
		if missed, err = b.missed(ctx, now, now, changed...); err != nil {
			return err
		}
	}
	var due, planned []bot.Reminder
	for _, r := range changed {
		if rested := r.Next.At.IsZero() && r.Fault.IsZero(); len(missed[r.ID]) > 0 && !rested {
			r.Next, r.Fault = missed[r.ID][0], bot.Reason{}
			due = append(due, r)
			continue
		}
		planned = append(planned, bot.Schedule(r, g, now))
	}
	if err := b.saveNext(ctx, append(due, planned...)...); err != nil || !right || len(planned) == 0 {
		return err
	}
	return b.forgetUnreal(ctx, now, planned...)
}
