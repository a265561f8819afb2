package main

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// Time that ran out is said of whoever let it run out: a proxy, or the platform.
func TestUnanswered(t *testing.T) {
	t.Parallel()
	proxy := &net.OpError{Op: "proxyconnect", Net: "tcp", Err: os.ErrDeadlineExceeded}
	for want, err := range map[string]error{
		"Discord could not be reached: the proxy (HTTPS_PROXY) cannot be reached": intake.NoAnswer("Discord", true, proxy),
		"Discord did not answer in time":                                          context.DeadlineExceeded,
	} {
		if got := unanswered(bot.Discord, err); got != want {
			t.Errorf("%v: it says %q, want %q", err, got, want)
		}
	}
}

// timed is a platform whose clock is known.
type timed struct {
	bot.Adapter
	ahead time.Duration
}

func (timed) Platform() bot.Platform { return bot.Slack }
func (a timed) ReadClock(context.Context) (time.Time, error) {
	if a.ahead == 0 {
		return time.Time{}, errors.New("no answer")
	}
	return time.Now().Add(a.ahead), nil
}

// A clock that is wrong from the start is told by a platform's, also on SQLite.
func TestCheckHoldsTheClockAgainstAPlatforms(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[time.Duration][]string{
		0:                {},
		20 * time.Second: {},
		2 * time.Hour:    {"the machine's clock is 2h behind Slack's: set it, and have it kept right (NTP); reminders would come too early or too late"},
		-3 * time.Minute: {"the machine's clock is 3m ahead of Slack's: set it, and have it kept right (NTP); reminders would come too early or too late"},
	} {
		l := &checklist{hide: func(s string) string { return s }}
		checkCommand{}.clockOf(t.Context(), timed{ahead: ahead}, l)
		got := []string{}
		for _, f := range l.all {
			got = append(got, f.Says)
		}
		if !slices.Equal(got, want) {
			t.Errorf("ahead by %s: %q, want %q", ahead, got, want)
		}
	}
}
