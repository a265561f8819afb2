package chat

import (
	"context"
	"slices"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Complete offers values for an argument that is being typed, the likeliest
// first. Members are offered cards alone.
func (b *Bot) Complete(ctx context.Context, r bot.Request, name string) (out []bot.Choice) {
	defer func() {
		if recover() != nil {
			b.log.Error("completion panicked", "at", panicked())
			out = nil
		}
	}()
	row := findRow(b.rows, r.Command)
	if row == nil || row.Who == bot.Moderators && !r.Actor.May() {
		return nil
	}
	lang, typed := b.lang(r.Lang), r.Args[name]
	if len(typed) > 200 {
		return nil
	}
	switch row.Name {
	case "strategies":
		return changes.Matching(typed, b.cardChoices(lang, content.Strategy))
	case "challenges":
		return changes.Matching(typed, b.cardChoices(lang, content.Challenge))
	case "agreements":
		return changes.Matching(typed, b.cardChoices(lang, content.Agreement, content.Confidentiality, content.Limits))
	}
	if row.Who != bot.Moderators {
		return nil
	}
	switch name {
	case "card":
		return changes.Matching(typed, b.cardTopics(lang))
	case "group":
		return changes.Matching(typed, b.groupChoices(ctx, r, restores(row, r)))
	case "id":
		return changes.Matching(typed, b.reminderChoices(ctx, r, lang, restores(row, r)))
	case "when":
		return changes.Matching(typed, b.sessionChoices(ctx, r, restores(row, r)))
	case "drop":
		g, err := b.groupOf(ctx, r)
		if err != nil {
			return nil
		}
		return changes.Matching(typed, b.Changes.Groups.Removable(b.in(r), g))
	}
	return b.offered(ctx, r, row.Name, name, typed)
}

// offered are the values that the tables of fields offer for an argument.
func (b *Bot) offered(ctx context.Context, r bot.Request, command, name, typed string) []bot.Choice {
	zone := ""
	if g, err := b.groupOf(ctx, r); err == nil {
		zone = g.Zone
	}
	a := b.asker(r, zone)
	if command == "reminder" {
		return offerOf(ctx, b.Changes.Reminders, a, name, typed)
	}
	return offerOf(ctx, b.Changes.Groups, a, name, typed)
}

func offerOf[T any](ctx context.Context, t changes.Table[T], a changes.Asker, name, typed string) []bot.Choice {
	for _, f := range t.Only(name) {
		if f.Offer != nil {
			return f.Offer(ctx, a, typed)
		}
	}
	return nil
}

// likelyZones are those that the groups there are live in, and the United States'.
func (b *Bot) likelyZones(ctx context.Context, r bot.Request) []string {
	var out []string
	if groups, err := b.groups(ctx, r); err == nil {
		for _, g := range groups {
			out = append(out, g.Zone)
		}
	}
	return append(out, "America/Los_Angeles", "America/Denver", "America/Phoenix", "America/Chicago", "America/New_York", "America/Anchorage", "Pacific/Honolulu")
}

func (b *Bot) cardChoices(lang string, kinds ...content.Kind) []bot.Choice {
	var out []bot.Choice
	for _, f := range b.choices[lang] {
		if slices.Contains(kinds, f.kind) {
			out = append(out, bot.Choice{Name: bot.Short(f.title, 75), Value: f.id})
		}
	}
	return out
}

// cardTopics are the cards that can be posted.
func (b *Bot) cardTopics(lang string) []bot.Choice {
	return slices.DeleteFunc(b.Changes.Topics(b.books.Reader(lang, "")), func(c bot.Choice) bool {
		_, isCard := b.library.Card(c.Value, lang)
		return !isCard
	})
}

// restores reports that what is asked for was removed.
func restores(row *row, r bot.Request) bool {
	sub := findRow(row.subs, r.Sub)
	return sub != nil && sub.Name == "restore"
}

func (b *Bot) groupChoices(ctx context.Context, r bot.Request, removed bool) []bot.Choice {
	find := b.groups
	if removed {
		find = b.removedGroups
	}
	groups, err := find(ctx, r)
	if err != nil {
		return nil
	}
	var out []bot.Choice
	for _, g := range groups {
		out = append(out, bot.Choice{Name: bot.Short(g.Name, 75), Value: g.ID})
	}
	return out
}

func (b *Bot) reminderChoices(ctx context.Context, r bot.Request, lang string, removed bool) []bot.Choice {
	r.Args = nil
	find := b.inScope
	if removed {
		find = b.removedReminders
	}
	reminders, groups, err := find(ctx, r)
	if err != nil {
		return nil
	}
	var out []bot.Choice
	for _, rem := range reminders {
		name := groups[rem.Group].Name + ": " + b.deck.TopicTitle(rem.Topic, lang) + ", " + words.Describe(rem.Rule, lang)
		out = append(out, bot.Choice{Name: bot.Short(name, 75), Value: rem.ID})
	}
	return out
}
