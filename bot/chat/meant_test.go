package chat

import (
	"slices"
	"strings"
	"testing"

	"circlekeeper/bot"
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
	does("shows them all", bot.NewSub("reminder", "pause", "id", "qqqqqq"))
	r.Lang = "es" // a topic as its readers know it
	does("rem001 (Evening circle: Confidencialidad, un recordatorio distinto cada vez; los lunes a las 9:00", bot.NewSub("reminder", "pause", "id", "confidencialidad"))
	r.Lang = "en-US"
	does("You can change: Evening circle.", bot.NewSub("reminder", "list", "group", "evning circle"))

	r.Call = bot.NewSub("group", "remove", "group", "evening-circle")
	s.Handle(t.Context(), r)
	does("shows them all", bot.NewSub("reminder", "pause", "id", "rem01")) // it does not offer removed ones
	r.Call = bot.NewSub("group", "restore", "group", "evning circle")
	a := s.Handle(t.Context(), r)
	if m := a.Message.Menu; m == nil || len(m.Options) != 1 || m.Options[0].Hint != "" || strings.Contains(plain(bot.Answer{Message: bot.Message{Blocks: a.Message.Blocks}}), "evening-circle") {
		t.Errorf("a removed group is offered so:\n%s", plain(a))
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
	for _, typed := range []string{"evning circle", "yesterday", "qqqq"} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "pause", "group", typed))
		if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, "You can change: Evening circle.") {
			t.Errorf("%s:\n%s", typed, got)
		}
	}
}

// A topic and a rule that were typed without names fill the form's two fields, and save
// nothing.
func TestATopicAndARuleTogetherFillTheForm(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	before := s.store.dump()
	for _, tc := range []struct{ lang, typed, topic, at string }{
		{"en-US", "agreements every Tuesday at 9am", "agreements", "every Tuesday at 9am"},
		{"es", "acuerdos cada martes a las 9 a. m.", "agreements", "cada martes a las 9 a. m."},
		{"en-US", "agreements", "agreements", ""},
		{"en-US", "something every Tuesday", "something every Tuesday", ""},
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

// After a typing mistake in a sub-command, the answer names what may have been meant, in the reader's
// language, and does nothing. A member gets the usual refusal.
func TestASlipInWhatACommandCanDoIsNamed(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	before := s.store.dump()
	for _, tc := range []struct{ lang, sub, want string }{
		{"en-US", "remvoe", "Did you mean /group remove? It can do this:"},
		{"es", "quitra", "¿Quiso decir /grupo quitar? Puede hacer esto:"},
		{"en-US", "frobnicate", "The command cannot do that. It can do this:"},
	} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", tc.sub))
		r.Lang = tc.lang
		if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, tc.want) {
			t.Errorf("%s:\n%s", tc.sub, got)
		}
		r.Actor = bot.Actor{}
		if got := plain(s.Handle(t.Context(), r)); strings.Contains(got, "Quiso decir") || strings.Contains(got, "Did you mean") {
			t.Errorf("a member who types %s:\n%s", tc.sub, got)
		}
	}
	if after := s.store.dump(); after != before {
		t.Errorf("something was done: %s", after)
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
		if err := s.store.AddGroup(t.Context(), bot.Actor{}, g); err != nil {
			t.Fatal(err)
		}
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
		if err := s.store.RemoveGroup(t.Context(), bot.Actor{}, id); err != nil {
			t.Fatal(err)
		}
	}
	if got := offered(bot.NewSub("group", "restore", "group", "")); !slices.Equal(got, []string{"Yak", "Zebra"}) {
		t.Errorf("offered to restore: %q", got)
	}
}

// After a typing mistake in an argument's name, the answer asks what was meant, and nothing is saved.
func TestMisnamedArguments(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Slack, bot.Playground} {
		s := newSetup(t)
		s.sample(t, p)
		before := s.store.dump()
		for _, tt := range []struct {
			call       bot.Call
			lang, want string
		}{
			{bot.NewSub("group", "set", "group", "quite 22:00-07:00"), "en", `"quite" is not clear here. Did you mean quiet? Write the name with a colon, quiet:, and then the value.`},
			{bot.NewSub("grupo", "cambiar", "group", "silensio:22:00-07:00"), "es", `"silensio" no queda claro aquí. ¿Quiso decir silencio?`},
			{bot.NewSub("reminder", "add", "topic", "agreements tpoic:privacy"), "en", `"tpoic" is not clear here. Did you mean topic?`},
			{bot.NewSub("session", "cancel", "when", "fecha=Dec 7"), "en", `"fecha=" names nothing that can be written here. What can: when=, group=.`},
		} {
			r := ask(p, moderator(p), tt.call)
			r.Lang, r.Misnamed = tt.lang, map[string]string{"group": "quite", "grupo": "silensio", "reminder": "tpoic", "session": "fecha"}[tt.call.Command]
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, tt.want) || s.store.dump() != before {
				t.Errorf("%v on %s: %s", tt.call.Args, p, got)
			}
		}
	}
}
