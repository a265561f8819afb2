package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// weekdayOfRange reads the first day of "Friday to Sunday": the coming one. On a Friday it reads
// nothing, because today or the next Friday may be meant.
func (p datesReader) weekdayOfRange() (dateRef, bool) {
	p.skip("el", "the")
	dow, ok := dowOf(p.peek(0).text)
	if !ok || pluralDow(p.peek(0).text) || !isTo(p.peek(1).text) || dow == weekdayOf(p.today()) || p.reader.OneDay && !p.reader.period {
		return dateRef{}, false
	}
	p.pos++
	return dateRef{day: nextDow(dow, p.today()), dow: -1, raw: p.peek(-1).raw}, true
}

// nextDow is the first such weekday after a day.
func nextDow(dow time.Weekday, day int32) int32 {
	for day++; weekdayOf(day) != dow; day++ {
	}
	return day
}

// undated says that a text names no day.
func undated(text string) error {
	return mistake("date %s: write a day such as December 24, 2026, or several such as December 24, 2026 to January 2, 2027", clip(text))
}

// noDates returns a mistake with the days that may be meant: the coming Thursday for
// "Thursday", all days of December for "December".
func (p datesReader) noDates(text string) error {
	fault := undated(text)
	if p.reader.trial || p.reader.stored {
		return fault
	}
	if saysMeeting(lex(text)) && !p.reader.OneDay {
		if err := feastNamed(p.parser, func(one Reader, text string) error { _, err := one.Skip(text); return err }); err != nil && len(OffersOf(err)) == 0 {
			return err
		}
		return fault
	}
	one := p.reader
	one.trial = true
	if d, ok := daysBeside(p, one); ok && !p.reader.OneDay {
		return perhaps(text, d.offer(p.reader.Locale))
	}
	if err := oddDates(p, one, text); err != nil {
		return err
	}
	rest, until := p.tokens, false
	for len(rest) > 0 && slices.Contains([]string{"in", "en", "for", "the", "por", "until", "till", "hasta", "next", "las", "los", "el", "proximas", "proximos"}, rest[0].text) {
		until = until || rest[0].text == "until" || rest[0].text == "till" || rest[0].text == "hasta"
		rest = rest[1:]
	}
	if d, ok := wholeOf(p, one, rest, until); ok && !p.reader.OneDay {
		return perhaps(text, d.offer(p.reader.Locale))
	}
	if d, ok := monthsNamed(p); ok && !p.reader.OneDay {
		return perhaps(text, d.offer(p.reader.Locale))
	}
	if days := todayOrNext(p); len(days) > 0 && !p.reader.OneDay {
		return perhaps(text, days...)
	}
	if day, ok := dayOfTime(p, text); ok {
		return perhaps(text, day)
	}
	if err := oddDay(p, one, text); err != nil {
		return err
	}
	fault = p.misspeltDay(fault, func(one Reader, text string) error { _, err := one.Skip(text); return err })
	if d, ok := daysWithin(p.tokens, one); ok && len(OffersOf(fault)) == 0 && !p.reader.OneDay {
		return perhaps(text, d.offer(p.reader.Locale))
	}
	return fault
}

// wholeOf reads a text as the whole of what it names: "Thursday", "December", "2 weeks". rest is what follows its first
// words, which are "until" if until is set.
func wholeOf(p datesReader, one Reader, rest []token, until bool) (Dates, bool) {
	said := rawOf(rest)
	wholes := []string{"this " + said, "all of " + rawOf(p.tokens), "all of " + said, "today for " + said, strings.ReplaceAll(said, "-", "/")}
	if until {
		wholes = []string{"today to " + said}
	}
	for _, whole := range wholes {
		if d, err := one.Skip(whole); len(rest) > 0 && err == nil {
			return d, true
		}
	}
	return Dates{}, false
}

// oddDay refuses a weekday with a number that are months away, "Friday the 13th", and the day to which a session is moved
// with a dash, "12-22". It offers the date, and returns nil for other texts.
func oddDay(p datesReader, one Reader, text string) error {
	if n, t := numberBehind(p.tokens[min(1, len(p.tokens)):]); isDow(at(p.tokens, 0).text) && !pluralDow(p.tokens[0].text) && t.isDayOfMonth() && n+2 == len(p.tokens) && (n > 0 || t.ordinal || t.num > 12) {
		return farOrTimed(p, one, n > 0 || t.ordinal)
	}
	if p.reader.OneDay && dashedDay.MatchString(text) {
		if d, err := p.reader.Skip(dashedDate.ReplaceAllString(text, "$1/$2")); err == nil {
			return perhaps(text, d.offer(p.reader.Locale))
		}
	}
	return nil
}

// farOrTimed refuses a weekday with a number that is months away as a date, "Friday the 13th". For the one moment to
// which a session is moved, a number that is not certainly a day may be the hour: "Friday 19".
func farOrTimed(p datesReader, one Reader, certain bool) error {
	day, err := farDay(p.parser, p.tokens)
	date := p.reader.speech().longDate(day)
	if number := last(p.tokens); p.reader.OneDay && !certain && number.num < 24 {
		rule, wrong := one.Rule(fmt.Sprintf("%s %d:00", p.tokens[0].raw, number.num))
		offers := append(OffersOf(wrong), date)
		if wrong == nil {
			offers = append(offers, rule.Text(p.reader.Locale))
		}
		if len(offers) > 1 {
			raw := rawOf(p.tokens)
			return unclear(raw, &ambiguity{about: byDate, raw: raw}, offers, p.reader)
		}
	}
	return offering(err, date)
}

// daysBeside reads all days of "the two weeks after Dec 24".
func daysBeside(p datesReader, one Reader) (Dates, bool) {
	if w := at(p.tokens, 0).text; w != "the" && w != "los" && w != "las" {
		return Dates{}, false
	}
	sign := int32(0)
	for p.pos = 1; p.pos < len(p.tokens) && sign == 0; {
		if sign = awayReader(p).sideOfDate(true); sign == 0 {
			p.pos++
		}
	}
	edge, err := one.Skip(rawOf(p.tokens[p.pos:]))
	end, wrong := one.Skip(rawOf(p.tokens[1:]))
	if sign == 0 || err != nil || wrong != nil || edge.from != edge.to || end.from != end.to {
		return Dates{}, false
	}
	first, last := edge.from.day()+sign, end.from.day()
	return datesOf(min(first, last), max(first, last)), true
}

// monthsNamed reads several months in a row, "jan-feb" or "January and February", and returns all their days.
func monthsNamed(p datesReader) (Dates, bool) {
	p.pos = 0
	p.skip("from", "between", "del", "de", "desde", "entre", "all", "of", "in", "en")
	first, ok := p.monthAlone(false)
	w := at(p.tokens, 0).text // none is left of "forever"
	between := w == "between" || w == "entre"
	and, joint := p.afterAnd(0) > 0, p.peek(0).text
	p.pos++
	last, more := p.monthAlone(true)
	next := first.month%12 + 1
	if !ok || !more || p.pos != len(p.tokens) || !isTo(joint) && joint != "/" && !and || and && !between && last.month != next {
		return Dates{}, false
	}
	from, err := p.resolve(first, p.today())
	to, wrong := p.resolve(last, from)
	if err != nil || wrong != nil || to < from || to-from > 183 {
		return Dates{}, false
	}
	return datesOf(from, lastOfMonth(to, 0)), true
}

// todayOrNext returns the two days that a day of the month may be which is today's: "the 24th".
func todayOrNext(p datesReader) []string {
	p.pos = 0
	marked := isArticle(p.peek(0).text)
	p.skip("on", "the", "el", "dia")
	t, today := p.peek(0), p.today()
	if _, _, date := dateOf(today); !t.isDayOfMonth() || !marked && !t.ordinal || t.num != date || p.pos+1 != len(p.tokens) {
		return nil
	}
	next, _ := days{dom: 1 << t.num}.next(today + 1)
	return []string{p.reader.speech().longDate(today), p.reader.speech().longDate(next)}
}

// daysWithin finds the days of a text that also says why: "holiday break Dec 21 - Jan 1", "12/24 retreat".
// It leaves out up to three words that no date can have, before the days or behind them, but none that may
// change the days: "Dec 24 on".
func daysWithin(tokens []token, r Reader) (Dates, bool) {
	const most = 3
	only := func(some []token) bool {
		return !slices.ContainsFunc(some, func(t token) bool {
			apart := !isHoliday(t.text) && !isSession(t.text) && t.text != ":" && t.text != "," && !isFiller(t.text)
			return t.number || isTo(t.text) || apart && (belongs(t.text) || slices.Contains([]string{"not", "except", "but", "or", "ending", "starting", "since", "excepto", "menos", "salvo", "desde", "hasta", "onward", "onwards", "adelante", "forward"}, t.text))
		})
	}
	filler := func(t token) bool { return isFiller(t.text) && t.text != "," }
	for out := 1; out <= 2*most; out++ {
		for start := 0; start <= min(out, most); start++ {
			end := len(tokens) - (out - start)
			if out-start > most || end <= start || !only(tokens[:start]) || !only(tokens[end:]) || slices.ContainsFunc(tokens[end:], filler) || !hasTime(tokens[start:end]) {
				continue
			}
			if d, err := r.Skip(rawOf(tokens[start:end])); err == nil {
				return d, true
			}
		}
	}
	return Dates{}, false
}

// saysMeeting reports whether a text says that there is a session, or on which day there is one again:
// "keep Dec 24", "don't cancel Dec 24", "hay sesión el 24 de diciembre", "back Jan 4".
func saysMeeting(tokens []token) bool {
	denied := []string{"no", "not", "don't", "dont", "doesn't", "doesnt", "won't", "wont", "sin", "never", "nunca"}
	for i, t := range tokens {
		before, next := at(tokens, i-1).text, at(tokens, i+1).text
		switch t.text {
		case "keep", "keeps", "keeping", "mantener", "mantenemos", "move", "moves", "moved", "moving", "mover", "movemos", "reschedule", "rescheduled", "reprogramar",
			"back", "resume", "resumes", "resuming", "return", "returns", "returning", "reopen", "reopens", "restart", "restarts",
			"regresa", "regresamos", "regreso", "volvemos", "vuelve", "reanuda", "reanudar", "reanudamos", "retomamos":
			return true
		case "vispera":
			return !isFeast(next) && !isFeast(at(tokens, i+2).text)
		case "eve":
			return next == "of"
		case "meet", "meets", "met", "reunimos", "reune", "reunion", "hay", "habra", "tenemos", "have", "held", "runs", "open", "abierto", "normal", "usual":
			if before == "nos" || before == "se" || before == "be" {
				before = at(tokens, i-2).text
			}
			if !slices.Contains(denied, before) {
				return true
			}
		case "cancel", "cancelled", "canceled", "skip", "skipping", "cancelar", "cancela", "cancelen", "cancele", "suspende", "suspender", "off", "closed", "free", "libre":
			if before == "se" || before == "be" {
				before = at(tokens, i-2).text
			}
			if slices.Contains(denied, before) {
				return true
			}
		}
	}
	return false
}

// withoutSkipping leaves out words beside the days that only say that there is no group: "no
// group on Dec 24", "Dec 24 no group".
func withoutSkipping(in []token) []token {
	for _, words := range []int{3, 2} {
		if end := len(in) - words; end > 0 && (in[end].text == "no" || in[end].text == "sin") && isSession(last(in).text) && (words == 2 || in[end+1].text == "hay") {
			in = in[:end]
		}
	}
	for len(in) > 1 && (last(in).text == "," || last(in).text == "-") {
		in = in[:len(in)-1]
	}
	w, next := at(in, 0).text, at(in, 1).text
	switch {
	case (w == "no" || w == "sin" || w == "not") && isSession(next) && len(in) > 2:
		in = in[2:]
	case begins(in, "se cancela") > 0 && len(in) > 2:
		in = in[2:]
	case w == "no" && (next == "hay" || next == "habra") && isSession(at(in, 2).text) && len(in) > 3:
		in = in[3:]
	case (w == "skip" || w == "closed" || w == "off" || w == "cancel" || w == "cancelar") && len(in) > 1:
		in = in[1:]
	}
	return in
}

// wholeWeekend reads "this weekend".
func (p datesReader) wholeWeekend() (from, to int32, ok bool) {
	p.skip("from", "between", "del", "de", "desde", "entre", "el", "on", "the")
	saturday, ok := p.weekendNamed(p.today())
	return saturday, saturday + 1, ok
}

// weekOfDay reads "the week of December 21". If that is a Monday, it is the week from that day
// on. For other days the week may begin on Monday or on Sunday.
func (p datesReader) weekOfDay() (from, to int32, ok bool) {
	p.skip("the", "la")
	if p.peek(0).text != "week" && p.peek(0).text != "semana" || p.reader.OneDay && !p.reader.period {
		return 0, 0, false
	}
	p.pos++
	p.skip("of", "del", "de", "the", "el")
	d, ok := p.date()
	if !ok {
		d, ok = p.markedDay()
	}
	day, err := p.resolve(d, p.today()-6)
	if !ok || err != nil {
		return 0, 0, false
	}
	from = mondayOf(day)
	if day != from && p.choose(byWeek, "") == 2 {
		from = sundayOf(day)
	}
	return from, from + 6, from+6 >= p.today()
}

// markedDay reads "21st", or a number behind "del": the next such day.
func (p datesReader) markedDay() (dateRef, bool) {
	t := p.peek(0)
	if !t.isDayOfMonth() || !t.ordinal && p.peek(-1).text != "del" && p.peek(-1).text != "el" {
		return dateRef{}, false
	}
	p.pos++
	day, ok := days{dom: 1 << t.num}.next(p.today())
	return dateRef{day: day, dow: -1}, ok
}

// lengthOf reads a length after the first day, and returns the last day: "Dec 24 for 2 weeks".
func (p datesReader) lengthOf(first dateRef) (dateRef, bool) {
	switch p.peek(0).text {
	case "for", "por", "durante":
	default:
		return dateRef{}, false
	}
	p.pos++
	from, err := p.resolve(first, p.today())
	u, _, _ := unitOf(p.peek(1).text)
	end, ok := p.later(from)
	last := end.day - 1
	_, _, begins := dateOf(from)
	if _, _, ends := dateOf(end.day); u == monthUnit && ends < begins { // January 31 for a month is through February 28
		last = end.day
	}
	return dateRef{day: last, dow: -1}, ok && err == nil && p.pos == len(p.tokens)
}

// lengthFirst reads the first day of "2 weeks starting Dec 21", and moves the length behind it.
func (p datesReader) lengthFirst() (dateRef, bool) {
	p.skip("for", "por", "durante")
	start := p.pos
	if _, ok := p.later(p.today()); !ok {
		return dateRef{}, false
	}
	length := p.tokens[start:p.pos]
	if !p.skipWords("starting", "beginning", "desde", "empezando", "a partir del", "a partir de") {
		return dateRef{}, false
	}
	p.skip("on", "el", "the")
	mark := p.pos
	first, ok := p.date()
	if dow, named := dowOf(p.peek(0).text); !ok && named && dow != weekdayOf(p.today()) && !pluralDow(p.peek(0).text) { // 2 weeks starting Monday
		p.pos++
		first, ok = dateRef{day: nextDow(dow, p.today()), dow: -1}, true
	}
	if !ok || p.pos != len(p.tokens) {
		return dateRef{}, false
	}
	p.tokens = slices.Concat(p.tokens[mark:], []token{{text: "for"}}, length)
	p.pos = len(p.tokens) - 1 - len(length)
	return first, true
}
