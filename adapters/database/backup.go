package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"circlekeeper/bot"
)

// Backup writes a consistent copy of a SQLite database to a new file. A backup
// that was cut off leaves an empty file under that name, never half a copy.
func (db *DB) Backup(ctx context.Context, file string) error {
	if db.pool != nil {
		return errors.New("the database is PostgreSQL: back it up with pg_dump")
	}
	real, err := realFile(file, backupFile)
	if err != nil {
		return fmt.Errorf("the backup cannot be written: %w", bot.FileFault(file, err))
	}
	if real == db.file {
		return &bot.UserError{Message: file + " is the database itself: name a new file"}
	}
	if slices.Contains(ownNames(db.file), real) {
		return &bot.UserError{Message: file + " is a name that belongs to the database: name another new file"}
	}
	part := real + ".part"
	for _, name := range append(companions(real), part) {
		if exists(name) { // SQLite would take it for a part of the backup
			return fmt.Errorf("%s lies where the backup goes: remove it, or name another new file", name)
		}
	}
	f, err := os.OpenFile(real, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		if info, err := os.Stat(real); err == nil && info.IsDir() {
			return bot.FileFault(file, syscall.EISDIR)
		}
		return fmt.Errorf("%s exists already: name a new file", file)
	}
	if err != nil {
		return fmt.Errorf("the backup cannot be written: %w", bot.FileFault(file, err))
	}
	f.Close()
	if err := db.writeBackup(ctx, part, real); err != nil {
		os.Remove(part)
		os.Remove(real)
		if CauseOf(err) == Full {
			err = bot.FileFault(file, syscall.ENOSPC)
		}
		return fmt.Errorf("the backup cannot be written: %w", err)
	}
	return nil
}

// writeBackup makes the copy under one name and then gives it its own.
func (db *DB) writeBackup(ctx context.Context, part, file string) error {
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	_, err = db.sql.ExecContext(ctx, `vacuum into $1`, part)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	settleFolder(file)
	return nil
}
