package discord

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// Limits of a message: https://docs.discord.com/developers/resources/message
const (
	maxContent = 2000
	maxText    = 4000 // in all texts of a message together
	maxFooter  = 500  // our own limit: a longer footer goes into the text
)

// Flags of a message.
const (
	flagNoPreviews = 1 << 2  // links show no preview
	flagPrivate    = 1 << 6  // ephemeral
	flagQuiet      = 1 << 12 // no notification
	flagV2         = 1 << 15 // made of components only: no content, no embeds
)

// calm is the colour beside an answer. It only decorates.
const calm = 0x5B8A8A

// payload is the body of a message. What members read is always text and never an embed,
// because an embed is hidden from those who turned link previews off.
//
// A post that fits is sent as content: notifications, search and old clients show nothing else.
// A longer post and a private answer are made of components, which hold more text and show the
// footer below the buttons.
type payload struct {
	Content      string                      `json:"content,omitempty"`
	Components   []component                 `json:"components"`
	Mentions     mentions                    `json:"allowed_mentions"`
	Flags        int                         `json:"flags,omitempty"`
	Nonce        string                      `json:"nonce,omitempty"`
	EnforceNonce bool                        `json:"enforce_nonce,omitempty"`
	Reference    *discordgo.MessageReference `json:"message_reference,omitempty"` // of a reply, in which Discord shows what it follows up
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

// post renders a message for a channel, as a single message.
func post(m bot.Message) (payload, error) {
	p, err := short(m)
	if errors.Is(err, errTooLong) {
		p, err = long(m)
	}
	if err != nil {
		return payload{}, err
	}
	p.Mentions, p.Nonce, p.EnforceNonce = nobody(), m.Key, m.Key != ""
	if m.Silent {
		p.Flags |= flagQuiet
	}
	if isID(m.Thread) {
		p.Reference = &discordgo.MessageReference{MessageID: m.Thread, FailIfNotExists: new(bool)}
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
	return bot.Each(all, onlyFor), nil
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

// boxed puts parts into one container:
// https://docs.discord.com/developers/components/reference#container
func boxed(parts []component) []component {
	return []component{{Type: typeContainer, Accent: calm, Components: parts}}
}

// onlyFor makes a message visible to one person only.
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

// readable writes JSON with indentation, for people.
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
