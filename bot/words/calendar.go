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

// Calendar writes days and clocks as CLDR has them for a locale.
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

// upper writes "AM" as people who read English do; the data write "am".
func (c Calendar) upper(said string) string {
	if strings.HasPrefix(c.locale, English) {
		return strings.ToUpper(said)
	}
	return said
}

// spaced puts plain spaces for those that do not break, which the data have in "a. m.":
// people search and copy what they read.
func spaced(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}

// calendars are the CLDR data of the locales whose dates and clocks are known, by BCP
// 47 tag. The data of one locale are made when the first reader needs them.
type calendars map[string]func() locales.Translator

// readCalendars knows the languages that are spoken most where the clinic is. A
// language that is not here reads the dates of English.
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

// of gives the calendar for a language that is spoken to a reader: as in the reader's
// country; a reader whose tag names no country, or one that is not known here, counts
// as one of the clinic's.
func (c calendars) of(lang, reader, clinic string) Calendar {
	for _, tag := range []string{
		joined(lang, region(reader)), joined(lang, region(clinic)), lang, joined(base(lang), region(clinic)), base(lang),
	} {
		if fresh, ok := c[tag]; ok {
			return Calendar{tag, fresh}
		}
	}
	return Calendar{DefaultLocale, c[DefaultLocale]}
}

// CheckLocale says what to write where the dates and clocks of a locale are not known.
func CheckLocale(locale string) error {
	known, own := readCalendars(), strings.ReplaceAll(locale, "_", "-")
	usual := base(own) == English && (region(own) == "" || joined(English, region(own)) == DefaultLocale)
	if tag.MatchString(own) && (usual || known.of(own, own, own).locale != DefaultLocale) {
		return nil
	}
	return fmt.Errorf("dates and clocks of %q are not known: write a language and a country, such as %s; known are %s, and further countries of those without one", locale, DefaultLocale, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
}

// base is the language of a tag: "es" of "es-MX".
func base(tag string) string {
	lang, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(lang)
}

// region is the country of a tag: "MX" of "es-MX". "es" for Spain stands for the
// language's own form.
func region(tag string) string {
	parts := strings.Split(tag, "-")
	for _, p := range parts[1:] {
		if len(p) == 2 {
			return strings.ToUpper(p)
		}
	}
	return ""
}

// withCountry is the tag with the country in which CLDR expects its language where it names
// none: "de-DE" of "de". By the country, 12/8 is read as the dates of the language are written.
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
