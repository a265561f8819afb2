package chat

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// NoticeOf is the ID of the card that tells a group that a session was cancelled or moved; ""
// if there is nothing to tell. For a session that takes place as planned it is a card only if
// the group was told something else before.
func (k *kit) NoticeOf(ctx context.Context, g bot.Group, planned scheduler.Civil) (string, error) {
	card := cards.SessionNotice(g, planned)
	if card != cards.RestoredNotice {
		return card, nil
	}
	const most = 2_000 // how many of the group's newest posts are searched
	before, err := told(ctx, k.store, bot.DeliveryFilter{Group: g.ID, Limit: most}, planned, cards.CancelledNotice, cards.MovedNotice)
	if err != nil || !before {
		return "", err
	}
	return card, nil
}

// SessionNotice is the notice about a session as the group's first channel would show it, and
// the hash of its words. Its error is a *bot.UserError if there is nothing to tell, or if the
// words are not approved.
func (k *kit) SessionNotice(ctx context.Context, g bot.Group, planned scheduler.Civil) (bot.Message, string, error) {
	card, err := k.NoticeOf(ctx, g, planned)
	switch {
	case err != nil:
		return bot.Message{}, "", err
	case card == "":
		return bot.Message{}, "", bot.Wrong("the session on %s is as planned: there is nothing to tell the group", scheduler.MomentText(planned))
	case len(g.Places) == 0:
		return bot.Message{}, "", bot.Wrong("the group has no channel to post this in")
	}
	m, hash, why := k.deck.PostSession(card, g.Places[0].Platform, g, planned, k.deck.Signed(), k.now())
	if !why.IsZero() {
		return bot.Message{}, "", bot.Wrong("a clinician has not approved the words of %s yet, so the group cannot be told", card)
	}
	return m, hash, nil
}

// TellSession posts the notice about a session to all of a group's channels. It posts once for
// each version of the group, however often it is called.
func (k *kit) TellSession(ctx context.Context, by bot.Actor, g bot.Group, planned scheduler.Civil) error {
	if err := k.Changes.Ready(by); err != nil {
		return err
	}
	if _, _, err := k.SessionNotice(ctx, g, planned); err != nil {
		return err
	}
	return k.post(ctx, by, bot.Delivery{
		Kind: bot.OfShare, Reminder: noticeName(g), Nominal: planned, Group: g.ID, Card: cards.SessionNotice(g, planned),
	}, g.Places...)
}

// noticeName is the name of the notices about a group's sessions as they are now.
func noticeName(g bot.Group) string {
	return "session-" + g.ID + "-" + strconv.FormatInt(g.Version, 10)
}

// Told reports whether the notice about a session, as it is now, was posted already or is on its way.
func Told(ctx context.Context, store bot.Store, g bot.Group, planned scheduler.Civil) (bool, error) {
	const most = 100 // sessions of which a group was told since its last change, in all its channels
	return told(ctx, store, bot.DeliveryFilter{Group: g.ID, Reminder: noticeName(g), Limit: most}, planned, cards.SessionNotice(g, planned))
}

// told reports whether one of some deliveries is a notice about a session, with one of these cards, that
// was posted or is on its way.
func told(ctx context.Context, store bot.Store, f bot.DeliveryFilter, planned scheduler.Civil, some ...string) (bool, error) {
	all, err := store.Deliveries(ctx, f)
	return slices.ContainsFunc(all, func(d bot.Delivery) bool {
		return d.Nominal == planned && slices.Contains(some, d.Card) && d.State != bot.Skipped && d.State != bot.Failed
	}), err
}

// tellButton is the button that tells the group what became of a session; none if there is
// nothing to tell.
func (k *kit) tellButton(ctx context.Context, r asked, g bot.Group, planned scheduler.Civil) []bot.Action {
	if card, err := k.NoticeOf(ctx, g, planned); err != nil || card == "" {
		return nil // without the button, the group can still be told by command
	}
	return []bot.Action{{Label: r.w.T("Tell the group"), Call: bot.NewSub("session", "tell", "when", planned.String(), "group", g.ID)}}
}

// tell shows what the group would be told of a session that was cancelled or moved, or that takes place
// after all. It posts that when the button under it is pressed.
func (h *sessionHandler) tell(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	session, err := h.Changes.Sessions.FindChanged(h.asker(r, g), g, r.Args["when"])
	if err != nil {
		return bot.Answer{}, toSessions(r, g, err)
	}
	m, hash, err := h.SessionNotice(ctx, g, session.Planned)
	if err != nil {
		return bot.Answer{}, err
	}
	if seen := hash[:4] + strconv.FormatInt(g.Version, 36); r.Flow.Seen != seen {
		call := bot.NewSub("session", "tell", "when", session.Planned.String(), "group", g.ID)
		call.Flow.Seen = seen
		preview := words.Paragraph(r.w.Say("Preview: only you see this. It would go to %s.", words.Places(g.Places)))
		m.Blocks = slices.Concat([]content.Block{preview}, AllTheSame(r.w, g, h.now()), m.Blocks)
		m.Actions = []bot.Action{{Label: r.w.T("Post it"), Call: call, Style: bot.Primary}}
		if told, err := Told(ctx, h.store, g, session.Planned); err != nil {
			return bot.Answer{}, err
		} else if told { // somebody else was first, and it would not be posted again
			m.Blocks[0] = content.Text(r.w.T("The group was told of this already."))
			m.Actions = []bot.Action{takeBack(r.w, g.ID, "")}
		}
		m.Actions = append(m.Actions, bot.Action{Label: r.w.T("Back"), Call: bot.NewSub("session", "show", "when", session.Planned.String(), "group", g.ID)})
		return bot.Answer{Message: m, Update: true}, nil
	}
	if err := h.TellSession(ctx, r.Actor, g, session.Planned); err != nil {
		return bot.Answer{}, err
	}
	return instead(r.w.Say("It will appear in %s in a moment.", words.Places(g.Places)), takeBack(r.w, g.ID, "")), nil
}

// moving is the form in which a session is given another time.
func (h *sessionHandler) moving(r asked, g bot.Group, err error) (bot.Answer, error) {
	session, wrong := h.Changes.Sessions.Find(h.asker(r, g), g, r.Args["when"])
	if wrong != nil {
		return bot.Answer{}, toSessions(r, g, wrong)
	}
	field := bot.Field{
		Name: "to", Label: r.w.T("New day and time"), Required: true, Max: 100, Value: strings.TrimSpace(r.Args["to"]),
		Hint: r.w.T("A day (at the same time), or a day and a time"),
	}
	about := []content.Block{content.Text(g.Name + ": " + r.w.Moment(session.At, groupZone(g)).String())}
	if changes.Overtaken(r.Flow.Seen, session) {
		changed := r.w.T("The session was changed while you were editing, so your change is not saved yet.")
		if session.Cancelled {
			changed = r.w.T("The session was cancelled while you were editing, so your change is not saved yet.")
		}
		about = append(about, content.Text(changed))
	}
	if session.Cancelled {
		about = append(about, content.Text(r.w.T("This session is cancelled. Saving brings it back.")))
	}
	if field.Value == "" {
		field.Value = scheduler.MomentText(session.Start).Say(scheduler.VoiceOf(r.w.Locale()))
	} else if becomes, wrong := h.Changes.Sessions.NewTime(h.asker(r, g), g, session, field.Value); wrong == nil {
		about = append(about, words.Paragraph(r.w.Say("New day and time: %s", scheduler.MomentText(becomes))))
	} else if err == nil {
		err = wrong
	}
	if err != nil {
		field.Error = words.Sentence(r.w.Fault(err))
	}
	call := bot.NewSub("session", "move", "when", session.Planned.String(), "group", g.ID)
	call.Flow.Seen = changes.Digest(session)
	return bot.Answer{Form: &bot.Form{
		Title: r.w.T("Move a session"), Submit: r.w.T("Save"), Fields: []bot.Field{field}, Call: call, Preview: about,
	}}, nil
}
