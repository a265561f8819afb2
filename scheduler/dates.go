package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Dates is a range of days, both ends included.
type Dates struct {
	from, to Civil // midnights
}

// ParseDates reads one day, "2026-12-24", "24.12.2026" or "24 de diciembre de 2026", or a
// range, "2026-12-24..2027-01-02". It refuses numbers of which either may be the month. Its
// errors are *Mistakes.
func ParseDates(s string) (Dates, error) {
	first, last, isRange := strings.Cut(strings.TrimSpace(s), "..")
	if !isRange {
		last = first
	}
	from, okFrom := parseDate(first)
	to, okTo := parseDate(last)
	if !okFrom || !okTo {
		return Dates{}, mistake("date %s: write a day as December 24, or several as December 24 to January 2", clip(s))
	}
	if to.Before(from) {
		return Dates{}, mistake("dates %s end before they begin; write the earlier day first, as December 24 to January 2", clip(s))
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

// numericDate writes "24.12.2026" and "12/24/2026" as 2026-12-24. Other texts stay, and so do
// those in which either number may be the month.
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

// offer writes the days as Reader.Skip of the same locale reads them, in English or Spanish.
func (d Dates) offer(locale string) string {
	say := speechOf(locale)
	if d.from == d.to {
		return say.longDate(d.from.day())
	}
	return say.C("dates", "%s to %s", say.longDate(d.from.day()), say.longDate(d.to.day()))
}

// From is the first day, as its midnight.
func (d Dates) From() Civil { return d.from }

// Until is the last day, as its midnight.
func (d Dates) Until() Civil { return d.to }

// hold reports whether the moment's day is one of them.
func (d Dates) hold(c Civil) bool {
	return d.from.minutes <= c.minutes && c.minutes < d.to.minutes+dayMinutes
}
