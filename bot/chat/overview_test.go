package chat

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
)

// whole is every page of the board, as people read it.
func (s setup) whole(t *testing.T, r bot.Request) (text string, sections []bot.Message) {
	t.Helper()
	var b strings.Builder
	for page, pages := 0, 1; page < pages; page++ {
		board := s.Board(t.Context(), r, page)
		pages = board.Pages
		if board.Page != page || len(board.Sections) == 0 || len(board.Sections) > boardPage {
			t.Fatalf("page %d of %d is page %d with %d sections", page, pages, board.Page, len(board.Sections))
		}
		if last := board.Sections[len(board.Sections)-1]; !strings.Contains(words.Plain(last.Footer), "/crisis") {
			t.Errorf("page %d does not end with the way to help", page)
		}
		for _, m := range board.Sections {
			if err := cards.Fits(m); err != nil || len(m.Actions) > 10 {
				t.Errorf("%s: %v", m.Title, err)
			}
			b.WriteString(plainOn(r.Platform, bot.Answer{Message: m}))
		}
		sections = append(sections, board.Sections...)
	}
	return b.String(), sections
}

func TestBoardGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "es"} {
		s := newSetup(t, withConcerns)
		g, rem := s.sample(t, bot.Slack)
		if _, _, err := s.Changes.Reminders.Pause(t.Context(), moderator(bot.Slack), rem.ID, monday().AddDate(0, 0, 3)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Changes.Reminders.Add(t.Context(), moderator(bot.Slack), bot.Reminder{Group: g.ID, Topic: "agreements", Rule: "every weekday at 10:00"}); err != nil {
			t.Fatal(err)
		}
		s.store.troubles = []bot.OpenTrouble{
			{Trouble: bot.Trouble{Subject: bot.AboutPlace.At(bot.Place{Platform: bot.Slack, Channel: "C0123456789"}), Reason: bot.Unreachable.With("archived"), Group: g.ID}, Since: monday(), Count: 3},
			{Trouble: bot.PlatformTrouble(bot.Slack, "down"), Since: monday(), Count: 1},
		}
		must(t, s.store.AddConcern(t.Context(), bot.Concern{Group: g.ID, Category: "respect", Day: "2026-11-22"}, monday()))
		s.store.deliveries = append(s.store.deliveries, bot.Delivery{
			Key: "k", Kind: bot.OfReminder, Reminder: rem.ID, Group: g.ID, Place: here(bot.Slack), At: monday().Add(-time.Hour),
			Card: "agreement-pass", State: bot.Skipped, Reason: bot.Reason{Code: bot.NotApproved},
		})
		r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
		r.Lang, r.Zone = lang, "America/New_York"
		text, _ := s.whole(t, r)
		golden(t, "board/"+lang, text)
	}
}

// In the playground nobody signs, and cards are posted as samples: the overview says so.
func TestOverviewOfSamples(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Playground)
	r := ask(bot.Playground, moderator(bot.Playground), bot.Call{})
	const real, samples = "They are not posted until a clinician", "Here they are posted as samples."
	for _, set := range []bool{false, true} {
		s.Deck().Samples = set
		got, _ := s.whole(t, r)
		if strings.Contains(got, samples) != set || strings.Contains(got, real) == set {
			t.Errorf("samples: %v\n%s", set, got)
		}
	}
}

func TestBoardIsForStaff(t *testing.T) {
	t.Parallel()
	s := newSetup(t, withConcerns)
	s.sample(t, bot.Slack)
	for _, p := range platforms() {
		text, sections := s.whole(t, ask(p, bot.Actor{}, bot.Call{}))
		if strings.Contains(text, "Evening") || len(sections) != 1 || !strings.Contains(text, "Help now") || strings.Contains(text, "reminder") {
			t.Errorf("%s: a member sees %s", p, text)
		}
		for _, tells := range []string{"recover", "therap", "treatment", "circle s"} {
			if strings.Contains(strings.ToLower(text), tells) {
				t.Errorf("%s: the page tells of treatment: %s", p, text)
			}
		}
	}
	stranger := ask(bot.Discord, moderator(bot.Discord), bot.Call{})
	if text, _ := s.whole(t, stranger); strings.Contains(text, "Evening circle") {
		t.Errorf("another platform's moderator sees %s", text)
	}
	broken := newSetup(t, func(c *Config) { c.Store = telling{newMemory()} })
	for _, bad := range []setup{broken, newSetup(t, func(c *Config) { c.Store = struct{ bot.Store }{} }), newSetup(t, func(c *Config) { c.Store = nil })} {
		if text, _ := bad.whole(t, ask(bot.Slack, moderator(bot.Slack), bot.Call{})); !strings.Contains(text, "went wrong") {
			t.Errorf("broken: %s", text)
		}
	}
}

// A large clinic's board has pages. A group's section names only some of its reminders, and a day
// only some of its posts.
func TestBoardPages(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	for i := range 60 {
		g := bot.Group{ID: fmt.Sprintf("g%d", i), Name: fmt.Sprintf("Group %d", i), Zone: "America/Los_Angeles", Places: []bot.Place{{Platform: bot.Slack, Channel: fmt.Sprintf("C%d", i)}}}
		must(t, s.Changes.Groups.Add(t.Context(), moderator(bot.Slack), g))
	}
	for i := range 20 {
		if _, _, err := s.Changes.Reminders.Add(t.Context(), moderator(bot.Slack), bot.Reminder{Group: "g1", Topic: "agreements", Rule: fmt.Sprintf("every Tuesday at 10:%02d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	text, sections := s.whole(t, ask(bot.Slack, moderator(bot.Slack), bot.Call{}))
	if len(sections) != 3+61+1 || !strings.Contains(text, fmt.Sprintf("And %d more.", 20-boardLines)) || !strings.Contains(text, fmt.Sprintf("And %d more.", 20-boardReminders)) {
		t.Errorf("%d sections: %s", len(sections), text)
	}
	for asked, want := range map[int]int{-1: 0, 99: 3} {
		if b := s.Board(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.Call{}), asked); b.Page != want || b.Pages != 4 {
			t.Errorf("page %d is %d of %d", asked, b.Page, b.Pages)
		}
	}
	// The same as one message, in small pages.
	named := map[string]bool{}
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewCall("overview"))
	for pages := 1; ; pages++ {
		a := s.Handle(t.Context(), r)
		if err := cards.Fits(a.Message); err != nil || len(a.Message.Actions) > 10 {
			t.Fatalf("page %d: %v, %d buttons", pages, err, len(a.Message.Actions))
		}
		if a.Message.Menu == nil { // the cards without approval, at the end
			a.Message.Menu = &bot.Menu{}
		}
		for _, o := range a.Message.Menu.Options {
			named[o.Label] = true
		}
		next := slices.IndexFunc(a.Message.Actions, func(x bot.Action) bool { return x.Label == "Next page" })
		if next < 0 {
			break
		}
		r.Call = a.Message.Actions[next].Call
	}
	if len(named) != 61 {
		t.Errorf("%d groups are on the pages of /overview", len(named))
	}
}

// The board and the month ahead say the same about posts that will be skipped for quiet hours,
// pauses, called-off sessions and approvals, because both use the planner's decisions.
func TestBoardSaysWhatWillBeSkipped(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	s.approveAll(t)
	for _, rule := range []string{"every Tuesday at 10:00", "60 minutes before each session"} {
		if _, _, err := s.Changes.Reminders.Add(t.Context(), moderator(bot.Slack), bot.Reminder{Group: g.ID, Topic: "agreements", Rule: rule}); err != nil {
			t.Fatal(err)
		}
	}
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	said := func() string { text, _ := s.whole(t, r); return text }
	if text := said(); strings.Contains(text, "skipped") || !strings.Contains(text, "Nothing needs attention right now.") || !strings.Contains(text, "6:00 PM PST: Evening circle meets") {
		t.Errorf("a calm week: %s", text)
	}
	for _, tc := range []struct {
		why     string
		call    bot.Call
		counted bool
	}{
		{"quiet hours", bot.NewSub("session", "move", "group", g.ID, "when", "2026-11-23", "to", "2026-11-24 22:30"), true},
		{"skipped date", bot.NewSub("group", "set", "group", g.ID, "skip", "2026-11-24"), false},
		{"session cancelled", bot.NewSub("session", "cancel", "group", g.ID, "when", "2026-11-30"), false},
	} {
		if a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), tc.call)); a.Field != "" {
			t.Fatal(plain(a))
		}
		text := said()
		if !strings.Contains(text, "Will be skipped: "+tc.why+".") || strings.Contains(text, "in the next seven days will be skipped: "+tc.why) != tc.counted {
			t.Errorf("%s: %s", tc.why, text)
		}
	}
	must(t, s.Changes.Groups.Pause(t.Context(), moderator(bot.Slack), g.ID, monday().AddDate(0, 0, 14)))
	if _, _, err := s.Changes.Reminders.Add(t.Context(), moderator(bot.Slack), bot.Reminder{Group: g.ID, Topic: "agreements", Rule: "on 2026-11-25 at 11:00"}); err != nil {
		t.Fatal(err)
	}
	if text := said(); !strings.Contains(text, "11:00 AM PST: Evening circle, Agreements, a new one each time. Will be skipped: paused.") {
		t.Errorf("the one date of a reminder falls into the pause: %s", text)
	}
	must(t, s.Changes.Groups.Pause(t.Context(), moderator(bot.Slack), g.ID, bot.Forever))
	if text := said(); !strings.Contains(text, "Will be skipped: paused.") || !strings.Contains(text, "Nothing needs attention") {
		t.Errorf("paused: %s", text)
	}
}

// The board of /overview has only what its reader may change, on each platform. A member has no
// board.
func TestOverviewReach(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		g, _ := s.sample(t, p)
		other := bot.Group{ID: "other", Name: "Other group", Zone: "America/Los_Angeles", Places: []bot.Place{{Platform: bot.Discord, Space: "999", Channel: "998"}}}
		must(t, s.Changes.Groups.Add(t.Context(), bot.Actor{ID: "cli"}, other))
		s.store.troubles = []bot.OpenTrouble{
			{Trouble: bot.Trouble{Subject: bot.AboutPlace.At(other.Places[0]), Reason: bot.Unreachable.With("archived"), Group: other.ID}, Since: monday(), Count: 1},
			{Trouble: bot.Trouble{Subject: bot.Subject{Kind: bot.AboutClock}, Reason: bot.ClockMoved.For(time.Hour)}, Since: monday(), Count: 1},
			{Trouble: bot.Trouble{Subject: bot.AboutPlace.At(g.Places[0]), Reason: bot.Unreachable.With("gone"), Group: g.ID}, Since: monday(), Count: 1},
		}
		a := s.Handle(t.Context(), ask(p, moderator(p), bot.NewCall("overview")))
		text, staff := plain(a), p == bot.Slack
		if !strings.Contains(text, "Evening circle") || !strings.Contains(text, "gone") || !strings.Contains(text, "Meets") {
			t.Errorf("%s: %s", p, text)
		}
		if strings.Contains(text, "Other group") != staff || strings.Contains(text, "archived") != staff || strings.Contains(text, "clock") != staff {
			t.Errorf("%s: out of reach: %s", p, text)
		}
		if a := s.Handle(t.Context(), ask(p, bot.Actor{}, bot.NewCall("overview"))); strings.Contains(plain(a), "Evening") {
			t.Errorf("%s: a member: %s", p, plain(a))
		}
	}
}

// The board says how many signatures end soon: without a staff channel there is no digest that would.
func TestTheBoardCountsReviews(t *testing.T) {
	t.Parallel()
	now := monday()
	s := newSetup(t, func(c *Config) { c.Now, c.Staff = func() time.Time { return now }, bot.Place{} })
	s.sample(t, bot.Discord)
	s.approveAll(t)
	for _, of := range []struct {
		day, lang, want string
	}{
		{"2027-10-01", "en-US", ""}, {"2027-11-01", "en-US", "Cards to be reviewed within 30 days: 1"},
		{"2027-11-01", "es-MX", "Tarjetas por revisar en 30 días: 1"}, {"2027-12-01", "en-US", "Cards without a clinician’s approval: 1"},
	} {
		day, err := time.Parse(time.DateOnly, of.day)
		must(t, err)
		now = day
		r := ask(bot.Discord, moderator(bot.Discord), bot.NewCall("overview"))
		r.Lang = of.lang
		got, _ := s.whole(t, r)
		if !strings.Contains(got, of.want) || of.want == "" && strings.Contains(got, "to be reviewed") {
			t.Errorf("%s:\n%s", of.day, got)
		}
	}
}

// Groups are listed in the order of their next session or post. Paused groups come last.
func TestGroupsAreListedByWhatComesNext(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for i, meets := range []string{"every Friday at 18:00", "every Tuesday at 18:00", "every Wednesday at 18:00", "every Tuesday at 9:00"} {
		g := bot.Group{ID: fmt.Sprintf("g%d", i), Name: meets, Zone: "America/Los_Angeles", Places: []bot.Place{{Platform: bot.Slack, Channel: fmt.Sprintf("C%d", i)}}, Sessions: []bot.Session{{Rule: meets, Length: time.Hour}}}
		must(t, s.Changes.Groups.Add(t.Context(), moderator(bot.Slack), g))
	}
	must(t, s.Changes.Groups.Pause(t.Context(), moderator(bot.Slack), "g3", bot.Forever))
	if _, _, err := s.Changes.Reminders.Add(t.Context(), moderator(bot.Slack), bot.Reminder{Group: "g0", Topic: "agreements", Rule: "every Monday at 15:00"}); err != nil {
		t.Fatal(err)
	}
	a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "list")))
	var order []string
	for _, o := range a.Message.Menu.Options {
		order = append(order, o.Call.Args["group"])
	}
	if want := []string{"g0", "g1", "g2", "g3"}; !slices.Equal(order, want) || !strings.Contains(plain(a), "Next: Monday, November 23, 2026 at 3:00 PM PST") || strings.Contains(plain(a), "(g0)") {
		t.Errorf("%v: %s", order, plain(a))
	}
}

// Each button of the board has an answer, and Changed tells of changes.
func TestBoardButtons(t *testing.T) {
	t.Parallel()
	s := newSetup(t, withConcerns)
	s.sample(t, bot.Slack)
	must(t, s.store.AddConcern(t.Context(), bot.Concern{Group: "evening-circle", Category: "respect", Day: "2026-11-22"}, monday()))
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	r.Place = bot.Place{Platform: bot.Slack} // App Home is no channel
	_, sections := s.whole(t, r)
	for _, m := range sections {
		for _, x := range m.Actions {
			changed := s.Changed()
			_, a := press(t, s, r, bot.Answer{Message: m}, x.Label)
			if a.Form == nil && strings.Contains(plain(a), "went wrong") {
				t.Errorf("%s: %s", x.Label, plain(a))
			}
			told := false
			select {
			case <-changed:
				told = true
			default:
			}
			asks := x.Label == "Pause" && x.Call.Command == "group" // for how long
			if asks {
				press(t, s, r, a, "Until it is resumed")
			}
			if want := !asks && strings.Contains("Pause Resume Remove In progress Done", x.Label); told != want {
				t.Errorf("%s %s: told %t", m.Title, x.Label, told)
			}
			if x.Label == "Remove" {
				press(t, s, r, a, "Undo")
			}
		}
	}
	changed := s.Changed()
	s.approveAll(t)
	<-changed
	changed = s.Changed()
	s.approveAll(t)
	select {
	case <-changed:
		t.Error("the same approvals again are no change")
	default:
	}
}

// A page of a clinic with a hundred groups and a thousand reminders.
func BenchmarkBoard(b *testing.B) {
	s := newSetup(b)
	for i := range 100 {
		g := bot.Group{ID: fmt.Sprintf("g%d", i), Zone: "America/Los_Angeles", Places: []bot.Place{{Platform: bot.Slack, Channel: fmt.Sprintf("C%d", i)}}}
		if err := s.Changes.Groups.Add(b.Context(), bot.Actor{ID: "cli"}, g); err != nil {
			b.Fatal(err)
		}
		for j := range 10 {
			rem := bot.Reminder{Group: g.ID, Topic: "agreements", Rule: fmt.Sprintf("every %s at %d:00", time.Weekday(j%7), 9+j)}
			if _, _, err := s.Changes.Reminders.Add(b.Context(), bot.Actor{ID: "cli"}, rem); err != nil {
				b.Fatal(err)
			}
		}
	}
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	b.ReportAllocs()
	for b.Loop() {
		if board := s.Board(b.Context(), r, 1); len(board.Sections) != boardPage {
			b.Fatal(len(board.Sections))
		}
	}
}

// A session that was moved and then cancelled is on both of its days in the overview, and stays in
// the list of sessions after its planned day. The days are those of Los Angeles.
func TestAMovedAndCancelledSessionIsOnBothDays(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		now := monday()
		s := newSetup(t, func(c *Config) { c.Now = func() time.Time { return now } })
		g := bot.Group{ID: "g", Name: "Wednesday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(p)}, Sessions: []bot.Session{{Rule: "Wednesdays at 18:00", Length: time.Hour}}}
		must(t, s.Changes.Groups.Add(t.Context(), moderator(p), g))
		for _, c := range []bot.Call{bot.NewSub("session", "move", "when", "Nov 25", "to", "Nov 27 at 5 PM"), bot.NewSub("session", "cancel", "when", "Nov 27")} {
			s.Handle(t.Context(), ask(p, moderator(p), c))
		}
		shows := func(r bot.Request, wants ...string) {
			t.Helper()
			got := plain(s.Handle(t.Context(), r))
			for _, want := range wants {
				if !strings.Contains(got, want) {
					t.Errorf("%s: %s %s says:\n%s\nwant %q", p, r.Command, r.Sub, got, want)
				}
			}
		}
		const dropped = "5:00 PM PST: Wednesday circle does not meet: the session, moved from Wednesday, November 25, 2026 at 6:00 PM PST, is cancelled"
		shows(ask(p, moderator(p), bot.NewCall("overview")), "6:00 PM PST: Wednesday circle does not meet: the session is cancelled", dropped)
		shows(spanishAsk(p, bot.NewCall("overview")), "Wednesday circle no se reúne: la sesión, antes prevista para el miércoles, 25 de noviembre de 2026")
		now = now.AddDate(0, 0, 3) // Thursday
		shows(ask(p, moderator(p), bot.NewCall("overview")), dropped)
		shows(ask(p, moderator(p), bot.NewSub("session", "list")), "Friday, November 27, 2026 at 5:00 PM PST, moved from Wednesday, November 25, 2026 at 6:00 PM PST: cancelled")
	}
}
