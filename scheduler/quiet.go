package scheduler

import "errors"

// Quiet is the hours of the day in which nothing is posted. The zero value is none.
type Quiet struct {
	from, to int // minutes after midnight; from > to goes over midnight
}

// ParseQuiet reads "21:00-08:00" or "none".
func ParseQuiet(s string) (Quiet, error) { return Quiet{}, errors.New("not yet") }

// String is the form that ParseQuiet reads.
func (q Quiet) String() string { return "" }

// Dates is a range of days, both ends included.
type Dates struct {
	from, to Civil // midnights
}

// ParseDates reads one day, "2026-12-24", or a range, "2026-12-24..2027-01-02".
func ParseDates(s string) (Dates, error) { return Dates{}, errors.New("not yet") }

// String is the form that ParseDates reads.
func (d Dates) String() string { return "" }
