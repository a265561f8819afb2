package scheduler

import (
	"slices"
	"time"
)

// Exception is what became of one session.
type Exception struct {
	Start Civil `json:"start"`       // when it was to begin, as its rule says
	To    Civil `json:"to,omitzero"` // when it begins instead; zero if it was cancelled
}

func (e Exception) off() Off {
	if e.To.IsZero() {
		return CancelledSession
	}
	return MovedSession
}

// Off says why an occurrence is not to be posted.
type Off uint8

// The zero Off is none: it is to be posted.
const (
	SkippedDay       Off = iota + 1 // the group does not meet on that date
	CancelledSession                // the session does not take place
	MovedSession                    // the session is at another time now
)

// WithExceptions returns the calendar with changes of single sessions. Of two changes of one
// session, the last counts. A change of a session that no rule has is ignored.
func (c Calendar) WithExceptions(all []Exception) Calendar {
	c.changed = nil
	for _, e := range all {
		if _, known := c.planned(e.Start); !known {
			continue
		}
		c.changed = slices.DeleteFunc(c.changed, func(o Exception) bool { return o.Start == e.Start })
		c.changed = append(c.changed, e)
	}
	slices.SortFunc(c.changed, func(a, b Exception) int { return a.Start.Compare(b.Start) })
	return c
}

// planned finds the regular session that begins at a civil moment.
func (c Calendar) planned(start Civil) (session, bool) {
	for _, s := range c.sessions {
		for _, p := range s.rule.parts {
			if minute, ok := p.next(start.minutes); ok && minute == start.minutes {
				return s, true
			}
		}
	}
	return session{}, false
}

// exception returns the change of the session that was to begin at start.
func (c Calendar) exception(start Civil) (Exception, bool) {
	i, found := slices.BinarySearchFunc(c.changed, start, func(e Exception, s Civil) int { return e.Start.Compare(s) })
	if !found {
		return Exception{}, false
	}
	return c.changed[i], true
}

// movedTo reports whether a session was moved to a civil moment.
func (c Calendar) movedTo(start Civil) bool {
	return slices.ContainsFunc(c.changed, func(e Exception) bool { return !e.To.IsZero() && e.To.Compare(start) == 0 })
}

// Meeting is one session as it is now.
type Meeting struct {
	Planned   Civil     // when it was to begin, as its rule says
	Start     Civil     // when it begins now
	At        time.Time // Start as an instant, UTC
	End       time.Time
	Cancelled bool
	Skipped   bool // the group does not meet on its date
}

// Moved reports whether the meeting begins at another time than planned.
func (m Meeting) Moved() bool { return m.Planned != m.Start }

// NextSession is the first meeting that begins at or after now and takes place.
func (c Calendar) NextSession(now time.Time) (Meeting, bool) {
	const patience = 2_000 // bounds how many meetings that do not take place are passed over
	for range patience {
		m, ok := c.meeting(now)
		if !ok || !m.Cancelled && !m.Skipped {
			return m, ok
		}
		now = m.At.Add(1)
	}
	return Meeting{}, false
}

// Meetings returns the meetings that begin at or after from and before to, at most so many.
// Cancelled ones and those on skipped dates are included.
func (c Calendar) Meetings(from, to time.Time, most int) []Meeting {
	var out []Meeting
	for len(out) < most {
		m, ok := c.meeting(from)
		if !ok || !m.At.Before(to) {
			break
		}
		out = append(out, m)
		from = m.At.Add(1)
	}
	return out
}

// meeting returns the first meeting that begins at or after an instant. If two begin together,
// it is the longer one.
func (c Calendar) meeting(from time.Time) (Meeting, bool) {
	return c.soonest(from, func(m Meeting) time.Time { return m.At }, 0)
}

// soonest returns the meeting whose moment, as of gives it, comes first at or after an instant.
// That moment is at most ahead after the meeting's start.
func (c Calendar) soonest(from time.Time, of func(Meeting) time.Time, ahead time.Duration) (Meeting, bool) {
	var first Meeting
	consider := func(m Meeting) {
		switch at := of(m); {
		case at.Before(from):
		case first.At.IsZero(), at.Before(of(first)), at.Equal(of(first)) && m.End.After(first.End):
			first = m
		}
	}
	for _, s := range c.sessions {
		if m, ok := c.regular(s, from, of, ahead); ok {
			consider(m)
		}
	}
	for _, e := range c.changed {
		if s, ok := c.planned(e.Start); ok && !e.To.IsZero() {
			consider(c.meet(s, e.Start, e.To))
		}
	}
	return first, !first.At.IsZero()
}

// regular returns the soonest meeting of a session at its planned time. Meetings that were
// moved are left out.
func (c Calendar) regular(s session, from time.Time, of func(Meeting) time.Time, ahead time.Duration) (Meeting, bool) {
	if c.zone == nil {
		return Meeting{}, false
	}
	o, ok := c.First(s.rule, from.Add(-ahead))
	for ; ok; o, ok = c.Next(s.rule, o) {
		m := c.meet(s, o.Nominal, o.Nominal)
		e, changed := c.exception(o.Nominal)
		m.Cancelled = changed && e.To.IsZero()
		if !of(m).Before(from) && (!changed || m.Cancelled) {
			return m, true
		}
	}
	return Meeting{}, false
}

func (c Calendar) meet(s session, planned, start Civil) Meeting {
	at := c.place(start.Time())
	return Meeting{Planned: planned, Start: start, At: at, End: at.Add(s.length), Skipped: c.skipped(start)}
}

// at is the instant of the lead for a meeting.
func (l Lead) at(m Meeting) time.Time {
	if l.AfterEnd {
		return m.End.Add(l.length())
	}
	return m.At.Add(l.length())
}

// seekLeads returns the first moment of any session at or after an instant. Cancelled sessions
// are included, so that their reminders are recorded as skipped.
func (c Calendar) seekLeads(leads []Lead, from time.Time, after Civil) (Occurrence, bool) {
	longest := time.Duration(0)
	for _, s := range c.sessions {
		longest = max(longest, s.length)
	}
	var first Occurrence
	for _, l := range leads {
		ahead := l.length()
		if l.AfterEnd {
			ahead += longest
		}
		o, ok := c.seekLead(l, from, ahead, len(leads) > 1)
		if ok && o.Nominal == after { // two sessions that begin together and end apart
			o, ok = c.seekLead(l, o.At.Add(1), ahead, len(leads) > 1)
		}
		if ok && o.precedes(first) {
			first = o
		}
	}
	return first, !first.At.IsZero()
}

func (c Calendar) seekLead(l Lead, from time.Time, ahead time.Duration, marked bool) (Occurrence, bool) {
	m, ok := c.soonest(from, l.at, ahead)
	if !ok {
		return Occurrence{}, false
	}
	o := Occurrence{Nominal: m.Start, At: l.at(m)}
	if marked {
		o.Nominal.lead = l.mark()
	}
	return o, true
}
