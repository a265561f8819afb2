package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"circlekeeper/bot"
)

// wasPosted is the condition for deliveries that posted a card, stillStands for those whose
// post is still in the channel.
const (
	wasPosted   = `kind in ('reminder', 'share', 'pin', 'view', 'test') and state = 'sent' and message <> ''`
	stillStands = wasPosted + ` and became not in ('withdrawal', 'removal')`
)

// standsMost bounds how many posts are revised at once; only years of use make more.
const standsMost = 10_000

// Standing implements bot.Store.
func (db deliveryStore) Standing(ctx context.Context, f bot.PostFilter, kind bot.DeliveryKind) ([]bot.Delivery, error) {
	which, value := `d.card = $1`, f.Card
	if f.Key != "" {
		which, value = `d.key = $1`, f.Key
	}
	return list(ctx, db.sql, scanDelivery, `select `+deliveryColumns+` from deliveries d
		where `+which+` and `+stillStands+` and `+notUnderWay+`
		order by d.at desc, d.key limit `+fmt.Sprint(standsMost), value, string(kind))
}

// notUnderWay is the condition for posts that have no open revision of the kind $2.
const notUnderWay = `not exists (
	select 1 from deliveries o where o.follows = d.key and o.kind = $2 and o.state in ('due', 'sending'))`

// removeMost bounds how many old posts one newer post removes; the next one removes the rest.
const removeMost = 100

// removeOlder queues the removal of the posts that this delivery's post replaces. It does so in
// the transaction that records the post, so that a crash cannot lose the removals.
func (l *ledger) removeOlder(ctx context.Context, tx *sql.Tx) error {
	older, err := list(ctx, tx, scanDelivery, `select `+deliveryColumns+` from deliveries d
		where d.group_id in (select n.group_id from deliveries n where n.key = $1)
		and exists (select 1 from deliveries n where n.key = $1 and n.reminder_id = d.reminder_id and n.place = d.place and n.at > d.at)
		and d.kind = 'reminder' and `+stillStands+` and `+notUnderWay+`
		order by d.at desc, d.key limit `+fmt.Sprint(removeMost), l.job.Args.Key, string(bot.OfRemoval))
	if err != nil {
		return err
	}
	return l.db.enqueue(ctx, tx, bot.Each(older, func(d bot.Delivery) bot.Delivery { return bot.Revise(d, bot.OfRemoval, l.job.Args.Key, l.db.now()) }))
}

// Forgotten implements bot.Store.
func (db deliveryStore) Forgotten(ctx context.Context, card string) (n int, err error) {
	err = db.sql.QueryRowContext(ctx, `select coalesce(max(posts), 0) from forgotten where card = $1`, card).Scan(&n)
	return n, err
}

// forgottenMark names the mark of the time before which deliveries were deleted. A clock behind
// it must be wrong, and what is due by it may have been posted already. The mark is at least 2
// × clockLeap in the past: so even a wrong clock that was allowed to delete does not put it
// ahead of now.
const forgottenMark = "forgotten"

// forget deletes one batch of settled deliveries from before a time, and counts the posts among
// them that still stand. What is in view stays on record.
func forget(ctx context.Context, db *DB, before time.Time) (deleted int, err error) {
	err = db.inTx(ctx, func(tx *sql.Tx) error {
		old, err := list(ctx, tx, func(r row) (card string, err error) { return card, r.Scan(&card) }, `
			delete from deliveries where key in (
				select key from deliveries where at < $1 and state in ('sent', 'skipped', 'failed')
				and (card <> 'agreements' or key not in (`+inView+`)) limit $2)
			returning case when `+stillStands+` then card else '' end`, millis(before), cleanBatch)
		if err != nil {
			return err
		}
		if deleted = len(old); deleted == 0 {
			return nil
		}
		was, err := mark(ctx, tx, forgottenMark)
		if err != nil {
			return err
		}
		if err := setMark(ctx, tx, forgottenMark, latest(was, earliest(before, db.now().Add(-2*clockLeap)))); err != nil {
			return err
		}
		posts := make(map[string]int)
		for _, card := range old {
			posts[card]++
		}
		delete(posts, "")
		for card, n := range posts {
			_, err := tx.ExecContext(ctx, `
				insert into forgotten (card, posts) values ($1, $2)
				on conflict (card) do update set posts = forgotten.posts + excluded.posts`, card, n)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return deleted, err
}

// loadRevision loads the post that a revision is about, its group and its reminder. These may
// be removed by now, but the post still stands.
func loadRevision(ctx context.Context, tx *sql.Tx, w *bot.Work) error {
	d := w.Delivery
	post, err := list(ctx, tx, scanDelivery, `select `+deliveryColumns+` from deliveries d where d.key = $1 and d.state = 'sent'`, d.Follows)
	if err != nil {
		return err
	}
	if len(post) > 0 {
		w.First = post[0]
	}
	groups, err := groupsWhere(ctx, tx, `g.id = $1`, d.Group)
	if err != nil {
		return err
	}
	if len(groups) > 0 {
		w.Group = groups[0]
	}
	w.Reminder, err = oneReminder(ctx, tx, `r.id = $1`, w.First.Reminder)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	// The second condition lets the index deliveries_follows be used.
	return tx.QueryRowContext(ctx, `
		select count(*) > 0 from deliveries
		where follows = $1 and follows <> '' and state in ('due', 'sending') and (at < $2 or at = $2 and key < $3)`,
		d.Follows, millis(d.At), d.Key).Scan(&w.Blocked)
}

// becomes records in a post's row what a revision has made of the post, and whether a corrected
// post is pinned.
func becomes(ctx context.Context, tx *sql.Tx, revision string) error {
	return execute(ctx, tx, `
		update deliveries set became = r.kind, stands = r.hash,
			reason = case when r.kind = 'correction' then r.reason else deliveries.reason end,
			reason_detail = case when r.kind = 'correction' then r.reason_detail else deliveries.reason_detail end
		from deliveries r
		where r.key = $1 and deliveries.key = r.follows`, revision)
}
