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

// From is the time of day at which the hours begin, To the one at which they end, both as
// the time since midnight. They are equal if there are no quiet hours.
func (q Quiet) From() time.Duration { return time.Duration(q.from) * time.Minute }

// To is the time of day at which the hours end.
func (q Quiet) To() time.Duration { return time.Duration(q.to) * time.Minute }

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
