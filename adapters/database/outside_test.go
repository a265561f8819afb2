package database

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/bot"
)

// dial is a platform's clock, so many seconds ahead of the truth.
type dial struct {
	ahead  atomic.Int64
	silent atomic.Bool
}

func (d *dial) ReadClock(context.Context) (time.Time, error) {
	if d.silent.Load() {
		return time.Time{}, errors.New("it does not answer")
	}
	return time.Now().Add(time.Duration(d.ahead.Load()) * time.Second), nil
}

// On SQLite the clock of a machine that starts with it set wrong is held against the
// platforms': nothing is planned, skipped or posted by it, and staff are told.
func TestThePlatformsTellThatTheClockIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		off  time.Duration
		says string
	}{
		"ahead":  {8000 * time.Second, "may be wrong (it is 133 minutes ahead of the platforms' clocks"},
		"behind": {-8000 * time.Second, "may be wrong (it is 133 minutes behind the platforms' clocks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := dailyStory(t, opener(t, "sqlite:"+t.TempDir()+"/test.db")())
			var off atomic.Int64
			off.Store(int64(c.off))
			s.machine = func() time.Time { return time.Now().Add(time.Duration(off.Load())) }
			d := &dial{}
			s.clocks = []bot.Timekeeper{d}
			s.clock.set(monday.Add(c.off - 100*time.Second)) // ahead, Monday's is late
			e, _ := s.run()
			s.until("the news", func() bool { return strings.Contains(allWords(s.staff), c.says) })
			if n := len(ofReminders(t, s.db)); n != 0 || e.Doubt().Code != bot.ClockWrong {
				t.Errorf("%d deliveries are planned by a clock that is wrong; in doubt: %+v", n, e.Doubt())
			}

			s.clock.set(monday.Add(-100 * time.Second))
			off.Store(0)
			s.until("the step", func() bool { return e.Doubt().Code == bot.ClockMoved || e.Doubt().IsZero() })
			s.clock.set(monday.Add(5 * time.Second))
			s.quiet(e)
			if all := ofReminders(t, s.db); len(all) != 1 || all[0].State != bot.Sent {
				t.Errorf("with the right clock: %+v; want Monday's, sent", all)
			}
		})
	}
}

// A right clock leaps to a wrong time while the program runs: what a platform said before
// counts for nothing. Once it is set right again, a platform's word ends the doubt at once.
func TestThePlatformsAreAskedAgainAfterALeap(t *testing.T) {
	t.Parallel()
	s, _ := dailyStory(t, opener(t, "sqlite:"+t.TempDir()+"/test.db")())
	var off atomic.Int64
	s.machine = func() time.Time { return time.Now().Add(time.Duration(off.Load())) }
	s.clocks, s.calm = []bot.Timekeeper{&dial{}}, time.Hour
	s.clock.set(monday.Add(-100 * time.Second))
	e, _ := s.run()
	s.quiet(e)
	const ahead = 8000 * time.Second
	off.Store(int64(ahead))
	s.set(monday.Add(ahead - 100*time.Second)) // by this, Monday's is late
	s.until("the doubt", func() bool { return !e.Doubt().IsZero() })
	must(t, e.clock.askPlatforms(t.Context()))
	s.until("the platform's word", func() bool { return e.Doubt() == bot.ClockWrong.For(ahead) })
	off.Store(0)
	s.set(monday.Add(5 * time.Second))
	s.until("the other leap", func() bool { return e.Doubt().Code == bot.ClockMoved })
	must(t, e.clock.askPlatforms(t.Context()))
	s.quiet(e)
	if all := ofReminders(t, s.db); len(all) != 1 || all[0].State != bot.Sent {
		t.Errorf("%+v; want Monday's, sent", all)
	}
}

// A clock ahead is found wrong from the start, and set right while the program is off: what
// it left does not wait for the time that it showed.
func TestWhatAWrongClockLeftIsMendedAtTheNextStart(t *testing.T) {
	t.Parallel()
	s, _ := dailyStory(t, opener(t, "sqlite:"+t.TempDir()+"/test.db")())
	s.at(monday.Add(-24 * time.Hour)) // notes a moment
	ahead := 40 * 24 * time.Hour
	s.clocks = []bot.Timekeeper{&dial{}}
	s.machine = func() time.Time { return time.Now().Add(ahead) }
	s.clock.set(monday.Add(ahead - time.Hour))
	e, stop := s.run()
	s.until("the news", func() bool { return strings.Contains(allWords(s.staff), "ahead of the platforms' clocks") })
	if e.Doubt().Code != bot.ClockWrong {
		t.Errorf("in doubt: %+v", e.Doubt())
	}
	_, err := s.db.sql.Exec(`insert into concerns (id, group_id, category, day, count, shown, state, tell_at) values ('c', 'g', 'other', '', 1, 0, 'open', $1)`, millis(s.clock.now().Add(time.Hour)))
	must(t, err)
	stop()
	s.machine = nil
	s.at(monday.Add(time.Minute))
	var open int
	if err := s.db.sql.QueryRow(`select count(*) from troubles where kind = $1 and healed_at = 0`, string(bot.AboutClock)).Scan(&open); err != nil || open != 0 {
		t.Errorf("with the right clock trouble with it is not over, %v", err)
	}
	var tell int64
	if err := s.db.sql.QueryRow(`select tell_at from concerns`).Scan(&tell); err != nil || instant(tell).After(monday.Add(25*time.Hour)) {
		t.Errorf("the concern is told at %s, %v", instant(tell), err)
	}
}

// One platform that agrees with the machine's clock is enough; what was read before the
// clock was moved counts for nothing; who does not answer says nothing.
func TestOutside(t *testing.T) {
	t.Parallel()
	right, wrong, silent := &dial{}, &dial{}, &dial{}
	wrong.ahead.Store(3600)
	silent.silent.Store(true)
	for name, c := range map[string]struct {
		clocks         []bot.Timekeeper
		known, agrees  bool
		machine, ahead time.Duration
	}{
		"no platform":         {},
		"one that is silent":  {clocks: []bot.Timekeeper{silent}},
		"one that agrees":     {clocks: []bot.Timekeeper{right, silent}, known: true, agrees: true},
		"one of two":          {clocks: []bot.Timekeeper{wrong, right}, known: true, agrees: true},
		"one that does not":   {clocks: []bot.Timekeeper{wrong}, known: true, ahead: -time.Hour},
		"within what is told": {clocks: []bot.Timekeeper{right}, machine: 33 * time.Second, ahead: 33 * time.Second, known: true, agrees: true},
		"beyond":              {clocks: []bot.Timekeeper{right}, machine: 40 * time.Second, ahead: 40 * time.Second, known: true},
	} {
		var o outside
		machine := func() time.Time { return time.Now().Add(c.machine) }
		o.ask(t.Context(), c.clocks, machine)
		ahead, agrees, known := o.agree()
		if known != c.known || known && agrees != c.agrees || (ahead-c.ahead).Abs() > time.Second {
			t.Errorf("%s: ahead by %s, agrees: %v, known: %v; want %+v", name, ahead, agrees, known, c)
		}
		if o.fresh(false) != known || o.fresh(true) {
			t.Errorf("%s: fresh: %v, in doubt: %v", name, o.fresh(false), o.fresh(true))
		}
		o.moved()
		if _, _, known := o.agree(); known {
			t.Errorf("%s: still known after the clock was moved", name)
		}
	}
}

// An answer that comes after the machine's clock was moved was asked for before: how far
// it is off nobody knows.
func TestAnAnswerFromBeforeTheClockWasMoved(t *testing.T) {
	t.Parallel()
	var o outside
	o.ask(t.Context(), []bot.Timekeeper{asked(func() (time.Time, error) {
		o.moved()
		return time.Now(), nil
	})}, time.Now)
	if _, _, known := o.agree(); known {
		t.Error("it counts")
	}
}

type asked func() (time.Time, error)

func (a asked) ReadClock(context.Context) (time.Time, error) { return a() }
