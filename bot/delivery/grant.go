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

// age is how long ago the moment was: the longer of the times by two clocks. Each may be too
// short: the monotonic clock stops while a machine is suspended, and the wall clock may be set
// back.
func (g grant) age(now time.Time) time.Duration {
	return max(now.Sub(g.at), time.Since(g.from), 0)
}

// begin waits for the next free moment of the place's pace and records that a request may be
// on its way. If the moment is too far away, again says how long to wait before the next step.
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

// fresh reports whether a granted request may be sent now. If the process was stopped or the
// machine slept, the moment may be long over and another process may have taken the delivery
// over. If fresh returns false, it has made the delivery due again.
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
