package chat

import (
	"context"
	"maps"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Bounds of a month's view: what a message holds.
const (
	monthsAhead = 12
	monthLines  = 60
	monthDay    = 6 // posts of one day named one by one

	monthEnds = 7 // days; a month that has no more of them left is shown together with the next, if both fit
)

// monthButton leads to the view on this month.
func monthButton(w *words.Reader) bot.Action {
	return bot.Action{Label: w.T("The month ahead"), Call: bot.NewSub("reminder", "month")}
}

// monthAhead shows what will be posted in a month, day by day, and which posts will be skipped and why.
func (h *reminderHandler) monthAhead(ctx context.Context, r asked) (bot.Answer, error) {
	reminders, groups, err := h.inScope(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	zone := clockOf(r, groups)
	now := h.now().In(zone)
	page := min(r.Flow.Page, monthsAhead)
	all, _ := delivery.Ahead(h.deck, groups, reminders, now, month(now, page+2))
	first, last := months(now, page, len(before(all, month(now, 2))) <= monthLines)
	m := bot.Message{Title: r.w.Month(first), Actions: cards.Turns(own(r, "month"), page, monthsAhead, bot.Action{Label: r.w.T("Previous month")}, bot.Action{Label: r.w.T("Next month")})}
	if last != first {
		m.Title = r.w.And(r.w.Month(first), r.w.Month(last))
	}
	m.Blocks = h.days(r.w, before(all, last.AddDate(0, 1, 0)), first, zone)
	if len(m.Blocks) == 0 {
		m.Blocks = []content.Block{content.Text(r.w.T("Nothing is planned."))}
	}
	return bot.Answer{Message: m, Update: true}, nil
}

// month is the beginning of the month that comes n months after this one.
func month(now time.Time, n int) time.Time {
	return time.Date(now.Year(), now.Month()+time.Month(n), 1, 0, 0, 0, 0, now.Location())
}

// before are those posts that come before a moment; all are in the order of their times.
func before(all []delivery.Coming, moment time.Time) []delivery.Coming {
	i := slices.IndexFunc(all, func(c delivery.Coming) bool { return !c.At.Before(moment) })
	if i < 0 {
		return all
	}
	return all[:i]
}

// months are the beginnings of the first and the last month on a page. Page 0 begins with this month. If
// that is nearly over, it has the next month too, unless the two do not fit on one page.
func months(now time.Time, page int, fit bool) (first, last time.Time) {
	if !fit || month(now, 1).After(now.AddDate(0, 0, monthEnds)) {
		return month(now, page), month(now, page)
	}
	if page == 0 {
		return month(now, 0), month(now, 1)
	}
	return month(now, page+1), month(now, page+1)
}

// clockOf is the reader's zone if it is known, else that of one of the groups.
func clockOf(r asked, groups map[string]bot.Group) *time.Location {
	ids := append(slices.Sorted(maps.Keys(groups)), "") // there may be no group
	return zoneOf(r, groups[ids[0]])
}

// days lists the days of a month that have a post, sent or skipped, each with its posts.
func (h *reminderHandler) days(w *words.Reader, all []delivery.Coming, from time.Time, zone *time.Location) []content.Block {
	var out []content.Block
	lines, left := 0, 0
	date, ofDay := "", 0
	for _, c := range all {
		if c.At.Before(from) {
			continue
		}
		at := c.At.In(zone)
		if day := at.Format(time.DateOnly); day != date && lines < monthLines {
			date, ofDay = day, 0
			out = append(out, content.HeadingText(w.Calendar.Date(at)), content.Block{Kind: content.List})
		}
		if ofDay++; lines >= monthLines || ofDay > monthDay {
			left++
			continue
		}
		lines++
		list := &out[len(out)-1]
		list.Items = append(list.Items, h.comingLine(w, c, zone))
	}
	if left > 0 {
		out = append(out, content.Text(w.T("And %d more.", left)))
	}
	return out
}

// comingLine says when a post comes, what it is, and why it may be skipped or is too much.
func (k *kit) comingLine(w *words.Reader, c delivery.Coming, zone *time.Location) []content.Span {
	var notes [][]content.Span
	if !c.Skipped.IsZero() {
		notes = append(notes, w.Say("Will be skipped: %s.", w.Reason(c.Skipped)))
	}
	if c.Near {
		notes = append(notes, w.Say("Within an hour of another post to this group."))
	}
	if c.Crowded {
		notes = append(notes, w.Say("More than three posts to this group that day."))
	}
	for _, e := range c.Ends {
		notes = append(notes, w.Say("The approval of “%s” (%s) ends on %s.", e.Card.Title, e.Card.Lang, w.Calendar.Day(e.At.In(zone))))
	}
	out := words.Join(w.Clock(c.At, zone) + ": " + c.Group.Name + ", " + k.deck.TopicTitle(c.Reminder.Topic, w.Lang()))
	if len(notes) > 0 {
		out = words.Join(out, ". ", words.Beside(notes, " "))
	}
	return out
}
