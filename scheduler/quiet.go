package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Quiet is the hours of the day in which nothing is posted. The zero value is none.
type Quiet struct {
	from, to int // minutes after midnight; to is not included; from > to goes over midnight
}

// ParseQuiet reads "21:00-08:00", "9pm-8am", "21-8" or "none", also in Spanish. The
// hours may go over midnight; the last minute is not included. What may be morning or
// evening is refused.
func ParseQuiet(s string) (Quiet, error) {
	text := strings.Join(strings.Fields(foldText(s)), "")
	switch text {
	case "none", "ninguna", "ninguno":
		return Quiet{}, nil
	}
	from, to, ok := strings.Cut(text, "-")
	a, _, okA := readTime(from, "", true)
	b, _, okB := readTime(to, "", true)
	if !ok || !okA || !okB || !sameClock(from, to, a, b) {
		return Quiet{}, mistake("quiet hours %s: write them as 21:00-08:00, or none", clip(s))
	}
	if a == b {
		return Quiet{}, mistake("quiet hours %s begin and end at the same time; write them as 21:00-08:00, or none", clip(s))
	}
	return Quiet{a, b}, nil
}

// sameClock reports that two times are both written with am or pm, or are both of a
// clock that surely has 24 hours.
func sameClock(from, to string, a, b int) bool {
	half := func(s string) bool { return strings.HasSuffix(s, "am") || strings.HasSuffix(s, "pm") }
	if half(from) || half(to) {
		return half(from) && half(to)
	}
	midnight := func(s string) bool { return strings.Trim(s, " 0") == "" }
	return strings.Contains(from, ":") && strings.Contains(to, ":") || max(a, b) >= 13*60 || midnight(from) || midnight(to)
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
func parseClock(s string) (minutes int, ok bool) {
	h, m, ok := strings.Cut(s, ":")
	hour, okH := number(h, 0, 23)
	minute, okM := number(m, 0, 59)
	return hour*60 + minute, ok && okH && okM && len(m) == 2
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

// ParseDates reads one day, "2026-12-24", "24.12.2026" or "24 de diciembre de 2026",
// or a range, "2026-12-24..2027-01-02". Numbers that may be the day or the month are
// refused.
func ParseDates(s string) (Dates, error) {
	first, last, isRange := strings.Cut(strings.TrimSpace(s), "..")
	if !isRange {
		last = first
	}
	from, okFrom := parseDate(first)
	to, okTo := parseDate(last)
	if !okFrom || !okTo {
		return Dates{}, mistake("date %s: write a day as 2026-12-24, or several as 2026-12-24..2027-01-02", clip(s))
	}
	if to.Before(from) {
		return Dates{}, mistake("dates %s end before they begin; write the earlier day first, as 2026-12-24..2027-01-02", clip(s))
	}
	return Dates{from, to}, nil
}

func parseDate(s string) (Civil, bool) {
	t, err := time.Parse(time.DateOnly, numericDate(spanishDate(s)))
	return civilAt(t), err == nil && t.Year() >= 1900 // an earlier year is a slip, not a plan
}

// spanishDate writes "24 de diciembre de 2026" as 2026-12-24; other texts stay.
func spanishDate(s string) string {
	s = strings.TrimSpace(s)
	words := slices.DeleteFunc(strings.Fields(foldText(s)), func(w string) bool { return w == "el" || w == "de" || w == "del" })
	if len(words) != 3 {
		return s
	}
	day, ok := number(words[0], 1, 31)
	months := spanishMonths()
	month := slices.Index(months[:], words[1])
	if !ok || month < 0 {
		return s
	}
	return fmt.Sprintf("%s-%02d-%02d", words[2], month+1, day)
}

// numericDate writes "24.12.2026" and "12/24/2026" as 2026-12-24; other texts stay, and
// so do those in which the day and the month may be taken for one another.
func numericDate(s string) string {
	parts := strings.Split(strings.ReplaceAll(s, "/", "."), ".")
	if len(parts) != 3 || len(parts[2]) != 4 {
		return s
	}
	day, okDay := number(parts[0], 1, 31)
	month, okMonth := number(parts[1], 1, 31)
	if month > 12 {
		day, month = month, day
	}
	if !okDay || !okMonth || day <= 12 && day != month {
		return s
	}
	return fmt.Sprintf("%s-%02d-%02d", parts[2], month, day)
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
