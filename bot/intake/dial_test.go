package intake

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
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
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	nobody := gone.Addr().String()
	cut := serve(func(w http.ResponseWriter, _ *http.Request) {
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			c.Close()
		}
	})
	for _, c := range []struct{ to, scheme, proxy, says string }{
		{nobody, "", "", "Slack could not be reached: the connection is refused"},
		{cut, "", "", "Slack could not be reached: the connection was cut"},
		{status(http.StatusForbidden), "", "", "it was refused with status 403, by Slack or by something between"},
		{status(http.StatusForbidden), "http", nobody, "the proxy (HTTPS_PROXY) cannot be reached"},
		{status(http.StatusForbidden), "https", nobody, "the proxy (HTTPS_PROXY) cannot be reached"},
		{status(http.StatusForbidden), "https", status(http.StatusOK), "the proxy (HTTPS_PROXY) cannot be reached"}, // it speaks no TLS
		{"wss-secret.example:443", "http", status(http.StatusProxyAuthRequired), "the proxy (HTTPS_PROXY) does not connect to Slack's sockets"},
	} {
		proxy := func(*http.Request) (*url.URL, error) {
			if c.proxy == "" {
				return nil, nil //nolint:nilnil // no proxy
			}
			return &url.URL{Scheme: c.scheme, Host: c.proxy, User: url.UserPassword("anna", "secret")}, nil
		}
		_, err := Dial(t.Context(), "Slack", proxy, "ws://"+c.to+"/?ticket=secret")
		if err == nil || !strings.HasPrefix(err.Error(), "the socket could not be opened: ") || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("error %v, want %q", err, c.says)
		}
	}
}

// A socket for which nobody waits any more is given up at once, whatever the other side does.
func TestDialEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel(); <-over }))
	t.Cleanup(s.Close)
	defer close(over)
	began := time.Now()
	_, err := Dial(ctx, "Slack", func(*http.Request) (*url.URL, error) { return nil, nil }, "ws://"+s.Listener.Addr().String()) //nolint:nilnil // no proxy
	if took := time.Since(began); err == nil || took > 5*time.Second {
		t.Errorf("%v after %s", err, took)
	}
}
