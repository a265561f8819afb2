package scheduler

import (
	"fmt"
	"strings"
	"time"
)

// Quiet is the hours of the day in which nothing is posted. The zero value is none.
type Quiet struct {
	from, to int // minutes after midnight; to is not included; from > to goes over midnight
}

// ParseQuiet reads "21:00-08:00" or "none". The hours may go over midnight; the
// last minute is not included.
func ParseQuiet(s string) (Quiet, error) {
	text := strings.ToLower(strings.Join(strings.Fields(s), ""))
	if text == "none" {
		return Quiet{}, nil
	}
	from, to, ok := strings.Cut(text, "-")
	a, errA := parseClock(from)
	b, errB := parseClock(to)
	if !ok || errA != nil || errB != nil {
		return Quiet{}, fmt.Errorf("quiet hours %s: write them as 21:00-08:00, or none", clip(s))
	}
	if a == b {
		return Quiet{}, fmt.Errorf("quiet hours %s begin and end at the same time; write them as 21:00-08:00, or none", clip(s))
	}
	return Quiet{a, b}, nil
}

// String is the form that ParseQuiet reads.
func (q Quiet) String() string {
	if q == (Quiet{}) {
		return "none"
	}
	return clock(q.from) + "-" + clock(q.to)
}

// holds reports whether a minute of the day is quiet.
func (q Quiet) holds(minute int) bool {
	if q.from <= q.to {
		return q.from <= minute && minute < q.to
	}
	return minute >= q.from || minute < q.to
}

// nearest is the time of the same day that is not quiet and closest, of those
// that people would name: a quarter of an hour, if there is one.
func (q Quiet) nearest(minute int) int {
	for _, step := range []int{15, 1} {
		for d := range dayMinutes {
			if m := minute + d; m < dayMinutes && m%step == 0 && !q.holds(m) {
				return m
			}
			if m := minute - d; m >= 0 && m%step == 0 && !q.holds(m) {
				return m
			}
		}
	}
	return minute
}

const dayMinutes = 24 * 60

// parseClock reads "9:00" or "21:30" as minutes after midnight.
func parseClock(s string) (int, error) {
	h, m, ok := strings.Cut(s, ":")
	hour, okH := number(h, 0, 23)
	minute, okM := number(m, 0, 59)
	if !ok || !okH || !okM || len(m) != 2 {
		return 0, fmt.Errorf("time %s: write it as 9:00 or 21:30", clip(s))
	}
	return hour*60 + minute, nil
}

// number reads one or two digits within bounds.
func number(s string, low, high int) (int, bool) {
	if len(s) < 1 || len(s) > 2 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n := 0
	for _, d := range s {
		n = n*10 + int(d-'0')
	}
	return n, low <= n && n <= high
}

// clock writes minutes after midnight as "09:00".
func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// Dates is a range of days, both ends included.
type Dates struct {
	from, to Civil // midnights
}

// ParseDates reads one day, "2026-12-24", or a range, "2026-12-24..2027-01-02".
func ParseDates(s string) (Dates, error) {
	first, last, isRange := strings.Cut(strings.TrimSpace(s), "..")
	if !isRange {
		last = first
	}
	from, errFrom := parseDate(first)
	to, errTo := parseDate(last)
	if errFrom != nil || errTo != nil {
		return Dates{}, fmt.Errorf("date %s: write a day as 2026-12-24, or several as 2026-12-24..2027-01-02", clip(s))
	}
	if to.Before(from) {
		return Dates{}, fmt.Errorf("dates %s end before they begin; write the earlier day first, as 2026-12-24..2027-01-02", clip(s))
	}
	return Dates{from, to}, nil
}

func parseDate(s string) (Civil, error) {
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(s))
	if err != nil || t.Year() < 1900 { // a year with a slip, not a plan
		return Civil{}, fmt.Errorf("date %s: write it as 2026-12-24", clip(s))
	}
	return civilAt(t), nil
}

// String is the form that ParseDates reads.
func (d Dates) String() string {
	s := d.from.Time().Format(time.DateOnly)
	if d.to != d.from {
		s += ".." + d.to.Time().Format(time.DateOnly)
	}
	return s
}

// hold reports whether the moment's day is one of them.
func (d Dates) hold(c Civil) bool {
	return d.from.minutes <= c.minutes && c.minutes < d.to.minutes+dayMinutes
}
