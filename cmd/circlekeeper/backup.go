package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

type backupCommand struct {
	File string `arg:"" help:"A new file." type:"path"`
}

func (cmd backupCommand) Run(ctx context.Context, p program, c *Config) error {
	db, err := database.Open(ctx, c.DatabaseURL, p.now, c.logger(p))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Backup(ctx, cmd.File); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "wrote %s; keep it as private as the database\n", cmd.File)
	return nil
}

type restoreCommand struct {
	File string `arg:"" optional:"" help:"A file that backup wrote." type:"path"`
	Mark bool   `help:"The database was restored by other means, such as pg_restore: look up what was due before now instead of sending it again."`
}

func (cmd restoreCommand) Run(ctx context.Context, p program, c *Config) error {
	switch {
	case cmd.Mark && cmd.File != "":
		return &bot.UserError{Message: "a file or --mark, not both: --mark is for a database that was restored already, with pg_restore or the like"}
	case !cmd.Mark && cmd.File == "":
		return &bot.UserError{Message: "name the backup to restore, or --mark after pg_restore"}
	}
	if cmd.Mark {
		db, err := database.Open(ctx, c.DatabaseURL, p.now, c.logger(p))
		if err != nil {
			return err
		}
		defer db.Close()
		if err := db.MarkRestored(ctx); err != nil {
			return err
		}
		fmt.Fprintln(p.out, "noted: what was due before now is looked up on the platforms instead of being sent again")
		return nil
	}
	if _, err := os.Stat(cmd.File); errors.Is(err, fs.ErrNotExist) && c.onFile() { // Restore says what to do with PostgreSQL
		return &bot.UserError{Message: fmt.Sprintf("there is no file %s: name one that the command backup wrote", cmd.File)}
	}
	kept, err := database.Restore(ctx, c.DatabaseURL, cmd.File, p.now, c.logger(p))
	if err != nil {
		return err
	}
	if kept != "" {
		fmt.Fprintf(p.out, "the database as it was before is kept as %s\n", kept)
		if moved := database.MovedFrom(ctx, kept); moved != nil {
			fmt.Fprintf(p.err, "circlekeeper: its records were copied to %s on %s UTC: serve only one of the two, or both post everything\n", moved.Place, moved.At.UTC().Format("2006-01-02 15:04"))
		}
	}
	fmt.Fprintf(p.out, "restored %s\n", cmd.File)
	return nil
}

type versionCommand struct{}

func (versionCommand) Run(p program) error {
	version := "development"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		version = info.Main.Version
	}
	zones := scheduler.CurrentZoneData()
	_, err := fmt.Fprintf(p.out, "circlekeeper %s\ntime zone data %s\n", version, zones)
	if says := staleZones(zones, p.now()); err == nil && says != "" {
		_, err = fmt.Fprintln(p.err, "circlekeeper:", says)
	}
	return err
}

// staleZones says what is wrong with the time zone data, or nothing.
func staleZones(d scheduler.ZoneData, now time.Time) string {
	const update = "update the system's tzdata, or this program, or set ZONEINFO to newer data"
	switch {
	case d.Fault != nil:
		return fmt.Sprintf("ZONEINFO: %s holds no time zone data (%v)", os.Getenv("ZONEINFO"), d.Fault)
	case d.Release == "":
		return "nothing says how old the time zone data are; where a law changed the clock since, reminders come at a wrong hour: " + update
	case d.Old(now):
		return fmt.Sprintf("the time zone data %s are older than a year; where a law changed the clock since, reminders come at a wrong hour: %s", d, update)
	}
	return ""
}
