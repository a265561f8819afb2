// Package scheduler says when: it reads rules, places their occurrences in a
// group's zone around clock changes, quiet hours and skipped dates, and names
// every delivery. It computes only; it keeps and sends nothing.
package scheduler

import (
	"errors"
	"time"

	"github.com/robfig/cron/v3"
)

// Rule says when something falls due: five-field cron ("0 9 * * 1"), or a
// phrase ("every Monday at 9:00", "30 minutes before each session"). Rules are
// comparable with ==; the zero Rule is none.
type Rule struct {
	spec   cron.SpecSchedule // in UTC; the zero value for a rule before sessions
	before time.Duration     // how long before each session
}

// Occurrence is one time that a rule falls due.
type Occurrence struct {
	// Nominal names the occurrence, whatever the clocks do: the local time the
	// rule asks for; for a rule before sessions, the local start of the session.
	// Show people At in the group's zone, not Nominal.
	Nominal Civil
	At      time.Time // the instant it is due, UTC
}

// ParseRule reads five-field cron or a phrase, in English or Spanish. Its
// errors are sentences that say what to write instead.
func ParseRule(s string) (Rule, error) { return Rule{}, errors.New("not yet") }

// String is the canonical text of the rule: a phrase where one says it, else
// cron. ParseRule reads it back to an equal rule.
func (r Rule) String() string { return "" }

// Describe says the rule in words, in English ("en") or Spanish ("es").
func (r Rule) Describe(lang string) string { return "" }

// BeforeSession reports whether the rule goes by the group's sessions.
func (r Rule) BeforeSession() bool { return r.before > 0 }

// Phrases offers up to 25 rules that begin with, or contain, what a person has
// typed so far. ParseRule reads every one of them.
func Phrases(prefix string) []string { return nil }
