package intake

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"github.com/gorilla/websocket"
)

// Dial opens a WebSocket to a platform, through the proxy that proxy names for its address. Its
// error says what prevents that, but never the address, which may be a secret.
func Dial(ctx context.Context, platform string, proxy func(*http.Request) (*url.URL, error), address string) (*websocket.Conn, error) {
	d := &dialler{platform: platform}
	stop := func() bool { return true }
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { d.beyond = true }})
	ws, resp, err := (&websocket.Dialer{
		HandshakeTimeout: 10 * time.Second,
		NetDialContext: func(dialling context.Context, network, addr string) (net.Conn, error) {
			c, err := d.connect(dialling, network, addr)
			if err == nil {
				stop = context.AfterFunc(ctx, func() { c.Close() }) // the library waits for an answer even if ctx has ended
			}
			return c, err
		},
		Proxy: func(r *http.Request) (*url.URL, error) {
			through, err := proxy(r)
			d.proxied = through != nil || err != nil
			if through != nil && through.Scheme == "https" { // the library knows no such proxies: connect begins TLS
				d.secure = through.Hostname()
				through = &url.URL{Scheme: "http", User: through.User, Host: net.JoinHostPort(d.secure, cmp.Or(through.Port(), "443"))}
			}
			return through, err
		},
	}).DialContext(ctx, address, nil)
	stop()
	if err != nil {
		return nil, fmt.Errorf("the socket could not be opened: %w", d.obstacle(resp, err))
	}
	resp.Body.Close()
	return ws, nil
}

// dialler notes how far an attempt to open a socket got.
type dialler struct {
	platform string
	proxied  bool   // a proxy is set for the address
	secure   string // the proxy's name, if it is spoken to by TLS
	beyond   bool   // the other side was reached, if need be through the proxy
}

// connect connects to the other side, or to the proxy. An error of the proxy is marked as
// net/http marks it.
func (d *dialler) connect(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err == nil && d.secure != "" {
		secure := tls.Client(c, &tls.Config{ServerName: d.secure, MinVersion: tls.VersionTLS12})
		if err = secure.HandshakeContext(ctx); err != nil {
			c.Close()
		}
		c = secure
	}
	if err != nil && d.proxied {
		err = &net.OpError{Op: "proxyconnect", Net: network, Err: err}
	}
	return c, err
}

// obstacle says why a socket could not be opened. resp is the answer to the request for it; nil
// if there was none.
func (d *dialler) obstacle(resp *http.Response, err error) error {
	var network net.Error
	switch {
	case errors.Is(err, websocket.ErrBadHandshake):
		return fmt.Errorf("it was refused with status %d, by %s or by something between, such as a proxy that lets no WebSocket through", resp.StatusCode, d.platform)
	case d.proxied && !d.beyond && !errors.As(err, &network):
		return fmt.Errorf("the proxy (HTTPS_PROXY) does not connect to %s's sockets; they have other addresses than the rest of %s", d.platform, d.platform)
	}
	return NoAnswer(d.platform, true, err)
}
