package scheduler

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func calendar(t testing.TB, zone, quiet string, sessions, skips []string) Calendar {
	t.Helper()
	var texts []SessionText
	for _, s := range sessions {
		texts = append(texts, SessionText{Rule: s, Length: 90 * time.Minute})
	}
	c, err := NewCalendar(zone, quiet, texts, skips)
	must(t, err)
	return c
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	must(t, err)
	return at
}

// TestClockChanges follows rules through changes of the clock: "nominal due".
func TestClockChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, zone, rule, now string
		want                  []string
	}{
		{"a time left out moves to the end of the gap", "America/New_York", "30 2 * * *", "2026-03-07T12:00:00Z", []string{
			"2026-03-08T02:30 2026-03-08T03:00:00-04:00",
			"2026-03-09T02:30 2026-03-09T02:30:00-04:00"}},
		{"a time shown twice is due the first time", "America/New_York", "30 1 * * *", "2026-10-31T12:00:00Z", []string{
			"2026-11-01T01:30 2026-11-01T01:30:00-04:00",
			"2026-11-02T01:30 2026-11-02T01:30:00-05:00"}},
		{"between the two showings it is over", "America/New_York", "30 1 * * *", "2026-11-01T06:10:00Z", []string{
			"2026-11-02T01:30 2026-11-02T01:30:00-05:00"}},
		{"one gap takes two times: the first stays", "America/New_York", "0 2,3 * * *", "2026-03-08T00:00:00-05:00", []string{
			"2026-03-08T02:00 2026-03-08T03:00:00-04:00",
			"2026-03-09T02:00 2026-03-09T02:00:00-04:00"}},
		{"at the very instant of the change", "America/New_York", "0 2,3 * * *", "2026-03-08T07:00:00Z", []string{
			"2026-03-08T02:00 2026-03-08T03:00:00-04:00"}},
		{"just after it", "America/New_York", "0 2,3 * * *", "2026-03-08T07:00:00.000000001Z", []string{
			"2026-03-09T02:00 2026-03-09T02:00:00-04:00"}},
		{"every hour keeps its pace in autumn", "America/New_York", "15 * * * *", "2026-11-01T04:20:00Z", []string{
			"2026-11-01T05:15Z 2026-11-01T01:15:00-04:00",
			"2026-11-01T06:15Z 2026-11-01T01:15:00-05:00",
			"2026-11-01T07:15Z 2026-11-01T02:15:00-05:00"}},
		{"every hour keeps its pace in spring", "America/New_York", "15 * * * *", "2026-03-08T06:00:00Z", []string{
			"2026-03-08T06:15Z 2026-03-08T01:15:00-05:00",
			"2026-03-08T07:15Z 2026-03-08T03:15:00-04:00"}},
		{"midnight left out, Cairo", "Africa/Cairo", "0 0 * * *", "2026-04-23T12:00:00Z", []string{
			"2026-04-24T00:00 2026-04-24T01:00:00+03:00",
			"2026-04-25T00:00 2026-04-25T00:00:00+03:00"}},
		{"midnight shown twice, Havana", "America/Havana", "0 0 * * *", "2025-11-01T12:00:00Z", []string{
			"2025-11-02T00:00 2025-11-02T00:00:00-04:00",
			"2025-11-03T00:00 2025-11-03T00:00:00-05:00"}},
		{"midnight reached twice, Asuncion 2021", "America/Asuncion", "0 0 * * *", "2021-03-27T12:00:00Z", []string{
			"2021-03-28T00:00 2021-03-28T00:00:00-04:00",
			"2021-03-29T00:00 2021-03-29T00:00:00-04:00"}},
		{"half an hour, Lord Howe", "Australia/Lord_Howe", "10 2 * * *", "2026-10-03T00:00:00Z", []string{
			"2026-10-04T02:10 2026-10-04T02:30:00+11:00",
			"2026-10-05T02:10 2026-10-05T02:10:00+11:00"}},
		{"two hours, Troll", "Antarctica/Troll", "30 2 * * *", "2026-10-24T12:00:00Z", []string{
			"2026-10-25T02:30 2026-10-25T02:30:00+02:00",
			"2026-10-26T02:30 2026-10-26T02:30:00Z"}},
		{"a day left out, Apia 2011", "Pacific/Apia", "0 9 * * *", "2011-12-29T12:00:00-10:00", []string{
			"2011-12-30T09:00 2011-12-31T00:00:00+14:00",
			"2011-12-31T09:00 2011-12-31T09:00:00+14:00"}},
		{"a day that comes back, Kwajalein 1993 is left out, too", "Pacific/Kwajalein", "0 12 21 8 *", "1993-01-01T00:00:00Z", []string{
			"1993-08-21T12:00 1993-08-22T00:00:00+12:00",
			"1994-08-21T12:00 1994-08-21T12:00:00+12:00"}},
		{"29 February", "Europe/Madrid", "0 9 29 2 *", "2026-01-01T00:00:00Z", []string{
			"2028-02-29T09:00 2028-02-29T09:00:00+01:00",
			"2032-02-29T09:00 2032-02-29T09:00:00+01:00"}},
		{"29 February around 2100", "Europe/Madrid", "0 9 29 2 *", "2096-03-01T00:00:00Z", []string{
			"2104-02-29T09:00 2104-02-29T09:00:00+01:00"}},
		{"now counts", "UTC", "0 9 * * *", "2026-11-24T09:00:00Z", []string{
			"2026-11-24T09:00 2026-11-24T09:00:00Z"}},
		{"a moment later does not", "UTC", "0 9 * * *", "2026-11-24T09:00:00.000000001Z", []string{
			"2026-11-25T09:00 2026-11-25T09:00:00Z"}},
		{"real minutes before a session after the gap", "America/New_York", "30 minutes before each session", "2026-03-08T00:00:00-05:00", []string{
			"2026-03-08T03:15 2026-03-08T01:45:00-05:00",
			"2026-03-15T03:15 2026-03-15T02:45:00-04:00"}},
		{"real hours before a session after the second showing", "America/New_York", "2 hours before each session", "2026-10-31T00:00:00Z", []string{
			"2026-11-01T03:15 2026-11-01T01:15:00-05:00",
			"2026-11-08T03:15 2026-11-08T01:15:00-05:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := calendar(t, tt.zone, "none", []string{"15 3 * * 0"}, nil)
			got := c.Upcoming(rule(t, tt.rule), instant(t, tt.now), len(tt.want))
			if len(got) != len(tt.want) {
				t.Fatalf("%d occurrences, want %d", len(got), len(tt.want))
			}
			for i, o := range got {
				if s := o.Nominal.String() + " " + o.At.In(c.Zone()).Format(time.RFC3339); s != tt.want[i] {
					t.Errorf("%d: got %s, want %s", i, s, tt.want[i])
				}
				if o.At.Location() != time.UTC {
					t.Errorf("%d: in %s, want UTC", i, o.At.Location())
				}
			}
		})
	}
}

func TestUpcomingLeavesOutSkippedDates(t *testing.T) {
	t.Parallel()
	c := calendar(t, "America/Los_Angeles", "none", []string{"every Thursday at 0:15", "every Thursday at 18:00"},
		[]string{"2026-12-24", "2026-12-31..2027-01-02"})
	now := instant(t, "2026-12-22T00:00:00Z")
	for _, tt := range []struct {
		rule string
		want []string
	}{
		{"every day at 9:00", []string{"2026-12-22T09:00", "2026-12-23T09:00", "2026-12-25T09:00"}},
		{"30 0 * * *", []string{"2026-12-22T00:30", "2026-12-23T00:30", "2026-12-25T00:30"}},
		// The session of the 24th is off, though the reminder would come on the 23rd.
		{"30 minutes before each session", []string{"2027-01-07T00:15", "2027-01-07T18:00"}},
	} {
		for i, o := range c.Upcoming(rule(t, tt.rule), now, len(tt.want)) {
			if o.Nominal.String() != tt.want[i] {
				t.Errorf("%s: %d is %s, want %s", tt.rule, i, o.Nominal, tt.want[i])
			}
		}
	}
	hourly := rule(t, "0 * * * *")
	o, _ := c.First(hourly, instant(t, "2026-12-24T08:00:00Z")) // midnight in Los Angeles
	if !c.Skipped(o) {
		t.Errorf("%v is not skipped", o)
	}
	if o, _ = c.First(hourly, instant(t, "2026-12-24T07:00:00Z")); c.Skipped(o) {
		t.Errorf("%v is skipped", o)
	}
	if got := calendar(t, "UTC", "none", nil, []string{"2000-01-01..9999-12-31"}).Upcoming(rule(t, "every day at 9:00"), now, 3); len(got) != 0 {
		t.Errorf("all dates are skipped, got %v", got)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	c := calendar(t, "America/New_York", "none", []string{"every Sunday at 3:15"}, nil)
	for _, tt := range []struct {
		rule, now string
		late      time.Duration
		want      string
	}{
		{"every day at 9:00", "2026-11-24T00:00:00Z", 2 * time.Hour, "2026-11-24T16:00:00Z"},
		{"30 minutes before each session", "2026-11-24T00:00:00Z", 2 * time.Hour, "2026-11-29T08:15:00Z"},
		{"30 minutes before each session", "2026-11-24T00:00:00Z", 10 * time.Minute, "2026-11-29T07:55:00Z"},
		{"2 hours before each session", "2026-03-08T00:00:00Z", 5 * time.Hour, "2026-03-08T07:15:00Z"},
	} {
		r := rule(t, tt.rule)
		o, _ := c.First(r, instant(t, tt.now))
		if got := c.Deadline(r, o, tt.late); !got.Equal(instant(t, tt.want)) {
			t.Errorf("%s, late %s: %s, want %s", tt.rule, tt.late, got, tt.want)
		}
	}
}

func TestAccept(t *testing.T) {
	t.Parallel()
	usual := calendar(t, "America/Los_Angeles", "21:00-08:00", []string{"every Monday at 18:00", "every Thursday at 8:20"}, nil)
	alone := calendar(t, "America/Los_Angeles", "21:00-08:00", nil, nil)
	close := calendar(t, "America/Los_Angeles", "none", []string{"every Monday at 18:00", "every Monday at 18:30"}, nil)
	noon := calendar(t, "America/Los_Angeles", "12:00-13:00", []string{"every Monday at 18:00"}, nil)
	for _, tt := range []struct {
		name               string
		c                  Calendar
		rule               string
		reason, suggestion string // empty: accepted
	}{
		{"by day", usual, "every day at 9:00", "", ""},
		{"the first minute allowed", usual, "every day at 8:00", "", ""},
		{"the last minute allowed", usual, "every day at 20:59", "", ""},
		{"every hour of the day, nobody sleeps", close, "0 * * * *", "", ""},
		{"never", usual, "0 9 31 2 *", "This rule would never apply: there is no such date.",
			`Write a day that exists, such as "every 1st of the month at 10:00 AM".`},
		{"leap day", usual, "0 9 29 2 *", "", ""},
		{"twice an hour", usual, "*/30 9 * * *", "This rule would post more than once an hour, which is too often for a group.",
			`Write one time, such as "every day at 9:00 AM".`},
		{"every minute", usual, "* * * * *", "This rule would post more than once an hour, which is too often for a group.",
			`Write one time, such as "every day at 9:00 AM".`},
		{"in the evening", usual, "every Monday at 22:00", "10:00 PM is within this group's quiet hours, 9:00 PM to 8:00 AM.",
			`The nearest time allowed is 8:45 PM: write "Mondays at 8:45 PM".`},
		{"in the morning", usual, "every Monday at 6:30", "6:30 AM is within this group's quiet hours, 9:00 PM to 8:00 AM.",
			`The nearest time allowed is 8:00 AM: write "Mondays at 8:00 AM".`},
		{"one of two", usual, "every day at 9:00 and 21:00", "9:00 PM is within this group's quiet hours, 9:00 PM to 8:00 AM.",
			`The nearest time allowed is 8:45 PM. To leave the quiet hours out, write "every day at 9:00 AM".`},
		{"every hour", usual, "0 * * * *", "12:00 AM is within this group's quiet hours, 9:00 PM to 8:00 AM.",
			`The nearest time allowed is 8:00 AM. To leave the quiet hours out, write "every day at 8:00 AM, 9:00 AM, 10:00 AM, 11:00 AM, 12:00 PM, 1:00 PM, 2:00 PM, 3:00 PM, 4:00 PM, 5:00 PM, 6:00 PM, 7:00 PM and 8:00 PM".`},
		{"some of many", usual, "0 */4 * * *", "12:00 AM is within this group's quiet hours, 9:00 PM to 8:00 AM.",
			`The nearest time allowed is 8:00 AM. To leave the quiet hours out, write "every day at 8:00 AM, 12:00 PM, 4:00 PM and 8:00 PM".`},
		{"within one day", noon, "every day at 12:10", "12:10 PM is within this group's quiet hours, 12:00 PM to 1:00 PM.",
			`The nearest time allowed is 11:45 AM: write "every day at 11:45 AM".`},
		{"on the last day, past", calendar(t, "UTC", "12:00-13:00", nil, nil), "Tuesdays at 12:10 PM, until November 24, 2026",
			"12:10 PM is within this group's quiet hours, 12:00 PM to 1:00 PM, and the nearest time allowed is past.", `Write a later day, or a rule such as "every day at 9:00 AM".`},
		{"no sessions", alone, "30 minutes before each session", "This group has no sessions, so nothing can be posted before them.",
			`Add its sessions first, or write a time such as "every Monday at 9:00 AM".`},
		{"before sessions", usual, "20 minutes before each session", "", ""},
		{"before sessions, too early", usual, "30 minutes before each session", "7:50 AM is within this group's quiet hours, 9:00 PM to 8:00 AM.",
			`The nearest time allowed is 20 minutes before: write "20 minutes before each session".`},
		{"before sessions, a day before", noon, "30 hours before each session", "12:00 PM is within this group's quiet hours, 12:00 PM to 1:00 PM.",
			`The nearest time allowed is 29 hours before: write "29 hours before each session".`},
		{"before sessions, at an odd length", calendar(t, "UTC", "21:00-08:00", []string{"every Monday at 8:20"}, nil), "9 hours before each session", "11:20 PM is within this group's quiet hours, 9:00 PM to 8:00 AM.",
			`The nearest time allowed is 12 hours before: write "12 hours before each session".`},
		{"sessions close together", close, "30 minutes before each session", "This rule would post more than once an hour, which is too often for a group.",
			`Write one time, such as "every day at 9:00 AM".`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.c.Accept(rule(t, tt.rule), instant(t, "2026-11-24T12:00:00Z"))
			if tt.reason == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			var refusal *Mistake
			if !errors.As(err, &refusal) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if want := tt.reason + " " + tt.suggestion; refusal.Error() != want {
				t.Errorf("got  %s\nwant %s", refusal, want)
			}
		})
	}
	if err := usual.Accept(Rule{}, instant(t, "2026-11-24T12:00:00Z")); err == nil {
		t.Error("the zero rule is accepted")
	}
}

// TestSuggestionsAreAccepted holds refusals to what they promise.
func TestSuggestionsAreAccepted(t *testing.T) {
	t.Parallel()
	now, evening := instant(t, "2026-11-24T12:00:00Z"), rule(t, "every day at 18:00")
	rapid.Check(t, func(t *rapid.T) {
		from, to := rapid.IntRange(0, 1439).Draw(t, "from"), rapid.IntRange(0, 1439).Draw(t, "to")
		if from == to {
			t.Skip("no quiet hours")
		}
		c := Calendar{zone: time.UTC, quiet: Quiet{from, to}, sessions: []session{{evening, time.Hour}}}
		r := anyRule().Draw(t, "rule")
		var refusal *Mistake
		if !errors.As(c.Accept(r, now), &refusal) || strings.Contains(refusal.Format, "is over") {
			return
		}
		_, rest, _ := strings.Cut(refusal.Error(), `write "`)
		if rest == "" {
			_, rest, _ = strings.Cut(refusal.Error(), `such as "`)
		}
		quoted, _, ok := strings.Cut(rest, `"`)
		if !ok {
			t.Fatalf("%s: no rule in %q", r, refusal.Error())
		}
		better, err := ParseRule(quoted)
		if err != nil {
			t.Fatalf("%s: suggests %q: %v", r, quoted, err)
		}
		if _, due := c.First(r, now); due && !strings.Contains(refusal.Error(), "such as") {
			if err := c.Accept(better, now); err != nil {
				t.Fatalf("%s: suggests %q, then: %v", r, quoted, err)
			}
		}
	})
}

func TestQuietByTheGroupsClock(t *testing.T) {
	t.Parallel()
	c := calendar(t, "America/Los_Angeles", "21:00-08:00", nil, nil)
	for at, want := range map[string]bool{
		"2026-07-01T20:59:59-07:00": false,
		"2026-07-01T21:00:00-07:00": true,
		"2026-07-02T07:59:59-07:00": true,
		"2026-07-02T08:00:00-07:00": false,
		"2026-12-02T15:59:00Z":      true,
		"2026-12-02T16:00:00Z":      false,
	} {
		if got := c.Quiet(instant(t, at)); got != want {
			t.Errorf("%s: %v", at, got)
		}
	}
	if calendar(t, "UTC", "none", nil, nil).Quiet(instant(t, "2026-12-02T00:00:00Z")) {
		t.Error("none is quiet at midnight")
	}
}

// TestSteps holds random rules in random zones to the promises of First and
// Next, from random moments.
func TestSteps(t *testing.T) {
	t.Parallel()
	names, twice := Zones(), rule(t, "15 2 * * 0,3")
	rapid.Check(t, func(t *rapid.T) {
		zone, err := ParseZone(rapid.SampledFrom(names).Draw(t, "zone"))
		must(t, err)
		c := Calendar{zone: zone, sessions: []session{{twice, time.Hour}}}
		r := anyRule().Draw(t, "rule")
		now := time.Unix(rapid.Int64Range(1577836800, 2145916800).Draw(t, "now"), 0)
		last, ok := c.First(r, now)
		if !ok {
			if !r.never() && !r.Once() && !slices.ContainsFunc(r.parts, func(p part) bool { return p.until != 0 }) {
				t.Fatal("no occurrence, though there are dates")
			}
			return
		}
		if last.At.Before(now) {
			t.Fatalf("first at %s is before %s", last.At, now)
		}
		for range 50 {
			next, ok := c.Next(r, last)
			if !ok && slices.ContainsFunc(r.parts, func(p part) bool { return p.until != 0 }) {
				return
			}
			later := next.Nominal.After(last.Nominal) || r.BySession() && next.Nominal != last.Nominal
			if !ok || !later || !next.At.After(last.At) {
				t.Fatalf("%v follows %v, %v", next, last, ok)
			}
			// From any moment between the two, the same one comes next.
			between := last.At.Add(time.Duration(rapid.Int64Range(1, int64(next.At.Sub(last.At))).Draw(t, "between")))
			if first, _ := c.First(r, between); first != next {
				t.Fatalf("from %s comes %v, after %v comes %v", between, first, last, next)
			}
			last = next
		}
	})
}

func TestNewCalendarRefuses(t *testing.T) {
	t.Parallel()
	const zone = "America/Los_Angeles"
	hour := time.Hour
	for _, tt := range []struct {
		name, zone, quiet string
		session           SessionText
		skip              string
		says              string
	}{
		{"zone", "Pacific Time", "none", SessionText{"every Monday at 18:00", hour}, "2026-12-24", "time zone"},
		{"quiet", zone, "9-8", SessionText{"every Monday at 18:00", hour}, "2026-12-24", "9:00 PM to 8:00 AM"},
		{"session's rule", zone, "none", SessionText{"Mondays", hour}, "2026-12-24", "session 1: "},
		{"session before sessions", zone, "none", SessionText{"1 hour before each session", hour}, "2026-12-24", "when it begins"},
		{"session every hour", zone, "none", SessionText{"0 * * * *", hour}, "2026-12-24", "when it begins"},
		{"session that never comes", zone, "none", SessionText{"0 9 31 2 *", hour}, "2026-12-24", "no such date"},
		{"no length", zone, "none", SessionText{"every Monday at 18:00", 0}, "2026-12-24", "such as 90m"},
		{"skip", zone, "none", SessionText{"every Monday at 18:00", hour}, "24 December", "as December 24"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := NewCalendar(tt.zone, tt.quiet, []SessionText{tt.session}, []string{tt.skip})
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %q does not say %q", err, tt.says)
			}
			if _, ok := c.First(rule(t, "0 9 * * *"), time.Now()); ok || c.Quiet(time.Now()) {
				t.Error("the zero calendar has occurrences or quiet hours")
			}
		})
	}
}

// Go's ZoneBounds ends in the past on 31 December of leap years after 2037.
func TestTheEndOfALeapYearIsNoTrap(t *testing.T) {
	t.Parallel()
	for _, zone := range Zones() {
		c, err := NewCalendar(zone, "none", nil, nil)
		must(t, err)
		for year := 2040; year <= 2060; year += 4 {
			for _, text := range []string{"0 9 * * *", "30 * * * *", "every Monday at 9:00"} {
				r, err := ParseRule(text)
				must(t, err)
				from := time.Date(year, 12, 30, 0, 0, 0, 0, time.UTC)
				for o, ok := c.First(r, from); o.At.Year() <= year && o.At.Day() > 28; o, ok = c.Next(r, o) {
					if !ok {
						t.Fatalf("%s in %s: nothing after %v", text, zone, o)
					}
					if local := o.At.In(c.Zone()); text[0] == '0' && local.Hour() != 9 {
						t.Errorf("%s in %s: due at %s", text, zone, local)
					}
				}
			}
		}
	}
}

// The table of Ciudad Juárez ends on November 30, 2022, when its clock went from
// midnight back to 11 PM. From then on Go goes by a rule, by which the clock was set
// back three weeks earlier: 11:10 PM would be due again.
func TestTheLastChangeOfATableIsSeen(t *testing.T) {
	t.Parallel()
	c := calendar(t, "America/Ciudad_Juarez", "none", nil, nil)
	o, ok := c.First(rule(t, "10 23 * * *"), instant(t, "2022-11-30T06:01:00Z"))
	if want := instant(t, "2022-12-01T06:10:00Z"); !ok || !o.At.Equal(want) {
		t.Errorf("due at %s, want %s", o.At, want)
	}
}

// must ends the test at an error.
func must(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
