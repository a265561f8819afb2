package scheduler

import (
	"errors"
	"slices"
	"strings"
)

// monthEdge reads "at the end of each month", "cada fin de mes", "al inicio del mes": the last
// day or the first. If the text does not say of which months, it may mean one month.
func (p *parser) monthEdge() (dayItem, bool) {
	start := p.pos
	every := isEvery(p.peek(-1).text)
	p.skip("at", "a", "al", "on", "by")
	p.skip("the", "el")
	item := dayItem{edge: true}
	switch p.peek(0).text {
	case "end", "fin", "fines", "final", "finales":
		item.dom = lastOne
	case "beginning", "start", "inicio", "inicios", "comienzo", "comienzos", "principio", "principios":
		item.dom = 1 << 1
	default:
		p.pos = start
		return dayItem{}, false
	}
	p.pos++
	p.skip("of", "de", "del")
	if isEvery(p.peek(0).text) {
		every = true
		p.pos++
	}
	p.skip("the", "el", "los")
	switch p.peek(0).text {
	case "month", "mes", "months", "meses":
	default:
		p.pos = start
		return dayItem{}, false
	}
	p.pos++
	item.edge, item.monthly, item.plural = !every, every, every
	item.raw = rawOf(p.tokens[start:p.pos])
	return item, true
}

// misspelt finds a word that is in neither language. It returns the word, the word that was
// probably meant, and the corrected text as offers; offers are empty if that is no rule either.
func (p *parser) misspelt(read func(Reader, string) error) (word, guess string, offers []string) {
	for i, t := range p.tokens {
		g := near(t.text)
		if _, unit := minutesOf(t.text); t.number || unit || g == "" || knows(t.text) {
			continue
		}
		one := p.reader
		one.trial = true
		text := strings.TrimSpace(rawOf(p.tokens[:i]) + " " + g + " " + rawOf(p.tokens[i+1:]))
		err := read(one, text)
		var unclear *Mistake
		switch {
		case err == nil:
			return t.raw, g, []string{text}
		case errors.As(err, &unclear) && len(unclear.Offers) > 0:
			return t.raw, g, unclear.Offers
		}
		if word == "" {
			word, guess = t.raw, g
		}
	}
	return word, guess, nil
}

// asRule returns what is wrong with a text as a rule.
func asRule(r Reader, text string) error {
	_, err := r.Rule(text)
	return err
}

// misspeltOr returns fault, or that a word is misspelt, if the corrected text would be a rule.
func (p *parser) misspeltOr(fault error) error {
	if p.reader.trial || p.reader.stored {
		return fault
	}
	if word, guess, offers := p.misspelt(asRule); len(offers) > 0 {
		return offering(mistake(`%s is not known: did you mean %s?`, clip(word), guess), offers...)
	}
	return fault
}

// misspeltDay returns fault, or that a word of the day is misspelt or names a holiday.
func (p datesReader) misspeltDay(fault error, read func(Reader, string) error) error {
	if p.reader.trial || p.reader.stored {
		return fault
	}
	if err := feastNamed(p.parser, read); err != nil {
		return err
	}
	if word, guess, offers := p.misspelt(read); len(offers) > 0 {
		return offering(mistake(`%s is not known: did you mean %s?`, clip(word), guess), offers...)
	}
	return fault
}

// saysHolidays reports whether a text mentions holidays.
func saysHolidays(tokens []token) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return isHoliday(t.text) })
}
