package scheduler

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// The years that the tests over every zone cover.
var (
	firstDay = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestParseZone(t *testing.T) {
	t.Parallel()
	for _, name := range Zones() {
		if zone, err := ParseZone(name); err != nil || zone.String() != name {
			t.Errorf("%s: %v, %v", name, zone, err)
		}
	}
	if n := len(Zones()); n < 550 || !slices.IsSorted(Zones()) {
		t.Errorf("%d zones, sorted: %v", n, slices.IsSorted(Zones()))
	}
	for name, says := range map[string]string{
		"":                     "America/Los_Angeles",
		"Local":                "there is no time zone",
		"local":                "there is no time zone",
		"America/Los_Angles":   "did you mean America/Los_Angeles?",
		"america/los_angeles":  "did you mean America/Los_Angeles?",
		"Los Angeles":          "did you mean America/Los_Angeles?",
		"Europe/Madird":        "did you mean Europe/Madrid?",
		"Tokio":                "did you mean Asia/Tokyo?",
		"Bogotá":               "did you mean America/Bogota?",
		"PST":                  "did you mean America/Los_Angeles?",
		"EST":                  "did you mean America/New_York?",
		"MST":                  "did you mean America/Denver or America/Phoenix?",
		"Pacific time":         "did you mean America/Los_Angeles?",
		"california":           "did you mean America/Los_Angeles?",
		"Pacífico":             "did you mean America/Los_Angeles?",
		"Texas":                "did you mean America/Chicago or America/Denver?",
		"UTC+2":                "there is no time zone",
		"+02:00":               "there is no time zone",
		"GMT-8":                "there is no time zone",
		"Etc/GMT+8":            "there is no time zone",
		"Factory":              "there is no time zone",
		"../../etc/passwd":     "there is no time zone",
		"right/UTC":            "there is no time zone",
		"UTC\nAsia/Tokyo":      "is one line",
		"Xyzzy/Nowhere_At_All": "such as America/Los_Angeles",
	} {
		zone, err := ParseZone(name)
		if err == nil {
			t.Errorf("%q is taken as %s", name, zone)
			continue
		}
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%q: error %q does not say %q", name, err, says)
		}
	}
}

// Every zone that a word stands for is one.
func TestZoneWords(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(strings.TrimSpace(zonesByWord)) {
		zones, names, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || names == "" {
			t.Errorf("line %q", line)
		}
		for zone := range strings.FieldsSeq(zones) {
			if _, err := ParseZone(zone); err != nil {
				t.Error(err)
			}
		}
	}
	if got := ZonesBegun("calif"); !slices.Equal(got, []string{"America/Los_Angeles"}) {
		t.Errorf("calif: %v", got)
	}
	for _, typed := range []string{"hora de México", "mexico", "CDMX", "ciudad de méxico"} {
		if got := ZonesFor(typed); !slices.Equal(got, []string{"America/Mexico_City"}) {
			t.Errorf("%q is %v", typed, got)
		}
	}
	if got := ZonesFor("san francisco"); !slices.Equal(got, []string{"America/Los_Angeles"}) {
		t.Errorf("San Francisco is %v", got)
	}
	if got := ZonesBegun("x"); got != nil {
		t.Errorf("x: %v", got)
	}
}

// eachZone runs a test in every zone of Go's data, also those not offered.
func eachZone(t *testing.T, test func(t *testing.T, zone *time.Location)) {
	t.Helper()
	for name := range strings.FieldsSeq(zoneNames) {
		zone, err := current().location(name)
		must(t, err)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, zone)
		})
	}
}

// shown is what the zone's clock shows, in minutes as a Civil counts them. It is
// all that these tests ask of a zone.
func shown(t time.Time, zone *time.Location) int64 { return CivilOf(t.In(zone)).minutes }

// changes finds the clock changes of a zone by looking at its clock.
func changes(zone *time.Location) []time.Time {
	ahead := func(t time.Time) int64 { return shown(t, zone) - civilAt(t).minutes }
	var out []time.Time
	const step = 6 * time.Hour
	was := ahead(firstDay)
	for t := firstDay; t.Before(lastDay); t = t.Add(step) {
		low, high := t, t.Add(step)
		is := ahead(high)
		if is == was {
			continue
		}
		for high.Sub(low) > time.Minute {
			middle := low.Add(high.Sub(low) / 2).Truncate(time.Minute)
			if ahead(middle) == was {
				low = middle
			} else {
				high = middle
			}
		}
		out = append(out, high)
		was = is
	}
	return out
}

// TestEveryClockChange watches the clock of every zone minute by minute around
// every change from 2020 to 2037, and compares what rules do; with EXHAUSTIVE=1,
// rules for more times of the day.
func TestEveryClockChange(t *testing.T) {
	t.Parallel()
	eachZone(t, func(t *testing.T, zone *time.Location) {
		for _, change := range changes(zone) {
			watch(t, zone, change)
		}
	})
}

// watch compares rules with an observer of the clock from 26 hours before a
// change to 26 hours after.
func watch(t *testing.T, zone *time.Location, change time.Time) {
	t.Helper()
	const span, lead = 26 * time.Hour, 45 * time.Minute
	start, end := change.Add(-span), change.Add(span)

	// When each minute of the day, counted on, was first shown or passed over.
	first := shown(start, zone)
	due := make([]time.Time, 0, 2*span/time.Minute+dayMinutes)
	clock := make([]int64, 0, 2*span/time.Minute)
	for at, high := start, first-1; at.Before(end); at = at.Add(time.Minute) {
		now := shown(at, zone)
		clock = append(clock, now)
		for ; high < now; high++ {
			due = append(due, at)
		}
	}

	before, after := shown(change.Add(-time.Minute), zone)+1, shown(change, zone)
	day := Civil{minutes: before}.Time()
	times := []int64{before + 10, after}
	if os.Getenv("EXHAUSTIVE") == "1" {
		times = append(times, before, after+10, 9*60)
	}
	for _, m := range times {
		m %= dayMinutes
		at := []int{int(m)}
		daily := ruleOf(part{days: days{dow: everyDow}, times: at})
		weekly := ruleOf(part{days: days{dow: 1 << day.Weekday()}, times: at})
		monthly := ruleOf(part{days: days{dom: 1 << day.Day()}, times: at})
		hourly := ruleOf(part{days: days{dow: everyDow}, times: []int{int(m % 60)}, hourly: true})
		c := Calendar{zone: zone, sessions: []session{{daily, time.Hour}}}

		var wantDaily, wantWeekly, wantMonthly, wantBefore, wantHourly []Occurrence
		for i, at := range due {
			n := Civil{minutes: first + int64(i)}
			if n.minutes%dayMinutes != m {
				continue
			}
			o := Occurrence{n, at}
			wantDaily = append(wantDaily, o)
			if n.Time().Weekday() == day.Weekday() {
				wantWeekly = append(wantWeekly, o)
			}
			if n.Time().Day() == day.Day() {
				wantMonthly = append(wantMonthly, o)
			}
			if early := at.Add(-lead); !early.Before(start) {
				wantBefore = append(wantBefore, Occurrence{n, early})
			}
		}
		for i, now := range clock {
			if now%60 == m%60 {
				at := start.Add(time.Duration(i) * time.Minute)
				name := civilAt(at)
				name.utc = true
				wantHourly = append(wantHourly, Occurrence{name, at})
			}
		}
		compare(t, c, daily, start, end, wantDaily)
		compare(t, c, weekly, start, end, wantWeekly)
		compare(t, c, monthly, start, end, wantMonthly)
		compare(t, c, leadsOf(Lead{-int(lead / time.Minute), false}), start, end.Add(-lead), wantBefore)
		compare(t, c, hourly, start, end, wantHourly)
	}
}

func compare(t *testing.T, c Calendar, r Rule, start, end time.Time, want []Occurrence) {
	t.Helper()
	var got []Occurrence
	for o, ok := c.First(r, start); ok && o.At.Before(end); o, ok = c.Next(r, o) {
		got = append(got, o)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s from %s:\ngot  %v\nwant %v", r, start, got, want)
	}
	// A program that starts in the middle of it all sees the same.
	middle := start.Add(end.Sub(start) / 2)
	for _, minutes := range []time.Duration{-61, -1, 0, 1, 25, 61} {
		from := middle.Add(minutes * time.Minute)
		i := slices.IndexFunc(want, func(o Occurrence) bool { return !o.At.Before(from) })
		if i < 0 {
			continue
		}
		if first, ok := c.First(r, from); !ok || first != want[i] {
			t.Errorf("%s first from %s: got %v, want %v", r, from, first, want[i])
		}
	}
}

// TestEveryDate walks through all dates from 2020 to 2037 in every zone: none
// missing, none doubled, the clock right. Without EXHAUSTIVE=1 it leaves out the
// daily rules.
func TestEveryDate(t *testing.T) {
	t.Parallel()
	type walk struct {
		rule   string
		months int
		days   int
	}
	walks := []walk{
		{"30 2 * * 0", 0, 7},
		{"0 0 1 * *", 1, 0},
		{"45 minutes before each session", 0, 7},
	}
	if os.Getenv("EXHAUSTIVE") == "1" {
		walks = append(walks, walk{"0 0 * * *", 0, 1}, walk{"30 1 * * *", 0, 1}, walk{"30 2 * * *", 0, 1},
			walk{"0 3 * * *", 0, 1}, walk{"0 9 * * *", 0, 1}, walk{"45 23 * * *", 0, 1})
	}
	weekly := rule(t, "15 2 * * 0")
	eachZone(t, func(t *testing.T, zone *time.Location) {
		c := Calendar{zone: zone, sessions: []session{{weekly, time.Hour}}}
		for _, w := range walks {
			r := rule(t, w.rule)
			last, ok := c.First(r, firstDay)
			for ok && last.At.Before(lastDay) {
				checkClock(t, r, last, zone)
				var next Occurrence
				next, ok = c.Next(r, last)
				if want := civilAt(last.Nominal.Time().AddDate(0, w.months, w.days)); next.Nominal != want {
					t.Fatalf("%s: %s follows %s, want %s", r, next.Nominal, last.Nominal, want)
				}
				last = next
			}
			if last.At.Before(lastDay) {
				t.Errorf("%s ends with %v", r, last)
			}
		}
	})
}

// ahead is how long before a session the rule falls due.
func (r Rule) ahead() time.Duration {
	if !r.BySession() {
		return 0
	}
	return -r.leads[0].length()
}

// checkClock looks at the clock at an occurrence and around it.
func checkClock(t *testing.T, r Rule, o Occurrence, zone *time.Location) {
	t.Helper()
	at := o.At.Add(r.ahead())
	now, want := shown(at, zone), o.Nominal.minutes
	if now < want {
		t.Errorf("%s: %s is due when the clock shows %s", r, o.Nominal, at.In(zone))
	}
	for _, earlier := range []time.Duration{time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour} {
		if shown(at.Add(-earlier), zone) >= want {
			t.Errorf("%s: %s is due at %s, but was already shown %s earlier", r, o.Nominal, at.In(zone), earlier)
		}
	}
}
