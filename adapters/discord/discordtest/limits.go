package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Flags of messages: https://docs.discord.com/developers/resources/message
const (
	flagSuppressEmbeds        = 1 << 2
	flagEphemeral             = 1 << 6
	flagSuppressNotifications = 1 << 12
	flagComponentsV2          = 1 << 15
)

// component is any component that a message may have. It has the fields of all of them,
// as Discord documents them.
type component struct {
	Type        int         `json:"type"`
	ID          int         `json:"id,omitempty"`
	Style       int         `json:"style,omitempty"`
	Label       string      `json:"label,omitempty"`
	Description string      `json:"description,omitempty"`
	CustomID    string      `json:"custom_id,omitempty"`
	URL         string      `json:"url,omitempty"`
	Content     string      `json:"content,omitempty"`
	Accent      int         `json:"accent_color,omitempty"`
	Placeholder string      `json:"placeholder,omitempty"`
	Value       string      `json:"value,omitempty"`
	Required    *bool       `json:"required,omitempty"`
	MinLength   int         `json:"min_length,omitempty"`
	MaxLength   int         `json:"max_length,omitempty"`
	MinValues   *int        `json:"min_values,omitempty"`
	MaxValues   *int        `json:"max_values,omitempty"`
	Channels    []int       `json:"channel_types,omitempty"`
	Chosen      []chosen    `json:"default_values,omitempty"`
	Options     []option    `json:"options,omitempty"`
	Components  []component `json:"components,omitempty"`
	Component   *component  `json:"component,omitempty"`
}

type chosen struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type option struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

type body struct {
	Content         string      `json:"content"`
	Embeds          []any       `json:"embeds"`
	Components      []component `json:"components"`
	Flags           int         `json:"flags"`
	Nonce           string      `json:"nonce"`
	EnforceNonce    bool        `json:"enforce_nonce"`
	AllowedMentions *struct {
		Parse []string `json:"parse"`
		Users []string `json:"users"`
		Roles []string `json:"roles"`
	} `json:"allowed_mentions"`
	Reference *struct {
		Message string `json:"message_id"`
		Must    *bool  `json:"fail_if_not_exists"`
	} `json:"message_reference"`
	CustomID string `json:"custom_id"`
	Title    string `json:"title"`
	Choices  []struct {
		Name  string `json:"name"`
		Value any    `json:"value"`
	} `json:"choices"`
}

type where int

const (
	inChannel where = iota
	inAnswer
	inEdit
)

var mention = regexp.MustCompile(`@everyone|@here|<@[!&]?\d+>`)

func (b body) message(raw []byte) Message {
	m := Message{Nonce: b.Nonce, Content: b.Content, Flags: b.Flags, Body: bytes.Clone(raw), components: b.Components}
	if b.Flags&flagComponentsV2 != 0 {
		m.Content = strings.Join(words(b.Components), "\n")
	}
	number(m.components)
	if mention.MatchString(m.Content) {
		m.Pings = b.AllowedMentions == nil || len(b.AllowedMentions.Parse)+len(b.AllowedMentions.Users)+len(b.AllowedMentions.Roles) > 0
	}
	return m
}

// number gives an id to each component that has none, as Discord does.
// https://docs.discord.com/developers/components/reference#anatomy-of-a-component
func number(list []component) {
	taken := map[int]bool{}
	var each func([]component, func(*component))
	each = func(list []component, f func(*component)) {
		for i := range list {
			f(&list[i])
			each(list[i].Components, f)
		}
	}
	each(list, func(c *component) { taken[c.ID] = true })
	next := 1
	each(list, func(c *component) {
		if c.ID != 0 {
			return
		}
		for taken[next] {
			next++
		}
		c.ID, taken[next] = next, true
	})
}

func size(s string) int { return len(utf16.Encode([]rune(s))) }

// checkMessage holds a message against the documented limits:
// https://docs.discord.com/developers/resources/message#create-message
func checkMessage(raw []byte, at where) (body, answer) {
	var b body
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, fail(400, 50109, "The request body contains invalid JSON.")
	}
	if size(b.Content) > 2000 {
		return b, invalidForm("content", "Must be 2000 or fewer in length.")
	}
	if len(b.Embeds) > 0 { // Discord accepts embeds, but nobody here sends any
		return b, invalidForm("embeds", "the fake knows none")
	}
	if len(b.Nonce) > 25 {
		return b, invalidForm("nonce", "Must be 25 or fewer in length.")
	}
	if b.Flags&flagComponentsV2 != 0 && b.Content != "" {
		return b, invalidForm("flags", "content cannot be used with IS_COMPONENTS_V2")
	}
	if b.Flags&flagComponentsV2 == 0 && len(b.Components) > 5 {
		return b, invalidForm("components", "Must be between 1 and 5 in length.")
	}
	allowed := flagSuppressEmbeds | flagComponentsV2
	switch at {
	case inChannel:
		allowed |= flagSuppressNotifications
	case inAnswer:
		allowed |= flagSuppressNotifications | flagEphemeral
	}
	if b.Flags&^allowed != 0 {
		return b, invalidForm("flags", "a flag that cannot be set here")
	}
	why := ""
	if b.Flags&flagComponentsV2 != 0 {
		why = checkV2(b.Components)
	} else {
		why = checkComponents(b.Components, map[string]bool{})
	}
	if why != "" {
		return b, invalidForm("components", why)
	}
	if strings.TrimSpace(b.Content) == "" && len(b.Components) == 0 {
		return b, fail(400, 50006, "Cannot send an empty message")
	}
	return b, answer{}
}

func checkComponents(list []component, ids map[string]bool) string {
	for _, row := range list {
		if row.Type != 1 {
			return fmt.Sprintf("component type %d needs IS_COMPONENTS_V2", row.Type)
		}
		if why := checkRow(row, ids); why != "" {
			return why
		}
	}
	return ""
}

func checkRow(row component, ids map[string]bool) string {
	if len(row.Components) < 1 || len(row.Components) > 5 {
		return "a row holds 1 to 5 components"
	}
	for _, c := range row.Components {
		if c.Type == 4 || c.Type == 8 || isGroup(c.Type) {
			return fmt.Sprintf("component type %d stands in forms only", c.Type)
		}
		if why := checkControl(c, ids); why != "" {
			return why
		}
		if c.Type == 3 && len(row.Components) > 1 {
			return "a select menu fills its row"
		}
	}
	return ""
}

// checkV2 holds a message of components alone against
// https://docs.discord.com/developers/components/reference
func checkV2(list []component) string {
	number, text := 0, 0
	ids, numbers := map[string]bool{}, map[int]bool{}
	var check func(list []component, inside bool) string
	check = func(list []component, inside bool) string {
		for _, c := range list {
			number += 1 + len(c.Components)*btoi(c.Type == 1)
			if c.ID != 0 && numbers[c.ID] || c.ID < 0 || c.ID > math.MaxInt32 {
				return "an id is unique and has 32 bits"
			}
			numbers[c.ID] = true
			switch c.Type {
			case 1:
				if why := checkRow(c, ids); why != "" {
					return why
				}
			case 10:
				if strings.TrimSpace(c.Content) == "" {
					return "a text display is not empty"
				}
				text += size(c.Content)
			case 14:
			case 17:
				if inside || len(c.Components) == 0 || c.Accent < 0 || c.Accent > 0xffffff {
					return "a container holds something, stands in no other, and its colour has 24 bits"
				}
				if why := check(c.Components, true); why != "" {
					return why
				}
			default:
				return fmt.Sprintf("component type %d cannot be used here", c.Type)
			}
		}
		return ""
	}
	why := check(list, false)
	switch {
	case why != "":
		return why
	case len(list) == 0:
		return "a message of components has one"
	case number > 40:
		return "at most 40 components"
	case text > 4000:
		return "at most 4000 characters of text"
	}
	return ""
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// words is the text of components in reading order.
func words(list []component) []string {
	var out []string
	for _, c := range list {
		if c.Type == 10 {
			out = append(out, c.Content)
		}
		out = append(out, words(c.Components)...)
	}
	return out
}

func checkControl(c component, ids map[string]bool) string {
	switch c.Type {
	case 2:
		if c.Label == "" || size(c.Label) > 80 {
			return "a button's label has 1 to 80 characters"
		}
		if c.Style == 5 {
			ok := strings.HasPrefix(c.URL, "https://") || strings.HasPrefix(c.URL, "http://") || strings.HasPrefix(c.URL, "discord://")
			if !ok || len(c.URL) > 512 || c.CustomID != "" {
				return "a link button has a url of scheme http, https or discord, and no custom_id"
			}
			return ""
		}
		if c.Style < 1 || c.Style > 4 || c.URL != "" {
			return "a button has a style"
		}
	case 3:
		if len(c.Options) < 1 || len(c.Options) > 25 || size(c.Placeholder) > 150 {
			return "a select menu has 1 to 25 options and a placeholder up to 150"
		}
		if why := checkOptions(c.Options); why != "" {
			return why
		}
	case 4:
		if c.Style < 1 || c.Style > 2 || size(c.Placeholder) > 100 || size(c.Value) > 4000 || c.MaxLength > 4000 ||
			c.MaxLength > 0 && size(c.Value) > c.MaxLength {
			return "a text input's style, placeholder, value or length"
		}
	case radioGroup, checkboxGroup:
		if why := checkGroup(c); why != "" {
			return why
		}
	case 6, 8: // allowed in messages, but this bot does not use them there
		if why := checkPicked(c); why != "" {
			return why
		}
	default:
		return fmt.Sprintf("component type %d cannot be used here", c.Type)
	}
	if c.CustomID == "" || size(c.CustomID) > 100 {
		return "a custom_id has 1 to 100 characters"
	}
	if ids[c.CustomID] {
		return "Component custom id cannot be duplicated"
	}
	ids[c.CustomID] = true
	return ""
}

// checkPicked follows
// https://docs.discord.com/developers/components/reference#role-select and #channel-select
func checkPicked(c component) string {
	kind := map[int]string{6: "role", 8: "channel"}[c.Type]
	least, most := c.picks()
	if least < 0 || most < 1 || most > 25 || least > most || size(c.Placeholder) > 150 || len(c.Options) > 0 {
		return "a " + kind + " select picks 0 or 1 to 25, and has no options"
	}
	if len(c.Chosen) > most || len(c.Chosen) > 0 && len(c.Chosen) < least {
		return "as many are chosen as may be picked"
	}
	for _, d := range c.Chosen {
		if _, err := strconv.ParseUint(d.ID, 10, 64); err != nil || d.Type != kind {
			return "what is chosen has an ID and the type " + kind
		}
	}
	if c.Type != 8 && len(c.Channels) > 0 {
		return "only a channel select has channel types"
	}
	for i, kind := range c.Channels {
		if kind < 0 || kind > 16 || slices.Contains(c.Channels[:i], kind) {
			return "channel types are known, each named once"
		}
	}
	return ""
}

// checkModal holds a form against
// https://docs.discord.com/developers/components/reference
func checkModal(b body) string {
	if b.CustomID == "" || size(b.CustomID) > 100 || b.Title == "" || size(b.Title) > 45 {
		return "a modal has a custom_id up to 100 and a title up to 45"
	}
	if len(b.Components) < 1 || len(b.Components) > 5 {
		return "a modal has 1 to 5 components"
	}
	ids := map[string]bool{}
	for _, c := range b.Components {
		switch {
		case c.Type == 10:
			if c.Content == "" || size(c.Content) > 4000 {
				return "a text display of 1 to 4000"
			}
		case c.Type == 18 && c.Component != nil:
			if c.Label == "" || size(c.Label) > 45 || size(c.Description) > 100 {
				return "a label up to 45 and its description up to 100"
			}
			if why := checkControl(*c.Component, ids); why != "" {
				return why
			}
		case c.Type == 1 && len(c.Components) == 1 && c.Components[0].Type == 4:
			in := c.Components[0]
			if in.Label == "" || size(in.Label) > 45 {
				return "a text input's label up to 45"
			}
			if why := checkControl(in, ids); why != "" {
				return why
			}
		default:
			return "a modal holds texts, labels, or rows of one text input"
		}
	}
	return ""
}
