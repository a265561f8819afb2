package chat

import (
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
)

func withConcerns(c *Config) { c.Concerns = true }

// Somebody sends a concern by /concern. Only category, group and day are stored.
func TestConcernStory(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		for _, lang := range []string{"en", "es"} {
			s := newSetup(t, withConcerns)
			s.sample(t, bot.Discord)
			if p != bot.Discord {
				g, _ := s.store.Group(t.Context(), "evening-circle")
				g.Places = append(g.Places, here(p))
				must(t, s.Changes.Groups.Set(t.Context(), bot.Actor{ID: "cli"}, g))
			}
			w := s.books.Reader(lang)
			before := len(s.store.audit)
			changed := s.Changed()
			r := ask(p, bot.Actor{}, bot.NewCall("concern"))
			r.Lang = lang
			first := s.Handle(t.Context(), r)
			if text := flat(first.Message.Blocks); !strings.HasPrefix(text, w.T("If anyone is in danger, use %s now. Nobody watches this bot.", words.Command("crisis"))) || !strings.Contains(text, "Evening circle") {
				t.Fatalf("%s: first read %s", p, text)
			}
			r, shown := press(t, s, r, first, w.Category("conflict"))
			if len(s.store.concerns) != 0 {
				t.Fatalf("%s: sent before it was agreed to", p)
			}
			if text := flat(shown.Message.Blocks); !strings.Contains(text, w.Category("conflict")) || !strings.Contains(text, "Evening circle") {
				t.Errorf("%s: what would be sent reads %s", p, text)
			}
			_, sent := press(t, s, r, shown, w.T("Send it to staff"))
			if !strings.Contains(flat(sent.Message.Blocks), w.T("Sent. It goes to the staff channel by tomorrow: the topic, the group, the day and about how many concerns came in. If it cannot wait, call the clinic.")) {
				t.Errorf("%s: sent: %s", p, plain(sent))
			}
			want := bot.Concern{ID: "con001", Group: "evening-circle", Category: "conflict", Day: "2026-11-23", Count: 1, State: bot.ConcernOpen}
			if len(s.store.concerns) != 1 || s.store.concerns[0] != want || len(s.store.audit) != before || len(s.store.deliveries) != 0 {
				t.Errorf("%s: kept %+v", p, s.store.concerns)
			}
			if !s.store.told.Equal(time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)) { // noon in Los Angeles
				t.Errorf("%s: told at %v", p, s.store.told)
			}
			select {
			case <-changed:
				t.Error("the board changes at the very moment")
			default:
			}
			if s.log.Len() > 0 {
				t.Errorf("%s: logged %s", p, s.log)
			}
		}
	}
}

func TestConcernIsOfferedOnlyWhereItCanBeSent(t *testing.T) {
	t.Parallel()
	direct := func(r *bot.Request) { r.Place.Channel = "" }
	elsewhere := func(r *bot.Request) { r.Place.Channel = "3333333333333333333" }
	for name, tc := range map[string]struct {
		setup  []func(*Config)
		change func(*bot.Request)
		says   func(*words.Reader) string
	}{
		"off":            {},
		"no staff place": {setup: []func(*Config){withConcerns, func(c *Config) { c.Staff = bot.Place{} }}},
		"direct message": {setup: []func(*Config){withConcerns}, change: direct, says: func(w *words.Reader) string {
			return w.T("To tell staff about a concern, use this command in your group’s channel. Only you will see the answer.")
		}},
		"no group": {setup: []func(*Config){withConcerns}, change: elsewhere, says: func(w *words.Reader) string {
			return w.T("This channel does not belong to a group. Read above who to turn to. To let staff know what a concern is about, ask again in your group’s channel; only you see the answer.")
		}},
		"broken": {setup: []func(*Config){withConcerns, func(c *Config) { c.Store = telling{newMemory()} }}},
	} {
		s := newSetup(t, tc.setup...)
		if name != "broken" {
			s.sample(t, bot.Discord)
		}
		for _, c := range []bot.Call{bot.NewCall("concern"), bot.NewCall("concern", "kind", "conflict"), bot.NewCall("concern", "kind", "conflict", "send", "1"), bot.NewCall("concern", "kind", "nonsense", "send", "1")} {
			r := ask(bot.Discord, bot.Actor{}, c)
			if tc.change != nil {
				tc.change(&r)
			}
			a := s.Handle(t.Context(), r)
			text := flat(a.Message.Blocks)
			if !strings.Contains(text, "/crisis") || !strings.Contains(text, "488-4114") || len(a.Message.Actions) != 1 {
				t.Errorf("%s: %s", name, plain(a))
			}
			if tc.says != nil && !strings.Contains(text, tc.says(words.InEnglish())) {
				t.Errorf("%s does not say why: %s", name, text)
			}
			if tc.says != nil && !strings.Contains(strings.ToLower(text), "in your group’s channel") {
				t.Errorf("%s does not say what to do: %s", name, text)
			}
		}
		if len(s.store.concerns) > 0 {
			t.Errorf("%s: kept %+v", name, s.store.concerns)
		}
	}
}

// The hour at which staff are told says little about when the concern was sent.
func TestTellAt(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Los_Angeles")
	must(t, err)
	for sent, want := range map[string]string{
		"2026-11-24 00:00": "2026-11-24 08:00", "2026-11-24 07:00": "2026-11-24 08:00", "2026-11-24 07:01": "2026-11-24 12:00",
		"2026-11-24 11:00": "2026-11-24 12:00", "2026-11-24 13:30": "2026-11-24 16:00", "2026-11-24 15:01": "2026-11-24 20:00",
		"2026-11-24 19:01": "2026-11-25 08:00", "2026-12-31 23:59": "2027-01-01 08:00", "2027-03-14 01:59": "2027-03-14 08:00",
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", sent, zone)
		must(t, err)
		if got := tellAt(at, zone).In(zone).Format("2006-01-02 15:04"); got != want {
			t.Errorf("sent %s, told %s; want %s", sent, got, want)
		}
	}
}

// Staff can mark a concern, from its notice; nobody else can.
func TestStaffMarkConcerns(t *testing.T) {
	t.Parallel()
	s := newSetup(t, withConcerns)
	s.sample(t, bot.Discord)
	must(t, s.store.AddConcern(t.Context(), bot.Concern{Group: "evening-circle", Category: "respect", Day: "2026-11-23"}, monday()))
	notice := bot.NoticeTo(s.staff, bot.ConcernNews(s.store.concerns[0], bot.Began), monday())
	m := s.courier().Notice(bot.Work{Delivery: notice, Group: bot.Group{ID: "evening-circle", Name: "Evening circle"}})
	if text := flat(m.Blocks); !strings.Contains(text, "Respect") || !strings.Contains(text, "November 23, 2026") || len(notice.Key) > 25 {
		t.Errorf("the notice reads %s", text)
	}
	if err := cards.Fits(m); err != nil {
		t.Error(err)
	}
	for _, by := range []bot.Request{ask(bot.Slack, bot.Actor{}, bot.Call{}), ask(bot.Discord, moderator(bot.Discord), bot.Call{})} {
		press(t, s, by, bot.Answer{Message: m}, "In progress")
		if s.store.concerns[0].State != bot.ConcernOpen {
			t.Fatalf("%s: somebody who is not staff took it", by.Platform)
		}
	}
	changed := s.Changed()
	staff := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	_, taken := press(t, s, staff, bot.Answer{Message: m}, "In progress")
	<-changed
	if s.store.concerns[0].State != bot.ConcernTaken || !strings.Contains(plain(taken), "Done") {
		t.Errorf("taken: %s", plain(taken))
	}
	if _, again := press(t, s, staff, bot.Answer{Message: m}, "In progress"); !strings.Contains(plain(again), "already") {
		t.Errorf("taken twice: %s", plain(again))
	}
	press(t, s, staff, taken, "Done")
	follow := s.store.deliveries[len(s.store.deliveries)-1]
	if follow.Follows != notice.Key || follow.News.Turn != bot.Done || follow.Kind != bot.OfNotice || s.store.concerns[0].State != bot.ConcernDone {
		t.Errorf("told %+v", follow)
	}
	if _, gone := press(t, s, staff, bot.Answer{Message: bot.Message{Actions: delivery.ConcernActions(words.InEnglish(), "con999", bot.ConcernOpen)}}, "Done"); !strings.Contains(plain(gone), "cannot change this concern") {
		t.Errorf("unknown: %s", plain(gone))
	}
}

// Notices have a key by which they are found, are kept up to date, and have a button to the remedy.
func TestNotices(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	c := s.courier()
	place := bot.AboutPlace.At(bot.Place{Platform: bot.Slack, Channel: "C1"})
	for subject, label := range map[bot.Subject]string{
		bot.AboutReminder.Of("k7f2abcd"): "Show the reminder", place: "History", bot.AboutPlatform.Of(string(bot.Discord)): "History", {Kind: bot.AboutLateness}: "History",
	} {
		trouble := bot.OpenTrouble{Trouble: bot.Trouble{Subject: subject, Reason: bot.Down.With("x")}, Since: monday()}
		first := bot.NoticeTo(s.staff, trouble.News(bot.Began), monday())
		m := c.Notice(bot.Work{Delivery: first})
		if m.Key != first.Key || len(m.Actions) == 0 || m.Actions[0].Label != label || cards.Fits(m) != nil {
			t.Errorf("%s: %+v", subject, m)
		}
		for _, a := range m.Actions {
			if answer := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), a.Call)); answer.Update {
				t.Errorf("%s: the answer to %s takes the place of the notice", subject, a.Label)
			}
		}
		if m := c.Notice(bot.Work{Delivery: first, Group: bot.Group{ID: "evening-circle"}}); subject == place && (m.Actions[0].Label != "Show the group" || m.Actions[0].Call.Args["group"] != "evening-circle") {
			t.Errorf("%s of a group: %+v", subject, m.Actions)
		}
		first.Message = "17.1"
		healed := bot.Work{Delivery: bot.NoticeTo(s.staff, trouble.News(bot.Healed), monday()), First: first}
		if healed.Delivery.Follows != first.Key {
			t.Errorf("%s: follows up %q", subject, healed.Delivery.Follows)
		}
		if m := c.Notice(healed); m.Thread != "17.1" || len(m.Actions) != 0 {
			t.Errorf("%s: healed %+v", subject, m)
		}
		if m := c.Amended(healed); m.Key != first.Key || !strings.HasPrefix(flat(m.Blocks), "Resolved") || len(m.Actions) != 0 {
			t.Errorf("%s: amended %+v", subject, m)
		}
	}
}

// A thread of a group's channel counts as the group's channel.
func TestAThreadBelongsToItsChannelsGroup(t *testing.T) {
	t.Parallel()
	s := newSetup(t, withConcerns)
	s.sample(t, bot.Discord)
	r := ask(bot.Discord, bot.Actor{}, bot.NewCall("concern", "kind", "respect", "send", "1"))
	r.Around, r.Place.Channel = r.Place, "4444444444444444444"
	s.Handle(t.Context(), r)
	if c := s.store.concerns; len(c) != 1 || c[0].Group != "evening-circle" {
		t.Errorf("concerns %+v", c)
	}
	r.Actor, r.Call = moderator(bot.Discord), bot.NewSub("group", "pause", "until", "no end")
	s.Handle(t.Context(), r)
	if g, err := s.store.Group(t.Context(), "evening-circle"); err != nil || !g.Paused.Equal(bot.Forever) {
		t.Errorf("%+v, %v", g, err)
	}
	r.Around = bot.Place{}
	r.Call = bot.NewSub("group", "resume")
	if text := plain(s.Handle(t.Context(), r)); !strings.Contains(text, "does not belong to a group") {
		t.Errorf("a channel of no group: %s", text)
	}
}
