package scheduler

import (
	"strings"
)

// standIn reads words that a rule cannot have but that stand for others, such as "weeknights", from a token on. It returns
// how many tokens they are, and what may be meant; no texts if there are no such words.
type standIn func(p *parser, i int) (taken int, texts []string)

func standIns() []standIn {
	among := func(read func(tokens []token, i int) (int, []string)) standIn {
		return func(p *parser, i int) (int, []string) { return read(p.tokens, i) }
	}
	return []standIn{
		among(nightsOfWeek), among(everyNumber), among(someOfDay), among(everyCouple), among(countdown), among(halfMisspelt), among(hoursFirst), among(hoursApart), among(minutesAfterY),
		among(anyDay), among(hourBehindDate), hourAndMinutes, among(tuesdayOrWednesday), among(twoInitials), among(dashedInitials),
	}
}

// mayStandFor finds the first such words, and offers what the rule, or the session, may be.
func (p *parser) mayStandFor() (said string, offers []string) {
	if p.reader.stored {
		return "", nil
	}
	one := p.reader
	one.trial = true
	read := one.readings
	if p.session {
		read = func(text string) []string { return sessionsOf(one, text) }
	}
	for i := range p.tokens {
		for _, find := range standIns() {
			taken, texts := find(p, i)
			if len(texts) == 0 {
				continue
			}
			from, to := i, i+taken
			for from > 0 && isEvery(p.tokens[from-1].text) {
				from--
			}
			for _, text := range texts {
				offers = append(offers, read(inWords(p.tokens[:from])+" "+text+" "+inWords(p.tokens[to:]))...)
			}
			return rawOf(p.tokens[i:to]), offers
		}
	}
	return "", nil
}

// nightsOfWeek reads "weeknights" and "school nights".
func nightsOfWeek(tokens []token, i int) (int, []string) {
	switch w, next := tokens[i].text, at(tokens, i+1).text; {
	case w == "weeknight" || w == "weeknights":
		return 1, []string{"mon-thu nights", "mon-fri nights"}
	case w == "school" && (next == "night" || next == "nights"):
		return 2, []string{"mon-thu nights", "sun-thu nights"}
	}
	return 0, nil
}

// everyNumber reads "every 15" before a time.
func everyNumber(tokens []token, i int) (int, []string) {
	n, after := at(tokens, i+1), at(tokens, i+2).text
	if !isEvery(tokens[i].text) || !n.isDayOfMonth() || n.ordinal || n.num == 1 || after != "at" && after != "a" {
		return 0, nil
	}
	return 2, []string{"the " + ordinal(n.num) + " of each month", "every " + n.text + " days"}
}

// someOfDay reads so many of a weekday in all at the beginning of a text, "6 Mondays at 9am". A small number may also be
// meant as an ordinal: "2 Mondays".
func someOfDay(tokens []token, i int) (int, []string) {
	c := cursor{tokens: tokens}
	n, ok := c.small(0)
	day := c.peek(1)
	if i > 0 || !ok || n < 2 || !isDow(day.text) || !strings.HasSuffix(day.text, "s") || day.glued {
		return 0, nil
	}
	texts := []string{"next " + tokens[0].raw + " " + day.raw}
	if tokens[0].number && n <= 5 {
		texts = append(texts, ordinal(n)+" "+day.raw+" of each month")
	}
	return 2, texts
}

// everyCouple reads "every couple of" before a unit.
func everyCouple(tokens []token, i int) (int, []string) {
	if !isEvery(tokens[i].text) || at(tokens, i+1).text != "couple" {
		return 0, nil
	}
	if at(tokens, i+2).text == "of" {
		return 3, []string{"every 2"}
	}
	return 2, []string{"every 2"}
}

// countdown reads a length that counts down to the session: "-30m", "T minus 30 min".
func countdown(tokens []token, i int) (int, []string) {
	n := countdownSign(tokens)
	if i > 0 || n == 0 {
		return 0, nil
	}
	return len(tokens), []string{rawOf(tokens[n:]) + " before each session"}
}

// halfMisspelt reads a misspelt am or pm: "9qm".
func halfMisspelt(tokens []token, i int) (int, []string) { return 1, halfMeant(tokens, i) }

// hoursFirst reads hours without a mark before their days: "9 & 5 on Mondays".
func hoursFirst(tokens []token, i int) (int, []string) {
	if i > 0 || !hoursLead(tokens) {
		return 0, nil
	}
	return 1, []string{"at " + tokens[0].raw}
}

// hoursApart reads three hours or more that end a text with nothing between them: "daily 8 14 20".
func hoursApart(tokens []token, i int) (int, []string) {
	var hours []string
	for j := i; j < len(tokens); j++ {
		t := tokens[j]
		if !t.number || t.ordinal || t.glued || t.num > 23 || len(t.text) > 2 || j > i && t.num <= tokens[j-1].num {
			return 0, nil
		}
		hours = append(hours, t.text+":00")
	}
	if before := at(tokens, i-1); len(hours) < 3 || before.number || isMonth(before.text) {
		return 0, nil
	}
	return len(hours), []string{strings.Join(hours, ", ")}
}

// minutesAfterY reads "lunes 9 y 30", whose number is too high for an hour.
func minutesAfterY(tokens []token, i int) (int, []string) {
	minutes := at(tokens, i+2)
	if !tokens[i].number || at(tokens, i+1).text != "y" || minutes.num <= 24 || minutes.num >= 60 {
		return 0, nil
	}
	return 3, []string{tokens[i].raw + ":" + minutes.raw}
}

// anyDay reads "any day" and "all week".
func anyDay(tokens []token, i int) (int, []string) {
	if begins(tokens[i:], "any day") == 0 && begins(tokens[i:], "all week") == 0 {
		return 0, nil
	}
	return 2, []string{"every day", "every weekday"}
}

// hourBehindDate reads a bare hour, perhaps with its minutes, that ends a text behind a date: "Dec 10 7", "10 dic 7 30".
func hourBehindDate(tokens []token, i int) (int, []string) {
	hour, minutes := tokens[i], at(tokens, i+1)
	dated := isMonth(at(tokens, i-1).text) && at(tokens, i-2).number || isMonth(at(tokens, i-2).text) && at(tokens, i-1).isDayOfMonth()
	timed := i+1 == len(tokens) || i+2 == len(tokens) && minutes.number && len(minutes.text) == 2 && minutes.num < 60 && !minutes.glued
	if !dated || !timed || !hour.number || hour.ordinal || hour.glued || hour.num < 1 || hour.num > 23 {
		return 0, nil
	}
	return len(tokens) - i, []string{"at " + strings.Join(strings.Fields(rawOf(tokens[i:])), ":")}
}

// hourAndMinutes reads two numbers that may be an hour and its minutes, or two hours, with nothing behind them but the
// length of a session: "at 9 15", "Mondays 9 15, 90 minutes".
func hourAndMinutes(p *parser, i int) (int, []string) {
	before, hour, minutes := at(p.tokens, i-1).text, p.tokens[i], at(p.tokens, i+1)
	if !clockStands(before) && !pluralDow(before) || !hour.number || hour.num < 1 || hour.num > 23 || !minutes.number || len(minutes.text) != 2 || minutes.num > 59 {
		return 0, nil
	}
	if i+2 != len(p.tokens) && !(p.session && lengthBehind(p.tokens[i+2:])) {
		return 0, nil
	}
	texts := []string{hour.text + ":" + minutes.text, hour.text + ":00 and " + minutes.text + ":00"}
	if minutes.num <= hour.num || minutes.num > 23 {
		texts = texts[:1]
	}
	return 2, texts
}

// tuesdayOrWednesday reads an M beside Spanish days, which initials has left.
func tuesdayOrWednesday(tokens []token, i int) (int, []string) {
	next := at(tokens, i+1).text
	if tokens[i].text != "m" || !isDow(at(tokens, i-1).text) && !isDow(next) && !(isAnd(next) && isDow(at(tokens, i+2).text)) {
		return 0, nil
	}
	return 1, []string{"martes", "miercoles"}
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

// dashedInitials reads two days by their initials with a dash between them: "T-F" may be from the one to the other, or
// both.
func dashedInitials(tokens []token, i int) (taken int, texts []string) {
	dash, last := at(tokens, i+1), at(tokens, i+2)
	first, second := dayOfInitial(tokens[i].text, false), dayOfInitial(last.text, false)
	from, named := dowOf(first)
	until, also := dowOf(second)
	if !named || !also || from == until || at(tokens, i-1).number || dash.text != "-" || dash.glued != last.glued || len(tokens[i].text) > 1 && len(last.text) > 1 {
		return 0, nil
	}
	days := englishDays()
	return 3, []string{days[from] + " to " + days[until], days[from] + "s and " + days[until] + "s"}
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

// twoInitials reads two days by their initials with nothing between them: "LV" may be from the one to the other, or both.
func twoInitials(tokens []token, i int) (taken int, texts []string) {
	two := daysOfInitials(tokens[:i], tokens[i])
	if len(two) != 2 {
		return 0, nil
	}
	for _, m := range []string{"martes", "miercoles"} {
		for _, joint := range []string{" to ", " and "} {
			from, until := strings.Replace(two[0].text, "m", m, 1), two[1].text
			texts = append(texts, from+joint+until)
		}
	}
	return 1, texts
}
