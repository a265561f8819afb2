package playground

import (
	"strings"
	"testing"
)

func TestListen(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"127.0.0.1:0", "localhost:0"} {
		l, err := Listen(addr, false)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, addr := range []string{":8642", "0.0.0.0:8642", "[::]:8642", "192.0.2.1:8642", "example.org:80", "8642", ""} {
		l, err := Listen(addr, false)
		if err == nil {
			_ = l.Close()
			t.Errorf("%q accepted", addr)
		} else if !strings.Contains(err.Error(), "127.0.0.1:8642") {
			t.Errorf("%q: %v says not what to do", addr, err)
		}
	}
}

// In a container the page may listen where the published port reaches it, and still not on
// an address of the internet.
func TestListenPublished(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", "[::]:0", ":0"} {
		l, err := Listen(addr, true)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:0"} { // which the published port does not reach
		if l, err := Listen(addr, true); err == nil {
			_ = l.Close()
			t.Errorf("%q accepted", addr)
		} else if !strings.Contains(err.Error(), "--listen-addr 0.0.0.0:8642") {
			t.Errorf("%q: %v says not what to do", addr, err)
		}
	}
	for _, addr := range []string{"192.0.2.1:8642", "8.8.8.8:80", "[2001:db8::1]:80", "example.org:80"} {
		if l, err := Listen(addr, true); err == nil {
			_ = l.Close()
			t.Errorf("%q accepted", addr)
		}
	}
}
