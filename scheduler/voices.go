package scheduler

import (
	"fmt"
	"strings"
	"time"
)

// Text in English and Spanish must be read back when it is in a form, so these words are part
// of the grammar. Other languages bring a Voice of their own.

func (s speech) isSpanish() bool {
	_, is := s.Voice.(spanish)
	return is
}

func (s speech) hours24() bool {
	switch v := s.Voice.(type) {
	case english:
		return v.hours24
	case spanish:
		return v.hours24
	}
	return false
}

func speechOf(locale string) speech { return speech{VoiceOf(locale)} }

// VoiceOf returns the Voice of Spanish for a Spanish locale, otherwise that of English. The
// locale's region decides the clock, as in CLDR. Without a region it is the United States for
// English, and Spain for Spanish.
func VoiceOf(locale string) Voice {
	lang, region := localeParts(locale)
	if lang == "es" {
		return spanish{hours24: region == "" || strings.Contains(" ES MX AR BO CL CR CU EC GQ GT HN NI PE PY SV UY ", " "+region+" ")}
	}
	return english{
		hours24:  strings.Contains(" GB IE ZA 150 ", " "+region+" "),
		dayFirst: region != "" && region != "US" && region != "CA" && region != "PH",
	}
}

// localeParts is the language and the region of a locale: "es-Latn-MX" is es and MX.
func localeParts(locale string) (lang, region string) {
	for i, sub := range strings.FieldsFunc(locale, func(c rune) bool { return c == '-' || c == '_' || c == '.' }) {
		switch {
		case i == 0:
			lang = strings.ToLower(sub)
		case region == "" && (len(sub) == 2 || len(sub) == 3):
			region = strings.ToUpper(sub)
		}
	}
	return lang, region
}

// english is the Voice of English.
type english struct {
	hours24  bool
	dayFirst bool // 24 December 2026
}

func (english) C(_, english string, args ...any) string { return fmt.Sprintf(english, args...) }

func (english) N(n int, one, many string, args ...any) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf(many, args...)
}

func (e english) TimeOfDay(t time.Time) string {
	if e.hours24 {
		return t.Format("15:04")
	}
	return t.Format("3:04 PM")
}

func (e english) Day(t time.Time) string {
	if e.dayFirst {
		return t.Format("2 January 2006")
	}
	return t.Format("January 2, 2006")
}

func (e english) Date(t time.Time) string {
	if e.dayFirst {
		return t.Format("Monday 2 January 2006")
	}
	return t.Format("Monday, January 2, 2006")
}

func (english) Weekday(d time.Weekday) string { return d.String() }
func (english) MonthName(m time.Month) string { return m.String() }

// spanish is the Voice of Spanish.
type spanish struct{ hours24 bool }

func (spanish) C(context, english string, args ...any) string {
	return fmt.Sprintf(inSpanish(context, english), args...)
}

func (spanish) N(n int, one, many string, args ...any) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf(inSpanish("", many), args...)
}

func (s spanish) TimeOfDay(t time.Time) string {
	if s.hours24 {
		return t.Format("15:04")
	}
	return strings.NewReplacer("AM", "a. m.", "PM", "p. m.").Replace(t.Format("3:04 PM"))
}

func (s spanish) Day(t time.Time) string {
	return fmt.Sprintf("%d de %s de %d", t.Day(), s.MonthName(t.Month()), t.Year())
}

func (s spanish) Date(t time.Time) string { return s.Weekday(t.Weekday()) + ", " + s.Day(t) }

func (spanish) Weekday(d time.Weekday) string { return spanishDays()[d] }
func (spanish) MonthName(m time.Month) string { return spanishMonths()[m-1] }

// inSpanish are the Spanish words of rules, by their English.
func inSpanish(context, english string) string {
	switch context {
	case "rule, from one o'clock to two":
		return "a la %s"
	case "rule, a time":
		return "a las %s"
	case "rule, days of each week":
		return "los %s"
	case "rule, the one and the other":
		return "%[1]s y el %[2]s"
	case "rule, a day of the month":
		return "el día %s"
	case "rule, days of the month":
		return "los días %s"
	case "rule, days that are no weeks":
		return "cada %d días exactos"
	case "dates":
		return "del %s al %s"
	}
	switch english {
	case "%[1]s and %[2]s":
		return "%[1]s y %[2]s"
	case "%[1]s at %[2]s":
		return "%[1]s %[2]s"
	case "%[1]s, every hour at minute %[2]s":
		return "%[1]s, cada hora en el minuto %[2]s"
	case "%[1]s, starting %[2]s":
		return "%[1]s, desde el %[2]s"
	case "%[1]s, until %[2]s":
		return "%[1]s, hasta el %[2]s"
	case "on %s":
		return "el %s"
	case "every day":
		return "todos los días"
	case "every weekday":
		return "de lunes a viernes"
	case "every day except %s":
		return "todos los días excepto el %s"
	case "every year %s":
		return "cada año %s"
	case "%s of each month":
		return "%s de cada mes"
	case "%s of each month that has one":
		return "%s de cada mes que lo tenga"
	case "%[1]s in %[2]s":
		return "%[1]s en %[2]s"
	case "on %[1]s %[2]d":
		return "el %[2]d de %[1]s"
	case "on %[1]s of %[2]s":
		return "%[1]s de %[2]s"
	case "the last day":
		return "el último día"
	case "the %[1]s %[2]s":
		return "el %[1]s %[2]s"
	case "Mondays":
		return "lunes"
	case "Tuesdays":
		return "martes"
	case "Wednesdays":
		return "miércoles"
	case "Thursdays":
		return "jueves"
	case "Fridays":
		return "viernes"
	case "Saturdays":
		return "sábados"
	case "Sundays":
		return "domingos"
	case "first":
		return "primer"
	case "second":
		return "segundo"
	case "third":
		return "tercer"
	case "fourth":
		return "cuarto"
	case "fifth":
		return "quinto"
	case "second-to-last":
		return "penúltimo"
	case "last":
		return "último"
	case "%s before":
		return "%s antes"
	case "%s after":
		return "%s después"
	case "%s each session":
		return "%s de cada sesión"
	case "at the end of each session":
		return "al final de cada sesión"
	case "at the start of each session":
		return "al inicio de cada sesión"
	case "%s before the end of each session":
		return "%s antes del final de cada sesión"
	case "%s after the start of each session":
		return "%s después del inicio de cada sesión"
	case "every %d days":
		return "cada %d días"
	case "every %[1]d weeks on %[2]s":
		return "cada %[1]d semanas el %[2]s"
	case "every %[1]d years %[2]s":
		return "cada %[1]d años %[2]s"
	case "every %[1]d months on %[2]s":
		return "cada %[1]d meses %[2]s"
	case "every %[1]d months on %[2]s of months that have one":
		return "cada %[1]d meses %[2]s de los meses que lo tengan"
	case "%d day":
		return "%d día"
	case "%d days":
		return "%d días"
	case "%d hour":
		return "%d hora"
	case "%d hours":
		return "%d horas"
	case "%d minute":
		return "%d minuto"
	case "%d minutes":
		return "%d minutos"
	}
	return english
}

// ordinal writes "1st", "22nd".
func ordinal(n int) string {
	suffix := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n, suffix)
}

func englishDays() [7]string {
	return [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
}

func spanishDays() [7]string {
	return [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
}

func englishMonths() (names [12]string) {
	for i := range names {
		names[i] = time.Month(i + 1).String()
	}
	return names
}

func spanishMonths() [12]string {
	return [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio",
		"julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
}
