package database

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"circlekeeper/bot"
)

// pace is the least time between two requests that share a name. After a rest, several may come
// at once: as many as fit into burst.
type pace struct {
	name     string
	interval time.Duration
	burst    time.Duration
}

// paces lists the paces that a post to the place must keep. Discord allows 50 requests a second
// for the whole bot; a few of these are left for answers. Slack allows one message a second in
// each channel, several hundred a minute in the workspace, and 50 calls of chat.update a
// minute:
// https://docs.slack.dev/apis/web-api/rate-limits
func (l *ledger) paces() []pace {
	switch l.place.Platform {
	case bot.Discord:
		return []pace{{name: "discord", interval: time.Second / 45}}
	case bot.Slack:
		if l.kind.Revises() {
			return []pace{{name: "slack edits", interval: time.Minute / 50}}
		}
		return []pace{{name: l.place.String(), interval: time.Second}, {name: "slack", interval: time.Minute / 300}}
	default:
		return nil
	}
}

// holds names the two stops that may hold this delivery back after a platform asked the bot to
// wait: one for the whole platform, one for less, which is a place or its edits. A limit on
// edits does not stop posts. Slack counts edits by workspace, Discord by channel.
func (l *ledger) holds() (platform, less string) {
	platform, less = string(l.place.Platform), l.place.String()
	switch {
	case l.kind.Revises() && l.place.Platform == bot.Slack:
		less = platform + " edits"
	case l.kind.Revises():
		less += " edits"
	}
	return platform + " held", less + " held"
}

// lookPaces lists the paces that a look-up must keep. On Discord it takes up to four requests
// of the same pace as posts. Slack counts calls of conversations.history by themselves, 50 a
// minute: https://docs.slack.dev/apis/web-api/rate-limits
// 20 look-ups may come at once: a killed process leaves fewer posts in doubt.
func (l *ledger) lookPaces() []pace {
	switch l.place.Platform {
	case bot.Discord:
		return []pace{{name: "discord", interval: 4 * time.Second / 45}}
	case bot.Slack:
		return []pace{{name: "slack look-ups", interval: time.Minute / 30, burst: 20 * time.Minute / 30}}
	default:
		return nil
	}
}

// Look implements bot.Ledger.
func (l *ledger) Look(ctx context.Context, patience time.Duration) (at time.Time, ok bool, err error) {
	err = l.db.inTx(ctx, func(tx *sql.Tx) error {
		at, ok, err = l.free(ctx, tx, l.lookPaces(), patience)
		return err
	})
	if errors.Is(err, errTooFar) {
		err = nil
	}
	return at, ok, err
}

// free reserves the next moment that is free in all paces. If that is further away than
// patience, the error is errTooFar, and the transaction must be rolled back.
func (l *ledger) free(ctx context.Context, tx *sql.Tx, paces []pace, patience time.Duration) (at time.Time, ok bool, err error) {
	now := l.db.now()
	if at, err = l.heldUntil(ctx, tx); err != nil {
		return at, false, err
	}
	at = latest(at, now)
	for _, p := range paces {
		free, err := reserve(ctx, tx, p, now)
		if err != nil {
			return at, false, err
		}
		at = latest(at, free.Add(-p.burst))
	}
	if at.Sub(now) > patience {
		return at, false, errTooFar
	}
	return at, true, nil
}

// How far ahead a pace may be reserved. A time further ahead was written before the clock was
// set back, and is ignored.
const (
	paceMost = time.Minute // nobody reserves further than the courier's patience
	holdMost = time.Hour   // platforms that ask for more are asked again
)

// reserve takes the next free moment of a pace, in one statement, so that
// replicas share it.
func reserve(ctx context.Context, tx *sql.Tx, p pace, now time.Time) (time.Time, error) {
	var next int64
	err := tx.QueryRowContext(ctx, `
		insert into paces (name, next_at) values ($1, $2)
		on conflict (name) do update set next_at = case
			when paces.next_at > $3 and paces.next_at < $5 then paces.next_at else $3 end + $4
		returning next_at`,
		p.name, now.UnixMicro()+p.interval.Microseconds(), now.UnixMicro(), p.interval.Microseconds(),
		now.Add(paceMost).UnixMicro()).Scan(&next)
	return time.UnixMicro(next).Add(-p.interval), err
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

var errTooFar = errors.New("the next free moment is too far away")

// Hold implements bot.Ledger.
func (l *ledger) Hold(ctx context.Context, d time.Duration, platform bool) error {
	whole, name := l.holds()
	if platform {
		name = whole
	}
	until := l.db.now().Add(min(d, holdMost)).UnixMicro()
	return execute(ctx, l.db.sql, `
		insert into paces (name, next_at) values ($1, $2)
		on conflict (name) do update set next_at = case
			when paces.next_at > $2 and paces.next_at < $3 then paces.next_at else $2 end`,
		name, until, l.db.now().Add(holdMost).UnixMicro())
}

func (l *ledger) heldUntil(ctx context.Context, tx *sql.Tx) (time.Time, error) {
	var until int64
	whole, less := l.holds()
	err := tx.QueryRowContext(ctx, `select coalesce(max(next_at), 0) from paces where name in ($1, $2) and next_at < $3`,
		whole, less, l.db.now().Add(paceMemory).UnixMicro()).Scan(&until)
	return time.UnixMicro(until), err
}
