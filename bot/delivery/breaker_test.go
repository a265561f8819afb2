package delivery

import (
	"testing"
	"time"

	"circlekeeper/bot"
)

func TestBreaker(t *testing.T) {
	t.Parallel()
	var b breaker
	now := due
	for i := range 20 { // all requests left before the platform went down
		if down := b.failed(now); down != (i >= pauseAfter-1) {
			t.Fatalf("after %d failures down is %v", i+1, down)
		}
	}
	for _, want := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, time.Minute, time.Minute} {
		if got := b.wait(now); got != want {
			t.Fatalf("the pause is %s, want %s", got, want)
		}
		now = now.Add(want)
		if got := b.wait(now); got != 0 {
			t.Fatalf("after the pause the next waits %s", got)
		}
		if got := b.wait(now); got != bot.SendTimeout {
			t.Fatalf("beside the one that tries another waits %s", got)
		}
		b.failed(now)
	}
	b.failed(now.AddDate(3, 0, 0)) // by a clock that was ahead
	if got := b.wait(now); got != 0 {
		t.Errorf("once the clock is right again, the next waits %s", got)
	}
	b.worked()
	if b.wait(now) != 0 || b.failed(now) {
		t.Error("not as at first once the platform is up")
	}
}
