package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
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
	since, err := cmd.Since.before(p.now())
	if err != nil {
		return err
	}
	listed := func(e bot.AuditEntry) bool { return cmd.All || !e.At.Before(since) }
	var left int
	if cmd.Format.Format == "json" {
		left, err = cmd.programs(ctx, p, db, listed)
	} else {
		left, err = cmd.people(ctx, p, c, db, listed)
	}
	if err == nil && left > 0 {
		fmt.Fprintf(p.err, "circlekeeper: %s left out: --all lists every one\n", counted(left, "older change is", "older changes are"))
	}
	return err
}

// most is how many entries are read. The entries come by their IDs, which need not follow their times;
// and what an entry changed shows beside the one before it, which may be further back than what is
// listed.
func (cmd auditCommand) most() int { return max(maxListed, cmd.Limit) }

// programs prints the entries as JSON, the newest first, and returns how many it left out.
func (cmd auditCommand) programs(ctx context.Context, p program, db *database.DB, listed func(bot.AuditEntry) bool) (left int, err error) {
	out := bufio.NewWriter(p.out)
	n := 0
	for e, err := range db.AuditTrail(ctx, cmd.most(), true) {
		if err != nil {
			return 0, err
		}
		if n == cmd.Limit || !listed(e) {
			left++
			continue
		}
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetIndent("  ", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return 0, err
		}
		between := ",\n  "
		if n++; n == 1 {
			between = "[\n  "
		}
		fmt.Fprint(out, between, strings.TrimSuffix(text.String(), "\n"))
	}
	end := "\n]\n"
	if n == 0 {
		end = "[]\n"
	}
	fmt.Fprint(out, end)
	return left, out.Flush()
}

// people prints the entries in words, the newest first, and returns how many it left out.
func (cmd auditCommand) people(ctx context.Context, p program, c *Config, db *database.DB, listed func(bot.AuditEntry) bool) (left int, err error) {
	t, err := p.trail(ctx, c, db)
	if err != nil {
		return 0, err
	}
	var shown table
	all := 0
	for e, err := range db.AuditTrail(ctx, cmd.most(), false) {
		if err != nil {
			return 0, err
		}
		all++
		if row := t.row(e); listed(e) {
			shown.add(row...)
		}
	}
	shown.rows = shown.rows[max(0, len(shown.rows)-cmd.Limit):]
	slices.Reverse(shown.rows)
	return all - len(shown.rows), shown.print(p.out, "AT ACTOR ACTION TARGET BECAME")
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

// commonClock returns the zone of moments that belong to no single group.
func commonClock(ctx context.Context, o *opened) (*time.Location, error) {
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
