package chat

import (
	"context"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// event is something that happens at a moment, with the line that says it.
type event struct {
	at   time.Time
	line []content.Span
}

// days are the sections for today, with today's posts so far, and for the days that follow.
func (h *boardHandler) days(ctx context.Context, d desk) (today, week bot.Message, err error) {
	from := d.today()
	all, err := h.posted(ctx, d, from)
	if err != nil {
		return today, week, err
	}
	all = append(all, d.meetings(from, from.AddDate(0, 0, boardDays))...)
	for _, c := range d.ahead {
		all = append(all, event{c.At, h.comingLine(d.w, c, d.zone)})
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	today.Title = d.w.T("Today") + ", " + d.w.Calendar.Date(from)
	if today.Blocks = d.day(all, 0); today.Blocks == nil {
		today.Blocks = []content.Block{content.Text(d.w.T("Nothing is planned."))}
	}
	week.Title = d.w.T("The next seven days")
	for n := 1; n < boardDays; n++ {
		if lines := d.day(all, n); lines != nil {
			week.Blocks = append(append(week.Blocks, content.HeadingText(d.w.Calendar.Date(from.AddDate(0, 0, n)))), lines...)
		}
	}
	if week.Blocks == nil {
		week.Blocks = []content.Block{content.Text(d.w.T("Nothing is planned."))}
	}
	return today, week, nil
}

// posted lists the posts that were due since a moment, with what became of them.
func (h *boardHandler) posted(ctx context.Context, d desk, since time.Time) ([]event, error) {
	all, err := h.store.Deliveries(ctx, bot.DeliveryFilter{Since: since, Limit: boardPosts})
	if err != nil {
		return nil, err
	}
	topics, err := bot.TopicsOf(ctx, h.store, all)
	if err != nil {
		return nil, err
	}
	var out []event
	for _, p := range all {
		g, ok := d.by[p.Group]
		if p.Kind != bot.OfReminder || !ok || p.At.Before(since) {
			continue
		}
		out = append(out, event{p.At, words.Join(d.w.Clock(p.At, d.zone)+": "+g.Name+", "+postTitle(h.deck, d.w, p, topics)+", ", p.Place, ": "+d.w.Posts().Outcome(p))})
	}
	return out, nil
}

// meetings are the groups' sessions between two moments, also those that do not take place. One
// that was moved and then cancelled is among them at both of its times.
func (d desk) meetings(from, to time.Time) []event {
	var out []event
	for _, g := range d.groups {
		calendar, err := g.Calendar()
		if err != nil {
			continue // its calendar cannot be read, which is a trouble of its own
		}
		for _, m := range calendar.Meetings(from, to, boardMeetings) {
			out = append(out, d.meeting(g, m, m.At))
		}
		for _, m := range calendar.Dropped(from, to) {
			out = append(out, d.meeting(g, m, m.MovedAt))
		}
	}
	return out
}

// meeting says of one session of a group, at a time at which people may expect it, whether it
// takes place.
func (d desk) meeting(g bot.Group, m scheduler.Meeting, at time.Time) event {
	return event{at, words.Join(d.w.Clock(at, d.zone)+": ", meetingLine(d.w, g, m, at))}
}

func meetingLine(w *words.Reader, g bot.Group, m scheduler.Meeting, at time.Time) []content.Span {
	switch {
	case m.Cancelled && at.Equal(m.MovedAt):
		return w.Say("%s does not meet: the session, moved from %s, is cancelled", g.Name, w.Moment(m.PlannedAt, groupZone(g)))
	case m.Cancelled:
		return w.Say("%s does not meet: the session is cancelled", g.Name)
	case m.Skipped:
		return w.Say("%s does not meet: no session on this date", g.Name)
	case m.Moved():
		return w.Say("%s meets, moved from %s", g.Name, w.Moment(m.PlannedAt, groupZone(g)))
	}
	return w.Say("%s meets", g.Name)
}

// day are the lines of the n-th day from today; nil if there are none.
func (d desk) day(all []event, n int) []content.Block {
	from, to := d.today().AddDate(0, 0, n), d.today().AddDate(0, 0, n+1)
	var lines [][]content.Span
	for _, e := range all {
		if !e.at.Before(from) && e.at.Before(to) {
			lines = append(lines, e.line)
		}
	}
	if lines == nil {
		return nil
	}
	return []content.Block{words.Bullets(words.AtMost(d.w, boardLines, lines)...)}
}
