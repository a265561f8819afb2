package adaptertest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// besideSlack checks the rules that Slack's types do not contain:
// https://docs.slack.dev/reference/block-kit and
// https://docs.slack.dev/reference/methods/chat.postMessage
func besideSlack(name string, v any) []error {
	switch name {
	case "blocks":
		return blocksBeside(list(v), 50)
	case "message":
		out := blocksBeside(list(field(v, "blocks")), 50)
		switch t := text(v, "text"); {
		case strings.TrimSpace(t) == "" && field(v, "delete_original") == nil:
			out = append(out, fmt.Errorf("no text: screen readers and notifications have nothing to say"))
		case length(t) > 4000:
			out = append(out, fmt.Errorf("text has %d characters, aim at 4000 or less", length(t)))
		}
		if m := field(v, "metadata"); m != nil {
			out = append(out, metadataBeside(m)...)
		}
		return out
	case "metadata":
		return metadataBeside(v)
	}
	out := blocksBeside(list(field(v, "blocks")), 100)
	kind := text(v, "type")
	if want := map[string]string{"modal": "modal", "home": "home"}[name]; kind != want {
		out = append(out, fmt.Errorf("the type is %q, want %q", kind, want))
	}
	if length(text(v, "private_metadata")) > 3000 {
		out = append(out, fmt.Errorf("private_metadata is longer than 3000 characters"))
	}
	inputs := false
	every(field(v, "blocks"), func(m map[string]any) { inputs = inputs || text(m, "type") == "input" })
	if inputs && kind == "modal" && field(v, "submit") == nil {
		out = append(out, fmt.Errorf("a modal with inputs has no submit"))
	}
	return out
}

func blocksBeside(blocks []any, most int) []error {
	var out []error
	wrong := func(format string, args ...any) { out = append(out, fmt.Errorf(format, args...)) }
	if len(blocks) > most {
		wrong("%d blocks, at most %d", len(blocks), most)
	}
	every(blocks, func(m map[string]any) {
		switch kind := text(m, "type"); kind {
		case "plain_text", "mrkdwn":
			if text(m, "text") == "" {
				wrong("an empty %s", kind)
			}
		case "section":
			if m["text"] == nil && len(list(m["fields"])) == 0 {
				wrong("a section without text and fields")
			}
		case "actions", "context":
			if len(list(m["elements"])) == 0 {
				wrong("%s without elements", kind)
			}
		case "static_select", "radio_buttons", "checkboxes", "overflow":
			out = append(out, optionsBeside(m)...)
		}
	})
	out = append(out, twice(blocks, "block_id")...)
	return append(out, twice(blocks, "action_id")...)
}

func optionsBeside(m map[string]any) []error {
	options, id := list(m["options"]), text(m, "action_id")
	var out []error
	if len(options) == 0 && len(list(m["option_groups"])) == 0 {
		out = append(out, fmt.Errorf("%q has no options", id))
	}
	values := map[string]bool{}
	for _, o := range options {
		values[text(o, "value")] = true
	}
	if len(values) != len(options) {
		out = append(out, fmt.Errorf("%q has the same value twice", id))
	}
	if first := field(m, "initial_option"); first != nil && !values[text(first, "value")] {
		out = append(out, fmt.Errorf("%q begins with a value that is none of its options", id))
	}
	return out
}

// eventType is what the documents call alphanumeric; their examples have
// underscores.
var eventType = regexp.MustCompile(`^[A-Za-z0-9_]{1,255}$`)

// metadataBeside checks that metadata is small.
// https://docs.slack.dev/messaging/message-metadata has an error for metadata that is too large
// but gives no number; an opaque key needs little.
func metadataBeside(v any) []error {
	var out []error
	if t := text(v, "event_type"); !eventType.MatchString(t) {
		out = append(out, fmt.Errorf("event_type %q is not alphanumeric", t))
	}
	if b, err := json.Marshal(v); err != nil || len(b) > 1000 {
		out = append(out, fmt.Errorf("metadata has %d bytes, ours needs less than 1000", len(b)))
	}
	return out
}
