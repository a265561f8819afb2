package chat

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"circlekeeper/bot"
	"circlekeeper/content"
)

func passing(t *testing.T, id, text string) *content.Library {
	t.Helper()
	card := fmt.Sprintf("---\nid: %s\nkind: agreement\ntitle: \"Passing\"\nsource: \"The clinic\"\norder: 1\n---\n**You may always pass.** %s\n", id, text)
	library, err := content.Load(content.Options{Dir: fstest.MapFS{"en/" + id + ".md": {Data: []byte(card)}}, DirName: "own"})
	must(t, err)
	return library
}

// The cards are replaced while people read, list, search and change things. Every answer has either
// the old or the new cards.
func TestCardsAreReplacedWhilePeopleRead(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.approveAll(t)
	first, second := passing(t, "agreement-pass", "You can just listen."), passing(t, "agreement-pass", "You can just say pass.")
	must(t, s.SetLibrary(first))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				said := plain(s.Handle(t.Context(), ask(bot.Discord, bot.Actor{}, bot.NewCall("agreements", "name", "passing"))))
				if !strings.Contains(said, "just listen") && !strings.Contains(said, "just say pass") {
					t.Errorf("neither of the two: %s", said)
				}
				s.Handle(t.Context(), ask(bot.Slack, bot.Actor{ID: "slack:U1"}, bot.NewCall("share", "card", "agreement-pass")))
				s.Deck().Choose("agreements", bot.Group{}, nil, s.Deck().Signed(), monday())
			}
		})
	}
	for i := range 40 {
		if err := s.SetLibrary([]*content.Library{first, second}[i%2]); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
	said := plain(s.Handle(t.Context(), ask(bot.Discord, bot.Actor{}, bot.NewCall("agreements", "name", "passing"))))
	if !strings.Contains(said, "just say pass") || !strings.Contains(said, "not yet approved") {
		t.Errorf("the last words are not in force, or count as signed: %s", said)
	}
}
