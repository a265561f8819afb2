package scheduler

import (
	"slices"
	"time"
)

// Calendar is what the scheduler knows about one group: its zone, quiet hours, sessions,
// changes of single sessions, and skipped dates. It is a value and safe for concurrent use.
type Calendar struct {
	zone     *time.Location
	quiet    Quiet
	sessions []session
	changed  []Change // by their planned starts
	skips    []Dates
}

// session is a regular meeting.
type session struct {
	rule   Rule
	length time.Duration
}

// SessionText is a regular meeting as it is written down.
type SessionText struct {
	Rule   string        `json:"rule"`   // as ParseRule reads it; it must not go by sessions
	Length time.Duration `json:"length"` // more than 0, at most 24 hours; nanoseconds in JSON
}

// NewCalendar reads a group's zone, quiet hours ("21:00-08:00" or "none"),
// sessions and skipped dates. Its errors say which part is wrong and what to
// write; they are *Mistakes.
func NewCalendar(zone, quiet string, sessions []SessionText, skips []string) (Calendar, error) {
	var c Calendar
	var err error
	if c.zone, err = ParseZone(zone); err != nil {
		return Calendar{}, err
	}
	if c.quiet, err = ParseQuiet(quiet); err != nil {
		return Calendar{}, err
	}
	for i, s := range sessions {
		r, err := parseSession(s)
		if err != nil {
			return Calendar{}, mistake("session %d: %s", i+1, err)
		}
		c.sessions = append(c.sessions, session{r, s.Length})
	}
	for _, s := range skips {
		d, err := ParseDates(s)
		if err != nil {
			return Calendar{}, mistake("skipped dates: %s", err)
		}
		c.skips = append(c.skips, d)
	}
	return c, nil
}

func parseSession(s SessionText) (Rule, error) {
	r, err := ParseRule(s.Rule)
	if err == nil {
		err = r.fitsSession(s.Length)
	}
	return r, err
}

// fitsSession says why a rule or a length cannot be that of a session.
func (r Rule) fitsSession(length time.Duration) error {
	switch {
	case r.BySession():
		return mistake(`a session cannot depend on other sessions; write when it begins, such as "every Monday at 6:00 PM"`)
	case r.hourly() || r.crowded():
		return mistake(`a session cannot begin every hour or more often; write when it begins, such as "every Monday at 6:00 PM"`)
	case r.never():
		return mistake(`there is no such date; write when the session begins, such as "every Monday at 6:00 PM"`)
	case length <= 0 || length > 24*time.Hour:
		return mistake("a session cannot last %s; write a length between 1 minute and 24 hours, such as 90m", lengthText(length))
	}
	return nil
}

// Zone is the group's location, for showing times.
func (c Calendar) Zone() *time.Location { return c.zone }

// First is the first occurrence at or after now. false means that there is none.
//
// An occurrence is due at the first instant at which the zone's clock shows its
// nominal time or later: a time that the clock leaves out moves to the first
// instant after the gap, and a time that it shows twice is due the first time.
// Of occurrences that one gap moves to the same instant, the earliest stays.
// A rule for every hour of the day is due whenever the clock shows the minute,
// so that it keeps its pace. A rule that goes by sessions is due that much real time
// before the session begins, or after it ends.
func (c Calendar) First(r Rule, now time.Time) (Occurrence, bool) {
	return c.seek(r, now, Civil{})
}

// Next is the occurrence that follows, strictly later both in nominal time and
// as an instant. Skipped dates are not left out: they are skipped on record.
func (c Calendar) Next(r Rule, after Occurrence) (Occurrence, bool) {
	return c.seek(r, after.At.Add(1), after.Nominal)
}

// seek is the first occurrence at or after an instant. Its nominal time must be later than
// after, so that no name is used twice.
func (c Calendar) seek(r Rule, from time.Time, after Civil) (Occurrence, bool) {
	if c.zone == nil {
		return Occurrence{}, false
	}
	if r.BySession() {
		return c.seekLeads(r.leads, from, after)
	}
	var first Occurrence
	for _, p := range r.parts {
		if o, ok := c.seekPart(p, from, after); ok && o.precedes(first) {
			first = o
		}
	}
	return first, !first.At.IsZero()
}

// precedes reports whether an occurrence comes before another, which may be none yet.
func (o Occurrence) precedes(p Occurrence) bool {
	return p.At.IsZero() || o.At.Before(p.At) || o.At.Equal(p.At) && o.Nominal.Before(p.Nominal)
}

func (c Calendar) seekPart(p part, from time.Time, after Civil) (Occurrence, bool) {
	if p.hourly {
		return c.seekHourly(p, from, after)
	}
	start := c.highWater(from)
	if t := after.Time().Add(time.Minute); !after.IsZero() && t.After(start) {
		start = t
	}
	nominal, ok := p.fromTime(start)
	if !ok {
		return Occurrence{}, false
	}
	return Occurrence{Nominal: civilAt(nominal), At: c.place(nominal)}, true
}

// seekHourly steps through the times at which the clock really shows what the
// rule asks for, between one clock change and the next.
func (c Calendar) seekHourly(p part, from time.Time, after Civil) (Occurrence, bool) {
	if t := after.Time().Add(time.Minute); after.utc && t.After(from) {
		from = t
	}
	if p.days.from != 0 { // steps through no time before the first day
		if t := midnight(p.days.from).Time().Add(-lookBack); t.After(from) {
			from = t
		}
	}
	for limit := from.AddDate(9, 0, 0); from.Before(limit); {
		local := from.In(c.zone)
		end := offsetEnd(local)
		offset := offsetOf(local)
		nominal, ok := p.fromTime(local.UTC().Add(offset))
		if !ok {
			return Occurrence{}, false
		}
		at := nominal.Add(-offset)
		if end.IsZero() || at.Before(end) {
			name := civilAt(at)
			name.utc = true
			return Occurrence{Nominal: name, At: at}, true
		}
		from = end
	}
	return Occurrence{}, false
}

// place returns the first instant at which the zone's clock shows the nominal time, or a later
// one. nominal is given as if in UTC. It searches from two days before: no clock change is
// larger than a day, so the clock shows less there.
func (c Calendar) place(nominal time.Time) time.Time {
	t := nominal.Add(-lookBack).In(c.zone)
	for {
		end := offsetEnd(t)
		at := nominal.Add(-offsetOf(t))
		if end.IsZero() || at.Before(end) {
			if at.Before(t) {
				at = t
			}
			return at.UTC()
		}
		t = end
	}
}

// highWater returns the least nominal time, as if in UTC, that is not yet due before the
// instant. That is the latest time that the clock has ever shown, even if it was set back
// since.
func (c Calendar) highWater(instant time.Time) time.Time {
	t := instant.Add(-1).In(c.zone)
	high := t.UTC().Add(offsetOf(t) + 1)
	for oldest := t.Add(-lookBack); ; {
		start := offsetStart(t)
		if start.IsZero() || start.Before(oldest) {
			return high
		}
		t = start.Add(-1)
		if shown := start.UTC().Add(offsetOf(t)); shown.After(high) {
			high = shown
		}
	}
}

// offsetEnd returns the instant at which the present offset of t's clock ends, or the zero time
// if it never does. On 31 December of leap years after 2037, Go returns an end that is already
// past; then this looks again from the next day.
func offsetEnd(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if !end.IsZero() && !end.After(t) {
		return t.AddDate(0, 0, 1)
	}
	return end
}

// offsetStart returns the instant at which the present offset of t's clock began, or the zero
// time if it has always been so. At the point where a zone's table of changes ends, Go works
// the start out by the rule for later years, even if the last change in the table came later.
// Then the start that Go returns has an end of its own, at or before t, and that end is the
// true start.
func offsetStart(t time.Time) time.Time {
	start, _ := t.ZoneBounds()
	for !start.IsZero() {
		_, end := start.ZoneBounds()
		if !end.After(start) || end.After(t) {
			break
		}
		start = end
	}
	return start
}

const lookBack = 48 * time.Hour

// offsetOf is how far the clock of t's location is ahead of UTC.
func offsetOf(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// Upcoming returns up to n occurrences at or after now, without those that CalledOff names.
func (c Calendar) Upcoming(r Rule, now time.Time, n int) []Occurrence {
	const patience = 10_000 // bounds how many called-off occurrences are passed over
	var out []Occurrence
	o, ok := c.First(r, now)
	for tries := 0; ok && len(out) < n && tries < patience; tries++ {
		if c.CalledOff(r, o) == 0 {
			out = append(out, o)
		}
		o, ok = c.Next(r, o)
	}
	return out
}

// Quiet reports whether t is within the group's quiet hours.
func (c Calendar) Quiet(t time.Time) bool {
	if c.zone == nil {
		return false
	}
	local := t.In(c.zone)
	return c.quiet.holds(local.Hour()*60 + local.Minute())
}

// CalledOff says why an occurrence is not to be posted, or 0 if it is to be posted.
func (c Calendar) CalledOff(r Rule, o Occurrence) Off {
	movedHere := func(e Change) bool { return !e.To.IsZero() && e.To.Compare(o.Nominal) == 0 }
	if r.BySession() && !slices.ContainsFunc(c.changed, movedHere) {
		if e, ok := c.change(o.Nominal); ok {
			return e.off()
		}
		if _, known := c.planned(o.Nominal); !known { // the occurrence was planned before its session was moved
			return MovedSession
		}
	}
	if c.Skipped(o) {
		return SkippedDay
	}
	return 0
}

// Skipped reports whether the group does not meet on the occurrence's date; for
// a rule that goes by sessions, on the session's date.
func (c Calendar) Skipped(o Occurrence) bool {
	day := o.Nominal
	if day.utc {
		day = CivilOf(o.At.In(c.zone))
	}
	return c.skipped(day)
}

func (c Calendar) skipped(day Civil) bool {
	return slices.ContainsFunc(c.skips, func(d Dates) bool { return d.hold(day) })
}

// Deadline returns the last instant at which the occurrence may still be sent: late after it
// was due. A reminder before a session is never sent after the session has begun.
func (c Calendar) Deadline(r Rule, o Occurrence, late time.Duration) time.Time {
	end := o.At.Add(late)
	if c.zone == nil || !r.BySession() {
		return end
	}
	if begin := c.place(o.Nominal.Time()); o.At.Before(begin) && begin.Before(end) {
		return begin
	}
	return end
}
