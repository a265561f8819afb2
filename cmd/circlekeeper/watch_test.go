package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/bot"
)

// told keeps what staff are told.
type told struct {
	mu  sync.Mutex
	all []string
}

func (s *told) Report(_ context.Context, t bot.Trouble) error {
	return s.note("trouble: " + t.Subject.String())
}
func (s *told) Healed(_ context.Context, t bot.Trouble) error {
	return s.note("healed: " + t.Subject.String())
}

func (s *told) note(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, what)
	return nil
}

func (s *told) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.all
	s.all = nil
	return out
}

// clumsy fails the first time that it is told each thing.
type clumsy struct {
	told
	failed map[string]bool
}

func (s *clumsy) Report(ctx context.Context, t bot.Trouble) error {
	return s.second("trouble "+t.Subject.String(), func() error { return s.told.Report(ctx, t) })
}

func (s *clumsy) Healed(ctx context.Context, t bot.Trouble) error {
	return s.second(t.Subject.String(), func() error { return s.told.Healed(ctx, t) })
}

func (s *clumsy) second(what string, do func() error) error {
	if !s.failed[what] {
		s.failed[what] = true
		return errors.New("the database is locked")
	}
	return do()
}

// What the database would not take is told at the next look.
func TestALookThatFailsIsRepeated(t *testing.T) {
	t.Parallel()
	staff, l := &clumsy{failed: map[string]bool{}}, &line{}
	at := storyStart
	for _, up := range []bool{false, false, false, true, true, true} {
		at = at.Add(silentFor)
		_ = l.look(t.Context(), bot.Slack, up, at, staff)
	}
	want := []string{"trouble: connection slack", "healed: connection slack", "healed: access slack"}
	for _, w := range want {
		if !slices.Contains(staff.all, w) {
			t.Errorf("told %q, want %q among it", staff.all, w)
		}
	}
}

// door is a Slack that lets the program in, or not.
type door struct {
	bot.Adapter
	shut, down atomic.Bool
	served     atomic.Int64
}

func (*door) Platform() bot.Platform { return bot.Slack }
func (d *door) Connected() bool      { return !d.shut.Load() && !d.down.Load() }

func (d *door) Serve(ctx context.Context, _ bot.Handler) error {
	d.served.Add(1)
	for ctx.Err() == nil {
		if d.shut.Load() {
			return errors.New("the token is no longer valid")
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	return nil
}

// Connections that stay down are told, once; a platform that throws the app out is
// tried again, and what was told is healed when it lets the program in.
func TestConnectionsAreWatchedOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		d, staff := &door{}, &told{}
		o := &opened{program: program{now: time.Now}, config: &Config{}, log: slog.New(slog.DiscardHandler)}
		var left atomic.Int32
		left.Store(2) // another platform goes on
		ended := make(chan error, 2)
		go func() { ended <- o.keep(ctx, d, &left, staff) }()
		go func() { ended <- watcher{o, []bot.Adapter{d}, staff}.watchConnections(ctx) }()
		after := func(pause time.Duration, want ...string) {
			t.Helper()
			time.Sleep(pause)
			synctest.Wait()
			if got := staff.take(); !slices.Equal(got, want) {
				t.Errorf("told %q, want %q", got, want)
			}
		}
		after(time.Minute, "healed: connection slack", "healed: access slack") // of a process before this one
		d.down.Store(true)
		after(time.Minute)
		d.down.Store(false)
		after(time.Minute, "healed: connection slack", "healed: access slack") // too short to be told
		d.down.Store(true)
		after(10*time.Minute, "trouble: connection slack")
		d.down.Store(false)
		after(time.Minute, "healed: connection slack", "healed: access slack")

		d.shut.Store(true)
		after(10*time.Minute+30*time.Second, slices.Repeat([]string{"trouble: access slack"}, 4)...) // one trouble, met less and less often
		d.shut.Store(false)
		after(10*time.Minute, "healed: connection slack", "healed: access slack")
		if n := d.served.Load(); n != 5 {
			t.Errorf("served %d times", n)
		}

		left.Store(1) // the last one
		d.shut.Store(true)
		time.Sleep(time.Minute)
		if err := <-ended; err == nil {
			t.Error("the program goes on although no platform is left")
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// The log says that a platform is not connected, also where the first attempt waits for the
// network: twice a minute at most, and not for a moment's break.
func TestTheLogSaysThatAPlatformIsNotConnected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var log strings.Builder
		d := &door{}
		d.down.Store(true)
		o := &opened{program: program{now: time.Now}, config: &Config{SlackMode: "socket"}, log: slog.New(slog.NewTextHandler(&log, nil))}
		ended := make(chan error, 1)
		go func() { ended <- watcher{o, []bot.Adapter{d}, &told{}}.watchConnections(ctx) }()
		said := func(pause time.Duration) int {
			time.Sleep(pause)
			synctest.Wait()
			defer log.Reset()
			return strings.Count(log.String(), `level=WARN msg="Slack is not connected; it is tried again" way=socket since=`)
		}
		first, then := said(41*time.Second), said(10*time.Minute)
		d.down.Store(false)
		stood := said(time.Minute)
		d.down.Store(true)
		brief := said(8 * time.Second)
		if first != 2 || then != 20 || stood != 0 || brief != 0 {
			t.Errorf("said %d times in 41 seconds, then %d in ten minutes, %d while connected, %d in a brief break", first, then, stood, brief)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// Who stands by tells, once, that nobody serves, and that somebody does again.
func TestWhoStandsByTellsThatNobodyServes(t *testing.T) {
	t.Parallel()
	staff, h, g := &clumsy{failed: map[string]bool{}}, &holder{}, &gateway{}
	for _, silent := range []time.Duration{0, 50, 70, 80, 90, 100, 1, 2, 3} {
		g.set(true, silent*time.Second)
		_, nobody := g.state()
		_ = h.look(t.Context(), nobody, staff)
	}
	if want := []string{"trouble: connection discord", "healed: connection discord"}; !slices.Equal(staff.all, want) {
		t.Errorf("told %q, want %q", staff.all, want)
	}
	g.set(false, time.Hour)
	if _, nobody := g.state(); nobody {
		t.Error("the holder itself says that nobody serves: its own connection tells")
	}
}

// A role of a platform that is not served cannot be asked about, however long one waits.
func TestRolesOfPlatformsThatAreNotServed(t *testing.T) {
	t.Parallel()
	role := bot.Role{Platform: bot.Discord, Space: "1", ID: "2"}
	if err := checkingRoles(nil)(t.Context(), role); !errors.Is(err, bot.ErrNotSetUp) {
		t.Error(err)
	}
}
