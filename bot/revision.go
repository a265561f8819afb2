package bot

import (
	"cmp"
	"time"

	"circlekeeper/scheduler"
)

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
