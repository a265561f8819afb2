package main

import (
	"context"
	"fmt"
	"runtime/debug"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
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
	File string `arg:"" optional:"" help:"A file that backup wrote." type:"existingfile"`
	Mark bool   `help:"The database was restored by other means, such as pg_restore: look up what was due before now instead of sending it again."`
}

func (cmd restoreCommand) Run(ctx context.Context, p program, c *Config) error {
	if cmd.Mark == (cmd.File != "") {
		return &bot.UserError{Message: "name the backup to restore, or --mark after pg_restore"}
	}
	if cmd.Mark {
		db, err := database.Open(ctx, c.DatabaseURL, p.now, c.logger(p))
		if err != nil {
			return err
		}
		defer db.Close()
		return db.MarkRestored(ctx)
	}
	kept, err := database.Restore(ctx, c.DatabaseURL, cmd.File, p.now, c.logger(p))
	if err != nil {
		return err
	}
	if kept != "" {
		fmt.Fprintf(p.out, "the database as it was before is kept as %s\n", kept)
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
	_, err := fmt.Fprintln(p.out, "circlekeeper", version)
	return err
}
