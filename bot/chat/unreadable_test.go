package chat

import (
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
)

// If a group's time zone is not known, its times are shown in UTC, and the answer says so. Other groups
// are shown as usual, members are sent to their facilitator, and setting a zone mends it.
func TestAGroupWithAnUnknownZone(t *testing.T) {
	t.Parallel()
	s, p := newSetup(t), bot.Slack
	by := moderator(p)
	for id, place := range map[string]bot.Place{"far": here(p), "near": {Platform: p, Channel: "C0000NEAR1"}} {
		g := bot.Group{
			ID: id, Name: id + " circle", Zone: "America/Denver", Quiet: "none", Langs: []string{"en"}, Places: []bot.Place{place},
			Sessions: []bot.Session{{Rule: "Mondays at 6:00 PM", Length: time.Hour}},
		}
		must(t, s.Changes.Groups.Add(t.Context(), by, g))
		if _, _, err := s.Changes.Reminders.Add(t.Context(), by, bot.Reminder{Group: id, Topic: "agreements", Rule: "every Monday at 9:00", Late: bot.DefaultLate}); err != nil {
			t.Fatal(err)
		}
	}
	far, err := s.store.Group(t.Context(), "far")
	must(t, err)
	far.Zone = "Nowhere/Land"
	must(t, s.store.SetGroup(t.Context(), by, far))
	const unknown = `there is no time zone "Nowhere/Land"; write the zone of a place, such as America/Los_Angeles. Until then its times are shown in UTC.`
	of := func(lang string, who bot.Actor, call bot.Call) string {
		r := ask(p, who, call)
		r.Lang = lang
		return plain(s.Handle(t.Context(), r))
	}
	for _, c := range []struct {
		lang  string
		who   bot.Actor
		call  bot.Call
		wants []string
	}{
		{"en", by, bot.NewSub("group", "list"), []string{"far circle. Next: Monday, November 23, 2026 at 4:00 PM UTC", "near circle. Next: Monday, November 23, 2026 at 9:00 AM MST"}},
		{"en", by, bot.NewSub("group", "show", "group", "far"), []string{"Its reminders are not posted until this is corrected: " + unknown}},
		{"es", by, bot.NewSub("group", "show", "group", "far"), []string{`Sus recordatorios no se publican hasta que se corrija esto: no hay ninguna zona horaria "Nowhere/Land"`, "Hasta entonces, sus horas se muestran en UTC."}},
		{"en", by, bot.NewCall("overview"), []string{unknown, "## near circle\n- Next: Monday"}},
		{"en", by, bot.NewSub("reminder", "next", "group", "near"), []string{"Monday, November 30, 2026 at 9:00 AM MST: near circle"}},
		{"en", by, bot.NewSub("session", "list", "group", "far"), []string{`There is no time zone "Nowhere/Land"; write the zone of a place`}},
		{"en", bot.Actor{}, bot.NewCall("next"), []string{"This bot does not know when far circle meets next. Ask a facilitator of the group."}},
		{"en", by, bot.NewSub("group", "set", "group", "far", "zone", "America/Denver"), []string{"The group was updated. Time zone: America/Denver, before that: Nowhere/Land."}},
		{"en", bot.Actor{}, bot.NewCall("next"), []string{"The group meets next on Monday, November 23, 2026 at 6:00 PM MST"}},
	} {
		said := of(c.lang, c.who, c.call)
		for _, want := range c.wants {
			if !strings.Contains(said, want) {
				t.Errorf("%s in %s shows\n%s\nwant %q", c.call.Encode(), c.lang, said, want)
			}
		}
	}
}

// A missing argument is asked for by the name that the reader can type. For a missing ID of a reminder,
// which no list shows, the answer names the command that lists the reminders.
func TestWhatIsMissingIsAskedForInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, c := range []struct {
		platform   bot.Platform
		lang, want string
		call       bot.Call
	}{
		{bot.Slack, "en", "Which session? Choose it in /session list, or write its day: /session cancel when=… [group=…]", bot.NewSub("session", "cancel")},
		{bot.Slack, "es", "¿Qué sesión? Elíjala en /sesión lista, o escriba su día: /sesión cancelar cuál=… [grupo=…]", bot.NewSub("session", "cancel")},
		{bot.Discord, "es", "¿Qué sesión? Elíjala en /sesión lista, o escriba su día: /sesión cancelar cuál:… [grupo:…]", bot.NewSub("session", "cancel")},
		{bot.Slack, "en", "Which reminder? Choose it in /reminder list.", bot.NewSub("reminder", "resume")},
		{bot.Slack, "es", "¿Qué recordatorio? Elíjalo en /recordatorio lista.", bot.NewSub("reminder", "remove")},
	} {
		r := ask(c.platform, moderator(c.platform), c.call)
		r.Lang = c.lang
		if said := plain(s.Handle(t.Context(), r)); !strings.Contains(said, c.want) {
			t.Errorf("it says\n%s\nwant %q", said, c.want)
		}
	}
}

// Where a reminder or a session is left out, there are buttons that do what was asked with each of the
// first ones; to resume, those are the paused ones.
func TestWhatIsMissingCanBeChosen(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	staff := moderator(bot.Slack)
	asks := func(call bot.Call) bot.Answer { return s.Handle(t.Context(), ask(bot.Slack, staff, call)) }
	if a := asks(bot.NewSub("reminder", "resume")); len(a.Message.Actions) != 0 {
		t.Errorf("nothing is paused: %s", plain(a))
	}
	a := asks(bot.NewSub("reminder", "pause"))
	if len(a.Message.Actions) != 1 || !strings.Contains(plain(asks(a.Message.Actions[0].Call)), "For how long do you want to pause this reminder?") {
		t.Errorf("to pause: %s", plain(a))
	}
	asks(bot.NewSub("reminder", "pause", "id", "rem001", "until", "2 weeks"))
	if a := asks(bot.NewSub("reminder", "resume")); len(a.Message.Actions) != 1 || !strings.Contains(plain(asks(a.Message.Actions[0].Call)), "The reminder is active again.") {
		t.Errorf("to resume: %s", plain(a))
	}
	a = asks(bot.NewSub("session", "cancel"))
	if len(a.Message.Actions) != 5 || !strings.Contains(plain(asks(a.Message.Actions[1].Call)), "The session is cancelled.") {
		t.Errorf("to cancel: %s", plain(a))
	}
	if a := asks(bot.NewSub("session", "restore")); len(a.Message.Actions) != 1 || !strings.Contains(plain(asks(a.Message.Actions[0].Call)), "The session will take place as planned.") {
		t.Errorf("to restore: %s", plain(a))
	}
}

// Buttons that look alike are worse than none: one press removes a reminder.
func TestWhatLooksAlikeIsNotOffered(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	staff := moderator(bot.Slack)
	for _, at := range []string{"every Tuesday, Wednesday, Thursday and Friday at 10:00 AM", "every Tuesday, Wednesday, Thursday and Friday at 3:00 PM"} {
		if _, _, err := s.Changes.Reminders.Add(t.Context(), staff, bot.Reminder{Group: "evening-circle", Topic: "confidentiality", Rule: at}); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]string{"": "Choose it in", "confidentiality": "Did you mean one of these? rem001"} {
		a := s.Handle(t.Context(), ask(bot.Slack, staff, bot.NewSub("reminder", "remove", "id", id)))
		if len(a.Message.Actions) != 0 || !strings.Contains(plain(a), want) {
			t.Error(plain(a))
		}
	}
}

// "post" alone is a word that somebody may begin a sentence with. It names no command that people
// type, so it is answered as every unknown text, also to a member.
func TestAWordOfAHiddenCommandIsUnknownText(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		for _, by := range []bot.Actor{{}, moderator(p)} {
			want := plain(s.Handle(t.Context(), ask(p, by, bot.NewCall("hello"))))
			for _, c := range []bot.Call{bot.NewCall("post"), bot.NewSub("post", "something")} {
				if got := plain(s.Handle(t.Context(), ask(p, by, c))); got != want {
					t.Errorf("%s: %q says %s", p, c.Sub, got)
				}
			}
		}
	}
}
