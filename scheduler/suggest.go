package scheduler

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// What fits a menu on every platform: how many, and the letters of each.
const (
	mostOffers   = 25
	longestOffer = 75
)

// Suggest offers up to 25 rules for what a person has typed so far, the most likely
// first, in the language that was typed, or in the reader's where both are possible.
// Reader.Rule reads every one of them.
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

// suggestions gathers what to offer.
type suggestions struct {
	reader Reader
	rules  map[string]bool // texts that are among them
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

// whole offers what was typed if it is a rule already, or what it may mean.
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

// goOn completes the last word, and what may follow it: "first mon" becomes "the first
// Monday of each month at 9:00 AM".
func (s *suggestions) goOn(typed string) {
	const mostWords, most = 8, 15
	if strings.TrimSpace(typed) == "" {
		return
	}
	beginnings := []string{typed}
	before, last := cutLast(typed)
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

func cutLast(s string) (before, last string) {
	i := strings.LastIndexByte(s, ' ') + 1
	return s[:i], s[i:]
}

// words are those that go on in a rule of the reader's language.
func (s *suggestions) words() []string {
	if s.reader.speech().spanish {
		days, months := spanishDays(), spanishMonths()
		return slices.Concat(days[:], []string{"semanas", "sesión", "mes", "mañana", "día", "días", "minutos", "horas", "antes", "primer", "segundo", "tercer", "último", "próximo"}, months[:])
	}
	days, months := englishDays(), englishMonths()
	return slices.Concat(days[1:], days[:1], []string{"weekday", "weekend", "weeks", "session", "month", "tomorrow", "minutes", "hours", "before", "other", "first", "second", "third", "last", "next"}, months[:])
}

// endings are what may follow a beginning, the likeliest first.
func (s *suggestions) endings() []string {
	if s.reader.speech().spanish {
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

// likely offers rules that groups like whose words begin with those typed.
func (s *suggestions) likely(typed string) {
	words := typedWords(typed)
	for i, minute := range likelyTimes() {
		for _, rule := range s.templates(minute, i == 0) {
			if s.full() {
				return
			}
			if text := rule.Text(s.reader.Locale); completes(s.searchable(text, minute), words) {
				s.add(text)
			}
		}
	}
}

// templates are rules of every kind at a time of the day.
func (s *suggestions) templates(minute int, sessions bool) []Rule {
	today := s.reader.now().day()
	at := func(d days) Rule { return ruleOf(part{days: d, times: []int{minute}}) }
	out := []Rule{at(days{dow: everyDow}), at(days{dow: workingDows})}
	for i := range 7 {
		out = append(out, at(days{dow: 1 << ((i + 1) % 7)}))
	}
	if sessions {
		for _, before := range []int{15, 30, 60, 120, dayMinutes} {
			out = append(out, leadsOf(Lead{-before, false}))
		}
		out = append(out, leadsOf(Lead{}), leadsOf(Lead{AfterEnd: true}))
	}
	monday, _ := days{dow: 1 << 1}.next(today + 1)
	out = append(out,
		at(days{dow: 1 << 1, unit: weekUnit, every: 2, from: monday}),
		at(days{nth: [7]uint8{1: 1 << 1}}), at(days{nth: [7]uint8{5: lastOne}}),
		at(days{dom: 1 << 1}), at(days{dom: 1 << 15}), at(days{dom: lastOne}),
		at(days{dow: everyDow, from: today + 1, until: today + 1}),
		at(days{dom: 1 << 1, months: 1 << 1}),
	)
	return out
}

// searchable is a rule's text with the other words people type for it.
func (s *suggestions) searchable(text string, minute int) string {
	text = foldText(text)
	if s.reader.speech().spanish {
		return "cada todos los " + text + " cada sesion " + clock(minute)
	}
	return "every each " + text + " " + clock(minute)
}

// typedWords are the words typed so far, with times as the offers have them.
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

// completes reports whether the words typed begin words of the text, in order.
func completes(text string, typed []string) bool {
	words := strings.Fields(strings.NewReplacer(",", " ", ".", "").Replace(text))
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
	case spanish > english && !say.spanish:
		return map[bool]string{false: "es-US", true: "es-ES"}[say.hours24]
	case english > spanish && say.spanish:
		return map[bool]string{false: "en-US", true: "en-GB"}[say.hours24]
	}
	return r.Locale
}

func englishWords() []string {
	return strings.Fields("every each other the first second third fourth fifth last on at of and monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday sundays weekday weekdays weekend weekends day days daily week weeks weekly biweekly month monthly year yearly minutes minute hours hour before after session sessions starting until noon midnight tomorrow today next january february march april may june july august september october november december am pm")
}

func spanishWords() []string {
	return strings.Fields("cada todos todas los las el la de del al a lunes martes miercoles jueves viernes sabado sabados domingo domingos dia dias diario semana semanas mes meses ano primer segundo tercer cuarto quinto ultimo minutos minuto horas hora media antes despues sesion sesiones hasta partir mediodia medianoche manana hoy proximo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre entre")
}
