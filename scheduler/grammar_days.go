package scheduler

import (
	"math/bits"
	"slices"
	"strings"
)

// dayItem is a day, or several, as a person wrote them.
type dayItem struct {
	days
	every   bool // "every Monday"
	plural  bool // "Mondays"
	article bool // "el lunes", "on Monday"
	monthly bool // "of the month" belongs to it
	date    *dateRef
	edge    bool // "the end of the month", which may be this month's
	again   bool // "Tue-Tu": from a day to itself
	raw     string
}

// dayNames reads "Monday", "Mondays", "Mon-Fri", "Monday through Friday", "weekdays",
// "fines de semana".
func (p *parser) dayNames() (dayItem, bool) {
	start := p.pos
	if p.peek(0).text == "from" || p.peek(0).text == "de" {
		p.pos++
	}
	first, ok := dowOf(p.peek(0).text)
	if ok && p.peek(1).number && (marReader{p}).isMarch() {
		ok = false // March 5
	}
	if p.peek(0).text == "mar" && strings.HasSuffix(p.peek(1).text, "days") {
		ok = false // March Mondays
	}
	if p.peek(0).glued && p.peek(-1).number && len(p.peek(0).text) == 2 {
		ok = false // 2th
	}
	if !ok {
		p.pos = start
		return p.dayKinds()
	}
	item := dayItem{plural: pluralDow(p.peek(0).text)}
	p.pos++
	last := first
	if isTo(p.peek(0).text) {
		ahead := 1
		if w := p.peek(1).text; w == "el" || w == "los" {
			ahead = 2
		}
		if end, isDay := dowOf(p.peek(ahead).text); isDay {
			last, item.plural, item.again = end, true, end == first
			p.pos += ahead + 1
		}
	}
	for dow := first; ; dow = (dow + 1) % 7 {
		item.dow |= 1 << dow
		if dow == last {
			break
		}
	}
	if p.tokens[start].text == "de" && first == last && p.peek(-1).text == "mar" { // los lunes de marzo
		p.pos = start
		return dayItem{}, false
	}
	item.raw = rawOf(p.tokens[start:p.pos])
	return item, true
}

// dayKinds reads kinds of days: weekdays, working days, the weekend.
func (p *cursor) dayKinds() (dayItem, bool) {
	dow, ok := p.meant([]meaning{
		{"weekday", workingDows}, {"weekdays", workingDows}, {"workday", workingDows}, {"workdays", workingDows},
		{"working day", workingDows}, {"working days", workingDows}, {"business day", workingDows},
		{"business days", workingDows}, {"work day", workingDows}, {"work days", workingDows},
		{"tth", 0b0010100}, {"tuth", 0b0010100},
		{"week day", workingDows}, {"week days", workingDows},
		{"entre semana", workingDows}, {"dias de semana", workingDows}, {"dia de semana", workingDows},
		{"dias laborables", workingDows}, {"dias laborales", workingDows}, {"dia laboral", workingDows}, {"dia laborable", workingDows}, {"dias habiles", workingDows},
		{"dia habil", workingDows}, {"dias entre semana", workingDows}, {"laborables", workingDows},
		{"weekend day", weekendDows}, {"weekend days", weekendDows}, {"weekend", weekendDows}, {"weekends", weekendDows}, {"fin de semana", weekendDows},
		{"fines de semana", weekendDows},
	})
	return dayItem{days: days{dow: uint8(dow)}, plural: true}, ok
}

// whichWord reads one ordinal as a bit of days.nth: "first", "2nd", "second to last".
func (p *cursor) whichWord() (int, bool) {
	if p.skipWords("second to last", "second - to - last", "next to last", "next - to - last", "last but one", "second last") {
		return 6, true
	}
	if mark := p.pos; p.peek(0).ordinal && p.peek(0).num == 2 { // 2nd to last
		if p.pos++; p.skipWords("to last", "- to - last", "last") {
			return 6, true
		}
		p.pos = mark
	}
	if n, ok := whichOf(p.peek(0).text); ok {
		p.pos++
		return n, true
	}
	if t := p.peek(0); t.ordinal {
		p.pos++
		return t.num, true
	}
	return 0, false
}

// nth reads "first Monday", "the 2nd and 4th Friday", "último viernes". A weekday must follow
// the ordinals.
func (p *cursor) nth() (dayItem, bool) {
	start := p.pos
	var which uint8
	for {
		p.skip("the", "el", "los", "la")
		if some, ok := p.someOnes(); ok {
			which |= some
		} else if n, ok := p.whichWord(); ok && n <= 6 && (n != 6 || !p.peek(-1).ordinal) {
			which |= 1 << n
		} else {
			p.pos = start
			return dayItem{}, false
		}
		if dow, ok := dowOf(p.peek(0).text); ok {
			item := dayItem{plural: pluralDow(p.peek(0).text)}
			item.days.nth[dow] = which
			p.pos++
			item.raw = rawOf(p.tokens[start:p.pos])
			return item, true
		}
		if !isAnd(p.peek(0).text) && !p.peek(0).ordinal { // 2nd 4th Tuesday
			p.pos = start
			return dayItem{}, false
		}
		for isAnd(p.peek(0).text) {
			p.pos++
		}
	}
}

// someOnes reads "first two" before Mondays, "dos primeros", "last two".
func (p *cursor) someOnes() (uint8, bool) {
	which, ok := whichOf(p.peek(0).text)
	n, number := p.small(1)
	if !ok {
		which, ok = whichOf(p.peek(1).text)
		n, number = p.small(0)
	}
	switch {
	case !ok || !number || !isDow(p.peek(2).text):
	case which == 1 && n >= 2 && n <= 4:
		p.pos += 2
		return 1<<(n+1) - 2, true
	case which == 0 && n == 2:
		p.pos += 2
		return 1<<6 | 1, true
	}
	return 0, false
}

// dom reads days of the month: "1st and 15th", "last day", "days 1 and 15", "día 2",
// "1 de cada mes".
func (p *parser) dom() (dayItem, bool) {
	start := p.pos
	item, ok := p.domDays()
	if !ok {
		p.pos = start
		item, ok = p.domOrdinal()
	}
	if !ok {
		p.pos = start
		return dayItem{}, false
	}
	item.raw = rawOf(p.tokens[start:p.pos])
	return item, true
}

// domDays reads "day 2", "los días 1, 10 y 20".
func (p *parser) domDays() (dayItem, bool) {
	switch p.peek(0).text {
	case "day", "days", "dia", "dias":
	default:
		return dayItem{}, false
	}
	p.pos++
	var item dayItem
	for {
		p.skip("the", "el")
		n, ok := p.domNumber(0)
		if !ok || item.dom&(1<<n) != 0 {
			return dayItem{}, false
		}
		item.dom |= 1 << n
		p.pos++
		next := p.afterAnd(0)
		if _, more := p.domNumber(next); next == 0 || !more {
			break
		}
		p.pos += next
	}
	item.plural = bits.OnesCount32(item.dom) > 1
	item.monthly = item.plural
	return item, true
}

// domNumber returns the number ahead, in digits or in a word, if it is a day of the month and
// no time.
func (p *cursor) domNumber(ahead int) (int, bool) {
	t := p.peek(ahead)
	n, ok := t.num, t.number
	if !ok {
		if n, ok = numberWord(t.text); t.text == "primero" {
			n, ok = 1, true
		}
	}
	return n, ok && n >= 1 && n <= 31 && !p.isTimeAt(ahead)
}

// domOrdinal reads "the 1st, 15th and the last day", "1 y 15 de cada mes", "the first of
// the month".
func (p *parser) domOrdinal() (dayItem, bool) {
	var item dayItem
	start := p.pos
	bare, marked := false, false
	for {
		p.skip("the", "el", "los")
		if next := p.peek(1); p.peek(0).text == "dia" && (next.number || next.text == "primero" || next.text == "uno") {
			p.pos++
		}
		bit, isBare, ok := p.domOne()
		ok = ok && !(isBare && p.isTimeAt(-1)) // cada quincena 9am
		if !ok || item.dom&(1<<bit) != 0 {
			return dayItem{}, false
		}
		item.dom |= 1 << bit
		bare, marked = bare || isBare, marked || !isBare
		next := p.afterAnd(0)
		mark := p.pos
		if next == 0 {
			break
		}
		p.pos += next
		p.skip("the", "el", "los")
		if p.peek(0).text == "dia" {
			p.pos++
		}
		if _, _, more := p.domOne(); !more || p.clockFollows(start) {
			p.pos = mark
			break
		}
		p.pos = mark + next
	}
	w := p.peek(-1).text
	item.monthly = marked && (w == "mes" || w == "month" || w == "ultimo" && bare)
	if bare && !item.monthly && !p.tokens[start].ordinal && !p.monthFollows() && !p.monthStands(start) {
		return dayItem{}, false
	}
	item.plural = bits.OnesCount32(item.dom) > 1
	return item, true
}

// clockFollows reports whether the last of the days just read is in truth a time. The list of
// days began at start.
func (p *parser) clockFollows(start int) bool {
	t := p.peek(-1)
	if timed, _ := (nearReader{p}).clockAt(0); timed && p.tokens[start].ordinal { // 1ro y 15 9am
		return false
	}
	return t.number && !t.ordinal && (p.isTimeAt(-1) || !p.domListFollows(start))
}

// domListFollows reports whether a plain number belongs to a list of days of the month.
func (p *parser) domListFollows(start int) bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	for n := p.afterAnd(0); n > 0; n = p.afterAnd(0) {
		end := p.pos
		p.pos += n
		p.skip("the", "el", "los")
		if !p.peek(0).number {
			p.pos = end
			break
		}
		p.pos++
	}
	return p.monthFollows() || p.monthStands(start)
}

// monthStands reports whether the clause has already said that the numbers after start are days
// of a month: "dos veces al mes, el 1 y el 15".
func (p *parser) monthStands(start int) bool {
	c := p.current()
	article := isArticle(p.tokens[start].text) || start > 0 && isArticle(p.tokens[start-1].text)
	timed := p.areWords("a las", "a la", "al mediodia")                                                                               // el 1 y el 15 a las 9
	if w := p.tokens[max(start-1, 0)].text; !timed && (w == "los" || w == "cada") && start > 0 && isAnd(at(p.tokens, start+1).text) { // los 1 y 15 9am
		article = true
		timed, _ = nearReader{p}.clockAt(0)
	}
	dated := (p.peek(0).text == "en" || p.peek(0).text == "in") && isMonth(p.peek(1).text) // el 5 en diciembre
	return (article && (timed || dated || c.monthly || c.counted && c.unit == monthUnit) || p.datesDue()) && len(c.items) == 0 && !isHours(p.peek(0).text)
}

// datesDue reports whether it was said that several days of the month follow: "twice a month",
// and "quincenal", which is each half of a month or two weeks.
func (p *parser) datesDue() bool {
	c := p.current()
	return len(c.items) == 0 && c.counted && (c.unit == monthUnit && c.every == 1 && c.times24 > 1 || p.isQuincena(*c))
}

// isQuincena reports whether a clause says "quincenal" and not "every 2 weeks".
func (p *parser) isQuincena(c clause) bool {
	return c.counted && c.unit == weekUnit && c.every == 2 && slices.ContainsFunc(p.tokens, func(t token) bool { return strings.HasPrefix(t.text, "quincen") })
}

func isArticle(w string) bool {
	return w == "el" || w == "los" || w == "the" || w == "on" || w == "dia"
}

// endOfMonth reads the end of the month after another of its days: "15 y fin de mes".
func (p *parser) endOfMonth() bool {
	listed := isAnd(p.peek(-1).text) && p.peek(-2).number || isAnd(p.peek(-2).text) && p.peek(-3).number
	return listed && p.skipWords("fin de mes", "fin del mes", "end of month", "end of the month")
}

// domOne reads one day of the month. bare means that it is a number without "th" or the like.
func (p *parser) domOne() (bit int, bare, ok bool) {
	t := p.peek(0)
	if p.endOfMonth() {
		return 0, false, true
	}
	if n, isWhich := whichOf(t.text); isWhich {
		p.pos++
		day := p.peek(0).text == "day" || p.peek(0).text == "dia"
		switch {
		case day:
			p.pos++
		case n == 0 && p.monthFollows(): // the last of the month
		case t.text == "ultimo" && isAnd(p.peek(-2).text) && p.peek(-3).num == 15: // 15 y último
		case p.monthFollows(), n != 0 && monthlyYet(p.current()) && isArticle(p.peek(-2).text): // every 3 months on the first
		case n == 1 && isArticle(p.peek(-2).text) && (p.areWords("at", "@", "a las") || p.isTimeAt(1)): // the first at 9am
		case n != 1 || !p.ordinalFollows():
			return 0, false, false
		}
		if n == 6 {
			return 0, false, false
		}
		return n, false, true
	}
	if n, spelt := ordinalWord(t.text); spelt && n > 5 { // the fifteenth; the second may be many things
		p.pos++
		return n, false, true
	}
	if n, spelt := numberWord(t.text); spelt && n >= 1 && n <= 31 && (p.peek(1).text == "de" || p.peek(1).text == "of" || p.peek(-1).text == "el" && (p.areWordsAt(1, "a las") || isAnd(p.peek(1).text) && p.peek(2).text == "el")) {
		p.pos++ // el uno de cada mes
		return n, true, true
	}
	if !t.isDayOfMonth() {
		return 0, false, false
	}
	p.pos++
	if t.ordinal && p.peek(0).text == "day" {
		p.pos++
	}
	return t.num, !t.ordinal, true
}

// monthlyYet reports whether a clause says that it comes each month or every few, but no day yet.
func monthlyYet(c *clause) bool {
	return len(c.items) == 0 && (c.monthly || c.counted && c.unit == monthUnit)
}

// ordinalFollows reports whether another day of the month follows: "the first and the
// fifteenth", "el primero y el quince de cada mes", "first and last day".
func (p *parser) ordinalFollows() bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	n := p.afterAnd(0)
	p.pos += n
	p.skip("the", "el")
	t := p.peek(0)
	day, spelt := ordinalWord(t.text)
	_, number := numberWord(t.text)
	number = number && p.areWordsAt(1, "de cada mes", "del mes", "de mes")
	last := (t.text == "last" || t.text == "ultimo") && (p.peek(1).text == "day" || p.peek(1).text == "dia")
	return n > 0 && (spelt && day > 5 || t.ordinal || number || last) && !isDow(p.peek(1).text)
}

// monthMark reads "of the month", "each month", "de cada mes", "monthly".
func (p *parser) monthMark() bool {
	start := p.pos
	p.skip("of", "in", "de", "del", "al", "a", "per", "on", "por", "en")
	p.skip("the", "each", "every", "cada", "todos", "any", "el")
	p.skip("los")
	switch p.peek(0).text {
	case "month", "months", "mes", "meses":
		if p.pos == start && p.peek(0).text != "months" && p.peek(0).text != "meses" {
			break
		}
		p.pos++
		if p.skipWords("that has one", "that have one", "que lo tenga", "que lo tengan") {
			p.hasOne = true
		}
		return true
	case "monthly", "mensual", "mensualmente", "mensuales":
		if p.pos == start {
			p.pos++
			return true
		}
	}
	p.pos = start
	return false
}

// monthStandsAt reports whether "of the month" or the like stands so many tokens ahead.
func monthStandsAt(p *parser, ahead int) bool {
	p.pos += ahead
	defer func() { p.pos -= ahead }()
	return p.monthFollows()
}

func (p *parser) monthFollows() bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	return p.monthMark()
}

// monthList reads "in June and July", "of January". A month needs one of these words before it.
func (p *cursor) monthList() (uint16, bool) {
	start := p.pos
	switch p.peek(0).text {
	case "in", "of", "en", "de", "during", "durante":
		p.pos++
	case "every", "each", "cada":
		if p.peek(2).number || isDow(p.peek(1).text) {
			return 0, false // every May 4
		}
		p.pos++
	default:
		if !isMonth(p.peek(0).text) || !pluralDow(p.peek(1).text) { // December Mondays
			return 0, false
		}
	}
	p.skip("each", "every", "cada")
	var set uint16
	for {
		month, ok := monthOf(p.peek(0).text)
		if !ok {
			break
		}
		set |= 1 << month
		p.pos++
		if last, ok := monthOf(p.peek(1).text); ok && isTo(p.peek(0).text) { // in June to August
			for ; month != last; set |= 1 << month {
				month = month%12 + 1
			}
			p.pos += 2
		}
		next := p.afterAnd(0)
		if _, more := monthOf(p.peek(next).text); next == 0 && p.peek(0).text == "mar" || !more || p.peek(next+1).number && !p.isTimeAt(next+1) {
			break
		}
		p.pos += next
	}
	if set == 0 {
		p.pos = start
	}
	return set, set != 0
}
