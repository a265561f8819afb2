package playground

import (
	"net"
	"net/http"
	"strings"
	"time"

	"circlekeeper/bot/intake"
)

const (
	maxBody    = 16 << 10
	maxStreams = 32
	maxAsking  = 64

	readTimeout  = 10 * time.Second
	writeTimeout = 5 * time.Second
	askTimeout   = 15 * time.Second
)

// refusal is the reason why a request is refused, in English.
type refusal string

const (
	refusedHost    refusal = "This page is only for the machine it runs on. Open it as http://127.0.0.1 or http://localhost with its port."
	refusedForeign refusal = "This did not come from the playground's own page, so nothing was done."
	refusedStale   refusal = "The playground was restarted. Reload this page."
	refusedAway    refusal = "The playground is starting or stopping. Try again in a moment."
	refusedBusy    refusal = "Too much is going on at once. Try again in a moment."
	refusedTwice   refusal = "This was asked already; its answer went to the first request."
	refusedLong    refusal = "That is too long. Ask in fewer words."
	refusedUnclear refusal = "The page sent something the playground does not understand. Reload the page."
	refusedChannel refusal = "The playground has no such channel."
)

// refuse answers a request with the reason, in the reader's language.
func (a *Adapter) refuse(w http.ResponseWriter, r *http.Request, status int, why refusal) {
	http.Error(w, a.reader(r).T(string(why)), status)
}

// guard refuses requests that use another host name (DNS rebinding) or come from another site's
// page, and lets the page load only its own files.
func (a *Adapter) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.refuse(w, r, http.StatusForbidden, refusedForeign)
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
		if !intake.Loopback(hostname(r.Host)) {
			a.refuse(w, r, http.StatusMisdirectedRequest, refusedHost)
			return
		}
		// Links from elsewhere may read the page, but another site's scripts may not.
		if r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			a.refuse(w, r, http.StatusForbidden, refusedForeign)
			return
		}
		rc := http.NewResponseController(w)
		_ = rc.SetReadDeadline(time.Now().Add(readTimeout)) // fails only for a test's recorder
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
