package database

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"circlekeeper/bot"
)

// TestASteppedClock restarts the program with the clock a day forward, a day
// back and ten days forward.
func TestASteppedClock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		n := newNetwork(bot.Discord)
		const groups = 5
		group := func(i int) string { return fmt.Sprint("g", i) }
		for i := range groups {
			must(t, db.AddGroup(t.Context(), cli, sampleGroup(group(i), place(fmt.Sprint("discord:1/", i+1)))))
			addReminder(t, db, group(i), "every day at 9:00")
		}
		// at restarts the program with another clock and waits until so many
		// deliveries have ended and the planner has looked again.
		at := func(moment time.Time, records int) {
			t.Helper()
			now.set(moment)
			e, stop := start(t, db, b, n)
			settled(t, db, records)
			for before := time.Now(); e.Ticked().IsZero(); time.Sleep(time.Millisecond) {
				if time.Since(before) > time.Minute {
					t.Fatal("the planner does not tick")
				}
			}
			stop()
			if got := len(ofReminders(t, db)); got != records {
				t.Errorf("at %s %d deliveries are on record, want %d", moment, got, records)
			}
		}
		due := monday.Add(3 * time.Second)
		day := 24 * time.Hour
		at(due, groups)                    // Monday 9:00
		at(due.Add(day), 2*groups)         // a day forward: Tuesday 9:00
		at(due.Add(time.Minute), 2*groups) // a day back: nothing again
		addReminder(t, db, group(0), "6 9 * * *")
		at(due.Add(6*time.Minute), 2*groups+1) // and what is new is posted on time
		at(due.Add(day), 2*groups+1)           // Tuesday once more, in truth
		at(due.Add(day+3*time.Hour), 2*groups+2)
		// Ten days: nine at 9:00, of which the newest may be posted, eight at 9:06.
		at(due.Add(10*day), 2*groups+2+9*groups+8)

		sent := 0
		for _, d := range ofReminders(t, db) {
			switch {
			case d.State == bot.Sent:
				sent++
			case d.State != bot.Skipped || !late(d.Reason):
				t.Errorf("%+v, want it sent, or skipped as late", d)
			}
		}
		keys := n.keys()
		for key, times := range keys {
			if times != 1 {
				t.Errorf("%s stands %d times", key, times)
			}
		}
		if want := 3*groups + 1; sent != want || len(keys) != want {
			t.Errorf("%d on record as sent, %d posted; want %d", sent, len(keys), want)
		}
	})
}

func ofReminders(t *testing.T, db *DB) []bot.Delivery {
	t.Helper()
	return slices.DeleteFunc(deliveries(t, db), func(d bot.Delivery) bool { return d.Kind != bot.OfReminder })
}
