package discord

import (
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// piece is text that fits into one message, with the separator before it.
type piece struct {
	gap   string
	text  string
	block int  // pieces of one block stay together if possible
	heads bool // a heading, which stays with what follows
}

// longest bounds a piece, so that a message always has room for one and for the mark before it.
const longest = maxContent - 8

// layout writes a message's text, without the footer, in reading order.
func layout(m bot.Message) []piece {
	var out []piece
	block, heads := 0, false
	add := func(gap, mark string, spans []content.Span) {
		for i, t := range fit(spans, longest) {
			if i > 0 {
				gap, mark = "\n", ""
			}
			out = append(out, piece{gap, mark + t, block, heads})
		}
	}
	plain := func(s string) []content.Span { return []content.Span{{Text: oneLine(s)}} }
	heads = true
	if m.Title != "" {
		add("\n\n", "## ", plain(m.Title))
	}
	if m.Note != "" {
		add("\n", "", []content.Span{{Text: oneLine(m.Note), Italic: true}})
	}
	gap := "\n"
	if m.Note != "" {
		gap = "\n\n"
	}
	for _, b := range m.Blocks {
		block, heads = block+1, b.Kind == content.Heading
		switch b.Kind {
		case content.List:
			for i, item := range b.Items {
				if i > 0 {
					gap = "\n"
				}
				add(gap, "- ", item)
			}
			gap = "\n\n"
		case content.Heading:
			for _, item := range b.Items {
				add("\n\n", "### ", item)
			}
			gap = "\n"
		default:
			for _, item := range b.Items {
				add(gap, "", item)
			}
			gap = "\n\n"
		}
	}
	heads = false
	for _, a := range m.Actions {
		block++
		linked := func(s content.Span) bool { return s.Link == a.Link }
		if _, ok := webLink(a.Link); a.Link != "" && !ok && !content.AnySpan(linked, m.Blocks...) {
			// A button cannot call, so the number is written unless the text has it.
			add("\n\n", "", []content.Span{{Text: a.Label, Link: a.Link}})
		}
	}
	return out
}

func withFooter(out []piece, m bot.Message) []piece {
	gap, mark := "\n\n", "-# "
	for _, t := range fit([]content.Span{{Text: oneLine(words.Plain(m.Footer))}}, longest) { // none if empty
		out = append(out, piece{gap: gap, text: mark + t, block: below})
		gap, mark = "\n", ""
	}
	return out
}

// below is the block of a footer.
const below = -1

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// pack joins pieces into texts of at most limit characters. A text begins with a new block if
// possible, and never ends with a heading.
func pack(pieces []piece, limit int) []string {
	var out []string
	add := func(gap, text string) bool {
		n := len(out) - 1
		if n < 0 || size(out[n])+size(gap)+size(text) > limit {
			return false
		}
		out[n] += gap + text
		return true
	}
	for len(pieces) > 0 {
		n := together(pieces)
		gap, whole := join(pieces[:n])
		if size(whole) > limit { // takes what fits, with its headings
			n = 1
			for n < len(pieces) && pieces[n-1].heads {
				n++
			}
			if gap, whole = join(pieces[:n]); size(whole) > limit {
				n = 1
				gap, whole = join(pieces[:n])
			}
		}
		if !add(gap, whole) {
			out = append(out, whole)
		}
		pieces = pieces[n:]
	}
	return out
}

// together counts the pieces of the first block, with the headings before it.
func together(pieces []piece) int {
	n := 0
	for n < len(pieces) && pieces[n].heads {
		n++
	}
	for first := n; n < len(pieces) && pieces[n].block == pieces[first].block && !pieces[n].heads; n++ {
	}
	return max(n, 1)
}

// join makes one text of pieces.
func join(pieces []piece) (gap, text string) {
	var b strings.Builder
	for i, p := range pieces {
		if i > 0 {
			b.WriteString(p.gap)
		}
		b.WriteString(p.text)
	}
	return pieces[0].gap, b.String()
}

// fit splits spans into texts of at most n characters, between words.
func fit(spans []content.Span, n int) []string {
	texts := []string{written(spans)}
	if size(texts[0]) > n {
		texts = bot.Each(content.Split(spans, n, func(s content.Span) int { return size(span(s)) }), written)
	}
	for i, t := range texts {
		texts[i] = strings.TrimRight(t, " ")
	}
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

// written writes spans in Discord's Markdown.
func written(spans []content.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(span(s))
	}
	return b.String()
}
