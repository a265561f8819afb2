package scheduler

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// ParseLength reads how long something takes: "90 minutes", "1.5 hours" or "una hora y media", up to 60
// days, and as Go writes it, "1h30m0s".
func ParseLength(s string) (time.Duration, bool) {
	if len(s) > maxTyped {
		return 0, false
	}
	if d, err := time.ParseDuration(strings.ToLower(strings.TrimSpace(s))); err == nil {
		return d, d > 0
	}
	p := newParser(Reader{}, s)
	p.session = true // a session has one length, not several
	terms := p.amounts()
	if len(terms) == 0 || p.pos != len(p.tokens) {
		return 0, false
	}
	all, err := p.sum(terms)
	if err != nil || len(all) != 1 || p.open != nil {
		return 0, false
	}
	return time.Duration(all[0]) * time.Minute, true
}

// ParseDays reads a length in days, weeks, months or years: "400d", "2 weeks", "un mes". A year is
// twelve months.
func ParseDays(s string) (months, days int, ok bool) {
	if len(s) > maxTyped {
		return 0, 0, false
	}
	p := newParser(Reader{}, s)
	n, ok := p.small(0)
	switch long, err := strconv.Atoi(p.peek(0).text); {
	case p.peek(0).text == "a":
		n, ok = 1, true
	case err == nil && len(p.peek(0).text) == 5: // 36500d; in a rule, no number is as long
		n, ok = long, true
	}
	kind, count, isUnit := unitOf(p.peek(1).text)
	if p.peek(1).text == "d" {
		kind, count, isUnit = dayUnit, 1, true
	}
	switch {
	case !ok || !isUnit || n < 1 || len(p.tokens) != 2:
		return 0, 0, false
	case kind == monthUnit:
		return n * count, 0, true
	case kind == weekUnit:
		count *= 7
	}
	return 0, n * count, true
}

// term is one amount of time: 90 minutes.
type term struct {
	minutes, unit int
	joined        bool // "and" or a comma stands before it
	implied       bool // the unit stands with the next: "24 and 2 hours"
	said          int  // the unit of a fraction as it was written: 60 in "1.5 hours"
}

// amount reads one amount: "90 minutes", "half an hour", "1h30", "una hora y media",
// "1.5 hours".
func (p *cursor) amount() (term, bool) {
	start := p.pos
	t, ok := p.amountWords()
	if !ok {
		p.pos = start
		t, ok = p.amountNumber()
	}
	if !ok {
		p.pos = start
	}
	return t, ok
}

func (p *cursor) amountWords() (term, bool) {
	minutes, ok := p.meant([]meaning{
		{"half an hour", 30}, {"a half hour", 30}, {"half hour", 30}, {"media hora", 30},
		{"a quarter of an hour", 15}, {"quarter of an hour", 15}, {"a quarter hour", 15}, {"quarter hour", 15},
		{"un cuarto de hora", 15}, {"cuarto de hora", 15}, {"tres cuartos de hora", 45},
		{"an hour and a half", 90}, {"hour and a half", 90}, {"hr and a half", 90}, {"one and a half hours", 90},
		{"three quarters of an hour", 45}, {"una hora y media", 90}, {"hora y media", 90}, {"hora y cuarto", 75}, {"half a day", 12 * 60}, {"medio dia", 12 * 60},
	})
	return term{minutes: minutes, unit: 1}, ok
}

func (p *cursor) amountNumber() (term, bool) {
	n, ok := p.small(0)
	if w := p.peek(0).text; w == "a" || w == "an" {
		n, ok = 1, true
	}
	if !ok {
		return term{}, false
	}
	p.pos++
	fraction := 0 // tenths
	if dot := p.peek(0).text; (dot == "." || dot == ",") && p.peek(0).glued && p.peek(1).glued && p.peek(1).number && len(p.peek(1).text) == 1 {
		fraction = p.peek(1).num
		p.pos += 2
	}
	if p.peek(0).text == "-" {
		p.pos++
	}
	if p.areWords("and a half") { // two and a half hours
		if _, isUnit := minutesOf(p.peek(3).text); isUnit && fraction == 0 {
			fraction = 5
			p.pos += 3
		}
	}
	unit, ok := minutesOf(p.peek(0).text)
	if !ok || n*unit > 60*dayMinutes || fraction*unit%10 != 0 || n == 0 && fraction == 0 {
		return term{}, false
	}
	p.pos++
	t := term{minutes: n*unit + fraction*unit/10, unit: unit, said: cmp.Or(p.peek(-1).unit, unit)}
	if next := p.peek(0); unit == 60 && next.number && next.num < 60 && (next.glued || p.loneMinutes()) { // 1h30
		t.minutes, t.unit = t.minutes+p.peek(0).num, 1
		p.pos++
		p.skip("m")
		p.skip("min")
	} else if n, spelt := numberWord(next.text); spelt && unit == 60 && n >= 10 && n < 60 && (p.peek(1).text == "" || p.peek(1).text == "before" || p.peek(1).text == "antes") { // una hora treinta
		t.minutes, t.unit = t.minutes+n, 1
		p.pos++
	} else if n := p.andPart(unit); n > 0 {
		t.minutes, t.unit = t.minutes+n, 1
	}
	return t, true
}

// andPart reads the part of an hour or of a day in "an hour and a half", "una hora y cuarto",
// "un día y medio", in minutes.
func (p *cursor) andPart(unit int) int {
	if unit != 60 && unit != dayMinutes {
		return 0
	}
	if parts, ok := p.meant([]meaning{{"y media", 2}, {"y medio", 2}, {"y 1 / 2", 2}, {"and 1 / 2", 2}, {"y ½", 2}, {"and ½", 2}, {"and a half", 2}, {"y cuarto", 4}, {"and a quarter", 4}}); ok {
		return unit / parts
	}
	return 0
}

// loneMinutes reports whether the number that stands next is the minutes of "1 h 15".
func (p *cursor) loneMinutes() bool {
	t, after := p.peek(0), p.peek(1)
	_, unit := minutesOf(after.text)
	return len(t.text) == 2 && !unit && !after.number && !after.glued && after.text != ":" && !isAnd(after.text) && after.text != "am" && after.text != "pm"
}

// amounts reads one or several: "2 hours 30 minutes", "24 hours and 1 hour".
func (p *cursor) amounts() []term {
	var out []term
	for {
		mark := p.pos
		joined := p.afterAnd(0) > 0
		p.pos += p.afterAnd(0)
		t, ok := p.amount()
		if n, isNumber := p.small(0); !ok && isNumber && n > 0 {
			next := p.afterAnd(1)
			if another, more := p.small(next + 1); next > 0 && more && another > 0 && (p.peek(1).text != "/" || another > 12) { // "24 and 2 hours", "24/48 hours", not 1/3
				p.pos++
				t, ok = term{minutes: n, implied: true}, true
			}
		}
		if !ok {
			p.pos = mark
			return impliedUnits(out)
		}
		t.joined = joined && len(out) > 0
		out = append(out, t)
	}
}

// impliedUnits gives amounts without a unit the unit of the next amount: "2 or 3 hours".
func impliedUnits(terms []term) []term {
	for i := len(terms) - 1; i >= 0; i-- {
		if !terms[i].implied {
			continue
		}
		if i == len(terms)-1 {
			return nil
		}
		terms[i].said = cmp.Or(terms[i+1].said, terms[i+1].unit)
		terms[i].unit = terms[i].said
		terms[i].minutes *= terms[i].unit
	}
	return terms
}

// sum decides whether amounts in a row are one length, "2 hours 30 minutes", or several.
func (p *parser) sum(terms []term) ([]int, error) {
	if len(terms) == 1 {
		return []int{terms[0].minutes}, nil
	}
	all, total, falling, anyJoined, carries := []int{}, 0, true, false, false
	for i, t := range terms {
		all = append(all, t.minutes)
		total += t.minutes
		falling = falling && (i == 0 || t.unit < terms[i-1].unit && !terms[i-1].implied)
		anyJoined = anyJoined || t.joined
		carries = carries || i > 0 && t.minutes >= terms[i-1].unit // 1 hour (60 minutes)
	}
	hours := terms[0].unit == 60 && len(terms) == 2 && terms[1].minutes < 60 && terms[0].minutes < 12*60
	switch {
	case falling && !carries && (!anyJoined || hours || p.session): // a session has one length
		return []int{total}, nil
	case !falling && compound(terms) && !p.reader.stored:
		if p.choose(bySum, "") == 2 {
			return all, nil
		}
		return joinTerms(terms), nil
	case !falling:
		return all, nil
	}
	choice := p.choose(bySum, "")
	if choice == 2 {
		return all, nil
	}
	return []int{total}, nil
}

// compound reports whether two neighbours among several amounts may be one: "24 hours, 2 hours
// and 15 minutes".
func compound(terms []term) bool {
	for i := 1; i < len(terms); i++ {
		if terms[i].unit < terms[i-1].unit && terms[i].minutes < terms[i-1].unit && !terms[i-1].implied {
			return true
		}
	}
	return false
}

// joinTerms joins neighbouring amounts that may be one.
func joinTerms(terms []term) []int {
	var out []int
	for i, t := range terms {
		if i > 0 && t.unit < terms[i-1].unit && t.minutes < terms[i-1].unit && !terms[i-1].implied {
			out[len(out)-1] += t.minutes
			continue
		}
		out = append(out, t.minutes)
	}
	return out
}
