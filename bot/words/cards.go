package words

import (
	"strings"

	"circlekeeper/content"
)

// Cards says what there is to say about cards, besides what they say themselves.
type Cards struct{ w *Reader }

// Cards says what there is to say about cards.
func (r *Reader) Cards() Cards { return Cards{r} }

// Topic is how people read a topic of a library: the name of a rotation, a card's title, or
// the topic itself.
func (r Cards) Topic(library *content.Library, topic string) string {
	if title := r.rotationTitle(topic); title != "" {
		return title
	}
	if c, ok := library.Card(topic, r.w.Lang()); ok {
		return c.Title
	}
	return topic // several, joined by "+"
}

// List is the title, the introduction and the call to choose of one of the lists of
// cards.
func (r Cards) List(name string) (title, intro, choose string) {
	switch name {
	case "strategies":
		return r.w.T("Six strategies for trust"), r.w.T("Small things that help people in a group trust each other. Choose a strategy to read it."), r.w.T("Choose a strategy")
	case "challenges":
		return r.w.T("Four challenges, and what helps"), r.w.T("These come up in most groups. Choose one to read what helps."), r.w.T("Choose a challenge")
	case "agreements":
		return r.w.T("What this group agrees on"), r.w.T("There is a reason for each agreement. Choose an agreement to read it."), r.w.T("Choose an agreement")
	case "confidentiality":
		return r.w.T("What is shared here stays here"), r.w.T("How we protect each other’s stories. Choose a reminder to read it."), r.w.T("Choose a reminder")
	}
	return "", "", ""
}

// rotationTitle names a topic whose cards are posted in turn; "" if it is none.
func (r Cards) rotationTitle(topic string) string {
	switch topic {
	case "agreements":
		return r.w.T("Agreements, a new one each time")
	case "confidentiality":
		return r.w.T("Confidentiality, a new reminder each time")
	case "strategies":
		return r.w.T("Strategies, a new one each time")
	case "challenges":
		return r.w.T("Challenges, a new one each time")
	case "foundations":
		return r.w.T("Foundations, a new one each time")
	}
	return ""
}

// RotationName is a rotation's name without how it goes on, as people type it; "" if the topic is
// none.
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

// Standing says where a card stands with the clinic's sign-off; soon, whether its
// signature runs out soon.
func (r Cards) Standing(s content.Standing, soon bool) string {
	switch s {
	case content.NeverApproved:
		return r.w.T("never signed")
	case content.ChangedSince:
		return r.w.T("changed since it was signed")
	case content.Expired:
		return r.w.T("its signature has run out")
	case content.IsApproved:
		if soon {
			return r.w.T("signed, to be read again soon")
		}
		return r.w.T("signed")
	case content.Partly:
		return r.w.T("waits for another signature")
	}
	return s.String()
}

// Changes shows what became of a text, in those of its lines in which something did.
// What was added and removed is named in words, so that it can be heard as well as seen.
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
