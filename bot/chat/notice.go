package chat

import (
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// notice makes the message of a notice, with buttons that go to what helps.
func (b *Bot) notice(w bot.Work) bot.Message {
	d := w.Delivery
	m := bot.Message{Key: d.Key, Blocks: noticeBlocks(d, d.Text), Thread: w.First.Message}
	if _, later := bot.Opening(d.Reminder); !later {
		m.Actions = b.noticeActions(d.Reminder, w.Group)
	}
	return m
}

// amended is the notice that another one follows up, as it stands from then on.
func (b *Bot) amended(w bot.Work) bot.Message {
	first := w.First
	m := bot.Message{Key: first.Key, Blocks: noticeBlocks(w.Delivery, w.Delivery.Text+"\n"+first.Text)}
	if id, ok := strings.CutPrefix(first.Reminder, bot.ConcernSubject); ok {
		_, state, _ := strings.Cut(w.Delivery.Reminder, bot.Then)
		m.Actions = concernActions(words.InEnglish(""), id, bot.ConcernState(state))
	}
	return m
}

// noticeActions lead from a notice to where something can be done about it.
// AsNew keeps a private answer from taking the place of the notice.
func (b *Bot) noticeActions(id string, g bot.Group) []bot.Action {
	w := words.InEnglish("")
	if concern, ok := strings.CutPrefix(id, bot.ConcernSubject); ok {
		return concernActions(w, concern, bot.ConcernOpen)
	}
	about, ok := strings.CutPrefix(id, bot.NoticeSubject)
	if !ok {
		return []bot.Action{{Label: w.T("History"), Call: sub("reminder", "history").AsNew()}}
	}
	if name, ok := strings.CutPrefix(about, bot.ReminderSubject("")); ok {
		name, _, _ = strings.Cut(name, " ")
		if c := sub("reminder", "show", "id", name).AsNew(); c.Encode() != "" {
			return []bot.Action{{Label: w.T("Show the reminder"), Call: c}}
		}
	}
	if c := sub("group", "show", "group", g.ID).AsNew(); g.ID != "" && c.Encode() != "" {
		return []bot.Action{{Label: w.T("Show the group"), Call: c}, {Label: w.T("History"), Call: sub("reminder", "history", "group", g.ID).AsNew()}}
	}
	return []bot.Action{
		{Label: w.T("History"), Call: sub("reminder", "history").AsNew()},
		{Label: w.T("Groups"), Call: sub("group", "list").AsNew()},
	}
}

// noticeBlocks are a notice's words as they stand in its channel: commands as
// people write them there.
func noticeBlocks(d bot.Delivery, text string) []content.Block {
	to, _ := bot.ParsePlace(d.Place)
	return spoken(placed(paragraphs(text)), to.Platform, "/reminder history", "/group list")
}

// paragraphs lays a notice's lines out; those that begin with a dash are a list.
func paragraphs(text string) []content.Block {
	var out []content.Block
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		item, listed := strings.CutPrefix(line, "- ")
		switch last := len(out) - 1; {
		case line == "":
		case !listed:
			out = append(out, content.Text(line))
		case last >= 0 && out[last].Kind == content.List:
			out[last].Items = append(out[last].Items, []content.Span{{Text: item}})
		default:
			out = append(out, content.Bullets(item))
		}
	}
	return out
}
