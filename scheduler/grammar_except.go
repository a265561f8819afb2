package scheduler

import (
	"slices"
	"strings"
)

// stepExcept reads "except Sunday", "menos los domingos".
func (p *parser) stepExcept() (bool, error) {
	start := p.pos
	found := p.skipWords("except for", "except on", "except", "excluding", "excl", "minus", "apart from", "besides", "quitando", "but not on", "but not", "but", "other than", "without", "skipping", "skip",
		"excepto", "menos", "salvo", "a excepcion de", "con excepcion de", "a excepcion del", "con excepcion del", "pero no", "sin")
	if c := p.current(); !found && (p.peek(0).text == "not" || p.peek(0).text == "no") && (len(c.items) > 0 || c.counted) { // weekdays, not Fridays
		p.pos++
		p.skip("on", "los", "el")
		_, found = p.dayNames()
		p.pos = start + 1
	}
	if !found {
		return false, nil
	}
	for read := false; ; read = true {
		p.skip("the", "on", "el", "los", "en")
		if w := p.peek(0).text; isEvery(w) {
			p.pos++
		}
		item, ok := p.dayNames()
		if !ok && !read && whichLeftOut(p) {
			return false, mistake(`a rule cannot leave out one of the days of a month; write the others by their place: first, second, third, fourth, fifth or last`)
		}
		if !ok && !read {
			return false, p.onlySkips()
		}
		if c := p.current(); c.counted && c.unit == dayUnit && c.every > 1 {
			return false, mistake(`days of the week cannot be left out of every %d days; write the days, such as "Mondays, Wednesdays and Fridays at 9:00 AM"`, c.every)
		}
		if !ok {
			return true, nil
		}
		c := p.current()
		c.except |= item.dow
		c.late = c.late || len(c.times) > 0
		if len(c.times) > 0 && (p.timeFollowsDays(0) || p.peek(0).number && p.isTimeAt(0)) { // except Mondays at 10am
			return false, p.whichDays(start)
		}
		next := p.afterAnd(0)
		mark := p.pos
		p.pos += next
		p.skip("the", "on", "el", "los", "en")
		_, more := p.dayNames()
		p.pos = mark
		if next == 0 && !isDow(p.peek(0).text) || !more {
			return true, exceptInMonth(p, c.late || strings.HasSuffix(p.peek(-1).text, "days"))
		}
		p.pos += next
	}
}

// whichLeftOut reports whether one day of each month is to be left out: "every Monday except the first".
func whichLeftOut(p *parser) bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	if p.peek(-1).text == "menos" && p.skipWords("cuarto") {
		return false // 10 pm menos cuarto
	}
	n, ok := p.whichWord()
	_, month := p.monthList()
	return ok && n <= 6 && !month && !isMonth(p.peek(0).text) && !saysAny(p.tokens[mark:], "holiday", "holidays", "festivo", "feriado") && slices.ContainsFunc(p.current().items, func(i dayItem) bool { return i.dow != 0 })
}

// exceptInMonth returns a mistake if a month follows days that are left out, as in "except Sundays in
// December", and only its days may be meant: if they are several, or the month has a year.
func exceptInMonth(p *parser, several bool) error {
	start := p.pos
	_, month := p.monthList()
	fault := p.whichDays(start)
	p.skip("de", "del", "of", ",")
	if month && (several || isYear(p.peek(0))) && !p.reader.stored {
		return fault
	}
	p.pos = start
	return nil
}

func (p *parser) onlySkips() error {
	return mistake(`a rule can leave out only days of the week; add dates and holidays on which the group does not meet to its dates without a session (skip)`)
}
