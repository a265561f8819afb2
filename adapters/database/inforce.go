package database

import (
	"context"
	"time"
)

// inForceFor is how long a process counts as running after it last said which cards it has in
// force.
const inForceFor = 45 * time.Second

// InForce is which cards the processes of a database have in force.
type InForce struct {
	db      *DB
	process string
}

// NewInForce makes the InForce of one process, which is known by its name.
func NewInForce(db *DB, process string) InForce { return InForce{db, process} }

// Say says which cards the process has in force, and gives those of all processes that
// said so lately, each fingerprint once, sorted.
func (f InForce) Say(ctx context.Context, cards string) (all []string, err error) {
	db := f.db
	now := millis(db.now())
	_, err = db.sql.ExecContext(ctx, `
		insert into in_force (process, cards, seen) values ($1, $2, $3)
		on conflict (process) do update set cards = excluded.cards, seen = excluded.seen`, f.process, cards, now)
	if err == nil {
		_, err = db.sql.ExecContext(ctx, `delete from in_force where seen < $1`, now-time.Hour.Milliseconds())
	}
	if err != nil {
		return nil, err
	}
	return list(ctx, db.sql, func(r row) (cards string, err error) { return cards, r.Scan(&cards) },
		`select distinct cards from in_force where seen >= $1 order by cards`, now-inForceFor.Milliseconds())
}

// Served reports whether a process serves the database: whether one has said lately which cards it has
// in force.
func (f InForce) Served(ctx context.Context) (served bool, err error) {
	err = f.db.sql.QueryRowContext(ctx, `select exists (select 1 from in_force where seen >= $1)`,
		millis(f.db.now())-inForceFor.Milliseconds()).Scan(&served)
	return served, err
}

// Leave takes back what a process that ends had in force.
func (f InForce) Leave(ctx context.Context) error {
	return execute(ctx, f.db.sql, `delete from in_force where process = $1`, f.process)
}
