package chat

import (
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// foreseen are paragraphs about what will be skipped, and why.
func foreseen(w *words.Reader, all []error) []content.Block {
	var out []content.Block
	for _, text := range changes.Foreseen(w, all) {
		out = append(out, content.Text(text))
	}
	return out
}
