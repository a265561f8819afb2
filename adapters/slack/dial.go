package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"

	"github.com/gorilla/websocket"

	"circlekeeper/bot/intake"
)

// dialler opens sockets, and notes how far an attempt got.
type dialler struct {
	proxy   func(*http.Request) (*url.URL, error)
	proxied bool // a proxy is set for the address
	beyond  bool // the other side was reached, if need be through the proxy
}

// dial opens a socket. Its error says what prevents that, but never the address, which is a
// secret.
func (d *dialler) dial(ctx context.Context, address string) (*websocket.Conn, error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { d.beyond = true }})
	ws, resp, err := (&websocket.Dialer{
		HandshakeTimeout: helloTime,
		NetDialContext:   d.connect,
		Proxy: func(r *http.Request) (*url.URL, error) {
			through, err := d.proxy(r)
			d.proxied = through != nil || err != nil
			return through, err
		},
	}).DialContext(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("the socket could not be opened: %w", d.obstacle(resp, err))
	}
	resp.Body.Close()
	return ws, nil
}

// connect connects to the other side, or to the proxy. An error of the proxy is marked as
// net/http marks it.
func (d *dialler) connect(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, addr)
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
		return fmt.Errorf("it was refused with status %d, by Slack or by something between, such as a proxy that lets no WebSocket through", resp.StatusCode)
	case d.proxied && !d.beyond && !errors.As(err, &network):
		return errors.New("the proxy (HTTPS_PROXY) does not connect to Slack's sockets; they have other addresses than the rest of Slack")
	}
	return intake.NoAnswer("Slack", true, err)
}
