package database

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
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
	return list(ctx, db.sql, func(r row) (e bot.AuditEntry, err error) {
		var at int64
		err = r.Scan(&at, &e.Actor, &e.Action, &e.Target, &e.Detail)
		e.At = instant(at)
		return e, err
	}, `select at, actor, action, target, detail from audit where at >= $1 order by id desc limit $2`, millis(since), limit)
}
