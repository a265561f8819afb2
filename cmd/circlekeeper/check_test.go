package main

import (
	"context"
	"net"
	"os"
	"testing"

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
