package scheduler

import (
	"slices"
	"strings"
)

// withSessions puts the word for a session in place of "we", "it" and verbs for meeting:
// "before we meet", "antes de reunirnos".
func withSessions(in []token) []token {
	var out []token
	for i, t := range in {
		switch next := in[min(i+1, len(in)-1)].text; {
		case t.text == "we" && (next == "meet" || next == "meets"):
			t.text = "session"
		case t.text == "we" && next != "meet":
			if _, edge := edgeWord(next); edge {
				t.text = "session"
			}
		case t.text == "it" && i > 0:
			if _, edge := edgeWord(next); edge { // before it starts
				t.text = "session"
			}
		case t.text == "reunirnos", t.text == "vernos", t.text == "juntarnos", t.text == "nos" && weMeet(next):
			t.text = "sesion"
		}
		if i > 0 && weMeet(t.text) && in[i-1].text == "nos" {
			continue
		}
		out = append(out, t)
	}
	return out
}

// weMeet reports whether a word after "nos" says that people meet: "nos reunimos".
func weMeet(w string) bool {
	switch w {
	case "reunimos", "reunamos", "juntamos", "juntemos", "vemos", "veamos":
		return true
	}
	return false
}

// withoutIdle leaves out words that change nothing: "please", "sharp", "each and every", "every
// single", "local time".
func withoutIdle(in []token) []token {
	in = withoutAsking(in)
	var out []token
	for i := 0; i < len(in); {
		n := idle(in, i)
		if n == 0 {
			out = append(out, in[i])
			n = 1
		}
		i += n
	}
	return withoutEnding(out)
}

// idle returns how many of the tokens from i on change nothing.
func idle(in []token, i int) int {
	first := func(phrases ...string) int {
		c := cursor{tokens: in, pos: i}
		c.skipWords(phrases...)
		return c.pos - i
	}
	if n := first("but only", "but just", "pero solo", "pero solamente", "please", "pls", "plz", "por favor", "porfa", "porfavor", "porfis", "thank you", "thank u", "thanks", "thx", "gracias", "sharp", "on the dot", "only", "solo", "solamente", "unicamente", "nomas", "nada mas",
		"in a row", "seguidos", "seguidas", "forever", "ongoing", "indefinitely", "indefinidamente", "inclusive", "no end", "sin fin", "until further notice", "hasta nuevo aviso", "all year round", "all year long", "all year", "year round", "year - round", "todo el ano", "our local time", "local time", "local", "hora local", "faltando", "faltan", "falten"); n > 0 {
		return n
	}
	if n := first("later today", "later tonight", "again at", "exactly at", "right at", "promptly at", "precisely at", "only once", "just this", "just on", "just once", "right now", "each and every"); n > 0 {
		return n - 1
	}
	if n := first("without exception", "without fail", "sin falta", "sin excepcion"); n > 0 {
		if of := at(in, i+n).text; of == "of" || of == "de" {
			return 0
		}
		return n
	}
	return idleBeside(in, i)
}

// idleBeside does what idle does, for a word or a sign that changes nothing only beside some others.
func idleBeside(in []token, i int) int {
	w, before, next, end := in[i], at(in, i-1), at(in, i+1), i+1 == len(in)
	switch w.text {
	case "repeat", "repeats", "repeating": // Monday at 9am, repeat weekly
		if _, adverb := adverbOf(next.text); i > 0 && (adverb || isEvery(next.text)) {
			return 1
		}
	case "when", "cuando":
		if i == 0 && next.text == "," {
			return 2
		}
		if strings.HasPrefix(next.text, "falt") {
			return 1
		}
	case "para", "for":
		if i == 0 && (isEvery(next.text) || pluralDow(next.text) || next.text == "los" && isDow(at(in, 2).text)) { // not for Monday
			return 1
		}
	case ":": // 10:00:00
		if w.glued && before.glued && at(in, i-2).text == ":" && next.text == "00" && next.glued {
			return 2
		}
	case "-":
		minutes, length := minutesOf(at(in, 2).text)
		earlier := len(in) == 3 && next.number && length && minutes < dayMinutes // - 30 min
		if i == 0 && !end && !next.glued && !earlier {
			return 1
		}
	}
	if w.text == "ok" && i > 0 && end || w.text == "exactly" && (end || next.number) || w.text == "mismo" && before.text == "hoy" || w.text == "single" && isEvery(before.text) ||
		(w.text == "just" || w.text == "both") && (isDow(next.text) || next.number || next.text == "next") || w.text == "t" && w.glued && isDateEnd(in[:i]) && next.number && at(in, i+2).text == ":" { // 2026-12-24T10:00
		return 1
	}
	return 0
}

// withoutEnding leaves out what ends a text and changes nothing: whom the reminder is for, as in
// "for the group", "always", and commas.
func withoutEnding(in []token) []token {
	endings := []string{
		"for the group", "to the group", "in the group", "for everyone", "for everybody", "to everyone", "para el grupo", "al grupo", "en el grupo", "para todos",
		"always", "siempre", "for now", "for the time being", "por ahora", "por el momento", "de momento", ",",
	}
	for {
		i := slices.IndexFunc(endings, func(phrase string) bool {
			n := len(in) - wordsOf(phrase)
			return n > 0 && begins(in[n:], phrase) > 0
		})
		if i < 0 {
			return in
		}
		in = in[:len(in)-wordsOf(endings[i])]
	}
}

// isDateEnd reports whether the tokens end with year, month and day, as in ISO 8601.
func isDateEnd(in []token) bool {
	n := len(in)
	return n >= 5 && isYear(in[n-5]) && in[n-4].text == "-" && in[n-3].number && in[n-2].text == "-" && in[n-1].number
}

// withoutOnce leaves out "one-time reminder on" before a day, and reports whether it did.
func withoutOnce(in []token) ([]token, bool) {
	n := 0
	if w := at(in, 0).text; w == "a" || w == "as" {
		n++
	}
	if at(in, n).text == "a" {
		n++
	}
	if w := at(in, n).text; w != "one" && w != "1" {
		return in, false
	}
	if n++; at(in, n).text == "-" {
		n++
	}
	w := at(in, n).text
	n++
	_, adverb := adverbOf(at(in, n).text)
	if next := at(in, n).text; adverb || w != "time" && w != "off" || n >= len(in) || slices.Contains([]string{"a", "an", "per", "each", "every", "in", "/"}, next) { // one time a week
		return in, false
	}
	for slices.Contains([]string{"only", "reminder", "post", "message", ",", ":", "for"}, at(in, n).text) {
		n++
	}
	return in[n:], true
}
