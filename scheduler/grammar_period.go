package scheduler

import (
	"slices"
	"time"
)

// takePeriod takes "next week", "this month" or "for the rest of the year" out of a text whose
// days come again, and bounds the rule by it: "Monday and Wednesday next week".
func (p *parser) takePeriod() {
	defer func() { p.pos = 0 }()
	if p.reader.stored || p.reader.OneDay {
		return
	}
	for i := range p.tokens {
		before := at(p.tokens, i-1).text
		if isFiller(before) && before != "," || slices.Contains([]string{"for", "por", "durante", "during", "starting", "beginning", "begins", "start", "from", "until", "till", "til", "through", "thru",
			"by", "before", "after", "end", "fin", "final", "finales", "desde", "hasta", "empezando", "comenzando", "partir", "antes", "despues"}, before) {
			continue // starting next week
		}
		p.pos = i
		named, ok := p.periodAhead()
		if dow := oneWeekday(p.tokens); ok && named.week && dow >= 0 && dow < i-1 {
			week, to := p.tokens[i:p.pos], dow+1
			if at(p.tokens, to).number && !hasTime(p.tokens[to+1:i]) && !isFiller(at(p.tokens, dow-1).text) {
				to = dow // Monday 9 next week
			}
			p.tokens = slices.Concat(p.tokens[:to], week, p.tokens[to:i], p.tokens[p.pos:])
			p.period = true
			return
		}
		if next := p.peek(0).text; !ok || i > 0 && (isDow(next) || next == "on") || !comesAgain(p.tokens, named.week) { // every Monday, and next week on Friday
			continue
		}
		p.torn = hasTime(p.tokens[:i]) && hasTime(p.tokens[p.pos:]) // weekdays at 9am, this week at 8am
		raw := rawOf(p.tokens[i:p.pos])
		if named.first != 0 {
			p.from = &dateRef{day: named.first, dow: -1, raw: raw, monthOnly: !named.week}
		}
		p.until, p.period = &dateRef{day: named.last, dow: -1, raw: raw}, true
		p.tokens = slices.Concat(p.tokens[:i], p.tokens[p.pos:])
		return
	}
}

// oneWeekday returns the index of the only weekday of a text that means one day, as in "Monday at 9am next week";
// -1 if there is none.
func oneWeekday(tokens []token) int {
	found := -1
	for i, t := range tokens {
		_, adverb := adverbOf(t.text)
		switch {
		case adverb, isEvery(t.text), pluralDow(t.text), t.text == "los", isDow(t.text) && found >= 0:
			return -1
		case isDow(t.text):
			found = i
		}
	}
	return found
}

// hasTime reports whether a part of a text has a number or "noon", and so perhaps a time.
func hasTime(tokens []token) bool {
	return slices.ContainsFunc(tokens, func(t token) bool {
		return t.number || slices.Contains([]string{"noon", "midday", "midnight", "mediodia", "medianoche"}, t.text)
	})
}

// comesAgain reports whether a text names several days, or days that come again, and none by its
// number: "every day", "Mondays", "Monday and Wednesday". Within a week, "every Monday and Wednesday"
// may be each Monday, and one Wednesday.
func comesAgain(tokens []token, week bool) bool {
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
	return several || every && (single <= 1 || !week) || single >= 2 && !every
}

// period is a week, a month or a year that bounds a rule.
type period struct {
	first, last int32 // days; first is 0 if it has begun
	week        bool
}

// periodAhead reads "next week", "of this month", "for the rest of the year".
func (p *parser) periodAhead() (period, bool) {
	if slices.Contains([]string{"for", "por", "durante", "in", "en"}, p.peek(0).text) && isFiller(p.peek(1).text) && p.peek(2).text != "rest" && p.peek(2).text != "resto" {
		return period{}, false // for the next month: a month from now, or the next
	}
	p.skip("for", "during", "in", "of", "por", "durante", "en", "de", "del")
	u, count, ahead, ok := p.periodNamed()
	today := p.today()
	year, _, _ := dateOf(today)
	out := period{first: firstOfMonth(today, ahead).day, last: lastOfMonth(today, ahead)}
	switch {
	case u == weekUnit:
		monday := mondayOf(today) + 7*int32(ahead)
		if (weekdayOf(today) == time.Sunday || slices.ContainsFunc(p.tokens, onSunday)) && p.choose(byWeek, "") == 2 {
			monday = sundayOf(today) + 7*int32(ahead)
		}
		out = period{monday, monday + 6, true}
	case count == 12:
		out.last = dayNumber(year, time.December, 31)
	}
	if ahead == 0 {
		out.first = 0
	}
	return out, ok
}

// periodNamed reads "next week", "this month", "the rest of the year", and returns its unit, as unitOf
// does, and how many of them it is ahead.
func (p *parser) periodNamed() (u unit, count, ahead int, ok bool) {
	if p.skipWords("the rest of", "rest of", "el resto de", "el resto del", "resto de", "resto del", "lo que queda del", "lo que queda de") {
		p.skip("del", "de", "the", "this", "este", "esta", "el", "la")
		if u, count, ok = unitOf(p.peek(0).text); ok && u != dayUnit && count != 2 {
			p.pos++
			return u, count, 0, true
		}
	}
	if weeks, ok := p.weekNamed(); ok {
		return weekUnit, 1, int(weeks), true
	}
	if p.skipWords("this year", "este ano") {
		return monthUnit, 12, 0, true
	}
	months, ok := p.monthNamed()
	return monthUnit, 1, months, ok
}

// restOf reads "the rest of the month", "for the rest of the week", and returns its last day. For
// some, weeks begin on Sunday, so of a week the person is asked.
func restOf(p datesReader) (until int32, ok bool) {
	if !saysAny(p.tokens, "rest", "resto", "queda") {
		return 0, false
	}
	rest, ok := p.periodAhead()
	if !ok || rest.first != 0 { // the rest of next month
		return 0, false
	}
	if rest.week && p.choose(byWeek, "") == 2 {
		rest.last = sundayOf(p.today()) + 6
	}
	return rest.last, p.pos == len(p.tokens)
}

// onSunday reports whether a word may be about a Sunday, or about each day.
func onSunday(t token) bool {
	f, adverb := adverbOf(t.text)
	dow, named := dowOf(t.text)
	return adverb && f.unit == dayUnit || named && dow == time.Sunday || slices.Contains([]string{"day", "days", "dia", "dias", "weekend", "weekends", "fin", "fines", "morning", "evening", "night", "noche", "tarde", "manana"}, t.text)
}
