package slack

import (
	"encoding/json"
	"strings"

	"circlekeeper/bot"
)

// botScopes are the rights the bot needs, and no more:
// to post (chat:write), to be asked (commands, app_mentions:read, im:history),
// to know who is in the staff channel and whether it may post somewhere
// (…:read), and to see whether a post of its own arrived after all (…:history).
func botScopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
		"groups:history", "groups:read", "im:history",
	}
}

// maxUsage is Slack's limit for a command's usage hint, in characters.
const maxUsage = 1000

// Manifest is the app manifest for Socket Mode, as JSON. Its words say nothing
// about what the bot is used for. https://docs.slack.dev/reference/app-manifest
func Manifest(commands []bot.Command) ([]byte, error) {
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	type object = map[string]any
	return json.MarshalIndent(struct {
		Metadata object `json:"_metadata"`
		Display  object `json:"display_information"`
		Features object `json:"features"`
		OAuth    object `json:"oauth_config"`
		Settings object `json:"settings"`
	}{
		Metadata: object{"major_version": 1, "minor_version": 1},
		Display:  object{"name": "Circle", "description": "Cards and reminders for groups"},
		Features: object{
			// Without it nobody could write to the bot and be pointed to help.
			"app_home": object{"home_tab_enabled": false, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
			"bot_user": object{"display_name": "circle", "always_online": false},
			"slash_commands": []object{{
				"command": "/circle", "description": "Ask for a card, or look after reminders",
				"usage_hint": clip("["+strings.Join(names, " | ")+"]", maxUsage),
				// Channels that are named in an argument arrive by their ID.
				"should_escape": true,
			}},
		},
		OAuth: object{"scopes": object{"bot": botScopes()}},
		Settings: object{
			"event_subscriptions":    object{"bot_events": []string{"app_mention", "message.im"}},
			"interactivity":          object{"is_enabled": true},
			"org_deploy_enabled":     false,
			"socket_mode_enabled":    true,
			"token_rotation_enabled": false,
		},
	}, "", "  ")
}
