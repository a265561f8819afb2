// Package postgrestest stands between a process and a real PostgreSQL, on loopback: it
// counts what the process asks, and can cut the way between them.
package postgrestest

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Wire is a way to PostgreSQL. Its methods may be called from any goroutine.
type Wire struct {
	URL string // what the process connects to

	to         *pgconn.Config
	listener   net.Listener
	statements atomic.Int64
	all        sync.WaitGroup

	mu     sync.Mutex
	silent bool
	refuse bool
	open   map[net.Conn]bool
}

// NewWire makes a way to the server that a URL names. It stands until Close.
func NewWire(to string) (*Wire, error) {
	c, err := pgconn.ParseConfig(to)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("a way to PostgreSQL: %w", err)
	}
	u := url.URL{Scheme: "postgres", User: url.UserPassword(c.User, c.Password), Host: l.Addr().String(), Path: "/" + c.Database, RawQuery: "sslmode=disable"}
	w := &Wire{URL: u.String(), to: c, listener: l, open: make(map[net.Conn]bool)}
	w.all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			w.all.Go(func() { w.join(near) })
		}
	})
	return w, nil
}

// Close ends every connection and waits until they have ended.
func (w *Wire) Close() {
	w.listener.Close()
	w.Set(false, true)
	w.all.Wait()
}

// Set makes the wire silent, or refusing, or neither. Silent, what is sent arrives nowhere
// and no connection ends; refusing, it lets nobody in and ends what stands. What was lost
// stays lost: the connections that stood when it was silent end as it is mended.
func (w *Wire) Set(silent, refuse bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.silent && !silent || refuse {
		for c := range w.open {
			c.Close()
		}
		clear(w.open)
	}
	w.silent, w.refuse = silent, refuse
}

// Statements is how many the process has had run, with those that begin and end
// transactions.
func (w *Wire) Statements() int64 { return w.statements.Load() }

// join leads a connection on to the server until either side ends it.
func (w *Wire) join(near net.Conn) {
	defer near.Close()
	if silent, refuse := w.state(); silent || refuse { // the server hears nothing of it
		if silent && w.add(near) {
			_, _ = io.Copy(io.Discard, near)
		}
		return
	}
	network, address := pgconn.NetworkAddress(w.to.Host, w.to.Port)
	far, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(context.Background(), network, address)
	if err != nil {
		return
	}
	defer far.Close()
	if !w.add(near, far) {
		return
	}
	w.all.Go(func() { w.carry(near, far, io.Discard) })
	w.carry(far, near, &counter{to: &w.statements})
}

// add minds a pair of connections, if any is let in.
func (w *Wire) add(pair ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range pair {
		w.open[c] = true
	}
	return !w.refuse
}

func (w *Wire) state() (silent, refuse bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.silent, w.refuse
}

// carry leads on what comes from one side, and shows it to seen.
func (w *Wire) carry(to, from net.Conn, seen io.Writer) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		silent, _ := w.state()
		if !silent {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
			_, _ = seen.Write(b[:n]) // cannot fail
		}
		if err != nil {
			if silent { // the other side hears of nothing
				_, _ = io.Copy(io.Discard, to)
			}
			return
		}
	}
}

// counter reads what a client sends, in pieces of any size, and counts the messages that
// have a statement run: https://www.postgresql.org/docs/current/protocol-message-formats.html
type counter struct {
	to    *atomic.Int64
	begun bool   // the first message, which has no kind, has been read
	head  []byte // kind and length of the message, as far as they have come
	rest  int    // bytes of its body that are still to come
}

// Write implements io.Writer.
func (c *counter) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		if c.rest > 0 {
			some := min(c.rest, len(b))
			c.rest, b = c.rest-some, b[some:]
			continue
		}
		c.head, b = append(c.head, b[0]), b[1:]
		size := 5
		if !c.begun {
			size = 4
		}
		if len(c.head) < size {
			continue
		}
		if kind := c.head[0]; c.begun && (kind == 'E' || kind == 'Q') { // Execute, Query
			c.to.Add(1)
		}
		c.rest = int(binary.BigEndian.Uint32(c.head[size-4:])) - 4
		c.begun, c.head = true, c.head[:0]
	}
	return n, nil
}
