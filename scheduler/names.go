package scheduler

import (
	"iter"
	"slices"
	"time"
)

// How far the nominal time of an occurrence may lie from the instant at which it was posted.
const (
	clocksBehind = 12 * time.Hour // the most that clocks are behind UTC
	clocksAhead  = 14 * time.Hour // the most that clocks are ahead of UTC
	leftOut      = 24 * time.Hour // the most that a clock change leaves out
	lateMost     = 24 * time.Hour // the most that a post may come after it was due
	sessionMost  = 24 * time.Hour // the longest session
)

// Names lists every nominal time that a post between two instants could have had, if it is not
// known by which zone, sessions and version of the rule it came due. r is an earlier or a later
// version. A name may come more than once. Each is what Civil.String returns, in bytes that the
// next one overwrites.
//
// Names assumes that sessions some days away begin at a multiple of five minutes. If the name
// includes a moment that this rule does not have, it assumes a quarter of an hour.
func (r Rule) Names(from, to time.Time) iter.Seq[[]byte] {
	first := from.Add(-lateMost)
	early, late := first.Add(-clocksBehind-leftOut), to.Add(clocksAhead)
	return func(yield func([]byte) bool) {
		ok := namesBetween(early, late, time.Minute, Civil{}, yield) &&
			namesBetween(first, to, time.Minute, Civil{utc: true}, yield) &&
			namesBetween(early.Add(-maxLead-sessionMost), late.Add(maxLead), 5*time.Minute, Civil{}, yield)
		for _, l := range append(usualLeads(), r.leads...) {
			if !ok {
				return
			}
			from, step := early.Add(-l.length()), 15*time.Minute
			if l.AfterEnd {
				from = from.Add(-sessionMost)
			}
			if slices.Contains(r.leads, l) {
				step = time.Minute
			}
			ok = namesBetween(from, late.Add(-l.length()), step, Civil{lead: l.mark()}, yield)
		}
	}
}

// namesBetween yields the names of all moments like c between two instants, a step apart. There
// are many thousand, so a date is written once for its day.
func namesBetween(from, to time.Time, step time.Duration, c Civil, yield func([]byte) bool) bool {
	const day = 24 * 60
	var name []byte
	last := civilAt(to.UTC()).minutes
	for m := civilAt(from.UTC().Truncate(step)).minutes; m <= last; m += int64(step / time.Minute) {
		if c.minutes/day != m/day || name == nil {
			c.minutes = m
			name, _ = c.AppendText(name[:0]) // it never fails
		}
		c.minutes = m
		hour, minute := m%day/60, m%60
		clock := name[len("2006-01-02T"):]
		clock[0], clock[1] = byte('0'+hour/10), byte('0'+hour%10)
		clock[3], clock[4] = byte('0'+minute/10), byte('0'+minute%10)
		if !yield(name) {
			return false
		}
	}
	return true
}

// usualLeads are the moments before and after sessions that people choose most.
func usualLeads() []Lead {
	const hour, day = 60, 24 * 60
	all := []Lead{{0, false}, {0, true}}
	add := func(n int) { all = append(all, Lead{n, false}, Lead{-n, false}, Lead{n, true}) }
	for n := 5; n <= hour; n += 5 {
		add(n)
	}
	for _, n := range []int{75, 90, 105, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 8 * hour, 12 * hour, 36 * hour} {
		add(n)
	}
	for n := day; n <= 14*day; n += day {
		add(n)
	}
	return all
}

// Moments is how many moments the rule has for each session; 1 if it does not go by
// sessions.
func (r Rule) Moments() int { return max(1, len(r.leads)) }
