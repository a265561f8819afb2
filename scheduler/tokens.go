package scheduler

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// token is a word, a number or a sign in a text.
type token struct {
	text    string // lower case, without accents
	raw     string // as it was written
	num     int    // the number, if number
	number  bool
	ordinal bool // a number with a mark: 1st, 2.º, 3er
	glued   bool // follows the token before without a blank
	opened  bool // follows an opening parenthesis
	unit    int  // of "minutes" that stand for the hours or days of a fraction: theirs, in minutes
}

// isDayOfMonth reports whether the number may be a day of a month, and not a year.
func (t token) isDayOfMonth() bool {
	return t.number && t.num >= 1 && t.num <= 31 && len(t.text) <= 2
}

// foldRune removes differences in writing: case, accents, and kinds of blanks, dashes and
// quotes. It returns 0 for a sign without meaning.
func foldRune(r rune) rune {
	switch {
	case r >= 0x0300 && r <= 0x036f, r >= 0x200b && r <= 0x200f, r == 0x2060, r == 0xfeff, r == 0xad, r == 0xfe0f, r == 0x20e3:
		return 0 // accents that stand alone, signs without width, and what makes a sign an emoji
	case unicode.IsSpace(r):
		return ' '
	}
	r = unicode.ToLower(r)
	switch r {
	case 'á', 'à', 'â', 'ä', 'ã':
		return 'a'
	case 'é', 'è', 'ê', 'ë':
		return 'e'
	case 'í', 'ì', 'î', 'ï':
		return 'i'
	case 'ó', 'ò', 'ô', 'ö', 'õ':
		return 'o'
	case 'ú', 'ù', 'û', 'ü':
		return 'u'
	case 'ñ':
		return 'n'
	case '–', '—', '‑', '‐', '−', '―', '→':
		return '-'
	case '’', '‘', '´', '`', 'ʼ':
		return '\''
	case 'º', 'ª', '°':
		return 'º'
	case '：', '∶':
		return ':'
	case '，', '、', '·', '|':
		return ','
	case '；':
		return ';'
	case '．':
		return '.'
	}
	if r >= '！' && r <= '～' { // full width
		return unicode.ToLower(r - '！' + '!')
	}
	return r
}

// foldText folds a whole text.
func foldText(s string) string {
	return strings.Map(func(r rune) rune {
		if r = foldRune(r); r == 0 {
			return -1
		}
		return r
	}, s)
}

// lex takes a text apart.
func lex(s string) []token {
	var out []token
	space, opened := true, false
	kind := func(r rune) int {
		switch {
		case r >= '0' && r <= '9':
			return 1
		case unicode.IsLetter(r), r == '\'':
			return 2
		}
		return 3
	}
	last := 0
	for _, raw := range strings.TrimRight(s, "; ") {
		r := foldRune(raw)
		switch {
		case r == 0:
			if len(out) > 0 {
				out[len(out)-1].raw += string(raw)
			}
			continue
		case r == ' ', isOrnament(r):
			space, opened = true, opened && r == ' ' || r == '('
			continue
		}
		k := kind(r)
		if !space && k == last && k != 3 {
			out[len(out)-1].text += string(r)
			out[len(out)-1].raw += string(raw)
			continue
		}
		out = append(out, token{text: string(r), raw: string(raw), glued: !space, opened: opened})
		space, opened, last = false, false, k
	}
	for i := range out {
		if n, err := strconv.Atoi(out[i].text); err == nil && len(out[i].text) <= 4 && kind(rune(out[i].text[0])) == 1 {
			out[i].num, out[i].number = n, true
		}
	}
	return mergeMarks(withDottedDates(out))
}

// isOrnament reports whether a sign only decorates a text and does not change its meaning.
func isOrnament(r rune) bool {
	switch r {
	case '!', '¡', '?', '¿', '"', '“', '”', '„', '«', '»', '[', ']', '(', ')', '•', '_', '…':
		return true
	case '📅', '📆', '🗓', '⏰', '🔔', '📌', '📍', '📝', '📋', '📢', '📣', '💬', '✅', '✔', '✨', '⭐', '🎉', '👍', '👋', '👉', '▶', '❤', '💙', '💚', '💜', '🧡', '💛': // but not 🌙, ☀ or ❌
		return true
	}
	return r >= '😀' && r <= '🙏' // faces
}

// withDottedDates writes dates with dots with the name of the month.
func withDottedDates(in []token) []token {
	var out []token
	for len(in) > 0 {
		date, n := dotted(out, in)
		if n == 0 {
			date, n = in[:1], 1
		}
		out, in = append(out, date...), in[n:]
	}
	return out
}

// mergeMarks joins what belongs to one word: "p. m.", "1.º", "22nd", "Dec.".
func mergeMarks(in []token) []token {
	at := func(i int) token { return at(in, i) }
	var out []token
	for i := 0; i < len(in); i++ {
		t := in[i]
		if half, n := halfDay(in[i:], len(out) > 0 && out[len(out)-1].number); n > 0 {
			out = append(out, token{text: half, raw: rawOf(in[i : i+n]), glued: t.glued})
			i += n - 1
			continue
		}
		if t.number {
			dot := 0
			if next := at(i + 1); next.text == "." && next.glued && at(i+2).glued {
				dot = 1
			}
			mark := at(i + 1 + dot)
			first := mark.text == "a" && isPeriod(at(i+2+dot).text) // 1a semana; else 9a is in the morning
			if mark.glued && (isOrdinalMark(t.num, mark.text) || first) {
				t.ordinal, t.raw = true, t.raw+mark.raw
				i += 1 + dot
			}
		}
		if _, hour := numberWord(at(i - 1).text); hour && t.text == ":" && t.glued && at(i+1).glued { // nine:fifteen
			in[i+1].glued = false
			continue
		}
		if t.text == ":" && i > 0 && !in[i-1].number && (!at(i+1).glued || !at(i+1).number) {
			t.text = "," // three times a week: Monday, ...
		}
		if t.text == "." && (!at(i+1).glued || i+1 == len(in) || at(i+1).text == "," || at(i+1).text == "-" || isMonth(at(i-1).text)) {
			continue // the end of a sentence or of a short form
		}
		out = append(out, t)
	}
	return out
}

// saysAny reports whether one of the tokens is one of the words.
func saysAny(tokens []token, words ...string) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return slices.Contains(words, t.text) })
}

func rawOf(tokens []token) string {
	text := ""
	for i, t := range tokens {
		if i > 0 && !t.glued && t.raw != "" {
			text += " "
		}
		text += t.raw
	}
	return text
}

// halfDay reads am or pm, also with dots and blanks, and returns how many tokens that is.
func halfDay(t []token, afterNumber bool) (string, int) {
	if t[0].text == "am" || t[0].text == "pm" {
		return t[0].text, 1
	}
	if t[0].text != "a" && t[0].text != "p" {
		return "", 0
	}
	n, dotted := 1, false
	if n < len(t) && t[n].text == "." {
		n, dotted = n+1, true
	}
	if n >= len(t) || t[n].text != "m" || !dotted && !afterNumber {
		if afterNumber && t[0].glued && (len(t) == 1 || !t[1].glued || t[1].text == "-" || t[1].text == "/" || t[1].text == "," || t[1].text == ";" || t[1].text == ".") {
			return t[0].text + "m", 1 // 7p, 9a-5p
		}
		last := len(t) == 1 || t[1].text == "," || t[1].text == ";"
		if afterNumber && !t[0].glued && (t[0].text == "p" || last) { // 7 p; but de 7 a 9
			return t[0].text + "m", 1
		}
		return "", 0
	}
	if n+1 < len(t) && t[n+1].text == "." {
		n++
	}
	return t[0].text + "m", n + 1
}

// isPeriod reports whether an ordinal in the feminine, such as "1a", may come before the word
// in Spanish.
func isPeriod(w string) bool { return w == "semana" || w == "quincena" || w == "vez" }

func isOrdinalMark(n int, mark string) bool {
	switch mark {
	case "st", "nd", "rd", "th": // 2th may lack a digit
		return ordinal(n) == strconv.Itoa(n)+mark
	case "º", "o", "ro", "ero", "ra", "do", "da", "er", "to", "ta", "vo", "no":
		return true
	case "mo": // séptimo, décimo; but 3mo are months
		return n == 7 || n == 10
	}
	return false
}
