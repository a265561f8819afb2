// Package scheduler says when something is due. It reads rules as people write them, finds
// their occurrences in a group's zone, around clock changes, quiet hours, skipped dates and
// sessions that move, and names every occurrence. It only computes; it stores and sends
// nothing.
package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rule says when something falls due: at recurrences and single dates in civil time, or at
// lengths of time before or after each session. The zero Rule is none. Nothing changes a Rule
// after it was read.
type Rule struct {
	parts []part
	leads []Lead
}

// Lead is a moment of each session: so many minutes after its start or, if AfterEnd, after its
// end. Negative minutes are before it.
type Lead struct {
	Minutes  int
	AfterEnd bool
}

// Occurrence is one time that a rule falls due.
type Occurrence struct {
	// Nominal names the occurrence and does not depend on clocks. It is the local time that the
	// rule asks for or, for a rule that goes by sessions, the session's local start. To show
	// people a time, use At in the group's zone.
	Nominal Civil     `json:"nominal"`
	At      time.Time `json:"at"` // the instant it is due, UTC
}

const (
	maxTyped  = 200                 // bytes of what a person types
	maxStored = 2000                // bytes of a stored rule
	maxLead   = 14 * 24 * time.Hour // before or after a session
)

// ParseRule reads a stored rule: what String writes, five-field cron, and what earlier versions
// accepted. It has no reader: hours count from 0 to 23 unless they say am or pm, dates have a
// year, and an interval has its first day. Reader.Rule reads what a person types. Its errors
// are *Mistakes.
func ParseRule(s string) (Rule, error) {
	if len(s) > maxStored {
		return Rule{}, mistake(`the rule is longer than %d characters; write for example "every Monday at 9:00 AM"`, maxStored)
	}
	return storedRules.read(s, Reader{stored: true}.Rule)
}

// storedRules are those that this process has read.
var storedRules kept[Rule] //nolint:gochecknoglobals // the process has one, as it has one set of zones

// String returns the canonical text of the rule: English as written in the United States or, if
// words cannot say it, cron. ParseRule reads it back to an equal rule.
func (r Rule) String() string { return r.Text("en-US") }

// Equal reports whether two rules mean the same.
func (r Rule) Equal(o Rule) bool {
	return slices.Equal(r.leads, o.leads) && slices.EqualFunc(r.parts, o.parts, func(a, b part) bool {
		return a.days == b.days && a.hourly == b.hourly && slices.Equal(a.times, b.times)
	})
}

// IsZero reports whether the rule is none.
func (r Rule) IsZero() bool { return len(r.parts) == 0 && len(r.leads) == 0 }

// BySession reports whether the rule goes by the group's sessions.
func (r Rule) BySession() bool { return len(r.leads) > 0 }

// Once reports whether the rule has only single dates, so that it will be over.
func (r Rule) Once() bool {
	return len(r.parts) > 0 && !slices.ContainsFunc(r.parts, func(p part) bool { return !p.once() })
}

// never reports whether the rule has no date at all.
func (r Rule) never() bool {
	return !r.BySession() && !slices.ContainsFunc(r.parts, func(p part) bool { return !p.never() })
}

// hourly reports whether the rule falls due each hour.
func (r Rule) hourly() bool {
	return slices.ContainsFunc(r.parts, func(p part) bool { return p.hourly })
}

// ruleOf puts parts into a rule.
func ruleOf(parts ...part) Rule { return Rule{parts: normal(parts)} }

// leadsOf makes a rule of moments of sessions, the earliest first.
func leadsOf(leads ...Lead) Rule {
	slices.SortFunc(leads, Lead.compare)
	return Rule{leads: slices.Compact(leads)}
}

func (l Lead) compare(o Lead) int {
	switch {
	case l.AfterEnd && !o.AfterEnd:
		return 1
	case !l.AfterEnd && o.AfterEnd:
		return -1
	}
	return l.Minutes - o.Minutes
}

func (l Lead) length() time.Duration { return time.Duration(l.Minutes) * time.Minute }

// clip quotes what a person wrote, shortened.
func clip(s string) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
