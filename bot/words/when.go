package words

import (
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

func weekdays() [7]string {
	return [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
}

func months() [12]string {
	return [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
}

// Moment writes a moment in a zone: weekday, date, time and zone.
func (r *Reader) Moment(t time.Time, zone *time.Location) string {
	local := t.In(zone)
	return r.T("%[1]s, %[2]d %[3]s %[4]d, %[5]s", r.word(weekdays()[local.Weekday()]), local.Day(), r.word(months()[local.Month()-1]), local.Year(), local.Format("15:04 MST"))
}

// Day writes a day of the year without its year: weekday, day, month.
func (r *Reader) Day(day time.Time) string {
	return r.T("%s, %d %s", r.word(weekdays()[day.Weekday()]), day.Day(), r.word(months()[day.Month()-1]))
}

// Times lists occurrences in a group's zone.
func (r *Reader) Times(next []scheduler.Occurrence, zone *time.Location) []content.Block {
	if len(next) == 0 {
		return []content.Block{content.Text(r.T("Nothing comes next."))}
	}
	list := content.Block{Kind: content.List}
	for _, o := range next {
		list.Items = append(list.Items, []content.Span{{Text: r.Moment(o.At, zone)}})
	}
	return []content.Block{content.Text(r.T("The next times, in %s:", zone)), list}
}

// Resting says that something is paused at the moment now, or nothing.
func (r *Reader) Resting(until, now time.Time, zone *time.Location) string {
	switch {
	case !until.After(now):
		return ""
	case until.Equal(bot.Forever):
		return r.T("Paused, with no end set.")
	}
	return r.T("Paused until %s.", r.Moment(until, zone))
}

// Kept says for how long what was removed can be brought back; 0 is for ever.
func (r *Reader) Kept(d time.Duration) string {
	if d == 0 {
		return r.T("It can be brought back, and the record of what was sent stays, until the clinic deletes them.")
	}
	return r.T("It can be brought back for %[1]d days; then it is deleted. The record of what was sent is deleted when it is %[1]d days old.", int(d/(24*time.Hour)))
}

// QuietHours writes a group's quiet hours.
func (r *Reader) QuietHours(s string) string {
	if IsNone(s) {
		return r.T("none")
	}
	return s
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

// Length writes a duration without what is zero: "1h30m".
func Length(d time.Duration) string {
	s := d.Round(time.Second).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}

// Describe says a rule in words; one that cannot be read stays as it is.
func Describe(rule, lang string) string {
	parsed, err := scheduler.ParseRule(rule)
	if err != nil {
		return rule
	}
	return parsed.Describe(lang)
}
