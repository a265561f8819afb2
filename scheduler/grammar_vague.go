package scheduler

import "slices"

// vagueTime finds words by which a time is not exact, "around 9", "8ish", "a eso de las 9",
// "by 9am": which of the tokens they are.
func vagueTime(tokens []token) (from, to int, ok bool) {
	for i, t := range tokens {
		next := at(tokens, i+1)
		switch t.text {
		case "about":
			if mark := next.text; next.number || mark == "noon" || mark == "midnight" || mark == "midday" {
				return i, i + 1, true
			}
			if _, spelt := numberWord(next.text); spelt {
				return i, i + 1, true
			}
		case "around", "ish", "approx", "approximately", "roughly", "circa", "~", "aprox", "aproximadamente":
			return i, i + 1, true
		case "or":
			if next.text == "so" {
				return i, i + 2, true
			}
		case "como", "sobre", "by", "before", "after", "antes", "despues":
			rest := slices.IndexFunc(tokens[i+1:], func(t token) bool { return !isFiller(t.text) && t.text != "a" })
			if rest < 0 {
				continue
			}
			_, spelt := numberWord(tokens[i+1+rest].text)
			if spelt || tokens[i+1+rest].number {
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

// notExact refuses a time that is not exact, and offers the exact one.
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
		return mistake(`%s names no exact time; write the time itself, such as "every Monday at 9:00 AM"`, clip(said))
	}
	text := rule.Text(p.reader.Locale)
	return offering(mistake(`%s names no exact time; if this is meant, write %q`, clip(said), text), text)
}
