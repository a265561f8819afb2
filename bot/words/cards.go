package words

import (
	"cmp"
	"strings"

	"circlekeeper/content"
)

// Cards has the sentences and titles about cards that are not in the cards themselves.
type Cards struct{ w *Reader }

// Cards makes a Cards for the reader.
func (r *Reader) Cards() Cards { return Cards{r} }

// CardList has the texts of a list of cards: its title, the sentence below it, and the label of
// its menu.
type CardList struct{ Title, Intro, Choose string }

func cardLists() sayings[string, CardList] {
	return sayings[string, CardList]{
		"strategies":      {"Six strategies for trust", "Small things that help people in a group trust each other. Choose a strategy to read it.", "Choose a strategy"},
		"challenges":      {"Four challenges, and what helps", "These come up in most groups. Choose one to read what helps.", "Choose a challenge"},
		"agreements":      {"What this group agrees on", "There is a reason for each agreement. Choose an agreement to read it.", "Choose an agreement"},
		"confidentiality": {"What is shared here stays here", "How we protect each other’s stories. Choose a reminder to read it.", "Choose a reminder"},
	}
}

// List is the texts of the list with a name.
func (r Cards) List(name string) CardList {
	l := cardLists()[name]
	return CardList{r.w.word(l.Title), r.w.word(l.Intro), r.w.word(l.Choose)}
}

// inTurn are the topics whose cards are posted in turn.
func inTurn() sayings[string, string] {
	return sayings[string, string]{
		"agreements":      "Agreements, a new one each time",
		"confidentiality": "Confidentiality, a new reminder each time",
		"strategies":      "Strategies, a new one each time",
		"challenges":      "Challenges, a new one each time",
		"foundations":     "Foundations, a new one each time",
	}
}

// Topic is the name of a topic for people: that of a rotation or a card's title. Of several, joined by
// "+", it is their short names.
func (r Cards) Topic(library *content.Library, topic string) string {
	if title := inTurn()[topic]; title != "" {
		return r.w.word(title)
	}
	if c, ok := library.Card(topic, r.w.Lang()); ok {
		return c.Title
	}
	if parts := strings.Split(topic, "+"); len(parts) > 1 {
		for i, part := range parts {
			parts[i] = r.called(Topic{library, strings.TrimSpace(part)})
		}
		return r.w.And(parts...)
	}
	return topic
}

// Topic is a topic as an argument of a sentence. Chat has its name in the reader's language, as it can
// be typed; the command line has its ID.
type Topic struct {
	Library *content.Library
	ID      string
}

func (t Topic) String() string { return t.ID }

// Topics are several topics as an argument of a sentence.
type Topics struct {
	Library *content.Library
	IDs     []string
}

func (t Topics) String() string { return strings.Join(t.IDs, ", ") }

// called is the name of a topic that people type.
func (r Cards) called(t Topic) string {
	return cmp.Or(r.RotationName(t.ID), r.Topic(t.Library, t.ID))
}

// RotationName is the short name of a rotation, as people type it; "" if the topic is not a
// rotation.
func (r Cards) RotationName(topic string) string {
	switch topic {
	case "agreements":
		return r.w.C("rotation", "Agreements")
	case "confidentiality":
		return r.w.C("rotation", "Confidentiality")
	case "strategies":
		return r.w.C("rotation", "Strategies")
	case "challenges":
		return r.w.C("rotation", "Challenges")
	case "foundations":
		return r.w.C("rotation", "Foundations")
	}
	return ""
}

func standings() sayings[content.Standing, string] {
	return sayings[content.Standing, string]{
		content.NeverApproved: "never signed",
		content.ChangedSince:  "changed since it was signed",
		content.Expired:       "its signature has run out",
		content.IsApproved:    "signed",
		content.Partly:        "waits for another signature",
	}
}

// Standing says whether a card is signed off. soon says that its signature ends soon.
func (r Cards) Standing(s content.Standing, soon bool) string {
	if s == content.IsApproved && soon {
		return r.w.T("signed, to be read again soon")
	}
	return r.w.word(standings()[s])
}

// Changes shows the changed lines of a text. It marks with words what was added and removed, so
// that a screen reader says it too.
func (r Cards) Changes(all []content.Segment) []content.Block {
	var lines [][]content.Span
	var line []content.Span
	changed := false
	end := func() {
		if changed {
			lines = append(lines, line)
		}
		line, changed = nil, false
	}
	for _, s := range all {
		for i, text := range strings.Split(s.Text, "\n") {
			if i > 0 {
				end()
			}
			if text == "" {
				continue
			}
			if len(line) > 0 {
				line = append(line, content.Span{Text: " "})
			}
			span := content.Span{Text: text}
			switch s.Change {
			case content.Added:
				span = content.Span{Text: r.w.T("[added: %s]", text), Bold: true}
			case content.Removed:
				span = content.Span{Text: r.w.T("[removed: %s]", text), Italic: true}
			}
			line = append(line, span)
			changed = changed || s.Change != content.Same
		}
	}
	end()
	if len(lines) == 0 {
		return nil
	}
	return []content.Block{Bullets(lines...)}
}
