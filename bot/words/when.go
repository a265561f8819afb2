package words

import (
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// Kept says for how long what was removed can be brought back; 0 is for ever.
func (r *Reader) Kept(d time.Duration) string {
	if d == 0 {
		return r.T("It can be brought back, and the record of what was sent stays, until the clinic deletes them.")
	}
	return r.T("It can be brought back for %[1]d days; then it is deleted. The record of what was sent is deleted when it is %[1]d days old.", int(d/(24*time.Hour)))
}

// IsNone reports what people write for nothing at all.
func IsNone(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "none", "ninguno", "ninguna":
		return true
	}
	return false
}

// State names a delivery's state.
func (r *Reader) State(s bot.State) string {
	switch s {
	case bot.Due:
		return r.T("due")
	case bot.Sending:
		return r.T("being sent")
	case bot.Sent:
		return r.T("sent")
	case bot.Skipped:
		return r.T("skipped")
	case bot.Failed:
		return r.T("failed")
	}
	return string(s)
}

// Outcome says what became of a delivery, and why.
func (r *Reader) Outcome(d bot.Delivery) string {
	said := r.State(d.State)
	if d.Kind.Revises() {
		said = revisionState(r, d.Kind, d.State)
	}
	if d.Became != "" {
		said += ", " + became(r, d.Became)
	}
	if !d.Reason.IsZero() {
		said += " (" + r.Reason(d.Reason) + ")"
	}
	return said
}

// Category names what a concern is about.
func (r *Reader) Category(name string) string {
	switch name {
	case "confidentiality":
		return r.T("Confidentiality")
	case "respect":
		return r.T("Respect")
	case "conflict":
		return r.T("Conflict")
	case "other":
		return r.T("Something else")
	}
	return name
}

// Describe says a rule in words; one that cannot be read stays as it is.
func (r *Reader) Describe(rule string) string { return describe(rule, r.Locale()) }

func describe(rule, locale string) string {
	parsed, err := scheduler.ParseRule(rule)
	if err != nil {
		return rule
	}
	return parsed.Describe(locale)
}
