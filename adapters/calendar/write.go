package calendar

import (
	"io"
	"strconv"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Event is one event to be written. It has no place and no people.
type Event struct {
	ID    string // the same whenever the event is written; opaque
	Title string
	Zone  *time.Location // by whose clock it is written
	At    time.Time
	End   time.Time // zero for a moment, such as a post

	Cancelled bool
	Changes   int64 // how often what it comes from was changed: of two with the same ID the higher counts
}

// Write writes events as an iCalendar file that Google, Apple and Outlook take: with the
// rules of each time zone, so that no program needs to know them.
func Write(w io.Writer, name string, events []Event, now time.Time) error {
	cal := ics.NewCalendarFor("Circlekeeper")
	cal.SetProductId("-//Circlekeeper//Circlekeeper//EN")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(ics.MethodPublish)
	if name != "" {
		cal.SetXWRCalName(name)
	}
	for _, z := range spans(events) {
		cal.AddVTimezone(zoneRules(z))
	}
	for _, e := range events {
		cal.AddVEvent(event(e, now))
	}
	return cal.SerializeTo(w, ics.WithNewLine("\r\n"))
}

func event(e Event, now time.Time) *ics.VEvent {
	v := ics.NewEvent(e.ID)
	v.SetDtStampTime(now.UTC())
	v.AddProperty(ics.ComponentPropertySequence, strconv.FormatInt(e.Changes, 10))
	v.SetSummary(e.Title)
	zone := ics.WithTZID(e.Zone.String())
	v.AddProperty(ics.ComponentPropertyDtStart, e.At.In(e.Zone).Format(timeLayout), zone)
	transparency := ics.TransparencyTransparent // a post takes nobody's time
	if !e.End.IsZero() {
		v.AddProperty(ics.ComponentPropertyDtEnd, e.End.In(e.Zone).Format(timeLayout), zone)
		transparency = ics.TransparencyOpaque
	}
	status := ics.ObjectStatusConfirmed
	if e.Cancelled {
		status, transparency = ics.ObjectStatusCancelled, ics.TransparencyTransparent
	}
	v.SetStatus(status)
	v.SetTimeTransparency(transparency)
	v.SetClass(ics.ClassificationPrivate)
	return v
}

// span is how long a zone's clock is needed for.
type span struct {
	zone        *time.Location
	first, last time.Time
}

// spans are the zones of all events, in the order in which they come.
func spans(events []Event) []*span {
	var out []*span
	by := make(map[string]*span)
	for _, e := range events {
		s := by[e.Zone.String()]
		if s == nil {
			s = &span{zone: e.Zone, first: e.At, last: e.At}
			by[e.Zone.String()] = s
			out = append(out, s)
		}
		for _, t := range []time.Time{e.At, e.End} {
			if !t.IsZero() && t.Before(s.first) {
				s.first = t
			}
			if t.After(s.last) {
				s.last = t
			}
		}
	}
	return out
}
