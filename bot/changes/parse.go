package changes

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// Pause reads until when something of a group rests: a day in the group's zone, or how long
// from today, "on" or "none" for no end, "off" for not at all. Its error is a *bot.UserError.
func (a Asker) Pause(s string, g bot.Group) (time.Time, error) {
	if _, off := words.Means(a.Words, s, words.Word("off"), words.Word("no")); off {
		return time.Time{}, nil
	}
	if _, on := words.Means(a.Words, s, words.Word("on"), words.Word("yes"), words.None()); on || strings.TrimSpace(s) == "" {
		return bot.Forever, nil
	}
	loc, err := scheduler.ParseZone(g.Zone)
	if err != nil {
		return time.Time{}, bot.AsUser("zone", err)
	}
	day, err := a.times(g.Zone).Until(strings.TrimSpace(s))
	if err != nil {
		return time.Time{}, bot.AsUser("until", err)
	}
	year, month, date := day.Time().Date()
	return time.Date(year, month, date, 0, 0, 0, 0, loc).UTC(), nil
}

// lengthWords are hours, minutes or both as people write them, each number with its
// unit.
var lengthWords = regexp.MustCompile(`^(?:(\d+(?:\.\d+)?) ?(?:h|hours?|horas?))?(?: ?(?:and|y)? ?(\d+) ?(?:m|mins?|minutes?|minutos?))?$`)

// parseLength reads "1h30m", "2 hours" or "1 hora y 30 minutos".
func parseLength(s string) (time.Duration, error) {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	if m := lengthWords.FindStringSubmatch(s); m != nil && s != "" {
		return time.ParseDuration(cmp.Or(m[1], "0") + "h" + cmp.Or(m[2], "0") + "m")
	}
	return time.ParseDuration(s)
}

// ParseLate reads how late a reminder may be. Its error is a *bot.UserError.
func ParseLate(s string) (time.Duration, error) {
	if strings.TrimSpace(s) == "" {
		return bot.DefaultLate, nil
	}
	d, err := parseLength(s)
	if err != nil || d == 0 { // 0 stands for what was not said
		return 0, bot.About("late", bot.Wrong("late %q: write a length between 1 minute and 24 hours, such as 30m or 2h", clip(s)))
	}
	return d, nil
}
