package database

import (
	"context"
	"database/sql"
	"maps"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// planBatch bounds the reminders of one transaction of the planner, so that others need not
// wait long to write.
const planBatch = 1000

// duePlanner turns reminders that have come due into deliveries.
type duePlanner struct {
	workings
	moments *moments
	notices *staffNotices
	untold  map[string]bool // queues that were not yet told of their new jobs
}

// planFirst is how long the queues are told of no jobs while many reminders are being planned.
// On SQLite, posts would take turns with planning on the one connection; and an occurrence that
// is not planned is not on record.
const planFirst = time.Second

// planAll plans batch after batch until nothing is due any more. It returns when the next
// reminder is due.
func (p *duePlanner) planAll(ctx context.Context) (next time.Time, err error) {
	defer p.tellQueues()
	planned, began := 0, time.Now()
	for n := planBatch; n == planBatch; planned += n {
		if n, err = p.plan(ctx, p.db.now()); err != nil {
			return next, err
		}
		if time.Since(began) > planFirst {
			p.tellQueues()
		}
	}
	if planned >= planBatch {
		if err := p.db.shrink(ctx); err != nil {
			return next, err
		}
	}
	return p.db.nextDue(ctx)
}

func (p *duePlanner) tellQueues() {
	for queue := range p.untold {
		p.db.bell.ring(queue)
	}
	clear(p.untold)
}

// plan turns the reminders that have come due into deliveries and jobs, in one
// transaction with their next occurrence. It reports how many it planned. Any
// number of processes may plan at once: each reminder goes to one of them.
func (p *duePlanner) plan(ctx context.Context, now time.Time) (int, error) {
	db := p.db
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
		b := batch{db.handle, tx}
		groups, err := b.groups(ctx, reminders)
		if err != nil {
			return err
		}
		due, err := p.stillDue(ctx, b, reminders, groups, now)
		if err != nil {
			return err
		}
		return p.planDue(ctx, b, due, groups, now)
	})
	return n, err
}

// planDue writes what comes of reminders that are due.
func (p *duePlanner) planDue(ctx context.Context, b batch, reminders []bot.Reminder, groups map[string]bot.Group, now time.Time) error {
	signed, err := p.signed.read(ctx, b.tx, p.Approvals)
	if err != nil {
		return err
	}
	restored, err := mark(ctx, b.tx, "restored")
	if err != nil {
		return err
	}
	used, err := b.rotations(ctx, reminders)
	if err != nil {
		return err
	}
	var made []bot.Delivery
	plans := make([]bot.Plan, len(reminders))
	next := make([]bot.Reminder, len(reminders))
	for i, r := range reminders {
		plan := p.Planner.Plan(bot.DueReminder{Reminder: r, Group: groups[r.Group], Used: used[r.ID], Restored: restored}, signed, now)
		plans[i], next[i] = plan, plan.Reminder
		made = append(made, plan.Deliveries...)
		if plan.Trouble != nil {
			if err := p.notices.open(ctx, b.tx, *plan.Trouble); err != nil {
				return err
			}
		}
		if !plan.Reminder.Fault.IsZero() {
			p.log.Warn("reminder rests", "reminder", r.ID, "reason", plan.Reminder.Fault.Code, "detail", plan.Reminder.Fault.Detail)
		}
	}
	if err := b.saveNext(ctx, next...); err != nil {
		return err
	}
	if p.moments.fresh.Load() { // before that, missed occurrences may not be due yet
		if err := b.forgetUnreal(ctx, now, reminders...); err != nil {
			return err
		}
	}
	if err := b.useCards(ctx, plans, used, now); err != nil {
		return err
	}
	fresh, err := p.db.enqueueNew(ctx, b.tx, made)
	maps.Copy(p.untold, queuesOf(fresh))
	return err
}

// stillDue returns those of some reminders that are really due. After a change of the clock or
// the zone data, the moments of these are worked out again first, except of one that was
// brought forward: its moment does not come from its rule.
func (p *duePlanner) stillDue(ctx context.Context, b batch, reminders []bot.Reminder, groups map[string]bot.Group, now time.Time) (due []bot.Reminder, err error) {
	if p.moments.fresh.Load() {
		return reminders, nil
	}
	forward, err := b.broughtForward(ctx, reminders)
	if err != nil {
		return nil, err
	}
	var later []bot.Reminder
	for _, r := range reminders {
		if !forward[r.ID].Equal(r.Next.At) {
			r = bot.Derive(r, groups[r.Group], now)
		}
		if r.Next.At.IsZero() || r.Next.At.After(now) {
			later = append(later, r)
		} else {
			due = append(due, r)
		}
	}
	return due, b.saveNext(ctx, later...)
}

// useCards records that the chosen cards were used. If the clock was set back, an occurrence
// can be planned again: it is on record already and uses no card.
func (b batch) useCards(ctx context.Context, plans []bot.Plan, used map[string]map[string]time.Time, now time.Time) error {
	var rows [][]any
	for _, p := range plans {
		if p.Card != "" {
			rows = append(rows, []any{p.Reminder.ID, p.Card, millis(after(used[p.Reminder.ID], now)), p.Nominal.String()})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return execute(ctx, b.tx, `
		insert into rotations (reminder_id, card, used_at, nominal)
		select v.value ->> 0, v.value ->> 1, cast(v.value ->> 2 as bigint), v.value ->> 3 from `+b.rows("$1")+`
		where not exists (select 1 from deliveries d where d.reminder_id = v.value ->> 0 and d.nominal = v.value ->> 3 and not (`+unreal("d", "$2")+`))
		on conflict (reminder_id, card) do update set used_at = excluded.used_at, nominal = excluded.nominal`,
		rowsText(rows), millis(now.Add(clockMost)))
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

// setMark saves a moment of the program's or the database's own life under a name.
func setMark(ctx context.Context, q execer, name string, at time.Time) error {
	return execute(ctx, q, `insert into marks (name, at) values ($1, $2) on conflict (name) do update set at = excluded.at`, name, millis(at))
}

// mark is the moment of a mark; the zero time if there is none.
func mark(ctx context.Context, q rower, name string) (time.Time, error) {
	var ms int64
	err := q.QueryRowContext(ctx, `select coalesce(max(at), 0) from marks where name = $1`, name).Scan(&ms)
	return instant(ms), err
}

// rotations gives, by reminder, when each of its cards was last planned.
func (b batch) rotations(ctx context.Context, reminders []bot.Reminder) (map[string]map[string]time.Time, error) {
	type use struct {
		reminder, card string
		at             int64
	}
	uses, err := list(ctx, b.tx, func(r row) (u use, err error) {
		return u, r.Scan(&u.reminder, &u.card, &u.at)
	}, `select reminder_id, card, used_at from rotations where `+b.among("reminder_id", "$1"), idsOf(reminders, ownID))
	used := make(map[string]map[string]time.Time)
	for _, u := range uses {
		if used[u.reminder] == nil {
			used[u.reminder] = make(map[string]time.Time)
		}
		used[u.reminder][u.card] = instant(u.at)
	}
	return used, err
}

// nextDue is the earliest instant at which a reminder comes due, or the zero time.
func (db *handle) nextDue(ctx context.Context) (time.Time, error) {
	var ms int64
	err := db.sql.QueryRowContext(ctx, `select coalesce(min(next_at), 0) from reminders where next_at is not null`).Scan(&ms)
	return instant(ms), err
}

// broughtForward gives, by the reminder's ID, the moments that BringForward has set.
func (b batch) broughtForward(ctx context.Context, reminders []bot.Reminder) (map[string]time.Time, error) {
	type forward struct {
		mark string
		at   int64
	}
	found, err := list(ctx, b.tx, func(r row) (f forward, err error) { return f, r.Scan(&f.mark, &f.at) },
		`select name, at from marks where `+b.among("name", "$1"),
		idsOf(reminders, func(r bot.Reminder) string { return forwardMark + r.ID }))
	at := make(map[string]time.Time, len(found))
	for _, f := range found {
		at[strings.TrimPrefix(f.mark, forwardMark)] = instant(f.at)
	}
	return at, err
}

// forwardMark begins the name of the mark of a reminder that was brought forward.
const forwardMark = "forward "

// BringForward makes a reminder due once at the given instant; afterwards it follows its rule
// again. The playground uses it to show a reminder arriving.
func (db reminderStore) BringForward(ctx context.Context, id string, at time.Time) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		err := affected(tx.ExecContext(ctx, `update reminders set next_at = $1, next_nominal = $2 where id = $3 and removed_at = 0`,
			millis(at), scheduler.CivilOf(at.UTC()).String(), id))
		if err != nil {
			return err
		}
		return setMark(ctx, tx, forwardMark+id, at)
	})
}
