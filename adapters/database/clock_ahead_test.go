package database

import (
	"slices"
	"testing"
	"time"

	"circlekeeper/bot"
)

// dailyStory is a story with a group "g" of one channel, and its reminder every day at nine.
func dailyStory(t *testing.T, db *DB) (*story, bot.Reminder) {
	t.Helper()
	s := newStory(t, db)
	must(t, s.db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
	return s, addReminder(t, s.db, "g", "every day at 9:00")
}

// onceAhead posts what is due on Monday; then a clock that is ahead puts the next forty days
// on record as missed, and is right again.
func (s *story) onceAhead() {
	s.at(monday.Add(3 * time.Second))
	s.at(monday.Add(40*24*time.Hour + 6*time.Hour))
	s.at(monday.Add(time.Hour))
}

// What was on record as missed, by a clock ahead, although its time came only after
// the clock was right, is posted if it is not too late.
func TestAnOccurrenceOfTheTimeBetweenIsPosted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s, _ := dailyStory(t, open())
		s.at(monday.Add(-time.Hour))
		s.at(monday.Add(40*24*time.Hour + 6*time.Hour)) // all are late by that clock
		if n := len(s.net.keys()); n != 0 {
			t.Fatalf("%d posts by a clock in the afternoon", n)
		}
		s.at(monday.Add(10 * time.Minute)) // ten minutes after nine
		all := ofReminders(t, s.db)
		if len(all) != 1 || all[0].State != bot.Sent || all[0].Nominal.String() != "2026-11-30T09:00" {
			t.Errorf("on record: %+v; want Monday's, sent", all)
		}
	})
}

// What a clock ahead put on record of days on which the group then was paused stays out of
// the way when a clock is ahead a second time: nothing is told as missed.
func TestASecondClockAheadFindsNothingOfTheFirst(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, second := range map[string]time.Duration{"in the pause": 5*day + 10*time.Minute, "after it": 6*day + time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, open func() *DB) {
				s, _ := dailyStory(t, open())
				s.onceAhead()
				g, err := s.db.Group(t.Context(), "g")
				must(t, err)
				g.Paused = monday.Add(5*day + time.Hour)
				must(t, s.db.SetGroup(t.Context(), cli, g))
				for n := time.Duration(1); n*day < second; n++ {
					s.at(monday.Add(n*day + 3*time.Second))
				}
				s.at(monday.Add(second + 2*time.Hour)) // the clock is ahead
				s.at(monday.Add(second))
				s.at(monday.Add(6*day + time.Minute)) // the first after the pause
				var said []string
				for _, d := range ofReminders(t, s.db) {
					said = append(said, d.Nominal.String()+" "+string(d.State))
				}
				slices.Sort(said)
				if want := []string{"2026-11-30T09:00 sent", "2026-12-06T09:00 sent"}; !slices.Equal(said, want) {
					t.Errorf("on record: %q, want %q", said, want)
				}
			})
		})
	}
}

// To somebody who changes a reminder on a machine whose clock is behind, true records look
// like those of a clock ahead. They stay, and nothing is due again.
func TestAChangeByAClockBehindLeavesTheRecords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s, r := dailyStory(t, open())
		s.at(monday.Add(-time.Hour))
		s.at(monday.AddDate(0, 0, 3)) // what came due meanwhile is late
		before := ofReminders(t, s.db)
		if len(before) < 3 {
			t.Fatalf("on record: %+v", before)
		}
		s.clock.set(monday.Add(time.Hour))
		r.Version = 0
		must(t, s.db.SetReminder(t.Context(), cli, r))
		g := sampleGroup("g", place("discord:1/2"))
		g.Quiet = "22:00-07:00"
		must(t, s.db.SetGroup(t.Context(), cli, g))
		s.clock.set(monday.AddDate(0, 0, 3).Add(time.Minute))
		after := ofReminders(t, s.db)
		if !slices.EqualFunc(before, after, func(a, b bot.Delivery) bool { return a.Key == b.Key && a.State == b.State }) {
			t.Errorf("on record are %+v, before %+v", after, before)
		}
		if now, err := s.db.Reminder(t.Context(), r.ID); err != nil || now.Next.At.Before(monday.Add(time.Hour)) {
			t.Errorf("comes next %+v, %v", now.Next, err)
		}
	})
}

// Of what may stand in the channel nothing is posted again, wherever the clock goes: after
// an outage it cannot be told from what a clock ahead has tried too early.
func TestWhatMayHaveBeenPostedStaysOnRecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s, _ := dailyStory(t, open())
		s.at(monday.Add(3 * time.Second))
		_, err := s.db.sql.Exec(`update deliveries set state = 'failed', reason = $1, message = '', settled_at = $2`, string(bot.Unresolved), millis(monday.Add(3*time.Hour)))
		must(t, err)
		s.at(monday.Add(3*time.Hour + time.Minute))
		s.at(monday.Add(10 * time.Minute)) // the clock is behind now, ten minutes after nine
		s.at(monday.Add(12 * time.Minute))
		all := ofReminders(t, s.db)
		if len(all) != 1 || all[0].State != bot.Failed || all[0].Reason.Code != bot.Unresolved {
			t.Errorf("on record: %+v; want Monday's, failed as unresolved", all)
		}
		if n := len(s.net.keys()); n != 1 {
			t.Errorf("%d posts, want the one that may stand there", n)
		}
	})
}

// What a clock ahead put on record by a rule that was changed afterwards, or of a pause,
// is not missed when a clock is ahead a second time: nothing was due then.
func TestWhatAClockAheadPutOnRecordBeforeAChange(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, change := range map[string]func(r *bot.Reminder, saved func()){
		"the rule":       func(r *bot.Reminder, _ func()) { r.Rule = "every Sunday at 12:00" },
		"a pause":        func(r *bot.Reminder, _ func()) { r.Paused = monday.Add(day + time.Minute) },
		"a pause, ended": func(r *bot.Reminder, saved func()) { r.Paused = bot.Forever; saved(); r.Paused = time.Time{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, open func() *DB) {
				s, r := dailyStory(t, open())
				s.onceAhead()
				set := func() {
					t.Helper()
					r.Version = 0
					must(t, s.db.SetReminder(t.Context(), cli, r))
				}
				change(&r, func() { set(); s.clock.set(monday.Add(day + time.Minute)) })
				set()
				s.at(monday.Add(50 * day)) // ten minutes after nine, the clock is ahead
				s.at(monday.Add(day + 10*time.Minute))
				for _, d := range ofReminders(t, s.db) {
					if d.Nominal.String() == "2026-12-01T09:00" {
						t.Errorf("on record, although nothing was due: %+v", d)
					}
				}
			})
		})
	}
}

// What a clock ahead settled at the very moment at which it was due by that clock does not
// stand for what is due when the moment comes.
func TestWhatAClockAheadSettledAtItsMoment(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	each(t, func(t *testing.T, open func() *DB) {
		s := newStory(t, open())
		g := sampleGroup("g", place("discord:1/2"))
		g.Skips = []string{"2026-12-02"}
		must(t, s.db.AddGroup(t.Context(), cli, g))
		addReminder(t, s.db, "g", "every day at 9:00")
		s.at(monday.Add(3 * time.Second))
		s.at(monday.Add(2*day + 3*time.Second)) // the clock is ahead, and on that date nothing comes
		s.at(monday.Add(time.Hour))
		g.Skips = nil
		must(t, s.db.SetGroup(t.Context(), cli, g))
		s.at(monday.Add(day + 3*time.Second))
		s.at(monday.Add(2*day + 3*time.Second))
		for _, d := range ofReminders(t, s.db) {
			if d.State != bot.Sent {
				t.Errorf("on record: %+v; want it sent", d)
			}
		}
		if n := len(s.net.keys()); n != 3 {
			t.Errorf("%d posts, want one on each of three days", n)
		}
	})
}

// What a clock ahead put on record by a zone that the group had before is missed once it has
// come by the zone that it has: the record of that local time stood in the way of a true one.
func TestWhatAClockAheadPutOnRecordByAnotherZone(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	each(t, func(t *testing.T, open func() *DB) {
		s, _ := dailyStory(t, open()) // at nine in Los Angeles
		s.onceAhead()
		g, err := s.db.Group(t.Context(), "g")
		must(t, err)
		g.Zone = "America/New_York" // three hours earlier
		must(t, s.db.SetGroup(t.Context(), cli, g))
		s.at(monday.Add(day - 3*time.Hour + 3*time.Second))
		s.at(monday.Add(2*day - 4*time.Hour))
		s.at(monday.Add(50 * day)) // by this clock the records of the first time are true
		s.at(monday.Add(2*day - 3*time.Hour + 10*time.Minute))
		var wednesday []string
		for _, d := range ofReminders(t, s.db) {
			if d.Nominal.String() == "2026-12-02T09:00" {
				wednesday = append(wednesday, string(d.State)+" "+d.At.UTC().Format(time.DateTime))
			}
		}
		if want := []string{"sent 2026-12-02 14:00:00"}; !slices.Equal(wednesday, want) {
			t.Errorf("on record of Wednesday: %q, want %q", wednesday, want)
		}
	})
}

// What came due while the program did not run stays, also where its rule was changed
// before the program ran again.
func TestWhatCameDueBeforeItsRuleWasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s, r := dailyStory(t, open())
		s.clock.set(monday.Add(10 * time.Minute))
		r.Rule = "every day at 17:30"
		must(t, s.db.SetReminder(t.Context(), cli, r))
		s.at(monday.Add(20 * time.Minute))
		if all := ofReminders(t, s.db); len(all) != 1 || all[0].State != bot.Sent || all[0].Nominal.String() != "2026-11-30T09:00" {
			t.Errorf("on record: %+v; want Monday's nine o'clock, sent", all)
		}
	})
}

// So does what came due after a clock that was ahead had put it on record as missed.
func TestWhatAClockAheadMissedBeforeItsRuleWasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s, r := dailyStory(t, open())
		s.at(monday.Add(-time.Hour))
		s.at(monday.Add(40*24*time.Hour + 6*time.Hour))
		s.clock.set(monday.Add(10 * time.Minute)) // the clock is right, and no process has run since
		r.Rule, r.Version = "every day at 17:30", 0
		must(t, s.db.SetReminder(t.Context(), cli, r))
		s.at(monday.Add(20 * time.Minute))
		if all := ofReminders(t, s.db); len(all) != 1 || all[0].State != bot.Sent || all[0].Nominal.String() != "2026-11-30T09:00" {
			t.Errorf("on record: %+v; want Monday's nine o'clock, sent", all)
		}
	})
}

// What a clock ahead has put on record for a time in which no process ran, or which a
// restored backup knows nothing of, is forgotten too, however long that was.
func TestWhatAClockAheadLeftIsForgottenAfterARest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		e := atRest(t, db)
		e.moments.fresh.Store(true)
		mend := func(left int) {
			t.Helper()
			must(t, e.housekeeping.mend(t.Context()))
			if all := deliveries(t, db); len(all) != left {
				t.Errorf("%d deliveries are left, want %d", len(all), left)
			}
		}
		mend(0)
		at := db.now().AddDate(0, 0, 10)
		db.now = func() time.Time { return at }
		d := bot.Delivery{Key: "k", Kind: bot.OfReminder, Reminder: "r", Group: "g", Place: place("discord:1/2"), At: at.AddDate(0, 0, -6), Card: "contact", State: bot.Due}
		must(t, db.Post(t.Context(), cli, d))
		if _, err := db.sql.Exec(`update deliveries set state = 'skipped', reason = 'late', settled_at = $1`, millis(at.AddDate(3, 0, 0))); err != nil {
			t.Fatal(err)
		}
		mend(0)
	})
}
