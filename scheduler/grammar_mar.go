package scheduler

import "slices"

// marReader decides what "mar" means: March, or Tuesday (martes).
type marReader struct{ *parser }

// isMarch reports whether the next word is "mar" and means March. If a Spanish text leaves that
// open, the person is asked.
func (p marReader) isMarch() bool {
	article := p.peek(-1).text
	switch {
	case p.peek(0).text != "mar" || p.isTimeAt(1), article == "el" || article == "los" || article == "del" || article == "al":
		return false
	case spanishDaysBeside(p.tokens):
		return false
	case !readsSpanish(p.reader.Locale, p.tokens), p.yearBehind():
		return true
	case p.dateBehind():
		return false
	}
	return p.choose(byMar, p.peek(0).raw) == 2
}

// yearBehind reports whether the next words are a date with its year: "mar 8, 2027".
func (p marReader) yearBehind() bool {
	start := p.pos
	d, ok := p.monthFirst()
	p.pos = start
	return ok && d.year != 0
}

// spanishDaysBeside reports whether a text has other days such as "jue 10". Then "mar 8" is a
// day of the week, too.
func spanishDaysBeside(tokens []token) bool {
	for i, t := range tokens {
		if isDow(t.text) && at(tokens, i+1).number && slices.Contains([]string{"lun", "mie", "jue", "vie", "sab", "dom"}, t.text[:min(3, len(t.text))]) {
			return true
		}
	}
	return false
}

// dateBehind reports whether a date with a month of its own stands behind the next word:
// "mar 8 de diciembre".
func (p marReader) dateBehind() bool {
	start, open := p.pos, p.open
	defer func() { p.pos, p.open = start, open }()
	p.pos++
	if _, ok := p.dayFirst(); ok {
		return true
	}
	p.pos = start + 1
	_, ok := p.numericDate()
	return ok
}
