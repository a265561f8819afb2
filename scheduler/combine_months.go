package scheduler

import (
	"cmp"
	"math/bits"
	"slices"
	"time"
)

// nthOfEach asks if the ordinal of the first of several weekdays is also that of the others.
func nthOfEach(p *parser, c clause, n int, dow uint8) error {
	times, _, err := p.clauseTimes(c, nil)
	if err != nil || p.open != nil || len(p.clauses) > 1 {
		return cmp.Or(err, mixedDays())
	}
	return perhaps(c.items[0].raw, ruleOf(part{days: days{nth: nthOf(dow, n), months: c.months}, times: times}).Text(p.reader.Locale))
}

// isNthOrDay reports whether a clause names one weekday and one day of each month: "Monday the first of the month".
func isNthOrDay(p *parser, c clause, k kinds) bool {
	return c.monthly && !c.counted && !k.every && bits.OnesCount8(k.dow) == 1 && bits.OnesCount32(k.dom) == 1 && k.dom&lastOne == 0 && len(p.clauses) == 1 && !p.reader.stored
}

// nthOrDay asks if the first Monday or the first day of each month is meant. A number above 5 can only be a day.
func nthOrDay(p *parser, c clause, k kinds) error {
	times, _, err := p.clauseTimes(c, nil)
	if err != nil || p.open != nil {
		return cmp.Or(err, mixedDays())
	}
	offers := []string{ruleOf(part{days: days{dom: k.dom, months: c.months}, times: times}).Text(p.reader.Locale)}
	if n := bits.TrailingZeros32(k.dom); n <= 5 {
		offers = append(offers, ruleOf(part{days: days{nth: nthOf(k.dow, n), months: c.months}, times: times}).Text(p.reader.Locale))
	}
	return perhaps(c.items[0].raw+" "+k.raw, offers...)
}

// nthDays is the n-th weekday of each month, or of some months.
func (p *parser) nthDays(c clause, k kinds) ([]days, error) {
	d := days{nth: k.nth, months: c.months}
	n, dow, single := oneNth(k.nth)
	counted := c.counted && c.every > 1
	switch {
	case c.counted && c.unit == weekUnit, c.counted && c.unit == dayUnit:
		return nil, mistake(`weeks and days of the month do not go together; write one of them, such as "every 2 weeks on Monday at 9:00 AM" or "the first Monday of each month at 9:00 AM"`)
	case k.every && single && n >= 2 && n <= 5 && !c.monthly && c.months == 0 && !c.counted:
		if p.choose(byOrdinal, k.raw) == 2 {
			return []days{{dow: 1 << dow, unit: weekUnit, every: uint16(n)}}, nil
		}
	case c.months != 0 && !k.every && !c.yearly && !c.counted && !k.plural && bits.OnesCount16(c.months) == 1 && single:
		if p.choose(bySingle, k.raw) == 2 {
			day, _ := d.next(p.today() + 1)
			return []days{oneDay(day)}, nil
		}
	case c.yearly && c.months == 0:
		return nil, mistake(`it does not say on which date; write for example "every year on January 1 at 10:00 AM"`)
	}
	if counted && !(c.yearly && c.every == 12) {
		d.unit, d.every = monthUnit, uint16(c.every)
	}
	return []days{d}, nil
}

// oneNth is the only ordinal and its weekday, if there is just one.
func oneNth(nth [7]uint8) (n, dow int, single bool) {
	total := 0
	for i, which := range nth {
		total += bits.OnesCount8(which)
		if which != 0 {
			n, dow = bits.TrailingZeros8(which), i
		}
	}
	return n, dow, total == 1
}

// domDaysOf is days of the month.
func (p *parser) domDaysOf(c clause, k kinds) ([]days, error) {
	d := days{dom: k.dom, months: c.months}
	if p.isQuincena(c) && bits.OnesCount32(k.dom) == 2 { // quincenal, el 1 y el 15
		c.unit, c.every = monthUnit, 1
	}
	monthly := c.monthly || k.every || c.counted || k.plural || c.months != 0
	switch {
	case c.counted && c.unit == weekUnit, c.counted && c.unit == dayUnit && c.every > 1:
		return nil, mistake(`weeks and days of the month do not go together; write one of them, such as "every 2 weeks on Monday at 9:00 AM" or "the first Monday of each month at 9:00 AM"`)
	case c.yearly && c.months == 0:
		return nil, mistake(`it does not say on which date; write for example "every year on January 1 at 10:00 AM"`)
	case k.edge && c.every <= 1 && bits.OnesCount32(k.dom) == 1, !monthly && k.dom&lastOne == 0, p.oneDate(c, k):
		if p.choose(bySingle, k.raw) == 2 {
			day, ok := d.next(p.today() + 1)
			if !ok {
				return nil, mistake(`it does not say clearly which day of the month; write for example "every 1st of the month at 10:00 AM"`)
			}
			day = nearReader{p}.numberedOr(bits.TrailingZeros32(d.dom), day, k.raw)
			return []days{oneDay(day)}, nil
		}
	}
	for _, month := range values(uint64(c.months)) {
		if highest := 31 - bits.LeadingZeros32(d.dom); d.dom&^lastOne != 0 && highest > daysIn(2000, time.Month(month)) {
			return nil, mistake(`there is no day %s; write a date such as December 24, 2026`, clip(k.raw))
		}
	}
	if d.dom&(1<<31) != 0 && c.months == 0 && !p.hasOne {
		if p.choose(byShort, k.raw) == 2 {
			d.dom = d.dom&^(1<<31) | lastOne
		}
	}
	if c.counted && c.every > 1 && !(c.yearly && c.every == 12) {
		d.unit, d.every = monthUnit, uint16(c.every)
	}
	return []days{d}, nil
}

// oneDate reports whether a clause names one day of one month, "the 5th in December", and may mean
// that day once.
func (p *parser) oneDate(c clause, k kinds) bool {
	return bits.OnesCount32(k.dom) == 1 && k.dom&lastOne == 0 && bits.OnesCount16(c.months) == 1 && !c.monthly && !k.every && !c.counted && !c.yearly && !k.plural && !p.reader.stored
}

// dateDays is dates: once, or each year.
func (p *parser) dateDays(c clause, k kinds) ([]days, error) {
	var out []days
	for _, ref := range k.dates {
		if !k.every && !c.yearly && !c.counted && !c.monthly {
			day, err := p.resolve(ref, p.today())
			if err == nil && ref.year == 0 && !ref.relative() && day == p.today() && p.over(c) {
				day, err = p.resolve(ref, day+1)
			}
			if err != nil {
				return nil, err
			}
			out = append(out, oneDay(day))
			continue
		}
		if ref.relative() || ref.year != 0 || ref.dow >= 0 || c.counted && !c.yearly || c.monthly || c.months != 0 {
			return nil, datesReader{p}.dateAndOften(c, k)
		}
		if ref.month < 1 || ref.month > 12 || ref.date < 1 || ref.date > daysIn(2000, ref.month) {
			return nil, mistake(`there is no day %s; write a date such as December 24, 2026`, clip(ref.raw))
		}
		d := days{dom: 1 << ref.date, months: 1 << ref.month}
		if c.counted && c.every > 12 {
			d.unit, d.every = monthUnit, uint16(c.every)
		}
		out = append(out, d)
	}
	return out, nil
}

// dateAndOften refuses a date that is to come each month, and offers its day of each month from then on:
// "Jan 15 9am monthly".
func (p datesReader) dateAndOften(c clause, k kinds) error {
	fault := mistake(`it says one date and how often; write one of them, such as "every year on January 1 at 10:00 AM"`)
	each := c.monthly && !c.ofMonth && !c.counted || c.counted && c.unit == monthUnit && c.every == 1
	if !each || len(k.dates) != 1 || k.dates[0].relative() || k.every || c.months != 0 || p.reader.stored {
		return fault
	}
	times, _, err := p.clauseTimes(c, nil)
	day, none := p.resolve(k.dates[0], p.today())
	if err != nil || none != nil || p.open != nil {
		return fault
	}
	_, _, date := dateOf(day)
	offer := ruleOf(part{days: days{dom: 1 << date, from: day}, times: times}).Text(p.reader.Locale)
	return offering(mistake(`it says one date and how often; if you mean this, write %q`, offer), offer)
}

// over reports whether all times of a clause are past today.
func (p *parser) over(c clause) bool {
	now := int(p.now.minutes % dayMinutes)
	return len(c.times) > 0 && !slices.ContainsFunc(c.times, func(t clockTime) bool {
		if half := c.part.half(t.hour); t.half == "" && half != "" {
			t.half = half
		}
		return t.minutes() > now || t.eitherHalf(p)
	})
}
