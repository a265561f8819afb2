package scheduler

import (
	"math/bits"
	"slices"
	"strings"
	"time"
)

// stepOften refuses what falls due each hour or more often, or at no fixed time.
func (p *parser) stepOften() (bool, error) {
	if p.peek(0).text == "hourly" {
		return false, everyHour()
	}
	ahead := oftenUnit(p)
	switch {
	case ahead == 0:
		return false, nil
	case !p.hourFollows():
		return false, tooOftenFor(p, ahead)
	case len(p.current().items) == 0 && !p.current().counted:
		return false, everyHour()
	}
	return false, nil
}

// oftenUnit returns how many words ahead the minutes, hours or seconds of "every 90 minutes", "each half hour" stand; 0
// for none.
func oftenUnit(p *parser) int {
	if !isEvery(p.peek(0).text) {
		return 0
	}
	ahead := 1
	if _, ok := p.small(ahead); ok && !p.peek(ahead).ordinal {
		ahead++
	} else if w := p.peek(ahead).text; w == "half" || w == "other" || w == "single" || w == "media" || w == "few" || w == "quarter" {
		ahead++
		if w := p.peek(ahead).text; w == "an" || w == "of" {
			ahead++
		}
	}
	switch p.peek(ahead).text {
	case "minute", "minutes", "min", "mins", "hour", "hours", "hrs", "minuto", "minutos", "hora", "horas", "seconds":
		return ahead
	case "second", "segundo", "segundos":
		if p.peek(ahead+1).text == "" {
			return ahead
		}
	}
	return 0
}

// tooOftenFor refuses "every 2 hours", whose unit stands so many words ahead. It offers times of the day, if the text is
// no more than that.
func tooOftenFor(p *parser, ahead int) error {
	n, _ := p.small(1)
	switch w, first := p.peek(ahead).text, p.peek(1).text; {
	case first == "half" || first == "media" || first == "quarter":
		return tooOften()
	case (w == "hour" || w == "hora") && (ahead == 1 || first == "single" || p.peek(1).num == 1):
		return everyHour()
	case !strings.HasPrefix(w, "ho") && w != "hrs" && (!strings.HasPrefix(w, "min") || n <= 60):
		return tooOften()
	case first == "other":
		n = 2
	}
	whole := p.pos == 0 && ahead+1 == len(p.tokens) && strings.HasPrefix(p.peek(ahead).text, "ho")
	fault := mistake(`%s does not say at which times; write the times, such as "every day at 9:00 AM and 5:00 PM"`, clip(rawOf(p.tokens[p.pos:p.pos+ahead+1])))
	if whole {
		return offering(fault, byDay(n, p.reader.Locale)...)
	}
	return fault
}

// byDay offers the times from 8:00 AM to 8:00 PM that are so many hours apart.
func byDay(hours int, locale string) []string {
	if hours < 2 || hours > 12 {
		return nil
	}
	var times []int
	for hour := 8; hour <= 20; hour += hours {
		times = append(times, hour*60)
	}
	return []string{ruleOf(part{days: days{dow: everyDow}, times: times}).Text(locale)}
}

func (p *parser) hourFollows() bool {
	return p.areWords("every hour at minute", "cada hora en el minuto")
}

// stepHourly reads "every hour at minute 5 and 35".
func (p *parser) stepHourly() (bool, error) {
	if !p.hourFollows() {
		return false, nil
	}
	p.pos += 4
	p.skip("minuto")
	c := p.current()
	for {
		if t := p.peek(0); !t.number || t.num > 59 {
			return false, nil
		}
		c.minutes = append(c.minutes, p.peek(0).num)
		p.pos++
		if next := p.afterAnd(0); next > 0 && p.peek(next).number {
			p.pos += next
			continue
		}
		slices.Sort(c.minutes)
		c.minutes = slices.Compact(c.minutes)
		return true, nil
	}
}

// stepSoon reads "in 2 hours", "dentro de 30 minutos": one moment, counted from now.
func (p *parser) stepSoon() (bool, error) {
	fromNow := false
	switch {
	case p.skipWords("dentro de", "de aqui a", "in", "en"):
	default:
		fromNow = true // 2 hours from now
	}
	terms := p.amounts()
	if fromNow && !p.skipWords("from now", "desde ahora", "a partir de ahora") {
		return false, nil
	}
	for _, t := range terms {
		if t.unit >= dayMinutes {
			return false, nil
		}
	}
	if len(terms) == 0 {
		return false, nil
	}
	lengths, err := p.sum(terms)
	if err != nil || len(lengths) != 1 {
		return false, err
	}
	if p.reader.stored {
		return false, mistake(`%s depends on the day it is read; write the date, such as December 24, 2026`, clip("in"))
	}
	soon := p.reader
	soon.clock, soon.Now = Civil{}, soon.Now.Add(time.Duration(lengths[0])*time.Minute)
	at := soon.now()
	c := p.clauseForDays()
	c.items = append(c.items, dayItem{date: &dateRef{day: at.day(), dow: -1}})
	c.times = append(c.times, clockTime{hour: int(at.minutes % dayMinutes / 60), minute: int(at.minutes % 60), exact: true})
	return true, nil
}

// notWeekly reports whether a clause has more than days of the week, so that "every week" cannot be about it.
func notWeekly(c clause) bool {
	return c.counted || c.monthly || c.yearly || c.months != 0 || slices.ContainsFunc(c.items, func(d dayItem) bool {
		return d.dow == 0 || d.date != nil || d.nth != [7]uint8{} || d.dom != 0
	})
}

// stepFrequency reads how often: "every 2 weeks", "biweekly", "once a month", "yearly".
func (p *parser) stepFrequency() (bool, error) {
	start := p.pos
	f, ok, err := p.frequency()
	if !ok || err != nil {
		return false, err
	}
	c := p.current()
	complete := len(c.times) > 0 && (len(c.items) > 0 || c.counted)
	if !complete && len(c.items) > 0 && (f.every > 1 || c.every > 1) && p.daysFollow() {
		return false, p.whichDays(start)
	}
	if complete && (p.and && p.pos < len(p.tokens) || p.daysFollow()) && !p.timesFirst || p.fresh {
		p.clauses = append(p.clauses, clause{})
		p.fresh = false
		c = p.current()
	} else if complete && len(p.clauses) > 1 {
		if f.unit == weekUnit && f.every == 1 && f.times24 == 0 && p.pos == len(p.tokens) && !slices.ContainsFunc(p.clauses, notWeekly) {
			return true, nil // Tuesday at 10am and Friday at 3pm every week
		}
		return false, p.whichDays(start)
	}
	if c.counted && (c.unit != f.unit || c.every > 1 && f.every > 1) {
		if c.every > 1 || f.every > 1 {
			return false, mistake(`it says in two ways how often; write only one of them, such as "every 2 weeks on Monday at 9:00 AM"`)
		}
	}
	if c.counted && c.every > f.every {
		f.every, f.unit = c.every, c.unit
	}
	if noteApart(c, len(c.items) > 0); len(c.items) == 0 && !c.counted {
		c.before = len(c.times)
	}
	c.counted, c.unit, c.every, c.adverb = true, f.unit, f.every, f.adverb
	c.yearly = c.yearly || f.unit == monthUnit && f.every%12 == 0
	if f.times24 > c.times24 {
		c.times24, c.said = f.times24, rawOf(p.tokens[start:p.pos])
	}
	if f.part != "" {
		c.part = f.part
	}
	return true, nil
}

// noteApart notes that times stand between how often a clause comes and its days. both is set if it
// has one of these already.
func noteApart(c *clause, both bool) {
	c.apart = c.apart || both && len(c.times) != c.before
}

// whichDays refuses the text since start, because it may not mean all of the days.
func (p *parser) whichDays(start int) error {
	return unclearDays(rawOf(p.tokens[start:p.pos]))
}

func unclearDays(raw string) error {
	return mistake(`it is not clear which of the days %s is about; write it before its days, or write one rule for each`, clip(raw))
}

// daysFollow reports whether days stand next.
func (p *parser) daysFollow() bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	for isFiller(p.peek(0).text) || isEvery(p.peek(0).text) {
		p.pos++
	}
	for _, read := range []func() (dayItem, bool){p.dateItem, p.nth, p.dom, p.dayNames} {
		if _, ok := read(); ok {
			return true
		}
	}
	return false
}

// frequency is how often a clause comes.
type frequency struct {
	unit    unit
	every   int
	adverb  bool
	times24 int // how many times in the unit, if the text says so
	part    daypart
}

func (p *parser) frequency() (frequency, bool, error) {
	if f, ok := adverbOf(p.peek(0).text); ok {
		p.pos++
		return f, true, nil
	}
	if adverb := p.areWords("a diario"); p.skipWords("a diario", "every day", "each day", "all days") {
		return frequency{unit: dayUnit, every: 1, adverb: adverb}, true, nil
	}
	switch p.peek(0).text {
	case "bimonthly", "bimensual", "bisemanal", "semiweekly":
		return frequency{}, false, mistake(`%s may mean two things; write which, such as "every 2 weeks on Monday at 9:00 AM" or "every 2 months on the 1st at 9:00 AM"`, clip(p.peek(0).raw))
	}
	if p.areWords("24 / 7") && p.peek(1).glued && p.peek(3).text != "/" && p.choose(byAlways, "") == 2 {
		p.pos += 3
		return frequency{unit: dayUnit, every: 1}, true, nil
	}
	if p.skipWords("semimonthly", "semi - monthly") {
		return frequency{unit: monthUnit, every: 1, adverb: true, times24: 2}, true, nil
	}
	start := p.pos
	if f, ok := p.alternating(); ok {
		if alternateDays(p.tokens) {
			return f, false, p.whichDays(start)
		}
		return f, true, nil
	}
	if f, ok := p.count(); ok {
		return f, true, nil
	}
	if p.peek(0).text == "once" && isEvery(p.peek(1).text) {
		p.pos++
	}
	if n, _ := p.small(0); n == 1 && p.peek(1).text == "vez" && isEvery(p.peek(2).text) {
		p.pos += 2
	}
	return p.everyUnit()
}

func adverbOf(w string) (frequency, bool) {
	switch w {
	case "daily", "everyday", "diario", "diariamente":
		return frequency{unit: dayUnit, every: 1, adverb: true}, true
	case "nightly":
		return frequency{unit: dayUnit, every: 1, adverb: true, part: night}, true
	case "weekly", "semanal", "semanales", "semanalmente":
		return frequency{unit: weekUnit, every: 1, adverb: true}, true
	case "biweekly", "fortnightly", "quincenal", "quincenales", "quincenalmente":
		return frequency{unit: weekUnit, every: 2, adverb: true}, true
	case "yearly", "annually", "anual", "anualmente":
		return frequency{unit: monthUnit, every: 12, adverb: true}, true
	}
	return frequency{}, false
}

// alternating reads "alternate Mondays", "un lunes sí y otro no", "una semana sí y otra no". It
// leaves the weekday for stepDays.
func (p *parser) alternating() (frequency, bool) {
	biweekly := frequency{unit: weekUnit, every: 2}
	p.skip("on", "in")
	if p.peek(0).text == "alternate" || p.peek(0).text == "alternating" {
		p.pos++
		if w := p.peek(0).text; w == "day" || w == "days" {
			p.pos++
			return frequency{unit: dayUnit, every: 2}, true
		}
		p.skip("weeks", "week")
		return biweekly, true
	}
	if p.skipWords("semanas alternas", "semana alterna") {
		return biweekly, true
	}
	if _, ok := dowOf(p.peek(0).text); ok && slices.Contains([]string{"alternos", "alterno", "alternados", "intercalados"}, p.peek(1).text) {
		p.swap(1)
		return biweekly, true
	}
	if f, ok := p.porMedio(); ok {
		return f, true
	}
	return yesAndNo(p)
}

// yesAndNo reads "lunes sí, lunes no", "un lunes sí y otro no", "una semana sí y otra no".
func yesAndNo(p *parser) (frequency, bool) {
	n, article := 0, p.peek(0).text
	if article == "un" || article == "una" {
		n = 1
	}
	one := p.peek(n)
	if p.peek(n+1).text != "si" {
		return frequency{}, false
	}
	n += 2 + p.afterAnd(n+2)
	if !slices.Contains([]string{"otro", "otra", "uno", article, one.text}, p.peek(n).text) {
		return frequency{}, false
	}
	n++
	if p.peek(n).text == one.text {
		n++
	}
	if p.peek(n).text != "no" {
		return frequency{}, false
	}
	if isDow(one.text) {
		p.pos += n
		p.tokens = slices.Clone(p.tokens)
		p.tokens[p.pos] = one
		return frequency{unit: weekUnit, every: 2}, true
	}
	u, count, ok := unitOf(one.text)
	p.pos += n + 1
	return frequency{unit: u, every: 2 * count}, ok
}

// alternateDays reports whether "alternate" stands beside several days of the week: each may come every
// two weeks, or one in one week and the other in the next.
func alternateDays(tokens []token) bool {
	var named uint8
	said := false
	for i, t := range tokens {
		dow, day := dowOf(t.text)
		_, _, unit := unitOf(at(tokens, i+1).text)
		switch {
		case day:
			named |= 1 << dow
		case strings.HasPrefix(t.text, "alternat") && !unit, t.text == "alternos":
			said = true
		case !isAnd(t.text) && !isTo(t.text) && !isFiller(t.text):
			named, said = 0, false
		}
		if said && bits.OnesCount8(named) > 1 {
			return true
		}
	}
	return false
}

// porMedio reads "semana por medio", "lunes de por medio": every other one.
func (p *parser) porMedio() (frequency, bool) {
	n := 1
	if p.peek(n).text == "de" {
		n++
	}
	if p.peek(n).text != "por" || p.peek(n+1).text != "medio" {
		return frequency{}, false
	}
	if _, ok := dowOf(p.peek(0).text); ok {
		p.tokens = slices.Clone(p.tokens)
		p.tokens[p.pos+n+1] = p.peek(0)
		p.pos += n + 1
		return frequency{unit: weekUnit, every: 2}, true
	}
	u, count, ok := unitOf(p.peek(0).text)
	p.pos += n + 2
	return frequency{unit: u, every: 2 * count}, ok
}

// count reads "once a week", "twice a month", "3 times a week", "dos veces al mes".
func (p *parser) count() (frequency, bool) {
	n, ahead := 0, 1
	switch p.peek(0).text {
	case "once":
		n = 1
	case "twice":
		n = 2
	case "thrice":
		n = 3
	default:
		var ok bool
		n, ok = p.small(0)
		if f, each := p.daysAWeek(n); each {
			return f, true
		}
		switch w := p.peek(1).text; {
		case ok && (w == "times" || w == "time" && n == 1 || w == "x" || w == "vez" || w == "veces"):
			ahead = 2
		case !ok || w != "/" && w != "por": // 2/week
			return frequency{}, false
		}
	}
	f, ok := adverbOf(p.peek(ahead).text)
	if w := p.peek(ahead).text; w == "monthly" || w == "mensual" || w == "mensualmente" {
		f, ok = frequency{unit: monthUnit, every: 1, adverb: true}, true
	}
	if ok && (f.every == 1 || f.unit == monthUnit) {
		p.pos += ahead + 1
		f.times24 = n
		return f, true
	}
	switch p.peek(ahead).text {
	case "a", "an", "per", "each", "every", "por", "al", "cada", "en", "/":
		ahead++
	default:
		return frequency{}, false
	}
	if p.peek(ahead).text == "la" {
		ahead++
	}
	u, every, ok := unitOf(p.peek(ahead).text)
	if !ok {
		return frequency{}, false
	}
	p.pos += ahead + 1
	return frequency{unit: u, every: every, adverb: true, times24: n}, true
}

// daysAWeek reads "7 days a week", which is every day, or "5 days a week", which does not say
// which days.
func (p *parser) daysAWeek(n int) (frequency, bool) {
	if u, _, ok := unitOf(p.peek(1).text); !ok || u != dayUnit || n < 1 || n > 7 {
		return frequency{}, false
	}
	start := p.pos
	if p.pos += 2; !p.skipWords("a week", "per week", "of the week", "/ week", "a la semana", "por semana", "de la semana") {
		p.pos = start
		return frequency{}, false
	}
	if n == 7 {
		return frequency{unit: dayUnit, every: 1}, true
	}
	return frequency{unit: weekUnit, every: 1, adverb: true, times24: n}, true
}

// everyUnit reads "every week", "every other Monday", "every 2 weeks", "cada 15 días", "every
// second week". It leaves a weekday for stepDays.
func (p *parser) everyUnit() (frequency, bool, error) {
	if !isEvery(p.peek(0).text) {
		return frequency{}, false, nil
	}
	p.pos++
	p.skip("los", "las")
	if p.skipWords("half year", "half a year", "medio ano") {
		return frequency{unit: monthUnit, every: 6}, true, nil
	}
	if f, ok := p.porMedio(); ok { // cada jueves de por medio
		return f, true, nil
	}
	n, raw, mark := 1, p.peek(0), p.pos
	if w := raw.text; w == "other" || w == "alternate" || w == "otro" || w == "otra" {
		n = 2
		p.pos++
		p.skip("second")
	} else if number, ok := p.small(0); ok && w != "un" && w != "una" {
		n = number
		p.pos++
	} else if which, ok := p.whichWord(); ok && which >= 2 && (which <= 5 || raw.ordinal) {
		return everyNth(p, which, raw)
	} else {
		p.pos = mark
	}
	if n < 1 || n > 99 {
		return frequency{}, false, nil
	}
	return everyCounted(p, n)
}

// everyNth reads the unit behind the ordinal of "every second week", "every 3rd day".
func everyNth(p *parser, which int, raw token) (frequency, bool, error) {
	u, count, isUnit := unitOf(p.peek(0).text)
	if !isUnit {
		return frequency{}, false, nil
	}
	p.pos++
	if u == dayUnit && (p.monthFollows() || raw.ordinal && p.choose(byOrdinal, raw.raw) == 1) {
		return frequency{}, false, nil // every 3rd day of the month
	}
	if u == dayUnit && strings.HasPrefix(raw.text, "tercer") {
		return frequency{}, false, mistake(`%s may mean two things; write which, such as "every 2 days at 9:00 AM" or "every 3 days at 9:00 AM"`, clip("cada "+raw.raw+" día"))
	}
	if raw.ordinal {
		which = raw.num
	}
	return frequency{unit: u, every: which * count}, true, nil
}

// everyCounted reads what comes every n times: a weekday or the weekend, which it leaves, or a unit.
func everyCounted(p *parser, n int) (frequency, bool, error) {
	if _, ok := dowOf(p.peek(0).text); ok && n > 1 {
		if !pluralDow(p.peek(0).text) && strings.HasSuffix(p.peek(1+p.afterAnd(1)).text, "days") { // every other Monday and Thursdays
			return frequency{}, false, p.whichDays(p.pos - 2)
		}
		return frequency{unit: weekUnit, every: n}, true, nil
	}
	if n > 1 && p.weekendStands() && !p.anyDow() { // every other weekend: its days are left to be read
		return frequency{unit: weekUnit, every: n}, true, nil
	}
	u, count, ok := unitOf(p.peek(0).text)
	if ok && u == dayUnit && p.peek(1).number && !p.isTimeAt(1) && n == 1 && p.peek(0).text != "day" {
		return frequency{}, false, nil // cada día 15
	}
	if _, kinds := p.dayKinds(); kinds {
		return frequency{}, false, nil
	}
	p.pos++
	switch {
	case ok && u == dayUnit && meansWeeks(n) && strings.HasPrefix(p.tokens[p.pos-1].text, "dia"):
		// In Spanish, if a weekday is named, 15 days are two weeks and 8 days are one.
		if p.anyDow() {
			return frequency{unit: weekUnit, every: n / 7}, true, nil
		}
		p.skip("exactos")
	case ok && u == monthUnit && count == 1 && n == 1:
		p.current().monthly = true
	}
	return frequency{unit: u, every: n * count}, ok, nil
}

// weekendStands reports whether the weekend stands next, with both its days.
func (p *parser) weekendStands() bool {
	w, next := p.peek(0).text, p.peek(1).text
	return strings.HasPrefix(w, "weekend") && next != "day" && next != "days" || p.areWords("fin de semana", "fines de semana")
}

// anyDow reports whether a weekday is named anywhere.
func (p *cursor) anyDow() bool {
	return slices.ContainsFunc(p.tokens, func(t token) bool { return isDow(t.text) })
}
