package database

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNewer reports a database that a newer program has migrated.
var ErrNewer = errors.New("the database was written by a newer circlekeeper: run that version, or restore the backup made before the upgrade")

// migrate brings the schema to this program's version, one process at a time. There is no way
// back to an older version except a backup.
func (db *DB) migrate(ctx context.Context) error {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return err
	}
	target := schemaVersion()
	if have, err := db.version(ctx); err != nil || have == target {
		return err
	} else if have > target {
		return ErrNewer
	}
	unlock, err := db.lockSetup(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	migrator, err := rivermigrate.New(db.driver(), &rivermigrate.Config{Logger: warnings(db.log)})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return db.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `create table if not exists schema_version (version bigint not null)`); err != nil {
			return err
		}
		var have int
		if err := tx.QueryRowContext(ctx, `select coalesce(max(version), 0) from schema_version`).Scan(&have); err != nil {
			return err
		}
		for i, e := range entries[min(have, target):] {
			script, err := migrations.ReadFile("migrations/" + e.Name())
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, string(script)); err != nil {
				return fmt.Errorf("migrate %s: %w", e.Name(), err)
			}
			if _, err := tx.ExecContext(ctx, `insert into schema_version (version) values ($1)`, have+i+1); err != nil {
				return err
			}
		}
		return nil
	})
}

// schemaVersion is the version of the schema that this program makes.
func schemaVersion() int {
	entries, _ := migrations.ReadDir("migrations") // part of the program
	return len(entries)
}

func (db *DB) version(ctx context.Context) (int, error) {
	catalogue := `select count(*) from sqlite_master where name = 'schema_version'`
	if db.pool != nil {
		catalogue = `select count(*) from pg_tables where schemaname = current_schema() and tablename = 'schema_version'`
	}
	var n int
	if err := db.sql.QueryRowContext(ctx, catalogue).Scan(&n); err != nil || n == 0 {
		return 0, err
	}
	err := db.sql.QueryRowContext(ctx, `select coalesce(max(version), 0) from schema_version`).Scan(&n)
	return n, err
}

func (db *DB) lockSetup(ctx context.Context) (unlock func(), err error) {
	if db.pool == nil {
		return lockFile(ctx, db.file)
	}
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(hashtext('circlekeeper setup'))`); err != nil {
		conn.Release()
		return nil, err
	}
	return func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock(hashtext('circlekeeper setup'))`)
		conn.Release()
	}, nil
}
