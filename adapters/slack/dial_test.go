package slack

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// A socket that is not opened says what is in the way, and nothing of its address.
func TestSocketSaysWhatIsInTheWay(t *testing.T) {
	t.Parallel()
	serve := func(answer http.HandlerFunc) string {
		s := httptest.NewServer(answer)
		t.Cleanup(s.Close)
		return s.Listener.Addr().String()
	}
	status := func(code int) string {
		return serve(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	gone, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // of a test
	must(t, err)
	gone.Close()
	nobody := gone.Addr().String()
	cut := serve(func(w http.ResponseWriter, _ *http.Request) {
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			c.Close()
		}
	})
	for _, c := range []struct{ to, proxy, says string }{
		{nobody, "", "Slack could not be reached: the connection is refused"},
		{cut, "", "Slack could not be reached: the connection was cut"},
		{status(http.StatusForbidden), "", "it was refused with status 403, by Slack or by something between"},
		{status(http.StatusForbidden), nobody, "the proxy (HTTPS_PROXY) cannot be reached"},
		{"wss-secret.example:443", status(http.StatusProxyAuthRequired), "the proxy (HTTPS_PROXY) does not connect to Slack's sockets"},
	} {
		proxy := func(*http.Request) (*url.URL, error) {
			if c.proxy == "" {
				return nil, nil //nolint:nilnil // no proxy
			}
			return &url.URL{Scheme: "http", Host: c.proxy, User: url.UserPassword("anna", "secret")}, nil
		}
		_, err := dial(t.Context(), proxy, "ws://"+c.to+"/?ticket=secret")
		if err == nil || !strings.HasPrefix(err.Error(), "the socket could not be opened: ") || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("error %v, want %q", err, c.says)
		}
	}
}

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
