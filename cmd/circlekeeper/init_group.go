package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// draft is a group that is still being asked for.
type draft struct {
	*setup
	newGroup
}

// group asks for a group, its sessions and two reminders.
func (s *setup) group(ctx context.Context) error {
	if !slices.ContainsFunc([]bot.Platform{bot.Discord, bot.Slack}, func(p bot.Platform) bool { return s.c.hasToken(p) && !s.unreached[p] }) && len(s.unreached) > 0 {
		return nil // there are no channels to choose from
	}
	g := &draft{setup: s, newGroup: newGroup{Group: bot.Group{Quiet: changes.DefaultQuiet, Langs: []string{words.English}}}}
	err := s.say.ask(ctx, question{
		title: "The group's name", flag: "group", given: s.cmd.Group,
		help: `Now a group. Give it a neutral name, such as Evening circle. Enter alone adds none: that
can also be done in chat, with /group add.`,
		take: func(ctx context.Context, name string) error {
			if name == "" {
				return nil
			}
			g.ID = changes.ShortName(name)
			return s.fill(ctx, &g.Group, "name", name)
		},
	})
	if err != nil || g.Name == "" {
		return err
	}
	for _, step := range []func(context.Context) error{g.discordPlaces, g.slackPlace} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	switch {
	case len(g.Places) == 0 && len(s.unreached) > 0:
		return nil
	case len(g.Places) == 0:
		return &bot.UserError{Message: "the group needs a channel: give --discord-channel or --slack-channel"}
	}
	for _, step := range []func(context.Context) error{g.zone, g.sessions} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	usual := []string{"every Monday at 9:00 AM", "every Thursday at 9:00 AM"}
	if len(g.Sessions) > 0 {
		usual[0] = "2 hours before each session"
	}
	for i, r := range []struct{ topic, given string }{{"confidentiality", s.cmd.Confidentiality}, {"agreements", s.cmd.Agreements}} {
		if err := g.remind(ctx, r.topic, r.given, usual[i]); err != nil {
			return err
		}
	}
	s.groups = append(s.groups, g.newGroup)
	return nil
}

// fill sets one field of a group from text, or returns what is wrong with the text.
func (s *setup) fill(ctx context.Context, g *bot.Group, name string, texts ...string) error {
	field := s.changes.Groups.Fields.Only(name)
	asker := changes.Asker{
		Words: s.clinic, Now: s.now(),
		Place: func(_ context.Context, text string) (bot.Place, error) { return bot.TypedPlace(text) },
	}
	next := *g
	if err := field.Replace(ctx, asker, &next, map[string][]string{name: texts}); err != nil {
		return err
	}
	if err := field.Check(next); err != nil {
		return err
	}
	*g = next
	return nil
}

// free returns an error if a channel belongs to another group.
func (s *setup) free(ctx context.Context, g bot.Group) error {
	if s.known == nil {
		return nil
	}
	g.ID, g.Zone = "draft", "UTC" // not known yet; any value will do
	_, err := s.changes.Groups.DraftNew(ctx, g)
	return err
}

// discordPlaces asks for the group's channel on Discord. If there is no staff channel, it also
// asks for a channel of the group's moderators.
func (g *draft) discordPlaces(ctx context.Context) error {
	if g.c.DiscordToken == "" || g.say.in == nil && g.cmd.DiscordChannel == "" {
		return nil
	}
	if g.discord == nil {
		if err := g.discordToken(ctx, false); err != nil {
			return err
		}
	}
	if g.unreached[bot.Discord] { // even if an earlier token was accepted
		return nil
	}
	if g.server == "" {
		if err := g.discordServer(ctx); err != nil {
			return err
		}
	}
	none := bot.Choice{Name: "None on Discord", Value: noPlace}
	if g.c.SlackBotToken == "" {
		none = bot.Choice{}
	}
	err := g.say.ask(ctx, question{
		title: "The group's channel on Discord", flag: "discord-channel", given: g.cmd.DiscordChannel,
		list: g.discordChannels(none),
		take: func(ctx context.Context, answer string) error { return g.place(ctx, g.discord, answer) },
	})
	if err != nil || g.c.hasStaffChannel() || len(g.Places) == 0 {
		return err
	}
	return g.say.ask(ctx, question{
		title: "The channel where moderators hear of trouble", flag: "moderators", given: g.cmd.Moderators, usual: noPlace, spare: true,
		help: "Only moderators should see that channel.",
		list: g.discordChannels(bot.Choice{Name: "None", Value: noPlace}),
		take: func(ctx context.Context, answer string) error {
			if answer == noPlace {
				return nil
			}
			place, err := g.usable(ctx, g.discord, answer, watchedPlace{group: g.ID})
			if err != nil {
				return err
			}
			next := g.Group
			if err := g.fill(ctx, &next, "moderators", place.String()); err != nil {
				return err
			}
			if err := g.free(ctx, next); err != nil {
				return err
			}
			g.Group = next
			return nil
		},
	})
}

// noPlace is the answer that chooses no channel.
const noPlace = "none"

// discordChannels returns a function that lists the server's channels. The choice none, if it
// is given, comes first.
func (s *setup) discordChannels(none bot.Choice) func(context.Context) ([]bot.Choice, error) {
	return func(ctx context.Context) ([]bot.Choice, error) {
		ask, cancel := asked(ctx)
		defer cancel()
		channels, err := s.discord.Channels(ask, s.server)
		if err != nil {
			return nil, errors.New(unanswered(bot.Discord, err))
		}
		out := s.choices(channels)
		if none.Value != "" {
			out = append([]bot.Choice{none}, out...)
		}
		return out, nil
	}
}

// slackPlace asks for the group's channel in Slack.
func (g *draft) slackPlace(ctx context.Context) error {
	if g.c.SlackBotToken == "" || g.say.in == nil && g.cmd.SlackChannel == "" {
		return nil
	}
	if g.slack == nil {
		if err := g.slackTokens(ctx, false); err != nil {
			return err
		}
	}
	if g.unreached[bot.Slack] {
		return nil
	}
	return g.say.ask(ctx, question{
		title: "The group's channel in Slack", flag: "slack-channel", given: g.cmd.SlackChannel,
		help: "Type /invite @circle in it first.",
		list: func(ctx context.Context) ([]bot.Choice, error) {
			out, err := g.slackChannels(ctx)
			if len(g.Places) > 0 {
				out = append([]bot.Choice{{Name: "None in Slack", Value: noPlace}}, out...)
			}
			return out, err
		},
		take: func(ctx context.Context, answer string) error { return g.place(ctx, g.slack, answer) },
	})
}

// place gives the group a channel.
func (g *draft) place(ctx context.Context, a bot.Adapter, answer string) error {
	if answer == noPlace {
		return nil
	}
	place, err := g.usable(ctx, a, answer, watchedPlace{})
	if err != nil {
		return err
	}
	if place.Platform == bot.Slack && place.Channel == g.c.SlackStaffChannel {
		return errors.New("that is the staff channel, where the bot reports problems: choose the group's own")
	}
	next := g.Group
	next.Places = append(next.Places[:len(next.Places):len(next.Places)], place)
	if err := g.free(ctx, next); err != nil {
		return err
	}
	g.Group = next
	return nil
}

func (g *draft) zone(ctx context.Context) error {
	return g.say.ask(ctx, question{
		title: "The group's time zone", flag: "zone", given: g.cmd.Zone, usual: localZone(),
		help: "The zone of a place, such as America/Los_Angeles.",
		take: func(ctx context.Context, text string) error {
			if text == "" {
				return errors.New("write a zone, such as America/Los_Angeles")
			}
			return g.fill(ctx, &g.Group, "zone", text)
		},
	})
}

func (g *draft) sessions(ctx context.Context) error {
	return g.say.ask(ctx, question{
		title: "When does it meet, and for how long?", flag: "session", given: strings.Join(g.cmd.Session, ";"), spare: true,
		help: "Such as: every Monday at 6:00 PM, 90 minutes. Several with a semicolon between; Enter alone for none.",
		take: func(ctx context.Context, text string) error {
			if text == "" {
				return nil
			}
			return g.fill(ctx, &g.Group, "session", strings.Split(text, ";")...)
		},
	})
}

// remind asks when the group is reminded of a topic.
func (g *draft) remind(ctx context.Context, topic, given, usual string) error {
	if g.say.in == nil {
		usual = "none" // without a terminal nobody would see the default
	}
	return g.say.ask(ctx, question{
		title: "When is it reminded of " + topic + "?", flag: topic, given: given, usual: usual, spare: true,
		help: "Such as: every Monday at 9:00 AM, or 30 minutes before each session; none for no reminder.",
		take: func(ctx context.Context, text string) error {
			if words.IsNone(g.clinic, text) {
				return nil
			}
			r := bot.Reminder{Group: g.ID}
			table := g.changes.Reminders.Fields
			asker := changes.Asker{Words: g.clinic, Now: g.now(), Group: g.Group}
			if err := table.Replace(ctx, asker, &r, map[string][]string{"topic": {topic}, "at": {text}}); err != nil {
				return err
			}
			r, _, err := g.changes.Reminders.Draft(r, g.Group)
			if err == nil {
				g.reminders = append(g.reminders, r)
			}
			return err
		},
	})
}

// signature offers the crisis numbers and the cards to a clinician to sign. Nothing is signed
// without a name and a licence.
func (s *setup) signature(ctx context.Context) error {
	sign := s.cmd.Sign
	if len(sign) == 0 {
		if s.say.in == nil {
			return &bot.UserError{Message: "--reviewer signs something: say what with --sign crisis, --sign cards"}
		}
		books, err := s.c.books()
		if err != nil {
			return err
		}
		err = s.say.ask(ctx, question{
			title: "What does a clinician sign now?", usual: "none",
			help: "Cards are posted once a clinician has signed them. To read them all on one page:\n" + s.called.String() + " content booklet cards.html\nThese are the crisis numbers; telephone each one first:\n\n" +
				strings.TrimRight(plain(content.CrisisCard(words.English, s.c.options(), books.Say).Answer), "\n") +
				"\n\nThey are the same in every language of the card, and are signed in all of them.",
			list: func(context.Context) ([]bot.Choice, error) {
				return []bot.Choice{
					{Name: "Nothing yet", Value: "none"}, {Name: "The crisis numbers: each was telephoned", Value: "crisis"},
					{Name: "The cards: all were read", Value: "cards"}, {Name: "Both", Value: "crisis cards"},
				}, nil
			},
			take: func(_ context.Context, answer string) error {
				if answer != "none" {
					sign = strings.Fields(answer)
				}
				return nil
			},
		})
		if err != nil || len(sign) == 0 {
			return err
		}
	}
	return s.say.ask(ctx, question{
		title: "The clinician's name and licence", flag: "reviewer", given: s.cmd.Reviewer,
		help: "Such as: Full Name, LMFT 00000. Enter alone signs nothing.",
		take: func(_ context.Context, text string) error {
			if text == "" {
				return nil
			}
			reviewer, err := content.ParseReviewer(text)
			if err != nil {
				return err
			}
			for _, what := range sign {
				approve := contentApprove{All: what == "cards", Reviewer: reviewer}
				if what == "crisis" {
					approve.IDs = []string{what}
				}
				s.sign = append(s.sign, approve)
			}
			return nil
		},
	})
}
