package chat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
)

// A group may name a role whose members may change this group and no other. At each request
// the program asks the platform whether the person who asks has the role. It asks about nobody
// else.

// Bounds of asking which roles somebody has.
const (
	rolesTime  = 2 * time.Second // for all of them together
	rolesAsked = 8               // at once
)

// facilitator returns the person who asks as an Actor with all their roles that groups name;
// the zero Actor if they have none. A role counts only if the platform confirms it within
// rolesTime.
func (f finder) facilitator(ctx context.Context, r asked) (by bot.Actor) {
	if f.store == nil || r.In == nil {
		return bot.Actor{}
	}
	ctx, cancel := context.WithTimeout(ctx, rolesTime)
	defer cancel()
	groups, err := f.store.Groups(ctx)
	if err != nil {
		f.log.Error("facilitators could not be looked up", "fault", kindOf(err))
		return bot.Actor{}
	}
	for some := range slices.Chunk(rolesHere(r, groups), rolesAsked) {
		if ctx.Err() != nil {
			f.log.Warn("not all roles of facilitators could be asked about in time")
			break
		}
		found := make([]bot.Actor, len(some))
		var all sync.WaitGroup
		for i, role := range some {
			all.Go(func() { found[i] = f.has(ctx, r, role) })
		}
		all.Wait()
		for _, one := range found {
			if one.May() && one.IsFacilitator() {
				by.ID, by.Roles = one.ID, append(by.Roles, one.Roles...)
			}
		}
	}
	return by
}

// rolesHere are the roles of the request's platform that groups name. It leaves out a Slack
// channel that is a group's own: the group's members are in it, and must get no right.
func rolesHere(r asked, groups []bot.Group) (out []bot.Role) {
	own := func(p bot.Place) bool {
		return slices.ContainsFunc(groups, func(g bot.Group) bool { return slices.Contains(g.Places, p) })
	}
	for _, g := range groups {
		role := g.Facilitators
		at, channel := role.Channel()
		if role == (bot.Role{}) || role.Platform != r.Platform || role.Everyone() || channel && own(at) || slices.Contains(out, role) {
			continue
		}
		out = append(out, role)
	}
	return out
}

// has asks the platform about one role. A panic in it gives no right.
func (f finder) has(ctx context.Context, r asked, role bot.Role) (by bot.Actor) {
	defer func() {
		if recover() != nil {
			f.log.Error("asking about a role panicked", "at", panicked())
			by = bot.Actor{}
		}
	}()
	return r.In(ctx, role)
}

// admitted is the request with the person's right: a facilitator's, if they have no other.
func (f finder) admitted(ctx context.Context, r asked) asked {
	if !r.Actor.May() {
		r.Actor = f.facilitator(ctx, r)
	}
	return r
}

// guarded returns an error if a facilitator's command sets a field that only moderators
// change.
func (h *groupHandler) guarded(r asked) error {
	if !r.Actor.IsFacilitator() {
		return nil
	}
	for _, f := range h.Changes.Groups.Fields {
		if f.Guarded && strings.TrimSpace(r.Args[f.Name]) != "" {
			return bot.About(f.Name, changes.ModeratorsOnly())
		}
	}
	return nil
}

// roleVouched asks the platform about a role, because the role will give its members a right.
func (c *channels) roleVouched(ctx context.Context, role bot.Role) error {
	check := c.platforms.Load().CheckRole
	if check == nil {
		return nil
	}
	err := check(ctx, role)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bot.ErrNotSetUp) && role.Platform == bot.Playground: // it has its one role, and no token
		return bot.Wrong("You cannot choose that from here.")
	case errors.Is(err, bot.ErrNotSetUp):
		return bot.Wrong("%s is not set up in this program: whoever runs it has to add its token first.", role.Platform.Name())
	case errors.Is(err, bot.ErrElsewhere), errors.Is(err, bot.ErrUnreachable), errors.Is(err, bot.ErrImpaired):
		return bot.Wrong("You cannot choose that for the facilitators: %s.", words.Told(err))
	}
	c.log.Warn("a role could not be looked up", "platform", role.Platform, "error", err)
	return bot.Wrong("We cannot check that right now. Please try again in a moment.")
}

// roleNamed reads a role's mention or number on Discord, a channel elsewhere, or the long
// form.
func (c *channels) roleNamed(r asked, text string) (bot.Role, error) {
	text = strings.TrimSpace(text)
	role, err := bot.ParseRole(text)
	switch {
	case err == nil:
		if _, err := bot.TypedRole(text); err != nil {
			return role, err
		}
	case r.Platform == bot.Discord:
		read := bot.TypedRole
		id, picked := strings.CutPrefix(text, "<@&")
		if picked {
			id, read = strings.TrimSuffix(id, ">"), bot.ParseRole
		}
		if role, err = read(bot.Role{Platform: bot.Discord, Space: r.Place.Space, ID: id}.String()); err != nil {
			return role, bot.Wrong("there is no role %q: choose one from the list", bot.Short(text, 60))
		}
	case strings.HasPrefix(text, string(bot.Discord)):
		return role, err
	default:
		p, err := c.placeNamed(r, text)
		if err != nil {
			return role, err
		}
		role = bot.RoleIn(p)
	}
	if !reachesPlace(r, bot.Place{Platform: role.Platform, Space: role.Space, Channel: role.ID}) {
		return role, bot.Wrong("You cannot choose that from here.")
	}
	return role, nil
}
