package words

import (
	"strings"
	"time"

	"circlekeeper/scheduler"
)

// Length says how long something lasts: "2 hours", "90 minutes".
func (r *Reader) Length(d time.Duration) string {
	d = d.Round(time.Second)
	days, hours, minutes, seconds := int(d/(24*time.Hour)), int(d/time.Hour), int(d/time.Minute), int(d/time.Second)
	switch {
	case days >= 3 && d%(24*time.Hour) == 0:
		return r.N(days, "%d day", "%d days", days)
	case hours > 0 && d%time.Hour == 0:
		return r.N(hours, "%d hour", "%d hours", hours)
	case minutes > 0 && d%time.Minute == 0 && minutes <= 180:
		return r.N(minutes, "%d minute", "%d minutes", minutes)
	case d%time.Minute == 0:
		return r.And(r.N(hours, "%d hour", "%d hours", hours), r.N(minutes%60, "%d minute", "%d minutes", minutes%60))
	}
	return r.N(seconds, "%d second", "%d seconds", seconds)
}

// And says several things: "a", "a and b", "a, b, and c".
func (r *Reader) And(items ...string) string {
	switch n := len(items); n {
	case 0:
		return ""
	case 1:
		return items[0]
	case 2:
		return r.C("list", "%s and %s", items[0], items[1])
	default:
		return r.C("list", "%s, and %s", strings.Join(items[:n-1], r.C("list", ", ")), items[n-1])
	}
}

// QuietHours says a group's quiet hours: "9:00 PM to 8:00 AM". The argument is what
// scheduler.ParseQuiet reads; what it does not read stays.
func (r *Reader) QuietHours(s string) string {
	quiet, err := scheduler.ParseQuiet(s)
	if err != nil {
		return s
	}
	if quiet == (scheduler.Quiet{}) {
		return r.T("none")
	}
	midnight := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	return r.C("hours", "%s to %s", whole(r.clock(midnight.Add(quiet.From()))), whole(r.clock(midnight.Add(quiet.To()))))
}

// whole writes the hour of a 24-hour clock with two digits: typed again, "1:00" might be
// in the afternoon.
func whole(clock string) string {
	if len(clock) == len("1:00") && clock[1] == ':' {
		return "0" + clock
	}
	return clock
}

// Length writes a duration as a field of a form takes it, without what is zero: "1h30m".
func Length(d time.Duration) string {
	s := d.Round(time.Second).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}
