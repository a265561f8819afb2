package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
)

// recorder is a database's driver that minds what it is asked.
type recorder struct {
	driver.Connector
	mu  sync.Mutex
	all map[string][]any // by query, the arguments of the last time
}

func (r *recorder) note(query string, args []driver.NamedValue) {
	r.mu.Lock()
	defer r.mu.Unlock()
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a.Value
	}
	r.all[query] = values
}

// take gives what was asked since, and forgets it.
func (r *recorder) take() map[string][]any {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	r.all = make(map[string][]any)
	return all
}

func (r *recorder) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := r.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	own, ok := c.(conn)
	if !ok {
		return nil, fmt.Errorf("%T lacks something", c)
	}
	return recorded{own, r}, nil
}

// conn is what a connection of either driver can do.
type conn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

type recorded struct {
	conn
	r *recorder
}

func (c recorded) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.r.note(query, args)
	return c.conn.ExecContext(ctx, query, args)
}

func (c recorded) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.r.note(query, args)
	return c.conn.QueryContext(ctx, query, args)
}

// CheckNamedValue lets PostgreSQL's driver take what it can.
func (c recorded) CheckNamedValue(v *driver.NamedValue) error {
	if check, ok := c.conn.(driver.NamedValueChecker); ok {
		return check.CheckNamedValue(v)
	}
	var err error
	v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value)
	return err
}

// record minds what the database is asked from now on.
func record(t *testing.T, db *DB) *recorder {
	t.Helper()
	r := &recorder{Connector: stdlib.GetPoolConnector(db.pool), all: make(map[string][]any)}
	plain := db.sql
	db.sql = sql.OpenDB(r)
	db.sql.SetMaxIdleConns(0)
	t.Cleanup(func() { plain.Close() })
	return r
}

// Sizes of a clinic's database after years.
const (
	manyReminders  = 10_000
	manyDeliveries = 200_000
)

// fillUp makes as many reminders, none due, and settled deliveries of theirs.
func fillUp(t *testing.T, db *DB) {
	t.Helper()
	const groups = 100
	for i := range groups {
		must(t, db.AddGroup(t.Context(), cli, sampleGroup(fmt.Sprint("g", i), place(fmt.Sprint("discord:1/", i+1)))))
		addReminder(t, db, fmt.Sprint("g", i), "every day at 9:00")
	}
	columns := func(table string) []string {
		rows, err := db.sql.Query(`select * from ` + table + ` limit 0`)
		must(t, err)
		defer rows.Close()
		names, err := rows.Columns()
		if err = errors.Join(err, rows.Err()); err != nil {
			t.Fatal(err)
		}
		return names
	}
	copied := func(table, from string, n int, changed map[string]string) {
		names := columns(table)
		var values []string
		for _, name := range names {
			value, ok := changed[name]
			if !ok {
				value = "x." + name
			}
			values = append(values, value)
		}
		_, err := db.sql.Exec(fmt.Sprintf(`with recursive copies (n) as (select 1 union all select n + 1 from copies where n < %d)
			insert into %s (%s) select %s from %s x cross join copies`, n, table, strings.Join(names, ", "), strings.Join(values, ", "), from))
		must(t, err)
	}
	copied("reminders", "reminders", manyReminders/groups-1, map[string]string{"id": `x.id || '-' || n`, "next_at": fmt.Sprint(millis(monday.Add(time.Hour)), ` + 60000 * n`)})
	must(t, db.Post(t.Context(), cli, bot.NoticeTo(staffPlace, bot.OpenTrouble{Trouble: bot.PlatformTrouble(bot.Slack, "down"), Since: monday}.News(bot.Began), monday)))
	copied("deliveries", "(select d.*, r.id as rid, r.group_id as gid from deliveries d cross join reminders r)", manyDeliveries/manyReminders, map[string]string{
		"key": `x.rid || '/' || n`, "kind": `'reminder'`, "reminder_id": `x.rid`, "group_id": `x.gid`, "place": `'discord:1/' || (1 + n % 100)`,
		"nominal": `'2025-12-' || (10 + n) || 'T09:00'`, "at": fmt.Sprint(millis(monday.AddDate(0, 0, -30)), ` - 86400000 * n`), "state": `'sent'`,
		"settled_at": fmt.Sprint(millis(monday.AddDate(0, 0, -30)), ` - 86400000 * n`), "about_kind": `''`, "news": `''`,
	})
	if _, err := db.sql.Exec(`insert into marks (name, at) values ('clock', $1)`, millis(monday)); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"groups", "places", "reminders", "deliveries", "river_job", "audit"} {
		if _, err := db.sql.Exec(`analyze ` + table); err != nil {
			t.Fatal(err)
		}
	}
}

// whole are plans that read a big table from end to end.
var whole = regexp.MustCompile(`Seq Scan on (reminders|deliveries)\b`)

// plansOf is how the database would answer a query.
func plansOf(t *testing.T, db *DB, query string, args []any) (lines []string) {
	t.Helper()
	rows, err := db.sql.Query(`explain `+query, args...)
	if err != nil {
		t.Errorf("%v: %s", err, query)
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	must(t, rows.Err())
	return lines
}

// TestTheBigTablesAreReadThroughIndexes lets the program do all that it does again and
// again, and what people look at, and reads the plan of every query that this took.
func TestTheBigTablesAreReadThroughIndexes(t *testing.T) {
	t.Parallel()
	db := opener(t, emptyPostgres(t))()
	now := &clock{at: monday}
	db.now = now.now
	fillUp(t, db)
	b := core(t, db)
	r := record(t, db)
	net := newNetwork(bot.Discord)
	var one bot.Reminder
	must := func(err error) {
		t.Helper()
		must(t, err)
	}
	until := func(what string, holds func() bool) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s does not come", what)
			}
		}
	}
	look := func(what string, least int, do func()) {
		t.Helper()
		r.take()
		do()
		asked := r.take()
		read := 0
		for _, query := range slices.Sorted(maps.Keys(asked)) {
			verb, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(query)), " ")
			if i := strings.IndexAny(verb, "\n\t"); i >= 0 {
				verb = verb[:i]
			}
			if !slices.Contains([]string{"select", "update", "delete", "insert", "with"}, verb) {
				continue
			}
			read++
			for _, line := range plansOf(t, db, query, asked[query]) {
				if whole.MatchString(line) {
					t.Errorf("%s reads a whole table (%s):\n%s", what, strings.TrimSpace(line), query)
				}
			}
		}
		if read < least {
			t.Errorf("%s: only %d queries were seen", what, read)
		}
	}
	e, err := db.NewEngine(EngineConfig{
		Planner: delivery.NewPlanner(b.Deck()), Staff: staffPlace, Platforms: []bot.Platform{bot.Discord},
		Courier:        delivery.NewCourier(b.Deck(), []bot.Adapter{net}, slog.New(slog.DiscardHandler), db.now),
		KeepDeliveries: 24 * time.Hour * 365 * 5, KeepAudit: 24 * time.Hour * 365,
	})
	must(err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	look("the start", 5, func() {
		go func() { ended <- e.Run(ctx) }()
		until("the beginning", e.moments.fresh.Load)
	})
	look("a post on its way", 10, func() {
		all, err := db.Reminders(ctx, "g7")
		must(err)
		one = all[0]
		must(db.BringForward(ctx, one.ID, now.now()))
		select {
		case <-net.came:
		case <-time.After(30 * time.Second):
			t.Fatal("nothing is posted")
		}
		until("the record of it", func() bool {
			d, err := db.Deliveries(ctx, bot.DeliveryFilter{Reminder: one.ID, Limit: 1})
			return err != nil || d[0].State == bot.Sent
		})
	})
	look("standing still", 3, func() { time.Sleep(2500 * time.Millisecond) })
	look("housekeeping", 5, func() {
		must(e.housekeeping.clean(ctx))
		must(e.housekeeping.mend(ctx))
		must(e.clock.noteGood(ctx))
	})
	look("what people look at", 5, func() {
		for _, f := range []bot.DeliveryFilter{
			{}, {Limit: 5}, {Group: "g7"}, {Reminder: one.ID}, {State: bot.Due}, {State: bot.Sending},
			{Group: "g7", Reminder: one.ID}, {Group: "g7", State: bot.Sent}, {Since: monday.AddDate(0, 0, -1)},
		} {
			_, err := db.Deliveries(ctx, f)
			must(err)
		}
		_, err := db.Reminders(ctx, "g7")
		must(err)
		_, err = db.Reminder(ctx, one.ID)
		must(err)
		_, err = db.GroupAt(ctx, place("discord:1/8"))
		must(err)
		_, err = db.Troubles(ctx)
		must(err)
		_, err = db.Audit(ctx, monday, 10)
		must(err)
	})
	stop()
	must(<-ended)
}
