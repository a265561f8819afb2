package chat

import (
	"context"
	"errors"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// removedGroups are the removed groups that the person may bring back, by name.
func (f finder) removedGroups(ctx context.Context, r asked) ([]bot.Group, error) {
	all, err := f.store.RemovedGroups(ctx)
	all = slices.DeleteFunc(all, func(g bot.Group) bool { return !reaches(r, g) })
	slices.SortStableFunc(all, byName)
	return all, err
}

// byName puts groups in the order of their names.
func byName(a, b bot.Group) int { return strings.Compare(words.Fold(a.Name), words.Fold(b.Name)) }

// removedReminders are the removed reminders, of the groups in scope, that can be brought back.
func (f finder) removedReminders(ctx context.Context, r asked) ([]bot.Reminder, map[string]bot.Group, error) {
	return f.ofScope(ctx, r, func(ctx context.Context, _ string) ([]bot.Reminder, error) { return f.store.RemovedReminders(ctx) })
}

// restoring is the button to the n things that were removed; none if n is 0.
func restoring(w *words.Reader, n int, c bot.Call) []bot.Action {
	if n == 0 {
		return nil
	}
	return []bot.Action{{Label: w.T("Removed: %d. Restore…", n), Call: c}}
}

// restorable offers what can be brought back.
func (k *kit) restorable(r asked, own bot.Call, all []bot.Action) bot.Answer {
	a, some := listed(r, r.w.T("What was removed"), own, all, content.Text(r.w.T("There is nothing to bring back.")), func(a bot.Action) []content.Span {
		if a.Hint != "" {
			return words.Join(a.Hint + ": " + a.Label)
		}
		return words.Join(a.Label)
	})
	list, m := own, &a.Message
	list.Sub = "list"
	m.Actions = append(m.Actions, bot.Action{Label: r.w.T("Back"), Call: list})
	m.Menu = menu(r.w.T("Choose what to bring back"), some)
	if len(all) > 0 {
		m.Blocks = append(m.Blocks, content.Text(r.w.Kept(k.keep)))
	}
	return a
}

func (h *groupHandler) restore(ctx context.Context, r asked) (bot.Answer, error) {
	removed, err := h.removedGroups(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	id := strings.TrimSpace(r.Args["group"])
	offer := func(some []bot.Group) (bot.Answer, error) {
		var offered []bot.Action
		for _, g := range some {
			hint := ""
			if slices.ContainsFunc(some, func(other bot.Group) bool { return other.ID != g.ID && other.Name == g.Name }) {
				hint = g.ID // the two have the same name
			}
			offered = append(offered, bot.Action{Label: bot.Short(g.Name, 75), Hint: hint, Call: bot.NewSub("group", "restore", "group", g.ID)})
		}
		return h.restorable(r, bot.NewSub("group", "restore"), offered), nil
	}
	if id == "" {
		return offer(removed)
	}
	switch named := called(id, removed); len(named) {
	case 0:
	case 1:
		id = named[0].ID
	default:
		return offer(named)
	}
	err = h.Changes.Groups.Restore(ctx, r.Actor, id, within(r))
	if near := words.Nearest(id, removed, changes.NamesOf); errors.Is(err, bot.ErrNotFound) && len(near) > 0 {
		return offer(near)
	}
	if err != nil {
		return bot.Answer{}, err
	}
	return h.showNow(ctx, r, id, r.w.Say("The group and its reminders are back."))
}

func (h *reminderHandler) restore(ctx context.Context, r asked) (bot.Answer, error) {
	id := strings.TrimSpace(r.Args["id"])
	if id != "" {
		if err := h.Changes.Reminders.Restore(ctx, r.Actor, id, within(r)); err != nil {
			return bot.Answer{}, err
		}
		return h.showNow(ctx, r, r.w.Say("The reminder is back."))
	}
	removed, groups, err := h.removedReminders(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	offered := bot.Each(removed, func(rem bot.Reminder) bot.Action {
		return reminderOption(h.reminderName(r.w, rem), rem, groups[rem.Group], "restore")
	})
	return h.restorable(r, own(r, "restore"), offered), nil
}
