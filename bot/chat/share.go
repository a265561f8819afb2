package chat

import (
	"context"
	"errors"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// shareHandler answers /share.
type shareHandler struct{ *kit }

// answer shows what a card would look like in a channel, and posts it once the
// button under that preview is pressed.
func (h *shareHandler) answer(ctx context.Context, r asked) (bot.Answer, error) {
	if r.Args["to"] != "" {
		return h.agreed(ctx, r)
	}
	if strings.TrimSpace(r.Args["card"]) == "" {
		return h.pick(r), nil
	}
	id, near := h.cardNamed(r, strings.TrimSpace(r.Args["card"]))
	if list, ok := h.pages.ListCalled(r.Args["card"]); ok && id != r.Args["card"] { // else words of a card would be found
		r.Call = sharing(r, "list", list.Name)
		return h.pick(r), nil
	}
	if id == "" {
		return h.offer(r, near)
	}
	to, err := h.placeOf(ctx, r, r.Args["place"])
	if err != nil {
		return bot.Answer{}, err
	}
	m, hash, skip, g, err := h.toPost(ctx, r, id, to)
	if err != nil {
		return bot.Answer{}, err
	}
	c, _ := h.deck.Library().Card(id, r.w.Lang())
	if !skip.IsZero() {
		a := words.Notice(r.w.Say("This card cannot be posted: a clinician has not approved these words yet."))
		a.Message.Title = c.Title
		return a, nil
	}
	preview := words.Paragraph(r.w.Say("Preview: only you see this. It would go to %s.", to))
	m.Blocks = slices.Concat([]content.Block{preview}, AllTheSame(r.w, g, h.now()), m.Blocks)
	if c.Kind == content.Panel { // the preview has one button: say that the card has others
		buttons := words.Bullets(bot.Each(m.Actions, func(b bot.Action) []content.Span { return []content.Span{{Text: b.Label}} })...)
		m.Blocks = append(m.Blocks, content.Text(r.w.T("These are its buttons:")), buttons)
	}
	post := once(bot.NewCall("share", "card", id, "to", bot.Pack(to)), hash[:4])
	if post.Encode() == "" {
		return bot.Answer{}, bot.About("place", bot.Wrong("Please name the channel to post in."))
	}
	m.Actions = []bot.Action{{Label: r.w.T("Post it"), Call: post, Style: bot.Primary}}
	if c.Kind == content.Panel && h.platforms.Load().MayPin != nil && to.Platform != bot.Playground {
		pin := post
		pin.Flow.Pin = true
		m.Actions = append(m.Actions, bot.Action{Label: r.w.T("Post and pin it"), Call: pin})
	}
	return bot.Answer{Message: m, Update: true}, nil
}

// panel answers /panel: it shares the card whose buttons open each topic privately. With them,
// people can ask where they have no slash commands, such as in Slack's threads.
func (h *shareHandler) panel(ctx context.Context, r asked) (bot.Answer, error) {
	r.Call = bot.NewCall("share", "card", "panel", "place", r.Args["place"])
	return h.answer(ctx, r)
}

// toPost is what would be posted now. Facilitators may post only in their groups' channels.
func (h *shareHandler) toPost(ctx context.Context, r asked, id string, to bot.Place) (m bot.Message, hash string, skip bot.Reason, g bot.Group, err error) {
	g, err = h.store.GroupAt(ctx, to)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return m, "", skip, g, err
	}
	if !r.Actor.Reaches(g) {
		return m, "", skip, g, bot.About("place", bot.Wrong("You cannot change that channel from here."))
	}
	m, hash, skip = h.deck.Post(id, to.Platform, g.Langs, h.deck.Signed(), h.now())
	return m, hash, skip, g, nil
}

// agreed posts a card once the button under its preview is pressed.
func (h *shareHandler) agreed(ctx context.Context, r asked) (bot.Answer, error) {
	id := r.Args["card"]
	to, err := bot.Unpack(r.Args["to"])
	if err != nil || !reachesPlace(r, to) {
		return bot.Answer{}, bot.Wrong("You cannot change that channel from here.")
	}
	if err := h.vouched(ctx, r, to); err != nil {
		return bot.Answer{}, err
	}
	name, seen := pressed(r)
	_, hash, skip, g, err := h.toPost(ctx, r, id, to)
	switch {
	case err != nil:
		return bot.Answer{}, err
	case !skip.IsZero() || seen != hash[:4]:
		return bot.Answer{}, bot.Wrong("These words have changed, or can no longer be posted. Please look at the preview again.")
	}
	kind, said := bot.OfShare, r.w.Say("It will appear in %s in a moment.", to)
	if r.Flow.Pin {
		kind, said = h.pinned(ctx, r.w, to)
	}
	if err := h.post(ctx, r.Actor, bot.Delivery{Kind: kind, Reminder: "share-" + name, Group: g.ID, Card: id}, to); err != nil {
		return bot.Answer{}, err
	}
	return instead(said, takeBack(r.w, g.ID, bot.Key("share-"+name, scheduler.Civil{}, to))), nil
}

// pinned returns OfPin, or OfShare if the post cannot be pinned, and a sentence that says so.
func (h *shareHandler) pinned(ctx context.Context, w *words.Reader, to bot.Place) (bot.DeliveryKind, []content.Span) {
	if err := h.pinnable(ctx, to, false); err != nil {
		return bot.OfShare, w.Say("It will appear in %s in a moment. It will not be pinned: %s.", to, err)
	}
	return bot.OfPin, w.Say("It will appear in %s in a moment and be pinned there.", to)
}

// cardNamed is the ID of the card that a name means, if it can be posted; else the cards that
// may have been meant.
func (h *shareHandler) cardNamed(r asked, name string) (id string, near []cards.Named) {
	for _, lang := range append([]string{r.w.Lang()}, h.deck.Library().Langs()...) { // the title may be in another language
		found, others := h.pages.Search(lang, name, content.Kinds())
		if _, ok := h.deck.Library().Topic(found); ok {
			return found, nil
		}
		if near == nil {
			near = others
		}
	}
	return "", slices.DeleteFunc(near, func(n cards.Named) bool {
		_, ok := h.deck.Library().Topic(n.ID)
		return !ok
	})
}

// offer offers the list that may have been meant; else the cards, to be previewed for the same place.
func (h *shareHandler) offer(r asked, near []cards.Named) (bot.Answer, error) {
	if lists := words.Nearest(r.Args["card"], cards.Lists(), h.pages.NamesOfList); len(lists) > 0 {
		title := words.List(r.w, lists[0].Name).Title
		press := offers{{Label: bot.Short(title, 75), Call: sharing(r, "list", lists[0].Name)}}
		return bot.Answer{}, bot.About("card", bot.Because(press, "There is no card %q to post. Did you mean this list: %s?", bot.Short(r.Args["card"], 60), title))
	}
	if len(near) == 0 {
		all := offers{{Label: r.w.T("Show all"), Call: sharing(r)}}
		return bot.Answer{}, bot.About("card", bot.Because(all, "There is no card %q to post. Choose one from the list that %s shows.", bot.Short(r.Args["card"], 60), words.Command("share")))
	}
	return h.pages.Offer(r.Request, near, func(n cards.Named) bot.Call { return sharing(r, "card", n.ID) }), nil
}
