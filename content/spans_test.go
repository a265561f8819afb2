package content

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Pieces have room, and together they say all that the spans say.
func TestSplit(t *testing.T) {
	t.Parallel()
	count := func(s Span) int { return utf8.RuneCountInString(s.Text) + 2*len(s.Link) }
	for name, c := range map[string]struct {
		spans []Span
		want  []string // the pieces' texts
	}{
		"nothing":               {nil, nil},
		"it fits":               {[]Span{{Text: "one two"}}, []string{"one two"}},
		"between words":         {[]Span{{Text: "one two three four"}}, []string{"one two ", "three four"}},
		"a word to the end":     {[]Span{{Text: "one tigers four"}}, []string{"one tigers", "four"}},
		"across spans":          {[]Span{{Text: "one two "}, {Text: "three", Bold: true}, {Text: " four"}}, []string{"one two ", "three four"}},
		"a word that is longer": {[]Span{{Text: "one thirteenletter"}}, []string{"one ", "thirteenle", "tter"}},
		"a fact goes whole":     {[]Span{{Text: "at the "}, {Text: "noon", Fact: Command("noon")}}, []string{"at the ", "noon"}},
		"a fact that is longer": {[]Span{{Text: "Monday at noon", Fact: Command("noon")}}, []string{"Monday at ", "noon"}},
		"a link with room":      {[]Span{{Text: "our own page", Link: "tel"}}, []string{"our ", "own ", "page"}},
		"a link without room":   {[]Span{{Text: "our own page", Link: "https://example.org"}}, []string{"our own ", "page"}},
		"an accent":             {[]Span{{Text: "sesión canción"}}, []string{"sesión ", "canción"}},
	} {
		var got []string
		for _, piece := range Split(c.spans, 10, count) {
			text, used := "", 0
			for _, s := range piece {
				text, used = text+s.Text, used+count(s)
			}
			if used > 10 {
				t.Errorf("%s: a piece takes %d", name, used)
			}
			got = append(got, text)
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
