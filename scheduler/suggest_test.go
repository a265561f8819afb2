package scheduler

import (
	"strings"
	"testing"
)

// TestSuggestionsAreRules types many beginnings, letter by letter, in both languages:
// what is offered is read again as it stands, and fits.
func TestSuggestionsAreRules(t *testing.T) {
	t.Parallel()
	for _, locale := range []string{"en-US", "en-GB", "es-US", "es-ES"} {
		r := reader(locale)
		for _, whole := range []string{"every Monday at 9am", "first Friday", "30 minutes before each session", "the last day of each month", "tomorrow at 8",
			"cada lunes a las 9", "el primer viernes de cada mes", "media hora antes", "every other Tuesday 7:30 pm", "xyzzy", "24", "a las 10"} {
			for i := range len(whole) + 1 {
				for _, text := range r.Suggest(whole[:i]) {
					rule, err := r.Rule(text)
					if err != nil {
						t.Errorf("%s: %q offers %q: %v", locale, whole[:i], text, err)
						continue
					}
					if again := rule.Text(r.localeOf(whole[:i])); again != text || len([]rune(text)) > longestOffer {
						t.Errorf("%s: %q offers %q, which is %q", locale, whole[:i], text, again)
					}
				}
			}
		}
	}
}

// TestSuggestionsAreFound looks for what people want when they have typed so much.
func TestSuggestionsAreFound(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"":                 "every day at 9:00 AM",
		"every mon":        "Mondays at 9:00 AM",
		"mon 6":            "Mondays at 6:00 PM",
		"fir":              "the first Monday of each month at 9:00 AM",
		"first fri":        "the first Friday of each month at 9:00 AM",
		"30 m":             "30 minutes before each session",
		"every other tues": "every 2 weeks on Tuesday at 9:00 AM, starting December 1, 2026",
		"last":             "the last day of each month at 9:00 AM",
		"mondays at 6":     "Mondays at 6:00 PM",
		"cada lu":          "los lunes a las 9:00 a. m.",
		"primer":           "el primer lunes de cada mes a las 9:00 a. m.",
		"tom":              "on Wednesday, November 25, 2026 at 9:00 AM",
		"every mondya 9am": "Mondays at 9:00 AM",
	} {
		if got := reader("en-US").Suggest(typed); !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("%q offers %q, not %q", typed, got, want)
		}
	}
	if got := reader("en-US").Suggest("xyzzy"); len(got) != 0 {
		t.Errorf("xyzzy offers %q", got)
	}
}
