package bot

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"circlekeeper/scheduler"
)

// State is where a delivery stands: due → sending → sent, or skipped or failed
// with a reason.
type State string

// The states of a delivery. Sent, Skipped and Failed are final.
const (
	Due     State = "due"     // to be sent, or to be tried again
	Sending State = "sending" // a request may have left; its outcome is not recorded yet
	Sent    State = "sent"
	Skipped State = "skipped" // on purpose; Reason says why
	Failed  State = "failed"  // against our will; Reason says why
)

// Final reports whether the state never changes again.
func (s State) Final() bool { return s == Sent || s == Skipped || s == Failed }

// DeliveryKind tells what is delivered.
type DeliveryKind string

// The kinds of delivery.
const (
	OfReminder DeliveryKind = "reminder" // an occurrence of a rule
	OfShare    DeliveryKind = "share"    // a card that a moderator or staff member posts
	OfTest     DeliveryKind = "test"     // a reminder tried out in the staff place
	OfNotice   DeliveryKind = "notice"   // news for staff
)

// Reasons a delivery was skipped or failed. A reason may go on after a colon.
const (
	Late        = "late"         // past the reminder's late limit, or its session began
	QuietHours  = "quiet hours"  // the group's quiet hours
	NotApproved = "not approved" // no clinician's approval for the words of that moment
	Withdrawn   = "withdrawn"    // the card is no longer in the content
	Paused      = "paused"       // the reminder or the group is paused
	Removed     = "removed"      // the reminder, group or place was removed
	SkippedDate = "skipped date" // the group does not meet
	// The session was cancelled, or is at another time now.
	SessionCancelled = "session cancelled"
	SessionMoved     = "session moved"

	Unreachable  = "unreachable" // the place is gone or does not let the bot post
	Rejected     = "refused"     // the platform never takes this message as it is
	Unresolved   = "unknown"     // whether it was posted could not be found out
	NotDelivered = "not delivered"
	NotServed    = "no program serves this platform" // why it is one of the last two
)

// Delivery is one occurrence to one place. It is the record of what happened
// and is never deleted before its retention.
type Delivery struct {
	Key      string          `json:"key"`
	Kind     DeliveryKind    `json:"kind"`
	Reminder string          `json:"reminder"`         // its ID; for other kinds an ID of their own
	Group    string          `json:"group,omitempty"`  // its ID; empty for notices
	Place    string          `json:"place"`            // as Place writes it
	Nominal  scheduler.Civil `json:"nominal,omitzero"` // the occurrence
	At       time.Time       `json:"at"`               // the instant it was due
	Card     string          `json:"card,omitempty"`   // the card's ID; empty for notices
	Text     string          `json:"text,omitempty"`   // a notice's words
	State    State           `json:"state"`
	Reason   string          `json:"reason,omitempty"`
	Attempts int             `json:"attempts"`
	Begun    time.Time       `json:"begun,omitzero"`    // when the last attempt was about to leave; zero before
	Settled  time.Time       `json:"settled,omitzero"`  // when the state became final; zero before
	Message  string          `json:"message,omitempty"` // the platform's name for the message
	Hash     string          `json:"hash,omitempty"`    // of the words posted
}

// Key is the opaque name of a delivery, 24 characters, the same on every
// attempt and after a restore: it is made of nothing but what the delivery is.
func Key(reminder string, nominal scheduler.Civil, place string) string {
	sum := sha256.Sum256([]byte(reminder + "\x00" + nominal.String() + "\x00" + place))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}
