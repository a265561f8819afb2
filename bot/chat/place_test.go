package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/content"
)

func TestPlacesInChat(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	direct := ask(bot.Discord, moderator(bot.Discord), bot.Call{})
	direct.Place = bot.Place{Platform: bot.Discord}
	for _, tc := range []struct {
		r    bot.Request
		text string
		want string // empty: refused
	}{
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "", "discord:1111111111111111111/2222222222222222222"},
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "here", "discord:1111111111111111111/2222222222222222222"},
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "<#3333333333333333333>", "discord:1111111111111111111/3333333333333333333"},
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "3333333333333333333", "discord:1111111111111111111/3333333333333333333"},
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "https://discord.com/channels/1111111111111111111/3333333333333333333", "discord:1111111111111111111/3333333333333333333"},
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "https://discord.com/channels/999999999999999999/333333333333333333", ""},
		{ask(bot.Slack, bot.Actor{}, bot.Call{}), "https://clinic.slack.com/archives/C0123456789/p17", "slack:C0123456789"},
		{ask(bot.Slack, bot.Actor{}, bot.Call{}), "https://discord.com/channels/999999999999999999/333333333333333333", "discord:999999999999999999/333333333333333333"},
		{ask(bot.Slack, bot.Actor{}, bot.Call{}), "https://discord.com/channels/9/3", ""},
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "discord:999999999999999999/333333333333333333", ""},
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "slack:C0123456789", ""},
		{ask(bot.Discord, bot.Actor{}, bot.Call{}), "#general", ""},
		{direct, "", ""},
		{ask(bot.Slack, bot.Actor{}, bot.Call{}), "<#C9|general>", "slack:C9"},
		{ask(bot.Slack, bot.Actor{}, bot.Call{}), "discord:999999999999999999/333333333333333333", "discord:999999999999999999/333333333333333333"},
		{ask(bot.Playground, bot.Actor{}, bot.Call{}), "other-room", "playground:other-room"},
	} {
		got, err := s.placeOf(t.Context(), s.asked(tc.r), tc.text)
		if tc.want == "" {
			if _, ok := bot.ForPerson(err); !ok {
				t.Errorf("%s %q: %v, %v; want a sentence that refuses", tc.r.Platform, tc.text, got, err)
			}
			continue
		}
		if err != nil || got.String() != tc.want {
			t.Errorf("%s %q: %v, %v; want %s", tc.r.Platform, tc.text, got, err, tc.want)
		}
		if back, err := bot.Unpack(bot.Pack(got)); err != nil || back != got {
			t.Errorf("%v comes back from a button as %v, %v", got, back, err)
		}
	}
}

// A channel's ID does not tell its server. So the platform is asked; else a moderator of one server
// could name a channel of another as their own.
func TestAnotherServersChannelIsRefused(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	var asked []bot.Place
	s.SetPlatforms(Platforms{Inspect: func(_ context.Context, p bot.Place) (ch bot.Channel, err error) {
		asked = append(asked, p)
		switch p.Channel {
		case "3333333333333333333":
			err = fmt.Errorf("%w: copy both IDs again", bot.ErrElsewhere)
		case "5555555555555555555", "C00000GONE":
			err = &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "missing Send Messages"}
		case "6666666666666666666", "C000DOUBT":
			err = errors.New("timed out")
		}
		return ch, err
	}})
	by := ask(bot.Discord, moderator(bot.Discord), bot.Call{})
	if _, err := s.placeOf(t.Context(), s.asked(by), "here"); err != nil || len(asked) != 1 {
		t.Errorf("the channel asked from: %v, platform asked for %v", err, asked)
	}
	if _, err := s.placeOf(t.Context(), s.asked(by), "<#4444444444444444444>"); err != nil || len(asked) != 2 {
		t.Errorf("a channel of the same server: %v, platform asked for %v", err, asked)
	}
	for channel, want := range map[string]string{
		"3333333333333333333": "cannot change that channel from here", "5555555555555555555": "cannot post there: missing Send Messages",
		"6666666666666666666": "cannot check that channel right now",
	} {
		if _, err := s.placeOf(t.Context(), s.asked(by), channel); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", channel, err, want)
		}
	}
	// If the platform cannot be asked, staff on Slack are not refused: they may use any channel.
	staff := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	if _, err := s.placeOf(t.Context(), s.asked(staff), "slack:C000DOUBT"); err != nil {
		t.Errorf("staff, in doubt: %v", err)
	}
	if _, err := s.placeOf(t.Context(), s.asked(staff), "slack:C00000GONE"); err == nil {
		t.Error("staff: a channel without the bot was taken")
	}
}

// A deleted channel can still be removed from its group.
func TestADeadChannelCanBeTakenAway(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	dead := bot.Place{Platform: bot.Slack, Channel: "C00000GONE"}
	g.Places = append(g.Places, dead)
	must(t, s.Changes.Groups.Set(t.Context(), bot.Actor{ID: "cli"}, g))
	s.SetPlatforms(Platforms{Inspect: func(context.Context, bot.Place) (bot.Channel, error) { return bot.Channel{}, bot.ErrUnreachable }})
	a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "set", "group", g.ID, "drop", dead.String())))
	if got, _ := s.store.Group(t.Context(), g.ID); len(got.Places) != 1 || got.Places[0] == dead {
		t.Errorf("%+v: %s", got.Places, plain(a))
	}
}

// The staff's channel cannot become a group's.
func TestTheStaffChannelIsNoGroups(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "add"))
	r.Place = bot.Place{Platform: bot.Slack, Channel: "C0000STAFF"}
	f := s.Handle(t.Context(), r).Form
	a := submit(t, s, r, f, map[string]string{"group": "evening", "zone": "America/Los_Angeles", "place": "slack:C0000STAFF"})
	if _, fault := value(t, a.Form, "place"); !strings.Contains(fault, "staff") {
		t.Errorf("%+v", a.Form)
	}
	if a := submit(t, s, r, f, map[string]string{"group": "evening", "zone": "America/Los_Angeles", "place": "slack:C0123456789"}); a.Form != nil {
		t.Errorf("%s", plain(a))
	}
}

// A channel that posts do not reach shows wherever its group is shown.
func TestAGroupInTroubleIsMarked(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Discord)
	r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", "list"))
	for _, c := range []bot.Call{bot.NewSub("group", "list"), bot.NewSub("group", "show", "group", "evening-circle")} {
		r.Call = c
		s.store.troubles = nil
		if text := plain(s.Handle(t.Context(), r)); strings.Contains(text, "do not reach") {
			t.Errorf("%s: marked without trouble: %s", c.Sub, text)
		}
		s.store.troubles = []bot.OpenTrouble{{Trouble: bot.Trouble{Subject: bot.AboutPlace.At(here(bot.Discord)), Reason: bot.Unreachable.With("the bot was removed")}, Since: monday()}}
		if text := plain(s.Handle(t.Context(), r)); !strings.Contains(text, "have not arrived there since Monday, November 23, 2026 at 8:00 AM PST (unreachable: the bot was removed)") {
			t.Errorf("%s: not marked: %s", c.Sub, text)
		}
	}
}

// A channel in an answer to a moderator is a fact, so that platforms can show its name. Text that
// somebody wrote never becomes a fact.
func TestChannelsAreFacts(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.approveAll(t)
	g, rem := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	links := func(blocks []content.Block) (out []string) {
		for _, b := range blocks {
			for _, item := range b.Items {
				for _, span := range item {
					if at, ok := span.Fact.(bot.Place); ok {
						out = append(out, at.String())
					} else if strings.Contains(span.Text, "slack:C") && !strings.Contains(span.Text, "slack:CWRITTEN01") {
						t.Errorf("a channel stands in the text %q", span.Text)
					}
				}
			}
		}
		return out
	}
	own := g.Places[0].String()
	other := "slack:C0000000MOD"
	for _, tc := range []struct {
		call bot.Call
		want []string
	}{
		{bot.NewSub("group", "set", "group", g.ID, "moderators", other), []string{other, own, other}},
		{bot.NewSub("group", "set", "group", g.ID, "name", "at slack:CWRITTEN01"), []string{own, other}},
		{bot.NewSub("group", "show", "group", g.ID), []string{own, other}},
		{bot.NewSub("group", "set", "group", g.ID, "moderators", own), []string{own}}, // refused
		{bot.NewCall("share", "card", "strategy-listening", "place", own), []string{own}},
		{bot.NewSub("reminder", "test", "id", rem.ID), []string{"slack:C0000STAFF"}},
		{bot.NewSub("reminder", "history", "group", g.ID), []string{"slack:C0000STAFF"}},
		{bot.NewSub("group", "set", "group", g.ID, "moderators", "none"), []string{other, own}}, // "No longer: …" has a fact too
	} {
		r.Call = tc.call
		a := s.Handle(t.Context(), r)
		if got := links(a.Message.Blocks); !slices.Equal(got, tc.want) {
			t.Errorf("%v: %v, want %v\n%s", tc.call, got, tc.want, plain(a))
		}
	}
	r.Call = bot.Call{}
	found := 0
	for page, pages := 0, 1; page < pages; page++ {
		board := s.Board(t.Context(), r, page)
		pages = board.Pages
		for _, m := range board.Sections {
			found += len(links(m.Blocks))
		}
	}
	if found == 0 {
		t.Error("the board names no channel")
	}
}

// The advice for a channel that nobody knows by this name works on the same platform.
func TestUnknownChannelsAreToldWhatIsTaken(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, tc := range []struct {
		platform bot.Platform
		text     string
		want     string
		take     string // what the advice says to write; empty if to pick from a list
	}{
		{bot.Slack, "#general", `no channel "#general": write its ID, such as C0123456789,`, "C0123456789"},
		{bot.Slack, "slack:#general", `no channel "slack:#general": write its ID, such as C0123456789,`, "C0123456789"},
		{bot.Slack, "discord:x", "discord:SERVER/CHANNEL", "discord:100000000000000001/200000000000000002"},
		{bot.Discord, "#general", `no channel "#general": type # and choose it`, "<#2222222222222222222>"},
		{bot.Discord, "discord:general", `no channel "discord:general": type # and choose it`, "2222222222222222222"},
		{bot.Playground, "#general", "letters, digits and hyphens", "general"},
	} {
		r := ask(tc.platform, moderator(tc.platform), bot.NewSub("group", "add", "group", "g", "zone", "America/Denver", "place", tc.text))
		a := s.Handle(t.Context(), r)
		if !strings.Contains(plain(a), tc.want) {
			t.Errorf("%s %q: %s", tc.platform, tc.text, plain(a))
		}
		for _, span := range a.Message.Blocks[0].Items[0] {
			if _, is := span.Fact.(bot.Place); is {
				t.Errorf("%s %q: the example %s is shown as a channel", tc.platform, tc.text, span.Fact)
			}
		}
		if p, err := s.placeNamed(s.asked(r), tc.take); err != nil {
			t.Errorf("%s: the advised %q is not taken: %v, %v", tc.platform, tc.take, p, err)
		}
	}
}

// If others can read a channel for moderators, the answer warns at once, and saves it all the same.
func TestAModeratorsChannelThatOthersReadIsTold(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		platform bot.Platform
		place    string
		channel  bot.Channel
		fault    error
		lang     string
		want     string // empty: nothing is said
	}{
		{bot.Slack, "slack:CMODS00001", bot.Channel{Open: true}, nil, "", "Everybody in the workspace can join"},
		{bot.Slack, "slack:CMODS00001", bot.Channel{Open: true, Shared: true}, nil, "", "Other organizations can read"},
		{bot.Slack, "slack:CMODS00001", bot.Channel{Open: true}, nil, "es", "Cualquier persona del espacio de trabajo"},
		{bot.Slack, "slack:CMODS00001", bot.Channel{}, nil, "", ""},
		{bot.Slack, "slack:CMODS00001", bot.Channel{}, errors.New("timed out"), "", ""},
		{bot.Discord, "<#4444444444444444444>", bot.Channel{Open: true}, nil, "", "Everybody in the server can read"},
	} {
		s := newSetup(t)
		g, _ := s.sample(t, tc.platform)
		s.SetPlatforms(Platforms{Inspect: func(context.Context, bot.Place) (bot.Channel, error) { return tc.channel, tc.fault }})
		r := ask(tc.platform, moderator(tc.platform), bot.NewSub("group", "set", "group", g.ID, "moderators", tc.place))
		r.Lang = tc.lang
		a := s.Handle(t.Context(), r)
		told := strings.Contains(plain(a), "Slack Connect") || strings.Contains(plain(a), "verybody in") || strings.Contains(plain(a), "Cualquier persona")
		if told != (tc.want != "") || !strings.Contains(plain(a), tc.want) {
			t.Errorf("%+v: %s", tc, plain(a))
		}
		if now, err := s.store.Group(t.Context(), g.ID); err != nil || now.Moderators == (bot.Place{}) {
			t.Errorf("%+v: it was not taken: %v", tc, err)
		}
		// A change to something else does not say it again.
		r.Call = bot.NewSub("group", "set", "group", g.ID, "name", "Another name")
		if text := plain(s.Handle(t.Context(), r)); tc.want != "" && strings.Contains(text, tc.want) {
			t.Errorf("%+v: told again: %s", tc, text)
		}
	}
}

// On Slack people pick a group's channels, any number. If one is on another platform, all are written
// as text, so that people see all of them and saving the form loses none.
func TestChannelsArePickedInForms(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "meetings", "group", g.ID))
	place := func() bot.Field {
		f := s.Handle(t.Context(), r).Form
		return f.Fields[slices.IndexFunc(f.Fields, func(f bot.Field) bool { return f.Name == "place" })]
	}
	if f := place(); !f.Place || !f.Several || f.Label != "Channel" || f.Value != "slack:C0123456789" {
		t.Errorf("channels of Slack alone: %+v", f)
	}
	submit(t, s, r, s.Handle(t.Context(), r).Form, map[string]string{"place": "slack:C0123456789; slack:C77777777"})
	if f := place(); !f.Place || f.Value != "slack:C0123456789; slack:C77777777" {
		t.Errorf("two channels: %+v", f)
	}
	submit(t, s, r, s.Handle(t.Context(), r).Form, map[string]string{"place": "slack:C77777777; discord:111111111111111111/222222222222222222"})
	if f := place(); f.Place || f.Value != "slack:C77777777; discord:111111111111111111/222222222222222222" || f.Label == "Channel" {
		t.Errorf("one on Discord: %+v", f)
	}
	// In the form for a new group people pick its channel, on Discord too.
	for _, p := range []bot.Platform{bot.Slack, bot.Discord} {
		r := ask(p, moderator(p), bot.NewSub("group", "add", "langs", "en"))
		r.Place.Channel = ""
		f := s.Handle(t.Context(), r).Form
		i := slices.IndexFunc(f.Fields, func(f bot.Field) bool { return f.Name == "place" })
		if i < 0 || !f.Fields[i].Place || f.Fields[i].Label != "Channel" {
			t.Errorf("%s: a new group's form: %+v", p, f.Fields)
		}
	}
}
