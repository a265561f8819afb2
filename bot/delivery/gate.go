package delivery

import (
	"sync"
	"time"

	"circlekeeper/bot"
)

// gate keeps this process's posts to a platform apart, by its own clock. The
// pace that all processes share gives out moments; a process that was held up
// finds several of them passed and would post all of those at once, which the
// platform counts as too many.
type gate struct {
	gap time.Duration

	mu   sync.Mutex
	next time.Time
}

// gapOf is a little less than the shared pace's, so that what was held up
// catches up. Discord allows the bot 50 requests in any second:
// https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
func gapOf(p bot.Platform) time.Duration {
	if p == bot.Discord {
		return time.Second / 46
	}
	return 0 // Slack counts by channel, and a channel's posts come one by one
}

// pass takes the next moment and says how far away it is.
func (g *gate) pass(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	wait := max(g.next.Sub(now), 0)
	g.next = now.Add(wait + g.gap)
	return wait
}
