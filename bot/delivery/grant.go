package delivery

import (
	"context"
	"time"

	"circlekeeper/bot"
)

// grant is the moment that a ledger gave for a request.
type grant struct {
	at   time.Time // by the wall clock
	from time.Time // the same moment by this process's monotonic clock
}

// age is how long ago the moment was. Of the two clocks it believes the one that
// went further: the monotonic clock stands still while a machine is suspended, and
// the wall clock may be set back.
func (g grant) age(now time.Time) time.Duration {
	return max(now.Sub(g.at), time.Since(g.from), 0)
}

// fresh reports whether a request that was granted may leave now. A process that was
// stopped, or whose machine slept, comes back here long after its moment: others may
// have taken the delivery over. One that may not leave is due again.
func (c *Courier) fresh(ctx context.Context, l bot.Ledger, g grant) (bool, error) {
	most := c.Timeout / 2
	mine, err := l.Mine(ctx, most)
	if err != nil {
		return false, err
	}
	if age := g.age(c.now()); !mine || age > most {
		c.log.Warn("a request was held up and does not leave", "held_ms", age.Milliseconds())
		return false, l.Return(ctx, bot.Reason{Code: bot.HeldUp})
	}
	return true, nil
}
