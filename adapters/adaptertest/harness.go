// Package adaptertest is the suite that every chat adapter passes: it acts as
// the people and as the platform, and holds the adapter to bot.Adapter.
package adaptertest

import (
	"context"
	"time"

	"circlekeeper/bot"
)

// Harness is one new adapter together with the fake platform behind it, in words
// that fit every platform. The suite opens one for each of its checks, calls
// Serve itself and closes nothing: what has to end is the opener's, through
// testing.T.Cleanup. Methods are called from many goroutines.
type Harness interface {
	// Adapter is the adapter under test, the same one at every call.
	Adapter() bot.Adapter

	// Ready waits until what Ask delivers reaches the Serve that is running.
	Ready(ctx context.Context) error

	// Place is an empty channel of the group in which people ask, and to which
	// the bot may post.
	Place() bot.Place
	// Gone is a channel that is not there, or that the bot cannot see.
	Gone() bot.Place
	// Closed is a channel that is there and that the bot may not post to. It is
	// not called when Forbidden is excused.
	Closed() bot.Place

	// Role is one that the Facilitator has, and the Stranger, who is not vouched for; and
	// nobody else. Other is there too, and nobody has it.
	Role() (role, other bot.Role)

	// Ask lets somebody do something and returns once it has been delivered. An
	// error is a fault of the harness: a button that is not there, a form that
	// cannot be filled in like this.
	Ask(ctx context.Context, a Ask) (Asked, error)

	// Junk delivers one of each thing the bot must not answer: a request of
	// another bot, a button whose custom id is not ours, one whose id is of
	// another version or overlong, a request without the parts it should have.
	// It returns once they are delivered. Not called when Strange is excused.
	Junk(ctx context.Context) error

	// Posted lists what everybody in a channel can see, oldest first: what was
	// sent, and also an answer that became public by mistake.
	Posted(p bot.Place) []Post

	// Fail makes the next Send, and only it, meet a fault; with Unanswered the
	// next answer. after is what the platform asks for in TooMany.
	Fail(f Case, after time.Duration)

	// Excuse says why a case cannot occur on this platform or does not hold on
	// it, in words that are logged; empty where it can.
	Excuse(c Case) string

	// Secrets lists what must never show in an error or a log line: tokens,
	// signing secrets, every identity and handle of the people who ask, answer
	// tokens and addresses. Words people typed are added by the suite.
	Secrets() []string
	// Log is everything logged so far, at level debug.
	Log() string

	// Complaints lists what the platform found wrong in what the adapter sent so
	// far: a limit broken, an acknowledgement too late, a payload that the
	// platform's contract (see Contract) refuses. Faults of Fail do not count.
	Complaints() []string
}

// Case is a circumstance that some platforms do not know. The first ones are
// faults for Fail.
type Case string

// The cases. Each of the first six says what a Send must return.
const (
	TooMany     Case = "too many"          // refused for now, with how long: *bot.RateLimited
	TooManyBare Case = "too many, no time" // the same without saying how long
	ServerError Case = "server error"      // 5xx: bot.ErrUnknown; nothing was posted, but who can tell
	LostAnswer  Case = "lost answer"       // posted, and the connection breaks before the answer: bot.ErrUnknown
	Refused     Case = "refused"           // nothing reached the platform: an error that is none of bot's three
	Slow        Case = "slow"              // no answer until the context ends, nothing posted: bot.ErrUnknown
	Unanswered  Case = "unanswered"        // every connection that carries the next answer breaks; nobody sees it

	Forbidden Case = "forbidden"        // there are channels the bot may not post to
	SameKey   Case = "same key"         // a second Send with a key shows no second message
	Outside   Case = "outside"          // there are people from elsewhere, see Stranger
	Strange   Case = "strange requests" // something else than people and our own buttons can reach the adapter
	Hushed    Case = "hushed"           // a message can be posted without a notification
	Deletion  Case = "deletion"         // the bot can take away what it posted
	Repeat    Case = "repeated"         // the platform delivers a request twice at times
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

// Ask is what somebody does: type a command, or, where On is set, press or pick
// what has the Label, or, where Fill is set too, fill in and send the form.
type Ask struct {
	Who   Who
	Nth   int               // which of many such people, 0 to 49; may be ignored where answers never mix
	Call  bot.Call          // the command typed, in h.Place
	On    *Seen             // what was seen before
	Label string            // of the button or the option of a menu
	Fill  map[string]string // the form's fields by bot.Field.Name; those not named keep their value
}

// Asked is something delivered to the adapter.
type Asked interface {
	// Acked waits until the adapter has acknowledged, answered or not. It fails
	// when that came later than the platform allows, or not until ctx ended.
	Acked(ctx context.Context) error
	// Seen waits until the answer is complete, that is, until the person sees
	// all of it, in as many messages as it takes.
	Seen(ctx context.Context) (Seen, error)
	// Again delivers the very same request once more, as a platform does that
	// missed the acknowledgement. Not called when Repeat is excused.
	Again(ctx context.Context) error
}

// Seen is what a person sees in answer.
type Seen struct {
	Text    string   // all that can be read, in order: title, text, labels of buttons and options, footer; escapes undone, as the platform would show it
	Public  bool     // others can see it too
	Pings   bool     // it would notify somebody by a mention
	Updated bool     // it took the place of the message pressed on
	Labels  []string // of buttons and options, in order
	Form    *Form    // set if a form opened
	Native  any      // the harness's own, for a later Ask on it
}

// Form is a form as it is shown.
type Form struct {
	Title  string
	Fields map[string]string // what stands in each field at first, by bot.Field.Name
}

// Post is a message that stands in a channel.
type Post struct {
	Text   string   // as in Seen
	Labels []string // as in Seen
	Pings  bool     // it notified somebody by a mention
	Silent bool     // it was posted without a notification
	At     time.Time
	Native any // the harness's own
}
