package discord

import (
	"sync"
	"time"
)

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
