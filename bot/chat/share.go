package chat

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// share shows what a card would look like in a channel, and posts it once the
// button under that preview is pressed.
func (b *Bot) share(ctx context.Context, r bot.Request) (bot.Answer, error) {
	if err := b.Changes.Ready(r.Actor); err != nil {
		return bot.Answer{}, err
	}
	if r.Args["to"] != "" {
		return b.postShared(ctx, r)
	}
	name := strings.TrimSpace(r.Args["card"])
	id, near := b.search(b.lang(r.Lang), name, content.Kinds())
	for _, lang := range b.library.Langs() { // a title in another language
		if id == "" {
			id, _ = b.search(lang, name, content.Kinds())
		}
	}
	if _, ok := b.library.Topic(id); !ok {
		return bot.Answer{}, bot.About("card", bot.Wrong("There is no card %q to post. Try one of these: %s.", bot.Clip(name), titles(near)))
	}
	to, err := b.placeOf(ctx, r, r.Args["place"])
	if err != nil {
		return bot.Answer{}, err
	}
	m, hash, skip, _, err := b.shared(ctx, id, to)
	if err != nil {
		return bot.Answer{}, err
	}
	w := b.in(r)
	c, _ := b.library.Card(id, b.lang(r.Lang))
	if !skip.IsZero() {
		a := b.say(r, w.T("This card cannot be posted: a clinician has not approved these words yet."))
		a.Message.Title = c.Title
		return a, nil
	}
	m.Blocks = append([]content.Block{content.Text(w.T("Preview: only you see this. It would go to %s.", to))}, m.Blocks...)
	// The key makes a second press, or one that is delivered twice, post nothing.
	key := strings.ToLower(rand.Text()[:5]) + hash[:4]
	post := bot.NewCall("share", "card", id, "to", bot.Pack(to), "key", key)
	if post.Encode() == "" {
		return bot.Answer{}, bot.About("place", bot.Wrong("Please name the channel to post in."))
	}
	m.Actions = []bot.Action{{Label: w.T("Post it"), Call: post, Style: bot.Primary}}
	return bot.Answer{Message: m, Update: true}, nil
}

// shared is what would be posted now.
func (b *Bot) shared(ctx context.Context, id string, to bot.Place) (m bot.Message, hash string, skip bot.Reason, g bot.Group, err error) {
	g, err = b.store.GroupAt(ctx, to)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return m, "", skip, g, err
	}
	m, hash, skip = b.deck.Post(id, to.Platform, g.Langs, b.deck.Signed(), b.now())
	return m, hash, skip, g, nil
}

func (b *Bot) postShared(ctx context.Context, r bot.Request) (bot.Answer, error) {
	w := b.in(r)
	id, key := r.Args["card"], r.Args["key"]
	to, err := bot.Unpack(r.Args["to"])
	if err != nil || !reachesPlace(r, to) || len(key) != 9 || !bot.IsWord(key) {
		return bot.Answer{}, bot.Wrong("You cannot change that channel from here.")
	}
	if err := b.vouched(ctx, r, to); err != nil {
		return bot.Answer{}, err
	}
	_, hash, skip, g, err := b.shared(ctx, id, to)
	switch {
	case err != nil:
		return bot.Answer{}, err
	case !skip.IsZero() || !strings.HasSuffix(key, hash[:4]):
		return bot.Answer{}, bot.Wrong("These words have changed, or can no longer be posted. Please look at the preview again.")
	}
	own := "share-" + key
	err = b.store.Post(ctx, r.Actor, bot.Delivery{
		Key: bot.Key(own, scheduler.Civil{}, to.String()), Kind: bot.OfShare, Reminder: own, Group: g.ID,
		Place: to.String(), At: b.now().UTC(), Card: id, State: bot.Due,
	})
	if err != nil {
		return bot.Answer{}, err
	}
	a := b.say(r, w.T("It will appear in %s in a moment.", to))
	a.Update = true
	return a, nil
}

// titles names cards that may have been meant.
func titles(near []finder) string {
	var out []string
	for _, f := range near {
		out = append(out, f.id)
	}
	if len(out) == 0 {
		return "strategy-listening"
	}
	return strings.Join(out, ", ")
}
