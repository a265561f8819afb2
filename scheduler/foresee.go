package scheduler

import (
	"slices"
	"time"
)

// Foresee tells what staff should know about an accepted rule: that it leaves out short months;
// and for the next 13 months, skipped dates on which it would fall due, and a clock change that
// moves a reminder into quiet hours, so that it will be skipped. Each is a *Mistake.
func (c Calendar) Foresee(r Rule, now time.Time) []error {
	if c.zone == nil {
		return nil
	}
	skips := append(r.shortMonths(), c.skipsAhead(r, now)...)
	if !r.BySession() {
		return skips
	}
	const most = 6 // clock changes in the time looked at
	var out []error
	end := now.AddDate(1, 1, 0)
	at := now.In(c.zone)
	for range most {
		change := offsetEnd(at)
		if change.IsZero() || change.After(end) {
			break
		}
		out = append(out, c.quietAround(r, change)...)
		at = change
	}
	return append(out, skips...)
}

// shortMonths tells that months without a 29th or 30th are left out. It is silent about the 31st,
// because whoever writes that is asked whether the last day is meant.
func (r Rule) shortMonths() []error {
	const late, asked = 1<<29 | 1<<30, 1<<31 | lastOne
	for i, p := range r.parts {
		if p.dom&late == 0 || p.dom&asked != 0 || p.months != 0 {
			continue
		}
		better := Rule{parts: slices.Clone(r.parts)}
		better.parts[i].dom = p.dom&^late | lastOne
		return []error{mistake("Months without such a day are left out. If you mean the last day of the month, write %q.", better)}
	}
	return nil
}

// skipsAhead finds the skipped dates on which a rule would fall due.
func (c Calendar) skipsAhead(r Rule, now time.Time) []error {
	var out []error
	end := now.AddDate(1, 1, 0)
	for _, d := range c.skips {
		first, last := c.place(d.from.Time()), c.place(d.to.Time().AddDate(0, 0, 1))
		if last.Before(now) || first.After(end) {
			continue
		}
		from := first.Add(-maxLead)
		if from.Before(now) {
			from = now
		}
		until := last.Add(maxLead)
		for o, ok := c.First(r, from); ok && o.At.Before(until); o, ok = c.Next(r, o) {
			day := o.Nominal
			if day.utc {
				day = CivilOf(o.At.In(c.zone))
			}
			if !d.hold(day) {
				continue
			}
			if d.from == d.to {
				out = append(out, mistake("The group does not meet on %s, so reminders for that day will be skipped.", dateText(d.from.day())))
			} else {
				out = append(out, mistake("The group does not meet from %s to %s, so reminders for those days will be skipped.", dateText(d.from.day()), dateText(d.to.day())))
			}
			break
		}
	}
	return out
}

// QuietLeads finds the reminders of a meeting that fall in quiet hours, so that they will be
// skipped. Each is a *Mistake with the moment.
func (c Calendar) QuietLeads(r Rule, m Meeting, now time.Time) []error {
	var out []error
	for _, l := range r.leads {
		at := l.at(m)
		if at.Before(now) || !c.Quiet(at) {
			continue
		}
		out = append(out, mistake("The reminder on %s falls within this group's quiet hours, %s to %s, and will be skipped.",
			MomentText(CivilOf(at.In(c.zone))), timeOfDay(c.quiet.from), timeOfDay(c.quiet.to)))
	}
	return out
}

// quietAround finds reminders that a clock change moves into quiet hours. The change lies
// between a reminder and its session.
func (c Calendar) quietAround(r Rule, change time.Time) []error {
	const most = 200 // occurrences around the change
	var out []error
	o, ok := c.First(r, change.Add(-maxLead))
	for n := 0; ok && n < most && o.At.Before(change.Add(maxLead)); n++ {
		if begin := c.place(o.Nominal.Time()); o.At.Before(change) != begin.Before(change) && c.Quiet(o.At) && c.CalledOff(r, o) == 0 {
			out = append(out, mistake("The clock changes on %s, so the reminder on %s falls at %s, within this group's quiet hours, %s to %s, and will be skipped.",
				dateText(CivilOf(change.In(c.zone)).day()), dateText(CivilOf(o.At.In(c.zone)).day()), timeOfDay(CivilOf(o.At.In(c.zone)).minutes%dayMinutes),
				timeOfDay(c.quiet.from), timeOfDay(c.quiet.to)))
		}
		o, ok = c.Next(r, o)
	}
	return out
}
