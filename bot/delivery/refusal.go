package delivery

import (
	"context"
	"errors"
	"time"

	"circlekeeper/bot"
)

// leave holds back requests to the place, or to the whole platform, for as long as the
// platform asks, and returns the reason to record. It tells staff of a wait longer than
// longWait, so that they know why posts come late.
func (c *carrying) leave(ctx context.Context, limited *bot.RateLimited) (why bot.Reason, err error) {
	long := bot.Limited.For(limited.After)
	why = bot.Reason{Code: bot.Limited} // the length of a short wait is of no use on record
	if limited.Slowmode {
		long = bot.Slowmode.For(limited.After)
		why = long
	}
	if err := c.ledger.Hold(ctx, limited.After, limited.Global); err != nil || limited.After < longWait {
		return why, err
	}
	t := bot.Trouble{Subject: undelivered(c.Delivery), Reason: long, Group: c.Delivery.Group}
	if limited.Global {
		t = bot.Trouble{Subject: bot.AboutPlatform.Of(string(c.Delivery.Place.Platform)), Reason: long}
	}
	return why, c.ledger.Report(ctx, t)
}

// failed notes that a platform did not do what was asked, and tells staff. It says after which
// time the platform may be asked again, and the reason to record. what is for the log.
func (c *carrying) failed(ctx context.Context, what string, err error) (after time.Duration, why bot.Reason, fault error) {
	if limited, ok := errors.AsType[*bot.RateLimited](err); ok {
		why, fault = c.leave(ctx, limited)
		return limited.After, why, fault
	}
	c.log.Warn(what, "platform", c.Delivery.Place.Platform, "error", err)
	switch {
	case errors.Is(err, bot.ErrDeclined):
		c.breaker.refusal(c.now())
		why = bot.NotDelivered.With(bot.Detail(err))
		if c.Delivery.Attempts >= pauseAfter-1 { // most refusals pass by themselves; this one is not counted yet
			fault = c.ledger.Report(ctx, bot.Trouble{Subject: undelivered(c.Delivery), Reason: why, Group: c.Delivery.Group})
		}
		return backoff(c.Delivery.Attempts), why, fault
	case errors.Is(err, bot.ErrUnreachable): // until a human acts
		c.breaker.refusal(c.now())
		why = bot.Unreachable.With(bot.Detail(err))
		return retrySlow, why, c.ledger.Report(ctx, bot.Trouble{Subject: undelivered(c.Delivery), Reason: why, Group: c.Delivery.Group})
	}
	return backoff(c.Delivery.Attempts), bot.NotDelivered.With(bot.Detail(err)), c.noteFailure(ctx, err)
}

// noteFailure notes that a platform did not do what was asked, and tells staff once it takes
// nothing any more.
func (c *carrying) noteFailure(ctx context.Context, err error) error {
	if !c.breaker.failed(c.now()) {
		return nil
	}
	return c.ledger.Report(ctx, bot.PlatformTrouble(c.Delivery.Place.Platform, bot.Detail(err)))
}
