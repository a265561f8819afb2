package cards

import (
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Commands writes the commands that a card names by the names that its reader types. It is
// done once, when a page is prepared or a card is posted.
func Commands(blocks []content.Block, w *words.Reader) []content.Block {
	return content.EachItem(blocks, func(item []content.Span) []content.Span {
		var out []content.Span
		for _, s := range item {
			name, named := s.Fact.(content.Named)
			if !named {
				out = append(out, s)
				continue
			}
			typed := w.Command(string(name))
			s.Text, s.Fact = typed.String(), typed
			if content.RightToLeft(w.Lang()) {
				out = append(out, content.IsolateSpans([]content.Span{s})...)
			} else {
				out = append(out, s)
			}
		}
		return out
	})
}
