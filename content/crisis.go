package content

import (
	"slices"
	"strings"
)

// CrisisEntry is one way to get help now.
type CrisisEntry struct {
	Name      string
	Ways      []Way    // numbers and addresses, as they stand in What
	What      string   // what it is, in English: the key of the other languages
	Languages []string // spoken at the other end, as far as the source says
	Source    string   // where the figures come from
	Option    string   // "name=value": listed only if the clinic chose so; or empty
	First     bool     // said in the card's first line, not in its list
}

// Way is a number or address to reach somebody.
type Way struct {
	Shown string // as people read it: "1-800-662-4357"
	Link  string // https: or tel: address; empty for numbers that take texts only
}

// CrisisEntries gives the ways to get help now, in the order they are shown.
// They are part of the program: no content directory changes them.
func CrisisEntries() []CrisisEntry {
	return []CrisisEntry{
		{
			Name:      "911",
			Ways:      []Way{{"911", "tel:911"}},
			What:      "Call 911 if someone is in danger now or may have overdosed.",
			Languages: []string{"en"},
			Source:    "cdph.ca.gov, naloxone page",
			First:     true,
		},
		{
			Name:      "988 Suicide & Crisis Lifeline",
			Ways:      []Way{{"988", "tel:988"}, {"988lifeline.org", "https://988lifeline.org"}, {"838255", ""}},
			What:      "988 Suicide & Crisis Lifeline: call, text, or chat at 988lifeline.org. Veterans: press 1, or text 838255. Spanish: press 2, or text AYUDA to 988.",
			Languages: []string{"en", "es"},
			Source:    "988lifeline.org/get-help/what-to-expect",
		},
		{
			Name:      "SAMHSA National Helpline",
			Ways:      []Way{{"1-800-662-4357", "tel:+18006624357"}, {"1-800-487-4889", "tel:+18004874889"}},
			What:      "SAMHSA National Helpline: 1-800-662-4357, TTY 1-800-487-4889. It helps you find care, day and night. It does not give counseling. In English and Spanish.",
			Languages: []string{"en", "es"},
			Source:    "samhsa.gov/find-help/national-helpline",
		},
		{
			Name:      "Crisis Text Line",
			Ways:      []Way{{"741741", ""}},
			What:      "Crisis Text Line: text HOME to 741741. Spanish: text AYUDA.",
			Languages: []string{"en", "es"},
			Source:    "crisistextline.org",
		},
		{
			Name:      "LA County Help Line",
			Ways:      []Way{{"800-854-7771", "tel:+18008547771"}},
			What:      "LA County Help Line: 800-854-7771. Day and night, also for substance use.",
			Languages: []string{"en"},
			Source:    "dmh.lacounty.gov",
		},
		{
			Name:      "Never Use Alone",
			Ways:      []Way{{"800-484-3731", "tel:+18004843731"}},
			What:      "Never Use Alone: 800-484-3731. Someone stays on the line while you use. In English.",
			Languages: []string{"en"},
			Source:    "press reports, 2023",
			Option:    "overdose-companions=on",
		},
		{
			Name:      "SafeSpot",
			Ways:      []Way{{"800-972-0590", "tel:+18009720590"}},
			What:      "SafeSpot: 800-972-0590. Someone stays on the line while you use. In English.",
			Languages: []string{"en"},
			Source:    "press reports, 2024",
			Option:    "overdose-companions=on",
		},
	}
}

// Say gives a sentence of the program's own in a language; "" if there is none.
type Say func(lang, english string) string

// CrisisCard makes the card for a crisis: first whom to call now, then what to do until
// help comes, then whom to call about what. It needs no library, file or database. A
// sentence that say does not give in the language, or gives without one of its numbers,
// is English; where that is the first, the whole card is. say may be nil. Of the options
// it knows "overdose-companions".
func CrisisCard(lang string, options map[string]string, say Say) Card {
	c := Card{ID: "crisis", Lang: English, Kind: Crisis, File: "content/crisis.go", Exempt: true}
	first := "Call or text 988 if you are in crisis or thinking of suicide."
	firstWays := []Way{{"911", "tel:911"}, {"988", "tel:988"}}
	foreign := say != nil && lang != English && carries(say(lang, first), firstWays[1:])
	in := func(english string, ways ...Way) string {
		if foreign {
			if said := say(lang, english); carries(said, ways) {
				return said
			}
		}
		return english
	}
	if foreign {
		c.Lang, c.Draft = lang, true
	}
	c.Title = in("Help now")
	first = in(first, firstWays[1])
	steps := Bullets(in("Tell 911 where you are.", firstWays[0]), in("Give naloxone if you have it."), in("Turn the person on their side."), in("Stay with them until help comes."))
	language := in("When you call 911 or the LA County line, say which language you need.", firstWays[0])
	last := in("This is an automated bot with fixed text. It is not a person, and nobody watches it. Please talk to a person.")
	list := Block{Kind: List}
	var sources []string
	for _, e := range CrisisEntries() {
		option, value, _ := strings.Cut(e.Option, "=")
		if option != "" && options[option] != value {
			continue
		}
		sources = append(sources, e.Source)
		if e.First {
			first = in(e.What, e.Ways...) + " " + first
			continue
		}
		list.Items = append(list.Items, linked(in(e.What, e.Ways...), e.Ways))
	}
	c.Answer = []Block{{Kind: Paragraph, Items: [][]Span{linked(first, firstWays)}}, steps, list, Text(language), Text(last)}
	c.Source = strings.Join(slices.Compact(sources), "; ")
	c.Hash = hash(c)
	return numbersInOrder(c)
}

// carries reports whether a text has every number and address.
func carries(text string, ways []Way) bool {
	return text != "" && !slices.ContainsFunc(ways, func(w Way) bool { return !strings.Contains(text, w.Shown) })
}

// linked makes the first mention of each way bold and a link.
func linked(text string, ways []Way) []Span {
	var out []Span
	for len(text) > 0 {
		at, way := len(text), Way{}
		for _, w := range ways {
			if i := strings.Index(text, w.Shown); i >= 0 && (i < at || i == at && len(w.Shown) > len(way.Shown)) {
				at, way = i, w
			}
		}
		if at > 0 {
			out = append(out, Span{Text: text[:at]})
		}
		if at == len(text) {
			break
		}
		out = append(out, Span{Text: way.Shown, Bold: true, Link: way.Link})
		text = text[at+len(way.Shown):]
		ways = slices.DeleteFunc(slices.Clone(ways), func(w Way) bool { return w == way })
	}
	return out
}
