package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"circlekeeper/content"
)

// removedGroups are the groups that can be brought back from where the request comes.
func (b *Bot) removedGroups(ctx context.Context, r Request) ([]Group, error) {
	if err := b.ready(r.Actor); err != nil {
		return nil, err
	}
	all, err := b.store.RemovedGroups(ctx)
	return slices.DeleteFunc(all, func(g Group) bool { return !reaches(r, g) }), err
}

// removedReminders are those of the groups asked about that can be brought back.
func (b *Bot) removedReminders(ctx context.Context, r Request) ([]Reminder, map[string]Group, error) {
	groups, err := b.scope(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	by := make(map[string]Group)
	for _, g := range groups {
		by[g.ID] = g
	}
	all, err := b.store.RemovedReminders(ctx)
	return slices.DeleteFunc(all, func(rem Reminder) bool { _, ok := by[rem.Group]; return !ok }), by, err
}

// restoring is the button to what was removed, if there is anything.
func restoring(w *phrasebook, n int, c Call) []Action {
	if n == 0 {
		return nil
	}
	return []Action{{Label: fmt.Sprintf(w.removedSome, n), Call: c}}
}

// restorable offers what can be brought back.
func (b *Bot) restorable(r Request, own Call, all []Action) Answer {
	w := b.in(r)
	m := Message{Title: w.restoreTitle}
	some, beside := onPage(r, w, own, all)
	list := own
	list.Sub = "list"
	m.Actions = append(beside, Action{Label: w.back, Call: list})
	if len(all) == 0 {
		m.Blocks = []content.Block{content.Text(w.nothingRemoved)}
		return Answer{Message: m, Update: true}
	}
	var lines []string
	for _, a := range some {
		lines = append(lines, strings.Trim(a.Hint+": "+a.Label, ": "))
	}
	m.Blocks = []content.Block{content.Bullets(lines...), content.Text(w.kept(b.keep))}
	m.Menu = &Menu{Label: w.restoreChoose, Options: some}
	return Answer{Message: m, Update: true}
}

func (b *Bot) groupRestore(ctx context.Context, r Request) (Answer, error) {
	removed, err := b.removedGroups(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	id := strings.TrimSpace(r.Args["group"])
	var offered []Action
	for _, g := range removed {
		if id == "" || fold(g.Name) == fold(id) {
			offered = append(offered, Action{Label: short(g.Name, 75), Hint: g.ID, Call: sub("group", "restore", "group", g.ID)})
		}
	}
	if id == "" {
		return b.restorable(r, sub("group", "restore"), offered), nil
	}
	switch named := len(offered); {
	case slices.ContainsFunc(removed, func(g Group) bool { return g.ID == id }):
	case named > 1:
		return b.restorable(r, sub("group", "restore"), offered), nil
	case named == 1:
		id = offered[0].Hint
	}
	if err := b.RestoreGroup(ctx, r.Actor, id, within(r)); err != nil {
		return Answer{}, err
	}
	return b.groupSaved(ctx, r, id, b.in(r).groupRestored)
}

func (b *Bot) reminderRestore(ctx context.Context, r Request) (Answer, error) {
	id := strings.TrimSpace(r.Args["id"])
	if id != "" {
		if err := b.RestoreReminder(ctx, r.Actor, id, within(r)); err != nil {
			return Answer{}, err
		}
		return b.reminderShown(ctx, r, b.in(r).reminderRestored)
	}
	removed, groups, err := b.removedReminders(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	lang := b.lang(r.Lang)
	var offered []Action
	for _, rem := range removed {
		offered = append(offered, Action{
			Label: short(b.topicTitle(rem.Topic, lang)+", "+describe(rem.Rule, lang), 75), Hint: short(groups[rem.Group].Name, 100),
			Call: sub("reminder", "restore", "id", rem.ID),
		})
	}
	return b.restorable(r, own(r, "restore"), offered), nil
}
