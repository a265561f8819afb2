package delivery

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// standstill is a ledger whose process is stopped right after Begin. Both clocks go on meanwhile,
// each by a time that the test sets.
type standstill struct {
	page
	mono, wall time.Duration
	clock      time.Time
}

func (s *standstill) now() time.Time { return s.clock }

func (s *standstill) Mine(ctx context.Context, age time.Duration) (bool, error) {
	time.Sleep(s.mono)
	s.clock = s.clock.Add(s.wall)
	return s.page.Mine(ctx, age)
}

// A request that was granted before the process was stopped is not sent when it wakes up.
func TestOnlyWhatWasGrantedJustNowLeaves(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	for name, c := range map[string]struct {
		mono, wall time.Duration
		taken      bool // by another process
		sends      int
	}{
		"at once":                         {sends: 1},
		"after a moment":                  {mono: time.Second, wall: time.Second, sends: 1},
		"stopped for 90 s":                {mono: 90 * time.Second, wall: 90 * time.Second},
		"stopped, the clock was set back": {mono: 90 * time.Second, wall: -time.Hour},
		"the machine slept":               {wall: 90 * time.Second},
		"another has taken it over":       {taken: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := &standstill{mono: c.mono, wall: c.wall, clock: due}
				l.page.now, l.lost = l.now, c.taken
				l.work = bot.Work{
					Delivery: bot.NoticeTo(channel12, bot.News{Subject: bot.Subject{Kind: bot.AboutLateness}, Since: due}, due),
				}
				net := &channel{}
				again, err := NewCourier(deck(t, library, l.now), []bot.Adapter{net}, slog.New(slog.DiscardHandler), l.now).Carry(t.Context(), l)
				if err != nil || len(net.sent) != c.sends {
					t.Fatalf("%d sent, %v; want %d", len(net.sent), err, c.sends)
				}
				if c.sends == 0 && (again <= 0 || l.work.Delivery.State != bot.Due) {
					t.Errorf("again in %s, the row is %s; want it due and tried again", again, l.work.Delivery.State)
				}
			})
		})
	}
}
