package calendar_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"

	"circlekeeper/adapters/calendar"
	"circlekeeper/scheduler"
)

func write(t *testing.T, name string, events ...calendar.Event) string {
	t.Helper()
	var b bytes.Buffer
	if err := calendar.Write(&b, name, events, from); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is written is read by another library as it was meant, and checked by it against
// what RFC 5545 asks of each component.
func TestWriteIsReadByAnother(t *testing.T) {
	t.Parallel()
	la := zone(t, "America/Los_Angeles")
	at := time.Date(2026, 12, 8, 18, 0, 0, 0, la)
	text := write(t, "Tuesday; circle, with a name that is long enough to be folded over several lines",
		calendar.Event{ID: "a@circlekeeper", Title: "Tuesday, the circle", Zone: la, At: at, End: at.Add(90 * time.Minute), Changes: 3},
		calendar.Event{ID: "b@circlekeeper", Title: "Grupo «mañana»\\", Zone: zone(t, "Europe/Madrid"), At: at, Cancelled: true},
	)
	cal, err := goical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := goical.NewEncoder(new(bytes.Buffer)).Encode(cal); err != nil { // it checks what must be there
		t.Errorf("%v\n%s", err, text)
	}
	if v, err := cal.Props.Text(goical.PropVersion); v != "2.0" || err != nil {
		t.Errorf("version %q, %v", v, err)
	}
	if name, _ := cal.Props.Text("X-WR-CALNAME"); !strings.HasPrefix(name, "Tuesday; circle, with a name that is") {
		t.Errorf("named %q", name)
	}
	all := cal.Events()
	if len(all) != 2 {
		t.Fatalf("%d events", len(all))
	}
	for i, want := range []struct{ id, title, status, zone string }{
		{"a@circlekeeper", "Tuesday, the circle", "CONFIRMED", "America/Los_Angeles"},
		{"b@circlekeeper", "Grupo «mañana»\\", "CANCELLED", "Europe/Madrid"},
	} {
		e := all[i]
		id, _ := e.Props.Text(goical.PropUID)
		title, _ := e.Props.Text(goical.PropSummary)
		status, _ := e.Props.Text(goical.PropStatus)
		tzid := e.Props.Get(goical.PropDateTimeStart).Params.Get("TZID")
		if id != want.id || title != want.title || status != want.status || tzid != want.zone {
			t.Errorf("event %d is %q %q %q in %q", i, id, title, status, tzid)
		}
		start, err := e.DateTimeStart(nil)
		if err != nil || !start.Equal(at) {
			t.Errorf("event %d begins %s, %v", i, start, err)
		}
		for _, private := range []string{"LOCATION", "ORGANIZER", "ATTENDEE", "DESCRIPTION", "URL", "CONTACT"} {
			if e.Props.Get(private) != nil {
				t.Errorf("event %d has %s", i, private)
			}
		}
	}
	if end, err := all[0].DateTimeEnd(nil); err != nil || !end.Equal(at.Add(90*time.Minute)) {
		t.Errorf("it ends %s, %v", end, err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || line == "" {
			t.Errorf("line %q", line)
		}
	}
}

// In every zone the rules that are written say the instants that were meant: the file is
// read by them alone, under a name for the zone that nobody knows.
func TestWriteExplainsEveryZone(t *testing.T) {
	t.Parallel()
	utc := time.UTC
	for _, name := range scheduler.Zones() {
		z := zone(t, name)
		var events []calendar.Event
		var want []string
		for at := from.Add(time.Hour); at.Before(from.AddDate(1, 11, 0)); at = at.Add(331 * time.Hour) {
			if local := at.In(z); !time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, z).Equal(at) {
				continue // the second time that a clock shows it: iCalendar cannot say that
			}
			events = append(events, calendar.Event{ID: fmt.Sprint(at.Unix()), Title: "x", Zone: z, At: at, End: at.Add(time.Minute)})
			want = append(want, scheduler.CivilOf(at).String()+" 1m0s")
		}
		text := strings.ReplaceAll(write(t, "", events...), "TZID="+name+":", "TZID=Clinic/Clock:")
		text = strings.Replace(text, "TZID:"+name+"\r\n", "TZID:Clinic/Clock\r\n", 1)
		f, err := calendar.Read(strings.NewReader(text), utc, from, from.AddDate(2, 0, 0))
		if got := said(f); err != nil || got != strings.Join(want, ", ") {
			for i, m := range f.Meetings {
				if i < len(want) && m.Start.String()+" 1m0s" != want[i] {
					t.Errorf("%s: %s, want %s", name, m.Start, want[i])
					break
				}
			}
			t.Fatalf("%s: %v, %d of %d\n%.1500s", name, err, len(f.Meetings), len(want), text)
		}
	}
}

// Where a clock changes by a yearly rule the rule is written, as Outlook wants it.
func TestWriteYearlyRules(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"America/Los_Angeles": {"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"},
		"Europe/Madrid":       {"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"},
		"America/Phoenix":     nil,
		"UTC":                 nil,
	} {
		text := write(t, "", calendar.Event{ID: "1", Title: "x", Zone: zone(t, name), At: from})
		for _, w := range want {
			if !strings.Contains(text, w+"\r\n") {
				t.Errorf("%s lacks %s:\n%s", name, w, text)
			}
		}
		if want == nil && strings.Contains(text, "RRULE") {
			t.Errorf("%s has a rule:\n%s", name, text)
		}
	}
}
