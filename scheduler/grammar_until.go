package scheduler

import (
	"slices"
	"strings"
	"time"
)

// Until reads the day on which something that was paused begins again: a date, a weekday, or a
// length from today: "December 24", "Monday", "next week", "2 weeks", "hasta el lunes". A date
// with its year may be past. Its errors are *Mistakes.
func (r Reader) Until(s string) (Civil, error) {
	text := strings.TrimSpace(s)
	if text == "" || r.tooLong(text) {
		return Civil{}, noDay(text)
	}
	p := datesReader{newParser(r, text)}
	p.justDays = true
	if offers := p.monthsOrDay(); len(offers) > 1 {
		return Civil{}, perhaps(text, offers...)
	}
	d, ok := p.dayUntil()
	if !ok || p.pos != len(p.tokens) {
		return Civil{}, p.noDayUntil(text)
	}
	day, err := p.resolve(d, p.today())
	switch {
	case err != nil:
		return Civil{}, err
	case p.open != nil:
		return Civil{}, r.offerDays(text, p.open)
	}
	if r.Whole && !p.saysUntil() {
		if last, ok := p.wholeNamed(0); ok && last > day {
			return Civil{}, perhaps(text, r.speech().longDate(day), r.speech().longDate(last+1))
		}
	}
	return midnight(day), nil
}

// monthsOrDay returns the days that "7mo" and "10mo" may mean: séptimo and décimo, or months. With an
// article they are days.
func (p datesReader) monthsOrDay() (offers []string) {
	t, before := last(p.tokens), at(p.tokens, len(p.tokens)-2).text
	if !t.ordinal || !strings.HasSuffix(foldText(t.raw), "mo") || isArticle(before) || before == "dia" || p.reader.stored {
		return nil
	}
	for _, text := range []string{"el " + t.text, t.text + " months"} {
		if day, err := p.reader.Until(text); err == nil {
			offers = append(offers, p.reader.speech().longDate(day.day()))
		}
	}
	return offers
}

// saysUntil reports whether a text says that a day ends the pause: "until next week".
func (p datesReader) saysUntil() bool {
	return slices.ContainsFunc(p.tokens, func(t token) bool {
		return slices.Contains([]string{"until", "till", "til", "hasta", "resume", "back", "volvemos", "regresamos", "reanudar"}, t.text)
	})
}

// wholeNamed returns the last day of the week, the weekend or the month that the
// tokens from start on name.
func (p datesReader) wholeNamed(start int) (last int32, ok bool) {
	one := p.reader
	one.trial, one.chosen[byWeek] = true, 1
	for _, before := range []string{"", "all of "} {
		if d, err := one.Skip(before + rawOf(p.tokens[start:])); err == nil && d.from != d.to {
			return d.to.day(), true
		}
	}
	return 0, false
}

// lastPaused reads the last day of a pause: "through Dec 24", and "the end of the month", which may
// also be the day on which it ends.
func lastPaused(p datesReader) (day int32, through, ok bool) {
	p.pos, p.open = 0, nil
	p.skip("pause", "pausa", "until", "till", "til", "hasta")
	if through = p.peek(0).text == "through" || p.peek(0).text == "thru"; through {
		p.pos++
		one := p.reader
		one.trial = true
		last, err := one.Until(rawOf(p.tokens[p.pos:]))
		one.Whole = true // through January is all of it
		_, whole := one.Until(rawOf(p.tokens[p.pos:]))
		_, length := ParseLength(rawOf(p.tokens[p.pos:]))
		return last.day(), true, err == nil && whole == nil && !length
	}
	if vague := p.peek(0).text; vague == "finales" || vague == "fines" {
		return 0, false, false
	}
	d, ok := p.endOfPeriod(true)
	if !ok || p.pos != len(p.tokens) {
		return 0, false, false
	}
	day, err := p.resolve(d, p.today())
	return day, false, err == nil
}

// noDayUntil refuses a text that is no day on which a pause ends. "For next week" says
// which days are meant, but a pause begins at once.
func (p datesReader) noDayUntil(text string) error {
	if last, through, ok := lastPaused(p); ok {
		offers := []string{p.reader.speech().longDate(last), p.reader.speech().longDate(last + 1)}
		if through {
			offers = offers[1:]
		}
		return perhaps(text, offers...)
	}
	if saysAny(lex(text), "forever", "indefinitely", "indefinite", "indefinidamente", "indefinido", "notice", "aviso", "siempre") {
		return mistake("day %s: to pause with no last day, write “no end”; otherwise write a day such as Monday or December 24, 2026, or a length such as 2 weeks", clip(text))
	}
	if day, ok := dayOfTime(p, text); ok {
		return perhaps(text, day)
	}
	if offers := likelyDays(p); len(offers) > 0 {
		return perhaps(text, offers...)
	}
	start := 0
	for start < len(p.tokens) && slices.Contains([]string{"pause", "pausa", "pausar", "for", "por", "durante"}, p.tokens[start].text) {
		start++
	}
	if last, ok := p.wholeNamed(start); ok && !p.reader.trial && !p.saysUntil() {
		over := p.reader.speech().longDate(last + 1)
		return offering(mistake("%s: a pause begins at once. To pause until these days are over, write %q. If there is no session on these days only, add them to the group's dates without a session (skip)", clip(text), over), over)
	}
	if start > 0 && !p.reader.trial { // for Monday
		one := p.reader
		one.trial = true
		if day, err := one.Until(rawOf(p.tokens[start:])); err == nil {
			return perhaps(text, p.reader.speech().longDate(day.day()))
		}
	}
	return p.misspeltDay(noDay(text), func(one Reader, text string) error { _, err := one.Until(text); return err })
}

// likelyDays returns the days that a text may mean which is not quite a day: "resume up to Dec 24", "after Dec 24", which
// may be the day itself or the next, "a couple of weeks", "tomorrow morning".
func likelyDays(p datesReader) (offers []string) {
	if p.reader.trial || p.reader.stored {
		return nil
	}
	one, say := p.reader, p.reader.speech()
	one.trial = true
	p.pos = 0
	p.skipWords("pause", "pausa", "pausar")
	skipResuming(p)
	p.skip("up", "until", "till", "til", "to", "hasta", "by", "before", "antes")
	after := p.skipWords("after", "despues de", "despues del")
	p.skip("de", "del")
	if last, ok := p.wholeNamed(min(p.pos, len(p.tokens))); ok && after { // after next week
		return []string{say.longDate(last + 1)}
	}
	rest := slices.Clone(p.tokens[min(p.pos, len(p.tokens)):])
	couple := cursor{tokens: rest}
	couple.skip("for", "por")
	if couple.skipWords("a couple of", "a couple", "couple of", "un par de") {
		rest = append([]token{{text: "2", raw: "2"}}, rest[couple.pos:]...)
	}
	if couple.skipWords("next year", "the next year", "el proximo ano", "el ano que viene", "el ano proximo") && couple.pos == len(rest) {
		year, _, _ := dateOf(p.today())
		return []string{say.longDate(dayNumber(year+1, time.January, 1))}
	}
	if n := len(rest) - 1; n > 0 && isDaypart(rest[n].text) { // tomorrow morning
		rest = rest[:n]
	}
	if len(rest) == len(p.tokens) && rawOf(rest) == rawOf(p.tokens) || len(rest) == 0 {
		return nil
	}
	day, err := one.Until(rawOf(rest))
	if err != nil {
		return OffersOf(err)
	}
	offers = []string{say.longDate(day.day())}
	if after {
		offers = append(offers, say.longDate(day.day()+1))
	}
	return offers
}

// skipResuming passes over words that say that a pause is over.
func skipResuming(p datesReader) bool {
	return p.skipWords("resume", "resumes", "restart", "restarts", "start again", "we resume", "we start again", "back", "we're back", "unpause", "continue", "continues",
		"volvemos", "vuelve", "regresamos", "regresa", "regreso", "de vuelta", "reanudar", "reanuda", "reanudamos", "retomamos")
}

// dayOfTime returns the day of a text that also has a time, "Monday 9am", where only a day belongs.
func dayOfTime(p datesReader, text string) (day string, ok bool) {
	if p.reader.trial || p.reader.stored || p.reader.OneDay || saysAny(p.tokens, "los") { // los lunes a las 9
		return "", false
	}
	one := p.reader
	one.trial, one.OneDay = true, true
	rule, err := one.Rule(text)
	if err != nil || !rule.Once() {
		return "", false
	}
	at, ok := rule.nextCivil(p.now.minutes)
	if another, more := rule.nextCivil(at + 1); more && another/dayMinutes != at/dayMinutes { // Dec 24 and 31 6pm
		return "", false
	}
	return p.reader.speech().longDate(int32(at / dayMinutes)), ok
}

func noDay(text string) error {
	return mistake("day %s: write a day such as Monday or December 24, 2026, or a length such as 2 weeks", clip(text))
}

// offerDays returns a mistake with the two days that a text may mean.
func (r Reader) offerDays(text string, open *ambiguity) error {
	return unclear(text, open, r.eitherWay(open, func(one Reader) []string {
		day, err := one.Until(text)
		if err != nil {
			return nil
		}
		return []string{r.speech().longDate(day.day())}
	}), r)
}

// dayUntil reads the day itself, behind words that only say that there is a pause until then.
func (p datesReader) dayUntil() (dateRef, bool) {
	p.tokens = slices.DeleteFunc(p.tokens, func(t token) bool { return t.text == "more" || t.text == "mas" }) // two more weeks
	if slices.Contains([]string{"until", "till", "til", "for", "hasta", "por", "durante"}, p.peek(1).text) {
		p.skipWords("pause", "paused", "pausa", "pausar")
	}
	resumes := skipResuming(p)
	mark := p.pos
	if resumes {
		p.skipWords("from", "starting", "a partir", "desde")
		p.skip("de", "del")
	}
	p.skip("up", "until", "till", "til", "to", "hasta", "for", "por", "durante")
	if resumes && slices.ContainsFunc(p.tokens[mark:p.pos], func(t token) bool { return isTo(t.text) }) {
		return dateRef{}, false // until that day, or from then on?
	}
	lasting := slices.Contains([]string{"for", "por", "durante"}, p.peek(-1).text)
	mark = p.pos
	if p.skipWords("the next", "next", "las proximas", "los proximos", "proximas", "proximos") {
		if _, number := p.small(0); !number { // the next 2 weeks
			p.pos = mark
		}
	}
	start := p.pos
	if d, ok := lengthUntil(p); ok {
		return d, true
	}
	if p.pos = start; lasting { // for next week
		return dateRef{}, false
	}
	return dayNamed(p)
}

// lengthUntil reads a length from today, "2 weeks", "48 hours", and returns the day behind it.
func lengthUntil(p datesReader) (dateRef, bool) {
	start, today := p.pos, p.today()
	if last, ok := restOf(p); ok {
		return dateRef{day: last + 1, dow: -1}, true
	}
	p.pos = start
	if d, ok := p.later(today); ok && p.pos == len(p.tokens) {
		return d, true
	}
	p.pos = start
	days, ok := p.wholeDays()
	return dateRef{day: today + days, dow: -1}, ok
}

// dayNamed reads a month, a week, a weekday or a date, and returns its day or its first one. A weekday alone is the
// next one after today.
func dayNamed(p datesReader) (dateRef, bool) {
	start, today := p.pos, p.today()
	if d, ok := p.monthBegins(today); ok && p.pos == len(p.tokens) {
		if p.pos = start; p.peek(0).text != "mar" || marReader(p).isMarch() {
			p.pos = len(p.tokens)
			return d, true
		}
	}
	for _, read := range []func() (dateRef, bool){p.dayAlone, p.nthOfMonth} {
		p.pos = start
		if d, ok := read(); ok && p.pos == len(p.tokens) {
			return d, true
		}
	}
	p.pos = start
	p.skip("on", "the", "el", "la")
	if dow, ok := dowOf(p.peek(0).text); ok && !pluralDow(p.peek(0).text) && p.pos+1 == len(p.tokens) {
		p.pos++
		return dateRef{day: nextDow(dow, today), dow: -1}, true
	}
	p.pos = start
	if weeks, ok := p.weekNamed(); ok && weeks > 0 && p.pos == len(p.tokens) {
		day := mondayOf(today) + 7*weeks
		if sundayOf(today) == today && p.choose(byWeek, "") == 2 {
			day = sundayOf(today) + 7*weeks + 1 // also its Monday
		}
		return dateRef{day: day, dow: -1}, true
	}
	p.pos = start
	d, ok := p.date()
	return p.withWeekday(d), ok && d.part == "" // tonight is no day to begin with
}

// dayAlone reads "the 15th", "el día 15": the next such day. On that day itself it may also
// mean next month's, so the person is asked.
func (p datesReader) dayAlone() (dateRef, bool) {
	marked := isArticle(p.peek(0).text)
	p.skip("on", "the", "el", "dia")
	t := p.peek(0)
	_, _, today := dateOf(p.today())
	alone := p.reader.OneDay && len(p.tokens) == 1
	if !t.isDayOfMonth() || !marked && !t.ordinal && !alone || t.num == today {
		return dateRef{}, false
	}
	p.pos++
	if !marked && !t.ordinal && !p.reader.Near.IsZero() && t.num < 24 && p.choose(byDate, t.raw) == 2 {
		return dateRef{}, false // at 7
	}
	day, ok := days{dom: 1 << t.num}.next(p.today())
	return dateRef{day: nearReader(p).numberedOr(t.num, day, t.raw), dow: -1}, ok
}

// withWeekday returns the date with a weekday that follows it: "Dec 1, Tuesday", "tomorrow
// Wednesday".
func (p datesReader) withWeekday(d dateRef) dateRef {
	ahead := 0
	if p.peek(0).text == "," {
		ahead = 1
	}
	dow, ok := dowOf(p.peek(ahead).text)
	_, alone := dowOf(p.peek(ahead + 1 + p.afterAnd(ahead+1)).text)
	if d.relative() { // today, Friday: may be two days
		ok = ok && isNearDay(p.peek(-1).text) && d.part == "" && (ahead == 0 || dow == weekdayOf(d.day))
	}
	if ok && !alone && d.dow < 0 && !pluralDow(p.peek(ahead).text) {
		d.dow, d.raw = int(dow), d.raw+strings.Repeat(" ", 1-ahead)+rawOf(p.tokens[p.pos:p.pos+ahead+1])
		p.pos += ahead + 1
	}
	return d
}

// wholeDays reads lengths that come to whole days in other words: "3d", "48 hours", "1 week and
// 2 days".
func (p datesReader) wholeDays() (int32, bool) {
	total := 0
	terms := p.amounts()
	for i, t := range terms {
		if i > 0 && t.unit >= terms[i-1].unit { // 2 days, 3 days
			return 0, false
		}
		total += t.minutes
	}
	return int32(total / dayMinutes), p.pos == len(p.tokens) && total > 0 && total%dayMinutes == 0
}

// monthBegins reads "January", "next month": the first day of it.
func (p datesReader) monthBegins(today int32) (dateRef, bool) {
	if months, ok := p.monthNamed(); ok && months > 0 {
		return firstOfMonth(today, months), true
	}
	p.skip("in", "en")
	return p.monthAlone(false)
}
