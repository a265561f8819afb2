package chat

import (
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
)

// The view of a month says what will be posted and what will be skipped. /reminder next and the board
// have buttons to it, and it has buttons to other months.
func TestMonth(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		s := newSetup(t)
		staff := moderator(p)
		g := bot.Group{
			ID: "g", Name: "Tuesday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(p)}, Skips: []string{"2026-12-24"},
			Sessions: []bot.Session{{Rule: "every Tuesday at 18:00", Length: 90 * time.Minute}},
		}
		if err := s.Changes.Groups.Add(t.Context(), staff, g); err != nil {
			t.Fatal(err)
		}
		for _, rule := range []string{"1 hour before each session", "on December 1, 2026 at 5:30 PM", "on December 24, 2026 at 10:00 AM"} {
			if _, _, err := s.Changes.Reminders.Add(t.Context(), staff, bot.Reminder{Group: "g", Topic: "contact", Rule: rule}); err != nil {
				t.Fatal(err)
			}
		}
		press := func(a bot.Answer, label string) bot.Answer {
			t.Helper()
			i := slices.IndexFunc(a.Message.Actions, func(a bot.Action) bool { return a.Label == label })
			if i < 0 {
				t.Fatalf("no button %q on %s:\n%s", label, p, plain(a))
			}
			return s.Handle(t.Context(), ask(p, staff, a.Message.Actions[i].Call))
		}
		a := press(s.Handle(t.Context(), ask(p, staff, bot.NewSub("reminder", "next"))), "The month ahead")
		for a.Message.Title != "December 2026" {
			a = press(a, "Next month")
		}
		for _, want := range []string{
			"Tuesday, December 1, 2026\n", "5:00 PM PST: Tuesday circle, ", "Within an hour of another post to this group.",
			"Thursday, December 24, 2026\n", "Will be skipped: skipped date.",
		} {
			if !strings.Contains(plain(a), want) {
				t.Errorf("on %s there is no %q in\n%s", p, want, plain(a))
			}
		}
		if back := press(press(a, "Next month"), "Previous month"); plain(back) != plain(a) {
			t.Errorf("there and back:\n%s", plain(back))
		}
		r := ask(p, bot.Actor{}, bot.NewSub("reminder", "month"))
		if said := plain(s.Handle(t.Context(), r)); strings.Contains(said, "Tuesday circle") {
			t.Errorf("a member reads\n%s", said)
		}
		r = ask(p, staff, bot.NewSub("reminder", "month"))
		r.Lang, r.Flow.Page = "es", 99
		if said := plain(s.Handle(t.Context(), r)); strings.Contains(said, "Will be") || strings.Contains(said, "The approval") {
			t.Errorf("in Spanish:\n%s", said)
		}
	}
}
