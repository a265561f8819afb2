package intake

import "net"

// Loopback reports whether a host, without its port, is this machine.
func Loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
