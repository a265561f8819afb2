package scheduler

import (
	"strings"
	"time"
)

// parsePhrase reads a rule in words. Every word must be known: a word that is
// passed over could change what the person meant.
func parsePhrase(text string) (Rule, error) {
	words := strings.Fields(foldText(text))
	for _, w := range words {
		if isSession(w) {
			r, err := parseBefore(words)
			if err != nil {
				return Rule{}, mistake("rule %s: %s", clip(text), err)
			}
			return r, nil
		}
	}
	p := phrase{words: words}
	r, err := p.rule()
	if err != nil {
		return Rule{}, mistake("rule %s: %s", clip(text), err)
	}
	return r, nil
}

// foldText takes away what people write differently: case, accents, commas.
func foldText(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case 'á':
			return 'a'
		case 'é':
			return 'e'
		case 'í':
			return 'i'
		case 'ó':
			return 'o'
		case 'ú':
			return 'u'
		case ',':
			return ' '
		case '–':
			return '-'
		}
		return r
	}, strings.ToLower(s))
	return strings.ReplaceAll(strings.ReplaceAll(s, "a.m.", "am"), "p.m.", "pm")
}

func isSession(w string) bool {
	switch w {
	case "session", "sessions", "sesion", "sesiones":
		return true
	}
	return false
}

// parseBefore reads "30 minutes before each session", "1 hour and 15 minutes
// before sessions", "una hora antes de cada sesión".
func parseBefore(words []string) (Rule, error) {
	var before time.Duration
	amount, said := 0, false
	for _, w := range words {
		switch w {
		case "and", "y", "each", "every", "the", "our", "all", "de", "cada", "la", "las", "todas":
			continue
		case "a", "an", "one", "un", "una":
			amount = 1
			continue
		case "before", "antes":
			said = true
			continue
		}
		unit := time.Duration(0)
		switch w {
		case "minute", "minutes", "min", "mins", "minuto", "minutos":
			unit = time.Minute
		case "hour", "hours", "h", "hr", "hrs", "hora", "horas":
			unit = time.Hour
		case "day", "days", "dia", "dias":
			return Rule{}, mistake(`days are not taken here; write hours, such as "24 hours before each session"`)
		}
		n, isNumber := wholeNumber(w)
		switch {
		case unit > 0 && amount > 0:
			before += time.Duration(amount) * unit
			amount = 0
		case isNumber && amount == 0:
			amount = n
		case !isSession(w):
			return Rule{}, mistake(`%s is not understood here; write for example "30 minutes before each session"`, clip(w))
		}
	}
	switch {
	case !said || before == 0 || amount != 0:
		return Rule{}, mistake(`it does not say how long before the session; write for example "30 minutes before each session"`)
	case before > maxBefore:
		return Rule{}, mistake(`at most 48 hours before a session are possible; write for example "30 minutes before each session"`)
	}
	return Rule{before: before}, nil
}

// wholeNumber reads 1 to 9999.
func wholeNumber(s string) (int, bool) {
	if len(s) > 4 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n := 0
	for _, d := range s {
		n = n*10 + int(d-'0')
	}
	return n, n > 0
}

// phrase gathers what the words of a rule say.
type phrase struct {
	words  []string
	daily  bool
	dow    uint64
	dom    uint64
	bare   bool // a day of the month stood there as a plain number
	month  bool
	hour   uint64
	minute uint64
	times  map[int]bool // minutes after midnight
}

func (p *phrase) rule() (Rule, error) {
	p.times = map[int]bool{}
	if err := p.read(); err != nil {
		return Rule{}, err
	}
	kinds := 0
	for _, said := range []bool{p.daily, p.dow != 0, p.dom != 0 || p.month} {
		if said {
			kinds++
		}
	}
	r := Rule{spec: normal(cronAll())}
	switch {
	case kinds == 0:
		return Rule{}, mistake(`it does not say on which days; write for example "every Monday at 9:00"`)
	case kinds > 1:
		return Rule{}, mistake(`it mixes every day, days of the week or days of the month; write one of them, such as "every Monday at 9:00" or "every 1st of the month at 10:00"`)
	case p.month && p.dom == 0 || p.bare && !p.month:
		return Rule{}, mistake(`it does not say clearly which day of the month; write for example "every 1st of the month at 10:00"`)
	case len(p.times) == 0:
		return Rule{}, mistake(`it does not say at what time; write for example "every Monday at 9:00"`)
	case len(values(p.hour))*len(values(p.minute)) != len(p.times):
		return Rule{}, mistake("the times of one rule must have the same minutes, such as 9:30 and 17:30; write one rule for each time instead")
	}
	if p.dow != 0 {
		r.spec.Dow = p.dow
	}
	if p.dom != 0 {
		r.spec.Dom = p.dom
	}
	r.spec.Hour, r.spec.Minute = p.hour, p.minute
	r.spec = normal(r.spec)
	if r.elapsed() {
		return Rule{}, mistake("every hour of the day is too often in words; write fewer times")
	}
	return r, nil
}

// read goes through the words.
func (p *phrase) read() error {
	atTime := false // a number here is a time
	for i := 0; i < len(p.words); i++ {
		w, next := p.words[i], p.word(i+1)
		if minute, used, ok := readTime(w, next, atTime); ok {
			p.times[minute] = true
			p.hour |= 1 << (minute / 60)
			p.minute |= 1 << (minute % 60)
			i += used
			continue
		}
		if day, last, used := dayRange(w, next, p.word(i+2)); used >= 0 {
			for ; ; day = (day + 1) % 7 {
				p.dow |= 1 << day
				if day == last {
					break
				}
			}
			i += used
			atTime = false
			continue
		}
		switch w {
		case "at", "las", "la":
			atTime = true
		case "and", "y", "e", "a":
			// between times, too
		case "every", "each", "on", "the", "of", "in", "cada", "todos", "el", "los", "de", "del", "al", "en":
			atTime = false
		case "day", "days", "daily", "everyday", "dia", "dias", "diario", "diariamente":
			_, dayNumber := number(next, 1, 31)
			spanish := strings.HasPrefix(w, "dia")
			p.daily = p.daily || !(spanish && (dayNumber || strings.HasPrefix(next, "laborable")))
		case "weekday", "weekdays", "workday", "workdays", "laborable", "laborables":
			p.dow |= 0b0111110
		case "weekend", "weekends":
			p.dow |= 0b1000001
		case "month", "months", "monthly", "mes", "meses":
			p.month = true
		default:
			day, bare, ok := readDayOfMonth(w)
			if !ok {
				return unknownWord(w)
			}
			p.dom |= 1 << day
			p.bare = p.bare || bare
			p.month = p.month || !bare
		}
	}
	return nil
}

func unknownWord(w string) error {
	switch w {
	case "other", "second", "first", "third", "fourth", "last", "week", "weeks", "weekly", "fortnight", "biweekly":
		return mistake(`%s cannot be said in a rule; write days of the week, such as "every Monday at 9:00", or of the month, such as "every 1st and 15th of the month at 9:00"`, clip(w))
	}
	return mistake(`%s is not understood here; write for example "every Monday and Thursday at 18:30"`, clip(w))
}

func (p *phrase) word(i int) string {
	if i < len(p.words) {
		return p.words[i]
	}
	return ""
}

// readTime reads "9:00", "9am", "9 pm", "noon" and, where a time is due, "9".
// used is the number of following words that belong to it.
func readTime(w, next string, due bool) (minute, used int, ok bool) {
	switch w {
	case "noon", "midday", "mediodia":
		return 12 * 60, 0, true
	case "midnight", "medianoche":
		return 0, 0, true
	}
	half, digits := "", w
	for _, suffix := range []string{"am", "pm"} {
		if d, cut := strings.CutSuffix(w, suffix); cut {
			digits, half = d, suffix
		} else if next == suffix {
			half, used = suffix, 1
		}
	}
	if half == "" && !due && !strings.Contains(digits, ":") {
		return 0, 0, false
	}
	if !strings.Contains(digits, ":") {
		digits += ":00"
	}
	minute, ok = parseClock(digits)
	if !ok {
		return 0, 0, false
	}
	if half != "" {
		if minute < 60 || minute >= 13*60 {
			return 0, 0, false
		}
		minute %= 12 * 60
		if half == "pm" {
			minute += 12 * 60
		}
	}
	return minute, used, true
}

// dayRange reads "monday", "mondays", "monday-friday", "monday to friday",
// "lunes a viernes". used is the number of following words that belong to it,
// or -1 if these are not days.
func dayRange(w, next, afterNext string) (from, to time.Weekday, used int) {
	if a, b, ok := strings.Cut(w, "-"); ok {
		from, okA := weekday(a)
		to, okB := weekday(b)
		if okA && okB {
			return from, to, 0
		}
		return 0, 0, -1
	}
	from, ok := weekday(w)
	if !ok {
		return 0, 0, -1
	}
	switch next {
	case "to", "through", "-", "a", "al":
		if to, ok := weekday(afterNext); ok {
			return from, to, 2
		}
	}
	return from, from, 0
}

// weekday reads a day's name in English or Spanish, also short or in the plural.
func weekday(w string) (time.Weekday, bool) {
	switch w {
	case "sunday", "sundays", "sun", "domingo", "domingos":
		return time.Sunday, true
	case "monday", "mondays", "mon", "lunes":
		return time.Monday, true
	case "tuesday", "tuesdays", "tue", "tues", "martes":
		return time.Tuesday, true
	case "wednesday", "wednesdays", "wed", "miercoles":
		return time.Wednesday, true
	case "thursday", "thursdays", "thu", "thur", "thurs", "jueves":
		return time.Thursday, true
	case "friday", "fridays", "fri", "viernes":
		return time.Friday, true
	case "saturday", "saturdays", "sat", "sabado", "sabados":
		return time.Saturday, true
	}
	return 0, false
}

// readDayOfMonth reads "1st", "22nd" or, bare, "15".
func readDayOfMonth(w string) (day int, bare, ok bool) {
	digits := strings.TrimRight(w, "stndrh")
	day, ok = number(digits, 1, 31)
	if digits == w {
		return day, true, ok
	}
	return day, false, ok && w == ordinal(day)
}
