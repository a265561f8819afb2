package scheduler

import (
	"slices"
	"time"
)

// nearReader reads the day or the moment to which a session is moved, near that session.
type nearReader struct{ *parser }

// near returns the day of the session that is moved, or today if none is.
func (p nearReader) near() int32 {
	if p.reader.Near.IsZero() {
		return p.today()
	}
	return max(p.today(), p.reader.Near.day())
}

// weekdayAndDay reads the day of "Monday the 30th", "lunes 30 a las 9": the nearest that is not
// past, within two months. The number may be a time unless it is marked as a day, a time
// follows it, or it is too high for an hour.
func (p nearReader) weekdayAndDay(dow time.Weekday) (dateRef, bool) {
	t := p.peek(0)
	if !t.isDayOfMonth() || p.isTimeAt(0) || monthStandsAt(p.parser, 1) || p.reader.stored || isEvery(p.peek(-2).text) || isEvery(p.peek(-3).text) || p.peek(-2).text == "los" {
		return dateRef{}, false
	}
	beforeTime, unsure := p.dayBeforeTime()
	timed := p.timeFollowsDays(1) || p.reader.OneDay && p.timeBehind(1) || beforeTime
	if !t.ordinal && !timed && (p.peek(1).text != "" || t.num < 24 && !p.justDays) {
		return dateRef{}, false
	}
	day, ok := p.agreeing(dow, t.num)
	if !ok {
		return dateRef{}, false
	}
	if p.reader.OneDay && !t.ordinal && !timed && p.mayBeHour(t.num, day) {
		p.choose(byDate, rawOf(p.tokens[p.pos-1:p.pos+1]))
	}
	if unsure && p.choose(byDate, rawOf(p.tokens[p.pos-1:p.pos+1])) == 2 {
		return dateRef{}, false
	}
	p.pos++
	return dateRef{day: day, dow: -1}, true
}

// dayBeforeTime reports whether the number after a weekday is its day, because a time follows it:
// "Monday 14 9am", "lunes 14 de 18 a 19". It is unsure of "Monday 7 10am", which may be ten past
// seven, and of "lunes 14, 18:00", which may be two times.
func (p nearReader) dayBeforeTime() (day, unsure bool) {
	t, ahead := p.peek(0), 1
	if isDow(p.peek(-2).text) || isAnd(p.peek(-2).text) && isDow(p.peek(-3).text) { // Tue and Thu 9 5pm
		return false, false
	}
	for n := p.afterAnd(1); n > 0 && isDow(p.peek(ahead+n).text) && p.peek(ahead+n+1).number; n = p.afterAnd(ahead) {
		ahead += n + 2 // Thursday 24, Friday 25 6pm
	}
	comma := p.peek(ahead).text == ","
	if w := p.peek(ahead).text; comma || w == "de" || w == "from" {
		ahead++
	}
	if comma && t.isDayOfMonth() && !p.isTimeAt(0) && !isHours(p.peek(1).text) && p.timeFollowsDays(ahead) { // Friday 18, at 9am
		return true, t.num <= 12
	}
	next, half := p.peek(ahead), p.peek(ahead+1).text
	if next.opened && half == "pm" && next.num+12 == t.num { // lunes 21 (9 pm): the 21st, or 21:00?
		w, one := p.peek(-2).text, !p.reader.OneDay && !pluralDow(p.peek(-1).text)
		return one, one && !isArticle(w) && w != "on" // el lunes 21 is a day
	}
	timed, isSpan := p.clockAt(ahead)
	if !t.isDayOfMonth() || p.isTimeAt(0) || isHours(p.peek(1).text) || !next.number || next.glued || !p.isTimeAt(ahead) && !timed && !isSpan {
		return false, false
	}
	long := half == ":" || half == "." || half == "h" || len(next.text) == 4
	return true, !(p.reader.OneDay && comma) && (t.num <= 12 || comma && long)
}

// clockAt reports whether what stands ahead is certainly a time or, in a session's text, from one
// time to another. It stays where it is.
func (p nearReader) clockAt(ahead int) (timed, isSpan bool) {
	start, open, bad := p.pos, p.open, p.badDaypart
	defer func() { p.pos, p.open, p.badDaypart = start, open, bad }()
	p.pos += ahead
	if _, isSpan = p.span(); isSpan && p.session {
		return false, true
	}
	p.pos = start + ahead
	_, timed = p.clock(false)
	return timed, false
}

// withoutOrigin leaves out "from Monday" before the day to which that Monday's session is moved.
func withoutOrigin(in []token, near Civil) []token {
	first, to := at(in, 0).text, at(in, 2).text
	dow, named := dowOf(at(in, 1).text)
	if near.IsZero() || len(in) < 4 || first != "from" && first != "del" && first != "de" || to != "to" && to != "al" && to != "a" || !named || dow != weekdayOf(near.day()) {
		return in
	}
	return in[2:]
}

// movedBy writes "postpone 1 hour", "push it back 30 min" and "adelantar una hora" as "1 hour later" and
// "una hora earlier". Before a day it only leaves the verb out: "posponer al martes".
func movedBy(in []token) []token {
	rest, sense := afterVerb(in)
	c := cursor{tokens: rest}
	if length := c.amounts(); sense != "" && len(length) > 0 && c.pos == len(rest) {
		return append(slices.Clone(rest), token{text: sense})
	}
	return rest
}

// afterVerb returns what follows the verb of a text that moves a session, and if that makes it later or
// earlier. A text without such a verb is returned whole.
func afterVerb(in []token) (rest []token, sense string) {
	if w, next := at(in, 0).text, at(in, 1).text; slices.Contains([]string{"start", "starts", "starting", "begin", "begins", "beginning", "empezar", "empieza", "empezamos", "comenzar", "comienza", "inicia"}, w) && (clockStands(next) || next == "a" || amountAt(&parser{cursor: cursor{tokens: in, pos: 1}}) > 0) {
		return in[1:], ""
	}
	for _, verb := range []struct{ words, sense string }{
		{"push it back", "later"}, {"push back", "later"}, {"pushed back", "later"}, {"delay", "later"}, {"delayed", "later"}, {"postpone", "later"}, {"postponed", "later"},
		{"retrasar", "later"}, {"retrasarla", "later"}, {"atrasar", "later"}, {"atrasarla", "later"}, {"posponer", "later"}, {"posponerla", "later"}, {"pospuesta", "later"}, {"aplazar", "later"}, {"aplazarla", "later"}, {"aplazada", "later"},
		{"move it up", "earlier"}, {"move up", "earlier"}, {"moved up", "earlier"}, {"bring it forward", "earlier"}, {"bring forward", "earlier"}, {"adelantar", "earlier"}, {"adelantarla", "earlier"}, {"adelantarlo", "earlier"}, {"adelantada", "earlier"}, {"adelantala", "earlier"},
		{"pull forward", "earlier"}, {"pull it forward", "earlier"}, {"move forward", "either"}, {"move it forward", "either"}, {"move back", "either"}, {"move it back", "either"}, {"recorrer", "either"}, {"recorrerla", "either"}, {"se recorre", "either"},
		{"switch", ""}, {"switched", ""}, {"changed", ""}, {"reschedule", ""}, {"cambio", ""}, {"se cambia", ""}, {"se pasa", ""}, {"pull", ""},
		{"bump", ""}, {"shift", ""}, {"moved", ""}, {"rescheduled", ""}, {"pasarla", ""}, {"pasarlo", ""}, {"pasala", ""}, {"pasa", ""}, {"moverla", ""}, {"moverlo", ""}, {"cambiarla", ""}, {"reprogramar", ""}, {"reprogramada", ""},
	} {
		n := begins(in, verb.words)
		if n == 0 || n == len(in) {
			continue
		}
		c := cursor{tokens: in, pos: n}
		c.skip("it", "by", "la", "the")
		if isSession(c.peek(0).text) {
			c.pos++
		}
		c.skip("by", "for")
		if w := c.peek(0).text; c.pos+1 < len(in) && (w == "until" || w == "till" || w == "til" || w == "hasta") {
			c.pos++
		}
		return in[c.pos:], verb.sense
	}
	return in, ""
}

// movingReader reads a text with a verb that makes a session later or earlier.
type movingReader struct{ Reader }

// onItsSide refuses a moment or, if timed is not set, a day that is before the session although the text
// postpones it, or after it although the text brings it forward: "postpone to Saturday", if the nearest
// Saturday is before it. It offers the next such day on the right side.
func (r movingReader) onItsSide(text string, c Civil, timed bool) error {
	rest, side := r.movingVerb(text)
	near := r.Near
	if !timed {
		near = midnight(near.day())
	}
	right := func(c Civil) bool { return (c.minutes-near.minutes)*side > 0 }
	if side == 0 || right(c) {
		return nil
	}
	fault := r.wrongSide(text, c, side, timed)
	named := slices.ContainsFunc(rest, func(t token) bool { return isDow(t.text) })
	dated := slices.ContainsFunc(rest, func(t token) bool { return isMonth(t.text) })
	if r.chosen != (Reader{}).chosen {
		return undated(text)
	}
	if !named || dated {
		return fault
	}
	for range 60 {
		c.minutes += 7 * dayMinutes * side
		switch {
		case !right(c):
		case c.day() < r.now().day():
			return fault
		case timed:
			return perhaps(text, OnDates(c).Text(r.Locale))
		default:
			return perhaps(text, r.speech().longDate(c.day()))
		}
	}
	return fault
}

// wrongSide says that a moment, or a day if timed is not set, is not on the side of the session to which the
// verb moves it, and offers to move the session there all the same.
func (r movingReader) wrongSide(text string, c Civil, side int64, timed bool) error {
	if c.day() < r.now().day() || c == r.Near || !timed && c.day() == r.Near.day() {
		return undated(text)
	}
	offer := r.speech().longDate(c.day())
	if timed {
		offer = OnDates(c).Text(r.Locale)
	}
	if side > 0 {
		return offering(mistake(`%s: this is before the session, which begins on %s; to move it there, write %q`, clip(text), MomentText(r.Near), offer), offer)
	}
	return offering(mistake(`%s: this is after the session, which begins on %s; to move it there, write %q`, clip(text), MomentText(r.Near), offer), offer)
}

// justANumber refuses "delay 15" and "adelantar 15", and offers so many minutes.
func (r movingReader) justANumber(text string) error {
	rest, side := r.movingVerb(text)
	if side == 0 || len(rest) != 1 || !rest[0].number || rest[0].ordinal {
		return nil
	}
	minutes := rest[0].num
	if minutes < 5 || minutes > 120 {
		return undated(text)
	}
	return perhaps(text, OnDates(Civil{minutes: r.Near.minutes + side*int64(minutes)}).Text(r.Locale))
}

// movingVerb returns what follows the verb of a text that moves a session, and to which side: 1 is later,
// -1 is earlier, 0 says neither.
func (r movingReader) movingVerb(text string) (rest []token, side int64) {
	if !r.OneDay || r.Near.IsZero() {
		return nil, 0
	}
	rest, sense := afterVerb(withoutIdle(withSessions(respelt(lex(text)))))
	switch sense {
	case "later":
		side = 1
	case "earlier":
		side = -1
	}
	return rest, side
}

// daysLater writes "+1 day" and "-2 weeks" as people say them: "1 day later".
func daysLater(in []token) []token {
	later := map[string]string{"+": "later", "-": "earlier"}[at(in, 0).text]
	if minutes, unit := minutesOf(at(in, 2).text); len(in) != 3 || later == "" || !in[1].number || !unit || minutes < dayMinutes {
		return in
	}
	return append(slices.Clone(in[1:]), token{text: later})
}

// hourAlone reports whether the text begins with an hour without a mark: "9 every morning", or is only
// the hour to which a session is moved: "19 hs", or "7" if that is known to be no day.
func (p nearReader) hourAlone() bool {
	if n, ok := p.small(0); ok && n >= 1 && n <= 23 && isEvery(p.peek(1).text) && p.peek(1).text != "all" && !p.reader.OneDay {
		return true
	}
	hour := p.peek(0).number && !p.peek(0).ordinal && !p.reader.Near.IsZero()
	return hour && (len(p.tokens) == 1 && p.reader.chosen[byDate] == 2 || len(p.tokens) == 2 && isHours(p.peek(1).text))
}

// weekLater reads "Monday week", "a week on Monday", "el lunes en ocho", "mañana en ocho": a week
// after the coming one.
func (p nearReader) weekLater(today int32) (dateRef, bool) {
	ahead := isEvery(p.peek(-1).text)
	leading := p.skipWords("a week")
	if leading {
		p.skip("on", "this")
	} else {
		p.skip("del", "de", "el", "este", "this")
	}
	w := p.peek(0).text
	dow, named := dowOf(w)
	from := nextDow(dow, today)
	if w == "manana" && !leading {
		from, named = today+1, true
	}
	start, said := p.pos, named && weekdayOf(today) == dow // on a Monday, it may count from today
	named = named && !pluralDow(w)
	p.pos++
	days := int32(7)
	if !leading {
		n, ok := p.small(1)
		switch {
		case p.peek(0).text == "week" || p.peek(0).text == "fortnight":
			days = map[string]int32{"week": 7, "fortnight": 14}[p.peek(0).text]
			p.pos++
			ahead = ahead || w == "manana"
		case ok && p.peek(0).text == "en" && (n == 8 || n == 15):
			days = int32(n / 7 * 7)
			p.pos += 2
			p.skip("dias")
		default:
			return dateRef{}, false
		}
	}
	if !named || ahead || !p.dayEnds() {
		return dateRef{}, false
	}
	if said && p.choose(byNext, rawOf(p.tokens[start:p.pos])) == 1 {
		from -= 7
	}
	return dateRef{day: from + days, dow: -1}, true
}

// nearestDay returns the day, within two months and not past, that is nearest to the session and
// fits. Of two that are as near, it is the later one if first is 1, and the earlier one if it is -1.
func (p nearReader) nearestDay(first int32, fits func(day int32) bool) (int32, bool) {
	const soon = 62
	near := p.near()
	for away := range int32(soon) {
		for _, day := range []int32{near + first*away, near - first*away} {
			if day >= p.today() && fits(day) {
				return day, true
			}
		}
	}
	return 0, false
}

// agreeing returns the nearest day that is both that weekday and that day of the month.
func (p nearReader) agreeing(dow time.Weekday, date int) (int32, bool) {
	return p.nearestDay(1, func(day int32) bool {
		_, _, n := dateOf(day)
		return n == date && weekdayOf(day) == dow
	})
}

// numberedOr returns the coming day of the month with a number. If a session is moved there and
// another such day is nearer to it, the person is asked.
func (p nearReader) numberedOr(date int, coming int32, raw string) int32 {
	if p.reader.Near.IsZero() {
		return coming
	}
	near, ok := p.nearestDay(-1, func(day int32) bool {
		_, _, n := dateOf(day)
		return n == date
	})
	if ok && near != coming && p.choose(byOrigin, raw) == 2 {
		return near
	}
	return coming
}

// numberIsDate reports whether the number after a weekday is its day: "Tuesday 22", if a
// Tuesday nearby is the 22nd. If it may be an hour as well, weekdayAndDay asks.
func (p nearReader) numberIsDate(dow time.Weekday) bool {
	t := p.peek(0)
	if !t.number || t.num < 1 || len(t.text) > 2 || t.text[0] == '0' || p.isTimeAt(0) {
		return false
	}
	day, ok := p.agreeing(dow, t.num)
	if !ok || p.peek(1).text != "" && !p.timeBehind(1) {
		return false
	}
	return p.peek(1).text != "" || !p.mayBeHour(t.num, day) || p.reader.chosen[byDate] != 2
}

// mayBeHour reports whether the number behind a weekday may be an hour and not its day: 7, and 19 if that day is
// weeks from the session.
func (p nearReader) mayBeHour(n int, day int32) bool {
	const near = 10
	away := day - p.near()
	if w := p.peek(-1).text; isArticle(w) || w == "dia" { // martes el 19
		return false
	}
	return n <= 12 || n < 24 && !p.reader.Near.IsZero() && (away > near || away < -near)
}

// timeBehind reports whether the text ahead is certainly a time, and not the minutes of the
// hour before it: "7pm", ", at 7", but not the 10 of "3 10 am".
func (p nearReader) timeBehind(ahead int) bool {
	if p.peek(ahead).number && p.peek(ahead-1).num <= 12 {
		return false
	}
	start, open, bad := p.pos, p.open, p.badDaypart
	defer func() { p.pos, p.open, p.badDaypart = start, open, bad }()
	p.pos += ahead
	p.skip(",")
	_, ok := p.clock(false)
	return ok
}

// relative reads "next Friday", "in a week", "the day before". If the text may count from today
// or from the session, the person is asked.
func (p nearReader) relative() (dateRef, bool) {
	start := p.pos
	if day, ok := p.beside(); ok && p.dayEnds() {
		return dateRef{day: day, dow: -1}, true
	}
	p.pos = start
	if d, ok := p.weekAlone(); ok && p.dayEnds() {
		return d, true
	}
	p.pos = start
	d, ok := p.relativeTo(p.today())
	said := p.tokens[start:p.pos]
	if !ok || d.part != "" || !countsFromSomeDay(said) {
		return d, ok
	}
	end, open := p.pos, p.open
	p.pos = start
	other, fits := p.relativeTo(p.near())
	p.pos, p.open = end, open
	if fits && other.day != d.day && p.choose(byOrigin, rawOf(said)) == 2 {
		return other, true
	}
	return d, true
}

// weekAlone reads "next week" without a day, which means the session's weekday. It may count
// from today or from the session.
func (p nearReader) weekAlone() (dateRef, bool) {
	start, near, today := p.pos, p.reader.Near.day(), p.today()
	p.skipWords("same day", "mismo dia")
	p.skip("de")
	weeks, ok := p.weekNamed()
	if !ok || weeks == 0 {
		return dateRef{}, false
	}
	day, sunday := inWeek(weekdayOf(near), today+7*weeks)
	raw := rawOf(p.tokens[start:p.pos])
	if other := near + 7*weeks; other != day && other != sunday {
		if p.choose(byOrigin, raw) == 2 {
			return dateRef{day: other, dow: -1}, true
		}
	} else if other == sunday {
		day = sunday // weeks may begin on Sunday: then this week has it, too
	}
	return dateRef{day: day, dow: -1}, true
}

// countsFromSomeDay reports whether words say how far away a day is, but not from which day.
func countsFromSomeDay(words []token) bool {
	counts := false
	for i, t := range words {
		switch t.text {
		case "now", "today", "hoy", "aqui", "tomorrow":
			return false
		case "in", "en", "dentro":
			counts = counts || i == 0 || i+1 < len(words) && (words[i+1].text == "ocho" || words[i+1].text == "quince")
		case "next", "this", "coming", "upcoming", "following", "week", "weeks", "fortnight", "proximo", "proxima", "siguiente", "viene", "entrante", "entra", "este", "esta", "semana", "semanas":
			counts = true
		}
	}
	return counts
}

// beside reads a day by its distance from the session: "the day before", "al día siguiente",
// "two days later", "una semana antes", "the same day".
func (p nearReader) beside() (int32, bool) {
	near := p.reader.Near.day()
	start := p.pos
	if p.skipWords("al otro dia") {
		return near + 1, true
	}
	p.skip("on", "the", "al", "el", "a", "la")
	if days, ok := p.meant([]meaning{
		{"day before", -1}, {"previous day", -1}, {"dia antes", -1}, {"dia anterior", -1},
		{"day after", 1}, {"next day", 1}, {"following day", 1}, {"dia siguiente", 1}, {"dia despues", 1},
		{"week after", 7}, {"following week", 7}, {"semana siguiente", 7}, {"week before", -7}, {"previous week", -7}, {"semana anterior", -7}, {"semana previa", -7},
		{"same day", 0}, {"mismo dia", 0},
	}); ok {
		return near + int32(days), true
	}
	if dow, named := dowOf(p.peek(0).text); named && !pluralDow(p.peek(0).text) && p.peek(1).text == "after" && (p.peek(2).text == "" || p.peek(2).text == "at") { // the Tuesday after, not Tuesday after 7pm
		p.pos += 2
		return nextDow(dow, near), true
	}
	if dow, named := dowOf(p.peek(0).text); named && !pluralDow(p.peek(0).text) && slices.Contains([]string{"before", "anterior", "previo"}, p.peek(1).text) && (p.peek(2).text == "" || p.peek(2).text == "at" || p.peek(2).text == "a") { // the Tuesday before
		p.pos += 2
		return nextDow(dow, near-8), true
	}
	p.pos = start
	u, _, _ := unitOf(p.peek(1).text)
	d, ok := p.later(near)
	sign := p.laterOrEarlier()
	if !ok || u == monthUnit || sign == 0 {
		return 0, false
	}
	return near + int32(sign)*(d.day-near), true
}

// laterOrEarlier reads the word after a distance from the session. It returns 1 for later, -1
// for earlier, 0 if there is no such word.
func (p nearReader) laterOrEarlier() int {
	sign := 0
	switch p.peek(0).text {
	case "later", "late", "after", "despues", "tarde":
		sign = 1
	case "either": // "recorrer una hora" is to either side
		if sign = 1; p.choose(byLength, "") == 2 {
			sign = -1
		}
	case "earlier", "early", "before", "sooner", "antes":
		sign = -1
	case "mas":
		p.pos++
		if after := p.peek(0).text; after == "tarde" {
			sign = 1
		} else if after == "temprano" {
			sign = -1
		}
	}
	if sign != 0 {
		p.pos++
	}
	return sign
}

// shifted reads a moment by its distance from the session: "an hour later", "media hora antes", "+1h".
// A length alone, as in "1h", is refused with the moments that it may mean.
func (p nearReader) shifted() (rule Rule, ok bool, err error) {
	if p.reader.Near.IsZero() {
		return Rule{}, false, nil
	}
	defer func() { p.pos, p.open = 0, nil }()
	minutes, sign := 0, map[string]int{"+": 1, "-": -1}[p.peek(0).text]
	if sign != 0 {
		p.pos++
	}
	for _, t := range p.amounts() {
		if t.unit >= dayMinutes {
			return Rule{}, false, nil
		}
		minutes += t.minutes
	}
	if sign == 0 {
		sign = p.laterOrEarlier()
	}
	if minutes == 0 || p.pos != len(p.tokens) || p.open != nil && p.open.about != byLength {
		return Rule{}, false, nil
	}
	if p.open != nil {
		return Rule{}, true, p.open
	}
	if sign == 0 {
		unit := slices.ContainsFunc(p.tokens, func(t token) bool { _, is := minutesOf(t.text); return is })
		switch {
		case !unit || minutes > earlyHours*60 || p.reader.chosen[byLength] == 2:
			return Rule{}, false, nil
		case p.reader.chosen[byLength] == 0:
			return Rule{}, true, &ambiguity{about: byLength}
		}
		sign = 1
	}
	return OnDates(Civil{minutes: p.reader.Near.minutes + int64(sign*minutes)}), true, nil
}

// sameDay returns the session's day for a clause that has only a time: "7pm".
func (p nearReader) sameDay(c clause) (days, bool) {
	just := len(p.clauses) == 1 && !c.counted && !c.monthly && !c.yearly && c.months == 0 && len(c.times) == 1 && p.from == nil && p.until == nil
	if p.reader.Near.IsZero() || !just || slices.ContainsFunc(p.tokens, func(t token) bool { return isEvery(t.text) }) {
		return days{}, false
	}
	return oneDay(p.reader.Near.day()), true
}
