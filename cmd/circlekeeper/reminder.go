package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

type reminderCommand struct {
	Add      reminderAdd      `cmd:"" help:"Add a reminder to a group."`
	List     reminderList     `cmd:"" help:"List the reminders."`
	Pause    reminderPause    `cmd:"" help:"Pause a reminder."`
	Resume   reminderResume   `cmd:"" help:"Resume a paused reminder."`
	Remove   reminderRemove   `cmd:"" help:"Remove a reminder; its history stays."`
	Restore  reminderRestore  `cmd:"" help:"Undo the removal of a reminder."`
	Next     reminderNext     `cmd:"" help:"Show what comes next."`
	History  reminderHistory  `cmd:"" help:"Show what was sent, skipped and failed, and why."`
	Calendar reminderCalendar `cmd:"" help:"Print what will be posted as an iCalendar file."`
	Test     reminderTest     `cmd:"" help:"Post a reminder marked as a test, to staff or the group's moderators: the group does not see it."`
}

type reminderAdd struct {
	Group string `help:"The group's ID." placeholder:"ID" required:""`
	kong.Plugins
}

func (cmd reminderAdd) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		g, err := o.group(ctx, cmd.Group)
		if err != nil {
			return err
		}
		table := o.bot.Changes.Reminders.Fields
		if err := refuseTwice(table, cmd.Plugins); err != nil {
			return err
		}
		r := bot.Reminder{Group: g.ID}
		asker := changes.Asker{Words: o.say, Now: o.now(), Group: g}
		if err := table.Replace(ctx, asker, &r, writtenFlags(table, cmd.Plugins)); err != nil {
			return err
		}
		r, next, err := o.bot.Changes.Reminders.Add(ctx, typist(), r)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "added reminder %s\n", r.ID)
		if err := o.printNext(g, next); err != nil {
			return err
		}
		o.printForeseen(o.bot.Changes.Reminders.Foresee(ctx, r, g))
		noteObstacles(o, r, g)
		fmt.Fprintf(p.out, "undo: %s reminder remove %s\n", p.called, r.ID)
		return nil
	})
}

// noteObstacles prints why a reminder may not post: no approved card, or a paused group.
func noteObstacles(o *opened, r bot.Reminder, g bot.Group) {
	if !o.bot.Deck().Ready(r.Topic, g, o.now()) {
		fmt.Fprintf(o.out, "  note: no card of %s is approved in the languages of group %s; until one is, the reminder is skipped: %s\n", r.Topic, g.ID, listsCards(o, g, "them"))
	}
	if bot.LostToPause(r, g, o.now()) {
		fmt.Fprintf(o.out, "  note: its dates are over when the pause ends, so it is not posted\n")
	}
	if g.Paused.After(o.now()) {
		fmt.Fprintf(o.out, "  note: group %s is paused, so nothing is posted: %s group set %s --pause off\n", g.ID, o.called, g.ID)
	}
}

// printForeseen prints what staff should know about a change.
func (o *opened) printForeseen(all []error) {
	for _, err := range all {
		fmt.Fprintf(o.out, "  note: %s\n", o.say.Error(err))
	}
}

func (o *opened) printNext(g bot.Group, next []scheduler.Occurrence) error {
	calendar, err := g.Calendar()
	if err != nil {
		return err
	}
	for _, n := range next {
		fmt.Fprintf(o.out, "  next: %s\n", o.say.Moment(n.At, calendar.Zone()))
	}
	return nil
}

func (o *opened) reminder(ctx context.Context, id string) (bot.Reminder, bot.Group, error) {
	r, err := o.db.Reminder(ctx, id)
	if errors.Is(err, bot.ErrNotFound) {
		return r, bot.Group{}, unknownReminder(ctx, o, id)
	}
	if err != nil {
		return r, bot.Group{}, err
	}
	g, err := o.db.Group(ctx, r.Group)
	return r, g, err
}

type reminderPause struct {
	ID    string `arg:"" help:"The reminder's ID."`
	Until string `help:"Until a day such as 2026-12-24, or for a length such as \"2 weeks\". Without it, or with \"no end\", until it is resumed." default:"on"`
}

func (cmd reminderPause) Run(ctx context.Context, p program, c *Config) error {
	return p.setPause(ctx, c, cmd.ID, cmd.Until)
}

type reminderResume struct {
	ID string `arg:"" help:"The reminder's ID."`
}

func (cmd reminderResume) Run(ctx context.Context, p program, c *Config) error {
	return p.setPause(ctx, c, cmd.ID, "off")
}

// setPause pauses or resumes a reminder, and prints how long it rests and when it comes next.
func (p program) setPause(ctx context.Context, c *Config, id, until string) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		was, g, err := o.reminder(ctx, id)
		if err != nil {
			return err
		}
		end, err := o.asker().Pause(until, g)
		if err != nil {
			return err
		}
		if end.IsZero() && !was.Paused.After(p.now()) {
			fmt.Fprintf(p.out, "nothing changed: reminder %s was not paused\n", id)
			noteObstacles(o, was, g)
			return nil
		}
		r, next, err := o.bot.Changes.Reminders.Pause(ctx, typist(), id, end)
		if err != nil {
			return err
		}
		if end.IsZero() {
			fmt.Fprintf(p.out, "resumed reminder %s\n", id)
		} else {
			fmt.Fprintf(p.out, "paused reminder %s %s\n", id, paused(o, end, zoneOf(g)))
		}
		if err := o.printNext(g, next); err != nil {
			return err
		}
		if end.IsZero() {
			noteObstacles(o, r, g)
		} else {
			fmt.Fprintf(p.out, "undo: %s reminder resume %s\n", p.called, id)
		}
		return nil
	})
}

type reminderRemove struct {
	ID string `arg:"" help:"The reminder's ID."`
}

func (cmd reminderRemove) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		if _, _, err := o.reminder(ctx, cmd.ID); err != nil {
			return err
		}
		if err := o.bot.Changes.Reminders.Remove(ctx, typist(), cmd.ID); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "removed reminder %s; its history stays\nundo: %s reminder restore %s\n", cmd.ID, p.called, cmd.ID)
		return nil
	})
}

type reminderRestore struct {
	ID string `arg:"" help:"The reminder's ID; reminder list --removed shows it."`
}

func (cmd reminderRestore) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		if err := removedReminder(ctx, o, cmd.ID); err != nil {
			return err
		}
		if err := o.bot.Changes.Reminders.Restore(ctx, typist(), cmd.ID, changes.AnyGroup); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "restored reminder %s\n", cmd.ID)
		r, g, err := o.reminder(ctx, cmd.ID)
		if err != nil || !r.Fault.IsZero() {
			return err
		}
		next, err := o.bot.Changes.Reminders.Upcoming(r, g, changes.ShownNext)
		if err != nil {
			return err
		}
		return o.printNext(g, next)
	})
}

// removedReminder does for a reminder what removedGroup does for a group.
func removedReminder(ctx context.Context, o *opened, id string) error {
	removed, err := o.db.RemovedReminders(ctx)
	if err != nil || slices.ContainsFunc(removed, func(r bot.Reminder) bool { return r.ID == id }) {
		return err
	}
	if _, err := o.db.Reminder(ctx, id); !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	return o.unknown("removed reminder", id, nearReminders(o, id, removed), "reminder list --removed")
}

type reminderList struct {
	Group   string `help:"Only this group's."`
	Removed bool   `help:"Only removed ones, which reminder restore brings back."`
	Format
}

// listedReminder is a reminder in JSON, with lengths as in ISO 8601, and times by the group's
// clock.
type listedReminder struct {
	bot.Reminder
	Fault        string `json:"fault,omitempty"`
	LateDuration string `json:"late_duration"`
	NextLocal    string `json:"next_local,omitempty"`
	PausedLocal  string `json:"paused_until_local,omitempty"`
}

func (cmd reminderList) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		groups, reminders, err := remindersOf(ctx, o, cmd.Group)
		if err != nil {
			return err
		}
		o.sayUnreadable(groups...)
		zones, by := zonesOf(groups), bot.GroupsByID(groups)
		if cmd.Removed {
			if reminders, err = o.db.RemovedReminders(ctx); err != nil {
				return err
			}
			reminders = slices.DeleteFunc(reminders, func(r bot.Reminder) bool { return by[r.Group].ID == "" })
		}
		var rows [][]string
		listed := make([]listedReminder, len(reminders))
		for i, r := range reminders {
			r.Next = bot.NextPost(r, by[r.Group])
			state := reminderState(o, r, by[r.Group])
			if cmd.Removed {
				r.Next, state = scheduler.Occurrence{}, "removed"
			}
			listed[i] = listedReminder{r, o.say.Reason(r.Fault), iso8601(r.Late), local(r.Next.At, zones[r.Group]), local(r.Paused, zones[r.Group])}
			next := "-"
			if !r.Next.At.IsZero() {
				next = o.say.Moment(r.Next.At, zones[r.Group]).String()
			}
			rows = append(rows, []string{r.ID, r.Group, r.Topic, words.SayRule(o.say, r.Rule), next, state})
		}
		return p.list(cmd.Format, listed, "ID GROUP TOPIC RULE NEXT STATE", rows)
	})
}

// reminderState says in a list whether a reminder rests, by itself or with its group.
func reminderState(o *opened, r bot.Reminder, g bot.Group) string {
	switch {
	case bot.LostToPause(r, g, o.now()):
		return "no date after the pause"
	case !r.Fault.IsZero():
		return "resting: " + o.say.Reason(r.Fault)
	case r.Paused.Equal(bot.Forever):
		return "paused"
	case g.Paused.Equal(bot.Forever):
		return "group paused"
	case bot.NextPost(r, g).At.IsZero():
		return "nothing will be posted: all its remaining dates are skipped"
	case r.Paused.After(o.now()):
		return "paused until " + o.say.Moment(r.Paused, zoneOf(g)).String()
	case g.Paused.After(o.now()):
		return "group paused"
	}
	return "active"
}

// groups returns the named group, or all groups if none is named.
func (o *opened) groups(ctx context.Context, named string) ([]bot.Group, error) {
	if named == "" {
		return o.db.Groups(ctx)
	}
	g, err := o.group(ctx, named)
	return []bot.Group{g}, err
}

// remindersOf returns the named group and its reminders, or all groups and reminders if none is
// named.
func remindersOf(ctx context.Context, o *opened, named string) ([]bot.Group, []bot.Reminder, error) {
	groups, err := o.groups(ctx, named)
	if err != nil {
		return nil, nil, err
	}
	reminders, err := o.db.Reminders(ctx, named)
	return groups, reminders, err
}

// zonesOf gives the zone of each group.
func zonesOf(groups []bot.Group) map[string]*time.Location {
	zones := make(map[string]*time.Location, len(groups))
	for _, g := range groups {
		zones[g.ID] = zoneOf(g)
	}
	return zones
}

// zoneOf returns a group's zone; UTC if the zone on record is unknown.
func zoneOf(g bot.Group) *time.Location {
	zone, err := scheduler.ParseZone(g.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// sayUnreadable prints, beside a list, which groups' calendars cannot be read. The other groups
// are listed anyway.
func (o *opened) sayUnreadable(groups ...bot.Group) {
	for _, g := range groups {
		if says := unreadable(g, o.called); says != "" {
			fmt.Fprintf(o.err, "circlekeeper: group %s: %s\n", g.ID, says)
		}
	}
}

// unreadable says what is wrong with a group's calendar, and what to do; empty if nothing is.
func unreadable(g bot.Group, called called) string {
	_, err := g.Calendar()
	_, unknown := scheduler.ParseZone(g.Zone)
	switch {
	case err == nil:
		return ""
	case unknown != nil:
		return fmt.Sprintf("%v. Until then its reminders are not posted, and its times are shown in UTC: %s group set %s --zone ZONE", err, called, g.ID)
	}
	return fmt.Sprintf("%v. Until that is fixed, its reminders are not posted", err)
}

type reminderNext struct {
	Group string `help:"Only this group's."`
	Count *int   `help:"How many of each reminder, at most 100." placeholder:"3"`
	Until string `help:"Everything up to a day, such as 2026-12-24: what will be posted, what will be skipped and why, what comes too close together, and approvals that end by then."`
	Format
}

func (cmd reminderNext) Run(ctx context.Context, p program, c *Config) error {
	switch {
	case cmd.Count != nil && cmd.Until != "":
		return &bot.UserError{Message: "--until shows all up to a day: leave --count out, or --until"}
	case cmd.Count != nil && (*cmd.Count < 1 || *cmd.Count > 100):
		return &bot.UserError{Message: "--count takes a whole number from 1 to 100, such as 3"}
	}
	return p.withOpen(ctx, c, func(o *opened) error {
		if cmd.Until != "" {
			return cmd.ahead(ctx, o)
		}
		return cmd.soon(ctx, o)
	})
}

// soon lists the next few posts of each reminder, and those that will be skipped unless
// somebody acts. Posts that are called off are left out.
func (cmd reminderNext) soon(ctx context.Context, o *opened) error {
	groups, reminders, err := remindersOf(ctx, o, cmd.Group)
	if err != nil {
		return err
	}
	o.sayUnreadable(groups...)
	count := changes.ShownNext
	if cmd.Count != nil {
		count = *cmd.Count
	}
	zones, by := zonesOf(groups), bot.GroupsByID(groups)
	var all []listedNext
	for _, r := range reminders {
		g := by[r.Group]
		if _, err := g.Calendar(); err != nil {
			continue // sayUnreadable has reported it
		}
		times, err := o.bot.Changes.Reminders.Upcoming(r, g, count)
		if err != nil {
			return err
		}
		calendar, rule, err := bot.Timing(r, g)
		if err != nil {
			return err
		}
		for _, t := range times {
			skipped := delivery.SkipAhead(o.bot.Deck(), calendar, rule, r, g, t)
			all = append(all, lister{o}.next(delivery.Coming{Occurrence: t, Reminder: r, Group: g, Skipped: skipped}, zones[g.ID]))
		}
	}
	slices.SortStableFunc(all, func(a, b listedNext) int { return a.At.Compare(b.At) })
	return lister{o}.allNext(cmd.Format, all, zones)
}

type reminderHistory struct {
	Group    string `help:"Only this group's."`
	Reminder string `help:"Only this reminder's."`
	State    string `help:"due, sending, sent, skipped or failed."`
	Since    Since  `help:"How far back: 30d, 12h, 2 weeks, yesterday, or a day such as 2026-11-01." default:"30d"`
	Limit    int    `help:"How many at most." default:"100"`
	Format
}

func (cmd reminderHistory) Run(ctx context.Context, p program, c *Config) error {
	if err := checkLimit(cmd.Limit); err != nil {
		return err
	}
	states := []bot.State{"", bot.Due, bot.Sending, bot.Sent, bot.Skipped, bot.Failed}
	if !slices.Contains(states, bot.State(cmd.State)) {
		return &bot.UserError{Message: fmt.Sprintf("--state %q: write due, sending, sent, skipped or failed", bot.Short(cmd.State, 60))}
	}
	since, err := cmd.Since.before(p.now())
	if err != nil {
		return err
	}
	return p.withOpen(ctx, c, func(o *opened) error {
		deliveries, err := o.db.Deliveries(ctx, bot.DeliveryFilter{
			Group: cmd.Group, Reminder: cmd.Reminder, State: bot.State(cmd.State),
			Since: since, Limit: cmd.Limit,
		})
		if err != nil {
			return err
		}
		if len(deliveries) == 0 { // a removed reminder may have a history
			if err := cmd.known(ctx, o); err != nil {
				return err
			}
		}
		listed, zones, err := lister{o}.all(ctx, deliveries)
		if err != nil {
			return err
		}
		topics, err := bot.TopicsOf(ctx, o.db, deliveries)
		if err != nil {
			return err
		}
		var rows [][]string
		for i, d := range deliveries {
			rows = append(rows, []string{o.say.Moment(d.At, zones[i]).String(), string(d.Kind), d.Group, d.Place.String(), cmp.Or(d.Card, topics[d.Reminder]), string(d.State), cmp.Or(listed[i].Reason, words.Became(o.say, d.Became))})
		}
		return p.list(cmd.Format, listed, "DUE KIND GROUP CHANNEL CARD STATE REASON", rows)
	})
}

// known returns an error if the filter names something that does not exist.
func (cmd reminderHistory) known(ctx context.Context, o *opened) error {
	if cmd.Reminder != "" {
		if _, _, err := o.reminder(ctx, cmd.Reminder); err != nil {
			return err
		}
	}
	if cmd.Group != "" {
		was, err := o.db.Deliveries(ctx, bot.DeliveryFilter{Group: cmd.Group, Limit: 1})
		if err == nil && len(was) == 0 {
			_, err = o.group(ctx, cmd.Group)
		}
		return err
	}
	return nil
}

type reminderTest struct {
	ID string `arg:"" help:"The reminder's ID."`
}

func (cmd reminderTest) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		if _, _, err := o.reminder(ctx, cmd.ID); err != nil {
			return err
		}
		place, err := o.bot.TestReminder(ctx, typist(), cmd.ID, "")
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "a test goes to %s as soon as %s run is running\n", place, p.called)
		return nil
	})
}
