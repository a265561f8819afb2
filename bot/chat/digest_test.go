package chat

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

func TestParseDigest(t *testing.T) {
	t.Parallel()
	zoned := []bot.Group{{ID: "g", Zone: "America/Los_Angeles"}}
	now := time.Date(2026, 11, 30, 17, 30, 0, 0, time.UTC) // Monday, 9:30 in Los Angeles
	for text, want := range map[string]string{
		"every Monday at 9:00":                      "2026-11-30T17:00:00Z",
		"every Monday at 9:00 America/Los_Angeles":  "2026-11-30T17:00:00Z",
		"every Monday at 9:00 Europe/Berlin":        "2026-11-30T08:00:00Z",
		"0 9 * * 1 America/New_York":                "2026-11-30T14:00:00Z",
		"every 1st of the month at 8:00":            "", // it was long ago
		"every Monday at 10:00 America/Los_Angeles": "", // not yet
		"off": "",
	} {
		d, err := ParseDigest(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		last, before, ok := d.Last(zoned, now)
		if ok != (want != "") || ok && last.At.Format(time.RFC3339) != want {
			t.Errorf("%q was last due %v, %t; want %s", text, last.At, ok, want)
		}
		if ok && last.At.Sub(before.At) != 7*24*time.Hour {
			t.Errorf("%q was due before at %v", text, before.At)
		}
		if _, _, ok := d.Last(nil, now); ok {
			t.Errorf("%q is due without any group", text)
		}
	}
	for _, text := range []string{"", "on", "weekly", "every Monday at 9:00 Nowhere/Land", "* * * * *", "Monday Europe/Berlin"} {
		if _, err := ParseDigest(text); err == nil {
			t.Errorf("%q is taken", text)
		} else if _, ok := bot.ForPerson(err); !ok {
			t.Errorf("%q: %v is no sentence", text, err)
		}
	}
}

func TestDigestNotice(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	other := bot.Group{ID: "other", Name: "Other", Langs: []string{"en"}}
	g.Langs = []string{"en"}
	o := scheduler.Occurrence{Nominal: scheduler.CivilOf(monday()), At: monday()}
	d := s.DigestNotice(o, monday().AddDate(0, 0, -7), []bot.Group{g, other}, []bot.Tally{{Group: "evening-circle", Sent: 5, Skipped: 1, Failed: 2}, {Group: "gone", Sent: 1}},
		[]bot.OpenTrouble{{Trouble: bot.Trouble{Subject: "place slack:C1", Reason: "archived"}}}, s.staff)
	for _, want := range []string{"Evening circle: 5 sent, 1 skipped, 2 failed", "gone: 1 sent", "Other: 0 sent", "Open troubles: 1", "place slack:C1: archived", fmt.Sprintf("approval: %d.", s.waiting("en")), "since 16 November 2026"} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("does not say %q:\n%s", want, d.Text)
		}
	}
	if m := s.notice(bot.Work{Delivery: d}); len(m.Actions) == 0 || len(m.Blocks) < 4 {
		t.Errorf("reads %+v", m)
	}
}
