package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"circlekeeper/adapters/database/postgrestest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

// takeOverMost is how soon after the holder of the Discord gateway is gone people
// must be answered again.
const takeOverMost = 20 * time.Second

// newWire is a way to PostgreSQL that stands until the test ends.
func newWire(t *testing.T, to string) *postgrestest.Wire {
	t.Helper()
	w, err := postgrestest.NewWire(to)
	must(t, err)
	t.Cleanup(w.Close)
	return w
}

// crowd is a world in which several processes serve one PostgreSQL.
type crowd struct {
	*world
	t *testing.T
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Skip("TEST_DATABASE_URL names no PostgreSQL server")
	}
	w, err := newWorld(t.Context(), t.TempDir(), server)
	must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(tail(w.log.Name()))
		}
		if err := w.close(); err != nil {
			t.Error(err)
		}
	})
	w.goOn(0)
	return &crowd{w, t}
}

// member starts a process, which ends with the test.
func (c *crowd) member(database, listen string, more ...string) *exec.Cmd {
	c.t.Helper()
	if err := c.startOn(database, listen, bot.SendTimeout, more...); err != nil {
		c.t.Fatal(err)
	}
	p, gone := c.process, c.gone
	c.t.Cleanup(func() {
		_ = p.Process.Kill()
		<-gone
	})
	return p
}

// answered asks until somebody answers and tells how long it took.
func (c *crowd) answered(most time.Duration) time.Duration {
	c.t.Helper()
	began := time.Now()
	for time.Since(began) < most {
		if c.asks("crisis") {
			return time.Since(began)
		}
	}
	c.t.Fatalf("nobody answers within %s", most)
	return 0
}

// asks asks once and tells whether it was answered in time.
func (c *crowd) asks(command string) bool {
	ctx, cancel := context.WithTimeout(c.t.Context(), 3*time.Second)
	defer cancel()
	_, err := c.discord.Do(discordtest.Ask{Kind: discordtest.Command, Name: command}).Acked(ctx)
	return err == nil
}

// TestAnotherTakesTheGatewayOver takes the holder of the gateway away in every way: the
// one that stands by answers within 20 seconds, and the first, should it come back,
// does not answer beside it.
func TestAnotherTakesTheGatewayOver(t *testing.T) {
	t.Parallel()
	signal := func(s syscall.Signal) func(*testing.T, *exec.Cmd, *postgrestest.Wire) {
		return func(t *testing.T, p *exec.Cmd, _ *postgrestest.Wire) {
			must(t, p.Process.Signal(s))
		}
	}
	for name, c := range map[string]struct {
		take, back func(t *testing.T, holder *exec.Cmd, w *postgrestest.Wire)
	}{
		"killed": {signal(syscall.SIGKILL), nil},
		"power lost": {func(t *testing.T, p *exec.Cmd, w *postgrestest.Wire) {
			w.Set(true, false) // the server hears nothing of it
			signal(syscall.SIGKILL)(t, p, w)
		}, nil},
		"stopped": {signal(syscall.SIGSTOP), signal(syscall.SIGCONT)},
		"partitioned": {
			func(_ *testing.T, _ *exec.Cmd, w *postgrestest.Wire) { w.Set(true, false) },
			func(_ *testing.T, _ *exec.Cmd, w *postgrestest.Wire) { w.Set(false, false) },
		},
		"ended": {signal(syscall.SIGTERM), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c2 := newCrowd(t)
			way := newWire(t, c2.url)
			holder := c2.member(way.URL, "127.0.0.1:0")
			must(t, c2.discord.AwaitReady(t.Context(), 1))
			c2.member(c2.url, "127.0.0.1:0")
			c2.answered(takeOverMost)
			time.Sleep(5 * time.Second) // the second stands by
			sessions := c2.discord.Gate().Identifies
			began := time.Now()
			c.take(t, holder, way)
			err := c2.discord.AwaitGate(t.Context(), func(g discordtest.Gate) bool { return g.Identifies > sessions && g.Live })
			must(t, err)
			c2.answered(takeOverMost)
			took := time.Since(began)
			t.Logf("answered again after %s", took.Round(100*time.Millisecond))
			if took > takeOverMost {
				t.Errorf("taken over after %s", took)
			}
			if c.back != nil {
				c.back(t, holder, way)
				err := c2.discord.AwaitGate(t.Context(), func(g discordtest.Gate) bool { return g.Open == 1 })
				must(t, err)
			}
			for range 5 {
				c2.answered(5 * time.Second)
			}
			if refused := slices.DeleteFunc(c2.discord.Refused(), func(s string) bool { return s == "later than 3 s" }); len(refused) > 0 {
				t.Errorf("Discord refused %q", refused)
			}
		})
	}
}

// TestBrokenCardsOnPostgreSQL starts a process whose cards cannot be used. It answers help in a crisis
// while no other process serves, stands by while one does, and starts in full once they are mended.
func TestBrokenCardsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	card := filepath.Join(t.TempDir(), "en", "why-trust.md")
	must(t, errors.Join(os.Mkdir(filepath.Dir(card), 0o700), os.WriteFile(card, []byte("none\n"), 0o600)))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	broken := replica{address: l.Addr().String()}
	l.Close()
	broken.Cmd = c.member(c.url, broken.address, "CONTENT_DIR="+filepath.Dir(filepath.Dir(card)))
	c.answered(takeOverMost)
	if at := broken.says("/readyz"); at != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d while the cards are broken", at)
	}
	// knows tells whether the process that answers on Discord has the database.
	knows := func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		a, err := c.discord.Do(discordtest.Ask{Kind: discordtest.Command, Name: "next"}).Acked(ctx)
		return err == nil && !strings.Contains(a.Content, "cannot look this up")
	}
	if knows() {
		t.Error("the process whose cards are broken has the database")
	}
	until := func(what string, holds func() bool) {
		t.Helper()
		for began := time.Now(); !holds(); time.Sleep(200 * time.Millisecond) {
			if time.Since(began) > takeOverMost+10*time.Second {
				t.Fatalf("%s: not within %s", what, time.Since(began))
			}
		}
	}
	whole := c.member(c.url, "127.0.0.1:0")
	until("the process that serves answers", knows)
	if err := c.slack.AwaitConnections(t.Context(), 1); err != nil {
		t.Errorf("the one that cannot start stays connected to Slack: %v", err)
	}
	must(t, whole.Process.Kill())
	until("the one that cannot start answers again", func() bool { return c.asks("crisis") })
	must(t, os.WriteFile(card, []byte("---\nid: why-trust\nkind: foundation\ntitle: \"Trust\"\nsource: \"The clinic\"\norder: 1\n---\n**Trust takes time.** It grows.\n"), 0o600))
	until("it starts in full", func() bool { return broken.says("/readyz") == http.StatusOK && knows() })
}
