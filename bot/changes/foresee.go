package changes

import (
	"context"
	"slices"

	"circlekeeper/bot"
)

// mostForeseen is how many sentences are told beforehand at once.
const mostForeseen = 4

// Foresee is what staff should know before a reminder is saved: posts of it that will
// be skipped, and why.
func (s *Reminders) Foresee(r bot.Reminder, g bot.Group) []error { return s.foresee(r, g) }

func (s base) foresee(r bot.Reminder, g bot.Group) []error {
	calendar, rule, err := bot.Timing(r, g)
	if err != nil {
		return nil
	}
	out := calendar.Foresee(rule, s.now())
	return out[:min(len(out), mostForeseen)]
}

// Foresee is what a group's sessions, quiet hours and dates do to its reminders.
func (s *Groups) Foresee(ctx context.Context, g bot.Group) []error {
	return s.ofEach(ctx, g, s.foresee)
}

// Foresee is which reminders of a session that was moved fall into quiet hours.
func (s *Sessions) Foresee(ctx context.Context, c SessionChange) []error {
	if c.Now.Cancelled || !c.Now.Moved() {
		return nil
	}
	return s.ofEach(ctx, c.Group, func(r bot.Reminder, g bot.Group) []error {
		calendar, rule, err := bot.Timing(r, g)
		if err != nil {
			return nil
		}
		return calendar.QuietLeads(rule, c.Now, s.now())
	})
}

// ofEach gathers what is told of each reminder of a group, each sentence once.
func (s base) ofEach(ctx context.Context, g bot.Group, tell func(bot.Reminder, bot.Group) []error) []error {
	all, err := s.store.Reminders(ctx, g.ID)
	if err != nil {
		return nil // it only adds to what is saved
	}
	var out []error
	for _, r := range all {
		for _, told := range tell(r, g) {
			if !slices.ContainsFunc(out, func(o error) bool { return o.Error() == told.Error() }) && len(out) < mostForeseen {
				out = append(out, told)
			}
		}
	}
	return out
}
