package delivery

import (
	"context"
	"iter"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// A restored backup may have older settings than the posts in the channels were made with. A
// key depends on the occurrence, so these posts may have keys that the restored rule, zone and
// sessions do not give. So before the first posts of each reminder after a restore, the
// program looks in the channel for any post of the reminder.

// firstAfter returns the first occurrences after a restore that the lost database may have
// posted already: all within bot.ZoneReach, because its zone may have been another; and at
// least as many as the rule has moments for each session, one for most rules.
func firstAfter(c scheduler.Calendar, rule scheduler.Rule, restored time.Time) (list []scheduler.Occurrence) {
	o, ok := c.First(rule, restored)
	for ; ok && (len(list) < rule.Moments() || o.At.Before(restored.Add(bot.ZoneReach))); o, ok = c.Next(rule, o) {
		list = append(list, o)
	}
	return list
}

// doubt marks deliveries as if the lost database had begun them, so that they are looked up.
func doubt(list []bot.Delivery, restored time.Time) {
	for i := range list {
		if list[i].State == bot.Due {
			list[i].State, list[i].Begun = bot.Sending, restored
		}
	}
}

// gapMost bounds how many occurrences in a gap are compared with posts.
const gapMost = 5000

// strayed looks in a channel for posts of the reminder that the restored database does not
// know. found is true if one has this delivery's key. stray is true if one was posted for it
// with other settings, or if the channel has too many posts to be sure.
func (c *carrying) strayed(ctx context.Context) (receipt bot.Receipt, found, stray bool, err error) {
	posts, whole, err := c.adapter.Posts(ctx, c.Delivery.Place, c.Gap.From.Add(-clockMargin))
	if err != nil {
		return receipt, false, false, err
	}
	if p, ok := bot.Find(posts, func(p bot.Posted) bool { return p.Key == c.Delivery.Key }); ok {
		return p.Receipt, true, false, nil
	}
	return receipt, false, !whole || stoodFor(c.Work, posts), nil
}

// stoodFor reports whether one of the posts was made for this delivery, with other settings.
// It gives each unknown post of the reminder, earliest first, to the nearest occurrence that
// has no post with its own key and was given none yet.
func stoodFor(w bot.Work, posts []bot.Posted) bool {
	d := w.Delivery
	calendar, rule, err := bot.Timing(w.Reminder, w.Group)
	if err != nil {
		return false
	}
	this := scheduler.Occurrence{Nominal: d.Nominal, At: d.At}
	without := []scheduler.Occurrence{this}
	named := make(map[string]bool) // by this reminder, or by another
	longer := w.Gap
	longer.From = longer.From.Add(-bot.DueBeforeGap)
	for o := range inGap(calendar, rule, longer) {
		key := bot.Key(d.Reminder, o.Nominal, d.Place)
		named[key] = true
		stands := slices.ContainsFunc(posts, func(p bot.Posted) bool { return p.Key == key })
		if key != d.Key && !stands && !w.Gap.Known[key] && !o.At.Before(w.Gap.From) {
			without = append(without, o)
		}
	}
	for _, r := range w.Gap.Others {
		if calendar, rule, err := bot.Timing(r, w.Group); err == nil {
			for o := range inGap(calendar, rule, longer) {
				named[bot.Key(r.ID, o.Nominal, d.Place)] = true
			}
		}
	}
	posts = slices.DeleteFunc(slices.Clone(posts), func(p bot.Posted) bool {
		_, known := w.Gap.Known[p.Key]
		return named[p.Key] || known
	})
	for _, p := range ofReminder(d, rule, posts) {
		nearest := 0
		for i := range without {
			if without[i].At.Sub(p.At).Abs() < without[nearest].At.Sub(p.At).Abs() {
				nearest = i
			}
		}
		if without[nearest] == this {
			return true
		}
		without = slices.Delete(without, nearest, nearest+1)
	}
	return false
}

// inGap yields a rule's occurrences in a gap, then those of firstAfter.
func inGap(calendar scheduler.Calendar, rule scheduler.Rule, gap bot.Gap) iter.Seq[scheduler.Occurrence] {
	return func(yield func(scheduler.Occurrence) bool) {
		o, ok := calendar.First(rule, gap.From)
		for n := 0; ok && o.At.Before(gap.To) && n < gapMost; o, ok = calendar.Next(rule, o) {
			if n++; !yield(o) {
				return
			}
		}
		for _, o := range firstAfter(calendar, rule, gap.To) {
			if !yield(o) {
				return
			}
		}
	}
}

// ofReminder returns those of posts, all in d's place, that d's reminder made with any rule,
// zone or sessions, earliest first.
func ofReminder(d bot.Delivery, rule scheduler.Rule, posts []bot.Posted) []bot.Posted {
	if len(posts) == 0 {
		return nil
	}
	slices.SortFunc(posts, func(a, b bot.Posted) int { return a.At.Compare(b.At) })
	keys := bot.Each(posts, func(p bot.Posted) string { return p.Key })
	its := bot.KeysAmong(keys, d.Reminder, d.Place, rule.Names(posts[0].At, posts[len(posts)-1].At))
	return slices.DeleteFunc(posts, func(p bot.Posted) bool { return !its[p.Key] })
}
