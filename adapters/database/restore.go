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
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"circlekeeper/bot"
)

// Restore puts a backup in the place of a SQLite database that nobody serves. It keeps the old
// database beside it and returns the old one's name; empty if there was none. A crash at any
// point leaves either the old or the new database, whole, and the same restore may be started
// again.
func Restore(ctx context.Context, url, backup string, now func() time.Time, log *slog.Logger) (kept string, err error) {
	return restore(ctx, url, backup, now, log, func(string) {})
}

// freshName is the name of the new database until it replaces the old one.
func freshName(file string) string { return file + ".restoring" }

// restore does what Restore does, and calls step after each change of a file, so that tests can
// stop it there.
func restore(ctx context.Context, url, backup string, now func() time.Time, log *slog.Logger, step func(name string)) (kept string, err error) {
	named, ok := sqliteFile(url)
	if !ok {
		return "", errors.New("the database is not SQLite: restore it with pg_restore, then give the command restore --mark")
	}
	file, err := realFile(named, databaseURL)
	if err != nil {
		return "", fmt.Errorf("restore: %s: %w", databaseURL, bot.FileFault(named, err))
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

// foreign refuses to restore from the database itself, from a file that belongs to it, and from
// a backup that needs another file beside it to be whole.
func foreign(backup, file string) error {
	source, err := realFile(backup, backupFile)
	if err != nil {
		return fmt.Errorf("restore: %w", bot.FileFault(backup, err))
	}
	from, err := os.Stat(source)
	if err == nil && from.IsDir() {
		err = syscall.EISDIR
	}
	if err != nil {
		return fmt.Errorf("restore: %w", bot.FileFault(backup, err))
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

// makeReady copies a backup to a single file, migrates it, marks it as restored, and returns
// the file's hash.
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

// keep copies the database that is to be replaced to a name of its own, and moves away what
// lies beside it. The database is one whole file before that, so the rename that follows is the
// only step that changes what is in use.
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
	// These files now belong to no database, or to one that cannot be read.
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

// asOneFile writes what a killed program left in the log into the database file, and removes
// the log. A file that cannot be read stays as it is.
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
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// unused returns a name under which neither a file nor a SQLite companion exists: the given
// one, or it with -2, -3 and so on.
func unused(name string) string {
	free := name
	for n := 2; slices.ContainsFunc(append(companions(free), free), exists); n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}

// isRestored checks that the file in the database's place is the one that was made ready, is
// sound and marked, and has no log beside it that SQLite would replay.
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

// MarkRestored notes that the database was restored. What was due before now may have been
// posted by the lost database, so it is looked up before it is sent.
func (db *DB) MarkRestored(ctx context.Context) error {
	now := db.now()
	written, before, err := db.newest(ctx, now)
	if err != nil {
		return err
	}
	if written.Sub(now) > clockMost { // a clock that was ahead wrote it, at an unknown time
		written = before
	}
	return db.inTx(ctx, func(tx *sql.Tx) error {
		// If the backup was made soon after an earlier restore, what came before that restore
		// is still unknown.
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
		return execute(ctx, tx, `update deliveries set state = 'sending', begun_at = at where state = 'due'`)
	})
}

// gapMost is how far back to look for posts of a lost database.
const gapMost = 32 * 24 * time.Hour

// gap returns the time from the backup to its restore, of which the database knows nothing;
// zero if it was not restored.
func gap(ctx context.Context, tx *sql.Tx) (g bot.Gap, err error) {
	if g.To, err = mark(ctx, tx, "restored"); err != nil || g.To.IsZero() {
		return bot.Gap{}, err
	}
	g.From, err = mark(ctx, tx, "backup")
	if g.From.IsZero() { // an older program did not set the mark
		g.From = g.To.Add(-gapMost)
	}
	return g, err
}

// asWritten is the prefix of marks that keep the first times of a gap, when mendRecords has
// changed these because they were in the future.
const asWritten = "as written "

// keepGap copies the times of a gap that are in the future. now is in milliseconds.
func keepGap(ctx context.Context, tx *sql.Tx, now int64) error {
	return execute(ctx, tx, `insert into marks (name, at) select '`+asWritten+`' || name, at from marks
		where at > $1 and name in ('restored', 'backup') on conflict do nothing`, now)
}

// putBackGap gives a gap its first times again once these have come. They were true: the clock
// that took them for times of a clock ahead was itself behind.
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

// forgetWritten deletes the first times of a gap.
func forgetWritten(ctx context.Context, tx *sql.Tx) error {
	return execute(ctx, tx, `delete from marks where name in ($1, $2)`, asWritten+"restored", asWritten+"backup")
}

// removeAll removes what a restore that was cut off made.
func removeAll(file string) {
	for _, name := range append(companions(file), file, file+".setup") {
		os.Remove(name)
	}
}

// isOurs tells whether a file is a whole backup of this program.
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
		return bot.FileFault(from, err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return bot.FileFault(to, err)
	}
	// Only Write of the target is used: where the system copies by itself, an error of reading
	// names the target too.
	_, err = io.Copy(struct{ io.Writer }{out}, in)
	if fault, is := errors.AsType[*fs.PathError](err); is && fault.Path == from {
		return bot.FileFault(from, errors.Join(err, out.Close()))
	}
	return bot.FileFault(to, errors.Join(err, out.Sync(), out.Close()))
}

func hashOf(f io.Reader) ([]byte, error) {
	h := sha256.New()
	_, err := io.Copy(h, f)
	return h.Sum(nil), err
}
