package chat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/bot"
)

// roleOn is the role that a group's facilitators have on a platform.
func roleOn(p bot.Platform, name string) bot.Role {
	switch p {
	case bot.Discord:
		return bot.Role{Platform: p, Space: here(p).Space, ID: map[string]string{"evening": "710000000000000001", "morning": "720000000000000001"}[name]}
	case bot.Slack:
		return bot.Role{Platform: p, ID: "C" + strings.ToUpper(name)}
	}
	return bot.Role{Platform: p, ID: name}
}

// withRole asks as somebody who, by the platform's word, has these roles.
func withRole(p bot.Platform, c bot.Call, roles ...bot.Role) bot.Request {
	r := ask(p, bot.Actor{}, c)
	r.In = func(_ context.Context, role bot.Role) (by bot.Actor) {
		if slices.Contains(roles, role) {
			by = bot.Actor{ID: string(p) + ":U7", Roles: []bot.Role{role}}
		}
		return by
	}
	return r
}

// twoGroups adds the sample group and another one, each with facilitators of its own.
func (s setup) twoGroups(t *testing.T, p bot.Platform) {
	t.Helper()
	s.approveAll(t)
	g, _ := s.sample(t, p)
	g, _ = s.store.Group(t.Context(), g.ID)
	g.Facilitators = roleOn(p, "evening")
	must(t, s.Changes.Groups.Set(t.Context(), moderator(p), g))
	at := here(p)
	at.Channel = map[bot.Platform]string{bot.Discord: "3333333333333333333", bot.Slack: "C0987654321", bot.Playground: "morning-circle"}[p]
	err := s.Changes.Groups.Add(t.Context(), moderator(p), bot.Group{
		ID: "morning-circle", Name: "Morning circle", Zone: "America/Los_Angeles", Places: []bot.Place{at}, Facilitators: roleOn(p, "morning"),
		Sessions: []bot.Session{{Rule: "every Tuesday at 9:00", Length: time.Hour}},
	})
	if err == nil {
		_, _, err = s.Changes.Reminders.Add(t.Context(), moderator(p), bot.Reminder{Group: "morning-circle", Topic: "agreements", Rule: "every Tuesday at 8:30"})
	}
	must(t, err)
}

// forFacilitators lists every command of moderators, and whether facilitators may use it.
func forFacilitators() map[string]bool {
	return map[string]bool{
		"share": true, "panel": true, "overview": true,
		"group list": true, "group set": true, "group edit": true, "group meetings": true, "group pause": true, "group resume": true, "group show": true, "group breach": true,
		"group add": false, "group remove": false, "group restore": false,
		"session list": true, "session cancel": true, "session move": true, "session restore": true, "session show": true, "session tell": true,
		"reminder add": true, "reminder list": true, "reminder edit": true, "reminder next": true, "reminder month": true, "reminder history": true, "reminder pause": true,
		"reminder resume": true, "reminder remove": true, "reminder restore": true, "reminder test": true, "reminder show": true,
		"post show": true, "post correct": true, "post withdraw": true, "post state": true,
		"concerns take": false, "concerns done": false,
	}
}

// What a command can do is shown to facilitators without what they may not do.
func TestFacilitatorsAreShownWhatTheyMayDo(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.twoGroups(t, bot.Slack)
	for _, sub := range []string{"", "restroe"} {
		said := plain(s.Handle(t.Context(), withRole(bot.Slack, bot.NewSub("group", sub), roleOn(bot.Slack, "evening"))))
		if !strings.Contains(said, "/group pause") || strings.Contains(said, "/group add") || strings.Contains(said, "1/group/add") || strings.Contains(said, "restore") {
			t.Errorf("a facilitator asks for group %q: %s", sub, said)
		}
		if said := plain(s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", sub)))); !strings.Contains(said, "/group restore") || !strings.Contains(said, "1/group/add") {
			t.Errorf("a moderator asks for group %q: %s", sub, said)
		}
	}
}

func TestRightsOfFacilitators(t *testing.T) {
	t.Parallel()
	const members, moderators = "A member", "Only moderators and staff can do that"
	for _, p := range platforms() {
		who := map[string]func(c bot.Call) bot.Request{
			members:                 func(c bot.Call) bot.Request { return withRole(p, c) },
			"A facilitator of it":   func(c bot.Call) bot.Request { return withRole(p, c, roleOn(p, "evening")) },
			"Another's facilitator": func(c bot.Call) bot.Request { return withRole(p, c, roleOn(p, "morning")) },
			"A moderator":           func(c bot.Call) bot.Request { return ask(p, moderator(p), c) },
		}
		for name, asking := range who {
			s := newSetup(t)
			s.twoGroups(t, p)
			listed := forFacilitators()
			for _, call := range s.moderatorCalls() {
				typed := strings.TrimSpace(call.Command + " " + call.Sub)
				may, known := listed[typed]
				if !known {
					t.Fatalf("%s is not in the table of facilitators' rights", typed)
				}
				before := s.store.dump()
				groups, reminders := maps.Clone(s.store.groups), maps.Clone(s.store.reminders)
				said := plain(s.Handle(t.Context(), asking(call)))
				changed := s.store.dump() != before
				s.store.groups, s.store.reminders, s.store.gone = groups, reminders, map[string]any{} // as it was
				refusedAll := strings.Contains(said, "Only moderators can") || strings.Contains(said, "Only staff can")
				switch name {
				case members:
					if !refusedAll || changed {
						t.Errorf("%s: a member asks %s (changed: %v): %s", p, typed, changed, said)
					}
				case "A facilitator of it":
					if strings.Contains(said, moderators) == may || refusedAll || changed && !may {
						t.Errorf("%s: a facilitator asks %s (changed: %v): %s", p, typed, changed, said)
					}
				case "Another's facilitator":
					if changed || strings.Contains(said, "Evening circle") || refusedAll || may && strings.Contains(said, moderators) {
						t.Errorf("%s: another group's facilitator asks %s (changed: %v): %s", p, typed, changed, said)
					}
				default:
					if refusedAll || strings.Contains(said, moderators) {
						t.Errorf("%s: a moderator asks %s: %s", p, typed, said)
					}
				}
			}
		}
	}
}

// moderatorCalls are calls of all commands that members may not use, about the evening circle.
func (s setup) moderatorCalls() (out []bot.Call) {
	args := map[string]string{
		"group": "evening-circle", "id": "rem001", "card": "contact", "topic": "agreements", "at": "every day at 9:30", "when": "November 30", "to": "December 1",
		"name": "New name", "until": "2 weeks", "zone": "Europe/Paris",
	}
	for _, row := range s.rows {
		if row.Who != bot.Moderators {
			continue
		}
		if len(row.subs) == 0 {
			out = append(out, bot.Call{Command: row.Name, Args: args})
		}
		for _, sub := range row.subs {
			out = append(out, bot.Call{Command: row.Name, Sub: sub.Name, Args: args})
		}
	}
	return out
}

// A facilitator's change is saved like any other, with the facilitator's ID in the audit trail.
func TestFacilitatorChangesTheirGroup(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.twoGroups(t, p)
		r := withRole(p, bot.NewSub("group", "set", "group", "evening-circle", "name", "Late circle"), roleOn(p, "evening"))
		said := plain(s.Handle(t.Context(), r))
		g, _ := s.store.Group(t.Context(), "evening-circle")
		all, _ := s.store.Audit(t.Context(), time.Time{}, 1)
		if g.Name != "Late circle" || len(all) != 1 || all[0].Actor != string(p)+":U7" || all[0].Action != "group set" {
			t.Errorf("%s: %q, %+v: %s", p, g.Name, all, said)
		}
		// A person who lost the role is a member at the next request.
		r.In = withRole(p, r.Call).In
		r.Call = bot.NewSub("group", "set", "group", "evening-circle", "name", "Other")
		s.Handle(t.Context(), r)
		if g, _ := s.store.Group(t.Context(), "evening-circle"); g.Name != "Late circle" {
			t.Errorf("%s: without the role: %q", p, g.Name)
		}
		if strings.Contains(s.log.String(), "U7") {
			t.Errorf("%s: the log names somebody: %s", p, s.log)
		}
	}
}

// If a facilitator names no group, the answer says that this channel's group is not theirs, and which
// one is.
func TestFacilitatorsInOtherChannels(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Discord, bot.Slack} {
		s := newSetup(t)
		s.twoGroups(t, p)
		for _, c := range []bot.Call{bot.NewSub("group", "set", "quiet", "none"), bot.NewSub("session", "list"), bot.NewSub("reminder", "add", "topic", "agreements", "at", "every Friday at 9:00")} {
			r := withRole(p, c, roleOn(p, "morning")) // in the channel of the evening circle
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, "You cannot change this channel’s group from here. You can change: Morning circle. Name the group.") {
				t.Errorf("%s in another group's channel on %s: %s", c.Sub, p, got)
			}
			if a := s.Handle(t.Context(), withRole(p, bot.NewSub("reminder", "add"), roleOn(p, "morning"))); a.Form == nil || slices.ContainsFunc(a.Form.Fields, func(f bot.Field) bool { return f.Value == "evening-circle" }) {
				t.Errorf("the form for a reminder on %s names a group out of reach: %s", p, plain(a))
			}
			r.Place.Channel = "C5555555555"
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, "This channel does not belong to a group. You can change: Morning circle. Name the group.") {
				t.Errorf("%s in no group's channel on %s: %s", c.Sub, p, got)
			}
			r.Actor = moderator(p)
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, "Name the group, or add one with /group add.") {
				t.Errorf("%s of a moderator on %s: %s", c.Sub, p, got)
			}
		}
	}
}

// Facilitators may not change where a group is and who its facilitators are, and forms do not ask
// them for these.
func TestFacilitatorsDoNotChooseWho(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.twoGroups(t, p)
		role := roleOn(p, "evening")
		was, _ := s.store.Group(t.Context(), "evening-circle")
		elsewhere := map[bot.Platform]string{bot.Discord: "discord:1111111111111111111/4444444444444444444", bot.Slack: "slack:C0444444444", bot.Playground: "playground:elsewhere"}[p]
		for field, text := range map[string]string{"place": elsewhere, "moderators": elsewhere, "facilitators": roleOn(p, "morning").String(), "drop": was.Facilitators.String()} {
			said := plain(s.Handle(t.Context(), withRole(p, bot.NewSub("group", "set", "group", was.ID, field, text), role)))
			if g, _ := s.store.Group(t.Context(), was.ID); g.Version != was.Version {
				t.Errorf("%s: %s was changed: %s", p, field, said)
			}
		}
		for _, form := range []string{"edit", "meetings"} {
			r := withRole(p, bot.NewSub("group", form, "group", was.ID), role)
			f := s.Handle(t.Context(), r).Form
			if f == nil || slices.ContainsFunc(f.Fields, func(f bot.Field) bool { return f.Place || f.Role }) {
				t.Fatalf("%s: /group %s shows %+v", p, form, f)
			}
			r.Call, r.Submit = f.Call, true
			for _, field := range f.Fields {
				r.Call = r.With(field.Name, field.Value)
			}
			r.Call = r.With("place", elsewhere).With("moderators", elsewhere).With("facilitators", "none")
			s.Handle(t.Context(), r)
			if g, _ := s.store.Group(t.Context(), was.ID); !slices.Equal(g.Places, was.Places) || g.Moderators != was.Moderators || g.Facilitators != was.Facilitators {
				t.Errorf("%s: a forged form changes %+v", p, g)
			}
		}
		to := bot.NewSub("group", "set", "drop", "")
		if got := s.Complete(t.Context(), withRole(p, to, role), "drop"); slices.ContainsFunc(got, func(c bot.Choice) bool { return strings.Contains(c.Value, ":") && !strings.Contains(c.Value, " ") }) {
			t.Errorf("%s: to be taken away is offered %v", p, got)
		}
		if got := s.Complete(t.Context(), withRole(p, bot.NewSub("group", "show", "group", ""), role), "group"); len(got) != 1 || got[0].Value != was.ID {
			t.Errorf("%s: groups offered: %v", p, got)
		}
		if got := s.Complete(t.Context(), withRole(p, bot.NewSub("group", "show", "group", "")), "group"); got != nil {
			t.Errorf("%s: a member is offered %v", p, got)
		}
	}
}

// The Saver enforces the same limits, whoever calls it.
func TestSaverHoldsFacilitators(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	p := bot.Discord
	s.twoGroups(t, p)
	by := bot.Actor{ID: "discord:7", Roles: []bot.Role{roleOn(p, "morning")}}
	g, _ := s.store.Group(t.Context(), "evening-circle")
	own, _ := s.store.Group(t.Context(), "morning-circle")
	moved, gone := own, own
	moved.Places = append(slices.Clone(own.Places), bot.Place{Platform: p, Space: here(p).Space, Channel: "5"})
	gone.Facilitators = bot.Role{}
	renamed := g
	renamed.Name = "x"
	asker := s.asker(s.asked(ask(p, by, bot.Call{})), g)
	anyGroup := func(bot.Group) error { return nil }
	before := s.store.dump()
	for name, do := range map[string]func() error{
		"another group":      func() error { return s.Changes.Groups.Set(t.Context(), by, renamed) },
		"a new place":        func() error { return s.Changes.Groups.Set(t.Context(), by, moved) },
		"other facilitators": func() error { return s.Changes.Groups.Set(t.Context(), by, gone) },
		"a new group": func() error {
			return s.Changes.Groups.Add(t.Context(), by, bot.Group{ID: "new", Zone: "UTC", Facilitators: own.Facilitators})
		},
		"pause another":    func() error { return s.Changes.Groups.Pause(t.Context(), by, g.ID, bot.Forever) },
		"remove another":   func() error { return s.Changes.Groups.Remove(t.Context(), by, g.ID) },
		"remove their own": func() error { return s.Changes.Groups.Remove(t.Context(), by, own.ID) },
		"restore":          func() error { return s.Changes.Groups.Restore(t.Context(), by, g.ID, anyGroup) },
		"a session of another": func() error {
			_, err := s.Changes.Sessions.Cancel(t.Context(), by, asker, g.ID, "November 30", "")
			return err
		},
		"a reminder for another": func() error {
			_, _, err := s.Changes.Reminders.Add(t.Context(), by, bot.Reminder{Group: g.ID, Topic: "agreements", Rule: "every day at 9:30"})
			return err
		},
		"another's reminder": func() error {
			rem, _ := s.store.Reminder(t.Context(), "rem001")
			_, _, err := s.Changes.Reminders.Set(t.Context(), by, rem)
			return err
		},
		"pause another's reminder": func() error {
			_, _, err := s.Changes.Reminders.Pause(t.Context(), by, "rem001", bot.Forever)
			return err
		},
		"remove another's reminder":  func() error { return s.Changes.Reminders.Remove(t.Context(), by, "rem001") },
		"restore another's reminder": func() error { return s.Changes.Reminders.Restore(t.Context(), by, "rem001", anyGroup) },
	} {
		if err := do(); err == nil {
			t.Errorf("%s: taken", name)
		} else if _, said := bot.ForPerson(err); !said {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(name, "another") && name != "remove another" && !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s: says that it exists: %v", name, err) // ModeratorsOnly is given without looking for the group
		}
	}
	if after := s.store.dump(); after != before {
		t.Errorf("a facilitator changed something:\n%s\n%s", before, after)
	}
}

// A facilitator's board shows their groups, and nothing that is for staff alone.
func TestBoardOfFacilitators(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.twoGroups(t, p)
		must(t, s.store.AddConcern(t.Context(), bot.Concern{Group: "evening-circle", Category: bot.Categories()[0], Day: "2026-11-23"}, monday().Add(-time.Hour)))
		board := s.Board(t.Context(), withRole(p, bot.Call{}, roleOn(p, "evening")), 0)
		var said, labels string
		for _, m := range board.Sections {
			said += plain(bot.Answer{Message: m})
			for _, a := range m.Actions {
				labels += a.Label + "\n"
			}
		}
		for _, never := range []string{"Morning circle", "oncern", "CSTAFF"} {
			if strings.Contains(strings.ReplaceAll(said, "Confidentiality was broken", ""), never) {
				t.Errorf("%s: the board shows %q: %s", p, never, said)
			}
		}
		if !strings.Contains(said, "Evening circle") || strings.Contains(labels, "Add a group") || strings.Contains(labels, "Remove") {
			t.Errorf("%s: %s\n%s", p, said, labels)
		}
		if board := s.Board(t.Context(), withRole(p, bot.Call{}), 0); strings.Contains(plain(bot.Answer{Message: board.Sections[0]}), "ing circle") {
			t.Errorf("%s: a member sees %+v", p, board)
		}
	}
}

// A card goes to the facilitators' own channels alone.
func TestFacilitatorsShareInTheirGroup(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.twoGroups(t, p)
		role := roleOn(p, "evening")
		morning, _ := s.store.Group(t.Context(), "morning-circle")
		for _, place := range []string{morning.Places[0].String(), map[bot.Platform]string{bot.Discord: "99", bot.Slack: "C0444444444", bot.Playground: "elsewhere"}[p]} {
			if a := s.Handle(t.Context(), withRole(p, bot.NewCall("share", "card", "contact", "place", place), role)); len(a.Message.Actions) > 0 {
				t.Errorf("%s: a preview for %s: %s", p, place, plain(a))
			}
		}
		r := withRole(p, bot.NewCall("share", "card", "contact"), role)
		a := s.Handle(t.Context(), r)
		if len(a.Message.Actions) != 1 {
			t.Fatalf("%s: %s", p, plain(a))
		}
		r.Call = a.Message.Actions[0].Call
		forged := r
		forged.Call = r.With("to", bot.Pack(morning.Places[0]))
		s.Handle(t.Context(), forged)
		if len(s.store.deliveries) != 0 {
			t.Errorf("%s: posted to another group", p)
		}
		s.Handle(t.Context(), r)
		if len(s.store.deliveries) != 1 {
			t.Errorf("%s: not posted", p)
		}
	}
}

// A group's facilitators are named by a role that other people do not have, and that the platform
// can check.
func TestNamingFacilitators(t *testing.T) {
	t.Parallel()
	asks := func(p bot.Platform, text string) bot.Request {
		return ask(p, moderator(p), bot.NewSub("group", "set", "group", "evening-circle", "facilitators", text))
	}
	of := map[bot.Platform]setup{bot.Discord: newSetup(t), bot.Slack: newSetup(t)}
	for p, s := range of {
		s.twoGroups(t, p)
	}
	for _, tc := range []struct {
		on   bot.Platform
		text string
		want string // what is stored; empty if it is refused
		says string
	}{
		{bot.Discord, "<@&71>", "discord:1111111111111111111/@71", "The group was updated"},
		{bot.Discord, "71", "", "choose one from the list"},
		{bot.Discord, "710000000000000001", "discord:1111111111111111111/@710000000000000001", "The group was updated"},
		{bot.Discord, "discord:1111111111111111111/@710000000000000001", "discord:1111111111111111111/@710000000000000001", "The group was updated"},
		{bot.Discord, "discord:1111111111111111111/@71", "", "17 to 20 digits"},
		{bot.Discord, "discord:1111111111111111111/@1111111111111111111", "", "verybody in the server has that role"},
		{bot.Discord, "discord:999999999999999999/@710000000000000001", "", "cannot choose that"},
		{bot.Discord, "slack:C0FACILITATORS", "", "cannot choose that"},
		{bot.Discord, "the facilitators", "", "choose one from the list"},
		{bot.Discord, "none", "", ""},
		{bot.Slack, "<#C0FACIL|facilitators>", "slack:C0FACIL", "The group was updated"},
		{bot.Slack, "slack:C0FACILITY", "slack:C0FACILITY", "The group was updated"},
		{bot.Slack, "slack:C1", "", "at least 9 characters"},
		{bot.Slack, "here", "", "own channel"},
		{bot.Slack, here(bot.Slack).String(), "", "own channel"},
		{bot.Slack, "slack:C0987654321", "", "belongs to group morning-circle"},
		{bot.Slack, "discord:1/@2", "", "17 to 20 digits"},
		{bot.Slack, "discord:999999999999999999/@710000000000000001", "", "no channel"},
		{bot.Slack, "discord:1/2", "", "write discord:SERVER/@ROLE"},
		{bot.Slack, "slack:C0000OPEN", "", "for the facilitators: everybody can join"},
		{bot.Slack, "slack:C0000DOWN", "", "cannot check that right now"},
		{bot.Slack, "slack:C0000AWAY", "", "Slack is not set up in this program: whoever runs it has to add its token first"},
	} {
		s := of[tc.on]
		g, _ := s.store.Group(t.Context(), "evening-circle")
		g.Facilitators = bot.Role{}
		must(t, s.Changes.Groups.Set(t.Context(), moderator(tc.on), g))
		s.SetPlatforms(Platforms{CheckRole: func(_ context.Context, r bot.Role) error {
			switch r.ID {
			case "C0000OPEN":
				return &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "everybody can join it: make it private"}
			case "C0000DOWN":
				return errors.New("no answer")
			case "C0000AWAY":
				return bot.ErrNotSetUp
			}
			return nil
		}})
		said := plain(s.Handle(t.Context(), asks(tc.on, tc.text)))
		g, _ = s.store.Group(t.Context(), "evening-circle")
		if g.Facilitators.String() != tc.want || !strings.Contains(said, tc.says) {
			t.Errorf("%s %q: %q, %s", tc.on, tc.text, g.Facilitators, said)
		}
	}
}

// The playground has no token that anybody could add: a role that it does not have is refused simply.
func TestARoleThatThePlaygroundLacks(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Playground)
	s.SetPlatforms(Platforms{CheckRole: func(context.Context, bot.Role) error { return bot.ErrNotSetUp }})
	r := ask(bot.Playground, moderator(bot.Playground), bot.NewSub("group", "set", "facilitators", "me"))
	if said := plain(s.Handle(t.Context(), r)); !strings.Contains(said, "You cannot choose that from here.") {
		t.Errorf("it says %s", said)
	}
}

// The whole reason why a role is refused is in the reader's language.
func TestWhyNotFacilitatorsIsTranslated(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.twoGroups(t, bot.Slack)
	s.SetPlatforms(Platforms{CheckRole: func(context.Context, bot.Role) error {
		return bot.Explained(bot.ErrUnreachable, bot.Wrong("everybody in the workspace can join that channel: make it private, or choose another"))
	}})
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "set", "group", "evening-circle", "facilitators", "slack:C0FACILITY"))
	for lang, says := range map[string]string{
		"en": "for the facilitators: everybody in the workspace can join that channel: make it private",
		"es": "quiénes facilitan: todas las personas del espacio de trabajo pueden unirse a ese canal: hágalo privado",
	} {
		r.Lang = lang
		if said := plain(s.Handle(t.Context(), r)); !strings.Contains(said, says) {
			t.Errorf("%s: %s", lang, said)
		}
	}
}

// If the facilitators' channel of one group becomes another group's own, its members get no right,
// however that came about.
func TestOwnChannelsGiveNoRight(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	p := bot.Slack
	s.twoGroups(t, p)
	role := roleOn(p, "evening")
	at, _ := role.Channel()
	err := s.Changes.Groups.Add(t.Context(), moderator(p), bot.Group{ID: "third", Zone: "UTC", Places: []bot.Place{at}})
	if err == nil || !strings.Contains(fmt.Sprint(err), "may change group") {
		t.Errorf("the facilitators' channel becomes a group's own: %v", err)
	}
	must(t, s.store.AddGroup(t.Context(), moderator(p), bot.Group{ID: "third", Zone: "UTC", Places: []bot.Place{at}}))
	if said := plain(s.Handle(t.Context(), withRole(p, bot.NewSub("group", "list"), role))); strings.Contains(said, "Evening circle") {
		t.Errorf("members of a group's channel see %s", said)
	}
}

// If a platform fails, or confirms more than was asked, nobody gets a right.
func TestDoubtGivesNoRight(t *testing.T) {
	t.Parallel()
	p := bot.Slack
	for name, in := range map[string]func(context.Context, bot.Role) bot.Actor{
		"panic":     func(context.Context, bot.Role) bot.Actor { panic("U7") },
		"unbounded": func(context.Context, bot.Role) bot.Actor { return bot.Actor{ID: "slack:U7"} },
		"nobody":    func(_ context.Context, r bot.Role) bot.Actor { return bot.Actor{Roles: []bot.Role{r}} },
		"none":      nil,
	} {
		s := newSetup(t)
		s.twoGroups(t, p)
		r := ask(p, bot.Actor{}, bot.NewSub("group", "list"))
		r.In = in
		if said := plain(s.Handle(t.Context(), r)); strings.Contains(said, "Evening circle") || strings.Contains(s.log.String(), "U7") {
			t.Errorf("%s: %s\n%s", name, said, s.log)
		}
	}
}

// All roles together are asked within rolesTime, however many there are and however slow the platform
// is. Roles that were confirmed by then count.
func TestRolesAreAskedWithinOneDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSetup(t)
		p := bot.Slack
		s.twoGroups(t, p)
		for i := range 4 * rolesAsked {
			g := bot.Group{ID: fmt.Sprint("group", i), Zone: "UTC", Facilitators: bot.Role{Platform: p, ID: fmt.Sprint("CROLE", i)}}
			must(t, s.store.AddGroup(t.Context(), moderator(p), g))
		}
		r := withRole(p, bot.NewSub("group", "list"), roleOn(p, "evening"), roleOn(p, "morning"))
		vouch, asked := r.In, atomic.Int32{}
		r.In = func(ctx context.Context, role bot.Role) bot.Actor {
			asked.Add(1)
			if by := vouch(ctx, role); by.May() {
				return by
			}
			<-ctx.Done()
			return bot.Actor{}
		}
		for what, do := range map[string]func(){
			"an answer": func() {
				if said := plain(s.Handle(t.Context(), r)); !strings.Contains(said, "Evening circle") {
					t.Error(said)
				}
			},
			"an offer":  func() { s.Complete(t.Context(), r, "group") },
			"the board": func() { s.Board(t.Context(), r, 0) },
		} {
			began := time.Now()
			do()
			if took := time.Since(began); took > rolesTime || took == 0 {
				t.Errorf("%s takes %v", what, took)
			}
		}
		if n := asked.Load(); n > 3*rolesAsked {
			t.Errorf("%d roles were asked about after the time was over", n)
		}
	})
}

// Help lists the commands that the person may use. For that, it asks the platform about their roles.
func TestHelpForFacilitators(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.twoGroups(t, p)
		help := func(roles ...bot.Role) string {
			return plain(s.Handle(t.Context(), withRole(p, bot.NewCall("help"), roles...)))
		}
		said, theirs := help(), help(roleOn(p, "evening"))
		if strings.Contains(said, "group") && strings.Contains(said, "where and when they meet") {
			t.Errorf("%s: a member reads %s", p, said)
		}
		for _, c := range s.Commands() {
			if c.Who == bot.Moderators && strings.Contains(theirs, c.Summary.In("en")) != c.ForFacilitators() {
				t.Errorf("%s: %s in a facilitator's help: %s", p, c.Name, theirs)
			}
		}
		if !strings.Contains(theirs, "in your own group") || strings.Contains(theirs, "moderators and staff") {
			t.Errorf("%s: %s", p, theirs)
		}
	}
}
