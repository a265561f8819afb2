package database

import (
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
)

func TestAnEditDoesNotSwallowWhatIsDue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		for name, edit := range map[string]func(db *DB, g bot.Group, r bot.Reminder) error{
			"the group is renamed": func(db *DB, g bot.Group, _ bot.Reminder) error {
				g.Name = "Renamed"
				return db.SetGroup(t.Context(), cli, g)
			},
			"the reminder's limit changes": func(db *DB, _ bot.Group, r bot.Reminder) error {
				r.Late = time.Hour
				return db.SetReminder(t.Context(), cli, r)
			},
			"the reminder is paused": func(db *DB, _ bot.Group, r bot.Reminder) error {
				r.Paused = bot.Forever
				return db.SetReminder(t.Context(), cli, r)
			},
		} {
			t.Run(name, func(t *testing.T) {
				db := open()
				now := &clock{at: monday}
				db.now = now.now
				b := core(t, db)
				g := sampleGroup("g"+newID(), place("discord:1/2"))
				must(t, db.AddGroup(t.Context(), cli, g))
				r := addReminder(t, db, g.ID, "every Monday at 9:00")
				now.set(r.Next.At.Add(10 * time.Minute)) // run was down for an upgrade
				must(t, edit(db, g, r))
				if _, err := plan(t, db, b); err != nil {
					t.Fatal(err)
				}
				got, err := db.Deliveries(t.Context(), bot.DeliveryFilter{Group: g.ID})
				if err != nil || len(got) != 1 || got[0].Nominal.String() != "2026-11-30T09:00" {
					t.Errorf("on record: %+v, %v; want Monday's occurrence", got, err)
				}
				after, err := db.Reminder(t.Context(), r.ID)
				if err != nil || after.Next.At.IsZero() != (name == "the reminder is paused") {
					t.Errorf("next %v, %v", after.Next, err)
				}
				must(t, db.RemoveGroup(t.Context(), cli, g.ID))
			})
		}
	})
}

func TestAnOccurrencePlannedAgainUsesUpNoCard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db, now, b, r := withReminder(t, open, monday, "every Monday at 9:00")
		used := func() (n int) {
			must(t, db.sql.QueryRow(`select count(*) from rotations`).Scan(&n))
			return n
		}
		for range 2 {
			now.set(r.Next.At)
			if _, err := plan(t, db, b); err != nil {
				t.Fatal(err)
			}
			// The clock is set back and somebody edits: the occurrence comes again.
			r.Version = 0
			now.set(monday)
			must(t, db.SetReminder(t.Context(), cli, r))
		}
		if got := len(deliveries(t, db)); got != 1 || used() != 1 {
			t.Errorf("%d deliveries, %d cards used up; want one of each", got, used())
		}
	})
}

func TestWhatNobodyServesEndsOnRecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db, now, b, r := withReminder(t, open, monday, "every Monday at 9:00")
		now.set(r.Next.At)
		if _, err := plan(t, db, b); err != nil {
			t.Fatal(err)
		}
		e := newEngine(db, EngineConfig{Planner: delivery.NewPlanner(b.Deck()), Staff: staffPlace})
		now.set(r.Next.At.Add(abandonAfter - time.Minute))
		if err := e.housekeeping.abandon(t.Context()); err != nil || deliveries(t, db)[0].State != bot.Due {
			t.Fatalf("too early: %v", err)
		}
		now.set(r.Next.At.Add(abandonAfter + time.Minute))
		must(t, e.housekeeping.abandon(t.Context()))
		for _, d := range deliveries(t, db) {
			if d.Kind == bot.OfReminder && (d.State != bot.Failed || d.Reason.IsZero()) {
				t.Errorf("left open: %+v", d)
			}
		}
		if told := notices(t, db); len(told) != 1 {
			t.Errorf("told %q, want staff once", told)
		}
	})
}

func TestTroubleEndsWithWhatItIsAbout(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		r := addReminder(t, db, "g", "every Monday at 9:00")
		e := newEngine(db, EngineConfig{Staff: staffPlace})
		for _, subject := range []bot.Subject{bot.AboutPlace.At(place("discord:1/2")), bot.AboutReminder.Of(r.ID), bot.AboutPlatform.Of(string(bot.Discord)), bot.AboutPlace.At(staffPlace)} {
			group := "g"
			if subject.Kind == bot.AboutPlatform || subject.Place == staffPlace {
				group = ""
			}
			err := db.inTx(t.Context(), func(tx *sql.Tx) error {
				return e.notices.open(t.Context(), tx, bot.Trouble{Subject: subject, Reason: bot.Down.With("x"), Group: group})
			})
			must(t, err)
		}
		must(t, db.RemoveGroup(t.Context(), cli, "g"))
		left, err := db.Troubles(t.Context())
		if err != nil || len(left) != 2 {
			t.Errorf("open: %+v, %v; want the platform's and the staff place's", left, err)
		}
	})
}

func TestOnlyABackupIsRestored(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	foreign := filepath.Join(folder, "foreign.db")
	other, err := sql.Open("sqlite", "file:"+foreign)
	must(t, err)
	if _, err := other.Exec(`create table t (a)`); err != nil {
		t.Fatal(err)
	}
	must(t, other.Close())
	_, err = Restore(t.Context(), "sqlite:"+filepath.Join(folder, "x.db"), foreign, time.Now, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "not a whole backup") {
		t.Errorf("a foreign database was restored: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(folder, "*restoring*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestEveryRestoreKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	now := &clock{at: monday} // all in one second
	log := slog.New(slog.DiscardHandler)
	with := func(file string, do func(db *DB) error) {
		t.Helper()
		db, err := Open(t.Context(), "sqlite:"+file, now.now, log)
		must(t, err)
		defer db.Close()
		must(t, do(db))
	}
	file, copied := filepath.Join(folder, "x.db"), filepath.Join(folder, "copy.db")
	with(file, func(db *DB) error { return db.Backup(t.Context(), copied) })
	kept := make(map[string]string)
	for _, id := range []string{"first", "second", "third"} {
		with(file, func(db *DB) error { return db.AddGroup(t.Context(), cli, sampleGroup(id)) })
		var err error
		if kept[id], err = Restore(t.Context(), "sqlite:"+file, copied, now.now, log); err != nil {
			t.Fatal(err)
		}
	}
	for id, file := range kept {
		with(file, func(db *DB) error {
			_, err := db.Group(t.Context(), id)
			return err
		})
	}
}
