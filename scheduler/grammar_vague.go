package scheduler

import (
	"slices"
	"strings"
)

// vagueTime finds the words that make a time vague, "around 9", "8ish", "a eso de las 9", "by
// 9am". It returns the first of these tokens and the end behind the last.
func vagueTime(tokens []token) (from, to int, ok bool) {
	for i, t := range tokens {
		next := at(tokens, i+1)
		switch t.text {
		case "about":
			_, spelt := numberWord(next.text)
			if mark := next.text; spelt || next.number || mark == "noon" || mark == "midnight" || mark == "midday" {
				return i, i + 1, true
			}
		case "ish":
			if at(tokens, i-1).text == "-" {
				return i - 1, i + 1, true
			}
			return i, i + 1, true
		case "around", "approx", "approximately", "roughly", "circa", "~", "aprox", "aproximadamente":
			return i, i + 1, true
		case "lunchtime", "dinnertime", "bedtime", "sunset", "sunrise", "dusk", "eod", "cob", "early", "late", "soon", "pronto", "rato", "ratito", "temprano", "atardecer", "amanecer", "anochecer":
			return i, i + 1, true
		case "later", "luego":
			if len(tokens) == 1 {
				return i, i + 1, true
			}
		case "mid", "first", "primera", "ultima", "end", "lunch", "dinner", "breakfast":
			if n := unsaidHour(tokens[i:]); n > 0 {
				return i, i + n, true
			}
		case "or":
			if next.text == "so" {
				return i, i + 2, true
			}
		case "como", "sobre", "by", "before", "after", "antes", "despues":
			if hourBehind(tokens[i+1:]) {
				return i, i + 1, true
			}
		case "pico":
			if at(tokens, i-1).text == "y" {
				return i - 1, i + 1, true
			}
		case "eso":
			if next.text == "de" && at(tokens, i-1).text == "a" {
				return i - 1, i + 2, true
			}
		}
	}
	return 0, 0, false
}

// hourBehind reports whether an hour stands first in a text, perhaps behind an article, and no date: "by 9am",
// "antes de las 9", but not "después del 24 de diciembre".
func hourBehind(tokens []token) bool {
	i := slices.IndexFunc(tokens, func(t token) bool { return !isFiller(t.text) && t.text != "a" })
	if i < 0 || dateStands(&parser{cursor: cursor{tokens: tokens, pos: i}}) {
		return false
	}
	_, spelt := numberWord(tokens[i].text)
	return spelt || tokens[i].number && !tokens[i].ordinal
}

// unsaidHour returns how many tokens are a part of the day that has no hour: "mid-morning", "first thing",
// "end of day", "a primera hora", "lunch time".
func unsaidHour(tokens []token) int {
	c := cursor{tokens: tokens}
	if c.skipWords("first thing", "primera hora", "ultima hora", "end of day", "end of the day", "lunch time", "dinner time", "lunch", "dinner", "breakfast") {
		return c.pos
	}
	c.skip("mid", "-")
	if _, part := daypartOf(c.peek(0).text); part && c.pos > 0 {
		return c.pos + 1
	}
	return 0
}

// notExact refuses a vague time, and offers the exact one.
func (p *parser) notExact() error {
	from, to, ok := vagueTime(p.tokens)
	if !ok || p.session || slices.ContainsFunc(p.tokens, func(t token) bool { return isSession(t.text) }) {
		return nil
	}
	said := rawOf(p.tokens[from:to])
	one := p.reader
	one.trial = true
	rule, err := one.Rule(rawOf(p.tokens[:from]) + " " + rawOf(p.tokens[to:]))
	if err != nil {
		return mistake(`%s is not an exact time; write the time, such as "every Monday at 9:00 AM"`, clip(said))
	}
	text := rule.Text(p.reader.Locale)
	return offering(mistake(`%s is not an exact time; if you mean this, write %q`, clip(said), text), text)
}

// inWords is a text again, with days in full that were initials.
func inWords(tokens []token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		if words[i] = t.raw; isDow(t.text) {
			words[i] = t.text
		} else if t.glued && i > 0 {
			words[i-1], words[i] = "", words[i-1]+t.raw
		}
	}
	return strings.Join(words, " ")
}
