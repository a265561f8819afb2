package cards

import (
	"io/fs"
	"testing"
	"time"

	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// deckOf is a deck of the shipped cards and those of a folder, which may be nil.
func deckOf(t *testing.T, dir fs.FS, now func() time.Time) *Deck {
	t.Helper()
	library, err := content.Load(content.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	books, err := words.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return New(library, books, now, 1)
}

// pagesOf are the pages of the shipped cards.
func pagesOf(t *testing.T, now func() time.Time) (*Deck, *Pages) {
	t.Helper()
	deck := deckOf(t, nil, now)
	pages := NewPages(deck)
	if err := pages.Write(nil, nil); err != nil {
		t.Fatal(err)
	}
	return deck, pages
}
