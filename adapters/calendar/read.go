package calendar

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// File is what a calendar file contains for the requested time, by a group's clock.
type File struct {
	Days     []Days    // whole days, the earliest first
	Meetings []Meeting // events with a beginning and an end, the earliest first
	Left     []Left    // events that cannot be used
	Outside  int       // events before or after the requested time
}

// Days are whole days.
type Days struct {
	scheduler.Dates
	Title string // only to be shown, not to be stored
	Line  int    // of the event in the file
}

// Meeting is an event of a few hours.
type Meeting struct {
	Start  scheduler.Civil
	Length time.Duration
	Title  string
	Line   int
}

// Left is an event that cannot be used, and why, in English.
type Left struct {
	Title string
	Line  int
	Why   string
}

// Read reads the events of an iCalendar file between two instants, by a zone's clock. Days that
// recur are listed one by one. If the error is a *Problem, it says what is wrong at which line,
// and nothing was read.
func Read(r io.Reader, group *time.Location, from, until time.Time) (File, error) {
	calendars, err := parse(r)
	if err != nil {
		return File{}, err
	}
	f := &reader{group: group, from: scheduler.CivilOf(from.In(group)), until: scheduler.CivilOf(until.In(group)), zones: make(map[string]explained), clocks: make(map[string]clock), changed: make(map[string][]time.Time)}
	var events []*component
	for _, c := range calendars {
		if err := f.explain(c); err != nil {
			return File{}, err
		}
		for _, e := range c.subs {
			if e.name == "VEVENT" {
				events = append(events, e)
			}
		}
	}
	if len(events) > maxEvents {
		return File{}, problem(events[maxEvents].line, "there are more than %d events", maxEvents)
	}
	for _, e := range events {
		if err := f.noteChange(e); err != nil {
			return File{}, err
		}
	}
	for _, e := range events {
		if err := f.event(e); err != nil {
			return File{}, err
		}
	}
	slices.SortStableFunc(f.file.Days, func(a, b Days) int { return cmp.Or(a.From().Compare(b.From()), a.Until().Compare(b.Until())) })
	f.file.Days = slices.CompactFunc(f.file.Days, func(a, b Days) bool { return a.Dates == b.Dates })
	slices.SortStableFunc(f.file.Meetings, func(a, b Meeting) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Length, b.Length)) })
	f.file.Meetings = slices.CompactFunc(f.file.Meetings, func(a, b Meeting) bool { return a.Start == b.Start && a.Length == b.Length })
	return f.file, nil
}

// reader reads one file.
type reader struct {
	group       *time.Location
	from, until scheduler.Civil
	zones       map[string]explained   // by the TZID that the file explains
	clocks      map[string]clock       // by TZID: the clocks already looked up
	changed     map[string][]time.Time // by UID: moments of a series that have an event of their own
	recurred    int                    // number of recurrences so far
	file        File
}

// noteChange remembers an event that replaces one moment of a series.
func (f *reader) noteChange(e *component) error {
	p, ok := e.first("RECURRENCE-ID")
	if !ok {
		return nil
	}
	m, err := f.moment(p, strings.TrimSpace(p.value))
	if err == nil {
		uid := e.text("UID")
		f.changed[uid] = append(f.changed[uid], m.civil)
	}
	return err
}

// event adds one event to the File.
func (f *reader) event(e *component) error {
	title := visible(e.text("SUMMARY"))
	p, ok := e.first("DTSTART")
	if !ok {
		return problem(e.line, "an event has no DTSTART")
	}
	start, err := f.moment(p, strings.TrimSpace(p.value))
	if err != nil {
		return err
	}
	lasts, err := f.lasts(e, start)
	if err != nil {
		return err
	}
	starts, err := f.starts(e, start)
	if err != nil {
		return err
	}
	leave := func(why string) { f.file.Left = append(f.file.Left, Left{title, e.line, why}) }
	const longest = 366 * 24 * time.Hour
	midnight := start.civil.Hour() == 0 && start.civil.Minute() == 0 && lasts > 0 && lasts%(24*time.Hour) == 0
	switch whole := start.whole || midnight; {
	case strings.EqualFold(strings.TrimSpace(e.text("STATUS")), "CANCELLED"):
		leave("it is cancelled")
	case whole && lasts > longest:
		leave("it lasts longer than a year")
	case whole:
		f.days(starts, int(lasts/(24*time.Hour)), Days{Title: title, Line: e.line})
	case len(starts) > 1:
		leave("it repeats, and only whole days may: say when the group meets with --session")
	case lasts == 0:
		leave("it has no end")
	case lasts > 24*time.Hour:
		leave("it lasts longer than a day: write it as whole days")
	default:
		f.meeting(start, Meeting{Length: lasts, Title: title, Line: e.line})
	}
	return nil
}

// lasts is the length of an event; for whole days, at least one day.
func (f *reader) lasts(e *component, start moment) (time.Duration, error) {
	var lasts time.Duration
	if p, ok := e.first("DTEND"); ok {
		end, err := f.moment(p, strings.TrimSpace(p.value))
		if err != nil {
			return 0, err
		}
		if end.whole != start.whole {
			return 0, problem(p.line, "an event begins with a date and ends with a time, or the other way round")
		}
		lasts = end.civil.Sub(start.civil)
		if !start.whole && lasts%(24*time.Hour) != 0 {
			lasts = end.clock.instant(end.civil).Sub(start.clock.instant(start.civil))
		}
		if lasts < 0 {
			return 0, problem(p.line, "the event ends before it begins")
		}
	} else if p, ok := e.first("DURATION"); ok {
		var err error
		if lasts, err = length(p); err != nil {
			return 0, err
		}
	}
	if start.whole {
		lasts = max(24*time.Hour, lasts.Truncate(24*time.Hour))
	}
	return lasts, nil
}

// starts lists the moments at which an event begins, by its own clock, up to the end of the
// requested time: the first, and those of its recurrence.
func (f *reader) starts(e *component, start moment) ([]time.Time, error) {
	all := []time.Time{start.civil}
	var without []time.Time
	for _, p := range e.props {
		switch p.name {
		case "RRULE":
			some, err := f.recur(p, start.civil)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		case "RDATE", "EXDATE":
			some, err := f.moments(p)
			if err != nil {
				return nil, err
			}
			for _, m := range some {
				if p.name == "RDATE" {
					all = append(all, m.civil)
				} else {
					without = append(without, m.civil)
				}
			}
		}
	}
	if _, one := e.first("RECURRENCE-ID"); !one {
		without = append(without, f.changed[e.text("UID")]...)
	}
	slices.SortFunc(all, time.Time.Compare)
	all = slices.CompactFunc(all, time.Time.Equal)
	out := make(map[time.Time]bool, len(without))
	for _, t := range without {
		out[t] = true
	}
	return slices.DeleteFunc(all, func(t time.Time) bool { return out[t] }), nil
}

// days adds an event of whole days at each of the moments.
func (f *reader) days(starts []time.Time, count int, d Days) {
	first := scheduler.CivilOf(f.from.Time().Truncate(24 * time.Hour))
	for _, t := range starts {
		d.Dates = scheduler.DatesBetween(scheduler.CivilOf(t), scheduler.CivilOf(t.AddDate(0, 0, max(count, 1)-1)))
		if d.Until().Before(first) || d.From().After(f.until) {
			f.file.Outside++
			continue
		}
		f.file.Days = append(f.file.Days, d)
	}
}

// meeting adds an event of a few hours.
func (f *reader) meeting(start moment, m Meeting) {
	m.Start = scheduler.CivilOf(start.clock.instant(start.civil).In(f.group))
	if m.Start.Before(f.from) || m.Start.After(f.until) {
		f.file.Outside++
		return
	}
	f.file.Meetings = append(f.file.Meetings, m)
}

// visible is a text as it may be shown to people: short, and without invisible characters.
func visible(s string) string {
	s = strings.Map(func(r rune) rune {
		if content.Invisible(r) {
			return ' '
		}
		return r
	}, s)
	return clip(strings.Join(strings.Fields(s), " "))
}
