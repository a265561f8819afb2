package scheduler

import (
	"fmt"
	"strings"
	"time"
)

// Quiet is the hours of the day in which nothing is posted. The zero value means no such hours.
type Quiet struct {
	from, to int // minutes after midnight; to is excluded; if from > to, they include midnight
}

// ParseQuiet reads quiet hours as Reader.Quiet does, for no particular reader. Its errors are
// *Mistakes.
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

// From is the time of day at which the quiet hours begin, as the time since midnight. From and
// To are equal if there are no quiet hours.
func (q Quiet) From() time.Duration { return time.Duration(q.from) * time.Minute }

// To is the time of day at which the quiet hours end, as the time since midnight.
func (q Quiet) To() time.Duration { return time.Duration(q.to) * time.Minute }

// holds reports whether a minute of the day is quiet.
func (q Quiet) holds(minute int) bool {
	if q.from <= q.to {
		return q.from <= minute && minute < q.to
	}
	return minute >= q.from || minute < q.to
}

// nearest returns the nearest minute of the same day that is not quiet. It prefers a quarter of
// an hour, which people would name.
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
