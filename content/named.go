package content

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Named is a command that a card names, by its English name. Its readers get it as the
// Command that they type.
type Named string

// nameable are the commands that a card may name. It writes them as a word of their own,
// with a slash: /crisis.
func nameable() []Named { return []Named{"crisis", "contact"} }

// withNamed makes a span of its own of each command that a text names, when the text is read.
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

// styled is another text in a span's style.
func (s Span) styled(text string, fact any) Span {
	s.Text, s.Fact = text, fact
	return s
}

// firstNamed finds the first command that stands as a word in a text. before is the
// character in front of the text.
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

// inWord tells whether a character beside a command makes it a part of something longer:
// an address, or two words with a stroke between.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/-_", r)
}

// written are blocks as they were before commands were made spans of their own.
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
