package scheduler

import (
	"fmt"
	"strings"
)

// Quiet is the hours of the day in which nothing is posted. The zero value is none.
type Quiet struct {
	from, to int // minutes after midnight; to is not included; from > to goes over midnight
}

// ParseQuiet reads quiet hours as Reader.Quiet does; nothing in them depends on the
// reader.
func ParseQuiet(s string) (Quiet, error) { return quietHours.read(s, Reader{}.Quiet) }

// quietHours are those that this process has read.
var quietHours kept[Quiet] //nolint:gochecknoglobals // the process has one, as it has one set of zones

// String is the form that ParseQuiet reads.
func (q Quiet) String() string {
	if q == (Quiet{}) {
		return "none"
	}
	return clock(q.from) + "-" + clock(q.to)
}

// Text says the hours as readers of a locale write them, in English or Spanish: "9:00 PM
// to 8:00 AM". ParseQuiet reads it.
func (q Quiet) Text(locale string) string {
	say := speechOf(locale)
	if q == (Quiet{}) {
		return say.either("none", "ninguna")
	}
	return say.clock(q.from) + say.either(" to ", " a ") + say.clock(q.to)
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
