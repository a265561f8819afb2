package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Backup writes a consistent copy of a SQLite database to a new file.
func (db *DB) Backup(ctx context.Context, file string) error {
	if db.pool != nil {
		return errors.New("the database is PostgreSQL: back it up with pg_dump")
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already: name a new file", file)
	}
	if err != nil {
		return fmt.Errorf("the backup cannot be written: %w", err)
	}
	f.Close()
	if _, err := db.sql.ExecContext(ctx, `vacuum into $1`, file); err != nil {
		os.Remove(file)
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// Restore puts a backup in the place of a SQLite database that nobody serves.
// What stood there before is kept beside it, under the name that is returned.
func Restore(ctx context.Context, url, backup string, now func() time.Time, log *slog.Logger) (kept string, err error) {
	file, ok := strings.CutPrefix(url, "sqlite:")
	if !ok {
		return "", errors.New("the database is not SQLite: restore it with pg_restore")
	}
	file = strings.TrimPrefix(file, "//")
	lock := flock.New(file + ".lock")
	free, err := lock.TryLock()
	if err != nil {
		return "", fmt.Errorf("lock the database: %w", err)
	}
	if !free {
		return "", errors.New("circlekeeper run serves this database: stop it first")
	}
	defer lock.Unlock()
	fresh := file + ".restoring"
	removeAll(fresh)
	defer removeAll(fresh)
	if err := copyFile(backup, fresh); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	if err := isOurs(ctx, fresh); err != nil {
		return "", err
	}
	if err := markRestored(ctx, fresh, now, log); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	if _, err := os.Stat(file); err == nil {
		kept = unused(file + ".before-" + now().UTC().Format("20060102T150405"))
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Rename(file+suffix, kept+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return kept, fmt.Errorf("restore: %w", err)
			}
		}
	}
	if err := os.Rename(fresh, file); err != nil {
		return kept, fmt.Errorf("restore: %w", err)
	}
	return kept, nil
}

// unused is a name that nothing has yet: the one given, or that with -2, -3 and so on.
func unused(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(free); err != nil {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// markRestored marks a backup before it takes the database's place.
func markRestored(ctx context.Context, file string, now func() time.Time, log *slog.Logger) error {
	db, err := Open(ctx, "sqlite:"+file, now, log)
	if err != nil {
		return err
	}
	err = db.MarkRestored(ctx)
	if err == nil { // one file again, so that it can be moved
		_, err = db.sql.ExecContext(ctx, `pragma journal_mode = delete`)
	}
	return errors.Join(err, db.Close())
}

// MarkRestored notes that what was due before now may have been posted by a
// database that was lost: it is looked up before it is sent.
func (db *DB) MarkRestored(ctx context.Context) error {
	return db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into marks (name, at) values ('restored', $1)
			on conflict (name) do update set at = excluded.at`, millis(db.now()))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `update deliveries set state = 'sending', begun_at = at where state = 'due'`)
		return err
	})
}

func removeAll(file string) {
	for _, suffix := range []string{"", "-wal", "-shm", ".setup"} {
		os.Remove(file + suffix)
	}
}

// isOurs tells a whole backup of this program from any other database.
func isOurs(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		return err
	}
	defer db.Close()
	var version int
	var sound string
	err = db.QueryRowContext(ctx, `select max(version) from schema_version`).Scan(&version)
	if err == nil {
		err = db.QueryRowContext(ctx, `pragma quick_check(1)`).Scan(&sound)
	}
	if err != nil || version < 1 || sound != "ok" {
		return errors.New("the file is not a whole backup of circlekeeper: nothing was changed")
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
