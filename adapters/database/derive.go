package database

import (
	"context"
	"database/sql"
	"sync/atomic"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// deriveFor bounds how long one round of derive takes. The engine plans between the rounds.
const deriveFor = 200 * time.Millisecond

// deriveBatch bounds the reminders of one transaction of derive, and so the memory that the
// program takes at its start.
const deriveBatch = 500

// moments works out again when reminders come next, after the clock or the time zone data
// have changed. Only the engine's loop reads and changes future, cursor and many.
type moments struct {
	workings
	future bool        // a clock that was ahead may have left records of the future
	fresh  atomic.Bool // the next moment of every reminder was worked out again
	cursor string      // the ID of the last reminder that this round has done
	many   bool        // the reminders did not fit into one batch
}

// stale makes derive work out the next moment of every reminder again.
func (m *moments) stale() {
	m.cursor = ""
	m.fresh.Store(false)
}

// derive works out again when reminders come next. It stops after deriveFor and goes on in the
// next round.
func (m *moments) derive(ctx context.Context) error {
	changed := 0
	for began := time.Now(); !m.fresh.Load() && time.Since(began) < deriveFor; {
		n, err := m.deriveSome(ctx)
		if err != nil {
			return err
		}
		changed += n
	}
	if changed > 0 {
		m.log.Info("reminders come at other moments than were on record", "reminders", changed)
	}
	if m.fresh.Load() {
		if m.future { // this reads every record, so it is not done at each start
			if err := m.forgetUnrealSince(ctx, time.Time{}); err != nil {
				return err
			}
		}
		m.future = false
		if m.many {
			m.many = false
			return m.db.shrink(ctx)
		}
	}
	return nil
}

func (m *moments) deriveSome(ctx context.Context) (changed int, err error) {
	now := m.db.now()
	err = m.db.inTx(ctx, func(tx *sql.Tx) error {
		share := ""
		if m.db.pool != nil {
			share = ` for update of r`
		}
		// A reminder that was brought forward is left out: its moment does not come from its
		// rule.
		reminders, err := list(ctx, tx, scanReminder, `
			select `+reminderColumns+` from reminders r
			where r.id > $1 and `+liveReminder+`
				and not exists (select 1 from marks m where m.name = '`+forwardMark+`' || r.id and m.at = r.next_at)
			order by r.id limit $2`+share, m.cursor, deriveBatch)
		if err != nil {
			return err
		}
		if len(reminders) == 0 {
			m.fresh.Store(true)
			return nil
		}
		b := batch{m.db.handle, tx}
		groups, err := b.groups(ctx, reminders)
		if err != nil {
			return err
		}
		missed, err := m.missed(ctx, b, reminders, groups, now)
		if err != nil {
			return err
		}
		var moved []bot.Reminder
		for _, r := range reminders {
			old := r
			from, _ := bot.Resumes(r, groups[r.Group], now)
			paused := from.After(now) // so nothing was due, and nothing was missed
			if o, ok := missed[r.ID]; ok && !paused && (r.Next.At.IsZero() || o.At.Before(r.Next.At)) {
				r.Next = o
			}
			r = bot.Derive(r, groups[r.Group], now)
			if r.Next.Nominal != old.Next.Nominal || !r.Next.At.Equal(old.Next.At) || r.Fault != old.Fault {
				moved = append(moved, r)
			}
		}
		if err := b.saveNext(ctx, moved...); err != nil {
			return err
		}
		if m.future {
			if err := b.forgetUnreal(ctx, now, reminders...); err != nil {
				return err
			}
		}
		changed = len(moved)
		m.cursor, m.many = reminders[len(reminders)-1].ID, m.many || len(reminders) == deriveBatch
		return nil
	})
	return changed, err
}

// missed gives, by reminder, the first occurrence that has come by now, but that only a clock
// that was ahead has dealt with: to people, nothing happened. The group's time zone may have
// changed since that record, so the record's moment is worked out in the zone of today.
func (m *moments) missed(ctx context.Context, b batch, reminders []bot.Reminder, groups map[string]bot.Group, now time.Time) (map[string]scheduler.Occurrence, error) {
	first := make(map[string]scheduler.Occurrence)
	if !m.future { // there is none
		return first, nil
	}
	all, err := b.missed(ctx, now, now.Add(bot.ZoneReach), reminders...)
	for _, r := range reminders {
		for _, o := range all[r.ID] {
			r.Next = o
			if here := bot.Derive(r, groups[r.Group], now).Next; here.Nominal == o.Nominal && !here.At.After(now) {
				first[r.ID] = here
				break
			}
		}
	}
	return first, err
}

// missed gives, by reminder, the occurrences until an instant that only a clock that was ahead
// has put on record, the earliest first.
func (b batch) missed(ctx context.Context, now, until time.Time, reminders ...bot.Reminder) (map[string][]scheduler.Occurrence, error) {
	found, err := list(ctx, b.tx, scanDelivery, `
		select `+deliveryColumns+` from deliveries d
		where `+unreal("d", "$1")+` and d.at <= $2 and `+b.among("d.reminder_id", "$3")+`
			and exists (select 1 from places p where p.group_id = d.group_id and p.place = d.place and p.live = 1)
		order by d.at`, millis(now.Add(clockMost)), millis(until), idsOf(reminders, ownID))
	all := make(map[string][]scheduler.Occurrence)
	for _, d := range found {
		all[d.Reminder] = append(all[d.Reminder], scheduler.Occurrence{Nominal: d.Nominal, At: d.At})
	}
	return all, err
}

// forgetUnreal deletes the records that a clock ahead has made of the reminders, up to their
// next moment. If they stayed, then once their time has come they would look like occurrences
// that were missed, or like true records. What was missed must be made due before this call.
func (b batch) forgetUnreal(ctx context.Context, now time.Time, reminders ...bot.Reminder) error {
	return execute(ctx, b.tx, `
		delete from deliveries as d where `+unreal("d", "$1")+` and `+b.among("d.reminder_id", "$2")+`
			and d.at <= (select r.next_at from reminders r where r.id = d.reminder_id)`,
		millis(now.Add(clockMost)), idsOf(reminders, ownID))
}

// unreal is the condition for a record that a clock ahead has made: a reminder was settled
// without a post at a time that has not come yet. A reminder that may have been posted does not
// meet it, because it would be posted again. d names the row in SQL; the parameter holds now
// plus clockMost.
func unreal(d, parameter string) string {
	return d + `.kind = 'reminder' and ` + d + `.state in ('skipped', 'failed') and ` + d + `.settled_at > ` + parameter +
		` and ` + d + `.reason not in ('` + string(bot.Unresolved) + `', '` + string(bot.UnresolvedNo) + `')`
}

// forgetUnrealSince deletes the records that a clock ahead has made of times since an instant
// that have come by now. Nothing was due at these times: the reminder was paused or removed.
// Where something was due, a true record has replaced the unreal one long before orphanAfter,
// or derive has just made the reminder due.
func (m *moments) forgetUnrealSince(ctx context.Context, since time.Time) error {
	now := m.db.now()
	return execute(ctx, m.db.sql, `
		delete from deliveries as d where d.at > $1 and d.at <= $2 and `+unreal("d", "$3"),
		millis(since), millis(now.Add(-orphanAfter)), millis(now.Add(clockMost)))
}

// mendRecords corrects times in the future that a clock ahead has written into jobs, troubles,
// concerns, marks and records of what is kept in view: otherwise they would stay wrong for
// long. Records of what is kept in view keep their order, one millisecond apart, because the
// newest one of a channel tells what stands there. The times of a restore are also kept as they
// were, for the case that this clock is the wrong one, and behind.
func (m *moments) mendRecords(ctx context.Context) error {
	if err := m.pullIn(ctx); err != nil {
		return err
	}
	now := m.db.now()
	return m.db.inTx(ctx, func(tx *sql.Tx) error {
		if err := putBackGap(ctx, tx, now); err != nil || !m.future {
			return err
		}
		now := millis(now)
		if err := keepGap(ctx, tx, now); err != nil {
			return err
		}
		for _, query := range []string{
			`update troubles set last_at = $1 where last_at > $1`,
			`update deliveries set about_since = $1 where kind = 'notice' and about_since > $1
				and exists (select 1 from troubles t where t.healed_at = 0 and t.kind = about_kind and t.place = about_place and t.id = about_id and t.since = about_since)`,
			`update troubles set since = $1 where since > $1 and healed_at = 0`, // else a restored database would take it for younger than itself
			`update marks set at = $1 where at > $1 and name in ('begun', 'restored', 'backup')`,
			`update deliveries set at = $1 - ahead.later from (
				select key, row_number() over (order by at desc) - 1 as later from deliveries where card = 'agreements' and at > $1) ahead
				where deliveries.key = ahead.key`,
		} {
			if _, err := tx.ExecContext(ctx, query, now); err != nil {
				return err
			}
		}
		return execute(ctx, tx, `update concerns set tell_at = $1 where tell_at > $2`, now, now+concernMost.Milliseconds())
	})
}

// pullIn makes jobs due whose time is further ahead than any job's may be: a clock that was
// ahead has worked it out. It uses the machine's clock, as the queue does.
func (m *moments) pullIn(ctx context.Context) error {
	now := m.machine()
	if m.db.pool != nil {
		return execute(ctx, m.db.sql, `update river_job set scheduled_at = now()
			where state in ('available', 'scheduled', 'retryable') and scheduled_at > now() + interval '2 hours'`)
	}
	return execute(ctx, m.db.sql, `update river_job set scheduled_at = $1
		where state in ('available', 'scheduled', 'retryable') and scheduled_at > $2`, riverTime(now), riverTime(now.Add(2*time.Hour)))
}

// riverTime is a time as River writes it on SQLite.
func riverTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }
