package database

import (
	"context"
	"slices"
	"time"

	"circlekeeper/bot"
)

// viewEvery is how often the program compares what is kept in view with the records.
const viewEvery = 2 * time.Second

// A look at a thousand groups takes a tenth of a second, at thirty a few milliseconds. After
// each look the next one waits restFor times as long, so that looking takes at most a fiftieth
// of the time; but never longer than restMost.
const (
	restFor  = 50 // times as long as it took
	restMost = 30 * time.Second
)

// sparing returns a function that calls do, but does nothing during the rest after a call.
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

// lastOfView finds the rows that tell how things stand in each place: the newest post, the
// newest that was not posted, and the newest revision of each post.
const lastOfView = `select d.* from deliveries d where d.key in (select l.key from (
	select key, row_number() over (
		partition by group_id, place, follows, kind = 'view' and state = 'sent' order by at desc, key) as nth
	from deliveries where card = 'agreements') l
	where l.nth = 1)`

// inView finds the keys of deliveries that must not be deleted by age: the posts in groups on
// record that stand or were withdrawn, each with its newest revision.
const inView = `with last as (` + lastOfView + `),
	posts as (select l.key from last l join groups g on g.id = l.group_id
		where l.kind = 'view' and l.state = 'sent' and l.became <> 'removal')
	select key from posts union all select key from last where follows in (select key from posts)`

// view keeps what groups agree on in view. Several processes may do so. While they have
// different cards in force, nothing is posted or corrected, only removed.
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
