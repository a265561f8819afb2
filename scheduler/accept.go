package scheduler

import (
	"slices"
	"time"
)

// Accept reports whether the rule may be used in the group from now on. Its error is a
// *Mistake: the rule never falls due, falls due more than once an hour, falls due in quiet
// hours, or needs sessions that the group lacks. Accept ignores that a clock change may bring
// two occurrences closer together once a year, or move one into quiet hours; Foresee tells the
// latter.
func (c Calendar) Accept(r Rule, now time.Time) error {
	if r.BySession() && len(c.sessions) == 0 {
		return mistake(`This group has no sessions, so nothing can be posted before them. Add its sessions first, or write a time such as "every Monday at 9:00 AM".`)
	}
	if _, ok := c.First(r, now); !ok {
		if r.everCame(c) {
			return mistake(`This rule is over: all its dates are past. Write a later day, or leave out the last day.`)
		}
		return mistake(`This rule would never apply: there is no such date. Write a day that exists, such as "every 1st of the month at 10:00 AM".`)
	}
	if r.crowded() || r.BySession() && c.crowdedSessions(r, now) {
		return tooOften()
	}
	if r.BySession() {
		return c.acceptLeads(r)
	}
	return c.acceptTimes(r, now)
}

func tooOften() error {
	return mistake(`This rule would post more than once an hour, which is too often for a group. Write one time, such as "every day at 9:00 AM".`)
}

func everyHour() error {
	return mistake(`This rule would post every hour, which is too often for a group. Write the times, such as "every day at 9:00 AM and 5:00 PM".`)
}

// everCame reports whether the rule fell due at some time since the year 2000.
func (r Rule) everCame(c Calendar) bool {
	_, ok := c.First(r, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	return ok
}

// crowded reports whether the rule falls due twice in some hour.
func (r Rule) crowded() bool {
	total := 0
	for _, p := range r.parts {
		times := p.clockTimes()
		total += len(times)
		for i, m := range times[1:] {
			if m-times[i] < 60 {
				return true
			}
		}
	}
	return total > 1 && r.crowdedDays()
}

// crowdedDays looks for days on which two lines of the rule fall due within an hour, also
// around midnight.
func (r Rule) crowdedDays() bool {
	for _, p := range r.parts {
		for _, q := range r.parts {
			for _, m := range p.clockTimes() {
				for _, n := range q.clockTimes() {
					if n != m && (n-m < 60 && m-n < 60) && p.days.meet(q.days, 0) || n+dayMinutes-m < 60 && p.days.meet(q.days, 1) {
						return true
					}
				}
			}
		}
	}
	return false
}

// meet reports whether one of the days d is followed, so many days later, by one of o.
func (d days) meet(o days, later int32) bool {
	const most = 2_000 // days to try: decades of what recurs by months
	day := max(dayNumber(2026, 1, 1), d.from, o.from-later)
	for range most {
		first, ok := d.next(day)
		if !ok {
			return false
		}
		second, ok := o.next(first + later)
		switch {
		case !ok:
			return false
		case second == first+later:
			return true
		}
		day = second - later
	}
	return false
}

// nextCivil is the first civil moment of the rule at or after minute.
func (r Rule) nextCivil(minute int64) (int64, bool) {
	first, found := int64(0), false
	for _, p := range r.parts {
		if m, ok := p.next(minute); ok && (!found || m < first) {
			first, found = m, true
		}
	}
	return first, found
}

// crowdedSessions looks for two occurrences less than an hour apart, among the next 400 and in
// the next year.
func (c Calendar) crowdedSessions(r Rule, now time.Time) bool {
	last, ok := c.First(r, now)
	for range 400 {
		next, more := c.Next(r, last)
		if !ok || !more || next.At.After(now.AddDate(1, 0, 0)) {
			return false
		}
		if next.At.Sub(last.At) < time.Hour {
			return true
		}
		last = next
	}
	return false
}

func (c Calendar) acceptTimes(r Rule, now time.Time) error {
	quiet, loud := -1, Rule{}
	for _, p := range r.parts {
		all := p.clockTimes()
		kept := slices.DeleteFunc(slices.Clone(all), c.quiet.holds)
		if len(kept) < len(all) {
			quiet = all[slices.IndexFunc(all, c.quiet.holds)]
			p.times, p.hourly = kept, false
		}
		if len(kept) > 0 {
			loud.parts = append(loud.parts, p)
		}
	}
	if quiet < 0 {
		return nil
	}
	near := c.quiet.nearest(quiet)
	if _, due := c.First(loud, now); due {
		loud = ruleOf(loud.parts...)
		return offering(mistake("%s is within this group's quiet hours, %s to %s. The nearest time allowed is %s. To leave the quiet hours out, write %q.",
			timeOfDay(quiet), timeOfDay(c.quiet.from), timeOfDay(c.quiet.to), timeOfDay(near), loud), loud.String())
	}
	loud = Rule{}
	for _, p := range r.parts {
		p.times, p.hourly = []int{near}, false
		loud.parts = append(loud.parts, p)
	}
	loud = ruleOf(loud.parts...)
	if _, due := c.First(loud, now); !due {
		return mistake(`%s is within this group's quiet hours, %s to %s, and the nearest time allowed is past. Write a later day, or a rule such as "every day at 9:00 AM".`,
			timeOfDay(quiet), timeOfDay(c.quiet.from), timeOfDay(c.quiet.to))
	}
	return offering(mistake("%s is within this group's quiet hours, %s to %s. The nearest time allowed is %s: write %q.",
		timeOfDay(quiet), timeOfDay(c.quiet.from), timeOfDay(c.quiet.to), timeOfDay(near), loud), loud.String())
}

func (c Calendar) acceptLeads(r Rule) error {
	minute, quiet := 0, false
	var loud []Lead
	for _, l := range r.leads {
		if m, q := c.quietLead(l); !q {
			loud = append(loud, l)
		} else if !quiet {
			minute, quiet = m, true
		}
	}
	if !quiet {
		return nil
	}
	if len(loud) > 0 {
		better := leadsOf(loud...)
		return offering(mistake("%s is within this group's quiet hours, %s to %s. To leave that time out, write %q.",
			timeOfDay(minute), timeOfDay(c.quiet.from), timeOfDay(c.quiet.to), better), better.String())
	}
	if near, ok := c.loudLead(r); ok {
		better := leadsOf(near)
		return offering(mistake("%s is within this group's quiet hours, %s to %s. The nearest time allowed is %s: write %q.",
			timeOfDay(minute), timeOfDay(c.quiet.from), timeOfDay(c.quiet.to), near, better), better.String())
	}
	return mistake("%s is within this group's quiet hours, %s to %s. No other time before the sessions works for all of them: change the quiet hours.",
		timeOfDay(minute), timeOfDay(c.quiet.from), timeOfDay(c.quiet.to))
}

// loudLead takes the rule's first moment that falls in quiet hours, and returns the nearest
// moment that does so for no session. It prefers one that people would name.
func (c Calendar) loudLead(r Rule) (Lead, bool) {
	i := slices.IndexFunc(r.leads, func(l Lead) bool { _, quiet := c.quietLead(l); return quiet })
	l := r.leads[i]
	for _, named := range []bool{true, false} {
		for d := 1; d <= 2*dayMinutes; d++ {
			for _, m := range []int{l.Minutes + d, l.Minutes - d} {
				near := Lead{m, l.AfterEnd}
				if near.length().Abs() > maxLead || l.Minutes < 0 && m >= 0 || l.Minutes >= 0 && m < 0 || named && !near.named() {
					continue
				}
				if _, quiet := c.quietLead(near); !quiet {
					return near, true
				}
			}
		}
	}
	return Lead{}, false
}

// named reports whether people would name the length: 5 minutes and multiples below an hour,
// then quarters of an hour up to three hours, then whole hours.
func (l Lead) named() bool {
	n := max(l.Minutes, -l.Minutes)
	switch {
	case n < 60:
		return n%5 == 0
	case n < 3*60:
		return n%15 == 0
	}
	return n%60 == 0
}

// quietLead finds a session whose moment l falls in quiet hours, and returns that moment's
// minute of the day.
func (c Calendar) quietLead(l Lead) (int, bool) {
	for _, s := range c.sessions {
		for _, p := range s.rule.parts {
			for _, m := range p.clockTimes() {
				m += l.Minutes
				if l.AfterEnd {
					m += int(s.length / time.Minute)
				}
				if m = (m%dayMinutes + dayMinutes) % dayMinutes; c.quiet.holds(m) {
					return m, true
				}
			}
		}
	}
	return 0, false
}
