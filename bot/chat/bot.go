// Package chat answers what people type and press: it has the command table, the rights,
// one handler for each command, the forms and the board.
package chat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
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
	*kit

	rows  []row
	table []bot.Command // what adapters see of the rows
}

var _ bot.Handler = (*Bot)(nil)

// kit is what the handlers of commands work with. Each of them embeds it.
type kit struct {
	finder
	*channels
	*touched

	books *words.Books
	deck  *cards.Deck
	pages *cards.Pages
	log   *slog.Logger
	now   func() time.Time
	staff bot.Place     // see Config.Staff
	keep  time.Duration // see Config.Keep
}

// New makes a Bot. The only error is a card whose buttons do not fit a platform.
func New(c Config) (*Bot, error) {
	k, err := newKit(c)
	if err != nil {
		return nil, err
	}
	b := &Bot{kit: k, rows: rows(k, c.Concerns)}
	localise(b.books, "", b.rows)
	b.table = commandTable(b.rows)
	return b, b.pages.Write(b.table, c.Options)
}

func newKit(c Config) (*kit, error) {
	k := &kit{log: c.Log, now: c.Now, staff: c.Staff, keep: c.Keep, touched: &touched{}}
	if k.books = c.Books; k.books == nil {
		books, err := words.Embedded()
		if err != nil {
			return nil, err
		}
		k.books = books
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	if k.now == nil {
		k.now = time.Now
	}
	k.deck = cards.New(cmp.Or(c.Library, &content.Library{}), k.books, k.now, c.Approvals)
	k.pages = cards.NewPages(k.deck)
	k.channels = newChannels(k.log)
	k.finder = finder{store: c.Store, log: k.log, Changes: changes.New(changes.Config{
		Library: k.deck.Library, Store: c.Store, Books: k.books, Now: k.now, Staff: k.staff, Saved: k.Touch,
	})}
	return k, nil
}

// SetApprovals replaces the approvals that answers go by.
func (b *Bot) SetApprovals(given []content.Approval) { b.renew(b.deck.SetApprovals(given)) }

// SetDownLines replaces what is known of crisis lines that are out of service.
func (b *Bot) SetDownLines(all []content.DownLine) { b.renew(b.deck.Help.SetDown(all)) }

func (b *Bot) renew(changed bool) {
	if b.Refresh() || changed {
		b.Touch()
	}
}

// Refresh updates the crisis numbers that every answer names, and reports whether they changed.
// Call it now and then: a line that is out of service comes back when its time is over. It
// needs no database.
func (b *Bot) Refresh() (changed bool) {
	if !b.books.SetNumbers(b.deck.Help.Numbers()) {
		return false
	}
	if err := b.pages.Use(b.deck.Library()); err != nil { // the same buttons as before
		b.log.Error("answers could not be prepared anew", "error", err)
	}
	return true
}

// SetLibrary puts other cards in force. It returns an error, and keeps the cards of before, if
// the buttons of a card do not fit a platform.
func (b *Bot) SetLibrary(l *content.Library) error {
	err := b.pages.Use(l)
	if err == nil {
		b.Refresh()
		b.Touch()
	}
	return err
}

// Deck is the cards with the approvals that answers go by.
func (b *Bot) Deck() *cards.Deck { return b.deck }

// Commands is the command table.
func (b *Bot) Commands() []bot.Command { return slices.Clone(b.table) }

// Handle answers a request. Of a command for moderators it checks the right of the person who asks before
// it reads what they wrote.
func (b *Bot) Handle(ctx context.Context, request bot.Request) (a bot.Answer) {
	r := b.asked(request)
	defer func() {
		if r.Actor.May() { // members are not told the names of other platforms' channels
			b.channels.named(ctx, r.Platform, b.now(), &a.Message)
		}
	}()
	name := "" // always a name from the table, never what somebody wrote: it is logged
	defer func() {
		if v := recover(); v != nil {
			// Neither the value nor the request is logged: both may hold what
			// somebody wrote.
			b.log.Error("command panicked", "command", name, "at", panicked())
			a = sorry(r)
		}
		if a.Form == nil && a.Message.Footer == nil {
			a.Message.Footer = words.Pointer(r.w)
		}
		a.Update = a.Update && !r.Flow.New
	}()
	row := findRow(b.rows, r.Command)
	if row == nil || row.hidden && len(row.subs) > 0 && findRow(row.subs, r.Sub) == nil { // buttons alone call hidden ones
		return b.unknownCommand(r)
	}
	if row.Who == bot.Moderators { // when a member asked what is nobody's business
		name = row.Name
		if r = b.admitted(ctx, r); !r.Actor.May() {
			return words.Notice(refusal(r.Platform, r.w))
		}
	}
	r.Command = row.Name
	if len(row.subs) > 0 {
		if row.Name == "group" {
			r = b.renaming(ctx, r)
		}
		sub := findRow(row.subs, r.Sub)
		if sub == nil {
			return unknownSub(r, row)
		}
		if name != "" {
			name += " " + sub.Name
		}
		r.Sub, row = sub.Name, sub
	}
	return b.do(ctx, r, row, name)
}

// do does what the row of a command does. name is the command's, for the log.
func (b *Bot) do(ctx context.Context, r asked, row *row, name string) (a bot.Answer) {
	if row.Who == bot.Moderators && r.Actor.IsFacilitator() && !row.Facilitators {
		return b.failed(r, name, changes.ModeratorsOnly())
	}
	if r.Submit {
		r.Args = tidied(r.Args, row.fields)
	}
	err := check(r, row)
	if err == nil && row.Who == bot.Moderators {
		err = b.Changes.Ready(r.Actor)
	}
	if err == nil {
		a, err = row.do(ctx, r)
	}
	if err == nil {
		return a
	}
	if a, ok := b.otherSub(r, err); ok {
		return a
	}
	return b.failed(r, name, completer{b.kit}.toChoose(ctx, r, meantValue(r, row.Args, err)))
}

// otherSub answers a request in which another sub-command stands where a group was read: "set pause 2
// weeks". ok is false if none stands there.
func (b *Bot) otherSub(r asked, err error) (a bot.Answer, ok bool) {
	first, rest, _ := strings.Cut(strings.TrimSpace(r.Args["group"]), " ")
	parent := findRow(b.rows, r.Command)
	sub := findRow(parent.subs, strings.TrimRight(first, ":="))
	if bot.FieldOf(err) != "group" || sub == nil || sub.hidden || sub.Name == r.Sub {
		return a, false
	}
	r.Call = r.With("group", strings.TrimSpace(rest))
	r.Sub = sub.Name
	return unknownSub(r, parent), true
}

// asked is a request with the reader of its answer.
func (b *Bot) asked(r bot.Request) asked { return asked{r, b.books.Reader(r.Lang)} }

// toChoose gives an error buttons that do what was asked: with each value that may have been meant; or,
// if a reminder or a session was left out, or a reminder does not exist, with each of the first ones.
func (h completer) toChoose(ctx context.Context, r asked, err error) error {
	const most = 5
	if r.Submit {
		return err
	}
	meant := scheduler.OffersOf(err)
	if press := offering(r, bot.FieldOf(err), h.entitled(r, bot.FieldOf(err), meant)); len(meant) > 0 && len(press) == len(meant) && r.Args[bot.FieldOf(err)] != "" {
		return withButtons(err, press)
	}
	if _, has := errors.AsType[offers](err); has {
		return err
	}
	var all []bot.Choice
	name := bot.FieldOf(err)
	switch r.Call = r.With(name, ""); name {
	case "id":
		all = h.reminderChoices(ctx, r)
	case "when":
		all = h.sessionChoices(ctx, r)
	}
	press := offering(r, name, all)
	if len(press) == 0 || press.alike() {
		return err
	}
	return withButtons(err, press[:min(len(press), most)])
}

// entitled are the values that may have been meant for an argument, each with the name that people read.
func (h completer) entitled(r asked, name string, meant []string) []bot.Choice {
	all := changes.Choices(meant...)
	if name == "topic" {
		for i, c := range all {
			all[i].Name = h.deck.TopicTitle(c.Value, r.w.Lang())
		}
	}
	return all
}

// withButtons gives an error that is meant for people buttons, instead of those that it had.
func withButtons(err error, press offers) error {
	return &bot.UserError{Message: err.Error(), Field: bot.FieldOf(err), Cause: errors.Join(press, err)}
}

// failed answers a request with what is wrong with it. If the error is not meant for people,
// failed logs its kind and answers with an apology.
func (b *Bot) failed(r asked, name string, err error) bot.Answer {
	if _, ok := bot.ForPerson(err); ok {
		a := words.Notice(words.Sentence(r.w.Fault(err)))
		a.Field = bot.FieldOf(err)
		if press, ok := errors.AsType[offers](err); ok && !press.alike() {
			a.Message.Actions = press
		}
		return a
	}
	b.log.Error("command failed", "command", name, "fault", kindOf(err))
	return sorry(r)
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

// touched tells others that something changed: it closes a channel.
type touched struct {
	mu   sync.Mutex
	next chan struct{}
}

// Touch notes that the board may have changed.
func (t *touched) Touch() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next != nil {
		close(t.next)
		t.next = nil
	}
}

// Changed is a channel that is closed when the board changes next.
func (t *touched) Changed() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next == nil {
		t.next = make(chan struct{})
	}
	return t.next
}
