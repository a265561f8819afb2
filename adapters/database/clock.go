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
	clockMost  = 30 * time.Second    // further off, nothing is planned and nothing posted
	clockLeap  = 10 * 24 * time.Hour // ahead of the newest record: nothing is deleted for as long
	clockCalm  = 30 * time.Second    // how long a clock that nothing can be compared with must stand before it is believed
	clockEvery = time.Minute
	zonesEvery = time.Hour
)

// clockWatch is what an engine knows of its machine's clock. Only the engine's loop changes
// it, but for outside.
type clockWatch struct {
	workings
	moments *moments
	notices *staffNotices
	outside outside
	looked  chan struct{} // closed once the clock was compared for the first time

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
}

// Doubt says why nothing goes by the machine's clock, or is zero.
func (c *clockWatch) Doubt() bot.Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	return doubtBy(c.doubt, c.length)
}

// Doubt says why nothing goes by the machine's clock, or is zero.
func (e *Engine) Doubt() bot.Reason { return e.clock.Doubt() }

func doubtBy(why bot.ReasonCode, length time.Duration) bot.Reason {
	if why == "" {
		return bot.Reason{}
	}
	return why.For(length.Round(time.Second))
}

func (c *clockWatch) doubtful() bool { return !c.Doubt().IsZero() }

// suspect stops all that goes by the clock until it is clear.
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

// sharedNow is now by the database's clock, as far as it is known: troubles that several
// processes share are told by it.
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

// lookAfter compares the clock with what there is to compare it with, and reports whether
// what goes by it may go on.
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

// noteLook lets the chores begin: the clock was compared. Only the engine's loop calls it.
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

// settled tells whether a doubt is over: the database's clock agrees or, where there is
// none, a platform's. Where none answers, the clock must have stood for a while. A clock
// that shows a time whose records are deleted already stays in doubt.
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

// confirmed tells whether another clock says that the machine's is right.
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

// healAfter is how long after the last word of a process whose clock is in doubt the
// others tell that it is over: it speaks once a minute.
const healAfter = 150 * time.Second

// noteGood notes the moment as one that a good clock showed, and heals what was told
// of the clock. It comes after what a wrong one has written was dealt with: the note
// would hide it from the next start.
func (c *clockWatch) noteGood(ctx context.Context) error {
	now := c.sharedNow()
	return c.db.inTx(ctx, func(tx *sql.Tx) error {
		if err := setMark(ctx, tx, "clock", now); err != nil {
			return err
		}
		if err := c.endLeap(ctx, tx); err != nil {
			return err
		}
		if c.confirmed() { // what lies ahead was written by a clock that was
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

// newest is the latest moment on record that a clock of this program showed, and the
// latest that does not lie ahead of now; the zero time if there is none.
func (db *handle) newest(ctx context.Context, now time.Time) (latest, before time.Time, err error) {
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

// concernMost is how long at most a concern waits until staff are told of it.
const concernMost = 24 * time.Hour

// leftAhead tells whether a clock ahead, that was found wrong and noted no moment itself, has
// left something that would wait until then.
func (db *handle) leftAhead(ctx context.Context, now time.Time) (left bool, err error) {
	err = db.sql.QueryRowContext(ctx, `select exists (select 1 from troubles where healed_at = 0 and last_at > $1)
		or exists (select 1 from concerns where tell_at > $2)`, millis(now.Add(clockMost)), millis(now.Add(concernMost+clockMost))).Scan(&left)
	return left, err
}

// compareRecords holds the clock against the newest record, once at the start.
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

// beforeLeap marks what the clock showed before it leapt, at first if it did so again.
const beforeLeap = "before leap"

// noteLeap keeps everything until the clock has shown for a while that it is right.
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

// mayDelete tells whether the clock is good enough to delete by.
func (c *clockWatch) mayDelete(ctx context.Context) (bool, error) {
	leap, err := mark(ctx, c.db.sql, "leap")
	return err == nil && !c.doubtful() && !c.inLeap(leap), err
}

// inLeap tells whether a leap is not over yet: it is once the clock has gone on for
// long, or was set back.
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

// ClockFinding says what is wrong with the machine's clock, or nothing: it is compared
// with PostgreSQL's, and with the newest record.
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
