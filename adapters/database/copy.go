package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"circlekeeper/bot"
)

// copyBatch is how many rows a SQLite file takes in one transaction.
const copyBatch = 10_000

// Copied is what a copy has brought over, table by table.
type Copied struct {
	Table string
	Rows  int64
}

// CopyConfig says what to copy, and where to.
type CopyConfig struct {
	From, To string // as DATABASE_URL
	Now      func() time.Time
	Log      *slog.Logger
	Progress func(done, total int64) // after each row; may be nil

	step func(name string) // tests end the process here
}

// Copy copies everything to an empty database and compares each table. Then it marks the old
// database, which from then on only tells where its records went, and returns the place of the
// new one. If a copy is cut off, the old database stays in use and the new one cannot be used.
// A second try begins anew, or only marks the databases if all tables were compared already.
func Copy(ctx context.Context, c CopyConfig) (place string, copied []Copied, err error) {
	if c.Progress == nil {
		c.Progress = func(int64, int64) {}
	}
	if c.step == nil {
		c.step = func(string) {}
	}
	from, err := openAny(ctx, c.From, c.Now, c.Log)
	if err != nil {
		return "", nil, err
	}
	defer from.Close()
	release, err := from.alone(ctx) // first: a copy that is refused makes no new file
	if err != nil {
		return "", nil, err
	}
	defer release()
	to, err := openNew(ctx, c.To, c.Now, c.Log)
	if err != nil {
		return "", nil, err
	}
	defer to.Close()
	if from.Place() == to.Place() {
		return "", nil, &bot.UserError{Message: "--to names the same database: name another one"}
	}
	release, err = to.alone(ctx)
	if err != nil {
		return "", nil, err
	}
	defer release()
	run := &copying{CopyConfig: c, from: from, to: to}
	copied, err = run.all(ctx)
	return to.Place(), copied, Explain(err)
}

// copying is one copy under way.
type copying struct {
	CopyConfig
	from, to *DB
	tables   []string // in an order in which a table comes after those that it refers to
	done     int64
}

func (c *copying) all(ctx context.Context) ([]Copied, error) {
	moved, err := c.allowed(ctx)
	if err != nil {
		return nil, err
	}
	tx, err := c.from.readAlone(ctx, c.tables)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if !moved {
		if err := c.fill(ctx, tx); err != nil {
			return nil, err
		}
	}
	copied, err := c.compare(ctx, tx)
	if err != nil {
		return nil, err
	}
	c.step("compared")
	_, err = tx.ExecContext(ctx, `insert into moved (state, place, at) values ($1, $2, $3) on conflict (state) do nothing`,
		movedTo, c.to.Place(), millis(c.Now()))
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return nil, err
	}
	c.step("the old one says where it went")
	_, err = c.to.sql.ExecContext(ctx, `delete from moved where state = $1`, unfinished)
	c.step("finished")
	return copied, err
}

// allowed tells whether the copy may begin. moved is true if a copy before has marked the old
// database already but has not released the new one: then only that is left to do.
func (c *copying) allowed(ctx context.Context) (moved bool, err error) {
	if c.tables, err = c.from.tables(ctx); err != nil {
		return false, err
	}
	theirs, err := c.to.tables(ctx)
	if err != nil {
		return false, err
	}
	if !slices.Equal(slices.Sorted(slices.Values(theirs)), slices.Sorted(slices.Values(c.tables))) {
		return false, errors.New("--to: the database has other tables than this version makes: name an empty one")
	}
	old, err := moves(ctx, c.from.sql)
	if err != nil {
		return false, err
	}
	fresh, err := moves(ctx, c.to.sql)
	if err != nil {
		return false, err
	}
	if m, ok := old[unfinished]; ok {
		return false, &UnfinishedError{m.Place}
	}
	mark, moved := old[movedTo]
	_, begun := fresh[unfinished]
	switch {
	case moved && (!begun || mark.Place != c.to.Place()):
		return false, &mark
	case begun:
		return moved, nil
	}
	for _, table := range append(slices.Clone(c.tables), "moved", "river_job") {
		var some bool
		if err := c.to.sql.QueryRowContext(ctx, `select exists (select 1 from `+quoted(table)+`)`).Scan(&some); err != nil {
			return false, err
		}
		if some {
			return false, errors.New("--to: the database is not empty: nothing was changed; name an empty one")
		}
	}
	_, err = c.to.sql.ExecContext(ctx, `insert into moved (state, place, at) values ($1, $2, $3)`, unfinished, c.from.Place(), millis(c.Now()))
	c.step("the new one is marked as unfinished")
	return false, err
}

// fill deletes from the new database what an earlier copy has left, then copies every table.
func (c *copying) fill(ctx context.Context, tx *sql.Tx) error {
	for _, table := range append([]string{"river_job"}, reversed(c.tables)...) {
		if _, err := c.to.sql.ExecContext(ctx, `delete from `+quoted(table)); err != nil {
			return err
		}
	}
	c.step("emptied")
	var total int64
	for _, table := range c.tables {
		var n int64
		if err := tx.QueryRowContext(ctx, `select count(*) from `+quoted(table)).Scan(&n); err != nil {
			return err
		}
		total += n
	}
	for _, table := range c.tables {
		if err := c.table(ctx, tx, table, total); err != nil {
			return fmt.Errorf("copy %s: %w", table, err)
		}
		c.step("copied " + table)
	}
	if err := c.to.remakeJobs(ctx); err != nil {
		return err
	}
	c.step("made jobs")
	return nil
}

// table copies one table.
func (c *copying) table(ctx context.Context, tx *sql.Tx, table string, total int64) error {
	rows, err := tx.QueryContext(ctx, `select * from `+quoted(table))
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	next := func() ([]any, error) {
		if !rows.Next() {
			return nil, rows.Err()
		}
		values, err := cells(rows, len(columns))
		if err == nil {
			c.done++
			c.Progress(c.done, total)
			if c.done%1000 == 0 {
				c.step("copied a thousand rows")
			}
		}
		return values, err
	}
	if c.to.pool != nil {
		_, err := c.to.pool.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(next))
		return err
	}
	return c.to.insert(ctx, table, columns, next)
}

// insert fills a table of a SQLite file.
func (db *DB) insert(ctx context.Context, table string, columns []string, next func() ([]any, error)) error {
	names, places := make([]string, len(columns)), make([]string, len(columns))
	for i, name := range columns {
		names[i], places[i] = quoted(name), fmt.Sprint("$", i+1)
	}
	query := `insert into ` + quoted(table) + ` (` + strings.Join(names, ", ") + `) values (` + strings.Join(places, ", ") + `)`
	for more := true; more; {
		err := db.inTx(ctx, func(tx *sql.Tx) error {
			insert, err := tx.PrepareContext(ctx, query)
			if err != nil {
				return err
			}
			defer insert.Close()
			for range copyBatch {
				values, err := next()
				if err != nil || values == nil {
					more = false
					return err
				}
				if _, err := insert.ExecContext(ctx, values...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// compare counts and hashes each table on both sides.
func (c *copying) compare(ctx context.Context, tx *sql.Tx) ([]Copied, error) {
	var out []Copied
	for _, table := range c.tables {
		old, err := sumOf(ctx, tx, table)
		if err != nil {
			return nil, err
		}
		fresh, err := sumOf(ctx, c.to.sql, table)
		if err != nil {
			return nil, err
		}
		if old != fresh {
			return nil, fmt.Errorf("the copy of %s differs: %d rows here, %d there; the old database stays in use. Start the copy again", table, old.rows, fresh.rows)
		}
		out = append(out, Copied{table, old.rows})
	}
	return out, nil
}

// remakeJobs gives each open delivery a new job. The time for which the old job was to wait is
// not copied: if it still matters, the platform will say it again.
func (db *DB) remakeJobs(ctx context.Context) error {
	open, err := list(ctx, db.sql, scanDelivery, `select `+deliveryColumns+` from deliveries d where d.state in ('due', 'sending')`)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(open, 1000) {
		if err := db.inTx(ctx, func(tx *sql.Tx) error { return db.insertJobs(ctx, tx, some) }); err != nil {
			return err
		}
	}
	return nil
}

// alone takes the right to be the only one that serves or copies a database.
func (db *DB) alone(ctx context.Context) (release func(), err error) {
	busy := fmt.Errorf("a running circlekeeper serves %s: stop it first; after a crash, wait half a minute", db.Place())
	if db.pool == nil {
		release, err := lockServing(db.file)
		if errors.Is(err, ErrHeld) {
			return nil, busy
		}
		return release, err
	}
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	raw := conn.Hijack() // closing it gives the right back
	end := func() {
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		raw.Close(bye)
	}
	var free, served bool
	err = raw.QueryRow(ctx, `select pg_try_advisory_lock(hashtext('circlekeeper copy')),
		exists (select 1 from river_leader where expires_at > now())`).Scan(&free, &served)
	switch {
	case err != nil:
	case served:
		err = busy
	case !free:
		err = fmt.Errorf("another circlekeeper copies %s already", db.Place())
	}
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// readAlone begins a transaction that sees one state of the database, while nobody
// can change it.
func (db *DB) readAlone(ctx context.Context, tables []string) (*sql.Tx, error) {
	if db.pool == nil { // begins by taking the right to write
		return db.sql.BeginTx(ctx, nil)
	}
	tx, err := db.sql.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return nil, err
	}
	names := []string{"moved", "river_job", "river_leader"}
	for _, table := range tables {
		names = append(names, quoted(table))
	}
	// It stands still while the other database counts.
	for _, q := range []string{`set local idle_in_transaction_session_timeout = 0`, `set local lock_timeout = '5s'`, `lock table ` + strings.Join(names, ", ") + ` in exclusive mode`} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			tx.Rollback()
			return nil, err
		}
	}
	return tx, nil
}

// tables lists this program's tables in the order in which they were made, so that none refers
// to a later one. River's tables, and those that say who serves now, are left out.
func (db *DB) tables(ctx context.Context) ([]string, error) {
	query := `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid`
	if db.pool != nil {
		query = `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where n.nspname = current_schema() and c.relkind = 'r' order by c.oid`
	}
	all, err := list(ctx, db.sql, func(r row) (name string, err error) { return name, r.Scan(&name) }, query)
	return slices.DeleteFunc(all, func(name string) bool {
		return strings.HasPrefix(name, "river_") || name == "schema_version" || name == "moved" || name == "leases" || name == "in_force"
	}), err
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

func reversed(names []string) []string {
	out := slices.Clone(names)
	slices.Reverse(out)
	return out
}
