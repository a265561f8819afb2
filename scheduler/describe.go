package scheduler

import (
	"fmt"
	"strings"
	"time"
)

const (
	maxTimesInWords = 6
	maxDaysInWords  = 10
)

// Describe says the rule in words, in English, or in Spanish if the language is
// "es".
func (r Rule) Describe(lang string) string {
	es := spanish(lang)
	switch {
	case r == Rule{}:
		return ""
	case r.BeforeSession() && es:
		return spanishLength(r.before) + " antes de cada sesión"
	case r.BeforeSession():
		return englishLength(r.before) + " before each session"
	case es:
		return r.spanishDays() + r.spanishTimes() + inMonths(r, " en ", " y ", spanishMonths())
	}
	return r.englishDays() + r.englishTimes() + inMonths(r, " in ", " and ", englishMonths())
}

// Text is the canonical text of the rule for readers of a language, as String
// is in English. ParseRule reads it back to an equal rule.
func (r Rule) Text(lang string) string {
	switch {
	case r == Rule{}:
		return ""
	case r.BeforeSession() || r.isPhrase():
		return r.Describe(lang)
	}
	return r.cronText()
}

func spanish(lang string) bool { return lang == "es" || strings.HasPrefix(lang, "es-") }

// isPhrase reports whether parsePhrase reads what Describe says.
func (r Rule) isPhrase() bool {
	s := r.spec
	return s.Month&starBit != 0 && (s.Dom|s.Dow)&starBit != 0 && r.fewTimes() &&
		(s.Dom&starBit != 0 || len(values(s.Dom)) <= maxDaysInWords)
}

func (r Rule) fewTimes() bool { return !r.elapsed() && len(r.minutes()) <= maxTimesInWords }

func (r Rule) englishDays() string {
	days := weekdays(r.spec.Dow, englishDays())
	dates := values(r.spec.Dom)
	ordinals := make([]string, len(dates))
	for i, d := range dates {
		ordinals[i] = ordinal(d)
	}
	onDates := "every " + list(ordinals, " and ") + " of the month"
	onDays := "every " + list(days, " and ")
	if r.spec.Dow == 0b0111110 {
		onDays = "every weekday"
	}
	switch {
	case r.spec.Dom&r.spec.Dow&starBit != 0:
		return "every day"
	case r.spec.Dom&starBit != 0:
		return onDays
	case r.spec.Dow&starBit != 0:
		return onDates
	}
	return onDays + " and " + onDates
}

func (r Rule) spanishDays() string {
	days := weekdays(r.spec.Dow, spanishDays())
	onDates := "el día "
	if len(values(r.spec.Dom)) > 1 {
		onDates = "los días "
	}
	var dates []string
	for _, d := range values(r.spec.Dom) {
		dates = append(dates, fmt.Sprint(d))
	}
	onDates += list(dates, " y ") + " de cada mes"
	onDays := "cada " + list(days, " y ")
	if r.spec.Dow == 0b0111110 {
		onDays = "de lunes a viernes"
	}
	switch {
	case r.spec.Dom&r.spec.Dow&starBit != 0:
		return "cada día"
	case r.spec.Dom&starBit != 0:
		return onDays
	case r.spec.Dow&starBit != 0:
		return onDates
	}
	return onDays + " y " + onDates
}

func (r Rule) englishTimes() string {
	switch {
	case r.fewTimes():
		return " at " + list(r.clocks(), " and ")
	case r.elapsed():
		return ", every hour at minute " + fieldText(r.spec.Minute)
	}
	return ", at minute " + fieldText(r.spec.Minute) + " of the hours " + fieldText(r.spec.Hour)
}

func (r Rule) spanishTimes() string {
	switch {
	case r.fewTimes() && r.minutes()[0]/60 == 1:
		return " a la " + list(r.clocks(), " y ")
	case r.fewTimes():
		return " a las " + list(r.clocks(), " y ")
	case r.elapsed():
		return ", cada hora en el minuto " + fieldText(r.spec.Minute)
	}
	return ", en el minuto " + fieldText(r.spec.Minute) + " de las horas " + fieldText(r.spec.Hour)
}

func (r Rule) clocks() []string {
	var out []string
	for _, m := range r.minutes() {
		out = append(out, clock(m))
	}
	return out
}

func inMonths(r Rule, in, and string, names [12]string) string {
	if r.spec.Month&starBit != 0 {
		return ""
	}
	var out []string
	for _, m := range values(r.spec.Month) {
		out = append(out, names[m-1])
	}
	return in + list(out, and)
}

// weekdays names the days of a field, from Monday to Sunday.
func weekdays(set uint64, names [7]string) []string {
	var out []string
	for i := range 7 {
		if d := (i + 1) % 7; set&(1<<d) != 0 {
			out = append(out, names[d])
		}
	}
	return out
}

// list joins words as people do: "a, b and c".
func list(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + and + words[last]
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

func englishLength(d time.Duration) string { return length(d, "hour", "minute", " and ") }
func spanishLength(d time.Duration) string { return length(d, "hora", "minuto", " y ") }

func length(d time.Duration, hour, minute, and string) string {
	var parts []string
	for _, p := range []struct {
		n    int
		unit string
	}{{int(d / time.Hour), hour}, {int(d % time.Hour / time.Minute), minute}} {
		switch {
		case p.n == 1:
			parts = append(parts, "1 "+p.unit)
		case p.n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", p.n, p.unit))
		}
	}
	return list(parts, and)
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
