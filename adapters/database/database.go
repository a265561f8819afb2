// Package database keeps groups, reminders, deliveries, approvals and the audit
// trail in SQLite or PostgreSQL, with one set of queries, and runs the
// deliveries on River. Nothing about members is ever written.
package database

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"circlekeeper/bot"
)

var _ bot.Store = (*DB)(nil)

// DB is an open database. Its methods may be called from many goroutines. It has the parts of
// bot.Store, one for each subject.
type DB struct {
	*handle
	groupStore
	reminderStore
	deliveryStore
	staffStore
	signingStore
}

// The parts of a DB.
type (
	groupStore    struct{ *handle }
	reminderStore struct{ *handle }
	deliveryStore struct{ *handle }
	staffStore    struct{ *handle } // troubles, concerns and the audit trail
	signingStore  struct{ *handle } // approvals and reviewers
)

// handle is what all parts of a DB work with.
type handle struct {
	sql     *sql.DB
	pool    *pgxpool.Pool // nil on SQLite
	rights  *pgxpool.Pool // one connection, kept free to renew rights; nil on SQLite
	file    string        // the file's real name; empty on PostgreSQL
	exposed string        // why the file or the connection to the server is not safe; empty if it is
	setting setting       // the name of the setting that errors mention
	isNew   bool          // the file did not exist before
	now     func() time.Time
	log     *slog.Logger
	jobs    *river.Client[*sql.Tx] // inserts only; nil on SQLite
	change  chan struct{}          // holds one token when this process has changed something
	audited atomic.Int64           // number of audit rows written here; it orders those of one millisecond
	bell    bell                   // tells this process's queues of jobs, on SQLite
	jobTime func() time.Time       // the clock that jobs on SQLite go by
	newer   atomic.Bool            // a newer program has migrated it: this one changes nothing any more
}

// Open opens the database that url names ("sqlite:FILE" or "postgres://…"), and creates or
// migrates it if needed. Its errors are sentences without the password. The error is a
// *bot.UserError if url names no possible database.
func Open(ctx context.Context, url string, now func() time.Time, log *slog.Logger) (*DB, error) {
	return begun(ctx, (*DB).Begin)(Prepare(ctx, url, now, log))
}

// begun returns a function that calls begin on a prepared database, and closes the database if
// that fails.
func begun(ctx context.Context, begin func(*DB, context.Context) error) func(db *DB, err error) (*DB, error) {
	return func(db *DB, err error) (*DB, error) {
		if err != nil {
			return nil, err
		}
		if err := begin(db, ctx); err != nil {
			db.Close()
			return nil, err
		}
		return db, nil
	}
}

// openAny opens a database even if its records were moved elsewhere or are not complete.
func openAny(ctx context.Context, url string, now func() time.Time, log *slog.Logger) (*DB, error) {
	return begun(ctx, (*DB).setUp)(Prepare(ctx, url, now, log))
}

// openNew opens the database that a copy goes to.
func openNew(ctx context.Context, url string, now func() time.Time, log *slog.Logger) (*DB, error) {
	return begun(ctx, func(db *DB, ctx context.Context) error {
		if err := db.setUp(ctx); err != nil {
			return fmt.Errorf("%s: %w", copyTo, err)
		}
		return nil
	})(prepare(ctx, url, copyTo, now, log))
}

// Prepare does what Open does without asking a server: it fails only if url cannot be right. A
// file is opened at once. Until Begin has succeeded, any call may fail.
func Prepare(ctx context.Context, url string, now func() time.Time, log *slog.Logger) (*DB, error) {
	return prepare(ctx, url, databaseURL, now, log)
}

func prepare(ctx context.Context, url string, by setting, now func() time.Time, log *slog.Logger) (*DB, error) {
	db := newDB(now, log)
	db.setting = by
	file, ok := sqliteFile(url)
	switch {
	case ok && (file == "" || strings.ContainsAny(file, "?#%")):
		return nil, by.refuse("write sqlite:FILE with a plain file name")
	case ok:
		return db.prepared(db.openSQLite(ctx, file))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return db.prepared(db.openPostgres(ctx, url))
	}
	return nil, by.refuse("write sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME?sslmode=verify-full")
}

// prepared returns the opened database, or closes it and returns err.
func (db *DB) prepared(err error) (*DB, error) {
	if err == nil && db.pool != nil {
		db.jobs, err = river.NewClient(db.driver(), &river.Config{Logger: warnings(db.log)})
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// Begin connects, migrates the schema, and checks that the records were not moved elsewhere. It
// may be called again if Waits reports that its error may pass.
func (db *DB) Begin(ctx context.Context) error {
	if err := db.setUp(ctx); err != nil {
		return err
	}
	return Explain(db.whereabouts(ctx))
}

func (db *DB) setUp(ctx context.Context) error {
	if err := db.connect(ctx); err != nil {
		return err
	}
	return Explain(db.migrate(ctx))
}

func newDB(now func() time.Time, log *slog.Logger) *DB {
	h := &handle{now: now, log: log, change: make(chan struct{}, 1), bell: make(bell, 64), jobTime: time.Now, setting: databaseURL}
	return &DB{h, groupStore{h}, reminderStore{h}, deliveryStore{h}, staffStore{h}, signingStore{h}}
}

// openFile opens a SQLite file of any name.
func openFile(ctx context.Context, file string, now func() time.Time, log *slog.Logger) (*DB, error) {
	db := newDB(now, log)
	return begun(ctx, (*DB).Begin)(db.prepared(db.openSQLite(ctx, file)))
}

func (db *DB) openSQLite(ctx context.Context, named string) error {
	err := db.makeFile(named)
	if err != nil {
		return err
	}
	db.sql, err = openStatements(address(db.file,
		"_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)"+
			"&_pragma=synchronous(FULL)&_pragma=foreign_keys(on)&_pragma=secure_delete(on)"))
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	// SQLite allows one writer at a time; with one connection, callers wait in a fair order.
	db.sql.SetMaxOpenConns(1)
	// Two processes must not turn on the write-ahead log for the first time at once.
	unlock, err := db.lockSetup(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	err = db.sql.PingContext(ctx)
	switch CauseOf(err) {
	case Damaged:
		return fmt.Errorf("the file %s is not a database that can be used: %w", named, err)
	case Unknown:
		if err != nil {
			return fmt.Errorf("open the database: %w", err)
		}
	default:
		return fmt.Errorf("%s: %w", named, Explain(err))
	}
	return nil
}

// makeFile finds the file of a name. A file that does not exist is made so that nobody else on
// the machine can read it. A file that is no database is refused.
func (db *DB) makeFile(named string) error {
	var err error
	if db.file, err = realFile(named, db.setting); err == nil {
		if err := oneName(db.file, db.setting); err != nil {
			return err
		}
	}
	var f *os.File
	db.isNew = err == nil && !exists(db.file)
	if err == nil {
		f, err = os.OpenFile(db.file, os.O_RDWR|os.O_CREATE, 0o600)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Fault{Disk, fmt.Sprintf("the folder %s of the database does not exist: create it or change %s", filepath.Dir(named), db.setting), err}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return &Fault{ReadOnly, fmt.Sprintf("the database file %s cannot be written: give this user the right to write there or change %s", named, db.setting), err}
	case errors.Is(err, syscall.ENOSPC):
		return &Fault{Full, fmt.Sprintf("%s: %v", db.setting, bot.FileFault(named, err)), err}
	case errors.As(err, new(*bot.UserError)):
		return err
	case err != nil:
		return fmt.Errorf("%s: %w", db.setting, bot.FileFault(named, err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && openToOthers(info) {
		db.exposed = fmt.Sprintf("people other than its owner can read or change the file %s: type chmod 600 %s", db.file, db.file)
	}
	if holdsSomethingElse(f) {
		return &bot.UserError{Message: fmt.Sprintf("the file %s is not a database: %s names a wrong file, or this one was overwritten and the command restore puts a backup in its place; nothing was changed", named, db.setting)}
	}
	return nil
}

// holdsSomethingElse tells whether a file is not empty and does not begin like a SQLite file:
// https://www.sqlite.org/fileformat.html#the_database_header
func holdsSomethingElse(f io.Reader) bool {
	const begin = "SQLite format 3\x00"
	read := make([]byte, len(begin))
	n, err := io.ReadFull(f, read)
	return n > 0 && (err != nil || string(read) != begin)
}

// closeMost bounds how long Close waits for connections. A server that hangs would keep them
// open; they end with the program anyway.
const closeMost = 3 * time.Second

// Close releases the database.
func (db *DB) Close() error {
	closed := make(chan error, 1)
	go func() { // ends with the program, at the latest
		var err error
		if db.sql != nil {
			err = db.sql.Close()
		}
		if db.pool != nil {
			db.pool.Close()
		}
		if db.rights != nil {
			db.rights.Close()
		}
		closed <- err
	}()
	if db.pool == nil {
		return <-closed
	}
	most := time.NewTimer(closeMost)
	defer most.Stop()
	select {
	case err := <-closed:
		return err
	case <-most.C:
		db.log.Warn("the database does not let go of its connections; they end with the program")
		return nil
	}
}

func (db *DB) driver() riverdriver.Driver[*sql.Tx] {
	if db.pool == nil {
		return sqliteDriver{riversqlite.New(db.sql), db.bell}
	}
	return riverdatabasesql.NewWithPgxListener(db.sql, db.pool)
}

// IsNew reports whether the database's file was not there before.
func (db *DB) IsNew() bool { return db.isNew }

// Shared reports whether several processes may serve this database at once.
func (db *DB) Shared() bool { return db.pool != nil }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.sql.QueryRowContext(ctx, `select 1`).Scan(&one)
}

// ErrHeld reports that another process has the right that was asked for.
var ErrHeld = errors.New("held by another process")

// Hold takes the right to be the only server of a SQLite file, by a lock on a file beside it.
// release gives it back. For PostgreSQL see Right.
func (db *DB) Hold() (release func(), err error) { return lockServing(db.file) }

// HoldFile is Hold for the SQLite file that url names, which need not be one that can be opened.
func HoldFile(url string) (release func(), err error) {
	named, _ := sqliteFile(url)
	file, err := realFile(named, databaseURL)
	if err != nil {
		return nil, err
	}
	return lockServing(file)
}

// inTx runs do in a transaction and commits if it returns nil.
func (db *handle) inTx(ctx context.Context, do func(tx *sql.Tx) error) error {
	if db.newer.Load() {
		return ErrNewer
	}
	tx, err := db.sql.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// write is inTx for what the planner reads: it wakes the planner.
func (db *handle) write(ctx context.Context, do func(tx *sql.Tx) error) error {
	err := db.inTx(ctx, do)
	if err == nil {
		db.changed()
	}
	return err
}

// changed wakes this process's planner. Other processes' planners look by themselves every
// second.
func (db *handle) changed() {
	select {
	case db.change <- struct{}{}:
	default:
	}
}

// shrink gives memory back to the system after a burst of work, which takes many times what the
// program needs at rest. SQLite and Go would keep it.
func (db *handle) shrink(ctx context.Context) error {
	var err error
	if db.pool == nil {
		_, err = db.sql.ExecContext(ctx, `pragma shrink_memory`)
	}
	debug.FreeOSMemory()
	return err
}

// warnings leaves only River's warnings and errors in the log: it also reports its own counting
// and cleaning.
func warnings(log *slog.Logger) *slog.Logger {
	return slog.New(fromWarn{calmQueue(log.Handler())})
}

type fromWarn struct{ slog.Handler }

func (h fromWarn) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

type row interface{ Scan(...any) error }

type rower interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// execute makes a change of which only the error counts.
func execute(ctx context.Context, q execer, query string, args ...any) error {
	_, err := q.ExecContext(ctx, query, args...)
	return err
}

type querier interface {
	rower
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func list[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// first is the first row of a list, or bot.ErrNotFound.
func first[T any](all []T, err error) (one T, _ error) {
	switch {
	case err != nil:
		return one, err
	case len(all) == 0:
		return one, bot.ErrNotFound
	}
	return all[0], nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// newID makes a short random name that is easy to read aloud.
func newID() string {
	const letters = "23456789abcdefghjkmnpqrstuvwxyz"
	var raw [8]byte
	rand.Read(raw[:])
	for i, b := range raw {
		raw[i] = letters[int(b)%len(letters)]
	}
	return string(raw[:])
}

// affected returns bot.ErrNotFound if a statement changed no row.
func affected(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		err = bot.ErrNotFound
	}
	return err
}

func unchanged(r sql.Result) bool {
	n, err := r.RowsAffected()
	return err == nil && n == 0
}
