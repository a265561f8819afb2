package words

import (
	"strings"
	"time"
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

// Kept says for how long what was removed can be brought back; 0 is for ever.
func (r *Reader) Kept(d time.Duration) string {
	if d == 0 {
		return r.T("It can be brought back, and the record of what was sent stays, until the clinic deletes them.")
	}
	return r.T("It can be brought back for %[1]d days; then it is deleted. The record of what was sent is deleted when it is %[1]d days old.", int(d/(24*time.Hour)))
}
