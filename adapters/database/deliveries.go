package database

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

const deliveryColumns = `d.key, d.kind, d.reminder_id, d.group_id, d.place, d.nominal, d.at, d.card, d.body,
	d.state, d.reason, d.reason_detail, d.attempts, d.begun_at, d.settled_at, d.message, d.hash,
	d.about_kind, d.about_place, d.about_id, d.about_since, d.turn, d.follows, d.news,
	d.revision, d.became, d.stands, d.group_version, d.asked`

func scanDelivery(r row) (bot.Delivery, error) {
	var (
		d                  bot.Delivery
		n                  bot.News
		nominal, detail    string
		to, about, told    string
		at, begun, settled int64
		since              int64
	)
	err := r.Scan(&d.Key, &d.Kind, &d.Reminder, &d.Group, &to, &nominal, &at, &d.Card, &d.Text,
		&d.State, &d.Reason.Code, &detail, &d.Attempts, &begun, &settled, &d.Message, &d.Hash,
		&n.Subject.Kind, &about, &n.Subject.ID, &since, &n.Turn, &d.Follows, &told,
		&d.Revision, &d.Became, &d.Stands, &d.Version, &d.Asked)
	if err != nil {
		return d, err
	}
	d.Reason = d.Reason.Code.OnRecord(detail)
	d.At, d.Begun, d.Settled = instant(at), instant(begun), instant(settled)
	if nominal != "" {
		if d.Nominal, err = scheduler.ParseCivil(nominal); err != nil {
			return d, err
		}
	}
	if err := d.Place.UnmarshalText([]byte(to)); err != nil {
		return d, err
	}
	if n.Subject.Kind != "" {
		n.Since = instant(since)
		d.News = &n
		err = errors.Join(n.Subject.Place.UnmarshalText([]byte(about)), readTold(told, &n))
	}
	return d, err
}

// told is what a notice tells besides its subject, as its column news keeps it.
type told struct {
	Reason  bot.Reason   `json:"reason,omitzero"`
	Group   string       `json:"group,omitempty"`
	Concern *bot.Concern `json:"concern,omitempty"`
	Digest  *bot.Digest  `json:"digest,omitempty"`
}

func readTold(text string, n *bot.News) error {
	if text == "" { // from before notices were values
		return nil
	}
	var t told
	err := json.Unmarshal([]byte(text), &t)
	n.Reason, n.Group, n.Concern, n.Digest = t.Reason, t.Group, t.Concern, t.Digest
	return err
}

// newsColumns gives the columns of a notice from about_kind to news. Other deliveries have only
// the key that they follow; their other columns are empty.
func newsColumns(d bot.Delivery) ([]any, error) {
	if d.News == nil {
		return []any{"", "", "", 0, "", d.Follows, ""}, nil
	}
	n := *d.News
	text, err := json.Marshal(told{n.Reason, n.Group, n.Concern, n.Digest})
	return []any{string(n.Subject.Kind), placeColumn(n.Subject.Place), n.Subject.ID, millis(n.Since), string(n.Turn), d.Follows, string(text)}, err
}

// Deliveries implements bot.Store.
func (db deliveryStore) Deliveries(ctx context.Context, f bot.DeliveryFilter) ([]bot.Delivery, error) {
	where := `d.at >= $2 and not (d.at > $1 and ` + unreal("d", "$1") + `)`
	args := []any{millis(db.now().Add(clockMost)), millis(f.Since), cmp.Or(f.Limit, 100)}
	only := func(condition, value string) { // a condition for each value that is given, so that an index serves it
		if value != "" {
			args = append(args, value)
			where += fmt.Sprintf(" and %s$%d", condition, len(args))
		}
	}
	only(`d.group_id = `, f.Group)
	only(`d.reminder_id = `, f.Reminder)
	only(`d.state = `, string(f.State))
	if f.Posts {
		where += ` and ` + wasPosted
	}
	only(`d.card = `, f.Card)
	only(`d.revision = `, f.Revision)
	if !f.State.Final() && f.State != "" {
		where += ` and d.state in ('due', 'sending')`
	}
	return list(ctx, db.sql, scanDelivery, `
		select `+deliveryColumns+` from deliveries d where `+where+` order by d.at desc, d.key limit $3`, args...)
}

// Post implements bot.Store.
func (db deliveryStore) Post(ctx context.Context, by bot.Actor, deliveries ...bot.Delivery) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		fresh, err := db.enqueueNew(ctx, tx, deliveries)
		db.bell.ringFor(fresh)
		if err != nil {
			return err
		}
		for _, d := range fresh { // skips those that another process has already made
			if d.Kind == bot.OfNotice {
				continue // what the program tells is no change by anybody
			}
			target := map[string]string{"key": d.Key, "place": placeColumn(d.Place), "card": d.Card}
			if d.Kind.Revises() {
				target["post"], target["revision"] = d.Follows, d.Revision
			}
			if err := db.record(ctx, tx, by, string(d.Kind), d.Card, target); err != nil {
				return err
			}
		}
		return nil
	})
}

// job is what River carries: the name of a delivery that is due.
type job struct {
	Key string `json:"key"`
}

func (job) Kind() string { return "delivery" }

// maxAttempts is how often River may start a job. Only crashes and faults of the database use
// these up; the delivery's own deadline ends it long before.
const maxAttempts = 1000

// enqueue writes new deliveries and one job for each that is due. A delivery that exists
// already stays as it is, except a record that a clock ahead has made (see unreal). What was
// due before a backup was restored counts as begun: the lost database may have posted it, so it
// is looked up before it is sent. The same holds for news of a trouble that began before that:
// it may have been told already.
func (db *handle) enqueue(ctx context.Context, tx *sql.Tx, deliveries []bot.Delivery) error {
	fresh, err := db.enqueueNew(ctx, tx, deliveries)
	db.bell.ringFor(fresh)
	return err
}

// enqueueNew does what enqueue does, and returns the deliveries that are new and open. The
// queues are not told of their jobs yet.
func (db *handle) enqueueNew(ctx context.Context, tx *sql.Tx, deliveries []bot.Delivery) (fresh []bot.Delivery, err error) {
	if len(deliveries) == 0 {
		return nil, nil
	}
	lost, err := lostTime(ctx, tx)
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(deliveries, planBatch) {
		written, err := batch{db, tx}.insertNew(ctx, some, lost)
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, written...)
	}
	return fresh, db.writeJobs(ctx, tx, fresh)
}

// insertNew writes the deliveries that are new, and returns those among them that are open.
func (b batch) insertNew(ctx context.Context, deliveries []bot.Delivery, l lost) (open []bot.Delivery, err error) {
	named := make(map[string]bot.Delivery, len(deliveries))
	// Few deliveries have these columns, so most batches need not take them out of the JSON of
	// each row.
	special := slices.ContainsFunc(deliveries, func(d bot.Delivery) bool {
		return d.News != nil || d.Follows != "" || d.Revision != "" || d.Version != 0
	})
	more := `'', '', '', 0, '', '', '', '', 0, ''`
	if special {
		more = `v.value ->> 13, v.value ->> 14, v.value ->> 15, cast(v.value ->> 16 as bigint), v.value ->> 17, v.value ->> 18, v.value ->> 19, v.value ->> 20, cast(v.value ->> 21 as bigint), v.value ->> 22`
	}
	var rows [][]any
	for _, d := range deliveries {
		if _, twice := named[d.Key]; twice {
			continue
		}
		named[d.Key] = perhapsBegun(d, l)
		row := newRow(named[d.Key])
		if special {
			news, err := newsColumns(d)
			if err != nil {
				return nil, err
			}
			row = append(append(row, news...), d.Revision, d.Version, d.Asked)
		}
		rows = append(rows, row)
	}
	written, err := list(ctx, b.tx, func(r row) (key string, err error) { return key, r.Scan(&key) }, `
		insert into deliveries (key, kind, reminder_id, group_id, place, nominal, at, card, body,
			state, reason, reason_detail, attempts, begun_at, settled_at, message, hash,
			about_kind, about_place, about_id, about_since, turn, follows, news, revision, group_version, asked)
		select v.value ->> 0, v.value ->> 1, v.value ->> 2, v.value ->> 3, v.value ->> 4, v.value ->> 5, cast(v.value ->> 6 as bigint), v.value ->> 7, '',
			v.value ->> 8, v.value ->> 9, v.value ->> 10, 0, cast(v.value ->> 11 as bigint), cast(v.value ->> 12 as bigint), '', '',
			`+more+`
		from `+b.rows("$1")+` where true
		on conflict (key) do update set at = excluded.at, card = excluded.card, state = excluded.state,
			reason = excluded.reason, reason_detail = excluded.reason_detail, begun_at = excluded.begun_at, settled_at = excluded.settled_at
			where `+unreal("deliveries", "$2")+`
		returning key`, rowsText(rows), millis(b.db.now().Add(clockMost)))
	for _, key := range written {
		if d := named[key]; !d.State.Final() {
			open = append(open, d)
		}
	}
	return open, err
}

// lost is the gap of a restored database, and until when new deliveries are checked against it.
type lost struct {
	bot.Gap
	until time.Time
}

// lostTime gives the time of which a restored database knows nothing. If the clock has leapt
// since, it is not known how long ago the restore was: then every new delivery counts as soon
// after it.
func lostTime(ctx context.Context, tx *sql.Tx) (l lost, err error) {
	if l.Gap, err = gap(ctx, tx); err != nil || l.To.IsZero() {
		return l, err
	}
	l.until = l.To.Add(gapMost)
	leapt, err := mark(ctx, tx, beforeLeap)
	if !leapt.IsZero() && leapt.Before(l.until) {
		l.until = bot.Forever
	}
	return l, err
}

// perhapsBegun returns a new delivery with its state. It counts as begun if a lost database may
// have begun it.
func perhapsBegun(d bot.Delivery, l lost) bot.Delivery {
	d.State = cmp.Or(d.State, bot.Due)
	soon := d.At.Before(l.until)
	switch {
	case d.State != bot.Due:
	case d.At.Before(l.To):
		d.State, d.Begun = bot.Sending, d.At
		if d.News != nil { // a clock that was ahead may have told it early
			d.Begun = earliest(l.From, d.At)
		}
	case soon && d.Kind == bot.OfView,
		soon && d.News != nil && (d.News.Since.Before(l.To) || d.News.Since.After(d.At)):
		d.State, d.Begun = bot.Sending, l.From
	}
	return d
}

// newRow gives the columns that every new delivery has, in insertNew's order.
func newRow(d bot.Delivery) []any {
	nominal := ""
	if !d.Nominal.IsZero() {
		nominal = d.Nominal.String()
	}
	return []any{
		d.Key, string(d.Kind), d.Reminder, d.Group, placeColumn(d.Place), nominal, millis(d.At), d.Card,
		string(d.State), string(d.Reason.Code), d.Reason.Record(), millis(d.Begun), millis(d.Settled),
	}
}

// insertJobs makes a job for each delivery, and tells the queues of them.
func (db *handle) insertJobs(ctx context.Context, tx *sql.Tx, deliveries []bot.Delivery) error {
	db.bell.ringFor(deliveries)
	return db.writeJobs(ctx, tx, deliveries)
}

// writeJobs makes a job for each delivery. PostgreSQL tells the queues by itself.
func (db *handle) writeJobs(ctx context.Context, tx *sql.Tx, deliveries []bot.Delivery) error {
	switch {
	case len(deliveries) == 0:
		return nil
	case db.pool == nil:
		return batch{db, tx}.writeJobs(ctx, deliveries)
	}
	params := make([]river.InsertManyParams, len(deliveries))
	for i, d := range deliveries {
		params[i] = river.InsertManyParams{
			Args:       job{Key: d.Key},
			InsertOpts: &river.InsertOpts{Queue: queueOf(d.Place.Platform), MaxAttempts: maxAttempts},
		}
	}
	_, err := db.jobs.InsertManyFastTx(ctx, tx, params)
	return err
}

// writeJobs does on SQLite what River's InsertManyFastTx does, with the same rows, in a
// quarter of the time: River's statement looks up each of twelve columns in a JSON text.
func (b batch) writeJobs(ctx context.Context, deliveries []bot.Delivery) error {
	rows := make([][]any, len(deliveries))
	for i, d := range deliveries {
		rows[i] = []any{job{Key: d.Key}, queueOf(d.Place.Platform)}
	}
	return execute(ctx, b.tx, `
		insert into river_job (args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags)
		select jsonb_extract(value, '$[0]'), $1, $2, $3, jsonb('{}'), $4, value ->> 1, $1, 'available', jsonb('[]') from jsonb_each($5)`,
		riverTime(b.db.jobTime()), job{}.Kind(), maxAttempts, river.PriorityDefault, rowsText(rows))
}

// queueOf keeps the platforms apart: trouble on one delays nothing on another.
func queueOf(p bot.Platform) string { return string(p) }
