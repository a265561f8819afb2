package changes

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// check fills in what a group lacks and says what is wrong with it. was is the group as saved,
// zero for a new one.
func (s *Groups) check(was, g bot.Group) (bot.Group, error) {
	g.Name = cmp.Or(strings.Join(strings.Fields(g.Name), " "), g.ID)
	g.Quiet = cmp.Or(g.Quiet, DefaultQuiet)
	if len(g.Langs) == 0 {
		g.Langs = []string{words.English}
	}
	if err := append(Table[bot.Group]{GroupID()}, s.Fields...).checkChange(was, g); err != nil {
		return g, err
	}
	if err := s.CheckPause(g.Paused); !g.Paused.IsZero() && err != nil {
		g.Paused = time.Time{} // it is over
	}
	if _, err := g.Calendar(); err != nil {
		return g, bot.AsUser("session", err)
	}
	sessions := slices.Clone(g.Sessions)
	for i, session := range sessions {
		rule, err := scheduler.ParseRule(session.Rule)
		if err != nil {
			return g, bot.AsUser("session", err)
		}
		sessions[i].Rule = rule.String() // in canonical form
	}
	g.Sessions = sessions
	return g, nil
}

// placesFree returns an error if another group has one of the group's channels.
func (s *Groups) placesFree(ctx context.Context, g bot.Group) error {
	for _, p := range g.Places {
		other, err := s.c.Store.GroupAt(ctx, p)
		switch {
		case errors.Is(err, bot.ErrNotFound):
		case err != nil:
			return err
		case other.ID != g.ID:
			return placeTaken(p, other.ID)
		}
	}
	if err := s.rolesApart(ctx, g); err != nil {
		return err
	}
	if g.Moderators == (bot.Place{}) {
		return nil
	}
	other, err := s.c.Store.GroupAt(ctx, g.Moderators)
	if err == nil && other.ID != g.ID { // the table checks the group's own channels
		return bot.About("moderators", bot.Wrong("channel %s belongs to group %s, and its members would see problems there: choose another", g.Moderators, other.ID))
	}
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}
	return err
}

// nameFree returns an error if people know another group by the group's name. Only groups count that
// meet on the same Discord server, in Slack, or in the same playground: nobody is told which groups
// another server has. was is the group as saved, zero for one that was not there: if the two had one
// name there already, the change is not to blame. A name that is chosen now may be no short name
// either; where a group comes with the name that it has, short names do not count, because nobody can
// change them.
func (s *Groups) nameFree(ctx context.Context, was, g bot.Group) error {
	all, err := s.c.Store.Groups(ctx)
	if err != nil {
		return err
	}
	renamed := words.Fold(was.Name) != words.Fold(g.Name)
	for _, other := range all {
		name, same := bot.Find(NamesOf(other), func(name string) bool { return words.Fold(name) == words.Fold(g.Name) })
		switch {
		case !same || other.ID == g.ID || !meetTogether(other, g):
		case renamed:
			return bot.About("name", bot.Because(&nameTakenError{other}, "there is already a group called %s: choose another name", name))
		case !meetTogether(other, was) && words.Fold(other.Name) == words.Fold(g.Name):
			return bot.About("place", bot.Because(&nameTakenError{other}, "there is already a group called %s where that channel is: give one of the two another name first", name))
		}
	}
	return nil
}

// nameTakenError says which group has the name that another one was to have.
type nameTakenError struct{ by bot.Group }

func (e *nameTakenError) Error() string { return "group " + e.by.ID + " has this name" }

// meetTogether reports whether two groups have channels on the same server or in the same workspace.
func meetTogether(a, b bot.Group) bool {
	return slices.ContainsFunc(a.Places, func(p bot.Place) bool {
		return slices.ContainsFunc(b.Places, func(q bot.Place) bool { return p.Platform == q.Platform && p.Space == q.Space })
	})
}

// accept reads a reminder's rule and returns an error if the group's hours do not allow it.
func (s base) accept(r bot.Reminder, g bot.Group) (scheduler.Rule, error) {
	calendar, err := g.Calendar()
	if err != nil {
		return scheduler.Rule{}, bot.AsUser("group", err)
	}
	rule, err := scheduler.ParseRule(r.Rule)
	if err != nil {
		return rule, bot.AsUser("at", err)
	}
	return rule, bot.AsUser("at", calendar.Accept(rule, s.c.Now()))
}

// CheckPause returns an error for a pause that is already over; the zero time is no pause.
func (s base) CheckPause(until time.Time) error {
	if !until.IsZero() && !until.After(s.c.Now()) {
		return bot.Wrong("posts begin again when that day begins, so write a day after today, such as %s", scheduler.DayText(scheduler.CivilOf(s.c.Now().AddDate(0, 1, 0))))
	}
	return nil
}

func placeTaken(p bot.Place, group string) error {
	return bot.About("place", bot.Wrong("channel %s already belongs to group %s: a channel has one group", p, group))
}

// NoGroup turns a store's error about a group into a *bot.UserError.
func NoGroup(id string, err error) error {
	var taken *bot.PlaceTakenError
	switch {
	case errors.As(err, &taken):
		return placeTaken(taken.Place, taken.Group)
	case errors.Is(err, bot.ErrNotFound):
		return bot.Because(bot.ErrNotFound, "there is no group %q: %s shows them all", clip(id), words.Command("group list"))
	case errors.Is(err, bot.ErrChanged):
		return bot.Because(bot.ErrChanged, "somebody else changed the group %s at the same time: look at it again, then make your change", id)
	}
	return err
}

// NoReminder turns a store's error about a reminder into a *bot.UserError.
func NoReminder(id string, err error) error {
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return bot.Because(bot.ErrNotFound, "there is no reminder %q: %s shows them all", clip(id), words.Command("reminder list"))
	case errors.Is(err, bot.ErrChanged):
		return bot.Because(bot.ErrChanged, "somebody else changed the reminder %s at the same time: look at it again, then make your change", id)
	}
	return err
}
