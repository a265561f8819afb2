package scheduler

import (
	"math/bits"
	"slices"
	"strings"
	"time"
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
	twoRules := daily && k.dow != 0 && !p.reader.stored && c.apart && (len(c.times) > 1 || bits.OnesCount8(k.dow) == 1) // Mondays at 9am and 5pm daily
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
	marked, long := false, false
	for i, t := range c.times {
		if c.part != "" {
			if t, err = t.withPart(c.part); err != nil {
				return nil, false, err
			}
			c.times[i] = t
		}
		marked = marked || t.half == "am" || t.half == "pm"
		long = long || t.half == "" && t.hour >= 13
	}
	for _, t := range c.times {
		if !p.reader.stored && (t.eitherHalf(p) && !long || marked && t.bare()) {
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
