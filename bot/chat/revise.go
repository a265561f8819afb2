package chat

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// PlanRevision works out what a correction or withdrawal would do to the posts that match f and
// that reaches allows. Its error is a *bot.UserError if there is no such post or card.
func (k *kit) PlanRevision(ctx context.Context, by bot.Actor, kind bot.DeliveryKind, f bot.PostFilter, reaches func(bot.Delivery, bot.Group) bool) (bot.Revision, error) {
	plan := bot.Revision{Kind: kind, Card: f.Card}
	if err := k.Changes.Ready(by); err != nil {
		return plan, err
	}
	posts, err := k.store.Standing(ctx, f, kind)
	if err != nil {
		return plan, err
	}
	groups, err := k.everyGroup(ctx)
	if err != nil {
		return plan, err
	}
	posts = slices.DeleteFunc(posts, func(d bot.Delivery) bool { return !reaches(d, groups[d.Group]) })
	switch {
	case f.Key != "" && len(posts) == 0:
		return plan, bot.Wrong("there is no post %s that could be changed: it is not there yet, it was withdrawn, it is being changed just now, or it is no longer on record", bot.Short(f.Key, 60))
	case f.Key != "":
		plan.Card = posts[0].Card
	default:
		if plan.Forgotten, err = k.store.Forgotten(ctx, f.Card); err != nil {
			return plan, err
		}
		if _, known := k.deck.Library().Card(f.Card, "en"); !known && len(posts) == 0 && plan.Forgotten == 0 {
			near := words.Nearest(f.Card, k.deck.Library().All(), func(c content.Card) []string { return []string{c.ID} })
			if len(near) > 0 {
				return plan, bot.Wrong("no card %q was ever posted, and no card has that name: did you mean %s?", bot.Short(f.Card, 60), near[0].ID)
			}
			return plan, bot.Wrong("no card %q was ever posted, and no card has that name", bot.Short(f.Card, 60))
		}
	}
	sum := sha256.New()
	for _, d := range posts {
		hash := ""
		if kind == bot.OfCorrection {
			var why bot.Reason
			_, hash, why = k.deck.PostOf(d, groups[d.Group], k.deck.Signed(), k.now())
			if !why.IsZero() {
				plan.Unsigned++
				continue
			}
			if hash == d.Words() {
				plan.Same++
				continue
			}
		}
		fmt.Fprintln(sum, d.Key, hash)
		plan.Posts = append(plan.Posts, d)
	}
	plan.Sum = hex.EncodeToString(sum.Sum(nil))[:8]
	plan.Doubtful, err = k.doubtful(ctx, plan.Posts)
	return plan, err
}

// everyGroup are all groups by their IDs, also removed ones, because their posts are still in
// their channels.
func (k *kit) everyGroup(ctx context.Context) (map[string]bot.Group, error) {
	groups, err := k.store.Groups(ctx)
	if err != nil {
		return nil, err
	}
	removed, err := k.store.RemovedGroups(ctx)
	return bot.GroupsByID(append(removed, groups...)), err
}

// doubtful are those places of the posts where posting fails now.
func (k *kit) doubtful(ctx context.Context, posts []bot.Delivery) ([]bot.Place, error) {
	open, err := k.store.Troubles(ctx)
	if err != nil {
		return nil, err
	}
	var out []bot.Place
	for _, t := range open {
		place, ok := t.Subject.Unreached()
		if ok && slices.ContainsFunc(posts, func(d bot.Delivery) bool { return d.Place == place }) {
			out = append(out, place)
		}
	}
	return out, nil
}

// Revise starts a revision that PlanRevision planned. A second call with the same ID does
// nothing.
func (k *kit) Revise(ctx context.Context, by bot.Actor, id string, plan bot.Revision) error {
	at := k.now().UTC()
	all := make([]bot.Delivery, len(plan.Posts))
	for i, d := range plan.Posts {
		all[i] = bot.Revise(d, plan.Kind, id, at)
	}
	return k.store.Post(ctx, by, all...)
}

// NewRevisionID makes a random name for a revision, or for another thing to be done once.
func NewRevisionID() string { return strings.ToLower(rand.Text()[:nameLength]) }

const nameLength = 8 // characters
