package scheduler

import (
	"slices"
	"strings"
	"time"
)

// The words of both languages, folded by foldText. A word that exists in both ("once", "mar",
// "mañana") is decided by the words around it.

func dowOf(w string) (time.Weekday, bool) {
	switch w {
	case "su", "do":
		return time.Sunday, true
	case "mo", "mons", "lu":
		return time.Monday, true
	case "tu", "ma":
		return time.Tuesday, true
	case "we", "weds", "mi":
		return time.Wednesday, true
	case "th", "ju":
		return time.Thursday, true
	case "fr", "fris", "vi":
		return time.Friday, true
	case "sa", "sats":
		return time.Saturday, true
	}
	if len(w) < 3 {
		return 0, false
	}
	var day time.Weekday
	var name string
	switch w[:3] {
	case "sun":
		day, name = time.Sunday, "sundays"
	case "dom":
		day, name = time.Sunday, "domingos"
	case "mon":
		day, name = time.Monday, "mondays"
	case "lun":
		day, name = time.Monday, "lunes"
	case "tue":
		day, name = time.Tuesday, "tuesdays"
	case "mar":
		day, name = time.Tuesday, "martes"
	case "wed":
		day, name = time.Wednesday, "wednesdays"
	case "mie":
		day, name = time.Wednesday, "miercoles"
	case "thu":
		day, name = time.Thursday, "thursdays"
	case "jue":
		day, name = time.Thursday, "jueves"
	case "fri":
		day, name = time.Friday, "fridays"
	case "vie":
		day, name = time.Friday, "viernes"
	case "sat":
		day, name = time.Saturday, "saturdays"
	case "sab":
		day, name = time.Saturday, "sabados"
	}
	return day, strings.HasPrefix(name, w) // also if it is cut short
}

func isDow(w string) bool { _, ok := dowOf(w); return ok }

// pluralDow reports whether a day's name can only mean the day of each week: "Mondays".
func pluralDow(w string) bool {
	return strings.HasSuffix(w, "days") || w == "sabados" || w == "domingos"
}

func isMonth(w string) bool {
	_, ok := monthOf(w)
	return ok
}

func monthOf(w string) (time.Month, bool) {
	if len(w) < 3 {
		return 0, false
	}
	var month time.Month
	var english, spanish string
	switch w[:3] {
	case "jan", "ene":
		month, english, spanish = time.January, "january", "enero"
	case "feb":
		month, english, spanish = time.February, "february", "febrero"
	case "mar":
		month, english, spanish = time.March, "march", "marzo"
	case "apr", "abr":
		month, english, spanish = time.April, "april", "abril"
	case "may":
		month, english, spanish = time.May, "may", "mayo"
	case "jun":
		month, english, spanish = time.June, "june", "junio"
	case "jul":
		month, english, spanish = time.July, "july", "julio"
	case "aug", "ago":
		month, english, spanish = time.August, "august", "agosto"
	case "sep":
		month, english, spanish = time.September, "september", "septiembre"
	case "set":
		month, english, spanish = time.September, "setiembre", "setiembre"
	case "oct":
		month, english, spanish = time.October, "october", "octubre"
	case "nov":
		month, english, spanish = time.November, "november", "noviembre"
	case "dec", "dic":
		month, english, spanish = time.December, "december", "diciembre"
	}
	return month, strings.HasPrefix(english, w) || strings.HasPrefix(spanish, w) // also if it is cut short
}

// numberWord reads a small number in one word: none to thirty, the tens, and those that respelt
// has joined: "twenty-five".
func numberWord(w string) (int, bool) {
	if tens, ones, two := strings.Cut(w, "-"); two {
		n, ok := numberWord(tens)
		more, also := numberWord(ones)
		return n + more, ok && also
	}
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
	case "veintiuno", "veintiuna", "veintiun":
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
	case "seventy", "setenta":
		return 70, true
	case "eighty", "ochenta":
		return 80, true
	case "ninety", "noventa":
		return 90, true
	}
	return 0, false
}

// ordinalWord reads the day of a date in a word: "the fourth of July".
func ordinalWord(w string) (int, bool) {
	i := slices.Index([]string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
		"eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"}, w)
	switch {
	case w == "thirtieth":
		return 30, true
	case w == "primero":
		return 1, true
	}
	return i + 1, i >= 0
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
	case "week", "weeks", "semana", "semanas":
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
	case "week", "weeks", "semana", "semanas":
		return 7 * dayMinutes, true
	}
	return 0, false
}

func isSession(w string) bool {
	switch w {
	case "session", "sessions", "sesion", "sesiones", "meeting", "meetings", "reunion", "reuniones", "group", "groups", "grupo", "grupos",
		"class", "classes", "clase", "clases", "encuentro", "encuentros", "therapy", "terapia", "circle", "circles", "circulo", "circulos", "appointment", "appointments", "cita", "citas", "workshop", "workshops", "taller", "talleres":
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

// isFeast reports whether a word names a holiday. Its date depends on the country, and often on
// the year.
func isFeast(w string) bool {
	switch strings.TrimSuffix(w, "'s") {
	case "christmas", "xmas", "thanksgiving", "easter", "halloween", "hanukkah", "ramadan", "eid", "juneteenth", "mother", "father", "veterans", "memorial", "labor", "valentine", "mlk", "presidents", "kwanzaa", "passover", "diwali",
		"navidad", "nochebuena", "nochevieja", "pascua", "reyes", "carnaval", "santa":
		return true
	}
	return false
}

// feastIn is the first name of a holiday in a text, and what the text says beside it: its date in "Dec
// 24 (Christmas Eve)".
func feastIn(tokens []token) (raw, beside string, ok bool) {
	for i, t := range tokens {
		next, words := at(tokens, i+1), 0
		switch {
		case isFeast(t.text):
			words = 1
		case t.text == "new" && strings.HasPrefix(next.text, "year"), t.text == "ano" && next.text == "nuevo":
			words = 2
		default:
			continue
		}
		rest := cursor{tokens: tokens, pos: i + words}
		rest.skip("eve", "day")
		beside = rawOf(tokens[:i]) + " " + rawOf(tokens[rest.pos:])
		return rawOf(tokens[i : i+words]), strings.Trim(beside, " ,:-"), true
	}
	return "", "", false
}

// feastNamed returns a mistake about the first holiday that a text names; nil if it names none. If read can
// read a date beside it, that is an offer.
func feastNamed(p *parser, read func(Reader, string) error) error {
	raw, beside, ok := feastIn(p.tokens)
	if !ok {
		return nil
	}
	one := p.reader
	one.trial = true
	counts := saysAny(lex(beside), "after", "before", "despues", "antes") // the day after Christmas
	if dated := read != nil && strings.ContainsAny(beside, "0123456789"); dated && !counts && read(one, beside) == nil {
		return perhaps(rawOf(p.tokens), beside)
	}
	return mistake(`%s is not understood: holidays are not known by name. Write the date, such as December 24, 2026`, clip(raw))
}

// filler are words that carry no meaning where days, dates and times are told.
func isFiller(w string) bool {
	switch w {
	case "on", "the", "of", "in", "el", "los", "la", "las", "de", "del", "en", ",":
		return true
	}
	return false
}

// knownWords lists the words that a misspelt word may stand for.
func knownWords() []string {
	english, spanish := englishDays(), spanishDays()
	out := slices.Concat(english[:], spanish[:])
	months, meses := englishMonths(), spanishMonths()
	out = slices.Concat(out, months[:], meses[:])
	return append(out, "weekday", "weekdays", "weekend", "session", "minutes", "before", "month", "every", "each", "cada", "day", "days", "días", "everyday", "first", "second", "third", "fourth", "tomorrow",
		"sesión", "minutos", "antes", "semana", "primer", "segundo", "mañana", "starting", "until", "hasta",
		"hour", "daily", "weekly", "biweekly", "fortnightly", "monthly", "noon", "midnight", "morning", "afternoon", "evening", "after", "other",
		"todos", "horas", "después", "tarde", "noche", "último", "tercer", "cuarto", "mediodía", "quincenal")
}

// near returns the known word that a misspelt one probably stands for, or "".
func near(word string) string {
	if len(word) < 4 || len(word) > 20 {
		return ""
	}
	best, most := "", len(word)/4
	if len(word) >= 6 {
		most++
	}
	least := 2*most + 2
	for _, known := range knownWords() {
		folded := foldText(known)
		for _, form := range []string{folded, folded + "s"} {
			d := distance(word, form)
			if swapped(word, form) {
				d = 1
			}
			if word[0] == form[0] && d <= most && 2*d < least {
				best, least = known, 2*d
			} else if d == 1 && 2*d+1 < least { // munday is rather Monday than Sunday
				best, least = known, 2*d+1
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
