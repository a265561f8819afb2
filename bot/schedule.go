package bot

import (
	"time"

	"circlekeeper/scheduler"
)

// Schedule works out when a reminder comes next, from now on. A rule that
// cannot be evaluated rests the reminder alone, with the fault.
func Schedule(r Reminder, g Group, now time.Time) Reminder {
	r.Next, r.Fault = scheduler.Occurrence{}, Reason{}
	calendar, rule, err := Timing(r, g)
	if err != nil {
		r.Fault = RuleFault.With(err.Error())
		return r
	}
	from, ends := Resumes(r, g, now)
	if !ends {
		return r
	}
	next, ok := calendar.First(rule, from)
	if !ok {
		r.Fault = Reason{Code: NeverAgain}
		return r
	}
	r.Next = next
	return r
}

// NextPost is the first occurrence from Next on that is posted: Next may be one that is
// called off, which is only put on record. It is zero if there is none.
func NextPost(r Reminder, g Group) scheduler.Occurrence {
	if r.Next.At.IsZero() || len(g.Skips)+len(g.Exceptions) == 0 {
		return r.Next
	}
	calendar, rule, err := Timing(r, g)
	if err != nil {
		return r.Next
	}
	for _, o := range calendar.Upcoming(rule, r.Next.At, 1) {
		return o
	}
	return scheduler.Occurrence{}
}

// Resumes is when a reminder that may be paused, or whose group may be, posts again: now
// at the earliest. ends is false where a pause has no end.
func Resumes(r Reminder, g Group, now time.Time) (from time.Time, ends bool) {
	from = now
	for _, pause := range []time.Time{r.Paused, g.Paused} {
		if pause.After(from) {
			from = pause
		}
	}
	return from, from.Before(Forever)
}

// SameRule reports whether two rules, as they are on record, mean the same times.
func SameRule(a, b string) bool {
	first, errA := scheduler.ParseRule(a)
	second, errB := scheduler.ParseRule(b)
	return a == b || errA == nil && errB == nil && first.Equal(second)
}

// Timing reads what a reminder goes by: its group's calendar and its rule.
func Timing(r Reminder, g Group) (scheduler.Calendar, scheduler.Rule, error) {
	calendar, err := g.Calendar()
	if err != nil {
		return calendar, scheduler.Rule{}, err
	}
	rule, err := scheduler.ParseRule(r.Rule)
	return calendar, rule, err
}

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

// ZoneReach is more than a local time can move when a group gets another zone, or when the
// law of its zone changes.
const ZoneReach = 26 * time.Hour

// again finds an occurrence by its local time where the rule puts it now. false means
// that the rule has no such occurrence.
func again(c scheduler.Calendar, rule scheduler.Rule, known scheduler.Occurrence) (scheduler.Occurrence, bool) {
	o, ok := c.First(rule, known.At.Add(-ZoneReach))
	for ; ok && !o.At.After(known.At.Add(ZoneReach)); o, ok = c.Next(rule, o) {
		if o.Nominal == known.Nominal {
			return o, true
		}
	}
	return scheduler.Occurrence{}, false
}
