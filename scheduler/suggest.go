package scheduler

import (
	"slices"
	"strings"
)

// Phrases offers up to 25 rules for what a person has typed so far, the most
// likely first, in the language that was typed, or in the reader's where both
// are possible. ParseRule reads every one of them.
func Phrases(prefix, lang string) []string {
	const most = 25
	if len(prefix) > maxRule {
		return nil
	}
	typed := typedWords(prefix)
	p := phrasesIn(lang)
	if other := phrasesIn(p.other); other.known(typed) > p.known(typed) {
		p = other
	}
	var out []string
	add := func(s string, most int) {
		if len(out) < most && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if r, err := ParseRule(prefix); err == nil {
		add(r.Text(p.lang), most)
	} else {
		for _, time := range likelyTimes() { // "Tuesday and Friday" only lacks a time, or goes on
			if r, err := ParseRule(prefix + p.at(time)); err == nil {
				add(r.Text(p.lang), most/2)
			}
		}
	}
	for i, time := range likelyTimes() {
		for _, d := range p.days {
			if s := d + p.at(time); completes(s, typed) {
				add(s, most)
			}
		}
		if i > 0 {
			continue
		}
		for _, s := range p.before {
			if completes(s, typed) {
				add(s, most)
			}
		}
	}
	return out
}

// phrases are the likely rules of a language.
type phrases struct {
	lang, other  string
	days, before []string
}

// at says a time: "at 09:00", "a las 09:00".
func (p phrases) at(time string) string {
	switch {
	case p.lang == "en":
		return " at " + time
	case strings.HasPrefix(time, "01"):
		return " a la " + time
	}
	return " a las " + time
}

func phrasesIn(lang string) phrases {
	if spanish(lang) {
		return phrases{"es", "en",
			[]string{"cada día", "de lunes a viernes", "cada lunes", "cada martes", "cada miércoles", "cada jueves", "cada viernes", "cada sábado", "cada domingo", "el día 1 de cada mes", "el día 15 de cada mes"},
			[]string{"15 minutos antes de cada sesión", "30 minutos antes de cada sesión", "1 hora antes de cada sesión", "2 horas antes de cada sesión", "24 horas antes de cada sesión"}}
	}
	return phrases{"en", "es",
		[]string{"every day", "every weekday", "every Monday", "every Tuesday", "every Wednesday", "every Thursday", "every Friday", "every Saturday", "every Sunday", "every 1st of the month", "every 15th of the month"},
		[]string{"15 minutes before each session", "30 minutes before each session", "1 hour before each session", "2 hours before each session", "24 hours before each session"}}
}

// known counts the words typed that begin a word of the language.
func (p phrases) known(typed []string) int {
	words := strings.Fields(foldText(strings.Join(slices.Concat(p.days, p.before, []string{p.at("")}), " ")))
	n := 0
	for _, t := range typed {
		if slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, t) }) {
			n++
		}
	}
	return n
}

// typedWords are the words typed so far, as the phrases offered have them.
func typedWords(prefix string) []string {
	typed := strings.Fields(foldText(prefix))
	for i, w := range typed {
		if minute, _, ok := readTime(w, "", false); ok {
			typed[i] = strings.TrimPrefix(clock(minute), "0")
		}
	}
	// "todos los lunes" is "cada lunes".
	if len(typed) > 0 && len(typed[0]) > 1 && (strings.HasPrefix("todos", typed[0]) || strings.HasPrefix("todas", typed[0])) {
		typed[0] = "cada"
		if len(typed) > 1 && (strings.HasPrefix("los", typed[1]) || strings.HasPrefix("las", typed[1])) {
			typed = slices.Delete(typed, 1, 2)
		}
	}
	return typed
}

// completes reports whether the words typed begin words of the phrase, in order.
func completes(phrase string, typed []string) bool {
	words := strings.Fields(foldText(phrase))
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
func likelyTimes() []string {
	out := []string{"09:00", "12:00", "18:00"}
	for half := range 48 {
		if t := clock((half*30 + 8*60) % dayMinutes); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
