package scheduler

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Describe says the rule in words, such as "Tuesdays and Fridays at 6:45 PM": in Spanish if
// that is the locale's language, otherwise in English. The locale (BCP 47) decides whether the
// clock has 12 or 24 hours. Reader.Rule of the same locale reads the text back to an equal
// rule.
func (r Rule) Describe(locale string) string { return r.Say(VoiceOf(locale)) }

// Say says the rule in the voice's language.
func (r Rule) Say(v Voice) string {
	say := speech{v}
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

// Voice says texts in one language. The English text is the key of each, as in the catalogues;
// the contexts begin with "rule".
type Voice interface {
	// C says a short text whose meaning depends on a context, with args in its verbs.
	C(context, english string, args ...any) string
	// N says a text about n things.
	N(n int, one, many string, args ...any) string
	// TimeOfDay writes the hour and minute.
	TimeOfDay(time.Time) string
	// Date writes a day with its weekday, Day without.
	Date(time.Time) string
	Day(time.Time) string
	Weekday(time.Weekday) string
	MonthName(time.Month) string
}

// speech puts the words of a language together.
type speech struct{ Voice }

// clock writes minutes after midnight.
func (s speech) clock(minute int) string {
	return s.TimeOfDay(time.Date(2000, 1, 1, minute/60, minute%60, 0, 0, time.UTC))
}

// date writes a day, which is counted as by dayNumber; longDate adds its weekday.
func (s speech) date(day int32) string     { return s.Day(midnight(day).Time()) }
func (s speech) longDate(day int32) string { return s.Date(midnight(day).Time()) }

// list joins words as people do: "a, b and c".
func (s speech) list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	first, last := s.allButLast(words)
	return s.C("rule", "%[1]s and %[2]s", first, last)
}

// underOneArticle joins words that share one article: "first and third" in "the first and third
// Monday".
func (s speech) underOneArticle(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	first, last := s.allButLast(words)
	return s.C("rule, the one and the other", "%[1]s and %[2]s", first, last)
}

func (s speech) allButLast(words []string) (first, last string) {
	n := len(words) - 1
	return strings.Join(words[:n], s.C("rule", ", ")), words[n]
}

// segment says parts that share their first and last days.
func (s speech) segment(parts []part) string {
	var clauses []string
	for _, p := range parts {
		clauses = append(clauses, s.clause(p, len(parts) == 1))
	}
	text := s.list(clauses)
	d := parts[0].days
	if !d.once() && d.from != 0 {
		text = s.C("rule", "%[1]s, starting %[2]s", text, s.date(d.from))
	}
	if !d.once() && d.until != 0 {
		text = s.C("rule", "%[1]s, until %[2]s", text, s.date(d.until))
	}
	return text
}

// clause says days with their times. Exceptions ("except Sunday") are said only if the days
// stand alone: otherwise they would seem to hold for other days, too.
func (s speech) clause(p part, alone bool) string {
	days := s.days(p.days, alone)
	if p.hourly {
		var minutes []string
		for _, n := range p.times {
			minutes = append(minutes, strconv.Itoa(n))
		}
		return s.C("rule", "%[1]s, every hour at minute %[2]s", days, s.list(minutes))
	}
	var times []string
	for _, m := range p.times {
		times = append(times, s.time(m))
	}
	return s.C("rule", "%[1]s at %[2]s", days, s.list(times))
}

// time says a time after "at". Some languages say one o'clock in another way.
func (s speech) time(minute int) string {
	text := s.clock(minute)
	if strings.HasPrefix(text, "1:") || strings.HasPrefix(text, "01:") {
		return s.C("rule, from one o'clock to two", "%s", text)
	}
	return s.C("rule, a time", "%s", text)
}

func (s speech) days(d days, alone bool) string {
	n := int(d.every)
	switch {
	case d.once():
		return s.C("rule", "on %s", s.longDate(d.from))
	case d.unit == dayUnit && meansWeeks(n): // of 8 and 15 days, some languages must say that they are no weeks
		return s.C("rule, days that are no weeks", "every %d days", n)
	case d.unit == dayUnit:
		return s.N(n, "every %d day", "every %d days", n)
	case d.unit == weekUnit:
		return s.N(n, "every %[1]d week on %[2]s", "every %[1]d weeks on %[2]s", n, s.underOneArticle(s.names(d.dow)))
	case d.unit == monthUnit && d.months != 0:
		return s.N(n/12, "every %[1]d year %[2]s", "every %[1]d years %[2]s", n/12, s.ofYear(d))
	case d.unit == monthUnit && d.late():
		return s.N(n, "every %[1]d month on %[2]s of months that have one", "every %[1]d months on %[2]s of months that have one", n, s.ofMonth(d))
	case d.unit == monthUnit:
		return s.N(n, "every %[1]d month on %[2]s", "every %[1]d months on %[2]s", n, s.ofMonth(d))
	case d.dow == 0 && d.months != 0:
		return s.C("rule", "every year %s", s.ofYear(d))
	case d.dow == 0 && d.late():
		return s.C("rule", "%s of each month that has one", s.ofMonth(d))
	case d.dow == 0:
		return s.C("rule", "%s of each month", s.ofMonth(d))
	case d.months != 0:
		return s.C("rule", "%[1]s in %[2]s", s.ofWeek(d.dow, alone), s.monthNames(d))
	}
	return s.ofWeek(d.dow, alone)
}

// late reports whether some months are too short to have such a day.
func (d days) late() bool {
	late := d.dom&(1<<29|1<<30|1<<31) != 0
	for _, which := range d.nth {
		late = late || which&(1<<5) != 0
	}
	return late
}

// ofWeek says days of each week.
func (s speech) ofWeek(dow uint8, alone bool) string {
	missing := s.names(everyDow &^ dow)
	switch {
	case dow == everyDow:
		return s.C("rule", "every day")
	case dow == workingDows:
		return s.C("rule", "every weekday")
	case len(missing) == 1 && alone:
		return s.C("rule", "every day except %s", missing[0])
	}
	var names []string
	for _, d := range pick(dow) {
		names = append(names, s.eachWeek(d))
	}
	return s.C("rule, days of each week", "%s", s.list(names))
}

// eachWeek says a day of each week.
func (s speech) eachWeek(d time.Weekday) string {
	switch d {
	case time.Monday:
		return s.C("rule", "Mondays")
	case time.Tuesday:
		return s.C("rule", "Tuesdays")
	case time.Wednesday:
		return s.C("rule", "Wednesdays")
	case time.Thursday:
		return s.C("rule", "Thursdays")
	case time.Friday:
		return s.C("rule", "Fridays")
	case time.Saturday:
		return s.C("rule", "Saturdays")
	}
	return s.C("rule", "Sundays")
}

// names are the days of a set, from Monday to Sunday.
func (s speech) names(dow uint8) (out []string) {
	for _, d := range pick(dow) {
		out = append(out, s.Weekday(d))
	}
	return out
}

func (s speech) monthNames(d days) string {
	var out []string
	for _, m := range values(uint64(d.months)) {
		out = append(out, s.MonthName(time.Month(m)))
	}
	return s.list(out)
}

// ofYear says days of some months: "on January 1", "on the 1st and 15th of January and
// July".
func (s speech) ofYear(d days) string {
	months := values(uint64(d.months))
	dates := values(uint64(d.dom))
	if len(months) == 1 && len(dates) == 1 && dates[0] > 0 {
		return s.C("rule", "on %[1]s %[2]d", s.MonthName(time.Month(months[0])), dates[0])
	}
	return s.C("rule", "on %[1]s of %[2]s", s.ofMonth(d), s.monthNames(d))
}

// ofMonth says days of a month: "the 1st and 15th", "the first Monday".
func (s speech) ofMonth(d days) string {
	if d.dom == 0 {
		return s.nth(d.nth)
	}
	var dates []string
	for _, n := range values(uint64(d.dom &^ lastOne)) {
		dates = append(dates, s.ordinal(n))
	}
	end := s.C("rule", "the last day")
	many := len(dates) > 1
	switch {
	case len(dates) == 0:
		return end
	case d.dom&lastOne != 0:
		dates = append(dates, end)
	}
	if many {
		return s.C("rule, days of the month", "the %s", s.list(dates))
	}
	return s.C("rule, a day of the month", "the %s", s.list(dates))
}

// ordinal is "1st" in English. Languages whose words make it a day get a plain number.
func (s speech) ordinal(n int) string {
	if _, english := s.Voice.(english); english {
		return ordinal(n)
	}
	return strconv.Itoa(n)
}

// nth says "the first Monday", "the second and fourth Friday".
func (s speech) nth(nth [7]uint8) string {
	var out []string
	for _, dow := range pick(everyDow) {
		var which []string
		for _, n := range []int{1, 2, 3, 4, 5, 6, 0} {
			if nth[dow]&(1<<n) != 0 {
				which = append(which, s.which(n))
			}
		}
		if len(which) > 0 {
			out = append(out, s.C("rule", "the %[1]s %[2]s", s.underOneArticle(which), s.Weekday(dow)))
		}
	}
	return s.list(out)
}

// which says a bit of days.nth.
func (s speech) which(n int) string {
	switch n {
	case 1:
		return s.C("rule", "first")
	case 2:
		return s.C("rule", "second")
	case 3:
		return s.C("rule", "third")
	case 4:
		return s.C("rule", "fourth")
	case 5:
		return s.C("rule", "fifth")
	case 6:
		return s.C("rule", "second-to-last")
	}
	return s.C("rule", "last")
}

// leads says moments of sessions.
func (s speech) leads(leads []Lead) string {
	var before, out []string
	for _, l := range leads {
		if l.Minutes < 0 && !l.AfterEnd {
			before = append(before, s.lead(l))
		} else {
			out = append(out, s.leadOfSession(l))
		}
	}
	if len(before) > 0 {
		out = slices.Insert(out, 0, s.C("rule", "%s each session", s.list(before)))
	}
	return s.list(out)
}

// lead says how long before or after, without the session.
func (s speech) lead(l Lead) string {
	switch {
	case l.Minutes < 0 && !l.AfterEnd:
		return s.C("rule", "%s before", s.leadLength(l))
	case l.Minutes > 0 && l.AfterEnd:
		return s.C("rule", "%s after", s.leadLength(l))
	}
	return s.leadOfSession(l)
}

// leadOfSession says one moment of a session, with the session.
func (s speech) leadOfSession(l Lead) string {
	switch {
	case l.Minutes == 0 && l.AfterEnd:
		return s.C("rule", "at the end of each session")
	case l.Minutes == 0:
		return s.C("rule", "at the start of each session")
	case l.Minutes < 0 && l.AfterEnd:
		return s.C("rule", "%s before the end of each session", s.leadLength(l))
	case l.Minutes > 0 && !l.AfterEnd:
		return s.C("rule", "%s after the start of each session", s.leadLength(l))
	}
	return s.C("rule", "%s each session", s.lead(l))
}

// leadLength is how long before or after. "24 hours and 30 minutes before" may be twice;
// without the "and" it is once.
func (s speech) leadLength(l Lead) string {
	units := s.units(l.length().Abs())
	if l.length().Abs() < 12*time.Hour {
		return s.list(units)
	}
	return strings.Join(units, " ")
}

// length says "1 hour and 30 minutes"; whole days as days, which have 24 hours here.
func (s speech) length(d time.Duration) string { return s.list(s.units(d)) }

func (s speech) units(d time.Duration) (out []string) {
	const day = 24 * time.Hour
	if n := int(d / day); d > 0 && d%day == 0 {
		return []string{s.N(n, "%d day", "%d days", n)}
	}
	if n := int(d / time.Hour); n > 0 {
		out = append(out, s.N(n, "%d hour", "%d hours", n))
	}
	if n := int(d % time.Hour / time.Minute); n > 0 || len(out) == 0 {
		out = append(out, s.N(n, "%d minute", "%d minutes", n))
	}
	return out
}

// pick are the days of a set, from Monday to Sunday.
func pick(set uint8) (out []time.Weekday) {
	for i := range 7 {
		if d := (i + 1) % 7; set&(1<<d) != 0 {
			out = append(out, time.Weekday(d))
		}
	}
	return out
}
