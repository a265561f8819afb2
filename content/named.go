package content

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Named is the English name of a command in a card's text. Before a card is shown, it is replaced
// by the Command that the reader types.
type Named string

// nameable are the commands that a card may name. The text has them as a separate word with a
// slash: /crisis.
func nameable() []Named { return []Named{"crisis", "contact", "next"} }

// withNamed makes a separate span of each command in a text.
func withNamed(item []Span) []Span {
	var out []Span
	before := ' ' // the character in front
	for _, s := range item {
		rest := s
		for s.Link == "" {
			at, name := firstNamed(rest.Text, before)
			if name == "" {
				break
			}
			to := at + len("/") + len(name)
			if rest.Text[:at] != "" {
				out = append(out, rest.styled(rest.Text[:at], nil))
			}
			out = append(out, rest.styled(rest.Text[at:to], name))
			before, rest.Text = 's', rest.Text[to:]
		}
		if rest.Text != "" {
			out = append(out, rest)
			before, _ = utf8.DecodeLastRuneInString(rest.Text)
		}
	}
	return out
}

// styled is a span with the style of s and another text.
func (s Span) styled(text string, fact any) Span {
	s.Text, s.Fact = text, fact
	return s
}

// firstNamed finds the first command in a text that is a separate word. before is the character in
// front of the text. name is "" if there is none.
func firstNamed(text string, before rune) (at int, name Named) {
	for i, r := range text {
		if r == '/' && !inWord(before) {
			for _, name := range nameable() {
				after, named := strings.CutPrefix(text[i+1:], string(name))
				next, _ := utf8.DecodeRuneInString(after)
				if named && !inWord(next) {
					return i, name
				}
			}
		}
		before = r
	}
	return 0, ""
}

// inWord reports whether a character beside a command makes it a part of something longer, such as
// an address or "and/or".
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/-_", r)
}

// written undoes withNamed: it joins the spans of commands with their neighbours.
func written(blocks []Block) []Block {
	if !slices.ContainsFunc(slices.Collect(Spans(blocks...)), func(s Span) bool { return isNamed(s) }) {
		return blocks
	}
	return EachItem(blocks, func(item []Span) []Span {
		var out []Span
		for i, s := range item {
			if n := len(out); n > 0 && sameStyle(out[n-1], s) && (isNamed(s) || isNamed(item[i-1])) {
				out[n-1].Text += s.Text
				continue
			}
			out = append(out, s.styled(s.Text, nil))
		}
		return out
	})
}

func isNamed(s Span) bool {
	_, named := s.Fact.(Named)
	return named
}
