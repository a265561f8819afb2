package database

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
)

// benchDB is a database on SQLite with n groups of one Discord place and one
// reminder each, due a second after its clock.
func benchDB(b *testing.B, n int) (*DB, *clock, *chat.Bot) {
	b.Helper()
	db, err := Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "bench.db"), time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	now := &clock{at: monday}
	db.now = now.now
	c := core(b, db)
	for i := range n {
		id := fmt.Sprint("g", i)
		if err := db.AddGroup(b.Context(), cli, sampleGroup(id, place(fmt.Sprint("discord:1/", i+1)))); err != nil {
			b.Fatal(err)
		}
		addReminder(b, db, id, "every day at 9:00")
	}
	return db, now, c
}

// BenchmarkPlan plans a thousand reminders that are due at one instant.
func BenchmarkPlan(b *testing.B) {
	const n = 1000
	db, now, c := benchDB(b, n)
	now.set(monday.Add(3 * time.Second))
	for b.Loop() {
		for left := n; left > 0; {
			planned, err := plan(b, db, c)
			if err != nil || planned == 0 {
				b.Fatalf("%d planned, %v", planned, err)
			}
			left -= planned
		}
		now.set(now.now().Add(24 * time.Hour))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/n, "µs/reminder")
}

// BenchmarkDelivery takes 500 deliveries that are due at once through River to a
// platform without a pace: three transactions each, every one of them on disk.
func BenchmarkDelivery(b *testing.B) {
	const n = 500
	db, now, c := benchDB(b, 0)
	g := sampleGroup("g")
	for i := range n {
		g.Places = append(g.Places, place(fmt.Sprint("playground:c", i)))
	}
	if err := db.AddGroup(b.Context(), cli, g); err != nil {
		b.Fatal(err)
	}
	addReminder(b, db, "g", "every day at 9:00")
	net := newNetwork(bot.Playground)
	_, stop := start(b, db, c, net)
	day := 0
	for b.Loop() {
		now.set(monday.Add(3*time.Second).AddDate(0, 0, day))
		db.changed()
		for range n {
			<-net.came
		}
		day++
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/n, "µs/delivery")
	stop()
}

// BenchmarkNextDue finds the next due time among a hundred thousand reminders.
func BenchmarkNextDue(b *testing.B) {
	db, _, _ := benchDB(b, 1)
	_, err := db.sql.Exec(`
		with recursive copies (n) as (select 1 union all select n + 1 from copies where n < 100000)
		insert into reminders (id, group_id, topic, rule, typed, late_ms, paused_until, fault, next_at, next_nominal, removed_at, version)
		select id || '-' || n, group_id, topic, rule, typed, late_ms, paused_until, fault, next_at + 1000 * n, next_nominal, removed_at, version
		from (select * from reminders) cross join copies`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if next, err := db.nextDue(b.Context()); err != nil || next.IsZero() {
			b.Fatal(next, err)
		}
	}
}
