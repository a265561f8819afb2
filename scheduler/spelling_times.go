package scheduler

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Hasty spellings of times and lengths.

// fraction reads parts of an hour or a day as minutes: "1/2 hour", "1½ hours", "1.25 hours",
// ".5 h".
func fraction(before, next []token) ([]token, int) {
	whole, i := 0, 0
	if n, joined := wholeAndPart(next); joined { // 1 and 1/2 days
		whole, i = n, 2
	} else if next[0].number && !next[0].ordinal && (at(next, 1).text == "½" || at(next, 1).text == "¼" || at(next, 1).text == "¾" || at(next, 2).text == "/" || at(next, 1).text == "." || at(next, 1).text == ",") {
		whole, i = next[0].num, 1
	}
	parts, taken := hundredths(next[i:], i == 1)
	if taken == 0 && i > 0 { // 1/2
		whole, i = 0, 0
		parts, taken = hundredths(next, false)
	}
	if taken == 0 || i == 0 && last(before).number && next[0].glued {
		return nil, 0
	}
	i += taken
	w := at(next, i).text
	unit, ok := minutesOf(w)
	if next[max(i-1, 0)].number && len(next[max(i-1, 0)].text) == 2 && next[i-2].text != "/" && (w == "h" || w == "hs" || clockStands(last(before).text) || parts%25 != 0) {
		return nil, 0 // 19.15h is a time
	}
	if !ok || unit != 60 && unit != dayMinutes || (whole*100+parts)*unit%100 != 0 || whole > 99 {
		return nil, 0
	}
	minutes := strconv.Itoa((whole*100 + parts) * unit / 100)
	return append(worded(minutes, next[:i]), token{text: "minutes", raw: next[i].raw, glued: next[i].glued, unit: unit}), i + 1
}

// wholeAndPart reports whether a fraction follows a number and "and": "1 and 1/2", "1 y ½".
func wholeAndPart(next []token) (whole int, ok bool) {
	n := next[0].num
	if !next[0].number {
		n, ok = numberWord(next[0].text)
	} else {
		ok = !next[0].ordinal
	}
	switch at(next, 1).text {
	case "and", "y", "&", "n", "+":
	default:
		return 0, false
	}
	if len(next) < 3 || next[2].text == "." || next[2].text == "," {
		return 0, false
	}
	_, part := hundredths(next[2:], false)
	return n, ok && part > 0
}

// hundredths reads a fraction of one, in hundredths: ½, 1/2, .25. A decimal point follows a
// number, or begins one.
func hundredths(t []token, afterNumber bool) (parts, taken int) {
	switch at(t, 0).text {
	case "½":
		return 50, 1
	case "¼":
		return 25, 1
	case "¾":
		return 75, 1
	case ".", ",":
		digits := at(t, 1)
		if !digits.number || !digits.glued || len(digits.text) > 2 || afterNumber != t[0].glued || t[0].text == "," && !afterNumber {
			return 0, 0
		}
		if len(digits.text) == 1 {
			return digits.num * 10, 2
		}
		return digits.num, 2
	}
	above, below := at(t, 0), at(t, 2)
	if !above.number || at(t, 1).text != "/" || !at(t, 1).glued || !below.glued || above.num >= below.num {
		return 0, 0
	}
	if below.num != 2 && below.num != 4 {
		return 0, 0
	}
	return above.num * 100 / below.num, 3
}

// speltNumber joins the two words of one number: "twenty-five", "treinta y cinco", "twenty
// first".
func speltNumber(before, next []token) ([]token, int) {
	tens, ok := numberWord(next[0].text)
	if !ok || tens < 20 || tens%10 != 0 {
		return nil, 0
	}
	i := 1
	_, unit := minutesOf(at(next, 3).text)
	if last(before).text == "las" { // a las veinte y cinco de la noche
		unit = isHours(at(next, 3).text)
	} else if at(next, 3).text == "de" {
		unit = true // veinte y cuatro de diciembre
	}
	if joint := at(next, 1).text; joint == "-" || joint == "y" && (tens > 20 || unit) {
		i = 2
	}
	if w := at(next, i).text; i == 1 || at(next, 1).text == "-" {
		if n, ok := ordinalWord(w); ok && n < 10 {
			t := worded(strconv.Itoa(tens+n), next[:i+1])
			t[0].ordinal = true
			return t, i + 1
		}
	}
	ones, ok := numberWord(at(next, i).text)
	if !ok || ones < 1 || ones > 9 || at(next, i).text == "once" {
		return nil, 0
	}
	return worded(next[0].text+"-"+next[i].text, next[:i+1]), i + 1
}

// speltClock takes the hyphen out of "seven-thirty", and the word for nothing out of "nine
// oh five". Hours above 12 need a word before them: "fifteen-twenty" may be anything.
func speltClock(before, next []token) ([]token, int) {
	hour, ok := numberWord(next[0].text)
	if !ok || hour < 1 || hour > 12 && (hour > 23 || !hourMayStand(before)) {
		return nil, 0
	}
	if at(next, 1).text == "-" && at(next, 2).text == "oh" && at(next, 3).text == "-" { // nine-oh-five
		apart := slices.Concat(next[:1], next[2:3], next[4:])
		if len(apart) > 2 {
			apart[2].glued = false
		}
		again, taken := speltClock(before, apart)
		return again, taken + 2*min(taken, 1)
	}
	minutes, ok := numberWord(at(next, 2).text)
	_, unit := minutesOf(at(next, 3).text)
	switch between := at(next, 1); {
	case !ok, hour > 12 && unit: // fifteen-twenty minutes
	case between.text == "-" && between.glued && at(next, 2).glued && minutes >= 10,
		(between.text == "oh" || between.text == "o") && minutes >= 1 && minutes <= 9:
		rest, taken := speltNumber(nil, next[2:])
		if taken == 0 {
			rest, taken = next[2:3], 1
		}
		if minutes < 10 {
			rest = worded("zero-"+next[2].text, next[1:3])
		}
		rest = slices.Clone(rest)
		rest[0].glued = false
		return append([]token{next[0]}, rest...), 2 + taken
	}
	return nil, 0
}

// hourMayStand reports whether an hour may follow what stands before it: "at", a day, or nothing.
func hourMayStand(before []token) bool {
	w := last(before).text
	f, adverb := adverbOf(w)
	return w == "" || isDow(w) || clockStands(w) || adverb && f.unit == dayUnit ||
		slices.Contains([]string{"day", "weekday", "weekdays", "weekend", "weekends", "dia", "dias", "tomorrow", "manana", "today", "hoy"}, w)
}

// hundredHours writes an hour as soldiers say it in digits: "nine hundred hours", "oh nine hundred".
func hundredHours(before, next []token) ([]token, int) {
	n := 0
	if w := next[0].text; w == "oh" || w == "zero" {
		n++
	}
	hour, ok := numberWord(at(next, n).text)
	if !ok || !hourMayStand(before) || hour > 23 || at(next, n+1).text != "hundred" {
		return nil, 0
	}
	if n += 2; isHours(at(next, n).text) {
		n++
	}
	return inDigits(fmt.Sprintf("%02d:00", hour), next[:n]), n
}

// zeroHour writes an hour with a zero before it in digits, "zero nine thirty" and "oh-nine-oh-five" as 09:30 and
// 09:05, "a las cero cinco" as 05: with the zero it is in the morning.
func zeroHour(before, next []token) ([]token, int) {
	c := cursor{tokens: next}
	if !hourMayStand(before) || !c.skipWords("zero", "oh", "cero") {
		return nil, 0
	}
	c.skip("-")
	hour, ok := numberWord(c.peek(0).text)
	if c.pos++; !ok || hour < 1 || hour > 9 {
		return nil, 0
	}
	if minutes, ok := minutesSpelt(&c); ok {
		return inDigits(fmt.Sprintf("%02d:%02d", hour, minutes), next[:c.pos]), c.pos
	}
	return worded("0"+strconv.Itoa(hour), next[:c.pos]), c.pos
}

// minutesSpelt reads the minutes behind an hour: "thirty", "forty-five", "oh five". It passes over nothing else.
func minutesSpelt(c *cursor) (minutes int, ok bool) {
	start := c.pos
	c.skip("-")
	zero := c.skipWords("zero", "oh", "o", "cero")
	if zero {
		c.skip("-")
	}
	minutes, ok = numberWord(c.peek(0).text)
	if !ok || zero != (minutes < 10) || minutes > 59 {
		c.pos = start
		return 0, false
	}
	c.pos++
	mark := c.pos
	c.skip("y", "-")
	if ones, more := numberWord(c.peek(0).text); more && minutes >= 20 && minutes%10 == 0 && ones >= 1 && ones < 10 {
		c.pos++
		return minutes + ones, true
	}
	c.pos = mark
	return minutes, true
}

// colonLength reads "for 1:30 hours", "1:30 hours before", "7pm 1:30h": a length with a colon.
func colonLength(before, next []token) ([]token, int) {
	minutes, unit := at(next, 2), at(next, 3)
	switch last(before).text {
	case "for", "lasting", "lasts", "takes", "por", "durante", "dura":
	default:
		timed := next[0].num >= 1 && next[0].num < earlyHours && (last(before).text == "pm" || last(before).num < 60 && at(before, len(before)-2).text == ":" && at(before, len(before)-3).num >= 13)
		if isHours(at(next, 7).text) && at(next, 5).text == ":" { // 7pm 1:30h 8:30h
			timed = false
		}
		if w := at(next, 4).text; w != "before" && w != "prior" && w != "antes" && !timed {
			return nil, 0
		}
	}
	if !next[0].number || at(next, 1).text != ":" || len(minutes.text) != 2 || minutes.num > 59 || !isHours(unit.text) {
		return nil, 0
	}
	return append(worded(strconv.Itoa(next[0].num*60+minutes.num), next[:3]), token{text: "minutes", raw: unit.raw, glued: unit.glued}), 4
}

// commaMinutes reads a comma or a blank in a time as a colon: "9,30", "8 30 pm", "6: 30 pm".
// What may be two hours, or a date and an hour, stays as it is.
func commaMinutes(before, next []token) ([]token, int) {
	sep, minutes := at(next, 1), at(next, 2)
	if sep.text == ":" && next[0].number && next[0].num <= 23 && len(minutes.text) == 2 && minutes.number && minutes.num < 60 && !(sep.glued && minutes.glued) { // 6: 30 pm
		sep.glued, minutes.glued = true, true
		return []token{next[0], sep, minutes}, 3
	}
	if w := last(before).text; !clockStands(w) && !isDow(w) && !isTo(w) && (w != "," && !isAnd(w) || !strings.HasPrefix(minutes.text, "0")) {
		return nil, 0
	}
	hours := 12 // Mondays at 9 12 pm
	if isDow(last(before).text) {
		hours = 23 // Monday 7 15 pm
	}
	half := at(next, 2).text
	ends := len(next) == 2 || lengthBehind(next[min(2, len(next)):])
	alone := ends && !isTo(last(before).text) && sep.num%5 == 0 && (sep.num > 25 || sep.num == 25 && !isDow(last(before).text)) // Mondays at 9 30, but Friday 12 25
	zero := ends && sep.text == "00" && !isTo(last(before).text)                                                                // Monday 9 00
	if sep.number && !sep.glued && next[0].number && next[0].num > 0 && zero {
		return []token{next[0], {text: ":", glued: true}, {text: sep.text, raw: sep.raw, num: 0, number: true, glued: true}}, 2
	}
	if sep.number && !sep.glued && sep.num > hours && sep.num < 60 && next[0].number && next[0].num >= 1 && next[0].num <= 12 && (half == "am" || half == "pm" || alone) {
		return []token{next[0], {text: ":", glued: true}, {text: sep.text, raw: sep.raw, num: sep.num, number: true, glued: true}}, 2
	}
	if !next[0].number || next[0].num > 23 || sep.text != "," || !sep.glued || !minutes.glued || len(minutes.text) != 2 || !minutes.number {
		return nil, 0
	}
	if minutes.num < 24 && minutes.num > 0 && minutes.text[0] != '0' || minutes.num > 59 {
		return nil, 0
	}
	return []token{next[0], {text: ":", raw: sep.raw, glued: true}, minutes}, 3
}

// bothHalves reads one hour in both halves of the day, "8:30 am/pm", "8 am & pm", as two times.
func bothHalves(before, next []token) ([]token, int) {
	first, second := next[0].text, at(next, 2).text
	halves := first == "am" && second == "pm" || first == "pm" && second == "am"
	n := len(before) - 1
	if n > 1 && at(before, n-1).text == ":" {
		n -= 2
	}
	if !halves || !isAnd(at(next, 1).text) || !at(before, n).number || !last(before).number || at(next, 3).number {
		return nil, 0
	}
	again := slices.Clone(before[n:])
	for i := range again {
		again[i].raw = ""
	}
	return slices.Concat(next[:1], []token{{text: "and", raw: next[1].raw}}, again, next[2:3]), 3
}

// gluedTo reads am or pm and "to" in one word, between two hours: "9pmto8am".
func gluedTo(before, next []token) ([]token, int) {
	w := next[0].text
	if !next[0].glued || !last(before).number || !at(next, 1).number || !at(next, 1).glued || len(w) < 3 || w[1] != 'm' || w[0] != 'a' && w[0] != 'p' || !isTo(w[2:]) {
		return nil, 0
	}
	return worded(w[:2]+" "+w[2:], next[:1]), 1
}

// lengthBehind reports whether a text is only how long a session takes: ", 90 minutes", "for an hour".
func lengthBehind(tokens []token) bool {
	c := cursor{tokens: tokens}
	c.skip(",", "-", "for", "por", "durante")
	_, ok := c.amount()
	return ok && c.pos == len(tokens)
}

// clockStands reports whether a time follows the word.
func clockStands(w string) bool { return w == "at" || w == "@" || w == "las" || w == "la" }

// endOfDay reads 24:00 and "at 24h" as midnight, and "las 12 m" as noon.
func endOfDay(before, next []token) ([]token, int) {
	if next[0].text == "12" && at(next, 1).text == "m" && last(before).text == "las" { // meridiano
		return worded("mediodia", next[:2]), 2
	}
	hours := isHours(at(next, 1).text)
	switch {
	case next[0].text == "24" && at(next, 1).text == ":" && at(next, 2).text == "00" && at(next, 2).glued:
		return worded("midnight", next[:3]), 3
	case !clockStands(last(before).text) || next[0].text != "2400" && (next[0].text != "24" || len(next) > 1 && !hours):
		return nil, 0
	case hours:
		return worded("midnight", next[:2]), 2
	}
	return worded("midnight", next[:1]), 1
}
