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
	if since := Became(r, d.Became); since != "" {
		said += ", " + since
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
func (r *Reader) Describe(rule string) string { return Rule(rule).Say(r.voice()) }

// RuleText writes a rule as it may be typed again, in English or Spanish; one that
// cannot be read stays as it is.
func RuleText(r *Reader, rule string) string { return Rule(rule).Say(scheduler.VoiceOf(r.Locale())) }

// Rule is a reminder's or session's rule in a sentence, as somebody wrote it. It is
// said in the reader's language.
type Rule string

// Say describes the rule.
func (s Rule) Say(v scheduler.Voice) string {
	rule, err := scheduler.ParseRule(string(s))
	if err != nil {
		return string(s)
	}
	return rule.Say(v)
}

// voice has the words for rules and civil moments: those of the scheduler in English and
// Spanish, else the catalogue's, if it has them.
func (r *Reader) voice() scheduler.Voice {
	if own := base(r.lang); own != English && own != "es" && r.book.label("rule", "%[1]s at %[2]s") != "" {
		return voice{r}
	}
	return scheduler.VoiceOf(r.Locale())
}

// voice is a Reader with the names that rules need.
type voice struct{ *Reader }

// Weekday names a day of the week.
func (v voice) Weekday(d time.Weekday) string { return v.cldr().WeekdayWide(d) }

// MonthName names a month.
func (v voice) MonthName(m time.Month) string { return v.cldr().MonthWide(m) }
