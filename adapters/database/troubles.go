package database

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
)

const (
	troubleColumns = `kind, place, id, reason, reason_detail, group_id, since, count`
	foldAfter      = 5 // so many troubles in foldSpan get notices of their own; the others share one
	foldSpan       = 10 * time.Minute
	restSpan       = 10 * time.Minute // how long nothing must have been late for the trouble to count as healed
)

// placeColumn is the text by which a column keeps a place; empty for the zero place.
func placeColumn(p bot.Place) string {
	text, _ := p.MarshalText() // it never fails
	return string(text)
}

func scanTrouble(r row) (t bot.OpenTrouble, err error) {
	var since int64
	var place, detail string
	if err = r.Scan(&t.Subject.Kind, &place, &t.Subject.ID, &t.Reason.Code, &detail, &t.Group, &since, &t.Count); err != nil {
		return t, err
	}
	t.Since, t.Reason = instant(since), t.Reason.Code.OnRecord(detail)
	return t, t.Subject.Place.UnmarshalText([]byte(place))
}

// Troubles lists the open troubles that staff were told of, oldest first.
func (db staffStore) Troubles(ctx context.Context) ([]bot.OpenTrouble, error) {
	return list(ctx, db.sql, scanTrouble, `select `+troubleColumns+` from troubles where healed_at = 0 order by since, kind, place, id`)
}

// staffNotices writes news to staff: that a trouble began or is over, which concerns came, and
// what became of the week's posts.
type staffNotices struct {
	workings
	sharedNow func() time.Time // the database's clock, because several processes share troubles
}

// open records a trouble. Staff are told in the same transaction, but only of the first time
// until the trouble heals.
func (n *staffNotices) open(ctx context.Context, tx *sql.Tx, t bot.Trouble) error {
	now := n.sharedNow()
	var since int64
	err := tx.QueryRowContext(ctx, `
		insert into troubles (kind, place, id, reason, reason_detail, group_id, since, last_at, count, healed_at) values ($1, $2, $3, $4, $5, $6, $7, $7, 1, 0)
		on conflict (kind, place, id) do update set
			since = case when troubles.healed_at = 0 then troubles.since else excluded.since end,
			count = case when troubles.healed_at = 0 then troubles.count + 1 else 1 end,
			reason = excluded.reason, reason_detail = excluded.reason_detail, group_id = excluded.group_id, last_at = excluded.last_at, healed_at = 0
		returning since`, string(t.Subject.Kind), placeColumn(t.Subject.Place), t.Subject.ID,
		string(t.Reason.Code), t.Reason.Record(), t.Group, millis(now)).Scan(&since)
	if err != nil || since != millis(now) {
		return err
	}
	n.log.Warn("trouble", "subject", t.Subject.String(), "reason", t.Reason.Code, "detail", t.Reason.Record())
	var recent int
	err = tx.QueryRowContext(ctx, `select count(*) from troubles where healed_at = 0 and since > $1 and since <= $2`, millis(now.Add(-foldSpan)), millis(now)).Scan(&recent)
	if err != nil {
		return err
	}
	opened := bot.OpenTrouble{Trouble: t, Since: instant(since), Count: 1}
	if recent > foldAfter {
		return n.tell(ctx, tx, t, many(opened.Since, bot.Began))
	}
	return n.tell(ctx, tx, t, opened.News(bot.Began))
}

// many is the news that stands for all troubles beyond foldAfter.
func many(since time.Time, turn bot.Turn) bot.News {
	return bot.News{Subject: bot.Subject{Kind: bot.AboutMany}, Since: since.Truncate(foldSpan), Turn: turn}
}

// heal closes the troubles that are over and tells staff, once each.
func (n *staffNotices) heal(ctx context.Context, tx *sql.Tx, subjects []bot.Subject) error {
	open, err := openAmong(ctx, tx, subjects)
	if err != nil {
		return err
	}
	now := millis(n.db.now())
	for _, s := range open {
		healed, err := list(ctx, tx, scanTrouble, `
			update troubles set healed_at = $1
			where kind = $2 and place = $3 and id = $4 and healed_at = 0 and (kind <> $5 or last_at < $6)
			returning `+troubleColumns, now, string(s.Kind), placeColumn(s.Place), s.ID, string(bot.AboutLateness), millis(n.db.now().Add(-restSpan)))
		if err != nil {
			return err
		}
		for _, t := range healed {
			n.log.Info("trouble healed", "subject", t.Subject.String())
			if err := n.tellHealed(ctx, tx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// openAmong returns those subjects that have an open trouble; mostly none has.
func openAmong(ctx context.Context, tx *sql.Tx, subjects []bot.Subject) (open []bot.Subject, err error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	var args []any
	var rows []string
	for i, s := range subjects {
		rows = append(rows, fmt.Sprintf("($%d, $%d, $%d)", 3*i+1, 3*i+2, 3*i+3))
		args = append(args, string(s.Kind), placeColumn(s.Place), s.ID)
	}
	return list(ctx, tx, func(r row) (s bot.Subject, err error) {
		var place string
		if err = r.Scan(&s.Kind, &place, &s.ID); err == nil {
			err = s.Place.UnmarshalText([]byte(place))
		}
		return s, err
	}, `select kind, place, id from troubles where healed_at = 0 and (kind, place, id) in (values `+strings.Join(rows, ", ")+`)`, args...)
}

// toldAt lists the places to which news was sent.
func toldAt(ctx context.Context, tx *sql.Tx, n bot.News) ([]bot.Place, error) {
	return list(ctx, tx, func(r row) (p bot.Place, err error) {
		var text string
		if err = r.Scan(&text); err == nil {
			p, err = bot.ParsePlace(text)
		}
		return p, err
	}, `select distinct place from deliveries where kind = 'notice' and about_kind = $1 and about_place = $2 and about_id = $3 and about_since = $4 and turn = $5 order by place`,
		string(n.Subject.Kind), placeColumn(n.Subject.Place), n.Subject.ID, millis(n.Since), string(n.Turn))
}

// tellHealed tells that a trouble is over, wherever its beginning was told. If that was news of
// many troubles, it waits until the last of them is over.
func (n *staffNotices) tellHealed(ctx context.Context, tx *sql.Tx, t bot.OpenTrouble) error {
	alone, err := toldAt(ctx, tx, t.News(bot.Began))
	if err != nil {
		return err
	}
	together, err := toldAt(ctx, tx, many(t.Since, bot.Began))
	if err != nil {
		return err
	}
	if len(alone) > 0 || len(together) == 0 {
		if err := n.tell(ctx, tx, t.Trouble, t.News(bot.Healed)); err != nil {
			return err
		}
	}
	if len(together) == 0 {
		return nil
	}
	var left int
	bucket := t.Since.Truncate(foldSpan)
	err = tx.QueryRowContext(ctx, `select count(*) from troubles where healed_at = 0 and since >= $1 and since < $2`,
		millis(bucket), millis(bucket.Add(foldSpan))).Scan(&left)
	if err != nil || left > 0 {
		return err
	}
	return n.db.enqueue(ctx, tx, bot.Each(together, func(p bot.Place) bot.Delivery { return bot.NoticeTo(p, many(t.Since, bot.Healed), n.db.now()) }))
}

// forgetTroubles closes the troubles of places that left their group, of reminders that were
// removed, and of posts that need not be removed or kept in view any more. Staff are not told,
// because nothing was healed.
func (db *handle) forgetTroubles(ctx context.Context, tx *sql.Tx) error {
	return execute(ctx, tx, `
		update troubles set healed_at = $1 where healed_at = 0 and (
			kind = 'reminder' and id in (select r.id from reminders r join groups g on g.id = r.group_id
				where r.removed_at > 0 or g.removed_at > 0)
			or kind = 'older' and group_id not in (select r.group_id from reminders r where r.keep_newest = 1 and r.removed_at = 0)
			or kind = 'view' and group_id in (select g.id from groups g where g.in_view = 0)
			or group_id <> '' and kind in ('place', 'message', 'older', 'view') and place not in (select place from places where live = 1))`, millis(db.now()))
}

// tell sends news to staff and to the group's moderators, but not to the place that is in
// trouble. If the staff's own place or platform is in trouble, the moderators of all groups get
// the news. If there is no place for staff, they get what concerns no single group.
func (n *staffNotices) tell(ctx context.Context, tx *sql.Tx, t bot.Trouble, news bot.News) error {
	places := []bot.Place{n.Staff}
	troubled, _ := t.Subject.Unreached()
	about, whole := t.Subject.Platform()
	down := func(p bot.Platform) bool { return whole && p == about }
	deaf := n.Staff != (bot.Place{}) && (troubled == n.Staff || down(n.Staff.Platform))
	everybody := deaf || n.Staff == (bot.Place{}) && t.Group == ""
	if t.Group != "" || everybody {
		groups, err := groupsWhere(ctx, tx, `g.id = $1 or $2 and g.removed_at = 0`, t.Group, everybody)
		if err != nil {
			return err
		}
		for _, g := range groups {
			p := g.Moderators
			if !slices.Contains(places, p) && !down(p.Platform) {
				places = append(places, p)
			}
		}
	}
	for _, p := range places {
		if p == (bot.Place{}) || p == troubled {
			continue
		}
		// If this clock is wrong and behind, the news would be too old to be told.
		at := latest(n.db.now(), n.sharedNow())
		if err := n.db.enqueue(ctx, tx, []bot.Delivery{bot.NoticeTo(p, news, at)}); err != nil {
			return err
		}
	}
	return nil
}

// report opens a trouble that no delivery has met.
func (n *staffNotices) report(ctx context.Context, t bot.Trouble) error {
	err := n.db.inTx(ctx, func(tx *sql.Tx) error { return n.open(ctx, tx, t) })
	n.db.changed()
	return err
}

// Report opens a trouble that no delivery has met, such as a platform's message that its tokens
// were revoked.
func (e *Engine) Report(ctx context.Context, t bot.Trouble) error { return e.notices.report(ctx, t) }

// Healed ends a trouble that Report opened, if it is open.
func (e *Engine) Healed(ctx context.Context, t bot.Trouble) error {
	err := e.db.inTx(ctx, func(tx *sql.Tx) error { return e.notices.heal(ctx, tx, []bot.Subject{t.Subject}) })
	e.db.changed()
	return err
}
