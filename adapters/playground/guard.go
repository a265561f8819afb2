package playground

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	maxBody    = 16 << 10
	maxStreams = 32
	maxAsking  = 64

	readTimeout  = 10 * time.Second
	writeTimeout = 5 * time.Second
	askTimeout   = 15 * time.Second
)

const (
	sorryHost    = "This page is only for the machine it runs on. Open it as http://127.0.0.1 or http://localhost with its port."
	sorryForeign = "This did not come from the playground's own page, so nothing was done."
	sorryStale   = "The playground was started anew. Reload this page."
	sorryAway    = "The playground is starting or stopping. Try again in a moment."
	sorryBusy    = "Too much is going on at once. Try again in a moment."
	sorryTwice   = "This was asked already; its answer went to the first request."
	sorryLong    = "That is too long. Ask in fewer words."
	sorryUnclear = "The page sent something the playground does not understand. Reload the page."
)

// guard keeps out other machines' names (DNS rebinding) and other sites' pages,
// and keeps the page to its own files.
func (a *Adapter) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, sorryForeign, http.StatusForbidden)
	}))
	next = cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !loopback(hostname(r.Host)) {
			http.Error(w, sorryHost, http.StatusMisdirectedRequest)
			return
		}
		// Reading is open to links from elsewhere, but not to another site's scripts.
		if r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			http.Error(w, sorryForeign, http.StatusForbidden)
			return
		}
		rc := http.NewResponseController(w)
		_ = rc.SetReadDeadline(time.Now().Add(readTimeout)) // a recorder in a test has none
		_ = rc.SetWriteDeadline(time.Now().Add(askTimeout + writeTimeout))
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

func hostname(hostport string) string {
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		return h
	}
	return strings.Trim(hostport, "[]")
}

func (a *Adapter) ours(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(a.token)) == 1
}
