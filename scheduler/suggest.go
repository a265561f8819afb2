package scheduler

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a menu that every platform can show: the number of entries, and their letters.
const (
	mostOffers   = 25
	longestOffer = 75
)

// Suggest returns up to 25 rules for what a person has typed so far, the most likely first, in
// the language that was typed or, if that may be either, in the reader's. Reader.Rule reads
// every one of them.
func (r Reader) Suggest(typed string) []string {
	if len(typed) > maxTyped {
		return nil
	}
	r.Locale = r.localeOf(typed)
	r.clock = r.now() // many texts are tried: the zone is read once
	s := suggestions{reader: r, rules: map[string]bool{}}
	s.whole(typed)
	s.goOn(typed)
	s.likely(typed)
	return s.texts
}

// suggestions collects what to offer.
type suggestions struct {
	reader Reader
	rules  map[string]bool // texts that were already added
	texts  []string
}

func (s *suggestions) full() bool { return len(s.texts) >= mostOffers }

// add offers a text if it is a rule that can be read.
func (s *suggestions) add(text string) {
	if s.full() || s.rules[text] {
		return
	}
	one := s.reader
	one.trial = true
	if rule, err := one.Rule(text); err == nil {
		if text = rule.Text(s.reader.Locale); !s.rules[text] && utf8.RuneCountInString(text) <= longestOffer {
			s.rules[text] = true
			s.texts = append(s.texts, text)
		}
	}
}

// whole offers what was typed, if that is a rule, or the rules that it may mean.
func (s *suggestions) whole(typed string) {
	_, err := s.reader.Rule(typed)
	var wrong *Mistake
	if err == nil {
		s.add(typed)
	} else if errors.As(err, &wrong) {
		for _, offer := range wrong.Offers {
			s.add(offer)
		}
	}
}

// goOn completes the last word and adds what may follow: "first mon" becomes "the first Monday
// of each month at 9:00 AM".
func (s *suggestions) goOn(typed string) {
	const mostWords, most = 8, 15
	if strings.TrimSpace(typed) == "" {
		return
	}
	before, last := cutLast(typed)
	if !begun(before) {
		return
	}
	var beginnings []string
	if begun(last) {
		beginnings = append(beginnings, typed)
	}
	if folded := foldText(last); folded != "" {
		for _, word := range s.words() {
			if len(beginnings) < mostWords && strings.HasPrefix(foldText(word), folded) && len(word) > len(last) {
				beginnings = append(beginnings, before+word)
			}
		}
	}
	for _, ending := range s.endings() {
		for _, b := range beginnings {
			if len(s.texts) < most {
				s.add(strings.TrimRight(b, " ") + ending)
			}
		}
	}
}

// begun reports whether rules may contain all words of a text.
func begun(text string) bool {
	for _, t := range lex(text) {
		if len(t.text) > 2 && !t.number && !t.ordinal && !isRuleWord(t.text) {
			return false
		}
	}
	return true
}

func isRuleWord(w string) bool {
	_, which := whichOf(w)
	_, number := numberWord(w)
	_, month := monthOf(w)
	_, minutes := minutesOf(w)
	_, _, period := unitOf(w)
	_, daypart := daypartOf(w)
	return which || number || month || minutes || period || daypart || isDow(w) || isSession(w) || isEvery(w) || isFiller(w) || isAnd(w) ||
		slices.Contains(englishWords(), w) || slices.Contains(spanishWords(), w)
}

func cutLast(s string) (before, last string) {
	i := strings.LastIndexByte(s, ' ') + 1
	return s[:i], s[i:]
}

// words lists the words with which a rule can go on in the reader's language.
func (s *suggestions) words() []string {
	if s.reader.speech().isSpanish() {
		days, months := spanishDays(), spanishMonths()
		return slices.Concat(days[:], []string{"semanas", "sesión", "mes", "mañana", "día", "días", "minutos", "horas", "antes", "primer", "segundo", "tercer", "último", "próximo"}, months[:])
	}
	days, months := englishDays(), englishMonths()
	return slices.Concat(days[1:], days[:1], []string{"weekday", "weekend", "weeks", "session", "month", "tomorrow", "minutes", "hours", "before", "other", "first", "second", "third", "last", "next"}, months[:])
}

// endings lists what may follow a beginning, the most likely first.
func (s *suggestions) endings() []string {
	if s.reader.speech().isSpanish() {
		return []string{
			" a las 9:00 a. m.", " de cada mes a las 9:00 a. m.", " 9:00 a. m.", " a. m.", " p. m.", " a las 12:00 p. m.", " a las 6:00 p. m.", " las 9:00 a. m.",
			" de cada sesión", " antes de cada sesión", " minutos antes de cada sesión", " cada sesión", " sesión", " lunes a las 9:00 a. m.", " el lunes a las 9:00 a. m.", " los lunes a las 9:00 a. m.",
			" semanas el lunes a las 9:00 a. m.", " lunes de cada mes a las 9:00 a. m.", " día de cada mes a las 9:00 a. m.", " mes a las 9:00 a. m.", " 1 a las 9:00 a. m.",
		}
	}
	return []string{
		" at 9:00 AM", " of each month at 9:00 AM", " 9:00 AM", " AM", " PM", " at 12:00 PM", " at 6:00 PM",
		" each session", " before each session", " minutes before each session", " session", " of each session", " on Monday at 9:00 AM", " Monday at 9:00 AM",
		" weeks on Monday at 9:00 AM", " Monday of each month at 9:00 AM", " day of each month at 9:00 AM", " of the month at 9:00 AM", " month at 9:00 AM", " 1 at 9:00 AM",
	}
}

// likely offers rules that groups often use, if their words begin with the typed ones.
func (s *suggestions) likely(typed string) {
	words := typedWords(typed)
	var onDays []string // the typed words that are about days
	for _, w := range words {
		if w[0] < '0' || w[0] > '9' {
			onDays = append(onDays, w)
		}
	}
	onDays = slices.DeleteFunc(onDays, func(w string) bool { return w == "a" || w == "p" || w == "am" || w == "pm" || w == "m" || w == ":" })
	times := likelyTimes()
	var all []days
	for _, d := range s.templates() {
		rule := ruleOf(part{days: d, times: times[:1]})
		if completes(s.searchable(rule.Describe(s.reader.Locale), times[0]), onDays) {
			all = append(all, d)
		}
	}
	for i, minute := range times {
		for _, d := range all {
			s.offer(ruleOf(part{days: d, times: []int{minute}}), minute, words)
		}
		if i == 0 {
			for _, l := range []Lead{{-15, false}, {-30, false}, {-60, false}, {-120, false}, {-dayMinutes, false}, {}, {AfterEnd: true}} {
				s.offer(leadsOf(l), minute, words)
			}
		}
		if s.full() {
			return
		}
	}
}

// offer adds a rule if its words begin with the typed ones.
func (s *suggestions) offer(rule Rule, minute int, words []string) {
	if s.full() {
		return
	}
	text := rule.Describe(s.reader.Locale)
	if !s.rules[text] && utf8.RuneCountInString(text) <= longestOffer && completes(s.searchable(text, minute), words) {
		s.rules[text] = true
		s.texts = append(s.texts, text)
	}
}

// templates are days of every kind.
func (s *suggestions) templates() []days {
	today := s.reader.now().day()
	out := []days{{dow: everyDow}, {dow: workingDows}}
	for i := range 7 {
		out = append(out, days{dow: 1 << ((i + 1) % 7)})
	}
	monday, _ := days{dow: 1 << 1}.next(today + 1)
	return append(out,
		days{dow: 1 << 1, unit: weekUnit, every: 2, from: monday},
		days{nth: [7]uint8{1: 1 << 1}}, days{nth: [7]uint8{5: lastOne}},
		days{dom: 1 << 1}, days{dom: 1 << 15}, days{dom: lastOne},
		oneDay(today+1),
		days{dom: 1 << 1, months: 1 << 1},
	)
}

// searchable returns the words of a rule, and others that people type for it.
func (s *suggestions) searchable(text string, minute int) []string {
	also := "every each "
	if s.reader.speech().isSpanish() {
		also = "cada todos los "
		text += " cada sesion"
	}
	return strings.Fields(strings.Map(func(r rune) rune {
		switch r = foldRune(r); r {
		case '.', 0:
			return -1
		case ',':
			return ' '
		}
		return r
	}, also+text+" "+clock(minute)))
}

// typedWords returns the typed words, with times written as in the offers.
func typedWords(typed string) []string {
	var out []string
	for _, t := range lex(typed) {
		if t.glued && len(out) > 0 && (t.text == ":" || out[len(out)-1] != "" && strings.HasSuffix(out[len(out)-1], ":")) {
			out[len(out)-1] += t.text
			continue
		}
		out = append(out, t.text)
	}
	return out
}

// completes reports whether the words typed begin some of the words, in order.
func completes(words, typed []string) bool {
	for _, t := range typed {
		at := slices.IndexFunc(words, func(w string) bool {
			return strings.HasPrefix(w, t) || strings.HasPrefix(strings.TrimPrefix(w, "0"), t)
		})
		if at < 0 {
			return false
		}
		words = words[at+1:]
	}
	return true
}

// likelyTimes is every half hour, those that groups like first.
func likelyTimes() []int {
	out := []int{9 * 60, 12 * 60, 18 * 60}
	for half := range 48 {
		if t := (half*30 + 8*60) % dayMinutes; !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// localeOf is the reader's locale, or one of the other language if that was typed.
func (r Reader) localeOf(typed string) string {
	english, spanish := 0, 0
	for _, t := range lex(typed) {
		if len(t.text) < 2 || t.number {
			continue
		}
		begins := func(known string) bool { return strings.HasPrefix(known, t.text) }
		if slices.ContainsFunc(englishWords(), begins) {
			english++
		}
		if slices.ContainsFunc(spanishWords(), begins) {
			spanish++
		}
	}
	say := r.speech()
	switch {
	case spanish > english && !say.isSpanish():
		return map[bool]string{false: "es-US", true: "es-ES"}[say.hours24()]
	case english > spanish && say.isSpanish():
		return map[bool]string{false: "en-US", true: "en-GB"}[say.hours24()]
	}
	return r.Locale
}

func englishWords() []string {
	return strings.Fields("every each other the first second third fourth fifth last on at of and monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday sundays weekday weekdays weekend weekends day days daily week weeks weekly biweekly month monthly year yearly minutes minute hours hour before after session sessions starting until noon midnight tomorrow today next january february march april may june july august september october november december am pm")
}

func spanishWords() []string {
	return strings.Fields("cada todos todas los las el la de del al a lunes martes miercoles jueves viernes sabado sabados domingo domingos dia dias diario semana semanas mes meses ano primer segundo tercer cuarto quinto ultimo minutos minuto horas hora media antes despues sesion sesiones hasta partir mediodia medianoche manana hoy proximo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre entre")
}
