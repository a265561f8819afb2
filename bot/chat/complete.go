package chat

import (
	"context"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// maxChoices is how many values are offered at once.
const maxChoices = 25

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
		return offer(typed, b.cardChoices(lang, content.Strategy))
	case "challenges":
		return offer(typed, b.cardChoices(lang, content.Challenge))
	case "agreements":
		return offer(typed, b.cardChoices(lang, content.Agreement, content.Confidentiality, content.Limits))
	}
	if row.Who != bot.Moderators {
		return nil
	}
	switch name {
	case "card":
		return offer(typed, b.topicChoices(lang, false))
	case "topic":
		return offer(typed, b.topicChoices(lang, true))
	case "at":
		return plainChoices(b.ruleReader(r, bot.Group{}).Suggest(typed))
	case "zone":
		return offer(typed, plainChoices(append(b.likelyZones(ctx, r), scheduler.Zones()...)))
	case "quiet":
		return offer(typed, plainChoices([]string{"21:00-08:00", "22:00-07:00", "20:00-09:00", b.books.Reader(lang, "").T("none")}))
	case "langs":
		return offer(typed, langChoices(b.library.Langs()))
	case "late":
		return offer(typed, plainChoices([]string{"2h", "30m", "1h", "4h", "12h"}))
	case "group":
		return offer(typed, b.groupChoices(ctx, r, restores(row, r)))
	case "id":
		return offer(typed, b.reminderChoices(ctx, r, lang, restores(row, r)))
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

// offer keeps the choices that what was typed fits, those it begins first.
func offer(typed string, all []bot.Choice) []bot.Choice {
	typed = words.Fold(typed)
	var first, within []bot.Choice
	seen := make(map[string]bool)
	for _, c := range all {
		if seen[c.Value] {
			continue
		}
		seen[c.Value] = true
		name, value := words.Fold(c.Name), words.Fold(c.Value)
		switch {
		case strings.HasPrefix(name, typed) || strings.HasPrefix(value, typed):
			first = append(first, c)
		case strings.Contains(name, typed) || strings.Contains(value, typed):
			within = append(within, c)
		}
		if len(first) == maxChoices {
			break
		}
	}
	out := append(first, within...)
	return out[:min(len(out), maxChoices)]
}

func plainChoices(values []string) []bot.Choice {
	var out []bot.Choice
	for _, v := range values {
		if len(v) <= 75 {
			out = append(out, bot.Choice{Name: v, Value: v})
		}
	}
	return out[:len(out):len(out)]
}

func (b *Bot) cardChoices(lang string, kinds ...content.Kind) []bot.Choice {
	var out []bot.Choice
	for _, f := range b.choices[lang] {
		if slices.Contains(kinds, f.kind) {
			out = append(out, bot.Choice{Name: short(f.title, 75), Value: f.id})
		}
	}
	return out
}

func (b *Bot) topicChoices(lang string, rotations bool) []bot.Choice {
	var out []bot.Choice
	for _, t := range b.library.Topics() {
		c, isCard := b.library.Card(t, lang)
		switch {
		case isCard:
			out = append(out, bot.Choice{Name: short(c.Title, 75), Value: t})
		case rotations:
			out = append(out, bot.Choice{Name: short(b.topicTitle(t, lang), 75), Value: t})
		}
	}
	return out
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
		out = append(out, bot.Choice{Name: short(g.Name, 75), Value: g.ID})
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
		name := groups[rem.Group].Name + ": " + b.topicTitle(rem.Topic, lang) + ", " + words.Describe(rem.Rule, lang)
		out = append(out, bot.Choice{Name: short(name, 75), Value: rem.ID})
	}
	return out
}
