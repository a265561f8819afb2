package delivery

import (
	"context"

	"circlekeeper/bot"
)

// leave holds back requests to the place, or to the whole platform, for as long as the
// platform asks, and gives the reason to record. Staff are told of a long wait: else nobody
// would know why posts come late.
func (c *Courier) leave(ctx context.Context, l bot.Ledger, w bot.Work, limited *bot.RateLimited) (why bot.Reason, err error) {
	long := bot.Limited.For(limited.After)
	why = bot.Reason{Code: bot.Limited} // how short a wait was is of no use on record
	if limited.Slowmode {
		long = bot.Slowmode.For(limited.After)
		why = long
	}
	if err := l.Hold(ctx, limited.After, limited.Global); err != nil || limited.After < longWait {
		return why, err
	}
	t := bot.Trouble{Subject: undelivered(w.Delivery), Reason: long, Group: w.Delivery.Group}
	if limited.Global {
		t = bot.Trouble{Subject: bot.AboutPlatform.Of(string(w.Delivery.Place.Platform)), Reason: long}
	}
	return why, l.Report(ctx, t)
}

// refused notes that a platform which is up did not do what was asked for a place.
// It passes by itself more often than not, so that staff are told at the third time.
func (c *Courier) refused(ctx context.Context, l bot.Ledger, w bot.Work, err error) error {
	platform := w.Delivery.Place.Platform
	c.breakers[platform].refusal(c.now())
	c.log.Warn("the platform refuses a request", "platform", platform, "error", err)
	if w.Delivery.Attempts < pauseAfter-1 { // this one is not counted yet
		return nil
	}
	return l.Report(ctx, bot.Trouble{Subject: undelivered(w.Delivery), Reason: bot.NotDelivered.With(bot.Detail(err)), Group: w.Delivery.Group})
}

// noteUnreachable notes that a place takes no posts until a human acts, and tells staff.
func noteUnreachable(ctx context.Context, c *Courier, l bot.Ledger, w bot.Work, err error) error {
	platform := w.Delivery.Place.Platform
	c.breakers[platform].refusal(c.now())
	c.log.Warn("a place cannot be reached", "platform", platform, "error", err)
	return l.Report(ctx, bot.Trouble{Subject: undelivered(w.Delivery), Reason: bot.Unreachable.With(bot.Detail(err)), Group: w.Delivery.Group})
}

// noteFailure notes that a platform did not do what was asked, and tells staff once it takes
// nothing any more.
func noteFailure(ctx context.Context, c *Courier, l bot.Ledger, w bot.Work, err error) error {
	platform := w.Delivery.Place.Platform
	if !c.breakers[platform].failed(c.now()) {
		return nil
	}
	return l.Report(ctx, bot.PlatformTrouble(platform, bot.Detail(err)))
}
