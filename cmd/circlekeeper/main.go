// Command circlekeeper answers questions about trust in group therapy and posts
// a clinic's reminders on Discord and Slack. See the README.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

func main() {
	ctx, signals, stop := listen(os.Stderr)
	defer stop()
	os.Exit(program{called: howCalled(os.Args[0]), in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now, signals: signals}.run(ctx, os.Args[1:]))
}

// program is everything that the commands take from outside, so that tests can replace it.
type program struct {
	called   called   // the command line that hints repeat
	in       *os.File // the terminal that init asks on, if it is one
	out, err io.Writer
	now      func() time.Time
	machine  func() time.Time // the machine's clock, which is compared with the database's; nil means time.Now
	timeout  time.Duration    // bounds a request that posts; 0 means bot.SendTimeout
	signals  *signals
	settings settings       // what circlekeeper.env contains
	wrong    []settingFault // reported by check, and treated as not set
}

// Exit codes. Scripts rely on them.
const (
	exitFine  = 0
	exitFault = 1 // a fault or a finding
	exitUsage = 2 // wrong usage, or a setting that cannot be right: a restart would not help
)

// commands are what the program can be told to do. It has one field for each command.
type commands struct {
	Init     initCommand     `cmd:"" help:"Set everything up step by step, from the tokens to the first reminder, and write circlekeeper.env. Started again, it changes only what you ask for."`
	Try      tryCommand      `cmd:"" help:"Open the playground with a sample group: no accounts, nothing leaves this machine."`
	Run      runCommand      `cmd:"" help:"Serve Discord and Slack, whichever has credentials."`
	Check    checkCommand    `cmd:"" help:"Check configuration, content, approvals, database, tokens and the rights in every channel."`
	Content  contentCommand  `cmd:"" help:"List, show, lint and approve the cards."`
	Reviewer reviewerCommand `cmd:"" help:"Name who signs cards in chat: add, list and remove reviewers."`
	Group    groupCommand    `cmd:"" help:"Add, list, change and remove groups."`
	Session  sessionCommand  `cmd:"" help:"List a group's sessions; cancel, move and restore single ones."`
	Reminder reminderCommand `cmd:"" help:"Add, list, pause and remove reminders; see what comes and what was."`
	Post     postCommand     `cmd:"" help:"Correct or withdraw posts in their channels, and see how that went."`
	Preview  previewCommand  `cmd:"" help:"Show what Discord, Slack and the web will be sent for a card."`
	Manifest manifestCommand `cmd:"" help:"Print Slack's app manifest, or Discord's commands and invitation link."`
	Database databaseCommand `cmd:"" help:"Move everything to another database."`
	Backup   backupCommand   `cmd:"" help:"Write a copy of the SQLite database to a new file, also while run is running."`
	Restore  restoreCommand  `cmd:"" help:"Put a backup in the place of the SQLite database."`
	Audit    auditCommand    `cmd:"" help:"List the changes that moderators, staff and the command line made."`
	Version  versionCommand  `cmd:"" help:"Print the version."`

	Config
}

// newCommands gives the commands that change things their flags.
func newCommands() commands {
	var c commands
	fields := anyFields()
	c.Group.Add.Plugins, c.Group.Set.Plugins = fieldFlags(fields.Groups.Fields, false), fieldFlags(fields.Groups.Fields, false)
	c.Reminder.Add.Plugins = fieldFlags(fields.Reminders.Fields, true)
	return c
}

// parser returns a parser that reads command lines into c. If it answers a command line itself,
// as with --help, it sets exited to the exit code.
func (p program) parser(ctx context.Context, c *commands, exited *int) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name(p.called.String()),
		kong.Description("A chat-bot for a clinic's therapy groups: guidance on trust, and reminders that arrive once and on time."),
		kong.Writers(p.out, p.err),
		kong.Exit(func(code int) { *exited = code }),
		kong.UsageOnError(),
		kong.KindMapper(reflect.String, kong.MapperFunc(plainText)),
		kong.KindMapper(reflect.Int, kong.MapperFunc(wholeNumber)),
		kong.TypeMapper(reflect.TypeFor[Since](), kong.MapperFunc(ownText)),
		kong.TypeMapper(reflect.TypeFor[Retention](), kong.MapperFunc(ownText)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.Help(p.help),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&c.Config),
	)
}

// help shows only a command's own flags. The settings would hide them, so they are only in the
// help of the program, run and init.
func (p program) help(o kong.HelpOptions, ctx *kong.Context) error {
	asked := ctx.Selected()
	if asked == nil || asked.Name == "run" || asked.Name == "init" {
		return kong.DefaultHelpPrinter(o, ctx)
	}
	for _, flag := range ctx.Model.Flags {
		flag.Hidden = flag.Hidden || flag.Group != nil
	}
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil {
		return err
	}
	if example := p.exampleOf(asked); example != "" {
		fmt.Fprintf(ctx.Stdout, "\n%s", example)
	}
	_, err := fmt.Fprintf(ctx.Stdout, "\nSettings are taken as flags too: \"%s --help\" lists them.\n", ctx.Model.Name)
	return err
}

// habits accepts what other programs taught people to type: -v and --version for version, and
// help COMMAND for COMMAND --help.
func habits(args []string) []string {
	switch {
	case len(args) == 0:
		return args
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case len(args) == 1 && (args[0] == "-v" || args[0] == "--version"):
		return []string{"version"}
	}
	return args
}

// run parses and runs one command line and returns its exit code.
func (p program) run(ctx context.Context, args []string) int {
	c, args := newCommands(), habits(args)
	exited := -1
	had := environment()
	var broken error
	p.settings, broken = readSettings(settingsFile)
	p.settings.around = slices.Sorted(maps.Keys(had))
	parser, err := p.parser(ctx, &c, &exited)
	if err == nil {
		err = tidyEnvironment(parser.Model)
	}
	if err == nil && broken == nil {
		err = p.settings.apply(had)
	}
	looks := len(args) > 0 && args[0] == "check" // check reports wrong settings and goes on
	if err == nil && looks {
		p.wrong = wrongSettings(parser.Model.Flags)
		err = setAside(p.wrong)
	}
	if err != nil {
		fmt.Fprintln(p.err, "circlekeeper:", err)
		return exitFault
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help was answered
		return exited
	}
	if err == nil {
		p.wrong = append(p.wrong, c.complete()...)
	} else if all := wrongSettings(parser.Model.Flags); len(all) > 0 {
		p.wrong, err = all, nil // all faults, because the parser stops at the first
	}
	if !looks {
		broken = errors.Join(append(each(broken), faults(p.wrong)...)...)
	}
	switch {
	case (broken != nil || err != nil) && showsCrisis(args):
		return p.withoutSettings(ctx, args, errors.Join(append(each(broken), each(err)...)...))
	case broken != nil:
		p.complain(&c.Config, broken)
		return exitUsage
	case err != nil:
		p.usage(parser, &c.Config, err)
		return exitUsage
	}
	if err := parsed.Run(p); err != nil {
		return p.report(&c.Config, err)
	}
	return exitFine
}

// complain prints each of joined errors, without secrets.
func (p program) complain(c *Config, wrong error) {
	for _, err := range each(wrong) {
		fmt.Fprintln(p.err, "circlekeeper:", c.hide(err.Error()))
	}
}

// showsCrisis reports whether the command is the one that must work whatever the settings are.
func showsCrisis(args []string) bool {
	return len(args) >= 3 && args[0] == "content" && args[1] == "show" && slices.Contains(args[2:], "crisis")
}

// withoutSettings prints what is wrong with the settings, then runs a command without any.
func (p program) withoutSettings(ctx context.Context, args []string, wrong error) int {
	c := newCommands()
	p.complain(&c.Config, wrong)
	exited := -1
	parser, err := p.parser(ctx, &c, &exited)
	if err != nil {
		fmt.Fprintln(p.err, "circlekeeper:", err)
		return exitFault
	}
	for _, flag := range parser.Model.Flags {
		flag.Envs, flag.Tag.Envs = nil, nil
	}
	parsed, err := parser.Parse(args)
	if err == nil {
		err = errors.Join(faults(c.complete())...)
	}
	if err != nil {
		p.complain(&c.Config, err)
		return exitUsage
	}
	if err := parsed.Run(p); err != nil {
		return p.report(&c.Config, err)
	}
	return exitFine
}

// tidyEnvironment makes a file of settings mean the same whichever program has read it. A
// variable that is set to nothing counts as not set, and quotes around our values are removed,
// because Docker leaves them there.
func tidyEnvironment(all *kong.Application) error {
	ours := make(map[string]bool)
	for _, flag := range all.Flags {
		for _, name := range flag.Envs {
			ours[name] = true
		}
	}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		bare := value
		if ours[name] {
			bare = unquoted(value)
		}
		var err error
		switch {
		case name == "": // exists on Windows
		case bare == "":
			err = os.Unsetenv(name)
		case bare != value:
			err = os.Setenv(name, bare)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unquoted is a value without the pair of quotes around it, if there is one.
func unquoted(value string) string {
	if n := len(value); n > 1 && value[0] == value[n-1] && (value[0] == '\'' || value[0] == '"') {
		return value[1 : n-1]
	}
	return value
}

// report prints an error for the person who typed the command.
func (p program) report(c *Config, err error) int {
	var found finding
	if errors.As(err, &found) { // already printed
		return exitFault
	}
	fmt.Fprintln(p.err, "circlekeeper:", c.hide(c.inWords(database.Explain(err))))
	var wrong *bot.UserError
	if errors.As(err, &wrong) {
		return exitUsage
	}
	return exitFault
}

// inWords is the text of an error, with dates and clocks as everywhere on the command line: by LOCALE.
// Where a command has put words of its own around a sentence, the text stays as it is.
func (c *Config) inWords(err error) string {
	if all := each(err); len(all) == 1 && inCatalogue(all[0]) {
		if books, failed := c.books(); failed == nil {
			return books.Reader(words.English).Error(err)
		}
	}
	return err.Error()
}

// inCatalogue reports whether the whole text of an error is a sentence of the catalogue.
func inCatalogue(err error) bool {
	switch e := err.(type) { //nolint:errorlint // an error around it adds words
	case *bot.UserError:
		return e.Format != "" || inCatalogue(e.Cause)
	case *scheduler.Mistake:
		return true
	}
	return false
}

// finding is the error of a command that did its work and found something.
type finding struct{}

func (finding) Error() string { return "something was found" }
