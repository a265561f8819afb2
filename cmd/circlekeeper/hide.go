package main

import (
	"log/slog"
	"regexp"
	"strings"
)

// secretShapes are what tokens and signing secrets look like, wherever they were put by
// mistake: Slack's tokens, those of token rotation among them; Discord's in three parts;
// 32 hexadecimal digits.
// https://docs.slack.dev/authentication/tokens
var secretShapes = regexp.MustCompile(`xox[a-z][A-Za-z0-9.-]*-[A-Za-z0-9-]{6,}|xapp-[A-Za-z0-9-]{6,}|[A-Za-z0-9_-]{17,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{20,}|\b[0-9a-f]{32}\b`)

// hidden stands for a secret.
const hidden = "(hidden)"

// hide takes out of a text what must not be printed: the secrets that are set, and
// whatever looks like one that was put into another setting.
func (c *Config) hide(text string) string {
	for _, s := range []Secret{c.DiscordToken, c.SlackBotToken, c.SlackAppToken, c.SlackSigningSecret} {
		if len(s) >= 8 { // a shorter one is none, and may be any word
			text = strings.ReplaceAll(text, string(s), hidden)
		}
	}
	return secretShapes.ReplaceAllLiteralString(text, hidden)
}

// hideAttr does the same for what is logged.
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
