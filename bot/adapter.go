// Package bot holds the types that all the code shares and the contracts between its
// parts: Group, Reminder, Delivery and Trouble; Request, Call, Message and Answer; Adapter,
// Store and Handler. It says what values are valid; what is done with them, and when, is
// in the packages below and in the adapters.
package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Adapter is one chat network. It verifies, acknowledges, decodes, drops
// identities and renders; it decides nothing. Adapters never try a post again: whoever
// calls Send does, and the errors say how.
//
// Send, Find, Posts and Check are called from many goroutines, before, during and
// after Serve; each honours its context's deadline.
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
	// Errors: ErrUnreachable, ErrRejected (mostly a *RejectedError), *RateLimited,
	// *RefusedError, *Outage, ErrUnknown (wrapped, with a reason free of tokens and
	// identities). Any other error counts as an Outage. After all but ErrUnknown
	// nothing was posted.
	Send(ctx context.Context, to Place, m Message) (Receipt, error)

	// Find looks whether m (by its key) stands in the channel after all, among
	// what the bot posted since the given instant. The caller's clock may be ahead
	// of the platform's: where nothing stands there since then, the newest messages
	// are looked at, of whatever time. false with a nil error means that it surely
	// does not stand there.
	Find(ctx context.Context, to Place, m Message, since time.Time) (Receipt, bool, error)

	// Posts lists what the bot posted to the channel since the given instant, as far as
	// its keys are known. whole is false if more stands there than is looked through.
	// Errors are those of Find.
	Posts(ctx context.Context, to Place, since time.Time) (list []Posted, whole bool, err error)

	// Check tells whether Send could post to the channel: nil, ErrUnreachable
	// with what is missing and how to grant it, ErrImpaired where Send could but
	// Find could not, or another error.
	Check(ctx context.Context, to Place) error
}

// Editor is an Adapter that can change and delete what it posted. Notices to staff are
// then kept up to date in place, where elsewhere a second notice has to do; and posts can
// be corrected, withdrawn and taken away.
type Editor interface {
	// Edit puts m in the place of the message that the receipt's ID names, whose
	// key m bears. Doing it twice is the same as once. Errors are those of Send,
	// ErrGone and ErrFixed.
	Edit(ctx context.Context, to Place, messageID string, m Message) error
	// Delete takes the bot's own message of that ID away, and nothing that others wrote.
	// Errors are those of Edit.
	Delete(ctx context.Context, to Place, messageID string) error
}

// Pinner is an Adapter that can pin what it posted, so that everybody in the channel finds
// it. That takes a right of its own, which the bot may lack.
type Pinner interface {
	// Pin pins the bot's message in its channel; doing it twice is the same as once.
	// Errors are those of Edit: ErrFixed says what is missing and how to grant it.
	Pin(ctx context.Context, to Place, messageID string) error
	// MayPin asks the platform whether Pin could, as far as that can be told: nil, or
	// the error that Pin would give. An ErrFixed of either is a *UserError too.
	MayPin(ctx context.Context, to Place) error
}

// Viewer is an Adapter with a place of its own for what is always in view, which a
// Message.InView goes to.
type Viewer interface {
	// MayView asks the platform whether such a message could be sent there: nil, or an
	// ErrFixed, which is a *UserError too, with what is missing and how to grant it.
	MayView(ctx context.Context, to Place) error
}

// Inspector is an Adapter that can say more of a channel than whether it takes posts.
type Inspector interface {
	// Inspect asks the platform about a channel. Errors are those of Check.
	Inspect(ctx context.Context, to Place) (Channel, error)
}

// Channel is what a platform tells of a channel.
type Channel struct {
	Name   string        // without a mark in front; empty if the platform does not tell
	Open   bool          // everybody in the server or workspace can read it, or join it and read it
	Shared bool          // so can other organizations
	Slow   time.Duration // between two posts of the bot's; 0 for no slowmode
	Way    string        // how posts appear there, such as in a forum; empty for plain messages; English
}

// Doorkeeper is an Adapter that can say whether a role tells its members from others.
type Doorkeeper interface {
	// CheckRole answers nil if Request.In can be asked about the role, and not everybody
	// has it or can take it: a role that is there, a channel that others cannot join.
	// Else it answers a *PlaceError with what to do, which is a *UserError too where it is
	// about the role, or another error of Check's.
	CheckRole(ctx context.Context, r Role) error
}

// Timekeeper is an Adapter that can ask its platform what time it is.
type Timekeeper interface {
	// ReadClock asks the platform what time it is. The answer is right to some seconds.
	ReadClock(ctx context.Context) (time.Time, error)
}

// Remark is one thing that an adapter found out about the application it belongs to.
type Remark struct {
	Minor bool   // everything works all the same
	Says  string // what it is and what to do; English
}

// Handler is the core as adapters see it: *chat.Bot.
type Handler interface {
	// Commands is the one command table; platform registrations, menus and help
	// are made from it.
	Commands() []Command
	// Handle answers a request. It never fails: the core decides what people read.
	Handle(ctx context.Context, r Request) Answer
	// Complete offers values for an argument that is being typed, at most 25. It returns
	// once ctx ends.
	Complete(ctx context.Context, r Request, arg string) []Choice
}

// Receipt says that a message was posted.
type Receipt struct {
	ID string    // the platform's name for the message
	At time.Time // the platform's time of posting, UTC
}

// Posted is a message of the bot's that stands in a channel.
type Posted struct {
	Key string
	Receipt
}

// ErrUnreachable reports a place that is gone or does not let the bot post.
// Trying again does not help until a human acts.
var ErrUnreachable = errors.New("place cannot be reached")

// ErrImpaired reports a place that takes posts, but in which the bot cannot look
// whether one arrived.
var ErrImpaired = errors.New("place takes posts, but something is missing")

// ErrElsewhere reports a place that is not where it was said to be: a channel of
// another server. It is an ErrUnreachable.
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

// RejectedError is an ErrRejected with what happened.
type RejectedError struct {
	Detail string // what happened, what to do, and the platform's code; English
}

func (e *RejectedError) Error() string { return ErrRejected.Error() + ": " + e.Detail }

// Unwrap is ErrRejected.
func (e *RejectedError) Unwrap() error { return ErrRejected }

// RefusedError reports that the platform is up and did not do what was asked, for a
// reason that is neither about the message nor known to be a matter of rights. It says
// nothing about other channels. A later try may work.
type RefusedError struct {
	Detail string // English, with the platform's code
}

func (e *RefusedError) Error() string { return e.Detail }

// Outage reports that the platform takes nothing from this program at the moment,
// whichever channel it is for: an incident, a page of something in front of the
// platform, a token that is refused. It says nothing about the channel. A later try
// may work.
type Outage struct {
	Detail string // English
	Err    error  // what happened, for the caller to act on; may be nil
}

func (e *Outage) Error() string { return e.Detail }

// Unwrap is what happened.
func (e *Outage) Unwrap() error { return e.Err }

// PlaceError is an ErrUnreachable, ErrElsewhere, ErrGone, ErrFixed or ErrImpaired with
// what is missing.
type PlaceError struct {
	Kind   error  // one of the five
	Detail string // what is missing and how to grant it; English
	Err    error  // what happened, for the caller to act on; may be nil
}

func (e *PlaceError) Error() string { return e.Kind.Error() + ": " + e.Detail }

// Unwrap is the kind and what happened.
func (e *PlaceError) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// AtPlace is a PlaceError of a kind, whose detail is a sentence of the catalogues.
func AtPlace(kind, why error) error {
	return &PlaceError{Kind: kind, Detail: why.Error(), Err: why}
}

// Detail is what an adapter's error says happened, and what to do about it, in
// English; empty where the kind of the error says all.
func Detail(err error) string {
	var place *PlaceError
	var rejected *RejectedError
	switch {
	case errors.As(err, &place):
		return place.Detail
	case errors.As(err, &rejected):
		return rejected.Detail
	case err == ErrUnreachable, err == ErrImpaired, err == ErrElsewhere, err == ErrGone, err == ErrFixed, err == ErrRejected, err == ErrUnknown: //nolint:errorlint // bare, they say no more
		return ""
	}
	return err.Error()
}

// RateLimited reports that nothing was posted and that the platform wants to be
// left alone for a while.
type RateLimited struct {
	After    time.Duration
	Global   bool // the whole platform, not only this channel
	Slowmode bool // the channel takes one post in so long a time
}

func (e *RateLimited) Error() string {
	if e.Slowmode {
		return fmt.Sprintf("the channel has slowmode, and the bot has to wait %s: let its role bypass slowmode there, or turn slowmode off", e.After)
	}
	return fmt.Sprintf("rate limited for %s", e.After)
}
