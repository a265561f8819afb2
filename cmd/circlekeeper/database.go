package main

import (
	"context"
	"fmt"

	"circlekeeper/adapters/database"
)

type databaseCommand struct {
	Copy databaseCopy `cmd:"" help:"Copy everything to an empty database, SQLite or PostgreSQL, and compare it; the old one then says where it went."`
}

type databaseCopy struct {
	To string `required:"" placeholder:"URL" help:"The new, empty database: sqlite:FILE or postgres://…"`
}

// Run copies while nobody serves either database.
func (cmd databaseCopy) Run(ctx context.Context, p program, c *Config) error {
	said := int64(-1)
	place, copied, err := database.Copy(ctx, database.CopyConfig{
		From: c.DatabaseURL, To: cmd.To, Now: p.now, Log: c.logger(p),
		Progress: func(done, total int64) {
			if percent := 100 * done / total; percent != said && (percent%5 == 0 || percent > said+5) {
				said = percent
				fmt.Fprintf(p.err, "%3d %% (%d of %d rows)\n", percent, done, total)
			}
		},
	})
	if err != nil {
		return err
	}
	for _, t := range copied {
		fmt.Fprintf(p.out, "%-12s %13s, the same on both sides\n", t.Table, counted(int(t.Rows), "row", "rows"))
	}
	fmt.Fprintf(p.out, "The records are now in %s: set DATABASE_URL to it, and start %s run.\nThe old database stays as it was and takes no changes.\n", place, p.called)
	return nil
}
