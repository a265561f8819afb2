package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"

	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/playground"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
)

type previewCommand struct {
	ID       string `arg:"" help:"The card's ID."`
	Lang     []Lang `help:"Languages, as a group has them." default:"en"`
	Platform string `help:"discord, slack, web or all." enum:"discord,slack,web,all" default:"all"`
}

func (cmd previewCommand) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		var langs []string
		for _, lang := range cmd.Lang {
			if err := knownLang(o.library.Langs(), string(lang)); err != nil {
				return err
			}
			langs = append(langs, string(lang))
		}
		m, ok := o.bot.Deck().Preview(cmd.ID, langs)
		if !ok {
			return p.unknownCard(o.library, cmd.ID, "")
		}
		for _, shown := range []struct {
			platform string
			render   func(bot.Message) ([]byte, error)
		}{
			{"discord", discord.Preview}, {"slack", func(m bot.Message) ([]byte, error) { return slack.Preview(m, c.SlackCommand) }}, {"web", playground.Preview},
		} {
			if cmd.Platform != "all" && cmd.Platform != shown.platform {
				continue
			}
			body, err := shown.render(m)
			if err != nil {
				return err
			}
			fmt.Fprintf(p.out, "%s\n", shown.platform)
			var pretty bytes.Buffer
			if json.Indent(&pretty, body, "", "  ") == nil {
				body = pretty.Bytes()
			}
			fmt.Fprintf(p.out, "%s\n", body)
		}
		return nil
	})
}

type manifestCommand struct {
	Slack   manifestSlack   `cmd:"" help:"Print the app manifest to paste into Slack."`
	Discord manifestDiscord `cmd:"" help:"Print the commands, and the link that invites the bot with the least rights."`
}

type manifestSlack struct {
	URL string `help:"With SLACK_MODE=http: where Slack reaches this program, such as https://bot.example." default:"https://YOUR-HOST"`
}

// ownHost is shown instead of an address that is not known yet.
const ownHost = "https://YOUR-HOST"

// address is where Slack posts requests; empty in socket mode, which needs none.
func (cmd manifestSlack) address(c *Config) (string, error) {
	u, err := url.Parse(cmd.URL)
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", &bot.UserError{Message: "--url: write the https address at which Slack reaches this program, such as https://bot.example"}
	case c.SlackMode == "http":
		return cmd.URL, nil
	case cmd.URL != ownHost:
		return "", &bot.UserError{Message: "--url is for SLACK_MODE=http, and SLACK_MODE is socket: set SLACK_MODE=http, or leave --url out"}
	}
	return "", nil
}

func (cmd manifestSlack) Run(ctx context.Context, p program, c *Config) error {
	address, err := cmd.address(c)
	if err != nil {
		return err
	}
	b, err := c.unstored(p)
	if err != nil {
		return err
	}
	if address == ownHost {
		fmt.Fprintf(p.err, "Put the address at which Slack reaches this program in the place of %s, or name it with --url.\n", ownHost)
	}
	manifest, err := slack.Manifest(b.Commands(), b.Deck().Clinic(), c.SlackCommand, address)
	if err == nil {
		_, err = fmt.Fprintf(p.out, "%s\n", manifest)
	}
	return err
}

type manifestDiscord struct {
	Application string `help:"The application's ID, for the invitation link: General Information shows it." default:"APPLICATION_ID"`
}

// ownApplication is shown instead of an ID that was not given.
const ownApplication = "APPLICATION_ID"

// applicationID is how Discord numbers applications.
var applicationID = regexp.MustCompile(`^[1-9][0-9]{16,19}$`)

func (cmd manifestDiscord) Run(ctx context.Context, p program, c *Config) error {
	if cmd.Application != ownApplication && !applicationID.MatchString(cmd.Application) {
		return &bot.UserError{Message: "--application: write the application's ID, a number of 17 to 20 digits, which General Information in Discord's Developer Portal shows"}
	}
	b, err := c.unstored(p)
	if err != nil {
		return err
	}
	manifest, err := discord.Manifest(b.Commands())
	if err != nil {
		return err
	}
	if cmd.Application == ownApplication {
		fmt.Fprintf(p.err, "Put the application's ID in the place of %s, or name it with --application.\n", ownApplication)
	}
	fmt.Fprintf(p.err, "Invite the bot with: %s\n", discord.Invitation(cmd.Application))
	_, err = fmt.Fprintf(p.out, "%s\n", manifest)
	return err
}

// unstored is the core without a database, for what depends on its cards and sentences alone.
func (c *Config) unstored(p program) (*chat.Bot, error) {
	l, err := c.library()
	if err != nil {
		return nil, err
	}
	books, err := c.books()
	if err != nil {
		return nil, err
	}
	return chat.New(chat.Config{Library: l, Books: books, Log: c.logger(p), Now: p.now, Concerns: c.Concerns == "on", Options: c.options()})
}
