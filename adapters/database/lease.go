package database

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"circlekeeper/bot"
)

// On PostgreSQL each process renews a lease again and again, by the server's clock. If a
// process has not done so for leaseFor, the others take its jobs. River alone would give the
// jobs back only after a minute or two.
const (
	beatEvery = 2 * time.Second
	// leaseFor must be longer than the time from one renewal to the end of a request that was
	// granted just before the next: 2 s, the courier's patience and a request's timeout. It
	// decides how long after a kill the posts of a process go on: 17 to 20 s.
	leaseFor = beatEvery + bot.Patience + bot.SendTimeout + 2*time.Second
)

// Served tells whether some process serves a PostgreSQL database. After that process was killed,
// it takes until the end of its lease as the leader of the queue to tell so.
func Served(ctx context.Context, db *DB) (bool, error) {
	if err := db.connect(ctx); err != nil {
		return false, err
	}
	var served bool
	err := db.sql.QueryRowContext(ctx, `select exists (select 1 from river_leader where expires_at > now())`).Scan(&served)
	if noTable(err) {
		return false, nil // no process has ever served it
	}
	return served, err
}

// noTable tells whether a statement failed because its table is not there: nothing was ever
// recorded in this database.
func noTable(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Code == "42P01"
}

// heartbeat renews this process's lease, takes over from those whose lease is over,
// and reports how far this machine's clock is ahead of the server's.
func (c *clockWatch) heartbeat(ctx context.Context) (off time.Duration, err error) {
	var server, taken int64
	before := c.machine()
	// The statement does not see its own writes, so it leaves its own jobs out.
	err = c.db.sql.QueryRowContext(ctx, `
		with beat as (
			insert into marks (name, at) values ('runner ' || $1::text, `+serverClock+`)
			on conflict (name) do update set at = excluded.at returning at),
		gone as (
			update river_job j set state = 'available' from beat
			where j.state = 'running' and j.kind = 'delivery' and j.attempted_at < to_timestamp((beat.at - $2)::double precision / 1000)
				and j.attempted_by[array_length(j.attempted_by, 1)] is distinct from $1
				and not exists (select 1 from marks m where m.name = 'runner ' || j.attempted_by[array_length(j.attempted_by, 1)] and m.at >= beat.at - $2)
			returning 1)
		select beat.at, (select count(*) from gone) from beat`, c.id, leaseFor.Milliseconds()).Scan(&server, &taken)
	if err != nil {
		return 0, err
	}
	if taken > 0 {
		c.log.Warn("deliveries of a process that is gone go on here", "deliveries", taken)
	}
	return clockOff(before, c.machine(), server), nil
}

// clockOff is how far a clock is ahead of the server's, by the best of its readings
// before and after the server was asked.
func clockOff(before, after time.Time, server int64) time.Duration {
	at := instant(server)
	switch {
	case before.Round(0).After(at):
		return before.Round(0).Sub(at)
	case after.Round(0).Before(at):
		return after.Round(0).Sub(at)
	}
	return 0
}
