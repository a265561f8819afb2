package words

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/en_CA"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/en_US"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/es_MX"
	"github.com/go-playground/locales/es_US"
	"github.com/go-playground/locales/fa"
	"github.com/go-playground/locales/fil"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/he"
	"github.com/go-playground/locales/hy"
	"github.com/go-playground/locales/km"
	"github.com/go-playground/locales/ko"
	"github.com/go-playground/locales/pt_BR"
	"github.com/go-playground/locales/ru"
	"github.com/go-playground/locales/vi"
	"github.com/go-playground/locales/zh"
	"golang.org/x/text/language"
)

// DefaultLocale is the clinic's locale where none is set.
const DefaultLocale = "en-US"

// Calendar writes dates and times of day in a locale's format, from CLDR.
type Calendar struct {
	locale string // a BCP 47 tag
	data   func() locales.Translator
}

// Date is a day: "Monday, November 30, 2026".
func (c Calendar) Date(day time.Time) string { return spaced(c.data().FmtDateFull(day)) }

// Day is a day without its name: "November 30, 2026".
func (c Calendar) Day(day time.Time) string { return spaced(c.data().FmtDateLong(day)) }

// TimeOfDay is a time of day without its zone: "9:00 AM".
func (c Calendar) TimeOfDay(t time.Time) string { return c.upper(spaced(c.data().FmtTimeShort(t))) }

// ToTheSecond is a time of day without its zone, with seconds: "9:00:05 AM".
func (c Calendar) ToTheSecond(t time.Time) string { return c.upper(spaced(c.data().FmtTimeMedium(t))) }

// Weekday names a day of the week.
func (c Calendar) Weekday(d time.Weekday) string { return c.data().WeekdayWide(d) }

// MonthName names a month.
func (c Calendar) MonthName(m time.Month) string { return c.data().MonthWide(m) }

// upper writes "AM" in English, where CLDR has "am".
func (c Calendar) upper(said string) string {
	if strings.HasPrefix(c.locale, English) {
		return strings.ToUpper(said)
	}
	return said
}

// spaced replaces the no-break spaces that CLDR has in "a. m." by plain ones, so that people can
// search for a text and copy it.
func spaced(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}

// calendars are the CLDR data of the locales that the program knows, by BCP 47 tag. The data of a
// locale are loaded when the first reader needs them.
type calendars map[string]func() locales.Translator

// readCalendars has the languages that are spoken most in the United States. Readers of another
// language get English dates.
func readCalendars() calendars {
	c := make(calendars)
	for tag, fresh := range map[string]func() locales.Translator{
		"en-US": en_US.New, "en-CA": en_CA.New, "en-GB": en_GB.New,
		"es-US": es_US.New, "es-MX": es_MX.New, "es": es.New,
		"ar": ar.New, "de": de.New, "fa": fa.New, "fil": fil.New, "fr": fr.New, "he": he.New, "hy": hy.New,
		"km": km.New, "ko": ko.New, "pt": pt_BR.New, "ru": ru.New, "vi": vi.New, "zh": zh.New,
	} {
		c[tag] = sync.OnceValue(fresh)
	}
	return c
}

// of is the calendar for an answer in the language lang to a reader. It is that of the reader's
// country; if the reader's tag has no country, or one that is not known here, it is that of the
// clinic's. Where no calendar of the language is known it is an English one, with the order of
// day and month that the clinic's country has. reader and clinic are BCP 47 tags.
func (c calendars) of(lang, reader, clinic string) Calendar {
	tag, known := c.known(lang, reader, clinic)
	monthFirst := []string{"", "ZZ", "US", "CA", "PH", "PR"} // where English dates begin with the month; "" and ZZ are no known country
	if !known && !slices.Contains(monthFirst, region(clinic)) {
		tag = "en-GB"
	}
	return Calendar{tag, c[tag]}
}

// known is the tag of the calendar for an answer in the language lang; DefaultLocale if none of
// that language is known.
func (c calendars) known(lang, reader, clinic string) (tag string, known bool) {
	for _, tag := range []string{
		joined(lang, region(reader)), joined(lang, region(clinic)), lang, joined(Base(lang), region(clinic)), Base(lang),
	} {
		if _, ok := c[tag]; ok {
			return tag, true
		}
	}
	return DefaultLocale, false
}

// CheckLocale returns an error, with what to write instead, if the program does not know the
// dates and times of a locale.
func CheckLocale(locale string) error {
	all, own := readCalendars(), strings.ReplaceAll(locale, "_", "-")
	_, known := all.known(own, own, own)
	if tag.MatchString(own) && (known || strings.EqualFold(own, English)) {
		return nil
	}
	// The machine's locales, such as en_US.UTF-8, name a character set too.
	if bare, _, more := strings.Cut(own, "."); more && CheckLocale(bare) == nil {
		return fmt.Errorf("%q is not written as here; did you mean %s?", locale, bare)
	}
	return fmt.Errorf("dates and clocks of %q are not known: write a language and a country, such as %s; known are %s, and further countries of those without one", locale, DefaultLocale, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
}

// Base is the language of a tag: "es" of "es-MX".
func Base(tag string) string {
	lang, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(lang)
}

// region is the country of a tag: "MX" of "es-MX"; "" if it has none.
func region(tag string) string {
	parts := strings.Split(tag, "-")
	for _, p := range parts[1:] {
		if len(p) == 2 {
			return strings.ToUpper(p)
		}
	}
	return ""
}

// withCountry adds to a tag without a country the one that CLDR expects for the language: "de-DE"
// for "de". The country decides whether 12/8 is December 8 or 12 August.
func withCountry(tag string) string {
	if region(tag) != "" {
		return tag
	}
	likely, _ := language.Make(tag).Region()
	return tag + "-" + likely.String()
}

func joined(lang, region string) string {
	switch region {
	case "":
		return "-" // no tag
	case strings.ToUpper(lang): // "es-ES", "de-DE"
		return lang
	}
	return lang + "-" + region
}
