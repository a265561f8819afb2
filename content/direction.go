package content

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// RightToLeft reports whether a language, a BCP 47 tag, is written from right to left.
func RightToLeft(lang string) bool {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi":
		return true
	}
	return false
}

// IsRightToLeft reports whether a letter is written from right to left.
func IsRightToLeft(c rune) bool {
	return unicode.In(c, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana)
}

// The characters around a part of a text with its own direction: that of the part's first letter,
// or left to right. https://www.unicode.org/reports/tr9/
const (
	firstStrong = "\u2068"
	leftToRight = "\u2066"
	endOfPart   = "\u2069"
)

// Isolate keeps a name, command or number together in a text that is written from right to left.
// It returns s unchanged if s has no digit and no letter that is written from left to right.
func Isolate(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return unicode.IsDigit(c) || unicode.IsLetter(c) && !IsRightToLeft(c) }) {
		return s
	}
	return firstStrong + s + endOfPart
}

// IsolateSpans keeps spans together in a text that is written from right to left.
func IsolateSpans(part []Span) []Span {
	return slices.Concat([]Span{{Text: firstStrong}}, part, []Span{{Text: endOfPart}})
}

// number matches a telephone number. Beside Arabic letters its groups of digits would be shown in
// another order, and people would call a wrong number.
var number = regexp.MustCompile(`\+?\(?\d[\d() -]{5,}\d`)

// numbersInOrder keeps the numbers and addresses of a card in their order, if the card's language
// is written from right to left. It is called after the hash was made, because the hash is of the
// translator's text.
func numbersInOrder(c Card) Card {
	if !RightToLeft(c.Lang) {
		return c
	}
	c.Answer, c.Limits, c.Sections = inOrder(c.Answer), inOrder(c.Limits), slices.Clone(c.Sections)
	for i, s := range c.Sections {
		c.Sections[i].Blocks = inOrder(s.Blocks)
	}
	return c
}

func inOrder(blocks []Block) []Block {
	return EachSpan(blocks, func(s Span) Span {
		switch {
		case strings.Contains(s.Text, leftToRight):
		case s.Link != "" && !strings.ContainsFunc(s.Text, IsRightToLeft):
			s.Text = leftToRight + s.Text + endOfPart
		default:
			s.Text = number.ReplaceAllString(s.Text, leftToRight+"$0"+endOfPart)
		}
		return s
	})
}
