package database

import (
	"context"
	"database/sql"
	"time"
)

// wiped names the mark of the last time that the file was written anew.
const wiped = "wiped"

// wipeEvery is how often the file is written anew.
const wipeEvery = 24 * time.Hour

// wipe removes deleted records from the bytes of a SQLite file and its log. SQLite overwrites
// them with zeros when it deletes (secure_delete), but not the copies that it made when it
// moved rows between pages, nor what older versions deleted. So the file is written anew once a
// day, and the log, which holds old pages, is emptied. PostgreSQL does this by itself
// (autovacuum).
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
	// A program that is reading now can prevent this; the next wipe will do it.
	return execute(ctx, db.sql, `pragma wal_checkpoint(truncate)`)
}
