package playground

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
	"time"
)

// slackMessage is what the page draws of a chat.postMessage body
// (https://docs.slack.dev/reference/methods/chat.postMessage).
type slackMessage struct {
	Text   string      `json:"text"`
	Blocks []slackNode `json:"blocks"`
}

// slackNode is any block, element, option or run of rich text
// (https://docs.slack.dev/reference/block-kit).
type slackNode struct {
	Type        string      `json:"type"`
	Text        slackText   `json:"text"`
	Elements    []slackNode `json:"elements"`
	Options     []slackNode `json:"options"`
	Placeholder slackText   `json:"placeholder"`
	Description slackText   `json:"description"`
	Value       string      `json:"value"`
	ActionID    string      `json:"action_id"`
	URL         string      `json:"url"`
	Style       slackStyle  `json:"style"`
	Timestamp   int64       `json:"timestamp"`
}

// slackText is a text object, or a bare string, which takes its place in rich text, markdown
// blocks and context elements.
type slackText struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// UnmarshalJSON reads either shape.
func (t *slackText) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		return json.Unmarshal(b, &t.Text)
	}
	type plain slackText
	return json.Unmarshal(b, (*plain)(t))
}

// slackStyle is a button's or list's style, or the style of a run of rich text.
type slackStyle struct {
	Name         string
	Bold, Italic bool
}

// UnmarshalJSON reads either shape.
func (s *slackStyle) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		return json.Unmarshal(b, &s.Name)
	}
	type plain slackStyle
	return json.Unmarshal(b, (*plain)(s))
}

// paintSlack draws a message, or several in an array. If there are blocks, the message's text
// is not drawn: it is only for notifications and screen readers.
func paintSlack(m *markup, payload []byte) error {
	messages, err := oneOrMany[slackMessage](payload)
	if err != nil {
		return err
	}
	d := slackDialect()
	for _, msg := range messages {
		if len(msg.Blocks) == 0 {
			m.prose(msg.Text, d)
		}
		for _, b := range msg.Blocks {
			m.slackBlock(b, d)
		}
	}
	return nil
}

func (m *markup) slackBlock(b slackNode, d dialect) {
	switch b.Type {
	case "header":
		m.el("h3", b.Text.Text, "class", "big")
	case "section":
		m.open("div", "class", "section")
		m.slackText(b.Text, d)
		m.close("div")
	case "context":
		m.open("div", "class", "subtext")
		for _, e := range b.Elements {
			m.slackText(slackText{Type: e.Type, Text: e.Text.Text}, d)
		}
		m.close("div")
	case "actions":
		m.open("div", "class", "row")
		for _, e := range b.Elements {
			m.slackElement(e)
		}
		m.close("div")
	case "rich_text":
		for _, e := range b.Elements {
			m.slackRich(e)
		}
	default:
		m.undrawn("p")
	}
}

func (m *markup) slackText(t slackText, d dialect) {
	if t.Type == "plain_text" {
		m.el("p", t.Text)
		return
	}
	m.prose(t.Text, d)
}

func (m *markup) slackElement(e slackNode) {
	switch e.Type {
	case "button":
		b := button{label: e.Text.Text, style: e.Style.Name, link: e.URL, ids: []string{e.Value, e.ActionID}}
		if strings.HasPrefix(e.ActionID, "page.") { // it turns Home's pages
			b.at = e.Value
		}
		m.button(b)
	case "static_select":
		m.menu(e.Placeholder.Text)
		for _, o := range e.Options {
			m.option(button{label: o.Text.Text, hint: o.Description.Text, link: o.URL, ids: []string{o.Value}})
		}
		m.endMenu()
	default:
		m.undrawn("span")
	}
}

func (m *markup) slackRich(e slackNode) {
	switch e.Type {
	case "rich_text_list":
		m.open("ul")
		for _, item := range e.Elements {
			m.open("li")
			m.slackRuns(item.Elements)
			m.close("li")
		}
		m.close("ul")
	case "rich_text_section":
		m.open("p")
		m.slackRuns(e.Elements)
		m.close("p")
	default:
		m.undrawn("p")
	}
}

func (m *markup) slackRuns(runs []slackNode) {
	for _, r := range runs {
		if r.Type == "date" {
			m.moment(time.Unix(r.Timestamp, 0))
		}
		for i, line := range strings.Split(cmp.Or(r.Text.Text, r.URL), "\n") {
			if i > 0 {
				m.b.WriteString("<br>")
			}
			m.span(line, r.Style.Bold, r.Style.Italic, r.URL)
		}
	}
}
