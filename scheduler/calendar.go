package scheduler

import (
	"errors"
	"time"
)

// Calendar is what the scheduler knows of one group: zone, quiet hours,
// sessions and skipped dates. It is a value and safe for concurrent use.
type Calendar struct {
	zone *time.Location
}

// SessionText is a regular meeting as it is written down.
type SessionText struct {
	Rule   string // as ParseRule reads it; not before sessions itself
	Length time.Duration
}

// NewCalendar reads a group's zone, quiet hours ("21:00-08:00" or "none"),
// sessions and skipped dates. Its errors say which part is wrong and what to
// write.
func NewCalendar(zone, quiet string, sessions []SessionText, skips []string) (Calendar, error) {
	return Calendar{}, errors.New("not yet")
}

// Zone is the group's location, for showing times.
func (c Calendar) Zone() *time.Location { return c.zone }

// First is the first occurrence at or after now. false means that there is none.
func (c Calendar) First(r Rule, now time.Time) (Occurrence, bool) { return Occurrence{}, false }

// Next is the occurrence that follows, strictly later both in nominal time and
// as an instant. Skipped dates are not left out: they are skipped on record.
func (c Calendar) Next(r Rule, after Occurrence) (Occurrence, bool) { return Occurrence{}, false }

// Upcoming is up to n occurrences at or after now, skipped dates left out.
func (c Calendar) Upcoming(r Rule, now time.Time, n int) []Occurrence { return nil }

// Refusal is why a rule does not suit a group, as sentences for people.
type Refusal struct {
	Reason     string
	Suggestion string // what to do instead; may be empty
}

func (e *Refusal) Error() string { return e.Reason + " " + e.Suggestion }

// Accept reports whether the rule may be used in the group from now on. Its
// error is a *Refusal: the rule never falls due, falls due more than once an
// hour, falls due in quiet hours, or needs sessions that the group lacks.
func (c Calendar) Accept(r Rule, now time.Time) error { return nil }

// Quiet reports whether t is within the group's quiet hours.
func (c Calendar) Quiet(t time.Time) bool { return false }

// Skipped reports whether the group does not meet on the occurrence's date; for
// a rule before sessions, on the session's date.
func (c Calendar) Skipped(o Occurrence) bool { return false }

// Deadline is the last instant at which the occurrence may still be sent: late
// after it was due, and never after the session began if the rule goes by
// sessions.
func (c Calendar) Deadline(r Rule, o Occurrence, late time.Duration) time.Time { return time.Time{} }
