package discord

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Limits of a message: https://docs.discord.com/developers/resources/message
const (
	maxContent = 2000
	maxText    = 4000 // all text displays of a message
	maxFooter  = 500  // ours: a longer one stands with the words
)

// Flags of a message.
const (
	flagNoPreviews = 1 << 2  // links do not unfold
	flagPrivate    = 1 << 6  // ephemeral
	flagQuiet      = 1 << 12 // no notification
	flagV2         = 1 << 15 // components alone: neither content nor embeds
)

// calm is the colour beside an answer. It says nothing that words do not.
const calm = 0x5B8A8A

// payload is the body of a message. What members read is always text, never an
// embed, which those who turned link previews off do not see.
//
// A post is content where it fits, because notifications, search and old clients
// show only that. A longer one and a private answer are made of components: more
// text fits, and the footer stands below the buttons.
type payload struct {
	Content      string      `json:"content,omitempty"`
	Components   []component `json:"components"`
	Mentions     mentions    `json:"allowed_mentions"`
	Flags        int         `json:"flags,omitempty"`
	Nonce        string      `json:"nonce,omitempty"`
	EnforceNonce bool        `json:"enforce_nonce,omitempty"`
	Reference    *reference  `json:"message_reference,omitempty"`
}

// reference makes a post a reply, in which Discord shows what it follows up.
// https://docs.discord.com/developers/resources/message#message-reference-structure
type reference struct {
	Message string `json:"message_id"`
	Must    bool   `json:"fail_if_not_exists"`
}

// mentions lists what may ping: nothing.
type mentions struct {
	Parse []string `json:"parse"`
}

func nobody() mentions { return mentions{Parse: []string{}} }

var (
	errTooLong = errors.New("the message is too long for one Discord message: shorten the card or move text behind a button")
	errEmpty   = errors.New("the message is empty")
)

// post renders a message for a channel, where it must be a single one.
func post(m bot.Message) (payload, error) {
	p, err := short(m)
	if errors.Is(err, errTooLong) {
		p, err = long(m)
	}
	if err != nil {
		return payload{}, err
	}
	p.Mentions, p.Nonce, p.EnforceNonce = nobody(), m.Key, m.Key != ""
	if m.Quiet {
		p.Flags |= flagQuiet
	}
	if isID(m.Thread) {
		p.Reference = &reference{Message: m.Thread}
	}
	return p, nil
}

// short renders a post as content with buttons below.
func short(m bot.Message) (payload, error) {
	controls, err := rows(m)
	if err != nil {
		return payload{}, err
	}
	texts := pack(withFooter(layout(m), m), maxContent)
	switch {
	case len(texts) == 0:
		return payload{}, errEmpty
	case len(texts) > 1:
		return payload{}, errTooLong
	}
	return payload{Content: texts[0], Components: controls, Flags: flagNoPreviews}, nil
}

// long renders a post as components.
func long(m bot.Message) (payload, error) {
	all, err := split(m)
	if err != nil {
		return payload{}, err
	}
	if len(all) > 1 {
		return payload{}, errTooLong
	}
	return payload{Components: boxed(all[0]), Flags: flagV2}, nil
}

// private renders an answer to one person, in as many messages as it takes.
func private(m bot.Message) ([]payload, error) {
	all, err := split(m)
	if err != nil {
		return nil, err
	}
	out := make([]payload, 0, len(all))
	for _, parts := range all {
		out = append(out, onlyFor(parts))
	}
	return out, nil
}

// split renders a message as components, in as many messages as it takes.
func split(m bot.Message) ([][]component, error) {
	controls, err := rows(m)
	if err != nil {
		return nil, err
	}
	words, footer := layout(m), withFooter(nil, m)
	below := ""
	if len(footer) == 1 && size(footer[0].text) <= maxFooter {
		below = footer[0].text
	} else {
		words = append(words, footer...)
	}
	texts := pack(words, maxText-size(below))
	if len(texts) == 0 {
		return nil, errEmpty
	}
	var out [][]component
	for i, t := range texts {
		parts := []component{textDisplay(t)}
		if i == len(texts)-1 {
			parts = append(parts, controls...)
			if below != "" {
				parts = append(parts, textDisplay(below))
			}
		}
		out = append(out, parts)
	}
	return out, nil
}

// boxed holds parts together.
// https://docs.discord.com/developers/components/reference#container
func boxed(parts []component) []component {
	return []component{{Type: typeContainer, Accent: calm, Components: parts}}
}

// onlyFor is a message that one person sees.
func onlyFor(parts []component) payload {
	return payload{Components: boxed(parts), Mentions: nobody(), Flags: flagPrivate | flagV2}
}

func textDisplay(s string) component { return component{Type: typeText, Content: s} }

// Preview is the JSON body that Send posts for m.
func Preview(m bot.Message) ([]byte, error) {
	p, err := post(m)
	if err != nil {
		return nil, err
	}
	return readable(p)
}

// PreviewAnswer is the JSON array of the bodies that answer one person with m.
func PreviewAnswer(m bot.Message) ([]byte, error) {
	all, err := private(m)
	if err != nil {
		return nil, err
	}
	return readable(all)
}

// readable writes JSON for people.
func readable(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("discord: %w", err)
	}
	return b.Bytes(), nil
}

// piece is text that fits one message, with what separates it from the piece
// before.
type piece struct {
	gap  string
	text string
}

// longest is what a piece may hold, so that every message has room for one with
// the mark before it.
const longest = maxContent - 8

// layout writes a message's words, but for the footer, in reading order.
func layout(m bot.Message) []piece {
	var out []piece
	add := func(gap, mark string, spans []content.Span) {
		for i, t := range fit(spans, longest) {
			if i > 0 {
				gap, mark = "\n", ""
			}
			out = append(out, piece{gap, mark + t})
		}
	}
	plain := func(s string) []content.Span { return []content.Span{{Text: oneLine(s)}} }
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
	for _, a := range m.Actions {
		if _, ok := webLink(a.Link); a.Link != "" && !ok && !links(m.Blocks, a.Link) {
			// No button can call: the number is told.
			add("\n\n", "", []content.Span{{Text: a.Label, Link: a.Link}})
		}
	}
	return out
}

// links tells whether the text has this link already.
func links(blocks []content.Block, to string) bool {
	for _, b := range blocks {
		for _, item := range b.Items {
			if slices.ContainsFunc(item, func(s content.Span) bool { return s.Link == to }) {
				return true
			}
		}
	}
	return false
}

func withFooter(out []piece, m bot.Message) []piece {
	gap, mark := "\n\n", "-# "
	for _, t := range fit([]content.Span{{Text: oneLine(m.Footer)}}, longest) { // none if empty
		out = append(out, piece{gap, mark + t})
		gap, mark = "\n", ""
	}
	return out
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// pack joins pieces into texts of at most limit characters.
func pack(pieces []piece, limit int) []string {
	var out []string
	for _, p := range pieces {
		if n := len(out) - 1; n >= 0 && size(out[n])+size(p.gap)+size(p.text) <= limit {
			out[n] += p.gap + p.text
			continue
		}
		out = append(out, p.text)
	}
	return out
}

// fit writes spans as texts of at most n characters, cut between words.
func fit(spans []content.Span, n int) []string {
	var out []string
	var line strings.Builder
	used := 0
	flush := func() {
		if t := strings.TrimRight(line.String(), " "); t != "" {
			out = append(out, t)
		}
		line.Reset()
		used = 0
	}
	for _, s := range spans {
		for s.Text != "" {
			whole := span(s)
			if k := size(whole); used+k <= n {
				line.WriteString(whole)
				used += k
				break
			}
			start, words := prefix(s, n-used)
			if !words && used > 0 { // the word may fit on the next line
				flush()
				s.Text = strings.TrimLeft(s.Text, " ")
				continue
			}
			head := s
			if head.Text = start; start == "" { // not one character fits beside its link
				start, _ = prefix(content.Span{Text: s.Text}, n)
				head = content.Span{Text: start}
			}
			line.WriteString(span(head))
			flush()
			s.Text = strings.TrimLeft(s.Text[len(start):], " ")
		}
	}
	flush()
	return out
}

// prefix is the start of a span's text that takes at most n characters: whole
// words, or else a part of the first.
func prefix(s content.Span, n int) (start string, whole bool) {
	var ends []int // where a cut may fall, in bytes
	for i := range s.Text {
		if i > 0 {
			ends = append(ends, i)
		}
	}
	ends = append(ends, len(s.Text))
	k := sort.Search(len(ends), func(i int) bool {
		part := s
		part.Text = s.Text[:ends[i]]
		return size(span(part)) > n
	})
	if k == 0 {
		return "", false
	}
	if k == len(ends) {
		return s.Text, true
	}
	end := ends[k-1]
	if i := strings.LastIndexByte(s.Text[:end+1], ' '); i > 0 {
		return s.Text[:i], true
	}
	return s.Text[:end], false
}
