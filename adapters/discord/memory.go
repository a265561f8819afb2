package discord

import (
	"sync"
	"time"
)

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
