package changes

import (
	"context"
	"slices"

	"circlekeeper/bot"
)

// mostForeseen is how many sentences are told beforehand at once.
const mostForeseen = 4

// Foresee is what staff should know before a reminder is saved: posts of it that will
// be skipped, and why, and that another one posts the same at the same times.
func (s *Reminders) Foresee(ctx context.Context, r bot.Reminder, g bot.Group) []error {
	out := most(s.foresee(r, g))
	all, _ := s.store.Reminders(ctx, r.Group) // it only adds to what is saved
	if slices.ContainsFunc(all, func(other bot.Reminder) bool {
		return other.ID != r.ID && other.Topic == r.Topic && bot.SameRule(other.Rule, r.Rule)
	}) {
		out = append(out, bot.Wrong("The group already has this reminder. Both will be posted."))
	}
	return out
}

func (s base) foresee(r bot.Reminder, g bot.Group) []error {
	calendar, rule, err := bot.Timing(r, g)
	if err != nil {
		return nil
	}
	return calendar.Foresee(rule, s.now())
}

// most are those that are told at once.
func most(all []error) []error { return slices.Clip(all[:min(len(all), mostForeseen)]) }

// Foresee is what a change of a group's sessions, quiet hours and dates does to its
// reminders. What was so of a reminder before the change is not told again.
func (s *Groups) Foresee(ctx context.Context, was, is bot.Group) []error {
	return most(s.ofEach(ctx, is, func(r bot.Reminder, g bot.Group) []error {
		before := s.foresee(r, was)
		return slices.DeleteFunc(s.foresee(r, g), func(err error) bool { return told(before, err) })
	}))
}

// Foresee is which reminders of a session that was moved fall into quiet hours.
func (s *Sessions) Foresee(ctx context.Context, c SessionChange) []error {
	if c.Now.Cancelled || !c.Now.Moved() {
		return nil
	}
	return most(s.ofEach(ctx, c.Group, func(r bot.Reminder, g bot.Group) []error {
		calendar, rule, err := bot.Timing(r, g)
		if err != nil {
			return nil
		}
		return calendar.QuietLeads(rule, c.Now, s.now())
	}))
}

// ofEach gathers what is told of each reminder of a group, each sentence once.
func (s base) ofEach(ctx context.Context, g bot.Group, tell func(bot.Reminder, bot.Group) []error) []error {
	all, err := s.store.Reminders(ctx, g.ID)
	if err != nil {
		return nil // it only adds to what is saved
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

// told tells whether a sentence is among others.
func told(all []error, one error) bool {
	return slices.ContainsFunc(all, func(err error) bool { return err.Error() == one.Error() })
}
