// Package bot holds the types that all the code shares and the contracts between its
// parts: Group, Reminder, Delivery and Trouble; Request, Call, Message and Answer; Adapter,
// Store and Handler. It says what values are valid; what is done with them, and when, is
// in the packages below and in the adapters.
package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Adapter is one chat network. It verifies, acknowledges, decodes, drops
// identities and renders; it decides nothing. Adapters never try a post again: the
// caller of Send does, and the errors say how.
//
// All methods but Serve are called from many goroutines, before, during and after
// Serve; each honours its context's deadline.
type Adapter interface {
	// Platform is the same value for the adapter's whole life.
	Platform() Platform

	// Serve answers people until ctx ends, then returns nil once every request
	// in flight has been answered or given up. Another error means that serving
	// cannot go on without a human: a revoked token, a refused right. Handler's
	// answers are shown to the asking person alone.
	Serve(ctx context.Context, h Handler) error

	// Send posts m to a channel once and does not retry. The platform is given
	// m.Key so that a second Send with the same key within its window shows one
	// message, and so that Find can recognise it. Mentions never ping. A message
	// with a Thread goes below the one it follows up, or into the channel where
	// the platform has no threads.
	//
	// Errors: ErrUnreachable, ErrRejected, ErrDeclined, ErrOutage (mostly as a
	// *PlatformError), *RateLimited, ErrUnknown (wrapped, with a reason free of tokens and
	// identities). Any other error counts as an ErrOutage. After all but ErrUnknown
	// nothing was posted.
	Send(ctx context.Context, to Place, m Message) (Receipt, error)

	// Find looks for m, by its key, among what the bot posted to the channel since
	// the given instant. The caller's clock may be ahead of the platform's: if the
	// channel has nothing since then, Find looks at the newest messages, whatever
	// their time. false with a nil error means that m is surely not in the channel.
	Find(ctx context.Context, to Place, m Message, since time.Time) (Receipt, bool, error)

	// Posts lists what the bot posted to the channel since the given instant. It leaves
	// out posts whose keys it does not know. whole is false if the channel has more
	// messages than Posts reads. Errors are those of Find.
	Posts(ctx context.Context, to Place, since time.Time) (list []Posted, whole bool, err error)

	// Inspect asks the platform about a channel, and whether Send could post to it: nil,
	// ErrUnreachable with what is missing and how to grant it, ErrImpaired where Send could
	// but Find could not, or another error.
	Inspect(ctx context.Context, to Place) (Channel, error)

	// Edit replaces the message of that ID, a Receipt.ID, by m, which has the same
	// key. Doing it twice is the same as once. Errors are those of Send, ErrGone and
	// ErrFixed.
	Edit(ctx context.Context, to Place, messageID string, m Message) error
	// Delete deletes the bot's own message of that ID, never a message of somebody
	// else. Errors are those of Edit.
	Delete(ctx context.Context, to Place, messageID string) error
}

// Pinner is an Adapter that can pin what it posted, so that everybody in the channel finds
// it. The platform gives a separate right to pin, which the bot may lack.
type Pinner interface {
	// Pin pins the bot's message in its channel; doing it twice is the same as once.
	// Errors are those of Edit: ErrFixed says what is missing and how to grant it.
	Pin(ctx context.Context, to Place, messageID string) error
	// MayPin asks the platform whether Pin would work; with view, whether a message with
	// InView could be kept in view. It returns nil if so, or if the platform does not tell;
	// else an ErrFixed that says what is missing. An ErrFixed from Pin or MayPin is a
	// *UserError too.
	MayPin(ctx context.Context, to Place, view bool) error
}

// Channel is what a platform tells about a channel.
type Channel struct {
	Name   string        // without a mark in front; empty if the platform does not tell
	Open   bool          // everybody in the server or workspace can read it, or join it and read it
	Shared bool          // so can other organizations
	Slow   time.Duration // between two posts of the bot's; 0 for no slowmode
	Way    string        // how posts appear there, such as in a forum; empty for plain messages; English
}

// Doorkeeper is an Adapter that can check a role before a group names it as the role of its
// facilitators.
type Doorkeeper interface {
	// CheckRole returns nil if the role exists, Request.In can ask about it, and not
	// everybody has it or can take it; a channel must be one that others cannot join.
	// Else it returns a *PlatformError that says what to do, or another error of Inspect. If
	// the role itself is the fault, the error is a *UserError too.
	CheckRole(ctx context.Context, r Role) error
}

// Timekeeper is an Adapter that can ask its platform what time it is.
type Timekeeper interface {
	// ReadClock asks the platform what time it is. The answer may be a few seconds off.
	ReadClock(ctx context.Context) (time.Time, error)
}

// Remark is one thing that an adapter found out about the application it belongs to.
type Remark struct {
	Minor bool   // it does not keep the program from working
	Says  string // what it is and what to do; English
}

// Handler is the core as adapters see it: *chat.Bot.
type Handler interface {
	// Commands is the one command table; platform registrations, menus and help
	// are made from it.
	Commands() []Command
	// Handle answers a request. It never fails: the core decides what people read.
	Handle(ctx context.Context, r Request) Answer
	// Complete offers at most 25 values for an argument while somebody types it. It
	// returns when ctx ends, at the latest.
	Complete(ctx context.Context, r Request, arg string) []Choice
	// Board is a page of the board. Members see what the bot is for and where help is; staff and
	// moderators see everything; facilitators see their groups.
	Board(ctx context.Context, r Request, page int) Board
	// Changed is a channel that is closed when the board changes next.
	Changed() <-chan struct{}
}

// Receipt says that a message was posted.
type Receipt struct {
	ID string    // the platform's name for the message
	At time.Time // the platform's time of posting, UTC
}

// Posted is a message of the bot that is in a channel.
type Posted struct {
	Key string
	Receipt
}

// ErrUnreachable reports a place that is gone or does not let the bot post.
// Trying again does not help until a human acts.
var ErrUnreachable = errors.New("place cannot be reached")

// ErrImpaired reports a place that takes posts, but does not let the bot read whether a
// post arrived.
var ErrImpaired = errors.New("place takes posts, but something is missing")

// ErrElsewhere reports a channel that is not in the server which the place names. It is
// an ErrUnreachable.
var ErrElsewhere = fmt.Errorf("%w: the channel is not in that server", ErrUnreachable)

// ErrGone reports a message that is not there any more. It is an ErrUnreachable.
var ErrGone = fmt.Errorf("%w: the message is gone", ErrUnreachable)

// ErrNotSetUp reports a platform that this program does not serve.
var ErrNotSetUp = errors.New("the platform is not set up in this program")

// ErrFixed reports a message that the platform does not let the bot change, delete or pin. It is an
// ErrUnreachable.
var ErrFixed = fmt.Errorf("%w: the message may not be changed", ErrUnreachable)

// ErrUnknown reports a Send whose outcome is unknown: the message may have been
// posted. Look with Find before sending again.
var ErrUnknown = errors.New("outcome unknown")

// ErrRejected reports a message that the platform will never take as it is: it
// breaks a limit, or the request is malformed. Nothing was posted, and the same
// message is not sent again.
var ErrRejected = errors.New("message rejected")

// ErrDeclined reports that the platform is up and refused a request. The message is not
// the reason, and missing rights are not known to be. Other channels may work, and so may
// a later try.
var ErrDeclined = errors.New("the platform refused the request")

// ErrOutage reports that the platform takes nothing from this program at the moment, for any
// channel: the platform has an incident, a proxy in front of it answers with an error
// page, or it refuses the token. A later try may work.
var ErrOutage = errors.New("the platform takes nothing at the moment")

// PlatformError says in words why a platform did not do, or will not do, what was asked.
type PlatformError struct {
	Kind   error  // one of the errors above, such as ErrGone
	Detail string // what happened, what to do, and the platform's code; English
	Err    error  // what happened, for the caller to act on; may be nil
}

func (e *PlatformError) Error() string {
	if errors.Is(e.Kind, ErrDeclined) || errors.Is(e.Kind, ErrOutage) { // the detail says it all
		return cmp.Or(e.Detail, e.Kind.Error())
	}
	return e.Kind.Error() + ": " + e.Detail
}

// Unwrap is the kind and what happened.
func (e *PlatformError) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Explained makes a PlatformError of a *UserError, whose sentence becomes the detail.
func Explained(kind, why error) error {
	return &PlatformError{Kind: kind, Detail: why.Error(), Err: why}
}

// Detail is the English sentence in which an adapter's error says what happened and what
// to do. It is empty if the error is a bare kind, such as ErrGone.
func Detail(err error) string {
	var said *PlatformError
	switch {
	case errors.As(err, &said):
		return said.Detail
	case slices.Contains([]error{ErrUnreachable, ErrImpaired, ErrElsewhere, ErrGone, ErrFixed, ErrRejected, ErrDeclined, ErrOutage, ErrUnknown}, err): //nolint:errorlint // bare, they say no more
		return ""
	}
	return err.Error()
}

// RateLimited reports that nothing was posted, because the platform asks the program to
// wait before its next request.
type RateLimited struct {
	After    time.Duration
	Global   bool // the whole platform, not only this channel
	Slowmode bool // the wait is the channel's slowmode
}

func (e *RateLimited) Error() string {
	if e.Slowmode {
		return fmt.Sprintf("the channel has slowmode, and the bot has to wait %s: let its role bypass slowmode there, or turn slowmode off", e.After)
	}
	return fmt.Sprintf("rate limited for %s", e.After)
}

// Board is the control room: what Slack's Home, /overview and the playground show. Its
// sections are read from top to bottom; each is a message with its own actions. Adapters
// page it within their platform's limits by asking for the next page.
type Board struct {
	Sections []Message
	Page     int // counts from 0
	Pages    int // at least 1
}
