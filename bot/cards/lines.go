package cards

import (
	"slices"
	"sync/atomic"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Help is whom to call in a crisis: the lines of the cards in force, by the present signatures,
// without those that are out of service. It needs no database.
type Help struct {
	deck    *Deck
	options map[string]string // the clinic's
	builtIn content.Lines     // for a library without cards
	down    atomic.Pointer[[]content.DownLine]
	floor   atomic.Pointer[content.Lines] // lines with the clinic's own floor that were last in force; nil if none were
}

// SetDown replaces the list of lines that are out of service, and reports whether it changed.
func (h *Help) SetDown(all []content.DownLine) (changed bool) {
	old := h.down.Swap(&all)
	return old == nil && len(all) > 0 || old != nil && !slices.Equal(*old, all)
}

// Down are the lines that are out of service now. They are in memory, so they are known while
// the database cannot be reached; each entry ends at its time.
func (h *Help) Down() []content.DownLine {
	known := h.down.Load()
	if known == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(*known), func(o content.DownLine) bool { return !h.deck.now().Before(o.Until) })
}

// all are the lines in force. If the clinic changed its own floor, the old one stays in force
// until the new words are signed.
func (h *Help) all() content.Lines {
	library, signed := h.deck.Library(), h.deck.Signed()
	in, waits := library.Lines(signed)
	if before := h.floor.Load(); waits && before != nil && library.StillSigned(*before, signed) {
		return *before
	}
	if !waits && in.Own() {
		h.floor.Store(&in)
	}
	return h.or(in)
}

func (h *Help) or(in content.Lines) content.Lines {
	if len(in.Entries()) == 0 {
		return h.builtIn
	}
	return in
}

// Lines are the lines in force, without options that the clinic has not chosen.
func (h *Help) Lines() content.Lines { return h.all().Chosen(h.options) }

// Unusual reports whether the crisis card may now be different from the prepared page.
func (h *Help) Unusual() bool {
	return len(h.Down()) > 0 || h.deck.Library().OwnFloor() || h.floor.Load() != nil
}

// Card is the crisis card in force, in a language or in English.
func (h *Help) Card(lang string) content.Card {
	return h.all().Card(lang, h.options, h.deck.books.Voice(), h.Down(), h.deck.now())
}

// alike reports whether the crisis card in force says the same in two languages. It compares
// the cards as if all lines were in service: each country writes the date until which a line is
// out of service in its own way.
func (h *Help) alike(a, b string) bool {
	text := func(lang string) string {
		return h.all().Card(lang, h.options, h.deck.books.Voice(), nil, h.deck.now()).Text()
	}
	return text(a) == text(b)
}

// Numbers are the crisis numbers that every answer names now.
func (h *Help) Numbers() []string { return h.all().Numbers(h.Down(), h.deck.now()) }

// outages are the blocks to show above a card that names a line which is out of service now.
func (h *Help) outages(c content.Card) []content.Block {
	down := h.Down()
	if len(down) == 0 || c.ID == bot.Crisis { // the crisis card says it itself
		return nil
	}
	return h.all().Outages(c, h.deck.books.Voice(), down, h.deck.now())
}
