package database

import (
	"context"
	"time"
)

// giveWay lets what is under way end as it was begun, and changes nothing afterwards.
func (e *Engine) giveWay(ctx context.Context) {
	if e.running {
		if err := e.stop(ctx); err != nil {
			e.log.Warn("the queue does not come to an end; what was on its way is looked up by the newer circlekeeper", "error", err)
		}
		e.running = false
	}
	e.db.newer.Store(true)
}

// current returns ErrNewer if a newer program has migrated the database.
func current(ctx context.Context, q rower) error {
	var have int
	err := q.QueryRowContext(ctx, `select coalesce(max(version), 0) from schema_version`).Scan(&have)
	if err == nil && have > schemaVersion() {
		return ErrNewer
	}
	return err
}

// lookForNewer looks now and then whether a newer program has taken over.
func (e *Engine) lookForNewer(ctx context.Context) error {
	if !e.schema.IsZero() && e.clock.last.Sub(e.schema) < schemaEvery {
		return nil
	}
	err := current(ctx, e.db.sql)
	if err == nil {
		e.schema = e.clock.last
	}
	return err
}

// every does something now and again and again until ctx ends, unless a newer program
// has taken over. It begins once the clock was compared: nothing goes by a wrong one.
func (e *Engine) every(ctx context.Context, pause time.Duration, do func(context.Context) error) {
	select {
	case <-e.clock.looked:
	case <-ctx.Done():
		return
	}
	every(ctx, pause, func(ctx context.Context) error {
		if e.Superseded() {
			return nil
		}
		return do(ctx)
	}, e.log)
}
