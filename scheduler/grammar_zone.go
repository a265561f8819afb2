package scheduler

import (
	"slices"
	"strings"
)

// stepZone refuses a time zone: the whole group has one.
func (p *parser) stepZone() (bool, error) {
	n := zoneWord(p)
	if n == 0 {
		n = p.placeTime()
	}
	word := p.peek(0)
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
	return false, noZone(p, rawOf(p.tokens[p.pos:min(p.pos+n, len(p.tokens))]))
}

func noZone(p *parser, said string) error {
	if p.reader.Zone == "" {
		return mistake(`%s: a zone does not belong here, the group has one; leave it out`, clip(said))
	}
	return mistake(`%s: a zone does not belong here; the times are those of the group's own zone, %s. Leave the zone out`, clip(said), p.reader.Zone)
}

// zoneWord returns how many of the next tokens name a zone by its abbreviation or as "hora de", "hora
// peninsular"; 0 for none.
func zoneWord(p *parser) int {
	switch p.peek(0).text {
	case "est", "edt", "et", "cst", "cdt", "ct", "mst", "mdt", "mt", "pst", "pdt", "pt", "akst", "hst", "utc", "gmt", "bst", "cet", "cest", "eastern", "pacific", "central", "mountain", "z",
		"zulu", "cdmx", "brt", "clt":
		return 1
	case "art", "cot": // but an art group
		if t := p.peek(0); strings.ToUpper(t.raw) == t.raw {
			return 1
		}
	case "hora", "tiempo":
		next, place := p.peek(1).text, p.peek(2).text
		switch {
		case next == "del" || next == "de" && place != "la" && place != "las" && place != "comer":
			if more := p.peek(3); more.text != "" && !more.number && !belongs(more.text) && !isFiller(more.text) { // Nueva York
				return 4
			}
			return 3
		case slices.Contains([]string{"peninsular", "central", "insular", "pacifico", "montana", "estandar"}, next), isOfCountry(next):
			return 2
		}
		if n := placeWords(p.tokens[min(p.pos+1, len(p.tokens)):]); n > 0 { // hora Tijuana
			return n + 1
		}
	}
	return 0
}

// isOfCountry reports whether a word says of which country an hour is: "mexicana", "argentina".
func isOfCountry(w string) bool {
	return slices.Contains([]string{"mexicana", "argentina", "espanola", "colombiana", "chilena", "peruana", "americana", "californiana", "canaria", "venezolana"}, w)
}

// placeBehind refuses a place behind a time, which says whose clock it is: "9am Boston", "9am west coast". It
// returns nil if the words at an index are none.
func placeBehind(p *parser, at int) error {
	if len(p.current().times) == 0 {
		return nil
	}
	for _, from := range []int{max(at-1, 0), at} { // "Los" of Los Angeles is no article
		rest := p.tokens[from:]
		if n := placeWords(rest); n > 0 {
			return noZone(p, rawOf(rest[:n]))
		}
	}
	return nil
}

// placeWords returns how many tokens at the beginning of a text are a place that stands for a zone: "Boston",
// "west coast", "Los Angeles"; 0 for none.
func placeWords(tokens []token) int {
	if begins(tokens, "west coast") > 0 || begins(tokens, "east coast") > 0 {
		return 2
	}
	for n := min(3, len(tokens)); n > 0; n-- {
		name := rawOf(tokens[:n])
		long := len(name) > 3 || strings.ToUpper(name) == name
		if word := foldText(name); long && !slices.Contains([]string{"este", "centro"}, word) && (len(ZonesFor(name)) > 0 || isZoneCity(word)) {
			return n
		}
	}
	return 0
}

// isZoneCity reports whether a zone has a city's name, and the name means nothing else.
func isZoneCity(word string) bool {
	city := "/" + strings.ReplaceAll(word, " ", "_")
	named := slices.ContainsFunc(Zones(), func(zone string) bool { return strings.HasSuffix(strings.ToLower(zone), city) })
	return named && len(word) > 3 && !slices.Contains([]string{"center", "christmas", "easter", "midway", "general", "south", "north", "west"}, word)
}

// placeTime returns how many of the next tokens name a zone: "New York time", "+02:00".
func (p *parser) placeTime() int {
	if p.offsetFollows() {
		return min(4, len(p.tokens)-p.pos)
	}
	if p.peek(1).text != "time" && p.peek(2).text != "time" && p.peek(3).text != "time" {
		return 0
	}
	for n := range 3 {
		t := p.peek(n)
		if n == 0 && t.raw == "LA" && p.peek(1).text == "time" {
			return 2
		}
		if t.text == "" || slices.Contains([]string{"same", "term", "lunch", "dinner", "any", "start", "end"}, t.text) || t.number || isFiller(t.text) || isEvery(t.text) || isAnd(t.text) || knows(t.text) || t.text == "at" || t.text == "a" {
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
