package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/content"
)

// typist is who changes things from the command line.
func typist() bot.Actor { return bot.Actor{ID: "cli"} }

// opened is what most commands work with.
type opened struct {
	program
	config  *Config
	log     *slog.Logger
	library *content.Library
	db      *database.DB
	bot     *chat.Bot
	staff   bot.Place // where staff hear of trouble; zero if nowhere
	digest  chat.DigestTime
	standby atomic.Bool // another replica holds the Discord gateway
	refused sync.Map    // platforms that do not let the program in: staff know it
}

// open reads the cards, opens the database and makes the core.
func (p program) open(ctx context.Context, c *Config) (*opened, error) {
	o := &opened{program: p, config: c, log: c.logger(p)}
	var err error
	if o.staff, err = c.staff(); err != nil {
		return nil, &bot.UserError{Message: err.Error()}
	}
	if o.digest, err = c.digest(); err != nil {
		return nil, &bot.UserError{Message: err.Error()}
	}
	if o.library, err = c.library(); err != nil {
		return nil, err
	}
	if o.db, err = database.Open(ctx, c.DatabaseURL, p.now, o.log); err != nil {
		return nil, err
	}
	if err := o.assemble(ctx); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

func (o *opened) assemble(ctx context.Context) error {
	var err error
	o.bot, err = chat.New(chat.Config{
		Library: o.library, Store: o.db, Log: o.log, Now: o.now,
		Concerns: o.config.Concerns == "on", Options: o.config.options(), Staff: o.staff, Keep: time.Duration(o.config.DeliveryRetention),
	})
	if err != nil {
		return err
	}
	return o.readApprovals(ctx)
}

func (o *opened) readApprovals(ctx context.Context) error {
	given, err := o.db.Approvals(ctx)
	if err == nil {
		o.bot.SetApprovals(given)
	}
	return err
}

func (o *opened) close() {
	if err := o.db.Close(); err != nil {
		o.log.Error("closing the database failed", "error", err)
	}
}

// withOpen runs a command that needs cards, database and core.
func (p program) withOpen(ctx context.Context, c *Config, do func(o *opened) error) error {
	o, err := p.open(ctx, c)
	if err != nil {
		return err
	}
	defer o.close()
	return do(o)
}

// adapters makes an adapter for each platform that has credentials.
func (c *Config) adapters(log *slog.Logger) ([]bot.Adapter, error) {
	var out []bot.Adapter
	if c.DiscordToken != "" {
		a, err := discord.New(discord.Config{
			Token: string(c.DiscordToken), APIURL: c.DiscordAPIURL,
			HTTP: c.DiscordMode == "http", PublicKey: c.DiscordPublicKey,
			ModeratorRole: c.DiscordModeratorRole, Log: log,
		})
		if err != nil {
			return nil, fmt.Errorf("Discord: %w", err)
		}
		out = append(out, a)
	}
	http := c.SlackMode == "http"
	switch {
	case c.SlackBotToken == "" && (c.SlackAppToken != "" || http && c.SlackSigningSecret != ""):
		return nil, errors.New("SLACK_BOT_TOKEN is missing: Slack shows it under OAuth & Permissions (xoxb-…)")
	case c.SlackBotToken == "":
	case http && c.SlackSigningSecret == "":
		return nil, errors.New("SLACK_SIGNING_SECRET is missing: Slack shows it under Basic Information, App Credentials")
	case !http && c.SlackAppToken == "":
		return nil, errors.New("SLACK_APP_TOKEN is missing: Slack shows it under Basic Information, App-Level Tokens (xapp-…)")
	default:
		a, err := slack.New(slack.Config{
			BotToken: string(c.SlackBotToken), AppToken: string(c.SlackAppToken), APIURL: c.SlackAPIURL,
			HTTP: http, Secret: string(c.SlackSigningSecret), Connections: c.SlackConnections, StaffChannel: c.SlackStaffChannel, Log: log,
		})
		if err != nil {
			return nil, fmt.Errorf("Slack: %w", err)
		}
		out = append(out, a)
	}
	return out, nil
}
