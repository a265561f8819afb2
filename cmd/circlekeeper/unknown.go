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

// unknown says that something is not there, what may have been meant, and which command
// lists what there is, if one does.
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

// noneYet says that nothing of a kind is there, and which command adds the first.
func (p program) noneYet(what, typed, add string) error {
	return &bot.UserError{Message: fmt.Sprintf("there is no %s %s, and no other yet; the first is added with: %s %s", what, bot.Short(typed, 60), p.called, add)}
}

// meant asks whether one of these was meant; it says nothing if there is none.
func meant(near []string) string {
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(near, " or ") + "?"
}

// nearestNames are the names that may have been meant.
func nearestNames(typed string, names []string) []string {
	return words.Nearest(typed, names, func(name string) []string { return []string{name} })
}

// wasRemoved says that what was named was removed, and which command brings it back.
func (p program) wasRemoved(what, id string) error {
	return &bot.UserError{Message: fmt.Sprintf("%s %s was removed; it is brought back with: %s %s restore %s", what, id, p.called, what, id)}
}

// allRemoved says that nothing of a kind is there but what was removed, and which command
// brings that back.
func (p program) allRemoved(says, kind string, removed []string) error {
	const most = 5 // IDs that one line holds
	return &bot.UserError{Message: fmt.Sprintf("%s; what was removed is brought back with: %s %s restore %s", says, p.called, kind, strings.Join(removed[:min(len(removed), most)], " or "))}
}

// missing says what to do about a name that is not there: bring back what was removed, or
// look at what there is. It is nil where nothing of the kind is there, nor was removed.
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

// The first of a kind is added with these.
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

// removedGroups are the IDs of the groups that can be brought back.
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
	if says := o.missing("reminder", id, len(all) > 0, nearReminders(o.say, id, all), removed); says != nil {
		return says
	}
	return noReminders(ctx, o, id)
}

// noReminders says that no group has a reminder, nor had one that can be brought back by
// itself: a group comes first, which brings its own back with it.
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

// nearReminders takes for what may have been meant a slip in an ID, and a topic or a group
// in its place.
func nearReminders(w *words.Reader, id string, all []bot.Reminder) (near []string) {
	for _, r := range words.Nearest(id, all, func(r bot.Reminder) []string { return []string{r.ID, r.Topic, r.Group} }) {
		near = append(near, fmt.Sprintf("%s (%s, group %s, %s)", r.ID, r.Topic, r.Group, w.OnRecord().Rule(r.Rule)))
	}
	return near
}
