package scheduler

import (
	"slices"
	"strings"
	"time"
)

// The words of both languages, folded. Where a word is one in each ("once", "mar",
// "mañana"), what stands around it decides.

func dowOf(w string) (time.Weekday, bool) {
	switch w {
	case "sunday", "sundays", "sun", "su", "domingo", "domingos", "dom":
		return time.Sunday, true
	case "monday", "mondays", "mon", "mons", "mo", "lunes", "lun":
		return time.Monday, true
	case "tuesday", "tuesdays", "tue", "tues", "tu", "martes", "mar":
		return time.Tuesday, true
	case "wednesday", "wednesdays", "wed", "weds", "we", "miercoles", "mie", "mier":
		return time.Wednesday, true
	case "thursday", "thursdays", "thu", "thur", "thurs", "th", "jueves", "jue":
		return time.Thursday, true
	case "friday", "fridays", "fri", "fr", "viernes", "vie":
		return time.Friday, true
	case "saturday", "saturdays", "sat", "sats", "sa", "sabado", "sabados", "sab":
		return time.Saturday, true
	}
	return 0, false
}

func isDow(w string) bool { _, ok := dowOf(w); return ok }

// pluralDow reports whether a day's name can only be meant for each week.
func pluralDow(w string) bool {
	return strings.HasSuffix(w, "days") || w == "sabados" || w == "domingos"
}

func monthOf(w string) (time.Month, bool) {
	switch w {
	case "january", "enero", "jan", "ene":
		return time.January, true
	case "february", "febrero", "feb":
		return time.February, true
	case "march", "marzo", "mar":
		return time.March, true
	case "april", "abril", "apr", "abr":
		return time.April, true
	case "may", "mayo":
		return time.May, true
	case "june", "junio", "jun":
		return time.June, true
	case "july", "julio", "jul":
		return time.July, true
	case "august", "agosto", "aug", "ago":
		return time.August, true
	case "september", "septiembre", "sep", "sept", "setiembre", "set":
		return time.September, true
	case "october", "octubre", "oct":
		return time.October, true
	case "november", "noviembre", "nov":
		return time.November, true
	case "december", "diciembre", "dec", "dic":
		return time.December, true
	}
	return 0, false
}

// numberWord reads a small number in a word, from none to thirty, and the tens.
func numberWord(w string) (int, bool) {
	switch w {
	case "zero", "cero":
		return 0, true
	case "one", "uno", "un", "una":
		return 1, true
	case "two", "dos":
		return 2, true
	case "three", "tres":
		return 3, true
	case "four", "cuatro":
		return 4, true
	case "five", "cinco":
		return 5, true
	case "six", "seis":
		return 6, true
	case "seven", "siete":
		return 7, true
	case "eight", "ocho":
		return 8, true
	case "nine", "nueve":
		return 9, true
	case "ten", "diez":
		return 10, true
	case "eleven", "once":
		return 11, true
	case "twelve", "doce":
		return 12, true
	case "thirteen", "trece":
		return 13, true
	case "fourteen", "catorce":
		return 14, true
	case "fifteen", "quince":
		return 15, true
	case "sixteen", "dieciseis":
		return 16, true
	case "seventeen", "diecisiete":
		return 17, true
	case "eighteen", "dieciocho":
		return 18, true
	case "nineteen", "diecinueve":
		return 19, true
	case "twenty", "veinte":
		return 20, true
	case "veintiuno":
		return 21, true
	case "veintidos":
		return 22, true
	case "veintitres":
		return 23, true
	case "veinticuatro":
		return 24, true
	case "veinticinco":
		return 25, true
	case "veintiseis":
		return 26, true
	case "veintisiete":
		return 27, true
	case "veintiocho":
		return 28, true
	case "veintinueve":
		return 29, true
	case "treinta", "thirty":
		return 30, true
	case "forty", "cuarenta":
		return 40, true
	case "fifty", "cincuenta":
		return 50, true
	case "sixty", "sesenta":
		return 60, true
	case "ninety", "noventa":
		return 90, true
	}
	return 0, false
}

// whichOf reads an ordinal word as a bit of days.nth.
func whichOf(w string) (int, bool) {
	switch w {
	case "first", "primer", "primero", "primera", "primeros", "primeras":
		return 1, true
	case "second", "segundo", "segunda", "segundos":
		return 2, true
	case "third", "tercer", "tercero", "tercera", "terceros":
		return 3, true
	case "fourth", "cuarto", "cuarta", "cuartos":
		return 4, true
	case "fifth", "quinto", "quinta", "quintos":
		return 5, true
	case "last", "ultimo", "ultima", "ultimos", "final":
		return 0, true
	case "penultimo", "penultimate", "penultima":
		return 6, true
	}
	return 0, false
}

func unitOf(w string) (unit, int, bool) { // years are months here
	switch w {
	case "day", "days", "dia", "dias":
		return dayUnit, 1, true
	case "week", "weeks", "wk", "wks", "semana", "semanas":
		return weekUnit, 1, true
	case "fortnight", "fortnights", "quincena", "quincenas":
		return weekUnit, 2, true
	case "month", "months", "mo", "mos", "mes", "meses":
		return monthUnit, 1, true
	case "year", "years", "yr", "yrs", "ano", "anos":
		return monthUnit, 12, true
	}
	return noUnit, 0, false
}

// minutesOf reads a unit of time as minutes.
func minutesOf(w string) (int, bool) {
	switch w {
	case "minute", "minutes", "min", "mins", "m", "minuto", "minutos":
		return 1, true
	case "hour", "hours", "h", "hr", "hrs", "hs", "hora", "horas":
		return 60, true
	case "day", "days", "d", "dia", "dias":
		return dayMinutes, true
	case "week", "weeks", "wk", "wks", "semana", "semanas":
		return 7 * dayMinutes, true
	}
	return 0, false
}

func isSession(w string) bool {
	switch w {
	case "session", "sessions", "sesion", "sesiones", "meeting", "meetings", "reunion", "reuniones", "group", "groups", "grupo", "grupos",
		"class", "classes", "clase", "clases", "encuentro", "encuentros", "terapia":
		return true
	}
	return false
}

func isEvery(w string) bool {
	switch w {
	case "every", "each", "cada", "todos", "todas", "all":
		return true
	}
	return false
}

func isAnd(w string) bool {
	switch w {
	case "and", "y", "e", "&", ",", "+", "plus", "/", "or":
		return w != "or"
	}
	return false
}

func isHoliday(w string) bool {
	switch w {
	case "holiday", "holidays", "festivo", "festivos", "festiva", "festivas", "feriado", "feriados", "vacaciones":
		return true
	}
	return false
}

// filler are words that carry no meaning where days, dates and times are told.
func isFiller(w string) bool {
	switch w {
	case "on", "the", "of", "in", "el", "los", "la", "las", "de", "del", "en", ",":
		return true
	}
	return false
}

// knownWords are what a misspelt word may have been.
func knownWords() []string {
	english, spanish := englishDays(), spanishDays()
	out := slices.Concat(english[:], spanish[:])
	months, meses := englishMonths(), spanishMonths()
	out = slices.Concat(out, months[:], meses[:])
	return append(out, "weekday", "weekdays", "weekend", "session", "minutes", "before", "month", "every", "first", "second", "third", "fourth", "tomorrow",
		"sesión", "minutos", "antes", "semana", "primer", "segundo", "mañana", "starting", "until", "hasta",
		"hour", "daily", "weekly", "biweekly", "monthly", "noon", "midnight", "morning", "afternoon", "evening", "after", "other",
		"todos", "horas", "después", "tarde", "noche", "último", "tercer", "cuarto", "mediodía", "quincenal")
}

// near is the known word that a misspelt one was probably meant to be, or "".
func near(word string) string {
	if len(word) < 4 || len(word) > 20 {
		return ""
	}
	best, least := "", len(word)/4+1
	if len(word) >= 6 {
		least++
	}
	for _, known := range knownWords() {
		folded := foldText(known)
		for _, form := range []string{folded, folded + "s"} {
			d := distance(word, form)
			if swapped(word, form) {
				d = 1
			}
			if d < least && (word[0] == form[0] || d == 1) {
				best, least = known, d
			}
		}
	}
	return best
}

// swapped reports whether two neighboring letters changed places: "luens".
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
