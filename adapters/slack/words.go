package slack

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// aloud is a message as one text, for notifications, screen readers and clients that show no
// blocks. It is escaped, and cut between words.
func aloud(m bot.Message) string {
	lines := []string{escape(m.Title), escape(m.Note)}
	for _, block := range m.Blocks {
		for _, item := range block.Items {
			mark := ""
			if block.Kind == content.List {
				mark = "• "
			}
			lines = append(lines, mark+read(item))
		}
	}
	for _, a := range m.Actions {
		if a.Link != "" {
			lines = append(lines, escape(linked(a.Label, a.Link)))
		}
	}
	lines = append(lines, read(m.Footer))
	return clip(strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n"), maxText)
}

// read is an item as people hear it, escaped: links with their address, and channels of this
// workspace as references, for which Slack shows the name.
func read(item []content.Span) string {
	var b strings.Builder
	for _, s := range item {
		if id := channel(s); id != "" {
			b.WriteString("<#" + id + ">")
		} else {
			b.WriteString(escape(linked(s.Text, s.Link)))
		}
	}
	return b.String()
}

// channel is the ID of the Slack channel that a span names; empty if it names none.
func channel(s content.Span) string {
	if p, ok := s.Fact.(bot.Place); ok && pickable(p) {
		return p.Channel
	}
	return ""
}

// pickable tells whether a place is a channel of Slack rather than a direct
// message or a place elsewhere.
func pickable(p bot.Place) bool {
	named := strings.HasPrefix(p.Channel, "C") || strings.HasPrefix(p.Channel, "G")
	return p.Platform == bot.Slack && named && strings.Trim(p.Channel, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

func linked(text, link string) string {
	address := strings.TrimPrefix(strings.TrimPrefix(link, "tel:"), "https://")
	switch {
	case link == "" || strings.Contains(text, address):
		return text
	case strings.HasPrefix(link, "tel:") && strings.ContainsAny(text, "0123456789"):
		return text // the label has the number as people read it
	}
	return text + " (" + address + ")"
}

// clip shortens text to a number of characters, at a space if one is near, so that no escaped
// character is split.
func clip(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	short := string([]rune(s)[:most-1])
	if i := strings.LastIndexFunc(short, unicode.IsSpace); i > len(short)/2 {
		short = short[:i]
	} else if i := strings.LastIndexByte(short, '&'); i > len(short)-6 && i > 0 {
		short = short[:i]
	}
	return strings.TrimRightFunc(short, unicode.IsSpace) + "…"
}

func length(item []content.Span) int {
	n := 0
	for _, s := range item {
		n += utf8.RuneCountInString(s.Text) + utf8.RuneCountInString(s.Link) + dated(s)
	}
	return n
}

// dated is how many characters a moment's markup adds to its span's text.
func dated(s content.Span) int {
	m, ok := s.Fact.(content.Moment)
	if !ok {
		return 0
	}
	return utf8.RuneCountInString(m.Clock) + len("<!date^1764522000^"+dateFormat+"|> ()")
}

// split cuts an item into pieces of at most most characters, between words; an empty one is a
// piece too.
func split(item []content.Span, most int) [][]content.Span {
	if length(item) <= most {
		return [][]content.Span{item}
	}
	return content.Split(item, most, func(s content.Span) int { return length([]content.Span{s}) })
}
