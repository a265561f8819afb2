package bot

import (
	"time"

	"circlekeeper/scheduler"
)

// Schedule sets r.Next to the reminder's first occurrence from now on. It sets r.Fault instead
// if the rule or the group's calendar cannot be read, or if the rule has no more dates.
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

// NextPost is the reminder's next occurrence that will be posted; zero if there is none. It
// may be later than r.Next: the calendar may call r.Next off, which is then only recorded.
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

// Resumes is when the pauses of a reminder and of its group are over; now if neither is
// paused. ends is false if one of the pauses has no end.
func Resumes(r Reminder, g Group, now time.Time) (from time.Time, ends bool) {
	if from = PausedUntil(r, g); from.Before(now) {
		from = now
	}
	return from, from.Before(Forever)
}

// PausedUntil is the end of a reminder's pause or of its group's, whichever comes later.
func PausedUntil(r Reminder, g Group) time.Time {
	if r.Paused.After(g.Paused) {
		return r.Paused
	}
	return g.Paused
}

// LostToPause reports whether a reminder has dates to come, but none after its pauses and its
// group's.
func LostToPause(r Reminder, g Group, now time.Time) bool {
	if r.Fault.Code != NeverAgain {
		return false
	}
	r.Paused, g.Paused = time.Time{}, time.Time{}
	return !Schedule(r, g, now).Next.At.IsZero()
}

// SameRule reports whether two stored rules mean the same times.
func SameRule(a, b string) bool {
	first, errA := scheduler.ParseRule(a)
	second, errB := scheduler.ParseRule(b)
	return a == b || errA == nil && errB == nil && first.Equal(second)
}

// Timing reads what decides when a reminder is due: its group's calendar and its rule.
func Timing(r Reminder, g Group) (scheduler.Calendar, scheduler.Rule, error) {
	calendar, err := g.Calendar()
	if err != nil {
		return calendar, scheduler.Rule{}, err
	}
	rule, err := scheduler.ParseRule(r.Rule)
	return calendar, rule, err
}

// Derive works out r.Next again, because the stored one may be wrong: the clock, the zone
// data or the program may have been different when it was stored. An occurrence that is due
// and not planned yet stays, with its local time, even if the rule was changed after it came
// due while the program did not run.
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

// ZoneReach is longer than the most by which an occurrence can move when its group gets
// another zone, or when the law changes the zone.
const ZoneReach = 26 * time.Hour

// again finds the rule's occurrence with the same local time as known. ok is false if the
// rule has none.
func again(c scheduler.Calendar, rule scheduler.Rule, known scheduler.Occurrence) (scheduler.Occurrence, bool) {
	o, ok := c.First(rule, known.At.Add(-ZoneReach))
	for ; ok && !o.At.After(known.At.Add(ZoneReach)); o, ok = c.Next(rule, o) {
		if o.Nominal == known.Nominal {
			return o, true
		}
	}
	return scheduler.Occurrence{}, false
}
