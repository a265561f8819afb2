package database

import (
	"cmp"
	"context"
	"database/sql"
	"strings"

	"github.com/riverqueue/river"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

const deliveryColumns = `d.key, d.kind, d.reminder_id, d.group_id, d.place, d.nominal, d.at, d.card, d.body,
	d.state, d.reason, d.attempts, d.begun_at, d.settled_at, d.message, d.hash`

func scanDelivery(r row) (bot.Delivery, error) {
	var (
		d                  bot.Delivery
		nominal            string
		at, begun, settled int64
	)
	err := r.Scan(&d.Key, &d.Kind, &d.Reminder, &d.Group, &d.Place, &nominal, &at, &d.Card, &d.Text,
		&d.State, &d.Reason, &d.Attempts, &begun, &settled, &d.Message, &d.Hash)
	if err != nil {
		return d, err
	}
	d.At, d.Begun, d.Settled = instant(at), instant(begun), instant(settled)
	if nominal != "" {
		d.Nominal, err = scheduler.ParseCivil(nominal)
	}
	return d, err
}

// Deliveries implements bot.Store.
func (db *DB) Deliveries(ctx context.Context, f bot.DeliveryFilter) ([]bot.Delivery, error) {
	return list(ctx, db.sql, scanDelivery, `
		select `+deliveryColumns+` from deliveries d
		where ($1 = '' or d.group_id = $1) and ($2 = '' or d.reminder_id = $2) and ($3 = '' or d.state = $3) and d.at >= $5
			and not (d.at > $4 and `+unreal("$4")+`)
		order by d.at desc, d.key limit $6`,
		f.Group, f.Reminder, string(f.State), millis(db.now().Add(clockMost)), millis(f.Since), cmp.Or(f.Limit, 100))
}

// Post implements bot.Store.
func (db *DB) Post(ctx context.Context, by bot.Actor, deliveries ...bot.Delivery) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		if err := db.enqueue(ctx, tx, deliveries); err != nil {
			return err
		}
		for _, d := range deliveries {
			if d.Kind == bot.OfNotice {
				continue // the program's own news changes nothing
			}
			target := map[string]string{"key": d.Key, "place": d.Place, "card": d.Card}
			if err := db.record(ctx, tx, by, string(d.Kind), d.Card, target); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		db.changed()
	}
	return err
}

// job is what River carries: the name of a delivery that is due.
type job struct {
	Key string `json:"key"`
}

func (job) Kind() string { return "delivery" }

// maxAttempts is River's count, which only kills and database faults use up; the
// delivery's own deadline ends it long before.
const maxAttempts = 1000

// enqueue writes new deliveries and one job for each that is due. A delivery
// that exists already is left as it is, unless a clock that was ahead has put it on
// record, without a post, before its time.
func (db *DB) enqueue(ctx context.Context, tx *sql.Tx, deliveries []bot.Delivery) error {
	var fresh []bot.Delivery
	unrealAfter := millis(db.now().Add(clockMost))
	for _, d := range deliveries {
		nominal := ""
		if !d.Nominal.IsZero() {
			nominal = d.Nominal.String()
		}
		res, err := tx.ExecContext(ctx, `
			insert into deliveries (key, kind, reminder_id, group_id, place, nominal, at, card, body,
				state, reason, attempts, begun_at, settled_at, message, hash)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, '', '')
			on conflict (key) do update set at = excluded.at, card = excluded.card, state = excluded.state, reason = excluded.reason,
				begun_at = excluded.begun_at, settled_at = excluded.settled_at
				where deliveries.kind = 'reminder' and deliveries.state in ('skipped', 'failed') and deliveries.settled_at > $14`,
			d.Key, string(d.Kind), d.Reminder, d.Group, d.Place, nominal, millis(d.At), d.Card, d.Text,
			string(cmp.Or(d.State, bot.Due)), d.Reason, millis(d.Begun), millis(d.Settled), unrealAfter)
		if err != nil {
			return err
		}
		if unchanged(res) || d.State.Final() {
			continue
		}
		fresh = append(fresh, d)
	}
	return db.insertJobs(ctx, tx, fresh)
}

// insertJobs makes a job for each delivery.
func (db *DB) insertJobs(ctx context.Context, tx *sql.Tx, deliveries []bot.Delivery) error {
	if len(deliveries) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(deliveries))
	for i, d := range deliveries {
		params[i] = river.InsertManyParams{
			Args:       job{Key: d.Key},
			InsertOpts: &river.InsertOpts{Queue: queueOf(d.Place), MaxAttempts: maxAttempts},
		}
	}
	for _, p := range params {
		db.bell.ring(p.InsertOpts.Queue)
	}
	_, err := db.jobs.InsertManyFastTx(ctx, tx, params)
	return err
}

// queueOf keeps the platforms apart: trouble on one delays nothing on another.
func queueOf(place string) string {
	platform, _, _ := strings.Cut(place, ":")
	return platform
}
