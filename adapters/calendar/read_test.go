package calendar_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/calendar"
	"circlekeeper/scheduler"
)

// What is asked for in these tests: two years from a Monday on.
var from = time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a time cannot be a constant

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := scheduler.ParseZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// file puts lines into a calendar.
func file(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCALENDAR\r\n"
}

// event puts lines into an event of a calendar; its BEGIN is line 4.
func event(lines ...string) string {
	return file("BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT")
}

func read(t testing.TB, text string) (calendar.File, error) {
	t.Helper()
	return calendar.Read(strings.NewReader(text), zone(t, "America/Los_Angeles"), from, from.AddDate(2, 0, 0))
}

// said writes a file's contents in one line.
func said(f calendar.File) string {
	var out []string
	for _, d := range f.Days {
		out = append(out, d.String())
	}
	for _, m := range f.Meetings {
		out = append(out, m.Start.String()+" "+m.Length.String())
	}
	for _, l := range f.Left {
		out = append(out, fmt.Sprintf("left(%d: %s)", l.Line, l.Why))
	}
	if f.Outside > 0 {
		out = append(out, fmt.Sprintf("outside %d", f.Outside))
	}
	return strings.Join(out, ", ")
}

func TestRead(t *testing.T) {
	t.Parallel()
	outlook := []string{
		"BEGIN:VTIMEZONE", "TZID:Pacific Standard Time",
		"BEGIN:STANDARD", "DTSTART:16010101T020000", "TZOFFSETFROM:-0700", "TZOFFSETTO:-0800", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11", "END:STANDARD",
		"BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:-0800", "TZOFFSETTO:-0700", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "END:DAYLIGHT",
		"END:VTIMEZONE",
	}
	for name, c := range map[string]struct{ text, want string }{
		"a day":                   {event("DTSTART;VALUE=DATE:20261224"), "2026-12-24"},
		"a day with its end":      {event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261225"), "2026-12-24"},
		"the end is the same day": {event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261224"), "2026-12-24"},
		"several days":            {event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20270102"), "2026-12-24..2027-01-01"},
		"a length in days":        {event("DTSTART;VALUE=DATE:20261224", "DURATION:P3D"), "2026-12-24..2026-12-26"},
		"a length in weeks":       {event("DTSTART;VALUE=DATE:20261224", "DURATION:P1W"), "2026-12-24..2026-12-30"},
		"without VALUE=DATE":      {event("DTSTART:20261224"), "2026-12-24"},
		"midnight to midnight":    {event("DTSTART;TZID=America/New_York:20261224T000000", "DTEND;TZID=America/New_York:20261226T000000"), "2026-12-24..2026-12-25"},
		"folded lines":            {event("SUMM", " ARY:Christ", "\tmas", "DTSTART;VALUE=DATE:2026", " 1225"), "2026-12-25"},
		"lower case":              {strings.NewReplacer("DTSTART", "dtstart", "VALUE", "value", "VEVENT", "vevent").Replace(event("DTSTART;VALUE=DATE:20261224")), "2026-12-24"},
		"bare line feeds":         {strings.ReplaceAll(event("DTSTART;VALUE=DATE:20261224"), "\r\n", "\n"), "2026-12-24"},
		"a byte order mark":       {"\ufeff" + event("DTSTART;VALUE=DATE:20261224"), "2026-12-24"},

		"every year":         {event("DTSTART;VALUE=DATE:20191225", "RRULE:FREQ=YEARLY"), "2026-12-25, 2027-12-25, outside 7"},
		"Thanksgiving":       {event("DTSTART;VALUE=DATE:20261126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"), "2027-11-25, 2028-11-23, outside 1"},
		"only so often":      {event("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=DAILY;COUNT=3"), "2026-12-24, 2026-12-25, 2026-12-26"},
		"until":              {event("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=WEEKLY;UNTIL=20270107"), "2026-12-24, 2026-12-31, 2027-01-07"},
		"one left out":       {event("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20261231"), "2026-12-24, 2027-01-07"},
		"further dates":      {event("DTSTART;VALUE=DATE:20261224", "RDATE;VALUE=DATE:20270101,20270115"), "2026-12-24, 2027-01-01, 2027-01-15"},
		"one of them moved":  {file("BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY;COUNT=2", "END:VEVENT", "BEGIN:VEVENT", "UID:1", "RECURRENCE-ID;VALUE=DATE:20271225", "DTSTART;VALUE=DATE:20271224", "END:VEVENT"), "2026-12-25, 2027-12-24"},
		"the same day twice": {file("BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20261225", "END:VEVENT", "BEGIN:VEVENT", "UID:2", "DTSTART;VALUE=DATE:20261225", "END:VEVENT"), "2026-12-25"},

		"a meeting":                {event("DTSTART;TZID=America/Los_Angeles:20261208T180000", "DTEND;TZID=America/Los_Angeles:20261208T193000"), "2026-12-08T18:00 1h30m0s"},
		"a meeting elsewhere":      {event("DTSTART;TZID=America/New_York:20261208T180000", "DURATION:PT1H30M"), "2026-12-08T15:00 1h30m0s"},
		"in UTC":                   {event("DTSTART:20261209T020000Z", "DTEND:20261209T033000Z"), "2026-12-08T18:00 1h30m0s"},
		"by whatever clock":        {event("DTSTART:20261208T180000", "DTEND:20261208T190000"), "2026-12-08T18:00 1h0m0s"},
		"a zone after a prefix":    {event("DTSTART;TZID=/freeassociation.sourceforge.net/America/New_York:20261208T180000", "DURATION:PT60M"), "2026-12-08T15:00 1h0m0s"},
		"Outlook in winter":        {file(append(outlook, "BEGIN:VEVENT", `DTSTART;TZID="Pacific Standard Time":20261208T180000`, "DURATION:PT60M", "END:VEVENT")...), "2026-12-08T18:00 1h0m0s"},
		"Outlook in summer":        {file(append(outlook, "BEGIN:VEVENT", "DTSTART;TZID=Pacific Standard Time:20270708T180000", "DURATION:PT60M", "END:VEVENT")...), "2027-07-08T18:00 1h0m0s"},
		"over a change of clock":   {event("DTSTART;TZID=America/Los_Angeles:20270313T230000", "DTEND;TZID=America/Los_Angeles:20270314T040000"), "2027-03-13T23:00 4h0m0s"},
		"past, and far away":       {file("BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261129", "END:VEVENT", "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20301129", "END:VEVENT", "BEGIN:VEVENT", "DTSTART:20261130T080000", "DURATION:PT1H", "END:VEVENT"), "outside 3"},
		"it ends today":            {event("DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261201"), "2026-11-20..2026-11-30"},
		"cancelled":                {event("DTSTART;VALUE=DATE:20261224", "STATUS:CANCELLED"), "left(4: it is cancelled)"},
		"a meeting that repeats":   {event("DTSTART:20261208T180000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"), "left(4: it repeats, and only whole days may: say when the group meets with --session)"},
		"a meeting without an end": {event("DTSTART:20261208T180000"), "left(4: it has no end)"},
		"longer than a day":        {event("DTSTART:20261224T170000", "DTEND:20261228T080000"), "left(4: it lasts longer than a day: write it as whole days)"},
		"longer than a year":       {event("DTSTART;VALUE=DATE:20261224", "DURATION:P400D"), "left(4: it lasts longer than a year)"},
		"nothing":                  {file(), ""},
		"alarms and tasks":         {file("BEGIN:VTODO", "UID:2", "DUE:20261224T000000Z", "END:VTODO", "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261224", "BEGIN:VALARM", "TRIGGER:-PT15M", "END:VALARM", "END:VEVENT"), "2026-12-24"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := read(t, c.text)
			if got := said(f); err != nil || got != c.want {
				t.Errorf("read %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// What a file says is shown without what people do not see.
func TestReadTitles(t *testing.T) {
	t.Parallel()
	f, err := read(t, event("SUMMARY:Christmas\\, at the\\nclinic\x1b[2J", "DTSTART;VALUE=DATE:20261225"))
	if err != nil || len(f.Days) != 1 || f.Days[0].Title != "Christmas, at the clinic [2J" {
		t.Errorf("read %+v, %v", f, err)
	}
}

// A file that is broken says at which line, and nothing is read.
func TestReadBroken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		line int
		says string
	}{
		"empty":              {"", 1, "not an iCalendar file"},
		"a page":             {"<html>\n<body>", 1, "no line of an iCalendar file"},
		"only an event":      {"BEGIN:VEVENT\nEND:VEVENT", 1, "not an iCalendar file"},
		"cut off":            {strings.TrimSuffix(event("DTSTART;VALUE=DATE:20261224"), "END:VEVENT\r\nEND:VCALENDAR\r\n"), 4, "may be cut off"},
		"mixed up":           {file("BEGIN:VEVENT", "END:VTODO"), 5, "has no BEGIN that fits"},
		"no start":           {event("SUMMARY:x"), 4, "no DTSTART"},
		"no such date":       {event("DTSTART;VALUE=DATE:20261232"), 7, `"20261232" is not a date`},
		"no such month":      {event("DTSTART:20261301T100000"), 7, "is not a date"},
		"words for a date":   {event("DTSTART:tomorrow"), 7, "is not a date"},
		"unknown zone":       {event("DTSTART;TZID=Clinic/Room:20261224T100000"), 7, "neither known nor explained"},
		"ends before":        {event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261220"), 8, "ends before it begins"},
		"a date and a time":  {event("DTSTART;VALUE=DATE:20261224", "DTEND:20261225T100000"), 8, "the other way round"},
		"no such length":     {event("DTSTART;VALUE=DATE:20261224", "DURATION:2 days"), 8, "is not a length"},
		"no such rule":       {event("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=SOMETIMES"), 8, "RRULE"},
		"half a rule":        {event("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ="), 8, "RRULE"},
		"a rule by hours":    {event("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=HOURLY"), 8, "repeats within a day"},
		"a giant interval":   {event("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=DAILY;INTERVAL=9223372036854775807"), 8, "at most 1000"},
		"not UTF-8":          {event("SUMMARY:\xff\xfe", "DTSTART;VALUE=DATE:20261224"), 7, "UTF-8"},
		"after a fold":       {event("SUMMARY:a", "  b", " c", "DTSTART:x"), 10, "is not a date"},
		"a quote left open":  {event(`DTSTART;TZID="a:20261224T100000`), 7, ""},
		"too large":          {event("DESCRIPTION:"+strings.Repeat("x", 3<<20), "DTSTART;VALUE=DATE:20261224"), 1, "larger than"},
		"too deep":           {strings.Repeat("BEGIN:VCALENDAR\n", 9), 5, "too deeply"},
		"too many":           {file(strings.Repeat("BEGIN:VEVENT\nDTSTART:20261224\nEND:VEVENT\n", 5_001)), 15_004, "more than 5000 events"},
		"too often":          {file(strings.Repeat("BEGIN:VEVENT\nDTSTART:18020101\nRRULE:FREQ=DAILY\nEND:VEVENT\n", 9)), 14, "repeat more than 200000 times"},
		"an offset":          {file("BEGIN:VTIMEZONE", "TZID:x", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:-8", "TZOFFSETTO:-0800", "END:STANDARD", "END:VTIMEZONE"), 8, "is not an offset"},
		"a zone without one": {file("BEGIN:VTIMEZONE", "TZID:x", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETTO:-0800", "END:STANDARD", "END:VTIMEZONE"), 6, "no TZOFFSETFROM"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := read(t, c.text)
			var p *calendar.Problem
			if !errors.As(err, &p) || p.Line != c.line || !strings.Contains(p.Reason, c.says) || said(f) != "" {
				t.Errorf("read %q, %v; want line %d, %q", said(f), err, c.line, c.says)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(event("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "EXDATE:20271125"))
	f.Add(event("DTSTART;TZID=x:20261208T180000", "DURATION:PT1H30M"))
	f.Add(file("BEGIN:VTIMEZONE", "TZID:x", "BEGIN:STANDARD", "DTSTART:16010101T020000", "TZOFFSETFROM:-0700", "TZOFFSETTO:-0800", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11", "END:STANDARD", "END:VTIMEZONE"))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := read(t, text)
		if err != nil {
			var p *calendar.Problem
			if !errors.As(err, &p) || p.Line < 1 || p.Reason == "" {
				t.Errorf("%v", err)
			}
			return
		}
		for _, d := range got.Days {
			if d.Until().Before(scheduler.CivilOf(from.AddDate(0, 0, -2))) {
				t.Errorf("past: %s", d)
			}
		}
	})
}
