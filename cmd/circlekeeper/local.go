package main

import (
	"fmt"
	"strings"
	"time"

	"circlekeeper/bot"
)

// local returns, for JSON, the time by a group's clock with its offset from UTC:
// 2026-12-08T18:00:00-08:00. It is empty for the zero time and for an endless pause.
func local(t time.Time, zone *time.Location) string {
	if t.IsZero() || t.Equal(bot.Forever) {
		return ""
	}
	if zone == nil { // of a group that was removed
		zone = time.UTC
	}
	return t.In(zone).Format(time.RFC3339)
}

// iso8601 writes a length as ISO 8601 does: PT1H30M. A day is 24 hours here.
func iso8601(d time.Duration) string {
	var out strings.Builder
	out.WriteString("PT")
	for _, unit := range []struct {
		length time.Duration
		letter string
	}{{time.Hour, "H"}, {time.Minute, "M"}, {time.Second, "S"}} {
		if n := d / unit.length; n > 0 {
			fmt.Fprintf(&out, "%d%s", n, unit.letter)
		}
		d %= unit.length
	}
	if out.Len() == len("PT") {
		return "PT0S"
	}
	return out.String()
}
