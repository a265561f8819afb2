package scheduler

import "time"

// OnDates returns a rule of single moments.
func OnDates(moments ...Civil) Rule {
	parts := make([]part, len(moments))
	for i, c := range moments {
		parts[i] = part{days: oneDay(c.day()), times: []int{int(c.minutes % dayMinutes)}}
	}
	return ruleOf(parts...)
}

// Instant returns when the group's clock shows the moment.
func (c Calendar) Instant(moment Civil) time.Time {
	if c.zone == nil {
		return moment.Time()
	}
	return c.place(moment.Time())
}

// DatesBetween returns the days from one to the other, both included, in either order.
func DatesBetween(a, b Civil) Dates {
	return datesOf(min(a.day(), b.day()), max(a.day(), b.day()))
}

// Covered reports whether each of the days is among those of others.
func (d Dates) Covered(others []Dates) bool {
	for day := d.from; !day.After(d.to); day.minutes += dayMinutes {
		held := false
		for _, o := range others {
			held = held || o.hold(day)
		}
		if !held {
			return false
		}
	}
	return true
}
