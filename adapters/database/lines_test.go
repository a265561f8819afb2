package database

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// A line is put out of service, again with another end, and back, each on record.
func TestDownLines(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db, by := open(), bot.Actor{ID: "cli"}
		lines := NewLines(db)
		now := db.now().Truncate(time.Millisecond).UTC()
		d := content.DownLine{Line: "988", Until: now.Add(time.Hour), Instead: "crisis-text-line", By: "One, LMFT 1", At: now}
		must(t, lines.PutDown(t.Context(), by, d))
		d.Until = now.Add(24 * time.Hour)
		must(t, lines.PutDown(t.Context(), by, d))
		got, err := lines.Down(t.Context())
		if err != nil || !reflect.DeepEqual(got, []content.DownLine{d}) {
			t.Fatalf("%+v, %v; want %+v", got, err, d)
		}
		must(t, lines.PutUp(t.Context(), by, "988", "One, LMFT 1"))
		if err := lines.PutUp(t.Context(), by, "988", "One, LMFT 1"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("put up twice: %v", err)
		}
		if got, err = lines.Down(t.Context()); err != nil || len(got) > 0 {
			t.Errorf("%+v, %v", got, err)
		}
		if entries, err := db.Audit(t.Context(), time.Time{}, 10); err != nil || len(entries) != 3 || entries[0].Action != "content line up" {
			t.Errorf("audit %+v, %v", entries, err)
		}
	})
}
