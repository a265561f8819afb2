package database

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"circlekeeper/bot"
	"circlekeeper/content"
)

var _ bot.Ledger = (*ledger)(nil)

// ledger binds a delivery's row to the River job that carries it.
type ledger struct {
	engine *Engine
	db     *DB
	job    *river.Job[job]
	place  bot.Place
	kind   bot.DeliveryKind
	newest bool // the reminder keeps only the newest of its posts
	// attempt is the number of the attempt that this carrier knows of. If another process has
	// taken the delivery over, its number is higher, and what this carrier writes is refused.
	attempt int
	granted int64 // milliseconds of the database's clock at the last Begin; 0 on SQLite
}

// Load implements bot.Ledger.
func (l *ledger) Load(ctx context.Context) (bot.Work, error) {
	var w bot.Work
	err := l.db.inTx(ctx, func(tx *sql.Tx) (err error) {
		w.Delivery, err = first(list(ctx, tx, scanDelivery, `select `+deliveryColumns+` from deliveries d where d.key = $1`, l.job.Args.Key))
		if err != nil {
			return err
		}
		d := w.Delivery
		l.attempt = d.Attempts
		l.place, l.kind = d.Place, d.Kind
		if d.State.Final() {
			return nil
		}
		if w.Signed, err = l.signed(ctx, tx, d.Card); err != nil {
			return err
		}
		if d.Kind.Revises() {
			return loadRevision(ctx, tx, &w)
		}
		if d.Group != "" {
			w.Group, err = first(groupsWhere(ctx, tx, `g.id = $1 and g.removed_at = 0`, d.Group))
			if errors.Is(err, bot.ErrNotFound) {
				w.Gone, err = true, nil
			}
			if err != nil {
				return err
			}
		}
		if d.Kind == bot.OfReminder && !w.Gone {
			w.Reminder, err = oneReminder(ctx, tx, liveReminder+` and r.id = $1`, d.Reminder)
			if errors.Is(err, bot.ErrNotFound) {
				w.Gone, err = true, nil
			}
			if err != nil {
				return err
			}
			l.newest = w.Reminder.KeepNewest
			if d.State == bot.Sending && d.Attempts == 0 { // only a lost database can have begun it
				if err := loadGap(ctx, tx, &w); err != nil {
					return err
				}
			}
		}
		if d.Kind == bot.OfNotice {
			if err := loadNotice(ctx, tx, &w); err != nil {
				return err
			}
		}
		if d.Kind.Awaited() {
			return nil // a person waits for it, so it queues behind nothing
		}
		return loadPlace(ctx, tx, &w)
	})
	return w, err
}

// loadPlace loads the state of a delivery's place: whether the group still has it, since when
// posts to it have failed, and whether an earlier delivery is still to go there.
func loadPlace(ctx context.Context, tx *sql.Tx, w *bot.Work) error {
	d := w.Delivery
	var has bool
	var since int64
	err := tx.QueryRowContext(ctx, `select
		exists (select 1 from places where group_id = $1 and place = $2 and live = 1),
		(select coalesce(max(since), 0) from troubles where kind = $3 and place = $2 and healed_at = 0),
		exists (select 1 from deliveries
			where place = $2 and state in ('due', 'sending') and kind not in ('correction', 'withdrawal', 'removal', 'view') and (at < $4 or at = $4 and key < $5))`,
		d.Group, placeColumn(d.Place), string(bot.AboutPlace), millis(d.At), d.Key).Scan(&has, &since, &w.Blocked)
	if d.Kind == bot.OfReminder {
		w.Gone, w.Troubled = w.Gone || !has, instant(since)
	}
	return err
}

// loadGap loads what a restored database does not know: the time from the backup to the
// restore, and which deliveries of that time are on record. It leaves out the time before the
// oldest records that are kept, because a post without a record there may only have lost its
// record to deletion.
func loadGap(ctx context.Context, tx *sql.Tx, w *bot.Work) (err error) {
	if w.Gap, err = gap(ctx, tx); err != nil || w.Gap.To.IsZero() {
		return err
	}
	forgotten, err := mark(ctx, tx, forgottenMark)
	if err != nil {
		return err
	}
	if !forgotten.IsZero() {
		w.Gap.From = latest(w.Gap.From, forgotten.Add(bot.MaxLate))
	}
	d := w.Delivery
	type known struct {
		key      string
		complete bool
	}
	all, err := list(ctx, tx, func(r row) (k known, err error) { return k, r.Scan(&k.key, &k.complete) }, `
		select d.key, (d.reminder_id <> $4 or d.state = 'sent' or d.attempts > 0) from deliveries d
			where d.group_id = $1 and d.at >= $2 and d.place = $3 and d.key <> $5`,
		d.Group, millis(w.Gap.From.Add(-bot.DueBeforeGap)), placeColumn(d.Place), d.Reminder, d.Key)
	w.Gap.Known = make(map[string]bool, len(all))
	for _, k := range all {
		w.Gap.Known[k.key] = k.complete
	}
	if err == nil {
		w.Gap.Others, err = list(ctx, tx, scanReminder, `select `+reminderColumns+` from reminders r where r.group_id = $1 and r.id <> $2`, d.Group, d.Reminder)
	}
	return err
}

// signed is what was signed of a card. A notice has none.
func (l *ledger) signed(ctx context.Context, tx *sql.Tx, card string) (content.SignOff, error) {
	switch card {
	case "":
		return content.SignOff{}, nil
	case bot.Agreements: // a post of many cards
		return l.engine.signed.read(ctx, tx, l.engine.Approvals)
	}
	return signedOff(ctx, tx, card, l.engine.Approvals)
}

// loadNotice adds what a notice follows up, and the group and the reminder that it is
// about.
func loadNotice(ctx context.Context, tx *sql.Tx, w *bot.Work) error {
	d := w.Delivery
	if d.Follows != "" {
		first, err := list(ctx, tx, scanDelivery, `select `+deliveryColumns+` from deliveries d where d.key = $1 and d.state = 'sent'`, d.Follows)
		if err != nil {
			return err
		}
		if len(first) > 0 {
			w.First = first[0]
		}
	}
	if d.News == nil {
		return nil
	}
	var err error
	group := d.News.Group
	if s := d.News.Subject; s.Kind == bot.AboutReminder {
		w.Reminder, err = oneReminder(ctx, tx, `r.id = $1`, s.ID)
		if group == "" {
			group = w.Reminder.Group
		}
	}
	if err == nil {
		w.Group, err = first(groupsWhere(ctx, tx, `g.id = $1 or g.id in (select group_id from places where $2 <> '' and place = $2 and live = 1)`,
			group, placeColumn(d.News.Subject.Place)))
	}
	if errors.Is(err, bot.ErrNotFound) { // it was removed: the notice is told without its name
		return nil
	}
	return err
}

// Begin implements bot.Ledger.
func (l *ledger) Begin(ctx context.Context, hash string, patience time.Duration) (at time.Time, ok bool, err error) {
	err = l.db.inTx(ctx, func(tx *sql.Tx) error {
		if at, ok, err = l.free(ctx, tx, l.paces(), patience); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `
			update deliveries set state = 'sending', begun_at = $1, hash = $2, attempts = attempts + 1
			where key = $3 and state = 'due' and attempts = $4`, millis(at), hash, l.job.Args.Key, l.attempt)
		if err == nil && unchanged(res) {
			return bot.ErrChanged
		}
		if err == nil && l.db.pool != nil {
			err = tx.QueryRowContext(ctx, `select `+serverClock).Scan(&l.granted)
		}
		return err
	})
	if err == nil {
		l.attempt++
	}
	if errors.Is(err, errTooFar) {
		err = nil
	}
	return at, ok, err
}

// serverClock is what PostgreSQL's clock shows, in milliseconds.
const serverClock = `(extract(epoch from clock_timestamp()) * 1000)::bigint`

// Mine implements bot.Ledger. On SQLite no other process can have taken over.
func (l *ledger) Mine(ctx context.Context, age time.Duration) (bool, error) {
	if l.db.pool == nil {
		return true, nil
	}
	var now int64
	var mine bool
	err := l.db.sql.QueryRowContext(ctx, `select `+serverClock+`, exists (
		select 1 from deliveries where key = $1 and state = 'sending' and attempts = $2)`, l.job.Args.Key, l.attempt).Scan(&now, &mine)
	// granted may lie in the future, by at most the courier's patience.
	return mine && now-l.granted <= (bot.Patience+age).Milliseconds(), err
}

// Return implements bot.Ledger.
func (l *ledger) Return(ctx context.Context, why bot.Reason) error {
	res, err := l.db.sql.ExecContext(ctx, `
		update deliveries set state = 'due', reason = $1, reason_detail = $2
		where key = $3 and state in ('due', 'sending') and attempts = $4`, string(why.Code), why.Record(), l.job.Args.Key, l.attempt)
	if err == nil && unchanged(res) {
		return bot.ErrChanged
	}
	return err
}

// Report implements bot.Ledger.
func (l *ledger) Report(ctx context.Context, t bot.Trouble) error {
	return l.db.inTx(ctx, func(tx *sql.Tx) error { return l.engine.notices.open(ctx, tx, t) })
}

// Settle implements bot.Ledger.
func (l *ledger) Settle(ctx context.Context, s bot.Settlement) error {
	return l.db.inTx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			update deliveries set state = $1, reason = $2, reason_detail = $3, message = $4, settled_at = $5
			where key = $6 and state in ('due', 'sending') and attempts = $7`,
			string(s.State), string(s.Reason.Code), s.Reason.Record(), s.Message, millis(l.db.now()), l.job.Args.Key, l.attempt)
		if err == nil && unchanged(res) {
			return bot.ErrChanged
		}
		if err != nil {
			return err
		}
		if s.Trouble != nil {
			if err := l.engine.notices.open(ctx, tx, *s.Trouble); err != nil {
				return err
			}
		}
		if err := l.engine.notices.heal(ctx, tx, s.Healed); err != nil {
			return err
		}
		if s.State == bot.Sent && l.kind.Revises() {
			if err := becomes(ctx, tx, l.job.Args.Key); err != nil {
				return err
			}
		}
		if s.State == bot.Sent && l.newest {
			if err := l.removeOlder(ctx, tx); err != nil {
				return err
			}
		}
		if s.State != bot.Sent {
			if err := l.giveBack(ctx, tx); err != nil {
				return err
			}
		}
		switch {
		case l.job.JobRow == nil: // carried without one; see carryNotices
		case l.db.pool == nil:
			_, err = river.JobCompleteTx[*riversqlite.Driver](ctx, tx, l.job)
		default:
			_, err = river.JobCompleteTx[*riverdatabasesql.Driver](ctx, tx, l.job)
		}
		return err
	})
}

// giveBack puts a card that reached none of the group's places back at the head
// of its rotation.
func (l *ledger) giveBack(ctx context.Context, tx *sql.Tx) error {
	return execute(ctx, tx, `
		update rotations set used_at = 0 where (reminder_id, card, nominal) in (
			select d.reminder_id, d.card, d.nominal from deliveries d where d.key = $1 and d.kind = 'reminder')
		and not exists (
			select 1 from deliveries o join deliveries d on d.key = $1
			where o.reminder_id = d.reminder_id and o.nominal = d.nominal and o.state in ('due', 'sending', 'sent'))`,
		l.job.Args.Key)
}
