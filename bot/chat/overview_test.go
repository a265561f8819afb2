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
		if last := board.Sections[len(board.Sections)-1]; !strings.Contains(last.Footer, words.Typed(r.Platform, "crisis")) {
			t.Errorf("page %d does not end with the way to help", page)
		}
		for _, m := range board.Sections {
			if err := cards.Fits(m); err != nil || len(m.Actions) > 10 {
				t.Errorf("%s: %v", m.Title, err)
			}
			b.WriteString(plain(bot.Answer{Message: m}))
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
		if _, _, err := s.Changes.PauseReminder(t.Context(), moderator(bot.Slack), rem.ID, monday().AddDate(0, 0, 3)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Changes.AddReminder(t.Context(), moderator(bot.Slack), bot.Reminder{Group: g.ID, Topic: "agreements", Rule: "every weekday at 10:00"}); err != nil {
			t.Fatal(err)
		}
		s.store.troubles = []bot.OpenTrouble{
			{Trouble: bot.Trouble{Subject: bot.PlaceSubject(bot.Place{Platform: bot.Slack, Channel: "C0123456789"}), Reason: bot.Unreachable.With("archived"), Group: g.ID}, Since: monday(), Count: 3},
			{Trouble: bot.PlatformTrouble(bot.Slack, "down"), Since: monday(), Count: 1},
		}
		if err := s.store.AddConcern(t.Context(), bot.Concern{Group: g.ID, Category: "respect", Day: "2026-11-22"}, monday()); err != nil {
			t.Fatal(err)
		}
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

// waiting counts the cards of some languages that no approval stands under.
func (s setup) waiting(langs ...string) int {
	n := 0
	for _, c := range s.deck.Library().All() {
		if slices.Contains(langs, c.Lang) && !c.Exempt && !s.deck.Approved(c) {
			n++
		}
	}
	return n
}

func TestBoardPages(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	for i := range 60 {
		if _, _, err := s.Changes.AddReminder(t.Context(), moderator(bot.Slack), bot.Reminder{Group: g.ID, Topic: "agreements", Rule: fmt.Sprintf("every Tuesday at 10:%02d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	text, sections := s.whole(t, ask(bot.Slack, moderator(bot.Slack), bot.Call{}))
	if len(sections) != 1+3+1+1+61 || !strings.Contains(text, "And 20 more.") || !strings.Contains(text, fmt.Sprintf("And %d more.", s.waiting("en")-boardCards)) {
		t.Errorf("%d sections: %s", len(sections), text)
	}
	for asked, want := range map[int]int{-1: 0, 99: 3} {
		if b := s.Board(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.Call{}), asked); b.Page != want || b.Pages != 4 {
			t.Errorf("page %d is %d of %d", asked, b.Page, b.Pages)
		}
	}
}

// Each button of the board leads somewhere, and changes are told to whoever
// watches.
func TestBoardButtons(t *testing.T) {
	t.Parallel()
	s := newSetup(t, withConcerns)
	s.sample(t, bot.Slack)
	if err := s.store.AddConcern(t.Context(), bot.Concern{Group: "evening-circle", Category: "respect", Day: "2026-11-22"}, monday()); err != nil {
		t.Fatal(err)
	}
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
		if err := s.Changes.AddGroup(b.Context(), bot.Actor{ID: "cli"}, g); err != nil {
			b.Fatal(err)
		}
		for j := range 10 {
			rem := bot.Reminder{Group: g.ID, Topic: "agreements", Rule: fmt.Sprintf("every %s at %d:00", time.Weekday(j%7), 9+j)}
			if _, _, err := s.Changes.AddReminder(b.Context(), bot.Actor{ID: "cli"}, rem); err != nil {
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
