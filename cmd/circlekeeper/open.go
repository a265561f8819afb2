package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
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
	books   *words.Books
	say     *words.Reader // speaks English, with the clinic's dates and clocks
	db      *database.DB
	bot     *chat.Bot
	staff   bot.Place // where staff hear of trouble; zero if nowhere
	digest  bot.DigestTime
	gateway gateway         // who holds the Discord gateway
	hangups <-chan struct{} // SIGHUPs; nil if they end the program
	refused sync.Map        // platforms that refuse the program; staff were told
	begun   begun           // closed once the database can be used
}

// open reads the cards, opens the database and makes the core.
func (p program) open(ctx context.Context, c *Config) (*opened, error) {
	staff, digest, err := c.told()
	if err != nil {
		return nil, err
	}
	return p.openWith(ctx, c, staff, digest)
}

// told returns where staff are told of trouble, and when they get the week's summary.
func (c *Config) told() (bot.Place, bot.DigestTime, error) {
	staff, err := c.staff()
	if err != nil {
		return bot.Place{}, bot.DigestTime{}, &bot.UserError{Message: err.Error()}
	}
	digest, err := c.digest()
	if err != nil {
		return bot.Place{}, bot.DigestTime{}, &bot.UserError{Message: err.Error()}
	}
	return staff, digest, nil
}

// openWith is open, with these values instead of those in the settings.
func (p program) openWith(ctx context.Context, c *Config, staff bot.Place, digest bot.DigestTime) (*opened, error) {
	o, err := p.prepare(ctx, c, staff, digest)
	if err != nil {
		return nil, err
	}
	if o.db.IsNew() && !c.playground { // try's own file has no name that a person chose
		fmt.Fprintf(p.err, "circlekeeper: there was no database: a new one was made: %s\n", o.db.Place())
	}
	if err := o.begin(ctx); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

// prepare is openWith without asking the database: begin must follow.
func (p program) prepare(ctx context.Context, c *Config, staff bot.Place, digest bot.DigestTime) (*opened, error) {
	o := &opened{program: p, config: c, log: c.logger(p), staff: staff, digest: digest, begun: make(begun)}
	var err error
	if o.books, err = c.books(); err != nil {
		return nil, unusable{err}
	}
	o.say = o.books.Reader(words.English)
	if o.library, err = c.library(); err != nil {
		return nil, unusable{err}
	}
	if o.db, err = database.Prepare(ctx, c.DatabaseURL, p.now, o.log); err != nil {
		return nil, err
	}
	if err := o.assemble(); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

func (o *opened) assemble() (err error) {
	o.bot, err = chat.New(chat.Config{
		Library: o.library, Books: o.books, Store: o.db, Log: o.log, Now: o.now,
		Concerns: o.config.Concerns == "on", Approvals: o.config.Approvals, Options: o.config.options(), Staff: o.staff, Keep: time.Duration(o.config.DeliveryRetention),
	})
	return err
}

// readApprovals tells the core which cards are signed and which crisis lines are out of
// service.
func (o *opened) readApprovals(ctx context.Context) error {
	given, err := o.db.Approvals(ctx)
	if err != nil {
		return err
	}
	o.bot.SetApprovals(given)
	return o.readDownLines(ctx)
}

func (o *opened) close() {
	if err := o.db.Close(); err != nil {
		o.log.Error("closing the database failed", "error", err)
	}
}

// withOpen runs a command that needs the cards, the database and the core.
func (p program) withOpen(ctx context.Context, c *Config, do func(o *opened) error) error {
	o, err := p.open(ctx, c)
	if err != nil {
		return err
	}
	defer o.close()
	return do(o)
}

// adapters makes an adapter for each platform that has credentials. The error names every wrong
// setting; the other platforms' adapters are made anyway.
func (c *Config) adapters(books *words.Books, log *slog.Logger) ([]bot.Adapter, error) {
	var out []bot.Adapter
	var wrong []error
	unverified := intake.NewUnverified() // one bound for both platforms' endpoints
	if c.DiscordToken != "" {
		a, err := discord.New(discord.Config{
			Token: string(c.DiscordToken), APIURL: c.DiscordAPIURL,
			HTTP: c.DiscordMode == "http", PublicKey: c.DiscordPublicKey,
			ModeratorRole: c.DiscordModeratorRole, Books: books, Log: log, Unverified: unverified,
		})
		if err == nil {
			out = append(out, a)
		}
		for _, err := range each(err) {
			wrong = append(wrong, fmt.Errorf("Discord: %w", err))
		}
	}
	http := c.SlackMode == "http"
	switch {
	case c.SlackBotToken == "" && (c.SlackAppToken != "" || http && c.SlackSigningSecret != ""):
		wrong = append(wrong, errors.New("SLACK_BOT_TOKEN is missing: Slack shows it under OAuth & Permissions (xoxb-…)"))
	case c.SlackBotToken == "":
	case http && c.SlackSigningSecret == "":
		wrong = append(wrong, errors.New("SLACK_SIGNING_SECRET is missing: Slack shows it under Basic Information, App Credentials"))
		wrong = append(wrong, botTokenFault(c)...)
	case !http && c.SlackAppToken == "":
		wrong = append(wrong, errors.New("SLACK_APP_TOKEN is missing: Slack shows it under Basic Information, App-Level Tokens (xapp-…)"))
		wrong = append(wrong, botTokenFault(c)...)
	default:
		staff, _ := c.staff() // open reports what is wrong with it
		a, err := slack.New(slack.Config{
			BotToken: string(c.SlackBotToken), AppToken: string(c.SlackAppToken), APIURL: c.SlackAPIURL,
			Command: c.SlackCommand, HTTP: http, Secret: string(c.SlackSigningSecret), Connections: c.SlackConnections, StaffChannel: staff.Channel, Books: books, Log: log, Unverified: unverified,
		})
		if err == nil {
			out = append(out, a)
		}
		for _, err := range each(err) {
			wrong = append(wrong, fmt.Errorf("Slack: %w", err))
		}
	}
	return out, errors.Join(wrong...)
}

// botTokenFault says what is wrong with Slack's bot token, even while another setting is
// missing.
func botTokenFault(c *Config) []error {
	if err := slack.CheckBotToken(string(c.SlackBotToken)); err != nil {
		return []error{fmt.Errorf("Slack: %w", err)}
	}
	return nil
}

// each takes joined errors apart.
func each(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		return joined.Unwrap()
	}
	return []error{err}
}
