package chat

import (
	"encoding/json"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// One press posts the signed card once to each of the group's channels. Staff get the checklist at
// every step.
func TestBreach(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		g, _ := s.sample(t, p)
		r := ask(p, moderator(p), bot.NewSub("group", "breach", "group", g.ID))
		checklist := func(a bot.Answer) bool { return strings.Contains(plain(a), "Talk with them alone") }
		// The playground shows and posts unsigned words, marked.
		if a := s.Handle(t.Context(), r); strings.Contains(plain(a), "[Post it") != (p == bot.Playground) || !checklist(a) {
			t.Errorf("%s: unsigned: %s", p, plain(a))
		}
		s.approveAll(t)
		shown := s.Handle(t.Context(), r)
		if c, _ := s.deck.Library().Exact(breachCard, "en"); !strings.Contains(plain(shown), content.Plain(c.Answer)) || !checklist(shown) || len(s.store.deliveries) > 0 {
			t.Fatalf("%s: shown: %s", p, plain(shown))
		}
		for range 2 {
			if _, a := press(t, s, r, shown, "Post it to the group"); !strings.Contains(plain(a), "in a moment") || !checklist(a) {
				t.Errorf("%s: pressed: %s", p, plain(a))
			}
		}
		if len(s.store.deliveries) != len(g.Places) || s.store.deliveries[0].Card != breachCard || s.store.deliveries[0].Kind != bot.OfShare {
			t.Errorf("%s: two presses made %+v", p, s.store.deliveries)
		}
		// A button whose words were not shown, or that somebody forged, posts nothing.
		for _, seen := range []string{"abcdefghffff", "abc", "../../../../"} {
			made := r
			made.Flow.Seen = seen
			if a := s.Handle(t.Context(), made); len(s.store.deliveries) != len(g.Places) || strings.Contains(plain(a), "in a moment") {
				t.Errorf("%s: %q posts", p, seen)
			}
		}
		if a := s.Handle(t.Context(), ask(p, bot.Actor{}, r.Call)); checklist(a) || len(a.Message.Actions) > 0 {
			t.Errorf("%s: a member reads %s", p, plain(a))
		}
		// Text that somebody writes behind the command is not stored.
		r.Args = map[string]string{"group": g.ID, "what": "who said what"}
		press(t, s, r, s.Handle(t.Context(), r), "Post it to the group")
		if kept, _ := json.Marshal([]any{s.store.deliveries, s.store.audit}); strings.Contains(string(kept), "who said what") {
			t.Errorf("%s: what happened is kept", p)
		}
	}
}
