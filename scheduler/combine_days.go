package scheduler

import (
	"math/bits"
	"slices"
	"strings"
	"time"
)

// The days of each clause of a rule: daily, days of the week or of the month, dates.

func mixedDays() error {
	return mistake(`it mixes every day, days of the week or days of the month; write one of them, such as "every Monday at 9:00 AM" or "every 1st of the month at 10:00 AM"`)
}

// nextDay returns the days that each come one later: midnight as the end of a day belongs to
// the next.
func nextDay(d days) (days, error) {
	switch {
	case d.once():
		d.from, d.until = d.from+1, d.until+1
	case d.dow != 0:
		d.dow = (d.dow<<1 | d.dow>>6) & everyDow
	default:
		return d, mistake(`it does not say whether midnight begins or ends the day; write 12:00 AM or 11:59 PM`)
	}
	return d, nil
}

// kinds counts what kinds of days a clause names.
type kinds struct {
	dow     uint8
	nth     [7]uint8
	dom     uint32
	dates   []dateRef
	every   bool
	plural  bool
	article bool
	edge    bool
	raw     string
}

func (c clause) kinds() (k kinds, several int) {
	for _, item := range c.items {
		k.edge = k.edge || item.edge
		k.every, k.plural, k.article = k.every || item.every, k.plural || item.plural, k.article || item.article
		k.dow |= item.dow
		k.dom |= item.dom
		for i := range k.nth {
			k.nth[i] |= item.nth[i]
		}
		if item.date != nil {
			k.dates = append(k.dates, *item.date)
		}
		k.raw = item.raw
	}
	for _, there := range []bool{k.dow != 0, k.nth != [7]uint8{}, k.dom != 0, len(k.dates) > 0} {
		if there {
			several++
		}
	}
	return k, several
}

// namesPartOfDays reports whether a clause names several days and, again, some of them:
// "weekends on Saturday".
func (c clause) namesPartOfDays() bool {
	for _, all := range c.items {
		again := uint8(0)
		for _, some := range c.items {
			if some.dow != all.dow && some.dow&all.dow == some.dow {
				again |= some.dow
			}
		}
		if again != 0 && again != all.dow {
			return true
		}
	}
	return false
}

// isNearDay reports whether a word is today or tomorrow.
func isNearDay(w string) bool {
	return slices.Contains([]string{"today", "tonight", "tomorrow", "tmrw", "tmw", "hoy", "manana"}, w)
}

// withComing reads weekdays beside "today" or "tomorrow" as the coming ones: "tomorrow and Friday".
func (p *parser) withComing(c clause) clause {
	k, several := c.kinds()
	if several != 2 || k.dow == 0 || len(k.dates) == 0 || k.every || k.plural || c.counted || c.monthly || c.months != 0 {
		return c
	}
	known := map[int32]bool{p.today(): true}
	for _, d := range k.dates {
		if known[d.day] = true; d.day-p.today() > 2 { // next Tuesday and Thursday
			return c
		}
	}
	seen, joined := false, false
	for _, t := range p.tokens {
		if _, part := daypartOf(t.text); t.text == "los" || part && t.text != "tonight" && t.text != "manana" {
			return c // los viernes y mañana; viernes en la noche y mañana
		}
		if isAnd(t.text) && t.text != "," {
			joined = true
		} else if isDow(t.text) || isNearDay(t.text) {
			if seen && !joined { // lunes mañana
				return c
			}
			seen, joined = true, false
		}
	}
	items := slices.Clone(c.items)
	for i, item := range items {
		if item.date != nil && !(item.date.relative() && slices.ContainsFunc(lex(item.raw), func(t token) bool { return isNearDay(t.text) })) {
			return c // Tuesday this week
		}
		if item.dow == 0 {
			continue
		}
		day := nextDow(time.Weekday(bits.TrailingZeros8(item.dow)), p.today())
		if known[day] || known[day-7] && weekdayOf(day) == weekdayOf(p.today()) { // tomorrow and Wednesday, said on a Tuesday
			return c
		}
		known[day] = true
		items[i] = dayItem{date: &dateRef{day: day, dow: -1, raw: item.raw}, raw: item.raw}
	}
	c.items = items
	return c
}

// twice returns a weekday that a list names for the second time, by a short form, or that a span
// begins and ends with: "tue tu", "Tue-Tu". Another day was probably meant.
func twice(c clause) string {
	named := make(map[uint8]string) // as it was written, by its bit
	for _, item := range c.items {
		before, again := named[item.dow]
		short := min(len(before), len(item.raw)) <= 2 && !strings.EqualFold(before, item.raw)
		if item.again || again && short {
			return item.raw
		}
		if bits.OnesCount8(item.dow) == 1 {
			named[item.dow] = item.raw
		}
	}
	return ""
}

// clauseDays is the days of a clause.
func (p *parser) clauseDays(c clause) ([]days, error) {
	c = p.withComing(c)
	k, several := c.kinds()
	daily := c.counted && c.unit == dayUnit && c.every == 1
	twoRules := daily && k.dow != 0 && !p.reader.stored && c.apart && (len(c.times) > 1 || bits.OnesCount8(k.dow) == 1)       // Mondays at 9am and 5pm daily
	if n, dow, single := oneNth(k.nth); several == 2 && single && k.dow != 0 && c.monthly && !c.counted && !p.reader.stored { // last Mon and Fri of the month
		return nil, nthOfEach(p, c, n, k.dow|1<<dow)
	}
	if several == 2 && isNthOrDay(p, c, k) {
		return nil, nthOrDay(p, c, k)
	}
	if several > 1 || daily && several > 0 && k.dow == 0 || c.namesPartOfDays() || twoRules {
		return nil, mixedDays()
	}
	if again := twice(c); again != "" {
		if offer := p.dailyRule(c); offer != "" && strings.Contains(again, " ") { // de lunes a lunes
			return nil, perhaps(again, offer)
		}
		return nil, mistake(`%s: this day is named twice; write each day once, such as "Mondays and Thursdays at 9:00 AM"`, clip(again))
	}
	all, err := p.kindDays(c, k)
	if err != nil {
		return nil, err
	}
	if c.late && slices.ContainsFunc(p.clauses, func(o clause) bool { days, _ := o.kinds(); return o.except == 0 && days.dow&c.except != 0 }) {
		return nil, mistake(`it is not clear which of the days %s is about; write it before its days, or write one rule for each`, clip("except"))
	}
	for i := range all {
		if c.except == 0 {
			continue
		}
		if all[i].dow == 0 || all[i].once() || all[i].every > 1 {
			return nil, p.onlySkips()
		}
		if all[i].dow &^= c.except; all[i].dow == 0 {
			return nil, mistake(`no day is left: all days of the rule are left out; write for example "every day except Sunday at 9:00 AM"`)
		}
	}
	return all, nil
}

func (p *parser) kindDays(c clause, k kinds) ([]days, error) {
	if all, ok, err := p.daysOfStart(c, k); ok {
		return all, err
	}
	switch {
	case len(k.dates) > 0:
		return p.dateDays(c, k)
	case k.nth != [7]uint8{}:
		return p.nthDays(c, k)
	case k.dom != 0:
		return p.domDaysOf(c, k)
	case k.dow != 0:
		return p.dowDays(c, k)
	}
	if d, ok := (nearReader{p}).sameDay(c); ok {
		return []days{d}, nil
	}
	none := days{dow: everyDow, months: c.months}
	switch {
	case !c.counted && c.part != "" && len(c.times) > 0 && c.months == 0 && !c.monthly:
		fault := mistake(`it does not say on which days; write for example "every Monday at 9:00 AM"`)
		if times, _, err := p.clauseTimes(c, nil); err == nil && p.open == nil && len(p.clauses) == 1 { // evenings at 7
			return nil, p.reader.offering(fault, ruleOf(part{days: none, times: times}))
		}
		return nil, fault
	case !c.counted && !c.monthly, c.counted && c.unit == weekUnit:
		return nil, mistake(`it does not say on which days; write for example "every Monday at 9:00 AM"`)
	case c.unit == dayUnit && c.every == 1:
		return []days{none}, nil
	case c.unit == dayUnit && meansWeeks(c.every) && saysAny(p.tokens, "dias") && !saysAny(p.tokens, "exactos"):
		return daysOrWeeks(p, c)
	case c.unit == dayUnit && c.months == 0 && !c.monthly:
		none.unit, none.every = dayUnit, uint16(c.every)
		return []days{none}, nil
	case c.yearly:
		return nil, mistake(`it does not say on which date; write for example "every year on January 1 at 10:00 AM"`)
	}
	return nil, mistake(`it does not say clearly which day of the month; write for example "every 1st of the month at 10:00 AM"`)
}

// meansWeeks reports whether so many days may be weeks in Spanish: ocho días are one week, quince días two.
func meansWeeks(days int) bool { return days == 8 || days == 15 }

// daysOrWeeks is the days of "cada 15 días", from the first day on. The person is asked if these are weeks.
func daysOrWeeks(p *parser, c clause) ([]days, error) {
	switch {
	case p.from != nil && !p.from.monthOnly:
	case c.every == 8:
		return nil, mistake(`%d days may mean a week; write the day of the week, such as "every Monday at 9:00 AM", or the first day`, c.every)
	default:
		return nil, mistake(`%d days may mean weeks; write the day of the week, such as "every 2 weeks on Monday at 9:00 AM", or the first day`, c.every)
	}
	first, err := p.resolve(*p.from, p.today())
	if err != nil {
		return nil, err
	}
	if p.choose(byEight, "") == 2 {
		c.unit, c.every = weekUnit, c.every/7
		return p.dowDays(c, kinds{dow: 1 << weekdayOf(first), plural: true})
	}
	return []days{{dow: everyDow, unit: dayUnit, every: uint16(c.every)}}, nil
}

// daysOfStart is the days of a rule that names only its first day: "every 2 weeks starting December
// 7", "monthly from January 15", "December 7, weekly".
func (p *parser) daysOfStart(c clause, k kinds) (all []days, ok bool, err error) {
	often := c.counted && c.unit != dayUnit || c.monthly && !c.counted
	if !often || len(p.clauses) > 1 || c.times24 > 1 || c.except != 0 || c.months != 0 {
		return nil, false, nil
	}
	first := p.from
	switch several := c.counted && (c.unit == weekUnit || c.every > 1 && !c.yearly); { // each week, but not the 7th of each month
	case len(c.items) == 1 && len(k.dates) == 1 && several && first == nil && !k.every && !k.dates[0].relative():
		first = &k.dates[0]
	case len(c.items) > 0:
		return nil, false, nil
	}
	if first == nil || first.monthOnly || first.relative() && c.unit != weekUnit {
		return nil, false, nil
	}
	day, err := p.resolve(*first, p.today())
	if err != nil {
		return nil, true, err
	}
	p.from = first
	_, month, date := dateOf(day)
	switch {
	case c.unit == weekUnit && c.counted:
		all, err = p.dowDays(c, kinds{dow: 1 << weekdayOf(day), plural: true})
	case c.yearly:
		all, err = p.dateDays(c, kinds{dates: []dateRef{{month: month, date: date, dow: -1}}})
	default:
		all, err = p.domDaysOf(c, kinds{dom: 1 << date, plural: true, raw: first.raw})
	}
	return all, true, err
}

// dowDays is days of the week: each, or every few weeks.
func (p *parser) dowDays(c clause, k kinds) ([]days, error) {
	d := days{dow: k.dow, months: c.months}
	every := c.every
	switch {
	case c.counted && c.unit == dayUnit && c.every > 1:
		if c.every%7 != 0 {
			return nil, mistake(`every %d days and days of the week do not go together; write one of them, such as "every 2 weeks on Monday at 9:00 AM"`, c.every)
		}
		every = c.every / 7
	case c.monthly && !(k.every && c.ofMonth && !c.counted) || c.counted && c.unit == monthUnit: // every Monday of the month is each
		return nil, p.whichOfThem(k.dow, c)
	case !c.counted && (k.article || p.single || p.datedBeside()) && !k.every && !k.plural && bits.OnesCount8(k.dow) == 1:
		once := p.single && !saysAny(p.tokens, "los") // una vez los lunes
		if once || p.choose(bySingle, k.raw) == 2 {
			return p.coming(k.dow, c)
		}
	}
	if every > 1 {
		if c.months != 0 {
			return nil, mistake(`a rule cannot count the weeks of a month; write the days, such as "the first Monday of each month at 9:00 AM"`)
		}
		d.unit, d.every = weekUnit, uint16(every)
	}
	return []days{d}, nil
}

// datedBeside reports whether another clause names one day by today, as in "Friday at 9am, tomorrow
// at 10am": then a weekday may be the coming one.
func (p *parser) datedBeside() bool {
	return !p.reader.stored && slices.ContainsFunc(p.clauses, func(c clause) bool {
		return slices.ContainsFunc(c.items, func(i dayItem) bool { return i.date != nil && i.date.relative() })
	})
}

// dailyRule is the clause's rule for every day; empty if it has no times.
func (p *parser) dailyRule(c clause) string {
	times, _, err := p.clauseTimes(c, nil)
	if err != nil || len(times) == 0 {
		return ""
	}
	return ruleOf(part{days: days{dow: everyDow}, times: times}).Text(p.reader.Locale)
}

// whichOfThem asks which of such weekdays of the month is meant, and offers the first.
func (p *parser) whichOfThem(dow uint8, c clause) error {
	times, _, err := p.clauseTimes(c, nil)
	if err != nil || len(times) == 0 || p.open != nil {
		return whichOfMonth()
	}
	return p.reader.offering(whichOfMonth(), ruleOf(part{days: days{nth: nthOf(dow, 1)}, times: times}))
}

// nthOf is the n-th of each of some weekdays of a month, as days.nth has it.
func nthOf(dow uint8, n int) (nth [7]uint8) {
	for i := range nth {
		nth[i] = dow >> i & 1 << n
	}
	return nth
}

// coming is the next such day of the week.
func (p *parser) coming(dow uint8, c clause) ([]days, error) {
	times, _, err := p.clauseTimes(c, nil)
	if err != nil || len(times) == 0 {
		return nil, err
	}
	minute, _ := part{days: days{dow: dow}, times: times}.next(p.now.minutes + 1)
	day := int32(minute / dayMinutes)
	return []days{oneDay(day)}, nil
}
