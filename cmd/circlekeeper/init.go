package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"circlekeeper/adapters/database"
	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

type initCommand struct {
	Plain           bool     `help:"Ask in plain lines, for screen readers."`
	Server          string   `help:"Discord: the server, by its name or ID."`
	DiscordChannel  string   `help:"Discord: the group's channel, by its name or ID."`
	Moderators      string   `help:"Discord: the channel where moderators hear of trouble, by its name or ID; or none."`
	SlackChannel    string   `help:"Slack: the group's channel, by its name or ID."`
	Group           string   `help:"The name of the group to add."`
	Zone            string   `help:"The group's time zone, such as America/Los_Angeles."`
	Session         []string `help:"When the group meets and how long: every Monday at 6:00 PM, 90 minutes. May be given several times." sep:"none"`
	Confidentiality string   `help:"When the group is reminded of confidentiality: a rule, or none."`
	Agreements      string   `help:"When the group is reminded of its agreements: a rule, or none."`
	Sign            []string `help:"What a clinician has read and signs: crisis (each number was telephoned), cards." enum:"crisis,cards"`
	Reviewer        string   `help:"The clinician who signs: \"Name, licence\"."`
}

// setup is what init has learned so far. It writes nothing before the end.
type setup struct {
	program
	cmd initCommand
	c   Config // the configuration as it will be
	say *asking
	set []setting // lines for the file of settings

	library *content.Library
	changes *changes.Saver
	clinic  *words.Reader // English, with dates and clocks as the clinic's
	known   *opened       // the existing database, if there is one

	discord *discord.Adapter
	slack   *slack.Adapter
	server  string // the Discord server that has the group's channels

	unreached map[bot.Platform]bool // platforms that did not answer; the set-up goes on without them

	groups []newGroup
	sign   []contentApprove
}

// newGroup is a group to be made, with its reminders.
type newGroup struct {
	bot.Group
	reminders []bot.Reminder
}

func (cmd initCommand) Run(ctx context.Context, p program, c *Config, line *kong.Context) error {
	s := &setup{program: p, cmd: cmd, c: *c, unreached: make(map[bot.Platform]bool)}
	s.say = p.newAsking(cmd.Plain, func(text string) string { return s.c.hide(text) })
	defer s.say.keep()()
	s.flags(line)
	if err := s.read(ctx); err != nil {
		return err
	}
	defer func() {
		if s.known != nil {
			s.known.close()
		}
	}()
	if err := s.ask(ctx); err != nil {
		return err
	}
	if len(s.set)+len(s.groups)+len(s.sign) == 0 {
		fmt.Fprintln(p.out, "Nothing was changed.")
	} else if err := s.apply(ctx); err != nil {
		return err
	}
	return s.check(ctx)
}

// flags takes the settings of the command line, which are written into the file. Settings of
// the environment are not.
func (s *setup) flags(line *kong.Context) {
	for _, step := range line.Path {
		if step.Flag == nil || len(step.Flag.Envs) == 0 || !slices.Contains(ourVariables(), step.Flag.Envs[0]) {
			continue
		}
		value := fmt.Sprint(step.Flag.Target.Interface())
		if step.Flag.Target.Type() == reflect.TypeFor[Secret]() {
			value = step.Flag.Target.String()
		}
		s.put(step.Flag.Envs[0], value)
	}
}

// put adds a line for the file.
func (s *setup) put(name, value string) {
	s.set = slices.DeleteFunc(s.set, func(old setting) bool { return old.name == name })
	s.set = append(s.set, setting{name: name, value: value})
}

// given reports whether a setting comes from this command line.
func (s *setup) given(name string) bool {
	return slices.ContainsFunc(s.set, func(line setting) bool { return line.name == name })
}

// read reads the cards and, if it exists, the database: a new group must not collide with those
// there.
func (s *setup) read(ctx context.Context) error {
	var err error
	if s.library, err = s.c.library(); err != nil {
		return err
	}
	books, err := s.c.books()
	if err != nil {
		return err
	}
	s.clinic = books.Reader(words.English)
	s.changes = changes.New(changes.Config{Library: func() *content.Library { return s.library }, Books: books, Now: s.now})
	// Before the clinic has named a PostgreSQL server, none is asked.
	if !database.Made(s.c.DatabaseURL) && !(s.settings.found && !s.c.onFile()) {
		return nil
	}
	if s.known, err = s.openWith(ctx, &s.c, bot.Place{}, bot.DigestTime{}); err == nil {
		s.changes = s.known.bot.Changes
	}
	return err
}

// ask asks everything the first time; afterwards it asks what to change.
func (s *setup) ask(ctx context.Context) error {
	first := !s.settings.found || s.c.DiscordToken == "" && s.c.SlackBotToken == ""
	if first || s.say.in == nil {
		return s.all(ctx, first)
	}
	for {
		step := ""
		if err := s.say.ask(ctx, question{
			title: "What do you want to change?", usual: "end",
			list: func(context.Context) ([]bot.Choice, error) { return s.steps(), nil },
			take: func(_ context.Context, answer string) error { step = answer; return nil },
		}); err != nil {
			return err
		}
		do := map[string]func(context.Context) error{
			"discord": func(ctx context.Context) error { return s.discordToken(ctx, true) },
			"slack":   func(ctx context.Context) error { return s.slackTokens(ctx, true) },
			"staff":   s.staffChannel, "group": s.group, "sign": s.signature,
		}[step]
		if do == nil {
			return nil
		}
		if err := do(ctx); err != nil {
			return err
		}
	}
}

// steps are the parts of an existing set-up that can be changed.
func (s *setup) steps() []bot.Choice {
	out := []bot.Choice{{Name: "Nothing more", Value: "end"}, {Name: "Add a group", Value: "group"}, {Name: "Sign the crisis numbers or the cards", Value: "sign"}}
	for _, p := range []struct{ name, value string }{{"Discord", "discord"}, {"Slack", "slack"}} {
		name := "Set up " + p.name
		if s.c.hasToken(bot.Platform(p.value)) {
			name = p.name + ": another token"
		}
		out = append(out, bot.Choice{Name: name, Value: p.value})
	}
	if s.c.SlackBotToken != "" {
		out = append(out, bot.Choice{Name: "Slack: the staff channel", Value: "staff"})
	}
	return out
}

// all asks everything in turn. Without a terminal it uses the flags.
func (s *setup) all(ctx context.Context, first bool) error {
	onDiscord, onSlack := s.c.hasToken(bot.Discord), s.c.hasToken(bot.Slack)
	if !onDiscord && !onSlack {
		err := s.say.ask(ctx, question{
			title: "Where do the groups meet?", usual: "discord", flag: "discord-token, or --slack-bot-token and --slack-app-token",
			list: func(context.Context) ([]bot.Choice, error) {
				return []bot.Choice{{Name: "Discord", Value: "discord"}, {Name: "Slack", Value: "slack"}, {Name: "Discord and Slack", Value: "both"}}, nil
			},
			take: func(_ context.Context, answer string) error {
				onDiscord, onSlack = answer != "slack", answer != "discord"
				return nil
			},
		})
		if err != nil {
			return err
		}
	}
	if err := s.idle(onDiscord, onSlack); err != nil {
		return err
	}
	var steps []func(context.Context) error
	if onDiscord {
		steps = append(steps, func(ctx context.Context) error { return s.discordToken(ctx, false) })
		if s.say.in != nil {
			steps = append(steps, s.discordServer)
		}
	}
	if onSlack {
		steps = append(steps, func(ctx context.Context) error { return s.slackTokens(ctx, false) })
		if s.c.SlackStaffChannel == "" || s.given("SLACK_STAFF_CHANNEL") {
			steps = append(steps, s.staffChannel)
		}
	}
	asked := s.say.in != nil
	if asked && first || s.cmd.Group != "" {
		steps = append(steps, s.group)
	}
	if asked && first || len(s.cmd.Sign) > 0 || s.cmd.Reviewer != "" {
		steps = append(steps, s.signature)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// idle refuses flags that would do nothing: those of a platform that is not set up, and those
// of a group if no flag names the group and nobody is asked for it.
func (s *setup) idle(onDiscord, onSlack bool) error {
	if s.cmd.Moderators != "" && s.cmd.Moderators != noPlace && s.c.SlackStaffChannel != "" && (onSlack || s.c.hasStaffChannel()) {
		return &bot.UserError{Message: fmt.Sprintf("--moderators is for a clinic without a staff channel, which hears of trouble: leave it out; later, %s group set ID --moderators CHANNEL gives a group's moderators a channel of their own", s.called)}
	}
	for _, f := range []struct {
		flag, given, other string
		on                 bool
	}{
		{"server", s.cmd.Server, "--discord-token", onDiscord},
		{"discord-channel", s.cmd.DiscordChannel, "--discord-token", onDiscord},
		{"moderators", s.cmd.Moderators, "--discord-token", onDiscord},
		{"slack-channel", s.cmd.SlackChannel, "--slack-bot-token and --slack-app-token", onSlack},
		{"zone", s.cmd.Zone, "", true}, {"session", strings.Join(s.cmd.Session, ""), "", true},
		{"confidentiality", s.cmd.Confidentiality, "", true}, {"agreements", s.cmd.Agreements, "", true},
	} {
		switch {
		case f.given == "":
		case !f.on:
			return &bot.UserError{Message: fmt.Sprintf("--%s is for a platform that is not set up: give %s too, or leave --%[1]s out", f.flag, f.other)}
		case s.cmd.Group == "" && s.say.in == nil:
			return &bot.UserError{Message: fmt.Sprintf("--%s is for a new group: name it with --group, or leave --%[1]s out", f.flag)}
		}
	}
	return nil
}

// check ends init with what the command check finds.
func (s *setup) check(ctx context.Context) error {
	fmt.Fprintln(s.out)
	p := s.program
	var err error
	if p.settings, err = readSettings(settingsFile); err != nil {
		return err
	}
	return checkCommand{Format: Format{Format: "text"}}.Run(ctx, p, &s.c)
}

// apply writes everything. The last step is to rename the new file of settings, after the
// database is written.
func (s *setup) apply(ctx context.Context) error {
	if ctx.Err() != nil {
		return errStopped
	}
	ctx = context.WithoutCancel(ctx) // must not be cut off from here on
	var file prepared
	if len(s.set) > 0 {
		var err error
		if file, err = prepareSettings(settingsFile, s.set); err != nil {
			return err
		}
	}
	if err := s.save(ctx); err != nil {
		if file.temporary != "" {
			file.drop()
		}
		return err
	}
	if file.temporary == "" {
		return nil
	}
	if err := file.commit(); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is written; only you can read it.\n", settingsFile)
	return nil
}

// save adds the groups and their reminders, then the signatures.
func (s *setup) save(ctx context.Context) error {
	if len(s.groups)+len(s.sign) == 0 {
		return nil
	}
	o := s.known
	if o == nil {
		var err error
		if o, err = s.open(ctx, &s.c); err != nil {
			return err
		}
		defer o.close()
	}
	for _, g := range s.groups {
		if err := s.saveGroup(ctx, o, g); err != nil {
			return err
		}
	}
	for _, sign := range s.sign {
		if err := sign.record(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// saveGroup adds a group with its reminders. If a reminder cannot be added, it removes the
// group again.
func (s *setup) saveGroup(ctx context.Context, o *opened, g newGroup) error {
	short := g.ID
	for n := 2; ; n++ { // the short name may belong to another group, or to one that was removed
		err := o.bot.Changes.Groups.Add(ctx, typist(), g.Group)
		if err == nil {
			break
		}
		if !errors.Is(err, bot.ErrExists) || n > 20 {
			return err
		}
		g.ID = fmt.Sprintf("%.37s-%d", short, n)
	}
	fmt.Fprintf(s.out, "added group %s\n", cmp.Or(g.Name, g.ID))
	fmt.Fprintf(s.out, "  quiet hours, when no reminder is posted: %s; to change them: %s group set %s --quiet HOURS\n", words.SayQuiet(s.clinic, g.Quiet), s.called, g.ID)
	for _, r := range g.reminders {
		r.Group = g.ID
		r, next, err := o.bot.Changes.Reminders.Add(ctx, typist(), r)
		if err != nil {
			return errors.Join(err, o.bot.Changes.Groups.Remove(ctx, typist(), g.ID))
		}
		fmt.Fprintf(s.out, "added reminder %s (%s)\n", r.ID, r.Topic)
		if err := o.printNext(g.Group, next); err != nil {
			return err
		}
	}
	return nil
}
