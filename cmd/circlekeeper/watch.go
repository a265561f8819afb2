package main

import (
	"context"
	"time"

	"circlekeeper/bot"
)

// Times of watching the platforms' connections.
const (
	watchEvery = 5 * time.Second
	silentFor  = 2 * time.Minute  // longer than any reconnection should take
	logAfter   = 10 * time.Second // longer than most take
	logEvery   = 30 * time.Second
	retryFirst = time.Minute // first pause before a platform that refused the program is tried again
	retryMost  = time.Hour   // longest pause: each try may use one of the gateway's thousand sessions a day
)

// reporter tells staff of trouble, and when it is over.
type reporter interface {
	Report(ctx context.Context, t bot.Trouble) error
	Healed(ctx context.Context, t bot.Trouble) error
}

// line is what its watcher knows of a platform's connection.
type line struct {
	since time.Time // when it was last seen connected, or first looked at
	stood bool      // it was connected at the last look, and earlier trouble was healed
	told  bool      // staff know that it is not connected

	logged time.Time // when the log last said that it is not connected
}

// logs reports whether the log is to say now that the platform is not connected: twice a
// minute at most.
func (l *line) logs(up bool, now time.Time) bool {
	if up || l.since.IsZero() || now.Sub(l.since) < logAfter || now.Sub(l.logged) < logEvery {
		return false
	}
	l.logged = now
	return true
}

// look reports a connection that has been down for long. As soon as it is up, it heals that
// trouble, also one that an earlier process has reported. If reporting fails, the next look
// tries again.
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

// holder is what a process that stands by knows of the process that holds the gateway.
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

// watcher watches, while the program serves, for what may go wrong by itself, and tells staff.
type watcher struct {
	*opened
	adapters []bot.Adapter
	to       reporter
}

// watchConnections watches the connections until ctx ends.
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
			if lines[p].logs(up, w.now()) {
				w.log.Warn(p.Name()+" is not connected; it is tried again", "way", w.way(p), "since", lines[p].since.UTC())
			}
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

// way returns how a platform reaches the program.
func (w watcher) way(p bot.Platform) string {
	if p == bot.Discord {
		return w.config.DiscordMode
	}
	return w.config.SlackMode
}

// speaksFor tells whether people on a platform get no answers while this process is not
// connected. Over HTTP they do. If several processes share a database, others may be connected;
// but only one process serves Discord's gateway.
func (w watcher) speaksFor(p bot.Platform) bool {
	switch p {
	case bot.Discord:
		return w.config.DiscordMode != "http"
	case bot.Slack:
		return w.config.SlackMode != "http" && (w.db == nil || !w.db.Shared())
	}
	return false
}
