package scheduler

import (
	"math/bits"
	"slices"
)

// choice is a kind of doubt: a text that may mean two things. Each comment gives the first
// meaning, then the second.
type choice int

const (
	byHalf       choice = iota // an hour in the morning; in the evening
	byOrdinal                  // the third Tuesday of the month; every 3 weeks
	bySingle                   // every such day; the coming one
	byMonthFirst               // month/day; day/month
	byMidnight                 // as the day begins; as it ends
	byShort                    // the 31st where there is one; the last day
	bySum                      // 25 hours before; 24 hours and 1 hour before
	byMinutes                  // 9:17; 9:00 and 17:00
	byWeek                     // weeks from Monday on; weeks from Sunday on
	byNext                     // next Friday, said in its week: in this week; in the next
	byNear                     // Monday, of a Thursday: three days before it; four days after
	byWeekendDay               // the weekend's Saturday; its Sunday
	byMar                      // mar: Tuesday (martes); March
	byDate                     // Monday 7: the 7th; at 7
	byOrigin                   // in a week: from today on; from the session on
	byEight                    // en ocho días: 8 days; a week
	bySeason                   // September to December, said in November: this year's; the next
	byQuarter                  // y cuatro: 4 minutes past; a quarter past (y cuarto)
	byInterval                 // every 2 weeks on Monday, and Thursday: each week; every 2 weeks, too
	byAlways                   // 24/7: July 24; every day
	byLength                   // 1h, to which a session is moved: an hour later; at one o'clock
	byPairs                    // Mon/Thu 9am/5pm: each day at both times; Monday at 9:00, Thursday at 17:00
	choices
)

// ambiguity is a choice that the text does not decide.
type ambiguity struct {
	about choice
	raw   string
}

func (*ambiguity) Error() string { return "may mean two things" }

// choose returns the meaning to use: 1 or 2. If the text does not decide, it returns 1 and
// notes the ambiguity, so that the text is refused in the end. raw is the part of the text in
// doubt; empty for the whole text.
func (p *parser) choose(about choice, raw string) int {
	if n := p.reader.chosen[about]; n != 0 {
		return int(n)
	}
	if about == bySingle && p.reader.OneDay {
		return 2
	}
	if !p.reader.stored && p.open == nil {
		p.open = &ambiguity{about, raw}
	}
	return 1
}

// parts turns the clauses into parts of a rule.
func (p *parser) parts() ([]part, error) {
	var out []part
	clauses, err := p.narrowed()
	if err != nil {
		return nil, err
	}
	p.torn = p.torn && len(clauses) == len(p.clauses)
	if p.clauses, err = (clausesReader{p}).completed(clauses); err != nil {
		return nil, err
	}
	if p.clauses, err = (clausesReader{p}).paired(p.clauses); err != nil {
		return nil, err
	}
	var count counting
	for i, c := range p.clauses {
		all, err := p.clauseDays(c)
		if err != nil {
			return nil, err
		}
		if i > 0 && len(c.times) == 0 && len(c.minutes) == 0 {
			if p.until != nil && p.from == nil { // from the 7th until the 21st
				return nil, unclearEnd()
			}
			return nil, mistake(`it does not say at what time; write for example "every Monday at 9:00 AM"`)
		}
		times, shift, err := p.clauseTimes(c, all)
		if err != nil {
			return nil, err
		}
		if err := count.add(c, all, len(times)); err != nil {
			return nil, err
		}
		for _, d := range all {
			if shift {
				if d, err = nextDay(d); err != nil {
					return nil, err
				}
			}
			out = append(out, part{days: d, times: times, hourly: len(c.minutes) > 0})
		}
	}
	return out, count.check()
}

// clausesReader completes clauses from each other.
type clausesReader struct{ *parser }

// completed gives clauses what stands once for several: how often, as in "every 2 weeks at 6pm on
// Monday, 7pm on Thursday", and the days of a last time.
func (p clausesReader) completed(all []clause) ([]clause, error) {
	all, err := p.lastTimes(all)
	if err != nil {
		return nil, err
	}
	first := all[0]
	carries := p.oftenFirst || first.times24 > 0
	if !carries && !p.timesFirst && first.counted && first.unit == weekUnit && first.every > 1 && slices.ContainsFunc(all[1:], clause.singleDay) {
		carries = p.choose(byInterval, "") == 2 // every 2 weeks Mon at 6pm, Thu at 7pm
	}
	if !carries {
		return all, nil
	}
	for i, c := range all {
		if k, _ := c.kinds(); !c.counted && !c.monthly && c.months == 0 && !k.every {
			all[i].counted, all[i].unit, all[i].every, all[i].carried = first.counted, first.unit, first.every, first.times24 > 1
		}
	}
	return all, nil
}

// paired gives each day its own time where as many times as days are told with slashes, "Mon/Thu 9am/5pm", and
// the person means that, or says "respectively".
func (p clausesReader) paired(all []clause) ([]clause, error) {
	if !p.pairs && !slashedAlike(p.tokens) || p.reader.stored {
		return all, nil
	}
	c, weekly := all[0], true
	for _, item := range c.items {
		weekly = weekly && bits.OnesCount8(item.dow) == 1
	}
	switch fits := len(all) == 1 && len(c.items) > 1 && len(c.items) == len(c.times) && weekly && c.part == ""; {
	case !fits && p.pairs:
		return nil, whichTimes()
	case !fits, !p.pairs && p.choose(byPairs, "") == 1:
		return all, nil
	}
	var out []clause
	for i, item := range c.items {
		one := c
		one.items, one.times = []dayItem{item}, c.times[i:i+1]
		out = append(out, one)
	}
	return out, nil
}

// slashedAlike reports whether slashes stand between the days of a text and, as many, between its times.
func slashedAlike(tokens []token) bool {
	days, others := 0, 0
	for i, t := range tokens {
		switch {
		case t.text != "/":
		case isDow(at(tokens, i-1).text):
			days++
		default:
			others++
		}
	}
	return days > 0 && days == others
}

// singleDay reports whether a clause names one day of the week, and not how often it comes.
func (c clause) singleDay() bool {
	k, several := c.kinds()
	return several == 1 && bits.OnesCount8(k.dow) == 1 && !k.every && !k.plural && !c.counted && !c.monthly && c.months == 0
}

// lastTimes finds the days of times that follow all days, where other times stand before theirs: in
// "weekly at 9am on Tuesday and 5pm" the same day, in "weekly at 9am on Tuesday and Thursday 5pm" the
// last.
func (p clausesReader) lastTimes(all []clause) ([]clause, error) {
	end := len(all) - 1
	c := all[end]
	if end == 0 || !p.timesFirst || len(c.items) > 0 || c.counted || c.monthly || c.months != 0 || len(c.times) == 0 {
		return all, nil
	}
	all = slices.Clone(all)
	before := &all[end-1]
	switch n := len(before.items); {
	case n == 1 && (c.joined || p.oftenFirst):
		whole, err := before.withTimes(c)
		*before = whole
		return all[:end], err
	case n == 2 && !c.joined && p.oftenFirst:
		before.items, all[end].items = before.items[:1], before.items[1:]
		return all, nil
	}
	return nil, unclearDays(c.times[0].raw)
}

// withTimes is a clause with the times of another one besides its own.
func (c clause) withTimes(other clause) (clause, error) {
	var times []clockTime
	for _, from := range []clause{c, other} {
		for _, t := range from.times {
			if from.part != "" {
				var err error
				if t, err = t.withPart(from.part); err != nil {
					return c, err
				}
			}
			times = append(times, t)
		}
	}
	c.times, c.part = times, ""
	return c, nil
}

// narrowed handles a second clause that has only days. After "every day at 9am" it says which
// days are meant; but after "and" or a comma these may be more days, so that needs "only".
// After "Tuesday 7pm", a date is the date of that Tuesday, except after "and", or if each
// Tuesday is meant, as in "los martes".
func (p *parser) narrowed() ([]clause, error) {
	all := p.clauses
	if len(all) != 2 {
		return all, nil
	}
	first, second := all[0], all[1]
	k, several := second.kinds()
	adds := second.added || saysAny(p.tokens, "los")
	day, one := first.kinds()
	if !adds && one == 1 && several == 1 && len(k.dates) == 1 && len(second.times) == 0 && !second.counted &&
		!first.counted && !day.every && !day.plural && bits.OnesCount8(day.dow) == 1 && k.dates[0].dow < 0 && !k.dates[0].relative() {
		d := k.dates[0]
		d.dow = bits.TrailingZeros8(day.dow)
		first.items = []dayItem{{date: &d, raw: d.raw}}
		return []clause{first}, nil
	}
	wider := first.counted && first.unit == dayUnit && first.every == 1 && len(first.items) == 0 || // every day
		p.only && one == 1 && !first.counted && k.dow&^day.dow == 0 // weekdays, but only Mondays
	if !wider || second.counted || several != 1 || k.dow == 0 || bits.OnesCount8(k.dow) < 2 && !p.only || len(second.times) > 0 && !p.only {
		return all, nil
	}
	switch {
	case len(second.times) > 0: // every day at 9am, Mondays only at 5pm
		return nil, unclearDays(second.times[0].raw)
	case second.joined && !p.only,
		len(first.times) > 1 && !second.joined, // every day at 9am and noon on weekends
		first.months != 0 && second.months != 0 && first.months != second.months:
		return nil, mixedDays()
	}
	first.items, first.except, first.months = second.items, first.except|second.except, first.months|second.months
	return []clause{first}, nil
}

// clauseTimes is the times of a clause, in minutes after midnight. shift means that they belong
// to the following day, because the text says midnight for the end of a day.
func (p *parser) clauseTimes(c clause, all []days) (out []int, shift bool, err error) {
	if len(c.minutes) > 0 {
		if len(c.times) > 0 {
			return nil, false, mistake(`it says times and every hour; write one of them, such as "every day at 9:00 AM"`)
		}
		return c.minutes, false, nil
	}
	if len(c.times) == 0 {
		return nil, false, mistake(`it does not say at what time; write for example "every Monday at 9:00 AM"`)
	}
	marked, long, noon := false, false, false
	for i, t := range c.times {
		if c.part != "" {
			if t, err = t.withPart(c.part); err != nil {
				return nil, false, err
			}
			c.times[i] = t
		}
		marked, noon = marked || halved(t), noon || t.half == "pm"
		long = long || t.half == "" && t.hour >= 13
	}
	for _, t := range c.times {
		if !p.reader.stored && !(noon && t.bare() && t.hour == 12) && (t.eitherHalf(p) && !long || marked && t.bare()) {
			t = t.inHalf([]string{"", "am", "pm"}[p.choose(byHalf, t.raw)])
		}
		if t.half == "midnight" && len(all) > 0 && all[0].dow != everyDow || t.half == "midnight" && len(all) > 0 && all[0].once() {
			shift = p.choose(byMidnight, t.raw) == 2
		}
		out = append(out, t.minutes())
	}
	if shift && len(c.times) > 1 {
		return nil, false, mistake(`it does not say whether midnight begins or ends the day; write 12:00 AM or 11:59 PM`)
	}
	slices.Sort(out)
	said := len(out)
	if out = slices.Compact(out); len(out) < said && slices.ContainsFunc(c.times, clockTime.bare) && !p.reader.stored { // at 9 and 9
		return nil, false, whichTimes()
	}
	return out, shift, nil
}

// whichTimes refuses a time with two parts of the day, and a time that is said twice.
func whichTimes() error {
	return mistake(`it does not say clearly at which times; write each, such as "every day at 9:00 AM and 9:00 PM"`)
}

// withPart is the time in a part of the day.
func (t clockTime) withPart(d daypart) (clockTime, error) {
	hour := t.hour
	if t.half == "midnight" || t.exact && t.hour == 12 && t.half == "" {
		return t, nil
	}
	if d == night && t.bare() && t.hour == 12 && t.minute == 0 {
		t.hour, t.half = 0, "midnight"
		return t, nil
	}
	if hour > 12 {
		hour -= 12
	}
	half := d.half(hour)
	if half == "" || t.half != "" && t.half != half || t.hour > 12 && half != "pm" {
		return t, mistake(`the time and the part of the day do not go together; write for example "every Monday at 9:00 AM"`)
	}
	if t.hour <= 12 {
		t.half = half
	}
	return t, nil
}

// counting compares "twice a week" with the days and times that follow it. A zero counting compares
// nothing.
type counting struct {
	clause          // that says how many times
	days, times int // that are named
}

// add counts the days and times of a clause, behind the one that says how many there are.
func (n *counting) add(c clause, all []days, times int) error {
	if !c.carried || c.unit == dayUnit {
		if err := n.check(); err != nil {
			return err
		}
		*n = counting{clause: c}
	}
	days := 0
	for _, d := range all {
		days += bits.OnesCount8(d.dow) + bits.OnesCount32(d.dom)
		for _, which := range d.nth {
			days += bits.OnesCount8(which)
		}
	}
	if n.unit == dayUnit {
		days = len(all)
	}
	n.days, n.times = n.days+days, n.times+days*times
	return nil
}

// check refuses a number of days and times other than the one that is said.
func (n *counting) check() error {
	switch {
	case n.times24 == 0 || n.times == n.times24:
		return nil
	case n.times == 1 && n.unit == dayUnit:
		return mistake(`it says %s, but names only one time; write each time, such as "every day at 9:00 AM and 9:00 PM"`, clip(n.said))
	case n.times == 1:
		return mistake(`it says %s, but names only one day; write only the days and times, such as "Mondays and Thursdays at 9:00 AM"`, clip(n.said))
	case n.unit != dayUnit && n.times == n.days:
		return mistake(`it says %s, but names %d days; write only the days and times, such as "Mondays and Thursdays at 9:00 AM"`, clip(n.said), n.days)
	}
	return mistake(`it says %s, but would come %d times; write only the days and times, such as "Mondays and Thursdays at 9:00 AM"`, clip(n.said), n.times)
}
