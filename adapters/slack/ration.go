package slack

import (
	"sync"
	"time"
)

// ration lets something happen at most so many times within a span.
type ration struct {
	most int
	span time.Duration

	mu   sync.Mutex
	used []time.Time
}

// wait returns how long to wait before the next time; 0 means that it may happen now, and
// counts it.
func (r *ration) wait(now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.used) > 0 && now.Sub(r.used[0]) >= r.span {
		r.used = r.used[1:]
	}
	if len(r.used) < r.most {
		r.used = append(r.used, now)
		return 0
	}
	return r.used[0].Add(r.span).Sub(now)
}
