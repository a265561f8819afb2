package scheduler

import (
	"errors"
	"math/bits"
	"slices"
	"strings"
)

// datesReader reads one day, or several that belong together.
type datesReader struct{ *parser }

// Skip reads a day or a range of days on which the group does not meet.
func (r Reader) Skip(s string) (Dates, error) {
	text := strings.TrimSpace(s)
	if text == "" || r.tooLong(text) {
		return Dates{}, undated(text)
	}
	if err := (movingReader{r}).justANumber(text); err != nil {
		return Dates{}, err
	}
	d, err := r.skip(text)
	if err == nil {
		if wrong := (movingReader{r}).onItsSide(text, d.from, false); wrong != nil {
			return Dates{}, wrong
		}
	}
	var open *ambiguity
	if !errors.As(err, &open) {
		return d, err
	}
	return Dates{}, unclear(text, open, r.eitherWay(open, func(one Reader) []string {
		d, err := one.Skip(text)
		switch {
		case err == nil:
			return []string{d.offer(r.Locale)}
		case open.about == byDate: // a day and an hour
			return one.readings(text)
		}
		return OffersOf(err)
	}), r)
}

func (r Reader) skip(text string) (Dates, error) {
	p := datesReader{newParser(r, strings.NewReplacer("..", " to ", "…", " to ").Replace(text))}
	if p.asked != nil {
		return Dates{}, p.asked
	}
	p.tokens = withStarting(withoutSkipping(p.tokens))
	p.justDays = true
	for _, whole := range []func() (from, to int32, ok bool){p.wholeWeekend, p.weekOfDay, p.wholePeriod} {
		p.pos, p.open = 0, nil
		if from, to, ok := whole(); ok && p.pos == len(p.tokens) {
			if p.open != nil {
				return Dates{}, p.open
			}
			return datesOf(from, to), nil
		}
	}
	p.pos, p.open = 0, nil
	p.skip("from", "between", "del", "de", "desde", "entre", "el", "on", "the")
	if days := p.dayList(); len(days) > 1 && p.pos == len(p.tokens) {
		return p.adjacent(text, days)
	}
	first, ok := p.firstOfRange()
	last := first
	switch {
	case ok && p.pos < len(p.tokens):
		last, ok = p.endOfRange(first)
	case ok && slices.Contains([]string{"from", "between", "starting", "desde", "entre"}, p.tokens[0].text):
		return Dates{}, mistake("date %s: the last day is missing; write both days, such as December 24, 2026 to January 2, 2027", clip(text))
	}
	if !ok || p.pos != len(p.tokens) {
		return Dates{}, p.noDates(text)
	}
	return p.resolveRange(text, first, last)
}

// resolveRange returns the days from first to last. If they have no year, the first may be past
// as long as the last is not.
func (p datesReader) resolveRange(text string, first, last dateRef) (Dates, error) {
	today := p.today()
	from, err := p.resolve(first, today)
	if begun, ok := p.begunRange(first, last); ok {
		first, err = begun, nil
		from, _ = p.resolve(begun, today)
	}
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
	case to < from, last.year == 0 && !last.relative() && to-from > 183 && wraps(from, to):
		return Dates{}, mistake("dates %s end before they begin; write the earlier day first, as December 24 to January 2", clip(text))
	case to < today && !p.reader.stored:
		return Dates{}, mistake("date %s: %s is past; write a later day", clip(text), dateText(to))
	}
	return datesOf(from, to), nil
}

// begunRange returns the first day of a range without years that has begun: "Nov 20 - Nov 30",
// said between them.
func (p datesReader) begunRange(first, last dateRef) (dateRef, bool) {
	const longest = 100
	today := p.today()
	if first == last || first.year != 0 || first.relative() || p.reader.stored {
		return first, false
	}
	for first.year, _, _ = dateOf(today); ; first.year-- {
		from, err := p.resolve(first, today)
		if err != nil || from < today-longest {
			return first, false
		}
		to, err := p.resolve(last, from)
		if from < today {
			return first, err == nil && to >= today && to-from <= longest
		}
	}
}

func datesOf(from, to int32) Dates {
	return Dates{midnight(from), midnight(to)}
}

// firstOfRange reads the only day, or the first of several.
func (p datesReader) firstOfRange() (dateRef, bool) {
	p.pos, p.open = 0, nil
	p.skip("from", "between", "starting", "del", "de", "desde", "entre", "el", "on", "the")
	first, ok := p.dayOfLaterDate()
	if !ok {
		if first, ok = p.date(); ok {
			first = p.withWeekday(first)
		}
	}
	for _, read := range []func() (dateRef, bool){p.nthOfMonth, p.dayAlone, p.weekdayOfRange, p.lengthFirst} {
		if ok {
			break
		}
		p.pos = 0
		p.skip("from", "between", "del", "de", "desde")
		if first, ok = read(); !ok {
			p.pos = 0
		}
	}
	return first, ok
}

// wholePeriod reads all days of a week or a month: "next week", "all of December". If the week
// may begin on Monday or on Sunday, the person is asked. A month alone is no period: its day
// may be missing.
func (p datesReader) wholePeriod() (from, to int32, ok bool) {
	if p.reader.OneDay && !p.reader.period {
		return 0, 0, false
	}
	if until, ok := restOf(p); ok {
		return p.today(), until, true
	}
	p.pos = 0
	p.skip("all", "toda", "of")
	if weeks, ok := p.weekNamed(); ok {
		from = mondayOf(p.today()) + 7*weeks
		if p.choose(byWeek, "") == 2 {
			from = sundayOf(p.today()) + 7*weeks
		}
		return from, from + 6, true
	}
	mark := p.pos
	p.skip("the", "whole", "entire", "todo", "the", "el")
	if months, ok := p.monthNamed(); ok && mark > 0 {
		return firstOfMonth(p.today(), months).day, lastOfMonth(p.today(), months), true
	}
	p.skip("month", "mes", "of", "de")
	if p.pos == 0 || p.peek(0).text == "mar" && !(marReader(p)).isMarch() {
		return 0, 0, false
	}
	first, ok := p.monthAlone(false)
	if !ok {
		return 0, 0, false
	}
	from, err := p.resolve(first, p.today())
	return from, lastOfMonth(from, 0), err == nil
}

// wraps reports whether a range goes on into the next year. If most of a year lies between the
// days, they are probably in the wrong order.
func wraps(from, to int32) bool {
	first, _, _ := dateOf(from)
	last, _, _ := dateOf(to)
	return first != last
}

// nthOfMonth reads "the first Monday of January": the next one.
func (p datesReader) nthOfMonth() (dateRef, bool) {
	item, ok := p.nth()
	set, of := p.monthList()
	_, _, single := oneNth(item.nth)
	if !ok || !of || !single || bits.OnesCount16(set) != 1 {
		return dateRef{}, false
	}
	day, ok := days{nth: item.nth, months: set}.next(p.today())
	return dateRef{day: day, dow: -1}, ok
}

// dayList reads several days that are named one by one: "Dec 24 and 25", "24, 25 y 26 de
// diciembre", "12/24 & 12/25".
func (p datesReader) dayList() []dateRef {
	if p.pos > 0 && (p.tokens[0].text == "between" || p.tokens[0].text == "entre") {
		return nil // from the one to the other
	}
	out := p.numbersOfMonth()
	for len(out) > 0 || p.pos < len(p.tokens) {
		if d, ok := p.date(); ok {
			mark := p.pos
			if dated := p.withWeekday(d); p.pos == len(p.tokens) { // December 9, Wednesday
				d = dated
			} else {
				p.pos = mark
			}
			out = append(out, d)
		} else if d, ok := weekdayAfter(p, out); ok { // tomorrow and Thursday
			out = append(out, d)
		} else if t := p.peek(0); len(out) > 0 && t.number && t.num >= 1 && t.num <= 31 && len(t.text) <= 2 && !p.mayBeYear(t) {
			d := out[len(out)-1]
			d.date, d.dow, d.raw, d.year = t.num, -1, t.raw, 0
			p.pos++
			p.year(&d)
			out = append(out, d)
		} else {
			return nil
		}
		n := p.afterAnd(0)
		if n == 0 || p.peek(0).text == "/" {
			break
		}
		p.pos += n
		p.skip("the", "el", "on")
	}
	for i := len(out) - 2; i >= 0; i-- { // December 24 & 25, 2026
		if next := out[i+1]; out[i].year == 0 && next.year != 0 {
			if out[i].year = next.year; out[i].month > next.month {
				out[i].year--
			}
		}
	}
	return out
}

// weekdayAfter reads a weekday behind "and", as the first one after the day before it, which counts from today: "tomorrow
// and Thursday".
func weekdayAfter(p datesReader, days []dateRef) (dateRef, bool) {
	dow, ok := dowOf(p.peek(0).text)
	if before := len(days) - 1; !ok || before < 0 || !days[before].relative() || weekdayOf(days[before].day) == dow || pluralDow(p.peek(0).text) {
		return dateRef{}, false
	}
	p.pos++
	return dateRef{day: nextDow(dow, days[len(days)-1].day), dow: -1, raw: p.peek(-1).raw}, true
}

// mayBeYear reports whether the number after a comma may be the year: "Dec 25, 26".
func (p datesReader) mayBeYear(t token) bool {
	year, _, _ := dateOf(p.today())
	return p.peek(-1).text == "," && len(t.text) == 2 && !t.ordinal && (t.num == year%100 || t.num == (year+1)%100)
}

// numbersOfMonth reads the days before the last one of "24, 25 y 26 de diciembre".
func (p *parser) numbersOfMonth() []dateRef {
	mark := p.pos
	var out []dateRef
	for {
		t, n := p.peek(0), p.afterAnd(1)
		if !t.number || t.num < 1 || t.num > 31 || n == 0 || p.peek(1).text == "/" {
			break
		}
		out = append(out, dateRef{date: t.num, dow: -1, raw: t.raw})
		p.pos += n + 1
		p.skip("the", "el")
	}
	start := p.pos
	last, ok := p.dayFirst()
	p.pos = start
	if !ok || len(out) == 0 {
		p.pos = mark
		return nil
	}
	for i := range out {
		out[i].month, out[i].year = last.month, last.year
	}
	return out
}

// adjacent makes one range of days that follow one another. Other days are refused: they must
// be written one by one.
func (p datesReader) adjacent(text string, days []dateRef) (Dates, error) {
	from := p.today()
	var all []int32
	for _, d := range days {
		day, err := p.resolve(d, from)
		if err != nil {
			return Dates{}, err
		}
		all, from = append(all, day), day
	}
	say := p.reader.speech()
	for i, day := range all[1:] {
		if day != all[i]+1 {
			return Dates{}, notAdjacent(text, []string{say.longDate(all[0]), say.longDate(all[1])})
		}
	}
	switch last := all[len(all)-1]; {
	case p.open != nil:
		return Dates{}, p.open
	case all[0] < p.today() && !p.reader.stored:
		return Dates{}, mistake("date %s: %s is past; write a later day", clip(text), dateText(all[0]))
	default:
		return datesOf(all[0], last), nil
	}
}

// endOfRange reads "- Jan 2", "to January 2, 2027", "-26", "al 2 de enero".
func (p datesReader) endOfRange(first dateRef) (dateRef, bool) {
	if last, ok := p.lengthOf(first); ok {
		return last, true
	}
	joined := false
	if first.year != 0 && p.peek(0).text == "/" { // 2026-12-24/2027-01-02
		p.pos++
		joined = true
	}
	between := p.tokens[0].text == "between" || p.tokens[0].text == "entre" // otherwise "and" is two days, not all between them
	if w := p.peek(0).text; isTo(w) || between && (w == "and" || w == "y") {
		p.pos++
		joined = true
	}
	if !joined {
		return first, false
	}
	p.skip("the", "el")
	if dow, ok := dowOf(p.peek(0).text); ok && !pluralDow(p.peek(0).text) && p.pos+1 == len(p.tokens) { // Friday to Sunday
		p.pos++
		from, err := p.resolve(first, p.today())
		return dateRef{day: nextDow(dow, from), dow: -1, raw: p.peek(-1).raw}, err == nil
	}
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
func (p datesReader) dayOfLaterDate() (dateRef, bool) {
	mark := p.pos
	first := p.peek(0)
	if !isTo(p.peek(1).text) || !first.number || first.num > 31 || p.peek(3).text == p.peek(1).text {
		return dateRef{}, false
	}
	p.pos += 2
	p.skip("el", "the")
	start, last, joint := p.pos, p.peek(0), p.peek(1)
	d, ok := p.dayFirst()
	if p.pos = start; !ok && joint.text == "/" { // 24-26/12
		d, ok = p.numericDate()
		ok = ok && d.date == last.num && d.month <= 12 && int(d.month) != d.date && first.num < last.num
	}
	p.pos = mark
	if !ok {
		return dateRef{}, false
	}
	p.pos++
	d.date, d.dow, d.raw = first.num, -1, first.raw+" "+d.month.String()
	return d, true
}
