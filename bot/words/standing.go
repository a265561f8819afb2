package words

import (
	"strings"

	"circlekeeper/content"
)

// Standing says where a card stands with the clinic's sign-off.
func (r *Reader) Standing(s content.Standing) string {
	switch s {
	case content.NeverApproved:
		return r.T("never signed")
	case content.ChangedSince:
		return r.T("changed since it was signed")
	case content.Expired:
		return r.T("its signature has run out")
	case content.IsApproved:
		return r.T("signed, to be read again soon")
	case content.Partly:
		return r.T("waits for another signature")
	}
	return s.String()
}

// Changes shows what became of a text, in those of its lines in which something did.
// What was added and removed is named in words, so that it can be heard as well as seen.
func (r *Reader) Changes(all []content.Segment) []content.Block {
	var lines [][]content.Span
	var line []content.Span
	changed := false
	end := func() {
		if changed {
			lines = append(lines, line)
		}
		line, changed = nil, false
	}
	for _, s := range all {
		for i, text := range strings.Split(s.Text, "\n") {
			if i > 0 {
				end()
			}
			if text == "" {
				continue
			}
			if len(line) > 0 {
				line = append(line, content.Span{Text: " "})
			}
			span := content.Span{Text: text}
			switch s.Change {
			case content.Added:
				span = content.Span{Text: r.T("[added: %s]", text), Bold: true}
			case content.Removed:
				span = content.Span{Text: r.T("[removed: %s]", text), Italic: true}
			}
			line = append(line, span)
			changed = changed || s.Change != content.Same
		}
	}
	end()
	if len(lines) == 0 {
		return nil
	}
	return []content.Block{Bullets(lines...)}
}
