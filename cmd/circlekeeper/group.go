package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
)

type groupCommand struct {
	Add     groupAdd     `cmd:"" help:"Add a group."`
	List    groupList    `cmd:"" help:"List the groups."`
	Set     groupSet     `cmd:"" help:"Change a group. What you do not name stays; a list that you name is replaced as a whole."`
	Remove  groupRemove  `cmd:"" help:"Remove a group and its reminders; its history stays."`
	Restore groupRestore `cmd:"" help:"Undo the removal of a group."`
}

// pauseFlag is the flag --pause. In chat, pausing is a command and not a field.
type pauseFlag struct {
	Pause string `help:"Pause until a day (2026-12-24, Monday) or for a length (2 weeks); \"on\" pauses without an end, \"none\" or \"off\" ends a pause."`
}

// takeOver changes a group as the flags say. Fields without a flag stay as they are.
func (f pauseFlag) takeOver(ctx context.Context, o *opened, g *bot.Group, flags kong.Plugins) error {
	table := o.bot.Changes.Groups.Fields
	if err := refuseTwice(table, flags); err != nil {
		return err
	}
	asker := changes.Asker{
		Words: o.say, Now: o.now(),
		Place: func(_ context.Context, text string) (bot.Place, error) { return bot.TypedPlace(text) },
		Role:  func(_ context.Context, text string) (bot.Role, error) { return bot.TypedRole(text) },
	}
	err := table.Replace(ctx, asker, g, writtenFlags(table, flags))
	if err != nil || f.Pause == "" {
		return err
	}
	if words.IsNone(o.say, f.Pause) { // --pause none resumes, as none clears the other fields
		g.Paused = time.Time{}
		return nil
	}
	if g.Paused, err = asker.PauseAlone(f.Pause, *g); err != nil {
		return err
	}
	return o.bot.Changes.Groups.CheckPause(g.Paused)
}

type groupAdd struct {
	ID string `arg:"" help:"A short name: lower-case letters, digits, hyphens."`
	kong.Plugins
	pauseFlag
}

func (cmd groupAdd) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		g := bot.Group{ID: cmd.ID, Quiet: changes.DefaultQuiet, Langs: []string{words.English}}
		if err := cmd.takeOver(ctx, o, &g, cmd.Plugins); err != nil {
			return err
		}
		if g.Zone == "" {
			return noZone(localZone())
		}
		if err := o.bot.Changes.Groups.Add(ctx, typist(), g); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "added group %s with %s\n", g.ID, counted(len(g.Places), "channel", "channels"))
		fmt.Fprintf(p.out, "  quiet hours: %s\n", words.SayQuiet(o.say, g.Quiet))
		noteNoChannel(o, g)
		return nil
	})
}

// noteNoChannel prints what a group without a channel cannot do.
func noteNoChannel(o *opened, g bot.Group) {
	if len(g.Places) == 0 {
		fmt.Fprintf(o.out, "  next: nothing is posted to it until it has a channel: %s group set %s --channel CHANNEL\n", o.called, g.ID)
	}
}

// noZone asks for a new group's time zone, and suggests the machine's if it is known.
func noZone(machine string) error {
	if machine == "" {
		return &bot.UserError{Message: "the group's time zone is missing: write the zone of the place where it meets, such as --zone America/Los_Angeles"}
	}
	return &bot.UserError{Message: fmt.Sprintf("the group's time zone is missing: write the zone of the place where it meets; this machine's would be --zone %s", machine)}
}

type groupSet struct {
	ID string `arg:"" help:"The group's ID."`
	kong.Plugins
	pauseFlag
	SkipFrom string `help:"An iCalendar file (.ics): its whole days become dates without a session, its other events single sessions. The change is shown; --yes saves it." placeholder:"FILE"`
	Yes      bool   `help:"Save what --skip-from shows."`
}

func (cmd groupSet) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		was, err := o.group(ctx, cmd.ID)
		if err != nil {
			return err
		}
		if err := refuseEmpty(o.bot.Changes.Groups.Fields, cmd.Plugins); err != nil {
			return err
		}
		if err := cmd.named(o); err != nil {
			return err
		}
		g := was
		if err := cmd.takeOver(ctx, o, &g, cmd.Plugins); err != nil {
			return err
		}
		if cmd.SkipFrom != "" {
			if save, err := takeCalendar(ctx, o, cmd.SkipFrom, &g, cmd.Yes); err != nil || !save {
				return err
			}
		}
		if err := o.bot.Changes.Groups.Set(ctx, typist(), g); err != nil {
			return err
		}
		changed := o.bot.Changes.Groups.Fields.Compare(o.say, was, g)
		if was.Paused.Equal(g.Paused) && changed.None() {
			fmt.Fprintf(p.out, "nothing changed: group %s was already set this way\n", g.ID)
			if cmd.Pause != "" {
				printPause(o, "still", g)
			}
			return nil
		}
		fmt.Fprintf(p.out, "changed group %s\n", g.ID)
		o.printBecame("now", was, g)
		o.printBecame("before", g, was)
		o.printForeseen(o.bot.Changes.Groups.Foresee(ctx, was, g))
		noteNoChannel(o, g)
		return o.printMoved(ctx, was, g)
	})
}

// printBecame prints the fields in which a group differs from another state of it.
func (o *opened) printBecame(when string, other, g bot.Group) {
	for _, l := range o.bot.Changes.Groups.Fields.Compare(o.say, other, g).New {
		fmt.Fprintf(o.out, "  %s: %s\n", when, words.Plain(l.Spans()))
	}
	if zone := zoneOf(g); paused(o, g.Paused, zone) != paused(o, other.Paused, zone) {
		printPause(o, when, g)
	}
}

// printPause prints how long a group is paused.
func printPause(o *opened, when string, g bot.Group) {
	is := "Paused " + paused(o, g.Paused, zoneOf(g))
	if !g.Paused.After(o.now()) {
		is = "not paused"
	}
	fmt.Fprintf(o.out, "  %s: %s\n", when, is)
}

// named refuses a command without anything to change.
func (cmd groupSet) named(o *opened) error {
	switch {
	case cmd.Yes && cmd.SkipFrom == "":
		return &bot.UserError{Message: "--yes saves what --skip-from FILE shows: name the file, or leave --yes out"}
	case cmd.SkipFrom == "" && cmd.Pause == "" && len(writtenFlags(o.bot.Changes.Groups.Fields, cmd.Plugins)) == 0:
		return &bot.UserError{Message: fmt.Sprintf("name what to change, such as --zone ZONE: %s group set --help lists all", o.called)}
	}
	return nil
}

// printMoved prints, for each reminder whose next time has changed with its group, when it
// comes next, or that it no longer comes. An endless pause is left out: it was already printed.
func (o *opened) printMoved(ctx context.Context, was, is bot.Group) error {
	reminders, err := o.db.Reminders(ctx, is.ID)
	if err != nil {
		return err
	}
	for _, r := range reminders {
		before, err := o.bot.Changes.Reminders.Upcoming(r, was, 1)
		if err != nil {
			before = nil // the old calendar was unreadable; this change may have mended it
		}
		next, err := o.bot.Changes.Reminders.Upcoming(r, is, 1)
		if err != nil {
			return err
		}
		over := len(next) == 0 && len(before) > 0 && !is.Paused.Equal(bot.Forever)
		if !over && (len(next) == 0 || len(before) > 0 && next[0].At.Equal(before[0].At)) {
			continue
		}
		fmt.Fprintf(o.out, "reminder %s (%s)\n", r.ID, r.Topic)
		if over {
			zone, _ := time.LoadLocation(was.Zone)
			fmt.Fprintf(o.out, "  next: none; before this change: %s\n", o.say.Moment(before[0].At, zone))
		} else if err := o.printNext(is, next); err != nil {
			return err
		}
	}
	return nil
}

func (o *opened) group(ctx context.Context, id string) (bot.Group, error) {
	g, err := o.db.Group(ctx, id)
	if !errors.Is(err, bot.ErrNotFound) {
		return g, err
	}
	return g, unknownGroup(ctx, o, id)
}

type groupRemove struct {
	ID string `arg:"" help:"The group's ID."`
}

func (cmd groupRemove) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		if _, err := o.group(ctx, cmd.ID); err != nil {
			return err
		}
		if err := o.bot.Changes.Groups.Remove(ctx, typist(), cmd.ID); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "removed group %s and its reminders; its history stays\nundo: %s group restore %s\n", cmd.ID, p.called, cmd.ID)
		return nil
	})
}

type groupRestore struct {
	ID string `arg:"" help:"The group's ID."`
}

func (cmd groupRestore) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		if err := removedGroup(ctx, o, cmd.ID); err != nil {
			return err
		}
		if err := o.bot.Changes.Groups.Restore(ctx, typist(), cmd.ID, changes.AnyGroup); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "restored group %s and its reminders\n", cmd.ID)
		return nil
	})
}

// removedGroup tells whether a group exists or was removed. Otherwise it returns an error with
// the groups that may be meant.
func removedGroup(ctx context.Context, o *opened, id string) error {
	removed, err := o.db.RemovedGroups(ctx)
	if err != nil || slices.ContainsFunc(removed, func(g bot.Group) bool { return g.ID == id }) {
		return err
	}
	if _, err := o.db.Group(ctx, id); !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	return o.unknown("removed group", id, nearGroups(id, removed), "")
}

type groupList struct{ Format }

// listedGroup is a group in JSON, with those of its channels that cannot be posted to.
type listedGroup struct {
	bot.Group
	Sessions    []listedMeeting `json:"sessions,omitempty"` // takes the place of the group's own field
	PausedLocal string          `json:"paused_until_local,omitempty"`
	Unreachable []unreachable   `json:"unreachable,omitempty"`
}

// listedMeeting is a regular meeting with its length as ISO 8601 writes it.
type listedMeeting struct {
	bot.Session
	Duration string `json:"duration"`
}

type unreachable struct {
	Place  bot.Place `json:"place"`
	Since  time.Time `json:"since"`
	Reason string    `json:"reason"` // in words, for people
	Code   string    `json:"reason_code"`
	Detail string    `json:"reason_detail,omitempty"`

	SinceLocal string `json:"since_local"` // by the group's clock
}

// meets says when a group meets.
func meets(w *words.Reader, g bot.Group) string {
	var all []string
	for _, s := range g.Sessions {
		all = append(all, words.SayRule(w, s.Rule)+", "+w.Length(s.Length))
	}
	return dash(strings.Join(all, "; "))
}

// paused says until when something rests.
func paused(o *opened, until time.Time, zone *time.Location) string {
	switch {
	case until.Equal(bot.Forever):
		return "until resumed"
	case until.After(o.now()):
		return "until " + o.say.Moment(until, zone).String()
	}
	return "-"
}

func (cmd groupList) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		groups, err := o.db.Groups(ctx)
		if err != nil {
			return err
		}
		open, err := o.db.Troubles(ctx)
		if err != nil {
			return err
		}
		listed := make([]listedGroup, len(groups))
		var rows [][]string
		for i, g := range groups {
			o.sayUnreadable(g)
			zone := zoneOf(g)
			listed[i] = listedGroup{Group: g, PausedLocal: local(g.Paused, zone)}
			for _, s := range g.Sessions {
				listed[i].Sessions = append(listed[i].Sessions, listedMeeting{s, iso8601(s.Length)})
			}
			var places, bad []string
			for _, place := range g.Places {
				places = append(places, place.String())
			}
			for _, t := range open {
				if place, ok := t.Subject.Unreached(); ok && slices.Contains(g.Places, place) {
					listed[i].Unreachable = append(listed[i].Unreachable, unreachable{place, t.Since, o.say.Reason(t.Reason), string(t.Reason.Code), t.Reason.Record(), local(t.Since, zone)})
					bad = append(bad, fmt.Sprintf("%s since %s", place, o.say.Calendar.Day(t.Since)))
				}
			}
			rows = append(rows, []string{g.ID, g.Name, g.Zone, words.SayQuiet(o.say, g.Quiet), words.LangNames(o.say, g.Langs), meets(o.say, g), paused(o, g.Paused, zone), strings.Join(places, " "), strings.Join(bad, ", ")})
		}
		return p.list(cmd.Format, listed, "ID NAME ZONE QUIET LANGUAGES MEETS PAUSED CHANNELS UNREACHABLE", rows)
	})
}
