package database

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/bot"
)

// Staff are told of a long outage once, whichever of several processes met it.
func TestAnOutageIsToldAfterwards(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		s := newStory(t, open())
		other := *s
		if other.db = s.db; s.db.Shared() {
			other.db = open()
			other.db.now = s.clock.now
		}
		e, _ := s.run()
		s.quiet(e)
		told := func() (n int) {
			must(t, s.db.sql.QueryRow(`select count(*) from deliveries where kind = 'notice' and about_kind = $1`, string(bot.AboutDatabase)).Scan(&n))
			return n
		}
		away := func(e *Engine, length time.Duration) {
			t.Helper()
			e.outage.met(time.Now().Add(-length))
			e.db.changed()
			s.until("its end", func() bool { return !e.Unreached() })
		}
		away(e, outageTold-5*time.Second)
		if told() != 0 {
			t.Error("a short outage is told")
		}
		away(e, time.Minute)
		s.until("the news", func() bool { return strings.Contains(allWords(s.staff), "could not be reached for 1 minute") })
		if s.db.Shared() {
			second, _ := other.run()
			away(second, 58*time.Second) // the same one
		}
		if told() != 1 {
			t.Errorf("told %d times", told())
		}
		s.clock.set(s.clock.now().Add(time.Hour))
		away(e, 2*time.Minute)
		s.until("the second news", func() bool { return told() == 2 })
	})
}

// What stops a planner without ending it is told apart: a database that cannot be used
// leaves it alive, whatever else does not.
func TestAPlannerIsAliveWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
		for name, c := range map[string]struct {
			err         error
			alive, away bool
		}{
			"refused":           {refused, true, true},
			"ended":             {io.ErrUnexpectedEOF, true, true},
			"full":              {&Fault{Cause: Full}, true, false},
			"in no time":        {context.DeadlineExceeded, db.Shared(), db.Shared()}, // SQLite does not go silent
			"the program's own": {errors.New("no such column"), false, false},
		} {
			e := newEngine(db, EngineConfig{})
			_ = e.fault(t.Context(), "planning failed", c.err)
			if alive := !e.Went().IsZero(); alive != c.alive || e.Unreached() != c.away || !e.Ticked().IsZero() {
				t.Errorf("%s: alive %t, away %t, ticked %s", name, alive, e.Unreached(), e.Ticked())
			}
		}
	})
}

// A server that falls silent ends neither the planner's rounds nor Close.
func TestASilentServerKeepsNobody(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var open []net.Conn
	address := answering(t, func(c net.Conn) {
		mu.Lock()
		open = append(open, c)
		mu.Unlock()
		_, _ = io.Copy(io.Discard, c) // it never says a word
	})
	db, err := Prepare(t.Context(), "postgres://clinic:hunter2@"+address+"/circle?sslmode=disable", time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	e, err := db.NewEngine(EngineConfig{})
	must(t, err)
	if wait := e.round(t.Context()); wait != lookAgain || !e.Unreached() || e.Went().IsZero() {
		t.Errorf("wait %s, away %t", wait, e.Unreached())
	}
	began := time.Now()
	if err := db.Close(); err != nil || time.Since(began) > closeMost+5*time.Second {
		t.Errorf("closed after %s: %v", time.Since(began), err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(open) == 0 {
		t.Error("nobody asked")
	}
	for _, c := range open {
		c.Close()
	}
}
