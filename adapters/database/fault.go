package database

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite3 "modernc.org/sqlite/lib"
)

// Cause says why a database cannot be used.
type Cause string

// Causes.
const (
	Unknown     Cause = ""
	Full        Cause = "full"        // the disk that it lies on is full
	Locked      Cause = "locked"      // another program has locked it
	ReadOnly    Cause = "read-only"   // its file cannot be written
	Damaged     Cause = "damaged"     // its file is damaged or not a database
	Disk        Cause = "disk"        // the disk fails to read or write its file
	Unreachable Cause = "unreachable" // the server is down or accepts no more connections; this may pass
	Refused     Cause = "refused"     // the server rejects the program, or is no PostgreSQL
)

// Fault is an error that says in words why the database cannot be used.
type Fault struct {
	Cause Cause
	words string
	err   error
}

func (f *Fault) Error() string { return f.words }
func (f *Fault) Unwrap() error { return f.err }

// Explain turns an error of the database whose cause is known into a Fault. It returns other
// errors unchanged.
func Explain(err error) error {
	var told *Fault
	if err == nil || errors.As(err, &told) {
		return err
	}
	cause := CauseOf(err)
	words, ok := map[Cause]string{
		Full:        "no space is left on the disk that holds the database: make room there; nothing was changed",
		Locked:      "another program has kept the database locked for ten seconds, such as sqlite3 or a program that copies files: wait for it or end it, and try again; nothing was changed",
		ReadOnly:    "the database cannot be written: give this user the right to write to the file and its folder, or name PostgreSQL's primary server",
		Damaged:     "the database file is damaged: the command restore puts a backup in its place",
		Disk:        "the database file cannot be read or written: the disk may be full, broken or gone",
		Unreachable: "the database does not answer: see that it runs and can be reached",
		Refused:     "the database's user lacks a right: it must own the database, or may at least create and change tables in it",
	}[cause]
	if !ok {
		return err
	}
	return &Fault{Cause: cause, words: words, err: err}
}

// inTime turns the error of a server that did not answer in time into a Fault.
func inTime(err error) error {
	if CauseOf(err) == Unknown && errors.Is(err, context.DeadlineExceeded) {
		return &Fault{Cause: Unreachable, words: "the database does not answer in time", err: err}
	}
	return err
}

// Waits tells whether an error of Begin's may pass by itself, so that trying again makes sense:
// the server is down or accepts no more connections. A wrong setting does not pass.
func Waits(err error) bool { return CauseOf(err) == Unreachable }

// Ails tells whether an error says that the database's file cannot be used until somebody mends
// what is wrong with it or its disk. A wrong setting is no such error.
func Ails(err error) bool {
	switch CauseOf(err) {
	case Full, Locked, ReadOnly, Damaged, Disk:
		return true
	}
	return false
}

// CauseOf gives the cause of an error of the database's; Unknown if it has none.
func CauseOf(err error) Cause {
	var told *Fault
	var server *pgconn.PgError
	var connect *pgconn.ConnectError
	switch {
	case errors.As(err, &told):
		return told.Cause
	case sqliteCode(err) != 0:
		return sqliteCause(sqliteCode(err))
	case errors.As(err, &server):
		return serverCause(server.Code)
	case errors.As(err, &connect):
		return Unreachable
	case pgconn.Timeout(err), pgconn.SafeToRetry(err), errors.Is(err, driver.ErrBadConn),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return Unreachable
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return Unreachable
	}
	return Unknown
}

func sqliteCause(code int) Cause {
	switch code {
	case sqlite3.SQLITE_FULL:
		return Full
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return Locked
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return ReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return Damaged
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return Disk
	}
	return Unknown
}

// serverCause reads PostgreSQL's codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
func serverCause(code string) Cause {
	switch code {
	case "53100":
		return Full
	case "25006":
		return ReadOnly
	case "25P03": // a transaction that stood still too long
		return Unreachable
	case "28000", "28P01", "3D000", "42501":
		return Refused
	}
	if len(code) == 5 {
		switch code[:2] {
		case "08", "53", "57", "58": // connection, resources, shut down or cancelled, the system
			return Unreachable
		}
	}
	return Unknown
}

// refusal says why PostgreSQL could not be connected to, and what to do.
func refusal(err error, c *pgconn.Config, by setting) (Cause, string) {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return serverCause(server.Code), serverRefusal(server.Code, c, by)
	}
	if words := tlsRefusal(err, by); words != "" {
		return Refused, words
	}
	var name *net.DNSError
	switch {
	case errors.As(err, &name):
		return Unreachable, fmt.Sprintf("no address is known for the name %s: check the host in %s, and this machine's name service", name.Name, by)
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return Unreachable, fmt.Sprintf("nothing listens there: check %s, and that the server runs", by)
	case errors.Is(err, fs.ErrPermission):
		return Refused, fmt.Sprintf("this user may not use the server's socket: check %s, or the socket's rights", by)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return Unreachable, fmt.Sprintf("that machine cannot be reached: check %s, and the network", by)
	case errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err), pgconn.Timeout(err):
		return Unreachable, fmt.Sprintf("nothing answered within %s: check %s, that the server runs, and what stands between, such as a firewall", connectTimeout, by)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return Unreachable, "what listens there ended the connection: check that it is PostgreSQL, and its log"
	case alwaysTLS(c):
		return Refused, "the server does not take encrypted connections, which sslmode asks for: turn on ssl there"
	}
	return Refused, fmt.Sprintf("what listens there does not answer as PostgreSQL does: check %s", by)
}

func serverRefusal(code string, c *pgconn.Config, by setting) string {
	switch code {
	case "53300":
		return fmt.Sprintf("it has too many connections: raise its max_connections or the user's limit, or run fewer processes; each takes up to %d", connectionsMost+1)
	case "28P01":
		return fmt.Sprintf("it does not take the password of the user %q: check USER and PASSWORD in %s", c.User, by)
	case "28000":
		return fmt.Sprintf("it does not let the user %q in from here: the user may be missing or may not log in, or pg_hba.conf has no line for it; check USER in %s", c.User, by)
	case "3D000":
		return fmt.Sprintf("it has no database %q: create it, or check NAME in %s", c.Database, by)
	case "42501":
		return fmt.Sprintf("the user %q may not use the database %q: grant it the right to connect", c.User, c.Database)
	case "57P03":
		return "it is starting or stopping: wait a moment"
	}
	if serverCause(code) == Unreachable {
		return fmt.Sprintf("it cannot serve us now (SQLSTATE %s): see its log", code)
	}
	return fmt.Sprintf("it refuses (SQLSTATE %s): check %s, and its log", code, by)
}

// tlsRefusal says what is wrong with an encrypted connection; empty if the error
// is about something else.
func tlsRefusal(err error, by setting) string {
	var (
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		check   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &unknown):
		return fmt.Sprintf("its certificate is signed by nobody that this machine trusts: name the authority's certificate as sslrootcert=FILE in %s", by)
	case errors.As(err, &host):
		return fmt.Sprintf("its certificate is not for the name %s: use the name that is in it", host.Host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has run out, or this machine's clock is wrong: renew it there"
	case errors.As(err, &invalid), errors.As(err, &check):
		return fmt.Sprintf("its certificate is not valid: see sslrootcert in %s, and the certificate there", by)
	case errors.As(err, &record):
		return fmt.Sprintf("what listens there does not speak TLS: check %s", by)
	case errors.As(err, &alert):
		return fmt.Sprintf("it ended the encrypted connection (TLS alert %d): see its log; it may ask for a certificate of ours", uint8(alert))
	}
	return ""
}

// alwaysTLS reports whether every way to the server is encrypted.
func alwaysTLS(c *pgconn.Config) bool {
	return !slices.ContainsFunc(ways(c), func(w *pgconn.FallbackConfig) bool { return w.TLSConfig == nil })
}
