package database

import (
	"database/sql"
	"log/slog"
	"maps"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"circlekeeper/bot"
)

// TestJobsAreAsRiverWritesThem compares, column by column, a job that we wrote on SQLite
// with the one that River writes for the same delivery.
func TestJobsAreAsRiverWritesThem(t *testing.T) {
	t.Parallel()
	db := opener(t, "sqlite:"+t.TempDir()+"/test.db")()
	now := time.Now().Truncate(time.Millisecond)
	db.jobTime = func() time.Time { return now }
	d := bot.Delivery{Key: `a "key"`, Place: place("discord:1/2")}
	params := river.InsertManyParams{Args: job{Key: d.Key}, InsertOpts: &river.InsertOpts{Queue: queueOf(d.Place.Platform), MaxAttempts: maxAttempts}}
	rivers, err := river.NewClient(db.driver(), &river.Config{Logger: slog.New(slog.DiscardHandler), Test: river.TestConfig{Time: fixedTime(now)}})
	must(t, err)
	write := func(do func(tx *sql.Tx) error) map[string]any {
		t.Helper()
		must(t, db.inTx(t.Context(), do))
		return newestJob(t, db)
	}
	ours := write(func(tx *sql.Tx) error { return db.insertJobs(t.Context(), tx, []bot.Delivery{d}) })
	theirs := write(func(tx *sql.Tx) error {
		_, err := rivers.InsertManyFastTx(t.Context(), tx, []river.InsertManyParams{params})
		return err
	})
	if ours["id"] == theirs["id"] {
		t.Fatal("one of them wrote no job")
	}
	delete(ours, "id")
	delete(theirs, "id")
	if !maps.Equal(ours, theirs) {
		t.Errorf("ours:    %v\nRiver's: %v", ours, theirs)
	}
}

type fixedTime time.Time

func (f fixedTime) Now() time.Time       { return time.Time(f) }
func (f fixedTime) NowOrNil() *time.Time { t := time.Time(f); return &t }

// newestJob is the newest job's row, as SQLite quotes its values with their types.
func newestJob(t *testing.T, db *DB) map[string]any {
	t.Helper()
	names, err := list(t.Context(), db.sql, func(r row) (name string, err error) { return name, r.Scan(&name) },
		`select name from pragma_table_info('river_job')`)
	must(t, err)
	all := make(map[string]any)
	for _, name := range names {
		var value string
		err := db.sql.QueryRow(`select typeof("` + name + `") || ' ' || quote("` + name + `") from river_job order by id desc limit 1`).Scan(&value)
		must(t, err)
		all[name] = value
	}
	return all
}
