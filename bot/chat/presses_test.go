package chat

import (
	"slices"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// People without slash commands reach every card within three presses: from the buttons of the panel,
// and from the menu of a message; opening that menu counts as one press. Reasons for the same
// agreement count as one card here, because they have the same title.
func TestEveryCardIsAFewPressesAway(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.approveAll(t)
	for _, p := range platforms() {
		for _, lang := range s.deck.Library().Langs() {
			panel, _, skip := s.deck.Post("panel", p, []string{lang}, s.deck.Signed(), s.now())
			if !skip.IsZero() {
				t.Fatal(skip)
			}
			menu := bot.Action{Call: bot.NewCall("help")}
			for name, first := range map[string][]bot.Action{"the panel": panel.Actions, "a message's menu": {menu}} {
				took := presses(t, s, bot.Request{Platform: p, Place: here(p), Lang: lang}, first)
				for _, c := range s.deck.Library().All() {
					if c.Lang != lang || c.Kind == content.Session || c.Kind == content.Panel {
						continue // posts: they answer no question
					}
					if n, ok := took[c.Title]; !ok || n > 3 {
						t.Errorf("%s, %s, %s: card %s takes %d presses", p, lang, name, c.ID, n)
					}
				}
			}
		}
	}
}

// presses is the least number of presses that a member needs to each title, beginning with the
// buttons in first.
func presses(t *testing.T, s setup, r bot.Request, first []bot.Action) map[string]int {
	t.Helper()
	took, known := map[string]int{}, map[string]bool{}
	for n, now := 1, first; len(now) > 0; n++ {
		var next []bot.Action
		for _, x := range now {
			id := x.Call.Encode()
			if x.Link != "" || known[id] {
				continue
			}
			known[id] = true
			r.Call = x.Call
			m := s.Handle(t.Context(), r).Message
			if _, ok := took[m.Title]; !ok {
				took[m.Title] = n
			}
			next = slices.Concat(next, m.Actions)
			if m.Menu != nil {
				next = slices.Concat(next, m.Menu.Options)
			}
		}
		now = next
	}
	return took
}
