package changes

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// locales are those in whose languages the bot can both write and read dates and times.
func locales() []string { return []string{"en-US", "en-CA", "en-GB", "es-US", "es-MX", "es-ES"} }

// TestShownValuesAreReadBack types again what forms and lists show, in all locales: a group's quiet
// hours, sessions and dates, and how late a reminder may be.
func TestShownValuesAreReadBack(t *testing.T) {
	t.Parallel()
	books, err := words.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{Library: func() *content.Library { return &content.Library{} }, Books: books})
	now := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		g := anyGroup(t)
		r := bot.Reminder{Late: time.Duration(rapid.IntRange(1, 24*60).Draw(t, "late")) * time.Minute}
		for _, locale := range locales() {
			a := Asker{Words: books.Reader(locale), Now: now, Group: g}
			for _, f := range s.Groups.Fields.Only("quiet", "session", "skip") {
				readBack(t, a, f, g, bot.Group{Zone: g.Zone})
			}
			for _, f := range s.Reminders.Fields.Only("late") {
				readBack(t, a, f, r, bot.Reminder{})
			}
		}
	})
}

// In a language that the grammar cannot read, a form has hours and dates as they are stored, and a
// list has them in the language's own words.
func TestHoursAndDatesOfAThirdLanguage(t *testing.T) {
	t.Parallel()
	books, err := words.Open(words.Options{Dir: fstest.MapFS{"de/words.po": {Data: []byte("msgctxt \"hours\"\nmsgid \"%s to %s\"\nmsgstr \"von %s bis %s\"\n\nmsgctxt \"dates\"\nmsgid \"%s to %s\"\nmsgstr \"%s bis %s\"\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{Library: func() *content.Library { return &content.Library{} }, Books: books})
	w := books.Reader("de")
	g := bot.Group{Zone: "UTC", Quiet: "21:00-08:00", Skips: []string{"2026-12-24..2026-12-26"}}
	for name, want := range map[string][2]string{
		"quiet": {"21:00-08:00", "von 21:00 bis 08:00"},
		"skip":  {"2026-12-24..2026-12-26", "Donnerstag, 24. Dezember 2026 bis Samstag, 26. Dezember 2026"},
	} {
		for _, f := range s.Groups.Fields.Only(name) {
			if got := [2]string{f.Texts(w, g)[0], f.Say(w, g)[0]}; got != want {
				t.Errorf("%s is %q in a form and a list, want %q", name, got, want)
			}
		}
	}
}

// readBack sets a field of empty from the text that people are shown of it in v.
func readBack[T any](t *rapid.T, a Asker, f Field[T], v, empty T) {
	t.Helper()
	for _, c := range f.values(a.Words, v) {
		for _, shown := range []string{c.Value, c.Name} {
			got := empty
			if err := f.Set(context.Background(), a, &got, shown); err != nil {
				t.Fatalf("%s: %q is refused: %v", a.Words.Locale(), shown, err)
			}
			if read := f.Texts(a.Words, got); !slices.Equal(read, []string{c.Value}) {
				t.Fatalf("%s: %q is read as %q", a.Words.Locale(), shown, read)
			}
		}
	}
}

// anyGroup draws a group's quiet hours, sessions and dates without group.
func anyGroup(t *rapid.T) bot.Group {
	minute := rapid.IntRange(0, 24*60-1)
	day := rapid.IntRange(0, 3000)
	g := bot.Group{Zone: "America/Los_Angeles", Quiet: "none"}
	if from, to := minute.Draw(t, "quiet from"), minute.Draw(t, "quiet to"); from != to {
		g.Quiet = clockOf(from) + "-" + clockOf(to)
	}
	rule, err := scheduler.ParseRule(anySession(t))
	if err != nil {
		t.Fatal(err)
	}
	g.Sessions = []bot.Session{{Rule: rule.String(), Length: time.Duration(rapid.IntRange(1, 24*60).Draw(t, "length")) * time.Minute}}
	first := day.Draw(t, "skip")
	g.Skips = []string{
		dateOf(day.Draw(t, "one day")),
		dateOf(first) + ".." + dateOf(first+rapid.IntRange(1, 400).Draw(t, "days")),
	}
	return g
}

// anySession draws when a group meets: every week, every few, on days of the month, once.
func anySession(t *rapid.T) string {
	names := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	minute := rapid.IntRange(0, 24*60-1).Draw(t, "at")
	at := clockOf(minute)
	first := rapid.IntRange(0, 3000).Draw(t, "first")
	one := names[rapid.IntRange(0, 6).Draw(t, "weekday")]
	weekday := time.Date(2026, 11, 25+first, 0, 0, 0, 0, time.UTC).Weekday()
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return fmt.Sprintf("every %s at %s", one, at)
	case 1:
		return fmt.Sprintf("every %d weeks on %s at %s, starting %s", rapid.IntRange(2, 9).Draw(t, "weeks"), weekday, at, dateOf(first))
	case 2:
		return fmt.Sprintf("the %s %s of each month at %s", []string{"first", "second", "third", "fourth", "last"}[rapid.IntRange(0, 4).Draw(t, "nth")], one, at)
	case 3:
		return fmt.Sprintf("the last day of each month at %s", at)
	case 4:
		return fmt.Sprintf("%s at %s", dateOf(first), at)
	case 5:
		return fmt.Sprintf("every %s at %s, starting %s, until %s", one, at, dateOf(first), dateOf(first+rapid.IntRange(20, 400).Draw(t, "lasts")))
	default:
		return fmt.Sprintf("every day except %s at %s and %s", one, at, clockOf((minute+12*60)%(24*60)))
	}
}

func clockOf(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// dateOf is the date some days after the day of these tests.
func dateOf(days int) string {
	return time.Date(2026, 11, 25+days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}
