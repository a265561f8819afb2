package adaptertest

import (
	"fmt"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// worst is the longest message that cards can make: in three languages, with sections and the
// most controls. No word occurs twice in it.
type worst struct {
	message bot.Message
	read    []string // the words of title and blocks, in order
	n       int
}

// newWorst makes a message: a card in three languages, with the given numbers of sections and
// of words in a further paragraph.
func newWorst(key string, sections, extra int) *worst {
	w := &worst{message: bot.Message{Key: key, Footer: []content.Span{{Text: "In a crisis this footer tells where to turn"}}}}
	w.message.Title = w.text(12) // of nine characters each, with spaces: just above 100 with the next
	for range 3 {
		w.add(content.Block{Kind: content.Heading, Items: [][]content.Span{{{Text: w.text(9)}}}})
		w.add(content.Text(w.text(70)))
		w.add(content.Bullets(w.text(10), w.text(10), w.text(10)))
		w.add(content.Block{Items: [][]content.Span{{
			{Text: w.text(5) + " "}, {Text: w.text(5), Bold: true}, {Text: " " + w.text(5) + " "},
			{Text: w.text(4), Link: "https://example.org/" + strings.Repeat("a", 40)}, {Text: ", "}, {Text: w.text(1), Italic: true},
		}}})
	}
	for range sections {
		w.add(content.Block{Kind: content.Heading, Items: [][]content.Span{{{Text: w.text(4)}}}})
		w.add(content.Text(w.text(60)))
		w.add(content.Bullets(w.text(10), w.text(10)))
	}
	if extra > 0 {
		w.add(content.Text(w.text(extra)))
	}
	m := &bot.Menu{Label: "Choose one of the options"}
	for i := range 25 {
		m.Options = append(m.Options, bot.Action{Label: label("Option", i), Hint: strings.Repeat("h", 100), Call: longCall(i)})
	}
	w.message.Menu = m
	for i := range 10 {
		w.message.Actions = append(w.message.Actions, bot.Action{Label: label("Button", i), Call: longCall(25 + i)})
	}
	return w
}

func (w *worst) add(b content.Block) { w.message.Blocks = append(w.message.Blocks, b) }

// text makes n new words of seven characters.
func (w *worst) text(n int) string {
	var all []string
	for range n {
		w.n++
		all = append(all, fmt.Sprintf("wor%04d", w.n))
	}
	w.read = append(w.read, all...)
	return strings.Join(all, " ")
}

// label has the 75 characters that a label may have.
func label(what string, i int) string {
	s := fmt.Sprintf("%s %02d ", what, i)
	return s + strings.Repeat("l", 75-len(s))
}

// longCall fills the 100 characters that a call may have.
func longCall(i int) bot.Call {
	c := call("agreements", "", "name", fmt.Sprintf("%02d", i))
	c.Args["name"] += strings.Repeat("x", 100-len(c.Encode()))
	return c
}

// lost says in one sentence what of the message is missing or out of order in the text that was
// read; "" if nothing is.
func (w *worst) lost(text string, labels []string) string {
	at := map[string]int{}
	for i, s := range words(text) {
		if _, ok := at[s]; !ok {
			at[s] = i
		}
	}
	var missing []string
	before := -1
	for _, s := range w.read {
		i, ok := at[s]
		switch {
		case !ok:
			missing = append(missing, s)
		case i < before:
			return fmt.Sprintf("%s stands before what it follows", s)
		default:
			before = i
		}
	}
	if len(missing) > 0 {
		return fmt.Sprintf("%d of %d words are lost, the first %s", len(missing), len(w.read), missing[0])
	}
	if !holds(text, w.message.Footer[0].Text) {
		return "the footer is lost"
	}
	have := map[string]bool{}
	for _, l := range labels {
		have[l] = true
	}
	for _, a := range append(w.message.Menu.Options, w.message.Actions...) {
		if !have[a.Label] {
			return fmt.Sprintf("%q cannot be pressed", a.Label)
		}
	}
	return ""
}
