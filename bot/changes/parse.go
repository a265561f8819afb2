package changes

import (
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// Pause reads until when a group or a reminder is paused: a day in the group's zone, or how long
// from today; "on" or "no end" for a pause without an end; "off" for no pause. It refuses "none",
// which may mean either. Its error is a *bot.UserError.
func (a Asker) Pause(s string, g bot.Group) (time.Time, error) {
	if _, off := words.Means(a.Words, s, words.Word("off"), words.Word("no"), words.Word("stop,end,cancel")); off {
		return time.Time{}, nil
	}
	if _, on := words.Means(a.Words, s, words.Word("on"), words.Word("yes"), words.Word("no end,forever,indefinitely,until further notice,until resumed")); on || strings.TrimSpace(s) == "" {
		return bot.Forever, nil
	}
	if words.IsNone(a.Words, s) {
		return time.Time{}, bot.About("until", bot.Wrong(`%q may mean a pause without an end, or no pause: write “no end” for the first, “off” for the second`, clip(s)))
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

// PauseAlone is Pause for a text that may lack an "until": "next week" may be all of the pause.
func (a Asker) PauseAlone(s string, g bot.Group) (time.Time, error) {
	a.whole = true
	return a.Pause(s, g)
}

// ParseLate reads how late a reminder may be. Its error is a *bot.UserError.
func ParseLate(s string) (time.Duration, error) {
	if strings.TrimSpace(s) == "" {
		return bot.DefaultLate, nil
	}
	d, ok := scheduler.ParseLength(s)
	if !ok { // 0 would mean the default
		return 0, bot.About("late", bot.Wrong("late %q: write a length between 1 minute and 24 hours, such as 30m or 2h", clip(s)))
	}
	return d, nil
}
