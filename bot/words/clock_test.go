package words

import (
	"strings"
	"testing"
	"time"

	"circlekeeper/scheduler"
)

// A reader sees a post's time and its rule by the same clock, of 12 or 24 hours.
func TestRulesGoByTheClockOfMoments(t *testing.T) {
	t.Parallel()
	b, err := Open(Options{})
	must(t, err)
	for _, lang := range []string{"en-US", "en-GB", "en-CA", "en-IE", "en-AU", "es-US", "es-MX", "es-ES", "es", "es-CO", "es-AR"} {
		w := b.Reader(lang)
		of := func(said string) bool { return strings.Contains(said, "16:") }
		moment := w.Moment(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC), time.UTC).String()
		if rule := SayRule(w, "every Monday at 16:00"); of(rule) != of(moment) {
			t.Errorf("%s: %q comes next on %q", lang, rule, moment)
		}
	}
}

// The question whether the morning or the evening is meant names each hour once. With a 24-hour clock
// both forms of an hour would be the same.
func TestHalvesOfTheDayAreSaidOnce(t *testing.T) {
	t.Parallel()
	b, err := Open(Options{})
	must(t, err)
	for lang, want := range map[string]string{
		"es-MX": `"a las 7" puede ser 07:00 o 19:00: escriba "el martes, 1 de diciembre de 2026 a las 07:00" o "el martes, 1 de diciembre de 2026 a las 19:00"`,
		"es-US": `"a las 7" puede ser 7:00 a. m. (07:00) o 7:00 p. m. (19:00): escriba "el martes, 1 de diciembre de 2026 a las 7:00 a. m." o "el martes, 1 de diciembre de 2026 a las 7:00 p. m."`,
	} {
		w := b.Reader(lang)
		r := scheduler.Reader{Now: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC), Zone: "UTC", Locale: w.Locale(), Later: true}
		_, err := r.Rule("el martes 1 de diciembre de 2026 a las 7")
		if err == nil {
			t.Fatalf("%s: it is taken", lang)
		}
		if w.Error(err) != want {
			t.Errorf("%s: %s, want %s", lang, w.Error(err), want)
		}
	}
}

// A LOCALE without a country means the country that CLDR expects for the language, so 12/8 is read as
// there and not as in the United States.
func TestALanguageAloneHasItsCountry(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string]string{
		"en": "2027-12-08", "en-US": "2027-12-08", "de": "2027-08-12", "fr": "2027-08-12", "es": "2027-08-12", "pt": "2027-08-12",
		"es-MX": "2027-08-12", "en-GB": "2027-08-12", "fil": "2027-08-12", "zh-Hant": "2027-08-12",
	} {
		b, err := Open(Options{Locale: locale})
		must(t, err)
		w := b.Reader("") // the command line's
		r := scheduler.Reader{Now: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC), Zone: "UTC", Locale: w.Locale(), Country: w.Country}
		if got, err := r.Skip("12/8/2027"); err != nil || got.String() != want {
			t.Errorf("LOCALE=%s: 12/8/2027 is %s, %v; want %s", locale, got, err, want)
		}
		if alone, whole := w.Locale(), b.Reader(locale).Locale(); locale == "es" && (alone != "en-GB" || whole != "es") {
			t.Errorf("dates are written as in %s, for readers of the language as in %s", alone, whole)
		}
	}
}
