package main

import (
	"log/slog"
	"regexp"
	"strings"
)

// secretShapes matches tokens and signing secrets wherever somebody has put them by mistake:
// Slack's tokens, also rotated ones; Discord's, which have three parts; and 32 hexadecimal
// digits.
// https://docs.slack.dev/authentication/tokens
var secretShapes = regexp.MustCompile(`xox[a-z][A-Za-z0-9.-]*-[A-Za-z0-9-]{6,}|xapp-[A-Za-z0-9-]{6,}|[A-Za-z0-9_-]{17,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{20,}|\b[0-9a-f]{32}\b`)

// hidden is printed instead of a secret.
const hidden = "(hidden)"

// hide removes from a text what must not be printed: the secrets that are set, and whatever
// looks like a secret.
func (c *Config) hide(text string) string {
	for _, s := range []Secret{c.DiscordToken, c.SlackBotToken, c.SlackAppToken, c.SlackSigningSecret} {
		if len(s) >= 8 { // a shorter value is no real secret and may be any word
			text = strings.ReplaceAll(text, string(s), hidden)
		}
	}
	return secretShapes.ReplaceAllLiteralString(text, hidden)
}

// hideAttr does the same for an attribute of a log line.
func (c *Config) hideAttr(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(c.hide(v.String()))
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			a.Value = slog.StringValue(c.hide(err.Error()))
		}
	}
	return a
}
