package chat

import "sync"

// touched tells that something changed by closing a channel.
type touched struct {
	mu   sync.Mutex
	next chan struct{}
}

// Touch says that what the board shows may have changed.
func (t *touched) Touch() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next != nil {
		close(t.next)
		t.next = nil
	}
}

// Changed is closed at the next change of what the board shows.
func (t *touched) Changed() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next == nil {
		t.next = make(chan struct{})
	}
	return t.next
}
