// Package loopback is what the stand-ins for Discord and Slack have in common: they listen on
// this machine, go down and come up again, record requests, wait for conditions, and cause
// faults on request.
package loopback

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Base is the part of a stand-in that does not depend on its platform; it is meant to be
// embedded. R is the type of recorded requests, F that of faults. Its methods may be called
// from any goroutine.
type Base[R, F any] struct {
	Mux  *http.ServeMux
	Addr string         // host and port; the same after Down and Up
	Mu   sync.Mutex     // guards everything that a stand-in remembers
	Work sync.WaitGroup // goroutines that run until Down, other than HTTP requests

	forget   bool
	changed  chan struct{} // closed at every change
	http     *http.Server  // nil while it is down
	requests []R
	faults   []*planned[F]
}

type planned[F any] struct {
	fault F
	times int
}

// Listen starts to serve at a free port. With forget, it records no requests, for long runs.
func (b *Base[R, F]) Listen(forget bool) error {
	b.Mux, b.forget, b.changed = http.NewServeMux(), forget, make(chan struct{})
	b.Addr = "127.0.0.1:0"
	return b.Up()
}

// Up listens, after Down at the same address.
func (b *Base[R, F]) Up() error {
	l, err := net.Listen("tcp", b.Addr)
	if err != nil {
		return fmt.Errorf("a stand-in on loopback: %w", err)
	}
	h := &http.Server{Handler: b.Mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
	b.Mu.Lock()
	b.Addr, b.http = l.Addr().String(), h
	b.Mu.Unlock()
	b.Work.Go(func() { _ = h.Serve(l) }) // ends with ErrServerClosed
	return nil
}

// Stop refuses new connections, cuts those of HTTP, calls cut for all others, and waits until
// their goroutines have ended.
func (b *Base[R, F]) Stop(cut func()) {
	b.Mu.Lock()
	h := b.http
	b.http = nil
	b.Mu.Unlock()
	if h == nil {
		return
	}
	_ = h.Close()
	cut()
	b.Work.Wait()
}

// Stands tells whether it listens. The caller holds the lock.
func (b *Base[R, F]) Stands() bool { return b.http != nil }

// Requests lists what arrived so far.
func (b *Base[R, F]) Requests() []R {
	b.Mu.Lock()
	defer b.Mu.Unlock()
	return slices.Clone(b.requests)
}

// Count counts the requests for which meant is true. The caller holds the lock.
func (b *Base[R, F]) Count(meant func(R) bool) int {
	n := 0
	for _, r := range b.requests {
		if meant(r) {
			n++
		}
	}
	return n
}

// Note records a request. The caller holds the lock, so that a request and its effect become
// visible together.
func (b *Base[R, F]) Note(r R) {
	if !b.forget {
		b.requests = append(b.requests, r)
	}
	b.Tell()
}

// Plan makes coming requests fail, as many as times says; 0 stands for one. Faults are used up
// in order.
func (b *Base[R, F]) Plan(f F, times int) {
	b.Mu.Lock()
	defer b.Mu.Unlock()
	b.faults = append(b.faults, &planned[F]{f, max(times, 1)})
}

// Mend forgets the remaining faults.
func (b *Base[R, F]) Mend() {
	b.Mu.Lock()
	defer b.Mu.Unlock()
	b.faults = nil
}

// Take uses up the first planned fault that fits; false if there is none.
func (b *Base[R, F]) Take(fits func(F) bool) (f F, found bool) {
	b.Mu.Lock()
	defer b.Mu.Unlock()
	for i, p := range b.faults {
		if !fits(p.fault) {
			continue
		}
		if p.times--; p.times == 0 {
			b.faults = slices.Delete(b.faults, i, i+1)
		}
		return p.fault, true
	}
	return f, false
}

// Await waits until cond is true. cond is called with the lock held, so it must not take the
// lock.
func (b *Base[R, F]) Await(ctx context.Context, cond func() bool) error {
	for {
		b.Mu.Lock()
		if cond() {
			b.Mu.Unlock()
			return nil
		}
		c := b.changed
		b.Mu.Unlock()
		select {
		case <-c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Tell wakes those who wait. The caller holds the lock.
func (b *Base[R, F]) Tell() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// TB is the part of testing.TB that UntilEnd needs. With it, a benchmark can run a stand-in
// without the package testing.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// UntilEnd returns a stand-in that was started, and closes it when the test ends.
func UntilEnd[S interface{ Close() }](t TB, s S, err error) S {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(s.Close)
	return s
}
