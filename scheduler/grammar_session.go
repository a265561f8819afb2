package scheduler

import (
	"fmt"
	"slices"
	"strings"
)

// withoutSession leaves out words that add nothing to the name of a session: "the Monday
// session", "la sesión del lunes", "to Wednesday, same time".
func withoutSession(in []token, r Reader) (left []token, open *ambiguity) {
	if slices.ContainsFunc(in, func(t token) bool {
		return slices.Contains([]string{"before", "after", "prior", "antes", "despues", "each", "every", "cada", "todas", "todos"}, t.text)
	}) {
		return in, nil
	}
	in, open = withThatWeek(withoutSameTime(in), r)
	if len(in) > 1 && slices.Contains([]string{"move", "reschedule", "push", "cancel", "skip", "mover", "pasar", "cambiar", "cancelar"}, in[0].text) {
		if in = in[1:]; len(in) > 1 && in[0].text == "it" {
			in = in[1:]
		}
	}
	in = slices.Clone(in)
	out := make([]token, 0, len(in))
	for i, t := range in {
		owner, owned := strings.CutSuffix(t.text, "'s")
		next := at(in, i+1).text
		switch {
		case i == 0 && len(in) > 1 && (t.text == "to" || t.text == "para"):
		case i == 0 && t.text == "al" && (isDow(next) || at(in, i+1).isDayOfMonth()):
			in[i+1].ordinal = in[i+1].ordinal || in[i+1].number
		case isSession(t.text) && !strings.HasSuffix(t.text, "s") && !counted(in, i), t.text == "instead" && i > 0 && next != "of":
		case i == 0 && (t.text == "la" || t.text == "the" || t.text == "el") && (isSession(next) || next == "del" || next == "de"):
		case isDow(t.text) && pluralDow(t.text) && isSession(next) && !strings.HasSuffix(next, "s"): // Monday's session
			dow, _ := dowOf(t.text)
			out = append(out, worded(foldText(englishDays()[dow]), in[i:i+1])...)
		case owned && (i+1 == len(in) || isSession(next)): // tomorrow's session
			out = append(out, worded(owner, in[i:i+1])...)
		default:
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return in, open
	}
	if len(out) > 1 && len(out) < len(in) {
		switch out[0].text {
		case "of", "for":
			out[0].text = "on"
		case "del", "de":
			out[0].text = "el"
		}
	}
	return numberedDay(out), open
}

// counted reports whether the word for a session at an index is one of several: "the 3rd session of
// December", "session 3". In "Dec 3rd session" the number is the day.
func counted(in []token, i int) bool {
	if after := at(in, i+2).text; at(in, i+1).number && (after == "" || after == "of" || after == "in" || after == "de") {
		return true
	}
	return at(in, i-1).ordinal && !isMonth(at(in, i-2).text)
}

// withThatWeek writes a day of the session's week as its date, "Friday that week", "ese viernes", and leaves
// out what the session was before: "7pm instead of 6". If weeks may begin on Monday or on Sunday, the
// person is asked. What it does not understand stays, and is refused.
func withThatWeek(in []token, r Reader) ([]token, *ambiguity) {
	for i := range in {
		c := cursor{tokens: in, pos: i}
		if i > 0 && c.skipWords("instead of", "rather than", "en vez de", "en vez del", "en lugar de", "en lugar del") {
			if !isOrigin(in[c.pos:], r) {
				return in, nil
			}
			return in[:i], nil
		}
		week := i > 0 && c.skipWords("of that week", "in that week", "that week", "of the same week", "the same week", "same week", "de esa semana", "esa semana", "de la misma semana", "la misma semana")
		if !week && (!c.skipWords("that same", "that", "ese mismo", "ese") || !isDow(c.peek(0).text)) {
			continue
		}
		rest := slices.Concat(in[:i], in[c.pos:])
		dow := slices.IndexFunc(rest, func(t token) bool { return isDow(t.text) })
		switch {
		case r.Near.IsZero(), dow < 0 && !countsFromSomeDay(rest):
			return rest, nil
		case dow < 0 || dow >= i && week || dow < i-1 && c.pos < len(in) || countsFromSomeDay(rest) || !timeAlone(rest, dow, r):
			return in, nil
		}
		return dated(rest, dow, r)
	}
	return in, nil
}

// timeAlone reports whether a text has a weekday once only, and nothing follows it but a time.
func timeAlone(in []token, dow int, r Reader) bool {
	next := at(in, dow+1).text
	c := parser{cursor: cursor{tokens: in, pos: dow + 1}, reader: r}
	_, timed := c.clock(false)
	another := slices.ContainsFunc(in[dow+1:], func(t token) bool { return isDow(t.text) || isMonth(t.text) })
	return !another && !pluralDow(in[dow].text) && !isEvery(at(in, dow-1).text) && (next == "" || timed || next == "at" || next == "a" || next == "@" || next == "por")
}

// dated writes a weekday of the session's week as its date.
func dated(in []token, i int, r Reader) ([]token, *ambiguity) {
	var open *ambiguity
	dow, _ := dowOf(in[i].text)
	day, fromSunday := inWeek(dow, r.Near.day())
	if day != fromSunday && r.chosen[byWeek] == 0 {
		open = &ambiguity{byWeek, in[i].raw}
	}
	if r.chosen[byWeek] == 2 {
		day = fromSunday
	}
	before := in[:i]
	switch last(before).text {
	case "on", "the", "el", "al", "to":
		before = before[:i-1]
	}
	year, month, date := dateOf(day)
	return slices.Concat(before, lex(fmt.Sprintf("%s %d, %d", month, date, year)), in[i+1:]), open
}

// isOrigin reports whether a text is only what the session was before: its weekday, its time, or both.
func isOrigin(in []token, r Reader) bool {
	p := parser{cursor: cursor{tokens: in}, reader: r}
	p.skip("on", "the", "el")
	if dow, named := dowOf(p.peek(0).text); named {
		if r.Near.IsZero() || dow != weekdayOf(r.Near.day()) {
			return false
		}
		p.pos++
	}
	if p.pos == len(in) {
		return p.pos > 0
	}
	p.skip("at", "a", "las", "la")
	_, ok := p.clock(true)
	return ok && p.pos == len(in)
}

// withoutSameTime leaves out "at the same time", "a la misma hora": without a time, the session
// keeps its time anyway.
func withoutSameTime(in []token) []token {
	for _, phrase := range []string{
		"at the same time", "at same time", "the same time", "same time", "same hour",
		"a la misma hora", "misma hora", "en el mismo horario", "mismo horario",
	} {
		for i := range in {
			n := begins(in[i:], phrase)
			if n == 0 || n == len(in) {
				continue
			}
			before, after := in[:i], in[i+n:]
			if last(before).text == "," {
				before = before[:i-1]
			} else if at(after, 0).text == "," {
				after = after[1:]
			}
			return slices.Concat(before, after)
		}
	}
	return in
}

// numberedDay marks the number before a time as a day: "22 at 6pm".
func numberedDay(in []token) []token {
	clock := at(in, 1).text == "at" && !isDaypart(at(in, 2).text) || at(in, 1).text == "@" || at(in, 1).text == "a" && at(in, 2).text == "las"
	if in[0].isDayOfMonth() && clock {
		in = slices.Clone(in)
		in[0].ordinal = true
	}
	return in
}

// NamesNext reports whether a text means the next session without a day: "the next one", "la
// próxima sesión".
func (r Reader) NamesNext(s string) bool {
	var words []string
	for _, t := range withoutIdle(respelt(lex(s))) {
		if !isSession(t.text) && t.text != "the" && t.text != "la" && t.text != "el" && t.text != "one" {
			words = append(words, t.text)
		}
	}
	return len(words) == 1 && slices.Contains([]string{"next", "upcoming", "coming", "proximo", "proxima", "siguiente"}, words[0])
}

// Periods returns the days that a text with several days may mean, such as "next week", to look
// for a session among them. There are two answers if weeks may begin on Monday or on Sunday.
func (r Reader) Periods(s string) []Dates {
	var out []Dates
	for n := uint8(1); n <= 2; n++ {
		one := r
		one.OneDay, one.period = true, true
		one.chosen[byWeek] = n
		if d, err := one.Skip(s); err == nil && d.From() != d.Until() && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}
