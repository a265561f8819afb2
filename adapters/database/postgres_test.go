package database

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"circlekeeper/bot"
)

// answering is a server on this machine that does one thing with each connection.
func answering(t *testing.T, do func(c net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer c.Close()
				do(c)
			})
		}
	})
	t.Cleanup(func() { l.Close(); open.Wait() })
	return l.Addr().String()
}

// says refuses a connection with a code, after the start-up message.
func says(code string) func(c net.Conn) {
	return func(c net.Conn) {
		b := pgproto3.NewBackend(c, c)
		for {
			m, err := b.ReceiveStartupMessage()
			if err != nil {
				return
			}
			if _, ok := m.(*pgproto3.SSLRequest); ok {
				io.WriteString(c, "N")
				continue
			}
			b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: code, Message: "irrelevant"})
			b.Flush()
			return
		}
	}
}

// encrypts speaks TLS with a certificate, and nothing after that.
func encrypts(certificate tls.Certificate) func(c net.Conn) {
	return func(c net.Conn) {
		if _, err := pgproto3.NewBackend(c, c).ReceiveStartupMessage(); err != nil {
			return
		}
		io.WriteString(c, "S")
		secure := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{certificate}})
		_ = secure.Handshake()
	}
}

// certificate makes one for a name, and the file of its authority.
func certificate(t *testing.T, name string, until time.Time) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until, DNSNames: []string{name},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	must(t, err)
	file := filepath.Join(t.TempDir(), "root.crt")
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// TestPostgresSaysWhyItRefuses meets a server that refuses in every way.
func TestPostgresSaysWhyItRefuses(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(time.Hour)
	good, root := certificate(t, "localhost", later)
	elsewhere, rootElsewhere := certificate(t, "db.example.org", later)
	old, rootOld := certificate(t, "localhost", time.Now().Add(-time.Hour))
	full := "?sslmode=verify-full&sslrootcert="
	for name, c := range map[string]struct {
		do      func(c net.Conn)
		options string
		cause   Cause
		want    string
	}{
		"too many connections": {says("53300"), "", Unreachable, "too many connections"},
		"password":             {says("28P01"), "", Refused, `the password of the user "clinic"`},
		"role":                 {says("28000"), "", Refused, `does not let the user "clinic" in`},
		"database":             {says("3D000"), "", Refused, `no database "circle"`},
		"right":                {says("42501"), "", Refused, "grant it the right"},
		"starting":             {says("57P03"), "", Unreachable, "starting or stopping"},
		"shut down":            {says("57P01"), "", Unreachable, "cannot serve us now"},
		"another":              {says("XX000"), "", Unknown, "SQLSTATE XX000"},
		"no encryption":        {says("28P01"), "?sslmode=require", Refused, "does not take encrypted connections"},
		"unknown authority":    {encrypts(good), "?sslmode=verify-full", Refused, "sslrootcert=FILE"},
		"another name":         {encrypts(elsewhere), full + rootElsewhere, Refused, "not for the name localhost"},
		"run out":              {encrypts(old), full + rootOld, Refused, "has run out"},
		"ends after TLS":       {encrypts(good), full + root, Unreachable, "ended the connection"},
		"ends at once":         {func(net.Conn) {}, "", Unreachable, "ended the connection"},
		"something else":       {func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n"); io.Copy(io.Discard, c) }, "?sslmode=disable", Refused, "does not answer as PostgreSQL does"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, port, err := net.SplitHostPort(answering(t, c.do))
			must(t, err)
			_, err = Open(t.Context(), "postgres://clinic:hunter2@localhost:"+port+"/circle"+c.options, time.Now, slog.New(slog.DiscardHandler))
			refusedFor(t, err, c.cause, c.want)
		})
	}
	for name, c := range map[string]struct{ url, want string }{
		"nothing listens": {"postgres://clinic:hunter2@127.0.0.1:1/circle", "nothing listens"},
		"no socket":       {"postgres:///circle?password=hunter2&host=" + t.TempDir(), "nothing listens"},
		"no such name":    {"postgres://clinic:hunter2@nowhere.invalid/circle?sslmode=verify-full", "no address is known for the name nowhere.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(t.Context(), c.url, time.Now, slog.New(slog.DiscardHandler))
			refusedFor(t, err, Unreachable, c.want)
		})
	}
	t.Run("silence", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		address := answering(t, func(net.Conn) { <-ctx.Done() })
		_, err := Open(t.Context(), "postgres://clinic:hunter2@"+address+"/circle", time.Now, slog.New(slog.DiscardHandler))
		refusedFor(t, err, Unreachable, "nothing answered within 5s")
	})
}

func refusedFor(t *testing.T, err error, cause Cause, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || CauseOf(err) != cause {
		t.Errorf("got %q: %v, want %q: something with %q", CauseOf(err), err, cause, want)
	}
	if err != nil && strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the password shows: %v", err)
	}
}

// TestTheWayToPostgresIsVerified reads addresses and says which of them are refused
// or warned of.
func TestTheWayToPostgresIsVerified(t *testing.T) {
	t.Parallel()
	_, root := certificate(t, "db.example.org", time.Now().Add(time.Hour))
	for address, want := range map[string]string{
		"postgres://u:p@127.0.0.1/x":                                                     "",
		"postgres://u:p@[::1]/x":                                                         "",
		"postgres://u:p@localhost/x":                                                     "",
		"postgres:///x?host=/var/run/postgresql&user=u":                                  "",
		"postgres://u:p@db.example.org/x?sslmode=verify-full":                            "",
		"postgres://db.example.org/x?user=u@clinic&password=p&sslmode=verify-full":       "",
		"postgres://127.0.0.1/x?user=u&password=p/x@y":                                   "",
		"postgres://u:p#secret@127.0.0.1/x":                                              "",
		"postgres://u:p@db.example.org/x?sslmode=verify-full&sslrootcert=" + root:        "",
		"postgres://u:p@db.example.org/x?sslrootcert=system":                             "",
		"postgres://u:p@db.example.org/x":                                                "refused",
		"postgres://u:p@10.0.0.7/x":                                                      "refused",
		"postgres://u:p@db.example.org/x?sslmode=prefer":                                 "refused",
		"postgres://u:p@db.example.org/x?sslmode=allow":                                  "refused",
		"postgres://u:p@127.0.0.1,db.example.org/x":                                      "refused",
		"postgres://u:p@db.example.org/x?sslmode=disable":                                "not encrypted",
		"postgres://u:p@127.0.0.1,db.example.org/x?sslmode=disable":                      "not encrypted",
		"postgres://u:p@db.example.org/x?sslmode=require":                                "nothing checks",
		"postgres://u:p@db.example.org/x?sslmode=verify-ca&sslrootcert=" + root:          "nothing checks",
		"postgresql://u:p@db.example.org,10.0.0.7/x?sslmode=require&sslrootcert=" + root: "nothing checks",
	} {
		c, err := postgresConfig(address, databaseURL)
		var wrong *bot.UserError
		switch {
		case want == "refused":
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "sslmode=verify-full") {
				t.Errorf("%s: %v, want a refusal with what to write", address, err)
			}
		case err != nil:
			t.Errorf("%s: %v", address, err)
		default:
			if got := exposed(&c.ConnConfig.Config); !strings.Contains(got, want) || (got == "") != (want == "") || want != "" && !strings.Contains(got, "sslmode=verify-full") {
				t.Errorf("%s: %q, want something with %q", address, got, want)
			}
		}
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]int32{"": connectionsMost, "?pool_max_conns=20": 20, "?pool_max_conns=3": 0} {
		c, err := postgresConfig("postgres://u:p@127.0.0.1/x"+options, databaseURL)
		if want == 0 {
			if err == nil {
				t.Errorf("%q is taken", options)
			}
			continue
		}
		if err != nil || c.MaxConns != want {
			t.Errorf("%q: %v", options, err)
		}
	}
	db := opener(t, emptyPostgres(t))()
	right := db.NewRight("discord gateway")
	must(t, right.Take(t.Context()))
	defer right.Release()
	// Many at once, each of which holds its connection until all have tried.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	errs := make(chan error)
	for range 40 {
		go func() {
			_, err := db.sql.ExecContext(ctx, `select pg_sleep(0.05)`)
			errs <- err
		}()
	}
	most := 0
	for range 40 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
		var n int
		must(t, db.sql.QueryRowContext(ctx, `select count(*) from pg_stat_activity where datname = current_database()`).Scan(&n))
		most = max(most, n)
	}
	if most > connectionsMost+1 || most < 2 {
		t.Errorf("%d connections at once, want 2 to %d", most, connectionsMost+1)
	}
	t.Log(fmt.Sprint("connections at once: ", most))
}

// A process that stands still in a transaction keeps what it locked from all others: the
// server ends its session, and says so of every connection that the program makes.
func TestATransactionThatStandsStillIsEnded(t *testing.T) {
	t.Parallel()
	db := opener(t, emptyPostgres(t))()
	var most string
	if err := db.sql.QueryRowContext(t.Context(), `show idle_in_transaction_session_timeout`).Scan(&most); err != nil || most != "15s" {
		t.Errorf("a transaction may stand still for %q, %v", most, err)
	}
	tx, err := db.sql.BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { _ = tx.Rollback() }()
	// Sooner here than in 15 seconds.
	if _, err := tx.ExecContext(t.Context(), `set local idle_in_transaction_session_timeout = '50ms'`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), `insert into marks (name, at) values ('held', 1)`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := db.sql.ExecContext(ctx, `insert into marks (name, at) values ('held', 2)`); err != nil {
		t.Errorf("what the other transaction locked is not free: %v", err)
	}
	if _, err := tx.ExecContext(ctx, `select 1`); CauseOf(err) != Unreachable {
		t.Errorf("the process that stood still is told %v, want that the database cannot be reached for now", err)
	}
}

// A database is named for people by where it is, without user and password.
func TestPlace(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "circle.db")
	for address, want := range map[string]string{
		"postgres://anna:hunter2@db.example:5433/clinic?sslmode=verify-full": "the PostgreSQL database clinic at db.example:5433",
		"sqlite:" + file: "sqlite:" + file,
	} {
		db, err := Prepare(t.Context(), address, time.Now, slog.New(slog.DiscardHandler))
		must(t, err)
		if got := db.Place(); got != want {
			t.Errorf("it is called %q, want %q", got, want)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A password need not stand in an address, which other users may see on a command line.
func TestThePasswordMayStandBesideTheAddress(t *testing.T) { //nolint:paralleltest // it sets the environment
	t.Setenv("PGPASSWORD", "hunter2")
	config, err := postgresConfig("postgres://circlekeeper@db.example.org/circlekeeper?sslmode=verify-full", copyTo)
	if err != nil || config.ConnConfig.Password != "hunter2" {
		t.Errorf("the password of PGPASSWORD is not used: %v", err)
	}
}
