package database

import (
	"context"
	"database/sql"
	"time"
)

// wiped marks when the file was last written anew.
const wiped = "wiped"

// wipeEvery is how often the file is written anew.
const wipeEvery = 24 * time.Hour

// wipe takes what was deleted out of the bytes of a SQLite file and its log.
// Deleting overwrites with zeros (secure_delete), but for copies of rows that SQLite
// had moved between pages before, and for what older versions deleted: so the file is
// written anew once a day. The log keeps pages as they were until it is emptied.
// PostgreSQL does so by itself, when autovacuum comes by.
func wipe(ctx context.Context, db *DB) error {
	if db.pool != nil {
		return nil
	}
	last, err := mark(ctx, db.sql, wiped)
	if err != nil {
		return err
	}
	if passed := db.now().Sub(last); last.IsZero() || passed >= wipeEvery || passed < 0 {
		if _, err := db.sql.ExecContext(ctx, `vacuum`); err != nil {
			return err
		}
		err := db.inTx(ctx, func(tx *sql.Tx) error { return setMark(ctx, tx, wiped, db.now()) })
		if err != nil {
			return err
		}
	}
	// Another program that reads just now hinders it; the next time will do.
	_, err = db.sql.ExecContext(ctx, `pragma wal_checkpoint(truncate)`)
	return err
}
