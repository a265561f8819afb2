package database

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

func civil(t testing.TB, s string) scheduler.Civil {
	t.Helper()
	c, err := scheduler.ParseCivil(s)
	must(t, err)
	return c
}

// TestStore holds both databases to what every store promises.
func TestStore(t *testing.T) {
	t.Parallel()
	with := func(t *testing.T, url string) bot.Store {
		db := opener(t, url)()
		db.now = adaptertest.StoreNow
		return db
	}
	t.Run("sqlite", func(t *testing.T) {
		adaptertest.Store(t, func(t *testing.T) bot.Store { return with(t, "sqlite:"+emptyFile(t)) })
	})
	t.Run("postgres", func(t *testing.T) {
		postgresServer(t) // or skips all at once
		adaptertest.Store(t, func(t *testing.T) bot.Store { return with(t, emptyPostgres(t)) })
	})
}

func TestGroupsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		g := sampleGroup("monday", place("discord:1/2"), place("slack:C0000001"))
		g.Sessions = []bot.Session{{Rule: "every Monday at 18:00", Length: 90 * time.Minute}}
		g.Skips = []string{"2026-12-24..2027-01-02"}
		g.Exceptions = []scheduler.Exception{{Start: civil(t, "2026-12-07T18:00")}, {Start: civil(t, "2026-12-14T18:00"), To: civil(t, "2026-12-17T19:00")}}
		must(t, db.AddGroup(t.Context(), cli, g))
		g.Version = 1
		if got, err := db.Group(t.Context(), "monday"); err != nil || !reflect.DeepEqual(got, g) {
			t.Errorf("got %+v, %v; want %+v", got, err, g)
		}
		addReminder(t, db, "monday", "every Monday at 9:00")
		must(t, db.RemoveGroup(t.Context(), cli, "monday"))
		if due, err := db.nextDue(t.Context()); err != nil || !due.IsZero() {
			t.Errorf("a removed group's reminder is due at %v, %v", due, err)
		}
	})
}

func TestRemindersChangePauseAndRest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		r := addReminder(t, db, "g", "every Monday at 9:00")
		if want := monday.Add(2 * time.Second); !r.Next.At.Equal(want) {
			t.Errorf("next at %v, want %v", r.Next.At, want)
		}
		next := func() bot.Reminder {
			t.Helper()
			got, err := db.Reminder(t.Context(), r.ID)
			must(t, err)
			return got
		}
		r.Version = 0 // whichever it is
		r.Typed = "every monday at 9"
		r.Paused = time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)
		must(t, db.SetReminder(t.Context(), cli, r))
		if got, want := next().Next.Nominal.String(), "2026-12-14T09:00"; got != want {
			t.Errorf("paused until 14 December: next %s, want %s", got, want)
		}
		if got := next().Typed; got != r.Typed {
			t.Errorf("what was typed is kept as %q", got)
		}
		r.Paused = bot.Forever
		must(t, db.SetReminder(t.Context(), cli, r))
		if got := next(); !got.Next.At.IsZero() || !got.Paused.Equal(bot.Forever) || !got.Fault.IsZero() {
			t.Errorf("paused without an end: %+v", got)
		}
		r.Paused, r.Rule = time.Time{}, "nonsense"
		must(t, db.SetReminder(t.Context(), cli, r))
		if got := next(); !got.Next.At.IsZero() || got.Fault.IsZero() {
			t.Errorf("a rule that cannot be read does not rest with its fault: %+v", got)
		}
		must(t, db.RemoveReminder(t.Context(), cli, r.ID))
		if err := db.RemoveReminder(t.Context(), cli, r.ID); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("removed twice: %v, want ErrNotFound", err)
		}
		for _, want := range []int{1, 0} { // with its group, and without
			if gone, err := db.RemovedReminders(t.Context()); err != nil || len(gone) != want || want > 0 && gone[0].ID != r.ID {
				t.Errorf("removed reminders: %+v, %v, want %d", gone, err, want)
			}
			if err := db.RemoveGroup(t.Context(), cli, "g"); want > 0 && err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestOneProcessServesAFile(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		open := opener(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
		first, second := open(), open()
		release, err := first.Hold()
		must(t, err)
		if _, err := second.Hold(); !errors.Is(err, ErrHeld) {
			t.Errorf("the second holder: %v, want ErrHeld", err)
		}
		release()
		release, err = second.Hold()
		if err != nil {
			t.Fatalf("after release: %v", err)
		}
		release()
	})
}

func TestOpenSaysWhatToDo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	garbage := filepath.Join(folder, "garbage.db")
	must(t, os.WriteFile(garbage, []byte(strings.Repeat("no database ", 1000)), 0o600))
	short := filepath.Join(folder, "short.db")
	must(t, os.WriteFile(short, []byte("host\n"), 0o600))
	for name, c := range map[string]struct{ url, want string }{
		"no scheme":     {"circlekeeper.db", "sqlite:FILE"},
		"empty":         {"sqlite:", "plain file name"},
		"no folder":     {"sqlite:" + filepath.Join(folder, "no", "x.db"), "does not exist"},
		"a folder":      {"sqlite:" + folder, "is a folder; name a file in it, such as sqlite:" + filepath.Join(folder, "circlekeeper.db")},
		"a folder/":     {"sqlite:" + folder + "/", "is a folder; name a file in it, such as sqlite:" + filepath.Join(folder, "circlekeeper.db")},
		"not one":       {"sqlite:" + garbage, "is not a database: DATABASE_URL names a wrong file"},
		"a short file":  {"sqlite:" + short, "is not a database: DATABASE_URL names a wrong file"},
		"postgres":      {"postgres://%zz", "not a PostgreSQL address"},
		"an @ inside":   {"postgres://u:hun@ter2@db.example.org/x?sslmode=verify-full", "%40 for @"},
		"a / inside":    {"postgres://u:12/ter2@db.example.org/x?sslmode=verify-full", "%2F for /"},
		"a ? inside":    {"postgres://u:12?ter2@db.example.org/x?sslmode=verify-full", "%3F for ?"},
		"an @ and a /":  {"postgres://u:a@hun/ter2@db.example.org/x?sslmode=verify-full", "%2F for /"},
		"= and /":       {"postgres://u:12/Ater2==@db.example.org/x?sslmode=verify-full", "%2F for /"},
		"/ and =":       {"postgres://u:/xter2=@db.example.org/x?sslmode=verify-full", "%2F for /"},
		"a % inside":    {"postgres://u:hun%ter2@db.example.org/x?sslmode=verify-full", "%25 for %"},
		"a port":        {"postgres://u:hunter2@db.example.org:99999/x?sslmode=verify-full", "from 1 to 65535"},
		"an sslmode":    {"postgres://u:hunter2@db.example.org/x?sslmode=foo", "verify-ca, verify-full"},
		"no postgres":   {"postgres://u:hunter2@127.0.0.1:1/x", "cannot be used"},
		"postgres host": {"postgresql://u:hunter2@127.0.0.1:1/x?sslmode=disable", "check DATABASE_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(t.Context(), c.url, time.Now, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), "ter2") || strings.Contains(err.Error(), ":12")) {
				t.Errorf("the password shows: %v", err)
			}
		})
	}
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	file := filepath.Join(t.TempDir(), "x.db")
	db, err := Open(t.Context(), "sqlite:"+file, time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	defer db.Close()
	copied := filepath.Join(filepath.Dir(file), "copy.db")
	must(t, db.Backup(t.Context(), copied))
	if err := db.Backup(t.Context(), copied); err == nil {
		t.Error("a backup overwrote a file")
	}
	for _, f := range []string{file, file + "-wal", copied} {
		info, err := os.Stat(f)
		must(t, err)
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", filepath.Base(f), mode)
		}
	}
	if says := db.Exposed(); says != "" {
		t.Errorf("a new file is said to be open to others: %s", says)
	}
	db.Close()
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o602} { // as cp and a restored home folder leave it
		must(t, os.Chmod(file, mode))
		again, err := Open(t.Context(), "sqlite:"+file, time.Now, slog.New(slog.DiscardHandler))
		must(t, err)
		if says := again.Exposed(); !strings.Contains(says, "chmod 600 "+file) {
			t.Errorf("mode %o: %q", mode, says)
		}
		again.Close()
	}
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		if _, err := db.sql.ExecContext(t.Context(), `insert into schema_version (version) values (999)`); err != nil {
			t.Fatal(err)
		}
		if err := db.migrate(t.Context()); !errors.Is(err, ErrNewer) {
			t.Errorf("got %v, want ErrNewer", err)
		}
	})
}

func TestOpeningAtOnceMigratesOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.db")
	errs := make(chan error)
	const n = 4
	for range n {
		go func() {
			db, err := Open(t.Context(), "sqlite:"+file, time.Now, slog.New(slog.DiscardHandler))
			if err == nil {
				err = db.Close()
			}
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestARestoredBackupLooksBeforeItSends(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file, copied := filepath.Join(folder, "x.db"), filepath.Join(folder, "copy.db")
	now := &clock{at: monday}
	log := slog.New(slog.DiscardHandler)
	db, err := Open(t.Context(), "sqlite:"+file, now.now, log)
	must(t, err)
	b := core(t, db)
	must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
	addReminder(t, db, "g", "every Monday at 9:00")
	must(t, db.Backup(t.Context(), copied))
	must(t, db.Close())
	now.set(monday.Add(time.Hour)) // posted meanwhile by the database that is lost
	kept, err := Restore(t.Context(), "sqlite:"+file, copied, now.now, log)
	if err != nil || kept == "" {
		t.Fatal(kept, err)
	}
	db, err = Open(t.Context(), "sqlite:"+file, now.now, log)
	must(t, err)
	defer db.Close()
	if n, err := plan(t, db, b); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	got := deliveries(t, db)
	if len(got) != 1 || got[0].State != bot.Sending || !got[0].Begun.Equal(got[0].At) {
		t.Errorf("after a restore: %+v, want one delivery that is looked up first", got)
	}
}
