package slack

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// EndpointPath is where ServeHTTP is mounted.
const EndpointPath = "/slack/events"

// botScopes are the rights that the bot needs: to post (chat:write), to be asked (commands,
// app_mentions:read, im:history), to see who is in the staff channel and whether it may post in
// a channel (…:read), to know that a person is no guest (users:read), and to find out whether
// its own post arrived (…:history).
func botScopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
		"groups:history", "groups:read", "im:history", "users:read",
	}
}

// extraScopes are rights that the app can work without: to pin its posts, and to keep what a
// group agrees on in its channel's canvas.
func extraScopes() []string { return []string{canvasScope, pinScope} }

// maxUsage is Slack's limit for a command's usage hint, in characters.
const maxUsage = 1000

// maxShortcut is Slack's limit for a shortcut's name, in characters.
const maxShortcut = 24

// A shortcut's callback_id is one of these prefixes and the call. Slack requires each
// callback_id to be unique.
const (
	fromAnywhere = "global."
	fromMessage  = "message."
)

type object = map[string]any

// shortcuts are the entries in Slack's own menus: the commands for a message's menu, and what
// staff do most.
func shortcuts(commands []bot.Command, w *words.Reader) (out []object) {
	add := func(name, says string, call bot.Call) {
		name = clip(name, maxShortcut)
		out = append(out,
			object{"name": name, "type": "global", "callback_id": fromAnywhere + call.Encode(), "description": says},
			object{"name": name, "type": "message", "callback_id": fromMessage + call.Encode(), "description": says})
	}
	for _, c := range commands {
		if c.OnMessage != nil {
			add(c.OnMessage.In(w.Lang()), c.Summary.In(w.Lang()), bot.Call{Command: c.Name})
		}
	}
	add(w.T("Share a card"), w.T("Look at a card, then post it to a channel"), bot.Call{Command: "share"})
	add(w.T("Add a reminder"), w.T("Choose what is posted, and when"), bot.Call{Command: "reminder", Sub: "add"})
	return out
}

// Manifest is the app manifest, as JSON: for Socket Mode or, if an address such as
// https://bot.example is given, for requests to that host. Its texts do not say what the bot is
// used for; w gives their language, as Slack has one for all readers. command is the name of the
// slash command.
// https://docs.slack.dev/reference/app-manifest
func Manifest(commands []bot.Command, w *words.Reader, command, address string) ([]byte, error) {
	names := bot.Each(commands, func(c bot.Command) string { return c.Name })
	slash := object{
		"command": command, "description": w.T("Ask for a card, or look after reminders"),
		"usage_hint": clip("["+strings.Join(names, " | ")+"]", maxUsage),
		// Channels that are named in an argument arrive by their ID.
		"should_escape": true,
	}
	events := object{"bot_events": []string{"app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked"}}
	interactivity := object{"is_enabled": true}
	if address != "" {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" || u.Host == "" {
			return nil, fmt.Errorf("%q is not an address that Slack can reach: write it as https://bot.example", address)
		}
		to := "https://" + u.Host + strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), EndpointPath) + EndpointPath
		slash["url"], events["request_url"], interactivity["request_url"], interactivity["message_menu_options_url"] = to, to, to, to
	}
	return json.MarshalIndent(struct {
		Metadata object `json:"_metadata"`
		Display  object `json:"display_information"`
		Features object `json:"features"`
		OAuth    object `json:"oauth_config"`
		Settings object `json:"settings"`
	}{
		Metadata: object{"major_version": 1, "minor_version": 1},
		Display:  object{"name": "Circle", "description": w.T("Cards and reminders for groups")},
		Features: object{
			// Without messages nobody could write to the bot and be told where to find help.
			"app_home":       object{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
			"bot_user":       object{"display_name": "circle", "always_online": false},
			"shortcuts":      shortcuts(commands, w),
			"slash_commands": []object{slash},
		},
		OAuth: object{"scopes": object{
			"bot":          append(botScopes(), extraScopes()...),
			"bot_optional": extraScopes(), // those that may be declined
		}},
		Settings: object{
			"event_subscriptions":    events,
			"interactivity":          interactivity,
			"org_deploy_enabled":     false,
			"socket_mode_enabled":    address == "",
			"token_rotation_enabled": false,
		},
	}, "", "  ")
}
