package chat

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Config is what a Bot is made of.
type Config struct {
	Library   *content.Library  // nil: only the crisis card is left
	Books     *words.Books      // nil: the catalogues that are part of the program
	Store     bot.Store         // nil: reading works, changes do not
	Log       *slog.Logger      // nil: nothing is logged
	Now       func() time.Time  // nil: time.Now
	Concerns  bool              // the clinic has turned on the categories of /concern
	Approvals int               // how many different reviewers have to sign a card; 0 means one
	Options   map[string]string // the clinic's content options, as content.Options.Set
	Keep      time.Duration     // how long the record of posts, and what was removed, is kept; 0 means for ever
	Staff     bot.Place         // where tests and news for staff go; zero if there is none
}

// Bot answers what people ask and saves what moderators and staff change. It is
// safe for concurrent use. The messages in its answers are shared between
// readers: adapters render them and change nothing.
type Bot struct {
	Changes *changes.Saver // what moderators, staff and the command line change

	check   atomic.Pointer[func(context.Context, bot.Place) error]
	inspect atomic.Pointer[func(context.Context, bot.Place) (bot.Channel, error)]

	library *content.Library
	store   bot.Store
	log     *slog.Logger
	now     func() time.Time
	staff   bot.Place
	keep    time.Duration

	concerns bool
	touched  touched

	deck    *cards.Deck
	books   *words.Books
	rows    []row
	table   []bot.Command
	pages   map[pageID]prepared
	choices map[string][]finder // what can be asked for by name, by language
}

var _ bot.Handler = (*Bot)(nil)

// New makes a Bot. The only error is a card whose buttons do not fit a platform.
func New(c Config) (*Bot, error) {
	b := &Bot{
		library: c.Library, store: c.Store, log: c.Log, now: c.Now, staff: c.Staff, keep: c.Keep, concerns: c.Concerns,
	}
	if b.books = c.Books; b.books == nil {
		books, err := words.Embedded()
		if err != nil {
			return nil, err
		}
		b.books = books
	}
	if b.library == nil {
		b.library = &content.Library{}
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.now == nil {
		b.now = time.Now
	}
	b.deck = cards.New(b.library, b.books, b.now, c.Approvals)
	b.Changes = changes.New(changes.Config{Library: b.library, Store: b.store, Books: b.books, Now: b.now, Staff: b.staff, Saved: b.Touch})
	b.rows = b.commandRows()
	localise(b.books, b.rows)
	b.table = commandTable(b.rows)
	return b, b.writePages(c.Options)
}

// SetApprovals replaces the approvals that answers go by.
func (b *Bot) SetApprovals(given []content.Approval) {
	if b.deck.SetApprovals(given) {
		b.Touch()
	}
}

// Deck is the cards with the approvals that answers go by.
func (b *Bot) Deck() *cards.Deck { return b.deck }

// SetCheck gives the core the adapters' word on places: whether a channel that
// somebody names is where they say. Serving programs set it before the first
// request; without it a channel's server is taken as given.
func (b *Bot) SetCheck(check func(ctx context.Context, p bot.Place) error) { b.check.Store(&check) }

// SetInspect gives the core the adapters' word on who reads a channel. Without it
// nothing is said of that.
func (b *Bot) SetInspect(inspect func(ctx context.Context, p bot.Place) (bot.Channel, error)) {
	b.inspect.Store(&inspect)
}

// Commands is the command table.
func (b *Bot) Commands() []bot.Command { return slices.Clone(b.table) }

// Handle answers a request. Rights are looked at before anything else of it.
func (b *Bot) Handle(ctx context.Context, r bot.Request) (a bot.Answer) {
	name := "" // only ever a name from the table, so that it can be logged
	defer func() {
		if v := recover(); v != nil {
			// Neither the value nor the request is logged: both may hold what
			// somebody wrote.
			b.log.Error("command panicked", "command", name, "at", panicked())
			a = b.say(r, b.in(r).T("Something went wrong, and your change may not be saved. Please look, then try again in a moment."))
		}
		if a.Form == nil && a.Message.Footer == "" {
			a.Message.Footer = b.pointer(r.Platform, b.lang(r.Lang))
		}
		if r.Actor.May() {
			a.Message.Blocks = placed(a.Message.Blocks)
			if a.Form != nil {
				a.Form.Preview = placed(a.Form.Preview)
			}
		}
		a.Update = a.Update && !r.Flow.New
	}()
	row := findRow(b.rows, r.Command)
	if row == nil {
		return b.unknownCommand(r)
	}
	if row.Who == bot.Moderators { // when a member asked what is nobody's business
		name = row.Name
	}
	if row.Who == bot.Moderators && !r.Actor.May() {
		return b.say(r, b.refusal(r.Platform, b.in(r)))
	}
	r.Command = row.Name
	if len(row.subs) > 0 {
		sub := findRow(row.subs, r.Sub)
		if sub == nil {
			return b.unknownSub(r, row)
		}
		if name != "" {
			name += " " + sub.Name
		}
		r.Sub, row = sub.Name, sub
	}
	if r.Submit {
		r.Args = tidied(r.Args, row.fields)
	}
	err := b.checkArgs(r, row.Args)
	if err == nil {
		err = b.checkArgs(r, row.fields)
	}
	if err == nil {
		a, err = row.do(ctx, r)
	}
	if err == nil {
		return a
	}
	if said, ok := bot.ForPerson(b.in(r).Told(err)); ok {
		a = b.say(r, sentence(said))
		a.Field = bot.FieldOf(err)
		return a
	}
	b.log.Error("command failed", "command", name, "fault", kindOf(err))
	return b.say(r, b.in(r).T("Something went wrong, and your change may not be saved. Please look, then try again in a moment."))
}

// say answers with plain sentences.
func (b *Bot) say(r bot.Request, texts ...string) bot.Answer {
	m := bot.Message{Footer: b.pointer(r.Platform, b.lang(r.Lang))}
	for _, t := range texts {
		m.Blocks = append(m.Blocks, content.Text(t))
	}
	return bot.Answer{Message: m}
}

// lang is the language to answer in: the reader's, if the bot speaks it.
func (b *Bot) lang(reader string) string { return b.books.Lang(reader) }

// in says things to whoever asked.
func (b *Bot) in(r bot.Request) *words.Reader { return b.books.Reader(r.Lang, r.Platform) }

// pointer is the line that ends every answer.
func (b *Bot) pointer(p bot.Platform, lang string) string {
	return b.books.Reader(lang, p).T("Need help now? Use %s, or call 911 or 988.", words.Command(crisis))
}

// crisis is the command for help now.
const crisis = "crisis"

// refusal says who may change things.
func (b *Bot) refusal(p bot.Platform, w *words.Reader) string {
	switch p {
	case bot.Discord:
		return w.T("Only moderators can change things: people with the Manage Server right, or the moderator role. You can still ask everything that /help lists.")
	case bot.Slack:
		return w.T("Only staff can change things: members of the staff channel. You can still ask everything that /circle help lists.")
	}
	return w.T("Only moderators can make changes here. You can still use everything listed under help.")
}

// panicked names the place in the program where the panic began.
func panicked() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") || !more {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
	}
}

// kindOf names the innermost kind of a fault, without its text: that may hold
// what somebody wrote.
func kindOf(err error) string {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok || inner.Unwrap() == nil {
			return fmt.Sprintf("%T", err)
		}
		err = inner.Unwrap()
	}
}
