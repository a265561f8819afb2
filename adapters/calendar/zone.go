package calendar

import (
	"fmt"
	"time"

	ics "github.com/arran4/golang-ical"
)

// change is one change of a zone's clock.
type change struct {
	at       time.Time // in the zone, after the change
	from, to int       // seconds ahead of UTC
	name     string
	daylight bool
	real     bool // the clock really changes
}

// local is the moment of the change by the clock before it.
func (c change) local() time.Time {
	return c.at.UTC().Add(time.Duration(c.from) * time.Second)
}

// kept is what the changes of one yearly rule have in common.
type kept struct {
	from, to int
	name     string
	daylight bool
}

func (c change) kept() kept { return kept{c.from, c.to, c.name, c.daylight} }

// zoneRules writes the changes of a zone's clock. Changes that come yearly, as nearly
// everywhere, become one rule; other changes are written one by one. Years before and after the
// span may come out wrong.
func zoneRules(s *span) *ics.VTimezone {
	z := ics.NewTimezone(s.zone.String())
	var order []kept
	by := make(map[kept][]change)
	for _, c := range changes(s) {
		if by[c.kept()] == nil {
			order = append(order, c.kept())
		}
		by[c.kept()] = append(by[c.kept()], c)
	}
	for _, k := range order {
		all := by[k]
		if rule := yearly(all, s.last.AddDate(spareYears, 0, 0)); rule != "" {
			z.Components = append(z.Components, onset(all[0], rule))
			continue
		}
		for _, c := range all {
			z.Components = append(z.Components, onset(c, ""))
		}
	}
	return z
}

// spareYears are also looked at after a span, to recognise yearly changes.
const spareYears = 2

// changes lists the changes of a zone's clock from the last one before a span to the end of the
// span and the spare years. For a zone without changes it returns one long ago that changes
// nothing.
func changes(s *span) []change {
	const most = 400 // bounds the steps; Go names some changes that change nothing
	t := s.first.In(s.zone)
	for range most {
		start, _ := t.ZoneBounds()
		if start.IsZero() {
			break
		}
		if c := changeAt(start); c.real {
			return append([]change{c}, later(s, start)...)
		}
		t = start.Add(-1)
	}
	long := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	name, offset := t.Zone()
	first := change{at: long.Add(-time.Duration(offset) * time.Second), from: offset, to: offset, name: name, daylight: t.IsDST()}
	return append([]change{first}, later(s, s.first.In(s.zone))...)
}

func later(s *span, t time.Time) []change {
	var out []change
	end := s.last.AddDate(spareYears, 0, 0)
	for t.Before(end) {
		_, next := t.ZoneBounds()
		switch {
		case next.IsZero():
			return out
		case !next.After(t): // on the last day of leap years, Go names an end that is already past
			t = t.AddDate(0, 0, 1)
			continue
		}
		if c := changeAt(next); c.real && next.Before(end) {
			out = append(out, c)
		}
		t = next
	}
	return out
}

func changeAt(t time.Time) change {
	name, to := t.Zone()
	before, from := t.Add(-1).Zone()
	return change{at: t, from: from, to: to, name: name, daylight: t.IsDST(), real: from != to || name != before}
}

// yearly is the rule of changes that come once a year, on the same weekday of the same month at
// the same time, and have not ended; "" if the changes have no such rule.
func yearly(all []change, end time.Time) string {
	if len(all) < 2 || !all[len(all)-1].at.AddDate(1, 0, 7).After(end) {
		return ""
	}
	first := all[0].local()
	nth, last := (first.Day()+6)/7, true
	for i, c := range all {
		l := c.local()
		if l.Year() != first.Year()+i || l.Month() != first.Month() || l.Weekday() != first.Weekday() || l.Hour() != first.Hour() || l.Minute() != first.Minute() {
			return ""
		}
		if (l.Day()+6)/7 != nth {
			nth = 0
		}
		last = last && l.AddDate(0, 0, 7).Month() != l.Month()
	}
	day := []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}[first.Weekday()]
	switch {
	case last:
		return fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=-1%s", int(first.Month()), day)
	case nth > 0:
		return fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", int(first.Month()), nth, day)
	}
	return ""
}

func onset(c change, rule string) ics.Component {
	var b ics.ComponentBase
	b.AddProperty(ics.ComponentPropertyDtStart, c.local().Format(timeLayout))
	b.AddProperty("TZOFFSETFROM", offsetText(c.from))
	b.AddProperty("TZOFFSETTO", offsetText(c.to))
	b.AddProperty("TZNAME", c.name)
	if rule != "" {
		b.AddProperty(ics.ComponentPropertyRrule, rule)
	}
	if c.daylight {
		return &ics.Daylight{ComponentBase: b}
	}
	return &ics.Standard{ComponentBase: b}
}

// offsetText writes "-0800", with seconds where there are any.
func offsetText(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	s := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		s += fmt.Sprintf("%02d", seconds%60)
	}
	return s
}
