package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

type auditCommand struct {
	Since Since `help:"How far back: 30d, 12h, 2 weeks, yesterday, or a day such as 2026-11-01." default:"365d"`
	Limit int   `help:"How many at most." default:"1000"`
	All   bool  `help:"Every change on record, whatever --since and --limit say."`
	Format
}

func (cmd auditCommand) Run(ctx context.Context, p program, c *Config) error {
	if err := checkLimit(cmd.Limit); err != nil {
		return err
	}
	if cmd.All {
		cmd.Limit = math.MaxInt32
	}
	db, err := database.Open(ctx, c.DatabaseURL, p.now, c.logger(p))
	if err != nil {
		return err
	}
	defer db.Close()
	// What an entry changed shows beside the one before it, which may be further back than
	// what is listed.
	all, err := db.Audit(ctx, time.Unix(0, 0), max(maxListed, cmd.Limit))
	if err != nil {
		return err
	}
	t, err := p.trail(ctx, c, db)
	if err != nil {
		return err
	}
	// The entries come by their IDs, which need not follow their times.
	since, err := cmd.Since.before(p.now())
	if err != nil {
		return err
	}
	var entries []bot.AuditEntry
	var rows [][]string
	for i, row := range t.rows(all) {
		if len(rows) < cmd.Limit && (cmd.All || !all[i].At.Before(since)) {
			entries, rows = append(entries, all[i]), append(rows, row)
		}
	}
	if left := len(all) - len(entries); left > 0 {
		fmt.Fprintf(p.err, "circlekeeper: %s left out: --all lists every one\n", counted(left, "older change is", "older changes are"))
	}
	return p.list(cmd.Format, entries, "AT ACTOR ACTION TARGET BECAME", rows)
}

// trail makes a trail for the command. If the clinic's content cannot be used, it uses the
// program's own words, so that the audit trail can always be read.
func (p program) trail(ctx context.Context, c *Config, db *database.DB) (*trail, error) {
	books, err := c.books()
	if err != nil {
		if books, err = words.Embedded(); err != nil {
			return nil, err
		}
	}
	library, err := c.library()
	if err != nil {
		if library, err = content.Load(content.Options{Langs: books.Langs(), Voice: books.Voice()}); err != nil {
			return nil, err
		}
	}
	groups, err := db.Groups(ctx)
	if err != nil {
		return nil, err
	}
	removed, err := db.RemovedGroups(ctx)
	if err != nil {
		return nil, err
	}
	t := &trail{
		say:    books.Reader(words.English),
		tables: changes.New(changes.Config{Library: func() *content.Library { return library }, Books: books, Now: p.now}),
		here:   p.now().Location(), clock: clockOf(groups, p.now().Location()), zones: make(map[string]*time.Location), at: make(map[bot.Place]*time.Location),
		groups: make(map[string]bot.Group), reminders: make(map[string]bot.Reminder),
	}
	for _, g := range append(removed, groups...) {
		t.zones[g.ID] = zoneOf(g)
		for _, place := range g.Places {
			t.at[place] = zoneOf(g)
		}
	}
	return t, nil
}

// clock returns the zone of moments that belong to no single group.
func (o *opened) clock(ctx context.Context) (*time.Location, error) {
	groups, err := o.db.Groups(ctx)
	return clockOf(groups, o.now().Location()), err
}

// clockOf returns the zone of the groups if all have the same, else the machine's.
func clockOf(groups []bot.Group, here *time.Location) *time.Location {
	for _, g := range groups {
		if g.Zone != groups[0].Zone {
			return here
		}
	}
	if len(groups) == 0 {
		return here
	}
	return zoneOf(groups[0])
}
