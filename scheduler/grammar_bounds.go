package scheduler

import (
	"math/bits"
	"slices"
	"strings"
	"time"
)

// stepBounds reads "starting December 7", "from ... to ...", "until ...".
func (p *parser) stepBounds() (bool, error) {
	if done, err := p.betweenDates(); done || err != nil {
		return done, err
	}
	if oneOfYear(p) {
		return true, nil
	}
	if first, last, ok := datedPeriod(p); ok {
		if dayNumber(first.year, first.month, 1) > p.today() {
			if err := p.bound(first, false); err != nil {
				return false, err
			}
		}
		return true, p.bound(last, true)
	}
	for _, opening := range p.openings() {
		mark := p.pos
		if !p.skipWords(opening.words) {
			continue
		}
		if !opening.until && p.skipWords("now on", "now onwards", "now onward", "now", "ahora en adelante", "ahora", "this point on") {
			return true, nil // every rule begins now
		}
		d, ok := p.boundDay(opening.until)
		if y := p.peek(0); !ok && isYear(y) && y.num < 2100 && strings.HasPrefix(opening.words, "thr") && !p.reader.stored { // through 2027
			_, d = yearBounds(y)
			p.pos, ok = p.pos+1, true
		}
		if !ok || !opening.goesOn(p) {
			p.pos = mark
			continue
		}
		if !opening.until { // from December 7 onwards; but "December 7 onwards" alone is no date
			p.skip("onward", "onwards")
			p.skipWords("en adelante")
		}
		return true, p.bound(d, opening.until)
	}
	return false, nil
}

// goesOn reports whether the text behind "del 7 de diciembre" shows that this begins a range.
// Otherwise "del" may belong to a day or a month: "los lunes del próximo mes".
func (o opening) goesOn(p *parser) bool {
	timed := p.peek(0).text == "a" && (p.peek(1).text == "las" || p.peek(1).text == "la")
	return o.words != "del" || isTo(p.peek(0).text) && !timed || p.areWords("en adelante")
}

// boundDay reads the first or the last day itself. A month alone means its first day, or its
// last if until is set.
func (p *parser) boundDay(until bool) (dateRef, bool) {
	start := p.pos
	d, ok := p.relativeDate() // in 2 weeks
	if ok {
		d.raw = rawOf(p.tokens[start:p.pos])
	} else {
		p.pos = start
		d, ok = p.weekOrDay(until)
	}
	if !ok && !until && !p.reader.stored {
		if months, named := p.monthNamed(); named {
			d = firstOfMonth(p.today(), months)
			d.raw = rawOf(p.tokens[start:p.pos])
			return d, true
		}
	}
	if !ok {
		p.skip("on", "from", "del", "el", "the", "in", "en")
		d, ok = p.endOfPeriod(until)
	}
	if days := p.justDays; !ok {
		p.justDays = days || len(p.current().times) > 0 // at 9am starting Monday 7
		d, ok = p.date()
		p.justDays = days
	}
	if !ok {
		d, ok = p.dayOfLaterMonth()
	}
	if !ok {
		d, ok = p.monthAlone(until)
	}
	if !ok && until {
		d, ok = p.dayOfSameMonth()
	}
	if !ok && !p.reader.stored && (!until || p.from == nil) {
		p.pos = start
		day := datesReader{p}
		if d, ok = day.nthOfMonth(); !ok {
			p.pos = start
			d, ok = day.dayAlone()
			ofMonth := slices.ContainsFunc(p.current().items, func(i dayItem) bool { return i.dom != 0 })
			ok = ok && (until && !ofMonth || !until && !isTo(p.peek(0).text)) // from the 1st to the 15th: of which months?
		}
		d.raw = rawOf(p.tokens[start:p.pos])
	}
	return d, ok
}

// firstOfMonth is the first day of the month that is so many months ahead.
func firstOfMonth(today int32, months int) dateRef {
	year, month, _ := dateOf(today)
	return dateRef{day: dayNumber(year, month+time.Month(months), 1), dow: -1, monthOnly: true}
}

// lastOfMonth is the last day of the month that is so many months ahead.
func lastOfMonth(today int32, months int) int32 { return firstOfMonth(today, months+1).day - 1 }

// dateAhead is a date in the month that is so many months ahead; its last day if it is too short.
func dateAhead(today int32, months, date int) int32 {
	return min(firstOfMonth(today, months).day+int32(date)-1, lastOfMonth(today, months))
}

// weekOrDay reads "next week" or a weekday alone after "starting", and a weekday alone after
// "until". A weekday means the coming one; if today is that weekday, nothing is read.
func (p *parser) weekOrDay(until bool) (dateRef, bool) {
	start, today := p.pos, p.today()
	if weeks, ok := p.weekNamed(); ok && weeks > 0 && !until && !p.reader.stored {
		day := mondayOf(today) + 7*weeks
		sundays := slices.ContainsFunc(p.tokens, func(t token) bool { w, is := dowOf(t.text); return is && w == time.Sunday })
		if (sundays || weekdayOf(today) == time.Sunday) && p.choose(byWeek, rawOf(p.tokens[start:p.pos])) == 2 {
			day = sundayOf(today) + 7*weeks
		}
		return dateRef{day: day, dow: -1, raw: rawOf(p.tokens[start:p.pos])}, true
	}
	p.pos = start
	p.skip("on", "el")
	dow, ok := dowOf(p.peek(0).text)
	mar := p.peek(0).text == "mar" && p.pos == start // of today's weekday it may be the coming one only where it may be March, too
	if !ok || (marReader{p}).isMarch() || pluralDow(p.peek(0).text) || p.dateFollows() || p.reader.stored || weekdayOf(today) == dow && !mar {
		p.pos = start
		return dateRef{}, false
	}
	ahead := 2
	if w := p.peek(2).text; w == "el" || w == "los" {
		ahead = 3
	}
	if p.peek(1).text == "the" || isDow(p.peek(ahead).text) { // from Monday to Friday
		p.pos = start
		return dateRef{}, false
	}
	p.pos++
	return dateRef{day: nextDow(dow, today), dow: -1, raw: rawOf(p.tokens[start:p.pos])}, true
}

// dateFollows reports whether a date stands behind a weekday: "Monday, December 7".
func (p *parser) dateFollows() bool {
	ahead := 1
	if p.peek(1).text == "," {
		ahead = 2
	}
	return p.peek(ahead).number && !p.isTimeAt(ahead) || isMonth(p.peek(ahead).text)
}

// betweenDates reads "between December 1 and December 24" and, after days or times, also
// "December 1 - December 24" and "January to May".
func (p *parser) betweenDates() (bool, error) {
	start := p.pos
	c, between := p.current(), p.peek(0).text == "between" || p.peek(0).text == "entre"
	repeats := c.counted || slices.ContainsFunc(p.tokens[p.pos:], func(t token) bool { _, adverb := adverbOf(t.text); return isDow(t.text) || isEvery(t.text) || adverb })
	if !between && len(c.times) == 0 && len(c.items) == 0 && !repeats {
		return false, nil
	}
	p.skip("between", "entre", "el")
	first, ok := p.date()
	months := !ok
	if months {
		first, ok = p.monthAlone(false)
	}
	next := p.afterAnd(0)
	if !between && isTo(p.peek(0).text) {
		next = 1
	} else if !between {
		ok = false
	}
	p.pos += next
	p.skip("el", "the")
	last, more := p.date()
	if months {
		last, more = p.monthAlone(true)
	} else if !more && ok {
		p.from = &first // Dec 24-26
		last, more = p.dayOfSameMonth()
		p.from = nil
	}
	if !ok || !more || next == 0 || first.relative() || last.relative() {
		p.pos = start
		return false, nil
	}
	if err := p.bound(first, false); err != nil {
		return false, err
	}
	return true, p.bound(last, true)
}

// dayOfSameMonth reads the last day of "from December 7 to 11".
func (p *parser) dayOfSameMonth() (dateRef, bool) {
	t := p.peek(0)
	if p.from == nil || p.from.relative() || !t.isDayOfMonth() || p.isTimeAt(0) {
		return dateRef{}, false
	}
	p.pos++
	d := *p.from
	d.date, d.dow, d.raw = t.num, -1, t.raw
	return d, d.date > p.from.date
}

// isTo reports whether a word stands between the first and the last of several days.
func isTo(w string) bool {
	switch w {
	case "-", "to", "through", "thru", "until", "till", "til", "al", "a", "hasta":
		return true
	}
	return false
}

// endOfPeriod reads "the end of the year", "fin de mes" after "until".
func (p *parser) endOfPeriod(until bool) (dateRef, bool) {
	start := p.pos
	p.skip("the", "el")
	switch p.peek(0).text {
	case "end", "fin", "fines", "final", "finales":
		p.pos++
	default:
		return dateRef{}, false
	}
	months, named := p.monthNamed()
	if named && until {
		return dateRef{day: lastOfMonth(p.today(), months), dow: -1, raw: rawOf(p.tokens[start:p.pos])}, true
	}
	p.skip("of", "del", "de", "the", "this", "este", "el")
	if y := p.peek(0); isYear(y) && until {
		p.pos++
		_, last := yearBounds(y)
		return last, true
	}
	switch p.peek(0).text {
	case "year", "ano":
		_, month, _ := dateOf(p.today())
		months = int(time.December - month)
	case "month", "mes":
		months = 0
	default:
		if d, ok := p.monthAlone(true); ok && until {
			return d, true
		}
		until = false
	}
	if !until {
		p.pos = start
		return dateRef{}, false
	}
	p.pos++
	return dateRef{day: lastOfMonth(p.today(), months), dow: -1, raw: rawOf(p.tokens[start:p.pos])}, true
}

type opening struct {
	words string
	until bool
}

// openings returns the words that may begin a bound here; none if the next word is not among
// them.
func (p *parser) openings() []opening {
	w := p.peek(0).text
	out := make([]opening, 0, 4)
	switch w {
	case "as":
		out = append(out, opening{"as of", false})
	case "a":
		out = append(out, opening{"a partir de", false}, opening{"a partir del", false}, opening{"a contar del", false})
	case "first", "last", "primera", "ultima":
		for _, words := range []string{"first one is on", "first one on", "first one is", "first one", "last one is on", "last one on", "last one is", "last one", "primera es el", "primera el", "ultima es el", "ultima el"} {
			out = append(out, opening{words, w == "last" || w == "ultima"})
		}
	case "next":
		out = append(out, opening{"next one is on", false}, opening{"next one on", false}, opening{"next one is", false}, opening{"next one", false})
	case "up":
		out = append(out, opening{"up to and including", true}, opening{"up to", true}, opening{"up until", true})
	case "starting", "starts", "start", "beginning", "begins", "begin", "commencing", "from", "effective", "desde", "empezando", "comenzando", "iniciando", "empieza", "comienza", "inicia", "del":
		out = append(out, opening{w, false})
	case "until", "till", "til", "through", "thru", "ending", "ends", "end", "stopping", "stops", "stop", "hasta", "terminando", "termina", "finaliza":
		out = append(out, opening{w, true})
	}
	if (w == "start" || w == "end") && p.peek(1).text == "date" {
		out = []opening{{w + " date", w == "end"}}
	}
	month := isMonth(p.peek(1).text) && (p.peek(2).text == "" || p.peek(2).isDayOfMonth() && !p.isTimeAt(2))
	date := month || isMonth(p.peek(2).text) || p.peek(2).text == "/" // every Monday at 9am to March 1
	if p.until == nil && (p.from != nil && (w == "to" || w == "al" || w == "a" || w == "-") || w == "to" && date && len(p.current().times) > 0 && !slices.ContainsFunc(p.tokens[p.pos:], func(t token) bool { return clockStands(t.text) })) {
		out = append(out, opening{w, true})
	}
	return out
}

// yearBounds is the first and the last day of a year.
func yearBounds(year token) (first, last dateRef) {
	first = dateRef{year: year.num, month: time.January, date: 1, dow: -1, raw: year.raw, monthOnly: true}
	return first, dateRef{year: year.num, month: time.December, date: 31, dow: -1, raw: year.raw}
}

// datedPeriod reads "in 2027" and "in January 2027", and returns the first and the last day.
func datedPeriod(p *parser) (first, last dateRef, ok bool) {
	start := p.pos
	switch p.peek(0).text {
	case "in", "during", "throughout", "of", "en", "durante", "de":
		p.pos++
	default:
		return first, last, false
	}
	if y := p.peek(0); isYear(y) && (p.peek(-1).text != "of" && p.peek(-1).text != "de" || yearBehindDay(p)) && !p.reader.stored {
		p.pos++
		first, last = yearBounds(y)
		return first, last, true
	}
	mark := p.pos
	first, ok = p.monthAlone(false)
	if ok = ok && isYear(p.peek(-1)) && !p.reader.stored; !ok {
		p.pos = start
		return first, last, false
	}
	p.pos = mark
	last, _ = p.monthAlone(true)
	return first, last, true
}

// yearBehindDay reports whether a year, and not the time 20:27, stands behind weekdays that repeat: "cada
// lunes de 2027 a las 18", but not "lunes de 2030 a 2200", nor "the first Monday of 2027", which is one day.
func yearBehindDay(p *parser) bool {
	next, day := p.peek(1).text, p.peek(-2).text
	i := p.pos - 2
	for ; i >= 0; i-- {
		t := p.tokens[i]
		if _, which := whichOf(t.text); !which && !t.number && !isDow(t.text) && !isAnd(t.text) && t.text != "other" {
			break
		}
	}
	w := at(p.tokens, i).text
	return isDow(day) && (pluralDow(day) || isEvery(w) || w == "los") && !p.session && (!isTo(next) || next == "a" && p.peek(2).text == "las" && len(p.peek(3).text) < 4)
}

// oneOfYear reads a year behind a day that is the only one in it, "the first Monday of 2027", and makes
// that day a date.
func oneOfYear(p *parser) bool {
	c, next := p.current(), p.peek(2).text
	if len(c.items) == 0 || p.session || p.reader.stored || !slices.Contains([]string{"of", "in", "de", "en", "del"}, p.peek(0).text) || !isYear(p.peek(1)) {
		return false
	}
	day := &c.items[len(c.items)-1]
	n, dow, single := oneNth(day.nth)
	span := isTo(next) && (next != "a" || p.peek(3).text != "las")
	monthly := c.counted || c.monthly || c.months != 0 || saysAny(p.tokens, "month", "monthly", "mes", "mensual")
	many := slices.Contains([]string{"primeros", "segundos", "terceros", "cuartos", "ultimos", "penultimos"}, p.peek(-2).text) // los primeros lunes
	if !single || n == 5 || day.every || day.plural || many || monthly || span || !isDow(p.peek(-1).text) {
		return false
	}
	month := time.January
	if n == 0 || n == 6 { // the last, the last but one
		month = time.December
	}
	date, ok := days{nth: nthOf(1<<dow, n)}.next(dayNumber(p.peek(1).num, month, 1))
	day.nth, day.date = [7]uint8{}, &dateRef{day: date, dow: -1, raw: day.raw}
	p.pos += 2
	return ok
}

// dayOfLaterMonth reads the first day of "del 1 al 24 de diciembre".
func (p *parser) dayOfLaterMonth() (dateRef, bool) {
	first := p.peek(0)
	if !first.number || first.num > 31 || p.peek(1).text != "al" && p.peek(1).text != "to" && p.peek(1).text != "-" {
		return dateRef{}, false
	}
	p.pos += 2
	mark := p.pos
	d, ok := p.date()
	if !ok || d.relative() {
		return dateRef{}, false
	}
	p.pos = mark - 1
	d.date, d.dow = first.num, -1
	return d, true
}

// monthAlone reads "January" or "January 2027": its first day, or its last.
func (p *parser) monthAlone(last bool) (dateRef, bool) {
	p.skip("of", "de")
	month, ok := monthOf(p.peek(0).text)
	if article := p.peek(-1).text; !ok || p.peek(0).text == "mar" && (article == "el" || article == "al") { // el mar is Tuesday
		return dateRef{}, false
	}
	start := p.pos
	p.pos++
	d := dateRef{month: month, date: 1, dow: -1, monthOnly: true}
	p.year(&d)
	if now, current, _ := dateOf(p.today()); !last && d.year == 0 && month == current && !p.reader.stored {
		d.year = now // from November on, said in November
	}
	if last {
		year := d.year
		if year == 0 {
			year = 2001 // 28 February; other years are not at stake without a year
		}
		d.date = daysIn(year, month)
	}
	d.raw = rawOf(p.tokens[start:p.pos])
	return d, true
}

func (p *parser) bound(d dateRef, until bool) error {
	at := &p.from
	if until {
		at = &p.until
	}
	if *at != nil {
		return mistake(`the first or the last day is said twice; write one, such as "every Monday at 9:00 AM, starting December 7, 2026, until March 1, 2027"`)
	}
	*at = &d
	p.ended = p.ended || len(p.current().times) > 0 || len(p.current().items) > 0
	return nil
}

// stepTimes reads how many times the rule falls due in all: "6 times", "for 6 times", "seis
// veces". With several times or days a week it is unclear what is counted.
func (p *parser) stepTimes() (bool, error) {
	start := p.pos
	named := p.skipWords("for", "por", "durante")
	p.skip("only")
	n, ok := p.small(0)
	w := p.peek(1).text
	c := p.current()
	counts := w == "times" || w == "veces" || w == "occurrences" || w == "ocurrencias" || isSession(w) || w == "x" && p.peek(2).text == "" || named && isDow(w) && strings.HasSuffix(w, "s")
	per := 3 // twice a month, dos veces a la semana
	if p.peek(per).text == "la" {
		per++
	}
	_, _, each := unitOf(p.peek(per).text)
	if !ok || n < 2 || n > 400 || !counts || each && p.peek(2).text != "in" && p.peek(2).text != "en" || len(c.times) == 0 || len(p.clauses) > 1 {
		return false, nil
	}
	p.pos += 2
	p.skip("in", "en", "total")
	k, several := c.kinds()
	daily := c.counted && c.unit == dayUnit
	dow, day := dowOf(w)
	if day && p.timesFirst && len(c.items) == 0 && !c.counted { // 9am for 6 Mondays
		p.pos = start
		return false, nil
	}
	if daily || day && k.dow != 1<<dow || len(c.times) > 1 || several > 1 || bits.OnesCount8(k.dow) > 1 || bits.OnesCount32(k.dom) > 1 {
		return false, mistake(`%s does not say of what; write the last day, such as "every Monday at 9:00 AM, until March 1, 2027"`, clip(rawOf(p.tokens[start:p.pos])))
	}
	p.most, p.ended = n, true
	return true, nil
}

// stepManyDays reads a number of days in all, before the days: "the next 8 Mondays", "los
// próximos 8 lunes". It leaves the weekday for stepDays.
func (p *parser) stepManyDays() (bool, error) {
	if isEvery(p.peek(-1).text) || len(p.current().times) > 0 && !p.timesFirst || len(p.current().items) > 0 || p.reader.stored {
		return false, nil
	}
	next := p.skipWords("for")
	p.skip("the", "los")
	next = p.skipWords("next", "proximos", "siguientes") || next
	n, ok := p.small(0)
	w := p.peek(1).text
	if !next || !ok || n < 2 || n > 400 || !isDow(w) || !pluralDow(w) && !strings.HasSuffix(w, "s") || p.most != 0 {
		return false, nil
	}
	p.pos++
	p.most = n
	return true, nil
}

// stepLasting reads "for 6 weeks", "durante 3 meses".
func (p *parser) stepLasting() (bool, error) {
	ahead := 0
	if w := p.peek(0).text; w == "for" || w == "durante" || w == "por" {
		ahead = 1
	}
	if w := p.peek(ahead).text; w == "the" || w == "los" || w == "las" {
		ahead++
	}
	if w := p.peek(ahead).text; w == "next" || w == "proximas" || w == "proximos" {
		ahead++
	} else if p.peek(0).text != "for" && p.peek(0).text != "durante" && p.peek(0).text != "por" {
		return false, nil // the next 8 weeks
	}
	n, ok := p.small(ahead)
	if w := p.peek(ahead).text; w == "a" {
		n, ok = 1, true
	}
	u, count, isUnit := unitOf(p.peek(ahead + 1).text)
	if !ok || !isUnit || n < 1 || u == dayUnit && p.session {
		return false, nil
	}
	switch u {
	case weekUnit:
		p.lasting = n * count * 7
	case monthUnit:
		p.lasting = -n * count
	default:
		p.lasting = n
	}
	p.pos += ahead + 2
	p.ended = p.ended || len(p.current().times) > 0
	return true, nil
}
