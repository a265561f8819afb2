package delivery

import (
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Notice makes the message of a notice, with buttons to what helps. It is in the clinic's
// language, because many people read it.
func (c *Courier) Notice(w bot.Work) bot.Message {
	m := bot.Message{Key: w.Delivery.Key, Blocks: c.told(w, w.Delivery), Thread: w.First.Message}
	if n := w.Delivery.News; n != nil && n.Turn == bot.Began {
		m.Actions = c.actions(*n, w.Group)
	}
	return m
}

// Amended is the new text of the first notice: what the follow-up w says, above what the
// first one said.
func (c *Courier) Amended(w bot.Work) bot.Message {
	m := bot.Message{Key: w.First.Key, Blocks: append(c.told(w, w.Delivery), c.told(w, w.First)...)}
	if n := w.Delivery.News; n != nil && n.Subject.Kind == bot.AboutConcern {
		m.Actions = ConcernActions(c.deck.Clinic(), n.Subject.ID, bot.ConcernState(n.Turn))
	}
	return m
}

// told is what a notice says, in the words of its channel.
func (c *Courier) told(w bot.Work, d bot.Delivery) []content.Block {
	if d.Text != "" || d.News == nil { // an older program stored it as text
		return []content.Block{content.Text(strings.TrimSpace(d.Text))}
	}
	reader, names := c.deck.Clinic(), words.Names{Group: w.Group.Name}
	if w.Reminder.Topic != "" {
		names.Topic = c.deck.TopicTitle(w.Reminder.Topic, reader.Lang())
	}
	return words.News(reader, names, *d.News)
}

// actions lead from a notice to where something can be done about it.
// AsNew keeps a private answer from taking the place of the notice.
func (c *Courier) actions(n bot.News, g bot.Group) []bot.Action {
	w := c.deck.Clinic()
	switch n.Subject.Kind {
	case bot.AboutConcern:
		return ConcernActions(w, n.Subject.ID, bot.ConcernOpen)
	case bot.AboutDigest:
		return []bot.Action{{Label: w.T("History"), Call: bot.NewSub("reminder", "history").AsNew()}}
	case bot.AboutReminder:
		if c := bot.NewSub("reminder", "show", "id", n.Subject.ID).AsNew(); c.Encode() != "" {
			return []bot.Action{{Label: w.T("Show the reminder"), Call: c}}
		}
	case bot.AboutPlace, bot.AboutMessage, bot.AboutOlder, bot.AboutView:
		if c := bot.NewSub("group", "show", "group", g.ID).AsNew(); g.ID != "" && c.Encode() != "" {
			return []bot.Action{{Label: w.T("Show the group"), Call: c}, {Label: w.T("History"), Call: bot.NewSub("reminder", "history", "group", g.ID).AsNew()}}
		}
	}
	return []bot.Action{
		{Label: w.T("History"), Call: bot.NewSub("reminder", "history").AsNew()},
		{Label: w.T("Groups"), Call: bot.NewSub("group", "list").AsNew()},
	}
}

// ConcernActions are what staff can do about a concern.
func ConcernActions(w *words.Reader, id string, state bot.ConcernState) []bot.Action {
	done := bot.Action{Label: w.T("Done"), Call: bot.NewSub("concerns", "done", "id", id)}
	switch state {
	case bot.ConcernOpen:
		return []bot.Action{{Label: w.T("In progress"), Call: bot.NewSub("concerns", "take", "id", id)}, done}
	case bot.ConcernTaken:
		return []bot.Action{done}
	}
	return nil
}
