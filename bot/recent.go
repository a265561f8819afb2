package bot

import (
	"cmp"
	"sync"
)

// Recent remembers values by key, for as long as there is room: at least the Most that were set
// last, and at most twice as many. It is safe for concurrent use.
type Recent[K comparable, V any] struct {
	Most int // default 512

	mu           sync.Mutex
	newer, older map[K]V // when newer is full, it becomes older, and older is dropped
}

// Get returns the value of a key; ok is false if none is remembered.
func (r *Recent[K, V]) Get(key K) (value V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.get(key)
}

// Set remembers the value of a key.
func (r *Recent[K, V]) Set(key K, value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set(key, value)
}

// GetOr returns the value of a key. If none is remembered, it remembers and returns what fresh
// returns.
func (r *Recent[K, V]) GetOr(key K, fresh func() V) V {
	r.mu.Lock()
	defer r.mu.Unlock()
	value, ok := r.get(key)
	if !ok {
		value = fresh()
		r.set(key, value)
	}
	return value
}

func (r *Recent[K, V]) get(key K) (value V, ok bool) {
	if value, ok = r.newer[key]; !ok {
		value, ok = r.older[key]
	}
	return value, ok
}

func (r *Recent[K, V]) set(key K, value V) {
	if _, ok := r.newer[key]; !ok && len(r.newer) >= cmp.Or(r.Most, 512) || r.newer == nil {
		r.older, r.newer = r.newer, make(map[K]V)
	}
	r.newer[key] = value
}
