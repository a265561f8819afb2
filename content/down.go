package content

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// DownLine is a line that is out of service for a time, as a reviewer signed it.
type DownLine struct {
	Line    string    // the ID of a crisis entry
	Until   time.Time // when it is in service again, without anybody's action
	Instead string    // the ID of the line to use meanwhile
	By      string    // "Name, licence"
	At      time.Time
}

// MaxDown is the longest time for which a line can be out of service. A line that is gone for
// longer must be taken out of its pack.
const MaxDown = 7 * 24 * time.Hour

// downAt is the DownLine of a line at the moment now; ok is false if the line is in service.
func downAt(all []DownLine, line string, now time.Time) (DownLine, bool) {
	i := slices.IndexFunc(all, func(o DownLine) bool { return o.Line == line && now.Before(o.Until) })
	if i < 0 {
		return DownLine{}, false
	}
	return all[i], true
}

// NewDownLine checks and makes a DownLine. instead names the line to use meanwhile, by its ID, its
// name, or any text that has one of its numbers. The first line of the floor cannot be put out of
// service.
func (l Lines) NewDownLine(line string, until time.Time, instead, by string, known []DownLine, now time.Time) (DownLine, error) {
	by, err := ParseReviewer(by)
	if err != nil {
		return DownLine{}, err
	}
	if err := l.MayBeDown(line); err != nil {
		return DownLine{}, err
	}
	e, _ := l.entry(line)
	if d := until.Sub(now); d <= 0 || d > MaxDown {
		return DownLine{}, fmt.Errorf("say how long the line is out of service, from now up to %d days, such as 24h; take one that is gone for longer out of its pack", MaxDown/(24*time.Hour))
	}
	other, ok := l.meant(instead, e.ID)
	if !ok {
		return DownLine{}, fmt.Errorf("name the line to use instead, by its ID or its number: %s", strings.Join(slices.DeleteFunc(l.ids(), func(id string) bool { return id == e.ID }), ", "))
	}
	if _, down := downAt(known, other.ID, now); down {
		return DownLine{}, fmt.Errorf("the line %q is out of service itself", other.ID)
	}
	if i := slices.IndexFunc(known, func(o DownLine) bool { return o.Instead == e.ID && now.Before(o.Until) }); i >= 0 {
		return DownLine{}, fmt.Errorf("the card names the line %q instead of %q, which is out of service: name another one there first", e.ID, known[i].Line)
	}
	return DownLine{Line: e.ID, Until: until, Instead: other.ID, By: by, At: now}, nil
}

// MayBeDown says why a line cannot be put out of service, whatever is used instead.
func (l Lines) MayBeDown(line string) error {
	switch e, ok := l.entry(line); {
	case !ok:
		return fmt.Errorf("there is no line %q: the lines are %s", line, strings.Join(l.ids(), ", "))
	case e.ID == l.floor[0].ID:
		return fmt.Errorf("the line %q cannot be put out of service: the card always has it", e.ID)
	}
	return nil
}

// entry is the line with an ID.
func (l Lines) entry(id string) (CrisisEntry, bool) {
	all := l.Entries()
	i := slices.IndexFunc(all, func(e CrisisEntry) bool { return strings.EqualFold(e.ID, strings.TrimSpace(id)) })
	if i < 0 {
		return CrisisEntry{}, false
	}
	return all[i], true
}

// meant is the line whose ID, name or number is in text; ok is false if there is none, or if it is
// the line not.
func (l Lines) meant(text, not string) (CrisisEntry, bool) {
	if e, ok := l.entry(text); ok {
		return e, e.ID != not
	}
	for _, e := range l.Entries() {
		has := strings.EqualFold(e.Name, strings.TrimSpace(text)) ||
			slices.ContainsFunc(e.Ways, func(w Way) bool { return strings.Contains(text, w.Shown) })
		if has && e.ID != not {
			return e, true
		}
	}
	return CrisisEntry{}, false
}

func (l Lines) ids() []string {
	var out []string
	for _, e := range l.Entries() {
		out = append(out, e.ID)
	}
	return out
}

// bearable are those of all that are in effect now. It drops entries for unknown lines and for the
// first line of the floor, even if they are on record.
func (l Lines) bearable(all []DownLine, now time.Time) []DownLine {
	return slices.DeleteFunc(slices.Clone(all), func(o DownLine) bool {
		_, known := l.entry(o.Line)
		return !known || !now.Before(o.Until) || o.Line == l.floor[0].ID
	})
}

// down says that a line is out of service, and until when.
func (s speaker) down(e CrisisEntry, o DownLine) []Span {
	sentence := s.say(phrase{English: "{line} is out of service until {until}."})
	return fillSpan(Span{Text: sentence}, func(slot string) []Span {
		switch slot {
		case "line":
			return []Span{{Text: e.Name, Bold: true}}
		case "until":
			return []Span{s.voice.when(s.lang, o.Until)}
		}
		return nil
	})
}

func (v Voice) when(lang string, at time.Time) Span {
	if v.When == nil {
		return Span{Text: at.UTC().Format(time.DateTime) + " UTC", Fact: Moment{At: at}}
	}
	return v.When(lang, at)
}

// instead says what down says, and what to use meanwhile.
func (l Lines) instead(s speaker, e CrisisEntry, o DownLine) []Span {
	out := s.down(e, o)
	other, ok := l.entry(o.Instead)
	if !ok {
		return out
	}
	said := other.What
	if said == nil {
		said = other.First
	}
	return sideBySide(sideBySide(out, []Span{{Text: s.say(phrase{English: "Until then use this:"})}}), linked(s.say(said), other.Ways))
}

// Outages has a paragraph for each line that is out of service and whose number the card's text
// has: that it is out of service, and what to use meanwhile. It is in the card's language, or in
// English if there is no translation.
func (l Lines) Outages(c Card, voice Voice, out []DownLine, now time.Time) []Block {
	s := speaker{lang: c.Lang, voice: voice}
	var said []Block
	for _, o := range l.bearable(out, now) {
		e, _ := l.entry(o.Line)
		if slices.ContainsFunc(e.Ways, func(w Way) bool { return c.names(w.Shown) }) {
			said = append(said, Block{Kind: Paragraph, Items: [][]Span{l.instead(s, e, o)}})
		}
	}
	if RightToLeft(c.Lang) {
		return inOrder(said)
	}
	return said
}

// names reports whether the card's text has a telephone number, not as a part of a longer one.
func (c Card) names(number string) bool {
	texts := []string{Plain(c.Answer)}
	for _, s := range c.Sections {
		texts = append(texts, Plain(s.Blocks))
	}
	digit := func(r rune) bool { return '0' <= r && r <= '9' }
	for _, text := range texts {
		for {
			before, after, found := strings.Cut(text, number)
			if !found {
				break
			}
			last, _ := utf8.DecodeLastRuneInString(before)
			first, _ := utf8.DecodeRuneInString(after)
			if !digit(last) && !digit(first) {
				return true
			}
			text = after
		}
	}
	return false
}
