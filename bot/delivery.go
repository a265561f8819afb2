package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"iter"
	"slices"
	"strings"
	"time"

	"circlekeeper/scheduler"
)

// State is the state of a delivery: due → sending → sent, or skipped or failed with a reason.
type State string

// The states of a delivery. Sent, Skipped and Failed are final.
const (
	Due     State = "due"     // to be sent, or to be tried again
	Sending State = "sending" // a request may have left; its outcome is not recorded yet
	Sent    State = "sent"
	Skipped State = "skipped" // on purpose; Reason says why
	Failed  State = "failed"  // it could not be sent; Reason says why
)

// Final reports whether the state never changes again.
func (s State) Final() bool { return s == Sent || s == Skipped || s == Failed }

// DeliveryKind tells what is delivered.
type DeliveryKind string

// The kinds of delivery.
const (
	OfReminder DeliveryKind = "reminder" // an occurrence of a rule
	OfShare    DeliveryKind = "share"    // a card that a moderator or staff member posts
	OfPin      DeliveryKind = "pin"      // a card that is shared and pinned in its channel
	OfTest     DeliveryKind = "test"     // a reminder that somebody tries out in a channel that its group does not see
	OfView     DeliveryKind = "view"     // what a group agrees on, which is kept in view in its channel
	OfNotice   DeliveryKind = "notice"   // news for staff

	OfCorrection DeliveryKind = "correction" // a post gets the words that are signed now
	OfWithdrawal DeliveryKind = "withdrawal" // a line says in a post's place that it was withdrawn
	OfRemoval    DeliveryKind = "removal"    // a post is taken away, as its reminder keeps only the newest
)

// DeliveryKinds are all of them.
func DeliveryKinds() []DeliveryKind {
	return []DeliveryKind{OfReminder, OfShare, OfPin, OfTest, OfView, OfNotice, OfCorrection, OfWithdrawal, OfRemoval}
}

// Awaited reports whether somebody asked for the post by hand and waits for it.
func (k DeliveryKind) Awaited() bool { return k == OfShare || k == OfPin || k == OfTest }

// Pinned reports whether the post is pinned after it was sent.
func (k DeliveryKind) Pinned() bool { return k == OfPin || k == OfView }

// Revises reports whether a delivery changes or deletes a post that was sent before. Its
// state Sent means that the platform did so.
func (k DeliveryKind) Revises() bool {
	return k == OfCorrection || k == OfWithdrawal || k == OfRemoval
}

// Agreements is Delivery.Card of an OfView delivery, which is made of many cards.
const Agreements = "agreements"

// Delivery is one post, notice or revision in one place. It is the record of what happened
// and is kept as long as the clinic has set. It has one field for each database column;
// News fills seven.
type Delivery struct {
	Key      string          `json:"key"`
	Kind     DeliveryKind    `json:"kind"`
	Reminder string          `json:"reminder"`        // its ID; for other kinds an ID of their own
	Group    string          `json:"group,omitempty"` // its ID; empty for notices
	Place    Place           `json:"place"`
	Nominal  scheduler.Civil `json:"nominal,omitzero"` // the occurrence
	At       time.Time       `json:"at"`               // the instant it was due
	Card     string          `json:"card,omitempty"`   // the card's ID; empty for notices
	State    State           `json:"state"`
	Reason   Reason          `json:"-"` // why it was skipped, failed or waits
	Attempts int             `json:"attempts"`
	Begun    time.Time       `json:"begun,omitzero"`    // when the last attempt was about to leave; zero before
	Settled  time.Time       `json:"settled,omitzero"`  // when the state became final; zero before
	Message  string          `json:"message,omitempty"` // the platform's name for the message
	Hash     string          `json:"hash,omitempty"`    // of the words posted: their cards' hashes, one for each language, with spaces between; of OfView 16 hex digits

	Revision string       `json:"revision,omitempty"` // of a correction or withdrawal: the ID of all that were asked for together
	Became   DeliveryKind `json:"became,omitempty"`   // of a post: the last of its revisions that the platform made; empty if none
	Stands   string       `json:"stands,omitempty"`   // of a corrected post: the hash of the words that stand there now

	// Version is the version of the group that an OfView delivery or its revision was made
	// for. Asked is the hash of the words that a revision of it asks for. Both are zero for
	// all other deliveries.
	Version int64  `json:"-"`
	Asked   string `json:"-"`

	News    *News  `json:"-"` // what a notice tells; nil for other kinds
	Follows string `json:"-"` // the key of the notice that this one follows up, or of the post that it revises; empty if none
	// Text is the text of a notice that an older program stored as words. News is nil then,
	// and Text is shown as it is.
	Text string `json:"-"`
}

// TopicsOf gives, by reminder, the topics of those deliveries that were skipped before a card was
// chosen, as on a date without a session. It reads nothing if all have a card. A reminder that cannot
// be restored has none.
func TopicsOf(ctx context.Context, store Store, all []Delivery) (map[string]string, error) {
	if !slices.ContainsFunc(all, func(d Delivery) bool { return d.Kind == OfReminder && d.Card == "" }) {
		return nil, nil
	}
	live, err := store.Reminders(ctx, "")
	if err != nil {
		return nil, err
	}
	removed, err := store.RemovedReminders(ctx)
	topics := make(map[string]string)
	for _, r := range append(live, removed...) {
		topics[r.ID] = r.Topic
	}
	return topics, err
}

// Key is the opaque name of a delivery, 24 characters. It is made only of the reminder's
// ID, the occurrence and the place: so it is the same on every attempt and after a restore.
func Key(reminder string, nominal scheduler.Civil, to Place) string {
	return keyOf(reminder, nominal, to.String())
}

// EventKey is the opaque name of a reminder's or session's moment in a calendar, the
// same in every calendar that it is written to.
func EventKey(of string, nominal scheduler.Civil) string { return keyOf(of, nominal, "calendar") }

func keyOf(name string, nominal scheduler.Civil, where string) string {
	at, _ := nominal.AppendText(nil) // it never fails
	sum := sumOf(name, at, where)
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))
}

// KeysAmong returns those of keys that belong to a delivery of the reminder to the place,
// for one of the occurrences that names writes as Civil.String does. After a restore there are
// many thousand names: each is hashed once, for all keys.
func KeysAmong(keys []string, reminder string, to Place, names iter.Seq[[]byte]) map[string]bool {
	sought := make(map[[keyBytes]byte]string)
	var begins [256]bool // with which bytes they begin: most names are told apart by it
	for _, key := range keys {
		if sum, err := base32.StdEncoding.DecodeString(strings.ToUpper(key)); err == nil && len(sum) == keyBytes {
			sought[[keyBytes]byte(sum)], begins[sum[0]] = key, true
		}
	}
	found, where := make(map[string]bool), to.String()
	if len(sought) == 0 {
		return found
	}
	for name := range names {
		sum := sumOf(reminder, name, where)
		if !begins[sum[0]] {
			continue
		}
		if key, ok := sought[sum]; ok {
			found[key] = true
			if len(found) == len(sought) {
				break
			}
		}
	}
	return found
}

// keyBytes are 24 characters of base32, so that nothing is padded.
const keyBytes = 15

func sumOf(name string, nominal []byte, where string) [keyBytes]byte {
	var room [128]byte // on the stack
	b := append(append(append(room[:0], name...), 0), nominal...)
	sum := sha256.Sum256(append(append(b, 0), where...))
	return [keyBytes]byte(sum[:])
}

// RevisionLate is for how long the program tries to correct, withdraw or delete a post.
const RevisionLate = 24 * time.Hour

// Revision is a correction or a withdrawal of posts that stand, before it is made.
type Revision struct {
	Kind      DeliveryKind // OfCorrection or OfWithdrawal
	Card      string       // the card's ID
	Posts     []Delivery   // the posts to revise, newest first
	Same      int          // posts that have the corrected words already
	Unsigned  int          // posts whose card cannot be posted now: a correction leaves them as they are
	Doubtful  []Place      // places of these posts where posting fails now, so that the revision may fail too
	Forgotten int          // posts of the card that are no longer on record, so that they cannot be revised
	Sum       string       // a digest of the plan: it changes with the posts to revise and the words they would get
}

// PostFilter names posts that stand. One of its fields is set.
type PostFilter struct {
	Card string // all posts of a card
	Key  string // the post of one delivery
}

// Revisable reports whether a delivery is a post of a card that stands in its channel, so
// that it can be corrected or withdrawn.
func (d Delivery) Revisable() bool {
	return (d.Kind == OfReminder || d.Kind == OfView || d.Kind.Awaited()) && d.State == Sent && d.Message != "" && d.Became != OfWithdrawal && d.Became != OfRemoval
}

// Words is the hash of the words that stand in a post.
func (d Delivery) Words() string { return cmp.Or(d.Stands, d.Hash) }

// Revise makes the delivery that revises a post. revision names the revision: two calls with
// the same name make the same delivery. A removal has the name of the newer post.
func Revise(post Delivery, kind DeliveryKind, revision string, at time.Time) Delivery {
	d := Delivery{
		Key:  Key(string(kind)+" "+revision+" "+post.Key, scheduler.Civil{}, post.Place),
		Kind: kind, Group: post.Group, Place: post.Place, At: at, Card: post.Card, State: Due,
		Revision: revision, Follows: post.Key,
	}
	d.Reminder = d.Key
	return d
}
