package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"circlekeeper/adapters/calendar"
	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// calendarYears is how many years ahead a calendar file is read.
const calendarYears = 2

// takeCalendar adds the events of an iCalendar file to a group and shows them. What the group
// has already is not added again. save reports whether there is something to save.
func takeCalendar(ctx context.Context, o *opened, name string, g *bot.Group, yes bool) (save bool, err error) {
	zone, err := scheduler.ParseZone(g.Zone)
	if err != nil {
		return false, bot.AsUser("zone", err)
	}
	in, err := os.Open(name)
	if err != nil {
		return false, fmt.Errorf("--skip-from: %w", bot.FileFault(name, err))
	}
	defer in.Close()
	now := o.now()
	file, err := calendar.Read(in, zone, now, now.AddDate(calendarYears, 0, 0))
	var broken *calendar.Problem
	if errors.As(err, &broken) {
		return false, &bot.UserError{Message: fmt.Sprintf("%s:%d: %s; nothing is saved", name, broken.Line, broken.Reason), Cause: err}
	}
	if err != nil {
		return false, fmt.Errorf("--skip-from: %w", bot.FileFault(name, err))
	}
	t := taken{opened: o, name: name, group: g}
	if err := t.days(file.Days); err != nil {
		return false, err
	}
	if err := t.meetings(file.Meetings); err != nil {
		return false, err
	}
	for _, l := range file.Left {
		fmt.Fprintf(o.out, "  left out, line %d: %s%s\n", l.Line, l.Why, named(l.Title))
	}
	if t.known > 0 {
		fmt.Fprintf(o.out, "  there already: %d\n", t.known)
	}
	if file.Outside > 0 {
		fmt.Fprintf(o.out, "  past, or more than %d years ahead: %d\n", calendarYears, file.Outside)
	}
	if _, err := o.bot.Changes.Groups.Draft(ctx, *g); err != nil {
		return false, err
	}
	switch {
	case t.added == 0 && !yes:
		fmt.Fprintln(o.out, "the file changes nothing")
		return false, nil
	case !yes:
		fmt.Fprintln(o.out, "nothing is saved yet: add --yes to save this")
		return false, nil
	}
	return true, nil
}

// taken is a calendar file that is being added to a group.
type taken struct {
	*opened
	name         string
	group        *bot.Group
	added, known int
}

// named is an event's title in brackets, to follow a sentence about the event.
func named(title string) string {
	if title == "" {
		return ""
	}
	return " (" + title + ")"
}

// days adds whole days to the group's dates without group.
func (t *taken) days(all []calendar.Days) error {
	var have []scheduler.Dates
	for _, s := range t.group.Skips {
		d, err := scheduler.ParseDates(s)
		if err != nil {
			return bot.AsUser("skip", err)
		}
		have = append(have, d)
	}
	for _, d := range all {
		if d.Covered(have) {
			t.known++
			continue
		}
		have = append(have, d.Dates)
		t.group.Skips = append(slices.Clip(t.group.Skips), d.String())
		t.added++
		fmt.Fprintf(t.out, "+ no session on %s%s\n", words.SayDates(t.say, d.Dates.String()), named(d.Title))
	}
	return nil
}

// meetings adds single sessions. Sessions of one length are added together.
func (t *taken) meetings(all []calendar.Meeting) error {
	plan, err := t.group.Calendar()
	if err != nil {
		return bot.AsUser("group", err)
	}
	var lengths []time.Duration
	moments := make(map[time.Duration][]scheduler.Civil)
	var last scheduler.Meeting // the last one that was added
	for _, m := range all {
		wrong := func(format string, args ...any) error {
			return &bot.UserError{Message: fmt.Sprintf("%s:%d: %s; nothing is saved", t.name, m.Line, fmt.Sprintf(format, args...))}
		}
		at := civilText(t.say, m.Start)
		meets, known, err := t.place(plan, m)
		switch {
		case err != nil:
			return wrong("%s", err)
		case known:
			t.known++
			continue
		case meets.Skipped:
			return wrong("a session on %s would be on a day on which the group does not meet", at)
		case meets.At.Before(last.End):
			return wrong("a session on %s would begin before the one of %s is over", at, civilText(t.say, last.Start))
		}
		last = meets
		if moments[m.Length] == nil {
			lengths = append(lengths, m.Length)
		}
		moments[m.Length] = append(moments[m.Length], m.Start)
		t.added++
		fmt.Fprintf(t.out, "+ session on %s, %s%s\n", at, t.say.Length(m.Length), named(m.Title))
	}
	for _, length := range lengths {
		t.group.Sessions = append(slices.Clip(t.group.Sessions), bot.Session{Rule: scheduler.OnDates(moments[length]...).String(), Length: length})
	}
	return nil
}

// place turns an event into a meeting of the group's calendar. known means that the group has
// it already. The error is that the group has another session then.
func (t *taken) place(plan scheduler.Calendar, m calendar.Meeting) (meets scheduler.Meeting, known bool, err error) {
	alone, err := scheduler.NewCalendar(t.group.Zone, "none", []scheduler.SessionText{{Rule: scheduler.OnDates(m.Start).String(), Length: m.Length}}, t.group.Skips)
	if err != nil {
		return meets, false, err
	}
	const most = 1_000
	found := alone.Meetings(t.now().AddDate(0, 0, -1), t.now().AddDate(calendarYears, 0, 2), 1)
	if len(found) == 0 {
		return meets, false, errors.New("the session is past")
	}
	meets = found[0]
	for _, other := range plan.Meetings(meets.At.Add(-24*time.Hour), meets.End, most) {
		switch {
		case other.Planned == meets.Start && other.End.Sub(other.At) >= m.Length: // a session that was cancelled or moved stays so
			return meets, true, nil
		case other.Cancelled || other.Skipped || !meets.At.Before(other.End):
		default:
			return meets, false, fmt.Errorf("the group already meets then, on %s", civilText(t.say, other.Start))
		}
	}
	return meets, false, nil
}

// eventID names an event of a calendar. The ID is the same each time the calendar is written.
func eventID(of string, nominal scheduler.Civil) string {
	return bot.EventKey(of, nominal) + "@circlekeeper"
}

// writeSessions writes a group's sessions as a calendar, with only the group's name and its
// times.
func (p program) writeSessions(g bot.Group, zone *time.Location, all []scheduler.Meeting) error {
	events := make([]calendar.Event, len(all))
	for i, m := range all {
		events[i] = calendar.Event{
			ID: eventID("session "+g.ID, m.Planned), Title: g.Name, Zone: zone, At: m.At, End: m.End,
			Cancelled: m.Cancelled || m.Skipped, Changes: g.Version,
		}
	}
	return calendar.Write(p.out, g.Name, events, p.now())
}

type reminderCalendar struct {
	Group string `help:"Only this group's."`
	Until string `help:"The last day, such as 2026-12-24. Without it, a year from now."`
}

// maxPosts is how many posts a calendar holds at most.
const maxPosts = 5_000

func (cmd reminderCalendar) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		groups, reminders, err := remindersOf(ctx, o, cmd.Group)
		if err != nil {
			return err
		}
		o.sayUnreadable(groups...)
		ends, err := lastDays(cmp.Or(cmd.Until, p.now().AddDate(1, 0, 0).Format(time.DateOnly)), o.asker(), groups)
		if err != nil {
			return err
		}
		by := bot.GroupsByID(groups)
		var events []calendar.Event
		for _, r := range reminders {
			g := by[r.Group]
			if _, err := g.Calendar(); err != nil {
				continue // the fault was printed already
			}
			some, err := postsOf(o, r, g, ends[g.ID])
			if err != nil {
				return err
			}
			if events = append(events, some...); len(events) > maxPosts {
				return &bot.UserError{Message: fmt.Sprintf("there are more than %d posts: name a --group, or an earlier day with --until", maxPosts)}
			}
		}
		slices.SortStableFunc(events, func(a, b calendar.Event) int { return a.At.Compare(b.At) })
		return calendar.Write(p.out, "", events, p.now())
	})
}

// postsOf returns a reminder's posts before a moment as events, with the group's name and the
// topic.
func postsOf(o *opened, r bot.Reminder, g bot.Group, until time.Time) ([]calendar.Event, error) {
	next, err := o.bot.Changes.Reminders.Upcoming(r, g, maxPosts)
	if err != nil {
		return nil, err
	}
	zone, err := scheduler.ParseZone(g.Zone)
	if err != nil {
		return nil, err
	}
	title := g.Name + ": " + o.bot.Deck().TopicTitle(r.Topic, o.books.Clinic().Lang())
	var out []calendar.Event
	for _, n := range next {
		if !n.At.Before(until) {
			break
		}
		out = append(out, calendar.Event{ID: eventID(r.ID, n.Nominal), Title: title, Zone: zone, At: n.At, Changes: g.Version + r.Version})
	}
	return out, nil
}

// lastDays reads an --until. It returns the end of that day by each group's clock, leaving out
// groups for which it is past. If it is past for all groups, that is an error; without any
// group, if it is past everywhere.
func lastDays(text string, by changes.Asker, groups []bot.Group) (ends map[string]time.Time, err error) {
	ends = make(map[string]time.Time, len(groups))
	if len(groups) == 0 {
		groups = []bot.Group{{Zone: "Pacific/Pago_Pago"}} // where a day ends last
	}
	for _, g := range groups {
		end, past := lastDay(text, by, g)
		if past != nil {
			err = past
			continue
		}
		ends[g.ID] = end
	}
	if len(ends) > 0 {
		err = nil
	}
	return ends, err
}

// lastDay reads an --until: the end of that day by a group's clock.
func lastDay(text string, by changes.Asker, g bot.Group) (time.Time, error) {
	zone := zoneOf(g)
	g.Zone = zone.String()
	day, err := by.Pause(text, g)
	end := day.In(zone).AddDate(0, 0, 1).UTC()
	if err != nil || !end.After(by.Now) || day.Equal(bot.Forever) {
		return day, &bot.UserError{Message: fmt.Sprintf("--until: %q does not name a day in the future: write year, month and day, such as 2026-12-24", text)}
	}
	return end, nil
}
