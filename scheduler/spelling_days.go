package scheduler

import (
	"cmp"
	"slices"
	"strings"
)

// Hasty spellings of days of the week.

// initials reads days by their first letters: "M, W, F", "L/Mi/V", "M-W-F", "L-V y S". An M among
// Spanish days may be Tuesday or Wednesday, and stays as it is. A dash is from one day to another only
// behind Monday and over several days, as in "M-F"; three days or more with nothing but dashes are a list.
func initials(before, next []token) ([]token, int) {
	_, unit := minutesOf(next[0].text)
	if last(before).number && unit || len(next[0].text) > 2 || next[0].glued { // 30 m, 10 m
		return nil, 0
	}
	end, listed := runOfInitials(next)
	spanish := slices.ContainsFunc(next[:end], func(t token) bool { return strings.Contains("lxjv", t.text) && len(t.text) == 1 })
	x := slices.ContainsFunc(next[:end], func(t token) bool { return t.text == "x" }) // X is miércoles, so M is martes
	out := slices.Clone(next[:end])
	single, read := false, 0
	for i, t := range out {
		if isAnd(t.text) || isTo(t.text) {
			if t.text == "-" && listed {
				out[i].text = ","
			}
			continue
		}
		day := dayOfInitial(t.text, spanish)
		if t.text == "m" && x {
			day = "martes"
		}
		if day == "" && t.text != "m" { // S among English days
			break
		}
		if slices.ContainsFunc(out[:i], func(o token) bool { return o.text == day }) {
			return nil, 0
		}
		out[i].text = cmp.Or(day, t.text)
		single, read = single || len(t.text) == 1, i+1
	}
	if !single || read < 2 {
		return nil, 0
	}
	return out[:read], read
}

// runOfInitials returns how many tokens days by their initials take, and whether dashes between them
// only list them. Fewer than two days are none.
func runOfInitials(next []token) (end int, listed bool) {
	isDay := func(i int) bool {
		w := at(next, i).text
		behindRange := i > 1 && (next[i-2].text == "-" || next[i-2].text == "a")
		return (dayOfInitial(w, false) != "" || dayOfInitial(w, true) != "") && !(w == "d" && behindRange && at(next, i+1).number) // L-V d 9 a 10
	}
	days, joined, spans, lists := 0, 0, 0, 0 // signs between days: "and", from-to, dashes that may stand for either
	for i := 0; isDay(i); days++ {
		i++
		end = i
		sign, w := at(next, i), next[i-1].text
		dash := sign.text == "-" && sign.glued == at(next, i+1).glued
		span := (w == "m" || w == "l") && slices.Contains([]string{"th", "f", "j", "v", "s", "d"}, at(next, i+1).text)
		for isAnd(at(next, i).text) {
			i++
		}
		to := isTo(sign.text) && sign.text != "-"
		if i == end && isDay(i+1) && (dash && (joined == 0 || span) || to) {
			i++
		}
		switch {
		case i == end || !isDay(i):
		case dash && !span:
			lists++
		case dash || to:
			spans++
		default:
			joined++
		}
	}
	listed = lists > 0 && days > 2 && lists+spans == days-1 && joined == 0
	if days < 2 || lists > 0 && !listed { // M-W, F
		return 0, false
	}
	return end, listed
}

// dashedDays reads three days or more with dashes as a list: "mon-wed-fri". Two are from one to
// the other.
func dashedDays(before, next []token) ([]token, int) {
	n := 0
	for n < len(next) && isDow(next[n].text) {
		n++
		if at(next, n).text != "-" || !isDow(at(next, n+1).text) {
			break
		}
		n++
	}
	if n < 5 || last(before).text == "-" {
		return nil, 0
	}
	out := slices.Clone(next[:n])
	for i := 1; i < n; i += 2 {
		out[i].text = ","
	}
	return out, n
}

// nthBehind moves ordinals before the weekday that they follow: "Fridays (2nd & 4th)", "martes primero
// y tercero". One ordinal may be a date, and so may those with a month behind them, or numbers: "Friday
// 4th and 5th".
func nthBehind(before, next []token) ([]token, int) {
	start := 1
	if pluralDow(next[0].text) && at(next, 1).text == "," { // Tuesdays, 2nd and 4th
		start++
	}
	end, count, numbers := start, 0, false
	for n := start; isDow(next[0].text); {
		w := at(next, n)
		_, which := whichOf(w.text)
		if !which && (!w.ordinal || w.num > 5) {
			break
		}
		end, count, numbers = n+1, count+1, numbers || !which
		for n++; isAnd(at(next, n).text); n++ {
		}
		if n == end {
			break
		}
	}
	of := at(next, end).text
	if of == "of" || of == "de" || of == "in" || of == "en" {
		of = at(next, end+1).text
	}
	if count < 2 || isMonth(of) || isDow(of) || numbers && !monthly(before, next, end) {
		return nil, 0
	}
	return slices.Concat(next[start:end], next[:1]), end
}

// monthly reports whether the numbers behind a weekday, up to n, are no dates: "Fridays 2nd and 4th",
// "every Friday ...", "Friday (2nd and 4th)", "Friday ... of each month".
func monthly(before, next []token, n int) bool {
	w := last(before).text
	rest := cursor{tokens: next, pos: n}
	return pluralDow(next[0].text) || isEvery(w) || w == "los" || next[1].opened ||
		rest.areWords("of month", "of the month", "a month", "al mes", "of each month", "of every month", "each month", "every month", "del mes", "de cada mes", "cada mes")
}

// dayOfInitial is the day of a letter or two in a list of days, if it is one day.
func dayOfInitial(w string, spanish bool) string {
	english, letter := map[string]string{"m": "monday", "t": "tuesday", "w": "wednesday", "f": "friday"}[w]
	if !spanish && letter {
		return english
	}
	if spanish && len(w) == 1 {
		return map[string]string{"l": "lunes", "x": "miercoles", "j": "jueves", "v": "viernes", "s": "sabado", "d": "domingo"}[w]
	}
	if isDow(w) && len(w) == 2 {
		return w
	}
	return ""
}

// gluedInitials writes three days or more by their initials, without anything between them, as a list: "MTWTh",
// "LMV". An M among Spanish days may be Tuesday or Wednesday, and stays as it is.
func gluedInitials(before, next []token) ([]token, int) {
	all := daysOfInitials(before, next[0])
	if len(all) < 3 {
		return nil, 0
	}
	var out []token
	for _, day := range all {
		out = append(out, day, token{text: ","})
	}
	return out[:len(out)-1], 1
}

// daysOfInitials returns the days of a word that is nothing but their initials, in the order of the week; none if
// it is another word.
func daysOfInitials(before []token, word token) []token {
	if word.glued || len(word.text) > 12 || isDow(word.text) {
		return nil
	}
	english := []initial{{"mo", "monday"}, {"m", "monday"}, {"tu", "tuesday"}, {"th", "thursday"}, {"t", "tuesday"}, {"t", "thursday"}, {"we", "wednesday"}, {"w", "wednesday"},
		{"r", "thursday"}, {"fr", "friday"}, {"f", "friday"}, {"sa", "saturday"}, {"su", "sunday"}}
	spanish := []initial{{"lu", "lunes"}, {"l", "lunes"}, {"ma", "martes"}, {"mi", "miercoles"}, {"x", "miercoles"}, {"ju", "jueves"}, {"j", "jueves"}, {"vi", "viernes"}, {"v", "viernes"},
		{"sa", "sabado"}, {"s", "sabado"}, {"do", "domingo"}, {"d", "domingo"}}
	if strings.ContainsRune(word.text, 'x') || strings.Contains(word.text, "mm") {
		spanish = append(spanish, initial{"m", "martes"}, initial{"m", "miercoles"})
	} else {
		spanish = append(spanish, initial{"m", "m"})
	}
	all := daysInOrder(word.text, english)
	if len(all) == 0 {
		all = daysInOrder(word.text, spanish)
	}
	if w := last(before).text; len(all) < 3 && w != "" && w != "on" && w != "los" && w != "the" && !isEvery(w) { // Mondays at 9am MT
		return nil
	}
	return all
}

// initial is the first letters of a day. The day is "m" where that may be Tuesday or Wednesday.
type initial struct{ letters, day string }

// place is where the day stands in the week, from Monday on.
func (i initial) place() int {
	dow, named := dowOf(i.day)
	if !named {
		return 1 // behind Monday, before Thursday
	}
	return int(dow+6) % 7
}

// daysInOrder returns the days of a word, each behind the one before; none if there is anything else in it.
func daysInOrder(word string, all []initial) (out []token) {
	place := -1
	for word != "" {
		i := slices.IndexFunc(all, func(one initial) bool { return strings.HasPrefix(word, one.letters) && one.place() > place })
		if i < 0 {
			return nil
		}
		place, word = all[i].place(), word[len(all[i].letters):]
		out = append(out, token{text: all[i].day, raw: strings.ToUpper(all[i].letters)})
	}
	return out
}
