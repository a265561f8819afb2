package content

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// mark is Markdown that other programs format, but the platforms show as plain characters.
type mark struct {
	found *regexp.Regexp
	says  string // what readers see, and what to write instead
}

var rawMarks = sync.OnceValue(func() []mark { //nolint:gochecknoglobals // compiled at the first lint
	return []mark{
		{regexp.MustCompile(`~~[^~]+~~`), "~~ strikes nothing through, and readers see the ~~: leave out what no longer holds"},
		{regexp.MustCompile(`\|[ \t]*:?-{2,}`), "a table is not shown as one: write a list"},
		{regexp.MustCompile(`^\[[ xX]\]( |$)`), "a box to tick is shown as [ ]: write the bullet without it"},
		{regexp.MustCompile(`\]\s*\(\s*(https?:|tel:|www\.)`), "this link is shown as it stands: write [text](https://…) with no space between ] and ( and none in the address"},
		{regexp.MustCompile(`\[\^[^\]]*\]`), "a footnote is not shown as one: write it where it belongs"},
		{regexp.MustCompile(`\]\[[^\]]*\]`), "write a link's address right after its text: [text](https://…)"},
		{regexp.MustCompile(`\*\*`), "readers see this **: bold begins and ends with ** right at a word, **like this**"},
		{regexp.MustCompile(`\{#[^{}]*\}`), "readers see this {#…}: it names a section only at the end of its heading, such as ## More about this {#more}"},
		{regexp.MustCompile(`==[^=]+==`), "== marks nothing, and readers see it: write **bold** for what matters"},
		{regexp.MustCompile(`\|\|[^|]+\|\|`), "|| hides nothing, and readers see it: put what is long behind {#more}"},
	}
})

// Marks finds in one paragraph or bullet the characters that were meant as Markdown, but that
// readers would see. It returns a sentence about each.
func Marks(text string) (says []string) {
	if !strings.ContainsAny(text, "~|]*={") { // most have none
		return nil
	}
	for _, mark := range rawMarks() {
		if mark.found.MatchString(text) {
			says = append(says, mark.says)
		}
	}
	return says
}

// marks reports the findings of Marks in the texts of one line, each once.
func (k *linter) marks(line int, texts ...string) {
	var said []string
	for _, text := range texts {
		for _, says := range Marks(text) {
			if !slices.Contains(said, says) {
				said = append(said, says)
				k.report(line, "marks", "%s", says)
			}
		}
	}
}

// isOneSentence reports whether no second sentence begins in a text. It takes the end of a sentence
// for an abbreviation if it looks like one.
func isOneSentence(text string) bool {
	var (
		// nextSentence matches the end of a sentence and the beginning of another, or an abbreviation
		// before a name. A number or a bracket that follows mostly belongs to the same sentence.
		nextSentence = regexp.MustCompile(`[.!?…]["'”’»)]*\s+[^\p{Ll}\p{Nd}(]`)
		// abbreviation matches a text that ends with an abbreviation, in English or Spanish, or with one
		// letter and a dot, as "6 p.m." does.
		abbreviation = regexp.MustCompile(`(?:^|\P{L})(?:\p{L}|No|(?i:dra?|sra?|srta|mrs?|ms|st|approx|aprox|vs|núm|etc|ee|uu))\.$`)
	)
	for _, end := range nextSentence.FindAllStringIndex(text, -1) {
		if !abbreviation.MatchString(text[:end[0]+1]) {
			return false
		}
	}
	return true
}

// short checks the first paragraph of the limits, which each post that needs them carries.
func (k *linter) short() {
	switch first := k.Answer[0]; {
	case first.Kind != Paragraph:
		k.report(k.line(0), "limits", "the first paragraph is one sentence, which posts carry; here a list comes first")
	case !isOneSentence(textOf(first.Items[0])):
		k.report(k.line(0), "limits", "the first paragraph is one sentence, as each post carries it: put the rest into a paragraph of its own")
	}
}
