package chat

import (
	"sync"
)

// touched tells that something changed by closing a channel.
type touched struct {
	mu   sync.Mutex
	next chan struct{}
}

// Touch says that what the board shows may have changed.
func (b *Bot) Touch() {
	b.touched.mu.Lock()
	defer b.touched.mu.Unlock()
	if b.touched.next != nil {
		close(b.touched.next)
		b.touched.next = nil
	}
}

// Changed is closed at the next change of what the board shows.
func (b *Bot) Changed() <-chan struct{} {
	b.touched.mu.Lock()
	defer b.touched.mu.Unlock()
	if b.touched.next == nil {
		b.touched.next = make(chan struct{})
	}
	return b.touched.next
}
