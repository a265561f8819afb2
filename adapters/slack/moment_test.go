package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Slack writes a moment by its reader's clock, beside the group's; who reads the words
// alone, and what is cut, has it in words.
func TestMoments(t *testing.T) {
	t.Parallel()
	m := bot.Message{Blocks: []content.Block{
		{Items: [][]content.Span{{{Text: "Monday at nine", Fact: morning()}}}},
		{Items: [][]content.Span{{{Text: "911", Link: "tel:911"}, {Text: " on "}, {Text: "Monday at nine", Fact: morning()}}}},
	}}
	b, err := json.Marshal(render(m, ""))
	must(t, err)
	for _, want := range []string{
		`{"type":"date","timestamp":1796058000,"format":"{date_long}, {time}","fallback":"Monday at nine"}`, `" (Mon 9:00 AM PST)"`,
		`\u003c!date^1796058000^{date_long}, {time}|Monday at nine\u003e (Mon 9:00 AM PST)`,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s\nlacks %s", b, want)
		}
	}
	if got := aloud(m); !strings.HasPrefix(got, "Monday at nine\n") || strings.Contains(got, "date^") {
		t.Errorf("read aloud: %q", got)
	}
	for _, piece := range split([]content.Span{{Text: strings.Repeat("Monday at nine ", 40), Fact: morning()}}, 100) {
		if len(piece) != 1 || piece[0].Fact != nil || length(piece) > 100 {
			t.Errorf("cut into %+v", piece)
		}
	}
}
