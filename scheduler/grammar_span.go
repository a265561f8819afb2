package scheduler

import (
	"slices"
)

// clockRange is from one time to another: "6pm-7:30pm", "de 18:00 a 19:30".
type clockRange struct{ from, to clockTime }

// span reads from one time to another.
func (p *parser) span() (clockRange, bool) {
	start := p.pos
	if w := p.peek(0).text; (w == "el" || w == "los") && p.peek(1).number {
		return clockRange{}, false // el 15 a las 9
	}
	if p.peek(0).text == "entre" { // 22 y 7; but las 22 y 30 y las 7
		p.spanishTime = minutesBehindY(p.tokens[p.pos:])
	}
	p.skip("from", "between", "entre", "de", "desde")
	if _, edge := edgeWord(p.peek(0).text); p.session && (edge || p.peek(0).text == "starting") {
		p.pos++ // starts at 6pm, ends at 7:30pm
	}
	mark := p.pos
	_, isDate := p.date()
	p.pos = mark
	from, ok := p.clock(true)
	if !ok || isDate {
		p.pos = start
		return clockRange{}, false
	}
	joined := false
	if n := p.afterAnd(0); p.session {
		if end, edge := edgeWord(p.peek(n).text); edge && end || p.peek(n).text == "ending" || p.peek(n).text == "finishing" {
			joined, p.pos = true, p.pos+n+1
		}
	}
	for _, to := range []string{"-", "to", "till", "til", "until", "through", "thru", "hasta", "a", "and", "y", "/"} {
		if !joined && p.peek(0).text == to && (to != "/" || p.session && (from.colon || halved(from))) {
			joined = true
			if !p.areWords("a las") && !p.areWords("a la") {
				p.pos++
			}
			if (to == "and" || to == "y") && p.tokens[start].text != "between" && p.tokens[start].text != "entre" {
				joined = false
			}
			break
		}
	}
	to, ok := endOfSpan(p)
	if !joined || !ok {
		p.pos = start
		return clockRange{}, false
	}
	return clockRange{from, to}, true
}

// endOfSpan reads the time behind "until" or a sign, but no date, "9am until 12/31/2027", and no length, "6pm / 1h30".
func endOfSpan(p *parser) (clockTime, bool) {
	mark := p.pos
	_, isDate := p.date()
	p.pos = mark
	year := isYear(p.peek(0)) && p.peek(0).num >= 2024 && !p.session // until 2027
	length := p.session && p.peek(-1).text == "/" && p.peek(0).num <= earlyHours && p.peek(1).text == "h" && p.peek(1).glued
	if isDate || year || length {
		return clockTime{}, false
	}
	return p.clock(true)
}

// minutesBehindY reports whether a number after "y" is minutes, as in "entre las 22 y 30 y las
// 7": the other hour has its article, or the number is too high for an hour.
func minutesBehindY(tokens []token) bool {
	articles := 0
	for i, t := range tokens {
		if t.text == "las" || t.text == "la" {
			articles++
		}
		if t.text == "y" && at(tokens, i+1).num >= 24 && articles < 2 {
			return true
		}
	}
	return articles > 1
}

// stepRange reads from one time to another. Only sessions may have that.
func (p *parser) stepRange() (bool, error) {
	open := p.open
	if p.session && severalLengths(p) {
		return false, oneLength()
	}
	if p.datesDue() && p.peek(0).number && p.afterAnd(1) > 0 { // dos veces al mes, 1 y 15 a las 9
		return false, nil
	}
	if n, spelt := numberWord(p.peek(1).text); spelt && n > 0 && p.peek(0).text == "el" && p.areWordsAt(2, "a las") {
		return false, nil // el quince a las 9
	}
	if r, ends, ok := beforeLength(p); ok {
		c := p.clauseForTime()
		c.times = append(c.times, r.from)
		if ends {
			p.ends = append(p.ends, r)
		}
		return true, nil
	}
	if articleBeforeSpan(p) {
		p.pos++
	}
	r, ok := p.span()
	if !ok {
		p.open = open
		return false, nil
	}
	if p.session {
		var err error
		if r, err = inOneDay(p, r); err != nil {
			return false, err
		}
	}
	if r.to.half == "" && r.to.hour >= 13 { // 8:30-14:00 is of one clock
		r.from.exact = true
	}
	p.ends = append(p.ends, r)
	c := p.current()
	if len(c.items) == 0 && !c.counted && len(p.clauses) == 1 {
		p.timesFirst = true
	}
	c = p.clauseForTime()
	c.times = append(c.times, r.from)
	p.due = false
	return true, nil
}

// inOneDay decides the halves of the day of a session's beginning and end, asks for them, or says that they are missing.
func inOneDay(p *parser, r clockRange) (clockRange, error) {
	if r.from.bare() && r.from.hour == 12 && r.to.bare() && r.to.hour < 12 { // 12-1, of noon or of midnight
		half := []string{"", "am", "pm"}[p.choose(byHalf, r.from.raw)]
		r = clockRange{r.from.inHalf(half), r.to.inHalf(half)}
	}
	r = overNoon(p, r).within10Hours()
	switch {
	case r.from.bare() && halved(r.to):
		return r, mistake(`it is not clear if the session begins in the morning or in the afternoon; write both times in full, such as "Mondays 11:00 AM - 1:00 PM"`)
	case halved(r.from) && r.to.bare(), r.nearlyWholeDay():
		return r, mistake(`it is not clear if the session ends in the morning or in the afternoon; write both times in full, such as "Mondays 6:00 PM - 7:30 PM"`)
	}
	return r, nil
}

// articleBeforeSpan reports whether an article stands between days that come again and the times of a session, "Mondays
// the 6-7:30pm". It would else make the number behind it a day.
func articleBeforeSpan(p *parser) bool {
	day := p.peek(-1).text
	if again := pluralDow(day) || isDow(day) && isEvery(p.peek(-2).text); !p.session || !again || !isArticle(p.peek(0).text) {
		return false
	}
	start, open, bad := p.pos, p.open, p.badDaypart
	defer func() { p.pos, p.open, p.badDaypart = start, open, bad }()
	p.pos++
	r, ok := p.span()
	return ok && (halved(r.to) || r.to.colon)
}

// beforeLength reads the time in "7pm - 1hr", "18:00-2h", where what follows the dash is how long the
// session takes: as a time it would be at night. If it may well be when the session ends, "4 pm - 6 hs", the
// person is asked. "19h-1h" are two times.
func beforeLength(p *parser) (r clockRange, ends, ok bool) {
	start, open, bad := p.pos, p.open, p.badDaypart
	p.skip("from", "de", "desde")
	mark := p.pos
	t, ok := p.clock(true)
	end := p.pos
	bare := t.bare() && t.colon
	if ok = ok && p.session && p.peek(0).text == "-" && !isHours(p.peek(-1).text) && (halved(t) || t.colon || t.hour >= 13); ok {
		p.pos++
		w := p.peek(1).text
		l, length := p.amount()
		after := p.pos
		ok = length && (isHours(w) || w == "hour" || w == "hora") && l.minutes <= earlyHours*60 && (l.minutes < t.minutes() || bare)
		if ok && isHours(w) && w != "hours" && w != "horas" && l.minutes >= 60 && endsSoon(t, l.minutes) {
			to := clockTime{hour: l.minutes / 60, minute: l.minutes % 60, colon: l.minutes%60 != 0, raw: rawOf(p.tokens[end+1 : after])}
			if !bare {
				to.half = "pm"
			}
			if p.choose(byLength, rawOf(p.tokens[mark:after])) == 2 {
				p.pos = after
				return clockRange{t, to}, true, true
			}
		}
	}
	if p.pos = end; !ok {
		p.pos, p.open, p.badDaypart = start, open, bad
	}
	return clockRange{from: t}, false, ok
}

// endsSoon reports whether a session from one time to another hour of the clock, in minutes, takes less
// than 6 hours. That hour is after noon, unless nothing says in which half of the day the first is.
func endsSoon(t clockTime, end int) bool {
	if t.bare() {
		n := (end - t.minutes()%(12*60) + 12*60) % (12 * 60)
		return n > 0 && n < 6*60
	}
	n := end + 12*60 - t.minutes()
	return n > 0 && n < 6*60
}

// overNoon asks if a session from 9, 10 or 11 to an earlier hour goes over noon or over midnight: "10-2".
func overNoon(p *parser, r clockRange) clockRange {
	if late := r.from.bare() && r.from.hour < 12 && r.from.hour > 8; !late || !r.to.bare() || r.to.minutes() > r.from.minutes() {
		return r
	}
	half, part := "", p.current().part
	if part != "" { // Saturday mornings 10-1
		half = part.half(r.from.hour)
	}
	if half == "pm" || half == "" && part == "" && p.choose(byHalf, r.from.raw) == 2 {
		return clockRange{r.from.inHalf("pm"), r.to.inHalf("am")}
	}
	return clockRange{r.from.inHalf("am"), r.to.inHalf("pm")}
}

// within10Hours decides the half of the day of a time that does not say it, if only one half
// makes the session shorter than 10 hours: "11-1pm", "6pm-7:30".
func (r clockRange) within10Hours() clockRange {
	late := r.from.bare() && r.from.hour < 12 && r.from.hour > 8
	noon := r.from.exact && r.from.hour == 12 && r.from.half == ""
	if (late || noon) && r.to.bare() && r.to.minutes() <= r.from.minutes() { // 11:30-1 goes over noon
		return clockRange{r.from, r.to.inHalf("pm")}
	}
	short := func(from, to clockTime) bool {
		n := (to.minutes() - from.minutes() + dayMinutes) % dayMinutes
		return n > 0 && n < 10*60 // 9-5pm, not 7:30-6pm
	}
	for _, one := range []string{"am", "pm"} {
		switch {
		case r.from.bare() && (halved(r.to) || r.to.half == "midnight") && short(r.from.inHalf(one), r.to):
			return clockRange{r.from.inHalf(one), r.to}
		case halved(r.from) && r.to.bare() && short(r.from, r.to.inHalf(one)) && !r.overnight(one):
			return clockRange{r.from, r.to.inHalf(one)}
		}
	}
	return r
}

// nearlyWholeDay reports whether the session would last more than 12 hours, and neither time
// says which half of the day it is in: "12:00-11:00".
func (r clockRange) nearlyWholeDay() bool {
	open := func(t clockTime) bool { return t.half == "" && t.hour >= 1 && t.hour <= 12 }
	return open(r.from) && open(r.to) && (r.to.minutes()-r.from.minutes()+dayMinutes)%dayMinutes > 12*60
}

// overnight reports whether the session would last for hours, until after midnight: "6pm-5".
func (r clockRange) overnight(half string) bool {
	to := r.to.inHalf(half).minutes()
	return to < r.from.minutes() && to+dayMinutes-r.from.minutes() > 6*60
}

// stepLength reads how long a session takes: ", 90m", "for 90 minutes", "1.5 hours".
func (p *parser) stepLength() (bool, error) {
	if !p.session {
		return false, nil
	}
	early := len(p.current().times) == 0
	p.skip("-", "it", "con", "for", "lasting", "lasts", "takes", "during", "durante", "por", "de", "duration", "length", "duracion", "/", "x", "dura", "duran", "runs", "run", ",", "of", "de")
	if severalLengths(p) {
		return false, oneLength()
	}
	start := p.pos
	if _, unit := minutesOf(p.peek(1).text); unit && p.peek(0).text == "0" && !early {
		p.pos += 2
		p.skip(",", "and", "y")
		if amountAt(p) == 0 { // but 0 hours 45 minutes
			return false, mistake("a session cannot last %s; write a length between 1 minute and 24 hours, such as 90m", lengthText(0))
		}
		start = p.pos
	}
	terms := p.amounts()
	if n, ok := p.bareMinutes(); ok && len(terms) == 0 {
		terms = []term{{minutes: n, unit: 1}}
	}
	if len(terms) == 0 || p.pos == start || terms[0].implied && p.peek(start-1-p.pos).number || early && (terms[0].minutes > 12*60 || terms[0].implied) { // lunes 18 hs; Tuesday 7, 2 hours
		return false, nil
	}
	p.skip("long", "each")
	p.skipWords("de duracion")
	all, err := p.sum(terms)
	if err != nil {
		return false, err
	}
	if len(all) > 1 || p.length != 0 {
		return false, oneLength()
	}
	p.length = all[0]
	return true, nil
}

func oneLength() error {
	return mistake(`it says more than one length; write one, such as "every Monday at 6:00 PM, 90 minutes"`)
}

// severalLengths reports whether from one length to another stands next, behind the time: "6pm, 60-90 minutes", "1 or 2
// hours". "18 a 20 horas" is from one time to another.
func severalLengths(p *parser) bool {
	n, ok := p.small(0)
	_, also := p.small(2)
	minutes, unit := minutesOf(p.peek(3).text)
	joint := p.peek(1).text
	long := minutes == 1 || minutes == 60 && n <= earlyHours
	return ok && also && unit && long && (isTo(joint) || joint == "or" || joint == "o") && len(p.current().times) > 0 && len(p.ends) == 0
}

// amountAt returns how many of the next tokens are a length. It stays where it is.
func amountAt(p *parser) int {
	mark := p.pos
	defer func() { p.pos = mark }()
	p.amounts()
	return p.pos - mark
}

// saysLength reports whether the text names a length from some token on.
func saysLength(p *parser, from int) bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	for p.pos = from; p.pos < len(p.tokens); p.pos++ {
		if amountAt(p) > 0 {
			return true
		}
	}
	return false
}

// lengthNext reports whether the length of a session is what follows the word at an index, as in "for about an
// hour", or is missing: not so in "for teens, 90 minutes".
func lengthNext(p *parser, at int) bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	for p.pos = at; leadsToLength(p.peek(0).text); p.pos++ {
	}
	return amountAt(p) > 0 || !saysLength(p, p.pos)
}

// leadsToLength reports whether a length may stand behind a word: "for about an hour".
func leadsToLength(w string) bool {
	return slices.Contains([]string{"for", "about", "around", "por", "durante", "unos", "unas", "como"}, w)
}

// bareMinutes reads a number after the time that can only be the minutes of a session:
// "6pm, 90".
func (p *parser) bareMinutes() (int, bool) {
	t := p.peek(0)
	if !t.number || t.ordinal || t.glued && p.peek(-1).number || len(p.current().times) == 0 || p.length != 0 || len(p.ends) > 0 || p.isTimeAt(0) {
		return 0, false
	}
	apart := p.and || p.peek(-1).text == "/" || p.peek(-1).text == "for" || p.peek(-1).text == "x"
	switch n := t.num; {
	case len(t.text) > 3 || n == 0, n < 60 && (!apart || n <= 31), n > 99 && n != 120 && n != 150 && n != 180 && n != 240:
		return 0, false
	default:
		p.pos++
		return n, true
	}
}

// halved reports whether a time says am or pm.
func halved(t clockTime) bool { return t.half == "am" || t.half == "pm" }
