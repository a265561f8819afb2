package chat

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/content"
)

// A moderator moves a session of a fortnightly group and then cancels it; a member asks
// when the group meets.
func TestSessionStory(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		s := newSetup(t)
		g := bot.Group{
			ID: "g", Name: "Tuesday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(p)}, Skips: []string{"2026-12-24"},
			Sessions: []bot.Session{{Rule: "every 2 weeks on Tuesday at 18:00, starting 2026-12-08", Length: 90 * time.Minute}},
		}
		must(t, s.Changes.Groups.Add(t.Context(), moderator(p), g))
		says := func(by bot.Actor, c bot.Call, want ...string) bot.Answer {
			t.Helper()
			a := s.Handle(t.Context(), ask(p, by, c))
			for _, w := range want {
				if !strings.Contains(plain(a), w) {
					t.Errorf("%s %s %v on %s says:\n%s\nwant %q", c.Command, c.Sub, c.Args, p, plain(a), w)
				}
			}
			return a
		}
		member, staff := bot.Actor{}, moderator(p)
		says(member, bot.NewCall("next"), "Tuesday circle", "meets next on Tuesday, December 8, 2026 at 6:00 PM PST")
		for _, weekday := range []string{"Tuesday", "on tuesday", "Tue", "martes", "Tuesday at 6:00 PM"} { // the next one
			says(staff, bot.NewSub("session", "cancel", "when", weekday), "There is no session on Tuesday, November 24, 2026", "; the next ones: Tuesday, December 8, 2026")
		}
		for _, other := range []string{"someday", "every Tuesday at 6:00 PM", "Tuesdays", "Tuesday and Thursday at 6:00 PM"} {
			says(staff, bot.NewSub("session", "cancel", "when", other), "does not name a day in the future")
		}
		says(staff, bot.NewSub("session", "cancel", "when", "Tuesday, December 1 at 6:00 PM"), "There is no session on Tuesday, December 1, 2026")
		says(staff, bot.NewSub("session", "cancel", "when", "dec 8 8pm"), "There is no session on Tuesday, December 8, 2026 at 8:00 PM; the next ones: Tuesday, December 8, 2026 at 6:00 PM")
		for typed, to := range map[string]string{"December 8 to December 10": "December 10", "8 de diciembre a las 18:00 al 10 de diciembre a las 19:00": "10 de diciembre a las 19:00"} {
			a := says(staff, bot.NewSub("session", "move", "when", typed)) // in one text, so it is shown before it is saved
			if a.Form == nil || a.Form.Fields[0].Value != to || a.Form.Call.Args["when"] != "2026-12-08T18:00" {
				t.Errorf("%s: %s", typed, plain(a))
			}
		}
		says(staff, bot.NewSub("session", "move", "when", "someday to December 10"), "does not name a day in the future")
		moved := says(staff, bot.NewSub("session", "move", "when", "December 8", "to", "December 10 at 7:00 PM"), "The session is moved", "Thursday, December 10, 2026 at 7:00 PM PST, moved from Tuesday, December 8, 2026 at 6:00 PM PST")
		a := says(member, bot.NewCall("next"), "Thursday, December 10, 2026 at 7:00 PM PST", "moved from Tuesday, December 8, 2026 at 6:00 PM PST")
		for _, a := range []bot.Answer{a, says(staff, bot.NewSub("session", "list"))} { // the new time and the planned one
			for _, at := range []time.Time{time.Date(2026, 12, 11, 3, 0, 0, 0, time.UTC), time.Date(2026, 12, 9, 2, 0, 0, 0, time.UTC)} {
				if !hasMoment(a, at) {
					t.Errorf("%v is no fact that a platform can show by the reader's clock", at)
				}
			}
		}
		says(staff, bot.NewSub("session", "cancel", "when", "Dec 10"), "The session is cancelled", "Thursday, December 10, 2026 at 7:00 PM PST, moved from Tuesday, December 8, 2026 at 6:00 PM PST: cancelled")
		says(staff, bot.NewSub("session", "cancel", "when", "Dec 10"), "Thursday, December 10, 2026 at 7:00 PM is already cancelled")
		says(member, bot.NewCall("next"), "No session on Tuesday, December 8", "No session on Thursday, December 10, 2026 at 7:00 PM PST", "meets next on Tuesday, December 22")
		says(staff, bot.NewSub("session", "move", "when", "Dec 22", "to", "Dec 24"), "does not meet on Thursday, December 24")
		says(staff, bot.NewSub("session", "list"), "December 10, 2026 at 7:00 PM PST, moved from Tuesday, December 8, 2026 at 6:00 PM PST: cancelled", "December 22")
		says(staff, bot.NewSub("session", "show", "when", "2026-12-08T18:00"), "Hold it at its new time")
		says(staff, bot.NewSub("session", "restore", "when", "Dec 10"), "The session will take place after all, at the time that it was moved to.", "December 10, 2026 at 7:00 PM PST, moved from Tuesday, December 8")
		says(staff, bot.NewSub("session", "restore", "when", "Dec 10"), "will take place as planned", "December 8, 2026 at 6:00 PM PST")
		says(staff, bot.NewSub("session", "cancel", "when", "Dec 8"), "Tuesday, December 8, 2026 at 6:00 PM PST: cancelled")
		if got := s.Complete(t.Context(), ask(p, staff, bot.NewSub("session", "restore", "when", "")), "when"); len(got) != 1 || got[0].Value != "2026-12-08T18:00" {
			t.Errorf("to restore is offered: %v", got)
		}
		if got := s.Complete(t.Context(), ask(p, member, bot.NewSub("session", "restore", "when", "")), "when"); got != nil {
			t.Errorf("a member is offered: %v", got)
		}
		for _, action := range moved.Message.Actions {
			if action.Label == "Undo" {
				says(staff, action.Call, "the button did nothing", "December 8, 2026 at 6:00 PM PST: cancelled")
			}
		}
		says(staff, bot.NewSub("session", "restore", "when", "Dec 8"), "will take place as planned", "December 8, 2026 at 6:00 PM PST")
		before := s.store.dump()
		for _, c := range []bot.Call{bot.NewSub("session", "list"), bot.NewSub("session", "cancel", "when", "Dec 8")} {
			if a := s.Handle(t.Context(), ask(p, member, c)); strings.Contains(plain(a), "December") {
				t.Errorf("a member is told: %s", plain(a))
			}
		}
		elsewhere := ask(p, member, bot.NewCall("next", "group", "g"))
		elsewhere.Place.Channel = "C9999999999"
		if a := s.Handle(t.Context(), elsewhere); strings.Contains(plain(a), "December") || strings.Contains(plain(a), "Tuesday circle") {
			t.Errorf("another channel is told: %s", plain(a))
		}
		says(member, bot.NewCall("next"))
		if s.store.dump() != before {
			t.Error("asking changed something")
		}
	}
}

// A button under a session does nothing once somebody else has changed that session: it shows how the
// session is now. What it asks for and is so already is answered as before.
func TestAButtonOfASessionThatWasChangedMeanwhile(t *testing.T) {
	t.Parallel()
	const planned = "2026-12-14T18:00"
	cancel, restore := bot.NewSub("session", "cancel", "when", planned), bot.NewSub("session", "restore", "when", planned)
	move := func(to string) bot.Call { return bot.NewSub("session", "move", "when", planned, "to", to) }
	for _, tc := range []struct {
		name      string
		before    []bot.Call // then the answer with the button is shown
		label     string
		meanwhile []bot.Call
		does      bool // what the label says, as nobody changed the session
		lang      string
		want      []string
	}{
		{name: "undo of a cancellation", before: []bot.Call{cancel}, label: "Undo", does: true, want: []string{"will take place as planned"}},
		{name: "undo of a cancellation, moved since", before: []bot.Call{cancel}, label: "Undo", meanwhile: []bot.Call{move("Dec 16")},
			want: []string{"This session was changed meanwhile, so the button did nothing. It is now as follows:", "Wednesday, December 16, 2026 at 6:00 PM PST, moved from", "[Put it back as planned]"}},
		{name: "in Spanish", before: []bot.Call{cancel}, label: "Deshacer", meanwhile: []bot.Call{move("Dec 16")}, lang: "es",
			want: []string{"Esta sesión se cambió entretanto, así que el botón no hizo nada. Ahora está así:", "miércoles, 16 de diciembre"}},
		{name: "undo of a move", before: []bot.Call{move("Dec 16"), move("Dec 17")}, label: "Undo", does: true, want: []string{"December 16, 2026 at 6:00 PM PST, moved from"}},
		{name: "undo of a move, cancelled since", before: []bot.Call{move("Dec 16"), move("Dec 17")}, label: "Undo", meanwhile: []bot.Call{cancel},
			want: []string{"the button did nothing", "December 17, 2026 at 6:00 PM PST, moved from Monday, December 14, 2026 at 6:00 PM PST: cancelled"}},
		{name: "cancel, moved since", before: []bot.Call{bot.NewSub("session", "show", "when", planned)}, label: "Cancel this session", meanwhile: []bot.Call{move("Dec 16")},
			want: []string{"the button did nothing"}},
		{name: "cancel, cancelled since", before: []bot.Call{bot.NewSub("session", "show", "when", planned)}, label: "Cancel this session", meanwhile: []bot.Call{cancel},
			want: []string{"is already cancelled", "[Show the sessions]"}},
		{name: "hold at the new time, held there since", before: []bot.Call{move("Dec 16"), cancel, bot.NewSub("session", "show", "when", planned)}, label: "Hold it at its new time", meanwhile: []bot.Call{restore},
			want: []string{"the button did nothing", "December 16, 2026 at 6:00 PM PST, moved from"}},
		{name: "undo of a cancellation, undone since", before: []bot.Call{cancel}, label: "Undo", meanwhile: []bot.Call{restore}, want: []string{"is as planned: there is nothing to restore"}},
	} {
		s := newSetup(t)
		s.sample(t, bot.Slack)
		r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
		r.Lang = cmp.Or(tc.lang, "en-US")
		var a bot.Answer
		for _, c := range tc.before {
			r.Call = c
			a = s.Handle(t.Context(), r)
		}
		for _, c := range tc.meanwhile {
			s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), c))
		}
		before := s.store.dump()
		_, a = press(t, s, r, a, tc.label)
		for _, want := range tc.want {
			if !strings.Contains(plain(a), want) {
				t.Errorf("%s says\n%s\nwant %q", tc.name, plain(a), want)
			}
		}
		if changed := s.store.dump() != before; changed != tc.does {
			t.Errorf("%s: changed %v", tc.name, changed)
		}
	}
}

// A group without sessions has a button to the form where they are set.
func TestAGroupWithoutSessionsLeadsToTheirForm(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g := bot.Group{ID: "g", Name: "Circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Discord)}}
	must(t, s.Changes.Groups.Add(t.Context(), moderator(bot.Discord), g))
	r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("session", "list"))
	if _, a := press(t, s, r, s.Handle(t.Context(), r), "Channels and meetings"); a.Form == nil || a.Form.Call.Args["group"] != "g" {
		t.Errorf("it leads to %s", plain(a))
	}
}

// However long a group's short name is, all buttons under a changed session fit Discord.
func TestButtonsOfASessionFitALongShortName(t *testing.T) {
	t.Parallel()
	for _, length := range []int{1, 22, 23, 24, 28, 29, 33, 34, 40} { // what fits changes between them
		s := newSetup(t)
		g, _ := s.sample(t, bot.Discord)
		g.ID, g.Name, g.Places = strings.Repeat("g", length), "Long", []bot.Place{{Platform: bot.Discord, Space: here(bot.Discord).Space, Channel: "3333333333333333333"}}
		must(t, s.Changes.Groups.Add(t.Context(), moderator(bot.Discord), g))
		var undo []bot.Call
		for _, to := range []string{"Dec 16", "Dec 17"} {
			r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("session", "move", "group", g.ID, "when", "2026-12-14T18:00", "to", to))
			a := s.Handle(t.Context(), r)
			if !strings.Contains(plain(a), "The session is moved.") {
				t.Fatalf("%s", plain(a))
			}
			if err := cards.Fits(a.Message); err != nil {
				t.Errorf("a short name of %d characters: %v", length, err)
			}
			for _, b := range a.Message.Actions {
				if b.Label == "Undo" {
					undo = append(undo, b.Call)
				}
			}
			r.Call = bot.NewSub("session", "show", "group", g.ID, "when", "2026-12-14T18:00")
			if err := cards.Fits(s.Handle(t.Context(), r).Message); err != nil {
				t.Errorf("a short name of %d characters: %v", length, err)
			}
		}
		for _, call := range undo[1:] { // a second press of one's own button
			for range 2 {
				if says := plain(s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), call))); strings.Contains(says, "changed meanwhile") {
					t.Errorf("a short name of %d characters, undone by oneself: %s", length, says)
				}
			}
		}
		if says := plain(s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewSub("session", "cancel", "group", g.ID, "when", "2026-12-14T18:00")))); !strings.Contains(says, "is cancelled") {
			t.Fatal(says)
		}
		for _, call := range undo {
			if says := plain(s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), call))); !strings.Contains(says, "changed meanwhile") {
				t.Errorf("a short name of %d characters, and another person's cancellation: %s", length, says)
			}
		}
	}
}

// hasMoment reports whether an answer has a moment that a platform can show by the reader's clock.
func hasMoment(a bot.Answer, at time.Time) bool {
	return slices.ContainsFunc(a.Message.Blocks, func(b content.Block) bool {
		return slices.ContainsFunc(b.Items, func(item []content.Span) bool {
			return slices.ContainsFunc(item, func(s content.Span) bool {
				m, ok := s.Fact.(content.Moment)
				return ok && m.At.Equal(at)
			})
		})
	})
}

// The next session to restore is the first to come that was cancelled or moved, not the next one that
// is held. Today is Monday, November 23.
func TestTheNextSessionToRestoreIsAChangedOne(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"next", "the next one", "la próxima"} {
		s := newSetup(t)
		staff := moderator(bot.Slack)
		g := bot.Group{ID: "g", Name: "Thursday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Slack)}, Sessions: []bot.Session{{Rule: "Thursdays at 18:00", Length: time.Hour}}}
		must(t, s.Changes.Groups.Add(t.Context(), staff, g))
		says := func(want, name string, args ...string) {
			t.Helper()
			if got := plain(s.Handle(t.Context(), ask(bot.Slack, staff, bot.NewSub("session", name, args...)))); !strings.Contains(got, want) {
				t.Errorf("%s %q says:\n%s\nwant %q", name, args, got, want)
			}
		}
		says("December 3, 2026 at 6:00 PM PST: cancelled", "cancel", "when", "Dec 3")
		says("The session is moved", "move", "when", "Dec 10", "to", "Dec 11")
		says("The session is moved", "move", "when", "Nov 26", "to", "Dec 18")
		says("The session is cancelled", "cancel", "when", "Dec 18 at 6:00 PM") // it comes last, at its moved time
		for _, want := range []string{"December 3, 2026", "December 10, 2026", "December 18, 2026 at 6:00 PM PST, moved from", "November 26, 2026"} {
			says(want, "restore", "when", typed)
		}
		says("The session on Thursday, November 26, 2026 at 6:00 PM is as planned", "restore", "when", typed)
	}
}

// Where the next session is cancelled, "the next one" may be that or the one after it: to cancel or
// move it is asked back, so that two people who cancel "the next one" cancel one session. What is
// told to the group is about the session that changed.
func TestTheNextSessionAfterACancelledOneIsAskedBack(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.approveAll(t)
		g := bot.Group{ID: "g", Name: "Thursday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(p)}, Sessions: []bot.Session{{Rule: "Thursdays at 18:00", Length: time.Hour}}}
		must(t, s.Changes.Groups.Add(t.Context(), moderator(p), g))
		says := func(r bot.Request, want string) {
			t.Helper()
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, want) {
				t.Errorf("%s: %s %v says:\n%s\nwant %q", p, r.Sub, r.Args, got, want)
			}
		}
		says(ask(p, moderator(p), bot.NewSub("session", "tell", "when", "next")), "The session on Thursday, November 26, 2026 at 6:00 PM is as planned: there is nothing to tell the group")
		says(ask(p, moderator(p), bot.NewSub("session", "cancel", "when", "next")), "Thursday, November 26, 2026 at 6:00 PM PST: cancelled")
		before := s.store.dump()
		const both = "The next session, on Thursday, November 26, 2026 at 6:00 PM, is cancelled, and the one after it is on Thursday, December 3, 2026 at 6:00 PM: write the day"
		says(ask(p, moderator(p), bot.NewSub("session", "cancel", "when", "the next one")), both)
		says(ask(p, moderator(p), bot.NewSub("session", "move", "when", "next", "to", "Friday")), both)
		says(ask(p, moderator(p), bot.NewSub("session", "move", "when", "next to Friday")), both)
		says(spanishAsk(p, bot.NewSub("session", "cancel", "when", "la próxima")), "La próxima sesión, la del jueves, 26 de noviembre de 2026")
		if s.store.dump() != before {
			t.Errorf("%s: asking back changed something", p)
		}
		says(ask(p, moderator(p), bot.NewSub("session", "tell", "when", "next")), "There is no session on Thursday, November 26, 2026")
		says(ask(p, moderator(p), bot.NewSub("session", "cancel", "when", "December 3")), "Thursday, December 3, 2026 at 6:00 PM PST: cancelled")
	}
}

// A session that was moved and then cancelled is the next one at whichever of its times comes before
// the one that is held, and stands in the lists where their times put it. Today is Monday, November 23.
func TestASessionThatWasMovedAndCancelledStandsAtItsTime(t *testing.T) {
	t.Parallel()
	const planned = "Monday, November 30, 2026 at 6:00 PM"
	for _, tt := range []struct{ to, named string }{
		{"December 20", planned}, // when the next one is over
		{"December 2", "Wednesday, December 2, 2026 at 6:00 PM"},
		{"November 24", planned}, // past by then
	} {
		now := monday()
		s := newSetup(t, func(c *Config) { c.Now = func() time.Time { return now } })
		staff := moderator(bot.Slack)
		g := bot.Group{ID: "g", Name: "Monday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Slack)}, Sessions: []bot.Session{{Rule: "Mondays at 18:00, starting 2026-11-30", Length: time.Hour}}}
		must(t, s.Changes.Groups.Add(t.Context(), staff, g))
		asks := func(name string, args ...string) bot.Answer {
			t.Helper()
			return s.Handle(t.Context(), ask(bot.Slack, staff, bot.NewSub("session", name, args...)))
		}
		asks("move", "when", "November 30", "to", tt.to)
		asks("cancel", "when", "November 30")
		now = now.AddDate(0, 0, 3) // Thursday
		want := "The next session, on " + tt.named + ", is cancelled, and the one after it is on Monday, December 7, 2026 at 6:00 PM"
		if got := plain(asks("cancel", "when", "next")); !strings.Contains(got, want) {
			t.Errorf("moved to %s: it says:\n%s\nwant %q", tt.to, got, want)
		}
		if tt.to != "December 20" {
			continue
		}
		var menu, offered []string
		for _, o := range asks("list").Message.Menu.Options[:3] {
			menu = append(menu, o.Label)
		}
		for _, c := range s.Complete(t.Context(), ask(bot.Slack, staff, bot.NewSub("session", "show", "when", "", "group", "g")), "when")[:3] {
			offered = append(offered, c.Name)
		}
		for i, want := range []string{"December 7", "December 14", "December 20"} {
			if !strings.Contains(menu[i], want) || !strings.Contains(offered[i], want) {
				t.Errorf("the menu lists %q, and these are offered: %q", menu, offered)
			}
		}
	}
}

// If a session is moved to a weekday, the one nearest to the session is meant, not the next one from
// today. Today is Monday, November 23.
func TestASessionMovesToTheNearestWeekday(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		for _, tt := range []struct{ when, to, want string }{
			{"Dec 10", "Wednesday", "Wednesday, December 9, 2026 at 6:00 PM"},
			{"Dec 10", "el miércoles", "Wednesday, December 9, 2026 at 6:00 PM"},
			{"Dec 10", "Saturday at 1:00 PM", "Saturday, December 12, 2026 at 1:00 PM"},
			{"Dec 10", "Thursday at 7:30 PM", "Thursday, December 10, 2026 at 7:30 PM"},
			{"Dec 10", "Monday", `may mean two things: write "Monday, December 14, 2026" or "Monday, December 7, 2026"`},
			{"Dec 10", "tomorrow", "Tuesday, November 24, 2026 at 6:00 PM"},
			{"today", "Sunday", "Sunday, November 29, 2026 at 10:00 PM"}, // the nearest is past
			{"today", "Friday", "Friday, November 27, 2026 at 10:00 PM"},
			{"today", "Monday at 11:00 PM", "Monday, November 23, 2026 at 11:00 PM"},
			{"the next session", "Friday, same time", "Friday, November 27, 2026 at 10:00 PM"},
			{"la próxima", "al viernes", "Friday, November 27, 2026 at 10:00 PM"},
			{"Monday's session", "Friday", "Friday, November 27, 2026 at 10:00 PM"},
			{"next week", "Tuesday", "Tuesday, December 1, 2026 at 10:00 PM"},
			{"la próxima semana", "el martes", "Tuesday, December 1, 2026 at 10:00 PM"},
			{"Dec 7-11", "Friday", "There are several sessions then"},
			{"the next two", "Friday", "There are several sessions then: write the day and the time of one: Monday, November 23"},
			{"las próximas dos sesiones", "el viernes", "There are several sessions then"},
			{"Dec 10 because of the holiday", "Friday", `"Dec 10 because of the holiday" is not quite clear; if you mean this, write "Thursday, December 10, 2026"`},
			{"Dec 1-4", "Friday", "There is no session then"},
			{"all of next week", "another day", "does not name a day in the future"},
		} {
			s := newSetup(t)
			g := bot.Group{
				ID: "g", Name: "Thursday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(p)},
				Sessions: []bot.Session{{Rule: "every Thursday at 18:00, starting 2026-12-10", Length: time.Hour}, {Rule: "every Monday at 22:00", Length: time.Hour}},
			}
			must(t, s.Changes.Groups.Add(t.Context(), moderator(p), g))
			a := s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("session", "move", "when", tt.when, "to", tt.to)))
			if !strings.Contains(plain(a), tt.want) {
				t.Errorf("%s to %s on %s says:\n%s\nwant %q", tt.when, tt.to, p, plain(a), tt.want)
			}
		}
	}
}

// A list of reminders says when each is posted next, and leaves out cancelled sessions.
func TestTheNextPostIsNotThatOfACancelledSession(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Discord)
	by := moderator(bot.Discord)
	add := bot.NewSub("reminder", "add", "group", g.ID, "topic", "confidentiality", "at", "2 hours before each session")
	if a := s.Handle(t.Context(), ask(bot.Discord, by, add)); !strings.Contains(plain(a), "The reminder was added.") {
		t.Fatal(plain(a))
	}
	list := ask(bot.Discord, by, bot.NewSub("reminder", "list", "group", g.ID))
	const first, second = "Monday, November 23, 2026 at 4:00 PM", "Monday, November 30, 2026 at 4:00 PM"
	if got := plain(s.Handle(t.Context(), list)); !strings.Contains(got, "Next: "+first) {
		t.Fatalf("before: %s", got)
	}
	s.Handle(t.Context(), ask(bot.Discord, by, bot.NewSub("session", "cancel", "group", g.ID, "when", "2026-11-23")))
	if got := plain(s.Handle(t.Context(), list)); strings.Contains(got, first) || !strings.Contains(got, "Next: "+second) {
		t.Errorf("after: %s", got)
	}
}

// A day without a session is named as it was read: 12/8 is in August where the reader's country
// writes the day first.
func TestADayWithoutASessionIsNamed(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		s := newSetup(t)
		g := bot.Group{
			ID: "g", Name: "Tuesday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(p)},
			Sessions: []bot.Session{{Rule: "every Tuesday at 18:00", Length: 90 * time.Minute}},
		}
		must(t, s.Changes.Groups.Add(t.Context(), moderator(p), g))
		for lang, want := range map[string]string{
			"es-MX": "No hay ninguna sesión el jueves, 12 de agosto de 2027; las próximas: martes, 24 de noviembre",
			"en-US": "The session is cancelled",
		} {
			r := ask(p, moderator(p), bot.NewSub("session", "cancel", "when", "12/8"))
			r.Lang = lang
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, want) {
				t.Errorf("12/8 in %s on %s: %s", lang, p, got)
			}
		}
	}
}
