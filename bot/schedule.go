package bot

import (
	"time"

	"circlekeeper/scheduler"
)

// Schedule works out when a reminder comes next, from now on. A rule that
// cannot be evaluated rests the reminder alone, with the fault.
func Schedule(r Reminder, g Group, now time.Time) Reminder {
	r.Next, r.Fault = scheduler.Occurrence{}, Fault{}
	calendar, rule, err := Timing(r, g)
	if err != nil {
		r.Fault = FaultOf(err)
		return r
	}
	from := now
	for _, pause := range []time.Time{r.Paused, g.Paused} {
		if pause.After(from) {
			from = pause
		}
	}
	if from.Equal(Forever) {
		return r
	}
	next, ok := calendar.First(rule, from)
	if !ok {
		r.Fault = Fault{Code: NeverAgain}
		return r
	}
	r.Next = next
	return r
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
