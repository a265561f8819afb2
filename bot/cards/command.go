package cards

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// named are the commands that cards may name. They write them with a slash.
func named() []string { return []string{"crisis", "contact"} }

// Commands makes a fact of each command that a card's text names, by the name that the
// reader types. It is done once, when a page is prepared or a card is posted.
func Commands(blocks []content.Block, w *words.Reader) []content.Block {
	return content.EachItem(blocks, func(item []content.Span) []content.Span {
		for _, name := range named() {
			item = apart(item, name, w)
		}
		return item
	})
}

// apart takes a command out of the text around it.
func apart(item []content.Span, name string, w *words.Reader) []content.Span {
	var out []content.Span
	for _, s := range item {
		for s.Link == "" && s.Fact == nil {
			before, after, ok := strings.Cut(s.Text, "/"+name)
			if next, _ := utf8.DecodeRuneInString(after); !ok || unicode.IsLetter(next) {
				break // a longer word
			}
			command, rest := s, s
			typed := w.Command(name)
			command.Text, command.Fact, rest.Text = typed.String(), typed, after
			if s.Text = before; before != "" {
				out = append(out, s)
			}
			s = rest
			if content.RightToLeft(w.Lang()) {
				out = append(out, content.IsolateSpans([]content.Span{command})...)
			} else {
				out = append(out, command)
			}
		}
		if s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}
