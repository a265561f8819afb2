package database

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// On SQLite there is no server whose clock could be compared with the machine's. So the
// platforms are asked for the time: at the start, once an hour and, while the clock is in
// doubt, every ten seconds.
const (
	outsideEvery = time.Hour
	outsideLook  = 10 * time.Second
	outsideMost  = 5 * time.Second // how long an answer may take
)

// outside is what the platforms' clocks say.
type outside struct {
	mu    sync.Mutex
	known bool          // a platform has answered since the machine's clock was last moved
	read  time.Time     // when it answered, by the monotonic clock
	ahead time.Duration // how far the machine's clock is ahead of the platform's clock that is nearest to it
	moves int           // how often it was moved
}

// moved forgets what was read before the machine's clock was moved.
func (o *outside) moved() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.known = false
	o.moves++
}

// agree tells whether the machine's clock agrees with a platform's, and how far it is ahead.
// known is false if no platform has answered.
func (o *outside) agree() (ahead time.Duration, agrees, known bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ahead, o.ahead.Abs() <= intake.ClockOff, o.known
}

// fresh tells whether there is no need to ask again.
func (o *outside) fresh(doubtful bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.known && !doubtful && time.Since(o.read) < outsideEvery
}

// ask reads the clocks of all platforms at once.
func (o *outside) ask(ctx context.Context, clocks []bot.Timekeeper, machine func() time.Time) {
	ctx, cancel := context.WithTimeout(ctx, outsideMost)
	defer cancel()
	o.mu.Lock()
	moves := o.moves
	o.mu.Unlock()
	var mu sync.Mutex
	var offs []time.Duration
	var all sync.WaitGroup
	for _, clock := range clocks {
		all.Go(func() {
			theirs, err := clock.ReadClock(ctx)
			if err != nil {
				return // it says elsewhere that it does not answer
			}
			mu.Lock()
			defer mu.Unlock()
			offs = append(offs, machine().Round(0).Sub(theirs))
		})
	}
	all.Wait()
	if len(offs) == 0 {
		return
	}
	best := slices.MinFunc(offs, func(a, b time.Duration) int { return cmp.Compare(a.Abs(), b.Abs()) })
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.moves == moves {
		o.known, o.read, o.ahead = true, time.Now(), best
	}
}
