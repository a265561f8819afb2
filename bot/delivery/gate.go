package delivery

import (
	"sync"
	"time"

	"circlekeeper/bot"
)

// gate keeps a gap between this process's posts to a platform, by its own clock. The database
// gives all processes moments at which they may post. If a process is held up, several of its
// moments are over: without the gate it would post all of them at once, and the platform would
// refuse that as too many.
type gate struct {
	gap time.Duration

	mu   sync.Mutex
	next time.Time
}

// gapOf is a little shorter than the gap of the shared pace, so that posts that were held up
// catch up. Discord allows the bot 50 requests in any second:
// https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
func gapOf(p bot.Platform) time.Duration {
	if p == bot.Discord {
		return time.Second / 46
	}
	return 0 // Slack has a limit for each channel, and posts to one channel are sent one by one
}

// pass takes the next free moment and returns how long to wait for it.
func (g *gate) pass(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	wait := max(g.next.Sub(now), 0)
	g.next = now.Add(wait + g.gap)
	return wait
}
