package chat

import (
	"context"
	"slices"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// breachCard is the ID of the card that the group reads. Its section for facilitators is the
// checklist for staff.
const breachCard = "confidentiality-broken"

// breach says what to do when somebody broke confidentiality: privately, it shows what would be
// posted to the group, a button that posts it, and the checklist. It names nobody, and neither asks
// what happened nor stores it.
func (h *groupHandler) breach(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	c, ok := h.deck.Library().Card(breachCard, r.w.Lang())
	if !ok || len(g.Places) == 0 {
		return bot.Answer{}, bot.Wrong("there is nothing to post: the clinic withdrew the card %s, or the group has no channel", breachCard)
	}
	m := bot.Message{Title: r.w.T("Confidentiality was broken")}
	post, hash, why := h.deck.Post(breachCard, g.Places[0].Platform, g.Langs, h.deck.Signed(), h.now())
	switch name, seen := pressed(r); {
	case !why.IsZero():
		m.Blocks = []content.Block{content.Text(r.w.T("The card for the group cannot be posted: a clinician has not approved these words yet."))}
	case seen == hash[:4]:
		if err := h.post(ctx, r.Actor, bot.Delivery{Kind: bot.OfShare, Reminder: "share-" + name, Group: g.ID, Card: breachCard}, g.Places...); err != nil {
			return bot.Answer{}, err
		}
		m.Blocks = []content.Block{content.Text(r.w.T("The card will appear in the channels of the group %s in a moment.", g.Name))}
		m.Actions = []bot.Action{takeBack(r.w, g.ID, "")}
	default:
		preview := content.Text(r.w.T("This card goes to every channel of the group %s when you press the button. It names nobody, and it does not say that anything happened.", g.Name))
		m.Blocks = slices.Concat([]content.Block{preview}, AllTheSame(r.w, g, h.now()), post.Blocks)
		call := once(bot.NewSub("group", "breach", "group", g.ID), hash[:4])
		m.Actions = []bot.Action{{Label: r.w.T("Post it to the group"), Call: call, Style: bot.Primary}}
	}
	m.Blocks = append(m.Blocks, h.checklist(c, r.w)...)
	m.Actions = append(m.Actions, bot.Action{Label: r.w.T("Back"), Call: bot.NewSub("group", "show", "group", g.ID)})
	return bot.Answer{Message: m, Update: true}, nil
}

// checklist is what staff do, in order.
func (h *groupHandler) checklist(c content.Card, w *words.Reader) []content.Block {
	list, ok := bot.Find(c.Sections, func(s content.Section) bool { return s.ID == "facilitators" })
	if !ok {
		return nil
	}
	out := []content.Block{content.HeadingText(w.T("What to do; only you see this"))}
	if note := h.deck.Note(c, h.deck.Approved(c), w); note != "" {
		out = append(out, content.Text(note))
	}
	return append(out, list.Blocks...)
}
