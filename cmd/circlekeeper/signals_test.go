package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSignals sends signals one after the other to commands of each kind.
func TestSignals(t *testing.T) {
	t.Parallel()
	const again = "press Ctrl+C again to end at once"
	for name, c := range map[string]struct {
		serving, reloads bool
		sent             []os.Signal
		ends, now        bool
		tokens           int
		says, not        string
	}{
		"Ctrl+C while serving":      {serving: true, sent: []os.Signal{os.Interrupt}, ends: true, says: "waiting up to 15 seconds for posts that are on their way; " + again},
		"Ctrl+C otherwise":          {sent: []os.Signal{os.Interrupt}, ends: true, says: "stopping; " + again, not: "waiting"},
		"Ctrl+C twice":              {serving: true, sent: []os.Signal{os.Interrupt, os.Interrupt}, ends: true, now: true, says: "ended at once"},
		"a supervisor, twice":       {serving: true, sent: []os.Signal{syscall.SIGTERM, syscall.SIGTERM}, ends: true, says: "waiting up to", not: "Ctrl+C"},
		"a supervisor, then Ctrl+C": {sent: []os.Signal{syscall.SIGTERM, os.Interrupt}, ends: true, now: true},
		"SIGHUP while serving":      {serving: true, reloads: true, sent: []os.Signal{syscall.SIGHUP, syscall.SIGHUP}, tokens: 1, not: "stopping"},
		"SIGHUP, then Ctrl+C":       {serving: true, reloads: true, sent: []os.Signal{syscall.SIGHUP, os.Interrupt}, tokens: 1, ends: true},
		"SIGHUP otherwise":          {sent: []os.Signal{syscall.SIGHUP}, ends: true, says: "stopping"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			ctx, cancel := context.WithCancel(t.Context())
			s := &signals{out: &out, cancel: cancel, hangup: make(chan struct{}, 1)}
			if c.serving {
				s.serves()
			}
			if c.reloads {
				s.hangups()
			}
			now := false
			for _, sig := range c.sent {
				now = s.heard(sig)
			}
			if ends := ctx.Err() != nil; ends != c.ends || now != c.now || len(s.hangup) != c.tokens {
				t.Errorf("ends %t, at once %t, %d hang-ups", ends, now, len(s.hangup))
			}
			if text := out.String(); !strings.Contains(text, c.says) || c.not != "" && strings.Contains(text, c.not) {
				t.Errorf("says %q", text)
			}
		})
	}
}

// TestASecondCtrlCEndsAtOnce holds a post at the platform, so that the program waits.
func TestASecondCtrlCEndsAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	w, err := newWorld(ctx, t.TempDir(), "")
	must(t, err)
	t.Cleanup(func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := w.remind(ctx, "one", time.Hour, nil, w.discordPlaces(1)...); err != nil {
		t.Fatal(err)
	}
	w.set(&trap{hold: true})
	w.goOn(19500 * time.Millisecond)
	if err := w.start(time.Minute); err != nil { // longer than this test
		t.Fatal(err)
	}
	err = w.until(ctx, 10*time.Millisecond, func() (bool, error) {
		all, err := w.deliveries(ctx, "sending", 1)
		return len(all) == 1, err
	})
	must(t, err)
	log := func(want string) {
		t.Helper()
		err := w.until(ctx, 10*time.Millisecond, func() (bool, error) {
			b, err := os.ReadFile(w.log.Name())
			return strings.Contains(string(b), want), err
		})
		if err != nil {
			t.Fatalf("waiting for %q: %v\n%s", want, err, tail(w.log.Name()))
		}
	}
	must(t, w.process.Process.Signal(syscall.SIGHUP))
	log("SIGHUP")
	must(t, w.process.Process.Signal(os.Interrupt))
	log("press Ctrl+C again to end at once") // and still there: until would have said so
	must(t, w.process.Process.Signal(os.Interrupt))
	select {
	case <-w.ended():
	case <-ctx.Done():
		t.Fatal("the second Ctrl+C does not end it")
	}
	if code := w.process.ProcessState.ExitCode(); code != exitFault {
		t.Errorf("exit code %d, %v", code, w.exit)
	}
	if all, err := w.deliveries(ctx, "sending", 1); err != nil || len(all) != 1 {
		t.Errorf("the post's record: %v, %v", all, errors.Join(err, ctx.Err()))
	}
}
