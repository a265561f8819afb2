package scheduler

import (
	"cmp"
	"slices"
	"time"
)

// Exception is one change of one session.
type Exception struct {
	Start Civil `json:"start"`       // when it was to begin, as its rule says
	To    Civil `json:"to,omitzero"` // when it begins instead; zero if it was cancelled
}

// Change is what became of one session by all of its exceptions: the last one counts.
type Change struct {
	Exception
	Moved Civil // the time to which it was moved, also if it was cancelled after that; zero if it was not
}

// Changes are what became of single sessions, by their planned starts.
func Changes(all []Exception) []Change {
	var out []Change
	for _, e := range all {
		i, found := changeOf(out, e.Start)
		if !found {
			out = slices.Insert(out, i, Change{})
		}
		out[i] = Change{e, cmp.Or(e.To, out[i].Moved)}
	}
	return out
}

// changeOf finds the change of the session that was to begin at start.
func changeOf(all []Change, start Civil) (int, bool) {
	return slices.BinarySearchFunc(all, start, func(e Change, s Civil) int { return e.Start.Compare(s) })
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

// WithExceptions returns the calendar with changes of single sessions. A change of a session that
// no rule has is ignored.
func (c Calendar) WithExceptions(all []Exception) Calendar {
	c.changed = slices.DeleteFunc(Changes(all), func(e Change) bool {
		_, known := c.planned(e.Start)
		return !known
	})
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

// change returns the change of the session that was to begin at start.
func (c Calendar) change(start Civil) (Change, bool) {
	i, found := changeOf(c.changed, start)
	if !found {
		return Change{}, false
	}
	return c.changed[i], true
}

// Meeting is one session as it is now.
type Meeting struct {
	Planned   Civil     // when it was to begin, as its rule says
	PlannedAt time.Time // Planned as an instant, UTC
	Start     Civil     // when it begins now
	At        time.Time // Start as an instant, UTC
	End       time.Time
	Cancelled bool
	Skipped   bool // the group does not meet on its date

	// MovedTo is the time to which it was moved, also if it was cancelled after that; MovedAt is
	// the same as an instant. Both are zero if it was not moved.
	MovedTo Civil
	MovedAt time.Time
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
			consider(c.meet(s, e.Start, e))
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
		e, changed := c.change(o.Nominal)
		if moved := changed && !e.To.IsZero(); moved {
			continue
		}
		if m := c.meet(s, o.Nominal, e); !of(m).Before(from) {
			return m, true
		}
	}
	return Meeting{}, false
}

// meet returns the meeting that was planned for a time; e is its change, zero if there is none.
func (c Calendar) meet(s session, planned Civil, e Change) Meeting {
	m := Meeting{Planned: planned, Start: cmp.Or(e.To, planned), Cancelled: !e.Start.IsZero() && e.To.IsZero(), MovedTo: e.Moved}
	m.At = c.place(m.Start.Time())
	if m.PlannedAt = m.At; m.Moved() {
		m.PlannedAt = c.place(planned.Time())
	}
	m.End, m.Skipped = m.At.Add(s.length), c.skipped(m.Start)
	if !m.MovedTo.IsZero() {
		m.MovedAt = c.place(m.MovedTo.Time())
	}
	return m
}

// Dropped returns the cancelled meetings that had been moved, before that, to a time from an
// instant on and before another: whoever knows only of the move expects them then.
func (c Calendar) Dropped(from, to time.Time) []Meeting {
	var out []Meeting
	for _, e := range c.changed {
		s, known := c.planned(e.Start)
		if !known || !e.To.IsZero() || e.Moved.IsZero() {
			continue
		}
		if m := c.meet(s, e.Start, e); !m.MovedAt.Before(from) && m.MovedAt.Before(to) {
			out = append(out, m)
		}
	}
	return out
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
