package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"circlekeeper/bot"
)

const groupColumns = `g.id, g.name, g.zone, g.langs, g.quiet, g.sessions, g.skips, g.exceptions, g.paused_until, g.moderators, g.in_view, g.facilitators, g.version`

func scanGroup(r row) (bot.Group, error) {
	var (
		g                      bot.Group
		langs, sessions, skips string
		exceptions, moderators string
		facilitators           string
		paused, view           int64
	)
	if err := r.Scan(&g.ID, &g.Name, &g.Zone, &langs, &g.Quiet, &sessions, &skips, &exceptions, &paused, &moderators, &view, &facilitators, &g.Version); err != nil {
		return g, err
	}
	g.Langs = strings.Split(langs, ",")
	g.Paused = instant(paused)
	g.InView = view == 1
	if moderators != "" {
		var err error
		if g.Moderators, err = bot.ParsePlace(moderators); err != nil {
			return g, err
		}
	}
	if err := g.Facilitators.UnmarshalText([]byte(facilitators)); err != nil {
		return g, err
	}
	if err := json.Unmarshal([]byte(sessions), &g.Sessions); err != nil {
		return g, fmt.Errorf("group %s: %w", g.ID, err)
	}
	if err := json.Unmarshal([]byte(skips), &g.Skips); err != nil {
		return g, fmt.Errorf("group %s: %w", g.ID, err)
	}
	if err := json.Unmarshal([]byte(exceptions), &g.Exceptions); err != nil {
		return g, fmt.Errorf("group %s: %w", g.ID, err)
	}
	return g, nil
}

// Groups implements bot.Store.
func (db groupStore) Groups(ctx context.Context) ([]bot.Group, error) {
	return groupsWhere(ctx, db.sql, `g.removed_at = 0`)
}

// Group implements bot.Store.
func (db groupStore) Group(ctx context.Context, id string) (bot.Group, error) {
	return first(groupsWhere(ctx, db.sql, `g.removed_at = 0 and g.id = $1`, id))
}

// GroupAt implements bot.Store.
func (db groupStore) GroupAt(ctx context.Context, p bot.Place) (bot.Group, error) {
	return first(groupsWhere(ctx, db.sql,
		`g.id in (select group_id from places where place = $1 and live = 1)`, p.String()))
}

func groupsWhere(ctx context.Context, q querier, where string, args ...any) ([]bot.Group, error) {
	groups, err := list(ctx, q, scanGroup, `select `+groupColumns+` from groups g where `+where+` order by g.id`, args...)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	at := make(map[string]int, len(groups))
	for i, g := range groups {
		at[g.ID] = i
	}
	type placed struct{ group, place string }
	rows, err := list(ctx, q, func(r row) (p placed, err error) {
		return p, r.Scan(&p.group, &p.place)
	}, `select p.group_id, p.place from places p join groups g on g.id = p.group_id where `+where+` order by p.group_id, p.position`, args...)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		place, err := bot.ParsePlace(r.place)
		if err != nil {
			return nil, err
		}
		g := &groups[at[r.group]]
		g.Places = append(g.Places, place)
	}
	return groups, nil
}

// AddGroup implements bot.Store.
func (db groupStore) AddGroup(ctx context.Context, by bot.Actor, g bot.Group) error {
	g.Version = 1
	return db.edit(ctx, by, "group add", g.ID, g, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `select count(*) from groups where id = $1`, g.ID).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("group %s %w; a removed group keeps its ID", g.ID, bot.ErrExists)
		}
		_, err := tx.ExecContext(ctx, `
			insert into groups (name, zone, langs, quiet, sessions, skips, paused_until, moderators, exceptions, in_view, facilitators, id, removed_at, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 1)`, groupValues(g)...)
		if err != nil {
			return err
		}
		return savePlaces(ctx, tx, g)
	})
}

// SetGroup implements bot.Store.
func (db groupStore) SetGroup(ctx context.Context, by bot.Actor, g bot.Group) error {
	return db.edit(ctx, by, "group set", g.ID, &g, func(tx *sql.Tx) error {
		version, err := nextVersion(ctx, tx, "groups", g.ID, g.Version)
		if err != nil {
			return err
		}
		g.Version = version
		_, err = tx.ExecContext(ctx, `
			update groups set name = $1, zone = $2, langs = $3, quiet = $4, sessions = $5, skips = $6, paused_until = $7, moderators = $8, exceptions = $9, in_view = $10, facilitators = $11
			where id = $12`, groupValues(g)...)
		if err != nil {
			return err
		}
		if err := savePlaces(ctx, tx, g); err != nil {
			return err
		}
		if err := db.forgetTroubles(ctx, tx); err != nil {
			return err
		}
		return db.planAnew(ctx, tx, g)
	})
}

// RemoveGroup implements bot.Store.
func (db groupStore) RemoveGroup(ctx context.Context, by bot.Actor, id string) error {
	return db.edit(ctx, by, "group remove", id, nil, func(tx *sql.Tx) error {
		if err := affected(tx.ExecContext(ctx, `update groups set removed_at = $1 where id = $2 and removed_at = 0`, millis(db.now()), id)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update places set live = 0 where group_id = $1`, id); err != nil {
			return err
		}
		if err := db.forgetTroubles(ctx, tx); err != nil {
			return err
		}
		return execute(ctx, tx, `update reminders set next_at = null where group_id = $1`, id)
	})
}

// RestoreGroup implements bot.Store.
func (db groupStore) RestoreGroup(ctx context.Context, by bot.Actor, id string, allowed func(bot.Group) error) error {
	return db.edit(ctx, by, "group restore", id, nil, func(tx *sql.Tx) error {
		g, err := first(groupsWhere(ctx, tx, `g.id = $1 and g.removed_at <> 0`, id))
		if err != nil {
			return err
		}
		if err := allowed(g); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update groups set removed_at = 0 where id = $1`, id); err != nil {
			return err
		}
		if err := savePlaces(ctx, tx, g); err != nil {
			return err
		}
		return db.planAnew(ctx, tx, g)
	})
}

// RemovedGroups implements bot.Store.
func (db groupStore) RemovedGroups(ctx context.Context) ([]bot.Group, error) {
	return groupsWhere(ctx, db.sql, `g.removed_at <> 0`)
}

// nextVersion raises the version of a row and returns it. The row must still have the version
// from that the change was made from, or else the error is bot.ErrChanged; 0 stands for any
// version.
func nextVersion(ctx context.Context, tx *sql.Tx, table, id string, from int64) (version int64, err error) {
	err = tx.QueryRowContext(ctx, `update `+table+` set version = version + 1 where id = $1 and removed_at = 0 returning version`, id).Scan(&version)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, bot.ErrNotFound
	case err == nil && from != 0 && version != from+1:
		return 0, bot.ErrChanged // the caller's transaction is rolled back
	}
	return version, err
}

// groupValues has the ID last: the twelfth parameter.
func groupValues(g bot.Group) []any {
	text := func(v any) string {
		b, _ := json.Marshal(v) // strings and numbers only: cannot fail
		return string(b)
	}
	moderators := ""
	if g.Moderators != (bot.Place{}) {
		moderators = g.Moderators.String()
	}
	view := 0
	if g.InView {
		view = 1
	}
	return []any{g.Name, g.Zone, strings.Join(g.Langs, ","), g.Quiet, text(g.Sessions), text(g.Skips), millis(g.Paused), moderators, text(g.Exceptions), view, g.Facilitators.String(), g.ID}
}

func savePlaces(ctx context.Context, tx *sql.Tx, g bot.Group) error {
	if _, err := tx.ExecContext(ctx, `delete from places where group_id = $1`, g.ID); err != nil {
		return err
	}
	for i, p := range g.Places {
		var other string
		err := tx.QueryRowContext(ctx, `select group_id from places where place = $1 and live = 1`, p.String()).Scan(&other)
		if err == nil {
			return &bot.PlaceTakenError{Place: p, Group: other}
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := tx.ExecContext(ctx, `insert into places (group_id, place, position, live) values ($1, $2, $3, 1)`, g.ID, p.String(), i); err != nil {
			return err
		}
	}
	return nil
}

// planAnew works out when each of a changed group's reminders comes next.
func (db *handle) planAnew(ctx context.Context, tx *sql.Tx, g bot.Group) error {
	reminders, err := list(ctx, tx, scanReminder,
		`select `+reminderColumns+` from reminders r where r.group_id = $1 and r.removed_at = 0`, g.ID)
	if err != nil {
		return err
	}
	return db.replan(ctx, tx, g, reminders...)
}
