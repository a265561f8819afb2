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
//
// The halves are tables with open addresses, which never grow: memory stays the
// same whatever is asked.
type memory struct {
	most int // in each half; at most half of its table
	span time.Duration
	seed maphash.Seed

	mu       sync.Mutex
	now, old []uint64 // 0 is an empty place
	count    int      // in the newer half
	began    time.Time
}

// newMemory makes room for 2^bits requests in each half, 16 bytes for each.
func newMemory(bits int, span time.Duration) *memory {
	m := &memory{most: 1 << bits, span: span, seed: maphash.MakeSeed(), now: make([]uint64, 2<<bits), old: make([]uint64, 2<<bits)}
	// Written to once, they are in memory from the beginning on.
	clear(m.now)
	clear(m.old)
	return m
}

// first tells whether an id is met for the first time, and remembers it.
func (m *memory) first(id string, at time.Time) bool {
	key := max(maphash.String(m.seed, id), 1)
	m.mu.Lock()
	defer m.mu.Unlock()
	if age := at.Sub(m.began); m.count >= m.most || age > m.span {
		m.old, m.now, m.began, m.count = m.now, m.old, at, 0
		clear(m.now)
		if age > 2*m.span {
			clear(m.old)
		}
	}
	if place := find64(m.old, key); m.old[place] == key {
		return false
	}
	place := find64(m.now, key)
	if m.now[place] == key {
		return false
	}
	m.now[place] = key
	m.count++
	return true
}

// find64 gives where a key stands in a table, or the empty place where it belongs.
// The table's size is a power of two, and half of it is empty.
func find64(table []uint64, key uint64) uint64 {
	last := uint64(len(table) - 1)
	place := key & last
	for table[place] != 0 && table[place] != key {
		place = (place + 1) & last
	}
	return place
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
