package delivery

import (
	"context"
	"errors"
	"time"

	"circlekeeper/bot"
)

// patientTries is how many attempts at a revision follow each other quickly.
const patientTries = 8

// revise makes the correction, withdrawal or removal of a post.
func (c *carrying) revise(ctx context.Context, m bot.Message, g grant) (again time.Duration, err error) {
	ctx = context.WithoutCancel(ctx) // a request that has left is worth waiting for, even while stopping
	if fresh, err := c.fresh(ctx, g); !fresh || err != nil {
		return time.Second, err
	}
	request, cancel := context.WithTimeout(ctx, c.Timeout-g.age(c.now()))
	err = c.ask(request, m)
	cancel()
	if err == nil && c.Delivery.Kind == bot.OfCorrection && unpinned(c.First) {
		return c.pinAgain(ctx)
	}
	return c.afterRevision(ctx, err)
}

// unpinned reports whether a post could not be pinned although it should be.
func unpinned(post bot.Delivery) bool { return post.Reason.Code == bot.NotPinned }

// pinAgain pins a corrected post that could not be pinned before. After a fault that may pass,
// the whole correction is tried again. If a human must act first, the post stays unpinned, and
// its record says why.
func (c *carrying) pinAgain(ctx context.Context) (again time.Duration, fault error) {
	err := c.pin(ctx, c.First.Message)
	var limited *bot.RateLimited
	human := errors.Is(err, bot.ErrUnreachable) && !errors.Is(err, bot.ErrGone) || errors.Is(err, bot.ErrRejected)
	if err == nil || errors.As(err, &limited) || !human && c.Delivery.Attempts < patientTries {
		return c.afterRevision(ctx, err)
	}
	return 0, c.settle(ctx, bot.Settlement{State: bot.Sent, Reason: bot.NotPinned.With(bot.Detail(err)), Message: c.First.Message})
}

// revised is the message that a post is to become, none for a removal, or the reason to leave
// the post as it is.
func (c *carrying) revised() (m bot.Message, hash string, why bot.Reason) {
	d, post := c.Delivery, c.First
	switch {
	case c.now().After(c.deadline()):
		return m, "", bot.Reason{Code: bot.Late}
	case post.Message == "":
		return m, "", bot.Reason{Code: bot.PostForgotten}
	case post.Became == bot.OfWithdrawal:
		return m, "", bot.Reason{Code: bot.PostWithdrawn}
	case post.Became == bot.OfRemoval:
		return m, "", bot.Reason{Code: bot.PostGone}
	case d.Kind == bot.OfRemoval && post.Kind == bot.OfReminder && !c.Reminder.KeepNewest:
		return m, "", bot.Reason{Code: bot.PostKept}
	}
	switch d.Kind {
	case bot.OfRemoval:
		return m, "", why
	case bot.OfWithdrawal:
		m = c.deck.Withdrawn(c.Group.Langs)
	default:
		m, hash, why = c.deck.PostOf(post, c.Group, c.Signed, c.now())
		if why.IsZero() && hash == post.Words() && !unpinned(post) {
			why.Code = bot.SameWords
		}
	}
	m.Key = post.Key
	return m, hash, why
}

// ask asks the platform for the revision.
func (c *carrying) ask(ctx context.Context, m bot.Message) error {
	if c.Delivery.Kind == bot.OfRemoval {
		err := c.adapter.Delete(ctx, c.Delivery.Place, c.First.Message)
		if errors.Is(err, bot.ErrGone) { // the post is not there, as was asked
			return nil
		}
		return err
	}
	return c.adapter.Edit(ctx, c.Delivery.Place, c.First.Message, m)
}

// afterRevision settles a revision, or tries it again later, by the platform's answer. It does
// not try again if the place cannot be reached: the person who asked reads that, and can ask
// again.
func (c *carrying) afterRevision(ctx context.Context, err error) (again time.Duration, fault error) {
	platform := c.Delivery.Place.Platform
	end := func(state bot.State, why bot.Reason) (time.Duration, error) {
		return 0, c.settle(ctx, bot.Settlement{State: state, Reason: why, Message: c.First.Message})
	}
	later := backoff(c.Delivery.Attempts)
	if c.Delivery.Attempts >= patientTries {
		later = retrySlow
	}
	var limited *bot.RateLimited
	switch {
	case err == nil:
		c.breaker.worked()
		return end(bot.Sent, bot.Reason{})
	case errors.As(err, &limited):
		if err := c.ledger.Hold(ctx, limited.After, limited.Global); err != nil {
			return 0, err
		}
		return c.retry(ctx, limited.After, bot.Reason{Code: bot.Limited})
	case errors.Is(err, bot.ErrUnreachable), errors.Is(err, bot.ErrRejected):
		c.breaker.refusal(c.now())
		c.log.Warn("a post could not be changed", "platform", platform, "kind", c.Delivery.Kind, "error", err)
		return end(bot.Failed, whyNotRevised(c.Delivery.Kind, err))
	case errors.Is(err, bot.ErrDeclined):
		c.breaker.refusal(c.now())
	default:
		if err := c.noteFailure(ctx, err); err != nil {
			return 0, err
		}
	}
	c.log.Warn("an attempt to change a post failed", "platform", platform, "kind", c.Delivery.Kind, "error", err)
	if errors.Is(err, bot.ErrUnknown) {
		return c.Timeout, nil
	}
	return c.retry(ctx, later, bot.NotDelivered.With(bot.Detail(err)))
}

// whyNotRevised is the reason for an error that ends a revision.
func whyNotRevised(kind bot.DeliveryKind, err error) bot.Reason {
	switch {
	case errors.Is(err, bot.ErrGone):
		return bot.Reason{Code: bot.PostGone}
	case errors.Is(err, bot.ErrFixed) && kind == bot.OfRemoval:
		return bot.PostStays.With(bot.Detail(err))
	case errors.Is(err, bot.ErrFixed):
		return bot.PostFixed.With(bot.Detail(err))
	case errors.Is(err, bot.ErrRejected):
		return bot.Rejected.With(bot.Detail(err))
	}
	return bot.Unreachable.With(bot.Detail(err))
}
