package database

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
)

// copies runs a test for each way between two databases, as far as there is a
// PostgreSQL server.
func copies(t *testing.T, test func(t *testing.T, from, to func(t *testing.T) string)) {
	t.Helper()
	file := func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "x.db") }
	server := func(t *testing.T) string {
		t.Helper()
		return ownDatabase(t)
	}
	for name, way := range map[string][2]func(t *testing.T) string{
		"file to file": {file, file}, "file to server": {file, server}, "server to file": {server, file}, "server to server": {server, server},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, way[0], way[1])
		})
	}
}

// lived fills a database with something of everything, and more rows than one batch.
// Its reminders came due at monday and two seconds.
func lived(t *testing.T, url string) {
	t.Helper()
	now := &clock{at: monday}
	db, err := Open(t.Context(), url, now.now, slog.New(slog.DiscardHandler))
	must(t, err)
	defer db.Close()
	b := core(t, db)
	for i := range 3 {
		g := sampleGroup(fmt.Sprint("g", i), place(fmt.Sprint("discord:1/", i+2)), place(fmt.Sprint("slack:C000000", i)))
		g.Name = "Círculo «ñ» \n'\"\\ " + strings.Repeat("🌿", i)
		must(t, db.AddGroup(t.Context(), cli, g))
		addReminder(t, db, g.ID, "every Monday at 9:00")
	}
	must(t, db.RemoveGroup(t.Context(), cli, "g2"))
	now.set(monday.Add(3 * time.Second))
	if n, err := plan(t, db, b); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	for _, q := range []string{
		`update deliveries set state = 'sending', begun_at = at where place = 'discord:1/2'`,
		`insert into concerns (id, group_id, category, day, count, shown, state, tell_at) values ('c', 'g0', 'safety', '2026-11-30', 2, 1, 'open', 9223372036854775807)`,
		`insert into paces (name, next_at) values ('slack', 1)`,
		`insert into marks (name, at) values ('restored', -1)`,
		`insert into down_lines (line, until, instead, reviewer, at) values ('988', 2, 'samhsa', 'One, LMFT 1', 1)`,
		`insert into reviewers (name, slack, discord) values ('One, LMFT 1', 'U1', '')`,
		`insert into forgotten (card, posts) values ('contact', 3)`,
		`with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
			insert into audit (id, at, actor, action, target, detail) select 'row' || i, i, 'cli', 'x', '', '{}' from n`,
	} {
		if _, err := db.sql.ExecContext(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	e := newEngine(db, EngineConfig{Planner: delivery.NewPlanner(b.Deck()), Staff: staffPlace})
	must(t, e.Report(t.Context(), bot.ConnectionTrouble(bot.Slack)))
}

func copyConfig(from, to string, now func() time.Time) CopyConfig {
	return CopyConfig{From: from, To: to, Now: now, Log: slog.New(slog.DiscardHandler)}
}

// sums are the sums of all tables of a database, whatever it says of itself.
func sums(t *testing.T, url string) map[string]sum {
	t.Helper()
	db, err := openAny(t.Context(), url, time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	defer db.Close()
	tables, err := db.tables(t.Context())
	must(t, err)
	out := make(map[string]sum)
	for _, table := range tables {
		if out[table], err = sumOf(t.Context(), db.sql, table); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func same(t *testing.T, a, b map[string]sum) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%d tables and %d", len(a), len(b))
	}
	for table, s := range a {
		if b[table] != s {
			t.Errorf("%s differs: %d rows and %d", table, s.rows, b[table].rows)
		}
		if s.rows == 0 {
			t.Errorf("%s is empty: the test shows nothing of it", table)
		}
	}
}

func TestEverythingIsCopied(t *testing.T) {
	t.Parallel()
	copies(t, func(t *testing.T, from, to func(t *testing.T) string) {
		old, fresh := from(t), to(t)
		now := &clock{at: monday}
		log := slog.New(slog.DiscardHandler)
		lived(t, old)
		now.set(monday.Add(10 * time.Second))
		before := sums(t, old)
		var last, total int64
		c := copyConfig(old, fresh, now.now)
		c.Progress = func(done, of int64) { last, total = done, of }
		place, copied, err := Copy(t.Context(), c)
		must(t, err)
		same(t, before, sums(t, fresh))
		if last != total || total < 2500 || len(copied) != len(before) || strings.Contains(place, "password") {
			t.Errorf("%d of %d rows, %v, %s", last, total, copied, place)
		}
		// The old one says where it went, and nothing can be done with it.
		var moved *MovedError
		if _, err := Open(t.Context(), old, time.Now, log); !errors.As(err, &moved) || moved.Place != place || !strings.Contains(err.Error(), place) {
			t.Errorf("the old one: %v", err)
		}
		if _, _, err := Copy(t.Context(), copyConfig(old, from(t), now.now)); !errors.As(err, &moved) {
			t.Errorf("copied once more: %v", err)
		}
		// What is under way goes on: what was begun is looked up, what was not is sent.
		db, err := Open(t.Context(), fresh, now.now, log)
		must(t, err)
		defer db.Close()
		discord, slack := newNetwork(bot.Discord), newNetwork(bot.Slack)
		now.set(monday.Add(2 * time.Minute)) // a request that was cut off must be over by now
		_, stop := start(t, db, core(t, db), discord, slack)
		settled(t, db, 5)
		stop()
		if discord.finds == 0 || len(discord.keys()) != 2 || len(slack.keys()) < 2 {
			t.Errorf("looked up %d times, posted %v and %v", discord.finds, discord.keys(), slack.keys())
		}
		for key, n := range discord.keys() {
			if n != 1 {
				t.Errorf("%s stands %d times", key, n)
			}
		}
		// And back, into a new one.
		must(t, db.Close())
		if _, _, err := Copy(t.Context(), copyConfig(fresh, from(t), now.now)); err != nil {
			t.Errorf("back: %v", err)
		}
	})
}

// TestACopyIsRefused tries what must not be copied, or not there.
func TestACopyIsRefused(t *testing.T) {
	t.Parallel()
	copies(t, func(t *testing.T, from, to func(t *testing.T) string) {
		old, fresh := from(t), to(t)
		now := func() time.Time { return monday.Add(3 * time.Second) }
		log := slog.New(slog.DiscardHandler)
		lived(t, old)
		refused := func(from, to, want string) {
			t.Helper()
			if _, _, err := Copy(t.Context(), copyConfig(from, to, now)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want something with %q", err, want)
			}
		}
		refused(old, old, "the same database")
		full := to(t)
		lived(t, full)
		before := sums(t, old)
		refused(old, full, "not empty")
		same(t, before, sums(t, old))
		for _, served := range []string{old, fresh} {
			db, err := Open(t.Context(), served, now, log)
			must(t, err)
			stop := serving(t, db)
			refused(old, fresh, "stop it first")
			stop()
			must(t, db.Close())
		}
	})
}

// serving is a run of the program as far as others see it.
func serving(t *testing.T, db *DB) (stop func()) {
	t.Helper()
	if !db.Shared() {
		release, err := db.Hold()
		must(t, err)
		return release
	}
	_, stop = start(t, db, core(t, db), newNetwork(bot.Discord))
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		var led bool
		must(t, db.sql.QueryRowContext(t.Context(), `select exists (select 1 from river_leader)`).Scan(&led))
		if led {
			return stop
		}
		if time.Since(began) > time.Minute {
			t.Fatal("nobody is elected")
		}
	}
}

// TestACopyIsKilledAnywhere kills a copy with SIGKILL after each of its steps and
// starts it again.
func TestACopyIsKilledAnywhere(t *testing.T) {
	t.Parallel()
	copies(t, func(t *testing.T, from, to func(t *testing.T) string) {
		if t.Name() == "TestACopyIsKilledAnywhere/server_to_server" {
			t.Skip("the other ways do all that this one does")
		}
		now := func() time.Time { return monday.Add(3 * time.Second) }
		log := slog.New(slog.DiscardHandler)
		old := from(t)
		lived(t, old)
		before := sums(t, old)
		kills := 0
		fresh := to(t)
		for n := 1; ; n++ {
			killed, last := copyInChild(t, old, fresh, n)
			if !killed {
				break
			}
			kills++
			var moved *MovedError
			var part *UnfinishedError
			// Never are both in use, nor neither.
			a, errOld := Open(t.Context(), old, now, log)
			if errOld == nil {
				a.Close()
			}
			b, errFresh := Open(t.Context(), fresh, now, log)
			if errFresh == nil {
				b.Close()
			}
			done := last == "finished"
			if done != (errFresh == nil) || !done && !errors.As(errFresh, &part) {
				t.Errorf("killed when it had %s: the new one says %v", last, errFresh)
			}
			gone := done || last == "the old one says where it went"
			if gone != errors.As(errOld, &moved) || !gone && errOld != nil {
				t.Errorf("killed when it had %s: the old one says %v", last, errOld)
			}
			same(t, before, sums(t, old))
			if gone { // the copy, started again, only finishes; then there is nothing more to kill
				if _, _, err := Copy(t.Context(), copyConfig(old, fresh, now)); done != (err != nil) {
					t.Errorf("killed when it had %s, then again: %v", last, err)
				}
				same(t, before, sums(t, fresh))
				if done {
					break
				}
				// A new old one, for the last step.
				old, fresh = from(t), to(t)
				lived(t, old)
				before = sums(t, old)
			}
		}
		if kills < 15 {
			t.Errorf("killed only %d times", kills)
		}
		t.Logf("killed %d times", kills)
	})
}

func copyInChild(t *testing.T, from, to string, n int) (killed bool, last string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCopyChild$")
	cmd.Env = append(os.Environ(), "COPY_FROM="+from, "COPY_TO="+to, "COPY_STEP="+strconv.Itoa(n))
	var out strings.Builder
	cmd.Stdout = &out
	err := cmd.Run()
	for line := range strings.Lines(out.String()) {
		if step, ok := strings.CutPrefix(line, "step: "); ok {
			last = strings.TrimSpace(step)
		}
	}
	if err == nil {
		return false, last
	}
	if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signal() == syscall.SIGKILL {
		return true, last
	}
	t.Fatalf("the copy failed: %v\n%s", err, out.String())
	return false, ""
}

// TestCopyChild is the process that TestACopyIsKilledAnywhere kills.
func TestCopyChild(t *testing.T) {
	from := os.Getenv("COPY_FROM")
	if from == "" {
		t.Skip("only TestACopyIsKilledAnywhere runs this")
	}
	last, err := strconv.Atoi(os.Getenv("COPY_STEP"))
	must(t, err)
	n := 0
	c := copyConfig(from, os.Getenv("COPY_TO"), time.Now)
	c.step = func(name string) {
		io.WriteString(os.Stdout, "step: "+name+"\n")
		if n++; n == last {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			t.Fatal("still alive: ", err)
		}
	}
	if _, _, err := Copy(context.Background(), c); err != nil {
		t.Fatal(err)
	}
}

// TestARunEndsWhenItsDatabaseMoves marks the database of a running engine, as a copy
// does that began at the same moment.
func TestARunEndsWhenItsDatabaseMoves(t *testing.T) {
	t.Parallel()
	db := opener(t, emptyPostgres(t))()
	e, err := db.NewEngine(EngineConfig{Planner: delivery.NewPlanner(core(t, db).Deck()), Platforms: []bot.Platform{bot.Discord}})
	must(t, err)
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() { ended <- e.Run(ctx) }()
	if _, err := db.sql.ExecContext(ctx, `insert into moved (state, place, at) values ('to', 'elsewhere', 1)`); err != nil {
		t.Fatal(err)
	}
	var moved *MovedError
	if err := <-ended; !errors.As(err, &moved) {
		t.Errorf("it ended with %v", err)
	}
}

// A mistake in the address of the new database names what it was typed in, and not the
// setting of the old one.
func TestAMistakeInToNamesTo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	noDatabase := filepath.Join(dir, "letter.txt")
	must(t, os.WriteFile(noDatabase, []byte("Dear colleague, this is no database."), 0o600))
	for to, want := range map[string]string{
		"new.db":                        "--to: write sqlite:FILE or postgres://",
		"sqlite:":                       "--to: write sqlite:FILE",
		"sqlite:" + dir + "/":           "--to: " + dir,
		"sqlite:" + dir:                 "--to: " + dir,
		"sqlite:/no/such/folder/new.db": "create it or change --to",
		"sqlite:" + noDatabase:          "is not a database: --to names a wrong file",
		"postgres://host:port/x":        "--to: not a PostgreSQL address",
		"postgres://u:p@example.org/x":  "--to: without sslmode",
		"postgres://u:p@127.0.0.1:1/x":  "nothing listens there: check --to",
	} {
		_, _, err := Copy(t.Context(), CopyConfig{From: "sqlite:" + filepath.Join(dir, "old.db"), To: to, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "DATABASE_URL") || strings.Count(err.Error(), "--to: ") > 1 {
			t.Errorf("--to %s: it says %v, want %q", to, err, want)
		}
	}
}
