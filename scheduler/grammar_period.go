package scheduler

import (
	"slices"
	"time"
)

// takePeriod takes "next week", "this month" or "for the rest of the year" out of a text whose
// days come again, and bounds the rule by it: "Monday and Wednesday next week".
func (p *parser) takePeriod() {
	defer func() { p.pos = 0 }()
	if p.reader.stored || p.reader.OneDay || !comesAgain(p.tokens) {
		return
	}
	for i := range p.tokens {
		before := at(p.tokens, i-1).text
		if isFiller(before) && before != "," || slices.Contains([]string{"for", "por", "durante", "during", "starting", "beginning", "begins", "start", "from", "until", "till", "til", "through", "thru",
			"by", "before", "after", "end", "fin", "final", "finales", "desde", "hasta", "empezando", "comenzando", "partir", "antes", "despues"}, before) {
			continue // starting next week
		}
		p.pos = i
		from, until, ok := p.periodAhead()
		if next := p.peek(0).text; !ok || i > 0 && (isDow(next) || next == "on") { // every Monday, and next week on Friday
			continue
		}
		p.torn = hasTime(p.tokens[:i]) && hasTime(p.tokens[p.pos:]) // weekdays at 9am, this week at 8am
		until.raw = rawOf(p.tokens[i:p.pos])
		if from.raw = until.raw; from.day != 0 {
			p.from = &from
		}
		p.until, p.period = &until, true
		p.tokens = slices.Concat(p.tokens[:i], p.tokens[p.pos:])
		return
	}
}

// hasTime reports whether a part of a text has a number or "noon", and so perhaps a time.
func hasTime(tokens []token) bool {
	return slices.ContainsFunc(tokens, func(t token) bool {
		return t.number || slices.Contains([]string{"noon", "midday", "midnight", "mediodia", "medianoche"}, t.text)
	})
}

// comesAgain reports whether a text names several days, or days that come again, and none by its
// number: "every day", "Mondays", "Monday and Wednesday".
func comesAgain(tokens []token) bool {
	several, every, single := false, false, 0
	for i, t := range tokens {
		_, adverb := adverbOf(t.text)
		_, which := whichOf(t.text)
		switch {
		case t.ordinal, which:
			return false
		case adverb, pluralDow(t.text), t.text == "weekday", t.text == "weekend", t.text == "weekends", t.text == "los" && isDow(at(tokens, i+1).text):
			several = true
		case isEvery(t.text):
			every = true
		case isDow(t.text):
			single++
		}
	}
	return several || every && single <= 1 || !every && single >= 2
}

// periodAhead reads "next week", "of this month", "for the rest of the year", and returns its
// first day, if it is still ahead, and its last.
func (p *parser) periodAhead() (from, until dateRef, ok bool) {
	today := p.today()
	if slices.Contains([]string{"for", "por", "durante", "in", "en"}, p.peek(0).text) && isFiller(p.peek(1).text) && p.peek(2).text != "rest" && p.peek(2).text != "resto" {
		return from, until, false // for the next month: a month from now, or the next
	}
	p.skip("for", "during", "in", "of", "por", "durante", "en", "de", "del")
	if p.areWords("the rest of", "el resto de", "el resto del", "lo que queda del", "lo que queda de") {
		p.pos += 3
		p.skip("del", "de", "the", "this", "este", "esta", "el", "la")
		p.tokens = slices.Clone(p.tokens)
		switch w := p.peek(0).text; w {
		case "week", "month", "year":
			p.pos--
			p.tokens[p.pos].text = "this"
		case "mes", "ano", "semana":
			p.pos--
			p.tokens[p.pos].text = map[bool]string{true: "esta", false: "este"}[w == "semana"]
		}
	}
	year, month, _ := dateOf(today)
	if weeks, named := p.weekNamed(); named {
		monday := mondayOf(today) + 7*weeks
		if (weekdayOf(today) == time.Sunday || slices.ContainsFunc(p.tokens, onSunday)) && p.choose(byWeek, "") == 2 {
			monday = sundayOf(today) + 7*weeks
		}
		if weeks > 0 {
			from = dateRef{day: monday, dow: -1}
		}
		return from, dateRef{day: monday + 6, dow: -1}, true
	}
	if p.areWords("this year", "este ano") {
		p.pos += 2
		return from, dateRef{day: dayNumber(year, time.December, 31), dow: -1}, true
	}
	months, named := p.monthNamed()
	if months > 0 {
		from = firstOfMonth(today, months)
	}
	return from, dateRef{day: dayNumber(year, month+time.Month(months)+1, 1) - 1, dow: -1}, named
}

// restOf reads "the rest of the month", "for the rest of the week", and returns its last day. For
// some, weeks begin on Sunday, so of a week the person is asked.
func restOf(p datesReader) (until int32, ok bool) {
	if !saysAny(p.tokens, "rest", "resto", "queda") {
		return 0, false
	}
	if p.peek(0).text == "rest" || p.peek(0).text == "resto" {
		p.tokens = append([]token{{text: map[string]string{"rest": "the", "resto": "el"}[p.peek(0).text]}}, p.tokens...)
	}
	week := saysAny(p.tokens, "week", "semana")
	from, last, ok := p.periodAhead()
	if ok = ok && from.day == 0; !ok { // the rest of next month
		return 0, false
	}
	if until = last.day; week && ok && p.choose(byWeek, "") == 2 {
		until = sundayOf(p.today()) + 6
	}
	return until, ok && p.pos == len(p.tokens)
}

// onSunday reports whether a word may be about a Sunday, or about each day.
func onSunday(t token) bool {
	f, adverb := adverbOf(t.text)
	dow, named := dowOf(t.text)
	return adverb && f.unit == dayUnit || named && dow == time.Sunday || slices.Contains([]string{"day", "days", "dia", "dias", "weekend", "weekends", "fin", "fines", "morning", "evening", "night", "noche", "tarde", "manana"}, t.text)
}
