package database

import (
	"context"
	"fmt"
	"time"
)

// stand is what the planner reads of the records each time it looks.
type stand struct {
	next     time.Time // when a reminder comes due; zero if none does
	concerns int       // of which staff are to be told now
	open     int       // deliveries that are on their way
	moved    bool      // the records may be elsewhere
	// revision changes when a group, a reminder, a trouble or a delivery changes, and when
	// staff are told of a concern. A new concern alone does not change it.
	revision string
}

// standOf reads a stand in one statement. Each part comes from an index or a small table.
func standOf(ctx context.Context, db *DB) (s stand, err error) {
	var audit string
	var next, troubles, latest, shown int64
	err = db.sql.QueryRowContext(ctx, `select
		(select coalesce(min(next_at), 0) from reminders where next_at is not null),
		(select count(*) from concerns where tell_at > 0 and tell_at <= $1),
		(select count(*) from deliveries where state in ('due', 'sending')),
		exists (select 1 from moved),
		(select coalesce(max(id), '') from audit),
		(select coalesce(max(last_at), 0) + coalesce(max(healed_at), 0) from troubles),
		(select coalesce(max(at), 0) from deliveries),
		(select coalesce(sum(shown), 0) from concerns)`, millis(db.now())).
		Scan(&next, &s.concerns, &s.open, &s.moved, &audit, &troubles, &latest, &shown)
	s.next = instant(next)
	s.revision = fmt.Sprint(audit, troubles, s.open, latest, shown)
	return s, err
}

// look reads how the records stand. Once a second it also calls Changed if what staff see may
// have changed, and tells the queues to look for jobs while deliveries are open: other
// processes make some, and some wait for their time.
func (e *Engine) look(ctx context.Context) (now stand, err error) {
	now, err = standOf(ctx, e.db)
	if err != nil || time.Since(e.noticed) < lookAgain {
		return now, err
	}
	e.noticed = time.Now()
	if now.open > 0 {
		if err := ringQueues(ctx, e.db, e.Platforms); err != nil {
			return now, err
		}
	}
	if now.moved {
		if err := e.db.whereabouts(ctx); elsewhere(err) {
			e.elsewhere = err
		}
	}
	if now.revision != e.seen && e.Changed != nil {
		e.Changed()
	}
	e.seen = now.revision
	return now, nil
}
