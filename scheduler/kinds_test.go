package scheduler

import (
	"errors"
	"hash/crc32"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// ruleKind is a rule with what it means by RFC 5545, which is expanded here by looking at
// each day. {a} and {b} stand for times at which the zone's clock is changed.
type ruleKind struct {
	rule string
	a, b string // on which days it is due at {a}, and on which at {b}; see momentsOf
}

// ruleKinds are rules of each kind that does not just repeat each day, week or month.
func ruleKinds() []ruleKind {
	const fortnight = "@2020-01-05 FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"
	return []ruleKind{
		{"every 2 weeks on Sunday at {a}, starting January 5, 2020", fortnight, ""},
		{"every 2 weeks on Sunday at {a}, starting January 12, 2020", "@2020-01-12 FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", ""},
		{"every 3 weeks on Saturday and Sunday at {a} and {b}, starting January 4, 2020", "@2020-01-04 FREQ=WEEKLY;INTERVAL=3;BYDAY=SA,SU", "@2020-01-04 FREQ=WEEKLY;INTERVAL=3;BYDAY=SA,SU"},
		{"every 5 days at {b}, starting January 3, 2020", "", "@2020-01-03 FREQ=DAILY;INTERVAL=5"},
		{"the second Sunday of each month at {a}", "FREQ=MONTHLY;BYDAY=2SU", ""},
		{"the first and third Sunday of each month at {b}", "", "FREQ=MONTHLY;BYDAY=1SU,3SU"},
		{"the fifth Friday of each month that has one at {a}", "FREQ=MONTHLY;BYDAY=5FR", ""},
		{"the last Sunday of each month at {a} and {b}", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=MONTHLY;BYDAY=-1SU"},
		{"the second-to-last Saturday of each month at {b}", "", "FREQ=MONTHLY;BYDAY=-2SA"},
		{"the last day of each month at {a}", "FREQ=MONTHLY;BYMONTHDAY=-1", ""},
		{"the 1st, 31st and the last day of each month that has one at {b}", "", "FREQ=MONTHLY;BYMONTHDAY=1,31,-1"},
		{"every 3 months on the 31st of months that have one at {a}, starting January 31, 2020", "@2020-01-31 FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", ""},
		{"every 2 months on the last Sunday at {a}, starting January 26, 2020", "@2020-01-26 FREQ=MONTHLY;INTERVAL=2;BYDAY=-1SU", ""},
		{"every 6 months on the second Sunday at {a}, starting March 8, 2020", "@2020-03-08 FREQ=MONTHLY;INTERVAL=6;BYDAY=2SU", ""},
		{"every year on the first Sunday of November at {b}", "", "FREQ=MONTHLY;BYMONTH=11;BYDAY=1SU"},
		{"every year on February 29 at {a}", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29", ""},
		{"every 2 years on March 29 at {a}, starting March 29, 2020", "@2020-03-29 FREQ=MONTHLY;INTERVAL=24;BYMONTH=3;BYMONTHDAY=29", ""},
		{"Sundays at {a} and {b}", "FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;BYDAY=SU"},
		{"Saturdays at {a} and Sundays at {b}", "FREQ=WEEKLY;BYDAY=SA", "FREQ=WEEKLY;BYDAY=SU"},
		{"Sundays in March and October at {a}", "FREQ=WEEKLY;BYMONTH=3;BYDAY=SU + FREQ=WEEKLY;BYMONTH=10;BYDAY=SU", ""},
		{"every day except Sunday at {a}, starting February 1, 2026, until April 30, 2027", "@2026-02-01 U2027-04-30 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", ""},
		{"every day at {b}, starting October 1, 2036", "", "@2036-10-01 FREQ=DAILY"},
		{"Sundays at {a}, until December 31, 2021", "U2021-12-31 FREQ=WEEKLY;BYDAY=SU", ""},
	}
}

// leadKind is moments of a session in words, with what they are.
type leadKind struct {
	text  string
	leads []Lead
}

func leadKinds() []leadKind {
	return []leadKind{
		{"45 minutes before each session", []Lead{{-45, false}}},
		{"3 hours before each session", []Lead{{-180, false}}},
		{"1 day before each session", []Lead{{-24 * 60, false}}},
		{"14 days before each session", []Lead{{-14 * 24 * 60, false}}},
		{"at the start of each session", []Lead{{0, false}}},
		{"5 minutes after the start of each session", []Lead{{5, false}}},
		{"20 minutes before the end of each session", []Lead{{-20, true}}},
		{"at the end of each session", []Lead{{0, true}}},
		{"90 minutes after each session", []Lead{{90, true}}},
		{"2 days after each session", []Lead{{2 * 24 * 60, true}}},
		{"1 day before and 1 hour before each session", []Lead{{-24 * 60, false}, {-60, false}}},
		{"1 hour before and 10 minutes after each session", []Lead{{-60, false}, {10, true}}},
	}
}

// TestEveryKind holds each kind of rule against an expansion of its days and a walk
// along the zone's clock that share no code with the scheduler, from 2020 to 2037 in
// every zone: none missing, none doubled, the clock right. Without EXHAUSTIVE=1 each zone
// has a few of the kinds, in turn.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	all, leads := ruleKinds(), leadKinds()
	days := map[string][]int64{}
	for _, k := range all {
		days[k.a], days[k.b] = daysMeant(t, k.a), daysMeant(t, k.b)
	}
	eachZone(t, func(t *testing.T, zone *time.Location) {
		here := int(crc32.ChecksumIEEE([]byte(zone.String())) % 1000) // the zone's turn, the same each time
		mine := func(i, n int) bool { return os.Getenv("EXHAUSTIVE") == "1" || i == here%n }
		w := watched(zone)
		a, b := w.hard()
		put := strings.NewReplacer("{a}", clock(a), "{b}", clock(b))
		c := Calendar{zone: zone}
		for i, k := range all {
			if mine(i, len(all)) {
				w.compare(t, c, rule(t, put.Replace(k.rule)), w.due(days[k.a], a, days[k.b], b))
			}
		}
		for _, change := range w.changes { // one date
			for _, n := range []int64{change.before, change.after, (change.before + change.after) / 2} {
				at := Civil{minutes: n}
				w.compare(t, c, rule(t, at.Time().Format("2006-01-02 at 15:04")), []Occurrence{{at, w.at(n)}})
			}
		}
		fortnightly, monthly := all[0], all[8]
		c.sessions = []session{{rule(t, put.Replace(fortnightly.rule)), 90 * time.Minute}, {rule(t, put.Replace(monthly.rule)), time.Hour}}
		starts := [][]Occurrence{w.due(days[fortnightly.a], a, nil, 0), w.due(nil, 0, days[monthly.b], b)}
		for i, l := range leads {
			if mine(i, len(leads)) {
				w.compare(t, c, rule(t, l.text), l.due(starts, []time.Duration{90 * time.Minute, time.Hour}))
			}
		}
	})
}

// daysMeant is the days of an RFC 5545 rule around the years of these tests, in minutes.
func daysMeant(t *testing.T, text string) []int64 {
	t.Helper()
	var out []int64
	for day := firstDay.AddDate(0, -1, 0); text != "" && day.Before(lastDay.AddDate(0, 1, 0)); day = day.AddDate(0, 0, 1) {
		for one := range strings.SplitSeq(text, " + ") {
			if len(momentsOf(t, one, day, firstDay, 0)) > 0 {
				out = append(out, civilAt(day).minutes)
			}
		}
	}
	return out
}

// clockChange is what a zone's clock shows at a change: with the old offset, with the new.
type clockChange struct {
	at            time.Time
	before, after int64
}

// watchedClock is a zone's clock as its face shows it.
type watchedClock struct {
	first   int64 // how far it is ahead of UTC to begin with, in minutes
	changes []clockChange
}

func watched(zone *time.Location) watchedClock {
	w := watchedClock{first: shown(firstDay, zone) - civilAt(firstDay).minutes}
	for _, at := range changes(zone) {
		w.changes = append(w.changes, clockChange{at, shown(at.Add(-time.Minute), zone) + 1, shown(at, zone)})
	}
	return w
}

// hard is a time of day that the clock leaves out in the last spring with a change, and
// one that it shows twice in the last autumn with one.
func (w watchedClock) hard() (a, b int) {
	a, b = 2*60+30, 60+30
	for _, c := range w.changes {
		if middle := int((c.before + c.after) / 2 % dayMinutes); c.after > c.before {
			a = middle
		} else {
			b = middle
		}
	}
	return a, b
}

// at is the first instant at which the clock shows a moment or a later one.
func (w watchedClock) at(moment int64) time.Time {
	ahead := w.first
	for _, c := range w.changes {
		if moment < c.before {
			break
		}
		if moment <= c.after {
			return c.at
		}
		ahead = c.after - civilAt(c.at).minutes
	}
	return Civil{minutes: moment - ahead}.Time()
}

// due is the occurrences on days at one time and on days at another.
func (w watchedClock) due(days []int64, minute int, more []int64, another int) []Occurrence {
	var moments []int64
	for _, day := range days {
		moments = append(moments, day+int64(minute))
	}
	for _, day := range more {
		moments = append(moments, day+int64(another))
	}
	slices.Sort(moments)
	var out []Occurrence
	for _, m := range slices.Compact(moments) {
		out = append(out, Occurrence{Civil{minutes: m}, w.at(m)})
	}
	return once(out)
}

// once leaves out what one gap takes to the instant of an earlier occurrence.
func once(all []Occurrence) []Occurrence {
	return slices.CompactFunc(all, func(a, b Occurrence) bool { return a.At.Equal(b.At) })
}

// due is the moments of sessions, each kind of session with its length.
func (l leadKind) due(starts [][]Occurrence, lengths []time.Duration) []Occurrence {
	var out []Occurrence
	for i, sessions := range starts {
		for _, s := range sessions {
			for _, lead := range l.leads {
				o := Occurrence{s.Nominal, s.At.Add(time.Duration(lead.Minutes) * time.Minute)}
				if lead.AfterEnd {
					o.At = o.At.Add(lengths[i])
				}
				if len(l.leads) > 1 {
					o.Nominal.lead = lead.mark()
				}
				out = append(out, o)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Occurrence) int {
		if d := a.At.Compare(b.At); d != 0 {
			return d
		}
		return a.Nominal.Compare(b.Nominal)
	})
	return once(out)
}

// compare follows a rule through all years, and begins again around each clock change.
func (w watchedClock) compare(t *testing.T, c Calendar, r Rule, want []Occurrence) {
	t.Helper()
	want = slices.DeleteFunc(want, func(o Occurrence) bool { return o.At.Before(firstDay) || !o.At.Before(lastDay) })
	compare(t, c, r, firstDay, lastDay, want)
	if len(want) < 2 {
		return
	}
	for _, change := range w.changes {
		i := slices.IndexFunc(want, func(o Occurrence) bool { return !o.At.Before(change.at) })
		if i < 0 {
			break
		}
		if first, ok := c.First(r, change.at); !ok || first != want[i] {
			t.Errorf("%s first from %s: got %v, want %v", r, change.at, first, want[i])
		}
	}
}

// A weekday behind a date belongs to it, also where a weekday alone is a day.
func TestWeekdayBehindADate(t *testing.T) {
	t.Parallel()
	r := reader("en-US")
	r.OneDay = true
	if got, err := r.Skip("December 9, Wednesday"); err != nil || got.String() != "2026-12-09" {
		t.Errorf("got %s, %v", got, err)
	}
}

// Of an interval that has begun in a month, the two next days are offered as its first.
func TestBegunIntervalsOfferTheirNextDays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"every other Monday at 9am starting in November":             {"every 2 weeks on Monday at 9:00 AM, starting November 30, 2026", "every 2 weeks on Monday at 9:00 AM, starting December 7, 2026"},
		"cada 2 semanas el lunes a las 9 de octubre a marzo":         {"every 2 weeks on Monday at 9:00 AM, starting November 30, 2026, until March 31, 2027", "every 2 weeks on Monday at 9:00 AM, starting December 7, 2026, until March 31, 2027"},
		"every other Monday at 9am starting in November for 6 weeks": nil,
	} {
		_, err := reader("en-US").Rule(text)
		var m *Mistake
		if !errors.As(err, &m) || !slices.Equal(m.Offers, want) {
			t.Errorf("%q: %v", text, err)
		}
		for _, offer := range want {
			if rule, err := reader("en-US").Rule(offer); err != nil || rule.String() != offer {
				t.Errorf("%q: %s, %v", offer, rule, err)
			}
		}
	}
}
