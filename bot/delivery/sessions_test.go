package delivery

import (
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// A reminder before each session of a fortnightly group: none before a cancelled session, which is
// recorded, and one before the new time of a moved session.
func TestPlanFollowsSessions(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	planner := NewPlanner(deck(t, library, time.Now))
	g := bot.Group{
		ID: "g", Zone: "America/Los_Angeles", Quiet: "none", Places: []bot.Place{{Platform: bot.Playground, Channel: "group"}},
		Sessions:   []bot.Session{{Rule: "every 2 weeks on Tuesday at 18:00, starting 2026-12-08", Length: 90 * time.Minute}},
		Exceptions: []scheduler.Exception{{Start: civil("2026-12-08T18:00")}, {Start: civil("2026-12-22T18:00"), To: civil("2026-12-23T17:00")}},
	}
	r := bot.Schedule(bot.Reminder{ID: "r", Group: "g", Topic: "agreements", Rule: "1 hour before each session", Late: time.Hour}, g, due.AddDate(0, 0, -7))
	for _, want := range []struct {
		nominal string
		reason  bot.ReasonCode
		at      time.Time
	}{
		{"2026-12-08T18:00", bot.SessionCancelled, time.Date(2026, 12, 9, 1, 0, 0, 0, time.UTC)},
		{"2026-12-23T17:00", "", time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)},
		{"2027-01-05T18:00", "", time.Date(2027, 1, 6, 1, 0, 0, 0, time.UTC)},
	} {
		p := planner.Plan(bot.DueReminder{Reminder: r, Group: g}, content.SignOff{}, want.at)
		if len(p.Deliveries) != 1 {
			t.Fatalf("at %s: %+v", want.at, p)
		}
		d := p.Deliveries[0]
		if d.Nominal.String() != want.nominal || !d.At.Equal(want.at) || d.Reason.Code != want.reason || (d.State == bot.Skipped) != (want.reason != "") {
			t.Errorf("planned %s at %s, %s %v; want %+v", d.Nominal, d.At, d.State, d.Reason, want)
		}
		r = p.Reminder
	}
}
