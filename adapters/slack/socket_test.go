package slack

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

// core answers with what it is given and keeps what arrived.
type core struct {
	answer   func(bot.Request) bot.Answer
	complete []bot.Choice

	mu      sync.Mutex
	arrived []bot.Request
	offered []bot.Request
}

func (c *core) Commands() []bot.Command { return commands() }

func (*core) Board(context.Context, bot.Request, int) bot.Board { return bot.Board{} }

func (*core) Changed() <-chan struct{} { return nil }

func (c *core) Complete(_ context.Context, r bot.Request, _ string) []bot.Choice {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offered = append(c.offered, r)
	return c.complete
}

func (c *core) completed() []bot.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]bot.Request(nil), c.offered...)
}

func (c *core) Handle(_ context.Context, r bot.Request) bot.Answer {
	c.mu.Lock()
	c.arrived = append(c.arrived, r)
	c.mu.Unlock()
	return c.answer(r)
}

func (c *core) requests() []bot.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]bot.Request(nil), c.arrived...)
}

func echo(r bot.Request) bot.Answer {
	return bot.Answer{Message: bot.Message{Blocks: []content.Block{content.Text("Heard " + r.Command)}}}
}

// within bounds a wait; it is never how a test passes.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// start serves until the test ends and gives where Serve's error will be.
func start(t *testing.T, a *Adapter, c *core) (context.CancelFunc, <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended, result := make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(ended)
		result <- a.Serve(ctx, c)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return cancel, result
}

func do(t *testing.T, fake *slacktest.Server, a slacktest.Ask) *slacktest.Pending {
	t.Helper()
	p, err := fake.Do(a)
	must(t, err)
	return p
}

// see is what one shows the person. What led to it has been recorded.
func see(t *testing.T, fake *slacktest.Server, a slacktest.Ask) slacktest.Shown {
	t.Helper()
	w, err := do(t, fake, a).Shown(within(t), 1)
	if err != nil {
		t.Fatalf("nothing is shown: %v", err)
	}
	if !w.Ephemeral || !w.Silent {
		t.Errorf("others see it or are notified: %q", w.Words())
	}
	must(t, fake.AwaitIdle(within(t)))
	return w
}

// clock goes on only while somebody sleeps.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) sleep(ctx context.Context, d time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(d, 0))
	return ctx.Err() == nil
}

func ready(t *testing.T, answer func(bot.Request) bot.Answer) (*slacktest.Server, *core) {
	t.Helper()
	fake := slacktest.New(t, slacktest.Options{})
	c := &core{answer: answer}
	start(t, newAdapter(t, fake, staffChannel), c)
	must(t, fake.AwaitConnections(within(t), 1))
	return fake, c
}

// TestStorm lets connections succeed and drop, open fail, or dialling fail, and
// counts by the clock.
func TestStorm(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]func(*slacktest.Server){
		"connect then drop": func(f *slacktest.Server) { f.Storm(true) },
		"open fails": func(f *slacktest.Server) {
			f.Fail(slacktest.Fault{Method: "apps.connections.open", Status: 404, Times: 1000})
		},
		"limited": func(f *slacktest.Server) {
			f.Fail(slacktest.Fault{Method: "apps.connections.open", Status: 429, RetryAfter: 1, Times: 1000})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
			fake := slacktest.New(t, slacktest.Options{Now: c.Now})
			trouble(fake)
			a := newAdapter(t, fake, "")
			began := c.Now()
			a.now, a.sleep = c.Now, c.sleep
			start(t, a, &core{answer: echo})
			const n = 40
			if err := fake.AwaitRequest(within(t), "apps.connections.open", n); err != nil {
				t.Fatalf("it gave up: %v", err)
			}
			if name != "connect then drop" {
				if span := c.Now().Sub(began); span < (n/10-1)*time.Minute {
					t.Errorf("%d attempts within %s", n, span)
				}
				return
			}
			at := fake.Opens()
			for i := 10; i < len(at); i++ {
				if d := at[i].Sub(at[i-10]); d < time.Minute {
					t.Fatalf("11 connections were opened within %s", d)
				}
			}
		})
	}
}

func TestRation(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := ration{most: 2, span: time.Minute}
	for i, step := range []struct{ after, want time.Duration }{
		{0, 0}, {10 * time.Second, 0}, {0, 50 * time.Second}, {49 * time.Second, time.Second}, {time.Second, 0}, {0, 10 * time.Second},
	} {
		now = now.Add(step.after)
		if got := r.wait(now); got != step.want {
			t.Errorf("step %d: wait %s, want %s", i, got, step.want)
		}
	}
}

func TestServeEndsWhenRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before, after func(*slacktest.Server)
		says          string
	}{
		"revoked before":    {before: func(f *slacktest.Server) { f.Revoke("token_revoked") }, says: "install the app again"},
		"revoked meanwhile": {after: func(f *slacktest.Server) { f.Revoke("account_inactive"); f.Drop() }, says: "install the app again"},
		"app scope missing": {before: func(f *slacktest.Server) { f.Grant("chat:write") }, says: "generate a new one with that scope"},
		"socket turned off": {after: func(f *slacktest.Server) { f.Disconnect("link_disabled") }, says: "turn it on"},
		"revoked, seen while answering": {after: func(f *slacktest.Server) {
			f.Revoke("token_revoked")
			f.Fail(slacktest.Fault{Method: "response_url", Status: 500})
			_, _ = f.Do(pressing()) // Serve's error shows that it arrived
		}, says: "install the app again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := slacktest.New(t, slacktest.Options{})
			if tt.before != nil {
				tt.before(fake)
			}
			_, result := start(t, newAdapter(t, fake, ""), &core{answer: echo})
			if tt.after != nil {
				must(t, fake.AwaitConnections(within(t), 1))
				tt.after(fake)
			}
			select {
			case err := <-result:
				if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("Serve ended with %v, want a sentence with %q", err, tt.says)
				}
			case <-within(t).Done():
				t.Fatal("Serve goes on")
			}
		})
	}
}

func TestRefreshLosesNothing(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	open := sync.OnceFunc(func() { close(gate) })
	fake, c := ready(t, func(r bot.Request) bot.Answer {
		if r.Command == "why" {
			<-gate
		}
		return echo(r)
	})
	t.Cleanup(open)
	before := do(t, fake, slacktest.Ask{Text: "why"})
	fake.Disconnect("refresh_requested")
	if _, err := before.AwaitAck(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := fake.AwaitConnections(within(t), 2); err != nil {
		t.Fatalf("no second connection before the first one ends: %v", err)
	}
	// Both are alive now, and Slack uses both.
	see(t, fake, slacktest.Ask{Text: "help"})
	see(t, fake, slacktest.Ask{Text: "help"})
	fake.DropOldest()
	open()
	if _, err := before.Shown(within(t), 1); err != nil {
		t.Errorf("what was asked over the first connection is lost: %v", err)
	}
	if err := fake.AwaitConnections(within(t), 1); err != nil {
		t.Error(err)
	}
	see(t, fake, slacktest.Ask{Text: "help"})
	if n := len(c.requests()); n != 4 {
		t.Errorf("%d requests arrived, want 4", n)
	}
}

func TestServeComesBack(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	a := newAdapter(t, fake, "")
	a.sleep = func(ctx context.Context, d time.Duration) bool { return bot.Sleep(ctx, min(d, 10*time.Millisecond)) }
	a.dials.most = 10_000
	start(t, a, &core{answer: echo})
	must(t, fake.AwaitConnections(within(t), 1))
	fake.Down()
	must(t, fake.Up())
	if err := fake.AwaitConnections(within(t), 1); err != nil {
		t.Fatalf("not connected again: %v", err)
	}
	see(t, fake, slacktest.Ask{Text: "why"})
}

// TestNoGreeting gives up a connection that is pinged but never greeted, and one
// that waits for its greeting when the program ends.
func TestNoGreeting(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Ping: 10 * time.Millisecond})
	fake.Greet(false)
	a := newAdapter(t, fake, "")
	a.silence = 300 * time.Millisecond
	a.sleep = func(ctx context.Context, d time.Duration) bool { return bot.Sleep(ctx, min(d, 10*time.Millisecond)) }
	stop, ended := start(t, a, &core{answer: echo})
	if err := fake.AwaitRequest(within(t), "apps.connections.open", 2); err != nil {
		t.Fatal("it goes on waiting for a greeting")
	}
	if a.Connected() {
		t.Error("said to be connected")
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-within(t).Done():
		t.Fatal("it does not end")
	}

	slow := newAdapter(t, fake, "")
	slow.silence = time.Hour // the greeting has ten seconds then
	must(t, fake.AwaitConnections(within(t), 0))
	stop, ended = start(t, slow, &core{answer: echo})
	must(t, fake.AwaitConnections(within(t), 1))
	stop()
	select {
	case <-ended:
	case <-time.After(helloTime / 2):
		t.Error("the end waits for a greeting")
	}
}

// TestSilentPeer replaces a connection that stands but says nothing: one that fell
// silent, and one that never greeted.
func TestSilentPeer(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Ping: 20 * time.Millisecond})
	a := newAdapter(t, fake, "")
	a.silence = 300 * time.Millisecond
	a.sleep = func(ctx context.Context, d time.Duration) bool { return bot.Sleep(ctx, min(d, 10*time.Millisecond)) }
	start(t, a, &core{answer: echo})
	must(t, fake.AwaitConnections(within(t), 1))
	// As long as the peer answers, nothing is replaced.
	if !bot.Sleep(within(t), 3*a.silence) || len(fake.Opens()) != 1 {
		t.Fatalf("%d connections were opened", len(fake.Opens()))
	}
	fake.Mute(true)
	if err := fake.AwaitRequest(within(t), "apps.connections.open", 3); err != nil {
		t.Fatal("it goes on waiting for a peer that is gone")
	}
	fake.Mute(false)
	for ctx := within(t); !a.Connected(); {
		if !bot.Sleep(ctx, time.Millisecond) {
			t.Fatal("not connected again")
		}
	}
	// Only now is it known that the one left is the new one: the fake may not have
	// noticed yet that the silent one is gone.
	must(t, fake.AwaitConnections(within(t), 1))
	see(t, fake, slacktest.Ask{Text: "why"})
}

// TestSeveralConnections keeps as many as are asked for, through a refresh and
// drops, and answers each request once.
func TestSeveralConnections(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	a, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: fake.URL, Connections: 3})
	must(t, err)
	c := &core{answer: echo}
	start(t, a, c)
	must(t, fake.AwaitConnections(within(t), 3))
	for range 6 {
		see(t, fake, slacktest.Ask{Text: "why"})
	}
	fake.Disconnect("warning")
	if err := fake.AwaitConnections(within(t), 6); err != nil { // the new ones stand before the old end
		t.Fatal(err)
	}
	for range 3 {
		fake.DropOldest()
	}
	for range 6 {
		see(t, fake, slacktest.Ask{Text: "why"})
	}
	if n := len(c.requests()); n != 12 {
		t.Errorf("%d requests were answered", n)
	}
	for _, n := range []int{-1, 11} {
		if _, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, Connections: n}); err == nil {
			t.Errorf("%d connections are taken", n)
		}
	}
}
