package database

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// wrong remembers the last fault of the database that only a person can end, such as a full
// disk. It is kept in memory, because the database may not be writable.
type wrong struct {
	mu    sync.Mutex
	cause Cause
	at    time.Time
}

func (w *wrong) note(err error, now time.Time) {
	if Ails(err) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.cause, w.at = CauseOf(err), now
	}
}

// Wrong returns the last fault of the database that only a person can end, and when it was last
// met; the zero time if there was none.
func (h *health) Wrong() (Cause, time.Time) {
	h.wrong.mu.Lock()
	defer h.wrong.mu.Unlock()
	return h.wrong.cause, h.wrong.at
}

// TryWrite returns an error if the database cannot be written. It leaves nothing behind.
func (h *health) TryWrite(ctx context.Context) error {
	err := h.db.inTx(ctx, func(tx *sql.Tx) error {
		for _, q := range []string{
			`insert into marks (name, at) values ('written', 0) on conflict (name) do update set at = marks.at + 1`,
			`delete from marks where name = 'written'`,
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	h.wrong.note(err, h.db.now())
	return err
}
