package chat

import (
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// A session is moved in a form and then cancelled. Each time its group is told once, after a preview,
// in signed words; only the moments are filled in.
func TestTellingOfASession(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		s := newSetup(t)
		staff := moderator(p)
		g := bot.Group{
			ID: "g", Name: "Tuesday circle", Zone: "America/Los_Angeles", Langs: []string{"en", "es"}, Places: []bot.Place{here(p)}, Skips: []string{"2026-12-24"},
			Sessions: []bot.Session{{Rule: "every 2 weeks on Tuesday at 18:00, starting 2026-12-08", Length: 90 * time.Minute}},
		}
		must(t, s.Changes.Groups.Add(t.Context(), staff, g))
		do := func(c bot.Call, submit bool) bot.Answer {
			r := ask(p, staff, c)
			r.Submit = submit
			return s.Handle(t.Context(), r)
		}
		button := func(a bot.Answer, label string) bot.Call {
			t.Helper()
			i := slices.IndexFunc(a.Message.Actions, func(a bot.Action) bool { return a.Label == label })
			if i < 0 {
				t.Fatalf("no button %q on %s:\n%s", label, p, plain(a))
			}
			return a.Message.Actions[i].Call
		}
		a := do(button(do(bot.NewSub("session", "show", "when", "2026-12-08", "group", "g"), false), "Move this session"), false)
		if a.Form == nil || a.Form.Fields[0].Value != "Tuesday, December 8, 2026 at 6:00 PM" {
			t.Fatalf("the form on %s: %+v", p, a.Form)
		}
		for to, says := range map[string]string{"December 24": "does not meet", "": "", "somewhen": "such as Wednesday, December 9, 2026 at 6:00 PM", "December 22 at 5 PM": "already meets then"} {
			if again := do(a.Form.Call.With("to", to), true); again.Form == nil || !strings.Contains(words.Plain(again.Form.Fields[0].Error), says) {
				t.Errorf("moved to %q on %s: %+v", to, p, again)
			}
		}
		a = do(a.Form.Call.With("to", "December 10 at 7:00 PM"), true)
		tell := button(a, "Tell the group")
		if p != bot.Playground { // the playground shows unsigned words, marked
			if said := plain(do(tell, false)); !strings.Contains(said, "has not approved the words of session-moved") {
				t.Errorf("without a signature on %s:\n%s", p, said)
			}
		}
		s.approveAll(t)
		preview := do(tell, false)
		for _, want := range []string{"Preview: only you see this", "The session planned for Tuesday, December 8, 2026 at 6:00 PM PST has moved.", "It now starts on Thursday, December 10, 2026 at 7:00 PM PST.", "La sesión prevista para el martes, 8 de diciembre de 2026"} {
			if !strings.Contains(plain(preview), want) {
				t.Errorf("the preview on %s lacks %q:\n%s", p, want, plain(preview))
			}
		}
		told := func() (out []bot.Delivery) {
			all, err := s.store.Deliveries(t.Context(), bot.DeliveryFilter{Group: "g"})
			must(t, err)
			return all
		}
		if len(told()) > 0 {
			t.Errorf("a preview posts %v", told())
		}
		named := func(a bot.Answer) bool { // the channel is a fact, so that it is shown by its name
			return slices.ContainsFunc(slices.Collect(content.Spans(a.Message.Blocks...)), func(s content.Span) bool { return s.Fact == here(p) })
		}
		if !named(preview) {
			t.Errorf("the preview on %s names the channel in plain text:\n%s", p, plain(preview))
		}
		for range 2 {
			posted := do(button(preview, "Post it"), false)
			if said := plain(posted); !strings.Contains(said, "It will appear in "+here(p).String()) || !named(posted) {
				t.Errorf("posted on %s:\n%s", p, said)
			}
		}
		if all := told(); len(all) != 1 || all[0].Card != "session-moved" || all[0].Nominal.String() != "2026-12-08T18:00" {
			t.Errorf("told on %s: %+v", p, all)
		}
		if again := plain(do(tell, false)); !strings.Contains(again, "The group was told of this already.") || strings.Contains(again, "[Post it]") { // another moderator
			t.Errorf("told twice on %s:\n%s", p, again)
		}
		a = do(bot.NewSub("session", "cancel", "when", "December 10", "group", "g"), false)
		if said := plain(do(button(preview, "Post it"), false)); !strings.Contains(said, "There is no session on Tuesday, December 8") || len(told()) != 1 {
			t.Errorf("an old preview is pressed on %s:\n%s", p, said)
		}
		preview = do(button(a, "Tell the group"), false)
		for _, want := range []string{ // both days are off, whichever of them a member knows of
			"There is no session on Tuesday, December 8, 2026 at 6:00 PM PST and on Thursday, December 10, 2026 at 7:00 PM PST.",
			"No hay sesión el martes, 8 de diciembre de 2026, 6:00 p. m. PST y el jueves, 10 de diciembre de 2026, 7:00 p. m. PST.",
		} {
			if !strings.Contains(plain(preview), want) {
				t.Errorf("the preview on %s lacks %q:\n%s", p, want, plain(preview))
			}
		}
		do(button(preview, "Post it"), false)
		if all := told(); len(all) != 2 || !slices.ContainsFunc(all, func(d bot.Delivery) bool { return d.Card == "session-cancelled" }) {
			t.Errorf("told on %s: %+v", p, all)
		}
		if said := plain(s.Handle(t.Context(), ask(p, bot.Actor{}, tell))); strings.Contains(said, "session of") || len(told()) != 2 {
			t.Errorf("a member: %s", said)
		}
		if a := do(bot.NewSub("session", "show", "when", "December 22", "group", "g"), false); slices.ContainsFunc(a.Message.Actions, func(a bot.Action) bool { return a.Label == "Tell the group" }) {
			t.Errorf("of a session that was always as planned the group is told: %s", plain(a))
		}
		do(bot.NewSub("session", "restore", "when", "December 8", "group", "g"), false) // to its moved time
		a = do(bot.NewSub("session", "restore", "when", "December 8", "group", "g"), false)
		preview = do(button(a, "Tell the group"), false)
		for _, want := range []string{"The session on Tuesday, December 8, 2026 at 6:00 PM PST will take place after all", "Sí habrá sesión el martes, 8 de diciembre de 2026, 6:00 p. m. PST"} {
			if !strings.Contains(plain(preview), want) {
				t.Errorf("the preview on %s lacks %q:\n%s", p, want, plain(preview))
			}
		}
		for range 2 {
			do(button(preview, "Post it"), false)
		}
		if all := told(); len(all) != 3 || !slices.ContainsFunc(all, func(d bot.Delivery) bool { return d.Card == "session-restored" }) {
			t.Errorf("told on %s: %+v", p, all)
		}
		// A notice that is no longer true is not posted.
		g, _ = s.store.Group(t.Context(), "g")
		g.Skips = append(g.Skips, "2026-12-08")
		if _, _, why := s.deck.PostSession("session-restored", p, g, told()[0].Nominal, content.SignOff{}, monday()); why.Code != bot.SessionChanged {
			t.Errorf("a session on a date without group takes place: %v", why)
		}
		if _, _, why := s.deck.PostSession("session-moved", p, g, told()[0].Nominal, content.SignOff{}, monday()); why.Code != bot.SessionChanged {
			t.Errorf("a notice that is not true: %v", why)
		}
	}
}
