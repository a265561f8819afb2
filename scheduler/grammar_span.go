package scheduler

import (
	"errors"
	"strings"
	"time"
)

// clockRange is from one time to another: "6pm-7:30pm", "de 18:00 a 19:30".
type clockRange struct{ from, to clockTime }

// span reads from one time to another.
func (p *parser) span() (clockRange, bool) {
	start := p.pos
	p.skip("from", "between", "entre", "de", "desde")
	mark := p.pos
	_, isDate := p.date()
	p.pos = mark
	from, ok := p.clock(true)
	if !ok || isDate {
		p.pos = start
		return clockRange{}, false
	}
	joined := false
	for _, to := range []string{"-", "to", "till", "til", "until", "through", "hasta", "a", "and", "y"} {
		if p.peek(0).text == to {
			joined = true
			if !p.areWords("a", "las") && !p.areWords("a", "la") {
				p.pos++
			}
			if (to == "and" || to == "y") && p.tokens[start].text != "between" && p.tokens[start].text != "entre" {
				joined = false
			}
			break
		}
	}
	mark = p.pos
	if _, isDate = p.date(); isDate { // 9am until 12/31/2027
		p.pos = start
		return clockRange{}, false
	}
	p.pos = mark
	to, ok := p.clock(true)
	if !joined || !ok {
		p.pos = start
		return clockRange{}, false
	}
	return clockRange{from, to}, true
}

// stepRange reads from one time to another; only sessions take it.
func (p *parser) stepRange() (bool, error) {
	r, ok := p.span()
	if !ok {
		return false, nil
	}
	if p.session {
		r = r.within12Hours()
		switch {
		case r.from.bare() && halved(r.to):
			return false, mistake(`it is not clear in which half of the day the session begins; write both, such as "Mondays 11:00 AM - 1:00 PM"`)
		case halved(r.from) && r.to.bare():
			return false, mistake(`it is not clear in which half of the day the session ends; write both, such as "Mondays 6:00 PM - 7:30 PM"`)
		}
	}
	p.ends = append(p.ends, r)
	c := p.current()
	if len(c.items) == 0 && !c.counted && len(p.clauses) == 1 {
		p.timesFirst = true
	}
	c.times = append(c.times, r.from)
	p.due = false
	return true, nil
}

// within12Hours gives the time that does not say in which half of the day it is the one
// that makes the session last less than 12 hours: "11-1pm", "6pm-7:30".
func (r clockRange) within12Hours() clockRange {
	short := func(from, to clockTime) bool {
		n := (to.minutes() - from.minutes() + dayMinutes) % dayMinutes
		return n > 0 && n < 12*60
	}
	for _, one := range []string{"am", "pm"} {
		switch {
		case r.from.bare() && halved(r.to) && short(r.from.inHalf(one), r.to):
			return clockRange{r.from.inHalf(one), r.to}
		case halved(r.from) && r.to.bare() && short(r.from, r.to.inHalf(one)):
			return clockRange{r.from, r.to.inHalf(one)}
		}
	}
	return r
}

// stepLength reads how long a session takes: ", 90m", "for 90 minutes", "1.5 hours".
func (p *parser) stepLength() (bool, error) {
	if !p.session {
		return false, nil
	}
	p.skip("for", "lasting", "during", "durante", "por", "de", "duracion", "(", "dura")
	start := p.pos
	terms := p.amounts()
	if len(terms) == 0 || p.pos == start {
		return false, nil
	}
	p.skip("long", "each", ")")
	p.skipWords("de", "duracion")
	all, err := p.sum(terms)
	if err != nil {
		return false, err
	}
	if len(all) > 1 || p.length != 0 {
		return false, mistake(`it says more than one length; write one, such as "every Monday at 6:00 PM, 90 minutes"`)
	}
	p.length = all[0]
	return true, nil
}

// Session reads a regular meeting and how long it takes: "Mondays 6pm-7:30pm",
// "every other Monday at 18:00, 90m".
func (r Reader) Session(s string) (Rule, time.Duration, error) {
	text := strings.TrimSpace(s)
	switch {
	case text == "":
		return Rule{}, 0, mistake(`the session is empty; write for example "every Monday at 6:00 PM, 90 minutes"`)
	case r.tooLong(text):
		return Rule{}, 0, mistake(`the session is longer than %d characters; write for example "every Monday at 6:00 PM, 90 minutes"`, maxTyped)
	}
	rule, length, err := r.wholeSession(text)
	var open *ambiguity
	switch {
	case errors.As(err, &open):
		return Rule{}, 0, r.offerSessions(text, open)
	case err != nil:
		return Rule{}, 0, within(mistake("session %s: %s", clip(text), err), err)
	}
	if err := rule.fitsSession(length); err != nil {
		return Rule{}, 0, within(mistake("session %s: %s", clip(text), err), err)
	}
	return rule, length, nil
}

func (r Reader) wholeSession(text string) (Rule, time.Duration, error) {
	if looksLikeCron(text) {
		return r.cronSession(text)
	}
	p := newParser(r, strings.NewReplacer("(", " ", ")", " ").Replace(text))
	p.session = true
	if err := p.read(); err != nil {
		return Rule{}, 0, err
	}
	for _, span := range p.ends {
		n := (span.to.minutes() - span.from.minutes() + dayMinutes) % dayMinutes
		if p.length != 0 && p.length != n {
			return Rule{}, 0, mistake(`it says more than one length; write one, such as "every Monday at 6:00 PM, 90 minutes"`)
		}
		p.length = n
		if span.to.unclear() && span.from.hour < 13 && !p.reader.stored {
			p.chooseAbout(byHalf, span.to.raw)
		}
	}
	rule, err := p.finish()
	if err != nil {
		return Rule{}, 0, err
	}
	if p.length == 0 {
		return Rule{}, 0, mistake(`it does not say how long the session takes; write its length, such as "every Monday at 6:00 PM, 90 minutes"`)
	}
	if !r.stored {
		if _, ok := rule.nextCivil(r.now().minutes); !ok {
			return Rule{}, 0, mistake(`This rule is over: its last day is past. Write a day to come, or leave out the end.`)
		}
	}
	return rule, time.Duration(p.length) * time.Minute, nil
}

// cronSession reads "0 18 * * 1,3, 90m".
func (r Reader) cronSession(text string) (Rule, time.Duration, error) {
	i := strings.LastIndex(text, ",")
	p := newParser(r, text[i+1:])
	t, ok := p.amount()
	if i < 0 || !ok || p.pos != len(p.tokens) {
		return Rule{}, 0, mistake(`it does not say how long the session takes; write its length, such as "every Monday at 6:00 PM, 90 minutes"`)
	}
	rule, err := r.cron(text[:i])
	return rule, time.Duration(t.minutes) * time.Minute, err
}

func (r Reader) offerSessions(text string, open *ambiguity) error {
	var offers []string
	for n := uint8(1); n <= 2; n++ {
		one := r
		one.chosen[open.about] = n
		rule, length, err := one.Session(text)
		var deeper *Mistake
		switch {
		case err == nil:
			offers = append(offers, rule.Text(r.Locale)+", "+lengthText(length).Text(r.Locale))
		case errors.As(err, &deeper):
			offers = append(offers, deeper.Offers...)
		}
	}
	return unclear(text, open, offers, r)
}

// Quiet reads the hours without posts: "9pm to 8am", "21-8", "none". What may be morning
// or evening is refused.
func (r Reader) Quiet(s string) (Quiet, error) {
	switch strings.Join(strings.Fields(foldText(s)), " ") {
	case "none", "off", "no", "never", "no quiet hours", "ninguna", "ninguno", "sin", "nunca", "sin horas", "apagado",
		"nada", "sin silencio", "sin horas de silencio":
		return Quiet{}, nil
	}
	p := newParser(r, s)
	p.skip("every", "day", "daily")
	p.spanishTime = true
	span, ok := p.span()
	if !ok || p.pos != len(p.tokens) || p.badDaypart || !span.oneClock() {
		return Quiet{}, mistake("quiet hours %s: write them as 21:00-08:00, or none", clip(s))
	}
	from, to := span.from.minutes(), span.to.minutes()
	if from == to {
		return Quiet{}, mistake("quiet hours %s begin and end at the same time; write them as 21:00-08:00, or none", clip(s))
	}
	return Quiet{from, to}, nil
}

// halved reports whether a time says am or pm.
func halved(t clockTime) bool { return t.half == "am" || t.half == "pm" }

// oneClock reports whether it is sure in which half of the day both times are.
func (r clockRange) oneClock() bool {
	clear := func(t clockTime) bool {
		return halved(t) || t.half == "midnight" || t.exact && t.hour == 12 && !t.colon
	}
	if halved(r.from) || halved(r.to) {
		return clear(r.from) && clear(r.to)
	}
	switch {
	case r.from.hour >= 13, r.to.hour >= 13:
		return true
	}
	sure := func(t clockTime) bool { return t.exact || t.hour == 0 }
	if r.from.colon && r.to.colon {
		whole := func(t clockTime) bool { return sure(t) || t.hour >= 10 } // 10:00-11:00, not 10:00-7:00
		return sure(r.from) || sure(r.to) || whole(r.from) && whole(r.to)
	}
	return sure(r.from) && sure(r.to) || sure(r.from) && r.from.hour == 0 && r.from.half == "" || sure(r.to) && r.to.hour == 0 && r.to.half == ""
}

// Skip reads a day or a range of days on which the group does not meet.
func (r Reader) Skip(s string) (Dates, error) {
	text := strings.TrimSpace(s)
	if text == "" || r.tooLong(text) {
		return Dates{}, mistake("date %s: write a day such as December 24, 2026, or several such as December 24, 2026 to January 2, 2027", clip(text))
	}
	d, err := r.skip(text)
	var open *ambiguity
	if !errors.As(err, &open) {
		return d, err
	}
	var offers []string
	for n := uint8(1); n <= 2; n++ {
		one := r
		one.chosen[open.about] = n
		if d, err := one.Skip(text); err == nil {
			offers = append(offers, d.Describe(r.Locale))
		}
	}
	return Dates{}, unclear(text, open, offers, r)
}

func (r Reader) skip(text string) (Dates, error) {
	p := newParser(r, strings.ReplaceAll(text, "..", " to "))
	today := p.today()
	p.skip("from", "between", "del", "de", "desde", "entre", "el", "on")
	first, ok := p.dayOfLaterDate()
	if !ok {
		first, ok = p.date()
	}
	last := first
	if ok && p.pos < len(p.tokens) {
		last, ok = p.endOfRange(first)
	}
	if !ok || p.pos != len(p.tokens) {
		return Dates{}, mistake("date %s: write a day such as December 24, 2026, or several such as December 24, 2026 to January 2, 2027", clip(text))
	}
	from, err := p.resolve(first, today)
	if err != nil {
		return Dates{}, err
	}
	if first.year == 0 && last.year != 0 && !first.relative() { // Dec 24 - Jan 2, 2027
		if first.year = last.year; first.month > last.month {
			first.year--
		}
		if from, err = p.resolve(first, today); err != nil {
			return Dates{}, err
		}
	}
	to, err := p.resolve(last, from)
	switch {
	case err != nil:
		return Dates{}, err
	case p.open != nil:
		return Dates{}, p.open
	case to < from:
		return Dates{}, mistake("dates %s end before they begin; write the earlier day first, as 2026-12-24..2027-01-02", clip(text))
	case to < today && !r.stored:
		return Dates{}, mistake("date %s: %s is past; write a day to come", clip(text), dateText(to))
	}
	return Dates{Civil{minutes: int64(from) * dayMinutes}, Civil{minutes: int64(to) * dayMinutes}}, nil
}

// endOfRange reads "- Jan 2", "to January 2, 2027", "-26", "al 2 de enero".
func (p *parser) endOfRange(first dateRef) (dateRef, bool) {
	joined := false
	for _, to := range []string{"-", "to", "through", "thru", "until", "till", "al", "a", "hasta", "and", "y"} {
		if between := p.tokens[0].text == "between" || p.tokens[0].text == "entre"; (to == "and" || to == "y") && !between {
			continue // two days, not all between them
		}
		if p.peek(0).text == to {
			p.pos++
			joined = true
			break
		}
	}
	if !joined {
		return first, false
	}
	p.skip("the", "el")
	if d, ok := p.date(); ok {
		return d, true
	}
	if t := p.peek(0); t.number && t.num <= 31 && !first.relative() { // Dec 24-26, 2026
		p.pos++
		d := dateRef{month: first.month, date: t.num, year: first.year, dow: -1, raw: t.raw}
		p.year(&d)
		return d, true
	}
	return first, false
}

// dayOfLaterDate reads the first day of "24-26 December", "24 al 26 de diciembre".
func (p *parser) dayOfLaterDate() (dateRef, bool) {
	mark := p.pos
	first := p.peek(0)
	switch p.peek(1).text {
	case "-", "al", "a", "to", "hasta":
		if !first.number || first.num > 31 || p.peek(3).text == p.peek(1).text {
			return dateRef{}, false
		}
	default:
		return dateRef{}, false
	}
	p.pos += 2
	p.skip("el", "the")
	d, ok := p.dayFirst()
	p.pos = mark
	if !ok {
		return dateRef{}, false
	}
	p.pos++
	d.date, d.dow, d.raw = first.num, -1, first.raw+" "+d.month.String()
	return d, true
}
