package adaptertest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Numbers of https://docs.discord.com/developers/components/reference and
// https://docs.discord.com/developers/interactions/receiving-and-responding
const (
	actionRow, button, selectMenu, linkStyle = 1, 2, 3, 5

	callbackMessage, callbackDeferred, callbackUpdate, callbackModal = 4, 5, 7, 9

	ephemeral, componentsV2 = 1 << 6, 1 << 15
)

// besideDiscord checks the rules that Discord's description does not contain.
func besideDiscord(name string, v any) []error {
	method, path, _ := strings.Cut(name, " ")
	switch {
	case strings.HasSuffix(path, "/commands") && method == "PUT":
		return commandsBeside(list(v))
	case strings.HasSuffix(path, "/callback"):
		data := field(v, "data")
		switch number(v, "type") {
		case callbackMessage:
			return messageBeside(data, false)
		case callbackUpdate:
			return messageBeside(data, true)
		case callbackDeferred:
			if number(data, "flags")&^ephemeral != 0 {
				return []error{fmt.Errorf("a deferral has flags %d, and only EPHEMERAL may be there", number(data, "flags"))}
			}
		case callbackModal:
			out := twice(field(data, "components"), "custom_id")
			if n := len(list(field(data, "components"))); n > 5 {
				out = append(out, fmt.Errorf("a modal has %d rows, at most 5", n))
			}
			return out
		}
	case strings.HasSuffix(path, "/threads"):
		return messageBeside(field(v, "message"), false)
	case strings.Contains(path, "/messages") || strings.HasPrefix(path, "/webhooks/"):
		return messageBeside(v, method == "PATCH")
	}
	return nil
}

// messageBeside follows https://docs.discord.com/developers/resources/message
func messageBeside(v any, edit bool) []error {
	var out []error
	wrong := func(format string, args ...any) { out = append(out, fmt.Errorf(format, args...)) }
	content, embeds, components := text(v, "content"), list(field(v, "embeds")), list(field(v, "components"))
	v2 := number(v, "flags")&componentsV2 != 0
	if n := length(content); n > 2000 {
		wrong("content has %d characters, at most 2000", n)
	}
	if n := embedded(embeds); n > 6000 {
		wrong("the embeds hold %d characters together, at most 6000", n)
	}
	if v2 && (content != "" || len(embeds) > 0) {
		wrong("content and embeds have no place beside Components V2")
	}
	said := strings.TrimSpace(content) != "" || len(embeds) > 0 || v2 && len(components) > 0 ||
		len(list(field(v, "attachments"))) > 0 || field(v, "poll") != nil || len(list(field(v, "sticker_ids"))) > 0
	if !edit && !said {
		wrong("the message is empty")
	}
	if len(components) > 5 && !v2 {
		wrong("%d action rows, at most 5", len(components))
	}
	total := 0
	every(components, func(c map[string]any) {
		if _, ok := c["type"]; !ok {
			return
		}
		total++
		inner := list(c["components"])
		switch number(c, "type") {
		case actionRow:
			if len(inner) > 1 && slices.ContainsFunc(inner, func(x any) bool { return number(x, "type") >= selectMenu }) {
				wrong("a menu shares its row")
			}
		case button:
			link, id := number(c, "style") == linkStyle, text(c, "custom_id") != ""
			if link == id || link != (text(c, "url") != "") {
				wrong("button %q needs a url as a link, else a custom_id", text(c, "label"))
			}
			if text(c, "label") == "" && c["emoji"] == nil {
				wrong("a button without a label")
			}
		case selectMenu:
			values := map[string]bool{}
			for _, o := range list(c["options"]) {
				values[text(o, "value")] = true
			}
			if len(values) != len(list(c["options"])) {
				wrong("menu %q has the same value twice", text(c, "custom_id"))
			}
		default:
			if !v2 {
				wrong("component type %d needs the flag of Components V2", number(c, "type"))
			}
		}
	})
	if total > 40 {
		wrong("%d components, at most 40", total)
	}
	return append(out, twice(components, "custom_id")...)
}

// embedded counts the characters of all embeds that count towards the limit.
func embedded(embeds []any) int {
	n := 0
	for _, e := range embeds {
		n += length(text(e, "title")) + length(text(e, "description")) + length(text(field(e, "footer"), "text")) + length(text(field(e, "author"), "name"))
		for _, f := range list(field(e, "fields")) {
			n += length(text(f, "name")) + length(text(f, "value"))
		}
	}
	return n
}

// commandName is Discord's own pattern, without the two scripts that need marks.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)

// commandsBeside follows https://docs.discord.com/developers/interactions/application-commands
func commandsBeside(all []any) []error {
	var out []error
	names := map[string]bool{}
	for _, c := range all {
		name := text(c, "name")
		if names[name] {
			out = append(out, fmt.Errorf("two commands /%s", name))
		}
		names[name] = true
		if kind := number(c, "type"); kind == 0 || kind == 1 {
			out = append(out, commandBeside(c)...)
			if text(c, "description") == "" {
				out = append(out, fmt.Errorf("/%s has no description", name))
			}
		}
		if n := heft(c); n > 8000 {
			out = append(out, fmt.Errorf("/%s has %d characters of names, descriptions and values, at most 8000", name, n))
		}
	}
	return out
}

// commandBeside checks the names of a command or option and what is below it.
func commandBeside(c any) []error {
	var out []error
	name := text(c, "name")
	all := []string{name}
	if local, ok := field(c, "name_localizations").(map[string]any); ok {
		for _, s := range local {
			s, _ := s.(string)
			all = append(all, s)
		}
	}
	for _, s := range all {
		if !commandName.MatchString(s) || s != strings.ToLower(s) {
			out = append(out, fmt.Errorf("%q is no name for a command or option", s))
		}
	}
	names, optional := map[string]bool{}, ""
	for _, o := range list(field(c, "options")) {
		inner := text(o, "name")
		if names[inner] {
			out = append(out, fmt.Errorf("%s has two options %s", name, inner))
		}
		names[inner] = true
		required, _ := field(o, "required").(bool)
		switch kind := number(o, "type"); {
		case kind <= 2: // sub-commands do not count
		case !required:
			optional = inner
		case optional != "":
			out = append(out, fmt.Errorf("%s: required %s comes after optional %s", name, inner, optional))
		}
		if complete, _ := field(o, "autocomplete").(bool); complete && len(list(field(o, "choices"))) > 0 {
			out = append(out, fmt.Errorf("%s: %s has both choices and autocomplete", name, inner))
		}
		out = append(out, commandBeside(o)...)
	}
	return out
}

// heft counts the characters that Discord limits to 8000: names, descriptions and values. Of
// translations it counts the longest.
func heft(c any) int {
	n := 0
	for _, k := range []string{"name", "description"} {
		most := length(text(c, k))
		if local, ok := field(c, k+"_localizations").(map[string]any); ok {
			for _, s := range local {
				s, _ := s.(string)
				most = max(most, length(s))
			}
		}
		n += most
	}
	n += length(text(c, "value"))
	for _, k := range []string{"options", "choices"} {
		for _, o := range list(field(c, k)) {
			n += heft(o)
		}
	}
	return n
}
