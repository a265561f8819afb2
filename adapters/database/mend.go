package database

import (
	"context"
	"database/sql"
	"time"
)

const (
	mendEvery   = 10 * time.Minute
	orphanAfter = time.Hour
	orphanBatch = 100
)

// mend looks whether places in trouble can be posted to again, and gives a new
// job to deliveries that have lost theirs.
func (e *Engine) mend(ctx context.Context) error {
	open, err := e.db.Troubles(ctx)
	if err != nil {
		return err
	}
	for _, t := range open {
		place, ok := t.Place()
		if !ok || e.Courier.Check(ctx, place) != nil {
			continue
		}
		err := e.db.inTx(ctx, func(tx *sql.Tx) error { return e.heal(ctx, tx, []string{t.Subject}) })
		if err != nil {
			return err
		}
	}
	return e.adopt(ctx)
}

// adopt makes a new job for each delivery that is long open and has none. That
// should not happen; were it to, nothing must be lost without a word.
func (e *Engine) adopt(ctx context.Context) error {
	return e.db.inTx(ctx, func(tx *sql.Tx) error {
		orphans, err := list(ctx, tx, scanDelivery, `
			select `+deliveryColumns+` from deliveries d
			where d.state in ('due', 'sending') and d.at < $1 and not exists (
				select 1 from river_job j where j.kind = 'delivery' and j.args ->> 'key' = d.key
					and j.state not in ('completed', 'cancelled', 'discarded'))
			limit $2`, millis(e.db.now().Add(-orphanAfter)), orphanBatch)
		if err != nil || len(orphans) == 0 {
			return err
		}
		e.log.Warn("deliveries had lost their jobs", "deliveries", len(orphans))
		return e.db.insertJobs(ctx, tx, orphans)
	})
}
