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

// dial opens a socket, through a proxy if there is one for the address. Its error says what prevents
// that, but never the address, which is a secret.
func dial(ctx context.Context, proxy func(*http.Request) (*url.URL, error), address string) (*websocket.Conn, error) {
	var proxied, beyond bool // beyond: the other side was reached, if need be through the proxy
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { beyond = true }})
	ws, resp, err := (&websocket.Dialer{
		HandshakeTimeout: helloTime,
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := new(net.Dialer).DialContext(ctx, network, addr)
			if err != nil && proxied {
				err = &net.OpError{Op: "proxyconnect", Net: network, Err: err} // as net/http marks it
			}
			return c, err
		},
		Proxy: func(r *http.Request) (*url.URL, error) {
			through, err := proxy(r)
			proxied = through != nil || err != nil
			return through, err
		},
	}).DialContext(ctx, address, nil)
	var network net.Error
	switch {
	case err == nil:
		resp.Body.Close()
		return ws, nil
	case errors.Is(err, websocket.ErrBadHandshake):
		err = fmt.Errorf("it was refused with status %d, by Slack or by something between, such as a proxy that lets no WebSocket through", resp.StatusCode)
	case proxied && !beyond && !errors.As(err, &network):
		err = errors.New("the proxy (HTTPS_PROXY) does not connect to Slack's sockets; they have other addresses than the rest of Slack")
	default:
		err = intake.NoAnswer("Slack", true, err)
	}
	return nil, fmt.Errorf("the socket could not be opened: %w", err)
}
