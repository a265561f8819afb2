package playground

import (
	"fmt"
	"net"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// Listen opens a TCP port for the page on this machine only. addr is a loopback address and a
// port, such as "127.0.0.1:8642" or "localhost:0". An address that other machines could reach
// is refused with advice.
//
// published is for a container, whose loopback address nobody outside can reach. Then Listen
// accepts all addresses of the container ("0.0.0.0:8642") and its private ones, and refuses the
// loopback address; how the port is published decides who can reach the page. A refusal is a
// *bot.UserError.
func Listen(addr string, published bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, refuse("address %q: write a loopback address and a port, such as 127.0.0.1:8642", addr)
	}
	if ip := net.ParseIP(host); published && (host == "" || ip.IsUnspecified() || ip.IsPrivate()) {
		return listen(addr)
	}
	switch {
	case published && intake.Loopback(host):
		return nil, refuse("--published is for a container, and nobody outside of it reaches %q: add --listen-addr 0.0.0.0:8642, or leave --published out", addr)
	case !intake.Loopback(host):
		return nil, refuse("address %q could be reached by other machines, and the playground lets everyone act as a moderator: use 127.0.0.1:8642, or another port of 127.0.0.1; in a container, whose port is published to your own machine alone, add --published", addr)
	}
	l, err := listen(addr)
	if err != nil {
		return nil, err
	}
	// localhost means whatever the machine's hosts file says.
	if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		_ = l.Close()
		return nil, refuse("address %q is not this machine's own here: use 127.0.0.1:8642", addr)
	}
	return l, nil
}

// refuse says what is wrong with an address.
func refuse(format string, args ...any) error {
	return &bot.UserError{Message: fmt.Sprintf(format, args...)}
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		// The error is not wrapped: a network error here must not look like one of the
		// database.
		return nil, fmt.Errorf("%w, such as --listen-addr 127.0.0.1:8643", bot.ListenFault(addr, err))
	}
	return l, nil
}
