package cards

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// named are the commands that cards may name, as they write them.
func named() []string { return []string{"/crisis", "/contact"} }

// Commands makes each command that a card's text names a span of its own. It is done
// once, when a page is prepared or a card is posted.
func Commands(blocks []content.Block) []content.Block {
	return content.EachItem(blocks, func(item []content.Span) []content.Span {
		for _, name := range named() {
			item = apart(item, name)
		}
		return item
	})
}

// apart takes a command out of the text around it.
func apart(item []content.Span, name string) []content.Span {
	var out []content.Span
	for _, s := range item {
		for s.Link == "" && s.Command == "" {
			before, after, ok := strings.Cut(s.Text, name)
			if next, _ := utf8.DecodeRuneInString(after); !ok || unicode.IsLetter(next) {
				break // a longer word
			}
			command, rest := s, s
			command.Text, command.Command, rest.Text = name, name[1:], after
			if s.Text = before; before != "" {
				out = append(out, s)
			}
			out, s = append(out, command), rest
		}
		if s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}

// Typed writes commands as a reader types them: by the names that the platform lists in
// the reader's language.
func Typed(blocks []content.Block, w *words.Reader) []content.Block {
	return content.EachSpan(blocks, func(s content.Span) content.Span {
		if s.Command == "" {
			return s
		}
		s.Text = w.Command(s.Command)
		if content.RightToLeft(w.Lang()) {
			s.Text = content.Isolate(s.Text)
		}
		return s
	})
}
