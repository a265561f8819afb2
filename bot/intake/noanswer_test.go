package intake

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
)

// The error says why a platform gave no answer, without the addresses in the network's own error.
// errors.Is still tells whether the deadline passed.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	const resolver = "192.0.2.53:53"
	dial := func(op string, err error) error {
		return &url.Error{Op: "Get", URL: "https://192.0.2.7/", Err: &net.OpError{Op: op, Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7)}, Err: err}}
	}
	for _, tc := range []struct {
		err   error
		says  string
		cause error
	}{
		{dial("dial", &net.DNSError{Err: "no such host", Name: "discord.com", Server: resolver}), "Discord could not be reached: its name is not found (DNS); is this machine connected?", nil},
		{dial("dial", syscall.ECONNREFUSED), "Discord could not be reached: the connection is refused", nil},
		{dial("proxyconnect", syscall.ECONNREFUSED), "Discord could not be reached: the proxy (HTTPS_PROXY) cannot be reached", nil},
		{dial("proxyconnect", &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "proxy.example", Server: resolver}}), "Discord could not be reached: the proxy (HTTPS_PROXY) cannot be reached", nil},
		{dial("proxyconnect", &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}), "Discord could not be reached: the proxy (HTTPS_PROXY) cannot be reached", context.DeadlineExceeded},
		{dial("proxyconnect", x509.UnknownAuthorityError{}), "Discord could not be reached: the proxy (HTTPS_PROXY) cannot be reached", nil},
		{dial("read", os.ErrDeadlineExceeded), "Discord did not answer in time", context.DeadlineExceeded},
		{&url.Error{Op: "Get", URL: "https://192.0.2.7/", Err: context.Canceled}, "asking Discord: context canceled", context.Canceled},
		{errors.New("192.0.2.7 said something else"), "Discord could not be reached", nil},
	} {
		err := NoAnswer("Discord", true, tc.err)
		if err.Error() != tc.says || strings.Contains(err.Error(), "192.0.2.") {
			t.Errorf("%v: says %q, want %q", tc.err, err, tc.says)
		}
		if tc.cause != nil && !errors.Is(err, tc.cause) {
			t.Errorf("%v: %v is not known any more", tc.err, tc.cause)
		}
	}
}
