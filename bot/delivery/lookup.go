package delivery

import (
	"context"
	"errors"
	"time"

	"circlekeeper/bot"
)

// knock asks the platform whether a place takes posts again, if posts to it failed before
// this reminder was due. If it does not, the delivery fails without an attempt, and staff
// are told what to do.
func (c *Courier) knock(ctx context.Context, l bot.Ledger, w bot.Work) (again time.Duration, done bool, err error) {
	if w.Delivery.Kind != bot.OfReminder || w.Troubled.IsZero() || !w.Troubled.Before(w.Delivery.At) {
		return 0, false, nil
	}
	at, ok, err := l.Look(ctx, bot.Patience)
	if err != nil || !ok || !bot.Sleep(ctx, at.Sub(c.now())) {
		return max(at.Sub(c.now()), time.Second), true, err
	}
	err = c.Check(ctx, w.Delivery.Place)
	if !errors.Is(err, bot.ErrUnreachable) {
		return 0, false, nil // it takes posts, or it cannot be told
	}
	c.breakers[w.Delivery.Place.Platform].refusal(c.now())
	return 0, true, c.settle(ctx, l, w, bot.Settlement{State: bot.Failed, Reason: bot.Unreachable.With(bot.Detail(err))})
}

// resolve finds out what became of an attempt that was cut off. done means that
// this step ends here; otherwise the delivery was surely not posted.
func (c *Courier) resolve(ctx context.Context, l bot.Ledger, w *bot.Work, adapter bot.Adapter, m bot.Message) (again time.Duration, done bool, err error) {
	d, breaker := w.Delivery, c.breakers[w.Delivery.Place.Platform]
	begun, now := d.Begun, c.now()
	if begun.After(now.Add(c.Timeout)) { // the clock was set back
		begun = now.Add(-clockDoubt)
	}
	// The old request may still be on the wire.
	if wait := begun.Add(c.Timeout).Sub(now); wait > 0 {
		return wait, true, nil
	}
	over := c.now().After(c.deadline(*w).Add(giveUp)) // one last look, whatever it costs
	if !over {
		if pause := breaker.wait(c.now()); pause > 0 {
			return pause, true, nil
		}
	}
	at, ok, err := l.Look(ctx, bot.Patience)
	if err != nil {
		return 0, true, err
	}
	if !ok || !bot.Sleep(ctx, at.Sub(c.now())) {
		return max(at.Sub(c.now()), time.Second), true, nil
	}
	request, cancel := context.WithTimeout(ctx, c.Timeout)
	receipt, found, err := adapter.Find(request, d.Place, m, begun.Add(-clockMargin))
	stray := false
	if err == nil && !found && !w.Gap.To.IsZero() {
		receipt, found, stray, err = c.strayed(request, *w, adapter)
	}
	cancel()
	if err == nil {
		breaker.worked()
		if found {
			return 0, true, c.posted(ctx, l, *w, adapter, receipt)
		}
		if stray {
			return 0, true, c.settle(ctx, l, *w, bot.Settlement{State: bot.Skipped, Reason: bot.Reason{Code: bot.PostedBefore}})
		}
		w.Delivery.State, w.Delivery.Reason = bot.Due, bot.Reason{Code: bot.CutOff}
		return 0, false, l.Return(ctx, w.Delivery.Reason)
	}
	left := c.deadline(*w).Sub(c.now())
	var limited *bot.RateLimited
	if over && !errors.As(err, &limited) || left <= 0 && errors.Is(err, bot.ErrUnreachable) {
		return 0, true, c.settle(ctx, l, *w, bot.Settlement{State: bot.Failed, Reason: bot.Unresolved.With(bot.Detail(err))})
	}
	again, err = c.lookAgain(ctx, l, *w, err)
	if left > 0 {
		again = min(again, left+time.Millisecond)
	}
	return again, true, err
}

// lookAgain says when to look once more after a look-up that failed.
func (c *Courier) lookAgain(ctx context.Context, l bot.Ledger, w bot.Work, err error) (time.Duration, error) {
	var limited *bot.RateLimited
	var refused *bot.RefusedError
	switch {
	case errors.As(err, &limited):
		_, err := c.leave(ctx, l, w, limited)
		return limited.After, err
	case errors.As(err, &refused):
		return backoff(w.Delivery.Attempts), c.refused(ctx, l, w, err)
	case errors.Is(err, bot.ErrUnreachable):
		return retrySlow, noteUnreachable(ctx, c, l, w, err)
	}
	c.log.Warn("whether a post arrived could not be looked up", "platform", w.Delivery.Place.Platform, "error", err)
	return backoff(w.Delivery.Attempts), noteFailure(ctx, c, l, w, err)
}
