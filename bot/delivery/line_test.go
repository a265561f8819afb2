package delivery

import (
	"log/slog"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// TestBehind has deliveries behind one that waits. They look when that one takes its next step, and
// not every two seconds in an outage of hours.
func TestBehind(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	now := func() time.Time { return due }
	elsewhere := bot.Place{Platform: bot.Discord, Space: "1", Channel: "3"}
	notice := func(key string, to bot.Place) bot.Delivery {
		return bot.Delivery{Key: key, Kind: bot.OfNotice, Place: to, At: due, State: bot.Due}
	}
	revision := func(key, post string) bot.Delivery {
		return bot.Delivery{Key: key, Kind: bot.OfWithdrawal, Place: channel12, Follows: post, At: due, State: bot.Due}
	}
	for name, c := range map[string]struct {
		first  bot.Delivery
		fault  error // what the first one meets
		second bot.Delivery
		want   time.Duration
	}{
		"the first rests for 20 s":    {notice("a", channel12), &bot.RateLimited{After: 20 * time.Second}, notice("b", channel12), 20*time.Second + retryFirst},
		"the first rests for minutes": {notice("a", channel12), bot.ErrUnreachable, notice("b", channel12), behindMost},
		"the first has arrived":       {notice("a", channel12), nil, notice("b", channel12), retryFirst},
		"in another place":            {notice("a", channel12), bot.ErrUnreachable, notice("b", elsewhere), retryFirst},
		"a share stands in no line":   {bot.Delivery{Key: "a", Kind: bot.OfShare, Place: channel12, At: due, Card: "contact", State: bot.Due}, bot.ErrUnreachable, notice("b", channel12), retryFirst},
		"its time is over before":     {notice("a", channel12), bot.ErrUnreachable, overIn(notice("b", channel12), 5*time.Second), 5*time.Second + time.Millisecond},
		"revisions of one post":       {revision("a", "p"), &bot.RateLimited{After: 20 * time.Second}, revision("b", "p"), 20*time.Second + retryFirst},
		"revisions of two posts":      {revision("a", "p"), &bot.RateLimited{After: 20 * time.Second}, revision("b", "q"), retryFirst},
		"a revision behind no post":   {notice("a", channel12), bot.ErrUnreachable, revision("b", "p"), retryFirst},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on := func(d bot.Delivery, blocked bool) *page {
				w := bot.Work{Delivery: d, Blocked: blocked, Group: bot.Group{ID: "g", Langs: []string{"en"}}}
				if d.Kind.Revises() {
					w.First = bot.Delivery{Key: d.Follows, Message: "17.1", State: bot.Sent}
				}
				return &page{now: now, work: w}
			}
			net := &editor{channel: channel{sendErr: c.fault}, err: c.fault}
			courier := NewCourier(deck(t, library, now), []bot.Adapter{net}, slog.New(slog.DiscardHandler), now)
			if _, err := courier.Carry(t.Context(), on(c.first, false)); err != nil {
				t.Fatal(err)
			}
			again, err := courier.Carry(t.Context(), on(c.second, true))
			if err != nil || again != c.want {
				t.Errorf("the second waits for %s, %v; want %s", again, err, c.want)
			}
		})
	}
}

// Nobody waits behind a delivery that rested and has ended since.
func TestBehindOneThatHasEnded(t *testing.T) {
	t.Parallel()
	var l lines
	d := bot.Delivery{Key: "a", Kind: bot.OfNotice, Place: channel12}
	l.rest(d, due, 20*time.Second)
	if got, want := l.behind(d, due), 20*time.Second+retryFirst; got != want {
		t.Errorf("behind one that rests: %s, want %s", got, want)
	}
	l.rest(d, due, 0)
	if got := l.behind(d, due); got != retryFirst {
		t.Errorf("behind one that has ended: %s, want %s", got, retryFirst)
	}
}

// overIn makes a notice so old that only left remains until its deadline.
func overIn(d bot.Delivery, left time.Duration) bot.Delivery {
	d.At = due.Add(left - bot.NoticeLate)
	return d
}
