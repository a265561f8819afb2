package database

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"circlekeeper/bot"
)

// Restore puts a backup in the place of a SQLite database that nobody serves.
// What stood there before is kept beside it, under the name that is returned;
// empty if nothing stood there. A crash at any point leaves the old database or
// the new one, each whole; the same restore may be started again.
func Restore(ctx context.Context, url, backup string, now func() time.Time, log *slog.Logger) (kept string, err error) {
	return restore(ctx, url, backup, now, log, func(string) {})
}

// freshName is where the new database is made ready.
func freshName(file string) string { return file + ".restoring" }

// restore calls step after each thing that it has done to the files.
func restore(ctx context.Context, url, backup string, now func() time.Time, log *slog.Logger, step func(name string)) (kept string, err error) {
	named, ok := sqliteFile(url)
	if !ok {
		return "", errors.New("the database is not SQLite: restore it with pg_restore, then give the command restore --mark")
	}
	file, err := realFile(named, databaseURL)
	if err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	if err := oneName(file, databaseURL); err != nil {
		return "", err
	}
	if err := foreign(backup, file); err != nil {
		return "", err
	}
	release, err := lockServing(file)
	if errors.Is(err, ErrHeld) {
		return "", errors.New("a running circlekeeper serves this database: stop it first")
	}
	if err != nil {
		return "", err
	}
	defer release()
	// No command opens the database while it changes its place.
	unlock, err := lockFile(ctx, file)
	if err != nil {
		return "", err
	}
	defer unlock()

	fresh := freshName(file)
	removeAll(fresh)
	defer removeAll(fresh)
	at := now()
	sum, err := makeReady(ctx, backup, fresh, func() time.Time { return at }, log)
	if err != nil {
		return "", err
	}
	step("made the new database ready")
	if kept, err = keep(ctx, file, at, step); err != nil {
		return kept, err
	}
	if owner, err := os.Stat(file); err == nil {
		giveTo(owner, fresh)
	}
	if err := os.Rename(fresh, file); err != nil {
		return kept, fmt.Errorf("restore: %w", err)
	}
	step("put the new database in its place")
	settleFolder(file)
	if err := isRestored(ctx, file, sum, at); err != nil {
		return kept, err
	}
	return kept, nil
}

// foreign refuses to restore from the database itself, from what belongs to it,
// and from a file that is not whole without what lies beside it.
func foreign(backup, file string) error {
	source, err := realFile(backup, backupFile)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	from, err := os.Stat(source)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	to, err := os.Stat(file)
	if source == file || err == nil && os.SameFile(from, to) {
		return &bot.UserError{Message: backup + " is the database itself: name a file that the command backup wrote"}
	}
	if slices.Contains(ownNames(file), source) {
		return &bot.UserError{Message: backup + " belongs to the database that would be replaced: name a file that the command backup wrote, or move it elsewhere first"}
	}
	for _, beside := range companions(source)[:2] {
		if filled(beside) {
			return fmt.Errorf("beside %s lies %s: it is a database in use, or one that was cut off, or the second file is another one's; copy it with the command backup, or move the second file away if the first is whole", backup, beside)
		}
	}
	return nil
}

// makeReady copies a backup, brings it to this version, marks it as restored and
// returns the hash of the one file that it then is.
func makeReady(ctx context.Context, backup, fresh string, now func() time.Time, log *slog.Logger) (sum []byte, err error) {
	if err := copyFile(backup, fresh); err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	if !isOurs(ctx, fresh) {
		return nil, &bot.UserError{Message: fmt.Sprintf("the file %s is not a whole backup of circlekeeper: choose another one that the command backup wrote; nothing was changed", backup)}
	}
	if err := markRestored(ctx, fresh, now, log); errors.Is(err, ErrNewer) {
		return nil, err
	} else if err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	f, err := os.OpenFile(fresh, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	sum, err = hashOf(f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	return sum, nil
}

// keep copies the database that is to be replaced to a name of its own and takes
// away what lies beside it. Until then it is one whole file, so that the rename
// that follows is the only moment of change.
func keep(ctx context.Context, file string, at time.Time, step func(string)) (kept string, err error) {
	there := exists(file)
	left := slices.DeleteFunc(companions(file), func(name string) bool { return !exists(name) })
	if !there && len(left) == 0 {
		return "", nil
	}
	kept = unused(file + ".before-" + at.UTC().Format("20060102T150405"))
	if there {
		if err := asOneFile(ctx, file); err != nil {
			return "", err
		}
		step("made the old database one file")
		if err := copyFile(file, kept); err != nil {
			return "", fmt.Errorf("restore: %w", err)
		}
		if info, err := os.Stat(file); err == nil {
			giveTo(info, kept)
		}
		step("kept the old database")
	}
	// What is left now belongs to no database or to one that cannot be read.
	for i, name := range companions(file) {
		err := os.Rename(name, companions(kept)[i])
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return kept, fmt.Errorf("restore: %w", err)
		}
		if err == nil {
			step("moved what lay beside it")
		}
	}
	settleFolder(file)
	return kept, nil
}

// asOneFile brings what a killed program left in the log into the database file
// and ends the log. A file that cannot be read stays as it is.
func asOneFile(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", address(file, "_pragma=busy_timeout(2000)"))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var mode string
	err = db.QueryRowContext(ctx, `pragma journal_mode = delete`).Scan(&mode)
	switch code := sqliteCode(err); {
	case err == nil && mode == "delete":
		return nil
	case err == nil, code == sqlite3.SQLITE_BUSY, code == sqlite3.SQLITE_LOCKED:
		return errors.New("another program has the database open: stop it first; nothing was changed")
	case code == sqlite3.SQLITE_NOTADB, code == sqlite3.SQLITE_CORRUPT:
		return nil
	}
	return fmt.Errorf("restore: the old database could not be made one file; nothing was changed: %w", err)
}

// sqliteCode is the primary result code of an error of SQLite's, or 0.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// unused is a name that nothing has yet, nor what would lie beside it: the one
// given, or that with -2, -3 and so on.
func unused(name string) string {
	free := name
	for n := 2; slices.ContainsFunc(append(companions(free), free), exists); n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}

// isRestored looks whether what now stands in the database's place is what was
// made ready, sound and marked, with nothing beside it that SQLite would replay.
func isRestored(ctx context.Context, file string, sum []byte, at time.Time) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	now, err := hashOf(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	notOurs := errors.New("restore: the database in its place is not the backup: another program writes there; stop it and restore again")
	if !bytes.Equal(now, sum) || slices.ContainsFunc(companions(file), exists) {
		return notOurs
	}
	db, err := sql.Open("sqlite", address(file, "mode=ro"))
	if err != nil {
		return err
	}
	defer db.Close()
	var sound string
	var mark int64
	err = db.QueryRowContext(ctx, `pragma integrity_check(1)`).Scan(&sound)
	if err == nil {
		err = db.QueryRowContext(ctx, `select at from marks where name = 'restored'`).Scan(&mark)
	}
	if err != nil {
		return fmt.Errorf("restore: the database in its place cannot be read: %w", err)
	}
	if sound != "ok" || mark != millis(at) {
		return notOurs
	}
	return nil
}

// markRestored marks a backup before it takes the database's place.
func markRestored(ctx context.Context, file string, now func() time.Time, log *slog.Logger) error {
	db, err := openFile(ctx, file, now, log)
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
	now := db.now()
	written, before, err := db.newest(ctx, now)
	if err != nil {
		return err
	}
	if written.Sub(now) > clockMost { // a clock that was ahead wrote it: when, nobody knows
		written = before
	}
	return db.inTx(ctx, func(tx *sql.Tx) error {
		// A backup that was made soon after a restore leaves what came before that
		// unknown.
		if err := putBackGap(ctx, tx, now); err != nil {
			return err
		}
		last, err := gap(ctx, tx)
		if err != nil {
			return err
		}
		if !last.From.IsZero() && last.From.Before(written) && written.Sub(last.To) < gapMost {
			written = last.From
		}
		written = latest(earliest(written, now), now.Add(-gapMost))
		for name, at := range map[string]time.Time{"restored": now, "backup": written} {
			if err := setMark(ctx, tx, name, at); err != nil {
				return err
			}
		}
		if err := forgetWritten(ctx, tx); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `update deliveries set state = 'sending', begun_at = at where state = 'due'`)
		return err
	})
}

// gapMost is how far back is looked for what a lost database posted.
const gapMost = 32 * 24 * time.Hour

// gap is the time of which a restored database knows nothing; zero if there is none.
func gap(ctx context.Context, tx *sql.Tx) (g bot.Gap, err error) {
	if g.To, err = mark(ctx, tx, "restored"); err != nil || g.To.IsZero() {
		return bot.Gap{}, err
	}
	g.From, err = mark(ctx, tx, "backup")
	if g.From.IsZero() { // restored by a program that did not note it
		g.From = g.To.Add(-gapMost)
	}
	return g, err
}

// asWritten stands before the names of a gap's marks that lay ahead of the clock, and that
// mendRecords has set to its moment: they keep what was written first.
const asWritten = "as written "

// keepGap keeps the moments of a gap aside that lie ahead, in milliseconds.
func keepGap(ctx context.Context, tx *sql.Tx, now int64) error {
	_, err := tx.ExecContext(ctx, `insert into marks (name, at) select '`+asWritten+`' || name, at from marks
		where at > $1 and name in ('restored', 'backup') on conflict do nothing`, now)
	return err
}

// putBackGap gives a gap the moments back that were written first, once they have come:
// the clock was behind when they were taken for those of a clock ahead.
func putBackGap(ctx context.Context, tx *sql.Tx, now time.Time) error {
	written, err := mark(ctx, tx, asWritten+"restored")
	if err != nil || written.IsZero() || written.After(now) {
		return err
	}
	_, err = tx.ExecContext(ctx, `update marks set at = w.at from marks w where w.name = '`+asWritten+`' || marks.name`)
	if err != nil {
		return err
	}
	return forgetWritten(ctx, tx)
}

// forgetWritten forgets the moments that were kept aside.
func forgetWritten(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `delete from marks where name in ($1, $2)`, asWritten+"restored", asWritten+"backup")
	return err
}

// removeAll removes what a restore that was cut off made.
func removeAll(file string) {
	for _, name := range append(companions(file), file, file+".setup") {
		os.Remove(name)
	}
}

// isOurs tells a whole backup of this program from any other file.
func isOurs(ctx context.Context, file string) bool {
	db, err := sql.Open("sqlite", address(file, ""))
	if err != nil {
		return false
	}
	defer db.Close()
	var version int
	var sound string
	err = db.QueryRowContext(ctx, `select max(version) from schema_version`).Scan(&version)
	if err == nil {
		err = db.QueryRowContext(ctx, `pragma integrity_check(1)`).Scan(&sound)
	}
	return err == nil && version > 0 && sound == "ok"
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

func hashOf(f io.Reader) ([]byte, error) {
	h := sha256.New()
	_, err := io.Copy(h, f)
	return h.Sum(nil), err
}
