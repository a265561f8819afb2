package bot

import (
	"time"

	"circlekeeper/scheduler"
)

// Group is a therapy group: when it lives and where it meets.
type Group struct {
	ID       string    `json:"id"`                 // lower-case letters, digits and hyphens, at most 40 characters
	Name     string    `json:"name"`               // at most 80 characters
	Zone     string    `json:"zone"`               // IANA name: "America/Los_Angeles"
	Langs    []string  `json:"langs"`              // BCP 47 tags, in the order of the languages in a post
	Quiet    string    `json:"quiet"`              // "21:00-08:00" or "none", as scheduler.ParseQuiet reads it
	Sessions []Session `json:"sessions,omitempty"` // when it meets
	Skips    []string  `json:"skips,omitempty"`    // dates and ranges without group: "2026-12-24", "2026-12-24..2027-01-02"
	// Exceptions are single sessions that were cancelled or moved. Of two about one session the
	// last counts: a session that was moved and then cancelled keeps its move before the
	// cancellation. Past ones are dropped when another is added.
	Exceptions []scheduler.Exception `json:"exceptions,omitempty"`

	Paused time.Time `json:"paused_until,omitzero"` // until when nothing is posted; zero if not paused; Forever without an end
	Places []Place   `json:"places"`                // at most 20, none twice

	// InView keeps what the group agrees on in view in its places.
	InView bool `json:"in_view,omitempty"`

	Moderators   Place `json:"moderators,omitzero"`   // the channel where the group's moderators are told of trouble; zero for none
	Facilitators Role  `json:"facilitators,omitzero"` // its members may change this group and no other; zero for nobody
	Version      int64 `json:"version,omitempty"`     // counts the changes, made by the store; see Store.SetGroup
}

// Session is a regular meeting of a group.
type Session = scheduler.SessionText

// Forever is the end of a pause that has none.
var Forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a time cannot be a constant

// Reminder is a topic, or a rotation of topics, posted to a group on a rule.
type Reminder struct {
	ID     string        `json:"id"` // made by the store
	Group  string        `json:"group"`
	Topic  string        `json:"topic"`                 // a card's ID or the name of a rotation; see content.Library.Topic
	Rule   string        `json:"rule"`                  // in its canonical form; scheduler.ParseRule reads it
	Typed  string        `json:"typed,omitempty"`       // the rule as somebody typed it; empty if that is how it is shown
	Late   time.Duration `json:"late"`                  // an occurrence that is later than this is skipped: a minute to 24 hours; nanoseconds in JSON
	Paused time.Time     `json:"paused_until,omitzero"` // until when occurrences are skipped; zero if not paused
	// KeepNewest deletes the reminder's older posts in a channel once a newer one is there.
	KeepNewest bool                 `json:"keep_newest,omitempty"`
	Fault      Reason               `json:"-"` // why it cannot be planned until somebody mends it; zero if it can
	Next       scheduler.Occurrence `json:"next,omitzero"`

	Version int64 `json:"version,omitempty"` // counts the changes, made by the store; see Store.SetReminder
}

// DefaultLate is how late a reminder may still be posted unless told otherwise.
const DefaultLate = 2 * time.Hour

// MaxLate is how late a reminder may be posted at most.
const MaxLate = 24 * time.Hour

// Calendar gathers what the scheduler needs to know of a group.
func (g Group) Calendar() (scheduler.Calendar, error) {
	c, err := scheduler.NewCalendar(g.Zone, g.Quiet, g.Sessions, g.Skips)
	return c.WithExceptions(g.Exceptions), err
}

// GroupsByID are groups by their IDs.
func GroupsByID(groups []Group) map[string]Group {
	out := make(map[string]Group, len(groups))
	for _, g := range groups {
		out[g.ID] = g
	}
	return out
}
