// Package adaptertest is the test suite for chat adapters. It acts as the people and as the
// platform, and checks what bot.Adapter promises.
package adaptertest

import (
	"context"
	"time"

	"circlekeeper/bot"
)

// Harness is one new adapter with the fake platform behind it, in terms that fit every
// platform. The suite opens a Harness for each of its checks and calls Serve itself. It closes
// nothing: whoever opens it ends it by testing.T.Cleanup. Methods are called from many
// goroutines.
type Harness interface {
	// Adapter returns the adapter under test, the same one at every call.
	Adapter() bot.Adapter

	// Ready waits until the running Serve receives what Ask delivers.
	Ready(ctx context.Context) error

	// Place is an empty channel of the group, in which people ask and the bot may post.
	Place() bot.Place
	// Gone is a channel that does not exist, or that the bot cannot see.
	Gone() bot.Place
	// Closed is a channel in which the bot may not post. It is not called if Forbidden is
	// excused.
	Closed() bot.Place

	// Role is a role that only the Facilitator has, and the Stranger, for whom the platform
	// does not vouch. Other is a role that nobody has.
	Role() (role, other bot.Role)

	// Ask lets somebody do something, and returns when it was delivered. An error is a fault of
	// the harness, such as a button that does not exist or a form that cannot be filled in like
	// this.
	Ask(ctx context.Context, a Ask) (Asked, error)

	// Junk delivers one of each kind of request that the bot must not answer: from another bot,
	// a button whose custom ID is not ours, one of another version or too long, a request with
	// parts missing. It returns when they were delivered. It is not called if Strange is
	// excused.
	Junk(ctx context.Context) error

	// Posted lists what everybody in a channel can see, oldest first: what was sent, and any
	// answer that was made public by mistake.
	Posted(p bot.Place) []Post

	// Fail makes the next Send fail, and only that; with Unanswered, the next answer. after is
	// the pause that the platform asks for in TooMany.
	Fail(f Case, after time.Duration)

	// Excuse says why a case cannot happen on this platform; the reason is logged. It is empty
	// if the case can happen.
	Excuse(c Case) string

	// Secrets lists what must never appear in an error or a log line: tokens, signing secrets,
	// every identity and handle of those who ask, answer tokens and addresses. The suite adds
	// the words that people typed.
	Secrets() []string
	// Log is everything logged so far, at level debug.
	Log() string

	// Complaints lists what the platform found wrong in what the adapter has sent so far: a
	// limit exceeded, an acknowledgement too late, a payload that its Contract refuses. The
	// faults of Fail do not count.
	Complaints() []string
}

// Case is something that cannot happen on every platform. The first ones are faults for Fail.
type Case string

// The cases. Each of the first six gives the error that Send must return.
const (
	TooMany     Case = "too many"          // refused for now, with how long: *bot.RateLimited
	TooManyBare Case = "too many, no time" // the same without saying how long
	ServerError Case = "server error"      // 5xx: bot.ErrUnknown; nothing was posted, but nobody can tell
	LostAnswer  Case = "lost answer"       // posted, and the connection breaks before the answer: bot.ErrUnknown
	Refused     Case = "refused"           // nothing reached the platform: an error of no special kind
	Slow        Case = "slow"              // no answer until the context ends, nothing posted: bot.ErrUnknown
	Unanswered  Case = "unanswered"        // every connection that carries the next answer breaks; nobody sees it

	Forbidden Case = "forbidden"        // there are channels the bot may not post to
	SameKey   Case = "same key"         // a second Send with a key shows no second message
	Outside   Case = "outside"          // there are people from elsewhere, see Stranger
	Strange   Case = "strange requests" // the adapter can receive more than people's requests and our own buttons
	Hushed    Case = "hushed"           // a message can be posted without a notification
	Deletion  Case = "deletion"         // the bot can delete what it posted
	Repeat    Case = "repeated"         // the platform sometimes delivers a request twice
)

// Who asks.
type Who int

// The people of the suite. Nobody but the Moderator and the Facilitator may change anything.
const (
	Member      Who = iota // of the group
	Moderator              // may change things: by permission on Discord, staff on Slack
	Stranger               // looks like the moderator, without a right that the platform vouches for here: somebody of another workspace, a direct message
	Facilitator            // a member with a role, see Harness.Role
)

// Ask is what somebody does. They type a command; or, if On is set, they press or pick what has
// the Label; or, if Fill is set too, they fill in and send the form.
type Ask struct {
	Who   Who
	Nth   int               // which of many such people, 0 to 49; may be ignored if answers cannot mix
	Call  bot.Call          // the command typed, in h.Place
	On    *Seen             // what they saw before
	Label string            // of the button or the option of a menu
	Fill  map[string]string // the form's fields by bot.Field.Name; the others keep their values
}

// Asked is something that was delivered to the adapter.
type Asked interface {
	// Acked waits until the adapter has acknowledged it. It returns an error if that came later
	// than the platform allows, or not before ctx ended.
	Acked(ctx context.Context) error
	// Seen waits until the person sees the whole answer, in however many messages.
	Seen(ctx context.Context) (Seen, error)
	// Again delivers the same request once more, as a platform does that did not receive the
	// acknowledgement. It is not called if Repeat is excused.
	Again(ctx context.Context) error
}

// Seen is what a person sees in answer.
type Seen struct {
	Text    string   // all that can be read, in order: title, text, labels of buttons and options, footer; escapes undone, as the platform would show it
	Public  bool     // others can see it, too
	Pings   bool     // a mention in it would notify somebody
	Updated bool     // it replaced the message with the pressed control
	Labels  []string // of buttons and options, in order
	Form    *Form    // set if a form opened
	Native  any      // used by the harness for a later Ask on it
}

// Form is a form as it is shown.
type Form struct {
	Title  string
	Fields map[string]string // the first value of each field, by bot.Field.Name
}

// Post is a message in a channel.
type Post struct {
	Text   string   // as in Seen
	Labels []string // as in Seen
	Pings  bool     // it notified somebody by a mention
	Silent bool     // it was posted without a notification
	At     time.Time
	Native any // the harness's own
}
