package words

import (
	"strings"
	"testing"
	"time"
)

// A reader who has the hours of a post by one clock has those of its rule by the same.
func TestRulesGoByTheClockOfMoments(t *testing.T) {
	t.Parallel()
	b, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en-US", "en-GB", "en-CA", "en-IE", "en-AU", "es-US", "es-MX", "es-ES", "es", "es-CO", "es-AR"} {
		w := b.Reader(lang)
		of := func(said string) bool { return strings.Contains(said, "16:") }
		moment := w.Moment(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC), time.UTC).String()
		if rule := w.OnRecord().Rule("every Monday at 16:00"); of(rule) != of(moment) {
			t.Errorf("%s: %q comes next on %q", lang, rule, moment)
		}
	}
}
