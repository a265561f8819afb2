package scheduler

import (
	"slices"
	"time"
)

// relativeDate reads "tomorrow", "pasado mañana", "next Monday", "in 3 days".
func (p *parser) relativeDate() (dateRef, bool) {
	if !p.reader.Near.IsZero() {
		return nearReader{p}.relative()
	}
	return p.relativeTo(p.today())
}

// relativeTo does what relativeDate does, but counts from the given day.
func (p *parser) relativeTo(today int32) (dateRef, bool) {
	ahead := func(days int) (dateRef, bool) { return dateRef{day: today + int32(days), dow: -1}, true }
	start, w := p.pos, p.peek(0).text
	if days, ok := p.meant([]meaning{{"today", 0}, {"hoy", 0}, {"tomorrow", 1}, {"tmrw", 1}, {"tmw", 1}, {"the day after tomorrow", 2}, {"day after tomorrow", 2}, {"pasado manana", 2}}); ok {
		return ahead(days)
	}
	switch {
	case w == "tonight":
		p.pos++
		return dateRef{day: today, dow: -1, part: night}, true
	case (w == "this" || w == "esta") && isDaypart(p.peek(1).text):
		p.pos++
		part, _ := p.everyDaypart()
		return dateRef{day: today, dow: -1, part: part}, true
	case p.areWords("manana en") && (p.peek(2).num == 8 || p.peek(2).num == 15 || p.peek(2).text == "ocho" || p.peek(2).text == "quince") && !p.isTimeAt(2):
		return nearReader{p}.weekLater(today)
	case w == "manana":
		p.pos++
		return ahead(1)
	case p.skipWords("de hoy en"): // ocho días are a week, quince are two
		n, ok := p.small(0)
		week := n == 8 || n == 15
		if u, _, unit := unitOf(p.peek(1).text); !ok || n < 2 || n > 30 || unit && u != dayUnit && !week {
			return p.later(today)
		}
		p.pos++
		if days := p.skipWords("dias"); week {
			n = n / 7 * 7
		} else if !days && p.choose(byEight, rawOf(p.tokens[start:p.pos])) == 2 { // as eight are a week
			n--
		}
		return ahead(n)
	case p.areWords("de aqui a"):
		p.pos += 2
		return awayReader{p}.inDaysOn(today)
	case w == "in" || p.areWords("dentro de") || w == "en":
		return awayReader{p}.inDaysOn(today)
	}
	for _, read := range []func(today int32) (dateRef, bool){awayReader{p}.besideDate, p.dayOfWeek, p.daysFrom, nearReader{p}.weekLater, awayReader{p}.dayInWeeks, p.comingWeekday, p.dayOfNamedMonth, p.weekendDay} {
		if d, ok := read(today); ok {
			return d, true
		}
		p.pos = start
	}
	return dateRef{}, false
}

// isDaypart reports whether a word is a part of the day.
func isDaypart(w string) bool {
	_, ok := daypartOf(w)
	return ok || w == "manana"
}

// inDays reads "in 3 days", "dentro de dos semanas", "in a month". "En ocho días" may mean a
// week and "en quince días" two weeks, as in "de hoy en ocho", so the person is asked.
func (p *parser) inDays(today int32) (dateRef, bool) {
	switch p.peek(-1).text {
	case "hoy", "today", "tomorrow":
		return dateRef{}, false // mañana en ocho días counts from tomorrow
	case "manana":
		if p.peek(-2).text != "la" {
			return dateRef{}, false
		}
	}
	p.pos++
	if p.peek(0).text == "de" {
		p.pos++
	}
	d, ok := p.later(today)
	n := d.day - today
	if ok && (n == 8 || n == 15) && p.peek(-1).text == "dias" && p.choose(byEight, rawOf(p.tokens[p.pos-2:p.pos])) == 2 {
		d.day = today + n/7*7
	}
	return d, ok
}

// later reads a number of days, weeks or months, and counts them from the given day.
func (p *parser) later(from int32) (dateRef, bool) {
	n, ok := p.small(0)
	if w := p.peek(0).text; w == "a" || w == "an" {
		n, ok = 1, true
	}
	u, count, isUnit := unitOf(p.peek(1).text)
	n *= count
	if !ok || !isUnit || n < 1 || n > 400 {
		return dateRef{}, false
	}
	p.pos += 2
	switch u {
	case weekUnit:
		n *= 7
	case monthUnit:
		_, _, date := dateOf(from)
		return dateRef{day: dateAhead(from, n, date), dow: -1}, true
	}
	return dateRef{day: from + int32(n), dow: -1}, true
}

// daysFrom reads "a week from today", "two weeks from Friday", "3 days from now".
func (p *parser) daysFrom(today int32) (dateRef, bool) {
	if _, ok := p.later(today); !ok || p.peek(0).text != "from" {
		return dateRef{}, false
	}
	end := p.pos
	p.pos -= 2
	from := today
	after := 1
	switch w := p.peek(3).text; w {
	case "now", "today":
	case "tomorrow":
		from++
	default:
		if w == "this" || w == "next" || w == "coming" {
			after++
			w = p.peek(4).text
		}
		dow, ok := dowOf(w)
		if !ok || pluralDow(w) || weekdayOf(today) == dow {
			return dateRef{}, false // said on a Monday, "a week from Monday" may be either
		}
		for weekdayOf(from) != dow {
			from++
		}
	}
	d, ok := p.later(from)
	p.pos = end + 1 + after
	return d, ok
}

// dayOfWeek reads a day of this week or the next: "Monday next week", "next week on Wednesday",
// "el lunes de la semana que viene". If the day depends on whether weeks begin on Sunday or on
// Monday, the person is asked.
func (p *parser) dayOfWeek(today int32) (dateRef, bool) {
	start := p.pos
	weeks, ok := p.weekNamed()
	if ok {
		p.skip(",", "on", "el")
	}
	p.skip("the", "el")
	dow, isDay := dowOf(p.peek(0).text)
	if !isDay || pluralDow(p.peek(0).text) {
		return dateRef{}, false
	}
	p.pos++
	if !ok {
		p.skip(",", "of", "de", "in")
		if weeks, ok = p.weekNamed(); !ok {
			return dateRef{}, false
		}
	}
	fromMonday, fromSunday := inWeek(dow, today+7*weeks)
	if fromMonday != fromSunday && p.choose(byWeek, rawOf(p.tokens[start:p.pos])) == 2 {
		return dateRef{day: fromSunday, dow: -1}, true
	}
	return dateRef{day: fromMonday, dow: -1}, true
}

// mondayOf is the first day of the week that a day lies in, where weeks begin on Monday.
func mondayOf(day int32) int32 { return day / 7 * 7 } // day 0 is a Monday

// sundayOf is the first day of the week that a day lies in, where weeks begin on Sunday.
func sundayOf(day int32) int32 { return (day+1)/7*7 - 1 }

// inWeek returns a weekday of the week that a day lies in, as weeks begin on Monday and as they
// begin on Sunday.
func inWeek(dow time.Weekday, day int32) (fromMonday, fromSunday int32) {
	return mondayOf(day) + int32(dow+6)%7, sundayOf(day) + int32(dow)
}

// weekNamed reads "next week", "la semana que viene", and returns how many weeks ahead that is.
func (p *cursor) weekNamed() (int32, bool) {
	weeks, ok := p.meant([]meaning{
		{"this week", 0}, {"esta semana", 0}, {"esta misma semana", 0},
		{"next week", 1}, {"the next week", 1}, {"the coming week", 1}, {"the following week", 1},
		{"the week after next", 2}, {"week after next", 2},
		{"la proxima semana", 1}, {"proxima semana", 1}, {"la semana proxima", 1}, {"la semana que viene", 1},
		{"semana que viene", 1}, {"la siguiente semana", 1}, {"la semana siguiente", 1}, {"la semana entrante", 1},
		{"la semana que entra", 1}, {"semana que entra", 1},
	})
	return int32(weeks), ok
}

// comingWeekday reads "next Monday", "this Friday", "el próximo lunes", "el lunes que
// viene", "el lunes próximo", "the Monday after next".
func (p *parser) comingWeekday(today int32) (dateRef, bool) {
	if p.peek(0).text == "the" || p.peek(0).text == "el" {
		p.pos++
	}
	from, after, english, start := int32(-1), int32(0), p.peek(0).text == "next" || p.peek(0).text == "following", p.pos
	switch p.peek(0).text {
	case "next", "following", "proximo", "siguiente":
		from = 1
	case "this", "coming", "este", "upcoming":
		from = 0
	}
	if from >= 0 {
		p.pos++
		if w := p.peek(0).text; w == "coming" || w == "proximo" {
			english = false
			p.pos++
		}
	}
	dow, ok := dowOf(p.peek(0).text)
	if !ok || pluralDow(p.peek(0).text) {
		return dateRef{}, false
	}
	p.pos++
	switch {
	case from >= 0:
	case p.skipWords("que viene", "que entra", "proximo", "siguiente", "entrante"):
		from = 1
	case p.skipWords("after next"):
		from, english, after = 1, true, 7
	case p.reader.OneDay && !isEvery(p.tokens[max(start-1, 0)].text) && p.dayEnds() && !(nearReader{p}).numberIsDate(dow):
		if !p.reader.Near.IsZero() {
			return dateRef{day: nearestMeant(p, dow, start), dow: -1}, true
		}
		from = 0
	default:
		return dateRef{}, false
	}
	day := nextDow(dow, today+from-1)
	if numbered, ok := numberBeside(p, day, from > 0); ok {
		return dateRef{day: numbered, dow: -1}, true
	}
	// Said on a Tuesday, "next Friday" may be in three days or in ten. To whom weeks begin on
	// Sunday, so may any day that is named on one.
	same := mondayOf(day) == mondayOf(today) || sundayOf(day) == sundayOf(today)
	if english && same && p.choose(byNext, rawOf(p.tokens[start:p.pos])) == 2 {
		day += 7
	}
	return dateRef{day: day + after, dow: -1}, true
}

// numberBeside reads the day of the month behind a coming weekday, "next Monday the 30th", "este viernes 27 a las 5",
// which says in which week it is if that may be the next, too.
func numberBeside(p *parser, day int32, next bool) (int32, bool) {
	start := p.pos
	p.skip(",", "the", "el")
	t, of := p.peek(0), 1
	if w := p.peek(1).text; w == "of" || w == "de" {
		of++
	}
	for _, one := range []int32{day, day + 7} {
		_, _, date := dateOf(one)
		if (one == day || next) && !isMonth(p.peek(of).text) && t.isDayOfMonth() && t.num == date && !p.isTimeAt(0) && (t.ordinal || p.timeFollowsDays(1)) {
			p.pos++
			return one, true
		}
	}
	p.pos = start
	return 0, false
}

// withDate reads the date behind a coming weekday, "this Friday the 4th of December", where both must be the same day.
// The words since start are the weekday.
func withDate(p *parser, said dateRef, start int) (dateRef, bool) {
	end := p.pos
	i := slices.IndexFunc(p.tokens[start:end], func(t token) bool { return isDow(t.text) })
	if i < 0 || p.reader.stored {
		return said, false
	}
	for p.peek(0).text == "," || isArticle(p.peek(0).text) {
		p.pos++
	}
	mark := p.pos
	for _, form := range []func() (dateRef, bool){p.monthFirst, p.dayFirst} {
		if d, ok := form(); ok {
			dow, _ := dowOf(p.tokens[start+i].text)
			d.dow, d.said, d.next = int(dow), said.day, saysAny(p.tokens[start:end], "next", "following")
			return d, true
		}
		p.pos = mark
	}
	p.pos = end
	return said, false
}

// nearestMeant is the weekday, told since start, nearest to the session that is moved. If two are about as near, the
// person is asked.
func nearestMeant(p *parser, dow time.Weekday, start int) int32 {
	day, another := nearest(dow, p.reader.Near.day(), p.today())
	if another != day && p.choose(byNear, rawOf(p.tokens[start:p.pos])) == 2 {
		return another
	}
	return day
}

// nearest returns the day with the weekday that is nearest to near and not past. If one such
// day is three days away and another four, either may be meant: day is the earlier one, another
// the later. Otherwise both are the same.
func nearest(dow time.Weekday, near, today int32) (day, another int32) {
	after := max(near, today)
	for weekdayOf(after) != dow {
		after++
	}
	before := after - 7
	switch away := near - before; {
	case before < today || away > 4:
		return after, after
	case away < 3:
		return before, before
	}
	return before, after
}

// dayEnds reports whether a time follows, or nothing. Otherwise a date may follow that belongs
// to the weekday.
func (p *parser) dayEnds() bool {
	start, open, bad := p.pos, p.open, p.badDaypart
	defer func() { p.pos, p.open, p.badDaypart = start, open, bad }()
	p.skip(",")
	p.daypart() // Thursday evening, at 7
	p.skip(",", "-")
	mark := p.pos
	if _, date := p.numericDate(); date { // Tuesday 12/1 at 6pm
		return false
	}
	p.pos = mark
	_, timed := p.clock(true)
	return p.peek(0).text == "" || timed && !isMonth(p.peek(0).text) && p.peek(0).text != "de" && !p.isTimeAt(0) && !p.timeFollowsDays(0)
}
