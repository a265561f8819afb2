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
	must(t, err)
	books, err := words.Embedded()
	must(t, err)
	return New(library, books, now, 1)
}

// pagesOf are the pages of the shipped cards.
func pagesOf(t *testing.T, now func() time.Time) (*Deck, *Pages) {
	t.Helper()
	deck := deckOf(t, nil, now)
	pages := NewPages(deck)
	must(t, pages.Write(nil, nil))
	return deck, pages
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
