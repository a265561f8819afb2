package calendar

import (
	"io"
	"strconv"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Event is one event to write. It has no place and no people.
type Event struct {
	ID    string // opaque; the same each time the event is written
	Title string
	Zone  *time.Location // the event is written by this zone's clock
	At    time.Time
	End   time.Time // zero for an event without length, such as a post

	Cancelled bool
	Changes   int64 // version of the source: of two events with one ID, the one with more counts
}

// Write writes events as an iCalendar file that Google, Apple and Outlook accept. The file
// contains the rules of each time zone, so that no program needs to know the zone.
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
	transparency := ics.TransparencyTransparent // nobody is busy because of a post
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

// span is from when to when a zone's rules are needed.
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
