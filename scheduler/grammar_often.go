package scheduler

import (
	"slices"
	"strings"
	"time"
)

// stepBounds reads "starting December 7", "from ... to ...", "until ...", "for 6 weeks".
func (p *parser) stepBounds() (bool, error) {
	if done, err := p.betweenDates(); done || err != nil {
		return done, err
	}
	for _, opening := range p.openings() {
		if opening.words[0] != p.peek(0).text || !p.areWords(opening.words...) {
			continue
		}
		mark := p.pos
		p.pos += len(opening.words)
		if !opening.until && p.fromNow() {
			return true, nil
		}
		d, ok := p.relativeBound()
		if !ok {
			p.skip("on", "from", "del", "el", "the", "in", "en")
			d, ok = p.endOfPeriod(opening.until)
		}
		if !ok {
			d, ok = p.date()
		}
		if !ok {
			d, ok = p.dayOfLaterMonth()
		}
		if !ok {
			d, ok = p.monthAlone(opening.until)
		}
		if !ok {
			p.pos = mark
			continue
		}
		return true, p.bound(d, opening.until)
	}
	return p.stepLasting()
}

// fromNow passes over "now" after "from", which is where every rule begins.
func (p *parser) fromNow() bool {
	for _, words := range [][]string{{"now", "on"}, {"now"}, {"ahora", "en", "adelante"}, {"ahora"}, {"this", "point", "on"}} {
		if p.areWords(words...) {
			p.pos += len(words)
			return true
		}
	}
	return false
}

// relativeBound reads "in 2 weeks" after "starting".
func (p *parser) relativeBound() (dateRef, bool) {
	start := p.pos
	d, ok := p.relativeDate()
	if !ok {
		p.pos = start
		return dateRef{}, false
	}
	d.raw = rawOf(p.tokens[start:p.pos])
	return d, true
}

// betweenDates reads "between December 1 and December 24".
func (p *parser) betweenDates() (bool, error) {
	start := p.pos
	if w := p.peek(0).text; w != "between" && w != "entre" {
		return false, nil
	}
	p.pos++
	p.skip("el")
	first, ok := p.date()
	next := p.afterAnd()
	p.pos += next
	p.skip("el")
	last, more := p.date()
	if !ok || !more || next == 0 {
		p.pos = start
		return false, nil
	}
	if err := p.bound(first, false); err != nil {
		return false, err
	}
	return true, p.bound(last, true)
}

// endOfPeriod reads "the end of the year", "fin de mes" after "until".
func (p *parser) endOfPeriod(until bool) (dateRef, bool) {
	start := p.pos
	p.skip("the", "el")
	switch p.peek(0).text {
	case "end", "fin", "final", "finales":
		p.pos++
	default:
		return dateRef{}, false
	}
	p.skip("of", "del", "de", "the", "this", "este", "el")
	year, month, _ := dateOf(p.today())
	switch p.peek(0).text {
	case "year", "ano":
		month = time.December
	case "month", "mes":
	default:
		if d, ok := p.monthAlone(true); ok && until {
			return d, true
		}
		until = false
	}
	if !until {
		p.pos = start
		return dateRef{}, false
	}
	p.pos++
	return dateRef{day: dayNumber(year, month, daysIn(year, month)), dow: -1, raw: rawOf(p.tokens[start:p.pos])}, true
}

type opening struct {
	words []string
	until bool
}

// openings are the words that may open a bound here; none if the next word is no such.
func (p *parser) openings() []opening {
	w := p.peek(0).text
	out := make([]opening, 0, 4)
	switch w {
	case "as":
		out = append(out, opening{[]string{"as", "of"}, false})
	case "a":
		out = append(out, opening{[]string{"a", "partir", "de"}, false}, opening{[]string{"a", "partir", "del"}, false}, opening{[]string{"a", "contar", "del"}, false})
	case "up":
		out = append(out, opening{[]string{"up", "to"}, true}, opening{[]string{"up", "until"}, true})
	case "starting", "starts", "start", "beginning", "begins", "begin", "from", "effective", "desde", "empezando", "comenzando", "iniciando", "empieza", "comienza", "del":
		out = append(out, opening{[]string{w}, false})
	case "until", "till", "til", "through", "thru", "ending", "ends", "end", "hasta", "terminando":
		out = append(out, opening{[]string{w}, true})
	}
	if p.from != nil && p.until == nil && (w == "to" || w == "al" || w == "a" || w == "-") {
		out = append(out, opening{[]string{w}, true})
	}
	return out
}

// dayOfLaterMonth reads the first day of "del 1 al 24 de diciembre".
func (p *parser) dayOfLaterMonth() (dateRef, bool) {
	first := p.peek(0)
	if !first.number || first.num > 31 || p.peek(1).text != "al" && p.peek(1).text != "to" && p.peek(1).text != "-" {
		return dateRef{}, false
	}
	p.pos += 2
	mark := p.pos
	d, ok := p.date()
	if !ok || d.relative() {
		return dateRef{}, false
	}
	p.pos = mark - 1
	d.date, d.dow = first.num, -1
	return d, true
}

// monthAlone reads "January" or "January 2027": its first day, or its last.
func (p *parser) monthAlone(last bool) (dateRef, bool) {
	p.skip("of", "de")
	month, ok := monthOf(p.peek(0).text)
	if !ok {
		return dateRef{}, false
	}
	start := p.pos
	p.pos++
	d := dateRef{month: month, date: 1, dow: -1}
	p.year(&d)
	if last {
		year := d.year
		if year == 0 {
			year = 2001 // 28 February; other years are not at stake without a year
		}
		d.date = daysIn(year, month)
	}
	d.raw = rawOf(p.tokens[start:p.pos])
	return d, true
}

func (p *parser) bound(d dateRef, until bool) error {
	at := &p.from
	if until {
		at = &p.until
	}
	if *at != nil {
		return mistake(`the first or the last day is said twice; write one, such as "every Monday at 9:00 AM, starting December 7, 2026, until March 1, 2027"`)
	}
	*at = &d
	return nil
}

// stepLasting reads "for 6 weeks", "durante 3 meses".
func (p *parser) stepLasting() (bool, error) {
	if w := p.peek(0).text; w != "for" && w != "durante" && w != "por" {
		return false, nil
	}
	ahead := 1
	if w := p.peek(1).text; w == "the" || w == "los" || w == "las" {
		ahead++
	}
	if w := p.peek(ahead).text; w == "next" || w == "proximas" || w == "proximos" {
		ahead++
	}
	n, ok := p.small(ahead)
	if w := p.peek(ahead).text; w == "a" {
		n, ok = 1, true
	}
	u, count, isUnit := unitOf(p.peek(ahead + 1).text)
	if !ok || !isUnit || n < 1 || u == dayUnit && p.session {
		return false, nil
	}
	switch u {
	case weekUnit:
		p.lasting = n * count * 7
	case monthUnit:
		p.lasting = -n * count
	default:
		p.lasting = n
	}
	p.pos += ahead + 2
	return true, nil
}

// stepExcept reads "except Sunday", "menos los domingos".
func (p *parser) stepExcept() (bool, error) {
	switch p.peek(0).text {
	case "except", "excluding", "but", "other", "without", "skipping", "skip", "excepto", "menos", "salvo", "a", "con", "pero", "sin":
	default:
		return false, nil
	}
	found := false
	for _, words := range [][]string{{"except", "for"}, {"except", "on"}, {"except"}, {"excluding"}, {"but", "not", "on"}, {"but", "not"}, {"but"}, {"other", "than"}, {"without"}, {"skipping"}, {"skip"},
		{"excepto"}, {"menos"}, {"salvo"}, {"a", "excepcion", "de"}, {"con", "excepcion", "de"}, {"pero", "no"}, {"sin"}} {
		if p.areWords(words...) {
			p.pos += len(words)
			found = true
			break
		}
	}
	if !found {
		return false, nil
	}
	for read := false; ; read = true {
		p.skip("the", "on", "el", "los", "en")
		if w := p.peek(0).text; isEvery(w) {
			p.pos++
		}
		item, ok := p.dayNames()
		if !ok && !read {
			return false, p.onlySkips()
		}
		if !ok {
			return true, nil
		}
		p.exceptDows |= item.dow
		next := p.afterAnd()
		mark := p.pos
		p.pos += next
		p.skip("the", "on", "el", "los", "en")
		_, more := p.dayNames()
		p.pos = mark
		if next == 0 || !more {
			return true, nil
		}
		p.pos += next
	}
}

func (p *parser) onlySkips() error {
	return mistake(`a rule leaves out days of the week only; dates and holidays on which the group does not meet belong to the group's skip dates`)
}

// stepZone refuses zones: a group has one.
func (p *parser) stepZone() (bool, error) {
	n := 0
	word := p.peek(0)
	switch word.text {
	case "est", "edt", "et", "cst", "cdt", "ct", "mst", "mdt", "mt", "pst", "pdt", "pt", "akst", "hst", "utc", "gmt", "bst", "cet", "cest", "eastern", "pacific", "central", "mountain", "z":
		n = 1
	case "hora":
		if next := p.peek(1).text; next == "del" || next == "de" {
			n = 2
		}
	}
	if n == 0 {
		n = p.placeTime()
	}
	if p.peek(1).text == "/" && p.peek(2).glued && word.text != "" && !word.number {
		for _, zone := range Zones() {
			if strings.HasPrefix(foldText(zone), word.text+"/"+p.peek(2).text) {
				n = 3
			}
		}
	}
	if n == 0 {
		return false, nil
	}
	if p.reader.Zone == "" {
		return false, mistake(`%s: a zone does not belong here, the group has one; leave it out`, clip(word.raw))
	}
	return false, mistake(`%s: a zone does not belong here; the times are those of the group's own zone, %s. Leave the zone out`, clip(rawOf(p.tokens[p.pos:min(p.pos+n, len(p.tokens))])), p.reader.Zone)
}

// placeTime is how many words of "New York time", "+02:00" stand here.
func (p *parser) placeTime() int {
	if p.offsetFollows() {
		return min(4, len(p.tokens)-p.pos)
	}
	if p.peek(1).text != "time" && p.peek(2).text != "time" && p.peek(3).text != "time" {
		return 0
	}
	for n := range 3 {
		t := p.peek(n)
		if t.text == "" || t.number || isFiller(t.text) || isEvery(t.text) || isAnd(t.text) || p.knows(t.text) || t.text == "at" || t.text == "a" {
			return 0
		}
		if p.peek(n+1).text == "time" {
			return n + 2
		}
	}
	return 0
}

// offsetFollows finds "+02:00", how far a clock is ahead of UTC.
func (p *parser) offsetFollows() bool {
	t := p.peek(1)
	return p.peek(0).text == "+" && t.number && t.glued && (len(t.text) == 4 || p.peek(2).text == ":" && p.peek(2).glued)
}

// stepOften refuses what falls due more than once an hour, or at no fixed time.
func (p *parser) stepOften() (bool, error) {
	ahead := 0
	switch w := p.peek(0).text; {
	case w == "hourly":
		return false, tooOften()
	case isEvery(w):
		ahead = 1
	default:
		return false, nil
	}
	if _, ok := p.small(ahead); ok && !p.peek(ahead).ordinal {
		ahead++
	} else if w := p.peek(ahead).text; w == "half" || w == "other" || w == "single" || w == "media" || w == "few" || w == "quarter" {
		ahead++
		if w := p.peek(ahead).text; w == "an" || w == "of" {
			ahead++
		}
	}
	switch p.peek(ahead).text {
	case "minute", "minutes", "min", "mins", "hour", "hours", "minuto", "minutos", "hora", "horas", "seconds":
	case "second", "segundo", "segundos":
		if p.peek(ahead+1).text != "" {
			return false, nil
		}
	default:
		return false, nil
	}
	if p.hourFollows() {
		return false, nil
	}
	switch p.peek(ahead).text {
	case "hours", "horas":
		return false, mistake(`so often is too often for a group; write the times, such as "every day at 9:00 AM and 5:00 PM"`)
	}
	return false, tooOften()
}

func (p *parser) hourFollows() bool {
	return p.areWords("every", "hour", "at", "minute") || p.areWords("cada", "hora", "en", "el", "minuto")
}

// stepHourly reads "every hour at minute 5 and 35".
func (p *parser) stepHourly() (bool, error) {
	if !p.hourFollows() {
		return false, nil
	}
	p.pos += 4
	p.skip("minuto")
	c := p.current()
	for {
		if t := p.peek(0); !t.number || t.num > 59 {
			return false, nil
		}
		c.minutes = append(c.minutes, p.peek(0).num)
		p.pos++
		if next := p.afterAnd(); next > 0 && p.peek(next).number {
			p.pos += next
			continue
		}
		slices.Sort(c.minutes)
		c.minutes = slices.Compact(c.minutes)
		return true, nil
	}
}

// stepSoon reads "in 2 hours", "dentro de 30 minutos": one moment, from now on.
func (p *parser) stepSoon() (bool, error) {
	switch {
	case p.areWords("dentro", "de"):
		p.pos += 2
	case p.peek(0).text == "in" || p.peek(0).text == "en":
		p.pos++
	default:
		return false, nil
	}
	terms := p.amounts()
	for _, t := range terms {
		if t.unit >= dayMinutes {
			return false, nil
		}
	}
	if len(terms) == 0 {
		return false, nil
	}
	lengths, err := p.sum(terms)
	if err != nil || len(lengths) != 1 {
		return false, err
	}
	if p.reader.stored {
		return false, mistake(`%s depends on the day it is read; write the date, such as December 24, 2026`, clip("in"))
	}
	soon := p.reader
	soon.clock, soon.Now = Civil{}, soon.Now.Add(time.Duration(lengths[0])*time.Minute)
	at := soon.now()
	c := p.clauseForDays()
	c.items = append(c.items, dayItem{date: &dateRef{day: at.day(), dow: -1}})
	c.times = append(c.times, clockTime{hour: int(at.minutes % dayMinutes / 60), minute: int(at.minutes % 60), exact: true})
	return true, nil
}

// stepFrequency reads how often: "every 2 weeks", "biweekly", "once a month", "yearly".
func (p *parser) stepFrequency() (bool, error) {
	start := p.pos
	f, ok, err := p.frequency()
	if !ok || err != nil {
		p.pos = start
		return false, err
	}
	c := p.current()
	complete := len(c.times) > 0 && (len(c.items) > 0 || c.counted)
	if !complete && len(c.items) > 0 && (f.every > 1 || c.every > 1) && p.daysFollow() {
		return false, p.whichDays(start)
	}
	if complete && (p.and && p.pos < len(p.tokens) || p.daysFollow()) && !p.timesFirst || p.fresh {
		p.clauses = append(p.clauses, clause{})
		p.fresh = false
		c = p.current()
	} else if complete && len(p.clauses) > 1 {
		return false, p.whichDays(start)
	}
	if c.counted && (c.unit != f.unit || c.every > 1 && f.every > 1) {
		if c.every > 1 || f.every > 1 {
			return false, mistake(`it says twice how often, in two ways; write one of them, such as "every 2 weeks on Monday at 9:00 AM"`)
		}
	}
	if c.counted && c.every > f.every {
		f.every, f.unit = c.every, c.unit
	}
	c.counted, c.unit, c.every, c.adverb = true, f.unit, f.every, f.adverb
	c.yearly = c.yearly || f.unit == monthUnit && f.every%12 == 0
	c.times24 = max(c.times24, f.times24)
	if f.part != "" {
		c.part = f.part
	}
	return true, nil
}

// whichDays refuses what was read since start: it may be about some of the days.
func (p *parser) whichDays(start int) error {
	return mistake(`it is not clear which of the days %s is about; write it before its days, or write one rule for each`, clip(rawOf(p.tokens[start:p.pos])))
}

// daysFollow reports whether days stand next.
func (p *parser) daysFollow() bool {
	mark := p.pos
	defer func() { p.pos = mark }()
	for isFiller(p.peek(0).text) || isEvery(p.peek(0).text) {
		p.pos++
	}
	for _, read := range []func() (dayItem, bool){p.dateItem, p.nth, p.dom, p.dayNames} {
		if _, ok := read(); ok {
			return true
		}
	}
	return false
}

// frequency is how often a clause comes.
type frequency struct {
	unit    unit
	every   int
	adverb  bool
	times24 int // how many times in the unit, if that was said
	part    daypart
}

func (p *parser) frequency() (frequency, bool, error) {
	if f, ok := adverbOf(p.peek(0).text); ok {
		p.pos++
		return f, true, nil
	}
	for _, words := range [][]string{{"a", "diario"}, {"every", "day"}, {"each", "day"}, {"all", "days"}} {
		if p.areWords(words...) {
			p.pos += len(words)
			return frequency{unit: dayUnit, every: 1, adverb: words[0] == "a"}, true, nil
		}
	}
	switch p.peek(0).text {
	case "bimonthly", "bimensual", "semimonthly", "bisemanal", "semiweekly":
		return frequency{}, false, mistake(`%s may mean two things; write which, such as "every 2 weeks on Monday at 9:00 AM" or "every 2 months on the 1st at 9:00 AM"`, clip(p.peek(0).raw))
	}
	if p.areWords("bi", "-", "weekly") || p.areWords("bi", "weekly") {
		p.pos += 2
		p.skip("weekly")
		return frequency{unit: weekUnit, every: 2, adverb: true}, true, nil
	}
	if f, ok := p.alternating(); ok {
		return f, true, nil
	}
	if f, ok := p.count(); ok {
		return f, true, nil
	}
	if p.peek(0).text == "once" && isEvery(p.peek(1).text) {
		p.pos++
	}
	return p.everyUnit()
}

func adverbOf(w string) (frequency, bool) {
	switch w {
	case "daily", "everyday", "diario", "diariamente":
		return frequency{unit: dayUnit, every: 1, adverb: true}, true
	case "nightly":
		return frequency{unit: dayUnit, every: 1, adverb: true, part: night}, true
	case "weekly", "semanal", "semanalmente":
		return frequency{unit: weekUnit, every: 1, adverb: true}, true
	case "biweekly", "fortnightly", "quincenal", "quincenalmente":
		return frequency{unit: weekUnit, every: 2, adverb: true}, true
	case "yearly", "annually", "anual", "anualmente":
		return frequency{unit: monthUnit, every: 12, adverb: true}, true
	}
	return frequency{}, false
}

// alternating reads "alternate Mondays", "un lunes sí y otro no", "una semana sí y otra
// no". The weekday is left to be read as a day.
func (p *parser) alternating() (frequency, bool) {
	biweekly := frequency{unit: weekUnit, every: 2}
	p.skip("on", "in")
	if p.peek(0).text == "alternate" || p.peek(0).text == "alternating" {
		p.pos++
		p.skip("weeks", "week")
		return biweekly, true
	}
	if p.areWords("semanas", "alternas") || p.areWords("semana", "alterna") {
		p.pos += 2
		return biweekly, true
	}
	if _, ok := dowOf(p.peek(0).text); ok && (p.peek(1).text == "alternos" || p.peek(1).text == "alterno") {
		p.swap(1)
		return biweekly, true
	}
	if f, ok := p.porMedio(); ok {
		return f, true
	}
	if p.peek(0).text != "un" && p.peek(0).text != "una" {
		return frequency{}, false
	}
	n := 2
	if p.peek(n).text != "si" {
		return frequency{}, false
	}
	n++
	for isAnd(p.peek(n).text) {
		n++
	}
	if w := p.peek(n).text; w != "otro" && w != "otra" && w != p.peek(0).text {
		return frequency{}, false
	}
	n++
	if p.peek(n).text == p.peek(1).text {
		n++
	}
	if p.peek(n).text != "no" {
		return frequency{}, false
	}
	unitWord := p.peek(1)
	if _, ok := dowOf(unitWord.text); ok {
		p.pos += n
		p.tokens = slices.Clone(p.tokens)
		p.tokens[p.pos] = unitWord
		return biweekly, true
	}
	u, count, ok := unitOf(unitWord.text)
	p.pos += n + 1
	return frequency{unit: u, every: 2 * count}, ok
}

// porMedio reads "semana por medio", "lunes de por medio": every other one.
func (p *parser) porMedio() (frequency, bool) {
	n := 1
	if p.peek(n).text == "de" {
		n++
	}
	if p.peek(n).text != "por" || p.peek(n+1).text != "medio" {
		return frequency{}, false
	}
	if _, ok := dowOf(p.peek(0).text); ok {
		p.tokens = slices.Clone(p.tokens)
		p.tokens[p.pos+n+1] = p.peek(0)
		p.pos += n + 1
		return frequency{unit: weekUnit, every: 2}, true
	}
	u, count, ok := unitOf(p.peek(0).text)
	p.pos += n + 2
	return frequency{unit: u, every: 2 * count}, ok
}

// swap takes the token ahead as read, and leaves the one before it.
func (p *parser) swap(ahead int) {
	p.tokens = slices.Clone(p.tokens)
	p.tokens[p.pos], p.tokens[p.pos+ahead] = p.tokens[p.pos+ahead], p.tokens[p.pos]
	p.pos++
}

// count reads "once a week", "twice a month", "3 times a week", "dos veces al mes".
func (p *parser) count() (frequency, bool) {
	n, ahead := 0, 1
	switch p.peek(0).text {
	case "once":
		n = 1
	case "twice":
		n = 2
	case "thrice":
		n = 3
	default:
		var ok bool
		n, ok = p.small(0)
		if w := p.peek(1).text; !ok || w != "times" && w != "vez" && w != "veces" {
			return frequency{}, false
		}
		ahead = 2
	}
	if f, ok := adverbOf(p.peek(ahead).text); ok && f.every == 1 || ok && f.unit == monthUnit {
		p.pos += ahead + 1
		f.times24 = n
		return f, true
	}
	switch p.peek(ahead).text {
	case "a", "an", "per", "each", "every", "por", "al", "cada":
		ahead++
	default:
		return frequency{}, false
	}
	if p.peek(ahead).text == "la" {
		ahead++
	}
	u, every, ok := unitOf(p.peek(ahead).text)
	if !ok {
		return frequency{}, false
	}
	p.pos += ahead + 1
	return frequency{unit: u, every: every, adverb: true, times24: n}, true
}

// everyUnit reads "every week", "every other Monday", "every 2 weeks", "cada 15 días",
// "every second week". A weekday is left to be read as a day.
func (p *parser) everyUnit() (frequency, bool, error) {
	if !isEvery(p.peek(0).text) {
		return frequency{}, false, nil
	}
	p.pos++
	p.skip("los", "las")
	n, raw, mark := 1, p.peek(0), p.pos
	if w := raw.text; w == "other" || w == "alternate" || w == "otro" || w == "otra" {
		n = 2
		p.pos++
		p.skip("second")
	} else if number, ok := p.small(0); ok && raw.text != "un" && raw.text != "una" {
		n = number
		p.pos++
	} else if which, ok := p.whichWord(); !ok || which < 2 || which > 5 && !raw.ordinal {
		p.pos = mark
	} else {
		if u, count, isUnit := unitOf(p.peek(0).text); isUnit {
			p.pos++
			if u == dayUnit && (p.monthFollows() || raw.ordinal && p.chooseAbout(byOrdinal, raw.raw) == 1) {
				return frequency{}, false, nil // every 3rd day of the month
			}
			if u == dayUnit && p.tercerDia(raw.text) {
				return frequency{}, false, mistake(`%s may mean two things; write which, such as "every 2 days at 9:00 AM" or "every 3 days at 9:00 AM"`, clip("cada "+raw.raw+" día"))
			}
			n = which
			if raw.ordinal {
				n = raw.num
			}
			return frequency{unit: u, every: n * count}, true, nil
		}
		return frequency{}, false, nil
	}
	if n < 1 || n > 99 {
		return frequency{}, false, nil
	}
	if _, ok := dowOf(p.peek(0).text); ok && n > 1 {
		return frequency{unit: weekUnit, every: n}, true, nil
	}
	u, count, ok := unitOf(p.peek(0).text)
	if ok && u == dayUnit && p.peek(1).number && n == 1 && p.peek(0).text != "day" {
		return frequency{}, false, nil // cada día 15
	}
	if _, kinds := p.dayKinds(); kinds {
		return frequency{}, false, nil
	}
	p.pos++
	switch {
	case ok && u == dayUnit && (n == 15 || n == 8) && strings.HasPrefix(p.tokens[p.pos-1].text, "dia"):
		// In Spanish, 15 days are two weeks and 8 days are one, where a weekday is named.
		if p.anyDow() {
			return frequency{unit: weekUnit, every: n / 7}, true, nil
		}
	case ok && u == monthUnit && count == 1 && n == 1:
		p.current().monthly = true
	}
	return frequency{unit: u, every: n * count}, ok, nil
}

func (p *parser) tercerDia(w string) bool { return w == "tercer" || w == "tercero" }

// anyDow reports whether a weekday is named anywhere.
func (p *parser) anyDow() bool {
	return slices.ContainsFunc(p.tokens, func(t token) bool { _, ok := dowOf(t.text); return ok })
}
