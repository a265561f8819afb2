package scheduler

import (
	"math/bits"
	"slices"
	"strings"
)

// bounded gives the parts their first and last days. An interval counts from its first day. If
// the text names none, that is the first day on which one of the intervals falls due.
func (p *parser) bounded(parts []part) ([]part, error) {
	from, until, err := p.boundDays()
	if err != nil {
		return nil, err
	}
	bounds := from != 0 || until != 0 || p.lasting != 0 || p.most != 0
	var intervals []part
	for i := range parts {
		if parts[i].once() && bounds {
			return nil, mistake(`one date has no first and last day; write one of them, such as "on December 24, 2026 at 10:00 AM"`)
		}
		if parts[i].every > 1 {
			intervals = append(intervals, parts[i])
		}
	}
	counted := from // the first day of intervals
	if len(intervals) > 0 {
		if counted, err = p.firstDay(intervals, from, until); err != nil {
			return nil, err
		}
	}
	for i := range parts {
		switch {
		case parts[i].every > 1:
			parts[i].from = counted
		case !parts[i].once():
			parts[i].from = from
		}
	}
	if p.lasting != 0 || p.most != 0 {
		if until, err = p.lastDay(parts, from); err != nil {
			return nil, err
		}
	}
	if max(from, counted) != 0 && until != 0 && until <= max(from, counted) {
		return nil, endsFirst()
	}
	for i := range parts {
		if !parts[i].once() {
			parts[i].until = until
		}
	}
	return parts, nil
}

func endsFirst() error {
	return mistake(`it ends before it begins; write the first day, then the last, such as "every Monday at 9:00 AM, starting December 7, 2026, until March 1, 2027"`)
}

// sameMonthBefore reports whether a last day without a year is in the same month as the first, but before it. That
// would be nearly a year, which people do not say so.
func sameMonthBefore(last, first dateRef) bool {
	without := last.year == 0 && first.year == 0 && !last.relative() && !first.relative()
	return without && last.month == first.month && last.date < first.date
}

// boundDays returns the first and the last day that the text names; 0 for one that it does not.
func (p *parser) boundDays() (from, until int32, err error) {
	var past error // set if the first day is past; the season may still be under way
	if p.from != nil {
		if from, past = p.resolve(*p.from, p.today()); past != nil && from == 0 {
			return 0, 0, past
		}
	}
	if p.until == nil {
		if begun, ok := p.begun(from); ok && past == nil {
			from = begun
		}
		return from, 0, past
	}
	if until, err = p.resolve(*p.until, max(from, p.today())); err != nil {
		return 0, 0, err
	}
	if begun, soon, ok := p.underWay(from); ok {
		return begun, soon, nil
	}
	if past != nil {
		return 0, 0, past
	}
	if p.from != nil && sameMonthBefore(*p.until, *p.from) && !p.reader.stored { // from December 7 to December 1
		return 0, 0, endsFirst()
	}
	if !p.reader.stored && until < p.today() {
		return 0, 0, mistake(`This rule is over: all its dates are past. Write a later day, or leave out the last day.`)
	}
	return from, until, nil
}

// begun returns the first day of "starting in October", said in November: the October just
// past, if that is what is meant. Otherwise it is next, the day in the next year.
func (p *parser) begun(next int32) (int32, bool) {
	const quarter = 92
	if p.from == nil || p.from.year != 0 || p.from.relative() || p.reader.stored {
		return 0, false
	}
	last, err := p.resolve(*p.from, next-366)
	if err != nil || p.today()-last > quarter || last >= p.today() {
		return 0, false
	}
	return last, p.choose(bySeason, "") == 1
}

// underWay returns the days of a season without years that has begun: "from October to March",
// said in November. next is the day on which it begins again. If less than half of the season
// is left, the next one may be meant, so that is asked; if next is less than a month away, the
// next one is meant.
func (p *parser) underWay(next int32) (from, until int32, ok bool) {
	if p.from == nil || p.from.year != 0 || p.until.year != 0 || p.from.relative() || p.until.relative() || p.reader.stored {
		return 0, 0, false
	}
	from, errFrom := p.resolve(*p.from, next-366)
	until, errUntil := p.resolve(*p.until, p.today())
	if errFrom != nil || errUntil != nil || until >= next || next-p.today() < 31 {
		return 0, 0, false
	}
	return from, until, p.today()-from < until-p.today() || p.choose(bySeason, "") == 1
}

// firstDay returns the first day of an interval. If the text names a first day, the rule must
// fall due on it: otherwise it is not clear which weeks or months count.
func (p *parser) firstDay(parts []part, said, until int32) (int32, error) {
	if said == 0 && p.reader.stored {
		return 0, mistake(`it does not say from which day it counts; write its first day, such as "every 2 weeks on Monday at 9:00 AM, starting December 7, 2026"`)
	}
	start := max(int64(said)*dayMinutes, p.now.minutes)
	if said != 0 {
		start = int64(said) * dayMinutes
	}
	first, counted := int32(0), int32(0)
	for _, part := range parts {
		plain := part
		plain.unit, plain.every = noUnit, 0
		if m, ok := plain.next(start); ok && (first == 0 || int32(m/dayMinutes) < first) {
			first = int32(m / dayMinutes)
		}
		part.from = said
		if said != 0 {
			if day, ok := part.days.next(said); ok && (counted == 0 || day < counted) {
				counted = day
			}
		}
	}
	begun := p.from != nil && p.from.monthOnly && said <= p.today() && !p.reader.stored
	switch {
	case first == 0:
		return 0, mistake(`This rule would never apply: there is no such date. Write a day that exists, such as "every 1st of the month at 10:00 AM".`)
	case begun: // every other Monday, from November on, said in November
		return 0, p.fromWhen(parts, until)
	case said == 0 || first == counted || p.from != nil && p.from.monthOnly: // every other Monday from January on
		return first, nil
	}
	return 0, offering(mistake(`%s is not one of its days; write its first day, such as %s or %s`, dateText(said), dateText(first), dateText(counted)), p.starting(first), p.starting(counted))
}

// fromWhen asks for the first day of an interval, and offers the next two.
func (p *parser) fromWhen(parts []part, until int32) error {
	plain, begins := slices.Clone(parts), slices.Clone(parts)
	for i := range plain {
		plain[i].unit, plain[i].every, plain[i].from = noUnit, 0, 0
	}
	var offers []string
	start := p.now.minutes
	for range 2 {
		minute, ok := Rule{parts: plain}.nextCivil(start)
		day := int32(minute / dayMinutes)
		if !ok || p.lasting != 0 || p.most != 0 || until != 0 && day >= until {
			break
		}
		for i := range begins {
			begins[i].from, begins[i].until = day, until
		}
		offers, start = append(offers, ruleOf(begins...).Text(p.reader.Locale)), int64(day+1)*dayMinutes
	}
	return offering(unclearStart(), offers...)
}

// starting returns the text with day as its first day.
func (p *parser) starting(day int32) string {
	text, date := rawOf(p.tokens), p.reader.speech().date(day)
	if p.from == nil {
		return text
	}
	before, after, _ := strings.Cut(text, p.from.raw)
	return before + date + after
}

// oftenInAWeek reports whether a rule has several times or days of the week. Then it is not
// clear what "6 times" counts.
func oftenInAWeek(parts []part) bool {
	return len(parts) > 1 || len(parts[0].times) > 1 || parts[0].dow != everyDow && bits.OnesCount8(parts[0].dow) > 1
}

func unclearStart() error {
	return mistake(`it does not say clearly from when; write the first day, such as "every Monday at 9:00 AM, starting December 7, 2026"`)
}

func unclearEnd() error {
	return mistake(`it does not say clearly until when; write the last day, such as "every Monday at 9:00 AM, until March 1, 2027"`)
}

// lastDay is the last day of a rule that goes on for some weeks or months.
func (p *parser) lastDay(parts []part, from int32) (int32, error) {
	if p.until != nil || p.lasting != 0 && p.most != 0 {
		return 0, mistake(`the first or the last day is said twice; write one, such as "every Monday at 9:00 AM, starting December 7, 2026, until March 1, 2027"`)
	}
	start := p.now.minutes
	if from != 0 {
		start = int64(from) * dayMinutes
	}
	minute, ok := Rule{parts: parts}.nextCivil(start)
	if !ok || p.reader.stored || p.most > 0 && oftenInAWeek(parts) {
		return 0, unclearEnd()
	}
	if p.most > 0 {
		return lastOf(parts, minute, p.most)
	}
	if p.lasting > 0 {
		return int32(minute/dayMinutes) + int32(p.lasting) - 1, nil
	}
	first := int32(minute / dayMinutes)
	_, _, date := dateOf(first)
	return dateAhead(first, -p.lasting, date-1), nil
}

// lastOf returns the day of the last of count moments. The first is at minute.
func lastOf(parts []part, minute int64, count int) (int32, error) {
	for range count - 1 {
		next, ok := Rule{parts: parts}.nextCivil(minute + 1)
		if !ok {
			break
		}
		minute = next
	}
	return int32(minute / dayMinutes), nil
}
