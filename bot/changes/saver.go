package changes

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Config is what a Saver is made of.
type Config struct {
	Library func() *content.Library // the cards in force at that moment
	Store   bot.Store               // nil: nothing can be changed
	Books   *words.Books
	Now     func() time.Time
	Staff   bot.Place // the staff's channel, which no group may have; zero if there is none
	Saved   func()    // called after every change that was saved; may be nil
}

// Saver checks and saves changes, for chat and the command line. An error that is a
// *bot.UserError is a sentence for the person who asked; every other error is a fault.
type Saver struct {
	base
	Groups    *Groups
	Reminders *Reminders
	Sessions  *Sessions
}

// base is what changes of every kind have in common: who may make them, and where they
// are saved.
type base struct{ c Config }

// Groups changes groups.
type Groups struct {
	base
	Fields Table[bot.Group] // all but the ID, the pause and single sessions
}

// Reminders changes reminders.
type Reminders struct {
	base
	Fields Table[bot.Reminder] // all that can be changed about a reminder
}

// Sessions changes single sessions of groups.
type Sessions struct{ base }

// New makes a Saver.
func New(c Config) *Saver {
	b := base{c}
	s := &Saver{base: b, Groups: &Groups{base: b}, Reminders: &Reminders{base: b}, Sessions: &Sessions{b}}
	s.Groups.Fields, s.Reminders.Fields = s.Groups.fields(), s.Reminders.fields()
	return s
}

// ShownNext is how many of its next times a reminder shows after a change.
const ShownNext = 3

// tries is how often a change is tried if another change is saved first each time. It is for
// changes that fit to any state, such as a pause.
const tries = 3

// retry makes a change, and makes it again if somebody else's change was saved first.
func retry(change func() error) (err error) {
	for range tries {
		if err = change(); !errors.Is(err, bot.ErrChanged) {
			break
		}
	}
	return err
}

// ErrNoStore is the error of what needs a database while there is none: the program cannot start in full.
var ErrNoStore = bot.Wrong("The bot cannot look this up or save anything right now, and nothing was changed. Please try again later.")

// Ready returns an error if the actor may not change anything, or if there is no store.
func (s base) Ready(by bot.Actor) error {
	switch {
	case !by.May():
		return bot.Wrong("only moderators and staff can change things")
	case s.c.Store == nil:
		return ErrNoStore
	}
	return nil
}

// notify calls Config.Saved if err is nil, and returns err.
func (s base) notify(err error) error {
	if err == nil && s.c.Saved != nil {
		s.c.Saved()
	}
	return err
}

// Add checks and saves a new group. Without languages it speaks English, without
// quiet hours it has DefaultQuiet.
func (s *Groups) Add(ctx context.Context, by bot.Actor, g bot.Group) error {
	if err := s.moderating(by); err != nil {
		return err
	}
	g, err := s.DraftNew(ctx, g)
	if err != nil {
		return err
	}
	err = s.c.Store.AddGroup(ctx, by, g)
	if errors.Is(err, bot.ErrExists) {
		return bot.About("group", bot.Because(err, "there is already a group with the short name %s: choose another one, or change that group with %s", g.ID, words.Command("group set")))
	}
	return s.notify(NoGroup(g.ID, err))
}

// DraftNew fills in what a new group lacks and says what is wrong with it.
func (s *Groups) DraftNew(ctx context.Context, g bot.Group) (bot.Group, error) {
	if s.c.Store == nil {
		return g, ErrNoStore
	}
	return s.draft(ctx, bot.Group{}, g)
}

// draft is what the drafts of new and of changed groups have in common; was is zero for a new one.
func (s *Groups) draft(ctx context.Context, was, g bot.Group) (bot.Group, error) {
	g, err := s.check(was, g)
	if err == nil && !slices.Equal(was.Sessions, g.Sessions) {
		err = checkOverlap(g, s.c.Now())
	}
	if err == nil {
		err = s.placesFree(ctx, g)
	}
	if err == nil {
		err = s.nameFree(ctx, was, g)
	}
	return g, err
}

// Set checks and saves a changed group. It refuses a change that one of the
// group's reminders does not fit.
func (s *Groups) Set(ctx context.Context, by bot.Actor, g bot.Group) error {
	old, err := s.reached(ctx, by, g.ID)
	if err != nil {
		return NoGroup(g.ID, err)
	}
	if err := s.mayBecome(by, old, g); err != nil {
		return err
	}
	if g, err = s.Draft(ctx, g); err != nil {
		return err
	}
	if old.Version = g.Version; alike(old, g) {
		return nil
	}
	return s.notify(NoGroup(g.ID, s.c.Store.SetGroup(ctx, by, g)))
}

// alike reports whether two states are equal. Then nothing is saved: the audit trail gets no
// empty row, and other people who edit the thing see no conflict.
func alike[T any](a, b T) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(x, y)
}

// Draft fills in what a changed group lacks and says what is wrong with it.
func (s *Groups) Draft(ctx context.Context, g bot.Group) (bot.Group, error) {
	old, missing := s.c.Store.Group(ctx, g.ID)
	g, err := s.draft(ctx, old, g)
	if err != nil {
		return g, err
	}
	reminders, err := s.c.Store.Reminders(ctx, g.ID)
	if err != nil {
		return g, err
	}
	for _, r := range reminders {
		if !r.Fault.IsZero() {
			continue // it could not be planned before either
		}
		if _, err := s.accept(r, g); err != nil {
			if _, was := s.accept(r, old); missing == nil && was != nil {
				continue // it did not fit before either, so the change is not to blame
			}
			return g, bot.About(s.blame(r, old, g), bot.Wrong("reminder %s (%s) does not fit this change: remove it first, or change something else. %s", r.ID, words.Rule(r.Rule), err))
		}
	}
	return g, nil
}

// blame names the field whose change makes a reminder unfit: with the field's old value the
// reminder fits the group. It is "" if no single field is to blame.
func (s *Groups) blame(r bot.Reminder, old, g bot.Group) string {
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
		if _, err := s.accept(r, kept); err == nil {
			return part.name
		}
	}
	return ""
}

// Pause stops posts to a group until a moment. Forever is a pause without end; the zero time ends
// a pause.
func (s *Groups) Pause(ctx context.Context, by bot.Actor, id string, until time.Time) error {
	if err := s.CheckPause(until); err != nil {
		return err
	}
	return s.notify(NoGroup(id, retry(func() error {
		g, err := s.reached(ctx, by, id)
		if err != nil || g.Paused.Equal(until) {
			return err
		}
		g.Paused = until
		return s.c.Store.SetGroup(ctx, by, g)
	})))
}

// Remove removes a group and its reminders. Its history stays.
func (s *Groups) Remove(ctx context.Context, by bot.Actor, id string) error {
	if err := s.moderating(by); err != nil {
		return err
	}
	return s.notify(NoGroup(id, s.c.Store.RemoveGroup(ctx, by, id)))
}

// Restore undoes Remove, unless allowed refuses the group as it was.
func (s *Groups) Restore(ctx context.Context, by bot.Actor, id string, allowed func(bot.Group) error) error {
	if err := s.moderating(by); err != nil {
		return err
	}
	if g, err := s.c.Store.Group(ctx, id); err == nil && allowed(g) == nil {
		return bot.Wrong("group %s was not removed: there is nothing to bring back", id)
	}
	if err := s.mayRestore(ctx, id, allowed); err != nil {
		return err
	}
	err := s.c.Store.RestoreGroup(ctx, by, id, allowed)
	if taken, ok := errors.AsType[*bot.PlaceTakenError](err); ok {
		return bot.Wrong("the group %s cannot come back: channel %s belongs to group %s now. First give that group another channel, or remove it", id, taken.Place, taken.Group)
	}
	return s.notify(NoGroup(id, err))
}

// mayRestore returns an error if another group has a removed group's name meanwhile. It says so only to
// people who may bring it back.
func (s *Groups) mayRestore(ctx context.Context, id string, allowed func(bot.Group) error) error {
	removed, err := s.c.Store.RemovedGroups(ctx)
	if err != nil {
		return err
	}
	gone, ok := bot.Find(removed, func(g bot.Group) bool { return g.ID == id })
	if !ok || allowed(gone) != nil {
		return nil //nolint:nilerr // the store says so
	}
	for _, p := range gone.Places {
		if other, err := s.c.Store.GroupAt(ctx, p); err == nil && other.ID != id {
			return nil // the store says so: another name would not help
		}
	}
	away := gone
	away.Places = nil
	err = s.nameFree(ctx, away, gone)
	var taken *nameTakenError
	if errors.As(err, &taken) {
		return bot.Wrong("the group %s cannot come back: there is a group called %s now, with the short name %s. Give that one another name first, with %s", id, gone.Name, taken.by.ID, words.Command("group set"))
	}
	return err
}

// Add checks and saves a new reminder and tells its next three times. Without
// a late limit it gets bot.DefaultLate.
func (s *Reminders) Add(ctx context.Context, by bot.Actor, r bot.Reminder) (bot.Reminder, []scheduler.Occurrence, error) {
	g, err := s.reached(ctx, by, r.Group)
	if err != nil {
		return r, nil, NoGroup(r.Group, err)
	}
	r, next, err := s.Draft(r, g)
	if err != nil {
		return r, nil, err
	}
	r, err = s.c.Store.AddReminder(ctx, by, bot.Schedule(r, g, s.c.Now()))
	return r, next, s.notify(NoGroup(r.Group, err))
}

// Draft fills in what a reminder lacks and says what is wrong with it, or when it would come
// next.
func (s *Reminders) Draft(r bot.Reminder, g bot.Group) (bot.Reminder, []scheduler.Occurrence, error) {
	r.Late = cmp.Or(r.Late, bot.DefaultLate)
	r.Rule, r.Topic = strings.TrimSpace(r.Rule), s.TopicNamed(r.Topic, words.English)
	if err := s.Fields.Check(r); err != nil {
		return r, nil, err
	}
	rule, err := s.accept(r, g)
	if err != nil {
		return r, nil, err
	}
	r.Rule = rule.String() // in canonical form
	next, err := s.Upcoming(r, g, ShownNext)
	return r, next, err
}

// Set checks and saves a changed reminder and tells its next three times.
func (s *Reminders) Set(ctx context.Context, by bot.Actor, r bot.Reminder) (bot.Reminder, []scheduler.Occurrence, error) {
	was, g, err := s.Find(ctx, by, r.ID)
	if err != nil {
		return r, nil, err
	}
	r, next, err := s.Draft(r, g)
	if err != nil {
		return r, nil, err
	}
	r = bot.Schedule(r, g, s.c.Now())
	if was.Version, was.Next = r.Version, r.Next; was.Fault.IsZero() && alike(was, r) {
		return r, next, nil
	}
	return r, next, s.notify(NoReminder(r.ID, s.c.Store.SetReminder(ctx, by, r)))
}

// Pause stops a reminder until a moment. Forever is a pause without end; the zero time ends a
// pause. It returns the reminder's next times.
func (s *Reminders) Pause(ctx context.Context, by bot.Actor, id string, until time.Time) (bot.Reminder, []scheduler.Occurrence, error) {
	if err := s.CheckPause(until); err != nil {
		return bot.Reminder{}, nil, err
	}
	var r bot.Reminder
	var g bot.Group
	err := retry(func() (err error) {
		if r, g, err = s.Find(ctx, by, id); err != nil {
			return err
		}
		r.Paused = until
		r = bot.Schedule(r, g, s.c.Now())
		return s.c.Store.SetReminder(ctx, by, r)
	})
	if err := s.notify(NoReminder(id, err)); err != nil {
		return r, nil, err
	}
	next, err := s.Upcoming(r, g, ShownNext)
	return r, next, err
}

// Remove removes a reminder. Its history stays.
func (s *Reminders) Remove(ctx context.Context, by bot.Actor, id string) error {
	if _, _, err := s.Find(ctx, by, id); err != nil {
		return err
	}
	return s.notify(NoReminder(id, s.c.Store.RemoveReminder(ctx, by, id)))
}

// Restore undoes Remove, unless allowed refuses the reminder's group.
func (s *Reminders) Restore(ctx context.Context, by bot.Actor, id string, allowed func(bot.Group) error) error {
	if err := s.Ready(by); err != nil {
		return err
	}
	reached := func(g bot.Group) error {
		if !by.Reaches(g) {
			return bot.ErrNotFound
		}
		return allowed(g)
	}
	if err := s.mayRestore(ctx, id, reached); err != nil {
		return err
	}
	return s.notify(NoReminder(id, s.c.Store.RestoreReminder(ctx, by, id, reached)))
}

// mayRestore says why a removed reminder cannot come back as it was. It says so only to people
// who may bring it back.
func (s *Reminders) mayRestore(ctx context.Context, id string, allowed func(bot.Group) error) error {
	there := func(r bot.Reminder) (bot.Group, bool) {
		g, err := s.c.Store.Group(ctx, r.Group)
		return g, err == nil && allowed(g) == nil
	}
	if r, err := s.c.Store.Reminder(ctx, id); err == nil {
		if _, ok := there(r); ok {
			return bot.Wrong("reminder %s was not removed: there is nothing to bring back", id)
		}
	}
	removed, err := s.c.Store.RemovedReminders(ctx)
	if err != nil {
		return err
	}
	for _, r := range removed {
		if r.ID != id || !r.Fault.IsZero() { // one with a fault comes back with it, and says why
			continue
		}
		if g, ok := there(r); ok {
			if _, err := s.accept(r, g); err != nil {
				return bot.Wrong("reminder %s (%s) no longer fits its group: add it again with other times, or change the group first. %s", id, words.Rule(r.Rule), err)
			}
		}
	}
	return nil
}

// AnyGroup allows every group, for the command line.
func AnyGroup(bot.Group) error { return nil }

// Upcoming is the next n occurrences of a reminder, after the end of a pause.
func (s *Reminders) Upcoming(r bot.Reminder, g bot.Group, n int) ([]scheduler.Occurrence, error) {
	calendar, rule, err := bot.Timing(r, g)
	if err != nil {
		return nil, err
	}
	from, ends := bot.Resumes(r, g, s.c.Now())
	if !ends {
		return nil, nil
	}
	return calendar.Upcoming(rule, from, n), nil
}

// Find reads a reminder that is about to change, with its group. It returns ErrNotFound if
// the actor may not change it.
func (s *Reminders) Find(ctx context.Context, by bot.Actor, id string) (bot.Reminder, bot.Group, error) {
	if err := s.Ready(by); err != nil {
		return bot.Reminder{}, bot.Group{}, err
	}
	r, err := s.c.Store.Reminder(ctx, id)
	if err != nil {
		return r, bot.Group{}, NoReminder(id, err)
	}
	g, err := s.reached(ctx, by, r.Group)
	return r, g, NoReminder(id, err)
}
