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

func (p *pinboard) MayPin(context.Context, bot.Place) error { return p.pinErr }

// A post that is to be pinned is pinned once it stands, also when that is only found out
// after a crash; what is shared otherwise is not. Without the right it stands all the same.
func TestPin(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lacks := &bot.PlaceError{Kind: bot.ErrFixed, Detail: "allow it"}
	for _, tc := range []struct {
		kind bot.DeliveryKind
		cut  bool // an attempt was cut off, and the post stands
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
