package changes

import (
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
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

// ReviewDay reads until when a signature is valid: a day by the clock of the first group, as the digest's
// rule is read, or how long from today. It is zero or bot.Forever if the text says no end. A day is said
// as the one that it is in UTC. So the moment returned is the day's beginning by that clock or in UTC,
// whichever is later, but the last moment that a signature may have if that lies between the two.
func (a Asker) ReviewDay(text string, groups []bot.Group) (time.Time, error) {
	zone := ClinicZone(groups)
	day, err := a.Pause(text, bot.Group{Zone: zone.String()})
	if err != nil || day.IsZero() || day.Equal(bot.Forever) {
		return day, err
	}
	last := a.Now.UTC().AddDate(0, content.MaxReview, 0)
	year, month, date := day.In(zone).Date()
	switch utc := time.Date(year, month, date, 0, 0, 0, 0, time.UTC); {
	case !day.After(a.Now): // today, which may not have begun in UTC
		return day, nil
	case utc.After(last) && !day.After(last): // the last day has begun by the clinic's clock, but not in UTC
		return last, nil
	case utc.After(day):
		return utc, nil
	}
	return day, nil
}

// ClinicZone is the zone of the clinic's clock: the first group's, or UTC.
func ClinicZone(groups []bot.Group) *time.Location {
	for _, g := range groups[:min(len(groups), 1)] {
		if zone, err := scheduler.ParseZone(g.Zone); err == nil {
			return zone
		}
	}
	return time.UTC
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
