package discord

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// Types of component: https://docs.discord.com/developers/components/reference
const (
	typeRow       = 1
	typeButton    = 2
	typeMenu      = 3
	typeInput     = 4
	typeRoles     = 6
	typeChannels  = 8
	typeText      = 10
	typeContainer = 17
	typeLabel     = 18
	typeRadio     = 21
	typeChecks    = 22
)

const (
	styleBlue      = 1
	styleGrey      = 2
	styleRed       = 4
	styleLink      = 5
	maxLabel       = 80
	maxOption      = 100
	maxPlaceholder = 150
	maxCustomID    = 100
	perRow         = 5
	maxRows        = 5
	maxOptions     = 25
	maxGroup       = 10 // options of a group of radio buttons or checkboxes
)

// menuID names every menu: the picked option has the whole call. It does not decode as a call.
const menuID = "menu"

// component is any component used here. It has the fields of all of them, because one list
// holds components of all types.
type component struct {
	Type        int                                `json:"type"`
	ID          int                                `json:"id,omitempty"`
	Style       int                                `json:"style,omitempty"`
	Label       string                             `json:"label,omitempty"`
	Description string                             `json:"description,omitempty"`
	CustomID    string                             `json:"custom_id,omitempty"`
	URL         string                             `json:"url,omitempty"`
	Content     string                             `json:"content,omitempty"`
	Accent      int                                `json:"accent_color,omitempty"`
	Placeholder string                             `json:"placeholder,omitempty"`
	Value       string                             `json:"value,omitempty"`
	Required    *bool                              `json:"required,omitempty"`
	MaxLength   int                                `json:"max_length,omitempty"`
	MinValues   *int                               `json:"min_values,omitempty"`
	Channels    []int                              `json:"channel_types,omitempty"`
	Chosen      []discordgo.SelectMenuDefaultValue `json:"default_values,omitempty"` // what a menu of channels or roles shows as picked at first
	Options     []option                           `json:"options,omitempty"`
	Components  []component                        `json:"components,omitempty"`
	Component   *component                         `json:"component,omitempty"`
}

type option struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

// rows renders a message's menu and buttons.
func rows(m bot.Message) ([]component, error) {
	out := []component{}
	taken := map[string]bool{menuID: true}
	styles := map[bot.Style]int{bot.Primary: styleBlue, bot.Danger: styleRed}
	if m.Menu != nil && len(m.Menu.Options) > 0 {
		menu, err := menu(*m.Menu)
		if err != nil {
			return nil, err
		}
		out = append(out, component{Type: typeRow, Components: []component{menu}})
	}
	var buttons []component
	for _, a := range m.Actions {
		b := component{Type: typeButton, Label: cut(a.Label, maxLabel)}
		if a.Link != "" {
			u, ok := webLink(a.Link)
			if !ok || len(u) > 512 {
				continue // its number is in the text
			}
			b.Style, b.URL = styleLink, u
		} else {
			id, err := customID(a.Call, taken)
			if err != nil {
				return nil, err
			}
			b.Style, b.CustomID = cmp.Or(styles[a.Style], styleGrey), stamp(id, m.Key)
		}
		buttons = append(buttons, b)
	}
	for len(buttons) > 0 {
		n := min(perRow, len(buttons))
		out = append(out, component{Type: typeRow, Components: buttons[:n:n]})
		buttons = buttons[n:]
	}
	if len(out) > maxRows {
		return nil, fmt.Errorf("%d rows of buttons: Discord shows %d", len(out), maxRows)
	}
	return out, nil
}

func menu(m bot.Menu) (component, error) {
	c := component{Type: typeMenu, CustomID: menuID, Placeholder: cut(m.Label, maxPlaceholder)}
	if len(m.Options) > maxOptions {
		return c, fmt.Errorf("%d options in a menu: Discord shows %d", len(m.Options), maxOptions)
	}
	taken := map[string]bool{}
	for _, o := range m.Options {
		id, err := customID(o.Call, taken)
		if err != nil {
			return c, err
		}
		c.Options = append(c.Options, option{Label: cut(o.Label, maxOption), Value: id, Description: cut(o.Hint, maxOption)})
	}
	return c, nil
}

var errCall = errors.New("a button's call does not fit its custom id")

// customID writes a call so that it is unique in its message, as Discord requires. What it adds
// is ignored when the call is decoded.
func customID(c bot.Call, taken map[string]bool) (string, error) {
	id := c.Encode()
	if id == "" {
		return "", errCall
	}
	for taken[id] {
		if id += "&"; len(id) > maxCustomID {
			return "", errCall
		}
	}
	taken[id] = true
	return id, nil
}

// stamp adds the key of a post to a button's custom_id, which Discord keeps. So the program can
// recognise its posts in a channel's history long after Discord has forgotten their nonces. No
// call contains a "#".
func stamp(id, key string) string {
	if key == "" || len(id)+1+len(key) > maxCustomID {
		return id
	}
	return id + "#" + key
}

// unstamp splits a custom_id into the call and the key.
func unstamp(s string) (id, key string) {
	id, key, _ = strings.Cut(s, "#")
	return id, key
}

// keyOn finds the key that a message's buttons carry, if any.
func keyOn(list []component) string {
	for _, c := range list {
		if _, key := unstamp(c.CustomID); key != "" {
			return key
		}
		if key := keyOn(c.Components); key != "" {
			return key
		}
	}
	return ""
}
