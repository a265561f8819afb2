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
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// takeBackHandler corrects and withdraws posts in their channels, for moderators and staff. They
// begin from the history, or, as reviewers, from a card.
type takeBackHandler struct{ *kit }

func (h *takeBackHandler) row() row {
	key, card := arg("key", ""), arg("card", "")
	return facilitated(behind(changing("post", "",
		behind(change("show", "", h.show, arg("key", "", required))),
		behind(change("correct", "", h.revise(bot.OfCorrection), key, card)),
		behind(change("withdraw", "", h.revise(bot.OfWithdrawal), key, card)),
		behind(change("state", "", h.state, arg("id", "", required))))))
}

// within allows the posts that the person may revise: those of groups that they may change, and
// those in channels of theirs that have no group.
func (h *takeBackHandler) within(r asked) func(bot.Delivery, bot.Group) bool {
	return func(d bot.Delivery, g bot.Group) bool {
		if g.ID != "" {
			return reaches(r, g)
		}
		return reachesPlace(r, d.Place) && !r.Actor.IsFacilitator()
	}
}

// menu is a menu to choose one of the posts that are still in their channels; nil if there is
// none.
func (h *takeBackHandler) menu(w *words.Reader, some []bot.Delivery, groups map[string]bot.Group) *bot.Menu {
	var options []bot.Action
	for _, d := range some {
		if d.Revisable() {
			g := groups[d.Group]
			label := w.Moment(d.At, groupZone(g)).String() + ": " + cards.PostTitle(h.deck, d, w.Lang())
			options = append(options, bot.Action{Label: bot.Short(label, 75), Hint: bot.Short(whichOf(g, d.Place), 100), Call: bot.NewSub("post", "show", "key", d.Key)})
		}
	}
	return menu(w.T("Correct or withdraw a post"), options)
}

// whichOf names a channel in a menu, which can show only text: by the group's name, with the
// platform if the group has several channels, and by the channel's ID if the group has two on
// this platform.
func whichOf(g bot.Group, p bot.Place) string {
	beside := 0
	for _, other := range g.Places {
		if other.Platform == p.Platform && other != p {
			beside++
		}
	}
	switch {
	case beside > 0 || !slices.Contains(g.Places, p):
		return p.String()
	case len(g.Places) > 1:
		return g.Name + ", " + p.Platform.Name()
	}
	return g.Name
}

// show offers what can be done about one post.
func (h *takeBackHandler) show(ctx context.Context, r asked) (bot.Answer, error) {
	plan, err := h.plan(ctx, r, bot.OfWithdrawal)
	if err != nil {
		return bot.Answer{}, err
	}
	d := plan.Posts[0]
	all, err := h.PlanRevision(ctx, r.Actor, bot.OfWithdrawal, bot.PostFilter{Card: d.Card}, h.within(r))
	if err != nil {
		return bot.Answer{}, err
	}
	g, _ := h.store.Group(ctx, d.Group) // without it, the time is in UTC
	m := bot.Message{Title: cards.PostTitle(h.deck, d, r.w.Lang())}
	m.Blocks = []content.Block{words.Paragraph(words.Join(r.w.Moment(d.At, groupZone(g)), ": ", d.Place, ", "+words.Outcome(r.w, d)))}
	m.Actions = []bot.Action{
		{Label: r.w.T("Correct this post"), Call: bot.NewSub("post", "correct", "key", d.Key)},
		{Label: r.w.T("Withdraw this post"), Call: bot.NewSub("post", "withdraw", "key", d.Key)},
	}
	if n := len(all.Posts); n > 1 {
		m.Blocks = append(m.Blocks, content.Text(r.w.N(n, "This card is in %d post.", "This card is in %d posts.", n)))
		m.Actions = append(m.Actions, h.buttons(r.w, d.Card)...)
	}
	m.Actions = append(m.Actions, historyButton(r.w))
	return bot.Answer{Message: m, Update: true}, nil
}

// buttons correct and withdraw all posts of a card.
func (h *takeBackHandler) buttons(w *words.Reader, card string) []bot.Action {
	return []bot.Action{
		{Label: w.T("Correct all posts of this card"), Call: bot.NewSub("post", "correct", "card", card)},
		{Label: w.T("Withdraw all posts of this card"), Call: bot.NewSub("post", "withdraw", "card", card)},
	}
}

func historyButton(w *words.Reader) bot.Action {
	return bot.Action{Label: w.T("History"), Call: bot.NewSub("reminder", "history")}
}

// plan says what the request would do.
func (h *takeBackHandler) plan(ctx context.Context, r asked, kind bot.DeliveryKind) (bot.Revision, error) {
	f := bot.PostFilter{Card: strings.TrimSpace(r.Args["card"]), Key: strings.TrimSpace(r.Args["key"])}
	if f.Key != "" {
		f.Card = ""
	}
	return h.PlanRevision(ctx, r.Actor, kind, f, h.within(r))
}

// revise shows what would be done, and does it when the button under that is pressed. If the plan
// changed in between, it shows the new plan.
func (h *takeBackHandler) revise(kind bot.DeliveryKind) answering {
	return func(ctx context.Context, r asked) (bot.Answer, error) {
		id, seen := pressed(r)
		if id != "" {
			if a, err := h.standing(ctx, r, id); a.Message.Title != "" || err != nil { // a second press
				return a, err
			}
		}
		plan, err := h.plan(ctx, r, kind)
		if err != nil {
			return bot.Answer{}, err
		}
		if len(plan.Posts) > 0 && seen == plan.Sum {
			if err := h.Revise(ctx, r.Actor, id, plan); err != nil {
				return bot.Answer{}, err
			}
			return h.standing(ctx, r, id)
		}
		return bot.Answer{Message: h.preview(ctx, r, plan), Update: true}, nil
	}
}

// preview shows what would be done: to how many posts, where, with which words, and which posts
// cannot be reached.
func (h *takeBackHandler) preview(ctx context.Context, r asked, plan bot.Revision) bot.Message {
	n := len(plan.Posts)
	m := bot.Message{Title: cards.PostTitle(h.deck, bot.Delivery{Card: plan.Card}, r.w.Lang())}
	for _, line := range words.Plan(r.w, plan) {
		m.Blocks = append(m.Blocks, words.Paragraph(line))
	}
	call := bot.NewSub("post", "correct", "card", plan.Card)
	label := r.w.N(n, "Correct %d post", "Correct %d posts", n)
	style := bot.Primary
	if plan.Kind == bot.OfWithdrawal {
		call.Sub, style = "withdraw", bot.Danger
		label = r.w.N(n, "Withdraw %d post", "Withdraw %d posts", n)
	}
	if key := r.Args["key"]; key != "" {
		call = bot.NewSub("post", call.Sub, "key", key)
	}
	if n > 0 {
		m.Blocks = append(m.Blocks, h.places(r.w, plan.Posts), content.HeadingText(r.w.T("The new text")))
		m.Blocks = append(m.Blocks, h.becoming(ctx, plan)...)
		m.Actions = []bot.Action{{Label: label, Call: once(call, plan.Sum), Style: style}}
	}
	m.Actions = append(m.Actions, historyButton(r.w))
	return m
}

// places lists where posts stand, a line for each channel.
func (h *takeBackHandler) places(w *words.Reader, posts []bot.Delivery) content.Block {
	var order []bot.Place
	count := make(map[bot.Place]int)
	for _, d := range posts {
		if count[d.Place]++; count[d.Place] == 1 {
			order = append(order, d.Place)
		}
	}
	lines := bot.Each(order, func(p bot.Place) []content.Span {
		return words.Join(p, w.N(count[p], ": %d post", ": %d posts", count[p]))
	})
	return words.Bullets(words.AtMost(w, perPage, lines)...)
}

// becoming is what the newest of the posts would become.
func (h *takeBackHandler) becoming(ctx context.Context, plan bot.Revision) []content.Block {
	groups, err := h.everyGroup(ctx)
	if err != nil { // without the group's languages, show the words in English
		groups = nil
	}
	d := plan.Posts[0]
	if plan.Kind == bot.OfWithdrawal {
		return h.deck.Withdrawn(groups[d.Group].Langs).Blocks
	}
	m, _, _ := h.deck.PostOf(d, groups[d.Group], h.deck.Signed(), h.now())
	return m.Blocks
}

// state shows how a revision went so far.
func (h *takeBackHandler) state(ctx context.Context, r asked) (bot.Answer, error) {
	a, err := h.standing(ctx, r, strings.TrimSpace(r.Args["id"]))
	if err == nil && a.Message.Title == "" {
		err = bot.Wrong("This is no longer on record.")
	}
	return a, err
}

// standing shows how far a revision is. It returns an empty answer if there is no such revision,
// or if the person may not change its posts.
func (h *takeBackHandler) standing(ctx context.Context, r asked, id string) (bot.Answer, error) {
	made, err := h.store.Deliveries(ctx, bot.DeliveryFilter{Revision: id, Limit: maxRevised})
	if err != nil {
		return bot.Answer{}, err
	}
	groups, err := h.everyGroup(ctx)
	if err != nil {
		return bot.Answer{}, err
	}
	within := h.within(r)
	made = slices.DeleteFunc(made, func(d bot.Delivery) bool { return !within(d, groups[d.Group]) })
	if len(made) == 0 {
		return bot.Answer{}, nil
	}
	m := bot.Message{Title: cards.PostTitle(h.deck, made[0], r.w.Lang()), Blocks: []content.Block{content.Text(words.Revised(r.w, made))}}
	var not [][]content.Span
	open := false
	for _, d := range made {
		open = open || !d.State.Final()
		if d.State.Final() && d.State != bot.Sent {
			not = append(not, words.Join(d.Place, ": "+words.Outcome(r.w, d)))
		}
	}
	if len(not) > 0 {
		m.Blocks = append(m.Blocks, words.Bullets(words.AtMost(r.w, perPage, not)...))
	}
	if open {
		m.Actions = []bot.Action{{Label: r.w.T("See the progress"), Call: bot.NewSub("post", "state", "id", id), Style: bot.Primary}}
	}
	m.Actions = append(m.Actions, historyButton(r.w))
	return bot.Answer{Message: m, Update: true}, nil
}

// maxRevised is how many posts of one revision are read, at most.
const maxRevised = 10_000

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
	bad, err := k.badPlaces(ctx)
	var out []bot.Place
	for _, d := range posts {
		if _, ok := bad[d.Place]; ok && !slices.Contains(out, d.Place) {
			out = append(out, d.Place)
		}
	}
	return out, err
}

// Revise starts a revision that PlanRevision planned. A second call with the same ID does
// nothing.
func (k *kit) Revise(ctx context.Context, by bot.Actor, id string, plan bot.Revision) error {
	at := k.now().UTC()
	return k.store.Post(ctx, by, bot.Each(plan.Posts, func(d bot.Delivery) bot.Delivery { return bot.Revise(d, plan.Kind, id, at) })...)
}

// NewRevisionID makes a random name for a revision, or for another thing to be done once.
func NewRevisionID() string { return strings.ToLower(rand.Text()[:nameLength]) }

const nameLength = 8 // characters
