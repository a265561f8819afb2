package database

import (
	"context"
	"database/sql"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
)

const digestLook = time.Minute

// digest tells staff of the week, once, whichever process comes to it first.
func (e *Engine) digest(ctx context.Context) error {
	if e.Staff == (bot.Place{}) {
		return nil
	}
	groups, err := e.db.Groups(ctx)
	if err != nil {
		return err
	}
	last, before, ok := e.Digest.Last(groups, e.db.now())
	if !ok {
		return nil
	}
	since := before.At
	if since.IsZero() {
		since = last.At.AddDate(0, 0, -7)
	}
	troubles, err := e.db.Troubles(ctx)
	if err != nil {
		return err
	}
	return e.db.inTx(ctx, func(tx *sql.Tx) error {
		var told, begun int64
		err := tx.QueryRowContext(ctx, `select (select count(*) from deliveries where key = $1), (select coalesce(min(at), $2) from marks where name = 'begun')`,
			chat.DigestKey(last, e.Staff), millis(last.At)+1).Scan(&told, &begun)
		if err != nil || told > 0 || begun > millis(last.At) {
			return err // told already, or the program did not run yet at that time
		}
		tallies, err := e.tally(ctx, tx, since, last.At)
		if err != nil {
			return err
		}
		d := e.Core.DigestNotice(last, since, groups, tallies, troubles, e.Staff)
		return e.db.enqueue(ctx, tx, []bot.Delivery{d})
	})
}

// tally counts what became of the reminders that were due in a span.
func (e *Engine) tally(ctx context.Context, tx *sql.Tx, from, to time.Time) ([]bot.Tally, error) {
	return list(ctx, tx, func(r row) (t bot.Tally, err error) {
		return t, r.Scan(&t.Group, &t.Sent, &t.Skipped, &t.Failed)
	}, `select group_id,
			sum(case when state = 'sent' then 1 else 0 end), sum(case when state = 'skipped' then 1 else 0 end), sum(case when state = 'failed' then 1 else 0 end)
		from deliveries where at >= $1 and at < $2 and kind = 'reminder' group by group_id order by group_id`, millis(from), millis(to))
}
