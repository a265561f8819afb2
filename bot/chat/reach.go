package chat

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// A right reaches as far as the platform that vouched for it: a Discord
// server's moderators change what belongs to that server, staff on Slack change
// everything, the playground its own.

func reachesPlace(r bot.Request, p bot.Place) bool {
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
func reaches(r bot.Request, g bot.Group) bool {
	return r.Platform == bot.Slack ||
		slices.ContainsFunc(g.Places, func(p bot.Place) bool { return reachesPlace(r, p) }) &&
			!slices.ContainsFunc(g.Places, func(p bot.Place) bool { return p.Platform == r.Platform && !reachesPlace(r, p) })
}

// within allows the groups that a request's right reaches. One out of reach is as
// good as none.
func within(r bot.Request) func(bot.Group) error {
	return func(g bot.Group) error {
		if !reaches(r, g) {
			return bot.ErrNotFound
		}
		return nil
	}
}

// groupHere is the group of the place asked from, or of the channel around it.
func (b *Bot) groupHere(ctx context.Context, r bot.Request) (bot.Group, error) {
	g, err := b.store.GroupAt(ctx, r.Place)
	if errors.Is(err, bot.ErrNotFound) && r.Around != (bot.Place{}) {
		return b.store.GroupAt(ctx, r.Around)
	}
	return g, err
}

// groupOf is the group that is named, or else the one of the place asked from.
func (b *Bot) groupOf(ctx context.Context, r bot.Request) (bot.Group, error) {
	if err := b.Changes.Ready(r.Actor); err != nil {
		return bot.Group{}, err
	}
	id := strings.TrimSpace(r.Args["group"])
	if id == "" {
		g, err := b.groupHere(ctx, r)
		if errors.Is(err, bot.ErrNotFound) || err == nil && !reaches(r, g) {
			return g, bot.About("group", bot.Wrong("This channel does not belong to a group. Name the group, or add one with %s.", words.Command("group add")))
		}
		return g, err
	}
	g, err := b.store.Group(ctx, id)
	if errors.Is(err, bot.ErrNotFound) || err == nil && !reaches(r, g) {
		return b.groupNamed(ctx, r, id)
	}
	return g, err
}

// groupNamed is the one group whose name was written in the place of its ID.
func (b *Bot) groupNamed(ctx context.Context, r bot.Request, name string) (bot.Group, error) {
	all, err := b.groups(ctx, r)
	if err != nil {
		return bot.Group{}, err
	}
	named := slices.DeleteFunc(all, func(g bot.Group) bool { return words.Fold(g.Name) != words.Fold(name) })
	if len(named) != 1 {
		return bot.Group{}, bot.About("group", bot.Wrong("You cannot change a group named %q from here. You can change: %s.", bot.Clip(name), b.nearGroup(ctx, r, name)))
	}
	return named[0], nil
}

// nearGroup lists the groups that may have been meant, or all.
func (b *Bot) nearGroup(ctx context.Context, r bot.Request, id string) string {
	groups, err := b.groups(ctx, r)
	if err != nil || len(groups) == 0 {
		return "-"
	}
	var all, near []string
	for _, g := range groups {
		all = append(all, g.ID)
		if words.Alike(words.Fold(id), g.ID) {
			near = append(near, g.ID)
		}
	}
	if len(near) > 0 {
		all = near
	}
	return strings.Join(all[:min(len(all), 10)], ", ")
}

// groups are all that the request's right reaches.
func (b *Bot) groups(ctx context.Context, r bot.Request) ([]bot.Group, error) {
	if err := b.Changes.Ready(r.Actor); err != nil {
		return nil, err
	}
	all, err := b.store.Groups(ctx)
	return slices.DeleteFunc(all, func(g bot.Group) bool { return !reaches(r, g) }), err
}

// scope is the group that is named, else the one of the place asked from, else
// all that can be reached.
func (b *Bot) scope(ctx context.Context, r bot.Request) ([]bot.Group, error) {
	if strings.TrimSpace(r.Args["group"]) == "" {
		if err := b.Changes.Ready(r.Actor); err != nil {
			return nil, err
		}
		g, err := b.groupHere(ctx, r)
		switch {
		case errors.Is(err, bot.ErrNotFound) || err == nil && !reaches(r, g):
			return b.groups(ctx, r)
		case err != nil:
			return nil, err
		}
		return []bot.Group{g}, nil
	}
	g, err := b.groupOf(ctx, r)
	return []bot.Group{g}, err
}

// reminderOf is the reminder that is named by its ID, with its group. One out
// of reach is as good as none.
func (b *Bot) reminderOf(ctx context.Context, r bot.Request) (bot.Reminder, bot.Group, error) {
	id := strings.TrimSpace(r.Args["id"])
	rem, g, err := b.Changes.Reminder(ctx, r.Actor, id)
	if err == nil && !reaches(r, g) {
		err = changes.NoReminder(id, bot.ErrNotFound)
	}
	return rem, g, err
}

// placeOf reads a place as placeNamed does, and asks the platform whether it can be
// posted to.
func (b *Bot) placeOf(ctx context.Context, r bot.Request, text string) (bot.Place, error) {
	p, err := b.placeNamed(r, text)
	if err == nil {
		err = b.vouched(ctx, r, p)
	}
	return p, err
}

// placeNamed reads a place as people write it in chat: nothing or "here" for the
// channel asked from, a channel mention, a channel's ID, or the long form.
func (b *Bot) placeNamed(r bot.Request, text string) (bot.Place, error) {
	text = strings.TrimSpace(text)
	p := r.Place
	p.Platform = r.Platform
	switch inner, mention := strings.CutPrefix(text, "<#"); {
	case text == "" || text == "here" || words.Fold(text) == "aqui":
		if p.Channel == "" {
			return p, bot.About("place", bot.Wrong("Please name the channel to post in."))
		}
		return p, nil
	case mention:
		p.Channel, _, _ = strings.Cut(strings.TrimSuffix(inner, ">"), "|")
	case strings.Contains(text, ":"):
		var err error
		if p, err = bot.ParsePlace(text); err != nil {
			if strings.HasPrefix(text, string(r.Platform)) {
				err = noPlace(r.Platform, text, err)
			}
			return p, bot.About("place", err)
		}
	default:
		p.Channel = text
	}
	if _, err := bot.ParsePlace(p.String()); err != nil {
		return p, bot.About("place", noPlace(r.Platform, text, err))
	}
	if !reachesPlace(r, p) {
		return p, bot.About("place", bot.Wrong("You cannot change that channel from here."))
	}
	return p, nil
}

// noPlace says how a channel is named where it was asked: an example in the long form
// would be shown as a channel there.
func noPlace(p bot.Platform, text string, err error) error {
	switch p {
	case bot.Slack:
		return bot.Wrong("there is no channel %q: write its ID, such as C0123456789, which Slack shows at the end of the channel's details", bot.Clip(text))
	case bot.Discord:
		return bot.Wrong("there is no channel %q: type # and choose it from the list, or write its ID", bot.Clip(text))
	}
	return err
}

// vouched asks the platform whether the bot can post to a channel: better now than
// when a reminder is due. Of a channel that a Discord moderator names its ID alone
// does not tell whose server it is in, so that without the platform's word it is
// not taken.
func (b *Bot) vouched(ctx context.Context, r bot.Request, p bot.Place) error {
	check := b.check.Load()
	if check == nil {
		return nil
	}
	err := (*check)(ctx, p)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bot.ErrElsewhere):
		return bot.About("place", bot.Wrong("You cannot change that channel from here."))
	case errors.Is(err, bot.ErrUnreachable), errors.Is(err, bot.ErrImpaired):
		why := bot.Detail(err)
		return bot.About("place", bot.Wrong("The bot cannot post there: %s.", why))
	}
	b.log.Warn("a channel could not be looked up", "platform", p.Platform, "error", err)
	if r.Platform == bot.Discord && p != r.Place {
		return bot.About("place", bot.Wrong("We cannot check that channel right now. Please try again in a moment."))
	}
	return nil
}

// warned adds to an answer that a group's channel for moderators can be read by others.
// It is taken all the same: whoever runs the channel can still close it.
func (b *Bot) warned(ctx context.Context, r bot.Request, g bot.Group, a bot.Answer) bot.Answer {
	inspect := b.inspect.Load()
	if inspect == nil || g.Moderators == (bot.Place{}) {
		return a
	}
	ch, err := (*inspect)(ctx, g.Moderators)
	if err != nil {
		b.log.Warn("who reads a channel could not be looked up", "platform", g.Moderators.Platform, "error", err)
	}
	w, text := b.in(r), ""
	switch {
	case ch.Shared:
		text = w.T("Other organizations can read %s (Slack Connect), and with it what moderators are told. Choose another channel.", g.Moderators)
	case ch.Open && g.Moderators.Platform == bot.Slack:
		text = w.T("Everybody in the workspace can join %s and read what moderators are told. Make it private, or choose another channel.", g.Moderators)
	case ch.Open:
		text = w.T("Everybody in the server can read %s, and with it what moderators are told. Make it private, or choose another channel.", g.Moderators)
	default:
		return a
	}
	a.Message.Blocks = append([]content.Block{content.Text(text)}, a.Message.Blocks...)
	return a
}

// placeText finds channels in what is said, by their IDs. slack:CHANNEL is none.
var placeText = regexp.MustCompile(`\b(?:discord:\d{1,20}/\d{1,20}|slack:[CGD](?:[A-Z0-9]{8,19}|[A-Z]*[0-9][A-Z0-9]*))\b`)

// placed lets channels in a text be shown by their names, where the platform can.
func placed(blocks []content.Block) []content.Block {
	out := slices.Clone(blocks) // they may be a card's
	for i, block := range out {
		out[i].Items = slices.Clone(block.Items)
		for j, item := range block.Items {
			out[i].Items[j] = placedSpans(item)
		}
	}
	return out
}

func placedSpans(item []content.Span) []content.Span {
	var out []content.Span
	for _, s := range item {
		from := 0
		if s.Link == "" {
			for _, at := range placeText.FindAllStringIndex(s.Text, -1) {
				before, name := s, s
				before.Text, name.Text = s.Text[from:at[0]], s.Text[at[0]:at[1]]
				name.Link = bot.PlaceLink + name.Text
				if before.Text != "" {
					out = append(out, before)
				}
				out = append(out, name)
				from = at[1]
			}
		}
		if rest := s; from < len(s.Text) || from == 0 {
			rest.Text = s.Text[from:]
			out = append(out, rest)
		}
	}
	return out
}
