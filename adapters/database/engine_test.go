package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/delivery"
)

// start runs an engine until the test ends or stop is called.
func start(t testing.TB, db *DB, b *chat.Bot, networks ...*network) (e *Engine, stop func()) {
	t.Helper()
	var adapters []bot.Adapter
	var platforms []bot.Platform
	for _, n := range networks {
		adapters = append(adapters, n)
		platforms = append(platforms, n.platform)
	}
	e, err := db.NewEngine(EngineConfig{
		Planner: delivery.NewPlanner(b.Deck()), Changed: b.Touch, Courier: delivery.NewCourier(b.Deck(), adapters, slog.New(slog.DiscardHandler), db.now), Platforms: platforms,
		Staff: staffPlace, Calm: time.Millisecond,
	})
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return e, stop
}

// settled waits until n deliveries have ended and returns them, newest first.
func settled(t testing.TB, db *DB, n int) []bot.Delivery {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		all := deliveries(t, db)
		ended := 0
		for _, d := range all {
			if d.State.Final() {
				ended++
			}
		}
		if ended >= n {
			return all
		}
	}
	t.Fatalf("not %d deliveries ended: %+v", n, deliveries(t, db))
	return nil
}

func TestADueReminderReachesEveryPlaceOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		discord, slack := newNetwork(bot.Discord), newNetwork(bot.Slack)
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"), place("slack:C0000001"))))
		start(t, db, b, discord, slack)
		r := addReminder(t, db, "g", "every Monday at 9:00") // while the engine runs
		if got := deliveries(t, db); len(got) != 0 {
			t.Fatalf("posted before its time: %+v", got)
		}
		now.set(monday.Add(3 * time.Second))
		for _, d := range settled(t, db, 2) {
			if d.State != bot.Sent || d.Nominal.String() != "2026-11-30T09:00" || d.Hash == "" || d.Message == "" || d.Attempts != 1 {
				t.Errorf("delivery %+v", d)
			}
			if d.Key != bot.Key(r.ID, d.Nominal, d.Place) {
				t.Errorf("key %s is not made of what the delivery is", d.Key)
			}
		}
		if len(discord.keys()) != 1 || len(slack.keys()) != 1 {
			t.Errorf("posted %v and %v, want one each", discord.keys(), slack.keys())
		}
		got, err := db.Reminder(t.Context(), r.ID)
		if err != nil || got.Next.Nominal.String() != "2026-12-07T09:00" {
			t.Errorf("next %v, %v; want 7 December 9:00", got.Next, err)
		}
	})
}

func TestPlannersShareTheWork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		now := &clock{at: monday}
		dbs := []*DB{open(), open(), open()}
		for _, db := range dbs {
			db.now = now.now
		}
		db := dbs[0]
		b := core(t, db)
		const n = 40
		for i := range n {
			id := fmt.Sprint("g", i)
			must(t, db.AddGroup(t.Context(), cli, sampleGroup(id, place(fmt.Sprint("discord:1/", i+1)))))
			addReminder(t, db, id, "every Monday at 9:00")
		}
		now.set(monday.Add(time.Minute))
		var wg sync.WaitGroup
		for _, db := range dbs {
			wg.Go(func() {
				if _, err := plan(t, db, b); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var jobs int
		must(t, db.sql.QueryRow(`select count(*) from river_job`).Scan(&jobs))
		if got := len(deliveries(t, db)); got != n || jobs != n {
			t.Errorf("%d deliveries and %d jobs, want %d of each", got, jobs, n)
		}
	})
}

func TestALostAnswerIsLookedUpNotSentAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		for _, c := range []struct {
			name        string
			posted      bool
			sends, want int
		}{{"posted", true, 0, 1}, {"not posted", false, 1, 1}} {
			t.Run(c.name, func(t *testing.T) {
				db := open()
				now := &clock{at: monday.Add(time.Minute)}
				db.now = now.now
				b := core(t, db)
				id := "g" + newID()
				channel := place("discord:1/" + map[bool]string{true: "7", false: "8"}[c.posted])
				must(t, db.AddGroup(t.Context(), cli, sampleGroup(id, channel)))
				r := addReminder(t, db, id, "every Monday at 9:00")
				must(t, db.BringForward(t.Context(), r.ID, monday))
				if _, err := plan(t, db, b); err != nil {
					t.Fatal(err)
				}
				// As a process leaves it that was killed while a request was out.
				if _, err := db.sql.Exec(`update deliveries set state = 'sending', attempts = 1, begun_at = $1 where group_id = $2`, millis(monday), id); err != nil {
					t.Fatal(err)
				}
				n := newNetwork(bot.Discord)
				all, err := db.Deliveries(t.Context(), bot.DeliveryFilter{Group: id})
				must(t, err)
				key := all[0].Key
				if c.posted {
					n.posts = []post{{place: channel, m: bot.Message{Key: key}}}
				}
				_, stop := start(t, db, b, n)
				for {
					all, err = db.Deliveries(t.Context(), bot.DeliveryFilter{Group: id})
					must(t, err)
					if all[0].State.Final() {
						break
					}
					time.Sleep(10 * time.Millisecond)
				}
				stop()
				if all[0].State != bot.Sent || n.sends != c.sends || n.finds != 1 || n.keys()[key] != c.want {
					t.Errorf("state %s, %d sends, %d look-ups, stands %d times; want sent, %d, 1, %d", all[0].State, n.sends, n.finds, n.keys()[key], c.sends, c.want)
				}
			})
		}
	})
}

func TestFailuresAreTriedAgainWithTheSameKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		n := newNetwork(bot.Discord)
		var keys []string
		n.outcome = func(m bot.Message, _ int) error {
			keys = append(keys, m.Key)
			switch len(keys) {
			case 1:
				return &bot.RateLimited{After: 50 * time.Millisecond}
			case 2:
				return errors.New("connection refused")
			}
			return nil
		}
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		addReminder(t, db, "g", "every Monday at 9:00")
		now.set(monday.Add(3 * time.Second))
		start(t, db, b, n)
		go func() { // the clock must move for the pace to open again
			for range 100 {
				time.Sleep(50 * time.Millisecond)
				now.set(now.now().Add(50 * time.Millisecond))
			}
		}()
		got := settled(t, db, 1)
		if got[0].State != bot.Sent || got[0].Attempts != 3 || len(slices.Compact(keys)) != 1 {
			t.Errorf("delivery %+v, keys %v; want sent at the third attempt with one key", got[0], keys)
		}
	})
}

func TestARotationRepeatsNoCardBeforeAllWerePosted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		n := newNetwork(bot.Discord)
		must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
		// A small rotation: the large ones run for more than a year.
		const topic = "strategies+challenges"
		r, err := db.AddReminder(t.Context(), cli, bot.Reminder{Group: "g", Topic: topic, Rule: "every Monday at 9:00", Late: bot.DefaultLate})
		must(t, err)
		ids, ok := library(t).Topic(topic)
		if !ok || len(ids) < 8 {
			t.Fatalf("%s has %d cards", topic, len(ids))
		}
		_, stop := start(t, db, b, n)
		seen := make(map[string]int)
		for i := range 2*len(ids) + 3 {
			if i == len(ids)/2 { // a restart in the middle
				stop()
				_, stop = start(t, db, b, n)
			}
			due, err := db.Reminder(t.Context(), r.ID)
			must(t, err)
			now.set(due.Next.At.Add(time.Second))
			card := settled(t, db, i+1)[0].Card
			seen[card]++
			least, most := i, 0
			for _, id := range ids {
				least, most = min(least, seen[id]), max(most, seen[id])
			}
			if most-least > 1 {
				t.Fatalf("after %d posts %s came early: %v", i+1, card, seen)
			}
		}
	})
}
