package chat

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
)

// The right of a person has two limits. Facilitators may change only groups that name one of
// their roles. And the platform limits everybody: a Discord server's moderators change what
// belongs to that server, staff on Slack change everything, the playground changes its own.

func reachesPlace(r asked, p bot.Place) bool {
	switch r.Platform {
	case bot.Slack:
		return true
	case bot.Discord:
		return p.Platform == bot.Discord && p.Space == r.Place.Space
	}
	return p.Platform == r.Platform
}

// reaches reports whether a group may be changed from where the request comes:
// it has a place there, and none in another Discord server.
func reaches(r asked, g bot.Group) bool {
	return r.Actor.Reaches(g) && (r.Platform == bot.Slack ||
		slices.ContainsFunc(g.Places, func(p bot.Place) bool { return reachesPlace(r, p) }) &&
			!slices.ContainsFunc(g.Places, func(p bot.Place) bool { return p.Platform == r.Platform && !reachesPlace(r, p) }))
}

// within returns ErrNotFound for a group that the request may not change.
func within(r asked) func(bot.Group) error {
	return func(g bot.Group) error {
		if !reaches(r, g) {
			return bot.ErrNotFound
		}
		return nil
	}
}

// finder finds the groups and reminders that a request is about, among those that the person
// may change.
type finder struct {
	Changes *changes.Saver // what moderators, staff and the command line change
	store   bot.Store      // nil: nothing is stored
	log     *slog.Logger
}

// groupHere is the group of the place asked from, or of the channel around it.
func (f finder) groupHere(ctx context.Context, r asked) (bot.Group, error) {
	g, err := f.store.GroupAt(ctx, r.Place)
	if errors.Is(err, bot.ErrNotFound) && r.Around != (bot.Place{}) {
		return f.store.GroupAt(ctx, r.Around)
	}
	return g, err
}

// groupOf is the group that is named, or else the one of the place asked from.
func (f finder) groupOf(ctx context.Context, r asked) (bot.Group, error) {
	id := strings.TrimSpace(r.Args["group"])
	if id == "" {
		g, err := f.groupHere(ctx, r)
		switch {
		case errors.Is(err, bot.ErrNotFound):
			return bot.Group{}, bot.About("group", f.noGroupHere(ctx, r))
		case err == nil && !reaches(r, g):
			all, _ := f.groups(ctx, r) // after an error: as if there were none
			return bot.Group{}, bot.About("group", bot.Because(offersOf(r, all), "You cannot change this channel’s group from here. You can change: %s. Name the group.", namesOf(all)))
		}
		return g, err
	}
	g, err := f.store.Group(ctx, id)
	if errors.Is(err, bot.ErrNotFound) || err == nil && !reaches(r, g) {
		return f.groupNamed(ctx, r, id)
	}
	return g, err
}

// noGroupHere says what to do in a channel without a group. Facilitators may not add one.
func (f finder) noGroupHere(ctx context.Context, r asked) error {
	all, err := f.groups(ctx, r)
	if err != nil {
		return err
	}
	press := offersOf(r, all)
	if r.Actor.IsFacilitator() {
		return bot.Because(press, "This channel does not belong to a group. You can change: %s. Name the group.", namesOf(all))
	}
	return bot.Because(press, "This channel does not belong to a group. Name the group, or add one with %s.", words.Command("group add"))
}

// offersOf are buttons that do what was asked with one of a few groups. There is none to remove a
// group: that takes its name.
func offersOf(r asked, groups []bot.Group) offers {
	const most = 10
	if len(groups) > most || r.Sub == "remove" || r.Submit {
		return nil
	}
	return offering(r, "group", bot.Each(groups, func(g bot.Group) bot.Choice {
		if slices.ContainsFunc(groups, func(o bot.Group) bool { return o.ID != g.ID && words.Fold(o.Name) == words.Fold(g.Name) }) {
			return bot.Choice{Name: g.ID, Value: g.ID}
		}
		return bot.Choice{Name: g.Name, Value: g.ID}
	}))
}

// ofGroup answers about the group that groupOf finds.
func (f finder) ofGroup(do func(ctx context.Context, r asked, g bot.Group) (bot.Answer, error)) answering {
	return func(ctx context.Context, r asked) (bot.Answer, error) {
		g, err := f.groupOf(ctx, r)
		if err != nil {
			return bot.Answer{}, err
		}
		return do(ctx, r, g)
	}
}

// called are the groups that a text names: the one with that ID, else all of that name.
func called(text string, groups []bot.Group) []bot.Group {
	if i := slices.IndexFunc(groups, func(g bot.Group) bool { return g.ID == text }); i >= 0 {
		return groups[i : i+1]
	}
	return slices.DeleteFunc(slices.Clone(groups), func(g bot.Group) bool { return words.Fold(g.Name) != words.Fold(text) })
}

// groupNamed is the one group with a name, if somebody wrote that instead of the ID.
func (f finder) groupNamed(ctx context.Context, r asked, name string) (bot.Group, error) {
	all, err := f.groups(ctx, r)
	if err != nil {
		return bot.Group{}, err
	}
	removed, err := f.removedGroups(ctx, r)
	if err != nil {
		return bot.Group{}, err
	}
	named, gone := called(name, all), called(name, removed)
	switch {
	case len(named) == 0 && len(gone) > 0: // somebody else was first
		back := offers{{Label: r.w.T("Bring it back"), Call: bot.NewSub("group", "restore", "group", gone[0].ID)}}
		return bot.Group{}, bot.About("group", bot.Because(back, "the group %s was removed: %s brings it back", gone[0].Name, words.Command("group restore")))
	case len(all) == 0:
		return bot.Group{}, bot.About("group", bot.Wrong("There are no groups here yet. Add one with %s.", words.Command("group add")))
	case len(named) > 1: // they got the name before it was asked that names differ, or on another platform
		ids := bot.Each(named, func(g bot.Group) string { return g.ID })
		return bot.Group{}, bot.About("group", bot.Because(offersOf(r, named), "Several groups are called %q here. Name one by its short name: %s.", bot.Short(name, 60), strings.Join(ids, ", ")))
	case len(named) == 0:
		typed, near := bot.Short(name, 60), words.Nearest(name, all, changes.NamesOf)
		if len(near) == 0 {
			return bot.Group{}, bot.About("group", bot.Because(offersOf(r, all), "You have no group called %q here. You can choose: %s.", typed, namesOf(all)))
		}
		return bot.Group{}, bot.About("group", bot.Because(offersOf(r, near), "No group is called %q here. Did you mean %s?", typed, namesOf(near)))
	}
	return named[0], nil
}

// namesOf lists the names of groups, of the first ten.
func namesOf(groups []bot.Group) string {
	if len(groups) == 0 {
		return "-"
	}
	return strings.Join(bot.Each(groups[:min(len(groups), 10)], func(g bot.Group) string { return g.Name }), ", ")
}

// groups are all groups that the person may change.
func (f finder) groups(ctx context.Context, r asked) ([]bot.Group, error) {
	all, err := f.store.Groups(ctx)
	return slices.DeleteFunc(all, func(g bot.Group) bool { return !reaches(r, g) }), err
}

// scope is the group that is named, else the one of the place asked from, else all groups that
// the person may change.
func (f finder) scope(ctx context.Context, r asked) ([]bot.Group, error) {
	if strings.TrimSpace(r.Args["group"]) != "" {
		g, err := f.groupOf(ctx, r)
		return []bot.Group{g}, err
	}
	g, err := f.groupHere(ctx, r)
	if errors.Is(err, bot.ErrNotFound) || err == nil && !reaches(r, g) {
		return f.groups(ctx, r)
	}
	return []bot.Group{g}, err
}

// reminderOf is the reminder that is named by its ID, with its group. It returns
// ErrNotFound if the request may not change it.
func (f finder) reminderOf(ctx context.Context, r asked) (bot.Reminder, bot.Group, error) {
	id := strings.TrimSpace(r.Args["id"])
	rem, g, err := f.Changes.Reminders.Find(ctx, r.Actor, id)
	if err == nil && !reaches(r, g) {
		err = changes.NoReminder(id, bot.ErrNotFound)
	}
	if errors.Is(err, bot.ErrNotFound) {
		err = f.meantReminder(ctx, r, id, err)
	}
	return rem, g, err
}

// ofReminder answers about the reminder that reminderOf finds, and its group.
func (f finder) ofReminder(do func(ctx context.Context, r asked, rem bot.Reminder, g bot.Group) (bot.Answer, error)) answering {
	return func(ctx context.Context, r asked) (bot.Answer, error) {
		rem, g, err := f.reminderOf(ctx, r)
		if err != nil {
			return bot.Answer{}, err
		}
		return do(ctx, r, rem, g)
	}
}

// meantReminder is the error for an ID that no reminder has. It names the reminders that may
// have been meant: the ID has a typing mistake, or is a topic or a group. It is unknown if there
// are none.
func (f finder) meantReminder(ctx context.Context, r asked, id string, unknown error) error {
	groups, err := f.groups(ctx, r)
	if err != nil {
		return err
	}
	by := bot.GroupsByID(groups)
	gone, err := f.store.RemovedReminders(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(gone, func(rem bot.Reminder) bool { _, ours := by[rem.Group]; return ours && rem.ID == id }) {
		back := offers{{Label: r.w.T("Bring it back"), Call: bot.NewSub("reminder", "restore", "id", id)}}
		return bot.About("id", bot.Because(back, "the reminder %s was removed: %s brings it back", id, words.Command("reminder restore")))
	}
	near, err := f.nearReminders(ctx, r, id, by)
	if err != nil {
		return err
	}
	if len(near) == 0 {
		return bot.About("id", unknown)
	}
	names := bot.Each(near, changes.MeantReminder.String)
	press := offering(r, "id", bot.Each(near, func(m changes.MeantReminder) bot.Choice {
		if len(groups) > 1 {
			return bot.Choice{Name: m.Group + ": " + m.Name, Value: m.ID}
		}
		return bot.Choice{Name: m.Name, Value: m.ID}
	}))
	return bot.About("id", bot.Because(press, "there is no reminder %q. Did you mean one of these? %s", bot.Short(id, 60), strings.Join(names, "; ")))
}

// nearReminders are the reminders that may have been meant by an ID that none has: of the group of
// the place asked from if it has such a one, else of all groups that the person may change.
func (f finder) nearReminders(ctx context.Context, r asked, id string, groups map[string]bot.Group) ([]changes.MeantReminder, error) {
	all, err := f.store.Reminders(ctx, "")
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(rem bot.Reminder) bool { _, ok := groups[rem.Group]; return !ok })
	here, err := f.groupHere(ctx, r)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return nil, err
	}
	ours := slices.DeleteFunc(slices.Clone(all), func(rem bot.Reminder) bool { return rem.Group != here.ID })
	if near := f.Changes.Reminders.Meant(r.Lang, id, ours, groups); len(near) > 0 {
		return near, nil
	}
	return f.Changes.Reminders.Meant(r.Lang, id, all, groups), nil
}

// offers is the cause of an error that asks what was meant. Its answer has these buttons, each of
// which does what was asked.
type offers []bot.Action

// offering are buttons that do what was asked with each of some values for an argument, where a button has
// room for that.
func offering(r asked, name string, some []bot.Choice) (press offers) {
	for _, c := range some {
		if call := r.With(name, c.Value); call.Encode() != "" {
			press = append(press, bot.Action{Label: bot.Short(c.Name, 75), Call: call})
		}
	}
	return press
}

// alike reports whether two of the buttons look alike, because the part of a name that differs was cut
// off. None is shown then: one press may remove something.
func (o offers) alike() bool {
	labels := make(map[string]bool)
	for _, a := range o {
		labels[a.Label] = true
	}
	return len(labels) < len(o)
}

func (offers) Error() string { return "something else may be meant" }
