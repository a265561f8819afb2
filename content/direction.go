package content

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// RightToLeft tells of a language (BCP 47) whether it is written from right to left.
func RightToLeft(lang string) bool {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi":
		return true
	}
	return false
}

// IsRightToLeft tells of a letter whether it is written from right to left.
func IsRightToLeft(c rune) bool {
	return unicode.In(c, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana)
}

// The marks around a part of a text that has a direction of its own: one that is found
// by its first letter, or from left to right. https://www.unicode.org/reports/tr9/
const (
	firstStrong = "\u2068"
	leftToRight = "\u2066"
	endOfPart   = "\u2069"
)

// Isolate keeps a name, command or number from being torn apart in a text that is written
// from right to left. What has no letter or digit of the other direction stays.
func Isolate(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return unicode.IsDigit(c) || unicode.IsLetter(c) && !IsRightToLeft(c) }) {
		return s
	}
	return firstStrong + s + endOfPart
}

// IsolateSpans is Isolate for spans that have such letters.
func IsolateSpans(part []Span) []Span {
	return slices.Concat([]Span{{Text: firstStrong}}, part, []Span{{Text: endOfPart}})
}

// number is a telephone number. Beside Arabic letters its groups of digits would change
// places, so that people would call another number.
var number = regexp.MustCompile(`\+?\(?\d[\d() -]{5,}\d`)

// numbersInOrder keeps the numbers and addresses of a card in a language that is written
// from right to left as they are dialled. It comes after the hash, which is over what the
// translator wrote.
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
