package discord

import (
	"strconv"
	"sync"
	"time"
)

// interactions remembers the last few interactions, so that one delivered again
// (after RESUME, or by somebody who recorded it) is handled once. What is older
// than the oldest remembered counts as known: IDs grow with time.
type interactions struct {
	mu    sync.Mutex
	set   map[uint64]struct{}
	ring  []uint64
	next  int
	floor uint64
}

func newInteractions(n int) *interactions {
	return &interactions{set: make(map[uint64]struct{}), ring: make([]uint64, n)}
}

// first reports whether an interaction is new, and remembers it.
func (r *interactions) first(id string) bool {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.set[n]; ok || n <= r.floor {
		return false
	}
	old := r.ring[r.next]
	delete(r.set, old)
	r.floor = max(r.floor, old)
	r.ring[r.next] = n
	r.set[n] = struct{}{}
	r.next = (r.next + 1) % len(r.ring)
	return true
}

// keys remembers under which key each of the last few messages was sent: for
// messages without a button, which carry none.
type keys struct {
	mu   sync.Mutex
	set  map[string]string
	ring []string
	next int
}

func newKeys(n int) *keys {
	return &keys{set: make(map[string]string), ring: make([]string, n)}
}

func (r *keys) add(message, key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.set[message]; !ok {
		delete(r.set, r.ring[r.next])
		r.ring[r.next] = message
		r.next = (r.next + 1) % len(r.ring)
	}
	r.set[message] = key
}

// of is the key of a message, or "".
func (r *keys) of(message string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.set[message]
}

// recently remembers what was done within the last while, at most so many of it, and
// nothing of what was before.
type recently struct {
	mu    sync.Mutex
	at    map[string]time.Time
	most  int
	while time.Duration
}

func newRecently(most int, while time.Duration) *recently {
	return &recently{at: make(map[string]time.Time), most: most, while: while}
}

// first reports whether it is the first time in a while, and remembers it. Where
// there is no room to remember, it is not.
func (r *recently) first(what string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, t := range r.at {
		if now.Sub(t) >= r.while {
			delete(r.at, k)
		}
	}
	if _, ok := r.at[what]; ok || len(r.at) >= r.most {
		return false
	}
	r.at[what] = now
	return true
}
