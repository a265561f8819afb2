package changes

import (
	"context"
	"slices"

	"circlekeeper/bot"
)

// mostForeseen is the most sentences that Foresee returns.
const mostForeseen = 4

// Foresee says what staff should know before they save a reminder: which of its posts will be
// skipped, and why, and that another reminder posts the same at the same times.
func (s *Reminders) Foresee(ctx context.Context, r bot.Reminder, g bot.Group) []error {
	out := most(s.foresee(r, g))
	all, _ := s.c.Store.Reminders(ctx, r.Group) // after an error only this sentence is missing
	if slices.ContainsFunc(all, func(other bot.Reminder) bool {
		return other.ID != r.ID && other.Topic == r.Topic && bot.SameRule(other.Rule, r.Rule)
	}) {
		if bot.NextPost(r, g).At.IsZero() { // paused, or every date is skipped
			return append(out, bot.Wrong("The group already has this reminder."))
		}
		out = append(out, bot.Wrong("The group already has this reminder. Both will be posted."))
	}
	return out
}

func (s base) foresee(r bot.Reminder, g bot.Group) []error {
	calendar, rule, err := bot.Timing(r, g)
	if err != nil {
		return nil
	}
	return calendar.Foresee(rule, s.c.Now())
}

// most are the first mostForeseen.
func most(all []error) []error { return slices.Clip(all[:min(len(all), mostForeseen)]) }

// Foresee says what a change of a group's sessions, quiet hours or dates does to its reminders.
// It leaves out what was true before the change.
func (s *Groups) Foresee(ctx context.Context, was, is bot.Group) []error {
	return most(s.ofEach(ctx, is, func(r bot.Reminder, g bot.Group) []error {
		before := s.foresee(r, was)
		return slices.DeleteFunc(s.foresee(r, g), func(err error) bool { return told(before, err) })
	}))
}

// Foresee says which reminders of a moved session fall into quiet hours.
func (s *Sessions) Foresee(ctx context.Context, c SessionChange) []error {
	if c.Now.Cancelled || !c.Now.Moved() {
		return nil
	}
	return most(s.ofEach(ctx, c.Group, func(r bot.Reminder, g bot.Group) []error {
		calendar, rule, err := bot.Timing(r, g)
		if err != nil {
			return nil
		}
		return calendar.QuietLeads(rule, c.Now, s.c.Now())
	}))
}

// ofEach collects what tell says about each reminder of a group, each sentence once.
func (s base) ofEach(ctx context.Context, g bot.Group, tell func(bot.Reminder, bot.Group) []error) []error {
	all, err := s.c.Store.Reminders(ctx, g.ID)
	if err != nil {
		return nil // the change can be saved without these sentences
	}
	var out []error
	for _, r := range all {
		for _, one := range tell(r, g) {
			if !told(out, one) {
				out = append(out, one)
			}
		}
	}
	return out
}

// told reports whether a sentence is among others.
func told(all []error, one error) bool {
	return slices.ContainsFunc(all, func(err error) bool { return err.Error() == one.Error() })
}
