package slack

import (
	"sync"
	"time"
)

// ration lets something happen at most so many times within any span.
type ration struct {
	most int
	span time.Duration

	mu   sync.Mutex
	used []time.Time
}

// wait tells how long to wait before the next, and 0 takes it.
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

// keys remembers under which key each of the last few messages was posted: where
// metadata are dropped, nothing else tells two of the same words apart.
type keys struct {
	mu   sync.Mutex
	set  map[string]string
	ring []string
	next int
}

func newKeys(n int) *keys { return &keys{set: make(map[string]string), ring: make([]string, n)} }

func (k *keys) add(message, key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.set, k.ring[k.next])
	k.ring[k.next] = message
	k.next = (k.next + 1) % len(k.ring)
	k.set[message] = key
}

// of is the key of a message, or "".
func (k *keys) of(message string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set[message]
}
