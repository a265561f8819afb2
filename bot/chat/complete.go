package chat

import (
	"context"
	"slices"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/scheduler"
)

// completer offers values for arguments.
type completer struct{ *kit }

// Complete offers values for an argument that is being typed, the likeliest
// first. Members are offered cards alone.
func (b *Bot) Complete(ctx context.Context, request bot.Request, name string) (out []bot.Choice) {
	r := b.asked(request)
	defer func() {
		if recover() != nil {
			b.log.Error("completion panicked", "at", panicked())
			out = nil
		}
	}()
	row := findRow(b.rows, r.Command)
	if row == nil || len(r.Args[name]) > 200 {
		return nil
	}
	if row.Who == bot.Moderators {
		if r = b.admitted(ctx, r); b.Changes.Ready(r.Actor) != nil {
			return nil
		}
	}
	r.Command = row.Name
	if sub := findRow(row.subs, r.Sub); sub != nil {
		r.Sub = sub.Name
	}
	return completer{b.kit}.choices(ctx, r, row, name)
}

// choices are the values of an argument that fit what was typed of it.
func (h completer) choices(ctx context.Context, r asked, row *row, name string) []bot.Choice {
	lang, typed := r.w.Lang(), r.Args[name]
	if len(row.kinds) > 0 {
		return changes.Matching(typed, h.pages.Choices(lang, row.kinds...))
	}
	switch {
	case row.Name == "cards" && name == "name":
		return (&signingHandler{h.kit}).choices(ctx, r)
	case row.Who != bot.Moderators:
		return nil
	}
	switch name {
	case "card":
		return changes.Matching(typed, h.cardTopics(lang))
	case "group":
		return changes.Matching(typed, h.groupChoices(ctx, r))
	case "id":
		return changes.Matching(typed, h.reminderChoices(ctx, r))
	case "when":
		return changes.Matching(typed, h.sessionChoices(ctx, r))
	case "drop":
		g, err := h.groupOf(ctx, r)
		if err != nil {
			return nil
		}
		return changes.Matching(typed, h.Changes.Groups.Fields.For(r.Actor).Removable(r.w, g))
	}
	return h.offered(ctx, r, row.Name, name, typed)
}

// offered are the values that the tables of fields offer for an argument.
func (h completer) offered(ctx context.Context, r asked, command, name, typed string) []bot.Choice {
	g, _ := h.groupOf(ctx, r) // zero after an error
	a := h.asker(r, g)
	if command == "reminder" {
		return offerOf(ctx, h.Changes.Reminders.Fields, a, name, typed)
	}
	return offerOf(ctx, h.Changes.Groups.Fields, a, name, typed)
}

func offerOf[T any](ctx context.Context, t changes.Table[T], a changes.Asker, name, typed string) []bot.Choice {
	for _, f := range t.Only(name) {
		if f.Offer != nil {
			return f.Offer(ctx, a, typed)
		}
	}
	return nil
}

// likelyZones are the zones of the groups, then those of the United States.
func (k *kit) likelyZones(ctx context.Context, r asked) []string {
	var out []string
	if groups, err := k.groups(ctx, r); err == nil {
		for _, g := range groups {
			out = append(out, g.Zone)
		}
	}
	return append(out, "America/Los_Angeles", "America/Denver", "America/Phoenix", "America/Chicago", "America/New_York", "America/Anchorage", "Pacific/Honolulu")
}

// guessedZone is the most likely zone of a new group: its maker's, if the platform tells it,
// else that of most other groups, else "". The maker sees it before it is saved.
func (k *kit) guessedZone(ctx context.Context, r asked) string {
	if _, err := scheduler.ParseZone(r.Zone); err == nil {
		return r.Zone
	}
	guess, most := "", 0
	if groups, err := k.groups(ctx, r); err == nil {
		count := make(map[string]int)
		for _, g := range groups {
			if count[g.Zone]++; count[g.Zone] > most {
				guess, most = g.Zone, count[g.Zone]
			}
		}
	}
	return guess
}

// cardTopics are the cards that can be posted.
func (h completer) cardTopics(lang string) []bot.Choice {
	return slices.DeleteFunc(h.Changes.Reminders.Topics(h.books.Reader(lang)), func(c bot.Choice) bool {
		_, isCard := h.deck.Library().Card(c.Value, lang)
		return !isCard
	})
}

// groupChoices offers groups: to bring one back, the removed ones.
func (h completer) groupChoices(ctx context.Context, r asked) []bot.Choice {
	groups, _, err := h.inOrder(ctx, r)
	if r.Command == "group" && r.Sub == "restore" {
		groups, err = h.removedGroups(ctx, r)
	}
	if err != nil {
		return nil
	}
	return choicesOf(groups)
}

// choicesOf offers groups by their names.
func choicesOf(groups []bot.Group) []bot.Choice {
	return bot.Each(groups, func(g bot.Group) bot.Choice { return bot.Choice{Name: bot.Short(g.Name, 75), Value: g.ID} })
}

// reminderChoices offers reminders: to bring one back, the removed ones.
func (h completer) reminderChoices(ctx context.Context, r asked) []bot.Choice {
	r.Args = nil
	find := h.inScope
	if r.Sub == "restore" {
		find = h.removedReminders
	}
	reminders, groups, err := find(ctx, r)
	if err != nil {
		return nil
	}
	byNext(reminders, groups)
	var out []bot.Choice
	for _, rem := range reminders {
		if r.Sub == "resume" && !rem.Paused.After(h.now()) {
			continue
		}
		name := groups[rem.Group].Name + ": " + h.reminderName(r.w, rem)
		out = append(out, bot.Choice{Name: bot.Short(name, 75), Value: rem.ID})
	}
	return out
}
