package playground

import (
	"strings"
	"testing"

	"circlekeeper/bot/words"
)

// The looks show the platforms' own timestamps as moments, not as their code.
func TestMomentsAreDrawn(t *testing.T) {
	t.Parallel()
	for name, draw := range map[string]func(m *markup) error{
		"discord": func(m *markup) error {
			m.prose("Until <t:1796058000:F> (Mon 9:00 AM PST).", discordDialect())
			return nil
		},
		"slack": func(m *markup) error {
			m.prose("Until <!date^1796058000^{date_long}, {time}|x> (Mon 9:00 AM PST).", slackDialect())
			return nil
		},
		"rich": func(m *markup) error {
			return paintSlack(m, []byte(`{"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[
				{"type":"date","timestamp":1796058000,"format":"{date_long}","fallback":"x"},{"type":"text","text":" (Mon 9:00 AM PST)"}]}]}]}`))
		},
	} {
		m := &markup{w: words.InEnglish()}
		must(t, draw(m))
		got := m.b.String()
		if !strings.Contains(got, `<time datetime="2026-11-30T17:00:00Z" data-shows="date">`) || !strings.Contains(got, "2026 ") || strings.Contains(got, "1796058000") || strings.Contains(got, "date^") {
			t.Errorf("%s is drawn as %s", name, got)
		}
	}
}
