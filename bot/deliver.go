package bot

import (
	"context"
	"time"

	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Times that carriers and ledgers share.
const (
	SendTimeout = 10 * time.Second // for one request to a platform
	Patience    = 3 * time.Second  // for waiting on the pace inside a worker
)

// Carrier brings deliveries to their places.
type Carrier interface {
	// Carry brings one delivery a step further. It returns 0 once the delivery is
	// settled, or how long to wait before the next step. An error is a fault of the
	// ledger; the step can be taken again.
	Carry(ctx context.Context, l Ledger) (again time.Duration, err error)
	// Check tells whether a place can be posted to, as Adapter.Inspect does.
	Check(ctx context.Context, to Place) error
}

// Work is one delivery with everything needed to decide on it.
type Work struct {
	Delivery Delivery
	Group    Group     // of a notice: the one that it is about; zero if none
	Reminder Reminder  // of a notice: the one that it is about; of a removal: the post's; zero if none, and for the other kinds
	Gone     bool      // the reminder, the group or the place was removed
	Blocked  bool      // an earlier delivery to the place, or an earlier revision of the post, is still on its way
	Troubled time.Time // when posts to the place began to fail; zero if they do not fail
	First    Delivery  // the notice that this one follows up, or the post to revise; zero if none, or if it was never sent
	Signed   content.SignOff
	Gap      Gap // what a restored database does not know of this reminder; zero if nothing
}

// Gap is the time between a backup and the moment at which it was restored. Posts of this
// time are not on record, and the settings of the lost database may have been different.
type Gap struct {
	From, To time.Time
	// Known has the keys that are on record for the place. The value is true for posts
	// that this database made itself and for posts of other reminders: no lost post is
	// looked for in their stead.
	Known map[string]bool
	// Others are the group's other reminders: a post with a key of theirs does not belong
	// to this reminder.
	Others []Reminder
}

// DueBeforeGap is how long before the Gap an occurrence may have been due although its post
// was made within the Gap: the post was late, or the clock was behind.
const DueBeforeGap = 48 * time.Hour

// Ledger is one delivery's record, bound to the job that carries it.
type Ledger interface {
	// Load reads the delivery from the record.
	Load(ctx context.Context) (Work, error)
	// Begin takes the next free moment of the place's pace. It records that a request may
	// be on its way; the caller sends the request after that. If the moment is more than
	// patience away, Begin records nothing and ok is false.
	Begin(ctx context.Context, hash string, patience time.Duration) (at time.Time, ok bool, err error)
	// Mine reports whether the request that Begin granted may still be sent: no other
	// process has taken the delivery over, and the grant is not older than age by the
	// database's own clock, if it has one. Call it right before the request.
	Mine(ctx context.Context, age time.Duration) (bool, error)
	// Look takes the next free moment for a look-up in the place's channel. ok is false if
	// the moment is more than patience away.
	Look(ctx context.Context, patience time.Duration) (at time.Time, ok bool, err error)
	// Return records why nothing was posted and makes the delivery due again.
	Return(ctx context.Context, why Reason) error
	// Report opens a trouble, unless it is open already, and tells staff.
	Report(ctx context.Context, t Trouble) error
	// Settle writes the final state, opens and heals troubles and completes the
	// job, all in one transaction.
	Settle(ctx context.Context, s Settlement) error
	// Hold stops requests to the place for d; with platform set, to the whole platform.
	Hold(ctx context.Context, d time.Duration, platform bool) error
}

// Settlement is how a delivery ended.
type Settlement struct {
	State   State
	Reason  Reason
	Message string // the platform's name for what was posted or revised
	Trouble *Trouble
	Healed  []Subject // subjects of troubles that are over
}

// Planner turns what has come due into deliveries.
type Planner interface {
	// Plan makes the deliveries of every occurrence of a due reminder up to now.
	Plan(due DueReminder, signed content.SignOff, now time.Time) Plan
	// InView makes the deliveries that keep in view what groups agree on: first posts,
	// corrections, removals. record has the earlier deliveries of this kind, newest first:
	// at least each place's newest post and last attempt, and each post's newest revision.
	InView(groups []Group, record []Delivery, now time.Time) []Delivery
	// Reviews counts the cards, in the groups' languages, that have no approval at the
	// moment now, and those whose approval ends within ReviewSoon days.
	Reviews(groups []Group, now time.Time) (unapproved, soon int)
}

// DueReminder is a reminder that is due, with what is needed to plan its deliveries.
type DueReminder struct {
	Reminder Reminder
	Group    Group
	Used     map[string]time.Time // when each card of the rotation was last planned
	Restored time.Time            // when the database was restored from a backup; zero if never
}

// Plan is what comes of a due reminder.
type Plan struct {
	Deliveries []Delivery      // due, or skipped at once with a reason
	Reminder   Reminder        // with its next occurrence
	Card       string          // the card that was chosen; empty if none
	Nominal    scheduler.Civil // the occurrence that Card was chosen for
	Trouble    *Trouble        // what staff should know; nil if nothing
}
