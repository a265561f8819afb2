package scheduler

import (
	"slices"
	"strings"
)

// quietReader reads the hours of the day in which nothing is posted.
type quietReader struct{ *parser }

// Quiet reads the hours without posts: "9pm to 8am", "21-8", "none". Its errors are *Mistakes.
// Times that may be in the morning or in the evening are refused, with the hours that may be
// meant as offers.
func (r Reader) Quiet(s string) (Quiet, error) {
	if saysNone(s) {
		return Quiet{}, nil
	}
	p := quietReader{newParser(r, strings.NewReplacer("...", " to ", "..", " to ", "~", " to ").Replace(foldSemicolons(s)))}
	p.tokens = withMornings(p.tokens)
	quiet, start := p.opening(), p.pos
	posts := opensPosts(p)
	open := posts && p.tokens[start].text != "hours" && p.tokens[start].text != "horario"
	before := p.areWords("before", "antes de")
	p.spanishTime = true
	span, ok := p.hours()
	p.skipEveryDay()
	if err := p.zoneBehind(); ok && err != nil {
		return Quiet{}, within(mistake("quiet hours %s: %s", clip(s), err), err)
	}
	span = span.overnightClock()
	switch {
	case !ok || p.pos != len(p.tokens) || p.badDaypart:
		return Quiet{}, p.noHours(s)
	case !span.oneClock() && open:
		return Quiet{}, p.openHours(s, around(span.inHalves()))
	case !span.oneClock():
		return Quiet{}, p.openHours(s, span.inHalves())
	}
	q := Quiet{span.from.minutes(), span.to.minutes()}
	switch {
	case q.from == q.to:
		return Quiet{}, mistake("quiet hours %s begin and end at the same time; write them as 9:00 PM to 8:00 AM, or none", clip(s))
	case slices.ContainsFunc(lex(s), isOnly), !quiet && asksToPost(s), posts, before && q.from < q.to: // before 21 and after 8
		return Quiet{}, p.openHours(s, []Quiet{q, {q.to, q.from}}) // those with posts, or those without?
	}
	if likely, odd := nearlyAllDay(span); odd {
		return Quiet{}, p.openHours(s, []Quiet{likely})
	}
	if !quiet && wholeDaytime(span) {
		return Quiet{}, p.openHours(s, []Quiet{q, {q.to, q.from}})
	}
	return q, nil
}

// withMornings reads "mañana" behind a number as the morning: "de 9 noche a 8 mañana". No day is named in quiet hours.
func withMornings(in []token) []token {
	out := slices.Clone(in)
	for i := range out {
		if out[i].text == "manana" && at(out, i-1).number {
			out[i].text = "morning"
		}
	}
	return out
}

// wholeDaytime reports whether hours without posts would last from the morning to the evening, "8am-9pm": these are rather
// the hours with posts. With minutes they are taken as they stand, as in nearlyAllDay.
func wholeDaytime(span clockRange) bool {
	const five, eleven, long = 5 * 60, 11 * 60, 8 * 60
	from, to := span.from.minutes(), span.to.minutes()
	return !span.from.colon && !span.to.colon && from >= five && from <= eleven && to-from >= long
}

// zoneBehind refuses a zone behind the hours: "PST", "in Chicago". It returns nil if there is none.
func (p quietReader) zoneBehind() error {
	start := p.pos
	defer func() { p.pos = start }()
	if _, err := p.stepZone(); err != nil {
		return err
	}
	p.skip("in", "en")
	if n := placeWords(p.tokens[p.pos:]); n > 0 {
		return noZone(p.parser, rawOf(p.tokens[p.pos:p.pos+n]))
	}
	return nil
}

// nearlyAllDay reports whether only one hour of the day would be left, "9pm to 8pm", and returns the night that is
// probably meant. With minutes the hours are as the bot writes them, and are taken as they stand.
func nearlyAllDay(span clockRange) (Quiet, bool) {
	from, to := span.from.minutes(), span.to.minutes()
	odd := halved(span.from) && !span.from.colon && !span.to.colon && span.from.half == span.to.half && (to-from+dayMinutes)%dayMinutes == 23*60
	return Quiet{from%(dayMinutes/2) + dayMinutes/2, to % (dayMinutes / 2)}, odd
}

// around returns the hours outside of those given; hours over midnight first.
func around(all []Quiet) []Quiet {
	var out []Quiet
	for _, q := range all {
		if q.from < q.to {
			out = slices.Insert(out, 0, Quiet{q.to, q.from})
		} else {
			out = append(out, Quiet{q.to, q.from})
		}
	}
	return out
}

// saysNone reports whether a text says that there are no quiet hours.
func saysNone(s string) bool {
	text := strings.Trim(strings.Join(strings.Fields(foldText(s)), " "), ".!()\"“”«»")
	for _, courtesy := range []string{"please", "pls", "plz", "thanks", "por favor", "porfa", "gracias"} {
		if before, polite := strings.CutSuffix(text, " "+courtesy); polite && (before != "no" || courtesy == "please") { // no thanks
			text = strings.TrimRight(before, " ,")
		}
		if after, polite := strings.CutPrefix(text, courtesy+" "); polite && (after != "no" || courtesy == "please") {
			text = strings.TrimLeft(after, " ,")
		}
	}
	switch text {
	case "none", "off", "no", "never", "no quiet hours", "no hours", "n/a", "nope", "disabled", "no hay", "sin horario", "ningun horario", "ninguna", "ninguno", "sin", "nunca", "sin horas", "apagado",
		"no quiet", "no quiet time", "delete", "apagar", "eliminar", "disable", "turn off", "remove", "clear", "desactivado", "desactivar", "desactiva", "quitar", "quita", "borrar",
		"nada", "sin silencio", "sin horas de silencio", "no hay horas de silencio", "quiet off", "quiet hours off", "turned off", "switch off", "switched off", "not needed", "ningun", "no se necesita":
		return true
	}
	return false
}

// asksToPost reports whether a text asks for posts: "can you post 8am to 9pm", "que se mande de 8am a
// 9pm". Its hours may be those with posts.
func asksToPost(s string) bool {
	return slices.ContainsFunc(lex(s), func(t token) bool {
		switch t.text {
		case "please", "pls", "plz", "poner", "ponlo", "ponerlo":
			return false
		case "mande", "envie", "publique", "salga", "sent", "posted":
			return true
		}
		return isAsking(t.text)
	})
}

// opening passes over words that only say that these are the hours without posts. It reports
// whether there are such words.
func (p quietReader) opening() (said bool) {
	said = p.skipWords("no posts", "no messages", "no reminders", "nothing", "don't post", "dont post", "do not post", "do not disturb", "don't disturb", "quiet hours", "quiet time", "quiet",
		"silencio", "horas de silencio", "horario de silencio", "nada", "no molestar", "no notifications", "silent", "mute", "muted", "dnd", "sleep", "sleeping", "dormir", "sin avisos", "sin notificaciones", "no enviar", "no publicar", "no mandar", "sin mensajes", "sin recordatorios")
	p.skip(":", ",")
	p.skipEveryDay()
	return said
}

// opensPosts passes over words that say that these are rather the hours with posts: "open 9am-5pm".
func opensPosts(p quietReader) bool {
	said := p.skipWords("posts", "post", "posting hours", "posting", "office hours", "business hours", "hours", "open", "allowed", "active", "awake", "ok", "okay", "outside of", "outside", "all but", "except",
		"publicar", "fuera de", "horario de oficina", "horario", "horas de oficina", "excepto", "menos", "abierto")
	if said {
		p.skip(":", ",")
	}
	return said
}

// hours reads the two times. A sign or word must stand between them, unless both say am or pm:
// "9pm 8am", "22:00/07:00", "after 9pm and before 8am", "before 8am or after 9pm".
func (p quietReader) hours() (clockRange, bool) {
	start := p.pos
	p.skipWords("a partir de", "starting at", "starting")
	if span, ok := p.span(); ok {
		return span, true
	}
	p.pos = start
	before := p.skipWords("before", "not before", "antes de", "nunca antes de", "no antes de")
	if !before {
		p.skipWords("after", "from", "despues de", "a partir de")
	}
	from, ok := p.clock(true)
	joined := p.afterAnd(0)
	if w := p.peek(0).text; joined == 0 && (w == "or" || w == "o" || w == "ni" || w == "nor") {
		joined = 1
	}
	p.pos += joined
	if before {
		ok = ok && p.skipWords("after", "despues de")
	} else {
		p.skipWords("before", "until", "till", "antes de", "hasta")
	}
	to, more := p.clock(true)
	told := func(t clockTime) bool { return halved(t) || t.colon || t.exact }
	ok = ok && more && (halved(from) && halved(to) || from.colon && to.colon || joined > 0 && (told(from) && told(to) || before && max(from.hour, to.hour) >= 13)) // antes de las 8 y después de las 21
	if before {
		return clockRange{to, from}, ok
	}
	return clockRange{from, to}, ok
}

// skipEveryDay passes over "every day" and the like: quiet hours hold every day anyway.
func (p quietReader) skipEveryDay() {
	for _, words := range []string{"every day", "each day", "every night", "each night", "daily", "nightly", "nights", "overnight", "at night",
		"the next day", "the next morning", "next day", "next morning", "todos los dias", "todas las noches", "cada dia", "cada noche", "del dia siguiente"} {
		p.skipWords(words)
	}
	p.skip(",")
}

// noHours returns a mistake with an example of quiet hours. If the text has one time, the
// example uses it.
func (p quietReader) noHours(s string) error {
	if err := p.notEveryDay(s); err != nil {
		return err
	}
	if offers := p.likelyHours(); len(offers) > 0 {
		return perhaps(s, offers...)
	}
	const night, morning, noon = 21 * 60, 8 * 60, 12 * 60
	example := Quiet{night, morning}
	p.pos = 0
	p.opening()
	end := p.skipWords("before", "until", "till", "antes de", "hasta")
	p.skipWords("after", "from", "despues de", "desde", "a partir de")
	if t, ok := p.clock(true); ok && p.pos == len(p.tokens) {
		early := t.bare() && t.hour < 12
		switch {
		case end && early:
			example.to = t.inHalf("am").minutes()
		case end && t.minutes() < noon:
			example.to = t.minutes()
		case !end && early && t.hour >= 6:
			example.from = t.inHalf("pm").minutes()
		case !end && !early:
			example.from = t.minutes()
		}
	}
	if example.from == example.to {
		example = Quiet{night, morning}
	}
	return mistake("quiet hours %s: write them as %s to %s, or none", clip(s), timeOfDay(example.from), timeOfDay(example.to))
}

// notEveryDay refuses hours for some days only, "9pm-8am on weekdays". It returns nil if that is not what is wrong.
func (p quietReader) notEveryDay(s string) error {
	var rest []token
	c := parser{cursor: cursor{tokens: p.tokens}}
	for c.pos < len(c.tokens) {
		start := c.pos
		c.skip(",", "on", "los")
		if _, days := c.dayNames(); !days {
			rest, c.pos = append(rest, c.tokens[start]), start+1
		}
	}
	if p.reader.trial || len(rest) == len(p.tokens) {
		return nil
	}
	one := p.reader
	one.trial = true
	q, wrong := one.Quiet(rawOf(rest))
	hours := p.hoursText(q)
	if wrong != nil {
		return nil //nolint:nilerr // the text is refused in another way
	}
	return offering(mistake("quiet hours %s: they are the same every day of the week; if you mean every day, write %q", clip(s), hours), hours)
}

// likelyHours returns the hours of a text in which am or pm is misspelt: "9om-8am".
func (p quietReader) likelyHours() (offers []string) {
	if p.reader.trial {
		return nil
	}
	one := p.reader
	one.trial = true
	for i := range p.tokens {
		for _, half := range halfMeant(p.tokens, i) {
			if q, err := one.Quiet(rawOf(p.tokens[:i]) + half + rawOf(p.tokens[i+1:])); err == nil {
				offers = append(offers, p.hoursText(q))
			}
		}
	}
	return offers[:min(len(offers), 2)]
}

// hoursText is quiet hours as the reader would type them.
func (p quietReader) hoursText(q Quiet) string {
	say, to := p.reader.speech(), " to "
	if say.isSpanish() {
		to = " a "
	}
	return say.clock(q.from) + to + say.clock(q.to)
}

// openHours refuses a text that may mean several hours. It offers each, if it can be read back.
func (p quietReader) openHours(s string, all []Quiet) error {
	var offers []string
	for _, q := range all {
		text := p.hoursText(q)
		if again, err := p.reader.Quiet(text); err == nil && again == q {
			offers = append(offers, text)
		}
	}
	if p.reader.trial || len(offers) == 0 {
		return p.noHours(s)
	}
	return perhaps(s, offers[:min(len(offers), 2)]...)
}

// overnightClock decides the half of the day of a time that does not say it, if only one half
// makes four to twelve hours, and the other more than a long night: "10pm-7", "9-8am", "midnight
// to 6".
func (r clockRange) overnightClock() clockRange {
	from, to := r.from, r.to
	told := func(t clockTime) bool { return halved(t) || t.half == "midnight" || t.exact && t.hour == 12 }
	if told(from) == told(to) || !from.bare() && !to.bare() {
		return r
	}
	for _, half := range []string{"am", "pm"} {
		one := clockRange{from, to}
		if from.bare() {
			one.from = from.inHalf(half)
		} else {
			one.to = to.inHalf(half)
		}
		n := (one.to.minutes() - one.from.minutes() + dayMinutes) % dayMinutes
		if other := (n + dayMinutes/2) % dayMinutes; n >= 4*60 && n <= 12*60 && other > longNight {
			return one
		}
	}
	return r
}

// longNight is how long, in minutes, quiet hours over midnight may be: "5pm-9" may be until 9 in
// the morning.
const (
	longNight = 16 * 60
	fromFive  = 17 * 60 // it begins no earlier
)

// inHalves returns the hours that may be meant if times do not say which half of the day they are
// in. They are at most twelve hours long, and over midnight at most as long as a long night.
func (r clockRange) inHalves() []Quiet {
	halves := func(t clockTime) []int {
		if t.bare() {
			return []int{t.inHalf("pm").minutes(), t.inHalf("am").minutes()}
		}
		return []int{t.minutes()}
	}
	var all []Quiet
	for _, from := range halves(r.from) {
		for _, to := range halves(r.to) {
			if n := (to - from + dayMinutes) % dayMinutes; n > 0 && (n <= 12*60 || n <= longNight && from >= fromFive) {
				all = append(all, Quiet{from, to})
			}
		}
	}
	return all
}

// oneClock reports whether the half of the day of both times is certain.
func (r clockRange) oneClock() bool {
	clear := func(t clockTime) bool {
		return halved(t) || t.half == "midnight" || t.hour == 0 || t.hour >= 13 || t.exact && (t.hour < 10 || t.hour == 12 && !t.colon)
	}
	if halved(r.from) || halved(r.to) {
		return clear(r.from) && clear(r.to)
	}
	switch {
	case r.from.hour >= 13, r.to.hour >= 13:
		return true
	}
	sure := func(t clockTime) bool { return t.exact || t.hour == 0 }
	if r.from.colon && r.to.colon {
		whole := func(t clockTime) bool { return sure(t) || t.hour >= 10 } // 10:00-11:00, not 10:00-7:00
		return sure(r.from) || sure(r.to) || whole(r.from) && whole(r.to)
	}
	return sure(r.from) && sure(r.to) || sure(r.from) && r.from.hour == 0 && r.from.half == "" || sure(r.to) && r.to.hour == 0 && r.to.half == ""
}
