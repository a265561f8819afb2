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
// version. A name may come more than once.
//
// Names assumes that sessions some days away begin at a multiple of five minutes. If the name
// includes a moment that this rule does not have, it assumes a quarter of an hour.
func (r Rule) Names(from, to time.Time) iter.Seq[Civil] {
	first := from.Add(-lateMost)
	early, late := first.Add(-clocksBehind-leftOut), to.Add(clocksAhead)
	return func(yield func(Civil) bool) {
		names := func(from, to time.Time, step time.Duration, c Civil) bool {
			for t := from.UTC().Truncate(step); !t.After(to); t = t.Add(step) {
				if c.minutes = civilAt(t).minutes; !yield(c) {
					return false
				}
			}
			return true
		}
		ok := names(early, late, time.Minute, Civil{}) &&
			names(first, to, time.Minute, Civil{utc: true}) &&
			names(early.Add(-maxLead-sessionMost), late.Add(maxLead), 5*time.Minute, Civil{})
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
			ok = names(from, late.Add(-l.length()), step, Civil{lead: l.mark()})
		}
	}
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
