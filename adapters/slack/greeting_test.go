package slack

import (
	"errors"
	"net"
	"strings"
	"testing"
)

// What comes in the place of the greeting is told: a refusal as one, since nothing works
// until a human acts.
func TestNoGreetingSaysWhy(t *testing.T) {
	t.Parallel()
	if err := noGreeting(envelope{Type: "disconnect", Reason: "link_disabled"}, nil); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "Socket Mode is turned off") {
		t.Error(err)
	}
	for says, c := range map[string]struct {
		came envelope
		err  error
	}{
		"Slack ended it (warning)":  {envelope{Type: "disconnect", Reason: "warning"}, nil},
		"no greeting in time":       {envelope{}, &net.DNSError{IsTimeout: true}},
		"the connection was cut":    {envelope{}, net.ErrClosed},
		"the socket gave no greeti": {envelope{Type: "other"}, nil},
	} {
		if err := noGreeting(c.came, c.err); !strings.Contains(err.Error(), says) || errors.Is(err, ErrRefused) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
