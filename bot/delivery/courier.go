// Package delivery brings posts and notices to their places. It plans them, sends them, looks
// up what became of a send that was cut off, and tells staff about trouble.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/scheduler"
)

// Times of the flow.
const (
	retryFirst  = 2 * time.Second
	retryMost   = time.Minute
	retrySlow   = 10 * time.Minute // for places that need a human
	giveUp      = time.Hour        // how long after the deadline we still try to find out whether it was posted
	clockMargin = 5 * time.Minute  // how far our clock may be ahead of a platform's
	clockDoubt  = 25 * time.Hour   // how far back to look after the clock was set back
	shareLate   = 15 * time.Minute // for a card that somebody shares, or a test
	longWait    = 5 * time.Minute  // if a platform asks us to wait longer, staff are told
	amendTries  = 5                // attempts to edit the first notice before the second is posted without that
)

// Courier carries deliveries to their places.
type Courier struct {
	// Settled, if not nil, is called for every delivery that has ended. Set it
	// before the first Carry.
	Settled func(to bot.Place, kind bot.DeliveryKind, state bot.State, late time.Duration)
	// Timeout is for one request to a platform: bot.SendTimeout unless it is set
	// before the first Carry.
	Timeout time.Duration

	deck     *cards.Deck
	adapters map[bot.Platform]bot.Adapter
	breakers map[bot.Platform]*breaker
	gates    map[bot.Platform]*gate
	lines    lines
	log      *slog.Logger
	now      func() time.Time
}

// NewCourier makes a courier for the platforms that the adapters serve.
func NewCourier(deck *cards.Deck, adapters []bot.Adapter, log *slog.Logger, now func() time.Time) *Courier {
	c := &Courier{deck: deck, adapters: make(map[bot.Platform]bot.Adapter), breakers: make(map[bot.Platform]*breaker), gates: make(map[bot.Platform]*gate), log: log, now: now, Timeout: bot.SendTimeout}
	c.lines.rests.Most = linesMost
	for _, a := range adapters {
		c.adapters[a.Platform()] = a
		c.breakers[a.Platform()] = new(breaker)
		c.gates[a.Platform()] = &gate{gap: gapOf(a.Platform())}
	}
	return c
}

// Carry implements bot.Carrier. A delivery that it finds in state Sending was cut off in the middle: it
// looks up whether the delivery was posted, before it sends anything again with the same key.
func (c *Courier) Carry(ctx context.Context, l bot.Ledger) (again time.Duration, err error) {
	w, err := l.Load(ctx)
	if err != nil {
		return 0, err
	}
	if w.Delivery.State.Final() {
		return 0, nil
	}
	on := w.Delivery.Place.Platform
	again, err = (&carrying{c, w, l, c.adapters[on], c.breakers[on]}).step(ctx)
	if err == nil && !w.Blocked {
		c.lines.rest(w.Delivery, c.now(), again)
	}
	return again, err
}

// carrying is one step of a delivery.
type carrying struct {
	*Courier
	bot.Work // as it was loaded, and what the step has found out since

	ledger  bot.Ledger
	adapter bot.Adapter // of the platform; nil if there is none
	breaker *breaker    // of the platform; nil if there is no adapter
}

func (c *carrying) step(ctx context.Context) (again time.Duration, err error) {
	d := c.Delivery
	if c.adapter == nil {
		return c.wait(ctx, retryMost, bot.NotSetUp.With(string(d.Place.Platform)))
	}
	m, hash, skip := c.compose()
	if d.State == bot.Sending {
		if again, done, err := c.resolve(ctx, m); done || err != nil {
			return again, err
		}
	}
	// It was planned while the clock was ahead and is not due yet.
	if early := d.At.Sub(c.now()); d.Kind == bot.OfReminder && early > 0 {
		return min(early, retrySlow), nil
	}
	if skip.IsZero() && !d.Kind.Revises() { // revised says it itself
		skip = c.barred()
	}
	if !skip.IsZero() {
		return 0, c.settle(ctx, c.ending(skip))
	}
	if c.Blocked {
		return min(c.lines.behind(d, c.now()), c.deadline().Sub(c.now())+time.Millisecond), nil
	}
	if pause := c.breaker.wait(c.now()); pause > 0 {
		return pause, nil
	}
	if again, done, err := c.knock(ctx); done || err != nil {
		return again, err
	}
	g, again, err := c.begin(ctx, hash)
	switch {
	case again > 0 || err != nil:
		return again, err
	case d.Kind.Revises():
		return c.revise(ctx, m, g)
	}
	return c.send(ctx, m, g)
}

func (c *carrying) send(ctx context.Context, m bot.Message, g grant) (time.Duration, error) {
	place := c.Delivery.Place
	// A request that has left is worth waiting for, even while stopping.
	ctx = context.WithoutCancel(ctx)
	if again, wait, err := c.amend(ctx, g); wait || err != nil {
		return again, err
	}
	if fresh, err := c.fresh(ctx, g); !fresh || err != nil {
		return time.Second, err
	}
	// The request must end within the timeout since the grant: after that, another process
	// may take the delivery over and look whether it was posted.
	request, cancel := context.WithTimeout(ctx, c.Timeout-g.age(c.now()))
	receipt, err := c.adapter.Send(request, place, m)
	cancel()

	switch {
	case err == nil:
		c.breaker.worked()
		return 0, c.posted(ctx, receipt)
	case errors.Is(err, bot.ErrRejected):
		c.breaker.refusal(c.now())
		c.log.Error("the platform takes no such message", "platform", place.Platform, "error", err)
		return 0, c.settle(ctx, bot.Settlement{State: bot.Failed, Reason: bot.Rejected.With(bot.Detail(err))})
	}
	what := "an attempt to send a post failed"
	if errors.Is(err, bot.ErrUnknown) {
		what = "whether a post arrived is not known; it is looked up"
	}
	after, why, fault := c.failed(ctx, what, err)
	switch {
	case fault != nil:
		return 0, fault
	case errors.Is(err, bot.ErrUnknown): // it is looked up
		return c.Timeout, nil
	}
	return c.retry(ctx, after, why)
}

// posted settles a delivery as sent, and pins the post first if it is to be pinned. If
// pinning fails, the delivery is sent all the same, with the reason NotPinned.
func (c *carrying) posted(ctx context.Context, r bot.Receipt) error {
	s := bot.Settlement{State: bot.Sent, Message: r.ID}
	if c.Delivery.Kind.Pinned() {
		if err := c.pin(ctx, r.ID); err != nil {
			s.Reason = bot.NotPinned.With(bot.Detail(err))
		}
	}
	return c.settle(ctx, s)
}

// pin pins a post where the platform can.
func (c *carrying) pin(ctx context.Context, message string) error {
	pinner, ok := c.adapter.(bot.Pinner)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	err := pinner.Pin(ctx, c.Delivery.Place, message)
	if err != nil {
		c.log.Warn("a post could not be pinned", "platform", c.Delivery.Place.Platform, "error", err)
	}
	return err
}

// amend edits the first notice before this one, its follow-up, is posted. After a fault that may
// pass, wait is true and the whole step is tried again, at most amendTries times; then the
// follow-up is posted and the first notice stays as it is.
func (c *carrying) amend(ctx context.Context, g grant) (again time.Duration, wait bool, err error) {
	if c.First.Message == "" {
		return 0, false, nil
	}
	if fresh, err := c.fresh(ctx, g); !fresh || err != nil {
		return time.Second, true, err
	}
	request, cancel := context.WithTimeout(ctx, c.Timeout)
	err = c.adapter.Edit(request, c.Delivery.Place, c.First.Message, c.Amended(c.Work))
	cancel()
	if err == nil {
		return 0, false, nil
	}
	c.log.Warn("a notice could not be brought up to date", "platform", c.Delivery.Place.Platform, "error", err)
	if errors.Is(err, bot.ErrUnreachable) || errors.Is(err, bot.ErrRejected) || c.Delivery.Attempts >= amendTries {
		return 0, false, nil
	}
	after := backoff(c.Delivery.Attempts)
	if limited, ok := errors.AsType[*bot.RateLimited](err); ok {
		after = limited.After
		if _, err := c.leave(ctx, limited); err != nil {
			return 0, false, err
		}
	}
	again, err = c.retry(ctx, after, bot.Reason{Code: bot.Unamended})
	return again, true, err
}

// retry records a failed attempt and says when to try again. If the deadline is over, it
// settles the delivery as failed.
func (c *carrying) retry(ctx context.Context, after time.Duration, why bot.Reason) (time.Duration, error) {
	if err := c.ledger.Return(ctx, why); err != nil {
		return 0, err
	}
	c.Delivery.Reason = why
	return c.wait(ctx, after, why)
}

func (c *carrying) wait(ctx context.Context, after time.Duration, why bot.Reason) (time.Duration, error) {
	left := c.deadline().Sub(c.now())
	if left <= 0 {
		return 0, c.settle(ctx, bot.Settlement{State: bot.Failed, Reason: why})
	}
	return min(after, left+time.Millisecond), nil
}

// barred says why a delivery may not be sent at this moment; zero if it may.
func (c *carrying) barred() bot.Reason {
	now := c.now()
	switch {
	case c.Gone:
		return bot.Reason{Code: bot.Removed}
	case now.After(c.deadline()):
		return bot.Reason{Code: bot.Late}
	case c.Delivery.Kind == bot.OfView && !(c.Group.InView && slices.Contains(c.Group.Places, c.Delivery.Place)):
		return bot.Reason{Code: bot.Removed}
	case c.Delivery.Kind == bot.OfView:
		return heldBack(c.Group, now)
	case c.Delivery.Kind != bot.OfReminder:
		return bot.Reason{}
	case bot.PausedUntil(c.Reminder, c.Group).After(now):
		return bot.Reason{Code: bot.Paused}
	}
	calendar, rule, err := bot.Timing(c.Reminder, c.Group)
	if err != nil {
		return bot.NotDelivered.With(err.Error())
	}
	switch off := calendar.CalledOff(rule, scheduler.Occurrence{Nominal: c.Delivery.Nominal, At: c.Delivery.At}); {
	case off != 0:
		return bot.OffReason(off)
	case calendar.Quiet(now):
		return bot.Reason{Code: bot.QuietHours}
	}
	return bot.Reason{}
}

// ending makes the settlement of a delivery that is not sent. It is skipped; but it failed if
// attempts were made until it was too late.
func (c *carrying) ending(why bot.Reason) bot.Settlement {
	if why.Code == bot.Late && c.Delivery.Attempts > 0 && !c.Delivery.Reason.IsZero() {
		return bot.Settlement{State: bot.Failed, Reason: c.Delivery.Reason}
	}
	return bot.Settlement{State: bot.Skipped, Reason: why}
}

// settle ends a delivery and calls Settled.
func (c *carrying) settle(ctx context.Context, s bot.Settlement) error {
	place := c.Delivery.Place
	s.Trouble = troubleOf(c.Delivery, s)
	if s.State == bot.Sent {
		s.Healed = healedBy(c.Delivery)
	}
	if err := c.ledger.Settle(ctx, s); err != nil {
		return err
	}
	late := c.now().Sub(c.Delivery.At)
	c.log.Info("delivery settled", "platform", place.Platform, "kind", c.Delivery.Kind, "state", s.State, "reason", s.Reason.Code, "detail", s.Reason.Record(), "late_ms", late.Milliseconds())
	if c.Settled != nil {
		c.Settled(place, c.Delivery.Kind, s.State, late)
	}
	return nil
}

// Check tells whether a place can be posted to, as Adapter.Inspect does.
func (c *Courier) Check(ctx context.Context, to bot.Place) error {
	a, ok := c.adapters[to.Platform]
	if !ok {
		return fmt.Errorf("%s is not set up in this program", to.Platform)
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	_, err := a.Inspect(ctx, to)
	return err
}

// deadline is the last moment at which a delivery may be sent.
func (c *carrying) deadline() time.Time {
	switch c.Delivery.Kind {
	case bot.OfReminder:
		o := scheduler.Occurrence{Nominal: c.Delivery.Nominal, At: c.Delivery.At}
		if calendar, rule, err := bot.Timing(c.Reminder, c.Group); err == nil {
			return calendar.Deadline(rule, o, c.Reminder.Late)
		}
		return o.At.Add(c.Reminder.Late)
	case bot.OfNotice:
		return c.Delivery.At.Add(bot.NoticeLate)
	case bot.OfView, bot.OfCorrection, bot.OfWithdrawal, bot.OfRemoval:
		return c.Delivery.At.Add(bot.RevisionLate)
	default:
		return c.Delivery.At.Add(shareLate)
	}
}

// compose makes the message of a delivery from the words that are approved at this moment, or
// says why there is none. hash names the words.
func (c *carrying) compose() (m bot.Message, hash string, why bot.Reason) {
	d := c.Delivery
	switch {
	case d.Kind == bot.OfNotice:
		return c.Notice(c.Work), "", bot.Reason{}
	case d.Kind.Revises():
		return c.revised()
	}
	m, hash, why = c.deck.PostOf(d, c.Group, c.Signed, c.now())
	if !why.IsZero() {
		m = bot.Message{Title: d.Card} // never sent, but resolve may look for its key
	}
	m.Key = d.Key
	m.Silent = d.Kind == bot.OfReminder || d.Kind == bot.OfView
	return m, hash, why
}

func backoff(attempts int) time.Duration {
	return min(retryFirst<<min(attempts, 10), retryMost)
}
