package database

import (
	"slices"
	"testing"
	"time"

	"circlekeeper/bot"
)

// come makes a reminder due so many minutes ago, and waits until n deliveries are settled.
func come(t *testing.T, db *DB, r bot.Reminder, minutes, n int) {
	t.Helper()
	must(t, db.BringForward(t.Context(), r.ID, db.now().Add(-time.Duration(minutes)*time.Minute)))
	settled(t, db, n)
}

// A reminder that keeps only its newest post takes the ones before away once that stands:
// its own alone, each once, and only while it is told to.
func TestOnlyTheNewestPostStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		b := core(t, db)
		net := newNetwork(bot.Discord)
		start(t, db, b, net, newNetwork(bot.Slack))
		g := sampleGroup("g", place("discord:1/2"), place("discord:1/3"))
		g.Quiet = "none"
		must(t, db.AddGroup(t.Context(), cli, g))
		other, r := addReminder(t, db, "g", "every Monday at 9:00"), addReminder(t, db, "g", "every Tuesday at 9:00")
		r.KeepNewest = true
		must(t, db.SetReminder(t.Context(), cli, r))
		come(t, db, other, 90, 2)
		come(t, db, r, 80, 4)
		come(t, db, other, 70, 6)
		limited := 0
		net.set(func(post) error {
			if limited++; limited < 3 {
				return &bot.RateLimited{After: 20 * time.Millisecond}
			}
			return nil
		})
		come(t, db, r, 60, 10) // two posts, two removals
		stand := func(want ...string) {
			t.Helper()
			var got []string
			for _, d := range deliveries(t, db) {
				if d.Revisable() {
					got = append(got, map[string]string{r.ID: "own", other.ID: "other"}[d.Reminder]+" "+d.Place.Channel)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) || len(net.standing()) != len(want) {
				t.Errorf("on record stand %q, in the channels %d; want %q", got, len(net.standing()), want)
			}
		}
		stand("other 2", "other 2", "other 3", "other 3", "own 2", "own 3")
		for i, p := range net.posts {
			if p.edits > 1 || p.gone != (p.edits == 1) {
				t.Errorf("post %d: gone %v, deleted %d times", i, p.gone, p.edits)
			}
		}
		for _, d := range deliveries(t, db) {
			if d.Kind == bot.OfReminder && (d.Became == bot.OfRemoval) != (d.Reminder == r.ID && d.At.Before(db.now().Add(-70*time.Minute))) {
				t.Errorf("%s of %s became %q", d.Reminder, d.At, d.Became)
			}
			if d.Kind == bot.OfRemoval && (d.State != bot.Sent || d.Revision == "" || d.Group != "g") {
				t.Errorf("the removal is %+v", d)
			}
		}

		// One that may not be deleted stays beside the newest; staff are told once.
		net.set(func(p post) error {
			if p.place.Channel == "2" {
				return &bot.PlatformError{Kind: bot.ErrFixed, Detail: "the workspace keeps all messages"}
			}
			return nil
		})
		come(t, db, r, 50, 15) // a notice, too
		stand("other 2", "other 2", "other 3", "other 3", "own 2", "own 2", "own 3")
		troubles := func(want ...bot.Subject) {
			t.Helper()
			open, err := db.Troubles(t.Context())
			must(t, err)
			var got []bot.Subject
			for _, o := range open {
				if o.Subject.Kind == bot.AboutOlder {
					got = append(got, o.Subject)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("troubles %v, want %v", got, want)
			}
		}
		troubles(bot.AboutOlder.At(place("discord:1/2")))
		if r, err := db.Reminder(t.Context(), r.ID); err != nil || !r.KeepNewest {
			t.Fatalf("%+v, %v", r, err)
		}

		// Once it may, the next takes away what is left, and the trouble is over.
		net.set(nil)
		come(t, db, r, 40, 21)
		stand("other 2", "other 2", "other 3", "other 3", "own 2", "own 3")
		troubles()

		// Told to keep all, it takes nothing away, and nobody waits for it.
		r, err := db.Reminder(t.Context(), r.ID)
		must(t, err)
		r.KeepNewest = false
		must(t, db.SetReminder(t.Context(), cli, r))
		come(t, db, r, 30, 23)
		stand("other 2", "other 2", "other 3", "other 3", "own 2", "own 2", "own 3", "own 3")
	})
}
