package chat

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// If a reminder is the same as another one, the answer says so before it is saved, and after.
func TestTheSameReminderTwiceIsSaid(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	const said = "already has this reminder"
	for at, same := range map[string]bool{"0 9 * * 1": true, "every Monday at 9:00": true, "every Monday at 10:00": false} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "add", "topic", "confidentiality", "at", at, "group", "evening-circle"))
		r.Submit, r.Preview = true, true
		a := s.Handle(t.Context(), r)
		if a.Form == nil || strings.Contains(flat(a.Form.Preview), said) != same {
			t.Errorf("%q is previewed as:\n%s", at, flat(a.Form.Preview))
		}
		r.Preview = false
		if a := s.Handle(t.Context(), r); strings.Contains(plain(a), said) != same {
			t.Errorf("%q is saved as:\n%s", at, plain(a))
		}
		delete(s.store.reminders, "rem002")
	}
}

// /reminder next says which groups and reminders are paused.
func TestNextSaysWhatIsPaused(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	for _, tc := range []struct {
		call bot.Call
		want string
	}{
		{bot.NewSub("reminder", "pause", "id", "rem001", "until", "no end"), "- Evening circle, Confidentiality, a new reminder each time: Paused until somebody resumes it."},
		{bot.NewSub("reminder", "pause", "id", "rem001", "until", "2026-12-24"), "- Evening circle, Confidentiality, a new reminder each time: Paused until Thursday, December 24, 2026"},
		{bot.NewSub("group", "pause", "until", "no end"), "- Evening circle: Paused until somebody resumes it."},
	} {
		r.Call = tc.call
		s.Handle(t.Context(), r)
		r.Call = bot.NewSub("reminder", "next")
		if a := s.Handle(t.Context(), r); !strings.Contains(plain(a), tc.want) {
			t.Errorf("after %s %s %v:\n%s", tc.call.Command, tc.call.Sub, tc.call.Args, plain(a))
		}
	}
}

// The text before the comma in a rotation's name means the rotation. The beginning of a card's title
// does not mean the card, because two titles may begin in the same way.
func TestACardIsNotNamedByItsBeginning(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{}
	for _, season := range []string{"winter", "summer"} {
		folder["en/holidays-"+season+".md"] = &fstest.MapFile{Data: fmt.Appendf(nil, "---\nid: holidays-%[1]s\nkind: agreement\ntitle: \"Holidays, %[1]s\"\nsource: \"The clinic\"\norder: 200\n---\n**We agree on this.** It helps.\n", season)}
	}
	library, err := content.Load(content.Options{Dir: folder, DirName: "own"})
	must(t, err)
	s := newSetup(t, func(c *Config) { c.Library = library })
	for text, want := range map[string]string{"Holidays": "Holidays", "holidays, winter": "holidays-winter", "Agreements": "agreements"} {
		if got := s.Changes.Reminders.TopicNamed(text, "en"); got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
}

// A reminder whose only date falls into a pause has that said, not that its rule has no dates; a
// second one like it is not said to be posted beside it.
func TestADateWithinAPauseIsSaid(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		g, _ := s.sample(t, p)
		s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "pause", "group", g.ID, "until", "2 weeks")))
		add := bot.NewSub("reminder", "add", "topic", "agreements", "at", "on December 1, 2026 at 9:00", "group", g.ID)
		for range 2 {
			got := plain(s.Handle(t.Context(), ask(p, moderator(p), add)))
			if !strings.Contains(got, "Paused until Monday, December 7, 2026 at 12:00 AM PST. Its dates are over by then, so it is not posted.") || strings.Contains(got, "no more dates") || strings.Contains(got, "Both will be posted") {
				t.Errorf("%s: %s", p, got)
			}
		}
		if got := plain(s.Handle(t.Context(), spanishAsk(p, bot.NewSub("reminder", "list", "group", g.ID)))); !strings.Contains(got, "Sus fechas ya habrán pasado para entonces") {
			t.Errorf("%s: %s", p, got)
		}
		s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "resume", "group", g.ID)))
		again := plain(s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "pause", "group", g.ID, "until", "2 weeks"))))
		const name = "Agreements, a new one each time, on Tuesday, December 1, 2026 at 9:00 AM"
		if want := "These reminders have no date after the pause, so they are not posted: " + name + "; " + name + "."; !strings.Contains(again, want) {
			t.Errorf("%s: paused again: %s", p, again)
		}
		if got := plain(s.Handle(t.Context(), spanishAsk(p, add))); !strings.Contains(got, "El grupo ya tiene este recordatorio.") || strings.Contains(got, "Se publicarán los dos") {
			t.Errorf("%s: %s", p, got)
		}
		s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "pause", "group", g.ID, "until", "no end")))
		if got := plain(s.Handle(t.Context(), ask(p, moderator(p), add))); !strings.Contains(got, "The group already has this reminder.") || strings.Contains(got, "Both") {
			t.Errorf("%s: without an end: %s", p, got)
		}
		s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "resume", "group", g.ID)))
		if got := plain(s.Handle(t.Context(), ask(p, moderator(p), add))); !strings.Contains(got, "Both will be posted") {
			t.Errorf("%s: after the pause: %s", p, got)
		}
	}
}

// The reminders that a pause outlasts are named in one sentence, of one or of several.
func TestAPauseNamesInOneSentenceWhatItOutlasts(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	pause := bot.NewSub("group", "pause", "group", g.ID)
	s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), pause.With("until", "2 weeks")))
	for _, tt := range []struct{ topic, want string }{
		{"agreements", "Este recordatorio no tiene ninguna fecha después de la pausa y no se publica: Acuerdos, uno distinto cada vez, el martes, 1 de diciembre de 2026 a las 09:00."},
		{"confidentiality", "Estos recordatorios no tienen ninguna fecha después de la pausa y no se publican: Acuerdos, uno distinto cada vez, el martes, 1 de diciembre de 2026 a las 09:00; Confidencialidad, un recordatorio distinto cada vez, el martes, 1 de diciembre de 2026 a las 09:00."},
	} {
		s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "add", "topic", tt.topic, "at", "on December 1, 2026 at 9:00", "group", g.ID)))
		got := plain(s.Handle(t.Context(), spanishAsk(bot.Slack, pause.With("until", "3 semanas"))))
		if !strings.Contains(got, tt.want) {
			t.Errorf("it says:\n%s\nwant %q", got, tt.want)
		}
	}
}

// A reminder whose only date is one without the group is said not to come, before and after it is
// saved, and a second one like it is not said to be posted beside it.
func TestADateWithoutGroupIsSaid(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		g, _ := s.sample(t, p)
		s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "set", "group", g.ID, "skip", "2026-12-01")))
		add := bot.NewSub("reminder", "add", "topic", "agreements", "at", "on December 1, 2026 at 9:00", "group", g.ID)
		s.Handle(t.Context(), ask(p, moderator(p), add))
		if got := plain(s.Handle(t.Context(), ask(p, moderator(p), add))); !strings.Contains(got, "The group already has this reminder.") || strings.Contains(got, "Both") {
			t.Errorf("%s: %s", p, got)
		}
		if got := plain(s.Handle(t.Context(), spanishAsk(p, bot.NewSub("reminder", "list", "group", g.ID)))); !strings.Contains(got, "No hay nada programado.") {
			t.Errorf("%s: %s", p, got)
		}
	}
}
