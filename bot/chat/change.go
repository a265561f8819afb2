package chat

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// Changes are checked here, for the command line and for chat alike. Errors
// that are a *UserError are sentences for whoever asked; others are faults.

// shownNext is how many times are shown after a change.
const shownNext = 3

// AddGroup checks and saves a new group. Without languages it speaks English,
// without quiet hours 21:00-08:00.
func (b *Bot) AddGroup(ctx context.Context, by bot.Actor, g bot.Group) error {
	if err := b.ready(by); err != nil {
		return err
	}
	if err := b.newGroup(ctx, &g); err != nil {
		return err
	}
	err := b.store.AddGroup(ctx, by, g)
	if errors.Is(err, bot.ErrExists) {
		return bot.About("group", bot.Because(err, "there is a group %s already: choose another id, or change that one with %s", g.ID, words.Command("group set")))
	}
	return b.touch(err)
}

// newGroup completes a new group and says what is wrong with it.
func (b *Bot) newGroup(ctx context.Context, g *bot.Group) error {
	if b.store == nil {
		return errors.New("no store")
	}
	checked, err := b.checkGroup(*g)
	if err != nil {
		return err
	}
	*g = checked
	return b.placesFree(ctx, checked)
}

// SetGroup checks and saves a changed group. It refuses a change that one of
// the group's reminders would not outlive.
func (b *Bot) SetGroup(ctx context.Context, by bot.Actor, g bot.Group) error {
	if err := b.ready(by); err != nil {
		return err
	}
	g, err := b.draftGroup(ctx, g)
	if err != nil {
		return err
	}
	return b.touch(noGroup(g.ID, b.store.SetGroup(ctx, by, g)))
}

// draftGroup completes a changed group and says what is wrong with it.
func (b *Bot) draftGroup(ctx context.Context, g bot.Group) (bot.Group, error) {
	g, err := b.checkGroup(g)
	if err != nil {
		return g, err
	}
	if err := b.placesFree(ctx, g); err != nil {
		return g, err
	}
	reminders, err := b.store.Reminders(ctx, g.ID)
	if err != nil {
		return g, err
	}
	for _, r := range reminders {
		if r.Fault != "" {
			continue // it rests already
		}
		if _, err := b.accept(r, g); err != nil {
			return g, bot.About(b.blame(ctx, r, g), bot.Wrong("reminder %s (%s) does not fit this change: remove it first, or change something else. %s", r.ID, words.Rule(r.Rule), err))
		}
	}
	return g, nil
}

// blame names the part of a changed group that a reminder does not outlive: the one
// that need only stay as it was.
func (b *Bot) blame(ctx context.Context, r bot.Reminder, g bot.Group) string {
	old, err := b.store.Group(ctx, g.ID)
	if err != nil {
		return ""
	}
	for _, part := range []struct {
		name string
		keep func(*bot.Group)
	}{
		{"quiet", func(g *bot.Group) { g.Quiet = old.Quiet }},
		{"zone", func(g *bot.Group) { g.Zone = old.Zone }},
		{"session", func(g *bot.Group) { g.Sessions = old.Sessions }},
	} {
		kept := g
		part.keep(&kept)
		if _, err := b.accept(r, kept); err == nil {
			return part.name
		}
	}
	return ""
}

// touch tells whoever watches the board of a change that was saved.
func (b *Bot) touch(err error) error {
	if err == nil {
		b.Touch()
	}
	return err
}

// tries is how often a change that does not depend on others' is made anew when
// somebody else's came first.
const tries = 3

// PauseGroup lets nothing be posted to a group until a moment; Forever has no
// end, the zero time resumes.
func (b *Bot) PauseGroup(ctx context.Context, by bot.Actor, id string, until time.Time) error {
	if err := b.ready(by); err != nil {
		return err
	}
	if err := b.checkPause(until); err != nil {
		return err
	}
	for try := 1; ; try++ {
		g, err := b.store.Group(ctx, id)
		if err == nil {
			g.Paused = until
			err = b.store.SetGroup(ctx, by, g)
		}
		if try == tries || !errors.Is(err, bot.ErrChanged) {
			return b.touch(noGroup(id, err))
		}
	}
}

// RemoveGroup removes a group and its reminders. Its history stays.
func (b *Bot) RemoveGroup(ctx context.Context, by bot.Actor, id string) error {
	if err := b.ready(by); err != nil {
		return err
	}
	return b.touch(noGroup(id, b.store.RemoveGroup(ctx, by, id)))
}

// RestoreGroup undoes RemoveGroup, unless allowed refuses the group as it was.
func (b *Bot) RestoreGroup(ctx context.Context, by bot.Actor, id string, allowed func(bot.Group) error) error {
	if err := b.ready(by); err != nil {
		return err
	}
	if g, err := b.store.Group(ctx, id); err == nil && allowed(g) == nil {
		return bot.Wrong("group %s is not removed", id)
	}
	err := b.store.RestoreGroup(ctx, by, id, allowed)
	if errors.Is(err, bot.ErrExists) {
		return bot.Wrong("group %s cannot come back: its id or one of its channels belongs to another group now", id)
	}
	return b.touch(noGroup(id, err))
}

// AddReminder checks and saves a new reminder and tells its next three times.
// Without a late limit it gets DefaultLate.
func (b *Bot) AddReminder(ctx context.Context, by bot.Actor, r bot.Reminder) (bot.Reminder, []scheduler.Occurrence, error) {
	if err := b.ready(by); err != nil {
		return r, nil, err
	}
	g, err := b.store.Group(ctx, r.Group)
	if err != nil {
		return r, nil, noGroup(r.Group, err)
	}
	if r.Late == 0 {
		r.Late = bot.DefaultLate
	}
	r.Topic = b.topicNamed(r.Topic, "en")
	typed, unread := b.typedRule(bot.Request{}, g, r.Rule)
	r.Rule = typed
	next, err := b.draft(r, g)
	if err = cmp.Or(unread, err); err != nil {
		return r, nil, err
	}
	r, err = b.store.AddReminder(ctx, by, bot.Schedule(r, g, b.now()))
	return r, next, b.touch(noGroup(r.Group, err))
}

// draft says what is wrong with a reminder, or when it would come next.
func (b *Bot) draft(r bot.Reminder, g bot.Group) ([]scheduler.Occurrence, error) {
	if _, err := b.checkReminder(r, g); err != nil {
		return nil, err
	}
	return b.Upcoming(r, g, shownNext)
}

// SetReminder checks and saves a changed reminder and tells its next three times.
func (b *Bot) SetReminder(ctx context.Context, by bot.Actor, r bot.Reminder) (bot.Reminder, []scheduler.Occurrence, error) {
	_, g, err := b.reminder(ctx, by, r.ID)
	if err != nil {
		return r, nil, err
	}
	next, err := b.draft(r, g)
	if err != nil {
		return r, nil, err
	}
	r = bot.Schedule(r, g, b.now())
	return r, next, b.touch(noReminder(r.ID, b.store.SetReminder(ctx, by, r)))
}

// PauseReminder lets a reminder rest until a moment; Forever has no end, the
// zero time resumes. It tells the reminder's next times.
func (b *Bot) PauseReminder(ctx context.Context, by bot.Actor, id string, until time.Time) (bot.Reminder, []scheduler.Occurrence, error) {
	for try := 1; ; try++ {
		r, g, err := b.reminder(ctx, by, id)
		if err != nil {
			return r, nil, err
		}
		if err := b.checkPause(until); err != nil {
			return r, nil, err
		}
		r.Paused = until
		r = bot.Schedule(r, g, b.now())
		err = b.store.SetReminder(ctx, by, r)
		if try < tries && errors.Is(err, bot.ErrChanged) {
			continue
		}
		if err := b.touch(noReminder(id, err)); err != nil {
			return r, nil, err
		}
		next, err := b.Upcoming(r, g, shownNext)
		return r, next, err
	}
}

// RemoveReminder removes a reminder. Its history stays.
func (b *Bot) RemoveReminder(ctx context.Context, by bot.Actor, id string) error {
	if err := b.ready(by); err != nil {
		return err
	}
	return b.touch(noReminder(id, b.store.RemoveReminder(ctx, by, id)))
}

// RestoreReminder undoes RemoveReminder, unless allowed refuses the reminder's group.
func (b *Bot) RestoreReminder(ctx context.Context, by bot.Actor, id string, allowed func(bot.Group) error) error {
	if err := b.ready(by); err != nil {
		return err
	}
	if err := b.restores(ctx, id, allowed); err != nil {
		return err
	}
	return b.touch(noReminder(id, b.store.RestoreReminder(ctx, by, id, allowed)))
}

// restores says why a reminder cannot come back as it was, to those who may bring it
// back.
func (b *Bot) restores(ctx context.Context, id string, allowed func(bot.Group) error) error {
	there := func(r bot.Reminder) (bot.Group, bool) {
		g, err := b.store.Group(ctx, r.Group)
		return g, err == nil && allowed(g) == nil
	}
	if r, err := b.store.Reminder(ctx, id); err == nil {
		if _, ok := there(r); ok {
			return bot.Wrong("reminder %s is not removed", id)
		}
	}
	removed, err := b.store.RemovedReminders(ctx)
	if err != nil {
		return err
	}
	for _, r := range removed {
		if r.ID != id || r.Fault != "" { // of one that rests the reason is known
			continue
		}
		if g, ok := there(r); ok {
			if _, err := b.accept(r, g); err != nil {
				return bot.Wrong("reminder %s (%s) does not fit its group any more: add it anew with other times, or change the group first. %s", id, words.Rule(r.Rule), err)
			}
		}
	}
	return nil
}

// AnyGroup allows every group: the command line's right has no bounds.
func AnyGroup(bot.Group) error { return nil }

// TestReminder posts what a reminder is about, marked as a test, where the group
// does not see it, at most once a minute. It tells the place. from is the platform
// that it is asked on; empty for none.
func (b *Bot) TestReminder(ctx context.Context, by bot.Actor, id string, from bot.Platform) (bot.Place, error) {
	r, g, err := b.reminder(ctx, by, id)
	if err != nil {
		return bot.Place{}, err
	}
	place := b.testPlace(g, from)
	if place == (bot.Place{}) {
		return bot.Place{}, bot.Wrong("there is no channel to test in: name one in which the group's moderators hear of trouble, or set a staff channel")
	}
	signed := *b.signed.Load()
	card, withdrawn := b.choose(r.Topic, g, nil, signed, b.now())
	if withdrawn != "" {
		return bot.Place{}, bot.Wrong("the topic %s is no longer in the content", r.Topic)
	}
	if _, _, skip := b.Post(card, place.Platform, g.Langs, signed, b.now()); skip != "" {
		return bot.Place{}, bot.Wrong("a clinician has not approved the words of %s yet, so there is nothing to test", r.Topic)
	}
	at := b.now().UTC()
	own, minute, to := "test-"+r.ID, scheduler.CivilOf(at), place.String()
	return place, b.store.Post(ctx, by, bot.Delivery{
		Key: bot.Key(own, minute, to), Kind: bot.OfTest, Reminder: own, Group: g.ID,
		Place: to, Nominal: minute, At: at, Card: card, State: bot.Due,
	})
}

// testPlace is where a group's tests go: the staff's channel, or the moderators' own
// for those who cannot see that; the zero Place if there is neither.
func (b *Bot) testPlace(g bot.Group, from bot.Platform) bot.Place {
	if slices.Contains(g.Places, g.Moderators) { // on record from before that was refused
		g.Moderators = bot.Place{}
	}
	if b.staff == (bot.Place{}) || from != "" && from != b.staff.Platform && g.Moderators.Platform == from {
		return g.Moderators
	}
	return b.staff
}

// Upcoming is the next n occurrences of a reminder, from the end of a pause on.
func (b *Bot) Upcoming(r bot.Reminder, g bot.Group, n int) ([]scheduler.Occurrence, error) {
	calendar, rule, err := bot.Timing(r, g)
	if err != nil {
		return nil, err
	}
	from := b.now()
	for _, pause := range []time.Time{r.Paused, g.Paused} {
		if pause.After(from) {
			from = pause
		}
	}
	if !from.Before(bot.Forever) {
		return nil, nil
	}
	return calendar.Upcoming(rule, from, n), nil
}

// ready reports who may not change anything, or that there is nothing to save in.
func (b *Bot) ready(by bot.Actor) error {
	switch {
	case !by.May():
		return bot.Wrong("only moderators and staff can change things")
	case b.store == nil:
		return errors.New("no store")
	}
	return nil
}

// reminder reads a reminder that is about to change, with its group.
func (b *Bot) reminder(ctx context.Context, by bot.Actor, id string) (bot.Reminder, bot.Group, error) {
	if err := b.ready(by); err != nil {
		return bot.Reminder{}, bot.Group{}, err
	}
	r, err := b.store.Reminder(ctx, id)
	if err != nil {
		return r, bot.Group{}, noReminder(id, err)
	}
	g, err := b.store.Group(ctx, r.Group)
	return r, g, noGroup(r.Group, err)
}

func noGroup(id string, err error) error {
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return bot.Wrong("there is no group %q: %s shows them all", clip(id), words.Command("group list"))
	case errors.Is(err, bot.ErrChanged):
		return bot.Because(bot.ErrChanged, "somebody else changed group %s meanwhile: look again and repeat the change", id)
	}
	return err
}

func noReminder(id string, err error) error {
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return bot.Wrong("there is no reminder %q: %s shows them all", clip(id), words.Command("reminder list"))
	case errors.Is(err, bot.ErrExists):
		return bot.Wrong("reminder %s is there already", id)
	case errors.Is(err, bot.ErrChanged):
		return bot.Because(bot.ErrChanged, "somebody else changed reminder %s meanwhile: look again and repeat the change", id)
	}
	return err
}
