package scheduler

import (
	"slices"
	"strings"
	"time"
)

func howLong() error {
	return mistake(`it does not say how long before the session; write for example "30 minutes before each session"`)
}

// leadReader reads a rule that goes by sessions.
type leadReader struct {
	*parser
	named bool // a session was named
}

// leads reads the whole rule.
func (p *leadReader) leads() (Rule, error) {
	if all, err := p.lengthBehind(); len(all) > 0 || err != nil {
		return leadsOf(all...), err
	}
	p.tokens = withMinutes(p.tokens)
	var all []Lead
	open, named := 0, false // leads whose session is named later
	for p.pos < len(p.tokens) {
		for w := p.peek(0).text; isAnd(w) || w == "both" || isAnd(p.peek(-1).text) && (w == "again" || w == "then" || w == "luego"); w = p.peek(0).text {
			p.pos++
		}
		if p.pos == len(p.tokens) {
			break
		}
		if len(all) > 0 && open == 0 && isAnd(p.peek(-1).text) && p.daysFollow() {
			return Rule{}, mistake(`it mixes times and sessions; write one rule for each`)
		}
		found, err := p.oneLead()
		if err != nil {
			return Rule{}, err
		}
		all = append(all, found...)
		open++
		if p.named {
			open, named, p.named = 0, true, false
		}
	}
	switch {
	case len(all) == 0:
		return Rule{}, howLong()
	case open > 0 && !named: // 1 hour before each session and 10 minutes after: that session
		return Rule{}, p.reader.offering(beforeOrAfterWhat(), leadsOf(all...))
	}
	for _, l := range all {
		if l.length().Abs() > maxLead {
			return Rule{}, tooFar()
		}
	}
	return leadsOf(all...), nil
}

func tooFar() error {
	return mistake(`at most %d days before or after a session are possible; write for example "30 minutes before each session"`, int(maxLead/(24*time.Hour)))
}

// withMinutes writes the unit again that is said once: "30 minutes before and 10 after each session".
func withMinutes(in []token) []token {
	for i := 3; i+1 < len(in); i++ {
		before := cursor{tokens: in, pos: i - 3}
		minutes, unit := minutesOf(in[i-3].text)
		side := func(t token) bool { return slices.Contains([]string{"before", "after", "antes", "despues"}, t.text) }
		if in[i].number && side(in[i+1]) && unit && minutes == 1 && side(in[i-2]) && before.peek(2).text != "," && isAnd(in[i-1].text) {
			return slices.Concat(in[:i+1], []token{in[i-3]}, in[i+1:])
		}
	}
	return in
}

// oneLead reads one moment of a session, or several that are told together: "at the start", "30 minutes before",
// "1 hour before and after each session".
func (p *leadReader) oneLead() ([]Lead, error) {
	start := p.pos
	if isExactly(p.peek(0).text) { // right at the start
		p.pos++
	}
	if both, ok := bothEdges(p); ok {
		return both, nil
	}
	if l, ok := p.edge(); ok {
		return []Lead{l}, nil
	}
	p.pos = start
	p.skip("con", "at") // con una hora de antelación
	terms := p.amounts()
	if len(terms) == 0 && p.peek(-1).text == "at" {
		p.pos--
	}
	exact := isExactly(p.peek(0).text)
	if exact {
		p.pos++
	}
	if p.peek(0).text == "into" && len(terms) > 0 {
		return leadInto(p, terms)
	}
	sign, ok := p.beforeOrAfter()
	switch {
	case ok:
		return leadsBeside(p, terms, sign, exact)
	case len(terms) > 0 && p.pos == len(p.tokens) || p.pos < len(p.tokens) && isSession(p.peek(0).text):
		return nil, howLong()
	}
	return nil, p.unknownLead()
}

// leadInto reads the rest of "10 minutes into each session".
func leadInto(p *leadReader, terms []term) ([]Lead, error) {
	p.pos++
	_, said, named := p.sessionNamed()
	if lengths, err := p.sum(terms); named && !said && err == nil && len(lengths) == 1 {
		return []Lead{{lengths[0], false}}, nil
	}
	return nil, p.unknownLead()
}

// leadsBeside reads the rest of "30 minutes before each session", "1 hour before and after": of which edge the
// lengths are counted, and whether they are on the other side, too. exact means that "right" stands before.
func leadsBeside(p *leadReader, terms []term, sign int, exact bool) ([]Lead, error) {
	signs := []int{sign}
	if len(terms) > 0 {
		if other, both := p.andOtherSide(sign); both {
			signs = append(signs, other)
		}
	}
	mark := p.pos
	l, err := p.whichEdge(sign)
	switch {
	case err != nil:
		return nil, err
	case len(terms) > 0:
	case sign < 0 || !exact:
		return nil, p.tellLength(sign)
	default:
		return []Lead{l}, nil
	}
	lengths, err := p.sum(terms)
	if err != nil {
		return nil, err
	}
	var out []Lead
	for _, sign := range signs {
		p.pos = mark
		if l, err = p.whichEdge(sign); err != nil {
			return nil, err
		}
		for _, n := range lengths {
			out = append(out, Lead{sign * n, l.AfterEnd})
		}
	}
	return out, nil
}

// lengthBehind reads a length that follows its session: "before each session, 30 minutes",
// "each session 1 hour before".
func (p *leadReader) lengthBehind() ([]Lead, error) {
	open := p.open
	sign, ok := p.beforeOrAfter()
	end, said, named := p.sessionNamed()
	p.skip(",", "-")
	terms := p.amounts()
	if !ok {
		if sign, ok = p.beforeOrAfter(); !said {
			end, said, _ = p.sessionNamed() // it, it starts
		}
	}
	p.named = false
	if !ok || !named || said && end != (sign > 0) || len(terms) == 0 || p.pos != len(p.tokens) {
		p.pos, p.open = 0, open
		return nil, nil
	}
	lengths, err := p.sum(terms)
	var all []Lead
	for _, n := range lengths {
		if n > int(maxLead.Minutes()) {
			p.pos = 0
			return nil, nil
		}
		all = append(all, Lead{sign * n, sign > 0})
	}
	return all, err
}

func isExactly(w string) bool {
	switch w {
	case "right", "just", "immediately", "directly", "straight", "exactly", "justo", "inmediatamente", "enseguida":
		return true
	}
	return false
}

// isLead reports whether the text goes by sessions: it names one, or it begins with a length
// and "before" or "after", even if it does not say of what.
func (p *leadReader) isLead() bool {
	days := p.anyDow()
	for i, t := range p.tokens {
		if n, counted := p.small(i - 1); isSession(t.text) && (!days || !counted || n < 2) { // not Mondays at 9am, 8 sessions
			return true
		}
	}
	defer func() { p.pos, p.open = 0, nil }()
	p.skip("both", "con")
	if len(p.amounts()) == 0 || p.reader.OneDay && (p.peek(0).text == "earlier" || p.peek(0).text == "early") { // a session is moved
		return false
	}
	_, ok := p.beforeOrAfter()
	p.edgeOf()
	return ok && (p.pos == len(p.tokens) || isAnd(p.peek(0).text))
}

// andOtherSide reads "and after" of "1 hour before and after each session".
func (p *leadReader) andOtherSide(sign int) (int, bool) {
	start := p.pos
	if p.pos += p.afterAnd(0); p.pos > start {
		if other, ok := p.beforeOrAfter(); ok && other != sign {
			return other, true
		}
	}
	p.pos = start
	return 0, false
}

func (p *leadReader) tellLength(sign int) error {
	if sign < 0 {
		return p.reader.offering(howLong(), leadsOf(Lead{-30, false}))
	}
	return p.reader.offering(mistake(`it does not say how long after the session; write for example "at the end of each session" or "10 minutes after each session"`),
		leadsOf(Lead{0, true}), leadsOf(Lead{10, true}))
}

// unknownLead returns a mistake that names the word that is not understood, or says what is wrong beside it.
func (p *leadReader) unknownLead() error {
	word, said := p.peek(0), false
	if err := p.unsuited(); err != nil {
		return err
	}
	if isDow(word.text) && !isSession(p.peek(1).text) && hasTime(p.tokens) && p.daysFollow() { // Mondays at 9am and 30 minutes before each session
		return mistake(`it mixes times and sessions; write one rule for each`)
	}
	if strange, ok := p.strangeAfter(p.pos); ok {
		return p.misspeltOr(mistake(`%s is not understood here; write for example "30 minutes before each session"`, clip(strange.raw)))
	}
	if word.number {
		return howLong()
	}
	for i := range len(p.tokens) - p.pos {
		if t := p.peek(i); !isFiller(t.text) && !isEvery(t.text) && !isSession(t.text) && !isAnd(t.text) && !t.number {
			word, said = writtenAt(p.tokens, p.pos+i), true
			break
		}
	}
	if !said && isEvery(word.text) { // each session
		return p.reader.offering(mistake(`it does not say when: before, at the start or after the session; write for example "30 minutes before each session"`),
			leadsOf(Lead{-30, false}), leadsOf(Lead{}))
	}
	minutes, isUnit := minutesOf(word.text)
	if isUnit && minutes != dayMinutes || word.text == "at" && !p.timeAhead() {
		return p.misspeltOr(howLong())
	}
	clock := slices.ContainsFunc(p.tokens[p.pos:], func(t token) bool { return isClockMark(t.text) || t.text == "manana" || t.text == "mismo" })
	if isUnit || word.text == "at" || clock || p.areWords("a las", "a la") {
		return noTimeOfDay()
	}
	return p.misspeltOr(mistake(`%s is not understood here; write for example "30 minutes before each session"`, clip(word.raw)))
}

// unsuited says what people often write that a rule about sessions cannot have: a length that is none or not
// exact, sessions that it leaves out or that it is about alone, a time of day. It returns nil if the text has none.
func (p *leadReader) unsuited() error {
	if err := p.noLength(); err != nil {
		return err
	}
	if err := vagueLead(p); err != nil {
		return err
	}
	late := p.areWords("no later", "not later") // than 1 hour before
	if !late && slices.ContainsFunc(p.tokens[p.pos:], func(t token) bool {
		return slices.Contains([]string{"except", "excepto", "salvo", "menos", "excluding", "unless", "skipping", "skip", "no", "not", "without", "sin"}, t.text)
	}) {
		return mistake(`a rule about sessions cannot leave any out; cancel the session, or add its date to the group's dates without a session (skip)`)
	}
	if saysAny(p.tokens, "shortly", "soon", "poco", "ratito", "rato", "bit", "while", "little") && saysAny(p.tokens, "before", "antes") && !saysLength(p.parser, 0) {
		return p.tellLength(-1)
	}
	if p.dayAfter() {
		return p.reader.offering(mistake(`it does not say how long after the session; write for example "1 day after each session"`), leadsOf(Lead{dayMinutes, true}))
	}
	if p.dayBefore() {
		fault := mistake(`it does not say how long before the session; write for example "1 day before each session"`)
		if p.pos > 1 { // other moments stand before it
			return fault
		}
		return p.reader.offering(fault, leadsOf(Lead{-dayMinutes, false}))
	}
	if mark := p.pos; !slices.ContainsFunc(p.tokens, func(t token) bool { return t.text == "at" || t.text == "las" || isDaypart(t.text) }) {
		if err := p.ofEach(); err != nil {
			return err
		}
		p.pos = mark
	} else if saysAny(p.tokens, "same", "mismo") {
		return noTimeOfDay()
	}
	return nil
}

// vagueLead refuses a length that is not exact, "at least 1 hour before each session", and offers the exact
// one. It returns nil if that is not what is wrong.
func vagueLead(p *leadReader) error {
	if p.reader.trial || p.reader.stored {
		return nil
	}
	one := p.reader
	one.trial = true
	for i := range p.tokens {
		c := cursor{tokens: p.tokens, pos: i}
		if !c.skipWords("at least", "at most", "no later than", "not later than", "no less than", "up to", "within", "less than", "more than", "about", "around", "approximately", "approx", "roughly",
			"or so", "more or less", "mas o menos", "al menos", "por lo menos", "como minimo", "como maximo", "a mas tardar", "menos de", "mas de", "unos", "unas", "aproximadamente", "aprox", "como") {
			continue
		}
		rule, err := one.Rule(rawOf(p.tokens[:i]) + " " + rawOf(p.tokens[c.pos:]))
		if err == nil && rule.BySession() {
			text := rule.Text(p.reader.Locale)
			return offering(mistake(`%s is not an exact time; if you mean this, write %q`, clip(rawOf(p.tokens[i:c.pos])), text), text)
		}
	}
	return nil
}

// dayBefore reports whether the text names only the day before and no time: "the day before
// each session", "la víspera".
func (p *leadReader) dayBefore() bool {
	rest := p.tokens[p.pos:]
	day := slices.IndexFunc(rest, func(t token) bool {
		return t.text == "day" || t.text == "dia" || t.text == "vispera" || t.text == "visperas"
	})
	before := day >= 0 && (strings.HasPrefix(rest[day].text, "vispera") || slices.Contains([]string{"before", "antes", "anterior", "previo", "prior"}, at(rest, day+1).text))
	timed := slices.ContainsFunc(rest, func(t token) bool { return t.number || t.text == "at" || isClockMark(t.text) })
	return before && !timed
}

// dayAfter reports whether the text names only the day after: "the day after each session".
func (p *leadReader) dayAfter() bool {
	c := cursor{tokens: p.tokens}
	c.skip("on", "the", "el", "al")
	after := c.skipWords("day after", "next day after", "dia siguiente de", "dia siguiente a", "dia despues de")
	return after && p.pos < c.pos && !hasTime(c.tokens) && !saysAny(c.tokens, "at", "las") && !slices.ContainsFunc(c.tokens, func(t token) bool { return isDaypart(t.text) })
}

// timeAhead reports whether a time follows the next "at".
func (p *leadReader) timeAhead() bool {
	i := slices.IndexFunc(p.tokens[p.pos:], func(t token) bool { return t.text == "at" })
	after := p.peek(i + 1)
	return after.number || after.text == "noon" || after.text == "midnight"
}

// noLength says why the next words are no length: they are zero minutes, or months, which
// differ in length.
func (p *leadReader) noLength() error {
	n, ok := p.small(0)
	if w := p.peek(0).text; w == "a" || w == "an" {
		n, ok = 1, true
	}
	u, _, isUnit := unitOf(p.peek(1).text)
	length, isMinutes := minutesOf(p.peek(1).text)
	minutes, second := p.peek(2), p.peek(1).text
	switch {
	case !ok:
	case isUnit && u == monthUnit:
		return mistake(`months and years are too long; at most %d days before or after a session are possible: write for example "7 days before each session"`, int(maxLead/(24*time.Hour)))
	case strings.HasPrefix(second, "second") || strings.HasPrefix(second, "segundo"):
		return mistake(`seconds are not counted; write for example "30 minutes before each session", or "at the start of each session"`)
	case n*length > int(maxLead.Minutes()): // 100 days
		return tooFar()
	case n == 0 && isMinutes:
		return p.reader.offering(mistake(`if there is no time in between, write "at the start of each session" or "at the end of each session"`),
			leadsOf(Lead{}), leadsOf(Lead{0, true}))
	case p.peek(1).text == ":" && p.peek(1).glued && minutes.number && n < 24 && minutes.num < 60:
		better := leadsOf(Lead{-n*60 - minutes.num, false}).Text(p.reader.Locale)
		return offering(mistake(`%s may be a time of the day; if it is how long before, write %q`, clip(rawOf(p.tokens[p.pos:p.pos+3])), better), better)
	}
	return nil
}

// beforeOrAfter reads whether the moment is before (-1) or after (1) the session.
func (p *leadReader) beforeOrAfter() (int, bool) {
	return p.meant([]meaning{
		{"before", -1}, {"prior to", -1}, {"prior", -1}, {"ahead of", -1}, {"in advance of", -1}, {"in advance", -1},
		{"de antelacion a", -1}, {"de antelacion al", -1}, {"de antelacion", -1}, {"de anticipacion a", -1}, {"de anticipacion al", -1}, {"de anticipacion", -1},
		{"luego de", 1}, {"luego del", 1}, {"antes de que", -1}, {"antes que", -1},
		{"antes de", -1}, {"antes del", -1}, {"antes", -1}, {"earlier", -1}, {"early", -1}, {"beforehand", -1}, {"previo a", -1}, {"previo al", -1}, {"previos al", -1}, {"previos a", -1}, {"previas al", -1}, {"previas a", -1}, {"para", -1},
		{"after", 1}, {"past", 1}, {"following", 1}, {"despues de que", 1}, {"despues de", 1}, {"despues del", 1}, {"despues", 1}, {"tras", 1},
	})
}

// whichEdge reads the start or the end of the session, and the session. If the text does not
// say which, before means before the start, and after means after the end.
func (p *leadReader) whichEdge(sign int) (Lead, error) {
	l := Lead{AfterEnd: sign > 0}
	if end, ok := p.edgeOf(); ok {
		l.AfterEnd = end
		p.named = p.named || p.pos == len(p.tokens) // 5 minutes before the start: of what else?
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
func (p *leadReader) edgeOf() (end, ok bool) {
	mark := p.pos
	p.skip("the", "el", "la")
	p.skipWords("hora de")
	end, ok = edgeWord(p.peek(0).text)
	if !ok {
		p.pos = mark
		return false, false
	}
	p.pos++
	p.skip("time", "of", "de", "del")
	return end, true
}

func edgeWord(w string) (end, ok bool) {
	switch w {
	case "start", "starts", "beginning", "begins", "begin", "opening", "inicio", "comienzo", "arranque", "arrancar", "principio", "empezar", "comenzar", "iniciar", "empieza", "comienza", "inicia", "empiece", "comience", "inicie", "empiezan", "comienzan", "empezamos", "comenzamos", "empecemos", "comencemos":
		return false, true
	case "end", "ends", "close", "finish", "finishes", "over", "done", "final", "fin", "cierre", "cerrar", "terminar", "acabar", "finalizar", "termina", "acaba", "finaliza", "termine", "acabe", "terminan", "terminamos", "terminemos":
		return true, true
	}
	return false, false
}

// sessionNamed reads "each session", "every meeting starts", "el grupo". said means that the
// text says whether it is the start or the end.
func (p *leadReader) sessionNamed() (end, said, ok bool) {
	for {
		switch p.peek(0).text {
		case "each", "every", "the", "our", "all", "any", "a", "your", "weekly", "of", "de", "cada", "la", "las", "el", "los", "todas", "todos", "nuestra", "nuestro", "nuestras", "una", "next":
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
	if !isSession(p.peek(0).text) {
		return false, false, false
	}
	p.pos++
	for isSession(p.peek(0).text) { // group session, group therapy
		p.pos++
	}
	p.skip("grupal", "semanal", "semanales", "time")
	if p.peek(-1).text == "grupo" {
	} else {
		p.skipWords("de grupo", "del grupo")
	}
	p.named = true
	mark := p.pos
	p.skip("is", "se")
	if end, said = edgeWord(p.peek(0).text); said {
		p.pos++
		p.skip("time")
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
func (p *leadReader) edge() (Lead, bool) {
	start, w := p.pos, p.peek(0).text
	if end, ok := p.edgeOf(); ok { // start of each session
		_, said, named := p.sessionNamed()
		return Lead{AfterEnd: end}, named && !said
	}
	if end, said, named := p.sessionNamed(); named { // each session at the start, session start
		if !said && p.peek(0).text == "at" {
			p.pos++
			end, said = p.edgeOf()
		}
		return Lead{AfterEnd: end}, said
	}
	p.pos, p.named = start, false
	switch {
	case w == "at", w == "al", w == "on", w == "en" && p.peek(1).text != "cuanto", w == "a":
		p.pos++
		end, ok := p.edgeOf()
		if !ok { // at session start
			end, said, named := p.sessionNamed()
			said = said || p.peek(-1).text == "time" // at session time
			return Lead{AfterEnd: end}, named && said && w == "at"
		}
		_, said, named := p.sessionNamed()
		return Lead{AfterEnd: end}, named && !said
	case w == "when", w == "as", w == "cuando", w == "whenever", w == "once", w == "apenas", p.areWords("en cuanto"):
		p.pos++
		if w == "en" || w == "as" && p.areWords("soon as") {
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
