package intake

import "sync"

// Keys remembers something of each of the last few messages, such as the key under which
// it was sent, where the platform tells nothing of that.
type Keys struct {
	mu   sync.Mutex
	set  map[string]string
	ring []string
	next int
}

// NewKeys remembers so many messages.
func NewKeys(n int) *Keys { return &Keys{set: make(map[string]string), ring: make([]string, n)} }

// Add remembers the key of a message.
func (k *Keys) Add(message, key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.set[message]; !ok {
		delete(k.set, k.ring[k.next])
		k.ring[k.next] = message
		k.next = (k.next + 1) % len(k.ring)
	}
	k.set[message] = key
}

// Of is the key of a message, or "".
func (k *Keys) Of(message string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set[message]
}
