package intake

import "sync"

// Keys remembers a text for each of the last few messages, by the message's ID, such as the
// key that it was sent with, where the platform does not return it.
type Keys struct {
	mu   sync.Mutex
	set  map[string]string
	ring []string
	next int
}

// NewKeys makes a memory for the last n messages.
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
