package playground

import (
	"fmt"
	"net"
)

// Listen opens a TCP port for the page on this machine alone: addr is a
// loopback address and a port, such as "127.0.0.1:8642" or "localhost:0".
// Anything that other machines could reach is refused with advice.
func Listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: write a loopback address and a port, such as 127.0.0.1:8642", addr)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("address %q could be reached by other machines, and the playground lets everyone act as a moderator: use 127.0.0.1:8642, or another port of 127.0.0.1", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: choose a free port, such as 127.0.0.1:0: %w", addr, err)
	}
	// The name localhost is whatever the machine's host table says.
	if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		_ = l.Close()
		return nil, fmt.Errorf("address %q is not this machine's own here: use 127.0.0.1:8642", addr)
	}
	return l, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
