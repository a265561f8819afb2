package chat

import (
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/content"
)

// Without a card, /share leads to the preview of every card that can be posted, for the named place.
// Reasons for the same agreement count as one card here, because they have the same title.
func TestShareOffersEveryCard(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		for _, lang := range []string{"en", "es"} {
			s := newSetup(t)
			s.approveAll(t)
			r := ask(p, moderator(p), bot.NewCall("share", "place", here(p).String()))
			r.Lang = lang
			offered := map[string]bool{}
			known := map[string]bool{}
			for next := []bot.Call{r.Call}; len(next) > 0; next = next[1:] {
				r.Call = next[0]
				if r.Args["card"] != "" {
					c, _ := s.deck.Library().Card(r.Args["card"], lang)
					offered[c.Title] = true
					continue
				}
				m := s.Handle(t.Context(), r).Message
				if err := cards.Fits(m); err != nil || m.Menu == nil || len(m.Menu.Options) > cards.MaxMenu {
					t.Fatalf("%s %s: %v: %+v", p, lang, err, m)
				}
				for _, x := range append(m.Menu.Options, m.Actions...) {
					if id := x.Call.Encode(); !known[id] {
						known[id] = true
						next = append(next, x.Call)
					}
				}
			}
			for _, c := range s.deck.Library().All() {
				if _, ok := s.deck.Library().Topic(c.ID); ok && c.Lang == lang && c.Kind != content.Session && !offered[c.Title] {
					t.Errorf("%s %s: card %s is not offered", p, lang, c.ID)
				}
			}
			if len(s.store.deliveries) > 0 {
				t.Errorf("%s: something was posted", p)
			}
			r.Actor, r.Call = bot.Actor{}, bot.NewCall("share")
			if a := s.Handle(t.Context(), r); a.Message.Menu != nil {
				t.Errorf("%s: a member is offered %s", p, plain(a))
			}
		}
	}
}

// A link to the channel is no reason to forget where a card is to be posted.
func TestShareKeepsAPlaceThatIsALink(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	const link = "https://discord.com/channels/1111111111111111111/3333333333333333333"
	a := s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewCall("share", "place", link)))
	calls := append(a.Message.Menu.Options, a.Message.Actions...)
	if len(calls) == 0 {
		t.Fatal(plain(a))
	}
	for _, x := range calls {
		if got := x.Call.Args["place"]; got != "discord:1111111111111111111/3333333333333333333" {
			t.Errorf("%s leads to %q", x.Label, got)
		}
	}
}

// Without arguments, /group pause asks for the group, if the channel has none, and for how long. It
// pauses nothing before that.
func TestPauseAsksForWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		g, _ := s.sample(t, p)
		r := ask(p, moderator(p), bot.NewSub("group", "pause"))
		a := s.Handle(t.Context(), r)
		for label, want := range map[string]string{
			"1 week": "Paused until Monday, November 30, 2026", "2 weeks": "Paused until Monday, December 7, 2026",
			"4 weeks": "Paused until Monday, December 21, 2026", "Until it is resumed": "Paused until somebody resumes it",
		} {
			if now, _ := s.store.Group(t.Context(), g.ID); !now.Paused.IsZero() {
				t.Fatalf("%s: paused by asking", p)
			}
			_, done := press(t, s, r, a, label)
			if !strings.Contains(plain(done), want) {
				t.Errorf("%s: %s: %s", p, label, plain(done))
			}
			press(t, s, r, done, "Resume")
		}
		r.Place.Channel = map[bot.Platform]string{bot.Discord: "4444444444444444444", bot.Slack: "C4", bot.Playground: "other"}[p]
		_, a = press(t, s, r, s.Handle(t.Context(), r), g.Name)
		press(t, s, r, a, "1 week")
		if now, _ := s.store.Group(t.Context(), g.ID); now.Paused.IsZero() {
			t.Errorf("%s: not paused from another channel", p)
		}
	}
}

// Reminders are listed in the order of their next post. Those that are paused or cannot be planned
// come last.
func TestRemindersAreListedByWhatComesNext(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	for _, rule := range []string{"every Friday at 10:00", "every Tuesday at 10:00", "every Wednesday at 10:00"} {
		rem, _, err := s.Changes.Reminders.Add(t.Context(), moderator(bot.Slack), bot.Reminder{Group: g.ID, Topic: "agreements", Rule: rule})
		must(t, err)
		if strings.Contains(rule, "Tuesday") {
			if _, _, err := s.Changes.Reminders.Pause(t.Context(), moderator(bot.Slack), rem.ID, bot.Forever); err != nil {
				t.Fatal(err)
			}
		}
	}
	text := plain(s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "list"))))
	last := -1
	for _, day := range []string{"Mondays", "Wednesdays", "Fridays", "Tuesdays"} {
		at := strings.Index(text, day)
		if at <= last {
			t.Errorf("%s stands at %d, after %d:\n%s", day, at, last, text)
		}
		last = at
	}
	if strings.Contains(text[:strings.Index(text, "<")], "rem00") {
		t.Errorf("an ID is shown: %s", text)
	}
}
