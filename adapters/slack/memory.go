package slack

import (
	"sync"
	"time"
)

// memory remembers for a while which requests were taken, so that one that
// Slack delivers again is handled once. It holds no more than a fixed number;
// the oldest go first.
type memory struct {
	most int
	span time.Duration

	mu    sync.Mutex
	seen  map[string]time.Time
	order []string
}

func newMemory(most int, span time.Duration) *memory {
	return &memory{most: most, span: span, seen: make(map[string]time.Time)}
}

// first tells whether an id is met for the first time, and remembers it.
func (m *memory) first(id string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.order) > 0 && (len(m.order) >= m.most || now.Sub(m.seen[m.order[0]]) > m.span) {
		delete(m.seen, m.order[0])
		m.order = m.order[1:]
	}
	if _, ok := m.seen[id]; ok {
		return false
	}
	m.seen[id] = now
	m.order = append(m.order, id)
	return true
}

// ration lets something happen at most so many times within any span.
type ration struct {
	most int
	span time.Duration
	used []time.Time
}

// wait tells how long to wait before the next, and 0 takes it. It is for one
// goroutine.
func (r *ration) wait(now time.Time) time.Duration {
	for len(r.used) > 0 && now.Sub(r.used[0]) >= r.span {
		r.used = r.used[1:]
	}
	if len(r.used) < r.most {
		r.used = append(r.used, now)
		return 0
	}
	return r.used[0].Add(r.span).Sub(now)
}
