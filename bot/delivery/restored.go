package delivery

import (
	"context"
	"iter"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// After a backup was restored, settings may be older than what stands in the channels:
// a post of yesterday's rule, zone or session bears a name that today's do not give it.
// So the first posts of each reminder are looked up by the reminder.

// firstAfter are the occurrences that come first after a restore: those that another
// zone may have brought before it, and at least one or, of sessions with several moments
// each, as many.
func firstAfter(c scheduler.Calendar, rule scheduler.Rule, restored time.Time) (list []scheduler.Occurrence) {
	o, ok := c.First(rule, restored)
	for ; ok && (len(list) < rule.Moments() || o.At.Before(restored.Add(bot.ZoneReach))); o, ok = c.Next(rule, o) {
		list = append(list, o)
	}
	return list
}

// inDoubt tells whether an occurrence comes first after a restore.
func inDoubt(c scheduler.Calendar, rule scheduler.Rule, o scheduler.Occurrence, restored time.Time) bool {
	return !restored.IsZero() && slices.Contains(firstAfter(c, rule, restored), o)
}

// doubt marks deliveries as begun by the lost database, so that they are looked up.
func doubt(list []bot.Delivery, restored time.Time) {
	for i := range list {
		if list[i].State == bot.Due {
			list[i].State, list[i].Begun = bot.Sending, restored
		}
	}
}

// gapMost is the most occurrences in a gap that are told apart.
const gapMost = 5000

// strayed looks in a channel for posts of the reminder that the restored database does
// not know. found means that one of them is this delivery, stray that one stood for it.
func (c *carrying) strayed(ctx context.Context) (receipt bot.Receipt, found, stray bool, err error) {
	posts, whole, err := c.adapter.Posts(ctx, c.Delivery.Place, c.Gap.From.Add(-clockMargin))
	if err != nil {
		return receipt, false, false, err
	}
	for _, p := range posts {
		if p.Key == c.Delivery.Key {
			return p.Receipt, true, false, nil
		}
	}
	return receipt, false, !whole || stoodFor(c.Work, posts), nil
}

// stoodFor tells whether a post of the reminder, by other settings, was this delivery's.
// Each such post stands for the occurrence that is nearest to it among those that have
// no post of their own and for which no earlier one stands.
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

// inGap are a rule's occurrences in a gap and those that come first after it.
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

// ofReminder are those of some posts in a delivery's place that are its reminder's, by
// whatever rule, zone and sessions, the earliest first.
func ofReminder(d bot.Delivery, rule scheduler.Rule, posts []bot.Posted) []bot.Posted {
	if len(posts) == 0 {
		return nil
	}
	slices.SortFunc(posts, func(a, b bot.Posted) int { return a.At.Compare(b.At) })
	keys := make([]string, 0, len(posts))
	for _, p := range posts {
		keys = append(keys, p.Key)
	}
	its := bot.KeysAmong(keys, d.Reminder, d.Place, rule.Names(posts[0].At, posts[len(posts)-1].At))
	return slices.DeleteFunc(posts, func(p bot.Posted) bool { return !its[p.Key] })
}
