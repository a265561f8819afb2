package delivery

import (
	"testing"
	"time"

	"circlekeeper/bot"
)

func TestGate(t *testing.T) {
	t.Parallel()
	g := gate{gap: gapOf(bot.Discord)}
	var passed []time.Time
	for i := range 200 {
		now := due
		if i >= 100 { // held up for half a second, then all at once
			now = due.Add(100*time.Second/46 + 500*time.Millisecond)
		}
		passed = append(passed, now.Add(g.pass(now)))
	}
	for i := range len(passed) - 50 {
		if span := passed[i+50].Sub(passed[i]); span < time.Second {
			t.Fatalf("51 posts within %s", span)
		}
	}
	other := gate{gap: gapOf(bot.Slack)}
	for range 3 {
		if wait := other.pass(due); wait != 0 {
			t.Errorf("Slack's posts wait %s", wait)
		}
	}
}
