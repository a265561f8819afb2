package delivery

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/scheduler"
)

// Bounds of a look ahead, and what is too much for a group.
const (
	maxAhead   = 20_000 // posts
	nearPosts  = time.Hour
	aheadYears = 1

	PostsADay = 3 // more tire people
)

// AheadMost is the last moment that a look ahead reaches.
func AheadMost(now time.Time) time.Time { return now.AddDate(aheadYears, 0, 1) }

// Coming is one post to come, or one that will be skipped.
type Coming struct {
	scheduler.Occurrence
	Reminder bot.Reminder
	Group    bot.Group
	Skipped  bot.Reason // why it will be skipped, by what is known now; zero if it will be posted

	Near    bool // within an hour of another post to the same group
	Crowded bool // one of more than three to the same group on one day
	// Ends are the cards of the reminder's topic whose approval ends between the
	// reminder's post before this one and this one.
	Ends []cards.Ending
}

// Ahead lists what reminders will post or skip from now until a moment, in order of time.
// It goes by the present rules, sessions, pauses and approvals. more is true if there are
// more than maxAhead. A reminder that cannot be planned has none; one whose dates all fall into
// a pause has them, skipped.
func Ahead(deck *cards.Deck, groups map[string]bot.Group, reminders []bot.Reminder, now, until time.Time) (all []Coming, more bool) {
	for _, r := range reminders {
		g, ok := groups[r.Group]
		if !ok || !r.Fault.IsZero() && !bot.LostToPause(r, g, now) {
			continue
		}
		some := aheadOf(deck, r, g, now, until)
		if room := maxAhead - len(all); len(some) > room {
			some, more = some[:room], true
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b Coming) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Group.ID, b.Group.ID), strings.Compare(a.Reminder.ID, b.Reminder.ID))
	})
	conflicts(all)
	return all, more
}

// aheadOf lists what one reminder will post or skip.
func aheadOf(deck *cards.Deck, r bot.Reminder, g bot.Group, now, until time.Time) []Coming {
	calendar, rule, err := bot.Timing(r, g)
	if err != nil {
		return nil
	}
	ends := deck.Endings(r.Topic, g, now, until)
	var out []Coming
	o, ok := calendar.First(rule, now)
	for ; ok && o.At.Before(until) && len(out) <= maxAhead; o, ok = calendar.Next(rule, o) {
		c := Coming{Occurrence: o, Reminder: r, Group: g, Skipped: SkipAhead(deck, calendar, rule, r, g, o)}
		n := 0
		for n < len(ends) && !ends[n].At.After(o.At) {
			n++
		}
		c.Ends, ends = ends[:n:n], ends[n:]
		out = append(out, c)
	}
	return out
}

// SkipAhead says why one occurrence will be skipped, by what is known now; zero if it will be posted.
// calendar and rule are those of bot.Timing.
func SkipAhead(deck *cards.Deck, calendar scheduler.Calendar, rule scheduler.Rule, r bot.Reminder, g bot.Group, o scheduler.Occurrence) bot.Reason {
	switch off := calendar.CalledOff(rule, o); {
	case bot.PausedUntil(r, g).After(o.At):
		return bot.Reason{Code: bot.Paused}
	case off != 0:
		return bot.OffReason(off)
	case calendar.Quiet(o.At):
		return bot.Reason{Code: bot.QuietHours}
	case !deck.Ready(r.Topic, g, o.At):
		return bot.Reason{Code: bot.NotApproved}
	}
	return bot.Reason{}
}

// conflicts marks posts that are too many or too close together for one group. It looks at
// groups, not at places: all places of a group get the same posts.
func conflicts(all []Coming) {
	type day struct {
		group string
		date  string
	}
	last := make(map[string]int) // by group, the post before
	days := make(map[day][]int)
	for i, c := range all {
		if !c.Skipped.IsZero() {
			continue
		}
		if j, ok := last[c.Group.ID]; ok && c.At.Sub(all[j].At) < nearPosts {
			all[i].Near, all[j].Near = true, true
		}
		last[c.Group.ID] = i
		zone, err := scheduler.ParseZone(c.Group.Zone)
		if err != nil {
			continue
		}
		d := day{c.Group.ID, c.At.In(zone).Format(time.DateOnly)}
		days[d] = append(days[d], i)
	}
	for _, posts := range days {
		for _, i := range posts {
			all[i].Crowded = len(posts) > PostsADay
		}
	}
}
