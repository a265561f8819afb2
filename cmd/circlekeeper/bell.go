package main

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// Times of the playground's sample reminder. Real rules fall due at most once an hour; this
// reminder is brought forward, so that a visitor sees it arrive.
const (
	sampleFirst = 8 * time.Second
	sampleEvery = time.Minute
	sampleSoon  = 2 * time.Second // shortest time to the post after a visitor's change has delayed it
	bellLooks   = 500 * time.Millisecond
)

// bell brings a reminder of the sample group forward again and again. Any change by a visitor
// undoes that, so it looks often and repeats it. While no reminder can be posted, it promises
// none.
type bell struct {
	o        *opened
	at       time.Time // when the next post is due; zero before the first
	promised atomic.Pointer[time.Time]
}

func (b *bell) ring(ctx context.Context) error {
	look := time.NewTicker(bellLooks)
	defer look.Stop()
	for {
		if err := b.look(ctx); err != nil && ctx.Err() == nil {
			b.promised.Store(nil)
			b.o.log.Warn("the sample reminder could not be called forward", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// look makes sure that the reminder comes at the promised time.
func (b *bell) look(ctx context.Context) error {
	switch now := b.o.now(); {
	case b.at.IsZero():
		b.at = now.Add(sampleFirst).Truncate(time.Millisecond)
	case !b.at.After(now.Add(-time.Second)): // the post has come
		b.at = now.Add(sampleEvery - time.Second).Truncate(time.Millisecond)
	}
	r, found, err := b.reminder(ctx)
	if err != nil {
		return err
	}
	if !found {
		b.promised.Store(nil)
		return nil
	}
	// Read the clock after the reminder: then a moment that is still ahead was not planned yet.
	if now := b.o.now(); !r.Next.At.Equal(b.at) && b.at.After(now) {
		if soon := now.Add(sampleSoon).Truncate(time.Millisecond); b.at.Before(soon) {
			b.at = soon
		}
		if err := b.o.db.BringForward(ctx, r.ID, b.at); err != nil {
			return err
		}
	}
	at := b.at
	b.promised.Store(&at)
	return nil
}

// reminder returns the sample group's first reminder that can be posted now. Reminders by
// sessions are left out.
func (b *bell) reminder(ctx context.Context) (bot.Reminder, bool, error) {
	groups, err := b.o.db.Groups(ctx)
	if err != nil {
		return bot.Reminder{}, false, err
	}
	i := slices.IndexFunc(groups, func(g bot.Group) bool { return g.ID == sampleGroup })
	if i < 0 {
		return bot.Reminder{}, false, nil
	}
	g, now := groups[i], b.o.now()
	all, err := b.o.db.Reminders(ctx, g.ID)
	if err != nil {
		return bot.Reminder{}, false, err
	}
	for _, r := range all {
		calendar, rule, err := bot.Timing(r, g)
		paused := bot.PausedUntil(r, g).After(now)
		if err != nil || rule.BySession() || !r.Fault.IsZero() || paused || calendar.Skipped(asIfDue(b.at)) || !b.o.bot.Deck().Ready(r.Topic, g, now) {
			continue
		}
		return r, true, nil
	}
	return bot.Reminder{}, false, nil
}

// asIfDue returns the occurrence that BringForward makes of a moment.
func asIfDue(at time.Time) scheduler.Occurrence {
	return scheduler.Occurrence{Nominal: scheduler.CivilOf(at.UTC()), At: at}
}

// next returns when the sample reminder comes next; the zero time while none can come.
func (b *bell) next() time.Time {
	if at := b.promised.Load(); at != nil {
		return *at
	}
	return time.Time{}
}
