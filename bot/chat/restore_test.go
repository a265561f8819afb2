package chat

import (
	"slices"
	"strings"
	"testing"

	"circlekeeper/bot"
)

// If somebody asks to restore something without saying what, the answer offers the removed things
// that they may restore; so does the list.
func TestWhatWasRemovedIsOffered(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.sample(t, p)
		r := ask(p, moderator(p), bot.Call{})
		do := func(c bot.Call) bot.Answer {
			r.Call = c
			return s.Handle(t.Context(), r)
		}
		for _, tc := range []struct{ command, arg, id, named string }{
			{"reminder", "id", "rem001", "rem001"}, {"group", "group", "evening-circle", "Evening Circle"},
		} {
			list := func() string { return plain(do(bot.NewSub(tc.command, "list"))) }
			if got := do(bot.NewSub(tc.command, "restore")); got.Message.Menu != nil || !strings.Contains(plain(got), "nothing to bring back") || strings.Contains(list(), "Removed:") {
				t.Errorf("%s: before anything is removed:\n%s%s", p, plain(got), list())
			}
			do(bot.NewSub(tc.command, "remove", tc.arg, tc.id))
			_, offered := press(t, s, r, do(bot.NewSub(tc.command, "list")), "Removed: 1.")
			if m := offered.Message.Menu; m == nil || len(m.Options) != 1 {
				t.Fatalf("%s: %s is not offered:\n%s", p, tc.id, plain(offered))
			}
			other := r
			other.Call, other.Place.Space, other.Place.Channel = bot.NewSub(tc.command, "restore"), "9999999999999999999", "333"
			if a := s.Handle(t.Context(), other); p == bot.Discord && a.Message.Menu != nil {
				t.Errorf("%s is offered in another server:\n%s", tc.id, plain(a))
			}
			press(t, s, r, offered, offered.Message.Menu.Options[0].Label)
			if strings.Contains(list(), "Removed:") || !strings.Contains(list(), tc.id) {
				t.Errorf("%s: %s is not back:\n%s", p, tc.id, list())
			}
			do(bot.NewSub(tc.command, "remove", tc.arg, tc.id))
			if do(bot.NewSub(tc.command, "restore", tc.arg, tc.named)); !strings.Contains(list(), tc.id) {
				t.Errorf("%s: %s is not brought back by %s:\n%s", p, tc.id, tc.named, list())
			}
		}
		do(bot.NewSub("group", "remove", "group", "evening-circle"))
		if a := do(bot.NewSub("group", "add", "group", "evening-circle", "zone", "America/Denver")); !strings.Contains(plain(a), "/group restore") {
			t.Errorf("%s: an id that a removed group keeps:\n%s", p, plain(a))
		}
		other := r
		other.Place.Space, other.Place.Channel = "9999999999999999999", "333"
		if a := s.Handle(t.Context(), other); p == bot.Discord && (strings.Contains(plain(a), "was removed") || strings.Contains(plain(a), "already") || !strings.Contains(plain(a), "annot be used")) {
			t.Errorf("another server hears of it:\n%s", plain(a))
		}
	}
}

// If something cannot be restored, the answer says why.
func TestRestoringSaysWhyNot(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	do := func(command, name string, args ...string) string {
		r.Call = bot.NewSub(command, name, args...)
		return plain(s.Handle(t.Context(), r))
	}
	if got := do("reminder", "restore", "id", rem.ID); !strings.Contains(got, "was not removed") {
		t.Errorf("a reminder that is there: %s", got)
	}
	if got := do("group", "restore", "group", g.ID); !strings.Contains(got, "was not removed") {
		t.Errorf("a group that is there: %s", got)
	}
	do("reminder", "remove", "id", rem.ID)
	do("group", "set", "quiet", "22:00-21:00")
	if got := do("reminder", "restore", "id", rem.ID); !strings.Contains(got, "no longer fits its group") {
		t.Errorf("in the hours that are quiet now: %s", got)
	}
	do("group", "set", "quiet", "none")
	if got := do("reminder", "restore", "id", rem.ID); !strings.Contains(got, "The reminder is back.") {
		t.Errorf("after that: %s", got)
	}
	// Groups with the same name are offered with their IDs.
	for _, id := range []string{"one", "two"} {
		old := g
		old.ID, old.Name = id, "The same"
		s.store.gone[id] = old
	}
	if got := do("group", "restore", "group", "the same"); !strings.Contains(got, "one: The same") || !strings.Contains(got, "two: The same") {
		t.Errorf("two of the same name: %s", got)
	}
}

// Many removed reminders are offered on pages, which keep the group that was asked about.
func TestManyRemovedAreOnPages(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	r.Place.Channel = ""
	for range perPage + 2 {
		rem, _, err := s.Changes.Reminders.Add(t.Context(), r.Actor, bot.Reminder{Group: g.ID, Topic: "agreements", Rule: "every day at 9:00"})
		must(t, err)
		s.store.gone[rem.ID+"x"] = bot.Reminder{ID: rem.ID + "x", Group: g.ID, Topic: rem.Topic, Rule: rem.Rule}
	}
	r.Call = bot.NewSub("reminder", "restore", "group", g.ID)
	r, a := press(t, s, r, s.Handle(t.Context(), r), "Next")
	if r.Args["group"] != g.ID || len(a.Message.Menu.Options) != 2 || slices.ContainsFunc(a.Message.Menu.Options, func(o bot.Action) bool { return o.Hint != g.Name }) {
		t.Errorf("the second page:\n%s", plain(a))
	}
}

// A name is shown as it was given, even if it begins or ends with a mark that separates names in
// other texts.
func TestARemovedGroupKeepsItsName(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	by := moderator(bot.Discord)
	g := bot.Group{ID: "smile", Name: ":-) and :", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Discord)}}
	must(t, s.Changes.Groups.Add(t.Context(), by, g))
	must(t, s.Changes.Groups.Remove(t.Context(), by, g.ID))
	a := s.Handle(t.Context(), ask(bot.Discord, by, bot.NewSub("group", "restore")))
	if got := flat(a.Message.Blocks); !strings.HasPrefix(got, g.Name+"\n") {
		t.Errorf("it is shown as %q", got)
	}
}

// Two people remove the same thing: the second reads that it is gone, and what brings it back.
func TestWhatSomebodyElseRemovedIsSaid(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		g, rem := s.sample(t, p)
		says := func(r bot.Request, want string) {
			t.Helper()
			if got := plainOn(p, s.Handle(t.Context(), r)); !strings.Contains(got, want) {
				t.Errorf("%s: %s %s says %s\nwant %q", p, r.Command, r.Sub, got, want)
			}
		}
		for _, want := range []string{"was removed. It can be brought back", "The reminder " + rem.ID + " was removed: "} {
			says(ask(p, moderator(p), bot.NewSub("reminder", "remove", "id", rem.ID)), want)
		}
		says(spanishAsk(p, bot.NewSub("reminder", "pause", "id", rem.ID)), "El recordatorio "+rem.ID+" se quitó: con ")
		for _, want := range []string{"Evening circle and its reminders were removed.", "The group Evening circle was removed: "} {
			says(ask(p, moderator(p), bot.NewSub("group", "remove", "group", g.ID)), want)
		}
		says(spanishAsk(p, bot.NewSub("group", "pause", "group", "evening circle")), "El grupo Evening circle se quitó: con ")
		says(ask(p, moderator(p), bot.NewSub("group", "set", "group", "another", "name", "x")), "There are no groups here yet.")
	}
}
