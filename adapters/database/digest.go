package database

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"circlekeeper/bot"
)

const digestLook = time.Minute

// digest tells staff of the week, once, whichever process comes to it first.
func (n *staffNotices) digest(ctx context.Context) error {
	if n.Staff == (bot.Place{}) {
		return nil
	}
	var zone string // of the first group; the others are read once the digest is due
	err := n.db.sql.QueryRowContext(ctx, `select coalesce((select zone from groups where removed_at = 0 order by id limit 1), '')`).Scan(&zone)
	if err != nil {
		return err
	}
	last, before, ok := n.Digest.Last(zone, n.db.now())
	if !ok {
		return nil
	}
	since := before.At
	if since.IsZero() {
		since = last.At.AddDate(0, 0, -7)
	}
	troubles, err := n.db.Troubles(ctx)
	if err != nil {
		return err
	}
	return n.db.inTx(ctx, func(tx *sql.Tx) error {
		news := bot.News{Subject: bot.AboutDigest.Of(last.Nominal.String()), Digest: &bot.Digest{Since: since, Troubles: troubles}}
		told, err := toldAt(ctx, tx, news)
		if err != nil {
			return err
		}
		var begun int64
		err = tx.QueryRowContext(ctx, `select coalesce(min(at), $1) from marks where name = 'begun'`, millis(last.At)+1).Scan(&begun)
		if err != nil || len(told) > 0 || begun > millis(last.At) {
			return err // told already, or the program did not run yet at that time
		}
		groups, err := groupsWhere(ctx, tx, `g.removed_at = 0`)
		if err != nil {
			return err
		}
		if news.Digest.Tallies, err = n.tally(ctx, tx, since, last.At); err != nil {
			return err
		}
		news.Digest.Tallies = called(news.Digest.Tallies, groups)
		news.Digest.Unapproved, news.Digest.Soon = n.Planner.Reviews(groups, last.At)
		return n.db.enqueue(ctx, tx, []bot.Delivery{bot.NoticeTo(n.Staff, news, last.At)})
	})
}

// called gives the tallies the groups' names, and each group without a post a tally.
func called(tallies []bot.Tally, groups []bot.Group) []bot.Tally {
	for _, g := range groups {
		i := slices.IndexFunc(tallies, func(t bot.Tally) bool { return t.Group == g.ID })
		if i < 0 {
			i, tallies = len(tallies), append(tallies, bot.Tally{Group: g.ID})
		}
		tallies[i].Name = g.Name
	}
	return tallies
}

// tally counts what became of the reminders that were due in a span.
func (n *staffNotices) tally(ctx context.Context, tx *sql.Tx, from, to time.Time) ([]bot.Tally, error) {
	return list(ctx, tx, func(r row) (t bot.Tally, err error) {
		return t, r.Scan(&t.Group, &t.Sent, &t.Skipped, &t.Failed)
	}, `select group_id,
			sum(case when state = 'sent' then 1 else 0 end), sum(case when state = 'skipped' then 1 else 0 end), sum(case when state = 'failed' then 1 else 0 end)
		from deliveries where at >= $1 and at < $2 and kind = 'reminder' group by group_id order by group_id`, millis(from), millis(to))
}
