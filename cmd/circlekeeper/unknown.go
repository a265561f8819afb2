package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
)

// unknown returns an error: something does not exist, what may be meant, and the command that
// lists what exists, if there is one.
func (p program) unknown(what, typed string, near []string, list string) error {
	says := fmt.Sprintf("there is no %s %s%s", what, bot.Short(typed, 60), meant(near))
	switch {
	case list == "":
		return &bot.UserError{Message: says}
	case len(near) == 0:
		says += ":"
	}
	return &bot.UserError{Message: fmt.Sprintf("%s %s %s shows them all", says, p.called, list)}
}

// noneYet returns an error: nothing of a kind exists, and the command that adds the first.
func (p program) noneYet(what, typed, add string) error {
	return &bot.UserError{Message: fmt.Sprintf("there is no %s %s, and no other yet; the first is added with: %s %s", what, bot.Short(typed, 60), p.called, add)}
}

// meant asks whether one of these was meant; empty if there are none.
func meant(near []string) string {
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(near, " or ") + "?"
}

// nearestNames returns the names that may have been meant.
func nearestNames(typed string, names []string) []string {
	return words.Nearest(typed, names, func(name string) []string { return []string{name} })
}

// wasRemoved returns an error: something was removed, and the command that restores it.
func (p program) wasRemoved(what, id string) error {
	return &bot.UserError{Message: fmt.Sprintf("%s %s was removed; it is brought back with: %s %s restore %s", what, id, p.called, what, id)}
}

// allRemoved returns an error: everything of a kind was removed, and the command that restores
// it.
func (p program) allRemoved(says, kind string, removed []string) error {
	const most = 5 // IDs that fit into a line
	return &bot.UserError{Message: fmt.Sprintf("%s; what was removed is brought back with: %s %s restore %s", says, p.called, kind, strings.Join(removed[:min(len(removed), most)], " or "))}
}

// missing returns an error for a name that does not exist: it suggests to restore what was
// removed, or to list what exists. It is nil if nothing of the kind exists or was removed.
func (p program) missing(kind, id string, others bool, near, removed []string) error {
	switch {
	case slices.Contains(removed, id):
		return p.wasRemoved(kind, id)
	case others:
		return p.unknown(kind, id, near, kind+" list")
	case len(removed) > 0:
		return p.allRemoved("there is no "+kind+" "+bot.Short(id, 60), kind, removed)
	}
	return nil
}

// How to add the first of a kind.
const (
	addsGroup    = "group add ID --zone ZONE --channel CHANNEL"
	addsReminder = "reminder add --group GROUP --topic TOPIC --at RULE"
)

func unknownGroup(ctx context.Context, o *opened, id string) error {
	all, err := o.db.Groups(ctx)
	if err != nil {
		return err
	}
	removed, err := removedGroups(ctx, o)
	if err != nil {
		return err
	}
	if says := o.missing("group", id, len(all) > 0, nearGroups(id, all), removed); says != nil {
		return says
	}
	return o.noneYet("group", id, addsGroup)
}

// removedGroups returns the IDs of groups that can be restored.
func removedGroups(ctx context.Context, o *opened) (ids []string, err error) {
	removed, err := o.db.RemovedGroups(ctx)
	for _, g := range removed {
		ids = append(ids, g.ID)
	}
	return ids, err
}

func nearGroups(id string, all []bot.Group) (near []string) {
	for _, g := range words.Nearest(id, all, changes.NamesOf) {
		near = append(near, g.ID)
	}
	return near
}

func unknownReminder(ctx context.Context, o *opened, id string) error {
	all, err := o.db.Reminders(ctx, "")
	if err != nil {
		return err
	}
	gone, err := o.db.RemovedReminders(ctx)
	if err != nil {
		return err
	}
	var removed []string
	for _, r := range gone {
		removed = append(removed, r.ID)
	}
	if says := o.missing("reminder", id, len(all) > 0, nearReminders(o, id, all), removed); says != nil {
		return says
	}
	return noReminders(ctx, o, id)
}

// noReminders returns an error: no group has a reminder, and none can be restored by itself. A
// group must be restored or added first; a restored one brings its reminders back.
func noReminders(ctx context.Context, o *opened, id string) error {
	groups, err := o.db.Groups(ctx)
	if err != nil {
		return err
	}
	if len(groups) > 0 {
		return o.noneYet("reminder", id, addsReminder)
	}
	removed, err := removedGroups(ctx, o)
	if err != nil {
		return err
	}
	says := fmt.Sprintf("there is no reminder %s, and no group", bot.Short(id, 60))
	if len(removed) > 0 {
		return o.allRemoved(says, "group", removed)
	}
	return &bot.UserError{Message: fmt.Sprintf("%s yet; the first is added with: %s %s", says, o.called, addsGroup)}
}

// nearReminders describes the reminders that may be meant by a misspelt ID, or by a topic or a
// group instead of an ID.
func nearReminders(o *opened, id string, all []bot.Reminder) (near []string) {
	for _, m := range o.bot.Changes.Reminders.Meant(words.English, id, all, nil) {
		near = append(near, m.String())
	}
	return near
}
