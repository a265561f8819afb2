package main

import (
	"context"
	"time"

	"circlekeeper/bot"
)

// Times of watching over the platforms' connections.
const (
	watchEvery = 5 * time.Second
	silentFor  = 2 * time.Minute // longer than any reconnection should take
	retryEvery = time.Minute     // a platform that refused the program: it may be let in again
)

// reporter tells staff of trouble, and when it is over.
type reporter interface {
	Report(ctx context.Context, t bot.Trouble) error
	Healed(ctx context.Context, t bot.Trouble) error
}

// line is a platform's connection as its watcher sees it.
type line struct {
	adapter bot.Adapter
	since   time.Time // when it was last seen standing, or first looked for
	told    bool      // staff know that it does not stand, or why
	stood   bool      // at the last look
}

// look reports a connection that has been down for long, and heals what was told of
// it as soon as it stands, also by a process before this one.
func (l *line) look(ctx context.Context, up bool, now time.Time, to reporter) error {
	p := l.adapter.Platform()
	switch {
	case up && !l.stood:
		l.stood, l.told, l.since = true, false, now
		if err := to.Healed(ctx, bot.ConnectionTrouble(p)); err != nil {
			return err
		}
		return to.Healed(ctx, bot.AccessTrouble(p, ""))
	case up:
		l.since = now
	case l.since.IsZero():
		l.since = now
	default:
		l.stood = false
		if !l.told && now.Sub(l.since) >= silentFor {
			l.told = true
			return to.Report(ctx, bot.ConnectionTrouble(p))
		}
	}
	return nil
}

// watch looks after the connections until ctx ends.
func (o *opened) watch(ctx context.Context, adapters []bot.Adapter, to reporter) error {
	var lines []*line
	for _, a := range adapters {
		lines = append(lines, &line{adapter: a})
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		for _, l := range lines {
			c, ok := l.adapter.(interface{ Connected() bool })
			if !ok || l.adapter.Platform() == bot.Discord && o.standby.Load() {
				continue
			}
			up := c.Connected()
			if up {
				o.refused.Delete(l.adapter.Platform())
			}
			_, refused := o.refused.Load(l.adapter.Platform())
			l.told = l.told || refused
			if err := l.look(ctx, up, o.now(), to); err != nil && ctx.Err() == nil {
				o.log.Error("the state of a connection could not be told", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
