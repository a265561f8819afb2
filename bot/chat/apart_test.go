package chat

import (
	"strings"
	"testing"

	"circlekeeper/bot"
)

// formOf is what a form asks for, by field, and the titles of an answer's buttons if it is none.
func formOf(a bot.Answer) (fields map[string]string) {
	if a.Form == nil {
		return nil
	}
	fields = map[string]string{"": a.Form.Title}
	for _, f := range a.Form.Fields {
		fields[f.Name] = f.Value
	}
	return fields
}

// A rule and a topic may be typed in any order: the form of a new reminder has both in their fields.
func TestARuleMayStandBeforeItsTopic(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"agreements every tuesday 9am":            "every tuesday 9am",
		"every tuesday 9am agreements":            "every tuesday 9am",
		"every tuesday at 9am for agreements":     "every tuesday at 9am",
		"every tuesday agreements at 9am":         "every tuesday at 9am",
		"every tuesday 9am agremeents":            "every tuesday 9am",
		"every friday agreements":                 "every friday",
		"fridays the agreements":                  "fridays",
		"2 hours before each session agreements":  "2 hours before each session",
		"cada martes a las 9:00 acuerdos":         "cada martes a las 9:00",
		"los martes a las 9:00 acuerdos":          "los martes a las 9:00",
		"cada martes a las 9:00 para acuerdos":    "cada martes a las 9:00",
		"dos horas antes de cada sesión acuerdos": "dos horas antes de cada sesión",
	} {
		for _, p := range platforms() {
			s := newSetup(t)
			s.sample(t, p)
			before := s.store.dump()
			r := ask(p, moderator(p), bot.NewSub("reminder", "add", "topic", typed))
			if strings.Contains(typed, "acuerdos") {
				r.Lang = "es-MX"
			}
			a := s.Handle(t.Context(), r)
			if got := formOf(a); got["topic"] != "agreements" || got["at"] != want || s.store.dump() != before {
				t.Errorf("%s: %q: %q\n%s", p, typed, got, plain(a))
			}
		}
	}
	s := newSetup(t)
	s.sample(t, bot.Slack)
	for _, typed := range []string{"tarot", "agreements"} { // nothing to take apart
		if got := formOf(s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "add", "topic", typed)))); got["topic"] != typed || got["at"] != "" {
			t.Errorf("%q: %q", typed, got)
		}
	}
}

// "/reminder edit agreements every friday" opens the form with the rule in it. Where several reminders may be
// meant, each button does.
func TestAReminderIsEditedWithItsNewRule(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"rem001 every friday at 9am":                 "every friday at 9am",
		"rem001 to fridays 9am":                      "fridays 9am",
		"confidentiality every friday at 9am":        "every friday at 9am",
		"confidentialty every friday at 9am":         "every friday at 9am",
		"confidentiality to every friday at 9am":     "every friday at 9am",
		"confidentiality every friday":               "every friday",
		"every friday at 9am":                        "every friday at 9am",
		"the usual one to fridays 9am":               "fridays 9am",
		"confidentiality 9pm":                        "9pm",
		"confidencialidad los viernes":               "los viernes",
		"confidencialidad a las 21:00":               "las 21:00",
		"every friday at 9am confidentiality":        "every friday at 9am",
		"evening circle every friday at 9am":         "every friday at 9am",
		"confidencialidad cada viernes a las 9:00":   "cada viernes a las 9:00",
		"confidencialidad a los viernes a las 9:00":  "los viernes a las 9:00",
		"cada viernes a las 9:00 confidencialidad":   "cada viernes a las 9:00",
		"confidencialidad una hora antes de sesión":  "una hora antes de sesión",
		"confidencialidad  una hora antes de sesión": "una hora antes de sesión",
	} {
		for _, p := range platforms() {
			s := newSetup(t)
			s.sample(t, p)
			before := s.store.dump()
			r := ask(p, moderator(p), bot.NewSub("reminder", "edit", "id", typed))
			label := "Confidentiality"
			if strings.Contains(typed, "cada viernes") || strings.Contains(typed, "confidencialidad") {
				r.Lang, label = "es-MX", "Confidencialidad"
			}
			a := s.Handle(t.Context(), r)
			if a.Form == nil {
				if strings.HasPrefix(a.Message.Actions[0].Label, "Evening circle: ") { // no reminder is named
					label = "Evening circle: "
				}
				_, a = press(t, s, r, a, label)
			}
			if got := formOf(a); got["topic"] != "confidentiality" || got["at"] != want || s.store.dump() != before {
				t.Errorf("%s: %q: %q\n%s", p, typed, got, plain(a))
			}
		}
	}
}

// "/group rename Late circle" opens the form of this channel's group, or of the one that is named, with the
// new name in it.
func TestAGroupIsRenamed(t *testing.T) {
	t.Parallel()
	for _, of := range []struct{ sub, typed, name string }{
		{"rename", "Late circle", "Late circle"},
		{"rename", "to Late circle", "Late circle"},
		{"name", "Late circle", "Late circle"},
		{"rename", "evening circle to Late circle", "Late circle"},
		{"rename", "evening circle Late circle", "Late circle"},
		{"rename", "evening-circle", "Evening circle"},
		{"rename", "Road to recovery", "Road to recovery"},
		{"rename", "A new day", "A new day"},
		{"rename", "", "Evening circle"},
		{"renombrar", "Círculo de la tarde", "Círculo de la tarde"},
		{"renombrar", "evening circle a Camino a casa", "Camino a casa"},
	} {
		for _, p := range platforms() {
			s := newSetup(t)
			s.sample(t, p)
			before := s.store.dump()
			r := ask(p, moderator(p), bot.NewSub("group", of.sub, "group", of.typed))
			if of.sub == "renombrar" {
				r.Lang = "es-MX"
			}
			a := s.Handle(t.Context(), r)
			if got := formOf(a); a.Form == nil || a.Form.Call.Args["group"] != "evening-circle" || got["name"] != of.name || s.store.dump() != before {
				t.Errorf("%s: %q: %q\n%s", p, of.typed, got, plain(a))
			}
		}
	}
	s := newSetup(t)
	s.sample(t, bot.Slack)
	long := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "rename", "group", strings.Repeat("Late circle ", 9))))
	if long.Form == nil || !strings.Contains(plain(long), "The text for Name is too long. It can have up to 80 characters.") {
		t.Errorf("a long name:\n%s", plain(long))
	}
	more := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "rename", "name", "Late circle", "zone", "America/Denver")))
	if got := formOf(more); got["name"] != "Late circle" || got["zone"] != "America/Denver" {
		t.Errorf("with another value: %q", got)
	}
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "rename", "group", "Late circle"))
	if _, a := press(t, s, r, s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "rename", "group", "evning circle to Late circle"))), "Evening circle"); formOf(a)["name"] != "Late circle" {
		t.Errorf("pressed:\n%s", plain(a))
	}
	r.Place.Channel = "C0777777777" // a channel without a group: the answer asks which one
	if _, a := press(t, s, r, s.Handle(t.Context(), r), "Evening circle"); formOf(a)["name"] != "Late circle" {
		t.Errorf("pressed:\n%s", plain(a))
	}
	if a := s.Handle(t.Context(), ask(bot.Slack, bot.Actor{}, bot.NewSub("group", "rename", "group", "Late circle"))); !strings.Contains(plain(a), "Only staff") {
		t.Errorf("a member:\n%s", plain(a))
	}
}

// A button for a topic that may have been meant has the topic's title.
func TestATopicIsOfferedByItsTitle(t *testing.T) {
	t.Parallel()
	for _, of := range []struct{ lang, topic, want string }{
		{"en-US", "agreemnts", "Agreements, a new one each time"}, {"es-MX", "agreemnts", "Acuerdos, uno distinto cada vez"},
		{"en-US", "listning", "Encourage Active Listening"}, {"es-MX", "listning", "Fomentar la escucha activa"},
	} {
		for _, p := range platforms() {
			s := newSetup(t)
			s.sample(t, p)
			r := ask(p, moderator(p), bot.NewSub("reminder", "add", "topic", of.topic, "at", "every Monday at 9:00"))
			r.Lang = of.lang
			if a := s.Handle(t.Context(), r); len(a.Message.Actions) != 1 || a.Message.Actions[0].Label != of.want {
				t.Errorf("%s, %s: %s\n%s", p, of.lang, of.topic, plain(a))
			}
		}
	}
}

// Where no session is named, or several, there is a button for each that may be meant. It does what was
// asked; to move one opens the form.
func TestASessionThatMayBeMeantIsOneAway(t *testing.T) {
	t.Parallel()
	for _, of := range []struct{ lang, sub, typed, to, press, after string }{
		{"en-US", "cancel", "cuz im sick", "", "Monday, November 30, 2026 at 6:00 PM PST", "The session is cancelled."},
		{"en-US", "cancel", "tonights session", "", "Monday, November 23, 2026 at 6:00 PM PST", "The session is cancelled."},
		{"en-US", "cancel", "dec 8", "", "Monday, November 30, 2026 at 6:00 PM PST", "The session is cancelled."},
		{"en-US", "cancel", "all of december", "", "Monday, December 7, 2026 at 6:00 PM PST", "The session is cancelled."},
		{"es-MX", "cancel", "porque estoy enfermo", "", "lunes, 30 de noviembre de 2026, 18:00 PST", "La sesión está cancelada."},
		{"en-US", "move", "the usual one", "", "Monday, November 30, 2026 at 6:00 PM PST", "form Move a session"},
		{"en-US", "move", "the usual one", "friday 7pm", "Monday, November 30, 2026 at 6:00 PM PST", `to: New day and time = "friday 7pm"`},
	} {
		for _, p := range platforms() {
			s := newSetup(t)
			s.sample(t, p)
			r := ask(p, moderator(p), bot.NewSub("session", of.sub, "when", of.typed))
			if of.to != "" {
				r.Call = r.With("to", of.to)
			}
			r.Lang = of.lang
			before := s.store.dump()
			a := s.Handle(t.Context(), r)
			if s.store.dump() != before {
				t.Errorf("%s: %s: something was done", p, of.typed)
			}
			if _, next := press(t, s, r, a, of.press); !strings.Contains(plain(next), of.after) {
				t.Errorf("%s: %s, pressed:\n%s", p, of.typed, plain(next))
			}
		}
	}
	s := newSetup(t)
	s.sample(t, bot.Slack)
	a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("session", "restore", "when", "the usual one")))
	if n := len(a.Message.Actions); n != 1 { // none is cancelled or moved
		t.Errorf("%d buttons:\n%s", n, plain(a))
	}
}

// "/session move 12/7 12/9" has two days, of which the second is the new one.
func TestTwoDaysSideBySideAreAMove(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"12/7 12/9": "12/9", "dec 7 dec 9": "dec 9", "monday thursday": "thursday", "december 7 friday 7pm": "friday 7pm",
		"7 dic 9 dic": "9 dic", "7 de diciembre 9 de diciembre": "9 de diciembre", "lunes jueves": "jueves",
		"monday december 7": "", "lunes 7 de diciembre": "", "december 7 2026": "",
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("session", "move", "when", typed))
		if strings.Contains(typed, "di") || strings.Contains(typed, "lunes") {
			r.Lang = "es-MX"
		}
		before := s.store.dump()
		a := s.Handle(t.Context(), r)
		got := formOf(a)["to"]
		if a.Form == nil || want != "" && got != want || want == "" && !strings.Contains(got, "2026") || s.store.dump() != before {
			t.Errorf("%q: %q\n%s", typed, got, plain(a))
		}
	}
}

// The button that takes what follows a value's name leaves out the word that leads to it.
func TestAWordThatLeadsToAValueIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, of := range []struct{ lang, typed, press string }{
		{"en-US", "name to Late circle", "name=Late circle"}, {"en-US", "name A new day", "name=A new day"},
		{"es-MX", "nombre a Camino a casa", "nombre=Camino a casa"},
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "set", "group", of.typed))
		r.Lang = of.lang
		a := s.Handle(t.Context(), r)
		if len(a.Message.Actions) != 1 || strings.ReplaceAll(a.Message.Actions[0].Label, "= ", "=") != of.press {
			t.Errorf("%s:\n%s", of.typed, plain(a))
		}
	}
}
