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

// begin waits for the next free moment of the place's pace, and notes that a request may
// leave at it. again says how long to wait for one that is too far away.
func (c *carrying) begin(ctx context.Context, hash string) (g grant, again time.Duration, err error) {
	at, ok, err := c.ledger.Begin(ctx, hash, bot.Patience)
	if err != nil {
		return grant{}, 0, err
	}
	if !ok {
		return grant{}, max(at.Sub(c.now()), time.Second), nil
	}
	g = grant{at: at, from: time.Now().Add(at.Sub(c.now()))}
	if !bot.Sleep(ctx, at.Sub(c.now())) || !bot.Sleep(ctx, c.gates[c.Delivery.Place.Platform].pass(time.Now())) {
		return grant{}, time.Second, c.ledger.Return(context.WithoutCancel(ctx), bot.Reason{Code: bot.Stopped})
	}
	return g, 0, nil
}

// fresh reports whether a request that was granted may leave now. A process that was
// stopped, or whose machine slept, comes back here long after its moment: others may
// have taken the delivery over. One that may not leave is due again.
func (c *carrying) fresh(ctx context.Context, g grant) (bool, error) {
	most := c.Timeout / 2
	mine, err := c.ledger.Mine(ctx, most)
	if err != nil {
		return false, err
	}
	if age := g.age(c.now()); !mine || age > most {
		c.log.Warn("a request was held up and does not leave", "held_ms", age.Milliseconds())
		return false, c.ledger.Return(ctx, bot.Reason{Code: bot.HeldUp})
	}
	return true, nil
}
