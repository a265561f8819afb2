package database

import (
	"fmt"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"circlekeeper/bot"
)

// What a process that was killed had on its way is looked up at once, in as many Slack
// channels as it can have been; and never are there more look-ups than Slack allows in
// a minute.
func TestLookUpsAfterAKill(t *testing.T) {
	t.Parallel()
	if most := leaseFor + beatEvery + lookAgain; most > 20*time.Second { // of 30 s in which its posts are to go on
		t.Errorf("a process that was killed is noticed only after %s", most)
	}
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		var granted []time.Time
		look := func(i int) bool {
			l := &ledger{db: db, job: &river.Job[job]{}, place: place(fmt.Sprint("slack:C", i)), kind: bot.OfReminder}
			at, ok, err := l.Look(t.Context(), bot.Patience)
			must(t, err)
			if ok {
				granted = append(granted, at)
			}
			return ok
		}
		inHand := int(bot.Patience/(time.Minute/300)) + 1
		for i := range inHand {
			if !look(i) || granted[i].After(monday) {
				t.Fatalf("look-up %d of %d has to wait", i+1, inHand)
			}
		}
		for end := monday.Add(3 * time.Minute); now.now().Before(end); now.set(now.now().Add(200 * time.Millisecond)) {
			look(0)
		}
		for i, at := range granted {
			if i >= 50 && at.Sub(granted[i-50]) < time.Minute {
				t.Fatalf("51 look-ups within %s", at.Sub(granted[i-50]))
			}
		}
		if len(granted) < 60 {
			t.Errorf("only %d look-ups in three minutes", len(granted))
		}
	})
}
