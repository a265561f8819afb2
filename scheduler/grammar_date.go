package scheduler

import (
	"cmp"
	"slices"
	"time"
)

// dateRef is a day as a person wrote it.
type dateRef struct {
	year, date int
	month      time.Month
	day        int32 // as dayNumber counts, if it is relative to today: tomorrow, next Monday
	dow        int   // the weekday that was named with it, or -1
	said       int32 // the day of "this Friday", if its date stands behind it
	next       bool  // and it is "next Friday", which may be a week later
	part       daypart
	raw        string
	numbers    bool // the day and the month are two numbers: 8/12
	monthOnly  bool // only a month was named, "January": this is its first day
}

func (d dateRef) relative() bool { return d.day != 0 }

// date reads a day. It does not take a number that is a time.
func (p *parser) date() (dateRef, bool) {
	start, open := p.pos, p.open
	d, ok := p.relativeDate()
	if dated, is := withDate(p, d, start); ok && is {
		d, p.open = dated, open
	}
	if !ok {
		p.pos = start
		d, ok = p.writtenDate()
	}
	if !ok {
		p.pos = start
		return dateRef{}, false
	}
	d.raw = rawOf(p.tokens[start:p.pos])
	return d, true
}

// writtenDate reads a date in words or numbers, with or without its weekday and year.
func (p *parser) writtenDate() (dateRef, bool) {
	dow := -1
	for p.peek(0).text == "the" || p.peek(0).text == "el" || p.peek(0).text == "on" || p.peek(0).text == "dia" {
		p.pos++
	}
	if named, ok := dowOf(p.peek(0).text); ok && !pluralDow(p.peek(0).text) && !(p.peek(1).number && (marReader{p}).isMarch()) {
		dow = int(named)
		p.pos++
		for p.peek(0).text == "," || p.peek(0).text == "the" || p.peek(0).text == "el" || p.peek(0).text == "dia" {
			p.pos++
		}
	}
	start := p.pos
	for _, form := range []func() (dateRef, bool){p.monthFirst, p.dayFirst, p.numericDate} {
		open := p.open
		if d, ok := form(); ok {
			d.dow = dow
			if other, decided := p.byWeekday(d); decided {
				d, p.open = other, open
			}
			return d, true
		}
		p.pos = start
	}
	if dow >= 0 {
		return nearReader{p}.weekdayAndDay(time.Weekday(dow))
	}
	return dateRef{}, false
}

// stepFarDay refuses a weekday with a day of the month that weekdayAndDay could not match: the
// next such day is far away, "Friday the 13th", "Friday 13 at 9am", or the weekday is plural, "los lunes 7 a las
// 9".
func (p *parser) stepFarDay() (bool, error) {
	from := p.pos - 1
	if p.peek(-1).text == "," {
		from--
	}
	named := at(p.tokens, from).text
	if !isDow(named) || p.reader.stored || articleBeforeSpan(p) { // asked of every token, so the cheap first
		return false, nil
	}
	n, t := numberBehind(p.tokens[from+1:])
	if !t.isDayOfMonth() {
		return false, nil
	}
	next := from + n + 2 - p.pos
	if monthStandsAt(p, next) { // Friday the 15th of each month
		return false, nil
	}
	if n > 0 && (p.isTimeAt(next-1) || isHours(p.peek(next).text)) { // viernes el 16hs
		return false, nil
	}
	beforeTime, unsure := nearReader{p}.dayBeforeTime()
	timed := p.timeFollowsDays(next) && !(p.session && p.peek(next).text == "a")
	if !timed && (!beforeTime || unsure) && n == 0 {
		return false, nil
	}
	before := at(p.tokens, from-1).text
	if pluralDow(named) || isEvery(before) || before == "los" {
		return false, mixedDays()
	}
	_, err := farDay(p, p.tokens[from:from+n+2])
	return false, err
}

// numberBehind returns the number behind a weekday and how many words stand before it: "the 13th", ", el 13".
func numberBehind(tokens []token) (words int, number token) {
	n := 0
	for w := at(tokens, n).text; w == "the" || w == "el" || w == "," && n == 0; w = at(tokens, n).text {
		n++
	}
	if t := at(tokens, n); n == 0 || isArticle(at(tokens, n-1).text) || t.ordinal {
		return n, t
	}
	return 0, token{}
}

// farDay says when the next day is that has both a weekday and a number, as in "Friday the 13th".
func farDay(p *parser, said []token) (int32, error) {
	dow, _ := dowOf(said[0].text)
	for day := p.today(); ; day++ {
		if _, _, date := dateOf(day); date == last(said).num && weekdayOf(day) == dow {
			return day, mistake(`the next %s is not until %s; write the date with its month`, clip(rawOf(said)), dateText(day))
		}
	}
}

// timeFollowsDays reports whether a time follows, at once or after more such days: "lunes 7 y
// martes 8 a las 9".
func (p *cursor) timeFollowsDays(ahead int) bool {
	for n := p.afterAnd(ahead); n > 0 && isDow(p.peek(ahead+n).text) && p.peek(ahead+n+1).number; n = p.afterAnd(ahead) {
		ahead += n + 2
	}
	switch w := p.peek(ahead).text; w {
	case "at", "@", "al":
		_, part := daypartOf(p.peek(ahead + 1).text) // Monday 9 at night
		return !part
	case "a":
		next := p.peek(ahead + 2).text
		_, part := daypartOf(next) // lunes 9 a la noche
		return (p.peek(ahead+1).text == "las" || p.peek(ahead+1).text == "la") && !part && next != "manana"
	}
	return false
}

// monthFirst reads "December 24th, 2026", "Dec 24".
func (p *parser) monthFirst() (dateRef, bool) {
	month, ok := monthOf(p.peek(0).text)
	day := p.peek(1)
	if p.peek(1).text == "the" {
		p.pos++
		day = p.peek(1)
	}
	if n, spelt := ordinalWord(day.text); spelt {
		day = token{number: true, num: n}
	}
	if !ok || !day.isDayOfMonth() || p.isTimeAt(1) {
		return dateRef{}, false
	}
	p.pos += 2
	d := dateRef{month: month, date: day.num}
	p.year(&d)
	return d, true
}

// dayFirst reads "24 December 2026", "the 24th of December", "24 de diciembre de 2026".
func (p *parser) dayFirst() (dateRef, bool) {
	n := p.peek(0).num
	if nth, ok := ordinalWord(p.peek(0).text); ok {
		n = nth
	} else if !p.peek(0).number {
		var spelt bool
		if n, spelt = numberWord(p.peek(0).text); !spelt {
			return dateRef{}, false
		}
	}
	p.pos++
	sep := p.peek(0)
	if sep.text == "of" || sep.text == "de" || p.justDays && (sep.text == "in" || sep.text == "en") || (sep.text == "-" || sep.text == "/") && sep.glued {
		p.pos++
	}
	month, ok := monthOf(p.peek(0).text)
	if !ok || n < 1 || n > 31 {
		return dateRef{}, false
	}
	p.pos++
	if y := p.peek(1); y.number && y.glued && (isYear(y) || len(y.text) == 2) && p.peek(0).text == sep.text && p.peek(0).glued { // 24-Dec-26
		p.pos += 2
		return dateRef{month: month, date: n, year: y.num%2000 + 2000}, true
	}
	if next := p.afterAnd(0); next > 0 || p.peek(0).text != "mar" {
		if _, another := monthOf(p.peek(next).text); another && !isDow(p.peek(next).text) && !p.peek(next+1).number {
			return dateRef{}, false // the 1st of January and July
		}
	}
	d := dateRef{month: month, date: n}
	p.year(&d)
	return d, true
}

// year reads the year after a date, if there is one.
func (p *cursor) year(d *dateRef) {
	skip := 0
	for w := p.peek(skip).text; (w == "," || w == "of" || w == "in" || w == "de" || w == "del" || w == "en" || w == "-" && p.peek(skip).glued) && skip < 2; w = p.peek(skip).text {
		skip++
	}
	if y := p.peek(skip); isYear(y) && p.peek(skip+1).text != ":" {
		d.year = y.num
		p.pos += skip + 1
	}
}

func isYear(t token) bool { return t.number && !t.ordinal && len(t.text) == 4 && t.num >= 1900 }

// isTimeAt reports whether the words after a number make it a time.
func (p *cursor) isTimeAt(ahead int) bool {
	next := p.peek(ahead + 1)
	switch next.text {
	case ":", "am", "pm", "o'clock":
		return true
	case ".":
		return next.glued && p.peek(ahead+2).number
	case "h":
		return next.glued
	}
	return false
}

// numericDate reads 2026-12-24, 2026/12/24, 12/24/2026, 24.12.2026 and 12/24. The reader's
// locale decides which of day and month comes first.
func (p *parser) numericDate() (dateRef, bool) {
	a, s1, b, s2, c := p.peek(0), p.peek(1), p.peek(2), p.peek(3), p.peek(4)
	if !a.number || !b.number || a.ordinal || !s1.glued || !b.glued || s1.text != "/" && s1.text != "-" && s1.text != "." {
		return dateRef{}, false
	}
	whole := s2.text == s1.text && s2.glued && c.number && c.glued
	switch {
	case whole && isYear(a):
		p.pos += 5
		return dateRef{year: a.num, month: time.Month(b.num), date: c.num}, true
	case whole && len(a.text) <= 2 && len(b.text) <= 2 && (isYear(c) || len(c.text) == 2 && s1.text == "/"):
		p.pos += 5
		year := c.num
		if len(c.text) == 2 {
			year += 2000
		}
		return p.dayAndMonth(a.num, b.num, year, s1.text)
	case !whole && s1.text == "/" && len(a.text) <= 2 && len(b.text) <= 2:
		p.pos += 3
		return p.dayAndMonth(a.num, b.num, 0, s1.text)
	}
	return dateRef{}, false
}

// dayAndMonth decides which of two numbers is the month.
func (p *parser) dayAndMonth(a, b, year int, sep string) (dateRef, bool) {
	monthFirst := dateRef{year: year, month: time.Month(a), date: b, numbers: true}
	dayFirst := dateRef{year: year, month: time.Month(b), date: a, numbers: true}
	lang, region := localeParts(p.reader.Locale)
	region = cmp.Or(p.reader.Country, region)
	monthLeads := region == "US" || region == "" && (lang == "en" || lang == "") || slices.Contains([]string{"eu", "fil", "hu", "ja", "ko", "lt", "zh"}, lang) // as CLDR has it
	days, months := orderOf(p.tokens, sep)
	switch {
	case a == b || b > 12 && a <= 12:
		return monthFirst, true
	case months && !days:
		return monthFirst, true
	case a > 12 || days && !months || sep == "." || sep == "-" && region != "US":
		return dayFirst, true
	case p.reader.stored || readsSpanish(p.reader.Locale, p.tokens) && (region == "" || region == "US"):
		if p.choose(byMonthFirst, "") == 1 {
			return monthFirst, true
		}
		return dayFirst, true
	case monthLeads:
		return monthFirst, true
	}
	return dayFirst, true
}

// readsSpanish reports whether the reader or the text is Spanish. Then the day comes first,
// except sometimes in the United States.
func readsSpanish(locale string, tokens []token) bool {
	if lang, _ := localeParts(locale); lang == "es" {
		return true
	}
	english, spanish := englishWords(), spanishWords()
	return slices.ContainsFunc(tokens, func(t token) bool {
		return len(t.text) > 1 && slices.Contains(spanish, t.text) && !slices.Contains(english, t.text)
	})
}

// byWeekday decides by its weekday which number of a date is the month: "martes 8/12". It fails
// if neither order has that weekday.
func (p *parser) byWeekday(d dateRef) (dateRef, bool) {
	if d.dow < 0 || d.relative() || p.reader.stored || d.date > 12 || int(d.month) == d.date || !d.numbers {
		return d, false
	}
	other := d
	other.month, other.date = time.Month(d.date), int(d.month)
	_, wrong := p.resolve(d, p.today())
	_, otherWrong := p.resolve(other, p.today())
	if wrong != nil {
		d = other
	}
	return d, (wrong == nil) != (otherWrong == nil)
}

// orderOf reports whether a text has a date in numbers that can only have the day first, or
// only the month first. The other dates in the text are then read in the same order.
func orderOf(tokens []token, sep string) (days, months bool) {
	for i, t := range tokens {
		second := at(tokens, i+2)
		if !t.number || at(tokens, i+1).text != sep || !second.number || !second.glued || len(t.text) > 2 || len(second.text) > 2 || t.glued && at(tokens, i-1).text == sep {
			continue
		}
		days = days || t.num > 12 && t.num <= 31 && second.num <= 12
		months = months || second.num > 12 && second.num <= 31 && t.num <= 12
	}
	return days, months
}

// resolve returns the day that is meant. Without a year, that is the next such day at or after
// from. If the last one is just past, it also returns an error that asks for the year.
func (p *parser) resolve(d dateRef, from int32) (int32, error) {
	if d.relative() {
		if p.reader.stored {
			return 0, mistake(`%s depends on the day it is read; write the date, such as December 24, 2026`, clip(d.raw))
		}
		return d.day, p.wrongWeekday(d, d.day)
	}
	if d.month < 1 || d.month > 12 || d.date < 1 || d.date > daysIn(2000, d.month) || d.year != 0 && d.date > daysIn(d.year, d.month) {
		return 0, mistake(`there is no day %s; write a date such as December 24, 2026`, clip(d.raw))
	}
	if d.year == 0 {
		if p.reader.stored {
			return 0, mistake(`%s has no year; write the date with its year, such as December 24, 2026`, clip(d.raw))
		}
		year, _, _ := dateOf(from)
		for d.year = year; d.date > daysIn(d.year, d.month) || dayNumber(d.year, d.month, d.date) < from; d.year++ {
		}
		if err := d.justPast(from, p.today()); err != nil {
			return dayNumber(d.year, d.month, d.date), err
		}
	}
	day := dayNumber(d.year, d.month, d.date)
	if wrong := p.wrongWeekday(d, day); wrong != nil {
		return day, wrong
	}
	if d.said != 0 && day != d.said && !(d.next && day == d.said+7) { // this Friday, said three weeks before
		say := p.reader.speech()
		return day, perhaps(d.raw, say.longDate(day), say.longDate(d.said))
	}
	return day, nil
}

// wrongWeekday says that a date and the weekday beside it do not go together.
func (p *parser) wrongWeekday(d dateRef, day int32) error {
	if d.dow < 0 || time.Weekday(d.dow) == weekdayOf(day) {
		return nil
	}
	return offering(mistake("%s: that day is %s; write the date again, with the right weekday or without it", clip(d.raw), dateText(day)), p.reader.speech().date(day))
}

// justPast returns an error if a date without a year, or its hour today, is past by no more
// than a month: the writer hardly means the same date in a year. d.year is the year of the next
// one.
func (d dateRef) justPast(from, today int32) error {
	past, next := dayNumber(d.year-1, d.month, d.date), dayNumber(d.year, d.month, d.date)
	if from > today+1 || past < today-31 || past > today || d.date > daysIn(d.year-1, d.month) || d.monthOnly {
		return nil
	}
	return mistake("%s is past: it was on %s; if you mean the next one, write it with its year, such as %s", clip(d.raw), dateText(past), dateText(next))
}

// dateList is the numbers after a date, which may be more days or hours: "December 7, 14 and
// 21".
type dateList struct {
	start  int // position of its first token
	count  int
	last   int  // the last number
	rising bool // each number is greater than the one before
	marked bool // each number is marked as a day: 14th
	joined bool // by "and", not only by commas
}

func (l *dateList) add(t token, joint string) {
	l.rising = l.rising && t.num > l.last
	l.marked = l.marked && t.ordinal
	l.joined = l.joined || joint != ","
	l.last = t.num
	l.count++
}

// areDates reports whether the numbers just read are days, because a time follows them. If they
// may be hours as well, the person is asked.
func (p datesReader) areDates(l dateList) bool {
	w, comma := p.peek(0).text, p.peek(0).text == ","
	if w == "at" || w == "@" || p.areWords("a las") {
		return true
	}
	timed := p.timeBehind()
	switch {
	case l.marked:
		return true
	case isAnd(w) && !comma || !l.rising || !timed && (p.peek(0).text != "" || l.count == 1):
		return false
	case timed && (l.joined || l.last > 23 || !comma && (l.count > 1 || l.last > 12)):
		return true
	}
	return p.choose(byDate, rawOf(p.tokens[l.start:p.pos])) != 2
}

// timeBehind reports whether the next text, perhaps after a comma, is certainly a time.
func (p datesReader) timeBehind() bool {
	ahead := 0
	if p.peek(0).text == "," {
		ahead = 1
	}
	timed, isSpan := nearReader(p).clockAt(ahead)
	return timed || isSpan
}
