package slack

import (
	"regexp"
	"strings"

	"circlekeeper/bot"
)

// reference is what Slack makes of names in a command's text, such as
// <#C0123456789|name>. https://docs.slack.dev/interactivity/implementing-slash-commands
var reference = regexp.MustCompile(`<([#@!]|https://)([^<>|]*)(?:\|[^<>]*)?>`)

// unmark makes plain text of a command's text. Slack writes channels as
// references and escapes three characters. Names of people are dropped.
func unmark(text string) string {
	if !strings.ContainsAny(text, "<&") {
		return text
	}
	for reference.MatchString(text) { // again, where one stood within another
		text = reference.ReplaceAllStringFunc(text, func(s string) string {
			m := reference.FindStringSubmatch(s)
			switch m[1] {
			case "#":
				return string(bot.Slack) + ":" + m[2]
			case "https://":
				return m[1] + m[2]
			}
			return " "
		})
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}
