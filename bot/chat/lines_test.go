package chat

import (
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// While a line is out of service, the crisis card, the answer to a typed sentence and each footer say
// so or leave it out, on both platforms. When its time is over, it is back, without the database.
func TestALineIsBackByItself(t *testing.T) {
	t.Parallel()
	now := monday()
	s := newSetup(t, func(c *Config) { c.Now = func() time.Time { return now } })
	said := func(p bot.Platform, lang, command string) string {
		r := ask(p, bot.Actor{}, bot.Call{Command: command})
		r.Lang = lang
		return plain(s.Handle(t.Context(), r))
	}
	commands := []string{"crisis", "privacy", "help", "please help me"}
	before := map[string]string{}
	for _, p := range platforms() {
		for _, lang := range []string{"en", "es"} {
			for _, command := range commands {
				before[string(p)+lang+command] = said(p, lang, command)
			}
		}
	}
	s.SetDownLines([]content.DownLine{{Line: "988", Until: now.Add(time.Hour), Instead: "crisis-text-line"}})
	for _, p := range platforms() {
		for lang, down := range map[string]string{"en": "out of service until", "es": "fuera de servicio hasta"} {
			if text := said(p, lang, "crisis"); !strings.Contains(text, down) || strings.Contains(text, "988lifeline") || !strings.Contains(text, "741741") {
				t.Errorf("%s, %s: %s", p, lang, text)
			}
			for _, command := range commands[1:] {
				if text := said(p, lang, command); strings.Contains(strings.ReplaceAll(text, "988 Suicide & Crisis Lifeline", ""), "988") || !strings.Contains(text, "911") {
					t.Errorf("%s, %s, %s: %s", p, lang, command, text)
				}
			}
		}
	}
	now = now.Add(time.Hour)
	s.Refresh()
	for _, p := range platforms() {
		for _, lang := range []string{"en", "es"} {
			for _, command := range commands {
				if text := said(p, lang, command); text != before[string(p)+lang+command] {
					t.Errorf("%s, %s, %s: %s", p, lang, command, text)
				}
			}
		}
	}
}
