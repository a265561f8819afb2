package playground

import (
	"encoding/json"
	"fmt"
)

// discordMessage is the part of a create-message body that the page draws:
// https://docs.discord.com/developers/resources/message#create-message
type discordMessage struct {
	Content    string             `json:"content"`
	Components []discordComponent `json:"components"`
}

// discordComponent is any component
// (https://docs.discord.com/developers/components/reference).
type discordComponent struct {
	Type        int                `json:"type"`
	Components  []discordComponent `json:"components"`
	Content     string             `json:"content"`
	AccentColor *int               `json:"accent_color"`
	Label       string             `json:"label"`
	Style       int                `json:"style"`
	CustomID    string             `json:"custom_id"`
	URL         string             `json:"url"`
	Placeholder string             `json:"placeholder"`
	Options     []struct {
		Label       string `json:"label"`
		Value       string `json:"value"`
		Description string `json:"description"`
	} `json:"options"`
}

// paintDiscord draws a message, or several in an array.
func paintDiscord(m *markup, payload []byte) error {
	messages, err := oneOrMany[discordMessage](payload)
	if err != nil {
		return err
	}
	d := discordDialect()
	for _, msg := range messages {
		m.prose(msg.Content, d)
		for _, c := range msg.Components {
			m.discordComponent(c, d)
		}
	}
	return nil
}

func (m *markup) discordComponent(c discordComponent, d dialect) {
	inside := func() {
		for _, child := range c.Components {
			m.discordComponent(child, d)
		}
	}
	switch c.Type {
	case 1: // action row
		m.open("div", "class", "row")
		inside()
		m.close("div")
	case 2: // button
		style := map[int]string{1: "primary", 4: "danger"}[c.Style]
		m.button(button{label: c.Label, style: style, link: c.URL, ids: []string{c.CustomID}})
	case 3: // string select
		m.menu(c.Placeholder)
		for _, o := range c.Options {
			m.option(button{label: o.Label, hint: o.Description, ids: []string{o.Value}})
		}
		m.endMenu()
	case 10: // text display
		m.prose(c.Content, d)
	case 17: // container
		accent := ""
		if c.AccentColor != nil {
			accent = fmt.Sprintf("#%06x", *c.AccentColor)
		}
		m.open("div", "class", "embed", "data-accent", accent)
		inside()
		m.close("div")
	default:
		m.undrawn("p")
	}
}

// oneOrMany reads one value, or an array of them.
func oneOrMany[T any](payload []byte) ([]T, error) {
	var many []T
	if json.Unmarshal(payload, &many) == nil {
		return many, nil
	}
	var one T
	if err := json.Unmarshal(payload, &one); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	return []T{one}, nil
}
