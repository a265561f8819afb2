package database

import (
	"context"
	"database/sql"
	"slices"

	"circlekeeper/bot"
)

// Reviewers implements bot.Store.
func (db signingStore) Reviewers(ctx context.Context) ([]bot.Reviewer, error) {
	return reviewers(ctx, db.sql)
}

func reviewers(ctx context.Context, q querier) ([]bot.Reviewer, error) {
	return list(ctx, q, func(r row) (v bot.Reviewer, err error) {
		err = r.Scan(&v.Name, &v.Slack, &v.Discord)
		return v, err
	}, `select name, slack, discord from reviewers order by name`)
}

// AddReviewer implements bot.Store.
func (db signingStore) AddReviewer(ctx context.Context, by bot.Actor, r bot.Reviewer) error {
	return db.edit(ctx, by, "reviewer add", r.Name, r, func(tx *sql.Tx) error {
		known, err := reviewers(ctx, tx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(known, r.Clashes) {
			return bot.ErrExists
		}
		return execute(ctx, tx, `insert into reviewers (name, slack, discord) values ($1, $2, $3)`, r.Name, r.Slack, r.Discord)
	})
}

// RemoveReviewer implements bot.Store.
func (db signingStore) RemoveReviewer(ctx context.Context, by bot.Actor, name string) error {
	return db.edit(ctx, by, "reviewer remove", name, nil, func(tx *sql.Tx) error {
		return affected(tx.ExecContext(ctx, `delete from reviewers where name = $1`, name))
	})
}
