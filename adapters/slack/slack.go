// Package slack lets the bot be met in Slack: it takes questions over Socket
// Mode or signed HTTP requests and posts through the Web API.
//
// What names a person is dropped here. Of a mention or a direct message the
// words are not even decoded; of everything else only the request is kept.
// Users' IDs stand in memory alone, never on disk: that of whoever asks until the
// answer has been shown to them, that of somebody with an open Home until they have
// not used it for homeSpan, and those of the members of the staff channel and of
// facilitators' channels, which are believed for staffFresh, until they are asked for anew.
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

var (
	_ bot.Adapter   = (*Adapter)(nil)
	_ bot.Editor    = (*Adapter)(nil)
	_ bot.Inspector = (*Adapter)(nil)
)

// Config is what the adapter needs.
type Config struct {
	BotToken     string        // xoxb-…, from "OAuth & Permissions"
	AppToken     string        // xapp-…, from "Basic Information", with connections:write; for Socket Mode
	HTTP         bool          // take requests over HTTP, by ServeHTTP, and open no socket
	Secret       string        // the signing secret, from "Basic Information"; for HTTP
	Command      string        // what the slash command is called; default /circle
	Connections  int           // sockets to keep open, 1 to 10; default 1
	APIURL       string        // default https://slack.com/api/
	StaffChannel string        // the ID of the channel whose members are staff; if empty, nobody is
	HTTPTimeout  time.Duration // for one request to Slack; default 10 s
	Books        *words.Books  // what is said besides the core's answers; default those of the program
	Log          *slog.Logger  // default none

	// Unverified bounds what all endpoints of the program hold of requests that
	// nobody has verified yet; default a bound of its own.
	Unverified *intake.Unverified
}

// Adapter is the bot in one Slack workspace. Its many fields are one for each thing that
// lives as long as the program, whatever becomes of a connection.
type Adapter struct {
	api         *slack.Client
	token       string // the bot token
	address     string // of the API, with a slash at its end
	http        *http.Client
	log         *slog.Logger
	books       *words.Books
	rights      *rights
	name        name
	sent        *intake.Keys
	desk        *intake.Desk
	homes       homes
	dials       *ration
	connections int          // to keep
	connected   atomic.Int32 // connections that stand

	secret    string                  // empty in Socket Mode
	unsigned  *ration                 // log lines about requests without a good signature
	doubts    *ration                 // log lines about look-ups of people that failed
	strangers *ration                 // log lines about staff of another workspace
	server    atomic.Pointer[serving] // who takes requests over HTTP; nil while nobody does

	unverified *intake.Unverified
	clock      intake.Clock // Slack's
	began      time.Time    // when the adapter was made

	// The clock, so that tests need not wait.
	now     func() time.Time
	sleep   func(context.Context, time.Duration) bool
	proxy   func(*http.Request) (*url.URL, error) // that a socket goes through
	silence time.Duration                         // of a socket, after which its peer counts as gone
	look    time.Duration                         // between two looks at whether a day has ended for an open Home

	mu    sync.Mutex
	me    identity
	lacks string // scopes that are missing, as was logged last
}

// identity is who the bot is in its workspace.
type identity struct {
	team, enterprise, user, bot string

	wide bool // installed for a whole organization, not for a workspace
}

// New makes an adapter. It does not connect; an error tells which setting is
// missing or malformed and where the right one is found, all of them at once, and
// never repeats a token.
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
		c.Secret = "" // nobody is to knock
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

// assemble makes an adapter of settings that were checked.
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
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 64, // many answers at once; the default keeps two
		IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
	}
	a := &Adapter{
		token: c.BotToken, address: c.APIURL, secret: c.Secret, connections: c.Connections,
		// No redirect is followed: a token goes to the configured host only.
		http: &http.Client{Transport: transport, Timeout: c.HTTPTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		log:  c.Log, books: c.Books, sent: intake.NewKeys(1024), unverified: cmp.Or(c.Unverified, intake.NewUnverified()),
		dials:     &ration{most: 10, span: time.Minute},
		unsigned:  &ration{most: 1, span: time.Minute},
		strangers: &ration{most: 1, span: time.Hour},
		doubts:    &ration{most: 1, span: staffRetry},
		began:     time.Now(), now: time.Now, sleep: bot.Sleep, silence: silence, look: homeLook, proxy: http.ProxyFromEnvironment,
	}
	a.name.learn(c.Command)
	a.api = slack.New(c.BotToken, slack.OptionAppLevelToken(c.AppToken), slack.OptionAPIURL(c.APIURL), slack.OptionHTTPClient(a.http))
	in := workspace{a}
	a.rights = &rights{channel: c.StaffChannel, list: in.members, closed: in.insiders, look: in.profile}
	a.desk = intake.New(intake.Config{Places: maxInFlight, Urgent: maxUrgent, Log: c.Log, Now: func() time.Time { return a.now() }})
	return a, nil
}

// How Slack's tokens begin.
const (
	botPrefix = "xoxb-"
	appPrefix = "xapp-"
)

// CheckBotToken refuses what can be no bot token.
func CheckBotToken(token string) error {
	return checkToken("SLACK_BOT_TOKEN", botPrefix, "OAuth & Permissions", token)
}

// CheckAppToken refuses what can be no app token.
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

// CheckSecret refuses what can be no signing secret; with an empty one anybody
// could sign.
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

// Connected tells whether what people ask can reach the bot right now.
func (a *Adapter) Connected() bool { return a.connected.Load() > 0 }

// whoami asks Slack who the bot is, once, or again if fresh is set.
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
		a.log.Warn(orgWide)
	}
	if news {
		a.log.Warn("the app lacks scopes, without which some things cannot work: add them on the app's page, OAuth & Permissions, and install it again", "scopes", lacks)
	}
	return me, nil
}
