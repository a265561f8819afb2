package database

import (
	"context"
	"database/sql"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// planBatch bounds how many reminders one transaction plans, so that nobody
// waits long for the writer.
const planBatch = 250

// plan turns the reminders that have come due into deliveries and jobs, in one
// transaction with their next occurrence. It reports how many it planned. Any
// number of processes may plan at once: each reminder goes to one of them.
func (e *Engine) plan(ctx context.Context, now time.Time) (int, error) {
	db := e.db
	n := 0
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		share := ""
		if db.pool != nil {
			share = ` for update of r skip locked`
		}
		reminders, err := list(ctx, tx, scanReminder, `
			select `+reminderColumns+` from reminders r
			where r.next_at is not null and r.next_at <= $1
			order by r.next_at limit $2`+share, millis(now), planBatch)
		n = len(reminders)
		if err != nil || n == 0 {
			return err
		}
		if err := current(ctx, tx); err != nil {
			return err
		}
		given, err := approvals(ctx, tx, "")
		if err != nil {
			return err
		}
		signed := content.NewSignOff(given).Needing(e.Approvals)
		restored, err := mark(ctx, tx, "restored")
		if err != nil {
			return err
		}
		groups := make(map[string]bot.Group)
		var due []bot.Delivery
		for _, r := range reminders {
			g, ok := groups[r.Group]
			if !ok {
				if g, err = oneGroup(groupsWhere(ctx, tx, `g.id = $1`, r.Group)); err != nil {
					return err
				}
				groups[r.Group] = g
			}
			if !e.clock.fresh.Load() {
				due, err := e.stillDue(ctx, tx, &r, g, now)
				if err != nil {
					return err
				}
				if !due {
					continue
				}
			}
			used, err := rotation(ctx, tx, r.ID)
			if err != nil {
				return err
			}
			p := e.Planner.Plan(bot.DueReminder{Reminder: r, Group: g, Used: used, Restored: restored}, signed, now)
			due = append(due, p.Deliveries...)
			if p.Trouble != nil {
				if err := e.open(ctx, tx, *p.Trouble); err != nil {
					return err
				}
			}
			if !p.Reminder.Fault.IsZero() {
				db.log.Warn("reminder rests", "reminder", r.ID, "fault", p.Reminder.Fault.String())
			}
			if err := saveNext(ctx, tx, p.Reminder); err != nil {
				return err
			}
			if p.Card == "" {
				continue
			}
			// After a clock was set back an occurrence can come again: it is on
			// record already and uses up no card.
			var known int
			err = tx.QueryRowContext(ctx, `select count(*) from deliveries d where d.reminder_id = $1 and d.nominal = $2 and not (`+unreal("$3")+`)`,
				r.ID, p.Nominal.String(), millis(now.Add(clockMost))).Scan(&known)
			if err != nil {
				return err
			}
			if known > 0 {
				continue
			}
			_, err = tx.ExecContext(ctx, `
				insert into rotations (reminder_id, card, used_at, nominal) values ($1, $2, $3, $4)
				on conflict (reminder_id, card) do update set used_at = excluded.used_at, nominal = excluded.nominal`,
				r.ID, p.Card, millis(after(used, now)), p.Nominal.String())
			if err != nil {
				return err
			}
		}
		return db.enqueue(ctx, tx, due)
	})
	return n, err
}

// stillDue works out again when a reminder comes next, before all have been, and
// reports whether that is now.
func (e *Engine) stillDue(ctx context.Context, tx *sql.Tx, r *bot.Reminder, g bot.Group, now time.Time) (bool, error) {
	forward, err := broughtForward(ctx, tx, *r)
	if forward || err != nil {
		return forward, err
	}
	*r = bot.Derive(*r, g, now)
	if !r.Next.At.IsZero() && !r.Next.At.After(now) {
		return true, nil
	}
	return false, saveNext(ctx, tx, *r)
}

// after is now, or later than every use so far if the clock was set back.
func after(used map[string]time.Time, now time.Time) time.Time {
	for _, at := range used {
		if !at.Before(now) {
			now = at.Add(time.Millisecond)
		}
	}
	return now
}

func mark(ctx context.Context, tx *sql.Tx, name string) (time.Time, error) {
	var ms int64
	err := tx.QueryRowContext(ctx, `select coalesce(max(at), 0) from marks where name = $1`, name).Scan(&ms)
	return instant(ms), err
}

func rotation(ctx context.Context, tx *sql.Tx, reminder string) (map[string]time.Time, error) {
	type use struct {
		card string
		at   int64
	}
	uses, err := list(ctx, tx, func(r row) (u use, err error) {
		return u, r.Scan(&u.card, &u.at)
	}, `select card, used_at from rotations where reminder_id = $1`, reminder)
	used := make(map[string]time.Time, len(uses))
	for _, u := range uses {
		used[u.card] = instant(u.at)
	}
	return used, err
}

// nextDue is the earliest instant at which a reminder comes due, or the zero time.
func (db *DB) nextDue(ctx context.Context) (time.Time, error) {
	var ms int64
	err := db.sql.QueryRowContext(ctx, `select coalesce(min(next_at), 0) from reminders where next_at is not null`).Scan(&ms)
	return instant(ms), err
}

// broughtForward tells whether a reminder's next moment was set by BringForward.
func broughtForward(ctx context.Context, tx *sql.Tx, r bot.Reminder) (bool, error) {
	at, err := mark(ctx, tx, forwardMark+r.ID)
	return err == nil && !at.IsZero() && at.Equal(r.Next.At), err
}

// forwardMark begins the name of the mark of a reminder that was brought forward.
const forwardMark = "forward "

// BringForward makes a reminder due at an instant of its own, once; its rule
// takes over again afterwards. The playground shows a reminder arriving with it.
func (db *DB) BringForward(ctx context.Context, id string, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `update reminders set next_at = $1, next_nominal = $2 where id = $3 and removed_at = 0`,
			millis(at), scheduler.CivilOf(at.UTC()).String(), id)
		if err == nil && unchanged(res) {
			return bot.ErrNotFound
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `
				insert into marks (name, at) values ($1, $2)
				on conflict (name) do update set at = excluded.at`, forwardMark+id, millis(at))
		}
		return err
	})
	if err == nil {
		db.changed()
	}
	return err
}
