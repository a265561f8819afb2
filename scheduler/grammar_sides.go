package scheduler

import "slices"

// bothEdges reads "at the start and at the end of each session", "when it starts and ends".
func bothEdges(p *leadReader) ([]Lead, bool) {
	start, ok := p.pos, false
	both := []Lead{{AfterEnd: false}, {AfterEnd: true}}
	p.skip("at", "al", "when", "cuando")
	first, edge := p.edgeOf()
	if !edge {
		if first, edge, ok = p.sessionNamed(); !ok { // it starts
			edge = false
		}
	}
	joined := p.afterAnd(0)
	p.pos += joined
	p.skip("at", "al", "when", "cuando", "session")
	second, other := p.edgeOf()
	if !ok {
		_, _, ok = p.sessionNamed()
	}
	if edge && other && joined > 0 && first != second && ok {
		return both, true
	}
	p.pos, p.named = start, false
	return nil, false
}

// ofEach refuses a rule about some sessions, and offers the same about each: "1 hour before the
// Monday session", "1 hour before each session until June".
func (p *leadReader) ofEach() error {
	some := slices.ContainsFunc(p.tokens, func(t token) bool {
		_, which := whichOf(t.text)
		return which || t.ordinal || isDow(t.text) || isMonth(t.text) || slices.Contains([]string{"other", "next", "proxima", "proximo", "until", "till", "hasta", "starting", "from", "desde", "empezando"}, t.text)
	})
	if !some || p.reader.OneDay {
		return nil
	}
	for i := range p.tokens {
		p.pos = i
		terms := p.amounts()
		sign, ok := p.beforeOrAfter()
		if len(terms) == 0 || !ok {
			continue
		}
		lengths, err := p.sum(terms)
		if err != nil || p.open != nil {
			continue
		}
		var leads []Lead
		for _, n := range lengths {
			if n <= int(maxLead.Minutes()) {
				leads = append(leads, Lead{sign * n, sign > 0})
			}
		}
		if len(leads) > 0 {
			offer := leadsOf(leads...).Text(p.reader.Locale)
			return offering(mistake(`a rule about sessions applies to all of them, so it has no first or last day; if you mean this, write %q`, offer), offer)
		}
	}
	return mistake(`a rule about sessions applies to all of them, so it has no first or last day; write for example "30 minutes before each session"`)
}

// beforeWhat refuses "the day before", "15 before", "a day ahead": it offers as much before each
// session. A time of day beside it is refused as with a session.
func (p *parser) beforeWhat() error {
	for i := range p.tokens {
		c := cursor{tokens: p.tokens, pos: i}
		if !p.reader.OneDay && c.areWords("mismo dia", "same day", "dia anterior", "dia previo", "noche anterior", "tarde anterior", "manana anterior") {
			return noTimeOfDay()
		}
	}
	at := slices.IndexFunc(p.tokens, func(t token) bool { return slices.Contains([]string{"before", "ahead", "prior", "antes"}, t.text) })
	if at < 1 || p.reader.OneDay || slices.ContainsFunc(p.tokens, func(t token) bool {
		return isDow(t.text) || isMonth(t.text) || isEvery(t.text) || slices.Contains([]string{"month", "mes", "end", "fin", "christmas", "navidad", "thanksgiving", "easter", "holiday", "holidays", "feriado", "festivo"}, t.text)
	}) {
		return nil
	}
	if at+1 == len(p.tokens) && slices.Contains([]string{"ratito", "rato", "bit", "while", "shortly", "poco", "little"}, p.tokens[at-1].text) {
		return p.reader.offering(howLong(), leadsOf(Lead{-30, false}))
	}
	before := p.tokens[at-1]
	minutes, unit := minutesOf(before.text)
	n, number := numberWord(before.text)
	if before.number {
		n, number = before.num, true
	}
	switch {
	case (unit && minutes == dayMinutes || isDaypart(before.text)) && at+1 < len(p.tokens): // the night before at 8
		return noTimeOfDay()
	case at > 2:
		return nil
	case at+1 < len(p.tokens):
		p.pos = 0
		l, ok := p.amount()
		if what := p.tokens[at+1:]; !ok || p.pos != at || hasTime(what) || knows(last(what).text) { // 15 min before dinner
			return nil
		}
		minutes = l.minutes
	case unit && (at == 1 || isArticle(p.tokens[0].text) || p.tokens[0].text == "a" || p.tokens[0].text == "an"):
	case number && at == 1 && n > 0 && n < 60:
		minutes = n
	case isDaypart(before.text):
		return noTimeOfDay()
	default:
		return nil
	}
	return p.reader.offering(beforeOrAfterWhat(), leadsOf(Lead{-minutes, false}))
}

func beforeOrAfterWhat() error {
	return mistake(`it does not say before or after what; write for example "30 minutes before each session"`)
}

// lengthAlone refuses a text that is only a length, "30 minutes", and offers as much before each session. It
// returns nil if the text is more.
func lengthAlone(r Reader, text string) error {
	p := newParser(r, text)
	l, ok := p.amount()
	const earliest, latest = 7 * 60, 24 * 60
	hour := l.minutes >= earliest && l.minutes < latest && slices.Contains([]string{"h", "hs", "hrs"}, at(p.tokens, 1).text) // 18h is a time
	if r.OneDay || !ok || p.pos != len(p.tokens) || l.minutes > int(maxLead.Minutes()) || hour {
		return nil
	}
	return r.offering(beforeOrAfterWhat(), leadsOf(Lead{-l.minutes, false}))
}

func noTimeOfDay() error {
	return mistake(`a rule about sessions cannot have a time of day; write how long before, such as "24 hours before each session", or days of the week, such as "Sundays at 8:00 PM"`)
}
