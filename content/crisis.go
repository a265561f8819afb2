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
	First      phrase     // its sentence in the card's first line; nil for most
	What       phrase     // its sentence in the card's list; nil if it is only in the first line
	Ways       []Way      // numbers and addresses, as they stand in the sentences
	Languages  []string   // the languages in which people can talk there, by the source
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

// Stands reports whether the numbers were called at most GoodFor ago.
func (t Telephoned) Stands(now time.Time) bool {
	return !t.On.IsZero() && !now.Before(t.On) && now.Sub(t.On) <= t.GoodFor
}

// Say is a function that translates a sentence of the program into exactly this language, not a
// wider one; it returns "" if it has no translation.
type Say func(lang, english string) string

// Lines are whom to call in a crisis: the floor, which are the lines of one country that are never
// taken away, and the lines of its regions.
type Lines struct {
	country string
	own     bool // the clinic's pack brought the floor
	floor   []CrisisEntry
	steps   []phrase
	note    phrase
	rest    []CrisisEntry
}

// BuiltInLines are the lines that are part of the program. They do not depend on any file, so a
// fault in a file cannot take them away.
func BuiltInLines() Lines {
	packs, err := builtInPacks()
	if err != nil {
		panic(err) // cannot happen: the packs are compiled in, and a test reads them
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

// linesOf makes Lines of packs, which are sorted by region; one of them has the floor. It ignores
// packs of other countries than that one's.
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
	// Lines that depend on an option of the clinic come last.
	slices.SortStableFunc(l.rest, func(a, b CrisisEntry) int { return min(len(a.Option), 1) - min(len(b.Option), 1) })
	return l
}

// Entries are all lines in the order in which they are shown, also those with an option that the
// clinic has not chosen.
func (l Lines) Entries() []CrisisEntry { return slices.Concat(l.floor, l.rest) }

// Chosen are the lines without those whose option the clinic has not chosen.
func (l Lines) Chosen(options map[string]string) Lines {
	l.rest = slices.DeleteFunc(slices.Clone(l.rest), func(e CrisisEntry) bool {
		option, value, _ := strings.Cut(e.Option, "=")
		return option != "" && options[option] != value
	})
	return l
}

// Numbers are the telephone numbers that every answer names: one for each line of the floor that is
// in service.
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

// BuiltInNumbers are the numbers of the program's own floor. They are written here a second time,
// so that an answer can name them without reading a pack.
func BuiltInNumbers() []string { return []string{"911", "988"} }

// CrisisCard is the crisis card of BuiltInLines, all in service.
func CrisisCard(lang string, options map[string]string, say Say) Card {
	return BuiltInLines().Card(lang, options, Voice{Say: say}, nil, time.Time{})
}

// Voice translates the crisis card. The zero Voice gives English.
type Voice struct {
	Say  Say
	When func(lang string, at time.Time) Span // a moment as readers of a language read it; nil if no line is out of service
}

// Card makes the crisis card: whom to call now, what to do until help comes, and whom to call
// about what. It needs no library, file or database.
//
// A sentence is English if its translation is missing or lacks one of its numbers. If that is so
// for the last sentence of the first line, the whole card is English. A line that is out of
// service at the moment now is shown as such, with the line to use instead; the first line of the
// floor always stays. The only option that changes the card is "overdose-companions".
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
		case down && e.What != nil && e.First != nil: // the first line says what to use instead
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

// translated is a sentence in the language, or in the next wider one that has it; in each the
// pack's translation goes before the voice's. It is "" if there is none, if the language is
// English, or if the translation lacks a number.
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

// carries reports whether a translation has every number, address and slot of the English.
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

// sideBySide puts two sentences on one line. It joins plain spans that are neighbours.
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
