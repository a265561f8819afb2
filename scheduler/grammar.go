package scheduler

import (
	"math/bits"
	"slices"
	"strings"
)

// parser reads one phrase. It goes through the tokens and collects clauses: days, how often,
// and times that belong together. It must understand every token: one that it ignored could
// change what the person meant. Its many fields are what it has understood so far.
type parser struct {
	cursor
	reader      Reader
	now         Civil // what the group's clock shows
	clauses     []clause
	timesFirst  bool // "9am on Mondays", not "Mondays at 9am"
	oftenFirst  bool // and how often stands before both: "every 2 weeks at 9am on Mondays"
	due         bool // here, a bare number is a time
	and         bool // "and" or a comma stood before
	added       bool // and it was "and", not a comma
	fresh       bool // ";" stood before: a new clause begins
	from, until *dateRef
	lasting     int  // for how long, "for 6 weeks": in days; months are negative
	most        int  // how often it falls due in all, "6 times"
	spanishTime bool // "las 9 y 20" is one time
	badDaypart  bool // a time and a part of the day contradict each other
	session     bool // here, a session's length or end may follow
	length      int  // of a session, in minutes
	ends        []clockRange
	hasOne      bool // "that has one": shorter months are passed over knowingly
	single      bool // "once" was said
	justDays    bool // here, no time may follow
	only        bool // ", weekdays only" was said
	ended       bool // a first or last day, or a number of times, followed a time
	torn        bool // and other days followed that
	period      bool // takePeriod bounded the rule
	open        *ambiguity
	asked       *ambiguity // what the text left open before it was read
	pairs       bool       // "respectively" was said: the first time is that of the first day
}

// clause is days with their times. Its many fields are what the text says of them.
type clause struct {
	items   []dayItem
	times   []clockTime
	part    daypart
	counted bool // the text says how often: every week, weekly
	unit    unit
	every   int
	adverb  bool // "daily", not "every day": days may follow the times
	monthly bool
	ofMonth bool // "of the month", not "monthly" or "each month"
	months  uint16
	yearly  bool
	minutes []int  // minutes after each hour
	times24 int    // how many times, as the text says: twice a week
	said    string // where it says that
	except  uint8  // days of the week that it leaves out
	late    bool   // a time stands before "except"
	before  int    // how many times stood before what it names first: how often, or its days
	apart   bool   // times stand between these two: "daily at 8am and noon on Mondays"
	carried bool   // the first clause says how many times both come: twice a week
	joined  bool   // "and" or a comma stands before it
	added   bool   // and it is "and", not a comma
}

func newParser(r Reader, text string) *parser {
	tokens := withSessions(respelt(lex(text)))
	only := saysOnly(tokens)
	var asked *ambiguity
	if tokens = withoutIdle(tokens); r.OneDay {
		tokens, asked = withoutSession(withoutOrigin(daysLater(movedBy(tokens)), r.Near), r)
	}
	tokens, once := withoutOnce(tokens)
	pairs := slices.Contains([]string{"respectively", "respectivamente"}, last(tokens).text)
	if pairs {
		tokens = withoutEnding(tokens[:len(tokens)-1])
	}
	return &parser{cursor: cursor{tokens: tokens}, reader: r, now: r.now(), only: only, single: once, asked: asked, pairs: pairs, clauses: []clause{{}}}
}

// saysOnly reports whether "only" stands beside the days that it is about, "only on weekdays" or "Mondays
// only", or after them at the end of a text, behind a comma: ", weekdays only".
func saysOnly(tokens []token) bool {
	comma := 0
	for i, t := range tokens {
		if t.text == "," {
			comma = i
		}
		if i == 0 || !isOnly(t) {
			continue
		}
		p := parser{cursor: cursor{tokens: tokens, pos: i + 1}}
		p.skip("on", "los", "el")
		if _, days := p.dayNames(); days || isDow(at(tokens, i-1).text) {
			return true
		}
	}
	next := at(tokens, comma+1)
	return comma > 0 && !next.number && !isAnd(next.text) && slices.ContainsFunc(tokens[comma:], isOnly)
}

// isOnly reports whether a word says "only".
func isOnly(t token) bool {
	return slices.Contains([]string{"only", "solo", "solamente", "unicamente", "nomas"}, t.text)
}

func (p *parser) current() *clause { return &p.clauses[len(p.clauses)-1] }

// read goes through all tokens.
func (p *parser) read() error {
	for p.pos < len(p.tokens) {
		start := p.pos
		if err := p.step(); err != nil {
			return err
		}
		if p.pos == start {
			return p.unknown(start)
		}
	}
	if p.badDaypart {
		return mistake(`the time and the part of the day do not go together; write for example "every Monday at 9:00 AM"`)
	}
	return nil
}

// step reads what comes next. If it does not understand that, it does not move on.
func (p *parser) step() error {
	if !p.session && adds(p.tokens[p.pos:]) {
		return whichTimes()
	}
	if t := p.peek(0).text; isAnd(t) && t != "/" && !p.offsetFollows() || t == "/" && (!p.peek(1).number || !p.session && p.isTimeAt(1)) {
		p.and, p.added = true, p.added || t != ","
		p.pos++
		return nil
	}
	if p.dashBetween() {
		p.pos++
		return nil
	}
	for _, read := range []func() (bool, error){
		p.stepMonthSpan, p.stepBounds, p.stepTimes, p.stepLasting, p.stepManyDays, p.stepExcept, p.stepZone, p.stepOften, p.stepFarDay, p.stepRange, p.stepLength,
		p.stepHourly, p.stepSoon, p.stepFrequency, p.stepDays, p.stepTime, p.stepMark,
	} {
		start, bad := p.pos, p.badDaypart
		done, err := read()
		if err != nil {
			return err
		}
		if done {
			p.and, p.added = false, false
			return nil
		}
		p.pos, p.badDaypart = start, bad
	}
	c := p.current()
	each := c.counted && c.unit == dayUnit && c.every == 1 || len(c.items) > 0 && c.items[len(c.items)-1].every // every Monday of the year
	switch t := p.peek(0).text; {
	case each && p.skipWords("of the week", "de la semana", "of the year", "del ano"):
	case t == "at" || t == "@" || t == "las" || t == "la" && p.peek(1).num != 0:
		p.due = true
		p.spanishTime = t == "las" || t == "la"
		p.pos++
	case t == "a" && (p.areWords("a las", "a la") || isDow(p.peek(1).text) && c.counted && c.unit == weekUnit): // weekly on a Monday
		p.pos++
	case p.session && (t == "starting" || t == "beginning") && p.peek(1).text == "at" && len(p.current().times) == 0:
		p.pos++
	case p.skipWords("one time", "una sola vez", "una vez"), p.skipWords("once"):
		p.single = true
	case isFiller(t), isEvery(t) && slices.Contains([]string{"the", "los", "las"}, p.peek(1).text), t == "from" && p.peek(1).text != "":
		p.pos++
	}
	return nil
}

// adds reports whether a text begins with a length that is added to what stands before: "+1h", "+ 30m".
// "+17h" is another time, and so is "+ 11h".
func adds(tokens []token) bool {
	n := at(tokens, 1)
	minutes, unit := minutesOf(at(tokens, 2).text)
	return tokens[0].text == "+" && n.number && unit && (minutes != 60 || n.num <= earlyHours || n.glued && n.num <= 12)
}

// earlyHours is the last hour of the night. Where such an hour is told without "at" and minutes, as in
// "1h", it may be a length.
const earlyHours = 6

// dashBetween reports whether a dash separates days from their time, or from how often:
// "Mondays - 9am", "weekly - Monday".
func (p *parser) dashBetween() bool {
	c, next := p.current(), p.peek(1)
	_, adverb := adverbOf(next.text)
	switch {
	case p.peek(0).text != "-" || p.peek(0).glued != next.glued, p.from != nil && p.until == nil && isDow(next.text): // from tomorrow - Friday
		return false
	case !next.glued && (next.text == "at" && len(c.times) == 0 || goesOn(next.text)), adverb && len(c.times) > 0, c.counted && len(c.items) == 0 && isDow(next.text), // at 9 - weekly, weekly - Monday
		!next.glued && c.monthly && len(c.items) == 0 && placeOfMonth(p.tokens[p.pos+1:]): // monthly - first Friday
		return true
	case next.glued || len(c.items) > 0 == (len(c.times) > 0):
		return false
	}
	return len(c.times) > 0 && isDow(next.text) || len(c.times) == 0 && (next.number && p.isTimeAt(1) || next.text == "noon" || next.text == "at" || next.text == "a")
}

// placeOfMonth reports whether a text begins with a day of the month: "first Friday", "the 15th".
func placeOfMonth(tokens []token) bool {
	c := cursor{tokens: tokens}
	c.skip("the", "el", "on")
	_, which := whichOf(c.peek(0).text)
	return which || c.peek(0).ordinal
}

// goesOn reports whether a word begins what may follow a complete rule: its first or last day, or what it
// leaves out.
func goesOn(w string) bool {
	switch w {
	case "starting", "starts", "beginning", "until", "ending", "ends", "except", "empezando", "hasta", "excepto", "menos", "salvo":
		return true
	}
	return false
}

// stepTime reads a time, or several: "9am and 5pm".
func (p *parser) stepTime() (bool, error) {
	if p.peek(0).text == "las" || p.areWords("a las", "a la") || p.peek(0).text == "la" {
		p.spanishTime = true
	}
	c := p.current()
	due := p.due || p.and && len(c.times) > 0 || (len(c.items) > 0 || c.counted) && len(c.times) == 0 && p.lastIsDay()
	dated := !p.session && isHours(p.peek(1).text) && len(c.times) == 0 && len(c.items) > 0 && c.items[len(c.items)-1].date != nil // 24/12/26 10 hs
	t, ok := p.clock(due || dated)
	if !ok {
		return false, nil
	}
	if len(c.items) == 0 && !c.counted && len(c.times) == 0 && len(p.clauses) == 1 {
		p.timesFirst = true
	}
	c = p.clauseForTime()
	if p.ended && p.from != nil && p.until == nil && !p.and && len(c.times) > 0 && !p.timesFirst && !p.reader.stored {
		if slices.ContainsFunc(c.times, func(one clockTime) bool { return one.half == t.half && one.minutes() == t.minutes() }) {
			return true, nil // at 9am starting Dec 7 at 9am
		}
		return false, whichTimes() // at 9am starting Dec 7 at 10am
	}
	if n := len(c.times); n > 0 && !p.session && isHours(p.peek(-1).text) && !t.colon && t.hour <= earlyHours && t.minutes() < c.times[n-1].minutes() { // at 9am, 1h
		return false, whichTimes()
	}
	if len(c.times) > 0 && p.session && !p.and && t.bare() && t.colon && t.hour < earlyHours && p.length == 0 { // 6pm 1:30
		return false, noLength()
	}
	c.times = append(c.times, t)
	p.due = false
	return true, nil
}

// clauseForTime returns the clause that the next time belongs to: a new one if times stand before
// their days, and the last has both.
func (p *parser) clauseForTime() *clause {
	c := p.current()
	if p.timesFirst && (len(c.items) > 0 || c.counted) && len(c.times) > 0 {
		p.clauses = append(p.clauses, clause{joined: p.and})
	}
	return p.current()
}

// lastIsDay reports whether the text before is a day, or a day and its part: "Monday 9",
// "tomorrow morning 9".
func (p *parser) lastIsDay() bool {
	w := p.peek(-1).text
	_, ok := dowOf(w)
	_, part := daypartOf(w)
	named := isNearDay(w) || w == "mananas" || slices.Contains([]string{"daily", "everyday", "diario", "day", "weekday", "weekdays", "weekend", "weekends"}, w)
	return ok || named || part || p.peek(-1).text == "," && p.pos > 1
}

// stepMark reads what adds to a clause: a part of the day, months.
func (p *parser) stepMark() (bool, error) {
	c := p.current()
	of := p.peek(0).text == "of" || p.peek(0).text == "de" || p.peek(0).text == "del"
	if p.monthMark() {
		c.ofMonth = of && (c.ofMonth || !c.monthly)
		c.monthly = true
		for i := range c.items {
			c.items[i].monthly = true
		}
		return true, nil
	}
	every := isEvery(p.peek(0).text)
	if isMonth(p.peek(0).text) && pluralDow(p.peek(1).text) { // June Tuesdays, after other days
		c = p.clauseForDays()
	}
	if set, ok := p.monthList(); ok {
		c.months |= set
		c.yearly = c.yearly || every
		return true, nil
	}
	joined := p.peek(-1).text == "and" || p.peek(-1).text == "y" || p.peek(-1).text == "+"
	if d, ok := p.daypart(); ok && (joined || c.part != "" && c.part != d && len(c.times) == 0) {
		return false, whichTimes() // mañana y noche a las 9
	} else if ok && c.part == "" {
		c.part = d
		return true, nil
	}
	return false, nil
}

// clauseForDays returns the clause that the next days belong to: a new one if the last is
// complete.
func (p *parser) clauseForDays() *clause {
	c := p.current()
	complete := len(c.times) > 0 || len(c.minutes) > 0
	weekly := c.counted && c.unit > dayUnit
	waits := (weekly || c.adverb || c.times24 > 0) && (!p.and || weekly && !p.added) && len(c.items) == 0
	p.torn = p.torn || p.ended && len(c.items) > 0 // Mondays from January 4 and Thursdays
	if complete && waits && len(p.clauses) == 1 {  // twice a week at 9am, Tuesday and Thursday
		p.oftenFirst = p.oftenFirst || !p.timesFirst
		p.timesFirst = true
	}
	if !p.timesFirst && complete && !waits || p.fresh {
		p.torn = p.torn || p.ended
		p.clauses = append(p.clauses, clause{joined: p.and, added: p.added})
	}
	p.fresh = false
	return p.current()
}

// stepDays reads days of the week, of the month, or a date.
func (p *parser) stepDays() (bool, error) {
	start := p.pos
	every := false
	if p.peek(0).text == "once" && (p.peek(1).text == "every" || p.peek(1).text == "each") {
		p.pos++
	}
	for isEvery(p.peek(0).text) && !every {
		every = true
		p.pos++
		p.skip("of", "los", "las", "the", "single")
	}
	article := p.peek(0).text == "el" || p.peek(0).text == "on" || slices.Contains([]string{"el", "on", "del"}, p.peek(-1).text)
	switch {
	case p.badNth():
		return false, noWeeks()
	case p.fromTheEnd():
		return false, mistake(`days that are counted from the end of the month cannot be said in a rule; write "the last day of each month at 9:00 AM", or a number, such as "the 28th of each month at 9:00 AM"`)
	}
	mark := p.pos
	before := p.numbersOfMonth() // 24 y 31 de diciembre
	for _, read := range []func() (dayItem, bool){p.dateItem, p.monthEdge, p.nth, p.dom, p.dayNames} {
		item, ok := read()
		if !ok {
			p.pos, before = mark, nil
			continue
		}
		item.every, item.article = every, article
		if item.raw == "" || every {
			item.raw = rawOf(p.tokens[start:p.pos])
		}
		return takeDays(p, item, before, start)
	}
	if every {
		return p.eachDayAt()
	}
	return false, nil
}

// takeDays adds the days that were read since start to their clause, with the dates that are listed before and
// behind them.
func takeDays(p *parser, item dayItem, before []dateRef, start int) (bool, error) {
	c := p.clauseForDays()
	if item.every && c.every > 1 && len(c.items) > 0 {
		return false, p.whichDays(start) // every other Monday and every Wednesday
	}
	if noteApart(c, c.counted); len(c.items) == 0 && !c.counted {
		c.before = len(c.times)
	}
	for j := range before {
		c.items = append(c.items, dayItem{date: &before[j], raw: before[j].raw, every: item.every})
	}
	c.items = append(c.items, item)
	if item.date != nil {
		c.items = append(c.items, p.moreDates(*item.date)...)
		if item.date.part != "" {
			c.part = item.date.part
		}
	}
	p.due = false
	return true, nil
}

// eachDayAt reads the rest of "every morning", "cada noche", and of "every noon", whose time it
// leaves. With other days behind it, it is about those: "every morning, Monday to Friday".
func (p *parser) eachDayAt() (bool, error) {
	d, ok := p.everyDaypart()
	mark := p.pos
	_, noon := p.clockWord()
	if p.pos = mark; !ok && (!noon || p.peek(0).number) {
		return false, nil
	}
	c := p.clauseForDays()
	if c.part != "" { // every morning and every evening at 8
		return false, whichTimes()
	}
	c.part = d
	if noon {
		p.clockWord()
		p.skip(",", "de", "from")
		next := p.peek(0).text
		if p.pos = mark; len(c.items) == 0 && isDow(next) { // every noon, Monday to Friday
			return true, nil
		}
	}
	p.skip(",", "de", "from")
	from := saysAny(p.tokens[mark:p.pos], "from")
	if len(c.items) == 0 && isDow(p.peek(0).text) {
		here := p.pos
		item, _ := p.dayNames()
		if p.pos = here; !from || bits.OnesCount8(item.dow) > 1 { // but every evening from Monday on
			return true, nil
		}
	}
	p.pos = mark
	c.items = append(c.items, dayItem{days: days{dow: everyDow}, every: true, plural: true})
	return true, nil
}

// moreDates reads the days after "December 24" in "December 24, 25 and 26 at 10am".
func (p *parser) moreDates(first dateRef) (out []dayItem) {
	list := dateList{start: p.pos, rising: true, marked: true, last: first.date}
	for !first.relative() {
		next := p.afterAnd(0)
		t := p.peek(next)
		if next == 0 || !t.number || t.num < 1 || t.num > 31 || p.isTimeAt(next) || p.peek(next+1).text == "/" && p.peek(next+1).glued {
			break
		}
		list.add(t, p.peek(next-1).text)
		p.pos += next + 1
		d := first
		d.date, d.dow, d.raw = t.num, -1, t.raw
		out = append(out, dayItem{date: &d, raw: d.raw})
	}
	if len(out) > 0 && !(datesReader{p}).areDates(list) {
		p.pos = list.start
		return nil
	}
	return out
}

// fromTheEnd finds "2nd last day", "second to last day", "penúltimo día".
func (p *parser) fromTheEnd() bool {
	n := 0
	if isArticle(p.peek(0).text) {
		n++
	}
	switch w := p.peek(n); {
	case strings.HasPrefix(w.text, "penult"), strings.HasPrefix(w.text, "antepenult"):
		n++
	case w.ordinal && w.num > 1, slices.Contains([]string{"second", "third", "fourth", "fifth"}, w.text):
		n++
		if p.areWordsAt(n, "from", "before", "day from", "day before", "days from", "days before") { // the third day from the end
			return p.areWordsAt(n+1, "end", "the end", "from end", "from the end", "before end", "before the end")
		}
		for p.peek(n).text == "-" || p.peek(n).text == "to" {
			n++
		}
		if p.peek(n).text != "last" || w.num > 5 {
			return false
		}
		n++
	default:
		return false
	}
	return p.areWordsAt(n, "day", "days", "dia")
}

// everyDaypart reads the rest of "every morning", "cada noche", "todas las tardes".
func (p *cursor) everyDaypart() (daypart, bool) {
	if w := p.peek(0).text; w == "manana" || w == "mananas" {
		p.pos++
		return morning, true
	}
	d, ok := daypartOf(p.peek(0).text)
	if ok {
		p.pos++
	}
	return d, ok
}

func (p *parser) dateItem() (dayItem, bool) {
	if p.morning() {
		return dayItem{}, false
	}
	d, ok := p.date()
	if !ok {
		return dayItem{}, false
	}
	d = datesReader{p}.withWeekday(d)
	return dayItem{date: &d, raw: d.raw}, true
}

// morning reports whether "mañana" is the morning here: "por la mañana", "cada mañana".
func (p *parser) morning() bool {
	before := p.peek(-1).text
	return p.peek(0).text == "manana" && (before == "la" || isEvery(before))
}

// writtenAt returns a token with what was written for it; several words may stand for one: "x2" for "2 times".
func writtenAt(tokens []token, i int) token {
	t := tokens[i]
	for ; t.raw == "" && i > 0; i-- {
		t.raw = tokens[i-1].raw
	}
	return t
}
