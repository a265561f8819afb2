package database

import (
	"database/sql"
	"slices"
	"strconv"
	"testing"

	"circlekeeper/bot"
)

// The audit trail is read in pages, in either order, and gives the newest entries.
func TestAuditTrailInPages(t *testing.T) {
	t.Parallel()
	const entries = 2*auditPage + 3
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		err := db.inTx(t.Context(), func(tx *sql.Tx) error {
			for i := range entries {
				if err := db.record(t.Context(), tx, bot.Actor{ID: "cli"}, "group set", strconv.Itoa(i), nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, most := range []int{1, auditPage, auditPage + 1, entries, 10 * entries} {
			var want []string
			for i := max(0, entries-most); i < entries; i++ {
				want = append(want, strconv.Itoa(i))
			}
			for _, newestFirst := range []bool{false, true} {
				var got []string
				for e, err := range db.AuditTrail(t.Context(), most, newestFirst) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, e.Target)
				}
				if !slices.Equal(got, want) {
					t.Errorf("of the newest %d, newest first %v: %d entries, of %d", most, newestFirst, len(got), len(want))
				}
				slices.Reverse(want)
			}
		}
		db.Close()
		for _, err := range db.AuditTrail(t.Context(), 1, true) {
			if err == nil {
				t.Error("a database that is closed gives an entry")
			}
		}
	})
}
