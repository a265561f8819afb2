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
