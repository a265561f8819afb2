package delivery

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// pinboard is a channel in which posts are pinned.
type pinboard struct {
	channel
	pinErr error
	pins   int
}

func (p *pinboard) Pin(context.Context, bot.Place, string) error {
	p.pins++
	return p.pinErr
}

func (p *pinboard) MayPin(context.Context, bot.Place, bool) error { return p.pinErr }

// A post that should be pinned is pinned after it was sent, also if that is found out only after a
// crash. Other posts are not pinned. Without the right to pin, the post is sent all the same.
func TestPin(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	lacks := &bot.PlatformError{Kind: bot.ErrFixed, Detail: "allow it"}
	for _, tc := range []struct {
		kind bot.DeliveryKind
		cut  bool // an attempt was cut off, and the post is in the channel
		err  error
		pins int
		why  bot.Reason
	}{
		{kind: bot.OfPin, pins: 1},
		{kind: bot.OfPin, cut: true, pins: 1},
		{kind: bot.OfPin, err: lacks, pins: 1, why: bot.NotPinned.With("allow it")},
		{kind: bot.OfShare},
		{kind: bot.OfShare, cut: true},
	} {
		a := &pinboard{channel: channel{found: tc.cut}, pinErr: tc.err}
		now := func() time.Time { return due }
		c := NewCourier(deck(t, library, now), []bot.Adapter{a}, slog.New(slog.DiscardHandler), now)
		p := &page{now: now, work: bot.Work{Delivery: bot.Delivery{Key: "k", Kind: tc.kind, Place: channel12, At: due, Card: "crisis", State: bot.Due}}}
		if tc.cut {
			p.work.Delivery.State, p.work.Delivery.Begun, p.work.Delivery.Attempts = bot.Sending, due.Add(-time.Minute), 1
		}
		if again, err := c.Carry(t.Context(), p); err != nil || again != 0 {
			t.Fatalf("%+v: again in %v, %v", tc, again, err)
		}
		if p.ended.State != bot.Sent || p.ended.Message != "1" || p.ended.Reason != tc.why || p.ended.Trouble != nil || a.pins != tc.pins {
			t.Errorf("%+v: ended %+v with %d pins", tc, p.ended, a.pins)
		}
	}
}

// A post that could not be pinned is pinned with its next correction, which is made even if the
// words are the same. After a fault that may pass, it is tried again; if a human must act, the
// record says so.
func TestPinAgain(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	lacks := &bot.PlatformError{Kind: bot.ErrFixed, Detail: "allow it"}
	for name, tc := range map[string]struct {
		err     error
		attempt int
		state   bot.State // empty if it is tried again
		why     bot.Reason
		holds   int
	}{
		"pinned":             {state: bot.Sent},
		"not allowed":        {err: lacks, state: bot.Sent, why: bot.NotPinned.With("allow it")},
		"rate limited":       {err: &bot.RateLimited{After: time.Minute}, holds: 1},
		"timed out":          {err: bot.ErrUnknown},
		"refused for now":    {err: &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "x"}},
		"refused again":      {err: &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "x"}, attempt: patientTries, state: bot.Sent, why: bot.NotPinned.With("x")},
		"deleted in between": {err: &bot.PlatformError{Kind: bot.ErrGone}, state: bot.Failed, why: bot.Reason{Code: bot.PostGone}},
		"limited for long":   {err: &bot.RateLimited{After: time.Minute}, attempt: patientTries, holds: 1},
	} {
		now := func() time.Time { return due }
		d := deck(t, library, now)
		sign(t, d, due, content.Agreement)
		g := bot.Group{ID: "g", Langs: []string{"en"}}
		post := bot.Delivery{Key: "k", Kind: bot.OfView, Place: channel12, Card: bot.Agreements, State: bot.Sent, Message: "17.1", Reason: bot.NotPinned.With("allow it")}
		_, post.Hash, _ = d.PostOf(post, g, d.Signed(), due)
		a := &pinnedEditor{pinboard: pinboard{pinErr: tc.err}}
		p := &page{now: now, work: bot.Work{Delivery: bot.Revise(post, bot.OfCorrection, "x", due), First: post, Group: g, Signed: d.Signed()}}
		p.work.Delivery.Attempts = tc.attempt
		again, err := NewCourier(d, []bot.Adapter{a}, slog.New(slog.DiscardHandler), now).Carry(t.Context(), p)
		if err != nil {
			t.Fatal(name, err)
		}
		if (again > 0) != (tc.state == "") || p.ended.State != tc.state || p.ended.Reason != tc.why || p.holds != tc.holds || a.pins != 1 || a.edits != 1 {
			t.Errorf("%s: again in %v, ended %+v, held %d times, %d pins, %d edits", name, again, p.ended, p.holds, a.pins, a.edits)
		}
	}
}

// pinnedEditor is a channel that can change and pin what was posted.
type pinnedEditor struct {
	pinboard
	edits int
}

func (e *pinnedEditor) Edit(context.Context, bot.Place, string, bot.Message) error {
	e.edits++
	return nil
}

func (e *pinnedEditor) Delete(context.Context, bot.Place, string) error { return nil }
