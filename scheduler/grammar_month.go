package scheduler

import "math/bits"

// monthNamed reads "of next month", "de este mes", "next month", and returns how many months
// ahead that is.
func (p *cursor) monthNamed() (int, bool) {
	start := p.pos
	p.skip("of", "in", "de", "del", "the", "el")
	months, ok := p.meant([]meaning{
		{"this month", 0}, {"este mes", 0}, {"este mismo mes", 0}, {"mes actual", 0}, {"current month", 0},
		{"next month", 1}, {"coming month", 1}, {"following month", 1}, {"proximo mes", 1}, {"mes proximo", 1},
		{"mes que viene", 1}, {"mes que entra", 1}, {"mes siguiente", 1}, {"siguiente mes", 1}, {"mes entrante", 1},
	})
	if !ok {
		p.pos = start
	}
	return months, ok
}

// dayOfNamedMonth reads "the 5th of next month", "next month on the 5th", "the last Friday
// of this month", "el 5 del mes que viene".
func (p *parser) dayOfNamedMonth(today int32) (dateRef, bool) {
	months, first := p.monthNamed()
	if first {
		p.skip(",", "on")
	}
	d, ok := p.oneOfMonth()
	if !ok {
		return dateRef{}, false
	}
	if !first {
		if months, ok = p.monthNamed(); !ok {
			return dateRef{}, false
		}
	}
	start := firstOfMonth(today, months).day
	set := d.inMonth(start, int(firstOfMonth(start, 1).day-start))
	if set == 0 {
		return dateRef{}, false // the 31st of a shorter month
	}
	return dateRef{day: start + int32(bits.TrailingZeros32(set)) - 1, dow: -1}, true
}

// oneOfMonth reads one day of a month: "the 5th", "el día 5", "the last Friday".
func (p *parser) oneOfMonth() (days, bool) {
	start := p.pos
	if item, ok := p.nth(); ok {
		_, _, single := oneNth(item.nth)
		return item.days, single
	}
	p.pos = start
	p.skip("the", "el")
	p.skip("day", "dia")
	bit, _, ok := p.domOne()
	return days{dom: 1 << bit}, ok
}

// weekendDay reads "this weekend", "next weekend". The person is asked which of the two days is
// meant and, for next weekend, which weekend.
func (p *parser) weekendDay(today int32) (dateRef, bool) {
	start := p.pos
	saturday, ok := p.weekendNamed(today)
	if !ok {
		return dateRef{}, false
	}
	if p.choose(byWeekendDay, rawOf(p.tokens[start:p.pos])) == 2 {
		saturday++
	}
	return dateRef{day: saturday, dow: -1}, true
}

// weekendNamed reads "this weekend", "el próximo fin de semana", and returns its Saturday.
func (p *parser) weekendNamed(today int32) (int32, bool) {
	start := p.pos
	p.skip("the", "el")
	next := p.peek(0).text == "next"
	switch p.peek(0).text {
	case "this", "next", "coming", "upcoming", "este", "proximo":
		p.pos++
	}
	p.skip("coming")
	mark := p.pos
	read := p.skipWords("weekend", "fin de semana")
	which := mark > start && !isArticle(p.peek(mark-p.pos-1).text)
	which = p.skipWords("que viene") || which
	if !read || !which { // el fin de semana is every one
		p.pos = start
		return 0, false
	}
	saturday := mondayOf(today) + 5 // of the week that holds today
	if next && (saturday <= today || p.choose(byNext, rawOf(p.tokens[start:p.pos])) == 2) {
		saturday += 7
	}
	return saturday, true
}
