package scheduler

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Before the grammar reads a text, hasty spellings are replaced by words that it knows: short
// forms, fractions, numbers of two words, lists of initials.

// rewrite replaces the first of the next tokens by other words, if it knows them. It returns
// how many tokens it took, 0 for none. before is the tokens before them.
type rewrite func(before, next []token) (instead []token, taken int)

// respelt returns the tokens in the words of the grammar. raw keeps what was written.
func respelt(in []token) []token {
	all := [...]rewrite{compactDate, fraction, speltNumber, hundredHours, zeroHour, speltClock, hyphened, cutShort, apostrophe, gluedInitials, initials, dashedDays, nthBehind, repeats, bothHalves, gluedTo, shortEnglish, shortSpanish, gluedEvery, commaMinutes, colonLength, endOfDay}
	out := make([]token, 0, len(in)+2)
	for len(in) > 0 {
		taken := 0
		for _, read := range all {
			var instead []token
			if instead, taken = read(out, in); taken > 0 {
				out = append(out, instead...)
				break
			}
		}
		if taken == 0 {
			out = append(out, in[0])
			taken = 1
		}
		in = in[taken:]
	}
	return out
}

// at returns the token at i; an empty one if there is none.
func at(tokens []token, i int) token {
	if i >= 0 && i < len(tokens) {
		return tokens[i]
	}
	return token{}
}

func last(tokens []token) token { return at(tokens, len(tokens)-1) }

// worded is the words of a phrase in place of some tokens; the first has what was written.
func worded(phrase string, of []token) []token {
	text, rest, _ := strings.Cut(phrase, " ")
	t := token{text: text, raw: rawOf(of), glued: of[0].glued}
	if n, err := strconv.Atoi(text); err == nil && len(text) <= 4 {
		t.num, t.number = n, true
	}
	out := []token{t}
	for _, word := range strings.Fields(rest) {
		out = append(out, token{text: word})
	}
	return out
}

// inDigits is worded for a text without blanks, such as 09:30.
func inDigits(text string, of []token) []token {
	out := lex(text)
	for i := range out {
		out[i].raw = ""
	}
	out[0].raw, out[0].glued = rawOf(of), of[0].glued
	return out
}

// compactDate reads a date in eight digits: 20261224.
func compactDate(_, next []token) ([]token, int) {
	text := next[0].text
	date, err := time.Parse("20060102", text)
	if err != nil || date.Year() < 2000 || date.Year() > 2099 {
		return nil, 0
	}
	return inDigits(date.Format(time.DateOnly), next[:1]), 1
}

// apostrophe reads "30'" as minutes, "9'30" as a time, "'26" as a year, and takes away
// quotes.
func apostrophe(before, next []token) ([]token, int) {
	t, after := next[0], at(next, 1)
	switch {
	case !strings.Contains(t.text, "'"):
	case t.text == "'" && t.glued && last(before).number:
		if after.number && after.glued && len(after.text) == 2 && after.num < 60 {
			return []token{{text: ":", raw: t.raw, glued: true}}, 1
		}
		if !after.glued || !after.number {
			return []token{{text: "min", raw: t.raw, glued: true}}, 1
		}
	case t.text == "'" && after.number && after.glued && len(after.text) == 2:
		return worded("20"+after.text, next[:2]), 2
	case isDow(strings.TrimSuffix(t.text, "'s")): // Monday's
		day, _ := dowOf(strings.TrimSuffix(t.text, "'s"))
		return worded(foldText(englishDays()[day])+"s", next[:1]), 1
	case strings.Trim(t.text, "'") != t.text && !t.number:
		if bare := strings.Trim(t.text, "'"); bare != "" {
			return respelt(worded(bare, next[:1])), 1
		}
		return nil, 1
	}
	return nil, 0
}

// repeats reads "x8" at the end, or before the word for sessions, as 8 times.
func repeats(before, next []token) ([]token, int) {
	t := at(next, 1)
	if next[0].text != "x" || !t.number || t.num < 2 || t.num > 31 || len(before) == 0 {
		return nil, 0
	}
	if w := at(next, 2).text; w == "times" || w == "veces" || isSession(w) {
		return nil, 1
	}
	if len(next) > 2 {
		return nil, 0
	}
	return worded(t.text+" times", next[:2]), 2
}

// cutShort reads short forms that are always that: "c/ lunes", "b4", "2moro", "->", "wkday".
func cutShort(_, next []token) ([]token, int) {
	for _, form := range [...]struct{ short, long string }{
		{"c /", "cada"}, {"b / f", "before"}, {"btwn", "between"}, {"bi - weekly", "biweekly"}, {"bi weekly", "biweekly"}, {"bi - monthly", "bimonthly"}, {"bi monthly", "bimonthly"}, {"pa las", "para las"}, {"pa la", "para la"}, {"dia ultimo", "ultimo dia"}, {"half - past", "half past"}, {"half - hour", "half hour"}, {"quarter - past", "quarter past"}, {"quarter - to", "quarter to"}, {"in the am", "am"}, {"in the pm", "pm"},
		{"as well as", "and"}, {"e / o", "every other"}, {"every 24 hours", "every day"}, {"every 24 hrs", "every day"}, {"every 24 h", "every day"}, {"cada 24 horas", "cada dia"}, {"cada 24 hs", "cada dia"},
		{"every 48 hours", "every other day"}, {"cada 48 horas", "cada dos dias"}, {"every - other", "every other"}, {"mid - day", "midday"}, {"o clock", "o'clock"}, {"o' clock", "o'clock"}, {"w / o", "except"}, {"b 4", "before"}, {"2 moro", "tomorrow"}, {"2 morrow", "tomorrow"}, {"2 mrw", "tomorrow"}, {"todo los", "todos los"}, {"- >", "-"},
		{"ev", "every"}, {"ea", "every"}, {"cda", "todos"}, {"tds", "todos"}, {"bef", "before"}, {"bfr", "before"}, {"aft", "after"}, {"mtg", "meeting"}, {"mtgs", "meeting"}, {"sesh", "meeting"}, {"grp", "group"},
		{"biz", "business"}, {"halfhour", "half hour"}, {"eom", "end of month"}, {"month end", "end of month"}, {"month - end", "end of month"}, {"eoy", "end of year"},
		{"wk", "week"}, {"wks", "weeks"}, {"wkly", "weekly"}, {"mthly", "monthly"}, {"wkday", "weekdays"}, {"wkdays", "weekdays"}, {"wkend", "weekend"}, {"wkends", "weekend"}, {"wknd", "weekend"}, {"wknds", "weekend"}, {"finde", "weekend"}, {"findes", "weekend"},
		{"nxt", "next"}, {"tonite", "tonight"}, {"nite", "night"}, {"nites", "night"}, {"wedns", "wednesday"}, {"tmr", "tomorrow"}, {"tmro", "tomorrow"}, {"tomoro", "tomorrow"}, {"ult", "ultimo"}, {"prox", "proximo"},
		{"hra", "hora"}, {"hras", "horas"}, {"mnn", "manana"}, {"mna", "manana"}, {"mnna", "manana"}, {"sem", "semanas"}, {"dsps", "despues"}, {"desp", "despues"}, {"q", "que"}, {"pal", "para el"}, {"tardecita", "tarde"}, {"nochecita", "noche"},
		{"entresemana", "entre semana"}, {"alas", "a las"}, {"als", "a las"}, {"ala", "a la"},
	} {
		if n := begins(next, form.short); n > 0 {
			return worded(form.long, next[:n]), n
		}
	}
	return nil, 0
}

// shortEnglish reads short forms of English that depend on the words beside them, and what phones write instead of
// a word.
func shortEnglish(before, next []token) ([]token, int) {
	t, after := next[0], at(next, 1)
	one := func(text string) ([]token, int) { return worded(text, next[:1]), 1 }
	switch t.text {
	case "n", "&":
		if !t.glued || t.text == "&" {
			return one("and")
		}
	case "hour", "hora": // hour before group
		if w := last(before).text; (w == "" || isAnd(w)) && (after.text == "before" || after.text == "prior" || after.text == "antes") && at(next, 2).text != "" {
			return one("1 " + t.text)
		}
	case "w":
		if t.glued && last(before).number { // 2w
			return one("weeks")
		}
	case "hr":
		if last(before).text == "media" {
			return one("hora")
		}
		if w := last(before).text; w == "half" || w == "an" || w == "quarter" || isEvery(w) {
			return one("hour")
		}
	case "th":
		if w := last(before).text; w == "in" || w == "of" || after.text == "week" || after.text == "month" { // but every Th evening
			return one("the")
		}
	case "fr":
		if w := at(next, 2).text; after.text == "the" && (w == "next" || w == "rest") {
			return one("for")
		}
	case "tom": // not Tom, whom someone wants to remind
		if w := last(before).text; (w == "" || isTo(w)) && (after.text == "" || after.number || clockStands(after.text) || isDaypart(after.text)) {
			return one("tomorrow")
		}
	case "also", "tambien":
		if isAnd(last(before).text) && (isDow(after.text) || isEvery(after.text) || isFiller(after.text) || clockStands(after.text) || after.number) { // and also on Thursdays
			return nil, 1
		}
	case "las":
		if strings.HasSuffix(after.text, "day") || after.text == "of" { // las Friday
			return one("last")
		}
	case "en":
		if after.text == "of" {
			return one("end")
		}
	}
	return nil, 0
}

// shortSpanish does the same for Spanish.
func shortSpanish(before, next []token) ([]token, int) {
	t, after := next[0], at(next, 1)
	one := func(text string) ([]token, int) { return worded(text, next[:1]), 1 }
	switch t.text {
	case "d":
		if w := last(before).text; w == "antes" || w == "despues" || after.text == "cada" && !last(before).number || after.text == "la" {
			return one("de")
		}
	case "ls":
		if last(before).text == "a" {
			return one("las")
		}
	case "lo":
		if isDow(after.text) {
			return one("los")
		}
	case "do":
		if alone := !isDow(at(next, 2).text) && !isDow(at(next, 3).text); isEvery(last(before).text) && (len(after.text) > 3 && isDow(after.text) && alone || after.text == "semanas") {
			return one("dos")
		}
	case "all":
		if w := last(before); slices.ContainsFunc(before, func(t token) bool { return t.text == "los" || t.text == "del" }) && (w.number && after.number || isDow(w.text) && isDow(after.text)) {
			return one("al")
		}
	case "con":
		_, number := numberWord(after.text)
		if unit, ok := minutesOf(last(before).text); ok && unit == 60 && (number || after.number) {
			return one("y")
		}
	case "x":
		_, _, unit := unitOf(at(next, 2).text)
		_, _, each := unitOf(after.text)
		if after.text == "la" || after.text == "las" || after.number && unit || each {
			return one("por")
		}
	}
	return nil, 0
}

// hyphened takes the hyphen out of "every-other-Monday" and "2-weeks".
func hyphened(before, next []token) ([]token, int) {
	_, number := numberWord(last(before).text)
	_, _, unit := unitOf(at(next, 1).text)
	switch {
	case next[0].text != "-" || !next[0].glued || !at(next, 1).glued:
	case (number || last(before).number) && unit:
		word := next[1]
		word.raw = next[0].raw + word.raw
		return []token{word}, 2
	case last(before).text == "other", isEvery(last(before).text):
		return nil, 1
	}
	return nil, 0
}

// gluedEvery reads "everyMonday", "cadalunes".
func gluedEvery(_, next []token) ([]token, int) {
	for _, every := range []string{"every", "each", "cada"} {
		if rest := strings.TrimPrefix(next[0].text, every); rest != next[0].text && isDow(rest) {
			return worded(every+" "+rest, next[:1]), 1
		}
	}
	return nil, 0
}

// dotted reads a day and a month with dots, as in German: "8.12.", "24.12.26". Without the last
// dot it may be a time, unless there is no such hour.
func dotted(before, next []token) ([]token, int) {
	day, month := next[0], at(next, 2)
	point := func(i int) bool { return at(next, i).text == "." && at(next, i).glued }
	if !day.number || !month.number || !month.glued || !point(1) || len(day.text) > 2 || len(month.text) > 2 || last(before).glued && last(before).text == "." {
		return nil, 0
	}
	if day.num >= 1 && day.num <= 12 && month.num > 12 && point(3) && at(next, 4).number { // 12.24.26
		day.num, month.num = month.num, day.num
		day.text, month.text = month.text, day.text
	}
	if day.num < 1 || day.num > 31 || month.num < 1 || month.num > 12 {
		return nil, 0
	}
	named := token{text: foldText(englishMonths()[month.num-1]), raw: "." + month.raw, glued: true}
	year := at(next, 4)
	switch {
	case point(3) && year.number && year.glued:
		if len(year.text) != 2 || last(before).text == "." {
			return nil, 0
		}
		named.raw += "."
		return append([]token{day, named}, worded("20"+year.text, next[4:5])...), 5
	case point(3) && (!at(next, 4).glued || at(next, 4).text == "," || at(next, 4).text == "-") && dateMayStand(last(before).text, len(next) > 4):
		named.raw += "."
		return []token{day, named}, 4
	case !point(3) && day.num > 23:
		return []token{day, named}, 3
	}
	return nil, 0
}

// dateMayStand reports whether a day with dots may follow the word. After other words it is a
// time at the end of a sentence.
func dateMayStand(before string, more bool) bool {
	switch before {
	case "", "-", "on", "until", "till", "til", "from", "to", "starting", "beginning", "through", "ending", "el", "del", "al", "desde", "hasta", "and", "y":
		return true
	}
	return more && before != "," && !clockStands(before)
}
