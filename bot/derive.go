package bot

import (
	"time"

	"circlekeeper/scheduler"
)

// Derive works out again when a reminder comes next: the moment on record follows
// from the rule, and is only as good as the clock, the zone data and the program that
// worked it out. What has come due and is not planned yet stays, by its local time; also
// where the rule was changed after it came due, while the program did not run.
func Derive(r Reminder, g Group, now time.Time) Reminder {
	calendar, rule, err := Timing(r, g)
	if err != nil || r.Next.At.IsZero() {
		return Schedule(r, g, now)
	}
	o, ok := again(calendar, rule, r.Next)
	if !ok {
		o = r.Next
	}
	if o.At.After(now) {
		return Schedule(r, g, now)
	}
	r.Next, r.Fault = o, Reason{}
	return r
}

// zoneReach is further than a change of law moves a local time.
const zoneReach = 26 * time.Hour

// again finds an occurrence by its local time where the rule puts it now. false means
// that the rule has no such occurrence.
func again(c scheduler.Calendar, rule scheduler.Rule, known scheduler.Occurrence) (scheduler.Occurrence, bool) {
	o, ok := c.First(rule, known.At.Add(-zoneReach))
	for ; ok && !o.At.After(known.At.Add(zoneReach)); o, ok = c.Next(rule, o) {
		if o.Nominal == known.Nominal {
			return o, true
		}
	}
	return scheduler.Occurrence{}, false
}
