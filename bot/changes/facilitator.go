package changes

import (
	"context"
	"slices"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// facilitatorsField is the role whose members may change this group and no other.
func facilitatorsField() Field[bot.Group] {
	return optional[bot.Group, bot.Role]{
		at: func(g *bot.Group) *bot.Role { return &g.Facilitators },
		read: func(ctx context.Context, a Asker, g bot.Group, text string) (role bot.Role, err error) {
			if role, err = a.Role(ctx, text); err != nil {
				return role, err
			}
			g.Facilitators = role
			if err = checkFacilitators(g); err == nil && a.Vouched != nil {
				err = a.Vouched(ctx, role)
			}
			return role, err
		},
	}.field(Field[bot.Group]{
		Name: "facilitators", Label: "Facilitators", Summary: "Who may change only this group: a Discord role or a private Slack channel; or none", Max: 200,
		Guarded: true, Role: true,
		Check: checkFacilitators,
	})
}

// checkFacilitators returns an error for a role that other people than facilitators have.
func checkFacilitators(g bot.Group) error {
	r := g.Facilitators
	if r == (bot.Role{}) {
		return nil
	}
	if _, err := bot.ParseRole(r.String()); err != nil {
		return err
	}
	at, ok := r.Channel()
	switch {
	case r.Everyone():
		return bot.Wrong("everybody in the server has that role, and all of them could change the group: choose a role that only its facilitators have")
	case ok && slices.Contains(g.Places, at):
		return bot.Wrong("channel %s is the group’s own channel, and every member could change the group: choose a private channel that only its facilitators are in", at)
	case !ok && !slices.ContainsFunc(g.Places, func(p bot.Place) bool { return p.Platform == r.Platform && p.Space == r.Space }):
		return bot.Wrong("the role belongs to a server in which the group has no channel: choose a role of the group’s own server")
	}
	return nil
}

// rolesApart returns an error if a channel of one group is the facilitators' role of another:
// then the members of the one group could change the other.
func (s *Groups) rolesApart(ctx context.Context, g bot.Group) error {
	all, err := s.c.Store.Groups(ctx)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID == g.ID {
			continue
		}
		if at, ok := g.Facilitators.Channel(); ok && slices.Contains(other.Places, at) {
			return bot.About("facilitators", bot.Wrong("channel %s belongs to group %s, and its members could change this group: choose a private channel that only facilitators are in", at, other.ID))
		}
		if at, ok := other.Facilitators.Channel(); ok && slices.Contains(g.Places, at) {
			return bot.About("place", bot.Wrong("whoever is in channel %s may change group %s: choose another channel, or name other facilitators for that group first", at, other.ID))
		}
	}
	return nil
}

// moderating returns an error for facilitators, who may not add, remove or restore groups, and
// for people who may not change anything.
func (s *Groups) moderating(by bot.Actor) error {
	if by.IsFacilitator() {
		return ModeratorsOnly()
	}
	return s.Ready(by)
}

// ModeratorsOnly is the error for a facilitator who asks for more than their own group.
func ModeratorsOnly() error {
	return bot.Wrong("Only moderators and staff can do that. As a facilitator you can change your own group: its times, its sessions and its reminders.")
}

// reached reads a group that is about to change. It returns ErrNotFound if the actor may not change it.
func (s base) reached(ctx context.Context, by bot.Actor, id string) (bot.Group, error) {
	if err := s.Ready(by); err != nil {
		return bot.Group{}, err
	}
	g, err := s.c.Store.Group(ctx, id)
	if err == nil && !by.Reaches(g) {
		return bot.Group{}, bot.ErrNotFound
	}
	return g, err
}

// mayBecome returns an error if a facilitator wants to change a field that only moderators change.
func (s *Groups) mayBecome(by bot.Actor, was, g bot.Group) error {
	if !by.IsFacilitator() {
		return nil
	}
	w := s.c.Books.Reader(words.English)
	for _, f := range s.Fields {
		if f.Guarded && !slices.Equal(f.Texts(w, was), f.Texts(w, g)) {
			return bot.About(f.Name, ModeratorsOnly())
		}
	}
	return nil
}
