package main

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Config is the configuration of all commands. It has one field for each setting, because the
// parser writes flags directly into it.
type Config struct {
	DatabaseURL string `help:"sqlite:FILE or postgres://…" env:"DATABASE_URL" default:"sqlite:circlekeeper.db" group:"Configuration"`
	ContentDir  string `help:"Folder of the clinic's own cards (LANGUAGE/ID.md) and sentences (LANGUAGE/words.po). They replace or add to those built in; changes take effect while run is running." env:"CONTENT_DIR" type:"path" group:"Configuration"`
	Locale      string `help:"Language of notices to staff; and how dates and clocks are written where a reader's own country is not known: en-US, en-GB, es-MX …" env:"LOCALE" default:"en-US" group:"Configuration"`
	ListenAddr  string `help:"Where run and try listen." env:"LISTEN_ADDR" default:"127.0.0.1:8642" group:"Configuration"`
	LogLevel    string `help:"debug, info, warn or error." env:"LOG_LEVEL" enum:"debug,info,warn,error" default:"info" group:"Configuration"`
	LogFormat   string `help:"text or json." env:"LOG_FORMAT" enum:"text,json" default:"text" group:"Configuration"`

	DiscordToken         Secret `help:"The bot's token; or DISCORD_TOKEN_FILE names a file with it." env:"DISCORD_TOKEN" group:"Discord"`
	DiscordTokenFile     string `env:"DISCORD_TOKEN_FILE" hidden:""`
	DiscordPublicKey     string `help:"The application's public key, for http mode." env:"DISCORD_PUBLIC_KEY" group:"Discord"`
	DiscordMode          string `help:"gateway or http." env:"DISCORD_MODE" enum:"gateway,http" default:"gateway" group:"Discord"`
	DiscordAPIURL        string `help:"Discord's address." name:"discord-api-url" env:"DISCORD_API_URL" default:"https://discord.com/api/v10" group:"Discord"`
	DiscordModeratorRole string `help:"The roles whose members may change things, with commas between." env:"DISCORD_MODERATOR_ROLE" group:"Discord"`

	SlackBotToken          Secret `help:"The bot token, xoxb-…; or SLACK_BOT_TOKEN_FILE names a file with it." env:"SLACK_BOT_TOKEN" group:"Slack"`
	SlackBotTokenFile      string `env:"SLACK_BOT_TOKEN_FILE" hidden:""`
	SlackAppToken          Secret `help:"The app-level token, xapp-…; or SLACK_APP_TOKEN_FILE names a file with it." env:"SLACK_APP_TOKEN" group:"Slack"`
	SlackAppTokenFile      string `env:"SLACK_APP_TOKEN_FILE" hidden:""`
	SlackSigningSecret     Secret `help:"The signing secret, for http mode; or SLACK_SIGNING_SECRET_FILE names a file with it." env:"SLACK_SIGNING_SECRET" group:"Slack"`
	SlackSigningSecretFile string `env:"SLACK_SIGNING_SECRET_FILE" hidden:""`
	SlackMode              string `help:"socket or http." env:"SLACK_MODE" enum:"socket,http" default:"socket" group:"Slack"`
	SlackConnections       int    `help:"Sockets to keep open, 1 to 10." env:"SLACK_CONNECTIONS" default:"1" group:"Slack"`
	SlackAPIURL            string `help:"Slack's address." name:"slack-api-url" env:"SLACK_API_URL" default:"https://slack.com/api/" group:"Slack"`
	SlackCommand           string `help:"What people type in Slack. Choose another name if another app has /circle." env:"SLACK_COMMAND" default:"/circle" group:"Slack"`
	SlackStaffChannel      string `help:"The channel whose members may change things and hear of trouble." env:"SLACK_STAFF_CHANNEL" group:"Slack"`

	DeliveryRetention Retention `help:"How long the record of what was sent, skipped and failed is kept: 400d, or forever." env:"DELIVERY_RETENTION" default:"400d" group:"The clinic's choices"`
	AuditRetention    Retention `help:"How long the record of changes is kept: 2555d, or forever." env:"AUDIT_RETENTION" default:"forever" group:"The clinic's choices"`

	Approvals          int    `help:"How many different reviewers have to sign a card before it counts as approved: 1 or 2." env:"APPROVALS" enum:"1,2" default:"1" group:"The clinic's choices"`
	Concerns           string `help:"Let members send staff a category of concern: off or on." env:"CONCERNS" enum:"off,on" default:"off" group:"The clinic's choices"`
	Digest             string `help:"When staff are told what became of reminders: a rule, in the first group's time zone unless it names one, or off." env:"DIGEST" default:"every Monday at 9:00" group:"The clinic's choices"`
	OutsideContact     string `help:"What the clinic says about contact between members outside the group: discouraged or allowed." env:"OUTSIDE_CONTACT" enum:",discouraged,allowed" default:"" group:"The clinic's choices"`
	OverdoseCompanions string `help:"List overdose companion lines in the crisis card: off or on." env:"OVERDOSE_COMPANIONS" enum:"off,on" default:"off" group:"The clinic's choices"`

	playground bool // set by try: the sample group's places are used instead of the clinic's
}

// Retention is how long something is kept; 0 means for ever.
type Retention time.Duration

// UnmarshalText reads "400d", "57 weeks" or "forever".
func (r *Retention) UnmarshalText(text []byte) error {
	if string(text) == "forever" {
		*r = 0
		return nil
	}
	months, d, ok := daysOf(string(text))
	if !ok || months > 0 {
		return fmt.Errorf("%q is not a length of time to keep records: write 1d to 36500d, such as 400d, or forever", text)
	}
	*r = Retention(time.Duration(d) * 24 * time.Hour)
	return nil
}

// String writes it as UnmarshalText reads it.
func (r Retention) String() string {
	if r == 0 {
		return "forever"
	}
	return fmt.Sprintf("%dd", time.Duration(r)/(24*time.Hour))
}

// Since is the beginning of what is listed: a length before now, or the beginning of a day by this
// machine's clock.
type Since struct {
	ago time.Duration
	day func(now time.Time) time.Time // nil if it is a length in days or hours
}

// UnmarshalText reads "30d", "12 hours", "1 month", "yesterday" or "2026-11-01".
func (s *Since) UnmarshalText(text []byte) error {
	beginning := func(back int) func(time.Time) time.Time {
		return func(now time.Time) time.Time {
			year, month, day := now.Local().Date()
			return time.Date(year, month, day-back, 0, 0, 0, 0, time.Local)
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, string(text), time.Local)
	months, _, _ := daysOf(string(text))
	ago, ok := lengthOf(string(text))
	switch word := strings.ToLower(string(text)); {
	case err == nil:
		*s = Since{day: func(time.Time) time.Time { return day }}
	case word == "today":
		*s = Since{day: beginning(0)}
	case word == "yesterday":
		*s = Since{day: beginning(1)}
	case ok:
		*s = Since{ago: ago}
	case months > 0:
		*s = Since{day: func(now time.Time) time.Time {
			day := now.AddDate(0, -months, 0)
			if day.Day() != now.Day() { // a month before March 31 is the last of February
				day = day.AddDate(0, 0, -day.Day())
			}
			return day
		}}
	default:
		return fmt.Errorf("%q is not a time back from now: write days up to 36500d, such as 30d, hours such as 12h, yesterday, or a day such as 2026-11-01", text)
	}
	return nil
}

// before returns the moment at which what is listed begins. It refuses a day after today.
func (s Since) before(now time.Time) (time.Time, error) {
	if s.day == nil {
		return now.Add(-s.ago), nil
	}
	day := s.day(now)
	if day.After(now) {
		return now, &bot.UserError{Message: fmt.Sprintf("--since: %s is still to come: write today or a day before", day.Format(time.DateOnly))}
	}
	return day, nil
}

// lengthOf reads a length of time: "400d", "1h30m" or as people write it, "2 weeks".
func lengthOf(s string) (d time.Duration, ok bool) {
	if months, days, whole := daysOf(s); whole && months == 0 {
		return time.Duration(days) * 24 * time.Hour, true
	}
	return scheduler.ParseLength(s)
}

// daysOf reads a length in days, weeks, months or years, up to 100 years: "400d", "2 weeks", "1 month".
func daysOf(s string) (months, days int, ok bool) {
	const most = 100
	if months, days, ok = scheduler.ParseDays(s); months > most*12 || days > most*365 {
		return 0, 0, false
	}
	return months, days, ok
}

// wholeNumber reads a flag that is a whole number.
func wholeNumber(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("number")
	if err != nil {
		return errNoValue
	}
	n, err := strconv.Atoi(token.String())
	if err != nil {
		return fmt.Errorf("%q is not a number: write a whole one, such as 10", token.String())
	}
	target.SetInt(int64(n))
	return nil
}

// plainText reads a flag that is a text. One of a few words, such as "slack", may be written in capitals too.
func plainText(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("string", &text); err != nil {
		return err
	}
	target.SetString(oneOf(ctx.Value, text))
	return nil
}

// oneOf is the value of a flag that has only a few: what was written, without regard to case.
func oneOf(flag *kong.Value, text string) string {
	if flag == nil || flag.Enum == "" {
		return text
	}
	all := flag.EnumSlice()
	if i := slices.IndexFunc(all, func(s string) bool { return strings.EqualFold(s, text) }); i >= 0 {
		return all[i]
	}
	return text
}

// errNoValue is the error of a flag at the end of the line, or before the next flag.
var errNoValue = errors.New("its value is missing")

// ownText reads a flag whose type has an UnmarshalText of its own.
func ownText(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("value")
	if err != nil {
		return errNoValue
	}
	into, ok := target.Addr().Interface().(encoding.TextUnmarshaler)
	if !ok {
		return fmt.Errorf("%s reads no text", target.Type())
	}
	return into.UnmarshalText([]byte(token.String()))
}

// Secret is a value that never prints itself.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// LogValue hides the value.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// complete reads the secrets that are given as files, and checks what can be checked without
// asking a platform or the database.
func (c *Config) complete() []settingFault {
	wrong := c.readSecrets()
	for _, address := range []struct{ name, value string }{{addressOf(bot.Discord), c.DiscordAPIURL}, {addressOf(bot.Slack), c.SlackAPIURL}} {
		u, err := url.Parse(address.value)
		if err != nil || u.Host == "" || u.Scheme != "https" && !loopback(u) {
			wrong = append(wrong, settingFault{address.name, errors.New("write an https address")})
		}
	}
	if err := words.CheckLocale(c.Locale); err != nil {
		wrong = append(wrong, settingFault{"LOCALE", err})
		c.Locale = words.DefaultLocale // check goes on with it
	}
	if !slackCommand.MatchString(c.SlackCommand) {
		wrong = append(wrong, settingFault{"SLACK_COMMAND", errors.New("write a slash and up to 31 small letters, digits, hyphens or underscores, such as /circle")})
	}
	if c.SlackConnections < 1 || c.SlackConnections > 10 {
		wrong = append(wrong, settingFault{"SLACK_CONNECTIONS", errors.New("write a whole number from 1 to 10")})
		c.SlackConnections = 1 // check goes on with it
	}
	_, port, err := net.SplitHostPort(c.ListenAddr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		wrong = append(wrong, settingFault{"LISTEN_ADDR", fmt.Errorf("%q is not an address: write HOST:PORT with a port up to 65535, such as 127.0.0.1:8642", c.ListenAddr)})
	}
	return wrong
}

// slackCommand is a name that Slack takes for a command.
// https://docs.slack.dev/interactivity/implementing-slash-commands
var slackCommand = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)

// readSecrets reads the secrets that are given as files. It returns the settings whose file
// cannot be read.
func (c *Config) readSecrets() (wrong []settingFault) {
	for _, s := range []struct {
		name  string
		value *Secret
		file  string
	}{
		{"DISCORD_TOKEN", &c.DiscordToken, c.DiscordTokenFile},
		{"SLACK_BOT_TOKEN", &c.SlackBotToken, c.SlackBotTokenFile},
		{"SLACK_APP_TOKEN", &c.SlackAppToken, c.SlackAppTokenFile},
		{"SLACK_SIGNING_SECRET", &c.SlackSigningSecret, c.SlackSigningSecretFile},
	} {
		if s.file == "" {
			continue
		}
		if *s.value != "" {
			wrong = append(wrong, settingFault{s.name + "_FILE", fmt.Errorf("%s is set too: keep one of the two", s.name)})
			continue
		}
		b, err := readSecret(s.file)
		if err != nil {
			wrong = append(wrong, settingFault{s.name + "_FILE", err})
			continue
		}
		*s.value = Secret(b)
	}
	return wrong
}

func readSecret(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("the file cannot be read: %w", bot.FileFault(file, err))
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil {
		return "", fmt.Errorf("the file cannot be read: %w", bot.FileFault(file, err))
	}
	s := strings.TrimSpace(string(b))
	if s == "" {
		return "", fmt.Errorf("the file %s is empty", file)
	}
	return s, nil
}

func loopback(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "http" && (host == "127.0.0.1" || host == "::1" || host == "localhost")
}

// options are the settings that decide which cards exist.
func (c *Config) options() map[string]string {
	o := map[string]string{"overdose-companions": c.OverdoseCompanions}
	if c.OutsideContact != "" {
		o["outside-contact"] = c.OutsideContact
	}
	return o
}

// books reads all texts other than the cards.
func (c *Config) books() (*words.Books, error) {
	o, err := c.wordOptions()
	if err != nil {
		return nil, err
	}
	b, err := words.Open(o)
	if err != nil {
		return nil, &bot.UserError{Message: err.Error()}
	}
	return b, nil
}

func (c *Config) wordOptions() (words.Options, error) {
	dir, err := c.contentDir()
	return words.Options{Locale: c.Locale, Dir: dir, DirName: c.ContentDir}, err
}

// contentDir returns the clinic's folder; nil if none is set.
func (c *Config) contentDir() (fs.FS, error) {
	if c.ContentDir == "" {
		return nil, nil //nolint:nilnil // no folder is no fault
	}
	info, err := os.Stat(c.ContentDir)
	if err != nil || !info.IsDir() {
		return nil, &bot.UserError{Message: fmt.Sprintf("CONTENT_DIR: %s is not a folder that can be read", c.ContentDir)}
	}
	return os.DirFS(c.ContentDir), nil
}

// library reads the cards.
func (c *Config) library() (*content.Library, error) {
	books, err := c.books()
	if err != nil {
		return nil, err
	}
	dir, err := c.contentDir()
	if err != nil {
		return nil, err
	}
	l, err := content.Load(content.Options{Set: c.options(), Dir: dir, DirName: c.ContentDir, Langs: books.Langs(), Voice: books.Voice()})
	if err != nil {
		return nil, fmt.Errorf("the content cannot be used:\n%w", err)
	}
	return l, nil
}

// logger writes to the program's error stream.
func (c *Config) logger(p program) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: c.hideAttr}
	if c.LogFormat == "json" {
		return slog.New(database.Calm(slog.NewJSONHandler(p.err, o)))
	}
	return slog.New(database.Calm(slog.NewTextHandler(p.err, o)))
}

// digest returns when staff get the week's summary.
func (c *Config) digest() (bot.DigestTime, error) {
	d, err := bot.ParseDigest(c.Digest)
	if err != nil {
		return d, fmt.Errorf("DIGEST: %w", err)
	}
	return d, nil
}

// onFile tells whether the database is a SQLite file, which one process serves at a time.
func (c *Config) onFile() bool { return strings.HasPrefix(c.DatabaseURL, "sqlite:") }

// hasToken tells whether a platform was meant to be set up.
func (c *Config) hasToken(p bot.Platform) bool {
	return p == bot.Discord && c.DiscordToken != "" || p == bot.Slack && (c.SlackBotToken != "" || c.SlackAppToken != "")
}

// hasStaffChannel tells whether staff are told of trouble in Slack: the setting alone has no effect while
// neither this process nor another one on its database serves Slack.
func (c *Config) hasStaffChannel() bool {
	return c.SlackStaffChannel != "" && (c.hasToken(bot.Slack) || !c.onFile())
}

// setFor names the settings of a platform that differ from the defaults. A secret in a file
// counts under the secret's name.
func (c *Config) setFor(p bot.Platform) (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		name, set := f.Tag.Get("env"), fmt.Sprint(reflect.ValueOf(*c).FieldByIndex(f.Index))
		if strings.HasPrefix(name, settingsOf(p)) && !strings.HasSuffix(name, "_FILE") && set != f.Tag.Get("default") {
			names = append(names, name)
		}
	}
	return names
}

// tokensOf names the settings that a platform cannot do without.
func (c *Config) tokensOf(p bot.Platform) string {
	switch {
	case p == bot.Slack && c.SlackMode == "http":
		return "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET"
	case p == bot.Slack:
		return "SLACK_BOT_TOKEN and SLACK_APP_TOKEN"
	case c.DiscordMode == "http":
		return "DISCORD_TOKEN and DISCORD_PUBLIC_KEY"
	}
	return "DISCORD_TOKEN"
}

// staff returns the place where staff are told of trouble; the zero Place if none is set.
func (c *Config) staff() (bot.Place, error) {
	if c.playground {
		return samplePlace(staffChannel), nil
	}
	if c.SlackStaffChannel == "" {
		return bot.Place{}, nil
	}
	p, err := bot.TypedPlace(c.SlackStaffChannel)
	if err != nil || p.Platform != bot.Slack {
		p, err = bot.TypedPlace("slack:" + c.SlackStaffChannel)
	}
	if err != nil {
		return p, errors.New("SLACK_STAFF_CHANNEL: write the channel's ID, such as C0123456789, which Slack shows at the end of the channel's details")
	}
	return p, nil
}
