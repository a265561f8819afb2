package database

import (
	"context"
	"slices"
	"time"

	"circlekeeper/bot"
)

// viewEvery is how soon what is kept in view follows a change.
const viewEvery = 2 * time.Second

// A thousand groups are looked through in a tenth of a second, thirty in a few milliseconds.
// Looking takes a fiftieth of the time at most, but is not put off for longer than restMost.
const (
	restFor  = 50 // times as long as it took
	restMost = 30 * time.Second
)

// sparing does something only after it has rested, if it is asked to.
func sparing(do func(context.Context) error) func(context.Context) error {
	var rested time.Time
	return func(ctx context.Context) error {
		began := time.Now()
		if began.Before(rested) {
			return nil
		}
		err := do(ctx)
		now := time.Now()
		rested = now.Add(min(restFor*now.Sub(began), restMost))
		return err
	}
}

// lastOfView are the rows that tell how things stand in each place: the newest post, the
// newest that was not posted, and the newest revision of each post.
const lastOfView = `select d.* from deliveries d where d.key in (select l.key from (
	select key, row_number() over (
		partition by group_id, place, follows, kind = 'view' and state = 'sent' order by at desc, key) as nth
	from deliveries where card = 'agreements') l
	where l.nth = 1)`

// inView are the keys of what is not forgotten: the posts that stand, or that were
// withdrawn, in groups that are on record, each with its newest revision.
const inView = `with last as (` + lastOfView + `),
	posts as (select l.key from last l join groups g on g.id = l.group_id
		where l.kind = 'view' and l.state = 'sent' and l.became <> 'removal')
	select key from posts union all select key from last where follows in (select key from posts)`

// view keeps what groups agree on in view, in all processes alike. While these have
// different cards in force, words only go.
func (h *housekeeping) view(ctx context.Context) error {
	if h.clock.doubtful() {
		return nil
	}
	var wanted, differ bool
	err := h.db.sql.QueryRowContext(ctx, `
		select exists (select 1 from groups where in_view = 1) or exists (select 1 from deliveries where card = 'agreements'),
			exists (select 1 from troubles where kind = $1 and healed_at = 0)`, string(bot.AboutDiffering)).Scan(&wanted, &differ)
	if err != nil || !wanted {
		return err
	}
	groups, err := groupsWhere(ctx, h.db.sql, `g.in_view = 1 and g.removed_at = 0`)
	if err != nil {
		return err
	}
	record, err := list(ctx, h.db.sql, scanDelivery, `
		select `+deliveryColumns+` from (`+lastOfView+`) d order by d.at desc, d.key`)
	if err != nil {
		return err
	}
	due := h.Planner.InView(groups, record, h.db.now())
	if differ {
		due = slices.DeleteFunc(due, func(d bot.Delivery) bool { return d.Kind != bot.OfRemoval })
	}
	if len(due) == 0 {
		return nil
	}
	return h.db.Post(ctx, bot.Actor{}, due...)
}
