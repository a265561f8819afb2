package slack

import (
	"hash/maphash"
	"sync"
	"time"
)

// memory remembers for a while which requests were taken, so that one that
// Slack delivers again, or somebody replays, is handled once. It keeps a number
// made from a request's name and nothing of the name itself: two halves, of
// which the older is dropped when the newer is full or has run its time. So
// what was met is known for at least span, unless more than most came since.
type memory struct {
	most int // in each half
	span time.Duration
	seed maphash.Seed

	mu       sync.Mutex
	now, old map[uint64]struct{}
	began    time.Time // of the newer half
}

func newMemory(most int, span time.Duration) *memory {
	return &memory{most: most, span: span, seed: maphash.MakeSeed(), now: make(map[uint64]struct{})}
}

// first tells whether an id is met for the first time, and remembers it.
func (m *memory) first(id string, at time.Time) bool {
	key := maphash.String(m.seed, id)
	m.mu.Lock()
	defer m.mu.Unlock()
	if age := at.Sub(m.began); len(m.now) >= m.most || age > m.span {
		m.old, m.now, m.began = m.now, make(map[uint64]struct{}), at
		if age > 2*m.span {
			m.old = nil
		}
	}
	_, newer := m.now[key]
	_, older := m.old[key]
	if newer || older {
		return false
	}
	m.now[key] = struct{}{}
	return true
}

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
