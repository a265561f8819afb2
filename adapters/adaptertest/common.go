package adaptertest

import (
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
)

// Common is what the harnesses do alike; it is meant to be embedded.
type Common struct {
	logs Log
	cut  atomic.Bool
}

// Logger is for the adapter under test.
func (c *Common) Logger() *slog.Logger { return c.logs.Logger() }

// Log is everything logged so far.
func (c *Common) Log() string { return c.logs.String() }

// Excuse excuses nothing.
func (c *Common) Excuse(Case) string { return "" }

// Refuse makes the next POST to what Network was told of find nobody listening.
func (c *Common) Refuse() { c.cut.Store(true) }

// Network is the way to the stand-in, over next; posting is how the address ends to which the
// adapter posts.
func (c *Common) Network(next http.RoundTripper, posting string) http.RoundTripper {
	return network{c, next, posting}
}

type network struct {
	*Common
	next    http.RoundTripper
	posting string
}

func (n network) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, n.posting) && n.cut.CompareAndSwap(true, false) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	return n.next.RoundTrip(r)
}

func (n network) CloseIdleConnections() {
	if c, ok := n.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
