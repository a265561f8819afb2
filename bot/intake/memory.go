package intake

import (
	"hash/maphash"
	"sync"
	"time"
)

// Memory remembers for a while which requests were taken in, so that a request that is
// delivered again or replayed is handled once. It keeps a hash of a request's ID, not the ID.
//
// It has two halves. When the newer half is full or older than span, it becomes the older
// one, and the older one is dropped. So a request is remembered for at least span, unless more
// than most requests came since.
type Memory struct {
	most int // requests in each half
	span time.Duration
	seed maphash.Seed

	mu         sync.Mutex
	newer, old table
	began      time.Time // of the newer half
}

// NewMemory makes a memory of two times most requests, each for span at least.
func NewMemory(most int, span time.Duration) *Memory {
	return &Memory{most: most, span: span, seed: maphash.MakeSeed()}
}

// First tells whether an id is met for the first time, and remembers it.
func (m *Memory) First(id string, at time.Time) bool {
	key := max(maphash.String(m.seed, id), 1)
	m.mu.Lock()
	defer m.mu.Unlock()
	if age := at.Sub(m.began); m.newer.count >= m.most || age > m.span {
		m.old, m.newer, m.began = m.newer, m.old, at
		m.newer.clear()
		if age > 2*m.span {
			m.old.clear()
		}
	}
	if m.old.has(key) || m.newer.has(key) {
		return false
	}
	m.newer.add(key)
	return true
}

// table is a hash set of numbers with open addressing. It keeps its size when it is cleared.
// A number takes 16 to 32 bytes; in a Go map it would take 35, which is 5 MB more for each
// half under the load that this is made for.
type table struct {
	keys  []uint64 // 0 is an empty place; the length is a power of two, and half of it is empty
	count int
}

const smallest = 1 << 10

func (t *table) has(key uint64) bool {
	return len(t.keys) > 0 && t.keys[t.place(key)] == key
}

func (t *table) add(key uint64) {
	if 2*(t.count+1) > len(t.keys) {
		before := t.keys
		t.keys = make([]uint64, max(2*len(before), smallest))
		for _, k := range before {
			if k != 0 {
				t.keys[t.place(k)] = k
			}
		}
	}
	t.keys[t.place(key)] = key
	t.count++
}

func (t *table) clear() {
	clear(t.keys)
	t.count = 0
}

// place is the index of a key, or of the empty place where it belongs.
func (t *table) place(key uint64) uint64 {
	last := uint64(len(t.keys) - 1)
	place := key & last
	for t.keys[place] != 0 && t.keys[place] != key {
		place = (place + 1) & last
	}
	return place
}
