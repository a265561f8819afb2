package scheduler

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestCivil(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2026-11-24T09:00", "1970-01-01T00:00", "1969-12-31T23:59", "9999-12-31T23:59", "0001-01-01T00:01", "2026-11-01T05:15Z"} {
		c, err := ParseCivil(s)
		if err != nil || c.String() != s || c.IsZero() != (s == "") {
			t.Errorf("%q: %q, %v", s, c, err)
		}
		b, err := json.Marshal(c)
		var back Civil
		if err != nil || json.Unmarshal(b, &back) != nil || back != c {
			t.Errorf("%q: as JSON %s, %v", s, b, err)
		}
	}
	for _, s := range []string{"2026-11-24", "2026-11-24T09:00:00", "2026-11-24 09:00", "2026-02-29T09:00", "2026-11-24T9:00", "x", "Z"} {
		if c, err := ParseCivil(s); err == nil {
			t.Errorf("%q is read as %s", s, c)
		}
	}
	zone, err := ParseZone("Asia/Kathmandu")
	must(t, err)
	a := CivilOf(time.Date(2026, 11, 24, 23, 59, 59, 0, zone))
	b := CivilOf(time.Date(2026, 11, 25, 0, 0, 0, 0, zone))
	if a.String() != "2026-11-24T23:59" || !a.Before(b) || !b.After(a) || a.Compare(a) != 0 || !b.Time().Equal(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%s and %s are out of order", a, b)
	}
}

func TestParseQuiet(t *testing.T) {
	t.Parallel()
	for text, canonical := range map[string]string{
		"21:00-08:00": "21:00-08:00", "none": "none", " NONE ": "none", "ninguna": "none", "Ninguno": "none", "21:00 - 8:00": "21:00-08:00",
		"12:00-13:30": "12:00-13:30", "0:00-6:00": "00:00-06:00", "9pm-8am": "21:00-08:00", "9:30 p.m. – 12 AM": "21:30-00:00",
		"12am-6am": "00:00-06:00", "midnight-6": "00:00-06:00", "9pm-8": "21:00-08:00", "9-8am": "21:00-08:00", "9pm-8:00": "21:00-08:00", "21-8": "21:00-08:00", "0-6": "00:00-06:00", "21:00-8": "21:00-08:00", "21:00-24:00": "21:00-00:00",
	} {
		q, err := ParseQuiet(text)
		if err != nil || q.String() != canonical {
			t.Errorf("%q: %s, %v", text, q, err)
		}
	}
	for _, text := range []string{"", "21:00", "9-8", "12-6", "10:00-6", "9:00-8", "8-21:0", "9pm-11", "6pm-7", "13pm-8am", "8:00-8:00", "0:00-0:00", "21:00-08:00-09:00", "-1:00-08:00", "21:0-08:00", "nothing"} {
		if q, err := ParseQuiet(text); err == nil {
			t.Errorf("%q is read as %s", text, q)
		} else if !strings.Contains(err.Error(), "write them as ") && !strings.Contains(err.Error(), " may mean two things") {
			t.Errorf("%q: error %q does not help", text, err)
		}
	}
}

func TestParseDates(t *testing.T) {
	t.Parallel()
	for text, canonical := range map[string]string{
		"2026-12-24":              "2026-12-24",
		" 2026-12-24 ":            "2026-12-24",
		"2026-12-24..2027-01-02":  "2026-12-24..2027-01-02",
		"2026-12-24..2026-12-24":  "2026-12-24",
		"24 de diciembre de 2026": "2026-12-24",
		"el 5 Enero 2027":         "2027-01-05",
		"24.12.2026":              "2026-12-24",
		"12/24/2026":              "2026-12-24",
		"24/12/2026..02/02/2027":  "2026-12-24..2027-02-02",
		"24 de diciembre de 2026 .. 2 de enero de 2027": "2026-12-24..2027-01-02",
	} {
		d, err := ParseDates(text)
		if err != nil || d.String() != canonical {
			t.Errorf("%q: %s, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "..", "5.12.2026", "12/05/2026", "24/12", "24.12.26", "32.12.2026", "24.13.2026", "29.02.2026", "24.12.2026.", "0.0.2026", "2026-12-24..", "..2026-12-24", "2027-01-02..2026-12-24", "2026-02-29", "0026-12-24", "2026-12-24..2027", "31 de febrero de 2026", "24 de diciembre", "24 de diciembre de 26", "24 de december de 2026"} {
		if d, err := ParseDates(text); err == nil {
			t.Errorf("%q is read as %s", text, d)
		} else if !strings.Contains(err.Error(), "December 24") {
			t.Errorf("%q: error %q does not help", text, err)
		}
	}
}

func FuzzParseQuiet(f *testing.F) {
	f.Add("21:00-08:00")
	f.Add("none")
	f.Fuzz(func(t *testing.T, s string) {
		q, err := ParseQuiet(s)
		if err != nil {
			return
		}
		if again, err := ParseQuiet(q.String()); err != nil || again != q {
			t.Fatalf("%q: %s is read as %s, %v", s, q, again, err)
		}
		for m := range dayMinutes {
			if q.holds(q.nearest(m)) {
				t.Fatalf("%q: the nearest to %s is quiet", s, clock(m))
			}
		}
	})
}

func FuzzParseDates(f *testing.F) {
	f.Add("2026-12-24")
	f.Add("2026-12-24..2027-01-02")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDates(s)
		if err != nil {
			return
		}
		if again, err := ParseDates(d.String()); err != nil || again != d {
			t.Fatalf("%q: %s is read as %s, %v", s, d, again, err)
		}
		if !d.hold(d.from) || !d.hold(d.to) {
			t.Fatalf("%q does not hold its own days", s)
		}
	})
}

func FuzzParseCivil(f *testing.F) {
	f.Add("2026-11-24T09:00")
	f.Add("2026-11-24T09:00Z")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseCivil(s); err == nil && c.String() != s && !c.IsZero() {
			t.Fatalf("%q becomes %q", s, c)
		}
	})
}

// TestWeeksThatAreNamedOnASunday asks back what depends on whether weeks begin on Monday or on
// Sunday: said on a Sunday, "next week" begins tomorrow or in seven days.
func TestWeeksThatAreNamedOnASunday(t *testing.T) {
	t.Parallel()
	r := reader("en-US")
	r.Now = time.Date(2026, 11, 29, 18, 0, 0, 0, time.UTC)
	for _, c := range []struct{ field, text, want string }{
		{"skip", "next week", `refuse: "Sunday, December 6, 2026 to Saturday, December 12, 2026"`},
		{"skip", "this week", `refuse: "Sunday, November 29, 2026 to Saturday, December 5, 2026"`},
		{"skip", "next monday", `refuse: "Monday, December 7, 2026" or "Monday, November 30, 2026"`},
		{"skip", "this monday", "2026-11-30"},
		{"skip", "next weekend", "2026-12-05..2026-12-06"},
		{"until", "next week", `refuse: "Monday, December 7, 2026" or "Monday, November 30, 2026"`},
		{"until", "monday", "2026-11-30T00:00"},
		{"rule", "next tuesday at 9", `refuse: "on Tuesday, December 1, 2026 at 9:00 AM" or "on Tuesday, December 8, 2026 at 9:00 AM"`},
		{"rule", "next sunday at 9", "on Sunday, December 6, 2026 at 9:00 AM"},
		{"rule", "el próximo lunes a las 9", "on Monday, November 30, 2026 at 9:00 AM"},
		{"rule", "every monday at 9 starting next week", `refuse: starting December 6, 2026" or "Mondays at 9:00 AM, starting November 30, 2026"`},
	} {
		got, err := readField(r, c.field, c.text)
		words, refused := strings.CutPrefix(c.want, "refuse: ")
		switch {
		case refused && (err == nil || !strings.Contains(err.Error(), words)):
			t.Errorf("%s %q is read as %s, %v; it is to be asked back with %s", c.field, c.text, got, err, words)
		case !refused && (err != nil || got != c.want):
			t.Errorf("%s %q is read as %s, %v, not as %s", c.field, c.text, got, err, c.want)
		}
	}
	if weeks := r.Periods("next week"); len(weeks) != 2 || weeks[0].Until().Before(weeks[1].From()) {
		t.Errorf("next week may be %v", weeks)
	}
}
