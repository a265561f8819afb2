package bot

// Gallery remembers how an adapter drew the latest pages: most answers are one of a
// few hundred cards, and drawing one costs more than all else that is done for an
// answer. It holds what everybody may read and nothing of who asked: answers to staff
// and previews pass through. The zero Gallery is empty; it is safe for concurrent use.
type Gallery[T any] struct {
	kept Recent[pageFor, T] // a few KB each
}

// pageFor is a page, and what its drawing depends on besides the page.
type pageFor struct{ page, also string }

// Of returns what draw makes of a message. If the message is a page, Of remembers the result
// and next time returns it without drawing. The result is shared and must not be changed.
// An error of draw is not remembered. also is what draw depends on besides the message; it may be
// empty.
func (g *Gallery[T]) Of(m Message, also string, draw func(Message) (T, error)) (T, error) {
	if m.Page == "" {
		return draw(m)
	}
	key := pageFor{m.Page, also}
	if drawn, ok := g.kept.Get(key); ok {
		return drawn, nil
	}
	drawn, err := draw(m)
	if err == nil {
		g.kept.Set(key, drawn)
	}
	return drawn, err
}
