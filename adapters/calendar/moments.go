package calendar

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"circlekeeper/scheduler"
)

// moment is a date, or a date with a time, by a clock that may differ from the group's.
type moment struct {
	civil time.Time // as if its clock were UTC
	whole bool      // a date without a time
	clock clock
}

// clock converts what it shows into an instant.
type clock interface {
	instant(civil time.Time) time.Time
}

// place is the clock of a time zone. floating is the clock of events without a zone: the
// group's own.
type (
	place    struct{ zone *time.Location }
	floating struct{ group *time.Location }
)

func (p place) instant(c time.Time) time.Time    { return onClock(c, p.zone) }
func (f floating) instant(c time.Time) time.Time { return onClock(c, f.group) }

func onClock(c time.Time, zone *time.Location) time.Time {
	return time.Date(c.Year(), c.Month(), c.Day(), c.Hour(), c.Minute(), c.Second(), 0, zone)
}

// layouts of a date and of a date with a time.
const (
	dateLayout = "20060102"
	timeLayout = "20060102T150405"
)

const (
	earliest = 1600 // Outlook's time zones begin in 1601
	cycled   = 1800 // the start of an older recurrence is moved ahead by whole cycles of the calendar
	latest   = 2200
)

// moments reads a property's values: one, or several with commas between.
func (f *reader) moments(p property) ([]moment, error) {
	var out []moment
	for text := range strings.SplitSeq(p.value, ",") {
		text, _, _ = strings.Cut(strings.TrimSpace(text), "/") // of a period, the start
		m, err := f.moment(p, text)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func (f *reader) moment(p property, text string) (moment, error) {
	var m moment
	var err error
	bare, isUTC := strings.CutSuffix(text, "Z")
	switch {
	case len(text) == len(dateLayout):
		m.whole, m.clock = true, floating{f.group}
		m.civil, err = time.Parse(dateLayout, text)
	default:
		m.civil, err = time.Parse(timeLayout, bare)
	}
	if err != nil || m.civil.Year() < earliest || m.civil.Year() > latest {
		return m, problem(p.line, "%s: %q is not a date: write 20261224, or 20261224T180000", p.name, clip(text))
	}
	if m.whole {
		return m, nil
	}
	switch id := p.params["TZID"]; {
	case isUTC:
		m.clock = place{time.UTC}
	case id == "":
		m.clock = floating{f.group}
	default:
		m.clock, err = f.zone(p, id)
	}
	return m, err
}

// zone finds a zone by its name, or as the file explains it.
func (f *reader) zone(p property, id string) (clock, error) {
	if known, ok := f.clocks[id]; ok {
		return known, nil
	}
	// Some programs put a prefix before the name: /example.org/America/Los_Angeles.
	for name, more := id, true; more; _, name, more = strings.Cut(name, "/") {
		if zone, err := scheduler.ParseZone(name); err == nil {
			f.clocks[id] = place{zone}
			return f.clocks[id], nil
		}
	}
	if z, ok := f.zones[id]; ok {
		f.clocks[id] = z
		return z, nil
	}
	return nil, problem(p.line, "the time zone %q is neither known nor explained in the file", clip(id))
}

// explained is a time zone as a file defines it, in a VTIMEZONE.
type explained []observance

// observance is what a clock shows from each of its onsets on.
type observance struct {
	onsets   []time.Time // by the clock before each, sorted
	from, to time.Duration
}

func (z explained) instant(civil time.Time) time.Time {
	var latest time.Time
	offset, found := z[0].from, false
	for _, o := range z {
		i, same := slices.BinarySearchFunc(o.onsets, civil, time.Time.Compare)
		if same {
			i++
		}
		if i > 0 && (!found || o.onsets[i-1].After(latest)) {
			latest, offset, found = o.onsets[i-1], o.to, true
		}
	}
	return civil.Add(-offset)
}

// explain reads the VTIMEZONEs of a calendar.
func (f *reader) explain(c *component) error {
	for _, z := range c.subs {
		if z.name != "VTIMEZONE" {
			continue
		}
		var all explained
		for _, sub := range z.subs {
			if sub.name != "STANDARD" && sub.name != "DAYLIGHT" {
				continue
			}
			o, err := f.observance(sub)
			if err != nil {
				return err
			}
			all = append(all, o)
		}
		if id := z.text("TZID"); len(all) > 0 && id != "" {
			f.zones[id] = all
		}
	}
	return nil
}

func (f *reader) observance(c *component) (o observance, err error) {
	start, ok := c.first("DTSTART")
	if !ok {
		return o, problem(c.line, "%s has no DTSTART", c.name)
	}
	first, err := f.moment(property{line: start.line, name: start.name}, start.value)
	if err != nil {
		return o, err
	}
	o.onsets = []time.Time{first.civil}
	for name, into := range map[string]*time.Duration{"TZOFFSETFROM": &o.from, "TZOFFSETTO": &o.to} {
		p, ok := c.first(name)
		if !ok {
			return o, problem(c.line, "%s has no %s", c.name, name)
		}
		if *into, err = offset(p.value); err != nil {
			return o, problem(p.line, "%s: %q is not an offset: write -0800", name, clip(p.value))
		}
	}
	for _, p := range c.props {
		switch p.name {
		case "RRULE":
			some, err := f.recur(p, first.civil)
			if err != nil {
				return o, err
			}
			o.onsets = append(o.onsets, some...)
		case "RDATE":
			some, err := f.moments(property{line: p.line, name: p.name, value: p.value})
			if err != nil {
				return o, err
			}
			for _, m := range some {
				o.onsets = append(o.onsets, m.civil)
			}
		}
	}
	slices.SortFunc(o.onsets, time.Time.Compare)
	return o, nil
}

var errNoOffset = errors.New("no offset")

// offset reads "-0800" or "+053000".
func offset(s string) (time.Duration, error) {
	s = strings.TrimSpace(s)
	if len(s) != 5 && len(s) != 7 || s[0] != '+' && s[0] != '-' {
		return 0, errNoOffset
	}
	d, err := time.ParseDuration(s[1:3] + "h" + s[3:5] + "m" + s[5:] + strings.Repeat("s", (len(s)-5)/2))
	if err != nil || strings.ContainsAny(s[1:], "+-.") || d > 24*time.Hour {
		return 0, errNoOffset
	}
	if s[0] == '-' {
		d = -d
	}
	return d, nil
}

// recur lists the moments of an RRULE from start to the end of the requested time. It refuses
// rules that fall due more than once a day, and rules that would take the library too long.
func (f *reader) recur(p property, start time.Time) ([]time.Time, error) {
	const widest = 1_000 // largest interval
	option, err := rrule.StrToROption(strings.ToUpper(strings.TrimSpace(p.value)))
	if err != nil {
		return nil, problem(p.line, "RRULE: %s", err)
	}
	switch {
	case option.Freq > rrule.DAILY, max(len(option.Byhour), len(option.Byminute), len(option.Bysecond)) > 1:
		return nil, problem(p.line, "RRULE: it repeats within a day")
	case option.Interval > widest:
		return nil, problem(p.line, "RRULE: an interval is at most %d", widest)
	}
	if start.Year() < cycled { // the library counts nanoseconds, which overflow after 292 years
		if option.Count > 0 || option.Interval > 1 {
			return nil, problem(p.line, "RRULE: it begins too long ago")
		}
		start = start.AddDate(400, 0, 0) // the calendar is the same every 400 years
	}
	option.Dtstart = start
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, problem(p.line, "RRULE: %s", err)
	}
	end := f.until.Time().AddDate(0, 0, 1)
	var out []time.Time
	for next := rule.Iterator(); ; f.recurred++ {
		t, ok := next()
		if !ok || t.After(end) {
			return out, nil
		}
		if f.recurred == maxRecurred {
			return nil, problem(p.line, "the events of the file repeat more than %d times", maxRecurred)
		}
		out = append(out, t)
	}
}

// length reads a DURATION: "P1D", "PT1H30M", "P2W".
func length(p property) (time.Duration, error) {
	wrong := problem(p.line, "DURATION: %q is not a length: write PT90M or P1D", clip(p.value))
	text, ok := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(p.value)), "+"), "P")
	if !ok || text == "" {
		return 0, wrong
	}
	var total time.Duration
	units := map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour}
	number := ""
	for i := range len(text) {
		switch c := text[i]; {
		case c == 'T' && number == "":
			units = map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}
		case '0' <= c && c <= '9' && len(number) < 5:
			number += string(c)
		case units[c] > 0 && number != "":
			n, err := strconv.Atoi(number)
			if err != nil {
				return 0, wrong
			}
			total += time.Duration(n) * units[c]
			number = ""
		default:
			return 0, wrong
		}
	}
	if number != "" {
		return 0, wrong
	}
	return total, nil
}
