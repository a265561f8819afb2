package main

import (
	"context"
	"fmt"
	"time"

	"circlekeeper/adapters/database"
)

type databaseCommand struct {
	Copy databaseCopy `cmd:"" help:"Copy everything to an empty database, SQLite or PostgreSQL, and compare it; the old one then says where it went."`
}

type databaseCopy struct {
	To string `required:"" placeholder:"URL" help:"The new, empty database: sqlite:FILE or postgres://…"`
}

// progressEvery is how often a copy says how far it is.
const progressEvery = 2 * time.Second

// Run copies while nobody serves either database.
func (cmd databaseCopy) Run(ctx context.Context, p program, c *Config) error {
	said := time.Now()
	place, copied, err := database.Copy(ctx, database.CopyConfig{
		From: c.DatabaseURL, To: cmd.To, Now: p.now, Log: c.logger(p),
		Progress: func(done, total int64) {
			if time.Since(said) >= progressEvery || done == total {
				said = time.Now()
				fmt.Fprintf(p.err, "%3d %% (%d of %d rows)\n", 100*done/total, done, total)
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
