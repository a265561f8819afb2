package chat

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Platforms asks the platforms about channels and roles. A function that is nil is not asked.
type Platforms struct {
	// Inspect is Adapter.Inspect. Without it, the core trusts that a channel is in the server that
	// somebody names.
	Inspect func(ctx context.Context, p bot.Place) (bot.Channel, error)
	// MayPin says whether the bot may pin in a channel; with view, whether it may keep a
	// message in view there. Without it, the core does not offer to pin.
	MayPin func(ctx context.Context, p bot.Place, view bool) error
	// CheckRole is Doorkeeper.CheckRole, by the role's platform.
	CheckRole func(ctx context.Context, r bot.Role) error
}

// channels reads the channels and roles that people name, and asks the platforms about them.
type channels struct {
	log       *slog.Logger
	platforms atomic.Pointer[Platforms]
	names     bot.Recent[bot.Place, nameTold]
}

func newChannels(log *slog.Logger) *channels {
	c := &channels{log: log}
	c.SetPlatforms(Platforms{})
	return c
}

// SetPlatforms sets the functions that ask the platforms. A program that serves requests calls
// it before the first one.
func (c *channels) SetPlatforms(p Platforms) { c.platforms.Store(&p) }

// pinnable asks the platform whether the bot may pin in a channel; with view, whether it may
// keep a message in view there. If the platform does not answer now, pinnable returns nil: the
// bot then finds out after it has posted.
func (c *channels) pinnable(ctx context.Context, p bot.Place, view bool) error {
	mayPin := c.platforms.Load().MayPin
	if mayPin == nil {
		return nil
	}
	err := mayPin(ctx, p, view)
	if err != nil && !errors.Is(err, bot.ErrFixed) {
		c.log.Warn("the right to pin could not be looked up", "platform", p.Platform, "error", err)
		return nil
	}
	return err
}

// placeOf reads a place as placeNamed does, and asks the platform whether it can be
// posted to.
func (c *channels) placeOf(ctx context.Context, r asked, text string) (bot.Place, error) {
	p, err := c.placeNamed(r, text)
	if err == nil {
		err = c.vouched(ctx, r, p)
	}
	return p, err
}

// placeNamed reads a place as people write it in chat: nothing or "here" for the
// channel asked from, a channel mention, a channel's ID, or the long form.
func (c *channels) placeNamed(r asked, text string) (bot.Place, error) {
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
		if p, err = bot.TypedPlace(text); err != nil {
			if strings.HasPrefix(text, string(r.Platform)) {
				err = noPlace(r.Platform, text, err)
			}
			return p, bot.About("place", err)
		}
	default:
		p.Channel = text
		if _, err := bot.TypedPlace(p.String()); err != nil {
			return p, bot.About("place", noPlace(r.Platform, text, err))
		}
	}
	if _, err := bot.ParsePlace(p.String()); err != nil {
		return p, bot.About("place", noPlace(r.Platform, text, err))
	}
	if !reachesPlace(r, p) {
		return p, bot.About("place", bot.Wrong("You cannot change that channel from here."))
	}
	return p, nil
}

// noPlace says how to name a channel on this platform. It replaces err, because Slack and
// Discord would show the example in err, in the long form, as a channel.
func noPlace(p bot.Platform, text string, err error) error {
	switch p {
	case bot.Slack:
		return bot.Wrong("there is no channel %q: write its ID, such as C0123456789, which Slack shows at the end of the channel's details", bot.Short(text, 60))
	case bot.Discord:
		return bot.Wrong("there is no channel %q: type # and choose it from the list, or write its ID", bot.Short(text, 60))
	}
	return err
}

// vouched asks the platform whether the bot can post to a channel, so that a moderator learns
// of a fault now and not when a reminder is due. On Discord it also refuses a channel, other
// than the one asked from, while the platform does not answer: the ID does not tell which
// server the channel is in.
func (c *channels) vouched(ctx context.Context, r asked, p bot.Place) error {
	inspect := c.platforms.Load().Inspect
	if inspect == nil {
		return nil
	}
	_, err := inspect(ctx, p)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bot.ErrElsewhere):
		return bot.About("place", bot.Wrong("You cannot change that channel from here."))
	case errors.Is(err, bot.ErrUnreachable), errors.Is(err, bot.ErrImpaired):
		return bot.About("place", bot.Wrong("The bot cannot post there: %s.", words.Told(err)))
	}
	c.log.Warn("a channel could not be looked up", "platform", p.Platform, "error", err)
	if r.Platform == bot.Discord && p != r.Place {
		return bot.About("place", bot.Wrong("We cannot check that channel right now. Please try again in a moment."))
	}
	return nil
}

// warned adds a warning to an answer if others can read the group's channel for moderators. The
// channel is saved all the same: its owner can still close it to others.
func (c *channels) warned(ctx context.Context, w *words.Reader, g bot.Group, a bot.Answer) bot.Answer {
	inspect := c.platforms.Load().Inspect
	if inspect == nil || g.Moderators == (bot.Place{}) {
		return a
	}
	ch, err := inspect(ctx, g.Moderators)
	if err != nil {
		c.log.Warn("who reads a channel could not be looked up", "platform", g.Moderators.Platform, "error", err)
	}
	var said []content.Span
	switch {
	case ch.Shared:
		said = w.Say("Other organizations can read %s (Slack Connect), and with it what moderators are told. Choose another channel.", g.Moderators)
	case ch.Open && g.Moderators.Platform == bot.Slack:
		said = w.Say("Everybody in the workspace can join %s and read what moderators are told. Make it private, or choose another channel.", g.Moderators)
	case ch.Open:
		said = w.Say("Everybody in the server can read %s, and with it what moderators are told. Make it private, or choose another channel.", g.Moderators)
	default:
		return a
	}
	a.Message.Blocks = append([]content.Block{words.Paragraph(said)}, a.Message.Blocks...)
	return a
}

// outOfView adds to an answer the channels in which the group's agreements cannot be kept in
// view, and why.
func (c *channels) outOfView(ctx context.Context, w *words.Reader, g bot.Group, a bot.Answer) bot.Answer {
	for _, p := range g.Places {
		if err := c.pinnable(ctx, p, true); err != nil {
			said := w.Say("What the group agrees on cannot be kept in view in %s: %s.", p, err)
			a.Message.Blocks = append([]content.Block{words.Paragraph(said)}, a.Message.Blocks...)
		}
	}
	return a
}
