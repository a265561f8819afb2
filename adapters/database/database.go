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

// DB is an open database. Its methods may be called from many goroutines. What it keeps is
// cut by what it is about, as bot.Store is.
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
	staffStore    struct{ *handle } // what staff are told of, and what was done
	signingStore  struct{ *handle } // what was signed, and who may sign
)

// handle is what all parts of a DB work with.
type handle struct {
	sql     *sql.DB
	pool    *pgxpool.Pool // nil on SQLite
	rights  *pgxpool.Pool // one connection, so that a busy program keeps its rights; nil on SQLite
	file    string        // the file's real name; empty on PostgreSQL
	exposed string        // what is wrong with the way to it
	setting setting       // where whoever types names it
	isNew   bool          // its file was not there
	now     func() time.Time
	log     *slog.Logger
	jobs    *river.Client[*sql.Tx] // inserts only; nil on SQLite
	change  chan struct{}          // holds one token when something was changed here
	audited atomic.Int64           // audit rows written here, so that those of one millisecond keep their order
	bell    bell                   // wakes this process's workers, on SQLite
	jobTime func() time.Time       // the clock that jobs on SQLite go by
	newer   atomic.Bool            // a newer program has migrated it meanwhile: nothing is changed any more
}

// Open opens and, if need be, creates or migrates the database that url names:
// "sqlite:FILE" or "postgres://…". Errors are sentences without the password;
// a *bot.UserError if no database can have such a name.
func Open(ctx context.Context, url string, now func() time.Time, log *slog.Logger) (*DB, error) {
	return begun(ctx, (*DB).Begin)(Prepare(ctx, url, now, log))
}

// begun begins to use a database that was prepared, or closes it.
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

// openAny opens a database whether or not it is the one to use.
func openAny(ctx context.Context, url string, now func() time.Time, log *slog.Logger) (*DB, error) {
	return begun(ctx, (*DB).setUp)(Prepare(ctx, url, now, log))
}

// openNew is openAny for the database that a copy goes to.
func openNew(ctx context.Context, url string, now func() time.Time, log *slog.Logger) (*DB, error) {
	return begun(ctx, func(db *DB, ctx context.Context) error {
		if err := db.setUp(ctx); err != nil {
			return fmt.Errorf("%s: %w", copyTo, err)
		}
		return nil
	})(prepare(ctx, url, copyTo, now, log))
}

// Prepare is Open without a word to a server: it fails only where url cannot be right.
// A file is opened at once. Until Begin has succeeded, whatever is asked of the
// database may fail.
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

// prepared is a database that was opened, or closes it if it cannot be used.
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

// Begin connects, brings the schema up to date and sees that this is the database to
// use. Waits tells which of its errors may be over in a while; it may be called again.
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
	// One writer at a time is SQLite's own rule; one connection makes waiting fair.
	db.sql.SetMaxOpenConns(1)
	// Turning on the write-ahead log for the first time is no place for two.
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

// makeFile finds the file of a name and makes one that is not there, so that nobody else on
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
		return fmt.Errorf("the folder %s of the database does not exist: create it or change %s", filepath.Dir(named), db.setting)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the database file %s cannot be written: give this user the right to write there or change %s", named, db.setting)
	case errors.As(err, new(*bot.UserError)):
		return err
	case err != nil:
		return fmt.Errorf("open the database: %w", err)
	}
	defer f.Close()
	if holdsSomethingElse(f) {
		return &bot.UserError{Message: fmt.Sprintf("the file %s is no database: %s names a wrong file, or this one was overwritten and the command restore puts a backup in its place; nothing was changed", named, db.setting)}
	}
	return nil
}

// holdsSomethingElse tells whether a file is neither empty nor begins as SQLite's do:
// https://www.sqlite.org/fileformat.html#the_database_header
func holdsSomethingElse(f io.Reader) bool {
	const begin = "SQLite format 3\x00"
	read := make([]byte, len(begin))
	n, err := io.ReadFull(f, read)
	return n > 0 && (err != nil || string(read) != begin)
}

// closeMost bounds how long connections are waited for at the end: a server that hangs
// keeps them, and they end with the program.
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

// ErrHeld reports that another process holds what was asked for.
var ErrHeld = errors.New("held by another process")

// Hold takes the right to be a SQLite file's only server, by a side-car lock. release
// gives it back. What one process has at a time on PostgreSQL is a Right.
func (db *DB) Hold() (release func(), err error) { return lockServing(db.file) }

// inTx runs do in a transaction and commits if it returns nil. Who plans by what it
// changed is told by changed.
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

// changed wakes this process's planner; others look by themselves.
func (db *handle) changed() {
	select {
	case db.change <- struct{}{}:
	default:
	}
}

// shrink gives the system what a burst of work took, many times what the program needs
// at rest: SQLite and Go alone would keep it.
func (db *handle) shrink(ctx context.Context) error {
	var err error
	if db.pool == nil {
		_, err = db.sql.ExecContext(ctx, `pragma shrink_memory`)
	}
	debug.FreeOSMemory()
	return err
}

// warnings keeps River's own counting and housekeeping out of the log.
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

// affected answers bot.ErrNotFound for a statement that met no row.
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
