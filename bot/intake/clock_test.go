package intake

import (
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	t.Parallel()
	var c Clock
	now := time.Now()
	silent := func() error { return errors.New("no answer") }
	if _, err := c.Ask(silent); err == nil {
		t.Error("known before the first answer")
	}
	said := func(at time.Time) http.Header { return http.Header{"Date": {at.UTC().Format(http.TimeFormat)}} }
	theirs, err := c.Ask(func() error {
		came := time.Now()
		c.Learn(said(came.Add(2*time.Hour)), came, came)
		return errors.New("the token is refused")
	})
	if err != nil || (time.Until(theirs)-2*time.Hour).Abs() > 2*time.Second {
		t.Errorf("it shows %s, %v; want two hours from now", theirs, err)
	}
	if _, err := c.Ask(silent); err == nil {
		t.Error("an answer from before counts")
	}
	c.Learn(said(now.Add(2*time.Hour)), now, now)
	c.Learn(http.Header{"Date": {"yesterday"}}, now, now)
	c.Learn(http.Header{}, now, now)
	c.Learn(said(now), now.Add(-time.Minute), now) // too slow: ignored
	if theirs, read := c.At(now); read != now || (theirs.Sub(now)-2*time.Hour).Abs() > 2*time.Second {
		t.Errorf("at %s theirs is %s, read %s", now, theirs, read)
	}
}

// If our clock is wrong by months, the platform's certificate is not valid by it, and Ask answers
// with the nearest valid moment.
func TestClockByACertificate(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, cert := range map[string]struct{ from, until, want time.Time }{
		"ahead":  {now.AddDate(-3, 0, 0), now.AddDate(-2, 0, 0), now.AddDate(-2, 0, 0)},
		"behind": {now.AddDate(2, 0, 0), now.AddDate(3, 0, 0), now.AddDate(2, 0, 0)},
	} {
		invalid := x509.CertificateInvalidError{Cert: &x509.Certificate{NotBefore: cert.from, NotAfter: cert.until}, Reason: x509.Expired}
		var c Clock
		got, err := c.Ask(func() error {
			return NoAnswer("Discord", false, &url.Error{Op: "Get", URL: "https://discord.com", Err: invalid})
		})
		if err != nil || got != cert.want {
			t.Errorf("%s: it shows %s, %v; want %s", name, got, err, cert.want)
		}
	}
}
