package bot

import (
	"strings"
	"time"

	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Notices are deliveries to staff, named after what they are about. One that
// follows another up goes into its thread, and the first is kept up to date.

const (
	concernSubject = "concern "
	digestSubject  = "digest "
	noticeSubject  = "notice "
	then           = " then "
)

// NoticeID names the news that a trouble began, or that it has healed: however
// often it is told, it is told once.
func (t OpenTrouble) NoticeID(healed bool) string {
	id := noticeSubject + t.Subject + " " + t.Since.UTC().Format("20060102T150405.000")
	if healed {
		return FollowUp(id, "healed")
	}
	return id
}

// FollowUp names the notice that follows another one up.
func FollowUp(id, state string) string { return id + then + state }

// Opening is the name of the notice that this one follows up.
func Opening(id string) (opening string, ok bool) {
	opening, _, ok = strings.Cut(id, then)
	return opening, ok
}

// NoticePlace is the place whose trouble a notice tells of, if it is about one.
func NoticePlace(id string) (Place, bool) {
	subject, ok := strings.CutPrefix(id, noticeSubject)
	if !ok {
		return Place{}, false
	}
	fields := strings.Fields(subject)
	if len(fields) < 2 || fields[0] != "place" && fields[0] != "message" {
		return Place{}, false
	}
	p, err := ParsePlace(fields[1])
	return p, err == nil
}

// NoticeTo makes the delivery of a notice; id names it, whichever place it goes to.
func NoticeTo(to Place, id, text string, at time.Time) scheduler.Delivery {
	return scheduler.Delivery{
		Key: scheduler.Key(id, scheduler.Civil{}, to.String()), Kind: scheduler.OfNotice,
		Reminder: id, Place: to.String(), At: at, Text: text, State: scheduler.Due,
	}
}

// notice makes the message of a notice, with buttons that go to what helps.
func (b *Bot) notice(w Work) Message {
	d := w.Delivery
	m := Message{Key: d.Key, Blocks: noticeBlocks(d, d.Text), Thread: w.First.Message}
	if _, later := Opening(d.Reminder); !later {
		m.Actions = b.noticeActions(d.Reminder, w.Group)
	}
	return m
}

// amended is the notice that another one follows up, as it stands from then on.
func (b *Bot) amended(w Work) Message {
	first := w.First
	m := Message{Key: first.Key, Blocks: noticeBlocks(w.Delivery, w.Delivery.Text+"\n"+first.Text)}
	if id, ok := strings.CutPrefix(first.Reminder, concernSubject); ok {
		_, state, _ := strings.Cut(w.Delivery.Reminder, then)
		m.Actions = concernActions(b.words["en"], id, ConcernState(state))
	}
	return m
}

// noticeActions lead from a notice to where something can be done about it.
// "new" keeps a private answer from taking the place of the notice.
func (b *Bot) noticeActions(id string, g Group) []Action {
	w := b.words["en"]
	if concern, ok := strings.CutPrefix(id, concernSubject); ok {
		return concernActions(w, concern, ConcernOpen)
	}
	about, ok := strings.CutPrefix(id, noticeSubject)
	if !ok {
		return []Action{{Label: w.history, Call: sub("reminder", "history", "new", "1")}}
	}
	if name, ok := strings.CutPrefix(about, reminderSubject("")); ok {
		name, _, _ = strings.Cut(name, " ")
		if c := sub("reminder", "show", "id", name, "new", "1"); c.Encode() != "" {
			return []Action{{Label: w.showReminder, Call: c}}
		}
	}
	if c := sub("group", "show", "group", g.ID, "new", "1"); g.ID != "" && c.Encode() != "" {
		return []Action{{Label: w.showGroup, Call: c}, {Label: w.history, Call: sub("reminder", "history", "group", g.ID, "new", "1")}}
	}
	return []Action{
		{Label: w.history, Call: sub("reminder", "history", "new", "1")},
		{Label: w.groupsTitle, Call: sub("group", "list", "new", "1")},
	}
}

// noticeBlocks are a notice's words as they stand in its channel: commands as
// people write them there.
func noticeBlocks(d scheduler.Delivery, text string) []content.Block {
	to, _ := ParsePlace(d.Place)
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
