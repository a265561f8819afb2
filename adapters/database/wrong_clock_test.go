package database

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/delivery"
	"circlekeeper/scheduler"
)

// story is an engine whose clock a test sets, restarted as often as it likes.
type story struct {
	*testing.T
	db      *DB
	clock   *clock
	b       *chat.Bot
	net     *network
	staff   *network
	machine func() time.Time // nil: the test's own
	clocks  []bot.Timekeeper
	keep    time.Duration // of the audit trail

	keepDeliveries time.Duration
	digest         bot.DigestTime
	calm           time.Duration // a millisecond if it is 0
}

func newStory(t *testing.T, db *DB) *story {
	t.Helper()
	now := &clock{at: monday}
	db.now = now.now
	return &story{T: t, db: db, clock: now, b: core(t, db), net: newNetwork(bot.Discord), staff: newNetwork(bot.Slack)}
}

// engine makes one more engine on the story's database and runs it until stop.
func (s *story) run() (e *Engine, stop func()) {
	s.Helper()
	e, err := s.db.NewEngine(EngineConfig{
		Planner: delivery.NewPlanner(s.b.Deck()), Changed: s.b.Touch,
		Courier: delivery.NewCourier(s.b.Deck(), []bot.Adapter{s.net, s.staff}, slog.New(slog.DiscardHandler), s.db.now), Platforms: []bot.Platform{bot.Discord, bot.Slack},
		Staff: staffPlace, Calm: cmp.Or(s.calm, time.Millisecond), Digest: s.digest, Machine: s.machine, Clocks: s.clocks, KeepAudit: s.keep, KeepDeliveries: s.keepDeliveries,
	})
	if err != nil {
		s.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.Error(err)
		}
	})
	s.Cleanup(stop)
	return e, stop
}

// set moves the story's clock and lets the planner look.
func (s *story) set(moment time.Time) {
	s.clock.set(moment)
	s.db.changed()
}

// until waits for something to come true.
func (s *story) until(what string, holds func() bool) {
	s.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatalf("%s does not come true; %+v", what, deliveries(s, s.db))
		}
	}
}

// quiet waits until the planner has nothing left to plan and no reminder's delivery
// that has come is open.
func (s *story) quiet(e *Engine) {
	s.Helper()
	s.until("quiet", func() bool {
		clear := e.Doubt().IsZero() && e.moments.fresh.Load() // before what is due is looked at, which it changes
		next, err := s.db.nextDue(s.Context())
		if err != nil {
			s.Fatal(err)
		}
		var open int
		err = s.db.sql.QueryRow(`select count(*) from deliveries where state in ('due', 'sending') and kind = 'reminder' and at <= $1`, millis(s.clock.now())).Scan(&open)
		if err != nil {
			s.Fatal(err)
		}
		return clear && (next.IsZero() || next.After(s.clock.now())) && open == 0
	})
}

// at starts the program at a moment, lets it do all there is to do, and stops it.
func (s *story) at(moment time.Time) {
	s.Helper()
	s.clock.set(moment)
	e, stop := s.run()
	s.quiet(e)
	if err := errors.Join(e.housekeeping.clean(s.Context()), e.housekeeping.mend(s.Context())); err != nil {
		s.Fatal(err)
	}
	stop()
}

// TestOneStartWithAWrongClock starts the program once with the clock off, and then
// lets a month pass by a clock that is right.
func TestOneStartWithAWrongClock(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, off := range map[string]time.Duration{
		"40 days ahead": 40 * day, "40 days ahead, at the hour": 40*day + time.Hour + 10*time.Minute, "3 years ahead": 3 * 365 * day, "40 days back": -40 * day, "3 years back": -3 * 365 * day,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, open func() *DB) {
				s := newStory(t, open())
				places := []bot.Place{place("discord:1/2"), place("discord:1/3")}
				must(t, s.db.AddGroup(t.Context(), cli, sampleGroup("g", places...)))
				daily := addReminder(t, s.db, "g", "every day at 9:00")
				weekly := addReminder(t, s.db, "g", "every Monday at 12:00")
				s.at(monday.Add(3 * time.Second)) // Monday's 9:00 is posted
				s.at(monday.Add(time.Hour + off)) // once, the clock is wrong
				wrong := s.net.keys()
				s.clock.set(monday.Add(time.Hour + time.Minute))
				e, _ := s.run()
				s.quiet(e)
				for hour := range 24 * 30 {
					s.set(monday.Add(time.Hour + time.Minute).Add(time.Duration(hour) * time.Hour))
					if at := s.clock.now().In(time.FixedZone("", -8*3600)); at.Hour() == 9 || at.Hour() == 10 || at.Hour() == 12 {
						s.quiet(e)
					}
				}
				want := make(map[string]int)
				for _, p := range places {
					for d := range 31 {
						at := monday.Add(2 * time.Second).Add(time.Duration(d) * day)
						want[bot.Key(daily.ID, scheduler.CivilOf(at.In(time.FixedZone("", -8*3600))), p)] = 1
						if d%7 == 0 {
							want[bot.Key(weekly.ID, scheduler.CivilOf(at.Add(3*time.Hour).In(time.FixedZone("", -8*3600))), p)] = 1
						}
					}
				}
				got := s.net.keys()
				for key := range wrong { // posted while the clock was wrong, of another time
					if want[key] == 0 {
						if got[key] != 1 {
							t.Errorf("what a wrong clock posted stands %d times", got[key])
						}
						delete(got, key)
					}
				}
				if !maps.Equal(got, want) {
					t.Errorf("%d posts, want %d; lost or doubled: %v", len(got), len(want), differences(got, want))
				}
				for _, d := range ofReminders(t, s.db) {
					if d.At.After(s.clock.now()) && d.State != bot.Sent {
						t.Errorf("on record about the future: %+v", d)
					}
				}
			})
		})
	}
}

func differences(got, want map[string]int) map[string]int {
	out := make(map[string]int)
	for key := range want {
		if got[key] != 1 {
			out[key] = got[key]
		}
	}
	for key, n := range got {
		if want[key] == 0 {
			out[key] = n
		}
	}
	return out
}

// A clock that shows a time whose records are deleted is not gone by, however long it
// stands: what was posted then could be posted again.
func TestAClockBehindWhatIsKept(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	s := newStory(t, opener(t, "sqlite:"+filepath.Join(t.TempDir(), "clinic.db"))())
	s.keepDeliveries = 25 * day
	must(t, s.db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
	addReminder(t, s.db, "g", "every day at 9:00")
	for n := time.Duration(0); n < 40; n += 9 { // a longer step would be taken for a leap
		s.at(monday.Add(n*day + 3*time.Second))
	}
	before := len(s.net.keys())
	s.clock.set(monday.Add(5 * time.Second))
	e, stop := s.run()
	s.until("staff are told", func() bool { return strings.Contains(allWords(s.staff), "the newest record is") })
	stop()
	e.clock.read() // it has stood for longer than is asked here, a millisecond
	if settled, err := e.clock.settled(t.Context()); settled || err != nil || e.Doubt().IsZero() {
		t.Errorf("settled %v, %v; doubt %v", settled, err, e.Doubt())
	}
	if n := len(s.net.keys()); n != before {
		t.Errorf("%d posts, %d before", n, before)
	}
	s.at(monday.Add(45*day + 3*time.Second))
	if n := len(s.net.keys()); n != before+1 {
		t.Errorf("%d posts after the clock was set, %d before; want one more", n, before)
	}
	for key, n := range s.net.keys() {
		if n != 1 {
			t.Errorf("%s stands %d times", key, n)
		}
	}
}

// A clock far ahead of the newest record deletes nothing, staff are told, and a clock
// that is right again deletes what is old by it.
func TestAClockFarAheadDeletesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s := newStory(t, open())
		s.keep = 365 * 24 * time.Hour
		s.at(monday)
		rows := func() (n int) {
			must(t, s.db.sql.QueryRow(`select count(*) from audit`).Scan(&n))
			return n
		}
		before := rows()
		if before == 0 {
			t.Fatal("there is no audit trail")
		}
		ahead := monday.AddDate(3, 0, 0)
		s.at(ahead)
		s.at(ahead.Add(time.Hour)) // a restart does not change it
		if rows() != before {
			t.Errorf("%d of %d audit rows are left", rows(), before)
		}
		told := allWords(s.staff)
		if !strings.Contains(told, "the bot does not delete old records for now") || strings.Contains(told, "the bot deletes old records again when") {
			t.Errorf("staff read:\n%s", told)
		}
		s.clock.set(monday.Add(time.Minute))
		_, stop := s.run()
		s.until("the news", func() bool { return strings.Contains(allWords(s.staff), "Resolved: the bot deletes old records again") })
		stop()
		if rows() != before {
			t.Errorf("%d of %d audit rows are left", rows(), before)
		}

		// Three years on, in truth: after ten days of a steady clock they go.
		s.at(ahead)
		s.at(ahead.Add(clockLeap - time.Hour))
		if rows() != before {
			t.Errorf("%d of %d audit rows are left", rows(), before)
		}
		s.at(ahead.Add(clockLeap + time.Hour))
		if rows() != 0 {
			t.Errorf("%d audit rows are left long after their time", rows())
		}
	})
}

// allWords is all that stands in a network's channels.
func allWords(n *network) string {
	var out strings.Builder
	for _, m := range n.standing() {
		out.WriteString(words(m) + "\n")
	}
	return out.String()
}

// TestAStepOfTheClock sets the machine's clock while the program runs.
func TestAStepOfTheClock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s := newStory(t, open())
		var step atomic.Int64
		s.machine = func() time.Time { return time.Now().Add(time.Duration(step.Load())) }
		must(t, s.db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		addReminder(t, s.db, "g", "every day at 9:00")
		e, _ := s.run()
		s.quiet(e)
		step.Store(int64(8000 * time.Second))
		if s.db.Shared() { // the server's clock says that it is wrong now
			s.until("the doubt", func() bool { return e.Doubt().Code == bot.ClockDiffers })
			s.clock.set(monday.Add(8000 * time.Second))
			s.until("the news", func() bool {
				return strings.Contains(allWords(s.staff), "may be wrong (it differs from the database's clock by 133 minutes")
			})
			if n := len(ofReminders(t, s.db)); n != 0 {
				t.Errorf("%d deliveries are planned by a clock that is wrong", n)
			}
			s.clock.set(monday.Add(5 * time.Second))
			step.Store(0)
		} else {
			s.until("the news", func() bool {
				return strings.Contains(allWords(s.staff), "may be wrong (it was set forward by 133 minutes")
			})
			s.until("the end of the doubt", func() bool { return strings.Contains(allWords(s.staff), "go by the machine's clock again") })
			s.clock.set(monday.Add(5 * time.Second))
		}
		s.quiet(e)
		if all := ofReminders(t, s.db); len(all) != 1 || all[0].State != bot.Sent {
			t.Errorf("after the doubt: %+v; want Monday's, sent", all)
		}
	})
}

// One of three processes has its clock 8,000 s ahead: it plans nothing, so that the
// others post everything on time.
func TestOneWrongClockOfThree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		first := open()
		if !first.Shared() {
			t.Skip("SQLite has one process")
		}
		s := newStory(t, first)
		const groups = 20
		for i := range groups {
			id := fmt.Sprint("g", i)
			must(t, s.db.AddGroup(t.Context(), cli, sampleGroup(id, place(fmt.Sprint("discord:1/", i+1)))))
			addReminder(t, s.db, id, "every Monday at 9:00")
		}
		s.clock.set(monday.Add(-90 * time.Second))
		good, _ := s.run()
		wrong := *s
		wrong.db = open()
		wrong.db.now = func() time.Time { return s.clock.now().Add(8000 * time.Second) }
		wrong.machine = func() time.Time { return time.Now().Add(8000 * time.Second) }
		bad, _ := wrong.run()
		s.until("the doubt", func() bool { return !bad.Doubt().IsZero() })
		s.until("a tick", func() bool { return !bad.Ticked().IsZero() })
		if n := len(ofReminders(t, s.db)); n != 0 {
			t.Fatalf("%d deliveries are on record before their time", n)
		}
		s.clock.set(monday.Add(3 * time.Second))
		s.quiet(good)
		for _, d := range ofReminders(t, s.db) {
			if d.State != bot.Sent {
				t.Errorf("%+v", d)
			}
		}
		if n := len(s.net.keys()); n != groups {
			t.Errorf("%d posts, want %d", n, groups)
		}
	})
}
