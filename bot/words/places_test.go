package words

import (
	"slices"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// The sentence about channels that a correction may not reach has them as facts, so that each
// platform shows their names.
func TestAPlanNamesChannels(t *testing.T) {
	t.Parallel()
	b, err := Open(Options{})
	must(t, err)
	one, two := bot.Place{Platform: bot.Slack, Channel: "C00000ONE1"}, bot.Place{Platform: bot.Discord, Space: "1", Channel: "2"}
	for lang, want := range map[string]string{
		English: "Posts do not reach slack:C00000ONE1, discord:1/2 right now, so those that are there may stay as they are.",
		"es":    "",
	} {
		var last []content.Span
		for _, line := range Plan(b.Reader(lang), bot.Revision{Kind: bot.OfCorrection, Doubtful: []bot.Place{one, two}}) {
			last = line
		}
		for _, p := range []bot.Place{one, two} {
			if !slices.ContainsFunc(last, func(s content.Span) bool { return s.Fact == p }) {
				t.Errorf("%s: %s is no fact in %+v", lang, p, last)
			}
		}
		if got := Plain(last); want != "" && got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
