// Package discord is the bot on Discord: slash commands, menus, buttons and
// forms answered privately, and reminders posted to channels.
//
// The gateway is held by discordgo. REST calls are this package's own: the
// library's limiter sleeps through cancelled contexts, keeps one bucket for
// every interaction's token and takes a proxy's HTML page for a JSON error.
package discord

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
)

// Config is what an Adapter needs to know.
type Config struct {
	Token         string        // the bot's token, without "Bot "
	APIURL        string        // default "https://discord.com/api/v10"
	HTTP          bool          // Discord posts interactions to ServeHTTP; no gateway connection is opened
	PublicKey     string        // the application's, 64 hexadecimal characters; needed with HTTP
	ModeratorRole string        // IDs of roles whose members may change things, separated by commas; may be empty
	Books         *words.Books  // texts besides the core's answers; default the program's own
	Log           *slog.Logger  // default: nothing is logged
	HTTPTimeout   time.Duration // of one REST call; default 10 s

	// Unverified bounds the memory for unverified requests of all endpoints of the program; by
	// default this endpoint has a bound of its own.
	Unverified *intake.Unverified
}

// ErrToken reports that Discord refuses the bot's token.
var ErrToken = errors.New("Discord refuses the token: copy a new one from the application's Bot page and set DISCORD_TOKEN")

// Adapter is the bot on Discord. It has many fields, because it holds all that outlives single
// connections.
type Adapter struct {
	*api

	key        ed25519.PublicKey
	moderators []string // IDs of the roles whose members may change things
	desk       *intake.Desk
	sent       bot.Recent[string, string] // by the ID of a message, the key that it was sent with
	pointed    *intake.Memory             // direct channels in which a message was answered lately
	pointing   chan struct{}              // one for each direct message being answered, so that these take only a few of the slots
	shown      bot.Gallery[drawn]
	settled    func(id string)                           // called when an interaction has been dealt with; for tests
	pause      func(context.Context, time.Duration) bool // waits; tests replace it
	turn       Turn                                      // nil if no other process answers
	connected  atomic.Bool
	began      time.Time // when the last gateway session began; kept for the next Serve, used by Serve only
}

var _ bot.Adapter = (*Adapter)(nil)

// inFlight bounds the requests answered at once.
const inFlight = 256

// New makes an adapter without contacting Discord. The error names every wrong setting, but
// never its value.
func New(c Config) (*Adapter, error) {
	c.Token = strings.TrimPrefix(strings.TrimSpace(c.Token), "Bot ")
	var wrong []error
	switch {
	case c.Token == "":
		wrong = append(wrong, errors.New("no Discord token: set DISCORD_TOKEN to the token from the application's Bot page"))
	case !botToken.MatchString(c.Token):
		wrong = append(wrong, errors.New("DISCORD_TOKEN is not a bot token: it has three parts with dots between; copy it again from the application's Bot page"))
	}
	c.APIURL = cmp.Or(c.APIURL, "https://discord.com/api/v10")
	c.APIURL = strings.TrimSuffix(c.APIURL, "/")
	u, err := url.Parse(c.APIURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		wrong = append(wrong, errors.New("DISCORD_API_URL is not an address such as https://discord.com/api/v10"))
	}
	moderators := strings.FieldsFunc(c.ModeratorRole, func(c rune) bool { return c == ',' || c == ';' || unicode.IsSpace(c) })
	if slices.ContainsFunc(moderators, func(id string) bool { return !isID(id) }) {
		wrong = append(wrong, errors.New("DISCORD_MODERATOR_ROLE is not a role ID: it is the number Discord shows under Copy Role ID, or several of them with commas between"))
	}
	key, err := publicKey(c.PublicKey)
	if c.HTTP {
		wrong = append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	c.HTTPTimeout = cmp.Or(c.HTTPTimeout, 10*time.Second)
	c.Unverified = cmp.Or(c.Unverified, intake.NewUnverified())
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	if c.Books == nil {
		if c.Books, err = words.Embedded(); err != nil {
			return nil, err
		}
	}
	return &Adapter{
		api: newAPI(c),
		key: key, moderators: moderators,
		sent:    bot.Recent[string, string]{Most: 4096},
		pointed: intake.NewMemory(1024, 20*time.Second), pointing: make(chan struct{}, 16),
		pause: bot.Sleep,
		desk:  intake.New(intake.Config{Places: inFlight, Refusals: inFlight / 4, Limit: time.Minute, Log: c.Log}),
	}, nil
}

// botToken is what a bot's token looks like.
var botToken = regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`)

// Turn tells whether this process must answer what comes over the gateway, when other processes
// may have a connection, too.
type Turn interface {
	Await(ctx context.Context) bool // waits until it is known whether this process must answer
	Mine() bool                     // tells whether it must answer at this moment
	Beaten()                        // is called when another process answered first
}

// TakeTurns makes this process answer over the gateway only while t says that it must. Call it
// before Serve.
func (a *Adapter) TakeTurns(t Turn) { a.turn = t }

// waitTurn bounds how long an interaction waits for Turn.Await, so that there is still time to
// answer it.
const waitTurn = 2 * time.Second

// ourTurn tells whether this process must answer what came at a moment.
func (a *Adapter) ourTurn(ctx context.Context, came time.Time) bool {
	if a.turn == nil || a.c.HTTP {
		return true
	}
	ctx, cancel := context.WithDeadline(ctx, came.Add(waitTurn))
	defer cancel()
	if a.turn.Await(ctx) {
		return true
	}
	a.c.Log.Info("left to the process that holds the gateway")
	return false
}

// errNotOurTurn reports that another process gives the answer.
var errNotOurTurn = errors.New("another process holds the gateway")

// Platform is bot.Discord.
func (a *Adapter) Platform() bot.Platform { return bot.Discord }

// Connected tells whether people are answered at this moment: over the gateway,
// or over HTTP.
func (a *Adapter) Connected() bool { return a.connected.Load() }

// Serve registers the commands and answers people until ctx ends, over the gateway or by
// ServeHTTP. It returns an error that only a person can mend: ErrToken, ErrIntents or
// ErrGateway.
func (a *Adapter) Serve(ctx context.Context, h bot.Handler) error {
	a.desk.Open(h)
	defer a.desk.Close()
	ctx, stop := context.WithCancel(ctx)
	var later sync.WaitGroup
	defer later.Wait()
	defer stop()
	if err := a.prepare(ctx, h.Commands(), &later); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if a.c.HTTP {
		return a.holdEndpoint(ctx)
	}
	return a.holdGateway(ctx)
}

// askedPause returns how long Discord asked the bot to wait.
func askedPause(err error) time.Duration {
	if limited, ok := errors.AsType[*bot.RateLimited](err); ok {
		return limited.After
	}
	return 0
}
