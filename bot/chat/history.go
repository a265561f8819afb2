package chat

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// inScope are the reminders of the groups asked about.
func (f finder) inScope(ctx context.Context, r asked) ([]bot.Reminder, map[string]bot.Group, error) {
	return f.ofScope(ctx, r, f.store.Reminders)
}

// ofScope are those of some reminders that belong to the groups asked about. some reads those of a group,
// by its ID, or more; "" stands for all groups.
func (f finder) ofScope(ctx context.Context, r asked, some func(ctx context.Context, group string) ([]bot.Reminder, error)) ([]bot.Reminder, map[string]bot.Group, error) {
	groups, err := f.scope(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	by, only := bot.GroupsByID(groups), ""
	if len(groups) == 1 {
		only = groups[0].ID
	}
	all, err := some(ctx, only)
	return slices.DeleteFunc(all, func(rem bot.Reminder) bool { _, ok := by[rem.Group]; return !ok }), by, err
}

// own is the call of the list that the person is reading, for the buttons to its other pages.
func own(r asked, name string) bot.Call {
	c := bot.NewSub("reminder", name)
	for _, a := range []string{"group", "id"} {
		if v := strings.TrimSpace(r.Args[a]); v != "" {
			c = c.With(a, v)
		}
	}
	return c
}

// next lists the next posts of the reminders, the soonest first, with those that will be skipped unless
// somebody acts, and the groups that are paused.
func (h *reminderHandler) next(ctx context.Context, r asked) (bot.Answer, error) {
	reminders, groups, err := h.inScope(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	var all []event
	resting := h.restingGroups(r.w, groups)
	for _, rem := range reminders {
		g := groups[rem.Group]
		next, err := h.Changes.Reminders.Upcoming(rem, g, changes.ShownNext)
		calendar, rule, fault := bot.Timing(rem, g)
		if err != nil || fault != nil {
			continue // it rests; the list says so
		}
		title := fmt.Sprintf("%s, %s", g.Name, h.deck.TopicTitle(rem.Topic, r.w.Lang()))
		if rest := r.w.Resting(rem.Paused, h.now(), groupZone(g)); rest != nil {
			resting = append(resting, words.Join(title+": ", rest))
		}
		for _, o := range next {
			line := words.Join(r.w.Moment(o.At, groupZone(g)), ": "+title)
			if why := delivery.SkipAhead(h.deck, calendar, rule, rem, g, o); !why.IsZero() {
				line = words.Join(line, ". ", r.w.Say("Will be skipped: %s.", r.w.Reason(why)))
			}
			all = append(all, event{o.At, line})
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	none := content.Text(r.w.T("Nothing is planned."))
	a, _ := listed(r, r.w.T("Coming up"), own(r, "next"), all, none, func(c event) []content.Span { return c.line })
	m := &a.Message
	m.Actions = append(m.Actions, monthButton(r.w))
	if len(resting) > 0 {
		m.Blocks = append(m.Blocks, words.Bullets(words.AtMost(r.w, perPage, resting)...))
	}
	return a, nil
}

// restingGroups says which groups are paused, one line each, by their names.
func (h *reminderHandler) restingGroups(w *words.Reader, groups map[string]bot.Group) [][]content.Span {
	var out [][]content.Span
	for _, g := range slices.SortedFunc(maps.Values(groups), byName) {
		if rest := w.Resting(g.Paused, h.now(), groupZone(g)); rest != nil {
			out = append(out, words.Join(g.Name+": ", rest))
		}
	}
	return out
}

// past is scope, and removed groups too, so that people can read their history.
func (f finder) past(ctx context.Context, r asked) ([]bot.Group, error) {
	removed, err := f.removedGroups(ctx, r)
	if err != nil {
		return nil, err
	}
	groups, err := f.scope(ctx, r)
	if name := strings.TrimSpace(r.Args["group"]); name != "" {
		if gone := called(name, removed); err != nil && len(gone) > 0 {
			return gone[:1], nil
		}
		return groups, err
	}
	if err != nil {
		return nil, err
	}
	if g, err := f.groupHere(ctx, r); err == nil && reaches(r, g) {
		return groups, nil
	}
	here := slices.DeleteFunc(slices.Clone(removed), func(g bot.Group) bool {
		return !slices.Contains(g.Places, r.Place) && !slices.Contains(g.Places, r.Around)
	})
	if len(here) > 0 {
		return here, nil
	}
	return append(groups, removed...), nil
}

// wasPosted reports whether one of the groups has a delivery of the reminder on record.
func (f finder) wasPosted(ctx context.Context, id string, groups []bot.Group) bool {
	return slices.ContainsFunc(groups, func(g bot.Group) bool {
		some, err := f.store.Deliveries(ctx, bot.DeliveryFilter{Group: g.ID, Reminder: id, Limit: 1})
		return err == nil && len(some) > 0
	})
}

// postTitle names what a delivery posts, or would have posted; topics are those of bot.TopicsOf.
func postTitle(deck *cards.Deck, w *words.Reader, d bot.Delivery, topics map[string]string) string {
	topic, known := topics[d.Reminder]
	switch {
	case d.Card != "":
		return cards.PostTitle(deck, d, w.Lang())
	case known:
		return deck.TopicTitle(topic, w.Lang())
	}
	return w.T("a removed reminder")
}

func (h *reminderHandler) history(ctx context.Context, r asked) (bot.Answer, error) {
	id := strings.TrimSpace(r.Args["id"])
	groups, err := h.past(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	if id != "" { // a button of one reminder, which may have been removed since
		_, g, err := h.reminderOf(ctx, r)
		switch {
		case err == nil:
			groups = []bot.Group{g}
		case !h.wasPosted(ctx, id, groups):
			return bot.Answer{}, err
		}
	}
	var all []bot.Delivery
	for _, g := range groups {
		some, err := h.store.Deliveries(ctx, bot.DeliveryFilter{Group: g.ID, Reminder: id, Limit: (r.Flow.Page+1)*perPage + 1})
		if err != nil {
			return bot.Answer{}, err
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b bot.Delivery) int { return b.At.Compare(a.At) })
	topics, err := bot.TopicsOf(ctx, h.store, all)
	if err != nil {
		return bot.Answer{}, err
	}
	by, none := bot.GroupsByID(groups), content.Text(r.w.T("Nothing has been posted yet."))
	a, some := listed(r, r.w.T("What was posted"), own(r, "history"), all, none, func(d bot.Delivery) []content.Span {
		return words.Join(r.w.Moment(d.At, groupZone(by[d.Group])), ": "+postTitle(h.deck, r.w, d, topics)+", ", d.Place, ", "+words.Outcome(r.w, d))
	})
	a.Message.Menu = (&takeBackHandler{h.kit}).menu(r.w, some, by)
	return a, nil
}
