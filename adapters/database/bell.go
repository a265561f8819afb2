package database

import (
	"context"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"circlekeeper/bot"
)

// sqliteDriver is River's driver with a listener of our own. River's listener would ask the
// database for news twenty times a second, which is more than everything else that an idle
// program does. On SQLite one process carries all deliveries, so it can tell its own queue of
// new jobs, and once a second while any delivery is open; see Engine.look.
type sqliteDriver struct {
	*riversqlite.Driver
	bell bell
}

// GetListener implements riverdriver.Driver.
func (d sqliteDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.bell
}

// bell carries the names of queues that have new jobs.
type bell chan string

// ring tells a queue of new jobs. It may come before they are committed: SQLite has one
// connection, so the queue cannot look for them until then.
func (b bell) ring(queue string) {
	select {
	case b <- queue:
	default: // enough rings wait already
	}
}

// ringFor rings for the queues of deliveries, once each.
func (b bell) ringFor(deliveries []bot.Delivery) {
	for queue := range queuesOf(deliveries) {
		b.ring(queue)
	}
}

func queuesOf(deliveries []bot.Delivery) map[string]bool {
	queues := make(map[string]bool)
	for _, d := range deliveries {
		queues[queueOf(d.Place.Platform)] = true
	}
	return queues
}

// WaitForNotification implements riverdriver.Listener.
func (b bell) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case queue := <-b:
		return &riverdriver.Notification{Topic: insertTopic, Payload: insertPayload(queue)}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// The rest of riverdriver.Listener: there is no connection to look after.

func (bell) Close(context.Context) error            { return nil }
func (bell) Connect(context.Context) error          { return nil }
func (bell) Listen(context.Context, string) error   { return nil }
func (bell) Ping(context.Context) error             { return nil }
func (bell) Schema() string                         { return "" }
func (bell) SetAfterConnectExec(string)             {}
func (bell) Unlisten(context.Context, string) error { return nil }

// insertTopic and insertPayload are how River tells of new jobs in a queue.
const insertTopic = "river_insert"

func insertPayload(queue string) string { return `{"queue":"` + queue + `"}` }

// ringQueues tells the queues of some platforms to look for jobs. On PostgreSQL this reaches
// the queues of all processes.
func ringQueues(ctx context.Context, db *DB, platforms []bot.Platform) error {
	for _, p := range platforms {
		if db.pool == nil {
			db.bell.ring(queueOf(p))
			continue
		}
		_, err := db.sql.ExecContext(ctx, `select pg_notify(current_schema() || '.`+insertTopic+`', $1)`, insertPayload(queueOf(p)))
		if err != nil {
			return err
		}
	}
	return nil
}

// pollEvery is how often a queue looks for jobs without being told. That costs more than
// everything else that an idle program does, and is rarely needed: a queue is told of new jobs,
// and once a second while any delivery is open. On PostgreSQL it looks more often, because the
// connection that tells it may be broken for a while.
func pollEvery(db *DB) time.Duration {
	if db.pool == nil {
		return 30 * time.Second
	}
	return 5 * time.Second
}
