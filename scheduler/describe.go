package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Describe says the rule as people speak, in English, or in Spanish if the locale's
// language is that: "Tuesdays and Fridays at 6:45 PM". The locale (BCP 47) decides
// whether the clock has 12 or 24 hours. Reader.Rule of the same locale reads it back to
// an equal rule.
func (r Rule) Describe(locale string) string {
	say := speechOf(locale)
	if r.BySession() {
		return say.leads(r.leads)
	}
	var segments []string
	for rest := r.parts; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].group() == rest[0].group() {
			n++
		}
		segments = append(segments, say.segment(rest[:n]))
		rest = rest[n:]
	}
	return strings.Join(segments, "; ")
}

// Text is the canonical text of the rule for readers of a locale, as String is for
// the United States. ParseRule reads it back to an equal rule.
func (r Rule) Text(locale string) string {
	if r.never() || !r.fewTimes() {
		if text, ok := r.cronText(); ok {
			return text
		}
	}
	return r.Describe(locale)
}

// fewTimes reports whether the rule's times can be listed in words.
func (r Rule) fewTimes() bool {
	const most = 24
	return !slices.ContainsFunc(r.parts, func(p part) bool { return len(p.times) > most })
}

// speech is how the readers of a locale say rules.
type speech struct {
	spanish  bool
	hours24  bool
	dayFirst bool // 24 December 2026
}

// speechOf knows the regions of the two languages; where none is named, it is the
// United States.
func speechOf(locale string) speech {
	lang, region := localeParts(locale)
	s := speech{spanish: lang == "es"}
	if s.spanish {
		s.hours24 = strings.Contains(" ES AR BO CL CR CU EC GQ GT HN NI PE PY SV UY ", " "+region+" ")
		return s
	}
	s.hours24 = strings.Contains(" GB IE ZA 150 ", " "+region+" ")
	s.dayFirst = region != "" && region != "US" && region != "CA" && region != "PH"
	return s
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

// clock writes minutes after midnight so that typed again they mean the same.
func (s speech) clock(minute int) string {
	if s.hours24 {
		return clock(minute)
	}
	half := "AM"
	if minute >= 12*60 {
		half = "PM"
	}
	if s.spanish {
		half = map[string]string{"AM": "a. m.", "PM": "p. m."}[half]
	}
	return fmt.Sprintf("%d:%02d %s", (minute/60+11)%12+1, minute%60, half)
}

// date writes a day, as dayNumber counts.
func (s speech) date(day int32) string {
	year, month, date := dateOf(day)
	switch {
	case s.spanish:
		return fmt.Sprintf("%d de %s de %d", date, spanishMonths()[month-1], year)
	case s.dayFirst:
		return fmt.Sprintf("%d %s %d", date, month, year)
	}
	return fmt.Sprintf("%s %d, %d", month, date, year)
}

// longDate writes a day with its weekday.
func (s speech) longDate(day int32) string {
	name := s.weekdays()[weekdayOf(day)]
	if s.dayFirst && !s.spanish {
		return name + " " + s.date(day)
	}
	return name + ", " + s.date(day)
}

func (s speech) weekdays() [7]string {
	if s.spanish {
		return spanishDays()
	}
	return englishDays()
}

func (s speech) months() [12]string {
	if s.spanish {
		return spanishMonths()
	}
	return englishMonths()
}

func (s speech) and() string {
	if s.spanish {
		return " y "
	}
	return " and "
}

// segment says parts that share their bounds.
func (s speech) segment(parts []part) string {
	var clauses []string
	for _, p := range parts {
		clauses = append(clauses, s.days(p.days, len(parts) == 1)+s.times(p))
	}
	text := list(clauses, s.and())
	if d := parts[0].days; !d.once() {
		text += s.bounds(d)
	}
	return text
}

func (s speech) bounds(d days) string {
	text := ""
	if d.from != 0 {
		text += s.either(", starting ", ", desde el ") + s.date(d.from)
	}
	if d.until != 0 {
		text += s.either(", until ", ", hasta el ") + s.date(d.until)
	}
	return text
}

func (s speech) either(english, spanish string) string {
	if s.spanish {
		return spanish
	}
	return english
}

func (s speech) times(p part) string {
	if p.hourly {
		return s.either(", every hour at minute ", ", cada hora en el minuto ") + list(numbers(p.times), s.and())
	}
	var out []string
	for _, m := range p.times {
		switch {
		case !s.spanish:
			out = append(out, s.clock(m))
		case m/60 == 1 || m/60 == 13 && !s.hours24:
			out = append(out, "a la "+s.clock(m))
		default:
			out = append(out, "a las "+s.clock(m))
		}
	}
	return s.either(" at ", " ") + list(out, s.and())
}

func numbers(all []int) []string {
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = fmt.Sprint(n)
	}
	return out
}

// days says on which days. An exception is told only where they stand alone: it would
// count for the days beside them, too.
func (s speech) days(d days, alone bool) string {
	switch {
	case d.once():
		return s.either("on ", "el ") + s.longDate(d.from)
	case d.unit == dayUnit:
		return fmt.Sprintf(s.either("every %d days", "cada %d días"), d.every)
	case d.unit == weekUnit:
		return fmt.Sprintf(s.either("every %d weeks on ", "cada %d semanas el "), d.every) + list(pick(d.dow, s.weekdays()), s.either(" and ", " y el "))
	case d.unit == monthUnit && d.months != 0:
		return fmt.Sprintf(s.either("every %d years ", "cada %d años "), d.every/12) + s.ofYear(d)
	case d.unit == monthUnit:
		return fmt.Sprintf(s.either("every %d months on ", "cada %d meses "), d.every) + s.ofMonth(d) + s.thatHasOne(d)
	case d.dow == 0 && d.months != 0:
		return s.either("every year ", "cada año ") + s.ofYear(d)
	case d.dow == 0:
		return s.ofMonth(d) + s.either(" of each month", " de cada mes") + s.thatHasOne(d)
	}
	return s.ofWeek(d.dow, alone) + s.inMonths(d, " in ", " en ")
}

// ofWeek says days of each week.
func (s speech) ofWeek(dow uint8, alone bool) string {
	missing := pick(everyDow&^dow, s.weekdays())
	switch {
	case dow == everyDow:
		return s.either("every day", "todos los días")
	case dow == workingDows:
		return s.either("every weekday", "de lunes a viernes")
	case len(missing) == 1 && alone:
		return s.either("every day except ", "todos los días excepto el ") + missing[0]
	}
	names := pick(dow, s.weekdays())
	if !s.spanish {
		for i := range names {
			names[i] += "s"
		}
		return list(names, " and ")
	}
	for i, name := range names {
		if !strings.HasSuffix(name, "s") {
			names[i] = name + "s"
		}
	}
	return "los " + list(names, " y ")
}

func (s speech) inMonths(d days, in, en string) string {
	if d.months == 0 {
		return ""
	}
	var out []string
	for i, name := range s.months() {
		if d.months&(2<<i) != 0 {
			out = append(out, name)
		}
	}
	return s.either(in, en) + list(out, s.and())
}

// ofYear says days of some months: "on January 1", "on the 1st and 15th of January and
// July".
func (s speech) ofYear(d days) string {
	months := values(uint64(d.months))
	dates := values(uint64(d.dom))
	if len(months) == 1 && len(dates) == 1 && dates[0] > 0 {
		if s.spanish {
			return fmt.Sprintf("el %d de %s", dates[0], s.months()[months[0]-1])
		}
		return fmt.Sprintf("on %s %d", s.months()[months[0]-1], dates[0])
	}
	return s.either("on ", "") + s.ofMonth(d) + s.inMonths(d, " of ", " de ")
}

// ofMonth says days of a month: "the 1st and 15th", "the first Monday".
func (s speech) ofMonth(d days) string {
	if d.dom == 0 {
		return s.nth(d.nth)
	}
	last := d.dom&lastOne != 0
	var dates []string
	for _, n := range values(uint64(d.dom &^ lastOne)) {
		if s.spanish {
			dates = append(dates, fmt.Sprint(n))
		} else {
			dates = append(dates, ordinal(n))
		}
	}
	end := s.either("the last day", "el último día")
	switch {
	case len(dates) == 0:
		return end
	case s.spanish && len(dates) == 1:
		dates[0] = "el día " + dates[0]
	case s.spanish && last:
		return "los días " + strings.Join(dates, ", ") + " y " + end
	case s.spanish:
		return "los días " + list(dates, " y ")
	default:
		dates[0] = "the " + dates[0]
	}
	if last {
		dates = append(dates, end)
	}
	return list(dates, s.and())
}

// thatHasOne says that shorter months are passed over.
func (s speech) thatHasOne(d days) string {
	late := d.dom&(1<<29|1<<30|1<<31) != 0
	for _, which := range d.nth {
		late = late || which&(1<<5) != 0
	}
	switch {
	case !late:
		return ""
	case d.unit == monthUnit:
		return s.either(" of months that have one", " de los meses que lo tengan")
	}
	return s.either(" that has one", " que lo tenga")
}

// nth says "the first Monday", "the second and fourth Friday".
func (s speech) nth(nth [7]uint8) string {
	var out []string
	for i := range 7 {
		dow := (i + 1) % 7
		var which []string
		for _, n := range []int{1, 2, 3, 4, 5, 6, 0} {
			if nth[dow]&(1<<n) != 0 {
				which = append(which, s.which(n))
			}
		}
		if len(which) > 0 {
			out = append(out, s.either("the ", "el ")+list(which, s.either(" and ", " y el "))+" "+s.weekdays()[dow])
		}
	}
	return list(out, s.and())
}

// which says a bit of days.nth.
func (s speech) which(n int) string {
	if s.spanish {
		return [7]string{"último", "primer", "segundo", "tercer", "cuarto", "quinto", "penúltimo"}[n]
	}
	return [7]string{"last", "first", "second", "third", "fourth", "fifth", "second-to-last"}[n]
}

// leads says moments of sessions.
func (s speech) leads(leads []Lead) string {
	var before, out []string
	for _, l := range leads {
		if l.Minutes < 0 && !l.AfterEnd {
			before = append(before, s.leadLength(l)+s.either(" before", " antes"))
		} else {
			out = append(out, s.lead(l, true))
		}
	}
	if len(before) > 0 {
		out = slices.Insert(out, 0, list(before, s.and())+s.either(" each session", " de cada sesión"))
	}
	return list(out, s.and())
}

// lead says one moment of a session; whole, with the session.
func (s speech) lead(l Lead, whole bool) string {
	of := s.either(" each session", " de cada sesión")
	length := s.leadLength(l)
	switch {
	case l.Minutes == 0 && l.AfterEnd:
		return s.either("at the end of", "al final") + of
	case l.Minutes == 0:
		return s.either("at the start of", "al inicio") + of
	case l.Minutes < 0 && l.AfterEnd:
		return length + s.either(" before the end of", " antes del final") + of
	case l.AfterEnd && whole:
		return length + s.either(" after", " después") + of
	case l.AfterEnd:
		return length + s.either(" after", " después")
	case l.Minutes > 0:
		return length + s.either(" after the start of", " después del inicio") + of
	case whole:
		return length + s.either(" before", " antes") + of
	}
	return length + s.either(" before", " antes")
}

// leadLength is how long before or after. "24 hours and 30 minutes before" may be twice;
// without the "and" it is once.
func (s speech) leadLength(l Lead) string {
	d := l.length().Abs()
	if text := s.length(d); d < 12*time.Hour {
		return text
	}
	return strings.Replace(s.length(d), s.and(), " ", 1)
}

// length says "1 hour and 30 minutes"; whole days as days, which have 24 hours here.
func (s speech) length(d time.Duration) string {
	const day = 24 * time.Hour
	if d > 0 && d%day == 0 {
		return s.count(int(d/day), "day", "día")
	}
	var parts []string
	if d >= time.Hour {
		parts = append(parts, s.count(int(d/time.Hour), "hour", "hora"))
	}
	if minutes := int(d % time.Hour / time.Minute); minutes > 0 || len(parts) == 0 {
		parts = append(parts, s.count(minutes, "minute", "minuto"))
	}
	return list(parts, s.and())
}

func (s speech) count(n int, english, spanish string) string {
	unit := s.either(english, spanish)
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprint(n, " ", unit)
}

// pick names the days of a set, from Monday to Sunday.
func pick(set uint8, names [7]string) []string {
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
