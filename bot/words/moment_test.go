package words

import (
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

func books(t *testing.T, locale string) *Books {
	t.Helper()
	b, err := Open(Options{Locale: locale})
	must(t, err)
	return b
}

func losAngeles(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Los_Angeles")
	must(t, err)
	return zone
}

// A moment has the format of the reader's country, or else of the clinic's.
func TestMoments(t *testing.T) {
	t.Parallel()
	zone := losAngeles(t)
	at := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)
	for _, tc := range []struct{ reader, clinic, want string }{
		{"en-US", "en-US", "Monday, November 30, 2026 at 9:00 AM PST"},
		{"", "en-US", "Monday, November 30, 2026 at 9:00 AM PST"},
		{"en-GB", "en-US", "Monday, 30 November 2026 at 09:00 PST"},
		{"es", "en-US", "lunes, 30 de noviembre de 2026, 9:00 a. m. PST"},
		{"es-419", "en-US", "lunes, 30 de noviembre de 2026, 9:00 a. m. PST"},
		{"es-LA", "en-US", "lunes, 30 de noviembre de 2026, 9:00 a. m. PST"},
		{"es-US", "en-US", "lunes, 30 de noviembre de 2026, 9:00 a. m. PST"},
		{"es-ES", "en-US", "lunes, 30 de noviembre de 2026, 9:00 PST"},
		{"es", "es-MX", "lunes, 30 de noviembre de 2026, 9:00 PST"},
		{"de-DE", "en-US", "Monday, November 30, 2026 at 9:00 AM PST"}, // answered in English
		{"xx-$$", "tlh", "Monday, November 30, 2026 at 9:00 AM PST"},
	} {
		b := books(t, tc.clinic)
		r := b.Reader(tc.reader)
		if got := r.Moment(at, zone).String(); got != tc.want {
			t.Errorf("%q at a clinic in %q reads %q, want %q", tc.reader, tc.clinic, got, tc.want)
		}
	}
	if got := books(t, "").Reader("en").Clock(at, time.FixedZone("-03", -3*3600)); got != "2:00 PM UTC-03" {
		t.Errorf("a zone without letters reads %q", got)
	}
	if got := InEnglish().Moment(at, zone).String(); got != "Monday, November 30, 2026 at 9:00 AM PST" {
		t.Errorf("a notice says %q", got)
	}
}

// An English reader whose country is not known reads the order of day and month of the clinic's
// country, in which "8/12" is read.
func TestEnglishDatesOfTheClinicsCountry(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 22, 18, 0, 0, 0, time.UTC)
	const dayFirst, monthFirst = "Tuesday, 22 December 2026 at 18:00 UTC", "Tuesday, December 22, 2026 at 6:00 PM UTC"
	for clinic, want := range map[string]string{"es-MX": dayFirst, "de": dayFirst, "en-GB": dayFirst, "es-US": monthFirst, "en": monthFirst, "fil-PH": monthFirst} {
		b := books(t, clinic)
		if got := b.Reader(English).Moment(at, time.UTC).String(); got != want {
			t.Errorf("%s: %s", clinic, got)
		}
		if got := b.Reader("en-US").Moment(at, time.UTC).String(); got != monthFirst {
			t.Errorf("%s, a reader in the United States: %s", clinic, got)
		}
	}
}

// CheckLocale refuses a locale that would silently get the dates and times of the United States.
func TestCheckLocale(t *testing.T) {
	t.Parallel()
	for locale, known := range map[string]bool{
		"en-US": true, "en": true, "en-GB": true, "en_GB": true, "es-MX": true, "es-AR": true, "de-AT": true, "pt-BR": true,
		"xx": false, "pl-PL": false, "en-IN": false, "en-UK": false, "en_US.UTF-8": false, "nowhere": false, "C": false,
	} {
		if err := CheckLocale(locale); known != (err == nil) {
			t.Errorf("%s: %v", locale, err)
		}
	}
}

// A moment in a sentence stays a fact, as a channel does; the text is the same.
func TestMomentsStayFacts(t *testing.T) {
	t.Parallel()
	zone := losAngeles(t)
	at := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)
	place := bot.Place{Platform: bot.Slack, Channel: "C0123456789"}
	for _, lang := range []string{"en", "es"} {
		r := books(t, "").Reader(lang)
		moment := r.Moment(at, zone)
		spans := r.Say("Paused until %s.", moment)
		if len(spans) != 3 || spans[1].Fact != moment.Moment || !moment.At.Equal(at) || !strings.Contains(moment.Clock, "9:00") {
			t.Errorf("%s: %+v", lang, spans)
		}
		if got, want := content.Plain([]content.Block{Paragraph(spans)}), r.T("Paused until %s.", moment); got != want {
			t.Errorf("%s: reads %q, want %q", lang, got, want)
		}
	}
	got := filling{InEnglish(), "%[2]s is 100%% in %[1]s, %d of %q"}.spans([]any{place, "it", 3, "x"})
	want := []content.Span{{Text: "it is 100% in "}, {Text: place.String(), Fact: place}, {Text: `, it of "\x03"`}}
	if len(got) != 3 || !slices.Equal(got[:2], want[:2]) {
		t.Errorf("%+v", got)
	}
}

// If an argument such as a moment, rule or length ends in a full stop at the end of a sentence, there
// is no second one. A full stop that goes on with a word, or three dots, stay.
func TestASentenceEndsOnce(t *testing.T) {
	t.Parallel()
	w := books(t, "").Reader("es-US")
	at, err := scheduler.ParseCivil("2026-12-01T18:00")
	must(t, err)
	moment := scheduler.MomentText(at)
	for format, want := range map[string]string{
		"This session was moved from %s.":      "Esta sesión estaba prevista para el martes, 1 de diciembre de 2026 a las 6:00 p. m.",
		"Moved from %[1]s. %[2]s is 100%% ok.": "Moved from martes, 1 de diciembre de 2026 a las 6:00 p. m. it is 100% ok.",
		"Write %[1]q.":                         `Write "martes, 1 de diciembre de 2026 a las 6:00 p. m.".`,
		"Saved in %[2]s.json, %[1]s...":        "Saved in it.json, martes, 1 de diciembre de 2026 a las 6:00 p. m....",
	} {
		args := []any{moment, "it"}[:1+strings.Count(format, "%[2]s")]
		if got := w.T(format, args...); got != want {
			t.Errorf("said as text: %q, want %q", got, want)
		}
		if got := Plain(w.Say(format, args...)); got != want {
			t.Errorf("said as spans: %q, want %q", got, want)
		}
	}
}

// Channels, roles and commands in a sentence stay facts, so that each platform can show them in its
// own way.
func TestPlacesRolesAndCommandsStayFacts(t *testing.T) {
	t.Parallel()
	place := bot.Place{Platform: bot.Slack, Channel: "C0123456789"}
	role := bot.Role{Platform: bot.Discord, Space: "1", ID: "2"}
	w := books(t, "").Reader("en")
	for _, tc := range []struct {
		given, fact any
	}{
		{place, place}, {bot.RoleIn(place), place}, {role, role}, {Command("group list"), content.Command("group list")},
		{[]content.Span{{Text: "#general", Fact: place}}, place},
	} {
		if spans := w.Say("Paused until %s.", tc.given); len(spans) != 3 || spans[1].Fact != tc.fact {
			t.Errorf("%v is said as %+v", tc.given, spans)
		}
	}
}

func TestLengthsHoursAndLists(t *testing.T) {
	t.Parallel()
	en, es := books(t, "").Reader("en-US"), books(t, "").Reader("es")
	for d, want := range map[time.Duration][2]string{
		90 * time.Minute:              {"90 minutes", "90 minutos"},
		2 * time.Hour:                 {"2 hours", "2 horas"},
		time.Hour:                     {"1 hour", "1 hora"},
		100 * time.Hour:               {"100 hours", "100 horas"},
		400 * 24 * time.Hour:          {"400 days", "400 días"},
		24 * time.Hour:                {"24 hours", "24 horas"},
		4*time.Hour + 15*time.Minute:  {"4 hours and 15 minutes", "4 horas y 15 minutos"},
		45 * time.Second:              {"45 seconds", "45 segundos"},
		time.Minute:                   {"1 minute", "1 minuto"},
		2*time.Hour - time.Nanosecond: {"2 hours", "2 horas"},
	} {
		if got := [2]string{en.Length(d), es.Length(d)}; got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for _, tc := range []struct{ got, want string }{
		{SayQuiet(en, "21:00-08:00"), "9:00 PM to 8:00 AM"}, {SayQuiet(es, "21:00-08:00"), "de 9:00 p. m. a 8:00 a. m."},
		{SayQuiet(en, "none"), "none"}, {SayQuiet(en, "broken"), "broken"},
		{SayDates(en, "2026-12-24"), "Thursday, December 24, 2026"}, {SayDates(en, "2026-12-24..2027-01-02"), "Thursday, December 24, 2026 to Saturday, January 2, 2027"},
		{SayDates(es, "2026-12-24"), "jueves, 24 de diciembre de 2026"}, {SayDates(en, "soon"), "soon"},
		{en.And(), ""}, {en.And("a"), "a"}, {en.And("a", "b"), "a and b"}, {en.And("a", "b", "c"), "a, b, and c"}, {es.And("a", "b", "c"), "a, b y c"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
}
