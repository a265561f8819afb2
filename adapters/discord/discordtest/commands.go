package discordtest

import (
	"encoding/json"
	"regexp"
	"strings"
)

type command struct {
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Type        int       `json:"type"`
	Required    bool      `json:"required"`
	Auto        bool      `json:"autocomplete"`
	Options     []command `json:"options"`
	Choices     []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"choices"`
	MaxLength    int               `json:"max_length"`
	Channels     []int             `json:"channel_types"`
	Names        map[string]string `json:"name_localizations"`
	Descriptions map[string]string `json:"description_localizations"`
}

// onMessage is the type of a command in the menu of a message.
const onMessage = 3

// channelOption is the type of an option for which a channel is picked.
const channelOption = 7

// roleOption is the type of an option for which a role is picked.
const roleOption = 8

var commandName = regexp.MustCompile(`^[-_'\p{Ll}\p{Lm}\p{Lo}\p{N}]{1,32}$`)

// checkCommands checks a list of commands against
// https://docs.discord.com/developers/interactions/application-commands
func checkCommands(raw []byte) string {
	var list []command
	if err := json.Unmarshal(raw, &list); err != nil {
		return "not a list of commands"
	}
	var typed, ofMessages []command
	for _, c := range list {
		if c.Type == onMessage {
			ofMessages = append(ofMessages, c)
		} else {
			typed = append(typed, c)
		}
	}
	if len(typed) > 100 || len(ofMessages) > 15 {
		return "at most 100 commands, and 15 of messages"
	}
	if why := checkMessageCommands(ofMessages); why != "" {
		return why
	}
	return checkCommandList(typed, true)
}

// checkMessageCommands checks that commands of messages have only what these may have: a name,
// in any case and with spaces.
func checkMessageCommands(list []command) string {
	names := map[string]bool{}
	for _, c := range list {
		all := []string{c.Name}
		for _, n := range c.Names {
			all = append(all, n)
		}
		for _, n := range all {
			if strings.TrimSpace(n) == "" || size(n) > 32 {
				return "a name has 1 to 32 characters: " + n
			}
		}
		if names[c.Name] {
			return "names are unique: " + c.Name
		}
		names[c.Name] = true
		if c.Description != "" || c.Descriptions != nil || c.Options != nil {
			return "a command of messages has neither description nor options: " + c.Name
		}
	}
	return ""
}

func checkCommandList(list []command, top bool) string {
	names := map[string]bool{}
	optional := false
	for _, c := range list {
		all := []string{c.Name}
		for _, n := range c.Names {
			all = append(all, n)
		}
		for _, n := range all {
			if !commandName.MatchString(n) {
				return "a name has 1 to 32 lower-case characters: " + n
			}
		}
		if names[c.Name] {
			return "names are unique: " + c.Name
		}
		names[c.Name] = true
		if c.Description == "" || size(c.Description) > 100 {
			return "a description has 1 to 100 characters: " + c.Name
		}
		for _, d := range c.Descriptions {
			if d == "" || size(d) > 100 {
				return "a description has 1 to 100 characters: " + c.Name
			}
		}
		if !top && c.Type >= 3 {
			if c.Required && optional {
				return "required options come first: " + c.Name
			}
			optional = optional || !c.Required
		}
		if len(c.Options) > 25 || len(c.Choices) > 25 || c.Auto && len(c.Choices) > 0 {
			return "25 options, 25 choices, and no choices with autocomplete: " + c.Name
		}
		if picked := c.Type == channelOption || c.Type == roleOption; !top && (picked && (c.Auto || c.MaxLength > 0 || len(c.Choices) > 0) || c.Type != channelOption && len(c.Channels) > 0) {
			return "a channel or role is picked, and only a channel has channel types: " + c.Name
		}
		for _, ch := range c.Choices {
			if ch.Name == "" || size(ch.Name) > 100 || size(ch.Value) > 100 {
				return "a choice's name and value have up to 100 characters: " + c.Name
			}
		}
		if why := checkCommandList(c.Options, false); why != "" {
			return why
		}
		if top && commandSize(c) > 8000 {
			return "a command has up to 8000 characters: " + c.Name
		}
	}
	return ""
}

func commandSize(c command) int {
	n := size(c.Name) + size(c.Description)
	for _, ch := range c.Choices {
		n += size(ch.Name) + size(ch.Value)
	}
	for _, o := range c.Options {
		n += commandSize(o)
	}
	return n
}
