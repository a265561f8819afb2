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
	retryFirst = time.Minute     // a platform that refused the program: it may be let in again
	retryMost  = time.Hour       // each try may cost one of the gateway's thousand sessions a day
)

// reporter tells staff of trouble, and when it is over.
type reporter interface {
	Report(ctx context.Context, t bot.Trouble) error
	Healed(ctx context.Context, t bot.Trouble) error
}

// line is a platform's connection as its watcher sees it.
type line struct {
	since time.Time // when it was last seen standing, or first looked for
	stood bool      // at the last look, and what was told of it is healed
	told  bool      // staff know that it does not stand
}

// look reports a connection that has been down for long, and heals what was told of
// it as soon as it stands, also by a process before this one. What could not be told
// is told at the next look.
func (l *line) look(ctx context.Context, p bot.Platform, up bool, now time.Time, to reporter) error {
	switch {
	case up && l.stood:
		l.since = now
	case up:
		for _, t := range []bot.Trouble{bot.ConnectionTrouble(p), bot.AccessTrouble(p, "")} {
			if err := to.Healed(ctx, t); err != nil {
				return err
			}
		}
		*l = line{since: now, stood: true}
	case l.since.IsZero():
		l.since = now
	default:
		l.stood = false
		if !l.told && now.Sub(l.since) >= silentFor {
			if err := to.Report(ctx, bot.ConnectionTrouble(p)); err != nil {
				return err
			}
			l.told = true
		}
	}
	return nil
}

// holder is the process that holds the gateway, as one that stands by sees it.
type holder struct{ told bool }

// look reports that nobody serves, and heals it.
func (h *holder) look(ctx context.Context, nobody bool, to reporter) (err error) {
	switch {
	case nobody && !h.told:
		err = to.Report(ctx, bot.ConnectionTrouble(bot.Discord))
	case !nobody && h.told:
		err = to.Healed(ctx, bot.ConnectionTrouble(bot.Discord))
	}
	if err == nil {
		h.told = nobody
	}
	return err
}

// watcher looks, beside serving, after what may go wrong by itself, and tells staff.
type watcher struct {
	*opened
	adapters []bot.Adapter
	to       reporter
}

// watchConnections looks after the connections until ctx ends.
func (w watcher) watchConnections(ctx context.Context) error {
	lines := make(map[bot.Platform]*line)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var other holder
	for {
		for _, a := range w.adapters {
			p := a.Platform()
			c, ok := a.(interface{ Connected() bool })
			if !ok {
				continue
			}
			if standby, nobody := w.gateway.state(); p == bot.Discord && standby {
				delete(lines, p) // another process holds the gateway
				if err := other.look(ctx, nobody, w.to); err != nil && ctx.Err() == nil {
					w.log.Error("that nobody serves Discord could not be told", "error", err)
				}
				continue
			}
			if lines[p] == nil {
				lines[p] = new(line)
			}
			up := c.Connected()
			if up {
				w.refused.Delete(p)
			}
			_, refused := w.refused.Load(p)
			lines[p].told = lines[p].told || refused || !w.speaksFor(p)
			if err := lines[p].look(ctx, p, up, w.now(), w.to); err != nil && ctx.Err() == nil {
				w.log.Error("the state of a connection could not be told", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// speaksFor tells whether people on a platform are not answered while this process is
// not connected: over HTTP they are, and where several processes share a database the
// others may be connected, but for the one gateway.
func (w watcher) speaksFor(p bot.Platform) bool {
	switch p {
	case bot.Discord:
		return w.config.DiscordMode != "http"
	case bot.Slack:
		return w.config.SlackMode != "http" && (w.db == nil || !w.db.Shared())
	}
	return false
}
