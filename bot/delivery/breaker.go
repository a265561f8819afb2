package delivery

import (
	"sync"
	"time"

	"circlekeeper/bot"
)

// Pausing a platform.
const (
	pauseAfter   = 3 // failures in a row, whatever the place
	pauseFirst   = 5 * time.Second
	pauseMost    = time.Minute
	refusedLimit = 500 // refusals in refusedSpan; Discord bans an address at 10,000
	refusedSpan  = 10 * time.Minute
)

// breaker pauses a platform that is down: its deliveries wait. After the pause one delivery
// at a time tries whether the platform is up again.
type breaker struct {
	mu       sync.Mutex
	failures int
	pauses   int  // in a row; each is longer
	trying   bool // a delivery is trying whether the platform is up again
	until    time.Time
	refused  int
	since    time.Time // of the window in which refusals are counted
}

// wait says how long to leave the platform alone. After a pause one caller may
// pass; the others wait for what it finds.
func (b *breaker) wait(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if left := b.until.Sub(now); left > 0 && left <= refusedSpan { // longer than any pause: the clock was ahead
		return left
	}
	if b.failures >= pauseAfter {
		b.trying, b.until = true, now.Add(bot.SendTimeout)
	}
	return 0
}

// failed counts a failure of the platform; down reports that it is paused now.
func (b *breaker) failed(now time.Time) (down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	if b.failures < pauseAfter {
		return false
	}
	if b.until.After(now) && !b.trying {
		return true // this request left before the pause began: it does not make the pause longer
	}
	b.trying, b.until = false, now.Add(min(pauseFirst<<min(b.pauses, 10), pauseMost))
	b.pauses++
	return true
}

// refusal counts a request that the platform refused as invalid. It pauses the platform
// before refusals are so many that the platform bans us. A refusal shows that it is up.
func (b *breaker) refusal(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rest()
	if now.Sub(b.since).Abs() > refusedSpan {
		b.since, b.refused = now, 0
	}
	if b.refused++; b.refused >= refusedLimit {
		b.until = b.since.Add(refusedSpan)
	}
}

// worked notes that the platform took a post.
func (b *breaker) worked() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rest()
}

func (b *breaker) rest() { b.failures, b.pauses, b.trying, b.until = 0, 0, false, time.Time{} }
