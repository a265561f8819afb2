package scheduler

import (
	"slices"
	"time"
)

// term is one amount of time: 90 minutes.
type term struct {
	minutes, unit int
	joined        bool // "and" or a comma stands before it
	implied       bool // the unit stands with the next: "24 and 2 hours"
}

// amount reads one amount: "90 minutes", "half an hour", "1h30", "una hora y media",
// "1.5 hours".
func (p *parser) amount() (term, bool) {
	start := p.pos
	t, ok := p.amountWords()
	if !ok {
		p.pos = start
		t, ok = p.amountNumber()
	}
	if !ok {
		p.pos = start
	}
	return t, ok
}

func (p *parser) amountWords() (term, bool) {
	switch p.peek(0).text {
	case "hour", "half", "a", "an", "media", "quarter", "un", "una", "cuarto", "tres", "three", "one", "hora", "medio":
	default:
		return term{}, false
	}
	for _, form := range []struct {
		words   []string
		minutes int
	}{
		{[]string{"half", "an", "hour"}, 30}, {[]string{"a", "half", "hour"}, 30}, {[]string{"half", "hour"}, 30}, {[]string{"media", "hora"}, 30},
		{[]string{"a", "quarter", "of", "an", "hour"}, 15}, {[]string{"quarter", "of", "an", "hour"}, 15}, {[]string{"a", "quarter", "hour"}, 15},
		{[]string{"un", "cuarto", "de", "hora"}, 15}, {[]string{"cuarto", "de", "hora"}, 15}, {[]string{"tres", "cuartos", "de", "hora"}, 45},
		{[]string{"an", "hour", "and", "a", "half"}, 90}, {[]string{"hour", "and", "a", "half"}, 90}, {[]string{"one", "and", "a", "half", "hours"}, 90},
		{[]string{"three", "quarters", "of", "an", "hour"}, 45}, {[]string{"una", "hora", "y", "media"}, 90}, {[]string{"hora", "y", "media"}, 90}, {[]string{"half", "a", "day"}, 12 * 60}, {[]string{"medio", "dia"}, 12 * 60},
	} {
		if p.areWords(form.words...) {
			p.pos += len(form.words)
			return term{minutes: form.minutes, unit: 1}, true
		}
	}
	return term{}, false
}

func (p *parser) amountNumber() (term, bool) {
	n, ok := p.small(0)
	if w := p.peek(0).text; w == "a" || w == "an" {
		n, ok = 1, true
	}
	if !ok {
		return term{}, false
	}
	p.pos++
	fraction := 0 // tenths
	if dot := p.peek(0).text; (dot == "." || dot == ",") && p.peek(0).glued && p.peek(1).glued && p.peek(1).number && len(p.peek(1).text) == 1 {
		fraction = p.peek(1).num
		p.pos += 2
	}
	if p.peek(0).text == "-" {
		p.pos++
	}
	if p.areWords("and", "a", "half") { // two and a half hours
		if _, isUnit := minutesOf(p.peek(3).text); isUnit && fraction == 0 {
			fraction = 5
			p.pos += 3
		}
	}
	unit, ok := minutesOf(p.peek(0).text)
	if !ok || n*unit > 60*dayMinutes || fraction*unit%10 != 0 || n == 0 && fraction == 0 {
		return term{}, false
	}
	p.pos++
	t := term{minutes: n*unit + fraction*unit/10, unit: unit}
	if next := p.peek(0); unit == 60 && next.number && next.num < 60 && (next.glued || p.loneMinutes()) { // 1h30
		t.minutes, t.unit = t.minutes+p.peek(0).num, 1
		p.pos++
		p.skip("m")
		p.skip("min")
	} else if unit == 60 && (p.areWords("y", "media") || p.areWords("and", "a", "half")) {
		p.pos += map[string]int{"y": 2, "and": 3}[p.peek(0).text]
		t.minutes, t.unit = t.minutes+30, 1
	}
	return t, true
}

// loneMinutes reports whether the number that stands next is the minutes of "1 h 15".
func (p *parser) loneMinutes() bool {
	t, after := p.peek(0), p.peek(1)
	_, unit := minutesOf(after.text)
	return len(t.text) == 2 && !unit && !after.number && !after.glued && after.text != ":" && !isAnd(after.text) && after.text != "am" && after.text != "pm"
}

// amounts reads one or several: "2 hours 30 minutes", "24 hours and 1 hour".
func (p *parser) amounts() []term {
	var out []term
	for {
		mark := p.pos
		joined := p.afterAnd() > 0
		p.pos += p.afterAnd()
		t, ok := p.amount()
		if n, isNumber := p.small(0); !ok && isNumber && n > 0 {
			next := p.afterAndAt(1)
			if another, more := p.small(next + 1); next > 0 && more && another > 0 { // "24 and 2 hours"
				p.pos++
				t, ok = term{minutes: n, implied: true}, true
			}
		}
		if !ok {
			p.pos = mark
			return impliedUnits(out)
		}
		t.joined = joined && len(out) > 0
		out = append(out, t)
	}
}

func (p *parser) afterAndAt(ahead int) int {
	n := 0
	for isAnd(p.peek(ahead + n).text) {
		n++
	}
	return n
}

// impliedUnits gives amounts without a unit that of the next. None is left without.
func impliedUnits(terms []term) []term {
	for i := len(terms) - 1; i >= 0; i-- {
		if !terms[i].implied {
			continue
		}
		if i == len(terms)-1 {
			return nil
		}
		terms[i].unit = terms[i+1].unit
		terms[i].minutes *= terms[i].unit
	}
	return terms
}

// sum is what amounts mean that are told one after the other: one length, or several.
func (p *parser) sum(terms []term) ([]int, error) {
	if len(terms) == 1 {
		return []int{terms[0].minutes}, nil
	}
	all, total, falling, anyJoined := []int{}, 0, true, false
	for i, t := range terms {
		all = append(all, t.minutes)
		total += t.minutes
		falling = falling && (i == 0 || t.unit < terms[i-1].unit && !terms[i-1].implied)
		anyJoined = anyJoined || t.joined
	}
	hours := terms[0].unit == 60 && len(terms) == 2 && terms[1].minutes < 60 && terms[0].minutes < 12*60
	switch {
	case falling && (!anyJoined || hours || p.session): // a session has one length
		return []int{total}, nil
	case !falling && compound(terms) && !p.reader.stored:
		if p.choose(bySum) == 2 {
			return all, nil
		}
		return joinTerms(terms), nil
	case !falling:
		return all, nil
	}
	choice := p.choose(bySum)
	if choice == 2 {
		return all, nil
	}
	return []int{total}, nil
}

// compound reports whether two of several amounts may be one: "24 hours, 2 hours and 15
// minutes".
func compound(terms []term) bool {
	for i := 1; i < len(terms); i++ {
		if terms[i].unit < terms[i-1].unit && terms[i].minutes < terms[i-1].unit && !terms[i-1].implied {
			return true
		}
	}
	return false
}

// joinTerms puts together what may be one amount.
func joinTerms(terms []term) []int {
	var out []int
	for i, t := range terms {
		if i > 0 && t.unit < terms[i-1].unit && t.minutes < terms[i-1].unit && !terms[i-1].implied {
			out[len(out)-1] += t.minutes
			continue
		}
		out = append(out, t.minutes)
	}
	return out
}

func howLong() error {
	return mistake(`it does not say how long before the session; write for example "30 minutes before each session"`)
}

// leads reads a rule that goes by sessions.
func (p *parser) leads() (Rule, error) {
	var all []Lead
	open := 0 // leads that wait for the session that is named later
	for p.pos < len(p.tokens) {
		for isAnd(p.peek(0).text) || p.peek(0).text == "both" {
			p.pos++
		}
		if p.pos == len(p.tokens) {
			break
		}
		found, err := p.oneLead()
		if err != nil {
			return Rule{}, err
		}
		all = append(all, found...)
		open++
		if p.named {
			open, p.named = 0, false
		}
	}
	switch {
	case len(all) == 0:
		return Rule{}, howLong()
	case open > 0:
		return Rule{}, offering(mistake(`it does not say before or after what; write for example "30 minutes before each session"`), leadsOf(all...).Text(p.reader.Locale))
	}
	for _, l := range all {
		if l.length().Abs() > maxLead {
			return Rule{}, mistake(`at most %d days before or after a session are possible; write for example "30 minutes before each session"`, int(maxLead/(24*time.Hour)))
		}
	}
	return leadsOf(all...), nil
}

func (p *parser) oneLead() ([]Lead, error) {
	start := p.pos
	if l, ok := p.edge(); ok {
		return []Lead{l}, nil
	}
	p.pos = start
	terms := p.amounts()
	exact := false
	for _, w := range []string{"right", "just", "immediately", "directly", "straight", "exactly", "justo", "inmediatamente", "enseguida"} {
		if p.peek(0).text == w {
			exact = true
			p.pos++
		}
	}
	if p.peek(0).text == "into" && len(terms) > 0 { // 10 minutes into each session
		p.pos++
		_, said, named := p.sessionNamed()
		if lengths, err := p.sum(terms); named && !said && err == nil && len(lengths) == 1 {
			return []Lead{{lengths[0], false}}, nil
		}
		return nil, p.unknownLead()
	}
	sign, ok := p.beforeOrAfter()
	if !ok {
		if len(terms) > 0 && p.pos == len(p.tokens) || p.pos < len(p.tokens) && isSession(p.peek(0).text) {
			return nil, howLong()
		}
		return nil, p.unknownLead()
	}
	other, both := 0, false
	if len(terms) > 0 {
		other, both = p.andOtherSide(sign)
	}
	mark := p.pos
	l, err := p.whichEdge(sign)
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		if sign < 0 || !exact {
			return nil, p.tellLength(sign)
		}
		return []Lead{l}, nil
	}
	lengths, err := p.sum(terms)
	if err != nil {
		return nil, err
	}
	var out []Lead
	for _, n := range lengths {
		out = append(out, Lead{sign * n, l.AfterEnd})
	}
	if both {
		p.pos = mark
		if l, err = p.whichEdge(other); err != nil {
			return nil, err
		}
		for _, n := range lengths {
			out = append(out, Lead{other * n, l.AfterEnd})
		}
	}
	return out, nil
}

// isLead reports whether the text goes by sessions: it names one, or it begins with a
// length before or after what is not said.
func (p *parser) isLead() bool {
	if slices.ContainsFunc(p.tokens, func(t token) bool { return isSession(t.text) }) {
		return true
	}
	defer func() { p.pos, p.open = 0, nil }()
	if len(p.amounts()) == 0 {
		return false
	}
	_, ok := p.beforeOrAfter()
	return ok && (p.pos == len(p.tokens) || isAnd(p.peek(0).text))
}

// andOtherSide reads "and after" of "1 hour before and after each session".
func (p *parser) andOtherSide(sign int) (int, bool) {
	start := p.pos
	if p.pos += p.afterAnd(); p.pos > start {
		if other, ok := p.beforeOrAfter(); ok && other != sign {
			return other, true
		}
	}
	p.pos = start
	return 0, false
}

func (p *parser) tellLength(sign int) error {
	if sign < 0 {
		return offering(howLong(), leadsOf(Lead{-30, false}).Text(p.reader.Locale))
	}
	return offering(mistake(`it does not say how long after the session; write for example "at the end of each session" or "10 minutes after each session"`),
		leadsOf(Lead{0, true}).Text(p.reader.Locale), leadsOf(Lead{10, true}).Text(p.reader.Locale))
}

func (p *parser) unknownLead() error {
	word, said := p.peek(0), false
	if word.number {
		return howLong()
	}
	for i := range len(p.tokens) - p.pos {
		if t := p.peek(i); !isFiller(t.text) && !isEvery(t.text) && !isSession(t.text) && !isAnd(t.text) && !t.number {
			word, said = t, true
			break
		}
	}
	if !said && isEvery(word.text) { // each session
		return offering(mistake(`it does not say when: before, at the start or after the session; write for example "30 minutes before each session"`),
			leadsOf(Lead{-30, false}).Text(p.reader.Locale), leadsOf(Lead{}).Text(p.reader.Locale))
	}
	if _, isMinutes := minutesOf(word.text); isMinutes || word.text == "at" {
		return mistake(`a time of the day cannot be told by sessions; write how long before, such as "24 hours before each session"`)
	}
	return p.misspeltOr(mistake(`%s is not understood here; write for example "30 minutes before each session"`, clip(word.raw)))
}

// beforeOrAfter reads which side of the session is meant.
func (p *parser) beforeOrAfter() (int, bool) {
	for _, side := range []struct {
		words []string
		sign  int
	}{
		{[]string{"before"}, -1}, {[]string{"prior", "to"}, -1}, {[]string{"ahead", "of"}, -1}, {[]string{"in", "advance", "of"}, -1}, {[]string{"antes", "de", "que"}, -1},
		{[]string{"antes", "de"}, -1}, {[]string{"antes", "del"}, -1}, {[]string{"antes"}, -1}, {[]string{"previo", "a"}, -1}, {[]string{"previos", "a"}, -1},
		{[]string{"after"}, 1}, {[]string{"following"}, 1}, {[]string{"despues", "de", "que"}, 1}, {[]string{"despues", "de"}, 1}, {[]string{"despues", "del"}, 1}, {[]string{"despues"}, 1}, {[]string{"tras"}, 1},
	} {
		if p.areWords(side.words...) {
			p.pos += len(side.words)
			return side.sign, true
		}
	}
	return 0, false
}

// whichEdge reads the start or the end of the session, and the session. Without a word,
// before is before the start, and after is after the end.
func (p *parser) whichEdge(sign int) (Lead, error) {
	l := Lead{AfterEnd: sign > 0}
	if end, ok := p.edgeOf(); ok {
		l.AfterEnd = end
	}
	if p.pos == len(p.tokens) || isAnd(p.peek(0).text) {
		return l, nil // "1 day before and 1 hour before each session"
	}
	end, said, ok := p.sessionNamed()
	if !ok {
		return l, p.unknownLead()
	}
	if said {
		l.AfterEnd = end
	}
	return l, nil
}

// edgeOf reads "the start of", "el final de".
func (p *parser) edgeOf() (end, ok bool) {
	mark := p.pos
	p.skip("the", "el", "la")
	end, ok = edgeWord(p.peek(0).text)
	if !ok {
		p.pos = mark
		return false, false
	}
	p.pos++
	p.skip("of", "de", "del")
	return end, true
}

func edgeWord(w string) (end, ok bool) {
	switch w {
	case "start", "starts", "beginning", "begins", "begin", "opening", "inicio", "comienzo", "principio", "empezar", "comenzar", "iniciar", "empieza", "comienza", "inicia", "empiece", "comience", "inicie", "empiezan", "comienzan":
		return false, true
	case "end", "ends", "close", "finishes", "over", "final", "fin", "terminar", "acabar", "finalizar", "termina", "acaba", "finaliza", "termine", "acabe", "terminan":
		return true, true
	}
	return false, false
}

// sessionNamed reads "each session", "every meeting starts", "el grupo". said is that it
// names the start or the end.
func (p *parser) sessionNamed() (end, said, ok bool) {
	for {
		switch p.peek(0).text {
		case "each", "every", "the", "our", "all", "any", "a", "your", "of", "de", "cada", "la", "las", "el", "los", "todas", "todos", "nuestra", "nuestro", "nuestras", "una", "next":
			if p.peek(0).text == "next" {
				return false, false, false
			}
			p.pos++
			continue
		}
		break
	}
	if w := p.peek(0).text; w == "it" || w == "them" {
		p.pos++
		p.named = true
		return false, false, true
	}
	if !isSession(p.peek(0).text) && p.peek(0).text != "therapy" {
		return false, false, false
	}
	p.pos++
	for isSession(p.peek(0).text) || p.peek(0).text == "therapy" { // group session, group therapy
		p.pos++
	}
	if p.peek(-1).text == "grupo" {
	} else if p.areWords("de", "grupo") || p.areWords("del", "grupo") {
		p.pos += 2
	}
	p.named = true
	mark := p.pos
	p.skip("is", "se")
	if end, said = edgeWord(p.peek(0).text); said {
		p.pos++
		return end, true, true
	}
	if w := p.peek(0).text; w == "meets" || w == "meet" || w == "reune" {
		p.pos++
		return false, true, true
	}
	p.pos = mark
	return false, false, true
}

// edge reads "at the start of each session", "when each session ends", "al terminar cada
// sesión", "10 minutes into each session" apart.
func (p *parser) edge() (Lead, bool) {
	w := p.peek(0).text
	switch {
	case w == "at", w == "al", w == "on", w == "en" && p.peek(1).text != "cuanto", w == "a":
		p.pos++
		end, ok := p.edgeOf()
		if !ok { // at session start
			end, said, named := p.sessionNamed()
			return Lead{AfterEnd: end}, named && said && w == "at"
		}
		_, said, named := p.sessionNamed()
		return Lead{AfterEnd: end}, named && !said
	case w == "when", w == "as", w == "cuando", w == "whenever", p.areWords("en", "cuanto"):
		p.pos++
		if w == "en" || w == "as" && p.areWords("soon", "as") {
			p.skip("cuanto", "soon", "as")
		}
		if end, ok := edgeWord(p.peek(0).text); ok { // cuando empieza cada sesión
			p.pos++
			_, said, named := p.sessionNamed()
			return Lead{AfterEnd: end}, named && !said
		}
		end, said, named := p.sessionNamed()
		return Lead{AfterEnd: end}, named && said
	}
	return Lead{}, false
}
