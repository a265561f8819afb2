package changes

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

const (
	maxExceptions = 100                 // cancelled and moved sessions of one group
	exceptionKept = 60 * 24 * time.Hour // how long after its session; the next change then drops it
	sessionsSeen  = 366 * 24 * time.Hour
	maxMeetings   = 1_000 // sessions that are read at once
)

// SessionChange is a change of one session.
type SessionChange struct {
	Group    bot.Group
	Was, Now scheduler.Meeting
}

// Meetings are a group's sessions from now until a moment, also those that do not take place. One
// that was moved and then cancelled is listed until both of its times are past. The zero time, and a
// later one, mean a year from now.
func (s *Sessions) Meetings(g bot.Group, until time.Time) ([]scheduler.Meeting, error) {
	calendar, err := g.Calendar()
	if err != nil {
		return nil, bot.AsUser("group", err)
	}
	now := s.c.Now()
	if most := now.Add(sessionsSeen); until.IsZero() || until.After(most) {
		until = most
	}
	all := calendar.Meetings(now, until, maxMeetings)
	for _, m := range calendar.Dropped(now, until) {
		if m.At.Before(now) {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b scheduler.Meeting) int { return a.At.Compare(b.At) })
	return all, nil
}

// Digest stands for a session's state, so that a form or a button can carry what the person saw of it.
func Digest(m scheduler.Meeting) string {
	sum := sha256.Sum256(fmt.Append(nil, m.Start, m.MovedTo, m.Cancelled))
	return hex.EncodeToString(sum[:4])
}

// Overtaken reports whether a session was changed after the person saw it; seen is the Digest of what they
// saw. If seen is empty, as from the command line or an older program, the session is taken as it is.
func Overtaken(seen string, m scheduler.Meeting) bool { return seen != "" && seen != Digest(m) }

// ErrOvertaken is the error of a change if the session is no longer as the person saw it.
var ErrOvertaken = errors.New("the session was changed meanwhile")

// Cancel cancels the session that somebody names.
func (s *Sessions) Cancel(ctx context.Context, by bot.Actor, a Asker, group, when string, seen string) (SessionChange, error) {
	return s.change(ctx, by, s.Find, a, group, when, func(g bot.Group, m scheduler.Meeting) ([]scheduler.Exception, error) {
		cancelled := scheduler.Exception{Start: m.Planned}
		switch {
		case m.Cancelled:
			return nil, bot.About("when", bot.Wrong("the session on %s is already cancelled", scheduler.MomentText(cmp.Or(m.MovedTo, m.Planned))))
		case Overtaken(seen, m):
			return nil, ErrOvertaken
		case m.Moved():
			return []scheduler.Exception{{Start: m.Planned, To: m.MovedTo}, cancelled}, nil
		}
		return []scheduler.Exception{cancelled}, nil
	})
}

// Restore undoes the cancelling or moving of a session. A session that was moved and then cancelled
// is held at its moved time, or as planned if that time is past. "The next one" is the first that was
// cancelled or moved.
func (s *Sessions) Restore(ctx context.Context, by bot.Actor, a Asker, group, when string, seen string) (SessionChange, error) {
	return s.change(ctx, by, s.FindChanged, a, group, when, func(g bot.Group, m scheduler.Meeting) ([]scheduler.Exception, error) {
		if !m.Cancelled && !m.Moved() {
			return nil, bot.About("when", bot.Wrong("the session on %s is as planned: there is nothing to restore", said(m)))
		}
		if Overtaken(seen, m) {
			return nil, ErrOvertaken
		}
		if moved := (scheduler.Exception{Start: m.Planned, To: m.MovedTo}); m.Cancelled && m.MovedAt.After(s.c.Now()) {
			return []scheduler.Exception{moved}, bot.About("when", s.fits(g, moved))
		}
		return nil, bot.About("when", s.fits(g, scheduler.Exception{Start: m.Planned, To: m.Planned}))
	})
}

// Move moves the session that somebody names to a day and a time. A day alone keeps the time of
// the session, and a weekday is the one nearest to it.
func (s *Sessions) Move(ctx context.Context, by bot.Actor, a Asker, group, when, to string, seen string) (SessionChange, error) {
	return s.change(ctx, by, s.Find, a, group, when, func(g bot.Group, m scheduler.Meeting) ([]scheduler.Exception, error) {
		moment, err := s.NewTime(a, g, m, to)
		switch there := moment == m.Start && !m.Cancelled; {
		case Overtaken(seen, m) && !there: // a second press finds the session where the first one moved it
			return nil, ErrOvertaken
		case err != nil:
			return nil, err
		}
		if moment == m.Planned {
			return nil, nil
		}
		return []scheduler.Exception{{Start: m.Planned, To: moment}}, nil
	})
}

// NewTime is the moment to which a session is moved by what somebody wrote.
func (s *Sessions) NewTime(a Asker, g bot.Group, m scheduler.Meeting, to string) (scheduler.Civil, error) {
	moment, day, err := a.moment(g, to, m)
	if err != nil {
		return moment, bot.About("to", err)
	}
	if moment.IsZero() {
		moment = scheduler.CivilOf(day.Time().Add(timeOfDay(m.Start)))
	}
	if moment == m.Start && !m.Cancelled {
		return moment, bot.About("to", bot.Wrong("the session already begins on %s: write another day or time", said(m)))
	}
	return moment, bot.About("to", s.fits(g, scheduler.Exception{Start: m.Planned, To: moment}))
}

// fits says why a session cannot be held at its new time.
func (s *Sessions) fits(g bot.Group, e scheduler.Exception) error {
	before, err := g.Calendar()
	if err != nil {
		return bot.AsUser("group", err)
	}
	for _, other := range s.around(before) { // a calendar shows only one of two that begin at the same time
		switch {
		case other.Planned == e.Start || other.Start != e.To || other.Skipped:
		case other.Cancelled:
			return bot.Wrong("the session on %s was cancelled, and no other can be moved to its time: bring that one back, and cancel this one", said(other))
		default:
			return bot.Wrong("the group already meets then, on %s: choose another time, or cancel this session", said(other))
		}
	}
	g.Exceptions = append(slices.Clone(g.Exceptions), e)
	calendar, err := g.Calendar()
	if err != nil {
		return bot.AsUser("group", err)
	}
	now := s.c.Now()
	m, ok := s.meeting(calendar, e.Start)
	switch {
	case !ok:
		return bot.Wrong("a session can be moved to a day within a year from now: write an earlier day")
	case !m.At.After(now):
		return bot.Wrong("%s is past: write a later day or time", said(m))
	case m.Skipped:
		return bot.Wrong("the group does not meet on %s: choose another day", said(m))
	}
	const longest = 24 * time.Hour
	for _, other := range calendar.Meetings(m.At.Add(-longest), m.End, maxMeetings) {
		if other.Planned != m.Planned && !other.Cancelled && !other.Skipped && m.At.Before(other.End) {
			return bot.Wrong("the group already meets then, on %s: choose another time, or cancel that session first", said(other))
		}
	}
	return nil
}

// checkOverlap returns an error if two sessions overlap within the year to come.
func checkOverlap(g bot.Group, now time.Time) error {
	calendar, err := g.Calendar()
	if err != nil {
		return bot.AsUser("session", err)
	}
	var last scheduler.Meeting
	for _, m := range calendar.Meetings(now, now.Add(sessionsSeen), maxMeetings) {
		if m.Cancelled || m.Skipped {
			continue
		}
		if m.At.Before(last.End) {
			return bot.About("session", bot.Wrong("sessions overlap: the one of %s is not over when the one of %s begins", said(last), said(m)))
		}
		last = m
	}
	return nil
}

// finding finds the session that somebody names.
type finding func(a Asker, g bot.Group, text string) (scheduler.Meeting, error)

// change finds the session that somebody names, asks edit for its exceptions (none if it is to be
// as planned), and saves the group.
func (s *Sessions) change(ctx context.Context, by bot.Actor, find finding, a Asker, group, when string, edit func(bot.Group, scheduler.Meeting) ([]scheduler.Exception, error)) (SessionChange, error) {
	var c SessionChange
	err := retry(func() error {
		g, err := s.reached(ctx, by, group)
		if err != nil {
			return err
		}
		if c.Was, err = find(a, g, when); err != nil {
			return err
		}
		became, err := edit(g, c.Was)
		if err != nil {
			return err
		}
		g.Exceptions = s.withExceptions(g.Exceptions, c.Was.Planned, became)
		if len(g.Exceptions) > maxExceptions {
			return bot.Wrong("at most %d sessions of a group can be cancelled or moved at once: change when it meets instead", maxExceptions)
		}
		c.Group = g
		return s.c.Store.SetGroup(ctx, by, g)
	})
	if err := s.notify(NoGroup(group, err)); err != nil {
		return c, err
	}
	calendar, err := c.Group.Calendar()
	if err != nil {
		return c, err
	}
	c.Now, _ = s.meeting(calendar, c.Was.Planned)
	return c, nil
}

// withExceptions replaces the exceptions of one session; became is empty if the session is as
// planned. It drops exceptions that are older than exceptionKept, those of one session together.
func (s *Sessions) withExceptions(all []scheduler.Exception, planned scheduler.Civil, became []scheduler.Exception) []scheduler.Exception {
	past := scheduler.CivilOf(s.c.Now().Add(-exceptionKept).UTC())
	kept := slices.DeleteFunc(slices.Clone(all), func(o scheduler.Exception) bool {
		long := !slices.ContainsFunc(all, func(e scheduler.Exception) bool {
			return e.Start == o.Start && (!e.Start.Before(past) || !e.To.Before(past))
		})
		return o.Start == planned || long
	})
	return append(kept, became...)
}

// meeting is the session that was planned for a moment, as it is now.
func (s *Sessions) meeting(c scheduler.Calendar, planned scheduler.Civil) (scheduler.Meeting, bool) {
	return bot.Find(s.around(c), func(m scheduler.Meeting) bool { return m.Planned == planned })
}

// around are the sessions since exceptionKept ago and of the year to come.
func (s *Sessions) around(c scheduler.Calendar) []scheduler.Meeting {
	return c.Meetings(s.c.Now().Add(-exceptionKept), s.c.Now().Add(sessionsSeen), maxMeetings)
}

// MeantSessions is the cause of an error that asks which session is meant: those that may be.
type MeantSessions []scheduler.Meeting

func (MeantSessions) Error() string { return "a session may be meant" }

// Find is the session that somebody names. Its error is about the argument "when".
func (s *Sessions) Find(a Asker, g bot.Group, text string) (scheduler.Meeting, error) {
	m, err := s.find(a, g, text)
	return m, bot.About("when", err)
}

// find is the session that somebody names by its day, or by its day and time, as planned, as it is
// now, or as it was moved before it was cancelled. It refuses a session that has begun, except a
// cancelled one, which may still be held later.
func (s *Sessions) find(a Asker, g bot.Group, text string) (scheduler.Meeting, error) {
	none := scheduler.Meeting{}
	if len(g.Sessions) == 0 {
		return none, bot.Wrong("group %s has no sessions yet: add when it meets with %s", g.ID, words.Command("group set"))
	}
	calendar, err := g.Calendar()
	if err != nil {
		return none, bot.AsUser("group", err)
	}
	if a.times(g.Zone).NamesNext(text) {
		return s.next(calendar)
	}
	all, now := s.around(calendar), s.c.Now()
	begun := func(m scheduler.Meeting) bool { return !m.At.After(now) }
	coming := slices.DeleteFunc(slices.Clone(all), begun)
	if n := scheduler.NextSeveral(text); n > 0 && len(coming) > 0 {
		return none, severalThen(coming[:min(n, ShownNext, len(coming))])
	}
	moment, day, err := a.moment(g, text, scheduler.Meeting{})
	if err != nil {
		if kinds := a.times(g.Zone).Periods(text); len(kinds) > 0 {
			return s.within(coming, kinds)
		}
		return none, withMeant(coming, err)
	}
	named := func(c scheduler.Civil) bool {
		return c == moment || moment.IsZero() && dayOf(c) == day
	}
	found := slices.DeleteFunc(slices.Clone(all), func(m scheduler.Meeting) bool {
		return !named(m.Planned) && (m.MovedTo.IsZero() || !named(m.MovedTo))
	})
	if planned := slices.DeleteFunc(slices.Clone(found), func(m scheduler.Meeting) bool { return !named(m.Planned) }); !moment.IsZero() && len(planned) > 0 {
		found = planned
	}
	if later := slices.DeleteFunc(slices.Clone(found), begun); len(later) > 0 {
		found = later
	}
	switch {
	case len(found) > 1:
		return none, severalThen(found)
	case len(found) == 1 && !found[0].At.After(now) && !found[0].Cancelled:
		return none, bot.Wrong("the session on %s has begun or is over: name a later one", said(found[0]))
	case len(found) == 1:
		return found[0], nil
	}
	var on any = a.Words.Calendar.Date(day.Time()) // which day was read, such as of 12/8
	if !moment.IsZero() {
		on = scheduler.MomentText(moment) // there may be a session on that day, at another time
	}
	if len(coming) == 0 {
		return none, bot.Wrong("there is no session on %s, and none within the next year", on)
	}
	next := coming[:min(len(coming), ShownNext)]
	return none, bot.Because(MeantSessions(next), "there is no session on %s; the next ones: %s", on, saidAll(next))
}

// withMeant adds the next sessions to the error for a text that names no day, unless it has days that may
// be meant.
func withMeant(coming []scheduler.Meeting, err error) error {
	said, ok := bot.ForPerson(err)
	if !ok || len(scheduler.OffersOf(err)) > 0 {
		return err
	}
	return &bot.UserError{Message: said, Cause: errors.Join(MeantSessions(coming[:min(len(coming), ShownNext)]), err)}
}

// next is the next session that is held. If one before it is cancelled, either may be meant, and it
// is asked back: a second "cancel next" would cancel a second session.
func (s *Sessions) next(c scheduler.Calendar) (scheduler.Meeting, error) {
	from := s.c.Now().Add(1)
	held, ok := c.NextSession(from)
	if !ok {
		return held, noneThen(nil)
	}
	for _, m := range append(c.Meetings(from, held.At, maxMeetings), c.Dropped(from, held.At)...) {
		if m.Cancelled {
			on := m.Planned
			if !m.MovedAt.Before(from) && m.MovedAt.Before(held.At) {
				on = m.MovedTo
			}
			return held, bot.Wrong("the next session, on %s, is cancelled, and the one after it is on %s: write the day of the one that you mean", scheduler.MomentText(on), said(held))
		}
	}
	return held, nil
}

// FindChanged is as Find, but "the next one" is the first coming session that was cancelled or moved, if
// there is one. One that was moved and then cancelled comes at its moved time, unless that is past.
func (s *Sessions) FindChanged(a Asker, g bot.Group, text string) (scheduler.Meeting, error) {
	calendar, err := g.Calendar()
	if err != nil || !a.times(g.Zone).NamesNext(text) {
		return s.Find(a, g, text)
	}
	now := s.c.Now()
	comes := func(m scheduler.Meeting) time.Time {
		if m.Cancelled && m.MovedAt.After(now) {
			return m.MovedAt
		}
		return m.At
	}
	changed := slices.DeleteFunc(s.around(calendar), func(m scheduler.Meeting) bool {
		return !m.Cancelled && !m.Moved() || !comes(m).After(now)
	})
	if len(changed) == 0 {
		return s.Find(a, g, text)
	}
	return slices.MinFunc(changed, func(a, b scheduler.Meeting) int { return comes(a).Compare(comes(b)) }), nil
}

// within is the one coming session in the days that a text means, such as "next week". kinds has
// all readings of the text, for weeks that begin on Monday or on Sunday. The session must be in
// each of them, and no other session in any.
func (s *Sessions) within(coming []scheduler.Meeting, kinds []scheduler.Dates) (scheduler.Meeting, error) {
	var found []scheduler.Meeting
	lies := func(m scheduler.Meeting, days scheduler.Dates) bool {
		day := dayOf(m.Start)
		return !day.Before(days.From()) && !days.Until().Before(day)
	}
	sure := false
	for _, m := range coming {
		if slices.ContainsFunc(kinds, func(days scheduler.Dates) bool { return lies(m, days) }) {
			found = append(found, m)
			sure = !slices.ContainsFunc(kinds, func(days scheduler.Dates) bool { return !lies(m, days) })
		}
	}
	switch {
	case len(found) > 1:
		return scheduler.Meeting{}, severalThen(found[:min(len(found), ShownNext)])
	case len(found) == 1 && sure:
		return found[0], nil
	}
	return scheduler.Meeting{}, noneThen(coming)
}

// severalThen is the error for a text that means more than one session.
func severalThen(found []scheduler.Meeting) error {
	return bot.Because(MeantSessions(found), "there are several sessions then: write the day and the time of one: %s", saidAll(found))
}

// noneThen is the error for a time without a session. It names the next sessions.
func noneThen(coming []scheduler.Meeting) error {
	if len(coming) == 0 {
		return bot.Wrong("there is no session then, and none within the next year")
	}
	return bot.Wrong("there is no session then; the next ones: %s", saidAll(coming[:min(len(coming), ShownNext)]))
}

// moment reads a day with a time, or a day alone, in the group's zone; the result that it did not
// read is zero. The text is words, or a time as it is stored ("2026-12-08T18:00"). moved is the
// session to move, or zero. A weekday is the one nearest to that session, and a time alone is on
// its day; without a session, a weekday is the next one, today included. If the session is held
// after noon, an hour alone, such as 8, is refused: it may mean the morning or the evening.
func (a Asker) moment(g bot.Group, text string, moved scheduler.Meeting) (moment, day scheduler.Civil, err error) {
	text = strings.TrimSpace(text)
	const recorded = "2006-01-02T15:04"
	if t, err := time.Parse(recorded, strings.Replace(text, " ", "T", 1)); err == nil {
		return scheduler.CivilOf(t), day, nil
	}
	reader := a.times(g.Zone)
	reader.OneDay, reader.Near = true, moved.Start
	reader.Later = !moved.Start.IsZero() && timeOfDay(moved.Start) >= noon
	dates, err := reader.Skip(text)
	if err == nil && dates.From() == dates.Until() {
		return moment, dates.From(), nil
	}
	rule, badRule := reader.Rule(text)
	if badRule == nil && !rule.BySession() {
		calendar, err := scheduler.NewCalendar(g.Zone, "none", nil, nil)
		if err != nil {
			return moment, day, bot.AsUser("zone", err)
		}
		if o, ok := calendar.First(rule, a.Now); ok {
			if _, more := calendar.Next(rule, o); !more {
				return o.Nominal, day, nil
			}
		}
	}
	for _, err := range []error{err, badRule} { // these errors say what was probably meant
		if len(scheduler.OffersOf(err)) > 0 {
			return moment, day, bot.AsUser("", err)
		}
	}
	if !moved.Start.IsZero() {
		dayLater := scheduler.MomentText(scheduler.CivilOf(moved.Start.Time().AddDate(0, 0, 1)))
		return moment, day, bot.Wrong("%q does not name a day in the future: write a day, or a day and a time such as %s", clip(text), dayLater)
	}
	return moment, day, bot.Wrong("%q does not name a day in the future: write a day such as December 8, or a day and a time such as December 8 at 6:00 PM", clip(text))
}

// dayOf is the midnight of a moment's day.
func dayOf(c scheduler.Civil) scheduler.Civil {
	return scheduler.CivilOf(c.Time().Truncate(24 * time.Hour))
}

const noon = 12 * time.Hour

// timeOfDay is how long after midnight a moment is.
func timeOfDay(c scheduler.Civil) time.Duration { return c.Time().Sub(dayOf(c).Time()) }

// said is when a session begins, in a sentence.
func said(m scheduler.Meeting) scheduler.MomentText { return scheduler.MomentText(m.Start) }

// moments is a list of moments in a sentence.
type moments []scheduler.MomentText

func saidAll(all []scheduler.Meeting) moments {
	return bot.Each(all, said)
}

func (all moments) String() string { return all.Say(scheduler.VoiceOf(words.DefaultLocale)) }

// Say lists the moments, with semicolons between.
func (all moments) Say(v scheduler.Voice) string {
	return strings.Join(bot.Each(all, func(m scheduler.MomentText) string { return m.Say(v) }), "; ")
}
