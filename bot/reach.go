package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// A right reaches as far as the platform that vouched for it: a Discord
// server's moderators change what belongs to that server, staff on Slack change
// everything, the playground its own.

func reachesPlace(r Request, p Place) bool {
	switch r.Platform {
	case Slack:
		return true
	case Discord:
		return p.Platform == Discord && p.Space == r.Place.Space
	}
	return p.Platform == r.Platform
}

// reaches reports whether a group may be changed from where the request comes:
// it has a place there, and none in another Discord server.
func reaches(r Request, g Group) bool {
	return r.Platform == Slack ||
		slices.ContainsFunc(g.Places, func(p Place) bool { return reachesPlace(r, p) }) &&
			!slices.ContainsFunc(g.Places, func(p Place) bool { return p.Platform == r.Platform && !reachesPlace(r, p) })
}

// within allows the groups that a request's right reaches. One out of reach is as
// good as none.
func within(r Request) func(Group) error {
	return func(g Group) error {
		if !reaches(r, g) {
			return ErrNotFound
		}
		return nil
	}
}

// groupOf is the group that is named, or else the one of the place asked from.
func (b *Bot) groupOf(ctx context.Context, r Request) (Group, error) {
	if err := b.ready(r.Actor); err != nil {
		return Group{}, err
	}
	id := strings.TrimSpace(r.Args["group"])
	if id == "" {
		g, err := b.store.GroupAt(ctx, r.Place)
		if errors.Is(err, ErrNotFound) || err == nil && !reaches(r, g) {
			return g, about("group", wrong("%s", b.in(r).noGroupHere))
		}
		return g, err
	}
	g, err := b.store.Group(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && !reaches(r, g) {
		return Group{}, about("group", wrong(b.in(r).noGroupNear, clip(id), b.nearGroup(ctx, r, id)))
	}
	return g, err
}

// nearGroup lists the groups that may have been meant, or all.
func (b *Bot) nearGroup(ctx context.Context, r Request, id string) string {
	groups, err := b.groups(ctx, r)
	if err != nil || len(groups) == 0 {
		return "-"
	}
	var all, near []string
	for _, g := range groups {
		all = append(all, g.ID)
		if alike(fold(id), g.ID) {
			near = append(near, g.ID)
		}
	}
	if len(near) > 0 {
		all = near
	}
	return strings.Join(all[:min(len(all), 10)], ", ")
}

// groups are all that the request's right reaches.
func (b *Bot) groups(ctx context.Context, r Request) ([]Group, error) {
	if err := b.ready(r.Actor); err != nil {
		return nil, err
	}
	all, err := b.store.Groups(ctx)
	return slices.DeleteFunc(all, func(g Group) bool { return !reaches(r, g) }), err
}

// scope is the group that is named, else the one of the place asked from, else
// all that can be reached.
func (b *Bot) scope(ctx context.Context, r Request) ([]Group, error) {
	if strings.TrimSpace(r.Args["group"]) == "" {
		if err := b.ready(r.Actor); err != nil {
			return nil, err
		}
		g, err := b.store.GroupAt(ctx, r.Place)
		switch {
		case errors.Is(err, ErrNotFound) || err == nil && !reaches(r, g):
			return b.groups(ctx, r)
		case err != nil:
			return nil, err
		}
		return []Group{g}, nil
	}
	g, err := b.groupOf(ctx, r)
	return []Group{g}, err
}

// reminderOf is the reminder that is named by its ID, with its group. One out
// of reach is as good as none.
func (b *Bot) reminderOf(ctx context.Context, r Request) (Reminder, Group, error) {
	id := strings.TrimSpace(r.Args["id"])
	rem, g, err := b.reminder(ctx, r.Actor, id)
	if err == nil && !reaches(r, g) {
		err = noReminder(id, ErrNotFound)
	}
	return rem, g, err
}

// placeOf reads a place as people write it in chat: nothing or "here" for the
// channel asked from, a channel mention, a channel's ID, or the long form.
func (b *Bot) placeOf(ctx context.Context, r Request, text string) (Place, error) {
	text = strings.TrimSpace(text)
	p := r.Place
	p.Platform = r.Platform
	switch inner, mention := strings.CutPrefix(text, "<#"); {
	case text == "" || text == "here" || text == "aquí":
		if p.Channel == "" {
			return p, about("place", wrong("%s", b.in(r).noPlaceHere))
		}
		return p, nil
	case mention:
		p.Channel, _, _ = strings.Cut(strings.TrimSuffix(inner, ">"), "|")
	case strings.Contains(text, ":"):
		var err error
		if p, err = ParsePlace(text); err != nil {
			return p, asUser("place", err)
		}
	default:
		p.Channel = text
	}
	if _, err := ParsePlace(p.String()); err != nil {
		return p, asUser("place", err)
	}
	if !reachesPlace(r, p) {
		return p, about("place", wrong("%s", b.in(r).placeElsewhere))
	}
	return p, b.vouched(ctx, r, p)
}

// vouched asks the platform whether a channel that a Discord moderator names is
// in that moderator's server: its ID alone does not tell.
func (b *Bot) vouched(ctx context.Context, r Request, p Place) error {
	check := b.check.Load()
	if r.Platform != Discord || p == r.Place || check == nil {
		return nil
	}
	if err := (*check)(ctx, p); err != nil {
		b.log.Warn("a channel that was named cannot be used", "error", err)
		return about("place", wrong("%s", b.in(r).placeElsewhere))
	}
	return nil
}
