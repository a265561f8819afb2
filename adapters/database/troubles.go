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
	troubleColumns = `subject, reason, group_id, since, count`
	foldAfter      = 5 // troubles told one by one in foldSpan; the rest in one notice
	foldSpan       = 10 * time.Minute
	restSpan       = 10 * time.Minute // how long lateness must be over to count as healed
)

func scanTrouble(r row) (t bot.OpenTrouble, err error) {
	var since int64
	err = r.Scan(&t.Subject, &t.Reason, &t.Group, &since, &t.Count)
	t.Since = instant(since)
	return t, err
}

// Troubles lists what staff were told of and has not healed, oldest first.
func (db *DB) Troubles(ctx context.Context) ([]bot.OpenTrouble, error) {
	return list(ctx, db.sql, scanTrouble, `select `+troubleColumns+` from troubles where healed_at = 0 order by since, subject`)
}

// open notes a trouble. Only the first time, until it heals, is staff told, in
// the same transaction.
func (e *Engine) open(ctx context.Context, tx *sql.Tx, t bot.Trouble) error {
	now := e.right()
	var since int64
	err := tx.QueryRowContext(ctx, `
		insert into troubles (subject, reason, group_id, since, last_at, count, healed_at) values ($1, $2, $3, $4, $4, 1, 0)
		on conflict (subject) do update set
			since = case when troubles.healed_at = 0 then troubles.since else excluded.since end,
			count = case when troubles.healed_at = 0 then troubles.count + 1 else 1 end,
			reason = excluded.reason, group_id = excluded.group_id, last_at = excluded.last_at, healed_at = 0
		returning since`, t.Subject, t.Reason, t.Group, millis(now)).Scan(&since)
	if err != nil || since != millis(now) {
		return err
	}
	e.log.Warn("trouble", "subject", t.Subject, "reason", t.Reason)
	var recent int
	err = tx.QueryRowContext(ctx, `select count(*) from troubles where healed_at = 0 and since > $1 and since <= $2`, millis(now.Add(-foldSpan)), millis(now)).Scan(&recent)
	if err != nil {
		return err
	}
	if recent > foldAfter {
		text := "Trouble: more of it than is told one by one. Next: /reminder history shows what became of the posts."
		return e.tell(ctx, tx, t, manyID(now), text)
	}
	name, err := called(ctx, tx, t)
	if err != nil {
		return err
	}
	opened := bot.OpenTrouble{Trouble: t, Since: instant(since), Count: 1}
	return e.tell(ctx, tx, t, opened.NoticeID(false), opened.Notice(false, name))
}

// called is how people know what a trouble is about: by a reminder's topic, by the
// name of the group.
func called(ctx context.Context, tx *sql.Tx, t bot.Trouble) (string, error) {
	id, _ := strings.CutPrefix(t.Subject, "reminder ")
	var topic, group string
	err := tx.QueryRowContext(ctx, `select
		coalesce((select topic from reminders where id = $1), ''), coalesce((select name from groups where id = $2), '')`,
		id, t.Group).Scan(&topic, &group)
	if topic != "" && group != "" {
		topic += ", "
	}
	return topic + group, err
}

// manyID names the one notice of the troubles that began too many at a time.
func manyID(since time.Time) string {
	return fmt.Sprint("notice many ", millis(since.Truncate(foldSpan)))
}

// heal closes the troubles that are over and tells staff, once each.
func (e *Engine) heal(ctx context.Context, tx *sql.Tx, subjects []string) error {
	now := millis(e.db.now())
	for _, subject := range subjects {
		healed, err := list(ctx, tx, scanTrouble, `
			update troubles set healed_at = $1
			where subject = $2 and healed_at = 0 and (subject <> 'late' or last_at < $3)
			returning `+troubleColumns, now, subject, millis(e.db.now().Add(-restSpan)))
		if err != nil {
			return err
		}
		for _, t := range healed {
			e.log.Info("trouble healed", "subject", t.Subject)
			if err := e.tellHealed(ctx, tx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellHealed follows up what was told when a trouble began: its own notice or, once
// the last of them is over, that of the many.
func (e *Engine) tellHealed(ctx context.Context, tx *sql.Tx, t bot.OpenTrouble) error {
	var alone, many, left int
	bucket := t.Since.Truncate(foldSpan)
	err := tx.QueryRowContext(ctx, `select
		(select count(*) from deliveries where kind = 'notice' and reminder_id = $1 and nominal = ''),
		(select count(*) from deliveries where kind = 'notice' and reminder_id = $2 and nominal = ''),
		(select count(*) from troubles where healed_at = 0 and since >= $3 and since < $4)`,
		t.NoticeID(false), manyID(t.Since), millis(bucket), millis(bucket.Add(foldSpan))).Scan(&alone, &many, &left)
	if err == nil && (alone > 0 || many == 0) {
		var name string
		if name, err = called(ctx, tx, t.Trouble); err == nil {
			err = e.tell(ctx, tx, t.Trouble, t.NoticeID(true), t.Notice(true, name))
		}
	}
	if err != nil || many == 0 || left > 0 {
		return err
	}
	told, err := list(ctx, tx, func(r row) (place string, err error) { return place, r.Scan(&place) },
		`select distinct place from deliveries where kind = 'notice' and reminder_id = $1 and nominal = '' order by place`, manyID(t.Since))
	if err != nil {
		return err
	}
	for _, name := range told {
		p, err := bot.ParsePlace(name)
		if err != nil {
			return err
		}
		over := bot.NoticeTo(p, bot.FollowUp(manyID(t.Since), "healed"), "Healed: what was told here together is over.", e.db.now())
		if err := e.db.enqueue(ctx, tx, []bot.Delivery{over}); err != nil {
			return err
		}
	}
	return nil
}

// forgetTroubles closes the troubles of groups' places and of reminders that
// were removed: nothing is left to heal, so nobody is told.
func (db *DB) forgetTroubles(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `
		update troubles set healed_at = $1 where healed_at = 0 and (
			subject in (select 'reminder ' || r.id from reminders r join groups g on g.id = r.group_id
				where r.removed_at > 0 or g.removed_at > 0)
			or group_id <> '' and (subject like 'place %' or subject like 'message %')
				and subject not in (select 'place ' || place from places where live = 1)
				and subject not in (select 'message ' || place from places where live = 1))`, millis(db.now()))
	return err
}

// tell makes a delivery of news to staff and to the group's moderators, but not
// to the very place that is in trouble. Where it is the staff's own place or
// platform, the moderators of all groups hear of it elsewhere.
func (e *Engine) tell(ctx context.Context, tx *sql.Tx, t bot.Trouble, id, text string) error {
	places := []bot.Place{e.Staff}
	troubled, _ := t.Place()
	about, whole := t.Platform()
	down := func(p bot.Platform) bool { return whole && p == about }
	deaf := e.Staff != (bot.Place{}) && (troubled == e.Staff || down(e.Staff.Platform))
	if t.Group != "" || deaf {
		groups, err := groupsWhere(ctx, tx, `g.id = $1 or $2 and g.removed_at = 0`, t.Group, deaf)
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
		// A clock in doubt must not make news old before it is told.
		at := latest(e.db.now(), e.right())
		if err := e.db.enqueue(ctx, tx, []bot.Delivery{bot.NoticeTo(p, id, text, at)}); err != nil {
			return err
		}
	}
	return nil
}

// Report opens a trouble that was met elsewhere than in a delivery, such as a
// platform's word that its tokens were revoked.
func (e *Engine) Report(ctx context.Context, t bot.Trouble) error {
	err := e.db.inTx(ctx, func(tx *sql.Tx) error { return e.open(ctx, tx, t) })
	e.db.changed()
	return err
}

// Healed ends a trouble that Report opened, if it is open.
func (e *Engine) Healed(ctx context.Context, t bot.Trouble) error {
	err := e.db.inTx(ctx, func(tx *sql.Tx) error { return e.heal(ctx, tx, []string{t.Subject}) })
	e.db.changed()
	return err
}
