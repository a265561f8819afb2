package cards

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// A card names a command as it is in the platform's list: a Spanish card by its Spanish name,
// whatever the card's file says. The command is a fact, so each platform writes it as people type
// it there.
func TestCommandsInCardsStandAsTheyAreListed(t *testing.T) {
	t.Parallel()
	card := func(text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\nid: a-card\nkind: agreement\ntitle: Ours\nsource: Us\norder: 99\n---\n" + text + "\n")}
	}
	library, err := content.Load(content.Options{Dir: fstest.MapFS{
		"en/a-card.md": card("Use /contact or /crisis."), "es/a-card.md": card("Use /contact o /crisis."), "he/a-card.md": card("שלום /contact."),
	}})
	must(t, err)
	books, err := words.Open(words.Options{Dir: fstest.MapFS{"he/words.po": {Data: []byte("msgid \"Help now\"\nmsgstr \"עזרה\"\n")}}})
	must(t, err)
	deck := New(library, books, time.Now, 1)
	all := NewPages(deck)
	must(t, all.Write(nil, nil))
	for lang, want := range map[string]string{
		"en": "Use /contact or /crisis.", "es": "Use /contacto o /crisis.", "he": "שלום \u2068/contact\u2069.",
	} {
		c, _ := library.Exact("a-card", lang)
		for where, m := range map[string]bot.Message{"posted": deck.Posted(c), "asked for": all.now.Load().pages[pageID{lang, "a-card", ""}].message} {
			if got := content.Plain(m.Blocks); !strings.Contains(got, want) {
				t.Errorf("%s, %s: %q lacks %q", lang, where, got, want)
			}
			typed := deck.Reader(lang).Command("contact")
			if !slices.ContainsFunc(m.Blocks[0].Items[0], func(s content.Span) bool { return s.Fact == typed }) {
				t.Errorf("%s, %s: the command is no fact in %+v", lang, where, m.Blocks[0].Items[0])
			}
		}
	}
}
