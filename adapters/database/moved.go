package database

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// What the table moved says of a database.
const (
	movedTo    = "to"
	unfinished = "unfinished"
)

// MovedError reports a database whose records were copied to another place, which is to be used
// instead.
type MovedError struct {
	Place string // shown to people; has no password
	At    time.Time
}

func (e *MovedError) Error() string {
	return fmt.Sprintf("the records of this database were copied to %s on %s UTC: set DATABASE_URL to that one; this one is kept as it was and takes no changes", e.Place, e.At.UTC().Format("2006-01-02 15:04"))
}

// UnfinishedError reports a database that was the target of a copy that did not end.
type UnfinishedError struct{ From string }

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("this database is a copy that was not finished: give the command database copy from %s again", e.From)
}

// whereabouts returns nil for a database that is to be used. Otherwise it returns a
// *MovedError, an *UnfinishedError, or the error of asking.
func (db *DB) whereabouts(ctx context.Context) error {
	states, err := moves(ctx, db.sql)
	if err != nil {
		return err
	}
	if m, ok := states[unfinished]; ok {
		return &UnfinishedError{m.Place}
	}
	if m, ok := states[movedTo]; ok {
		return &m
	}
	return nil
}

// moves are the rows of the table moved, by state.
func moves(ctx context.Context, q querier) (map[string]MovedError, error) {
	type move struct {
		state string
		MovedError
	}
	rows, err := list(ctx, q, func(r row) (m move, err error) {
		var at int64
		err = r.Scan(&m.state, &m.Place, &at)
		m.At = instant(at)
		return m, err
	}, `select state, place, at from moved`)
	out := make(map[string]MovedError)
	for _, m := range rows {
		out[m.state] = m.MovedError
	}
	return out, err
}

// MovedFrom tells where the records of a SQLite file were copied to. It is nil if they were
// not, or if the file cannot be read.
func MovedFrom(ctx context.Context, file string) *MovedError {
	db, err := openStatements(address(file, "mode=ro"))
	if err != nil {
		return nil
	}
	defer db.Close()
	states, err := moves(ctx, db)
	if m, ok := states[movedTo]; ok && err == nil {
		return &m
	}
	return nil
}

// Place names the database for people, without user and password.
func (db *DB) Place() string {
	if db.pool == nil {
		return "sqlite:" + db.file
	}
	c := db.pool.Config().ConnConfig
	return "the PostgreSQL database " + c.Database + " at " + net.JoinHostPort(c.Host, fmt.Sprint(c.Port))
}

// elsewhere tells whether an error of an engine says that its records were copied to another
// place. That can happen only on PostgreSQL, to a process that starts while a copy runs.
func elsewhere(err error) bool {
	var moved *MovedError
	var part *UnfinishedError
	return errors.As(err, &moved) || errors.As(err, &part)
}
