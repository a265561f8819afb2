package main

import (
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
)

// The day that is said when somebody signs is the day that is read back from the database later,
// also where the machine's clock shows another date than UTC.
func TestAReviewDayIsSaidAsItIsKept(t *testing.T) {
	t.Parallel()
	evening := time.Date(2026, 11, 29, 22, 55, 0, 0, time.FixedZone("PST", -8*60*60))
	by, err := reviewDay(nil, changes.Asker{Now: evening}, nil)
	if got, want := by.Format(time.DateOnly), by.UTC().Format(time.DateOnly); err != nil || got != want {
		t.Errorf("it is said as %s and kept as %s: %v", got, want, err)
	}
}

// "Tomorrow" is the clinic's, also where it is another day in UTC, and the signature is valid until then.
func TestTomorrowIsByTheClinicsClock(t *testing.T) {
	t.Parallel()
	books, err := words.Embedded()
	must(t, err)
	tomorrow := "tomorrow"
	for _, c := range []struct{ zone, now, want string }{
		{"America/Los_Angeles", "2026-12-01T04:00:00Z", "2026-12-01T08:00:00Z"}, // there it is November 30
		{"Asia/Tokyo", "2026-11-30T23:00:00Z", "2026-12-02T00:00:00Z"},          // there it is December 1
		{"", "2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		must(t, err)
		var groups []bot.Group
		if c.zone != "" {
			groups = []bot.Group{{Zone: c.zone}}
		}
		by, err := reviewDay(&tomorrow, changes.Asker{Words: books.Reader(words.English), Now: now}, groups)
		if got := by.UTC().Format(time.RFC3339); err != nil || got != c.want {
			t.Errorf("%s at %s: %s, %v", c.zone, c.now, got, err)
		}
	}
}

// Twelve months are allowed also while the clinic has a day that has not begun in UTC.
func TestTwelveMonthsByTheClinicsClock(t *testing.T) {
	t.Parallel()
	books, err := words.Embedded()
	must(t, err)
	now := time.Date(2026, time.November, 30, 23, 0, 0, 0, time.UTC) // December 1 in Tokyo
	for text, want := range map[string]string{"in 12 months": "2027-11-30T23:00:00Z", "2027-12-01": "2027-11-30T23:00:00Z", "2027-12-02": ""} {
		by, err := reviewDay(&text, changes.Asker{Words: books.Reader(words.English), Now: now}, []bot.Group{{Zone: "Asia/Tokyo"}})
		if got := by.UTC().Format(time.RFC3339); (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}

// A language may be written in letters of any case.
func TestALanguageInAnyCase(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]Lang{"ES": "es", "es_mx": "es-MX", " ZH-hant-tw ": "zh-Hant-TW", "es-419": "es-419", "": ""} {
		var l Lang
		if err := l.UnmarshalText([]byte(typed)); err != nil || l != want {
			t.Errorf("%q is read as %q, %v", typed, l, err)
		}
	}
}
