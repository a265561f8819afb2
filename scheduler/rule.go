// Package scheduler says when: it reads rules, places their occurrences in a
// group's zone around clock changes, quiet hours and skipped dates, and names
// every delivery. It computes only; it keeps and sends nothing.
package scheduler

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Rule says when something falls due: five-field cron ("0 9 * * 1"), or a
// phrase ("every Monday at 9:00", "30 minutes before each session"). Rules are
// comparable with ==; the zero Rule is none.
type Rule struct {
	spec   cron.SpecSchedule // in UTC; the zero value for a rule before sessions
	before time.Duration     // how long before each session; zero for cron
}

// Occurrence is one time that a rule falls due.
type Occurrence struct {
	// Nominal names the occurrence, whatever the clocks do: the local time the
	// rule asks for; for a rule before sessions, the local start of the session.
	// Show people At in the group's zone, not Nominal.
	Nominal Civil     `json:"nominal"`
	At      time.Time `json:"at"` // the instant it is due, UTC
}

const (
	maxRule   = 200            // bytes of a rule's text
	maxBefore = 48 * time.Hour // before a session
)

// ParseRule reads five-field cron or a phrase, in English or Spanish, at most
// 200 bytes. Its errors are *Mistakes.
func ParseRule(s string) (Rule, error) {
	text := strings.TrimSpace(s)
	switch {
	case text == "":
		return Rule{}, mistake(`the rule is empty; write for example "every Monday at 9:00"`)
	case len(text) > maxRule:
		return Rule{}, mistake(`the rule is longer than %d characters; write for example "every Monday at 9:00"`, maxRule)
	case strings.Contains(text, "="):
		return Rule{}, mistake("rule %s: a zone does not belong here, the group has one; write only the five fields, such as 0 9 * * 1", clip(text))
	case strings.HasPrefix(text, "@"):
		return Rule{}, mistake(`rule %s: words with @ are not taken; write for example "every day at 9:00"`, clip(text))
	case looksLikeCron(text):
		return parseCron(text)
	}
	return parsePhrase(text)
}

// String is the canonical text of the rule: an English phrase where one says
// it, else cron. ParseRule reads it back to an equal rule.
func (r Rule) String() string { return r.Text("en") }

// BeforeSession reports whether the rule goes by the group's sessions.
func (r Rule) BeforeSession() bool { return r.before > 0 }

// elapsed reports whether the rule goes by hours that pass, not by hours on
// the clock: every hour of the day is asked for.
func (r Rule) elapsed() bool { return r.spec.Hour&starBit != 0 }

// clip quotes what a person wrote, shortened.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
