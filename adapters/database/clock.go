package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// Times of looking after the clock.
const (
	clockMost  = 30 * time.Second    // further off, nothing is planned and nothing posted
	clockLeap  = 10 * 24 * time.Hour // ahead of the newest record: nothing is deleted for as long
	clockCalm  = 30 * time.Second    // how long a clock that nothing can be compared with must stand before it is believed
	clockEvery = time.Minute
	zonesEvery = time.Hour

	schemaEvery = 5 * time.Second
)

// watch is what an engine knows of its machine's clock. Only the engine's loop
// changes it.
type watch struct {
	mu     sync.Mutex
	doubt  bot.ReasonCode // why nothing goes by the clock; empty if all does
	length time.Duration  // that belongs to the doubt
	off    time.Duration  // how far the clock is ahead of the database's; 0 on SQLite

	wall time.Time // what the clock showed at the last look

	// By the monotonic clock:
	last   time.Time // of the last look
	since  time.Time // when the doubt began
	beat   time.Time // when the database's clock was asked
	zones  time.Time // when the zone data were looked at
	minute time.Time // when what is due once a minute was done
	schema time.Time // when it was looked whether a newer program has taken over

	future  bool        // records may stand there that were written by a clock ahead
	running bool        // deliveries are carried
	fresh   atomic.Bool // every reminder's next moment was worked out again
	cursor  string      // the last reminder of which that is so
}

// Doubt says why nothing goes by the machine's clock, or is zero.
func (e *Engine) Doubt() bot.Reason {
	e.clock.mu.Lock()
	defer e.clock.mu.Unlock()
	return doubtBy(e.clock.doubt, e.clock.length)
}

func doubtBy(why bot.ReasonCode, length time.Duration) bot.Reason {
	if why == "" {
		return bot.Reason{}
	}
	return why.With(length.Round(time.Second).String())
}

func (e *Engine) doubtful() bool { return !e.Doubt().IsZero() }

// suspect stops all that goes by the clock until it is clear.
func (e *Engine) suspect(why bot.ReasonCode, length time.Duration) {
	c := &e.clock
	c.mu.Lock()
	first := c.doubt != why
	c.doubt, c.length = why, length
	c.mu.Unlock()
	c.since = c.last
	if first {
		c.minute = time.Time{}
		e.log.Error("the clock is in doubt", "why", why, "by", length.Round(time.Second).String())
	}
}

// right is now by the database's clock, as far as it is known: troubles that several
// processes share are told by it.
func (e *Engine) right() time.Time {
	e.clock.mu.Lock()
	defer e.clock.mu.Unlock()
	return e.db.now().Add(-e.clock.off)
}

// read reads both clocks and reports how far the wall clock went ahead of the
// monotonic one since the last look.
func (e *Engine) read() (step time.Duration) {
	c := &e.clock
	wall, now := e.machine().Round(0), time.Now()
	if !c.last.IsZero() {
		step = wall.Sub(c.wall) - now.Sub(c.last)
	}
	c.wall, c.last = wall, now
	return step
}

// mind looks at the clock and lets go on, or stops, what goes by it.
func (e *Engine) mind(ctx context.Context) error {
	c := &e.clock
	step := e.read()
	now := c.last
	if err := e.mindSchema(ctx); err != nil {
		return err
	}
	if step.Abs() > clockMost {
		e.stepped(ctx, step)
	}
	if e.db.pool != nil && (c.beat.IsZero() || now.Sub(c.beat) >= beatEvery) {
		off, err := e.heartbeat(ctx)
		if err != nil {
			return err
		}
		c.beat = now
		c.mu.Lock()
		c.off = off
		c.mu.Unlock()
		if off.Abs() > clockMost {
			e.suspect(bot.ClockDiffers, off)
		}
	}
	if e.doubtful() && e.clear() {
		c.mu.Lock()
		c.doubt, c.length = "", 0
		c.mu.Unlock()
		c.minute = time.Time{}
		e.stale()
	}
	if e.doubtful() {
		return e.hold(ctx)
	}
	return e.trust(ctx)
}

// stepped notes that the clock was moved while the program ran.
func (e *Engine) stepped(ctx context.Context, step time.Duration) {
	c := &e.clock
	e.stale()
	c.future = c.future || step < 0
	if e.db.pool == nil { // else the database's clock says whether it is right now
		e.suspect(bot.ClockMoved, step)
	}
	if step > clockLeap {
		if err := e.leapt(ctx, step); err != nil {
			e.log.Error("a leap of the clock could not be noted", "error", err)
		}
	}
}

// clear tells whether a doubt is over: the database's clock agrees or, where there
// is none, the clock has stood for a while.
func (e *Engine) clear() bool {
	c := &e.clock
	if e.db.pool != nil {
		return c.off.Abs() <= clockMost
	}
	return c.last.Sub(c.since) >= cmp.Or(e.Calm, clockCalm)
}

// hold stops carrying, and tells staff: by itself, as nothing else is carried.
func (e *Engine) hold(ctx context.Context) error {
	c := &e.clock
	var err error
	if c.running {
		err = e.stop(ctx)
		c.running = false
	}
	if !e.everyMinute() {
		return err
	}
	err = errors.Join(err, e.Report(ctx, bot.Trouble{Subject: bot.ClockSubject(), Reason: e.Doubt()}))
	return errors.Join(err, e.carryNotices(ctx))
}

// trust goes by the clock.
func (e *Engine) trust(ctx context.Context) error {
	c := &e.clock
	if !c.running {
		if err := e.mendRecords(ctx); err != nil {
			return err
		}
		// River must outlive ctx: stopping gently is what Stop is for.
		if err := e.client.Start(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		c.running = true
	}
	if c.last.Sub(c.zones) >= zonesEvery {
		if c.zones = c.last; scheduler.RefreshZones() {
			e.log.Info("the time zone data were replaced", "release", scheduler.CurrentZoneData().String())
			e.stale()
		}
	}
	if !c.fresh.Load() {
		if err := e.derive(ctx); err != nil || !c.fresh.Load() {
			return err
		}
	}
	if e.everyMinute() {
		return e.believed(ctx)
	}
	return nil
}

// stale has every reminder's next moment worked out again.
func (e *Engine) stale() {
	e.clock.cursor = ""
	e.clock.fresh.Store(false)
}

// everyMinute reports whether it is time for what is done once a minute.
func (e *Engine) everyMinute() bool {
	c := &e.clock
	if !c.minute.IsZero() && c.last.Sub(c.minute) < clockEvery {
		return false
	}
	c.minute = c.last
	return true
}

// healAfter is how long after the last word of a process whose clock is in doubt the
// others tell that it is over: it speaks once a minute.
const healAfter = 150 * time.Second

// believed notes the moment as one that a good clock showed, and heals what was told
// of the clock. It comes after what a wrong one has written was dealt with: the note
// would hide it from the next start.
func (e *Engine) believed(ctx context.Context) error {
	now := e.right()
	return e.db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into marks (name, at) values ('clock', $1)
			on conflict (name) do update set at = excluded.at`, millis(now))
		if err != nil {
			return err
		}
		if err := e.landed(ctx, tx); err != nil {
			return err
		}
		last := now.Add(-healAfter)
		if e.db.pool == nil {
			last = now.Add(clockMost)
		}
		var open int
		err = tx.QueryRowContext(ctx, `select count(*) from troubles where kind = $1 and healed_at = 0 and last_at < $2`, string(bot.AboutClock), millis(last)).Scan(&open)
		if err != nil || open == 0 {
			return err
		}
		return e.heal(ctx, tx, []bot.Subject{bot.ClockSubject()})
	})
}

// newest is the latest moment on record that a clock of this program showed, and the
// latest that does not lie ahead of now; the zero time if there is none.
func (db *DB) newest(ctx context.Context, now time.Time) (latest, before time.Time, err error) {
	var marks, marked, audit, audited, settled, settledBefore int64
	err = db.sql.QueryRowContext(ctx, `select
		(select coalesce(max(at), 0) from marks where name in ('clock', 'restored')),
		(select coalesce(max(at), 0) from marks where name in ('clock', 'restored') and at <= $1),
		(select coalesce(max(at), 0) from audit),
		(select coalesce(max(at), 0) from audit where at <= $1)`, millis(now)).Scan(&marks, &marked, &audit, &audited)
	if err == nil && marks == 0 { // of a program that did not note it
		err = db.sql.QueryRowContext(ctx, `select coalesce(max(settled_at), 0),
			coalesce(max(case when settled_at <= $1 then settled_at else 0 end), 0) from deliveries`, millis(now)).Scan(&settled, &settledBefore)
		marks = max(audit, settled)
	}
	return instant(marks), instant(max(marked, audited, settledBefore)), err
}

// compareRecords holds the clock against the newest record, once at the start.
func (e *Engine) compareRecords(ctx context.Context) error {
	e.read()
	now := e.db.now()
	latest, before, err := e.db.newest(ctx, now)
	if err != nil {
		return err
	}
	if behind := latest.Sub(now); behind > clockMost {
		e.clock.future = true
		if e.db.pool == nil {
			e.suspect(bot.ClockBehind, behind)
		}
	}
	if ahead := now.Sub(before); !before.IsZero() && ahead > clockLeap {
		if e.db.pool == nil {
			e.suspect(bot.ClockAhead, ahead)
		}
		return e.leapt(ctx, ahead)
	}
	return nil
}

// leapt keeps everything until the clock has shown for a while that it is right.
func (e *Engine) leapt(ctx context.Context, by time.Duration) error {
	_, err := e.db.sql.ExecContext(ctx, `
		insert into marks (name, at) values ('leap', $1)
		on conflict (name) do update set at = excluded.at`, millis(e.db.now()))
	if err != nil {
		return err
	}
	return e.Report(ctx, bot.Trouble{Subject: bot.RetentionSubject(), Reason: doubtBy(bot.ClockAhead, by)})
}

// mayDelete tells whether the clock is good enough to delete by.
func (e *Engine) mayDelete(ctx context.Context) (bool, error) {
	var leap int64
	err := e.db.sql.QueryRowContext(ctx, `select coalesce(max(at), 0) from marks where name = 'leap'`).Scan(&leap)
	return err == nil && !e.doubtful() && !e.inLeap(instant(leap)), err
}

// inLeap tells whether a leap is not over yet: it is once the clock has gone on for
// long, or was set back.
func (e *Engine) inLeap(leap time.Time) bool {
	since := e.db.now().Sub(leap)
	return !leap.IsZero() && since >= -clockMost && since < clockLeap
}

// landed ends a leap that is over.
func (e *Engine) landed(ctx context.Context, tx *sql.Tx) error {
	leap, err := mark(ctx, tx, "leap")
	if err != nil || leap.IsZero() || e.inLeap(leap) {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from marks where name = 'leap'`); err != nil {
		return err
	}
	return e.heal(ctx, tx, []bot.Subject{bot.RetentionSubject()})
}
