package content

import (
	"io/fs"
	"slices"
	"strings"
	"time"
)

// CrisisEntry is one way to get help now.
type CrisisEntry struct {
	ID         string // "988": what the command line calls it
	Name       string
	First      phrase     // said in the card's first line; nil for most
	What       phrase     // said in its list; nil if it is said first alone
	Ways       []Way      // numbers and addresses, as they stand in the sentences
	Languages  []string   // spoken at the other end, as far as the source says
	Source     string     // where the figures come from
	Option     string     // "name=value": listed only if the clinic chose so; or empty
	Telephoned Telephoned // zero if the pack does not say
	File       string     // where it was read from
	Line       int
}

// Way is a number or address to reach somebody.
type Way struct {
	Shown string // as people read it: "1-800-662-4357"
	Link  string // https: or tel: address; empty for numbers that take texts only
	Calls bool   // a number to call
}

// Telephoned says who called a line's numbers to see whether they are right.
type Telephoned struct {
	On      time.Time
	By      string // "Name, licence"
	GoodFor time.Duration
}

// Stands reports whether the numbers were called, and not too long ago.
func (t Telephoned) Stands(now time.Time) bool {
	return !t.On.IsZero() && !now.Before(t.On) && now.Sub(t.On) <= t.GoodFor
}

// Say gives a sentence of the program's own in that very language; "" if there is none.
type Say func(lang, english string) string

// Lines are whom to call now: the floor of one country, and the lines of its regions.
type Lines struct {
	country string
	own     bool // the clinic's pack brought the floor
	floor   []CrisisEntry
	steps   []phrase
	note    phrase
	rest    []CrisisEntry
}

// BuiltInLines are those that are part of the program. Nothing that is read later, and no
// fault in it, takes them away.
func BuiltInLines() Lines {
	packs, err := builtInPacks()
	if err != nil {
		panic(err) // it is part of the program, and a test reads it
	}
	return linesOf(packs)
}

func builtInPacks() ([]pack, error) {
	dir, err := fs.Sub(builtIn, "packs")
	if err != nil {
		return nil, err
	}
	var out []pack
	for _, region := range []string{"us", "us-ca-los-angeles"} {
		p, err := readPack(dir, region, "content/packs")
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// linesOf puts packs together, sorted by region, of which one has a floor: those of other
// countries say nothing.
func linesOf(packs []pack) Lines {
	var l Lines
	for _, p := range packs {
		if p.floor != nil {
			l = Lines{country: p.country, own: p.own, floor: p.floor, steps: p.steps}
		}
	}
	for _, p := range packs {
		if p.country != l.country {
			continue
		}
		l.rest = append(l.rest, p.entries...)
		if p.note != nil {
			l.note = p.note
		}
	}
	// What the clinic has to choose comes last.
	slices.SortStableFunc(l.rest, func(a, b CrisisEntry) int { return min(len(a.Option), 1) - min(len(b.Option), 1) })
	return l
}

// Entries are all lines in the order they are shown, with those that the clinic has not
// chosen.
func (l Lines) Entries() []CrisisEntry { return slices.Concat(l.floor, l.rest) }

// Chosen are the lines without those that the clinic has not chosen.
func (l Lines) Chosen(options map[string]string) Lines {
	l.rest = slices.DeleteFunc(slices.Clone(l.rest), func(e CrisisEntry) bool {
		option, value, _ := strings.Cut(e.Option, "=")
		return option != "" && options[option] != value
	})
	return l
}

// Numbers are those of the floor that every answer names, without lines that are out of
// service.
func (l Lines) Numbers(out []DownLine, now time.Time) []string {
	var numbers []string
	for _, e := range l.floor {
		if _, down := downAt(out, e.ID, now); down {
			continue
		}
		i := slices.IndexFunc(e.Ways, func(w Way) bool { return w.Calls })
		numbers = append(numbers, e.Ways[i].Shown)
	}
	return numbers
}

// BuiltInNumbers are those of the program's own floor. They are named here as well, so
// that what says them needs to read nothing.
func BuiltInNumbers() []string { return []string{"911", "988"} }

// CrisisCard is the card of the lines that are part of the program, all in service.
func CrisisCard(lang string, options map[string]string, say Say) Card {
	return BuiltInLines().Card(lang, options, Voice{Say: say}, nil, time.Time{})
}

// Voice says the crisis card in other languages. The zero one speaks English.
type Voice struct {
	Say  Say
	When func(lang string, at time.Time) Span // a moment as readers of a language read it; nil if no line is out of service
}

// Card makes the card for a crisis: first whom to call now, then what to do until help
// comes, then whom to call about what. It needs no library, file or database. A sentence
// that the voice does not give in the language, or gives without one of its numbers, is
// English; where that is the last of the first line's, the whole card is. Of the options it
// knows "overdose-companions". A line that is out of service at the moment now is shown as
// that, with the one to use instead; of a floor one always stays.
func (l Lines) Card(lang string, options map[string]string, voice Voice, out []DownLine, now time.Time) Card {
	c := Card{ID: "crisis", Lang: English, Kind: Crisis, File: l.file(), Exempt: true}
	l = l.Chosen(options)
	s := speaker{lang: lang, voice: voice}
	for _, e := range l.Entries() {
		s.ways = append(s.ways, e.Ways...)
	}
	if foreign := lang != English && s.translated(l.lastFirst()) != ""; foreign {
		c.Lang, c.Draft = lang, true
	} else {
		s.lang = English
	}
	c.Title = s.say(phrase{English: "Help now"})
	out = l.bearable(out, now)
	var first []Span
	steps, list := Block{Kind: List}, Block{Kind: List}
	var sources []string
	for _, e := range l.Entries() {
		sources = append(sources, e.Source)
		o, down := downAt(out, e.ID, now)
		if e.First != nil {
			if down {
				first = sideBySide(first, l.instead(s, e, o))
			} else {
				first = sideBySide(first, linked(s.say(e.First), e.Ways[:1]))
			}
		}
		switch {
		case down && e.What != nil && e.First != nil: // what to use instead is said above
			list.Items = append(list.Items, s.down(e, o))
		case down && e.What != nil:
			list.Items = append(list.Items, l.instead(s, e, o))
		case e.What != nil:
			list.Items = append(list.Items, linked(s.say(e.What), e.Ways))
		}
	}
	for _, step := range l.steps {
		steps.Items = append(steps.Items, []Span{{Text: s.say(step)}})
	}
	c.Answer = []Block{{Kind: Paragraph, Items: [][]Span{first}}}
	for _, b := range []Block{steps, list} {
		if len(b.Items) > 0 {
			c.Answer = append(c.Answer, b)
		}
	}
	if l.note != nil {
		c.Answer = append(c.Answer, Text(s.say(l.note)))
	}
	c.Answer = append(c.Answer, Text(s.say(phrase{English: "This is an automated bot with fixed text. It is not a person, and nobody watches it. Please talk to a person."})))
	c.Source = strings.Join(slices.Compact(sources), "; ")
	c.Hash = hash(c)
	return numbersInOrder(c)
}

// lastFirst is the last sentence of the card's first line.
func (l Lines) lastFirst() (last phrase) {
	for _, e := range l.floor {
		if e.First != nil {
			last = e.First
		}
	}
	return last
}

// file is where the floor was read from.
func (l Lines) file() string {
	if len(l.floor) == 0 {
		return ""
	}
	return l.floor[0].File
}

// speaker says sentences in one language.
type speaker struct {
	lang  string
	voice Voice
	ways  []Way // all numbers of the card
}

func (s speaker) say(p phrase) string {
	if s.lang != English {
		if said := s.translated(p); said != "" {
			return said
		}
	}
	return p[English]
}

// translated is a sentence in the language, or in the next wider one that has it, but not
// English: in each the pack's, else the voice's. It is "" if there is none, or if it lacks a
// number.
func (s speaker) translated(p phrase) string {
	said := ""
	for lang := s.lang; said == "" && lang != "" && lang != English; lang = Wider(lang) {
		said = p[lang]
		if said == "" && s.voice.Say != nil {
			said = s.voice.Say(lang, p[English])
		}
	}
	if !carries(p[English], said, s.ways) {
		return ""
	}
	return said
}

// carries reports whether a translation has every number, address and slot that the
// English has.
func carries(english, said string, ways []Way) bool {
	ways = append(slices.Clone(ways), Way{Shown: "{line}"}, Way{Shown: "{until}"})
	return said != "" && !slices.ContainsFunc(ways, func(w Way) bool { return strings.Contains(english, w.Shown) && !strings.Contains(said, w.Shown) })
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

// sideBySide puts sentences one after the other in a line. Plain texts that meet become one.
func sideBySide(before, after []Span) []Span {
	if len(before) == 0 {
		return after
	}
	out := slices.Clone(before)
	for _, s := range append([]Span{{Text: " "}}, after...) {
		if last := &out[len(out)-1]; s == (Span{Text: s.Text}) && *last == (Span{Text: last.Text}) {
			last.Text += s.Text
			continue
		}
		out = append(out, s)
	}
	return out
}
