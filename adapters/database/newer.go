package database

import (
	"context"
	"time"
)

// Superseded tells whether a newer program has migrated the database while this one
// ran. It plans and posts nothing any more, and changes nothing; people are answered.
func (e *Engine) Superseded() bool { return e.superseded.Load() }

// supersede notes that a newer program has migrated the database.
func (e *Engine) supersede() {
	if !e.superseded.Swap(true) {
		e.log.Error("a newer circlekeeper has changed the database: this one posts nothing any more; stop it, and run the newer one")
	}
}

// giveWay lets what is under way end as it was begun, and changes nothing afterwards.
func (e *Engine) giveWay(ctx context.Context) {
	if e.clock.running {
		if err := e.stop(ctx); err != nil {
			e.log.Warn("the queue does not come to an end; what was on its way is looked up by the newer circlekeeper", "error", err)
		}
		e.clock.running = false
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

// mindSchema looks now and then whether a newer program has taken over.
func (e *Engine) mindSchema(ctx context.Context) error {
	c := &e.clock
	if !c.schema.IsZero() && c.last.Sub(c.schema) < schemaEvery {
		return nil
	}
	err := current(ctx, e.db.sql)
	if err == nil {
		c.schema = c.last
	}
	return err
}

// every does something now and again and again until ctx ends, unless a newer program
// has taken over.
func (e *Engine) every(ctx context.Context, pause time.Duration, do func(context.Context) error) {
	every(ctx, pause, func(ctx context.Context) error {
		if e.Superseded() {
			return nil
		}
		return do(ctx)
	}, e.log)
}
