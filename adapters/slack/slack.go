// Package slack is the bot in Slack. It receives questions over Socket Mode or as signed HTTP
// requests, and posts through the Web API.
//
// What names a person is dropped here. The text of a mention or a direct message is not even
// decoded; of everything else only the request is kept. Users' IDs are only in memory, never on
// disk: that of whoever asks until they were shown the answer; that of somebody with an open
// Home until they have not used it for homeSpan; and those of members of the staff channel and
// of facilitators' channels for staffFresh, after which they are looked up again.
package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
)

var _ bot.Adapter = (*Adapter)(nil)

// Config is what the adapter needs.
type Config struct {
	BotToken     string        // xoxb-…, from "OAuth & Permissions"
	AppToken     string        // xapp-…, from "Basic Information", with connections:write; for Socket Mode
	HTTP         bool          // receive requests over HTTP, by ServeHTTP, and open no socket
	Secret       string        // the signing secret, from "Basic Information"; for HTTP
	Command      string        // name of the slash command; default /circle
	Connections  int           // sockets to keep open, 1 to 10; default 1
	APIURL       string        // default https://slack.com/api/
	StaffChannel string        // ID of the channel whose members are staff; without it nobody is
	HTTPTimeout  time.Duration // for one request to Slack; default 10 s
	Books        *words.Books  // texts besides the core's answers; default the program's own
	Log          *slog.Logger  // default none

	// Unverified bounds the memory for unverified requests of all endpoints of the program; by
	// default this endpoint has a bound of its own.
	Unverified *intake.Unverified
}

// Adapter is the bot in one Slack workspace. It has many fields, because it holds all that
// outlives single connections.
type Adapter struct {
	c         Config // with its defaults; the address of the API has a slash at its end
	api       *slack.Client
	http      *http.Client
	name      name
	sent      bot.Recent[string, string] // by channel and timestamp, the key that a message was sent with
	desk      *intake.Desk
	homes     homes
	dials     *ration
	connected atomic.Int32 // how many connections are open

	unsigned  *ration                 // limits log lines about requests without a valid signature
	doubts    *ration                 // limits log lines about failed look-ups of people
	strangers *ration                 // limits log lines about staff of another workspace
	server    atomic.Pointer[serving] // handles requests over HTTP; nil while nothing serves

	clock intake.Clock // Slack's
	began time.Time    // when the adapter was made

	staff, facilitators lookups[*members] // who is in their channels, by channel

	// Clocks and times, which tests replace.
	now     func() time.Time
	sleep   func(context.Context, time.Duration) bool
	proxy   func(*http.Request) (*url.URL, error) // that a socket goes through
	silence time.Duration                         // a socket's peer counts as gone after so long without a frame
	look    time.Duration                         // how often it is checked whether the day of an open Home has ended

	mu    sync.Mutex
	me    identity
	lacks string // the missing scopes that were last logged
}

// identity is who the bot is in its workspace.
type identity struct {
	team, enterprise, user, bot string

	wide bool // installed for a whole organization, not for a workspace
}

// New makes an adapter without connecting. The error names every setting that is missing or
// malformed and says where to find the right value. It never contains a token.
func New(c Config) (*Adapter, error) {
	wrong := []error{CheckBotToken(c.BotToken)}
	if c.HTTP {
		wrong = append(wrong, CheckSecret(c.Secret))
		c.AppToken = "" // not needed
	} else {
		wrong = append(wrong, CheckAppToken(c.AppToken))
		if strings.HasPrefix(c.BotToken, appPrefix) && strings.HasPrefix(c.AppToken, botPrefix) {
			wrong = []error{errors.New("SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: the bot token begins with xoxb-, the app token with xapp-")}
		}
		c.Secret = "" // without a socket, nothing may arrive by HTTP either
	}
	c.Command = cmp.Or(c.Command, defaultName)
	if !commandName.MatchString(c.Command) {
		wrong = append(wrong, errors.New("the name of Slack's command begins with a slash and has no spaces, such as /circle"))
	}
	c.Connections = cmp.Or(c.Connections, 1)
	if c.Connections < 1 || c.Connections > 10 {
		wrong = append(wrong, errors.New("SLACK_CONNECTIONS: Slack allows 1 to 10 at once"))
	}
	if c.StaffChannel != "" {
		if _, err := bot.ParsePlace("slack:" + c.StaffChannel); err != nil {
			wrong = append(wrong, errors.New("SLACK_STAFF_CHANNEL: give the channel's ID, such as C0123456789; Slack shows it at the end of the channel's details"))
		}
	}
	c.APIURL = cmp.Or(c.APIURL, "https://slack.com/api/")
	u, err := url.Parse(c.APIURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && intake.Loopback(u.Hostname())) {
		wrong = append(wrong, errors.New("the Slack API address must begin with https://, as in https://slack.com/api/ (http:// only for this machine)"))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return assemble(c)
}

// assemble makes an adapter from checked settings.
func assemble(c Config) (*Adapter, error) {
	if !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/"
	}
	c.HTTPTimeout = cmp.Or(c.HTTPTimeout, 10*time.Second)
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	if c.Books == nil {
		var err error
		if c.Books, err = words.Embedded(); err != nil {
			return nil, err
		}
	}
	c.Unverified = cmp.Or(c.Unverified, intake.NewUnverified())
	a := &Adapter{
		c:         c,
		http:      intake.NewClient(c.HTTPTimeout),
		sent:      bot.Recent[string, string]{Most: 1024},
		dials:     &ration{most: 10, span: time.Minute},
		unsigned:  &ration{most: 1, span: time.Minute},
		strangers: &ration{most: 1, span: time.Hour},
		doubts:    &ration{most: 1, span: staffRetry},
		began:     time.Now(), now: time.Now, sleep: bot.Sleep, silence: silence, look: homeLook, proxy: http.ProxyFromEnvironment,
	}
	a.name.learn(c.Command)
	a.api = slack.New(c.BotToken, slack.OptionAppLevelToken(c.AppToken), slack.OptionAPIURL(c.APIURL), slack.OptionHTTPClient(a.http))
	a.desk = intake.New(intake.Config{Places: maxInFlight, Urgent: maxUrgent, Log: c.Log, Now: func() time.Time { return a.now() }})
	return a, nil
}

// Prefixes of Slack's tokens.
const (
	botPrefix = "xoxb-"
	appPrefix = "xapp-"
)

// CheckBotToken returns an error if a text cannot be a bot token.
func CheckBotToken(token string) error {
	return checkToken("SLACK_BOT_TOKEN", botPrefix, "OAuth & Permissions", token)
}

// CheckAppToken returns an error if a text cannot be an app token.
func CheckAppToken(token string) error {
	return checkToken("SLACK_APP_TOKEN", appPrefix, "Basic Information, App-Level Tokens (scope connections:write)", token)
}

func checkToken(setting, prefix, where, token string) error {
	switch {
	case token == "":
		return fmt.Errorf("%s is missing: copy the one that begins with %s from your app's page, %s", setting, prefix, where)
	case strings.HasPrefix(token, "xoxe"):
		return fmt.Errorf("%s begins with xoxe: the Slack app %s", setting, rotates)
	case strings.HasPrefix(token, appPrefix) && prefix != appPrefix:
		return fmt.Errorf("%s holds the app token, which belongs in SLACK_APP_TOKEN: copy the one that begins with %s from your app's page, %s", setting, prefix, where)
	case strings.HasPrefix(token, botPrefix) && prefix != botPrefix:
		return fmt.Errorf("%s holds the bot token, which belongs in SLACK_BOT_TOKEN: copy the one that begins with %s from your app's page, %s", setting, prefix, where)
	case !strings.HasPrefix(token, prefix):
		return fmt.Errorf("%s is malformed: it does not begin with %s; the right one is found on your app's page, %s", setting, prefix, where)
	case strings.Trim(token, tokenLetters) != "":
		return fmt.Errorf("%s is malformed: it holds a character that no token has, such as a space or a quotation mark; copy it again from your app's page, %s", setting, where)
	case len(token) < len(prefix)+10:
		return fmt.Errorf("%s is malformed: it is cut off; copy it whole from your app's page, %s", setting, where)
	}
	return nil
}

// CheckSecret returns an error if a text cannot be a signing secret. With an empty secret,
// anybody could sign.
func CheckSecret(secret string) error {
	switch {
	case secret == "":
		return errors.New("SLACK_SIGNING_SECRET is missing: copy it from your app's page, Basic Information, App Credentials")
	case len(secret) < 16 || strings.Trim(secret, tokenLetters) != "":
		return errors.New("SLACK_SIGNING_SECRET is malformed: it is 32 hexadecimal digits, on your app's page, Basic Information, App Credentials")
	}
	return nil
}

const tokenLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

// Platform is Slack.
func (a *Adapter) Platform() bot.Platform { return bot.Slack }

// Connected tells whether people's questions reach the bot now.
func (a *Adapter) Connected() bool { return a.connected.Load() > 0 }

// whoami asks Slack who the bot is, once; again if fresh is set.
func (a *Adapter) whoami(ctx context.Context, fresh bool) (identity, error) {
	a.mu.Lock()
	me := a.me
	a.mu.Unlock()
	if me.bot != "" && !fresh {
		return me, nil
	}
	me, given, err := a.account(ctx)
	if err != nil {
		return identity{}, err
	}
	lacks := ""
	if given != nil {
		lacks = strings.Join(missing(given), ",")
	}
	a.mu.Lock()
	news := lacks != "" && lacks != a.lacks
	wide := me.wide && !a.me.wide
	a.me, a.lacks = me, lacks
	a.mu.Unlock()
	if wide {
		a.c.Log.Warn(orgWide)
	}
	if news {
		a.c.Log.Warn("the app lacks scopes, without which some things cannot work: add them on the app's page, OAuth & Permissions, and install it again", "scopes", lacks)
	}
	return me, nil
}
