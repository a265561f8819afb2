package content

import (
	"slices"
	"strings"
)

// CrisisEntry is one way to get help now.
type CrisisEntry struct {
	Name      string
	Ways      []Way             // numbers and addresses, as they stand in What
	What      map[string]string // what it is, by language
	Languages []string          // spoken at the other end, as far as the source says
	Source    string            // where the figures come from
	Option    string            // "name=value": listed only if the clinic chose so; or empty
	First     bool              // said in the card's first line, not in its list
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
			Name: "911",
			Ways: []Way{{"911", "tel:911"}},
			What: map[string]string{
				"en": "Call 911 if someone is in danger now or may have overdosed.",
				"es": "Llame al 911 si alguien está en peligro ahora mismo o puede estar sufriendo una sobredosis.",
			},
			Languages: []string{"en"},
			Source:    "cdph.ca.gov, naloxone page",
			First:     true,
		},
		{
			Name: "988 Suicide & Crisis Lifeline",
			Ways: []Way{{"988", "tel:988"}, {"988lifeline.org", "https://988lifeline.org"}, {"838255", ""}},
			What: map[string]string{
				"en": "988 Suicide & Crisis Lifeline: call, text, or chat at 988lifeline.org. Veterans: press 1, or text 838255. Spanish: press 2, or text AYUDA to 988.",
				"es": "988 Línea de Prevención del Suicidio y Crisis: llame, envíe un mensaje de texto o escriba por chat en 988lifeline.org. Veteranos: oprima 1 o envíe un mensaje de texto al 838255. En español: oprima 2 o envíe AYUDA al 988.",
			},
			Languages: []string{"en", "es"},
			Source:    "988lifeline.org/get-help/what-to-expect",
		},
		{
			Name: "SAMHSA National Helpline",
			Ways: []Way{{"1-800-662-4357", "tel:+18006624357"}, {"1-800-487-4889", "tel:+18004874889"}},
			What: map[string]string{
				"en": "SAMHSA National Helpline: 1-800-662-4357, TTY 1-800-487-4889. It helps you find care, day and night. It does not give counseling. In English and Spanish.",
				"es": "Línea Nacional de Ayuda de SAMHSA: 1-800-662-4357, TTY 1-800-487-4889. Ayuda a encontrar atención, de día y de noche. No da consejería. En inglés y español.",
			},
			Languages: []string{"en", "es"},
			Source:    "samhsa.gov/find-help/national-helpline",
		},
		{
			Name: "Crisis Text Line",
			Ways: []Way{{"741741", ""}},
			What: map[string]string{
				"en": "Crisis Text Line: text HOME to 741741. Spanish: text AYUDA.",
				"es": "Crisis Text Line: envíe AYUDA por mensaje de texto al 741741. En inglés: envíe HOME.",
			},
			Languages: []string{"en", "es"},
			Source:    "crisistextline.org",
		},
		{
			Name: "LA County Help Line",
			Ways: []Way{{"800-854-7771", "tel:+18008547771"}},
			What: map[string]string{
				"en": "LA County Help Line: 800-854-7771. Day and night, also for substance use.",
				"es": "Línea de Ayuda del Condado de Los Ángeles: 800-854-7771. De día y de noche, también por consumo de sustancias.",
			},
			Languages: []string{"en"},
			Source:    "dmh.lacounty.gov",
		},
		{
			Name: "Never Use Alone",
			Ways: []Way{{"800-484-3731", "tel:+18004843731"}},
			What: map[string]string{
				"en": "Never Use Alone: 800-484-3731. Someone stays on the line while you use. In English.",
				"es": "Never Use Alone: 800-484-3731. Una persona se queda en la línea mientras usted consume. En inglés.",
			},
			Languages: []string{"en"},
			Source:    "press reports, 2023",
			Option:    "overdose-companions=on",
		},
		{
			Name: "SafeSpot",
			Ways: []Way{{"800-972-0590", "tel:+18009720590"}},
			What: map[string]string{
				"en": "SafeSpot: 800-972-0590. Someone stays on the line while you use. In English.",
				"es": "SafeSpot: 800-972-0590. Una persona se queda en la línea mientras usted consume. En inglés.",
			},
			Languages: []string{"en"},
			Source:    "press reports, 2024",
			Option:    "overdose-companions=on",
		},
	}
}

// CrisisCard makes the card for a crisis, in English if the language is not
// known: first whom to call now, then what to do until help comes, then whom to
// call about what. It needs no library, file or database. Of the options it knows
// "overdose-companions".
func CrisisCard(lang string, options map[string]string) Card {
	c := Card{ID: "crisis", Lang: "en", Kind: Crisis, Title: "Help now", File: "content/crisis.go", Exempt: true}
	first := "Call or text 988 if you are in crisis or thinking of suicide."
	steps := Bullets("Tell 911 where you are.", "Give naloxone if you have it.", "Turn the person on their side.", "Stay with them until help comes.")
	language := "When you call 911 or the LA County line, say which language you need."
	last := "This is an automated bot with fixed text. It is not a person, and nobody watches it. Please talk to a person."
	if lang == "es" {
		c.Lang, c.Title, c.Draft = "es", "Ayuda inmediata", true
		first = "Llame o envíe un mensaje de texto al 988 si está en crisis o piensa en el suicidio."
		steps = Bullets("Diga al 911 dónde está.", "Dé naloxona si la tiene.", "Ponga a la persona de lado.", "Quédese con ella hasta que llegue la ayuda.")
		language = "Cuando llame al 911 o a la línea del condado de Los Ángeles, diga qué idioma necesita."
		last = "Este es un bot automático con texto fijo. No es una persona y nadie lo supervisa. Por favor, hable con una persona."
	}
	list := Block{Kind: List}
	var sources []string
	for _, e := range CrisisEntries() {
		option, value, _ := strings.Cut(e.Option, "=")
		if option != "" && options[option] != value {
			continue
		}
		sources = append(sources, e.Source)
		if e.First {
			first = e.What[c.Lang] + " " + first
			continue
		}
		list.Items = append(list.Items, linked(e.What[c.Lang], e.Ways))
	}
	firstWays := []Way{{"911", "tel:911"}, {"988", "tel:988"}}
	c.Answer = []Block{{Kind: Paragraph, Items: [][]Span{linked(first, firstWays)}}, steps, list, Text(language), Text(last)}
	c.Source = strings.Join(slices.Compact(sources), "; ")
	c.Hash = hash(c)
	return c
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
