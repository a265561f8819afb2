package database

import (
	"cmp"
	"context"
	"database/sql"
	"sync"
	"time"

	"circlekeeper/bot"
)

// Times of looking after the clock.
const (
	clockMost  = 30 * time.Second    // if the clock is further off, nothing is planned or posted
	clockLeap  = 10 * 24 * time.Hour // so far ahead of the newest record, nothing is deleted for as long
	clockCalm  = 30 * time.Second    // how long the clock must run without a jump if no other can confirm it
	clockEvery = time.Minute
	zonesEvery = time.Hour
)

// clockWatch is what an engine knows about its machine's clock. Only the engine's loop changes
// it, except for outside, which has a lock of its own.
type clockWatch struct {
	workings
	moments *moments
	notices *staffNotices
	outside outside
	looked  chan struct{} // closed once the clock was compared for the first time

	mu     sync.Mutex
	doubt  bot.ReasonCode // why nothing is done by the clock; empty if the clock is trusted
	length time.Duration  // goes with doubt: how far the clock is off
	off    time.Duration  // how far the clock is ahead of the database's; 0 on SQLite

	wall time.Time // what the clock showed at the last look

	// By the monotonic clock:
	last   time.Time // of the last look
	since  time.Time // when the doubt began
	beat   time.Time // when the database's clock was asked
	zones  time.Time // when the zone data were looked at
	minute time.Time // when what is due once a minute was done
}

// Doubt says why the machine's clock is not trusted. It is zero if the clock is trusted.
func (c *clockWatch) Doubt() bot.Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	return doubtBy(c.doubt, c.length)
}

// Doubt says why the machine's clock is not trusted. It is zero if the clock is trusted.
func (e *Engine) Doubt() bot.Reason { return e.clock.Doubt() }

func doubtBy(why bot.ReasonCode, length time.Duration) bot.Reason {
	if why == "" {
		return bot.Reason{}
	}
	return why.For(length.Round(time.Second))
}

func (c *clockWatch) doubtful() bool { return !c.Doubt().IsZero() }

// suspect puts the clock in doubt: nothing is planned, posted or deleted until settled ends it.
func (c *clockWatch) suspect(why bot.ReasonCode, length time.Duration) {
	c.mu.Lock()
	first := c.doubt != why
	c.doubt, c.length = why, length
	c.mu.Unlock()
	c.since = c.last
	if first {
		c.minute = time.Time{}
		c.log.Error("the clock is in doubt", "why", why, "by", length.Round(time.Second).String())
	}
}

// sharedNow is the current time by the database's clock, as last compared. Several processes
// share troubles, so their times must not depend on one machine's clock.
func (c *clockWatch) sharedNow() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.db.now().Add(-c.off)
}

// read reads both clocks and reports how far the wall clock went ahead of the
// monotonic one since the last look.
func (c *clockWatch) read() (step time.Duration) {
	wall, now := c.machine().Round(0), time.Now()
	if !c.last.IsZero() {
		step = wall.Sub(c.wall) - now.Sub(c.last)
	}
	c.wall, c.last = wall, now
	return step
}

// lookAfter compares the machine's clock with the database's or the platforms', and reports
// whether planning and posting may go on.
func (c *clockWatch) lookAfter(ctx context.Context, step time.Duration) (good bool, err error) {
	now := c.last
	if step.Abs() > clockMost {
		c.noteStep(ctx, step)
	}
	if c.db.pool != nil && (c.beat.IsZero() || now.Sub(c.beat) >= beatEvery || step.Abs() > clockMost) {
		off, err := c.heartbeat(ctx)
		if err != nil {
			return false, err
		}
		c.beat = now
		c.mu.Lock()
		c.off = off
		c.mu.Unlock()
		if off.Abs() > clockMost {
			c.suspect(bot.ClockDiffers, off)
		}
	}
	if ahead, agrees, known := c.outside.agree(); known && !agrees {
		c.suspect(bot.ClockWrong, ahead)
	}
	c.noteLook()
	if !c.doubtful() {
		return true, nil
	}
	if over, err := c.settled(ctx); !over || err != nil {
		return false, err
	}
	c.mu.Lock()
	c.doubt, c.length = "", 0
	c.mu.Unlock()
	c.minute = time.Time{}
	c.moments.stale()
	return true, nil
}

// noteLook notes that the clock was compared, so that the chores may begin. Only the engine's
// loop calls it.
func (c *clockWatch) noteLook() {
	select {
	case <-c.looked:
	default:
		close(c.looked)
	}
}

// unlessDoubtful does something, unless the clock is in doubt.
func (c *clockWatch) unlessDoubtful(do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if c.doubtful() {
			return nil
		}
		return do(ctx)
	}
}

// noteStep notes that the clock was moved while the program ran.
func (c *clockWatch) noteStep(ctx context.Context, step time.Duration) {
	c.moments.stale()
	c.moments.future = c.moments.future || step < 0
	c.outside.moved()
	if c.db.pool == nil { // else the database's clock says whether it is right now
		c.suspect(bot.ClockMoved, step)
	}
	if step > clockLeap {
		if err := c.noteLeap(ctx, step); err != nil {
			c.log.Error("a leap of the clock could not be noted", "error", err)
		}
	}
}

// settled tells whether a doubt is over. The database's clock must agree or, on SQLite, a
// platform's. If no platform answers, the clock must have run without a jump for Calm. A clock
// behind the times of records that were already deleted stays in doubt.
func (c *clockWatch) settled(ctx context.Context) (bool, error) {
	if c.db.pool != nil {
		return c.off.Abs() <= clockMost, nil
	}
	_, agrees, known := c.outside.agree()
	if known && !agrees || !known && c.last.Sub(c.since) < cmp.Or(c.Calm, clockCalm) {
		return false, nil
	}
	forgotten, err := mark(ctx, c.db.sql, forgottenMark)
	return !c.db.now().Before(forgotten), err
}

// confirmed tells whether another clock, the database's or a platform's, agrees with the
// machine's.
func (c *clockWatch) confirmed() bool {
	_, agrees, known := c.outside.agree()
	return c.db.pool != nil || known && agrees
}

// askPlatforms asks the platforms what time it is, where that is not known.
func (c *clockWatch) askPlatforms(ctx context.Context) error {
	if c.db.pool == nil && len(c.Clocks) > 0 && !c.outside.fresh(c.doubtful()) {
		c.outside.ask(ctx, c.Clocks, c.machine)
	}
	return nil
}

// everyMinute reports whether it is time for what is done once a minute.
func (c *clockWatch) everyMinute() bool {
	if !c.minute.IsZero() && c.last.Sub(c.minute) < clockEvery {
		return false
	}
	c.minute = c.last
	return true
}

// healAfter is how long the last report of a doubtful clock must be past until staff are told
// that it is over. A process whose clock is in doubt reports it once a minute.
const healAfter = 150 * time.Second

// noteGood records the current time as shown by a trusted clock, and tells staff that a trouble
// of the clock is over. It must run after mendRecords and derive: the next start compares the
// clock with this mark, and would no longer find what a wrong clock wrote.
func (c *clockWatch) noteGood(ctx context.Context) error {
	now := c.sharedNow()
	return c.db.inTx(ctx, func(tx *sql.Tx) error {
		if err := setMark(ctx, tx, "clock", now); err != nil {
			return err
		}
		if err := c.endLeap(ctx, tx); err != nil {
			return err
		}
		if c.confirmed() { // then records of the future come from a clock that was ahead
			if err := forgetWritten(ctx, tx); err != nil {
				return err
			}
		}
		last := now.Add(-healAfter)
		if c.db.pool == nil {
			last = now.Add(clockMost)
		}
		var open int
		err := tx.QueryRowContext(ctx, `select count(*) from troubles where kind = $1 and healed_at = 0 and last_at < $2`, string(bot.AboutClock), millis(last)).Scan(&open)
		if err != nil || open == 0 {
			return err
		}
		return c.notices.heal(ctx, tx, []bot.Subject{{Kind: bot.AboutClock}})
	})
}

// newest gives the latest moment that this program's clock has put on record, and the latest
// such moment that is not after now. Both are the zero time if there is none.
func (db *handle) newest(ctx context.Context, now time.Time) (latest, before time.Time, err error) {
	var marks, marked, audit, audited, settled, settledBefore int64
	err = db.sql.QueryRowContext(ctx, `select
		(select coalesce(max(at), 0) from marks where name in ('clock', 'restored')),
		(select coalesce(max(at), 0) from marks where name in ('clock', 'restored') and at <= $1),
		(select coalesce(max(at), 0) from audit),
		(select coalesce(max(at), 0) from audit where at <= $1)`, millis(now)).Scan(&marks, &marked, &audit, &audited)
	if err == nil && marks == 0 { // an older program did not set the mark
		err = db.sql.QueryRowContext(ctx, `select coalesce(max(settled_at), 0),
			coalesce(max(case when settled_at <= $1 then settled_at else 0 end), 0) from deliveries`, millis(now)).Scan(&settled, &settledBefore)
		marks = max(audit, settled)
	}
	return instant(marks), instant(max(marked, audited, settledBefore)), err
}

// concernMost is how long at most a concern waits until staff are told of it.
const concernMost = 24 * time.Hour

// leftAhead tells whether a clock that was ahead has left troubles or concerns whose times lie
// in the future: they would wait until then. newest misses this case, because a clock in doubt
// sets no mark.
func (db *handle) leftAhead(ctx context.Context, now time.Time) (left bool, err error) {
	err = db.sql.QueryRowContext(ctx, `select exists (select 1 from troubles where healed_at = 0 and last_at > $1)
		or exists (select 1 from concerns where tell_at > $2)`, millis(now.Add(clockMost)), millis(now.Add(concernMost+clockMost))).Scan(&left)
	return left, err
}

// compareRecords compares the clock with the newest record, once at the start.
func (c *clockWatch) compareRecords(ctx context.Context) error {
	c.read()
	now := c.db.now()
	latest, before, err := c.db.newest(ctx, now)
	if err != nil {
		return err
	}
	if behind := latest.Sub(now); behind > clockMost {
		c.moments.future = true
		if c.db.pool == nil {
			c.suspect(bot.ClockBehind, behind)
		}
	}
	left, err := c.db.leftAhead(ctx, now)
	if err != nil {
		return err
	}
	c.moments.future = c.moments.future || left
	if ahead := now.Sub(before); !before.IsZero() && ahead > clockLeap {
		if c.db.pool == nil {
			c.suspect(bot.ClockAhead, ahead)
		}
		return c.noteLeap(ctx, ahead)
	}
	return nil
}

// beforeLeap names the mark of the time just before the clock leapt. Of several leaps it keeps
// the earliest.
const beforeLeap = "before leap"

// noteLeap stops all deleting until the clock has gone on normally for clockLeap, and tells
// staff.
func (c *clockWatch) noteLeap(ctx context.Context, by time.Duration) error {
	now := c.db.now()
	_, err := c.db.sql.ExecContext(ctx, `insert into marks (name, at) values ($1, $2)
		on conflict (name) do update set at = excluded.at where excluded.at < marks.at`, beforeLeap, millis(now.Add(-by)))
	if err != nil {
		return err
	}
	if err := setMark(ctx, c.db.sql, "leap", now); err != nil {
		return err
	}
	return c.notices.report(ctx, bot.Trouble{Subject: bot.Subject{Kind: bot.AboutRetention}, Reason: doubtBy(bot.ClockAhead, by)})
}

// mayDelete tells whether the clock is trusted enough to delete records by their age.
func (c *clockWatch) mayDelete(ctx context.Context) (bool, error) {
	leap, err := mark(ctx, c.db.sql, "leap")
	return err == nil && !c.doubtful() && !c.inLeap(leap), err
}

// inLeap tells whether a leap still forbids deleting. It is over after clockLeap, or once the
// clock was set back.
func (c *clockWatch) inLeap(leap time.Time) bool {
	since := c.db.now().Sub(leap)
	return !leap.IsZero() && since >= -clockMost && since < clockLeap
}

// endLeap ends a leap that is over.
func (c *clockWatch) endLeap(ctx context.Context, tx *sql.Tx) error {
	leap, err := mark(ctx, tx, "leap")
	if err != nil || leap.IsZero() || c.inLeap(leap) {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from marks where name in ('leap', $1)`, beforeLeap); err != nil {
		return err
	}
	return c.notices.heal(ctx, tx, []bot.Subject{{Kind: bot.AboutRetention}})
}

// ClockFinding says what is wrong with the machine's clock; zero if nothing is. It compares the
// clock with PostgreSQL's, and with the newest record.
func (db *DB) ClockFinding(ctx context.Context, machine func() time.Time) (bot.Reason, error) {
	if machine == nil {
		machine = time.Now
	}
	if db.pool != nil {
		var server int64
		before := machine()
		if err := db.sql.QueryRowContext(ctx, `select `+serverClock).Scan(&server); err != nil {
			return bot.Reason{}, err
		}
		if off := clockOff(before, machine(), server); off.Abs() > clockMost {
			return doubtBy(bot.ClockDiffers, off), nil
		}
	}
	now := db.now()
	latest, before, err := db.newest(ctx, now)
	switch {
	case err != nil:
		return bot.Reason{}, err
	case latest.Sub(now) > clockMost:
		return doubtBy(bot.ClockBehind, latest.Sub(now)), nil
	case !before.IsZero() && now.Sub(before) > clockLeap:
		return doubtBy(bot.ClockAhead, now.Sub(before)), nil
	}
	return bot.Reason{}, nil
}
