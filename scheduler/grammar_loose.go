package scheduler

import (
	"slices"
	"strings"
)

// Days that a text names in a way that leaves open which they are, or with more beside them.

// oddDates refuses days with a reason beside them, "Monday because of the holiday", so many of a weekday, "the next two
// Mondays", numbers behind a date, "Dec 10 17", and weeks of a month. It returns nil for other texts.
func oddDates(p datesReader, one Reader, text string) error {
	if rest, ok := withoutReason(p.tokens); ok {
		d, err := one.Skip(rawOf(rest))
		if err == nil {
			return perhaps(text, d.offer(p.reader.Locale))
		}
		one.trial = false
		if _, err := one.Skip(rawOf(rest)); len(OffersOf(err)) > 0 {
			return perhaps(text, OffersOf(err)...)
		}
	}
	if p.reader.OneDay {
		return nil
	}
	if days := comingOnes(p); len(days) > 0 {
		_, err := p.adjacent(text, days)
		return err
	}
	switch offers := numbersBehindDate(one, p.tokens); len(offers) {
	case 0:
	case 1:
		return perhaps(text, offers...)
	case 2: // 24 26 may be two days, all from the one to the other, or a day and its year
		if all, err := one.Skip(offers[0] + " - " + offers[1]); err == nil {
			return perhaps(text, offers[0], all.offer(p.reader.Locale))
		}
	default:
		return notAdjacent(text, offers)
	}
	if offers := weeksOfMonth(p); len(offers) > 0 {
		return perhaps(text, offers...)
	}
	return nil
}

// withoutReason leaves out why there is no session: "because of the holiday", "por enfermedad", "(holiday)". A reason with a
// number or a day in it stays.
func withoutReason(tokens []token) ([]token, bool) {
	for i := 1; i < len(tokens); i++ {
		c := cursor{tokens: tokens, pos: i}
		c.skip(",", "-")
		said := c.skipWords("because", "bc", "b / c", "cause", "cuz", "due to", "on account of", "owing to", "for", "porque", "por", "debido", "ya que", "a causa") && c.pos < len(tokens)
		if !said && !(isHoliday(c.peek(0).text) && c.pos+1 == len(tokens)) {
			continue
		}
		apart := !slices.ContainsFunc(tokens[c.pos:], func(t token) bool {
			return t.number || isDow(t.text) || isMonth(t.text) || isNearDay(t.text) || isDaypart(t.text) || slices.Contains([]string{"not", "no", "except", "but", "only", "or", "excepto", "menos", "salvo", "solo"}, t.text)
		})
		_, _, unit := unitOf(last(tokens).text)
		return tokens[:i], apart && !unit
	}
	return nil, false
}

// withStarting writes the words before the first of several days in one way: "a partir del 21" as "starting del 21".
func withStarting(in []token) []token {
	for _, words := range []string{"a partir", "empezando", "comenzando", "beginning"} {
		if n := begins(in, words); n > 0 {
			return append(worded("starting", in[:n]), in[n:]...)
		}
	}
	return in
}

// comingOnes returns the days of "the next two Mondays".
func comingOnes(p datesReader) (days []dateRef) {
	p.pos = 0
	p.skip("the", "los")
	first := p.skipWords("next", "coming", "proximos", "siguientes")
	n, ok := p.small(0)
	p.pos++
	if !first {
		first = p.skipWords("next", "proximos", "siguientes")
	}
	dow, named := dowOf(p.peek(0).text)
	if w := p.peek(0).text; !first || !ok || !named || !strings.HasSuffix(w, "s") || n < 2 || n > 10 || p.pos+1 != len(p.tokens) {
		return nil
	}
	day := p.today()
	for range n {
		day = nextDow(dow, day)
		days = append(days, dateRef{day: day, dow: -1})
	}
	return days
}

// numbersBehindDate returns the days of "Dec 10 17 24". A lower number is no day, but perhaps an hour: "Dec 10 7".
func numbersBehindDate(r Reader, tokens []token) (offers []string) {
	if len(tokens) < 3 || !isMonth(tokens[0].text) || slices.ContainsFunc(tokens[1:], func(t token) bool { return !t.isDayOfMonth() || t.glued && !tokens[1].glued }) {
		return nil
	}
	for i, t := range tokens[1:] {
		if i > 0 && t.num <= tokens[i].num { // the number before it
			break
		}
		d, err := r.Skip(tokens[0].raw + " " + t.raw)
		if err != nil {
			return nil
		}
		offers = append(offers, d.offer(r.Locale))
	}
	return offers
}

// weeksOfMonth returns the days that "the last week of December" and "the first two weeks of January" may mean: counted
// in days, or weeks from Monday to Sunday.
func weeksOfMonth(p datesReader) (offers []string) {
	p.pos = 0
	p.skip("the", "la", "las")
	which, ok := whichOf(p.peek(0).text)
	n, number := p.small(1)
	if !ok {
		which, ok = whichOf(p.peek(1).text)
		n, number = p.small(0)
	}
	p.pos++
	if number {
		p.pos++
	} else {
		n = 1
	}
	if !ok || which > 1 || n < 1 || n > 3 || !p.skipWords("week of", "weeks of", "week in", "weeks in", "semana de", "semanas de") {
		return nil
	}
	month, ok := p.monthAlone(false)
	first, err := p.resolve(month, p.today())
	if !ok || err != nil || p.pos != len(p.tokens) {
		return nil
	}
	last, length := lastOfMonth(first, 0), int32(7*n)
	begins := []int32{first, mondayOf(first), mondayOf(first + 6)}
	if which == 0 {
		begins = []int32{last + 1 - length, mondayOf(last) + 7 - length, mondayOf(last-6) + 7 - length}
	}
	slices.Sort(begins)
	for _, day := range slices.Compact(begins) {
		if day >= p.today() {
			offers = append(offers, datesOf(day, day+length-1).offer(p.reader.Locale))
		}
	}
	return offers
}

// NextSeveral returns how many of the next sessions a text means, "the next two", "las próximas dos sesiones"; 0 if it means
// something else.
func NextSeveral(s string) int {
	var words []token
	for _, t := range withoutIdle(respelt(lex(s))) {
		if !isSession(t.text) && !isArticle(t.text) && t.text != "las" {
			words = append(words, t)
		}
	}
	next := []string{"next", "first", "coming", "upcoming", "proximas", "proximos", "siguientes", "primeras"}
	if len(words) != 2 || !slices.Contains(next, words[0].text) && !slices.Contains(next, words[1].text) {
		return 0
	}
	for i := range words {
		c := cursor{tokens: words, pos: i}
		if n, ok := c.small(0); ok && n > 1 {
			return n
		}
	}
	return 0
}

// notAdjacent refuses days that do not follow one another, and offers each.
func notAdjacent(text string, days []string) error {
	return offering(mistake("dates %s are not one day after the other; write them one at a time: %q, then %q", clip(text), days[0], days[1]), days[:2]...)
}
