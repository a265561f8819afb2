package database

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"circlekeeper/bot"
)

// A process that runs on PostgreSQL says so again and again, by the server's clock.
// The jobs of one that has not for long go to others: River alone would give them
// back after a minute or two.
const (
	beatEvery = 2 * time.Second
	// leaseFor is longer than the time from one beat to the end of a request that was
	// granted just before the next: 2 s, the courier's patience and a request's timeout.
	// It rules when the posts of a process that was killed go on: 17 to 20 s later.
	leaseFor = beatEvery + bot.Patience + bot.SendTimeout + 2*time.Second
)

// heartbeat renews this process's lease, takes over from those whose lease is over,
// and reports how far this machine's clock is ahead of the server's.
func (e *Engine) heartbeat(ctx context.Context) (off time.Duration, err error) {
	var server int64
	before := e.machine()
	err = e.db.sql.QueryRowContext(ctx, `
		insert into marks (name, at) values ('runner ' || $1, `+serverClock+`)
		on conflict (name) do update set at = excluded.at returning at`, e.id).Scan(&server)
	if err != nil {
		return 0, err
	}
	off = clockOff(before, e.machine(), server)
	res, err := e.db.sql.ExecContext(ctx, `
		update river_job j set state = 'available'
		where j.state = 'running' and j.kind = 'delivery' and j.attempted_at < to_timestamp($1::double precision / 1000)
			and not exists (select 1 from marks m where m.name = 'runner ' || j.attempted_by[array_length(j.attempted_by, 1)] and m.at >= $1)`,
		server-leaseFor.Milliseconds())
	if err != nil {
		return off, err
	}
	if n, err := res.RowsAffected(); err == nil && n > 0 {
		e.log.Warn("deliveries of a process that is gone go on here", "deliveries", n)
	}
	return off, nil
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

// ClockFinding says what is wrong with the machine's clock, or nothing: it is compared
// with PostgreSQL's, and with the newest record.
func (db *DB) ClockFinding(ctx context.Context, machine func() time.Time) (bot.Reason, error) {
	if machine == nil {
		machine = time.Now
	}
	if db.pool != nil {
		var server int64
		before := machine()
		if err := db.sql.QueryRowContext(ctx, `select `+serverClock).Scan(&server); err != nil {
			return bot.Reason{}, err
		}
		if off := clockOff(before, machine(), server); off.Abs() > clockMost {
			return doubtBy(bot.ClockDiffers, off), nil
		}
	}
	now := db.now()
	latest, before, err := db.newest(ctx, now)
	switch {
	case err != nil:
		return bot.Reason{}, err
	case latest.Sub(now) > clockMost:
		return doubtBy(bot.ClockBehind, latest.Sub(now)), nil
	case !before.IsZero() && now.Sub(before) > clockLeap:
		return doubtBy(bot.ClockAhead, now.Sub(before)), nil
	}
	return bot.Reason{}, nil
}

// noticesAtOnce bounds what is told in one look while nothing else is carried.
const noticesAtOnce = 5

// carryNotices carries news to staff without the queue, which stands still while the
// clock is in doubt. Their jobs find them settled later.
func (e *Engine) carryNotices(ctx context.Context) error {
	keys, err := list(ctx, e.db.sql, func(r row) (key string, err error) { return key, r.Scan(&key) },
		`select d.key from deliveries d where d.state = 'due' and d.kind = 'notice' order by d.at desc limit $1`, noticesAtOnce)
	if err != nil || e.Courier == nil {
		return err
	}
	for _, key := range keys {
		_, err := e.Courier.Carry(ctx, &ledger{engine: e, db: e.db, job: &river.Job[job]{Args: job{Key: key}}})
		if err != nil && !errors.Is(err, bot.ErrChanged) {
			return err
		}
	}
	return nil
}
