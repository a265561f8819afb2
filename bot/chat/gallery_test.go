package chat

import (
	"testing"

	"circlekeeper/bot"
)

// Adapters keep only renderings that everybody may read: no answer to staff, no preview, nothing
// about a group.
func TestOnlyPagesAreKept(t *testing.T) {
	t.Parallel()
	s := newSetup(t, withConcerns)
	s.approveAll(t)
	g, rem := s.sample(t, bot.Discord)
	for _, tc := range []struct {
		by   bot.Actor
		call bot.Call
		kept bool
	}{
		{bot.Actor{}, bot.NewCall("strategies"), true},
		{bot.Actor{}, bot.NewCall("strategies", "name", "strategy-listening"), true},
		{bot.Actor{}, bot.NewCall("crisis"), true},
		{bot.Actor{}, bot.NewCall("help"), true},
		{moderator(bot.Discord), bot.NewCall("why"), true},
		{bot.Actor{}, bot.NewCall("concern"), false},
		{bot.Actor{}, bot.NewCall("strategies", "name", "what somebody wrote"), false},
		{bot.Actor{}, bot.NewSub("group", "list"), false},
		{moderator(bot.Discord), bot.NewSub("group", "list"), false},
		{moderator(bot.Discord), bot.NewSub("group", "show", "group", g.ID), false},
		{moderator(bot.Discord), bot.NewSub("reminder", "show", "id", rem.ID), false},
		{moderator(bot.Discord), bot.NewCall("share", "card", "strategy-listening"), false},
	} {
		a := s.Handle(t.Context(), ask(bot.Discord, tc.by, tc.call))
		if kept := a.Message.Page != ""; kept != tc.kept {
			t.Errorf("%s %s %v: kept %t", tc.call.Command, tc.call.Sub, tc.call.Args, kept)
		}
	}
	m, ok := s.deck.Preview("strategy-listening", []string{"en"})
	if !ok || m.Page != "" {
		t.Errorf("a preview is kept: %t", ok)
	}
}
