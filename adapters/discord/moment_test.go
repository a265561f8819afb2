package discord

import (
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Discord writes a moment by its reader's clock, beside the group's; what is cut is in
// words.
func TestMoments(t *testing.T) {
	t.Parallel()
	at := content.Moment{At: time.Unix(1796058000, 0), Clock: "Mon 9:00 AM PST"}
	item := []content.Span{{Text: "Paused until "}, {Text: "Monday at nine", Fact: at}, {Text: "."}}
	m := bot.Message{Blocks: []content.Block{{Items: [][]content.Span{item}}}}
	for name, shown := range map[string]func(bot.Message) ([]byte, error){"post": Preview, "answer": PreviewAnswer} {
		b, err := shown(m)
		if want := "Paused until <t:1796058000:F> (Mon 9:00 AM PST)."; err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s: %v\n%s\nlacks %s", name, err, b, want)
		}
	}
	for _, line := range fit([]content.Span{{Text: strings.Repeat("Monday ", 20) + "at nine", Fact: at}}, 30) {
		if strings.Contains(line, "<t:") || size(line) > 30 {
			t.Errorf("cut into %q", line)
		}
	}
}
