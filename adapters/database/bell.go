package database

import (
	"context"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"circlekeeper/bot"
)

// sqliteDriver is River's driver with a listener of our own. River's asks the
// database for news twenty times a second, more than all else that an idle
// program does. On SQLite one process carries all deliveries: it is told of the jobs
// that it makes, and once a second as long as any delivery is open; see Engine.look.
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

// ring may come before the jobs are committed: on the file's only connection
// nobody looks for them until they are.
func (b bell) ring(queue string) {
	select {
	case b <- queue:
	default: // so many rings wait already that this one would add nothing
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

// ringQueues has the queues of some platforms look for jobs: on PostgreSQL those of all
// processes.
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

// pollEvery is how often the queue looks for jobs unasked, which costs more than all else
// that an idle program does. It is told of new ones, and once a second as long as any
// delivery is open. On PostgreSQL the connection that tells it may be broken for a while.
func pollEvery(db *DB) time.Duration {
	if db.pool == nil {
		return 30 * time.Second
	}
	return 5 * time.Second
}
