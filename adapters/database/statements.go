package database

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// openStatements opens a SQLite database whose connections keep their prepared statements. To
// parse and plan a statement costs more than to run it, and the program uses the same few again
// and again.
func openStatements(address string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(address)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{c}), nil
}

type keeping struct{ driver.Connector }

// Connect implements driver.Connector.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &connection{bare: conn.(bare), kept: make(map[string]*statement)}, nil
}

// bare is what the driver's connection can do.
type bare interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// connection keeps statements, by their text. database/sql uses it from one goroutine at
// a time.
type connection struct {
	bare
	kept map[string]*statement
}

// mostKept bounds the statements that a connection keeps. One takes a few kilobytes.
const mostKept = 200

// statement is a prepared statement.
type statement struct {
	driver.StmtExecContext
	driver.StmtQueryContext
	close func() error
	busy  bool // its rows are being read
}

// statement returns the kept statement for a query, or prepares one; nil if its rows are still
// being read.
func (c *connection) statement(ctx context.Context, query string) (*statement, error) {
	if s := c.kept[query]; s != nil {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	made, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	for text, s := range c.kept { // drops any of them: a frequent one soon comes back
		if len(c.kept) < mostKept {
			break
		}
		if !s.busy {
			delete(c.kept, text)
			if err := s.close(); err != nil {
				return nil, err
			}
		}
	}
	s := &statement{made.(driver.StmtExecContext), made.(driver.StmtQueryContext), made.Close, false}
	c.kept[query] = s
	return s, nil
}

// ExecContext implements driver.ExecerContext.
func (c *connection) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 { // rare, such as a migration
		return c.bare.ExecContext(ctx, query, args)
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.bare.ExecContext(ctx, query, args)
	}
	return s.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.bare.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &reading{rows, s}, nil
}

// Close implements driver.Conn.
func (c *connection) Close() error {
	var first error
	for _, s := range c.kept {
		if err := s.close(); first == nil {
			first = err
		}
	}
	clear(c.kept)
	if err := c.bare.Close(); first == nil {
		first = err
	}
	return first
}

// reading are the rows of a kept statement.
type reading struct {
	driver.Rows
	of *statement
}

// Close implements driver.Rows.
func (r *reading) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}
