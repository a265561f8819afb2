package content

import (
	"math"
	"strings"
	"testing"
)

func TestSyllables(t *testing.T) {
	t.Parallel()
	counts := map[int]string{
		0: "988 (323) — 1",
		1: "a the made times used you your heard group speak friend clothes while voice helped can’t don’t won’t walked eye Slack’s through Tell’s asked",
		2: "trusted people table tables being doing saying trying player beyond something someone sometimes therefore honest " +
			"needed voices changes handled settled quiet quickly safety safely client science moment isn’t didn’t early weekly value business create every hundred",
		3: "confident family possibly therapist anyone everyone recording different another idea agreement agreements behavior " +
			"genuine serious period familiar influence whatever media",
		4: "sobriety’s recovery experience vulnerable participant community society participate automated reliable",
		5: "facilitator opportunity university",
		6: "responsibility",
		7: "confidentiality",
	}
	for want, words := range counts {
		for word := range strings.FieldsSeq(words) {
			if got := syllablesIn(word); got != want {
				t.Errorf("%s: %d syllables, want %d", word, got, want)
			}
		}
	}
}

// The grades of these texts are published or easy to count.
func TestGrade(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text                        string
		words, sentences, syllables float64
	}{
		{"The cat sat on the mat.", 6, 1, 6},
		{"This sentence, taken as a reading passage unto itself, is being used to prove a point.", 16, 1, 23},
		{"The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 13, 1, 24},
		{"Call me. Wait! Are you there? “Yes.” (No.)", 8, 5, 8},
		{"Call (323) 488-4114 now.", 2, 1, 2},
		{"Well-known words", 3, 1, 3},
	}
	for _, test := range tests {
		want := 0.39*test.words/test.sentences + 11.8*test.syllables/test.words - 15.59
		if got := Grade([]Block{Text(test.text)}); math.Abs(got-want) > 0.001 {
			t.Errorf("%q: grade %.2f, want %.2f", test.text, got, want)
		}
	}
	if got := Grade(nil); got != 0 {
		t.Errorf("no text has grade %.2f", got)
	}
	if a, b := Grade([]Block{Bullets("one two", "three four")}), Grade([]Block{Text("One two. Three four.")}); a != b {
		t.Errorf("bullets have grade %.2f, sentences %.2f", a, b)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	b := []Block{{Kind: Paragraph, Items: [][]Span{{{Text: "One "}, {Text: "two", Bold: true}, {Text: "-three — 4, é."}}}}, Bullets("five", "six seven")}
	if got := Words(b); got != 7 {
		t.Errorf("%d words, want 7", got)
	}
	if got, want := Plain(b), "One two-three — 4, é.\nfive\nsix seven"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
