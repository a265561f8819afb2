package scheduler

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func civil(t testing.TB, s string) Civil {
	t.Helper()
	c, err := ParseCivil(s)
	must(t, err)
	return c
}

// Of four Mondays one is cancelled and one is moved to a Thursday.
func TestSessionsHaveALife(t *testing.T) {
	t.Parallel()
	c := calendar(t, "America/Los_Angeles", "none", []string{"every Monday at 18:00"}, []string{"2026-12-28"}).WithExceptions([]Exception{
		{Start: civil(t, "2026-12-07T18:00")},
		{Start: civil(t, "2026-12-14T18:00"), To: civil(t, "2026-12-17T19:00")},
		{Start: civil(t, "2026-12-15T18:00")}, // no session is planned then
	})
	now := instant(t, "2026-12-05T12:00:00Z")
	for i, want := range []string{"2026-12-17T19:00", "2026-12-21T18:00", "2027-01-04T18:00"} {
		m, ok := c.NextSession(now)
		if !ok || m.Start.String() != want || m.Moved() != (i == 0) || m.End.Sub(m.At) != 90*time.Minute {
			t.Errorf("%d: next is %+v, want %s", i, m, want)
		}
		now = m.At.Add(1)
	}
	if all := c.Meetings(instant(t, "2026-12-05T12:00:00Z"), instant(t, "2027-01-01T00:00:00Z"), 10); len(all) != 4 || !all[0].Cancelled || !all[3].Skipped {
		t.Errorf("meetings: %+v", all)
	}
	r := rule(t, "24 hours and 1 hour before each session")
	o, _ := c.First(r, instant(t, "2026-12-05T12:00:00Z"))
	for _, want := range []struct {
		name, local string
		off         Off
	}{
		{"2026-12-07T18:00/-1440", "2026-12-06T18:00", CancelledSession},
		{"2026-12-07T18:00/-60", "2026-12-07T17:00", CancelledSession},
		{"2026-12-17T19:00/-1440", "2026-12-16T19:00", 0},
		{"2026-12-17T19:00/-60", "2026-12-17T18:00", 0},
		{"2026-12-21T18:00/-1440", "2026-12-20T18:00", 0},
		{"2026-12-21T18:00/-60", "2026-12-21T17:00", 0},
		{"2026-12-28T18:00/-1440", "2026-12-27T18:00", SkippedDay},
	} {
		if got := CivilOf(o.At.In(c.Zone())).String(); o.Nominal.String() != want.name || got != want.local || c.CalledOff(r, o) != want.off {
			t.Errorf("%s at %s, off %d; want %+v", o.Nominal, got, c.CalledOff(r, o), want)
		}
		if back := civil(t, o.Nominal.String()); back != o.Nominal {
			t.Errorf("%s is read back as %s", o.Nominal, back)
		}
		o, _ = c.Next(r, o)
	}
	// Reminders that were planned before a session was moved, and before it was moved
	// once more.
	for _, old := range []string{"2026-12-14T18:00", "2026-12-16T18:00"} {
		if off := c.CalledOff(r, Occurrence{Nominal: civil(t, old)}); off != MovedSession {
			t.Errorf("%s, the old time of a moved session, is off %d", old, off)
		}
	}
}

// A day before a session on the morning after the clock goes forward is an hour earlier
// by the clock.
func TestForesee(t *testing.T) {
	t.Parallel()
	c := calendar(t, "America/Los_Angeles", "21:00-08:00", []string{"every Sunday at 8:30"}, nil)
	r := rule(t, "24 hours before each session")
	now := instant(t, "2026-11-24T12:00:00Z")
	must(t, c.Accept(r, now))
	got := c.Foresee(r, now)
	want := "The clock changes on Sunday, March 14, 2027, so the reminder on Saturday, March 13, 2027 falls at 7:30 AM, within this group's quiet hours, 9:00 PM to 8:00 AM, and will be skipped."
	if len(got) != 1 || got[0].Error() != want {
		t.Errorf("foresees %v", got)
	}
	if got := c.Foresee(rule(t, "1 hour after each session"), now); len(got) != 0 {
		t.Errorf("foresees %v", got)
	}
}

// Of a 30th, February has none. Whoever writes the 31st was asked already.
func TestForeseeShortMonths(t *testing.T) {
	t.Parallel()
	c := calendar(t, "America/Los_Angeles", "none", []string{"every Sunday at 8:30"}, nil)
	for text, better := range map[string]string{
		"every 30th at 9am":                                   "the last day of each month at 9:00 AM",
		"the 15th and 29th of each month at 9am":              "the 15th and the last day of each month at 9:00 AM",
		"every 3 months on the 30th at 9am":                   "every 3 months on the last day at 9:00 AM, starting November 30, 2026",
		"the 28th of each month at 9am":                       "",
		"every April 30 at 9am":                               "",
		"the 31st of each month that has one at 9am":          "",
		"every Monday at 9am; the 30th of each month at 10am": "Mondays at 9:00 AM and the last day of each month at 10:00 AM",
	} {
		r, err := reader("en-US").Rule(text)
		must(t, err)
		got := c.Foresee(r, reader("en-US").Now)
		want := fmt.Sprintf("Months without such a day are left out. If you mean the last day of the month, write %q.", better)
		if better == "" && len(got) > 0 || better != "" && (len(got) != 1 || got[0].Error() != want) {
			t.Errorf("%s: foresees %v, want %s", text, got, want)
		}
	}
}

func TestForeseeSkips(t *testing.T) {
	t.Parallel()
	c, err := NewCalendar("America/Los_Angeles", "21:00-08:00", []SessionText{{"every Monday at 18:00", time.Hour}}, []string{"2026-11-30", "2026-12-24..2027-01-02", "2026-12-25", "2026-11-01"})
	must(t, err)
	now := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)
	for text, want := range map[string][]string{
		"30 minutes before each session":    {"on Monday, November 30, 2026", "from Thursday, December 24, 2026 to Saturday, January 2, 2027"},
		"every Friday at 9:00":              {"from Thursday, December 24, 2026", "on Friday, December 25, 2026"},
		"1 day before each session":         {"on Monday, November 30, 2026", "from Thursday, December 24, 2026"},
		"on December 3, 2026 at 9:00":       nil,
		"2 hours after each session":        {"on Monday, November 30, 2026", "from Thursday, December 24, 2026"},
		"every day, every hour at minute 5": {"on Monday, November 30, 2026", "from Thursday, December 24, 2026", "on Friday, December 25, 2026"},
	} {
		got := c.Foresee(rule(t, text), now)
		if len(got) != len(want) {
			t.Errorf("%s: %q", text, got)
			continue
		}
		for i, says := range want {
			if !strings.Contains(got[i].Error(), says) {
				t.Errorf("%s: %q does not say %q", text, got[i], says)
			}
		}
	}
}

func TestQuietLeads(t *testing.T) {
	t.Parallel()
	c := calendar(t, "America/Los_Angeles", "21:00-08:00", []string{"every Monday at 18:00"}, nil)
	now := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)
	moved, err := ParseCivil("2026-12-08T09:00")
	must(t, err)
	at := c.place(moved.Time())
	m := Meeting{Planned: moved, Start: moved, At: at, End: at.Add(time.Hour)}
	if got := c.QuietLeads(rule(t, "2 hours before each session"), m, now); len(got) != 1 || !strings.Contains(got[0].Error(), "Tuesday, December 8, 2026 at 7:00 AM") {
		t.Errorf("told %q", got)
	}
	if got := c.QuietLeads(rule(t, "30 minutes before each session"), m, now); len(got) != 0 {
		t.Errorf("told %q", got)
	}
	if got := c.QuietLeads(rule(t, "2 hours before each session"), m, at); len(got) != 0 {
		t.Errorf("what is past is told: %q", got)
	}
}
