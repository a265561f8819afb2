package cards

import (
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// While a line is out of service, a card that names it says so above its text, in answers and in
// posts. After that the card is as before.
func TestACardNamesALineThatIsDown(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	deck, pages := pagesOf(t, func() time.Time { return now })
	deck.Help.SetDown([]content.DownLine{{Line: "988", Until: now.Add(time.Hour), Instead: "crisis-text-line"}})
	shown := func(id, lang string) []string {
		t.Helper()
		answer, ok := pages.Show(bot.Request{Lang: lang, Platform: bot.Discord}, id, "")
		c, known := deck.Library().Exact(id, lang)
		if !ok || !known {
			t.Fatalf("no card %s", id)
		}
		return []string{words.Plain(answer.Message.Blocks[0].Items[0]), words.Plain(deck.Message(c, true).Blocks[0].Items[0])}
	}
	for _, tt := range []struct{ id, lang, says string }{
		{"contact", "en", "988 Suicide & Crisis Lifeline is out of service until"},
		{"contact", "es", "está fuera de servicio hasta"},
		{"agreement-pass", "en", ""},
	} {
		for _, first := range shown(tt.id, tt.lang) {
			if down := strings.Contains(first, "out of service") || strings.Contains(first, "fuera de servicio"); down != (tt.says != "") || !strings.Contains(first, tt.says) {
				t.Errorf("%s (%s) begins with %q", tt.id, tt.lang, first)
			}
		}
	}
	now = now.Add(2 * time.Hour)
	for _, first := range shown("contact", "en") {
		if strings.Contains(first, "out of service") {
			t.Errorf("its time is over, and the card begins with %q", first)
		}
	}
}
