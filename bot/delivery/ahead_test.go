package delivery

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Ahead says which posts will be sent, which will be skipped and why, which are too close to
// others, and which approvals end.
func TestAhead(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	d := deck(t, library, func() time.Time { return now })
	pass, _ := library.Exact("agreement-pass", "en")
	signature, err := content.NewApproval(pass, "A. Reviewer, LMFT 1", now.AddDate(0, 0, -1), now.AddDate(0, 0, 20))
	must(t, err)
	d.SetApprovals([]content.Approval{signature})
	group := bot.Group{
		ID: "monday", Name: "Monday", Zone: "UTC", Quiet: "21:00-08:00", Langs: []string{"en"}, Places: []bot.Place{{Platform: bot.Slack, Channel: "C1"}},
		Sessions: []bot.Session{{Rule: "every Monday at 18:00", Length: time.Hour}}, Skips: []string{"2026-12-07"},
		Exceptions: []scheduler.Exception{{Start: civil("2026-12-14T18:00")}},
	}
	rem := func(id, topic, rule string) bot.Reminder {
		return bot.Reminder{ID: id, Group: "monday", Topic: topic, Rule: rule, Late: bot.DefaultLate}
	}
	paused := rem("p", "agreement-pass", "every day at 12:00")
	paused.Paused = now.AddDate(0, 0, 2)
	lost := paused
	lost.ID, lost.Rule, lost.Fault = "l", "on 2026-12-01 at 12:00", bot.Reason{Code: bot.NeverAgain}
	over := lost
	over.Rule = "on 2026-11-29 at 12:00"
	for name, c := range map[string]struct {
		reminders []bot.Reminder
		days      int
		want      string
	}{
		"sessions": {[]bot.Reminder{rem("s", "agreement-pass", "1 hour before each session")}, 28,
			"s 11-30T17:00; s 12-07T17:00 skipped_date; s 12-14T17:00 session_cancelled; s 12-21T17:00 not_approved ends agreement-pass 12-20"},
		"paused":                {[]bot.Reminder{paused}, 3, "p 11-30T12:00 paused; p 12-01T12:00 paused; p 12-02T12:00"},
		"its one date paused":   {[]bot.Reminder{lost}, 3, "l 12-01T12:00 paused"},
		"its one date over":     {[]bot.Reminder{over}, 3, ""},
		"never approved":        {[]bot.Reminder{rem("n", "agreement-away", "every day at 12:00")}, 1, "n 11-30T12:00 not_approved"},
		"no approval is needed": {[]bot.Reminder{rem("c", "contact", "every day at 12:00")}, 1, "c 11-30T12:00"},
		"two within an hour": {[]bot.Reminder{rem("a", "contact", "every day at 12:00"), rem("b", "contact", "every day at 12:59"), rem("c", "contact", "every day at 13:59")}, 1,
			"a 11-30T12:00 near; b 11-30T12:59 near; c 11-30T13:59"},
		"one of two is skipped": {[]bot.Reminder{rem("a", "contact", "every day at 12:00"), rem("b", "agreement-away", "every day at 12:30")}, 1,
			"a 11-30T12:00; b 11-30T12:30 not_approved"},
		"more than three a day": {[]bot.Reminder{rem("a", "contact", "0 10,12,14,16 * * *")}, 1,
			"a 11-30T10:00 crowded; a 11-30T12:00 crowded; a 11-30T14:00 crowded; a 11-30T16:00 crowded"},
		"three a day":    {[]bot.Reminder{rem("a", "contact", "0 10,12,14 * * *")}, 1, "a 11-30T10:00; a 11-30T12:00; a 11-30T14:00"},
		"a rule at rest": {[]bot.Reminder{{ID: "x", Group: "monday", Rule: "every day at 12:00", Fault: bot.Reason{Code: bot.RuleFault}}}, 1, ""},
		"no such group":  {[]bot.Reminder{{ID: "x", Group: "gone", Rule: "every day at 12:00"}}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, more := Ahead(d, map[string]bot.Group{"monday": group}, c.reminders, now, now.AddDate(0, 0, c.days))
			var got []string
			for _, a := range all {
				line := a.Reminder.ID + " " + a.At.Format("01-02T15:04")
				for _, part := range []struct {
					said string
					is   bool
				}{{string(a.Skipped.Code), !a.Skipped.IsZero()}, {"near", a.Near}, {"crowded", a.Crowded}} {
					if part.is {
						line += " " + part.said
					}
				}
				for _, e := range a.Ends {
					line += fmt.Sprintf(" ends %s %s", e.Card.ID, e.At.Format("01-02"))
				}
				got = append(got, line)
			}
			if said := strings.Join(got, "; "); said != c.want || more {
				t.Errorf("ahead are\n%s\nwant\n%s", said, c.want)
			}
		})
	}
	var many []bot.Reminder
	for i := range 3 {
		many = append(many, rem(fmt.Sprint(i), "contact", "0 * * * *"))
	}
	group.Quiet = "none"
	if all, more := Ahead(d, map[string]bot.Group{"monday": group}, many, now, AheadMost(now)); len(all) != maxAhead || !more || !slices.IsSortedFunc(all, func(a, b Coming) int { return a.At.Compare(b.At) }) {
		t.Errorf("%d posts, more %v", len(all), more)
	}
}
