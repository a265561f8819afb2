package database

import (
	"errors"
	"testing"
	"time"

	"circlekeeper/bot"
)

// A newer program migrates the database while this one runs, before a reminder comes
// due or after its delivery was planned: nothing is posted or changed any more, and
// the process goes on.
func TestANewerSchemaStopsPosting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s := newStory(t, open())
		must(t, s.db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		addReminder(t, s.db, "g", "every day at 9:00")
		s.clock.set(monday.Add(-time.Hour))
		e, _ := s.run()
		s.quiet(e)
		if e.Superseded() {
			t.Fatal("superseded by nothing")
		}
		if _, err := s.db.sql.Exec(`insert into schema_version (version) values ($1)`, schemaVersion()+1); err != nil {
			t.Fatal(err)
		}
		s.set(monday.Add(3 * time.Second)) // due: planning itself sees it
		s.until("the end of posting", func() bool { return s.db.newer.Load() })
		went := e.Went()
		if !e.Superseded() || len(ofReminders(t, s.db)) != 0 || len(s.net.keys()) != 0 {
			t.Errorf("it goes on: %+v", ofReminders(t, s.db))
		}
		if _, err := s.db.AddReminder(t.Context(), cli, bot.Reminder{Group: "g", Topic: "agreements", Rule: "every day at 10:00"}); !errors.Is(err, ErrNewer) {
			t.Errorf("a change ends with %v", err)
		}
		if err := s.db.AddConcern(t.Context(), bot.Concern{Group: "g", Category: "other", Day: "2026-11-30"}, monday); !errors.Is(err, ErrNewer) {
			t.Errorf("a concern ends with %v", err)
		}
		s.clock.set(monday.Add(time.Minute))
		s.until("another round", func() bool { return e.Went().After(went) })
	})
}

// Where nothing is due it is seen all the same, within seconds.
func TestANewerSchemaIsLookedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s := newStory(t, open())
		e, _ := s.run()
		s.quiet(e)
		if _, err := s.db.sql.Exec(`insert into schema_version (version) values ($1)`, schemaVersion()+1); err != nil {
			t.Fatal(err)
		}
		s.until("its being seen", e.Superseded)
	})
}
