package database

import (
	"context"
	"database/sql"
	"time"

	"circlekeeper/bot"
)

const concernColumns = `c.id, c.group_id, c.category, c.day, c.shown, c.state`

func scanConcern(r row) (c bot.Concern, err error) {
	return c, r.Scan(&c.ID, &c.Group, &c.Category, &c.Day, &c.Count, &c.State)
}

// AddConcern implements bot.Store. There is no audit row: it would keep the time,
// and there is nobody to name. For the same reason no planner is woken.
func (db staffStore) AddConcern(ctx context.Context, c bot.Concern, tell time.Time) error {
	return db.inTx(ctx, func(tx *sql.Tx) error {
		return execute(ctx, tx, `
			insert into concerns (id, group_id, category, day, count, shown, state, tell_at) values ($1, $2, $3, $4, 1, 0, 'open', $5)
			on conflict (group_id, category, day) where state <> 'done' do update set
				count = case when concerns.count < $6 then concerns.count + 1 else concerns.count end,
				tell_at = case when concerns.tell_at = 0 then excluded.tell_at else concerns.tell_at end`,
			newID(), c.Group, c.Category, c.Day, millis(tell), bot.MaxConcerns)
	})
}

// Concerns implements bot.Store.
func (db staffStore) Concerns(ctx context.Context) ([]bot.Concern, error) {
	return list(ctx, db.sql, scanConcern, `
		select `+concernColumns+` from concerns c where c.state <> 'done' and c.shown > 0
		order by c.day, c.group_id, c.category`)
}

// SetConcern implements bot.Store.
func (db staffStore) SetConcern(ctx context.Context, by bot.Actor, id string, state bot.ConcernState, notice bot.Delivery) error {
	return db.edit(ctx, by, "concern "+string(state), id, nil, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			update concerns set state = $1 where id = $2 and shown > 0 and state <> 'done' and state <> $1`, string(state), id)
		if err != nil {
			return err
		}
		if unchanged(res) {
			var n int
			err := tx.QueryRowContext(ctx, `select count(*) from concerns where id = $1 and shown > 0`, id).Scan(&n)
			switch {
			case err != nil:
				return err
			case n > 0:
				return bot.ErrChanged
			}
			return bot.ErrNotFound
		}
		if state == bot.ConcernDone {
			// What was added after staff were told becomes an open concern of its own.
			_, err := tx.ExecContext(ctx, `
				insert into concerns (id, group_id, category, day, count, shown, state, tell_at)
				select $1, group_id, category, day, count - shown, 0, 'open', tell_at from concerns where id = $2 and count > shown`,
				newID(), id)
			if err != nil {
				return err
			}
		}
		return db.enqueue(ctx, tx, []bot.Delivery{notice})
	})
}

// tellConcerns tells staff of the concerns whose time to be told has come. Staff are told of
// each once. What is added to a concern later appears only on the board, from its own time on.
func (n *staffNotices) tellConcerns(ctx context.Context, now time.Time) error {
	if n.Staff == (bot.Place{}) {
		return nil
	}
	return n.db.inTx(ctx, func(tx *sql.Tx) error {
		type telling struct {
			bot.Concern
			at   time.Time
			told bool
		}
		some, err := list(ctx, tx, func(r row) (t telling, err error) {
			var at, shown int64
			err = r.Scan(&t.ID, &t.Group, &t.Category, &t.Day, &t.Count, &t.State, &at, &shown)
			t.at, t.told = instant(at), shown > 0
			return t, err
		}, `select id, group_id, category, day, count, state, tell_at, shown from concerns where tell_at > 0 and tell_at <= $1
			order by day, group_id, category`+n.db.share(), millis(now))
		if err != nil {
			return err
		}
		for _, t := range some {
			if _, err := tx.ExecContext(ctx, `update concerns set shown = count, tell_at = 0 where id = $1`, t.ID); err != nil {
				return err
			}
			if t.told {
				continue
			}
			if err := n.db.enqueue(ctx, tx, []bot.Delivery{bot.NoticeTo(n.Staff, bot.ConcernNews(t.Concern, bot.Began), t.at)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// share gives the SQL by which several planners lock different rows and so work side by side.
func (db *handle) share() string {
	if db.pool == nil {
		return ""
	}
	return ` for update skip locked`
}
