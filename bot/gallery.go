package bot

import "sync"

// Gallery remembers how an adapter drew the latest pages: most answers are one of a
// few hundred cards, and drawing one costs more than all else that is done for an
// answer. It holds what everybody may read and nothing of who asked: answers to staff
// and previews pass through. The zero Gallery is empty; it is safe for concurrent use.
type Gallery[T any] struct {
	mu   sync.Mutex
	kept map[pageFor]T
}

// pageFor is a page, and what its drawing depends on besides the page.
type pageFor struct{ page, also string }

// maxKept is how many messages are remembered; a few KB each.
const maxKept = 512

// Of returns what draw makes of a message. If the message is a page, Of remembers the result
// and next time returns it without drawing. The result is shared and must not be changed.
// An error of draw is not remembered. also is what draw depends on besides the message; it may be
// empty.
func (g *Gallery[T]) Of(m Message, also string, draw func(Message) (T, error)) (T, error) {
	if m.Page == "" {
		return draw(m)
	}
	key := pageFor{m.Page, also}
	g.mu.Lock()
	drawn, known := g.kept[key]
	g.mu.Unlock()
	if known {
		return drawn, nil
	}
	drawn, err := draw(m)
	if err != nil {
		return drawn, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.kept == nil || len(g.kept) >= maxKept {
		g.kept = make(map[pageFor]T)
	}
	g.kept[key] = drawn
	return drawn, nil
}
