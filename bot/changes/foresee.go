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
	out := s.foresee(r, g)
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
	out := calendar.Foresee(rule, s.now())
	return slices.Clip(out[:min(len(out), mostForeseen)])
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
