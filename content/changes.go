package content

import (
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// Text is all text of a card that people read, without styles: one line for the title, for each
// paragraph, heading and bullet, and for the source. An approval stores it, so that a later
// reviewer sees what changed.
func (c Card) Text() string {
	lines := []string{c.Title, Plain(c.Answer)}
	for _, s := range c.Sections {
		lines = append(lines, s.Title, Plain(s.Blocks))
	}
	if len(c.Limits) > 0 {
		lines = append(lines, Plain(c.Limits))
	}
	return strings.Join(append(lines, c.Source), "\n")
}

// Change says whether words stayed, were added or were removed.
type Change int

// The changes of words between two texts.
const (
	Same Change = iota
	Added
	Removed
)

// Segment is a run of words with the same Change. Its Text has the line breaks of the compared
// texts.
type Segment struct {
	Change Change
	Text   string
}

// Changes compares two texts word by word. The segments without the removed ones are the new
// text, and without the added ones the old text, apart from spaces.
func Changes(old, now string) []Segment {
	before, after := split(old), split(now)
	// false: do not treat frequent words as noise, because the texts are short.
	m := difflib.NewMatcherWithJunk(before, after, false, nil)
	var out []Segment
	add := func(change Change, words []string) {
		if len(words) > 0 {
			out = append(out, Segment{change, joined(words)})
		}
	}
	for _, op := range m.GetOpCodes() {
		if op.Tag == 'e' {
			add(Same, before[op.I1:op.I2])
			continue
		}
		add(Removed, before[op.I1:op.I2])
		add(Added, after[op.J1:op.J2])
	}
	return out
}

// split gives the words of a text, with each line break as a word of its own.
func split(text string) []string {
	var out []string
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			out = append(out, "\n")
		}
		out = append(out, strings.Fields(line)...)
	}
	return out
}

func joined(words []string) string {
	return strings.NewReplacer(" \n ", "\n", " \n", "\n", "\n ", "\n").Replace(strings.Join(words, " "))
}
