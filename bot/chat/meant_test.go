package chat

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// If a name has a typing mistake, or is the name of another kind of thing, the answer names what may
// have been meant.
func TestWhatMayHaveBeenMeantIsNamed(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	does := func(want string, c bot.Call) {
		t.Helper()
		if r.Call = c; !strings.Contains(plain(s.Handle(t.Context(), r)), want) {
			t.Errorf("%s %s %v:\n%s", c.Command, c.Sub, c.Args, plain(s.Handle(t.Context(), r)))
		}
	}
	const meant = "Did you mean one of these? rem001 (Evening circle: Confidentiality, a new reminder each time; Mondays at 9:00 AM)"
	for _, typed := range []string{"rem01", "Evening circle", "evening-circl", "Confidentialty"} {
		does(meant, bot.NewSub("reminder", "pause", "id", typed))
	}
	does("shows them all.\n[Evening circle: Confidentiality, a new reminder each time, Mondays at 9:00…]", bot.NewSub("reminder", "pause", "id", "qqqqqq"))
	r.Call = bot.NewSub("reminder", "pause", "id", "confidentiality", "until", "December 24")
	if _, a := press(t, s, r, s.Handle(t.Context(), r), "Confidentiality, a new reminder each time; Mondays"); !strings.Contains(plain(a), "Paused until Thursday, December 24, 2026") { // one press does what was asked
		t.Errorf("pressed:\n%s", plain(a))
	}
	r.Lang = "es" // a topic as its readers know it
	does("rem001 (Evening circle: Confidencialidad, un recordatorio distinto cada vez; los lunes a las 9:00", bot.NewSub("reminder", "pause", "id", "confidencialidad"))
	r.Lang = "en-US"
	does("Did you mean Evening circle?", bot.NewSub("reminder", "list", "group", "evning circle"))
	if _, a := press(t, s, r, s.Handle(t.Context(), r), "Evening circle"); !strings.Contains(plain(a), "Evening circle: Confidentiality") {
		t.Errorf("pressed:\n%s", plain(a))
	}
	r.Call = bot.NewSub("group", "remove", "group", "evning circle")
	if a := s.Handle(t.Context(), r); len(a.Message.Actions) > 0 {
		t.Errorf("one press would remove a group:\n%s", plain(a))
	}

	r.Call = bot.NewSub("group", "remove", "group", "evening-circle")
	s.Handle(t.Context(), r)
	does("shows them all", bot.NewSub("reminder", "pause", "id", "rem01")) // it does not offer removed ones
	r.Call = bot.NewSub("group", "restore", "group", "evning circle")
	a := s.Handle(t.Context(), r)
	if m := a.Message.Menu; m == nil || len(m.Options) != 1 || m.Options[0].Hint != "" || strings.Contains(plain(bot.Answer{Message: bot.Message{Blocks: a.Message.Blocks}}), "evening-circle") {
		t.Errorf("a removed group is offered so:\n%s", plain(a))
	}
}

// Of several groups, the reminders of the one in whose channel somebody asks are offered first, and a
// button names the group: it may remove something.
func TestMeantRemindersAreThoseOfThisGroup(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	late := bot.Group{ID: "late-circle", Name: "Late circle", Zone: "America/Los_Angeles", Places: []bot.Place{{Platform: bot.Slack, Channel: "C0999999999"}}}
	must(t, s.Changes.Groups.Add(t.Context(), moderator(bot.Slack), late))
	if _, _, err := s.Changes.Reminders.Add(t.Context(), moderator(bot.Slack), bot.Reminder{Group: late.ID, Topic: "confidentiality", Rule: "every Monday at 9:00"}); err != nil {
		t.Fatal(err)
	}
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "remove", "id", "confidentiality"))
	for _, tc := range []struct {
		place bot.Place
		want  []string
	}{
		{here(bot.Slack), []string{"Evening circle: Confidentiality"}},
		{late.Places[0], []string{"Late circle: Confidentiality"}},
		{bot.Place{Platform: bot.Slack, Channel: "C0888888888"}, []string{"Evening circle: Confidentiality", "Late circle: Confidentiality"}},
	} {
		r.Place = tc.place
		a := s.Handle(t.Context(), r)
		var offered []string
		for _, b := range a.Message.Actions {
			if rest, _, ok := strings.Cut(b.Label, ", a new reminder each time; Mondays at 9:00"); ok {
				offered = append(offered, rest)
			}
		}
		slices.Sort(offered)
		if !slices.Equal(offered, tc.want) {
			t.Errorf("in %s: %q, want %q\n%s", tc.place, offered, tc.want, plain(a))
		}
	}
}

// "/group pause 2 weeks" has the length where a group's name belongs. The answer asks whether this
// channel's group is meant, with the day; one press pauses it. If a group has that name, it is meant.
func TestALengthInTheGroupsPlaceIsAskedBack(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"2 weeks": "No group is called \"2 weeks\" here. Did you mean to pause Evening circle until ",
		"friday":  "Did you mean to pause Evening circle until ",
		"no end":  "Did you mean to pause Evening circle until it is resumed?",

		"evening circle 2 weeks":              "Did you mean to pause Evening circle until Monday, December 7, 2026 at 12:00 AM PST?",
		"Evening Circle hasta el 4 de enero":  "Did you mean to pause Evening circle until Monday, January 4, 2027 at 12:00 AM PST?",
		"evening-circle until further notice": "Did you mean to pause Evening circle until it is resumed?",
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		before := s.store.dump()
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "pause", "group", typed))
		a := s.Handle(t.Context(), r)
		if got := plain(a); !strings.Contains(got, want) || s.store.dump() != before {
			t.Errorf("%s:\n%s", typed, got)
		}
		if _, next := press(t, s, r, a, "Pause"); !strings.Contains(plain(next), "Paused until") {
			t.Errorf("%s, pressed:\n%s", typed, plain(next))
		}
	}
	s := newSetup(t)
	s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "pause", "group", "2 weeks"))
	r.Place.Channel = "C0000STAFF" // no group's channel: it asks which one
	a := s.Handle(t.Context(), r)
	if _, next := press(t, s, r, a, "Evening circle"); !strings.Contains(plain(a), "Which group?") || !strings.Contains(plain(next), "Paused until Monday, December 7, 2026") {
		t.Errorf("in another channel:\n%s\npressed:\n%s", plain(a), plain(next))
	}
	for typed, until := range map[string]string{
		"next week": "Monday, November 30, 2026", "evening circle next week": "Monday, December 7, 2026", "for next week": "Monday, December 7, 2026",
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "pause", "group", typed))
		if _, next := press(t, s, r, s.Handle(t.Context(), r), until); !strings.Contains(plain(next), "Paused until "+until) {
			t.Errorf("%s, pressed:\n%s", typed, plain(next))
		}
	}
	for _, typed := range []string{"off", "evening circle off", "stop", "fin", "evening circle quitar"} {
		s := newSetup(t)
		g, _ := s.sample(t, bot.Slack)
		s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "pause", "group", g.ID, "until", "no end")))
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "pause", "group", typed))
		if _, next := press(t, s, r, s.Handle(t.Context(), r), "Resume"); !strings.Contains(plain(next), "Posts to this group have resumed.") {
			t.Errorf("%s, pressed:\n%s", typed, plain(next))
		}
	}
	s = newSetup(t)
	s.sample(t, bot.Slack)
	for typed, want := range map[string]string{
		"evning circle": "Did you mean Evening circle?", "yesterday": "You can choose: Evening circle.\n[Evening circle]", "qqqq": "You can choose: Evening circle.\n[Evening circle]",
		"evening circle yesterday": "You can choose: Evening circle.\n[Evening circle]", "none": "may mean a pause without an end", "off": "This group is not paused.",
		"evening circle stop": "This group is not paused.", "desactivar": "This group is not paused.",
	} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "pause", "group", typed))
		if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, want) {
			t.Errorf("%s:\n%s", typed, got)
		}
	}
}

// A name that is short or has a slip, with a length behind it, is one press away.
func TestALengthBehindAShortNameOfAGroup(t *testing.T) {
	t.Parallel()
	for _, of := range []struct{ lang, typed, asked, pressed string }{
		{"en-US", "Evening circle until Jan 4", `No group is called "Evening circle" here. Did you mean Evening circle (sample)?`, "Paused until Monday, January 4, 2027"},
		{"en-US", "evning circle (sample) 2 weeks", `No group is called "evning circle (sample)" here. Did you mean Evening circle (sample)?`, "Paused until Monday, December 7, 2026"},
		{"en-US", "evening off", "Did you mean Evening circle (sample)?", "This group is not paused."},
		{"en-US", "evening next week", "Did you mean Evening circle (sample)?", "For how long"},
		{"es", "evening circle hasta el 4 de enero", "Aquí ningún grupo se llama \"evening circle\". ¿Quiso decir Evening circle (sample)?", "4 de enero de 2027"},
	} {
		s := newSetup(t)
		g := bot.Group{ID: "g", Name: "Evening circle (sample)", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Slack)}}
		must(t, s.Changes.Groups.Add(t.Context(), moderator(bot.Slack), g))
		before := s.store.dump()
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "pause", "group", of.typed))
		r.Lang = of.lang
		a := s.Handle(t.Context(), r)
		if !strings.Contains(plain(a), of.asked) || s.store.dump() != before {
			t.Errorf("%s:\n%s", of.typed, plain(a))
		}
		if _, a := press(t, s, r, a, "Evening circle (sample)"); !strings.Contains(plain(a), of.pressed) {
			t.Errorf("%s, pressed:\n%s", of.typed, plain(a))
		}
	}
}

// A topic with a length, where the ID of a reminder belongs, is one press away.
func TestALengthBehindATopic(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"confidentality 2 weeks": "Paused until Monday, December 7, 2026", "confidencialidad una semana": "Paused until Monday, November 30, 2026",
		"confidentiality off": "This reminder is not paused.", "evening circle until Jan 4": "Paused until Monday, January 4, 2027",
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		before := s.store.dump()
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "pause", "id", typed))
		a := s.Handle(t.Context(), r)
		if !strings.Contains(plain(a), "Did you mean one of these? rem001") || s.store.dump() != before {
			t.Errorf("%s:\n%s", typed, plain(a))
		}
		if _, a := press(t, s, r, a, "Confidentiality, a new reminder each time; Mondays"); !strings.Contains(plain(a), want) {
			t.Errorf("%s, pressed:\n%s", typed, plain(a))
		}
	}
}

// /reminder pause asks for how long, as /group pause does; nothing is paused before it is said. What its
// answer gives as an example can be typed.
func TestAReminderIsPausedForALength(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	staff := moderator(bot.Slack)
	before := s.store.dump()
	asked := s.Handle(t.Context(), ask(bot.Slack, staff, bot.NewSub("reminder", "pause", "id", "rem001")))
	if got := plain(asked); !strings.Contains(got, "For how long do you want to pause this reminder?") || !strings.Contains(got, "rem001 until December 24") || s.store.dump() != before {
		t.Fatal(got)
	}
	for i, want := range []string{"Monday, November 30, 2026", "Monday, December 7, 2026", "Monday, December 21, 2026", "Paused until somebody resumes it."} {
		if got := plain(s.Handle(t.Context(), ask(bot.Slack, staff, asked.Message.Actions[i].Call))); !strings.Contains(got, want) {
			t.Errorf("%s: %s", asked.Message.Actions[i].Label, got)
		}
	}
	for typed, want := range map[string]string{"rem001 until December 24": "Paused until Thursday, December 24, 2026", "rem001 hasta el 24 de diciembre": "En pausa hasta el jueves, 24 de diciembre de 2026"} {
		r := ask(bot.Slack, staff, bot.NewSub("reminder", "pause", "id", typed))
		if strings.Contains(typed, "hasta") {
			r.Lang = "es"
		}
		if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, want) {
			t.Errorf("%s: %s", typed, got)
		}
	}
}

// "/reminder pause 2 weeks" says only for how long: the answer asks which reminder, and a press pauses it
// for that long.
func TestALengthWithoutAReminder(t *testing.T) {
	t.Parallel()
	for typed, lang := range map[string]string{"2 weeks": "en", "for two weeks": "en", "2 semanas": "es", "December 7": "en"} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "pause", "id", typed))
		r.Lang = lang
		r.Place.Channel = "C0777777777" // a channel without a group
		if _, a := press(t, s, r, s.Handle(t.Context(), r), "Evening circle: "); !strings.Contains(plain(a), "Monday, December 7, 2026") && !strings.Contains(plain(a), "lunes, 7 de diciembre de 2026") {
			t.Errorf("%s, pressed:\n%s", typed, plain(a))
		}
	}
}

// A value that may mean two things, or has a slip, is answered with a button for each value that may have
// been meant, which does what was asked.
func TestAValueThatMayHaveBeenMeantIsTakenByAPress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		call         bot.Call
		press, after string
	}{
		{bot.NewSub("reminder", "add", "topic", "agreements", "at", "monday 6"), "Mondays at 6:00 PM", "Evening circle, Mondays at 6:00 PM"},
		{bot.NewSub("group", "set", "quiet", "10-7"), "10:00 PM to 7:00 AM", "Quiet hours: 10:00 PM to 7:00 AM"},
		{bot.NewSub("group", "set", "zone", "denvr"), "America/Denver", "Time zone: America/Denver"},
		{bot.NewSub("session", "cancel", "when", "mondya"), "Monday", "The session is cancelled."},
		{bot.NewSub("session", "move", "to", "Tuesday"), "Monday, November 30", "Tuesday, December 1, 2026"},
		{bot.NewSub("reminder", "add", "topic", "agreemnts", "at", "every Monday at 9:00"), "Agreements, a new one each time", "The reminder was added."},
		{bot.NewSub("group", "set", "group", "pause 2 weeks"), "group pause 2 weeks", "Did you mean to pause Evening circle until"},
		{bot.NewSub("group", "set", "group", "pause: 2 weeks"), "group pause 2 weeks", "Did you mean to pause Evening circle until"},
	} {
		s := newSetup(t)
		s.sample(t, bot.Discord)
		r := ask(bot.Discord, moderator(bot.Discord), tt.call)
		if _, a := press(t, s, r, s.Handle(t.Context(), r), tt.press); !strings.Contains(plain(a), tt.after) {
			t.Errorf("%v, pressed:\n%s", tt.call, plain(a))
		}
	}
	s := newSetup(t)
	s.sample(t, bot.Discord)
	for call, want := range map[string]string{"show": "# Evening circle", "meetings": "Channels and meetings", "remove": "Which group? Write its name: /group remove group:…"} {
		if got := plain(s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", call)))); !strings.Contains(got, want) {
			t.Errorf("%s:\n%s", call, got)
		}
	}
}

// Whoever asks for something that was removed is offered to bring it back.
func TestWhatWasRemovedIsBroughtBackByAPress(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Slack)
	staff := moderator(bot.Slack)
	for _, tt := range []struct{ remove, ask bot.Call }{
		{bot.NewSub("reminder", "remove", "id", rem.ID), bot.NewSub("reminder", "pause", "id", rem.ID)},
		{bot.NewSub("group", "remove", "group", g.ID), bot.NewSub("group", "set", "group", g.Name)},
	} {
		s.Handle(t.Context(), ask(bot.Slack, staff, tt.remove))
		r := ask(bot.Slack, staff, tt.ask)
		r.Place.Channel = "C0777777777"
		if _, a := press(t, s, r, s.Handle(t.Context(), r), "Bring it back"); !strings.Contains(plain(a), " back.") {
			t.Errorf("pressed:\n%s", plain(a))
		}
	}
}

// "/reminder pause ID 2 weeks" has the length behind the ID, without its name.
func TestALengthBehindAReminder(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	for _, of := range []struct{ typed, want string }{
		{"rem001 next week", `"next week" may mean two things: write "Monday, November 30, 2026" or "Monday, December 7, 2026"`},
		{"rem001 yesterday", `day "yesterday": write a day`},
		{"rem002 2 weeks", "no reminder"},
		{"rem001 2 weeks", "Paused until Monday, December 7, 2026"},
		{"rem001 until next week", "Paused until Monday, November 30, 2026"},
	} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "pause", "id", of.typed))
		if got := plain(s.Handle(t.Context(), r)); !strings.Contains(strings.ToLower(got), strings.ToLower(of.want)) {
			t.Errorf("%s:\n%s", of.typed, got)
		}
	}
}

// A text that says how long to pause, but nearly names another group, does not offer to pause this
// channel's group: the answer names the other one.
func TestAWeekdayThatNearlyNamesAGroupIsThatGroup(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	staff := moderator(bot.Slack)
	must(t, s.Changes.Groups.Add(t.Context(), staff, bot.Group{ID: "second", Name: "Tuesday circle", Zone: "America/Los_Angeles"}))
	before := s.store.dump()
	for typed, want := range map[string]string{"tuesday": "Did you mean Tuesday circle?", "wednesday": "Did you mean to pause Evening circle until "} {
		got := plain(s.Handle(t.Context(), ask(bot.Slack, staff, bot.NewSub("group", "pause", "group", typed))))
		if !strings.Contains(got, want) || s.store.dump() != before {
			t.Errorf("%s:\n%s", typed, got)
		}
	}
}

// A topic and a rule that were typed without names fill the form's two fields, a rule alone fills
// its own, and both save nothing.
func TestATopicAndARuleTogetherFillTheForm(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	before := s.store.dump()
	for _, tc := range []struct{ lang, typed, topic, at string }{
		{"en-US", "agreements every Tuesday at 9am", "agreements", "every Tuesday at 9am"},
		{"en-US", "agreemnts every Tuesday at 9am", "agreements", "every Tuesday at 9am"},
		{"es", "acuerdso cada martes a las 9", "agreements", "cada martes a las 9"},
		{"es", "acuerdos cada martes a las 9 a. m.", "agreements", "cada martes a las 9 a. m."},
		{"en-US", "agreements", "agreements", ""},
		{"en-US", "something every Tuesday", "something", "every Tuesday"},
		{"en-US", "welcome everybody every Monday at 9am", "welcome everybody", "every Monday at 9am"},
		{"en-US", "every Monday at 9am welcome", "welcome", "every Monday at 9am"},
		{"en-US", "phase 2", "phase 2", ""},
		{"es", "bienvenida los lunes a las 9 a. m.", "bienvenida", "los lunes a las 9 a. m."},
		{"es", "los lunes a las 9:00 bienvenida", "bienvenida", "los lunes a las 9:00"},
		{"en-US", "the agreements every Tuesday at 9am", "agreements", "every Tuesday at 9am"},        // not the card therapist-part
		{"en-US", "the first Monday of the month at 9am", "", "the first Monday of the month at 9am"}, // "The therapist’s part" begins so
		{"es", "esta tarde a las 4", "", "esta tarde a las 4"},
		{"es", "todos los lunes a las 9", "", "todos los lunes a las 9"},
		{"en-US", "every Monday at 5", "", "every Monday at 5"},                 // the form then asks for AM or PM
		{"en-US", "Monday", "", "Monday"},                                       // the form then asks for the hour
		{"en-US", "one time only Mondays 9am", "", "one time only Mondays 9am"}, // nor is it agreement-on-time; what may be meant is offered
	} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "add", "topic", tc.typed))
		r.Lang = tc.lang
		a := s.Handle(t.Context(), r)
		if a.Form == nil || s.store.dump() != before {
			t.Fatalf("%s: %s", tc.typed, plain(a))
		}
		values := map[string]string{}
		for _, f := range a.Form.Fields {
			values[f.Name] = f.Value
		}
		if values["topic"] != tc.topic || values["at"] != tc.at {
			t.Errorf("%s: the form has %v", tc.typed, values)
		}
	}
}

// A session and its new time that were typed together fill the form, and move nothing. Today is
// Monday, November 23.
func TestASessionAndItsNewTimeTogetherFillTheForm(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	before := s.store.dump()
	for typed, want := range map[string][2]string{
		"Monday to Tuesday":              {"November 23", "Tuesday"},
		"from Monday to Tuesday at 7pm":  {"November 23", "Tuesday at 7pm"},
		"Dec 7 to Dec 8":                 {"December 7", "Dec 8"},
		"Dec 14 - Dec 15":                {"December 14", "Dec 15"},
		"Dec 14, Dec 15":                 {"December 14", "Dec 15"},
		"Dec 14 -> Dec 15":               {"December 14", "Dec 15"},
		"Dec 14 → Dec 15":                {"December 14", "Dec 15"},
		"Dec 14–15":                      {"December 14", "15"},
		"Dec 14-16":                      {"December 14", "16"},
		"el 14 de dic - 15 de dic":       {"December 14", "15 de dic"},
		"el 14 de dic, el 15 de dic":     {"December 14", "el 15 de dic"},
		"2026-12-14 - 2026-12-15":        {"December 14", "2026-12-15"},
		"Dec 7 to 7":                     {"December 7", "7"},
		"Monday a day early":             {"November 23", "a day early"},
		"Dec 7 a week later":             {"December 7", "a week later"},
		"next an hour later":             {"November 23", "an hour later"},
		"next 7pm":                       {"November 23", "7pm"},
		"Monday an hour later":           {"November 23", "an hour later"},
		"Monday at 8":                    {"November 23", "at 8"}, // the form asks for the half of the day
		"el lunes a las 8":               {"November 23", "a las 8"},
		"Dec 7 at 9":                     {"December 7", "at 9"},
		"Dec 14 two hours later":         {"December 14", "two hours later"},
		"next one day later":             {"November 23", "one day later"},
		"la próxima una hora más tarde":  {"November 23", "una hora más tarde"},
		"el lunes un día antes":          {"November 23", "un día antes"},
		"Dec 14 7pm":                     {"December 14", "7pm"},
		"14 de diciembre a las 7 p. m.":  {"December 14", "a las 7 p. m."},
		"lunes a martes":                 {"November 23", "martes"},
		"Dec 14 6pm":                     {"December 14", "December 14, 2026 at 6:00"}, // a session
		"Monday, December 7":             {"December 7", "December 7, 2026 at 6:00"},
		"7 de diciembre de 2026":         {"December 7", "December 7, 2026 at 6:00"},
		"next week":                      {"November 30", "November 30, 2026 at 6:00"},
		"Dec 7-11 to Friday":             {"December 7", "Friday"},
		"next week to Tuesday":           {"November 30", "Tuesday"},
		"la próxima semana para 20:00 h": {"November 30", "para 20:00 h"},
		"from Tuesday to Wednesday":      {"", ""},
		"Monday, December 8":             {"", ""}, // a Tuesday
		"Monday, December 7, 2027":       {"", ""}, // a Tuesday
	} {
		a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("session", "move", "when", typed)))
		got := [2]string{}
		if a.Form != nil {
			got = [2]string{plain(bot.Answer{Message: bot.Message{Blocks: a.Form.Preview}}), a.Form.Fields[0].Value}
		}
		if !strings.Contains(got[0], want[0]) || !strings.Contains(got[1], want[1]) || (want[1] == "") != (got[1] == "") || s.store.dump() != before {
			t.Errorf("%s: %q\n%s", typed, got, plain(a))
		}
	}
}

// The form says which day is meant by what was typed, or what is wrong with it, and that a cancelled
// session is brought back.
func TestTheFormSaysWhereASessionMoves(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("session", "cancel", "when", "Dec 14")))
	for _, tt := range []struct{ lang, typed, about, wrong string }{
		{"en-US", "Dec 7 to Tuesday", "December 7, 2026 at 6:00 PM PST\nNew day and time: Tuesday, December 8, 2026 at 6:00 PM\n", ""},
		{"en-US", "Dec 14 an hour later", "This session is cancelled. Saving brings it back.\nNew day and time: Monday, December 14, 2026 at 7:00 PM\n", ""},
		{"en-US", "Dec 7 to 8", "December 7, 2026 at 6:00 PM PST\n", "may be a day or an hour"},
		{"en-US", "Monday a day early", "November 23, 2026 at 6:00 PM PST\n", "does not name a day in the future"},
		{"en-US", "Dec 14", "December 14, 2026 at 6:00 PM PST\nThis session is cancelled. Saving brings it back.\n", ""},
		{"es", "el 7 de diciembre al martes", "PST\nNueva fecha y hora: martes, 8 de diciembre de 2026 a las 6:00 p. m.\n", ""},
		{"es", "el 14 de diciembre", "PST\nEsta sesión está cancelada. Si guarda, sí habrá sesión.\n", ""},
	} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("session", "move", "when", tt.typed))
		r.Lang = tt.lang
		a := s.Handle(t.Context(), r)
		if a.Form == nil {
			t.Fatalf("%s: %s", tt.typed, plain(a))
		}
		about, wrong := plain(bot.Answer{Message: bot.Message{Blocks: a.Form.Preview}}), words.Plain(a.Form.Fields[0].Error)
		if !strings.Contains(about, tt.about+"-- ") || !strings.Contains(wrong, tt.wrong) || tt.wrong == "" && wrong != "" {
			t.Errorf("%s: %q, wrong: %q", tt.typed, about, wrong)
		}
	}
}

// between is a store in which something happens just before a group is saved, once.
type between struct {
	bot.Store
	happens func()
}

func (b *between) SetGroup(ctx context.Context, by bot.Actor, g bot.Group) error {
	if happens := b.happens; happens != nil {
		b.happens = nil
		happens()
	}
	return b.Store.SetGroup(ctx, by, g)
}

// A cancellation that is saved after the form to move the session was read, and before its change is
// saved, is seen too.
func TestASessionIsNotMovedPastACancellation(t *testing.T) {
	t.Parallel()
	store := new(between)
	s := newSetup(t, func(c *Config) { store.Store, c.Store = c.Store, store })
	s.sample(t, bot.Slack)
	staff := moderator(bot.Slack)
	r := ask(bot.Slack, staff, bot.NewSub("session", "move", "when", "Dec 14"))
	mine := s.Handle(t.Context(), r).Form
	store.happens = func() {
		s.Handle(t.Context(), ask(bot.Slack, staff, bot.NewSub("session", "cancel", "when", "Dec 14")))
	}
	again := submit(t, s, r, mine, map[string]string{"to": "2026-12-15"})
	if again.Form == nil || !strings.Contains(plain(bot.Answer{Message: bot.Message{Blocks: again.Form.Preview}}), "The session was cancelled while you were editing") {
		t.Fatalf("it was moved past the cancellation: %s", plain(again))
	}
	if saved := submit(t, s, r, again.Form, map[string]string{"to": "2026-12-15"}); !strings.Contains(plain(saved), "The session will take place after all") {
		t.Errorf("saved once more: %s", plain(saved))
	}
}

// If a session is cancelled or moved while the form to move it is open, the form is shown again and says
// so. Saving it once more moves the session. The button that opens a form again does not save.
func TestASessionThatIsChangedWhileItsFormIsOpen(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		lang  string
		first bot.Call
		says  string
	}{
		{"en-US", bot.NewSub("session", "cancel", "when", "Dec 14"), "The session was cancelled while you were editing, so your change is not saved yet.\nThis session is cancelled. Saving brings it back.\nNew day and time: Tuesday, December 15, 2026 at 6:00 PM"},
		{"es", bot.NewSub("session", "cancel", "when", "Dec 14"), "La sesión se canceló mientras usted editaba, así que su cambio aún no se ha guardado.\nEsta sesión está cancelada. Si guarda, sí habrá sesión.\nNueva fecha y hora: martes, 15"},
		{"en-US", bot.NewSub("session", "move", "when", "Dec 14", "to", "Dec 16"), "Evening circle: Wednesday, December 16, 2026 at 6:00 PM PST\nThe session was changed while you were editing, so your change is not saved yet.\nNew day and time: Tuesday, December 15, 2026"},
		{"es", bot.NewSub("session", "move", "when", "Dec 14", "to", "Dec 16"), "La sesión se cambió mientras usted editaba, así que su cambio aún no se ha guardado.\nNueva"},
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("session", "move", "when", "Dec 14"))
		r.Lang = tc.lang
		mine := s.Handle(t.Context(), r).Form
		s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), tc.first))
		before := s.store.dump()
		again := submit(t, s, r, mine, map[string]string{"to": "2026-12-15"})
		if again.Form == nil || s.store.dump() != before {
			t.Fatalf("saved over a change that was not seen: %s", plain(again))
		}
		if about := plain(bot.Answer{Message: bot.Message{Blocks: again.Form.Preview}}); !strings.Contains(about, tc.says) {
			t.Errorf("%s", about)
		}
		reopen := r
		reopen.Call = again.Form.Call.With("to", again.Form.Fields[0].Value)
		reopen.Flow.Again = true
		if a := s.Handle(t.Context(), reopen); a.Form == nil || a.Form.Fields[0].Value != "2026-12-15" || s.store.dump() != before {
			t.Errorf("opened again: %s", plain(a))
		}
		if a := submit(t, s, r, again.Form, nil); a.Form != nil || s.store.dump() == before {
			t.Errorf("not saved the second time: %s", plain(a))
		}
	}
}

// If two sessions are in the days that are to be moved, the answer says so.
func TestOneOfTwoSessionsIsToBeNamedToMove(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g := bot.Group{
		ID: "g", Name: "Two days", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Slack)},
		Sessions: []bot.Session{{Rule: "every Monday at 18:00", Length: time.Hour}, {Rule: "every Thursday at 18:00", Length: time.Hour}},
	}
	must(t, s.Changes.Groups.Add(t.Context(), moderator(bot.Slack), g))
	for typed, want := range map[string]string{
		"next week to Tuesday":        "There are several sessions then: write the day and the time of one: Monday, November 30",
		"la proxima semana al martes": "There are several sessions then: write the day and the time of one: Monday, November 30",
		"from Tuesday to Wednesday":   "There is no session on Tuesday, November 24, 2026",
	} {
		a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("session", "move", "when", typed)))
		if !strings.Contains(plain(a), want) {
			t.Errorf("%s:\n%s", typed, plain(a))
		}
	}
}

// After a typing mistake in a sub-command, the answer names what may have been meant, in the reader's
// language, and does nothing. A member gets the usual refusal.
func TestASlipInWhatACommandCanDoIsNamed(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	before := s.store.dump()
	for _, tc := range []struct{ lang, command, sub, want string }{
		{"en-US", "group", "remvoe", "Did you mean /group remove? It can do this:"},
		{"es", "group", "quitra", "¿Quiso decir /grupo quitar? Puede hacer esto:"},
		{"en-US", "group", "unpause", "Did you mean /group resume? It can do this:"},
		{"es", "group", "despausar", "¿Quiso decir /grupo reanudar? Puede hacer esto:"},
		{"en-US", "group", "delete", "Did you mean /group remove? It can do this:"},
		{"en-US", "reminder", "new", "Did you mean /reminder add? It can do this:"},
		{"en-US", "reminder", "set", "Did you mean /reminder edit? It can do this:"},
		{"en-US", "group", "info", "Did you mean /group list? It can do this:"},
		{"en-US", "reminder", "change", "Did you mean /reminder edit? It can do this:"},
		{"es", "reminder", "añadir", "¿Quiso decir /recordatorio agregar? Puede hacer esto:"},
		{"en-US", "session", "remove", "Did you mean /session cancel? It can do this:"},
		{"es", "session", "cambiar", "¿Quiso decir /sesión mover? Puede hacer esto:"},
		{"en-US", "group", "rest", "Did you mean /group restore? It can do this:"},
		{"es", "session", "anular", "¿Quiso decir /sesión cancelar? Puede hacer esto:"},
		{"en-US", "group", "clear", "The command cannot do that. It can do this:"},
		{"en-US", "group", "change", "The command cannot do that. It can do this:"}, // set, or edit
		{"en-US", "group", "frobnicate", "The command cannot do that. It can do this:"},
	} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub(tc.command, tc.sub))
		r.Lang = tc.lang
		if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, tc.want) {
			t.Errorf("%s %s:\n%s", tc.command, tc.sub, got)
		}
		r.Actor = bot.Actor{}
		if got := plain(s.Handle(t.Context(), r)); strings.Contains(got, "Quiso decir") || strings.Contains(got, "Did you mean") {
			t.Errorf("a member who types %s %s:\n%s", tc.command, tc.sub, got)
		}
	}
	if after := s.store.dump(); after != before {
		t.Errorf("something was done: %s", after)
	}
}

// If one sub-command was probably meant, its button comes first and has what was typed. Nothing is
// done before it is pressed.
func TestTheSubCommandThatWasMeantIsOffered(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		lang         string
		typed        bot.Call
		label, wants string
	}{
		{"en-US", bot.NewSub("group", "delete", "group", "evening-circle"), "group remove evening-circle", "were removed."},
		{"en-US", bot.NewSub("group", "delete"), "Add a group to this channel", ""}, // which one?
		{"en-US", bot.NewSub("group", "unpause", "group", "evening-circle"), "group resume evening-circle", "This group is not paused."},
		{"en-US", bot.NewSub("group", "new"), "Add a group to this channel", "already belongs"},
		{"en-US", bot.NewSub("group", "frobnicate"), "Add a group to this channel", ""},
		{"en-US", bot.NewSub("session", "skip", "when", "Dec 14"), "session cancel Dec 14", "The session is cancelled."},
		{"en-US", bot.NewSub("session", "reschedule", "when", "Dec 14", "to", "Dec 15"), "session move Dec 14 Dec 15", "The session is moved."},
		{"es", bot.NewSub("recordatorio", "añadir", "topic", "acuerdos", "at", "cada viernes a las 9:00"), "recordatorio agregar acuerdos cada viernes a las 9:00", "viernes, 27 de noviembre de 2026"},
		{"es", bot.NewSub("grupo", "borrar", "group", "evening-circle"), "grupo quitar evening-circle", "Se quitaron"},
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		before := s.store.dump()
		r := ask(bot.Slack, moderator(bot.Slack), tc.typed)
		r.Lang = tc.lang
		a := s.Handle(t.Context(), r)
		if s.store.dump() != before {
			t.Errorf("%v: something was done", tc.typed)
		}
		if got := a.Message.Actions[0].Label; got != tc.label {
			t.Errorf("%v: the first button is %q, want %q", tc.typed, got, tc.label)
			continue
		}
		for i, b := range a.Message.Actions[1:] {
			if b.Call.Sub == a.Message.Actions[0].Call.Sub {
				t.Errorf("%v: button %d is the same as the first", tc.typed, i+2)
			}
		}
		if _, done := press(t, s, r, a, tc.label); !strings.Contains(plain(done), tc.wants) {
			t.Errorf("%v, pressed:\n%s", tc.typed, plain(done))
		}
	}
}

// What was typed may be too long for a button. Slack's have room for it.
func TestALongTextBehindASlipInASubCommand(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Slack, bot.Playground} {
		s := newSetup(t)
		s.sample(t, p)
		at := strings.Repeat("every Monday at 9:00 ", 5)
		a := s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("reminder", "new", "topic", "agreements", "at", at)))
		got := a.Message.Actions[0].Call
		if want := p == bot.Slack; (got.Args["at"] == strings.TrimSpace(at)) != want || len(got.Args) > 0 != want {
			t.Errorf("%s: the first button calls %+v", p, got)
		}
	}
}

// A person who adds a group to a channel that has one is told its name before they fill in the form.
func TestASecondGroupForAChannelIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "add"))
	for _, args := range [][]string{nil, {"name", "Other", "zone", "America/Denver"}} {
		r.Call = bot.NewSub("group", "add", args...)
		a := s.Handle(t.Context(), r)
		if a.Form != nil || !strings.Contains(plain(a), "already belongs to the group Evening circle") {
			t.Errorf("%v:\n%s", args, plain(a))
		}
		if _, next := press(t, s, r, a, "Edit"); next.Form == nil {
			t.Errorf("Edit opens no form:\n%s", plain(next))
		}
	}
	r.Place.Channel = "C0999999999"
	if a := s.Handle(t.Context(), r); strings.Contains(plain(a), "already belongs") {
		t.Errorf("in a channel of its own:\n%s", plain(a))
	}
}

// A new group's name and when it meets, typed together, fill the form. A name with a day or a number in it
// stays a name.
func TestANameAndASessionTogetherFillTheForm(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for typed, want := range map[string][2]string{
		"Evening Circle Mondays 7pm":                       {"Evening Circle", "Mondays 7pm"},
		"Evening Circle, every Monday 6pm-7:30pm":          {"Evening Circle", "every Monday 6pm-7:30pm"},
		"Tuesday Circle every Tuesday at 7 PM, 90 minutes": {"Tuesday Circle", "every Tuesday at 7 PM, 90 minutes"},
		"Círculo de la noche los lunes a las 19:00":        {"Círculo de la noche", "los lunes a las 19:00"},
		"evening circle the first Monday at 7pm":           {"evening circle", "the first Monday at 7pm"},
		"late every other monday 7pm":                      {"late", "every other monday 7pm"},
		"Monday circle":                                    {"Monday circle", ""}, "Circle Monday": {"Circle Monday", ""}, "Group 7": {"Group 7", ""}, "Evening": {"Evening", ""},
	} {
		r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", "add", "name", typed))
		f := s.Handle(t.Context(), r).Form
		if f == nil {
			t.Errorf("%s: no form", typed)
			continue
		}
		got := map[string]string{}
		for _, field := range f.Fields {
			got[field.Name] = field.Value
		}
		if got["name"] != want[0] || got["session"] != want[1] || len(f.Fields) != bot.MaxFields {
			t.Errorf("%s: %q", typed, got)
		}
	}
	r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", "add", "name", "Evening Circle Mondays 6pm-7:30pm", "group", "evening", "zone", "America/Los_Angeles"))
	if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, "The group was added.") || !strings.Contains(got, "# Evening Circle") || !strings.Contains(got, "Meets: Mondays at 6:00 PM, 90 minutes") {
		t.Error(got)
	}
}

// Groups are offered in the order of what comes next, and those without anything planned by name.
func TestGroupsAreOfferedByWhatComesNext(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, g := range []bot.Group{
		{ID: "aaa", Name: "Zebra", Sessions: []bot.Session{{Rule: "0 18 * * 0", Length: 3600e9}}},
		{ID: "bbb", Name: "Yak", Sessions: []bot.Session{{Rule: "30 18 * * *", Length: 3600e9}}},
		{ID: "ccc", Name: "Ant"},
		{ID: "ddd", Name: "Ant 2"},
	} {
		g.Zone, g.Quiet, g.Langs = "America/Los_Angeles", "none", []string{"en"}
		must(t, s.store.AddGroup(t.Context(), bot.Actor{}, g))
	}
	offered := func(c bot.Call) (names []string) {
		for _, choice := range s.Complete(t.Context(), ask(bot.Slack, moderator(bot.Slack), c), "group") {
			names = append(names, choice.Name)
		}
		return names
	}
	if got := offered(bot.NewSub("group", "edit", "group", "")); !slices.Equal(got, []string{"Yak", "Zebra", "Ant", "Ant 2"}) {
		t.Errorf("offered: %q", got)
	}
	for _, id := range []string{"aaa", "bbb"} {
		must(t, s.store.RemoveGroup(t.Context(), bot.Actor{}, id))
	}
	if got := offered(bot.NewSub("group", "restore", "group", "")); !slices.Equal(got, []string{"Yak", "Zebra"}) {
		t.Errorf("offered to restore: %q", got)
	}
}

// After a typing mistake in an argument's name, or a name without its mark, the answer asks what was
// meant, in the way of writing of the platform, and nothing is saved.
func TestMisnamedArguments(t *testing.T) {
	t.Parallel()
	for p, mark := range map[bot.Platform]string{bot.Slack: "=", bot.Playground: ":"} {
		s := newSetup(t)
		s.sample(t, p)
		before := s.store.dump()
		for _, tt := range []struct {
			call                 bot.Call
			misnamed, lang, want string
		}{
			{bot.NewSub("group", "set", "group", "quite 22:00-07:00"), "quite", "en", `"quite" is not clear here. Did you mean quiet? Write quiet` + mark + ` and then the value.`},
			{bot.NewSub("group", "set", "group", "quiet 9pm to 8am"), "quiet", "en", `"quiet" may be the name of a value, or part of a value. If it is the name, write quiet` + mark + ` and then the value`},
			{bot.NewSub("group", "set", "group", "skip dec 24"), "", "en", `"skip" may be the name of a value, or part of a value. If it is the name, write skip` + mark + ` and then the value`},
			{bot.NewSub("group", "set", "group", "name"), "", "en", `"name" may be the name of a value, or part of a value. If it is the name, write name` + mark + ` and then the value`},
			{bot.NewSub("group", "set", "group", "time 7pm"), "", "en", `"time" may be the name of a value, or part of a value. If it is the name, write session` + mark + ` and then the value`},
			{bot.NewSub("group", "set", "group", "Meets Mondays 7pm"), "", "en", `"Meets" may be the name of a value, or part of a value. If it is the name, write session` + mark + ` and then the value`},
			{bot.NewSub("grupo", "cambiar", "group", "horario lunes 19:00"), "", "es", `"horario" puede ser el nombre de un valor, o parte de un valor. Si es el nombre, escriba sesión` + mark},
			{bot.NewSub("group", "set", "group", "no such group"), "", "en", `You have no group called "no such group" here. You can choose: Evening circle.`},
			{bot.NewSub("grupo", "cambiar", "group", "silensio:22:00-07:00"), "silensio", "es", `"silensio" no queda claro aquí. ¿Quiso decir silencio? Escriba silencio` + mark},
			{bot.NewSub("grupo", "cambiar", "group", "silencio de 9pm a 8am"), "", "es", `"silencio" puede ser el nombre de un valor, o parte de un valor. Si es el nombre, escriba silencio` + mark},
			{bot.NewSub("reminder", "add", "topic", "agreements tpoic:privacy"), "tpoic", "en", `"tpoic" is not clear here. Did you mean topic?`},
			{bot.NewSub("session", "cancel", "when", "fecha=Dec 7"), "fecha", "en", `"fecha" cannot be used here. You can use: when` + mark + `, group` + mark + `.`},
		} {
			r := ask(p, moderator(p), tt.call)
			r.Lang, r.Misnamed = tt.lang, tt.misnamed
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, tt.want) || s.store.dump() != before {
				t.Errorf("%v on %s: %s", tt.call.Args, p, got)
			}
		}
	}
}

// One press takes what follows the word as the value.
func TestAMisnamedArgumentIsTakenByAPress(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]struct{ misnamed, button, became string }{
		"quiet 8pm to 8am":                 {"", "quiet= 8pm to 8am", "Quiet hours: 8:00 PM to 8:00 AM"},
		"evening circle quiet 10pm to 7am": {"quiet", "quiet= 10pm to 7am", "Quiet hours: 10:00 PM to 7:00 AM"},
		"quite:22:00-07:00":                {"quite", "quiet= 22:00-07:00", "Quiet hours: 10:00 PM to 7:00 AM"},
		"skip dec 24":                      {"", "skip= dec 24", "December 24"},
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "set", "group", typed))
		r.Misnamed = want.misnamed
		a := s.Handle(t.Context(), r)
		r.Misnamed = ""
		if _, next := press(t, s, r, a, want.button); !strings.Contains(plain(next), "The group was updated.") || !strings.Contains(plain(next), want.became) {
			t.Errorf("%s, pressed:\n%s", typed, plain(next))
		}
	}
	s := newSetup(t)
	s.sample(t, bot.Slack)
	for _, typed := range []string{"name", "quiet"} { // nothing follows
		if a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "set", "group", typed))); len(a.Message.Actions) > 0 {
			t.Errorf("%s: %s", typed, plain(a))
		}
	}
}

// Whoever names nothing to change gets the form. What cannot be taken away is answered with what
// there is: the dates that hold a day, or the group's sessions and dates.
func TestWhatAGroupHasIsNamed(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Slack, bot.Discord, bot.Playground} {
		s := newSetup(t)
		s.sample(t, p)
		g, err := s.store.GroupAt(t.Context(), here(p))
		must(t, err)
		g.Skips = []string{"2026-12-24..2027-01-02"}
		g.Sessions = []bot.Session{{Rule: "every Monday at 18:00", Length: 5400e9}}
		must(t, s.store.SetGroup(t.Context(), moderator(p), g))
		if a := s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "set", "group", g.ID))); a.Form == nil {
			t.Errorf("nothing named on %s: %s", p, plain(a))
		}
		for _, tt := range []struct{ lang, drop, want string }{
			{"en", "dec 24", `"dec 24" is part of these dates: Thursday, December 24, 2026 to Saturday, January 2, 2027.`},
			{"es", "25 de diciembre", `"25 de diciembre" es parte de estas fechas: del jueves, 24 de diciembre de 2026 al sábado, 2 de enero de 2027.`},
			{"en", "Friday the 13th of May", `Its sessions and dates: Mondays at 6:00 PM, 90 minutes; Thursday, December 24`},
			{"en", "Thursday, December 24, 2026 to Saturday, January 2, 2027", `The group was updated. No longer`},
		} {
			r := ask(p, moderator(p), bot.NewSub("group", "set", "group", g.ID, "drop", tt.drop))
			r.Lang = tt.lang
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, tt.want) {
				t.Errorf("%q on %s: %s", tt.drop, p, got)
			}
		}
	}
}

// The preview of what is posted by hand says that the group is paused, or that these are its quiet
// hours: it is posted all the same.
func TestAPreviewSaysThatAGroupRests(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Slack, bot.Discord, bot.Playground} {
		s := newSetup(t)
		s.sample(t, p)
		s.approveAll(t)
		g, err := s.store.GroupAt(t.Context(), here(p))
		must(t, err)
		var cancelled scheduler.Civil
		must(t, cancelled.UnmarshalText([]byte("2026-12-07T18:00")))
		g.Sessions = []bot.Session{{Rule: "every Monday at 18:00", Length: 5400e9}}
		g.Exceptions = []scheduler.Exception{{Start: cancelled}}
		for _, tt := range []struct {
			lang   string
			paused time.Time
			quiet  string
			want   string
		}{
			{"en", time.Time{}, "none", ""},
			{"en", monday().Add(24 * time.Hour), "none", "This group is paused until Tuesday, "},
			{"es", bot.Forever, "none", "Este grupo está en pausa, pero esto sí se publicará."},
			{"en", time.Time{}, "00:00-23:59", "These are quiet hours in this group (12:00 AM to 11:59 PM), but this will still be posted."},
		} {
			g.Paused, g.Quiet = tt.paused, tt.quiet
			must(t, s.store.SetGroup(t.Context(), moderator(p), g))
			g.Version++
			for _, c := range []bot.Call{
				bot.NewCall("share", "card", "strategy-listening", "place", here(p).String()), bot.NewSub("group", "breach", "group", g.ID),
				bot.NewSub("session", "tell", "when", "2026-12-07T18:00", "group", g.ID),
			} {
				r := ask(p, moderator(p), c)
				r.Lang = tt.lang
				got := plain(s.Handle(t.Context(), r))
				if tt.want == "" && strings.Contains(got, "all the same") || !strings.Contains(got, tt.want) {
					t.Errorf("%s %s on %s, want %q: %s", c.Command, c.Sub, p, tt.want, got)
				}
			}
		}
	}
}

// /share with the name of a list shows the cards of the list.
func TestAListIsNamedToShare(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.sample(t, p)
		for typed, want := range map[string]string{"agreements": "You may pass", "Estrategias": "Encourage Active Listening", "acuerdos": "You may pass"} {
			a := s.Handle(t.Context(), ask(p, moderator(p), bot.NewCall("share", "card", typed)))
			if a.Message.Menu == nil || !strings.Contains(plain(a), want) {
				t.Errorf("%s: %q: %s", p, typed, plain(a))
			}
		}
	}
}

// A slip in the name of a list is answered with the list, in either language; its button shows it.
func TestASlipInAListThatIsShared(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	for typed, want := range map[string]string{"acuerdso": "¿Quiso decir esta lista: Lo que acuerda este grupo?", "agreemnts": "Did you mean this list: What this group agrees on?"} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewCall("share", "card", typed))
		if strings.HasPrefix(want, "¿") {
			r.Lang = "es"
		}
		a := s.Handle(t.Context(), r)
		if !strings.Contains(plain(a), want) || len(a.Message.Actions) != 1 {
			t.Fatalf("%s: %s", typed, plain(a))
		}
		r.Call = a.Message.Actions[0].Call
		if shown := s.Handle(t.Context(), r); shown.Message.Menu == nil {
			t.Errorf("%s, pressed: %s", typed, plain(shown))
		}
	}
}
