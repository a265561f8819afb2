package scheduler

import "time"

// awayReader reads a day by its distance from another day: from a date, or from today to a weekday.
type awayReader struct{ *parser }

// inDaysOn reads "in 3 days", also with the weekday: "in 2 weeks on Monday".
func (p awayReader) inDaysOn(today int32) (dateRef, bool) {
	start := p.pos
	d, ok := p.inDays(today)
	end := p.pos
	p.skip(",", "on", "el")
	dow, named := dowOf(p.peek(0).text)
	if !ok || !named || pluralDow(p.peek(0).text) {
		p.pos = end
		return d, ok
	}
	p.pos++
	if n := p.afterAnd(0); n > 0 && (isDow(p.peek(n).text) || isArticle(p.peek(n).text) && isDow(p.peek(n+1).text)) {
		return dateRef{}, false // in 2 weeks on Tuesday and Thursday
	}
	return p.onWeekday(d, dow, today, start, p.tokens[end-1].text), true
}

// dayInWeeks reads "Monday in 2 weeks", "el lunes dentro de dos semanas".
func (p awayReader) dayInWeeks(today int32) (dateRef, bool) {
	start := p.pos
	p.skip("the", "el", "on")
	dow, named := dowOf(p.peek(0).text)
	if w := p.peek(0).text; !named || pluralDow(w) || isEvery(at(p.tokens, start-1).text) {
		return dateRef{}, false
	}
	p.pos++
	p.skip(",")
	if isDow(at(p.tokens, start-2).text) && (isTo(at(p.tokens, start-1).text) || isAnd(at(p.tokens, start-1).text)) {
		return dateRef{}, false // Mon-Fri in 2 weeks
	}
	if w := p.peek(0).text; w != "in" && w != "en" && w != "dentro" {
		return dateRef{}, false
	}
	d, ok := p.inDays(today)
	if !ok {
		return dateRef{}, false
	}
	return p.onWeekday(d, dow, today, start, p.peek(-1).text), true
}

// onWeekday returns the weekday that is meant with a day some weeks ahead: the one in that week, or as many
// weeks after the coming one. If these differ, the person is asked. Behind another unit, the day must be that
// weekday.
func (p awayReader) onWeekday(d dateRef, dow time.Weekday, today int32, start int, unit string) dateRef {
	if u, _, _ := unitOf(unit); u != weekUnit {
		d.dow = int(dow)
		return d
	}
	raw := rawOf(p.tokens[start:p.pos])
	day, fromSunday := inWeek(dow, d.day)
	if day != fromSunday && p.choose(byWeek, raw) == 2 {
		day = fromSunday
	}
	if later := nextDow(dow, today-1) + (d.day - today); day <= today || later != day && p.choose(byNext, raw) == 2 {
		day = later
	}
	return dateRef{day: day, dow: -1}
}

// besideDate reads a day by its distance from a date: "the day after Dec 24", "two weeks before 1/4", "el lunes
// siguiente al 24 de diciembre".
func (p awayReader) besideDate(today int32) (dateRef, bool) {
	single := p.reader.OneDay || p.justDays
	for w := p.peek(0).text; w == "on" || w == "the" || w == "al" || w == "el"; w = p.peek(0).text {
		single = true
		p.pos++
	}
	start := p.pos
	dow, named := dowOf(p.peek(0).text)
	named = named && single && !pluralDow(p.peek(0).text) && !isEvery(p.peek(-1).text) && p.peek(-1).text != "los"
	_, amount := p.later(today)
	unit, _, _ := unitOf(p.peek(-1).text)
	if w := p.peek(0).text; !amount && !named && w != "day" && w != "dia" && w != "vispera" {
		return dateRef{}, false
	} else if !amount {
		p.pos++
	}
	article := at(p.tokens, start-1).text
	span := amount && (article == "the" || article == "los" || article == "las") // the two weeks after Dec 24
	sign := p.sideOfDate(amount)
	if sign == 0 || span || amount && sign < 0 && unit == monthUnit {
		return dateRef{}, false
	}
	from, ok := p.writtenDate()
	base, err := p.resolve(from, today)
	if !ok || err != nil || p.anotherDate() {
		return dateRef{}, false
	}
	d := dateRef{day: base + sign, dow: -1}
	switch {
	case amount:
		end := p.pos
		p.pos = start
		ahead, _ := p.later(base)
		p.pos, d.day = end, base+sign*(ahead.day-base)
	case named && sign < 0:
		d.day = nextDow(dow, base-8)
	case named:
		d.day = nextDow(dow, base)
	}
	return d, true
}

// sideOfDate reads the word between a distance and the date that it is counted from. It returns 1 for later, -1 for
// earlier, 0 if there is no such word. Behind an amount, "from" is later, but may begin a range where only days are told.
func (p awayReader) sideOfDate(amount bool) int32 {
	sign := int32(0)
	switch w := p.peek(0).text; {
	case w == "after", w == "following", w == "despues", w == "siguiente", w == "from" && amount && !p.justDays && !p.reader.OneDay:
		sign = 1
	case w == "before", w == "antes", w == "anterior", w == "previo", w == "del" && p.peek(-1).text == "vispera":
		sign = -1
	default:
		return 0
	}
	p.pos++
	p.skip("a", "al", "de", "del", "the", "el")
	return sign
}

// anotherDate reports whether "and" and one more date stand next.
func (p awayReader) anotherDate() bool {
	n := p.afterAnd(0)
	p.pos += n
	defer func() { p.pos -= n }()
	return n > 0 && dateStands(p.parser)
}

// dateStands reports whether a date in words or numbers stands next.
func dateStands(p *parser) bool {
	start, open := p.pos, p.open
	defer func() { p.pos, p.open = start, open }()
	_, date := p.writtenDate()
	return date
}
