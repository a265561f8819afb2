package words

import (
	"cmp"
	"strings"

	"circlekeeper/content"
)

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
func List(r *Reader, name string) CardList {
	l := cardLists()[name]
	return CardList{r.word(l.Title), r.word(l.Intro), r.word(l.Choose)}
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

// TopicName is the name of a topic for people: that of a rotation or a card's title. Of several, joined by
// "+", it is their short names.
func TopicName(r *Reader, library *content.Library, topic string) string {
	if title := inTurn()[topic]; title != "" {
		return r.word(title)
	}
	if c, ok := library.Card(topic, r.Lang()); ok {
		return c.Title
	}
	if parts := strings.Split(topic, "+"); len(parts) > 1 {
		for i, part := range parts {
			parts[i] = called(r, library, strings.TrimSpace(part))
		}
		return r.And(parts...)
	}
	return topic
}

// Topics are topics as an argument of a sentence. Chat has their names in the reader's language, as they
// can be typed; the command line has their IDs.
type Topics struct {
	Library *content.Library
	IDs     []string
}

func (t Topics) String() string { return strings.Join(t.IDs, ", ") }

// called is the name of a topic that people type.
func called(r *Reader, library *content.Library, topic string) string {
	return cmp.Or(RotationName(r, topic), TopicName(r, library, topic))
}

// RotationName is the short name of a rotation, as people type it; "" if the topic is not a
// rotation.
func RotationName(r *Reader, topic string) string {
	switch topic {
	case "agreements":
		return r.C("rotation", "Agreements")
	case "confidentiality":
		return r.C("rotation", "Confidentiality")
	case "strategies":
		return r.C("rotation", "Strategies")
	case "challenges":
		return r.C("rotation", "Challenges")
	case "foundations":
		return r.C("rotation", "Foundations")
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
func Standing(r *Reader, s content.Standing, soon bool) string {
	if s == content.IsApproved && soon {
		return r.T("signed, to be read again soon")
	}
	return r.word(standings()[s])
}

// Changed shows the changed lines of a text. It marks with words what was added and removed, so
// that a screen reader says it too.
func Changed(r *Reader, all []content.Segment) []content.Block {
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
				span = content.Span{Text: r.T("[added: %s]", text), Bold: true}
			case content.Removed:
				span = content.Span{Text: r.T("[removed: %s]", text), Italic: true}
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
