package cards

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// A card names a command as its readers find it in the platform's list: in a Spanish card
// by the Spanish name, whatever the card's file says.
func TestCommandsInCardsStandAsTheyAreListed(t *testing.T) {
	t.Parallel()
	card := func(text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\nid: a-card\nkind: agreement\ntitle: Ours\nsource: Us\norder: 99\n---\n" + text + "\n")}
	}
	library, err := content.Load(content.Options{Dir: fstest.MapFS{
		"en/a-card.md": card("Use /contact or /crisis."), "es/a-card.md": card("Use /contact o /crisis."), "he/a-card.md": card("שלום /contact."),
	}})
	if err != nil {
		t.Fatal(err)
	}
	books, err := words.Open(words.Options{Dir: fstest.MapFS{"he/words.po": {Data: []byte("msgid \"Help now\"\nmsgstr \"עזרה\"\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	deck := New(library, books, time.Now, 1)
	all := NewPages(deck)
	if err := all.Write(nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		lang string
		to   bot.Platform
		want string
	}{
		{"en", bot.Discord, "Use /contact or /crisis."},
		{"en", bot.Slack, "Use /circle contact or /circle crisis."},
		{"es", bot.Discord, "Use /contacto o /crisis."},
		{"es", bot.Slack, "Use /circle contacto o /circle crisis."},
		{"he", bot.Discord, "שלום \u2068/contact\u2069."},
	} {
		c, _ := library.Exact("a-card", test.lang)
		page := all.now.Load().pages[pageID{test.lang, test.to == bot.Slack, "a-card", ""}]
		for where, m := range map[string]bot.Message{"posted": deck.Posted(c, test.to), "asked for": page.message} {
			if got := content.Plain(m.Blocks); !strings.Contains(got, test.want) {
				t.Errorf("%s %s, %s: %q lacks %q", test.lang, test.to, where, got, test.want)
			}
		}
	}
}
