package scheduler

import (
	"math/bits"
	"time"
)

// Accept reports whether the rule may be used in the group from now on. Its
// error is a *Mistake: the rule never falls due, falls due more than once an
// hour, falls due in quiet hours, or needs sessions that the group lacks. A
// clock change may still bring two occurrences closer once a year, or move one
// into quiet hours.
func (c Calendar) Accept(r Rule, now time.Time) error {
	if r.BeforeSession() && len(c.sessions) == 0 {
		return mistake(`This group has no sessions yet, so nothing can be posted before them. Add its sessions first, or write a time such as "every Monday at 9:00".`)
	}
	if _, ok := c.First(r, now); !ok {
		return mistake(`This rule never falls due: there is no such date. Write a day that comes, such as "every 1st of the month at 10:00".`)
	}
	if r.crowded() || r.BeforeSession() && c.crowdedSessions(r, now) {
		return mistake(`This rule falls due more than once an hour, which is too often for a group. Write one time, such as "every day at 9:00".`)
	}
	if r.BeforeSession() {
		return c.acceptBefore(r)
	}
	return c.acceptTimes(r)
}

// crowded reports whether the rule falls due twice in some hour. Times that
// share their minute are an hour apart or more; others are not.
func (r Rule) crowded() bool { return bits.OnesCount64(r.spec.Minute&^starBit) > 1 }

// crowdedSessions looks a year of sessions ahead, or at most 400.
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

// minutes is the times of day of the rule, in minutes after midnight.
func (r Rule) minutes() []int {
	var out []int
	for _, h := range values(r.spec.Hour) {
		for _, m := range values(r.spec.Minute) {
			out = append(out, h*60+m)
		}
	}
	return out
}

func (c Calendar) acceptTimes(r Rule) error {
	loud, quiet := r, -1
	for _, m := range r.minutes() {
		if c.quiet.holds(m) {
			loud.spec.Hour &^= starBit | 1<<(m/60)
			quiet = m
		}
	}
	if quiet < 0 {
		return nil
	}
	near := c.quiet.nearest(quiet)
	if loud.spec.Hour == 0 {
		loud.spec.Hour, loud.spec.Minute = 1<<(near/60), 1<<(near%60)
		return mistake("%s is within this group's quiet hours, %s to %s. The nearest time allowed is %s: write %q.",
			clock(quiet), clock(c.quiet.from), clock(c.quiet.to), clock(near), loud)
	}
	return mistake("%s is within this group's quiet hours, %s to %s. The nearest time allowed is %s; or leave out what is quiet: write %q.",
		clock(quiet), clock(c.quiet.from), clock(c.quiet.to), clock(near), loud)
}

func (c Calendar) acceptBefore(r Rule) error {
	minute, quiet := c.quietBefore(r.before)
	if !quiet {
		return nil
	}
	for d := time.Minute; d <= maxBefore; d += time.Minute {
		for _, before := range []time.Duration{r.before - d, r.before + d} {
			if before < time.Minute || before > maxBefore {
				continue
			}
			if _, quiet := c.quietBefore(before); !quiet {
				return mistake("%s is within this group's quiet hours, %s to %s. The nearest time allowed is %s: write %q.",
					clock(minute), clock(c.quiet.from), clock(c.quiet.to), lead(before), Rule{before: before})
			}
		}
	}
	return mistake("%s is within this group's quiet hours, %s to %s. No time before all of its sessions is outside them: change the quiet hours.",
		clock(minute), clock(c.quiet.from), clock(c.quiet.to))
}

// lead is how long before each session.
type lead time.Duration

func (l lead) String() string { return l.Text("en") }

// Text says it in English, or in Spanish.
func (l lead) Text(lang string) string {
	if spanish(lang) {
		return spanishLength(time.Duration(l)) + " antes"
	}
	return englishLength(time.Duration(l)) + " before"
}

// quietBefore finds a session for which that long before is quiet, and the
// minute of the day it would be.
func (c Calendar) quietBefore(before time.Duration) (int, bool) {
	for _, session := range c.sessions {
		for _, m := range session.minutes() {
			m = ((m-int(before/time.Minute))%dayMinutes + dayMinutes) % dayMinutes
			if c.quiet.holds(m) {
				return m, true
			}
		}
	}
	return 0, false
}
