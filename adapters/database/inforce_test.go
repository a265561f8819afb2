package database

import (
	"strings"
	"testing"
	"time"
)

// Each process says which cards it has in force; one that has ended, or has not said so
// for long, counts no more.
func TestInForce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := db.now()
		db.now = func() time.Time { return now }
		say := func(process, cards, want string) {
			t.Helper()
			if all, err := NewInForce(db, process).Say(t.Context(), cards); err != nil || strings.Join(all, " ") != want {
				t.Errorf("%s says %s: %v, %v; want %s", process, cards, all, err, want)
			}
		}
		served := func(want bool) {
			t.Helper()
			if got, err := NewInForce(db, "").Served(t.Context()); err != nil || got != want {
				t.Errorf("served: %t, %v; want %t", got, err, want)
			}
		}
		served(false)
		say("one", "a", "a")
		served(true)
		say("two", "a", "a")
		say("two", "b", "a b")
		now = now.Add(inForceFor + time.Second)
		served(false)
		say("two", "b", "b")
		say("one", "c", "b c")
		must(t, NewInForce(db, "two").Leave(t.Context()))
		say("one", "c", "c")
	})
}
