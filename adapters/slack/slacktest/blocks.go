package slacktest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Block is one block of Block Kit, with the fields that the fake reads. Kinds that the app does
// not send, such as dividers and images, are refused.
type Block struct {
	Type     string    `json:"type"`
	BlockID  string    `json:"block_id"`
	Text     *Text     `json:"text"`
	Elements []Element `json:"elements"`
	Label    *Text     `json:"label"`
	Hint     *Text     `json:"hint"`
	Element  *Element  `json:"element"`
	Optional bool      `json:"optional"`
}

// Text is a text object.
type Text struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// Element is an element of a block, rich text included. It has the fields of all
// elements, because one list holds elements of any type.
type Element struct {
	Type         string          `json:"type"`
	ActionID     string          `json:"action_id"`
	Value        string          `json:"value"`
	URL          string          `json:"url"`
	Style        json.RawMessage `json:"style"`
	RawText      json.RawMessage `json:"text"` // a string in rich text and context, an object in a button
	Placeholder  *Text           `json:"placeholder"`
	Options      []Option        `json:"options"`
	Initial      *Option         `json:"initial_option"`
	Checked      []Option        `json:"initial_options"`
	InitialValue string          `json:"initial_value"`
	InitialPlace string          `json:"initial_conversation"`
	Places       []string        `json:"initial_conversations"`
	Most         int             `json:"max_selected_items"`
	Here         bool            `json:"default_to_current_conversation"`
	MinQuery     *int            `json:"min_query_length"`
	ChannelID    string          `json:"channel_id"`
	Timestamp    int64           `json:"timestamp"`
	Format       string          `json:"format"`
	Fallback     string          `json:"fallback"`
	MaxLength    int             `json:"max_length"`
	Elements     []Element       `json:"elements"`
}

// Option is one entry of a menu.
type Option struct {
	Text        Text   `json:"text"`
	Value       string `json:"value"`
	Description *Text  `json:"description"`
}

// View is a modal or a Home.
type View struct {
	ID              string          `json:"-"`
	Type            string          `json:"type"`
	Title           *Text           `json:"title"`
	Submit          *Text           `json:"submit"`
	Close           *Text           `json:"close"`
	Blocks          []Block         `json:"blocks"`
	PrivateMetadata string          `json:"private_metadata"`
	CallbackID      string          `json:"callback_id"`
	Raw             json.RawMessage `json:"-"`
}

// Stands is the value of a field that nobody has touched: what the app put there or, after an
// update, the field's value before.
func (e Element) Stands() string {
	switch {
	case e.Initial != nil:
		return e.Initial.Value
	case e.InitialPlace != "":
		return e.InitialPlace
	case len(e.Places) > 0:
		return strings.Join(e.Places, ",")
	case len(e.Checked) > 0:
		var values []string
		for _, o := range e.Checked {
			values = append(values, o.Value)
		}
		return strings.Join(values, ",")
	}
	return e.InitialValue
}

// listed splits a list of picked channels or options.
func listed(value string) []string {
	return strings.FieldsFunc(value, func(c rune) bool { return c == ',' })
}

// hold puts a value into a field.
func (e *Element) hold(value string) {
	e.InitialValue, e.InitialPlace, e.Places, e.Initial, e.Checked = "", "", nil, nil, nil
	switch {
	case e.Type == "checkboxes":
		for _, v := range listed(value) {
			e.Checked = append(e.Checked, optionOf(v))
		}
	case e.Type == "multi_conversations_select":
		e.Places = listed(value)
	case e.Type == "conversations_select":
		e.InitialPlace = value
	case e.Type == "plain_text_input":
		e.InitialValue = value
	case value != "":
		e.Initial = new(optionOf(value))
	}
}

// optionOf is an option as it comes back, with a text of its own.
func optionOf(value string) Option {
	return Option{Text: Text{Type: "plain_text", Text: value}, Value: value}
}

// Words is the element's text, whichever shape it has.
func (e Element) Words() string {
	var text Text
	var plain string
	if json.Unmarshal(e.RawText, &plain) == nil {
		return plain
	}
	_ = json.Unmarshal(e.RawText, &text) // no text at all stays empty
	switch e.Type {
	case "channel":
		return "#" + e.ChannelID
	case "date": // as shown by a client that cannot format it
		return e.Fallback
	}
	return text.Text
}

// checker collects what Slack would refuse. Limits:
// https://docs.slack.dev/reference/block-kit/blocks
type checker struct {
	faults  []string
	blocks  map[string]bool
	actions map[string]bool
}

func (c *checker) at(ok bool, format string, args ...any) {
	if !ok {
		c.faults = append(c.faults, fmt.Sprintf(format, args...))
	}
}

func (c *checker) text(t *Text, most int, kinds ...string) {
	if t == nil {
		c.at(false, "a text is missing")
		return
	}
	n := utf8.RuneCountInString(t.Text)
	c.at(n >= 1 && n <= most, "a text has %d characters, allowed are 1 to %d", n, most)
	c.at(slices.Contains(kinds, t.Type), "a text is of type %s", t.Type)
}

// checkBlocks says what is wrong with the blocks; nothing if Slack would take them.
func checkBlocks(blocks []Block, most int) []string {
	c := &checker{blocks: map[string]bool{}}
	c.at(len(blocks) <= most, "%d blocks, allowed are %d", len(blocks), most)
	for _, b := range blocks {
		c.block(b)
	}
	return c.faults
}

func (c *checker) block(b Block) {
	c.actions = map[string]bool{} // an action_id is unique within its block
	if b.BlockID != "" {
		c.at(len(b.BlockID) <= 255 && !c.blocks[b.BlockID], "block_id %q is too long or not unique", b.BlockID)
		c.blocks[b.BlockID] = true
	}
	switch b.Type {
	case "header":
		c.text(b.Text, 150, "plain_text")
	case "section":
		c.text(b.Text, 3000, "plain_text", "mrkdwn")
	case "context":
		c.at(len(b.Elements) >= 1 && len(b.Elements) <= 10, "%d elements in a context", len(b.Elements))
		for _, e := range b.Elements {
			c.at(e.Type == "plain_text" || e.Type == "mrkdwn", "context holds a %s", e.Type)
			c.at(e.Words() != "", "an empty text in a context")
		}
	case "actions":
		c.at(len(b.Elements) >= 1 && len(b.Elements) <= 25, "%d elements in actions", len(b.Elements))
		for _, e := range b.Elements {
			c.element(e)
		}
	case "input":
		c.text(b.Label, 2000, "plain_text")
		if b.Hint != nil {
			c.text(b.Hint, 2000, "plain_text")
		}
		if b.Element == nil {
			c.at(false, "an input without element")
			return
		}
		c.element(*b.Element)
	case "rich_text":
		c.rich(b.Elements)
	default:
		c.at(false, "block type %q", b.Type)
	}
}

func (c *checker) element(e Element) {
	c.at(len(e.ActionID) >= 1 && len(e.ActionID) <= 255 && !c.actions[e.ActionID], "action_id %q is empty, too long or not unique", e.ActionID)
	c.actions[e.ActionID] = true
	switch e.Type {
	case "button":
		n := utf8.RuneCountInString(e.Words())
		c.at(n >= 1 && n <= 75, "a button's text has %d characters", n)
		c.at(len(e.Value) <= 2000, "a button's value has %d characters", len(e.Value))
		if e.URL != "" {
			u, err := url.Parse(e.URL)
			c.at(err == nil && (u.Scheme == "https" || u.Scheme == "http") && len(e.URL) <= 3000, "a button's url is not one")
		}
		c.at(len(e.Style) == 0 || string(e.Style) == `"primary"` || string(e.Style) == `"danger"`, "a button's style is %s", e.Style)
	case "static_select", "radio_buttons", "checkboxes":
		most := 10
		if e.Type == "static_select" {
			most = 100
		}
		c.at(len(e.Options) >= 1 && len(e.Options) <= most, "%d options", len(e.Options))
		if e.Placeholder != nil {
			c.text(e.Placeholder, 150, "plain_text")
		}
		values := map[string]bool{}
		for _, o := range e.Options {
			c.text(&o.Text, 75, "plain_text")
			c.at(len(o.Value) >= 1 && len(o.Value) <= 75 && !values[o.Value], "an option's value is empty, too long or not unique")
			values[o.Value] = true
			if o.Description != nil {
				c.text(o.Description, 75, "plain_text")
			}
		}
		if e.Initial != nil {
			c.at(values[e.Initial.Value], "the initial option is none of the options")
		}
		c.at(len(e.Checked) == 0 || e.Type == "checkboxes", "initial options in a %s", e.Type)
		for _, o := range e.Checked {
			c.at(values[o.Value], "an initial option is none of the options")
		}
	case "multi_conversations_select":
		c.at(len(e.Places) == 0 || !e.Here, "initial conversations, and the current one")
		c.at(e.Most == 0 || len(e.Places) <= e.Most, "%d initial conversations, at most %d may be picked", len(e.Places), e.Most)
	case "external_select", "conversations_select":
		c.at(len(e.Options) == 0, "options in a %s", e.Type)
		if e.Initial != nil {
			c.text(&e.Initial.Text, 75, "plain_text")
			c.at(len(e.Initial.Value) >= 1 && len(e.Initial.Value) <= 75, "the initial option's value is empty or too long")
		}
		c.at(e.InitialPlace == "" || e.Type == "conversations_select" && !e.Here, "an initial conversation in a %s, or two of them", e.Type)
	case "plain_text_input":
		c.at(e.MaxLength >= 0 && e.MaxLength <= 3000, "max_length is %d", e.MaxLength)
	default:
		c.at(false, "element type %q", e.Type)
	}
}

func (c *checker) rich(elements []Element) {
	c.at(len(elements) > 0, "empty rich text")
	for _, e := range elements {
		switch e.Type {
		case "rich_text_section":
			c.at(len(e.Elements) > 0, "empty rich text section")
			c.rich2(e.Elements)
		case "rich_text_list":
			c.at(string(e.Style) == `"bullet"`, "a list's style is %s", e.Style)
			c.at(len(e.Elements) > 0, "an empty list")
			for _, item := range e.Elements {
				c.at(item.Type == "rich_text_section", "a list holds a %s", item.Type)
				c.rich2(item.Elements)
			}
		default:
			c.at(false, "rich text holds a %s", e.Type)
		}
	}
}

func (c *checker) rich2(elements []Element) {
	for _, e := range elements {
		switch e.Type {
		case "text":
			c.at(e.Words() != "", "an empty rich text")
		case "link":
			u, err := url.Parse(e.URL)
			c.at(err == nil && (u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto"), "a rich link's url is not one")
		case "channel":
			c.at(len(e.ChannelID) > 1 && strings.ContainsAny(e.ChannelID[:1], "CG"), "a channel %q", e.ChannelID)
		case "date":
			c.at(e.Timestamp > 0 && strings.Contains(e.Format, "{date") && e.Fallback != "", "a date without a timestamp, a format or a fallback")
		default:
			c.at(false, "rich text holds a %s", e.Type)
		}
	}
}

func checkView(v View) []string {
	c := &checker{}
	if v.Type == "home" {
		c.at(len(v.PrivateMetadata) <= 3000, "private_metadata has %d characters", len(v.PrivateMetadata))
		c.at(v.Title == nil && v.Submit == nil && v.Close == nil, "a Home has no title and no buttons below")
		return append(c.faults, checkBlocks(v.Blocks, 100)...)
	}
	c.at(v.Type == "modal", "view type %q", v.Type)
	c.text(v.Title, 24, "plain_text")
	inputs := slices.ContainsFunc(v.Blocks, func(b Block) bool { return b.Type == "input" })
	c.at(!inputs || v.Submit != nil, "a modal with inputs needs submit")
	for _, t := range []*Text{v.Submit, v.Close} {
		if t != nil {
			c.text(t, 24, "plain_text")
		}
	}
	c.at(len(v.PrivateMetadata) <= 3000, "private_metadata has %d characters", len(v.PrivateMetadata))
	c.at(len(v.CallbackID) <= 255, "callback_id has %d characters", len(v.CallbackID))
	return append(c.faults, checkBlocks(v.Blocks, 100)...)
}

// silent tells whether no block would notify anybody.
func silent(blocks []Block) bool {
	var quiet func(es []Element) bool
	quiet = func(es []Element) bool {
		for _, e := range es {
			if e.Type == "mrkdwn" && pings(e.Words(), false) || !quiet(e.Elements) {
				return false
			}
		}
		return true
	}
	for _, b := range blocks {
		if b.Text != nil && b.Text.Type == "mrkdwn" && pings(b.Text.Text, false) || !quiet(b.Elements) {
			return false
		}
	}
	return true
}

// Words is everything that people read in the blocks, in order, a line each.
func Words(blocks []Block) string {
	var b strings.Builder
	var rich func(es []Element)
	rich = func(es []Element) {
		for _, e := range es {
			b.WriteString(e.Words())
			rich(e.Elements)
			if e.Type == "rich_text_section" {
				b.WriteByte('\n')
			}
		}
	}
	line := func(t *Text) {
		if t != nil {
			b.WriteString(shown(*t) + "\n")
		}
	}
	for _, x := range blocks {
		line(x.Text)
		line(x.Label)
		line(x.Hint)
		if x.Type == "rich_text" {
			rich(x.Elements)
			continue
		}
		for _, e := range x.Elements {
			switch e.Type {
			case "mrkdwn", "plain_text":
				line(&Text{Type: e.Type, Text: e.Words()})
			case "button":
				b.WriteString(e.Words() + "\n")
			case "static_select":
				line(e.Placeholder)
				for _, o := range e.Options {
					line(&o.Text)
					line(o.Description)
				}
			}
		}
	}
	return b.String()
}

// shown is a text as people see it: <address|label> shows its label.
func shown(t Text) string {
	if t.Type != "mrkdwn" {
		return t.Text
	}
	var b strings.Builder
	rest := t.Text
	for {
		before, after, ok := strings.Cut(rest, "<")
		b.WriteString(before)
		if !ok {
			break
		}
		inside, tail, ok := strings.Cut(after, ">")
		if !ok {
			b.WriteString("<" + after)
			break
		}
		address, label, ok := strings.Cut(inside, "|")
		if !ok {
			label = address
		}
		b.WriteString(label)
		rest = tail
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(b.String())
}
