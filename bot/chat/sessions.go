package chat

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// sessionHandler answers /session and /next.
type sessionHandler struct{ *kit }

// sessionLine says when a session begins, and whether it was moved, cancelled or both.
func sessionLine(w *words.Reader, g bot.Group, m scheduler.Meeting) []content.Span {
	at := w.Moment(m.At, groupZone(g))
	switch {
	case m.Cancelled && !m.MovedAt.IsZero():
		return w.Say("%s, moved from %s: cancelled", w.Moment(m.MovedAt, groupZone(g)), w.Moment(m.PlannedAt, groupZone(g)))
	case m.Cancelled:
		return w.Say("%s: cancelled", at)
	case m.Skipped:
		return w.Say("%s: no session on this date", at)
	case m.Moved():
		return w.Say("%s, moved from %s", at, w.Moment(m.PlannedAt, groupZone(g)))
	}
	return words.Join(at)
}

// groupZone is the zone of a group's sessions.
func groupZone(g bot.Group) *time.Location {
	zone, err := scheduler.ParseZone(g.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// shownAt is the time by which a session is listed: the one to which it was moved, also if it was
// cancelled after that, or the planned one.
func shownAt(m scheduler.Meeting) time.Time { return cmp.Or(m.MovedAt, m.At) }

// shownInOrder sorts sessions by the times by which they are listed.
func shownInOrder(all []scheduler.Meeting) {
	slices.SortStableFunc(all, func(a, b scheduler.Meeting) int { return shownAt(a).Compare(shownAt(b)) })
}

func (h *sessionHandler) list(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	all, err := h.Changes.Sessions.Meetings(g, time.Time{})
	if err != nil {
		return bot.Answer{}, err
	}
	shownInOrder(all)
	none := words.Paragraph(r.w.Say("No session is planned. To set when the group meets, use %s.", words.Command("group set")))
	a, some := listed(r, r.w.T("Sessions of %s", g.Name), bot.NewSub("session", "list", "group", g.ID), all, none, func(m scheduler.Meeting) []content.Span {
		return sessionLine(r.w, g, m)
	})
	a.Message.Menu = menu(r.w.T("Choose a session"), bot.Each(some, func(m scheduler.Meeting) bot.Action {
		label := r.w.Moment(shownAt(m), groupZone(g)).String()
		return bot.Action{Label: bot.Short(label, 75), Call: bot.NewSub("session", "show", "when", m.Planned.String(), "group", g.ID)}
	}))
	if len(all) == 0 {
		a.Message.Actions = []bot.Action{{Label: r.w.T("Channels and meetings"), Call: bot.NewSub("group", "meetings", "group", g.ID)}}
	}
	return a, nil
}

// show shows one session, with what can be done with it.
func (h *sessionHandler) show(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	m, err := h.Changes.Sessions.Find(h.asker(r, g), g, r.Args["when"])
	if err != nil {
		return bot.Answer{}, toSessions(r, g, err)
	}
	a := bot.Message{Title: g.Name, Blocks: []content.Block{words.Bullets(sessionLine(r.w, g, m))}}
	call := func(name string) bot.Call {
		c := bot.NewSub("session", name, "when", m.Planned.String(), "group", g.ID)
		c.Flow.Seen = changes.Digest(m)
		return c
	}
	if !m.Cancelled {
		move := bot.NewSub("session", "move", "when", m.Planned.String(), "group", g.ID) // its form shows the session as it is then
		a.Actions = append(a.Actions, bot.Action{Label: r.w.T("Move this session"), Call: move}, bot.Action{Label: r.w.T("Cancel this session"), Call: call("cancel")})
	}
	switch {
	case m.Cancelled && m.MovedAt.After(h.now()):
		a.Actions = append(a.Actions, bot.Action{Label: r.w.T("Hold it at its new time"), Call: call("restore")})
	case m.Cancelled || m.Moved():
		a.Actions = append(a.Actions, bot.Action{Label: r.w.T("Put it back as planned"), Call: call("restore")})
	}
	a.Actions = append(a.Actions, h.tellButton(ctx, r, g, m.Planned)...)
	a.Actions = append(a.Actions, bot.Action{Label: r.w.T("Back"), Call: bot.NewSub("session", "list", "group", g.ID)})
	return bot.Answer{Message: a, Update: true}, nil
}

func (h *sessionHandler) cancel(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	c, err := h.Changes.Sessions.Cancel(ctx, r.Actor, h.asker(r, g), g.ID, r.Args["when"], r.Flow.Seen)
	return h.changed(ctx, r, g, c, err)
}

func (h *sessionHandler) move(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	typed := strings.TrimSpace(r.Args["to"]) != ""
	if !r.Submit && !typed {
		if when, to := h.Changes.Sessions.Apart(h.asker(r, g), g, r.Args["when"]); to != "" {
			r.Call = r.With("when", when).With("to", to)
		}
	}
	if !r.Submit && (!typed || r.Flow.Again) {
		return h.moving(r, g, nil)
	}
	c, err := h.Changes.Sessions.Move(ctx, r.Actor, h.asker(r, g), g.ID, r.Args["when"], r.Args["to"], r.Flow.Seen)
	if r.Submit && errors.Is(err, changes.ErrOvertaken) {
		now, err := h.store.Group(ctx, g.ID)
		if err != nil {
			return bot.Answer{}, changes.NoGroup(g.ID, err)
		}
		return h.moving(r, now, nil)
	}
	if r.Submit && bot.FieldOf(err) == "to" {
		return h.moving(r, g, err)
	}
	return h.changed(ctx, r, g, c, err)
}

func (h *sessionHandler) restore(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	c, err := h.Changes.Sessions.Restore(ctx, r.Actor, h.asker(r, g), g.ID, r.Args["when"], r.Flow.Seen)
	return h.changed(ctx, r, g, c, err)
}

// overtakenBy answers a button whose session somebody changed after it was shown: the session as it is now.
func (h *sessionHandler) overtakenBy(ctx context.Context, r asked, id string) (bot.Answer, error) {
	g, err := h.store.Group(ctx, id)
	if err != nil {
		return bot.Answer{}, changes.NoGroup(id, err)
	}
	a, err := h.show(ctx, r, g)
	said := r.w.T("This session was changed meanwhile, so the button did nothing. It is now as follows:")
	a.Message.Blocks = append([]content.Block{content.Text(said)}, a.Message.Blocks...)
	return a, err
}

// changed says what became of a session that was changed, with the way back.
func (h *sessionHandler) changed(ctx context.Context, r asked, g bot.Group, c changes.SessionChange, err error) (bot.Answer, error) {
	if errors.Is(err, changes.ErrOvertaken) {
		return h.overtakenBy(ctx, r, g.ID)
	}
	if err != nil {
		return bot.Answer{}, toSessions(r, g, err)
	}
	said := r.w.T("The session will take place as planned.")
	switch {
	case c.Now.Cancelled:
		said = r.w.T("The session is cancelled. Reminders before it are not posted.")
	case c.Now.Moved() && c.Was.Cancelled:
		said = r.w.T("The session will take place after all, at the time that it was moved to.")
	case c.Now.Moved():
		said = r.w.T("The session is moved. Reminders come before its new time.")
	}
	return bot.Answer{Update: true, Message: bot.Message{
		Title: g.Name,
		Blocks: append([]content.Block{content.Text(said), words.Bullets(sessionLine(r.w, c.Group, c.Now))},
			foreseen(r.w, h.Changes.Sessions.Foresee(ctx, c))...),
		Actions: slices.Concat(h.tellButton(ctx, r, c.Group, c.Was.Planned), undoing(r.w, g, c),
			[]bot.Action{{Label: r.w.T("Show the sessions"), Call: bot.NewSub("session", "list", "group", g.ID)}}),
	}}, nil
}

// toSessions gives an error about which session is meant, such as one that is cancelled already, a button to
// the list of sessions, unless the error has buttons of its own. Before it stand buttons that do what was
// asked with each session that may be meant.
func toSessions(r asked, g bot.Group, err error) error {
	var press offers
	if bot.FieldOf(err) != "when" || len(g.Sessions) == 0 || errors.As(err, &press) {
		return err
	}
	if meant, ok := errors.AsType[changes.MeantSessions](err); ok && !r.Submit && (r.Sub == "cancel" || r.Sub == "move" || r.Sub == "restore") {
		r.Flow.Again = r.Sub == "move" // a form shows the new time first
		press = offering(r, "when", bot.Each(slices.DeleteFunc(slices.Clone([]scheduler.Meeting(meant)), func(m scheduler.Meeting) bool {
			return r.Sub == "cancel" && m.Cancelled || r.Sub == "restore" && !m.Cancelled && !m.Moved()
		}), func(m scheduler.Meeting) bot.Choice { return sessionChoice(r, g, m) }))
	}
	return withButtons(err, append(press, bot.Action{Label: r.w.T("Show the sessions"), Call: bot.NewSub("session", "list", "group", g.ID)}))
}

// sessionChoice offers a session by when it is.
func sessionChoice(r asked, g bot.Group, m scheduler.Meeting) bot.Choice {
	return bot.Choice{Name: bot.Short(words.Plain(sessionLine(r.w, g, m)), 75), Value: m.Planned.String()}
}

// undoing is the button that makes a session as it was before a change, if nobody has changed it since.
// Where the group's short name leaves no room for it, there is none.
func undoing(w *words.Reader, g bot.Group, c changes.SessionChange) []bot.Action {
	planned := c.Was.Planned.String()
	undo := bot.NewSub("session", "restore", "when", planned, "group", g.ID)
	switch {
	case c.Was.Cancelled:
		undo = bot.NewSub("session", "cancel", "when", planned, "group", g.ID)
	case c.Was.Moved():
		undo = bot.NewSub("session", "move", "when", planned, "to", c.Was.Start.String(), "group", g.ID)
	}
	undo.Flow.Seen = changes.Digest(c.Now)
	if undo.Encode() == "" {
		return nil
	}
	return []bot.Action{{Label: w.T("Undo"), Call: undo}}
}

// sessionChoices offers the sessions to come; to put one back as planned, only cancelled and moved ones.
func (h completer) sessionChoices(ctx context.Context, r asked) []bot.Choice {
	g, err := h.groupOf(ctx, r)
	if err != nil {
		return nil
	}
	all, err := h.Changes.Sessions.Meetings(g, time.Time{})
	if err != nil {
		return nil
	}
	shownInOrder(all)
	var out []bot.Choice
	for _, m := range all {
		if r.Sub == "restore" && !m.Cancelled && !m.Moved() {
			continue
		}
		out = append(out, sessionChoice(r, g, m))
	}
	return out
}

// next says when the group of this channel meets next, and which sessions before that do not
// take place. It reads no other group and stores nothing.
func (h *sessionHandler) next(ctx context.Context, r asked) (bot.Answer, error) {
	if h.store == nil {
		return bot.Answer{}, changes.ErrNoStore
	}
	g, err := h.groupHere(ctx, r)
	if errors.Is(err, bot.ErrNotFound) {
		return words.Notice(r.w.Say("Use %s in a group’s own channel: it says when that group meets next.", words.Command("next"))), nil
	}
	if err != nil {
		return bot.Answer{}, err
	}
	calendar, err := g.Calendar()
	if err != nil { // the group's card tells moderators why
		return words.Notice(r.w.Say("This bot does not know when %s meets next. Ask a facilitator of the group.", g.Name)), nil //nolint:nilerr // a member can do nothing about it
	}
	now := h.now()
	meets, ok := calendar.NextSession(now)
	if !ok {
		return words.Notice(r.w.Say("No session of %s is planned here. Ask a facilitator of the group when it meets.", g.Name)), nil
	}
	a := bot.Message{Title: g.Name}
	for _, off := range calledOff(calendar, now, meets.At) {
		a.Blocks = append(a.Blocks, words.Paragraph(r.w.Say("No session on %s.", r.w.Moment(off, groupZone(g)))))
	}
	a.Blocks = append(a.Blocks, words.Paragraph(r.w.Say("The group meets next on %s.", r.w.Moment(meets.At, groupZone(g)))))
	if meets.Moved() {
		a.Blocks = append(a.Blocks, words.Paragraph(r.w.Say("This session was moved from %s.", r.w.Moment(meets.PlannedAt, groupZone(g)))))
	}
	return bot.Answer{Message: a}, nil
}

// calledOff are moments in a time at which members may expect a session that does not take
// place, the first three: as planned, and as it was moved before it was cancelled.
func calledOff(calendar scheduler.Calendar, from, to time.Time) []time.Time {
	const most = 3
	out := slices.Concat(
		bot.Each(calendar.Meetings(from, to, most), func(m scheduler.Meeting) time.Time { return m.At }),
		bot.Each(calendar.Dropped(from, to), func(m scheduler.Meeting) time.Time { return m.MovedAt }))
	slices.SortFunc(out, time.Time.Compare)
	out = slices.Compact(out)
	return out[:min(len(out), most)]
}
