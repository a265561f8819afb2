package intake

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// NoAnswerError reports that a platform gave no answer to a request. Unlike the errors of
// package net, its text names no address.
type NoAnswerError struct {
	Left bool // the request may have left this machine
	// Valid is set if the platform's certificate is not valid by our clock: the nearest
	// moment at which it is valid.
	Valid time.Time

	says  string
	cause error // context.Canceled or context.DeadlineExceeded, or nil
}

func (e *NoAnswerError) Error() string { return e.says }

// Unwrap is context.Canceled or context.DeadlineExceeded, if it was one of these.
func (e *NoAnswerError) Unwrap() error { return e.cause }

// NoAnswer makes a *NoAnswerError from the network's error. left says whether the request may
// have left this machine.
func NoAnswer(platform string, left bool, err error) error {
	e := &NoAnswerError{Left: left, says: platform + " could not be reached" + obstacle(platform, err)}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		e.Valid = invalid.Cert.NotAfter
		if time.Now().Before(invalid.Cert.NotBefore) {
			e.Valid = invalid.Cert.NotBefore
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		e.says, e.cause = "asking "+platform+": context canceled", context.Canceled
	case timedOut(err):
		e.cause = context.DeadlineExceeded
		if !toProxy(err) {
			e.says = platform + " did not answer in time"
		}
	}
	return e
}

// obstacle says why a platform was not reached, after a colon; "" if that is not known.
func obstacle(platform string, err error) string {
	var name *net.DNSError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case toProxy(err): // the cases below would blame the platform
		return ": the proxy (HTTPS_PROXY) cannot be reached"
	case errors.As(err, &name):
		return ": its name is not found (DNS); is this machine connected?"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return ": the certificate shown to this machine is not valid at this time; compare the machine's clock"
	case errors.As(err, &unknown), errors.As(err, &invalid):
		return ": something between shows a certificate that this machine does not trust; add its authority to the machine's, or let " + platform + "'s addresses past it"
	case errors.As(err, &host):
		return ": the certificate is another host's"
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return ": what answers does not speak TLS"
	case errors.Is(err, syscall.ECONNREFUSED):
		return ": the connection is refused"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return ": there is no way to it; is this machine connected?"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return ": the connection was cut"
	}
	return ""
}

// toProxy reports whether the connection to a proxy failed, which net/http marks.
func toProxy(err error) bool {
	way, ok := errors.AsType[*net.OpError](err)
	return ok && way.Op == "proxyconnect"
}

func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}
