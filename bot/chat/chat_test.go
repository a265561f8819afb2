package chat

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
)

// press finds a button or menu option by its label, and handles its call.
func press(t *testing.T, s setup, r bot.Request, a bot.Answer, label string) (bot.Request, bot.Answer) {
	t.Helper()
	all := slices.Clone(a.Message.Actions)
	if a.Message.Menu != nil {
		all = append(all, a.Message.Menu.Options...)
	}
	for _, x := range all {
		if strings.HasPrefix(x.Label, label) {
			c, err := bot.DecodeCall(x.Call.Encode())
			if err != nil {
				t.Fatalf("button %q: %v", label, err)
			}
			r.Call, r.Submit = c, false
			return r, s.Handle(t.Context(), r)
		}
	}
	t.Fatalf("there is no button %q in:\n%s", label, plain(a))
	return r, a
}

// A moderator adds a group and its reminders in a channel, and shares a card. The golden file has
// what people read.
func TestModeratorStory(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		for _, lang := range []string{"en", "es"} {
			t.Run(string(p)+" "+lang, func(t *testing.T) {
				t.Parallel()
				s := newSetup(t)
				s.approveAll(t)
				var story strings.Builder
				step := func(name string, a bot.Answer) bot.Answer {
					fmt.Fprintf(&story, "=== %s\n%s\n", name, plainOn(p, a))
					if err := cards.Fits(a.Message); err != nil {
						t.Errorf("%s: %v", name, err)
					}
					if a.Form == nil && (flat(a.Message.Blocks) == "" || !strings.Contains(words.Plain(a.Message.Footer), "/crisis")) {
						t.Errorf("%s: no words or no way to help:\n%s", name, plain(a))
					}
					if f := a.Form; f != nil && (len(f.Fields) > 5 || len([]rune(f.Title)) > 24 || len([]rune(f.Submit)) > 24 || f.Call.Encode() == "") {
						t.Errorf("%s: the form does not fit", name)
					}
					return a
				}
				do := func(submit bool, c bot.Call) bot.Answer {
					r := ask(p, moderator(p), c)
					r.Submit, r.Lang = submit, lang
					return step(strings.TrimSpace(c.Command+" "+c.Sub), s.Handle(t.Context(), r))
				}
				r := ask(p, moderator(p), bot.Call{})
				r.Lang = lang
				w := s.books.Reader(lang)
				go1 := func(a bot.Answer, label string) (out bot.Answer) {
					_, out = press(t, s, r, a, label)
					return step("press "+label, out)
				}
				do(false, bot.Call{Command: "reminder"})
				do(false, bot.NewSub("reminder", "ad"))
				do(false, bot.NewSub("reminder", "add"))
				do(false, bot.NewSub("group", "list"))
				do(false, bot.NewSub("group", "add"))
				do(true, bot.NewSub("group", "add", "group", "Evening Circle", "zone", "PST"))
				do(true, bot.NewSub("group", "add", "group", "evening-circle", "zone", "Los Angeles", "name", "Evening circle"))
				added := do(true, bot.NewSub("group", "add", "group", "evening-circle", "zone", "America/Los_Angeles", "name", "Evening circle", "langs", "en,es"))
				removed := go1(added, w.T("Undo"))
				go1(removed, w.T("Undo"))
				do(false, bot.NewSub("group", "set", "session", "every Monday at 18:00, 90m", "skip", "2026-12-24"))
				do(false, bot.NewSub("group", "set", "zone", "Nowhere/Land"))
				do(false, bot.NewSub("reminder", "add"))
				do(true, bot.NewSub("reminder", "add", "topic", "confidentialty", "at", "every Monday at 9:00", "group", "evening-circle"))
				do(true, bot.NewSub("reminder", "add", "topic", "confidentiality", "at", "every day at 22:00", "group", "evening-circle"))
				do(false, bot.NewSub("reminder", "add", "topic", "confidentiality", "at", "*/10 * * * *"))
				reminder := do(false, bot.NewSub("reminder", "add", "topic", "confidentiality", "at", "every Monday at 9:00"))
				go1(reminder, w.T("Test"))
				paused := go1(go1(reminder, w.T("Pause")), w.T("Until it is resumed"))
				go1(paused, w.T("Resume"))
				gone := go1(reminder, w.T("Undo"))
				go1(gone, w.T("Undo"))
				list := do(false, bot.NewSub("reminder", "list"))
				shown := go1(list, list.Message.Menu.Options[0].Label)
				go1(shown, w.T("History"))
				do(false, bot.NewSub("reminder", "next"))
				do(false, bot.NewSub("reminder", "pause", "id", "rem001", "until", "2026-12-24"))
				do(false, bot.NewSub("reminder", "pause", "id", "rem001", "until", "2 weeks"))
				do(false, bot.NewSub("reminder", "pause", "id", "rem001", "until", "lunes"))
				do(false, bot.NewSub("reminder", "pause", "id", "rem001", "until", "2025-12-24"))
				do(false, bot.NewSub("reminder", "pause", "id", "rem001", "until", "yesterday"))
				do(false, bot.NewSub("reminder", "pause", "id", "rem999"))
				do(false, bot.NewSub("reminder", "pause"))
				do(false, bot.NewSub("group", "set", "quiet", "08:00-12:00"))
				do(false, bot.NewSub("group", "pause"))
				do(false, bot.NewSub("group", "resume"))
				do(false, bot.NewSub("group", "list"))
				do(false, bot.NewCall("share", "card", "listning"))
				do(false, bot.NewCall("share", "card", "strategy-listening"))
				do(false, bot.NewSub("reminder", "history"))
				name := regexp.MustCompile(`(1/share//s)\w+`) // the name is random
				golden(t, "change/"+lang+"-"+string(p), name.ReplaceAllString(story.String(), "$1…"))
			})
		}
	}
}

func TestSharePostsOnceAfterThePreview(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.approveAll(t)
		s.sample(t, p)
		r := ask(p, moderator(p), bot.NewCall("share", "card", "strategy-listening"))
		preview := s.Handle(t.Context(), r)
		if len(s.store.deliveries) != 0 {
			t.Fatalf("%s: posted before the preview was agreed to", p)
		}
		press(t, s, r, preview, "Post it")
		press(t, s, r, preview, "Post it")
		if len(s.store.deliveries) != 1 {
			t.Fatalf("%s: two presses made %d posts", p, len(s.store.deliveries))
		}
		d := s.store.deliveries[0]
		if d.Kind != bot.OfShare || d.Place != here(p) || d.Card != "strategy-listening" || d.Group != "evening-circle" || len(d.Key) > 25 {
			t.Errorf("%s: posted %+v", p, d)
		}
	}
}

// A panel is previewed and posted like any card. Each of its buttons opens a topic for anyone, as a
// new private answer.
func TestPanel(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.approveAll(t)
		s.sample(t, p)
		if a := s.Handle(t.Context(), ask(p, bot.Actor{}, bot.NewCall("panel"))); len(a.Message.Actions) != 0 {
			t.Errorf("%s: a member: %s", p, plain(a))
		}
		r := ask(p, moderator(p), bot.NewCall("panel"))
		preview := s.Handle(t.Context(), r)
		if !strings.Contains(plain(preview), "Six strategies for trust") {
			t.Errorf("%s: the preview names no buttons: %s", p, plain(preview))
		}
		press(t, s, r, preview, "Post it")
		if len(s.store.deliveries) != 1 || s.store.deliveries[0].Card != "panel" {
			t.Fatalf("%s: posted %+v", p, s.store.deliveries)
		}
		post, _, why := s.deck.Post("panel", p, []string{"en"}, s.deck.Signed(), monday())
		if !why.IsZero() || len(post.Actions) != 10 {
			t.Fatalf("%s: %v %+v", p, why, post.Actions)
		}
		for _, b := range post.Actions {
			r := ask(p, bot.Actor{}, b.Call)
			if a := s.Handle(t.Context(), r); !b.Call.Flow.New || a.Update || a.Message.Title == "" {
				t.Errorf("%s: %s opens %s", p, b.Label, plain(a))
			}
		}
	}
}

// A panel is pinned if the bot may pin. Else it is posted all the same, and the answer says, in the
// reader's language, what to do.
func TestPanelPinned(t *testing.T) {
	t.Parallel()
	lacks := bot.Wrong("the channel's settings do not let the app pin")
	for _, tc := range []struct {
		may  error
		kind bot.DeliveryKind
		says string
	}{
		{nil, bot.OfPin, "quedará fijado"},
		{&bot.PlatformError{Kind: bot.ErrFixed, Detail: lacks.Error(), Err: lacks}, bot.OfShare, "No quedará fijado: los ajustes del canal no dejan"},
		{&bot.PlatformError{Kind: bot.ErrOutage, Detail: "down"}, bot.OfPin, "quedará fijado"}, // the bot tries it after the post
	} {
		for _, p := range platforms() {
			s := newSetup(t)
			s.approveAll(t)
			s.sample(t, p)
			r := ask(p, moderator(p), bot.NewCall("panel"))
			r.Lang = "es"
			if preview := s.Handle(t.Context(), r); len(preview.Message.Actions) != 1 {
				t.Fatalf("%s: offers to pin although nobody can: %s", p, plain(preview))
			}
			s.SetPlatforms(Platforms{MayPin: func(context.Context, bot.Place, bool) error { return tc.may }})
			preview := s.Handle(t.Context(), r)
			if p == bot.Playground {
				if len(preview.Message.Actions) != 1 {
					t.Errorf("the playground offers to pin: %s", plain(preview))
				}
				continue
			}
			_, a := press(t, s, r, preview, "Publicar y fijar")
			press(t, s, r, preview, "Publicar y fijar")
			if len(s.store.deliveries) != 1 || s.store.deliveries[0].Kind != tc.kind || !strings.Contains(plain(a), tc.says) {
				t.Errorf("%s: %v: posted %+v, says %s", p, tc.may, s.store.deliveries, plain(a))
			}
		}
	}
}

// A refusal says which argument it is about, so that the form can stay open.
func TestRefusalsNameTheirField(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.approveAll(t)
	s.sample(t, bot.Slack)
	for field, asked := range map[string]bot.Call{
		"card":  bot.NewCall("share", "card", "xyzzyx"),
		"place": bot.NewCall("share", "card", "strategy-listening", "place", "somewhere"),
		"":      bot.NewCall("share", "card", "strategy-listening"),
	} {
		if a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), asked)); a.Field != field {
			t.Errorf("%v is about %q: %q", asked.Args, a.Field, flat(a.Message.Blocks))
		}
	}
}

func TestShareKeepsUnapprovedWordsBack(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	r := ask(bot.Discord, moderator(bot.Discord), bot.NewCall("share", "card", "strategy-listening"))
	if a := s.Handle(t.Context(), r); len(a.Message.Actions) != 0 || !strings.Contains(plain(a), "not approved") {
		t.Errorf("unapproved: %s", plain(a))
	}
	s.approveAll(t)
	preview := s.Handle(t.Context(), r)
	s.SetApprovals(nil)
	if _, a := press(t, s, r, preview, "Post it"); !strings.Contains(plain(a), "changed") || len(s.store.deliveries) > 0 {
		t.Errorf("approval withdrawn after the preview: %s", plain(a))
	}
	r.Call = bot.NewCall("share", "card", "contact") // exempt
	if a := s.Handle(t.Context(), r); len(a.Message.Actions) != 1 {
		t.Errorf("contact: %s", plain(a))
	}
}

// The program writes a button's call, but a client can send any call.
func TestForgedShareIsRefused(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.approveAll(t)
	card, _ := s.deck.Library().Card("strategy-listening", "en")
	seen := "abcdefgh" + card.Hash[:4]
	elsewhere := bot.Place{Platform: bot.Discord, Space: "9999999999999999999", Channel: "2222222222222222222"}
	for _, tc := range []struct{ card, to, seen string }{
		{"strategy-listening", bot.Pack(elsewhere), seen},
		{"strategy-listening", "d", seen},
		{"strategy-listening", "sC0123456789", seen},
		{"strategy-listening", bot.Pack(here(bot.Discord)), "abcdefgh0000"},
		{"strategy-listening", bot.Pack(here(bot.Discord)), card.Hash[:4]},
		{"strategy-listening", bot.Pack(here(bot.Discord)), ""},
		{"no-such-card", bot.Pack(here(bot.Discord)), seen},
		{"", bot.Pack(here(bot.Discord)), seen},
	} {
		r := ask(bot.Discord, moderator(bot.Discord), bot.NewCall("share", "card", tc.card, "to", tc.to))
		r.Flow.Seen = tc.seen
		if a := s.Handle(t.Context(), r); len(s.store.deliveries) > 0 {
			t.Fatalf("%v posts: %s", tc, plain(a))
		}
	}
}

func TestRights(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.sample(t, p)
		before := s.store.dump()
		for _, row := range s.rows {
			if row.Who != bot.Moderators {
				continue
			}
			var calls []bot.Call
			if !row.hidden { // else it is unknown text
				calls = append(calls, bot.NewCall(row.Name, "card", "contact"))
			}
			for _, sub := range row.subs {
				calls = append(calls, bot.Call{Command: row.Name, Sub: sub.Name, Args: map[string]string{
					"id": "rem001", "group": "evening-circle", "topic": "agreements", "at": "every day at 9:00", "zone": "Europe/Paris",
				}})
			}
			for _, c := range calls {
				a := s.Handle(t.Context(), ask(p, bot.Actor{}, c))
				if a.Form != nil || !strings.Contains(flat(a.Message.Blocks), "Only") || len(a.Message.Actions) > 0 {
					t.Errorf("%s: a member asks %s %s and gets %s", p, c.Command, c.Sub, plain(a))
				}
				r := ask(p, bot.Actor{}, c)
				r.Submit = true
				s.Handle(t.Context(), r)
				if got := s.Complete(t.Context(), r, "id"); got != nil {
					t.Errorf("%s: a member is offered %v", p, got)
				}
			}
		}
		if after := s.store.dump(); before != after {
			t.Errorf("%s: a member changed something:\n%s\n%s", p, before, after)
		}
	}
}

// A Discord server's moderators reach what belongs to that server.
func TestReach(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.approveAll(t)
	s.sample(t, bot.Discord)
	stranger := ask(bot.Discord, bot.Actor{ID: "discord:stranger"}, bot.Call{})
	stranger.Place.Space = "9999999999999999999"
	before := s.store.dump()
	for _, c := range []bot.Call{
		bot.NewSub("group", "list"), bot.NewSub("group", "show", "group", "evening-circle"), bot.NewSub("group", "set", "group", "evening-circle", "name", "x"),
		bot.NewSub("group", "pause", "group", "evening-circle"), bot.NewSub("group", "remove", "group", "evening-circle"),
		bot.NewSub("group", "add", "group", "mine", "zone", "Europe/Paris", "place", here(bot.Discord).String()),
		bot.NewSub("reminder", "add", "group", "evening-circle", "topic", "agreements", "at", "every day at 9:00"),
		bot.NewSub("reminder", "list"), bot.NewSub("reminder", "list", "group", "evening-circle"), bot.NewSub("reminder", "next"), bot.NewSub("reminder", "history"),
		bot.NewSub("reminder", "history", "id", "rem001"), bot.NewSub("reminder", "show", "id", "rem001"), bot.NewSub("reminder", "pause", "id", "rem001"),
		bot.NewSub("reminder", "remove", "id", "rem001"), bot.NewSub("reminder", "test", "id", "rem001"),
		bot.NewCall("share", "card", "contact", "place", here(bot.Discord).String()), bot.NewCall("share", "card", "contact", "place", "slack:C0123456789"),
	} {
		r := stranger
		r.Call = c
		if a := plain(s.Handle(t.Context(), r)); strings.Contains(a, "Evening circle") {
			t.Errorf("%s %s shows a group of another server: %s", c.Command, c.Sub, a)
		}
	}
	// The answer does not tell whether another server has, or had, a group of this name.
	add := func() string {
		r := stranger
		r.Call, r.Submit = bot.NewSub("group", "add", "group", "evening-circle", "zone", "Europe/Paris"), false
		return plain(s.Handle(t.Context(), r))
	}
	if a := add(); strings.Contains(a, "already") || strings.Contains(a, "there is a group") || !strings.Contains(a, "annot be used") {
		t.Errorf("a stranger is told of another server's group: %s", a)
	}
	if after := s.store.dump(); before != after {
		t.Errorf("another server's moderator changed something:\n%s\n%s", before, after)
	}
	// A moderator of another server cannot restore a removed reminder.
	must(t, s.Changes.Reminders.Remove(t.Context(), moderator(bot.Discord), "rem001"))
	stranger.Call = bot.NewSub("reminder", "restore", "id", "rem001")
	before = s.store.dump()
	s.Handle(t.Context(), stranger)
	if _, err := s.store.Reminder(t.Context(), "rem001"); err == nil || s.store.dump() != before {
		t.Error("another server's moderator restored a reminder")
	}
	must(t, s.Changes.Groups.Remove(t.Context(), moderator(bot.Discord), "evening-circle"))
	if a := add(); strings.Contains(a, "removed") || !strings.Contains(a, "annot be used") {
		t.Errorf("a stranger is told of another server's removed group: %s", a)
	}
	stranger.Call = bot.NewSub("group", "restore", "group", "evening-circle")
	before = s.store.dump()
	s.Handle(t.Context(), stranger)
	if _, err := s.store.Group(t.Context(), "evening-circle"); err == nil || s.store.dump() != before {
		t.Error("another server's moderator restored a group")
	}
	must(t, s.Changes.Groups.Restore(t.Context(), moderator(bot.Discord), "evening-circle", changes.AnyGroup))
	// Moderators of either server may not change a group that is in two servers.
	g, _ := s.store.Group(t.Context(), "evening-circle")
	g.Places = append(g.Places, bot.Place{Platform: bot.Discord, Space: "9999999999999999999", Channel: "1"})
	must(t, s.Changes.Groups.Set(t.Context(), bot.Actor{ID: "cli"}, g))
	stranger.Call = bot.NewSub("group", "remove", "group", "evening-circle")
	s.Handle(t.Context(), stranger)
	if _, err := s.store.Group(t.Context(), "evening-circle"); err != nil {
		t.Error("one server's moderator removed a group of two")
	}
	// Staff on Slack reach everything.
	staff := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "show", "group", "evening-circle"))
	if a := plain(s.Handle(t.Context(), staff)); !strings.Contains(a, "Evening circle") {
		t.Errorf("staff see %s", a)
	}
}

func TestPaging(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	for i := range 24 {
		if _, _, err := s.Changes.Reminders.Add(t.Context(), moderator(bot.Slack), bot.Reminder{Group: g.ID, Topic: "agreements", Rule: fmt.Sprintf("every %s at 10:00", time.Weekday(i%7))}); err != nil {
			t.Fatal(err)
		}
	}
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "list"))
	a := s.Handle(t.Context(), r)
	seen := map[string]bool{}
	for page := 1; ; page++ {
		for _, o := range a.Message.Menu.Options {
			seen[o.Call.Args["id"]] = true
		}
		if !slices.ContainsFunc(a.Message.Actions, func(x bot.Action) bool { return x.Label == "Next" }) {
			if page != 3 || len(seen) != 25 {
				t.Errorf("%d reminders on %d pages", len(seen), page)
			}
			break
		}
		r, a = press(t, s, r, a, "Next")
	}
	for _, odd := range []string{"-1", "99999999999999999999", "x", "7"} {
		r.Call = bot.NewSub("reminder", "list", "page", odd)
		if a := s.Handle(t.Context(), r); len(a.Message.Menu.Options) != perPage {
			t.Errorf("page %q: %s", odd, plain(a))
		}
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Discord)
	for _, tc := range []struct {
		call bot.Call
		arg  string
		by   bot.Actor
		want string // among the values; empty: nothing is offered
	}{
		{bot.NewCall("strategies", "name", "lis"), "name", bot.Actor{}, "strategy-listening"},
		{bot.NewCall("challenges"), "name", bot.Actor{}, "challenge-attendance"},
		{bot.NewCall("agreements", "name", "limits"), "name", bot.Actor{}, "limits"},
		{bot.NewCall("agreements", "name", "zzz"), "name", bot.Actor{}, ""},
		{bot.NewCall("share", "card", "pass"), "card", moderator(bot.Discord), "agreement-pass"},
		{bot.NewSub("reminder", "add", "topic", "conf"), "topic", moderator(bot.Discord), "confidentiality"},
		{bot.NewSub("reminder", "add", "at", "every mon"), "at", moderator(bot.Discord), "Mondays at 9:00 AM"},
		{bot.NewSub("reminder", "add", "group", "eve"), "group", moderator(bot.Discord), "evening-circle"},
		{bot.NewSub("reminder", "pause", "id", ""), "id", moderator(bot.Discord), "rem001"},
		{bot.NewSub("session", "restore", "group", ""), "group", moderator(bot.Discord), "evening-circle"},
		{bot.NewSub("group", "add", "zone", "los ang"), "zone", moderator(bot.Discord), "America/Los_Angeles"},
		{bot.NewSub("group", "add", "zone", ""), "zone", moderator(bot.Discord), "America/New_York"},
		{bot.NewSub("group", "add", "quiet", ""), "quiet", moderator(bot.Discord), "none"},
		{bot.NewSub("group", "set", "langs", ""), "langs", moderator(bot.Discord), "en,es"},
		{bot.NewSub("reminder", "add", "late", "2"), "late", moderator(bot.Discord), "2h"},
		{bot.NewSub("reminder", "add", "zzz", ""), "zzz", moderator(bot.Discord), ""},
		{bot.NewCall("contact"), "name", bot.Actor{}, ""},
		{bot.NewCall("share", "card", "pass"), "card", bot.Actor{}, ""},
		{bot.NewSub("reminder", "add", "topic", ""), "topic", bot.Actor{}, ""},
		{bot.NewSub("reminder", "add", "at", ""), "at", bot.Actor{}, ""},
		{bot.NewSub("group", "add", "zone", ""), "zone", bot.Actor{}, ""},
		{bot.NewCall("nothing"), "name", bot.Actor{}, ""},
		{bot.NewCall("strategies", "name", strings.Repeat("x", 5000)), "name", bot.Actor{}, ""},
	} {
		r := ask(bot.Discord, tc.by, tc.call)
		got := s.Complete(t.Context(), r, tc.arg)
		if len(got) > 25 {
			t.Errorf("%v offers %d values", tc.call.Args, len(got))
		}
		for _, c := range got {
			if c.Name == "" || len([]rune(c.Name)) > 75 || len(c.Value) > 75 {
				t.Errorf("%v offers %q = %q, which does not fit", tc.call.Args, c.Name, c.Value)
			}
		}
		if found := slices.ContainsFunc(got, func(c bot.Choice) bool { return c.Value == tc.want }); found != (tc.want != "") || tc.want == "" && len(got) > 0 {
			t.Errorf("%s %s %v offers %v, want %q", tc.call.Command, tc.call.Sub, tc.call.Args, got, tc.want)
		}
	}
	for _, remove := range []bot.Call{bot.NewSub("reminder", "remove", "id", "rem001"), bot.NewSub("group", "remove", "group", "evening-circle")} {
		r := ask(bot.Discord, moderator(bot.Discord), remove)
		s.Handle(t.Context(), r)
		r.Sub = "restore"
		for name, value := range remove.Args {
			r.Args = map[string]string{name: "e"}
			if got := s.Complete(t.Context(), r, name); len(got) != 1 || got[0].Value != value {
				t.Errorf("removed %s %s is offered as %v", remove.Command, value, got)
			}
			r.Place.Space = "9999999999999999999"
			if got := s.Complete(t.Context(), r, name); len(got) > 0 {
				t.Errorf("removed %s is offered elsewhere: %v", remove.Command, got)
			}
		}
	}
	broken := newSetup(t, func(c *Config) { c.Store = struct{ bot.Store }{} })
	if got := broken.Complete(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewSub("reminder", "add", "group", "")), "group"); got != nil {
		t.Errorf("a broken store offers %v", got)
	}
}

// All topics of reminders, rotations and single cards, have a name that people read.
func TestTopicsHaveTitles(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, lang := range s.deck.Library().Langs() {
		for _, topic := range s.deck.Library().Topics() {
			if s.deck.TopicTitle(topic, lang) == topic {
				t.Errorf("topic %s has no title in %s", topic, lang)
			}
		}
	}
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
