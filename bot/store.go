package bot

import (
	"context"
	"errors"
	"time"

	"circlekeeper/content"
)

// ErrNotFound reports a group, reminder or delivery that does not exist.
var ErrNotFound = errors.New("not found")

// ErrExists reports an ID that is taken.
var ErrExists = errors.New("already exists")

// PlaceTakenError reports a channel that another group has.
type PlaceTakenError struct {
	Place Place
	Group string // the other's ID
}

func (e *PlaceTakenError) Error() string {
	return "channel " + e.Place.String() + " belongs to group " + e.Group
}

// ErrChanged reports that somebody else's change came first.
var ErrChanged = errors.New("changed meanwhile")

// Store keeps groups, reminders, deliveries, approvals and the audit trail.
// Every change is saved with its audit row in one transaction. Times are kept
// to the millisecond. Removed groups and reminders can be restored; lists and
// look-ups do not show them.
type Store interface {
	Groups(ctx context.Context) ([]Group, error) // by ID
	Group(ctx context.Context, id string) (Group, error)
	GroupAt(ctx context.Context, p Place) (Group, error) // the group that has the place
	// AddGroup answers ErrExists if the ID is taken, also by a group that was removed,
	// and a *PlaceTakenError if one of the places is.
	AddGroup(ctx context.Context, by Actor, g Group) error
	// SetGroup replaces a group and plans its reminders anew. It answers
	// ErrChanged if the group's version is not g.Version (0 means any version), and
	// a *PlaceTakenError as AddGroup does.
	SetGroup(ctx context.Context, by Actor, g Group) error
	RemoveGroup(ctx context.Context, by Actor, id string) error // and its reminders
	// RestoreGroup undoes RemoveGroup, unless allowed refuses the group as it was.
	RestoreGroup(ctx context.Context, by Actor, id string, allowed func(Group) error) error
	RemovedGroups(ctx context.Context) ([]Group, error) // that can be restored, by ID

	Reminders(ctx context.Context, group string) ([]Reminder, error) // all groups' if empty
	Reminder(ctx context.Context, id string) (Reminder, error)
	AddReminder(ctx context.Context, by Actor, r Reminder) (Reminder, error) // gives it its ID
	// SetReminder replaces a reminder (of the same ID): rule, topic, pause, next.
	// Versions are compared as by SetGroup.
	SetReminder(ctx context.Context, by Actor, r Reminder) error
	RemoveReminder(ctx context.Context, by Actor, id string) error
	// RestoreReminder undoes RemoveReminder, unless allowed refuses the reminder's group.
	RestoreReminder(ctx context.Context, by Actor, id string, allowed func(Group) error) error
	RemovedReminders(ctx context.Context) ([]Reminder, error) // that can be restored: their groups are there

	// Post makes deliveries that are due now, of any kind but OfReminder.
	// A delivery whose key exists already is left as it is.
	Post(ctx context.Context, by Actor, d ...Delivery) error
	// Deliveries lists the deliveries that match f, newest first. It leaves out those that
	// were written while the clock was far ahead.
	Deliveries(ctx context.Context, f DeliveryFilter) ([]Delivery, error)

	// Standing lists the bot's posts that match f and are still in their channels, newest
	// first. It leaves out posts that were withdrawn, and posts for which a revision of
	// the kind is under way.
	Standing(ctx context.Context, f PostFilter, kind DeliveryKind) ([]Delivery, error)
	// Forgotten counts the posts of a card whose records were deleted because of their age.
	Forgotten(ctx context.Context, card string) (int, error)

	// Troubles lists the troubles that staff were told of and that are not over, oldest first.
	Troubles(ctx context.Context) ([]OpenTrouble, error)

	// AddConcern adds one to the open concern of the same group, category and day. If
	// there is none, it makes one; staff are told of it at the moment tell, with all that
	// came until then. The store keeps no other time.
	AddConcern(ctx context.Context, c Concern, tell time.Time) error
	// Concerns lists those that staff were told of and have not finished with.
	Concerns(ctx context.Context) ([]Concern, error)
	// SetConcern marks a concern ConcernTaken or ConcernDone and posts notice to staff. It
	// returns ErrChanged if the concern has this state already, and ErrNotFound if it is
	// unknown or staff were not told of it yet.
	SetConcern(ctx context.Context, by Actor, id string, state ConcernState, notice Delivery) error

	Approvals(ctx context.Context) ([]content.Approval, error)
	Approve(ctx context.Context, by Actor, a ...content.Approval) error

	Reviewers(ctx context.Context) ([]Reviewer, error) // by name
	// AddReviewer answers ErrExists if the name or one of the IDs is somebody's.
	AddReviewer(ctx context.Context, by Actor, r Reviewer) error
	RemoveReviewer(ctx context.Context, by Actor, name string) error // what was signed stays

	Audit(ctx context.Context, since time.Time, limit int) ([]AuditEntry, error) // newest first
}

// DeliveryFilter narrows a list of deliveries; zero fields do not.
type DeliveryFilter struct {
	Group    string
	Reminder string
	State    State
	Posts    bool // only posts of cards that were sent
	Card     string
	Revision string
	Since    time.Time
	Limit    int // 0 means 100
}

// AuditEntry is one change by a moderator, staff member or the command line.
type AuditEntry struct {
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`  // Actor.ID, or "circlekeeper" for what it did itself
	Action string    `json:"action"` // "reminder add"
	Target string    `json:"target"` // the ID of what changed
	Detail string    `json:"detail"` // JSON of what it became; no member's data
}
