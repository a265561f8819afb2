package discord

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// dial connects the gateway to an address of a scheme, http or https. Like REST calls, it uses
// the proxy that the environment names. The WebSocket library would connect to a proxy only
// below the tap.
func (r *api) dial(ctx context.Context, scheme, addr string) (net.Conn, error) {
	c, err := r.reach(ctx, scheme, addr)
	if err != nil || scheme == "http" {
		return c, err
	}
	host, _, _ := net.SplitHostPort(addr) // it has connected, so it has a port
	secure := tls.Client(c, &tls.Config{ServerName: host, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return secure, nil
}

// reach makes the connection, if need be through the proxy.
func (r *api) reach(ctx context.Context, scheme, addr string) (net.Conn, error) {
	plain := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	proxy, err := r.proxy(&http.Request{URL: &url.URL{Scheme: scheme, Host: addr}})
	switch {
	case err != nil:
		return nil, errors.New("the proxy's address in HTTPS_PROXY cannot be read") // the error may contain a password
	case proxy == nil:
		return plain.DialContext(ctx, "tcp", addr)
	}
	var c net.Conn
	switch proxy.Scheme {
	case "http":
		c, err = plain.DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), cmp.Or(proxy.Port(), "80")))
	case "https":
		d := tls.Dialer{NetDialer: plain, Config: &tls.Config{MinVersion: tls.VersionTLS12}}
		c, err = d.DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), cmp.Or(proxy.Port(), "443")))
	default:
		return nil, errors.New("the gateway goes through proxies of http and https only: see HTTPS_PROXY")
	}
	if err != nil {
		return nil, toProxy(err)
	}
	if err := tunnel(ctx, c, proxy.User, addr); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// toProxy marks an error of reaching a proxy as net/http does.
func toProxy(err error) error { return &net.OpError{Op: "proxyconnect", Net: "tcp", Err: err} }

// tunnel asks a proxy to connect to an address:
// https://www.rfc-editor.org/rfc/rfc9110#name-connect
func tunnel(ctx context.Context, c net.Conn, user *url.Userinfo, addr string) error {
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	ask := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: http.Header{}}
	if user != nil {
		password, _ := user.Password()
		ask.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	if err := ask.Write(c); err != nil {
		return toProxy(err)
	}
	br := bufio.NewReaderSize(c, 4096)
	resp, err := http.ReadResponse(br, ask)
	if err != nil {
		return toProxy(err)
	}
	_ = resp.Body.Close()
	switch {
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("the proxy answered %d", resp.StatusCode)
	case br.Buffered() > 0:
		return errors.New("the proxy sends data of its own into the connection: see HTTPS_PROXY")
	}
	return c.SetDeadline(time.Time{})
}
