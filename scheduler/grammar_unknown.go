package scheduler

import "slices"

// What is wrong with a phrase that the grammar does not read: the word that is not known, or what no
// rule can say.

// badNth finds "first week", "last working day", which no rule can say.
func (p *parser) badNth() bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	p.skip("the", "el", "la")
	if _, ok := p.whichWord(); !ok {
		return false
	}
	_, kind := p.dayKinds()
	switch p.peek(0).text {
	case "week", "semana", "weeks", "semanas":
		kind = p.peek(-1).text != "second" && p.peek(-1).text != "third" && p.peek(-1).text != "fourth" && !p.peek(-1).ordinal
	case "full":
		kind = true
	}
	return kind
}

func noWeeks() error {
	return mistake(`a week or a working day of the month cannot be said in a rule; write days, such as "the first Monday of each month at 9:00 AM"`)
}

// wordAt returns the first token from at on that is a word of its own, with what is glued to it.
func (p *parser) wordAt(at int) token {
	word := writtenAt(p.tokens, at)
	for i, t := range p.tokens[at:] { // the first that is a word of its own
		if isFiller(t.text) || isEvery(t.text) || isAnd(t.text) || t.text == "a" {
			continue
		}
		word = writtenAt(p.tokens, at+i)
		for j := at + i; j > 0 && p.tokens[j].glued && p.tokens[j-1].number; j-- {
			word.raw = p.tokens[j-1].raw + word.raw
		}
		for _, rest := range p.tokens[at+i+1:] { // 25:00, 13pm
			if !rest.glued || !t.number && t.text != ":" {
				break
			}
			word.raw += rest.raw
		}
		break
	}
	return word
}

// notSayable says why a rule cannot have a word, if there is a reason.
func (p *parser) notSayable(word token) error {
	switch word.text {
	case "end", "fin", "fines", "finales", "final", "start", "beginning", "principios", "principio", "inicio":
		if saysAny(p.tokens, "month", "mes") {
			return mistake(`%s does not say which day of the month; write "the last day of each month at 9:00 AM" or "the 1st of each month at 9:00 AM"`, clip(word.raw))
		}
	case "mid", "middle", "mediados", "mitad":
		if !saysAny(p.tokens, "month", "mes") {
			break
		}
		return mistake(`it does not say clearly which day of the month; write for example "every 1st of the month at 10:00 AM"`)
	case "week", "weeks", "semana", "semanas":
		return noWeeks()
	case "or", "o", "either":
		if saysAny(p.tokens, "so") { // at 9 or so
			break
		}
		return mistake(`it leaves open which of the two is meant; if you mean both, write an and between them, such as "Mondays and Thursdays at 9:00 AM"`)
	case "now", "immediately", "asap", "ahora", "ahorita", "ya":
		return mistake(`%s cannot be said in a rule; to post a card now, use share`, clip(word.raw))
	case "even", "odd", "pares", "impares":
		if evenDays(p.tokens) {
			break // also then
		}
		return mistake(`the bot does not know which weeks are %s; write the first day, such as "every 2 weeks on Monday at 9:00 AM, starting December 7, 2026"`, clip(word.raw))
	case "quarter", "quarterly", "trimestre", "trimestral", "trimestralmente", "semestre", "semestral", "bimestre", "bimestral", "cuatrimestre", "cuatrimestral":
		return mistake(`%s does not say which months and day; write for example "every 3 months on the 1st at 10:00 AM"`, clip(word.raw))
	case "not", "no", "never", "nunca":
		if saysHolidays(p.tokens) {
			return p.onlySkips()
		}
		return mistake(`%s is not understood here; leave days out as in "every day except Sunday at 9:00 AM"`, clip(word.raw))
	}
	return nil
}

// unknown returns a mistake that names the word that is not understood, or says what is wrong beside it.
func (p *parser) unknown(at int) error {
	word := p.wordAt(at)
	if err := p.notSayable(word); err != nil {
		return err
	}
	switch ofMonth := saysAny(p.tokens, "month", "mes", "monthly"); {
	case weekOfMonth(p.tokens[at:]):
		return noWeeks()
	case ofMonth && someOfDow(p.tokens):
		return whichOfMonth()
	case p.reader.trial:
		return mistake(`%s is not understood here; write for example "every Monday and Thursday at 6:30 PM"`, clip(word.raw))
	}
	if w := p.tokens[at].text; p.session && p.length == 0 && len(p.ends) == 0 && len(p.current().times) > 0 && leadsToLength(w) && lengthNext(p, at) {
		return about(p, at) // 6pm for about an hour
	}
	if err := knownFault(p, at, word); err != nil {
		return err
	}
	known := knows(word.text)
	wrong, guess, offers := p.misspelt(asRule)
	switch {
	case len(offers) > 0:
		return offering(mistake(`%s is not known: did you mean %s?`, clip(wrong), guess), offers...)
	case !known && near(word.text) != "":
		return mistake(`%s is not known: did you mean %s?`, clip(word.raw), near(word.text))
	case known && guess != "" && foldText(guess) != foldText(wrong)+"s": // a misspelt word elsewhere is a cause
		return mistake(`%s is not known: did you mean %s?`, clip(wrong), guess)
	}
	if err := p.unclearBound(at); err != nil {
		return err
	}
	if end, ok := edgeWord(last(p.tokens).text); ok && len(p.tokens) <= 3 { // at the start
		return p.reader.offering(beforeOrAfterWhat(), leadsOf(Lead{AfterEnd: end}))
	}
	if strange, ok := p.strangeAfter(at); ok && (known || word.number) {
		word = strange
	}
	if c := p.current(); word.number && !word.ordinal && word.num < 24 && word.raw == last(p.tokens).raw && len(c.times) == 0 && (len(c.items) > 0 || c.counted) { // on the 15th 9
		return mistake(`%s is not understood here; if it is the time of day, write it as in "every 1st of the month at 9:00 AM"`, clip(word.raw))
	}
	return mistake(`%s is not understood here; write for example "every Monday and Thursday at 6:30 PM"`, clip(word.raw))
}

// about refuses a length that is not exact, "for about an hour", and offers the exact one.
func about(p *parser, at int) error {
	end := at
	for leadsToLength(p.tokens[end].text) && end+1 < len(p.tokens) {
		end++
	}
	one := p.reader
	one.trial = true
	if offers := sessionsOf(one, rawOf(p.tokens[:at])+", "+rawOf(p.tokens[end:])); len(offers) > 0 {
		return perhaps(rawOf(p.tokens[at:]), offers...)
	}
	return noLength()
}

// knownFault says what people often write that no rule can have: holidays, a zone, a time that is none, a
// vague time, a length without a session. It returns nil if the text has none of these.
func knownFault(p *parser, at int, word token) error {
	if saysHolidays(p.tokens) {
		return p.onlySkips()
	}
	if saysAny(p.tokens, "summer", "winter", "spring", "fall", "autumn", "semester", "verano", "invierno", "primavera", "otono", "semestre") || saysAny(p.tokens, "school") && saysAny(p.tokens, "year", "term") {
		return unclearEnd()
	}
	if now := saysNow(p.tokens[at:]); now > 0 {
		return mistake(`%s cannot be said in a rule; to post a card now, use share`, clip(rawOf(p.tokens[at:at+now])))
	}
	for _, find := range []func() error{
		func() error { return noSuchDay(p.tokens[at:]) },
		func() error { return noSuchTime(p, at, word) },
		func() error { return placeBehind(p, at) },
		p.beforeWhat,
	} {
		if err := find(); err != nil {
			return err
		}
	}
	if raw, offers := p.mayStandFor(); len(offers) > 0 {
		return unclear(raw, &ambiguity{about: bySingle}, offers, p.reader)
	} else if raw != "" && p.session {
		p.session = false
		_, rules := p.mayStandFor()
		p.session = true
		if err := noLengthOf(p.reader, raw, rules); err != nil {
			return err
		}
	}
	if err := p.notExact(); err != nil {
		return err
	}
	return feastNamed(p, nil)
}

// saysNow returns how many tokens at the beginning of a text say "now".
func saysNow(tokens []token) int {
	c := cursor{tokens: tokens}
	c.skipWords("right away", "as soon as possible", "at once", "lo antes posible", "cuanto antes", "lo mas pronto posible", "en este momento")
	return c.pos
}

// noSuchDay refuses a day that no month has, if a text begins with it: "December 32", "32nd".
func noSuchDay(tokens []token) error {
	const most = 99
	c := cursor{tokens: tokens}
	for isEvery(c.peek(0).text) || isFiller(c.peek(0).text) {
		c.pos++
	}
	first, month := c.pos, isMonth(c.peek(0).text)
	if month {
		c.pos++
	}
	if t := c.peek(0); t.number && t.num > 31 && t.num <= most && (month || t.ordinal) {
		return mistake(`there is no day %s; write a date such as December 24, 2026`, clip(rawOf(tokens[first:c.pos+1])))
	}
	return nil
}

// weekOfMonth reports whether a text begins with weeks by their numbers: "first and third week".
func weekOfMonth(tokens []token) bool {
	for i, t := range tokens {
		_, which := whichOf(t.text)
		switch {
		case which, t.ordinal, isAnd(t.text), isFiller(t.text):
		default:
			return i > 0 && (t.text == "week" || t.text == "weeks" || t.text == "semana" || t.text == "semanas")
		}
	}
	return false
}

// someOfDow reports whether a text names a number of weekdays, "a Monday", "dos lunes", but not
// which.
func someOfDow(tokens []token) bool {
	for i, t := range tokens {
		_, number := numberWord(t.text)
		if (number || t.number && !t.ordinal || t.text == "a") && isDow(at(tokens, i+1).text) && !at(tokens, i+1).glued {
			return true
		}
	}
	return false
}

func whichOfMonth() error {
	return mistake(`it does not say which of the month's days; write for example "the first Monday of each month at 9:00 AM"`)
}

// evenDays reports whether "even" adds the days that follow it: "even weekends".
func evenDays(tokens []token) bool {
	for i, t := range tokens {
		next := at(tokens, i+1).text
		if t.text == "even" && (next == "weekend" || next == "weekends" || next == "on" || isDow(next)) {
			return true
		}
	}
	return false
}

// unclearBound returns a mistake about the first or the last day, if the token is a word for
// one of them.
func (p *parser) unclearBound(at int) error {
	p.pos = at
	if w := p.peek(0).text; w == "start" || w == "end" || w == "begin" {
		return nil
	}
	if w := p.peek(0).text; (w == "for" || w == "durante" || w == "por") && slices.ContainsFunc(p.tokens[at:], func(t token) bool { u, _, is := unitOf(t.text); return is && u != dayUnit || t.unit > 60 }) {
		return unclearEnd() // for 1.5 weeks
	}
	if w := p.peek(0).text; w == "for" || w == "durante" || w == "por" {
		p.pos++
		if len(p.amounts()) > 0 && p.pos == len(p.tokens) { // 9am for 1 hour
			return onlySpans()
		}
		p.pos = at
	}
	if w := p.peek(0).text; slices.Contains([]string{"after", "before", "by", "since", "antes", "despues"}, w) {
		p.pos++
		p.skip("del", "de", "el")
		switch _, dated := p.date(); {
		case dated && (w == "before" || w == "by" || w == "antes"):
			return unclearEnd()
		case dated:
			return unclearStart()
		}
		p.pos = at
	}
	for _, o := range p.openings() {
		switch {
		case !p.areWords(o.words) || o.words == "del" || o.words == "from":
		case o.until && o.words != "through" && o.words != "thru":
			return unclearEnd()
		case !o.until:
			return unclearStart()
		}
	}
	return nil
}

// strangeAfter returns the word after an ordinal or a number, "every second blarg", if no rule
// can have that word.
func (p *parser) strangeAfter(at int) (token, bool) {
	for i, t := range p.tokens[at:] {
		_, which := whichOf(t.text)
		_, number := numberWord(t.text)
		if t.number || which || number || t.text == "other" || isFiller(t.text) || isEvery(t.text) {
			continue
		}
		return writtenAt(p.tokens, at+i), !belongs(t.text)
	}
	return token{}, false
}

// belongs reports whether a word may be part of a rule. One or two letters may be short for
// anything.
func belongs(w string) bool {
	_, _, unit := unitOf(w)
	_, minutes := minutesOf(w)
	return unit || minutes || len(w) < 3 || isAnd(w) || isSession(w) || isHoliday(w) || isClockMark(w) || knows(w)
}

// knows reports whether other parts of the grammar understand a word.
func knows(w string) bool {
	_, dow := dowOf(w)
	_, month := monthOf(w)
	_, which := whichOf(w)
	_, number := numberWord(w)
	return dow || month || which || number || slices.ContainsFunc(knownWords(), func(k string) bool { return foldText(k) == w })
}
