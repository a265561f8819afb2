package database

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"circlekeeper/bot"
)

// edit makes a change together with its audit row, then wakes the planner. became is the target
// after the change, or nil.
func (db *handle) edit(ctx context.Context, by bot.Actor, action, target string, became any, change func(tx *sql.Tx) error) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		return db.record(ctx, tx, by, action, target, became)
	})
}

func (db *handle) record(ctx context.Context, tx *sql.Tx, by bot.Actor, action, target string, became any) error {
	detail := "{}"
	if became != nil {
		b, err := json.Marshal(became)
		if err != nil {
			return err
		}
		detail = string(b)
	}
	now := db.now()
	return execute(ctx, tx, `insert into audit (id, at, actor, action, target, detail) values ($1, $2, $3, $4, $5, $6)`,
		fmt.Sprintf("%013d-%09d-%s", millis(now), db.audited.Add(1), newID()), millis(now), cmp.Or(by.ID, "circlekeeper"), action, target, detail)
}

// Audit implements bot.Store.
func (db staffStore) Audit(ctx context.Context, since time.Time, limit int) ([]bot.AuditEntry, error) {
	return list(ctx, db.sql, scanEntry(new(string)), `select `+auditColumns+` from audit where at >= $1 order by id desc limit $2`, millis(since), limit)
}

const auditColumns = `id, at, actor, action, target, detail`

// scanEntry reads entries, and their IDs into id.
func scanEntry(id *string) func(r row) (bot.AuditEntry, error) {
	return func(r row) (e bot.AuditEntry, err error) {
		var at int64
		err = r.Scan(id, &at, &e.Actor, &e.Action, &e.Target, &e.Detail)
		e.At = instant(at)
		return e, err
	}
}

// auditPage is how many entries AuditTrail reads at once.
const auditPage = 1000

// AuditTrail gives the newest entries, so many at most, in either order. It reads them in pages, so
// that few of them are in memory at a time.
func (db staffStore) AuditTrail(ctx context.Context, most int, newestFirst bool) iter.Seq2[bot.AuditEntry, error] {
	return func(yield func(bot.AuditEntry, error) bool) {
		var after, before string // IDs of the entries just outside the next page; empty if there is none
		err := db.sql.QueryRowContext(ctx, `select id from audit order by id desc limit 1 offset $1`, most).Scan(&after)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			yield(bot.AuditEntry{}, err)
			return
		}
		for {
			page, last, err := db.auditPage(ctx, after, before, newestFirst)
			if err != nil {
				yield(bot.AuditEntry{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if len(page) < auditPage {
				return
			}
			if newestFirst {
				before = last
			} else {
				after = last
			}
		}
	}
}

// auditPage reads the entries nearest to one end of what lies between two IDs. last is the ID of the
// last one.
func (db staffStore) auditPage(ctx context.Context, after, before string, newestFirst bool) (page []bot.AuditEntry, last string, err error) {
	order := "asc"
	if newestFirst {
		order = "desc"
	}
	page, err = list(ctx, db.sql, scanEntry(&last), `select `+auditColumns+` from audit
		where id > $1 and ($2 = '' or id < $2) order by id `+order+` limit $3`, after, before, auditPage)
	return page, last, err
}
