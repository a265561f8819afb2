// Package playground shows the bot on a local web page: the same core, the same
// messages, no accounts, and nothing that leaves the machine.
package playground

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
)

// Config configures the playground. Channels is required.
type Config struct {
	Log   *slog.Logger     // nil logs nothing
	Now   func() time.Time // nil means time.Now
	Books *words.Books     // the page's texts besides the core's answers; nil means the program's own

	// Channels are the group channels of the page, the first one shown first.
	Channels []Channel

	// Previews give, by platform, the exact JSON that an adapter would send for a message. From
	// it the page draws bot.Discord and bot.Slack. If a preview is missing or fails, the page
	// shows the message plainly.
	Previews map[bot.Platform]func(bot.Message) ([]byte, error)
	// Answers do the same for private answers, if a platform formats these differently. They
	// may be arrays.
	Answers map[bot.Platform]func(bot.Message) ([]byte, error)

	// Home gives the JSON of the Home tab that Slack shows of a board. at is the page to show,
	// as the buttons that turn its pages name it; empty means the first. nil means that there
	// is no Home.
	Home func(w *words.Reader, at string, board func(page int) bot.Board) ([]byte, error)

	// Next returns when the next sample reminder comes, which the channels of a group show. If it
	// is nil or returns the zero time, they show nothing. It is called often and must be fast.
	Next func() time.Time
}

// Channel is one group channel of the page.
type Channel struct {
	ID   string // as in "playground:ID": lower-case letters, digits, hyphens
	Name string // what people read; the ID if empty
	Use  Use    // what it is for; its welcome says so
}

// Use is what a channel is for.
type Use string

// The uses of a channel.
const (
	OfGroup Use = "" // a group meets here
	OfStaff Use = "staff"
	Free    Use = "free" // a visitor can add a group here
)

// Adapter is the playground: an http.Handler for the page and a bot.Adapter for the core. It
// has many fields, because it holds all that lives as long as the page is served.
type Adapter struct {
	c      Config
	page   *template.Template
	routes http.Handler
	token  string // is in the page's own forms; another site's page cannot know it
	boot   string // names this process in event IDs

	channels []*channel
	desk     *intake.Desk
	streams  chan struct{}           // one slot per open event stream
	uid      atomic.Int64            // makes element IDs unique
	serving  atomic.Pointer[session] // nil while nobody serves
}

var _ bot.Adapter = (*Adapter)(nil)

// session is one run of Serve and the requests it waits for.
type session struct {
	handler bot.Handler
	done    <-chan struct{}
	open    sync.RWMutex // held for reading by each request
}

// New makes a playground. Its error says that there is no channel, or a channel with an invalid
// ID.
func New(c Config) (*Adapter, error) {
	if len(c.Channels) == 0 {
		return nil, errors.New("the playground needs at least one channel")
	}
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Next == nil {
		c.Next = func() time.Time { return time.Time{} }
	}
	if c.Books == nil {
		var err error
		if c.Books, err = words.Embedded(); err != nil {
			return nil, err
		}
	}
	a := &Adapter{c: c, token: rand.Text(), boot: rand.Text()[:8], streams: make(chan struct{}, maxStreams)}
	for _, ch := range c.Channels {
		if _, err := bot.ParsePlace(string(bot.Playground) + ":" + ch.ID); err != nil {
			return nil, err
		}
		if a.channel(ch.ID) != nil {
			return nil, fmt.Errorf("the playground has two channels %q", ch.ID)
		}
		ch.Name = cmp.Or(ch.Name, ch.ID)
		a.channels = append(a.channels, &channel{Channel: ch, changed: make(chan struct{})})
	}
	var err error
	if a.page, err = template.ParseFS(files, "*.html"); err != nil {
		return nil, fmt.Errorf("the playground's page: %w", err)
	}
	a.routes = a.guard(a.mux())
	a.desk = intake.New(intake.Config{Places: maxAsking, Limit: askTimeout, Log: c.Log, Now: c.Now})
	return a, nil
}

// Platform is bot.Playground.
func (a *Adapter) Platform() bot.Platform { return bot.Playground }

// ServeHTTP serves the page. While Serve does not run, it answers 503 with a sentence. It
// bounds bodies and their time itself. The http.Server should set ReadHeaderTimeout and
// IdleTimeout, but no WriteTimeout, which would cut the event streams.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.routes.ServeHTTP(w, r) }

// Serve makes the page answer with h until ctx ends. It does not listen: give the Adapter to an
// http.Server on a listener from Listen.
func (a *Adapter) Serve(ctx context.Context, h bot.Handler) error {
	s := &session{handler: h, done: ctx.Done()}
	s.open.Lock() // nobody joins before the desk is open
	if !a.serving.CompareAndSwap(nil, s) {
		return errors.New("the playground is being served already")
	}
	a.desk.Open(h)
	s.open.Unlock()
	<-ctx.Done()
	a.serving.Store(nil)
	a.desk.Close()
	s.open.Lock() // waits for the requests, for good: nothing more joins this session
	return nil
}

// enter joins the running session, which waits for a call of leave before it ends.
func (a *Adapter) enter() (s *session, leave func(), ok bool) {
	if s = a.serving.Load(); s == nil || !s.open.TryRLock() {
		return nil, nil, false
	}
	return s, s.open.RUnlock, true
}

// table is the core's command table; nil while nobody serves.
func (a *Adapter) table() []bot.Command {
	if s := a.serving.Load(); s != nil {
		return s.handler.Commands()
	}
	return nil
}

func (a *Adapter) channel(id string) *channel {
	ch, _ := bot.Find(a.channels, func(ch *channel) bool { return ch.ID == id })
	return ch
}
