package database

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
)

// A trouble's notice is followed up in its thread, and then says itself that it
// is over.
func TestNoticesAreThreadedAndKeptUpToDate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		b := core(t, db)
		net := newNetwork(bot.Slack)
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		e, _ := start(t, db, b, net)
		trouble := bot.PlatformTrouble(bot.Discord, "tokens revoked")
		for range 3 {
			must(t, e.Report(t.Context(), trouble))
		}
		settled(t, db, 1)
		if m := net.standing()[0]; m.Thread != "" || len(m.Actions) == 0 || !strings.HasPrefix(words(m), "Trouble") {
			t.Errorf("told %+v", m)
		}
		for range 2 {
			must(t, e.Healed(t.Context(), trouble))
		}
		settled(t, db, 2)
		posts := net.standing()
		if len(posts) != 2 || posts[1].Thread != "1" || !strings.HasPrefix(words(posts[1]), "Resolved") {
			t.Fatalf("told %+v", posts)
		}
		if got := words(posts[0]); !strings.HasPrefix(got, "Resolved") || !strings.Contains(got, "tokens revoked") || len(posts[0].Actions) != 0 {
			t.Errorf("the first notice reads %q", got)
		}
	})
}

// Trouble with the staff's own platform reaches moderators elsewhere.
func TestTroubleOfTheStaffsPlatformIsToldElsewhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		for _, g := range []struct{ id, at, moderators string }{
			{"a", "discord:1/1", "discord:1/11"}, {"b", "discord:1/2", "discord:1/11"}, {"c", "slack:C0000003", "slack:C0000033"}, {"d", "discord:1/4", ""},
		} {
			group := sampleGroup(g.id, place(g.at))
			if g.moderators != "" {
				group.Moderators = place(g.moderators)
			}
			must(t, db.AddGroup(t.Context(), cli, group))
		}
		e, alone := newEngine(db, EngineConfig{Staff: staffPlace}), newEngine(db, EngineConfig{})
		content := func(file string) bot.Trouble {
			return bot.Trouble{Subject: bot.AboutContent.Of(file), Reason: bot.BadContent.With("en/x.md:1: empty")}
		}
		for _, tc := range []struct {
			e       *Engine
			trouble bot.Trouble
			want    []string
		}{
			{e, bot.PlatformTrouble(bot.Slack, "down"), []string{"discord:1/11", staffPlace.String()}},
			{e, bot.PlatformTrouble(bot.Discord, "down"), []string{staffPlace.String()}},
			{e, bot.Trouble{Subject: bot.AboutPlace.At(staffPlace), Reason: bot.Unreachable.With("archived")}, []string{"discord:1/11", "slack:C0000033"}},
			{e, content("en/x.md"), []string{staffPlace.String()}},
			// Without a place for staff, moderators hear of what concerns the whole bot, and of their own group.
			{alone, content("en/y.md"), []string{"discord:1/11", "slack:C0000033"}},
			{alone, bot.Trouble{Subject: bot.AboutPlace.At(place("discord:1/2")), Reason: bot.Unreachable.With("gone"), Group: "b"}, []string{"discord:1/11"}},
		} {
			before := len(deliveries(t, db))
			must(t, tc.e.Report(t.Context(), tc.trouble))
			var told []string
			for _, d := range deliveries(t, db)[:len(deliveries(t, db))-before] {
				told = append(told, d.Place.String())
			}
			slices.Sort(told)
			if len(told) != len(tc.want) {
				t.Errorf("%s is told to %v, want %v", tc.trouble.Subject, told, tc.want)
			}
			for _, w := range tc.want {
				if !strings.Contains(strings.Join(notices(t, db), "\n"), w) {
					t.Errorf("%s is not told to %s", tc.trouble.Subject, w)
				}
			}
		}
	})
}

func TestDigestComesOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db, now, b, r := withReminder(t, open, monday.AddDate(0, 0, -8), "every Tuesday at 9:00")
		now.set(r.Next.At)
		if _, err := plan(t, db, b); err != nil {
			t.Fatal(err)
		}
		if _, err := db.sql.Exec(`update deliveries set state = 'sent'`); err != nil {
			t.Fatal(err)
		}
		times, err := bot.ParseDigest("every Monday at 9:00")
		must(t, err)
		e := newEngine(db, EngineConfig{Planner: delivery.NewPlanner(b.Deck()), Staff: staffPlace, Digest: times})
		told := func() (out []bot.Delivery) {
			t.Helper()
			for range 2 { // two processes, or the next minute
				must(t, e.notices.digest(t.Context()))
			}
			for _, d := range deliveries(t, db) {
				if d.Kind == bot.OfNotice {
					out = append(out, d)
				}
			}
			return out
		}
		if _, err := db.sql.Exec(`insert into marks (name, at) values ('begun', $1)`, millis(monday.AddDate(0, 0, -8))); err != nil {
			t.Fatal(err)
		}
		// The record of changes may be kept for less than a digest's span.
		if _, err := db.sql.Exec(`delete from audit`); err != nil {
			t.Fatal(err)
		}
		now.set(monday) // two seconds early
		if got := told(); len(got) != 0 {
			t.Errorf("too early: %+v", got)
		}
		now.set(monday.Add(time.Minute))
		got := told()
		if len(got) != 1 || !strings.Contains(said(got[0]), "Group g: 1 sent, 0 skipped, 0 failed") || !got[0].At.Equal(monday.Add(2*time.Second)) {
			t.Errorf("told %+v", got)
		}
		now.set(monday.AddDate(0, 0, 7).Add(time.Hour))
		if got := told(); len(got) != 2 || !strings.Contains(said(got[0]), "Group g: 0 sent") {
			t.Errorf("a week later: %+v", got)
		}
		e.Digest = bot.DigestTime{}
		now.set(monday.AddDate(0, 0, 14).Add(time.Hour))
		if got := told(); len(got) != 2 {
			t.Errorf("turned off: %+v", got)
		}
		// Nothing is told of a time before the program ran.
		if _, err := db.sql.Exec(`update marks set at = $1 where name = 'begun'`, millis(now.now())); err != nil {
			t.Fatal(err)
		}
		e.Digest = times
		if got := told(); len(got) != 2 {
			t.Errorf("of a time before: %+v", got)
		}
	})
}

// What another process changes reaches whoever watches the board here.
func TestTheBoardHearsOfOtherProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		here, there := open(), open()
		b := core(t, here)
		changed := b.Changed()
		hear := func(what string) {
			t.Helper()
			select {
			case <-changed:
				changed = b.Changed()
			case <-time.After(time.Minute):
				t.Fatalf("%s is not heard of", what)
			}
		}
		start(t, here, b, newNetwork(bot.Slack))
		hear("the beginning")
		must(t, there.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		hear("a new group")
	})
}

// A digest that the lost database may have posted is looked up before it is sent, from when
// the backup was made: it may have been told before its time, by a clock that was ahead.
func TestDigestAfterARestore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		backup := monday.AddDate(0, 0, -8)
		now := &clock{at: backup}
		db.now = now.now
		b := core(t, db)
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		times, err := bot.ParseDigest("every Monday at 9:00")
		must(t, err)
		if _, err := db.sql.Exec(`insert into marks (name, at) values ('begun', $1)`, millis(now.at)); err != nil {
			t.Fatal(err)
		}
		now.set(monday.Add(time.Hour))
		must(t, db.MarkRestored(t.Context()))
		e := newEngine(db, EngineConfig{Planner: delivery.NewPlanner(b.Deck()), Staff: staffPlace, Digest: times})
		must(t, e.notices.digest(t.Context()))
		all := deliveries(t, db)
		if len(all) != 1 || all[0].State != bot.Sending || !all[0].Begun.Equal(backup) {
			t.Errorf("%+v, want one digest that is looked up first, from %s on", all, backup)
		}
	})
}

// A program whose clock is days ahead tells no digest: the true one, of the same Monday, would
// not come any more. Nor does it before its clock was compared, which takes a moment.
func TestNoDigestByAClockInDoubt(t *testing.T) {
	t.Parallel()
	times, err := bot.ParseDigest("every Monday at 9:00")
	must(t, err)
	each(t, func(t *testing.T, open func() *DB) {
		s := newStory(t, open())
		s.clock.set(monday.Add(time.Hour))
		err := errors.Join(s.db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))),
			setMark(t.Context(), s.db.sql, "begun", monday.AddDate(0, 0, -30)))
		must(t, err)
		s.digest, s.clocks = times, []bot.Timekeeper{&dial{}}
		s.machine = func() time.Time { return time.Now().AddDate(0, 0, 3) } // which PostgreSQL's and the platform's clock deny
		e, stop := s.run()
		s.until("the doubt", func() bool { return !e.Doubt().IsZero() && !e.Ticked().IsZero() })
		time.Sleep(50 * time.Millisecond) // in which it would come
		stop()
		for _, d := range deliveries(t, s.db) {
			if d.News != nil && d.News.Digest != nil {
				t.Errorf("on record is %+v", d)
			}
		}
	})
}

// A clock that has leapt soon after a restore may be ahead: a digest of the time that it
// shows may have been posted, too. One that leapt long after it says nothing new of that.
func TestDigestByAClockThatLeaptAfterARestore(t *testing.T) {
	t.Parallel()
	times, err := bot.ParseDigest("every Monday at 9:00")
	must(t, err)
	for name, c := range map[string]struct {
		leapt time.Duration // after the restore
		want  bot.State
	}{"soon": {time.Hour, bot.Sending}, "long after": {gapMost + time.Hour, bot.Due}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, open func() *DB) {
				s := newStory(t, open())
				err := errors.Join(s.db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))),
					setMark(t.Context(), s.db.sql, "begun", monday), s.db.MarkRestored(t.Context()))
				must(t, err)
				e := newEngine(s.db, EngineConfig{Planner: delivery.NewPlanner(s.b.Deck()), Staff: staffPlace, Digest: times})
				s.clock.set(monday.Add(c.leapt))
				must(t, e.clock.noteGood(t.Context()))
				digest := func(at time.Time) bot.State {
					t.Helper()
					s.clock.set(at)
					must(t, errors.Join(e.clock.compareRecords(t.Context()), e.notices.digest(t.Context())))
					all := deliveries(t, s.db)
					i := slices.IndexFunc(all, func(d bot.Delivery) bool {
						return d.News != nil && d.News.Digest != nil && at.Sub(d.At) < bot.NoticeLate
					})
					if i < 0 {
						t.Fatalf("no digest of %s on record: %+v", at, all)
					}
					return all[i].State
				}
				ahead := monday.AddDate(0, 0, 7*52)
				if got := digest(ahead.Add(time.Hour)); got != c.want {
					t.Errorf("the digest is %s, want %s", got, c.want)
				}
				s.clock.set(ahead.Add(clockLeap + time.Hour)) // the clock has stood: it is right
				must(t, e.clock.noteGood(t.Context()))
				if got := digest(ahead.AddDate(0, 0, 14).Add(time.Hour)); got != bot.Due {
					t.Errorf("two weeks later the digest is %s, want %s", got, bot.Due)
				}
			})
		})
	}
}

// After a restore, news of what began before it is looked up before it is sent: the lost
// database may have told that it is over.
func TestNewsFromBeforeARestoreIsLookedUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s := newStory(t, open())
		e := newEngine(s.db, EngineConfig{Staff: staffPlace})
		old := bot.Trouble{Subject: bot.Subject{Kind: bot.AboutLateness}, Reason: bot.Reason{Code: bot.Late}}
		later := bot.Trouble{Subject: bot.Subject{Kind: bot.AboutClock}, Reason: bot.Reason{Code: bot.ClockMoved}}
		s.clock.set(monday)
		must(t, e.Report(t.Context(), old))
		s.clock.set(monday.Add(time.Hour))
		must(t, s.db.MarkRestored(t.Context()))
		s.clock.set(monday.Add(2 * time.Hour))
		must(t, e.Report(t.Context(), later))
		for _, trouble := range []bot.Trouble{old, later} {
			must(t, e.Healed(t.Context(), trouble))
		}
		all, err := s.db.Deliveries(t.Context(), bot.DeliveryFilter{})
		must(t, err)
		looked := 0
		for _, d := range all {
			before := d.News.Subject == old.Subject
			if (d.State == bot.Sending) != before {
				t.Errorf("%s %s of %s is %s", d.Kind, d.News.Turn, d.News.Subject, d.State)
			}
			if before && d.News.Turn == bot.Healed {
				looked++
			}
		}
		if looked != 1 {
			t.Errorf("%d notices tell that the old trouble is over", looked)
		}
	})
}
