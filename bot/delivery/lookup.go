package delivery

import (
	"context"
	"errors"
	"time"

	"circlekeeper/bot"
)

// knock asks the platform whether a place takes posts again. It asks only if posts to the
// place already failed when this reminder came due. If the place takes none, the delivery fails
// without an attempt, and staff are told what to do.
func (c *carrying) knock(ctx context.Context) (again time.Duration, done bool, err error) {
	if c.Delivery.Kind != bot.OfReminder || c.Troubled.IsZero() || !c.Troubled.Before(c.Delivery.At) {
		return 0, false, nil
	}
	if again, err := c.look(ctx); again > 0 || err != nil {
		return again, true, err
	}
	err = c.Check(ctx, c.Delivery.Place)
	if !errors.Is(err, bot.ErrUnreachable) {
		return 0, false, nil // it takes posts, or the platform did not tell
	}
	c.breaker.refusal(c.now())
	return 0, true, c.settle(ctx, bot.Settlement{State: bot.Failed, Reason: bot.Unreachable.With(bot.Detail(err))})
}

// look waits for the next free moment for a look-up. If that is too far away, again says how
// long to wait before the next step.
func (c *carrying) look(ctx context.Context) (again time.Duration, err error) {
	at, ok, err := c.ledger.Look(ctx, bot.Patience)
	if err == nil && (!ok || !bot.Sleep(ctx, at.Sub(c.now()))) {
		again = max(at.Sub(c.now()), time.Second)
	}
	return again, err
}

// resolve finds out whether an attempt that was cut off was posted. If done is false, it was
// surely not posted and may be sent. If done is true, this step ends here.
func (c *carrying) resolve(ctx context.Context, m bot.Message) (again time.Duration, done bool, err error) {
	d := c.Delivery
	begun, now := d.Begun, c.now()
	if begun.After(now.Add(c.Timeout)) { // the clock was set back
		begun = now.Add(-clockDoubt)
	}
	// The first request may still arrive at the platform.
	if wait := begun.Add(c.Timeout).Sub(now); wait > 0 {
		return wait, true, nil
	}
	if d.Kind.Revises() { // to do it twice is the same as once
		return 0, false, c.cutOff(ctx)
	}
	over := c.now().After(c.deadline().Add(giveUp)) // one last look, whatever it costs
	if !over {
		if pause := c.breaker.wait(c.now()); pause > 0 {
			return pause, true, nil
		}
	}
	if again, err := c.look(ctx); again > 0 || err != nil {
		return again, true, err
	}
	request, cancel := context.WithTimeout(ctx, c.Timeout)
	receipt, found, err := c.adapter.Find(request, d.Place, m, begun.Add(-clockMargin))
	stray := false
	if err == nil && !found && !c.Gap.To.IsZero() {
		receipt, found, stray, err = c.strayed(request)
	}
	cancel()
	if err == nil {
		c.breaker.worked()
		if found {
			return 0, true, c.posted(ctx, receipt)
		}
		if stray {
			return 0, true, c.settle(ctx, bot.Settlement{State: bot.Skipped, Reason: bot.Reason{Code: bot.PostedBefore}})
		}
		return 0, false, c.cutOff(ctx)
	}
	left := c.deadline().Sub(c.now())
	var limited *bot.RateLimited
	if over && !errors.As(err, &limited) || left <= 0 && errors.Is(err, bot.ErrUnreachable) {
		return 0, true, c.settle(ctx, bot.Settlement{State: bot.Failed, Reason: bot.Unresolved.With(bot.Detail(err))})
	}
	again, _, err = c.failed(ctx, "whether a post arrived could not be looked up", err)
	if left > 0 {
		again = min(again, left+time.Millisecond)
	}
	return again, true, err
}

// cutOff makes a delivery due again whose attempt was cut off.
func (c *carrying) cutOff(ctx context.Context) error {
	c.Delivery.State, c.Delivery.Reason = bot.Due, bot.Reason{Code: bot.CutOff}
	return c.ledger.Return(ctx, c.Delivery.Reason)
}
