package chat

import (
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// The view of a month says what will be posted and what will be skipped. /reminder next and the board
// have buttons to it, and it has buttons to other months.
func TestMonth(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		s := newSetup(t, func(c *Config) { c.Now = func() time.Time { return time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC) } })
		staff := moderator(p)
		g := bot.Group{
			ID: "g", Name: "Tuesday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(p)}, Skips: []string{"2026-12-24"},
			Sessions: []bot.Session{{Rule: "every Tuesday at 18:00", Length: 90 * time.Minute}},
		}
		must(t, s.Changes.Groups.Add(t.Context(), staff, g))
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
		if a.Message.Title != "November 2026 and December 2026" {
			t.Errorf("on %s the month ahead is %s", p, a.Message.Title)
		}
		for _, want := range []string{
			"Tuesday, December 1, 2026\n", "5:00 PM PST: Tuesday circle, ", "Within an hour of another post to this group.",
			"Thursday, December 24, 2026\n", "Will be skipped: skipped date.",
		} {
			if !strings.Contains(plain(a), want) {
				t.Errorf("on %s there is no %q in\n%s", p, want, plain(a))
			}
		}
		if january := press(a, "Next month"); january.Message.Title != "January 2027" {
			t.Errorf("after that comes %s", january.Message.Title)
		}
		if back := press(press(a, "Next month"), "Previous month"); plain(back) != plain(a) {
			t.Errorf("there and back:\n%s", plain(back))
		}
		r := ask(p, bot.Actor{}, bot.NewSub("reminder", "month"))
		if said := plain(s.Handle(t.Context(), r)); strings.Contains(said, "Tuesday circle") {
			t.Errorf("a member reads\n%s", said)
		}
		r = ask(p, staff, bot.NewSub("reminder", "month"))
		r.Lang = "es"
		if title := s.Handle(t.Context(), r).Message.Title; title != "noviembre de 2026 y diciembre de 2026" {
			t.Errorf("in Spanish the month ahead is %s", title)
		}
		r.Flow.Page = 99
		if said := plain(s.Handle(t.Context(), r)); strings.Contains(said, "Will be") || strings.Contains(said, "The approval") {
			t.Errorf("in Spanish:\n%s", said)
		}
	}
}

// A month that is nearly over stands on one page with the next, so that what is ahead is seen; no
// month is missing, and none stands on two pages.
func TestMonthsOfPages(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{
		"2026-11-01": "2026-11 2026-12 2027-01",
		"2026-11-23": "2026-11 2026-12 2027-01",
		"2026-11-24": "2026-11..2026-12 2027-01 2027-02",
		"2026-12-31": "2026-12..2027-01 2027-02 2027-03",
		"2027-01-31": "2027-01..2027-02 2027-03 2027-04",
	} {
		now, err := time.Parse(time.DateOnly, day)
		must(t, err)
		var got []string
		for page := range 3 {
			first, last := months(now.Add(9*time.Hour), page, true)
			said := first.Format("2006-01")
			if last != first {
				said += ".." + last.Format("2006-01")
			}
			got = append(got, said)
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("on %s: %s, want %s", day, got, want)
		}
	}
}

// Where a month that is nearly over and the next do not fit on one page, each has its own: nothing of
// the next is out of reach.
func TestMonthsThatDoNotFitTogether(t *testing.T) {
	t.Parallel()
	s := newSetup(t, func(c *Config) { c.Now = func() time.Time { return time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC) } })
	staff := moderator(bot.Slack)
	g := bot.Group{ID: "g", Name: "Daily circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Slack)}}
	must(t, s.Changes.Groups.Add(t.Context(), staff, g))
	daily := func(at string) {
		t.Helper()
		if _, _, err := s.Changes.Reminders.Add(t.Context(), staff, bot.Reminder{Group: "g", Topic: "contact", Rule: "every day at " + at}); err != nil {
			t.Fatal(err)
		}
	}
	shows := func(page int, title, last string) {
		t.Helper()
		r := ask(bot.Slack, staff, bot.NewSub("reminder", "month"))
		r.Flow.Page = page
		a := s.Handle(t.Context(), r)
		days := slices.DeleteFunc(slices.Clone(a.Message.Blocks), func(b content.Block) bool { return b.Kind != content.Heading })
		if got := strings.TrimSpace(flat(days[len(days)-1:])); a.Message.Title != title || got != last {
			t.Errorf("page %d is %s until %q", page, a.Message.Title, got)
		}
	}
	daily("10:00") // 37 posts until the end of December
	shows(0, "November 2026 and December 2026", "Thursday, December 31, 2026")
	shows(1, "January 2027", "Sunday, January 31, 2027")
	daily("15:00") // as many again
	shows(0, "November 2026", "Monday, November 30, 2026")
	shows(1, "December 2026", "Wednesday, December 30, 2026")
	shows(2, "January 2027", "Saturday, January 30, 2027")
}

// The list of what comes next says which posts will be skipped, and why.
func TestNextSaysWhatWillBeSkipped(t *testing.T) {
	t.Parallel()
	s := newSetup(t, func(c *Config) { c.Now = func() time.Time { return time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC) } })
	staff := moderator(bot.Slack)
	g := bot.Group{
		ID: "g", Name: "Tuesday circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Slack)},
		Sessions: []bot.Session{{Rule: "every Tuesday at 18:00", Length: 90 * time.Minute}},
	}
	must(t, s.Changes.Groups.Add(t.Context(), staff, g))
	_, _, err := s.Changes.Reminders.Add(t.Context(), staff, bot.Reminder{Group: "g", Topic: "contact", Rule: "60 minutes before each session"})
	must(t, err)
	next := func(lang string) string {
		r := ask(bot.Slack, staff, bot.NewSub("reminder", "next"))
		r.Lang = lang
		return plain(s.Handle(t.Context(), r))
	}
	if said := next("en"); !strings.Contains(said, "December 1, 2026 at 5:00 PM PST: Tuesday circle, ") || strings.Contains(said, "skipped") {
		t.Errorf("before:\n%s", said)
	}
	late := bot.NewSub("session", "move", "group", g.ID, "when", "2026-12-01", "to", "2026-12-01 22:30")
	if a := s.Handle(t.Context(), ask(bot.Slack, staff, late)); a.Field != "" {
		t.Fatal(plain(a))
	}
	for lang, want := range map[string]string{"en": "Will be skipped: quiet hours.", "es": "No se publicará: horas sin mensajes."} {
		if said := next(lang); strings.Count(said, want) != 1 {
			t.Errorf("in quiet hours, in %s:\n%s", lang, said)
		}
	}
}
