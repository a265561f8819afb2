package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
)

// Answers that are not choices: to look or try again, and to go on without.
const (
	again = "again"
	goOn  = "on"
)

// asked bounds the time of one question to a platform.
func asked(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, checkTimeout)
}

// discordToken asks for the token, or tries the one that is set. If anew is set, it always
// asks.
func (s *setup) discordToken(ctx context.Context, anew bool) error {
	take := func(ctx context.Context, token string) error {
		a, err := discord.New(discord.Config{Token: token, APIURL: s.c.DiscordAPIURL, Log: s.c.logger(s.program)})
		if err != nil {
			return err
		}
		ask, cancel := asked(ctx)
		defer cancel()
		if _, err := a.InvitationLink(ask); err != nil {
			return triedToken(bot.Discord, err)
		}
		s.discord = a
		return nil
	}
	try := func(token string) error {
		return s.tried(ctx, bot.Discord, func() error { return take(ctx, token) })
	}
	if s.c.DiscordToken != "" && !anew {
		if err := try(string(s.c.DiscordToken)); err != nil {
			return s.wrongToken(err)
		}
		return nil
	}
	return s.say.ask(ctx, question{
		title: "The bot's token", hidden: true, flag: "discord-token",
		help: `Make the bot: open https://discord.com/developers/applications, click New Application,
give it a neutral name such as Circle, and click Create. On Installation set Install
Link to None and save. On Bot turn Public Bot off, click Reset Token and copy the token.
It is not shown while you paste it here.`,
		take: func(_ context.Context, token string) error {
			token = strings.TrimSpace(token)
			if err := try(token); err != nil {
				return err
			}
			s.c.DiscordToken = Secret(token)
			s.put("DISCORD_TOKEN", token)
			return nil
		},
	})
}

// untriedError reports that a platform could not be asked about a token. The token may be
// right.
type untriedError struct{ why string }

func (e *untriedError) Error() string { return "the token could not be tried: " + e.why }

// asSentence adds a full stop to a sentence without a mark at its end.
func asSentence(text string) string {
	if strings.HasSuffix(text, "?") || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// tried tries a token until its platform answers. Meanwhile a person at a terminal may choose
// to go on without: then the token is kept as it was typed.
func (s *setup) tried(ctx context.Context, p bot.Platform, try func() error) error {
	for {
		delete(s.unreached, p)
		err := try()
		var untried *untriedError
		if !errors.As(err, &untried) || s.say.in == nil || ctx.Err() != nil {
			return err
		}
		answer := ""
		err = s.say.ask(ctx, question{
			title: "Try again?", usual: again,
			help: "The token could not be tried: " + asSentence(untried.why) + "\nIt is kept, since nothing is known to be wrong with it.",
			list: func(context.Context) ([]bot.Choice, error) {
				return []bot.Choice{{Name: "Try the same token again", Value: again}, {Name: "Go on without " + p.Name() + " for now", Value: goOn}}, nil
			},
			take: func(_ context.Context, chosen string) error { answer = chosen; return nil },
		})
		if err != nil {
			return err
		}
		if answer == goOn {
			s.unreached[p] = true
			fmt.Fprintf(s.out, "Channels and groups wait until %s can be reached: run %s init again then.\n", p.Name(), s.called)
			return nil
		}
	}
}

// triedToken turns the error of asking a platform about a token into one for people. Only if
// the platform refuses the token does it blame the token.
func triedToken(p bot.Platform, err error) error {
	if errors.Is(err, discord.ErrToken) || errors.Is(err, slack.ErrRefused) {
		return err
	}
	return &untriedError{unanswered(p, err)}
}

// wrongToken names the setting in the error of a token, unless the token could not be tried or
// the person left.
func (s *setup) wrongToken(err error) error {
	var untried *untriedError
	if errors.As(err, &untried) || errors.Is(err, errStopped) {
		return err
	}
	return &bot.UserError{Message: s.c.hide(err.Error())}
}

// discordServer asks which server has the group. If the bot is in only one, it takes that; if
// it is in none, the person must invite it first.
func (s *setup) discordServer(ctx context.Context) error {
	if s.unreached[bot.Discord] {
		return nil
	}
	servers, err := s.servers(ctx)
	if err != nil {
		return err
	}
	q := question{
		title: "The server", flag: "server", given: s.cmd.Server,
		list: func(ctx context.Context) ([]bot.Choice, error) {
			servers, err := s.servers(ctx)
			if err != nil {
				return nil, err
			}
			var out []bot.Choice
			for _, server := range servers {
				out = append(out, bot.Choice{Name: server.Name, Value: server.ID})
			}
			if s.say.in != nil {
				out = append(out, bot.Choice{Name: "Look again", Value: again})
			}
			return out, nil
		},
		take: func(_ context.Context, answer string) error {
			if answer == again {
				return errAgain
			}
			s.server = answer
			return nil
		},
	}
	if len(servers) == 1 && s.cmd.Server == "" {
		s.server = servers[0].ID
		fmt.Fprintf(s.out, "The server is %s, the only one that the bot is in.\n", servers[0].Name)
		return nil
	}
	if len(servers) == 0 {
		ask, cancel := asked(ctx)
		defer cancel()
		link, err := s.discord.InvitationLink(ask)
		if err != nil {
			return err
		}
		if s.say.in == nil {
			return &bot.UserError{Message: "the bot is in no server yet: open " + link + ", then run this again"}
		}
		q.help = "The bot is in no server yet. Open this link, choose the server, click Authorize, then look\nagain here:\n\n  " + link
	}
	return s.say.ask(ctx, q)
}

func (s *setup) servers(ctx context.Context) ([]discord.Server, error) {
	ask, cancel := asked(ctx)
	defer cancel()
	servers, err := s.discord.Servers(ask)
	if err != nil {
		return nil, errors.New(unanswered(bot.Discord, err))
	}
	return servers, nil
}

// slackTokens asks for the tokens, or tries those that are set. If anew is set, it always asks.
func (s *setup) slackTokens(ctx context.Context, anew bool) error {
	link, err := s.slackLink()
	if err != nil {
		return err
	}
	helps := `Make the app: open this link, choose the workspace, click Next and Create:

  ` + link + `

(` + s.called.String() + ` manifest slack prints the same to paste.) Then click Install App, Install
to Workspace and Allow, and copy the Bot User OAuth Token. It is not shown while you
paste it here.`
	tokens := []question{{title: "The bot token (xoxb-…)", flag: "slack-bot-token", help: helps}}
	if s.c.SlackMode == "http" {
		tokens = append(tokens, question{title: "The signing secret", flag: "slack-signing-secret", help: "On Basic Information, App Credentials, copy the Signing Secret."})
	} else {
		tokens = append(tokens, question{title: "The app token (xapp-…)", flag: "slack-app-token", help: `On Basic Information, App-Level Tokens, click Generate Token and Scopes, name it, add the
scope connections:write, click Generate, and copy the token.`})
	}
	for _, q := range tokens {
		name := strings.ToUpper(strings.ReplaceAll(q.flag, "-", "_"))
		to := map[string]*Secret{"SLACK_BOT_TOKEN": &s.c.SlackBotToken, "SLACK_APP_TOKEN": &s.c.SlackAppToken, "SLACK_SIGNING_SECRET": &s.c.SlackSigningSecret}[name]
		q.hidden = true
		try := func(token string) error {
			if s.unreached[bot.Slack] { // the token before could not be tried
				return s.tryInSlack(ctx, name, token, false)
			}
			return s.tried(ctx, bot.Slack, func() error { return s.tryInSlack(ctx, name, token, true) })
		}
		q.take = func(_ context.Context, token string) error {
			if err := try(token); err != nil {
				return err
			}
			if *to != Secret(token) {
				*to = Secret(token)
				s.put(name, token)
			}
			return nil
		}
		if *to != "" && !anew {
			if err := try(string(*to)); err != nil {
				return s.wrongToken(err)
			}
			continue
		}
		if err := s.say.ask(ctx, q); err != nil {
			return err
		}
	}
	return s.joinSlack()
}

// tryInSlack checks the form of one token; if ask is set, it also asks Slack about it.
func (s *setup) tryInSlack(ctx context.Context, name, token string, ask bool) error {
	c := slack.Config{APIURL: s.c.SlackAPIURL}
	check := slack.CheckSecret
	switch name {
	case "SLACK_BOT_TOKEN":
		c.BotToken, check = token, slack.CheckBotToken
	case "SLACK_APP_TOKEN":
		c.AppToken, check = token, slack.CheckAppToken
	}
	if token == "" {
		return errors.New("paste it, or leave with Ctrl+C")
	}
	if err := check(token); err != nil {
		return err
	}
	if !ask || c.BotToken == "" && c.AppToken == "" { // only Slack's requests show whether a signing secret is right
		return nil
	}
	ctx, cancel := asked(ctx)
	defer cancel()
	remarks, err := slack.Try(ctx, c)
	if err != nil {
		return triedToken(bot.Slack, err)
	}
	for _, r := range remarks {
		return errors.New(r.Says)
	}
	return nil
}

// joinSlack makes the adapter from the tokens.
func (s *setup) joinSlack() error {
	c := s.c
	c.DiscordToken, c.SlackStaffChannel = "", ""
	books, err := c.books()
	if err != nil {
		return err
	}
	all, err := c.adapters(books, c.logger(s.program))
	if err != nil {
		return err
	}
	for _, a := range all {
		if in, ok := a.(*slack.Adapter); ok {
			s.slack = in
		}
	}
	return nil
}

// slackLink is the address at which Slack creates the app from its manifest.
// https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests
func (s *setup) slackLink() (string, error) {
	b, err := s.c.unstored(s.program)
	if err != nil {
		return "", err
	}
	address := ""
	if s.c.SlackMode == "http" {
		address = ownHost
	}
	manifest, err := slack.Manifest(b.Commands(), b.Deck().Clinic(), s.c.SlackCommand, address)
	if err != nil {
		return "", err
	}
	var short bytes.Buffer
	if err := json.Compact(&short, manifest); err != nil {
		return "", err
	}
	return "https://api.slack.com/apps?new_app=1&manifest_json=" + url.QueryEscape(short.String()), nil
}

// staffChannel asks for Slack's staff channel.
func (s *setup) staffChannel(ctx context.Context) error {
	if s.slack == nil {
		if err := s.slackTokens(ctx, false); err != nil {
			return err
		}
	}
	if s.unreached[bot.Slack] {
		return nil
	}
	given := ""
	if s.given("SLACK_STAFF_CHANNEL") {
		given = s.c.SlackStaffChannel
	}
	return s.say.ask(ctx, question{
		title: "The staff channel", flag: "slack-staff-channel", given: given, spare: true,
		help: `In Slack, make a private channel for staff, or choose one: everybody in it may change
things, and it hears of trouble. Type /invite @circle there, and in the group's channel.
Here stand the channels that the bot was invited to.`,
		list: func(ctx context.Context) ([]bot.Choice, error) { return s.slackChannels(ctx) },
		take: func(ctx context.Context, answer string) error {
			if answer == "" {
				return nil
			}
			place, err := s.usable(ctx, s.slack, answer, watchedPlace{staff: true})
			if err != nil {
				return err
			}
			s.c.SlackStaffChannel = place.Channel
			s.put("SLACK_STAFF_CHANNEL", place.Channel)
			return nil
		},
	})
}

// slackChannels are the channels that the bot was invited to.
func (s *setup) slackChannels(ctx context.Context) ([]bot.Choice, error) {
	ask, cancel := asked(ctx)
	defer cancel()
	channels, err := s.slack.Channels(ask)
	if err != nil {
		return nil, errors.New(unanswered(bot.Slack, err))
	}
	return s.choices(channels), nil
}

// choices are the channels to choose from, and the choice to look again.
func (s *setup) choices(channels []bot.Named) []bot.Choice {
	var out []bot.Choice
	for _, c := range channels {
		out = append(out, bot.Choice{Name: "#" + c.Name, Value: c.Place.String()})
	}
	if s.say.in != nil {
		out = append(out, bot.Choice{Name: "Look again", Value: again})
	}
	return out
}

// usable returns the chosen channel, or an error that says why the bot cannot use it.
func (s *setup) usable(ctx context.Context, a bot.Adapter, answer string, as watchedPlace) (bot.Place, error) {
	if answer == again {
		return bot.Place{}, errAgain
	}
	place, err := bot.ParsePlace(answer)
	if err != nil {
		return place, err
	}
	as.place = place
	ask, cancel := asked(ctx)
	defer cancel()
	ch, err := a.Inspect(ask, place)
	if err != nil {
		return place, errors.New(unanswered(place.Platform, err))
	}
	if as.exposure(ch) != "" {
		return place, errors.New("others can read it, and with it notices of trouble: make it private, or choose another")
	}
	return place, nil
}
