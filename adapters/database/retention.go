package database

import (
	"context"
	"time"
)

const (
	cleanEvery = time.Hour
	cleanBatch = 1000 // rows of one statement, so that nobody waits long for the writer
	paceMemory = time.Hour
)

// housekeep deletes what is past its retention, now and every hour.
func (e *Engine) housekeep(ctx context.Context) {
	tick := time.NewTicker(cleanEvery)
	defer tick.Stop()
	for {
		if err := e.clean(ctx); err != nil && ctx.Err() == nil {
			e.log.Error("deleting what is past its retention failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// clean deletes settled deliveries, healed troubles and audit rows that are
// older than they are kept. What is not settled stays, however old.
func (e *Engine) clean(ctx context.Context) error {
	now := e.db.now()
	for _, c := range []struct {
		keep  time.Duration
		query string
	}{
		{e.KeepDeliveries, `delete from deliveries where key in (
			select key from deliveries where at < $1 and state in ('sent', 'skipped', 'failed') limit $2)`},
		{e.KeepDeliveries, `delete from troubles where subject in (
			select subject from troubles where healed_at > 0 and healed_at < $1 limit $2)`},
		{e.KeepAudit, `delete from audit where id in (select id from audit where at < $1 limit $2)`},
	} {
		for c.keep > 0 {
			res, err := e.db.sql.ExecContext(ctx, c.query, millis(now.Add(-c.keep)), cleanBatch)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n < cleanBatch {
				break
			}
		}
	}
	_, err := e.db.sql.ExecContext(ctx, `delete from paces where next_at < $1`, now.Add(-paceMemory).UnixMicro())
	return err
}
