package database

import (
	"context"
	"database/sql"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Lines reads and changes which crisis lines are out of service.
type Lines struct{ db *DB }

// NewLines makes the Lines of a database.
func NewLines(db *DB) Lines { return Lines{db} }

// Down lists the crisis lines that somebody put out of service, with their last entry each. An
// entry whose time is over is still listed.
func (l Lines) Down(ctx context.Context) ([]content.DownLine, error) {
	return list(ctx, l.db.sql, func(r row) (d content.DownLine, err error) {
		var until, at int64
		err = r.Scan(&d.Line, &until, &d.Instead, &d.By, &at)
		d.Until, d.At = instant(until), instant(at)
		return d, err
	}, `select line, until, instead, reviewer, at from down_lines order by line`)
}

// PutDown puts a crisis line out of service, with its audit row.
func (l Lines) PutDown(ctx context.Context, by bot.Actor, d content.DownLine) error {
	return l.db.edit(ctx, by, "content line down", d.Line, d, func(tx *sql.Tx) error {
		return execute(ctx, tx, `
			insert into down_lines (line, until, instead, reviewer, at) values ($1, $2, $3, $4, $5)
			on conflict (line) do update set until = excluded.until, instead = excluded.instead, reviewer = excluded.reviewer, at = excluded.at`,
			d.Line, millis(d.Until), d.Instead, d.By, millis(d.At))
	})
}

// PutUp puts a crisis line back in service before its time is over. reviewer signs it. It
// answers bot.ErrNotFound if the line is in service.
func (l Lines) PutUp(ctx context.Context, by bot.Actor, line, reviewer string) error {
	signed := struct{ Line, By string }{line, reviewer}
	return l.db.edit(ctx, by, "content line up", line, signed, func(tx *sql.Tx) error {
		return affected(tx.ExecContext(ctx, `delete from down_lines where line = $1 and until > $2`, line, millis(l.db.now())))
	})
}
