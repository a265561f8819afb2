package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/scheduler"
)

type groupCommand struct {
	Add     groupAdd     `cmd:"" help:"Add a group."`
	List    groupList    `cmd:"" help:"List the groups."`
	Set     groupSet     `cmd:"" help:"Change a group; what is not named stays, a list that is named is replaced."`
	Remove  groupRemove  `cmd:"" help:"Remove a group and its reminders; its history stays."`
	Restore groupRestore `cmd:"" help:"Undo the removal of a group."`
}

// groupFlags are what add and set share. An empty value means: not named.
type groupFlags struct {
	Name       string   `help:"The group's name, as people read it."`
	Zone       string   `help:"Time zone, such as America/Los_Angeles."`
	Channel    []string `help:"discord:SERVER/CHANNEL or slack:CHANNEL; may be given several times; name them all: they replace those there were." sep:"none"`
	Quiet      string   `help:"Hours without posts: 21:00-08:00, or none."`
	Lang       []string `help:"Languages, such as en,es."`
	Session    []string `help:"When the group meets and how long: \"every Monday at 18:00, 90m\"; may be given several times; name them all: they replace those there were; none clears." sep:"none"`
	Skip       []string `help:"A date or range without group: 2026-12-24 or 2026-12-24..2027-01-02; may be given several times; name them all: they replace those there were; none clears." sep:"none"`
	Moderators string   `help:"Where the group's moderators hear of trouble: a place, or none."`
	Pause      string   `help:"Pause until a date (2026-12-24), \"on\" without an end, or \"off\"."`
}

func (f groupFlags) apply(g *bot.Group) error {
	if f.Name != "" {
		g.Name = f.Name
	}
	if f.Zone != "" {
		g.Zone = f.Zone
	}
	if f.Quiet != "" {
		g.Quiet = f.Quiet
	}
	if len(f.Lang) > 0 {
		g.Langs = f.Lang
	}
	if len(f.Channel) > 0 {
		g.Places = nil
		for _, s := range f.Channel {
			place, err := bot.ParsePlace(s)
			if err != nil {
				return &bot.UserError{Message: err.Error()}
			}
			g.Places = append(g.Places, place)
		}
	}
	if f.Moderators != "" {
		g.Moderators = bot.Place{}
		if f.Moderators != "none" {
			place, err := bot.ParsePlace(f.Moderators)
			if err != nil {
				return &bot.UserError{Message: err.Error()}
			}
			g.Moderators = place
		}
	}
	if len(f.Session) > 0 {
		g.Sessions = nil
		for _, s := range cleared(f.Session) {
			session, err := chat.ParseSession(s, scheduler.Reader{Locale: "en-US", Zone: g.Zone, Now: time.Now()})
			if err != nil {
				return err
			}
			g.Sessions = append(g.Sessions, session)
		}
	}
	if len(f.Skip) > 0 {
		g.Skips = cleared(f.Skip)
	}
	if f.Pause == "" {
		return nil
	}
	var err error
	g.Paused, err = chat.ParsePause(f.Pause, g.Zone)
	return err
}

func cleared(values []string) []string {
	if len(values) == 1 && values[0] == "none" {
		return nil
	}
	return values
}

type groupAdd struct {
	ID string `arg:"" help:"A short name: lower-case letters, digits, hyphens."`
	groupFlags
}

func (cmd groupAdd) Run(ctx context.Context, p program, c *Config) error {
	g := bot.Group{ID: cmd.ID, Quiet: "21:00-08:00", Langs: []string{"en"}}
	if err := cmd.apply(&g); err != nil {
		return err
	}
	return p.withOpen(ctx, c, func(o *opened) error {
		if err := o.bot.AddGroup(ctx, typist(), g); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "added group %s with %d places\n", g.ID, len(g.Places))
		return nil
	})
}

type groupSet struct {
	ID string `arg:"" help:"The group's ID."`
	groupFlags
}

func (cmd groupSet) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		g, err := o.group(ctx, cmd.ID)
		if err != nil {
			return err
		}
		if err := cmd.apply(&g); err != nil {
			return err
		}
		if err := o.bot.SetGroup(ctx, typist(), g); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "changed group %s\n", g.ID)
		return nil
	})
}

func (o *opened) group(ctx context.Context, id string) (bot.Group, error) {
	g, err := o.db.Group(ctx, id)
	if errors.Is(err, bot.ErrNotFound) {
		return g, &bot.UserError{Message: fmt.Sprintf("there is no group %s: circlekeeper group list shows them all", id)}
	}
	return g, err
}

type groupRemove struct {
	ID string `arg:"" help:"The group's ID."`
}

func (cmd groupRemove) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		if _, err := o.group(ctx, cmd.ID); err != nil {
			return err
		}
		if err := o.bot.RemoveGroup(ctx, typist(), cmd.ID); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "removed group %s and its reminders; its history stays\nundo: circlekeeper group restore %s\n", cmd.ID, cmd.ID)
		return nil
	})
}

type groupRestore struct {
	ID string `arg:"" help:"The group's ID."`
}

func (cmd groupRestore) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		if err := o.bot.RestoreGroup(ctx, typist(), cmd.ID, chat.AnyGroup); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "restored group %s and its reminders\n", cmd.ID)
		return nil
	})
}

type groupList struct{ Format }

// listedGroup is a group with its channels that posts do not reach.
type listedGroup struct {
	bot.Group
	Unreachable []unreachable `json:"unreachable,omitempty"`
}

type unreachable struct {
	Place  bot.Place `json:"place"`
	Since  time.Time `json:"since"`
	Reason string    `json:"reason"`
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
			listed[i].Group = g
			var places, bad []string
			for _, place := range g.Places {
				places = append(places, place.String())
			}
			for _, t := range open {
				if place, ok := t.Place(); ok && slices.Contains(g.Places, place) {
					listed[i].Unreachable = append(listed[i].Unreachable, unreachable{place, t.Since, t.Reason})
					bad = append(bad, fmt.Sprintf("%s since %s", place, o.say.Day(t.Since)))
				}
			}
			rows = append(rows, []string{g.ID, g.Name, g.Zone, o.say.QuietHours(g.Quiet), strings.Join(g.Langs, ","), strings.Join(places, " "), strings.Join(bad, ", ")})
		}
		return p.list(cmd.Format, listed, "ID NAME ZONE QUIET LANG PLACES UNREACHABLE", rows)
	})
}
