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
// none. It stays with one reminder as long as that can be posted: what a visitor adds comes by its
// own rule.
type bell struct {
	o        *opened
	takes    string    // the ID of the reminder that it brings forward
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
	b.takes = r.ID
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

// reminder returns the reminder of the sample group that it took before or, where that cannot be
// posted now, the one that comes next by its own rule. Reminders by sessions are left out.
func (b *bell) reminder(ctx context.Context) (next bot.Reminder, found bool, err error) {
	groups, err := b.o.db.Groups(ctx)
	if err != nil {
		return next, false, err
	}
	i := slices.IndexFunc(groups, func(g bot.Group) bool { return g.ID == sampleGroup })
	if i < 0 {
		return next, false, nil
	}
	all, err := b.o.db.Reminders(ctx, sampleGroup)
	if err != nil {
		return next, false, err
	}
	var soonest time.Time
	for _, r := range all {
		at, ok := b.comes(r, groups[i])
		switch {
		case !ok:
		case r.ID == b.takes:
			return r, true, nil
		case !found || at.Before(soonest):
			next, found, soonest = r, true, at
		}
	}
	return next, found, nil
}

// comes returns when a reminder comes by its own rule; ok is false if it cannot be posted at the
// promised time.
func (b *bell) comes(r bot.Reminder, g bot.Group) (at time.Time, ok bool) {
	now := b.o.now()
	calendar, rule, err := bot.Timing(r, g)
	paused := bot.PausedUntil(r, g).After(now)
	if err != nil || rule.BySession() || !r.Fault.IsZero() || paused || calendar.Skipped(asIfDue(b.at)) || calendar.Quiet(b.at) || !b.o.bot.Deck().Ready(r.Topic, g, now) {
		return at, false
	}
	next := calendar.Upcoming(rule, now, 1)
	if len(next) == 0 {
		return at, false
	}
	return next[0].At, true
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
