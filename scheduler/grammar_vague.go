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

// mayStandFor finds a word of a rule that stands for several, such as "weeknights", and what the
// rule, or the session, may be: "every 15 at 9", "L M V".
func (p *parser) mayStandFor() (word string, offers []string) {
	if p.reader.stored {
		return "", nil
	}
	one := p.reader
	one.trial = true
	read := one.readings
	if p.session {
		read = one.sessions
	}
	for i, t := range p.tokens {
		from, to, texts := i, i+1, []string(nil)
		next := at(p.tokens, i+1)
		switch {
		case t.text == "weeknight" || t.text == "weeknights":
			texts = []string{"mon-thu nights", "mon-fri nights"}
		case t.text == "school" && (next.text == "night" || next.text == "nights"):
			to, texts = i+2, []string{"mon-thu nights", "sun-thu nights"}
		case isEvery(t.text) && next.isDayOfMonth() && !next.ordinal && next.num > 1 && (at(p.tokens, i+2).text == "at" || at(p.tokens, i+2).text == "a"):
			to, texts = i+2, []string{"the " + ordinal(next.num) + " of each month", "every " + next.text + " days"}
		case i == 0 && severalOfDow(p.tokens):
			to, texts = i+2, []string{"next " + t.raw + " " + next.raw}
			if t.number && t.num <= 5 { // 2 Mondays, for 2nd
				texts = append(texts, ordinal(t.num)+" "+next.raw+" of each month")
			}
		case isEvery(t.text) && next.text == "couple":
			from, to, texts = i+1, i+2, []string{"every 2"}
			if at(p.tokens, to).text == "of" {
				to++
			}
		case i == 0 && countdownSign(p.tokens) > 0: // -30m, T-30 min
			from, to, texts = 0, len(p.tokens), []string{rawOf(p.tokens[countdownSign(p.tokens):]) + " before each session"}
		case len(halfMeant(p.tokens, i)) > 0: // 9qm
			texts = halfMeant(p.tokens, i)
		case i == 0 && hoursLead(p.tokens): // 9 & 5 on Mondays
			texts = []string{"at " + t.raw}
		case len(hoursApart(p.tokens, i)) > 0: // 8 14 20
			texts = hoursApart(p.tokens, i)
			to = i + 1 + strings.Count(texts[0], ",")
		case t.number && next.text == "y" && at(p.tokens, i+2).num > 24 && at(p.tokens, i+2).num < 60: // lunes 9 y 30
			to, texts = i+3, []string{t.raw + ":" + at(p.tokens, i+2).raw}
		case begins(p.tokens[i:], "any day") > 0, begins(p.tokens[i:], "all week") > 0:
			to, texts = i+2, []string{"every day", "every weekday"}
		case hourBehindDate(p.tokens, i): // Dec 10 7
			to, texts = len(p.tokens), []string{"at " + strings.Join(strings.Fields(rawOf(p.tokens[i:])), ":")}
		case hourAndMinutes(p, i): // at 9 15
			to, texts = i+2, []string{t.text + ":" + next.text, t.text + ":00 and " + next.text + ":00"}
			if next.num <= t.num || next.num > 23 {
				texts = texts[:1]
			}
		case t.text == "m" && (isDow(at(p.tokens, i-1).text) || isDow(next.text) || isAnd(next.text) && isDow(at(p.tokens, i+2).text)):
			texts = []string{"martes", "miercoles"}
		case len(twoInitials(p.tokens, i)) > 0:
			texts = twoInitials(p.tokens, i)
		default:
			if to, texts = dashedInitials(p.tokens, i); texts == nil {
				continue
			}
		}
		for from > 0 && isEvery(p.tokens[from-1].text) {
			from--
		}
		for _, text := range texts {
			offers = append(offers, read(inWords(p.tokens[:from])+" "+text+" "+inWords(p.tokens[to:]))...)
		}
		return rawOf(p.tokens[i:to]), offers
	}
	return "", nil
}

// countdownSign returns how many tokens before a length count down to the session, "-30m", "T minus 30 min"; 0
// if the text is something else.
func countdownSign(tokens []token) int {
	c := cursor{tokens: tokens}
	c.skip("t")
	if !c.skipWords("-", "minus", "menos") {
		return 0
	}
	n := c.pos
	if l, ok := c.amount(); !ok || l.minutes > dayMinutes || c.pos != len(tokens) {
		return 0
	}
	return n
}

// dashedInitials returns what two days by their initials may mean, with a dash between them: "T-F" may be
// from the one to the other, or both.
func dashedInitials(tokens []token, i int) (to int, texts []string) {
	dash, last := at(tokens, i+1), at(tokens, i+2)
	first, second := dayOfInitial(tokens[i].text, false), dayOfInitial(last.text, false)
	from, named := dowOf(first)
	until, also := dowOf(second)
	if !named || !also || from == until || at(tokens, i-1).number || dash.text != "-" || dash.glued != last.glued || len(tokens[i].text) > 1 && len(last.text) > 1 {
		return 0, nil
	}
	days := englishDays()
	return i + 3, []string{days[from] + " to " + days[until], days[from] + "s and " + days[until] + "s"}
}

// severalOfDow reports whether a text begins with so many of a weekday in all: "6 Mondays at 9am", "six Mondays".
func severalOfDow(tokens []token) bool {
	c := cursor{tokens: tokens}
	n, ok := c.small(0)
	w := c.peek(1).text
	return ok && n > 1 && isDow(w) && strings.HasSuffix(w, "s") && !c.peek(1).glued
}

// hourAndMinutes reports whether two numbers may be an hour and its minutes, or two hours, and nothing but the length of
// a session follows them: "at 9 15", "Mondays 9 15, 90 minutes".
func hourAndMinutes(p *parser, i int) bool {
	before, hour, minutes := at(p.tokens, i-1).text, p.tokens[i], at(p.tokens, i+1)
	if !clockStands(before) && !pluralDow(before) || !hour.number || hour.num < 1 || hour.num > 23 || !minutes.number || len(minutes.text) != 2 || minutes.num > 59 {
		return false
	}
	return i+2 == len(p.tokens) || p.session && lengthBehind(p.tokens[i+2:])
}

// hourBehindDate reports whether a bare hour, perhaps with its minutes, ends a text behind a date: "Dec 10 7", "10 dic 7 30".
func hourBehindDate(tokens []token, i int) bool {
	hour, minutes := tokens[i], at(tokens, i+1)
	dated := isMonth(at(tokens, i-1).text) && at(tokens, i-2).number || isMonth(at(tokens, i-2).text) && at(tokens, i-1).isDayOfMonth()
	timed := i+1 == len(tokens) || i+2 == len(tokens) && minutes.number && len(minutes.text) == 2 && minutes.num < 60 && !minutes.glued
	return dated && timed && hour.number && !hour.ordinal && !hour.glued && hour.num >= 1 && hour.num < 24
}

// halfMeant returns what a misspelt am or pm may be: "9qm", "9 anm".
func halfMeant(tokens []token, i int) (texts []string) {
	w := tokens[i].text
	if !at(tokens, i-1).number || len(w) < 2 || len(w) > 3 || belongs(w) && len(w) > 2 || w == "am" || w == "pm" || !strings.ContainsAny(w, "m") && w[0] != 'a' && w[0] != 'p' {
		return nil
	}
	for _, half := range []string{"am", "pm"} {
		if distance(w, half) == 1 || swapped(w, half) {
			texts = append(texts, half)
		}
	}
	return texts
}

// hoursLead reports whether a text begins with hours without a mark, joined and before their days: "9 & 5 on Mondays",
// "9, 12 and 5pm daily".
func hoursLead(tokens []token) bool {
	c := cursor{tokens: tokens}
	for n := 1; ; n++ {
		if t := c.peek(0); !t.number || t.ordinal || t.num > 24 {
			return false
		}
		c.pos++
		c.skip("am", "pm")
		joint := c.afterAnd(0)
		if c.pos += joint; joint == 0 {
			_, adverb := adverbOf(c.peek(0).text)
			return n > 1 && (adverb || isEvery(c.peek(0).text) || pluralDow(c.peek(0).text) || c.peek(0).text == "on" && isDow(c.peek(1).text))
		}
	}
}

// hoursApart returns three hours or more that end a text with nothing between them, "daily 8 14 20", as times.
func hoursApart(tokens []token, i int) []string {
	var hours []string
	for j := i; j < len(tokens); j++ {
		t := tokens[j]
		if !t.number || t.ordinal || t.glued || t.num > 23 || len(t.text) > 2 || j > i && t.num <= tokens[j-1].num {
			return nil
		}
		hours = append(hours, t.text+":00")
	}
	if before := at(tokens, i-1); len(hours) < 3 || before.number || isMonth(before.text) {
		return nil
	}
	return []string{strings.Join(hours, ", ")}
}

// twoInitials returns what two days by their initials may mean, with nothing between them: "LV" may be from the one
// to the other, or both.
func twoInitials(tokens []token, i int) (texts []string) {
	two := daysOfInitials(tokens[:i], tokens[i])
	if len(two) != 2 {
		return nil
	}
	for _, m := range []string{"martes", "miercoles"} {
		for _, joint := range []string{" to ", " and "} {
			from, until := strings.Replace(two[0].text, "m", m, 1), two[1].text
			texts = append(texts, from+joint+until)
		}
	}
	return texts
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
