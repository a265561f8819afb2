package database

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/content"
)

// words is the text of a message.
func words(m bot.Message) string {
	var b strings.Builder
	for _, block := range m.Blocks {
		for _, item := range block.Items {
			for _, s := range item {
				b.WriteString(s.Text)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestConcernsAreFoldedToldOnceAndKeptUpToDate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		net := newNetwork(bot.Slack)
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		audited := func() int {
			all, err := db.Audit(t.Context(), time.Time{}, 1000)
			must(t, err)
			return len(all)
		}
		before, revision := audited(), revisionOf(t, db)
		tell := monday.Add(3 * time.Hour)
		for range 9 { // one person in a hurry, or nine
			must(t, db.AddConcern(t.Context(), bot.Concern{Group: "g", Category: "conflict", Day: "2026-11-30"}, tell))
		}
		if audited() != before || revisionOf(t, db) != revision {
			t.Error("the moment of a concern shows in the audit trail or on the board")
		}
		if seen, err := db.Concerns(t.Context()); err != nil || len(seen) != 0 {
			t.Errorf("staff see %+v, %v before the hour", seen, err)
		}
		start(t, db, b, net)
		now.set(tell.Add(time.Second))
		settled(t, db, 1)
		seen, err := db.Concerns(t.Context())
		if err != nil || len(seen) != 1 || seen[0].Count != bot.MaxConcerns || seen[0].State != bot.ConcernOpen {
			t.Fatalf("staff see %+v, %v", seen, err)
		}
		all := deliveries(t, db)
		if len(all) != 1 || !all[0].At.Equal(tell) || all[0].Kind != bot.OfNotice || all[0].Place != staffPlace {
			t.Fatalf("told %+v, want one notice at its hour", all)
		}
		first := net.standing()[0]
		if got := words(first); !strings.Contains(got, "Conflict") || !strings.Contains(got, "Group g") || !strings.Contains(got, "5 or more") || len(first.Actions) != 2 {
			t.Errorf("told %q with %d buttons", got, len(first.Actions))
		}
		// One more of that day is counted, not told again.
		must(t, db.AddConcern(t.Context(), bot.Concern{Group: "g", Category: "conflict", Day: "2026-11-30"}, tell.Add(time.Hour)))
		id := seen[0].ID
		act := func(state bot.ConcernState) error {
			return db.SetConcern(t.Context(), bot.Actor{ID: "slack:U1"}, id, state, bot.NoticeTo(staffPlace, bot.ConcernNews(bot.Concern{ID: id}, bot.Turn(state)), now.now()))
		}
		must(t, act(bot.ConcernTaken))
		if err := act(bot.ConcernTaken); !errors.Is(err, bot.ErrChanged) {
			t.Errorf("taken twice: %v, want ErrChanged", err)
		}
		settled(t, db, 2)
		must(t, act(bot.ConcernDone))
		if err := act(bot.ConcernTaken); !errors.Is(err, bot.ErrChanged) {
			t.Errorf("taken after it was done: %v, want ErrChanged", err)
		}
		settled(t, db, 3)
		posts := net.standing()
		if got := words(posts[0]); !strings.HasPrefix(got, "Done: staff") || !strings.Contains(got, "Conflict") || len(posts[0].Actions) != 0 {
			t.Errorf("the first notice reads %q with %d buttons", got, len(posts[0].Actions))
		}
		for _, m := range posts[1:] {
			if m.Thread != "1" {
				t.Errorf("%q is not in the thread of the first", words(m))
			}
		}
		if seen, err := db.Concerns(t.Context()); err != nil || len(seen) != 0 {
			t.Errorf("done, and staff see %+v, %v", seen, err)
		}
		entries, err := db.Audit(t.Context(), time.Time{}, 2)
		if err != nil || fmt.Sprint(entries[0].Actor, entries[0].Target, entries[1].Actor) != "slack:U1"+id+"slack:U1" {
			t.Errorf("audited %+v, %v", entries, err)
		}
		// What comes after it was done is a new one.
		must(t, db.AddConcern(t.Context(), bot.Concern{Group: "g", Category: "conflict", Day: "2026-11-30"}, tell.Add(2*time.Hour)))
		now.set(tell.Add(3 * time.Hour))
		settled(t, db, 4)
	})
}

func TestAnUnknownConcernCannotBeSet(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		if err := db.SetConcern(t.Context(), cli, "nothing", bot.ConcernTaken, bot.Delivery{}); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%v, want ErrNotFound", err)
		}
	})
}

func TestFinishedConcernsAreForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		for i, state := range []string{"done", "open"} {
			_, err := db.sql.Exec(`insert into concerns (id, group_id, category, day, count, shown, state, tell_at) values ($1, 'g', 'respect', '2026-11-30', 1, 1, $2, 0)`, fmt.Sprint(i), state)
			must(t, err)
		}
		e := newEngine(db, EngineConfig{KeepDeliveries: 400 * 24 * time.Hour})
		for days, want := range map[int]int{399: 2, 402: 1} {
			now.set(monday.AddDate(0, 0, days))
			if days == 402 {
				continue
			}
			if err := e.housekeeping.clean(t.Context()); err != nil || count(t, db, "concerns") != want {
				t.Errorf("after %d days: %d left, %v; want %d", days, count(t, db, "concerns"), err, want)
			}
		}
		now.set(monday.AddDate(0, 0, 402))
		if err := e.housekeeping.clean(t.Context()); err != nil || count(t, db, "concerns") != 1 {
			t.Errorf("%d left, %v; want the open one", count(t, db, "concerns"), err)
		}
	})
}

func count(t *testing.T, db *DB, table string) (n int) {
	t.Helper()
	must(t, db.sql.QueryRow(`select count(*) from `+table).Scan(&n))
	return n
}

func revisionOf(t *testing.T, db *DB) string {
	t.Helper()
	s, err := standOf(t.Context(), db)
	must(t, err)
	return s.revision
}

// Of two who change the same thing the first is heard, and the second is told.
func TestWhoSavesFirstWins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		r := addReminder(t, db, "g", "every Monday at 9:00")
		g, err := db.Group(t.Context(), "g")
		must(t, err)
		mine, theirs := g, g
		mine.Name, theirs.Name = "Mine", "Theirs"
		must(t, db.SetGroup(t.Context(), cli, theirs))
		if err := db.SetGroup(t.Context(), cli, mine); !errors.Is(err, bot.ErrChanged) {
			t.Errorf("the second group saved: %v, want ErrChanged", err)
		}
		if got, err := db.Group(t.Context(), "g"); err != nil || got.Name != "Theirs" || got.Version != 2 {
			t.Errorf("the group is %+v, %v", got, err)
		}
		slow, quick := r, r
		slow.Topic, quick.Topic = "strategies", "challenges"
		must(t, db.SetReminder(t.Context(), cli, quick))
		if err := db.SetReminder(t.Context(), cli, slow); !errors.Is(err, bot.ErrChanged) {
			t.Errorf("the second reminder saved: %v, want ErrChanged", err)
		}
		slow.Version = 0 // from the command line: whatever it is now
		must(t, db.SetReminder(t.Context(), cli, slow))
		if got, err := db.Reminder(t.Context(), r.ID); err != nil || got.Topic != "strategies" || got.Version != 3 {
			t.Errorf("the reminder is %+v, %v", got, err)
		}
		entries, err := db.Audit(t.Context(), time.Time{}, 1)
		if err != nil || !strings.Contains(entries[0].Detail, `"version":3`) {
			t.Errorf("audited %+v, %v", entries, err)
		}
	})
}

// everything is all that the database holds, in every table.
func everything(t *testing.T, db *DB) string {
	t.Helper()
	query := `select name from sqlite_master where type = 'table'`
	if db.pool != nil {
		query = `select table_name from information_schema.tables where table_schema = 'public'`
	}
	tables, err := list(t.Context(), db.sql, func(r row) (name string, err error) { return name, r.Scan(&name) }, query)
	if err != nil || len(tables) < 10 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	var out strings.Builder
	for _, table := range tables {
		dump(t, db, &out, table)
	}
	return out.String()
}

func dump(t *testing.T, db *DB, out *strings.Builder, table string) {
	t.Helper()
	rows, err := db.sql.Query(`select * from ` + table)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		must(t, rows.Scan(values...))
		for i, v := range values {
			fmt.Fprintf(out, "%s.%s=%v\n", table, columns[i], *v.(*any))
		}
	}
	must(t, rows.Err())
}

// A concern from Discord to the staff in Slack: of the member and of the moment
// nothing is found in the database, the log or what is posted.
func TestNothingOfTheMemberIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		const canary = "c4n4ry"
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		var log adaptertest.Log
		logger := log.Logger()
		db.log = logger
		b, err := chat.New(chat.Config{Library: library(t), Store: db, Log: logger, Now: now.now, Staff: staffPlace, Concerns: true})
		must(t, err)
		at := place("discord:1/2")
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", at)))
		before := everything(t, db)
		pressed := time.Date(2031, 3, 3, 21, 37, 11, 123e6, time.UTC)
		now.set(pressed)
		for _, args := range []map[string]string{{}, {"kind": "conflict"}, {"kind": "conflict", "send": "1", "note": canary}, {"kind": canary, "send": "1"}} {
			b.Handle(t.Context(), bot.Request{
				Call: bot.Call{Command: "concern", Args: args}, Platform: bot.Discord, Place: at, Lang: canary,
			})
		}
		if count(t, db, "concerns") != 1 || count(t, db, "deliveries") != 0 || count(t, db, "river_job") != 0 {
			t.Errorf("beside the concern itself there is more: %s", everything(t, db))
		}
		told := everything(t, db)
		net := newNetwork(bot.Slack)
		now.set(time.Date(2031, 3, 4, 0, 0, 1, 0, time.UTC))                                                         // four in the afternoon in Los Angeles
		if _, err := db.sql.Exec(`insert into marks (name, at) values ('clock', $1)`, millis(pressed)); err != nil { // it ran then
			t.Fatal(err)
		}
		start(t, db, b, net)
		settled(t, db, 1)
		told += everything(t, db) + log.String()
		for _, m := range net.standing() {
			told += words(m) + m.Key + content.Plain([]content.Block{{Items: [][]content.Span{m.Footer}}})
		}
		if !strings.Contains(told, "Conflict") || strings.Contains(before, "conflict") {
			t.Fatal("the concern did not get through, so that nothing is shown")
		}
		for _, secret := range []string{canary, fmt.Sprint(pressed.Unix()), "-03T21:37", "-03 21:37", "-03T13:37", "-03 13:37"} {
			if i := strings.Index(told, secret); i >= 0 {
				t.Errorf("%q is found: …%s…", secret, told[max(0, i-80):min(len(told), i+80)])
			}
		}
	})
}
