package main

import (
	"fmt"
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

func (p program) unknownGroup(id string, all []bot.Group) error {
	if len(all) == 0 {
		return p.noneYet("group", id, "group add ID --zone ZONE --channel CHANNEL")
	}
	return p.unknown("group", id, nearGroups(id, all), "group list")
}

func nearGroups(id string, all []bot.Group) (near []string) {
	for _, g := range words.Nearest(id, all, changes.NamesOf) {
		near = append(near, g.ID)
	}
	return near
}

func (p program) unknownReminder(id string, all []bot.Reminder) error {
	if len(all) == 0 {
		return p.noneYet("reminder", id, "reminder add --group GROUP --topic TOPIC --at RULE")
	}
	return p.unknown("reminder", id, nearReminders(id, all), "reminder list")
}

// nearReminders takes for what may have been meant a slip in an ID, and a topic or a group
// in its place.
func nearReminders(id string, all []bot.Reminder) (near []string) {
	for _, r := range words.Nearest(id, all, func(r bot.Reminder) []string { return []string{r.ID, r.Topic, r.Group} }) {
		near = append(near, fmt.Sprintf("%s (%s, group %s)", r.ID, r.Topic, r.Group))
	}
	return near
}
