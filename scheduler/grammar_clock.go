package scheduler

import "strings"

// clockTime is a time of day as a person wrote it.
type clockTime struct {
	hour, minute int
	half         string // am, pm, midnight, or empty
	colon        bool   // has minutes, as in 9:00
	exact        bool   // written as on a 24-hour clock: 09, 0900, 18, 9h
	raw          string
}

// daypart is a part of the day, which decides between morning and evening hours.
type daypart string

const (
	morning   daypart = "morning"
	afternoon daypart = "afternoon"
	evening   daypart = "evening"
	night     daypart = "night"
	dawn      daypart = "dawn" // madrugada
	laterHalf daypart = "pm"   // Monday PM at 7
)

func daypartOf(w string) (daypart, bool) {
	switch w {
	case "morning", "mornings":
		return morning, true
	case "afternoon", "afternoons", "tarde", "tardes":
		return afternoon, true
	case "evening", "evenings", "eve", "eves":
		return evening, true
	case "night", "nights", "noche", "noches":
		return night, true
	case "madrugada":
		return dawn, true
	}
	return "", false
}

// daypart reads "in the morning", "de la tarde", "at night", "morning".
func (p *cursor) daypart() (daypart, bool) {
	start, at := p.pos, p.peek(0).text == "at"
	if p.skipWords("in the", "at", "de la", "por la", "en la", "a la", "por las", "en las") {
		if d, ok := p.everyDaypart(); ok && (!at || d == night) {
			return d, true
		}
		p.pos = start
	}
	d, ok := daypartOf(p.peek(0).text)
	if isDow(p.peek(-1).text) {
		switch p.peek(0).text {
		case "am":
			d, ok = morning, true
		case "pm":
			d, ok = laterHalf, true
		}
	}
	if ok {
		p.pos++
	}
	return d, ok
}

// half returns the half of the day that an hour of a 12-hour clock belongs to in this part of
// the day: am, pm, or nothing if they contradict each other or it is not clear.
func (d daypart) half(hour int) string {
	switch {
	case d == morning && hour >= 1 && hour <= 11, d == dawn && (hour >= 1 && hour <= 6 || hour == 12):
		return "am"
	case d == laterHalf && hour >= 1 && hour <= 12, d == afternoon && (hour == 12 || hour <= 8), d == evening && hour >= 4 && hour <= 11, d == night && hour >= 6 && hour <= 11:
		return "pm"
	}
	return ""
}

// clock reads one time of day. It takes a bare number for a time only if due is set.
func (p *parser) clock(due bool) (clockTime, bool) {
	start := p.pos
	for _, article := range []string{"a", "at", "@", "las", "la", "al", "el", "los"} { // "a las", "a la", "al"
		if (article == "el" || article == "los" || article == "al") && p.peek(1).number && (article != "al" || !p.isTimeAt(1)) {
			continue // el 15 is a day, and del 1 al 15 are several
		}
		if p.peek(0).text == article && p.pos-start < 3 {
			p.pos++
			due = true
		}
	}
	t, ok := p.clockWord()
	if !ok {
		t, ok = p.clockPast()
	}
	if !ok {
		t, ok = p.clockNumber(due)
	}
	if !ok {
		p.pos = start
		return clockTime{}, false
	}
	t.raw = rawOf(p.tokens[start:p.pos])
	return t, true
}

// clockWord reads noon and midnight.
func (p *cursor) clockWord() (clockTime, bool) {
	start := p.pos
	if p.peek(0).num == 12 || p.peek(0).text == "twelve" || p.peek(0).text == "doce" {
		p.pos++
		switch {
		case p.skipWords("de la noche"):
			return clockTime{exact: true, half: "midnight"}, true
		case p.skipWords("del dia"), endsMorning(p.tokens[:start]) && p.skipWords("de la manana"):
			return clockTime{hour: 12, exact: true}, true
		}
		if p.peek(0).text == "del" || p.peek(0).text == "de" {
			p.pos++
		}
	}
	w := p.peek(0).text
	p.pos++
	switch w {
	case "noon", "midday", "mediodia":
		return clockTime{hour: 12, exact: true}, true
	case "medio":
		if p.peek(0).text == "dia" {
			p.pos++
			return clockTime{hour: 12, exact: true}, true
		}
	case "media":
		if p.peek(0).text == "noche" {
			p.pos++
			return clockTime{exact: true, half: "midnight"}, true
		}
	case "midnight", "medianoche":
		return clockTime{exact: true, half: "midnight"}, true
	}
	p.pos = start
	return clockTime{}, false
}

// endsMorning reports whether an hour and "to" stand at the end: in "de 10 a 12 de la mañana", 12 is noon.
func endsMorning(tokens []token) bool {
	i := len(tokens) - 1
	if at(tokens, i).text == "las" {
		i--
	}
	return isTo(at(tokens, i).text) && at(tokens, i-1).number && at(tokens, i-1).num >= 6 && at(tokens, i-1).num < 12
}

// clockPast reads "half past nine", "quarter to six pm", "ten past 9", "five of nine".
func (p *parser) clockPast() (clockTime, bool) {
	start, digits := p.pos, p.peek(0).number && p.peek(1).text != "minutes"
	minutes, ok := minutesBeside(p)
	before := false
	if ok {
		before, ok = sideOfHour(p, minutes, digits)
	}
	t := clockTime{}
	if ok {
		if t, ok = p.clockWord(); !ok {
			t, ok = p.clockNumber(true)
		}
	}
	switch {
	case !ok || t.minute != 0 || t.colon:
		p.pos = start
		return clockTime{}, false
	case before:
		return t.earlier(minutes), true
	}
	t.minute = minutes
	return t, true
}

// minutesBeside reads the minutes that are told beside an hour: "half", "quarter", "un cuarto para", "ten".
func minutesBeside(p *parser) (minutes int, ok bool) {
	p.skip("a")
	switch w := p.peek(0).text; w {
	case "half":
		minutes = 30
	case "quarter":
		minutes = 15
	case "cuarto", "un":
		p.skip("un")
		if minutes = 15; p.peek(0).text != "cuarto" || p.peek(1).text != "para" {
			return 0, false
		}
	default:
		if minutes, ok = p.small(0); !ok || minutes > 30 {
			return 0, false
		}
		if w == "cuatro" && p.peek(1).text == "para" && p.choose(byQuarter, "") == 2 {
			minutes = 15
		}
	}
	p.pos++
	p.skip("minutes", "minutos")
	return minutes, true
}

// sideOfHour reads the word between minutes and their hour: "to", "past", "para las". It fails if the text
// may as well be from one hour to another: "9 to 5".
func sideOfHour(p *parser, minutes int, digits bool) (before, ok bool) {
	unit, w, next := p.peek(-1).text, p.peek(0).text, p.peek(1)
	_, half := p.small(0)
	_, hour := p.small(1)
	para := w == "para" && (next.text == "las" || next.text == "la")
	of := w == "of" && (unit == "quarter" || hour && minutes%5 == 0 && (!digits || clockStands(p.peek(-2).text)))
	before = w == "to" || w == "before" || para || of || unit == "quarter" && (w == "til" || w == "till")
	switch {
	case half && unit == "half": // half nine, as the British say half past nine
		return false, true
	case !before && w != "past" && w != "after":
		return false, false
	}
	p.pos++
	if para {
		p.pos++
	}
	noon := next.text == "noon" || next.text == "midnight" || next.text == "midday"
	span := digits && (minutes <= 23 || minutes%5 != 0) && (next.number || noon) || !digits && minutes%5 != 0
	return before, !before || para || of || !span
}

// earlier returns the time so many minutes before the full hour.
func (t clockTime) earlier(minutes int) clockTime {
	if t.half == "midnight" {
		t.half = ""
	}
	switch {
	case t.half != "" && t.hour == 12: // quarter to 12 pm is still in the morning
		t.half = map[string]string{"am": "pm", "pm": "am"}[t.half]
		t.hour = 11
	case t.hour == 1 && !t.exact:
		t.hour = 12
	default:
		t.hour = (t.hour + 23) % 24
	}
	t.minute = 60 - minutes
	return t
}

// clockNumber reads "9", "9:30", "9.30", "0900", "18h30", "9 y media", "nine thirty",
// and am, pm or a part of the day after it.
func (p *parser) clockNumber(due bool) (clockTime, bool) {
	start := p.pos
	first := p.peek(0)
	hour, ok := p.small(0)
	if !ok || hour > 2400 || first.text == "once" && (p.peek(1).text == "at" || p.peek(1).text == "on") { // English: one time
		return clockTime{}, false
	}
	p.pos++
	t := clockTime{hour: hour, exact: first.number && len(first.text) == 2 && first.text[0] == '0'}
	sure := false
	if first.number && len(first.text) == 4 {
		if t.hour, t.minute = hour/100, hour%100; !due && !isHours(p.peek(0).text) && hour >= 2000 { // may be a year
			p.pos = start
			return clockTime{}, false
		}
		t.colon, t.exact, sure = true, true, true
	} else if minute := hour % 100; first.number && len(first.text) == 3 && hour >= 100 && minute < 60 {
		t.hour, t.minute, t.colon = hour/100, minute, true // 630pm
	} else {
		if first.number && len(first.text) > 2 {
			p.pos = start
			return clockTime{}, false
		}
		sure = p.clockMinutes(&t, first)
	}
	sure = p.clockMarks(&t, due || sure) || sure
	if !sure && !due || !t.valid() {
		p.pos = start
		return clockTime{}, false
	}
	return t, true
}

func isOClock(w string) bool { return w == "o'clock" || w == "oclock" }

// isClockMark reports whether clockMarks reads the word, alone or with others.
func isClockMark(w string) bool {
	_, part := daypartOf(w)
	return part || isOClock(w) || isHours(w) || w == "punto"
}

func isHours(w string) bool {
	switch w {
	case "h", "hs", "hrs", "hr", "hours", "horas":
		return true
	}
	return false
}

// clockMinutes reads what follows an hour: minutes, or a word that marks a time. It reports
// whether the number is certainly a time.
func (p *parser) clockMinutes(t *clockTime, first token) bool {
	sep, minutes := p.peek(0), p.peek(1)
	two := minutes.number && len(minutes.text) == 2 && minutes.num < 60 && minutes.glued
	switch {
	case (sep.text == ":" || sep.text == ".") && sep.glued && two && first.number:
		if after := p.peek(2); after.text == "." && after.glued && p.peek(3).number {
			return false // 24.12.2026
		}
		t.minute, t.colon = minutes.num, true
		p.pos += 2
		return true
	case sep.text == "," && sep.glued && two && first.number && !t.exact && minutes.num >= 10 && minutes.num < 24 && !isAnd(p.peek(2).text) && !p.isTimeAt(1):
		if p.choose(byMinutes, first.raw+sep.raw+minutes.raw) == 2 {
			return false // 9,15: two hours
		}
		t.minute, t.colon = minutes.num, true
		p.pos += 2
		return true
	case minutesApart(p, first):
		if p.choose(byMinutes, first.raw+" "+sep.raw+" "+minutes.raw) == 2 {
			return false // at 8 10 am: two hours
		}
		t.minute, t.colon = sep.num, true
		p.pos++
		return true
	case sep.text == "h" && sep.glued && two:
		t.minute, t.colon, t.exact = minutes.num, true, true
		p.pos += 2
		return true
	case sep.text == "y" || sep.text == "con":
		return p.clockY(t)
	case sep.text == "menos":
		n, ok := p.small(1)
		if minutes.text == "cuarto" || minutes.text == "cuatro" && p.choose(byQuarter, minutes.raw) == 2 {
			n, ok = 15, true
		}
		if ok && n < 60 && n > 0 {
			*t = t.earlier(n)
			p.pos += 2
			return true
		}
	case !sep.glued:
		return p.clockSpelt(t)
	}
	return false
}

// minutesApart reports whether 10, 11 or 12 behind an hour and before am or pm may be its minutes: "at 8 10 am".
func minutesApart(p *parser, hour token) bool {
	t, half := p.peek(0), p.peek(1).text
	return hour.number && hour.num < 13 && len(hour.text) < 3 && t.number && !t.glued && t.num >= 10 && t.num <= 12 && (half == "am" || half == "pm") && clockStands(p.peek(-2).text) && !p.session && !p.reader.stored
}

// clockY reads the minutes of "9 y media", "9 y cuarto", "9 y 20".
func (p *parser) clockY(t *clockTime) bool {
	switch w := p.peek(1); {
	case w.text == "media":
		t.minute = 30
	case w.text == "cuarto":
		t.minute = 15
	default:
		n, ok := p.small(1)
		if w.text == "cuatro" && p.spanishTime && p.choose(byQuarter, w.raw) == 2 {
			n = 15
		}
		next := p.peek(2)
		marked := next.text == ":" || n <= 12 && (next.text == "am" || next.text == "pm") || isHours(next.text) || next.text == "."
		minutes := n > 12 && (next.text == "am" || next.text == "pm" || p.areWordsAt(2, "de la")) // 6 y 30 pm
		if !ok || n < 1 || n > 59 || marked || p.peek(0).text == "y" && !p.spanishTime && !minutes {
			return false
		}
		if before := p.peek(-2).text; len(p.current().times) > 0 && before != "las" && before != "la" {
			return false // a las 9, 14 y 18
		}
		if n > 12 && n < 24 && n%5 != 0 && p.choose(byMinutes, t.raw) == 2 {
			return false // a las 9 y 17
		}
		t.minute = n
	}
	p.pos += 2
	return true
}

// clockSpelt reads the minutes of "nine thirty", "9 treinta", "nine forty-five".
func (p *parser) clockSpelt(t *clockTime) bool {
	w := p.peek(0).text
	n, ok := numberWord(w)
	_, unit := minutesOf(p.peek(1).text)
	if !ok || n < 10 && !strings.HasPrefix(w, "zero-") || n > 59 || unit || w == "once" && !p.spanishTime {
		return false
	}
	p.pos++
	t.minute = n
	return true
}

// clockMarks reads am, pm, o'clock, hours and the part of the day. It reports whether there was
// one of them.
func (p *parser) clockMarks(t *clockTime, due bool) bool {
	marked := false
	for {
		next := p.peek(0)
		switch {
		case (next.text == "am" || next.text == "pm") && t.half == "":
			t.half, marked = next.text, true
			p.pos++
			continue
		case p.skipWords("o'clock", "oclock", "en punto"):
			marked = true
			continue
		case isHours(next.text) && (due || next.glued || next.text == "h"):
			t.exact = t.exact || t.hour > 12 || next.text != "horas" && next.text != "hours"
			marked = true
			p.pos++
			continue
		}
		if t.hour == 12 && p.skipWords("del mediodia", "de mediodia", "mediodia", "del dia", "noon", "midday") {
			t.exact = true
			p.badDaypart = p.badDaypart || t.half == "am"
			return true
		}
		mark := p.pos
		d, ok := p.daypart()
		if !ok {
			return marked
		}
		if half := d.half(t.hour); half != "" && (t.half == "" || t.half == half) {
			t.half, marked = half, true
			continue
		}
		if t.hour >= 13 && d.half(t.hour-12) == "pm" {
			marked = true
			continue
		}
		p.pos = mark
		p.badDaypart = true
		return marked
	}
}

func (t clockTime) valid() bool {
	if t.half == "am" || t.half == "pm" {
		return t.hour >= 1 && t.hour <= 12 && t.minute < 60
	}
	return t.hour <= 23 && t.minute < 60
}

// unclear reports whether the time may be in the morning or in the afternoon, because it is
// from 1 to 6.
func (t clockTime) unclear() bool {
	return t.half == "" && !t.exact && t.hour >= 1 && t.hour <= 6
}

// bare reports whether nothing says which half of the day a time is in.
func (t clockTime) bare() bool { return t.half == "" && !t.exact && t.hour >= 1 && t.hour <= 12 }

// eitherHalf reports whether the person must say which half of the day is meant, because a
// group may well meet or be reminded then in either. That is so before 8 o'clock, for sessions
// before 9, and for any hour if Reader.Later is set. If the reader's clock has 24 hours, 7:30
// is in the morning.
func (t clockTime) eitherHalf(p *parser) bool {
	until := 7
	if p.session {
		until = 8
	}
	early := t.hour <= until && !(t.colon && p.reader.speech().hours24())
	return t.unclear() || t.bare() && (p.reader.Later || early)
}

// minutes is the time in minutes after midnight.
func (t clockTime) minutes() int {
	hour := t.hour
	switch t.half {
	case "am":
		hour %= 12
	case "pm":
		hour = hour%12 + 12
	}
	return hour*60 + t.minute
}

// inHalf returns the time in the half of the day that was chosen.
func (t clockTime) inHalf(half string) clockTime {
	t.half = half
	return t
}

// noSuchTime refuses a time that no clock shows, if the word at an index is one: 25:00, 9:60, 13pm.
func noSuchTime(p *parser, at int, word token) error {
	for at > 0 && !p.tokens[at].number && p.tokens[at].glued {
		at--
	}
	c := cursor{tokens: p.tokens, pos: at}
	half := c.peek(1).text
	colon := half == ":" && c.peek(1).glued && c.peek(2).number
	if colon {
		half = c.peek(3).text
	}
	p.pos = at
	if _, ok := p.clock(true); ok && (!colon || p.pos > at+1) { // 5pm-ish
		return nil
	}
	marked := half == "am" || half == "pm"
	if before := c.peek(-1); before.number || before.text == ":" && c.peek(0).glued { // Monday 7 15 pm, 10:00:30
		return nil
	}
	if !c.peek(0).number || c.peek(0).ordinal || !colon && !marked && !(clockStands(c.peek(-1).text) && c.peek(0).num > 24 && (half == "" || isHours(half) || knows(half))) {
		return nil
	}
	if said := c.peek(3); marked && !said.glued && colon {
		word.raw += " " + said.raw
	}
	return mistake(`there is no time %s; write for example "every Monday at 9:00 AM"`, clip(strings.TrimRight(word.raw, ",;")))
}
