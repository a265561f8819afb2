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
	at := func(i int) string {
		if i >= 0 && i < len(in) {
			return in[i].text
		}
		return ""
	}
	in = withoutAsking(in)
	var out []token
	for i := 0; i < len(in); i++ {
		switch w := in[i].text; {
		case i == 0 && (w == "when" || w == "cuando") && at(1) == ",", i == 0 && w == "-" && len(in) > 1 && !in[1].glued:
			if at(1) == "," {
				i++
			}
		case w == "thank" && (at(i+1) == "you" || at(i+1) == "u"):
			i++
		case w == "ok" && i > 0 && i+1 == len(in):
		case w == "on" && at(i+1) == "the" && at(i+2) == "dot":
			i += 2
		case w == "forever", w == "ongoing", w == "indefinitely", w == "indefinidamente", w == "faltando", w == "faltan", w == "falten", w == "cuando" && strings.HasPrefix(at(i+1), "falt"), w == "inclusive":
		case w == "without" && (at(i+1) == "exception" || at(i+1) == "fail") && at(i+2) != "of", w == "sin" && (at(i+1) == "falta" || at(i+1) == "excepcion") && at(i+2) != "de":
			i++
		case w == "no" && at(i+1) == "end", w == "sin" && at(i+1) == "fin":
			i++
		case w == "until" && at(i+1) == "further" && at(i+2) == "notice", w == "hasta" && at(i+1) == "nuevo" && at(i+2) == "aviso":
			i += 2
		case w == "please", w == "pls", w == "plz", w == "thanks", w == "thx", w == "gracias", w == "porfa", w == "porfavor", w == "porfis", w == "sharp", w == "only", w == "solo", w == "solamente",
			w == "local" && at(i+1) != "time", w == "again" && at(i+1) == "at", w == "later" && (at(i+1) == "today" || at(i+1) == "tonight"), w == "exactly" && i+1 == len(in),
			w == "mismo" && at(i-1) == "hoy", w == "single" && isEvery(at(i-1)), w == "exactly" && (in[min(i+1, len(in)-1)].number || at(i+1) == "at"):
		case w == "just" && (at(i+1) == "this" || at(i+1) == "on" || isDow(at(i+1))), w == "both" && isDow(at(i+1)), w == "right" && at(i+1) == "now",
			w == "t" && in[i].glued && isDateEnd(in[:i]) && in[min(i+1, len(in)-1)].number && at(i+2) == ":": // 2026-12-24T10:00
		case w == "each" && at(i+1) == "and" && at(i+2) == "every", w == "local" && at(i+1) == "time",
			w == "por" && at(i+1) == "favor", w == "hora" && at(i+1) == "local", w == "just" && at(i+1) == "once",
			w == ":" && in[i].glued && i > 1 && in[i-1].glued && at(i-2) == ":" && at(i+1) == "00" && in[i+1].glued: // 10:00:00
			if w != "just" {
				i++
			}
		default:
			out = append(out, in[i])
		}
	}
	return withoutEnding(out)
}

// withoutEnding leaves out what ends a text and changes nothing: whom the reminder is for, as in
// "for the group", "always", and commas.
func withoutEnding(in []token) []token {
	endings := []string{
		"for the group", "to the group", "in the group", "for everyone", "for everybody", "to everyone", "para el grupo", "al grupo", "en el grupo", "para todos",
		"always", "siempre", ",",
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
