package delivery

import (
	"context"

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

// refused notes that a platform that is up refused a request. Most refusals pass by
// themselves, so staff are told at the third one.
func (c *carrying) refused(ctx context.Context, err error) error {
	c.breaker.refusal(c.now())
	c.log.Warn("the platform refuses a request", "platform", c.Delivery.Place.Platform, "error", err)
	if c.Delivery.Attempts < pauseAfter-1 { // this one is not counted yet
		return nil
	}
	return c.ledger.Report(ctx, bot.Trouble{Subject: undelivered(c.Delivery), Reason: bot.NotDelivered.With(bot.Detail(err)), Group: c.Delivery.Group})
}

// noteUnreachable notes that a place takes no posts until a human acts, and tells staff.
func (c *carrying) noteUnreachable(ctx context.Context, err error) error {
	c.breaker.refusal(c.now())
	c.log.Warn("a place cannot be reached", "platform", c.Delivery.Place.Platform, "error", err)
	return c.ledger.Report(ctx, bot.Trouble{Subject: undelivered(c.Delivery), Reason: bot.Unreachable.With(bot.Detail(err)), Group: c.Delivery.Group})
}

// noteFailure notes that a platform did not do what was asked, and tells staff once it takes
// nothing any more.
func (c *carrying) noteFailure(ctx context.Context, err error) error {
	if !c.breaker.failed(c.now()) {
		return nil
	}
	return c.ledger.Report(ctx, bot.PlatformTrouble(c.Delivery.Place.Platform, bot.Detail(err)))
}
