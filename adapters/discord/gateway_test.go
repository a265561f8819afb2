package discord

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

func TestGatewayHeals(t *testing.T) {
	t.Parallel()
	type gate = discordtest.Gate
	for _, c := range []struct {
		name  string
		fault func(*discordtest.Server)
		want  func(gate) bool // besides being connected again
	}{
		{"cut", func(s *discordtest.Server) { s.Cut() }, func(g gate) bool { return g.Identifies == 1 && g.Resumes == 1 }},
		{"op 7", func(s *discordtest.Server) { s.Reconnect() }, func(g gate) bool { return g.Identifies == 1 && g.Resumes == 1 }},
		{"op 7 in answer to RESUME", func(s *discordtest.Server) {
			s.OnResume(discordtest.Reply{Op: 7})
			s.Reconnect()
		}, func(g gate) bool { return g.Identifies == 1 && g.Resumes == 2 }},
		{"op 9, resumable", func(s *discordtest.Server) { s.Invalidate(true) }, func(g gate) bool { return g.Identifies == 1 && g.Resumes == 1 }},
		{"op 9, not resumable", func(s *discordtest.Server) { s.Invalidate(false) }, func(g gate) bool { return g.Identifies == 2 && g.Resumes == 0 }},
		{"op 9 in answer to RESUME", func(s *discordtest.Server) {
			s.OnResume(discordtest.Reply{Op: 9})
			s.Cut()
		}, func(g gate) bool { return g.Identifies == 2 && g.Resumes == 1 }},
		{"op 9 in answer to IDENTIFY", func(s *discordtest.Server) {
			s.OnIdentify(discordtest.Reply{Op: 9})
			s.Invalidate(false)
		}, func(g gate) bool { return g.Identifies == 3 }},
		{"4000", func(s *discordtest.Server) { s.Hangup(4000) }, func(g gate) bool { return g.Identifies == 1 && g.Resumes == 1 }},
		{"4009", func(s *discordtest.Server) { s.Hangup(4009) }, func(g gate) bool { return g.Identifies == 2 && g.Resumes == 0 }},
		{"silence after RESUME", func(s *discordtest.Server) {
			s.OnResume(discordtest.Reply{Silence: true})
			s.Cut()
		}, func(g gate) bool { return g.Identifies == 1 && g.Resumes == 2 }},
		{"silence after each RESUME", func(s *discordtest.Server) {
			s.OnResume(always(discordtest.Reply{Silence: true})...)
			s.Cut()
		}, func(g gate) bool { return g.Identifies == 2 && g.Resumes == maxTries }},
		{"op 7 in answer to each RESUME", func(s *discordtest.Server) {
			s.OnResume(always(discordtest.Reply{Op: 7})...)
			s.Reconnect()
		}, func(g gate) bool { return g.Identifies == 2 && g.Resumes == maxTries }},
		{"op 9, resumable, in answer to each RESUME", func(s *discordtest.Server) {
			s.OnResume(always(discordtest.Reply{Op: 9, Resumable: true})...)
			s.Invalidate(true)
		}, func(g gate) bool { return g.Identifies == 2 && g.Resumes == maxTries }},
		{"gateway address fails", func(s *discordtest.Server) {
			s.Fail(discordtest.Fault{Route: "GET /gateway/bot", Status: 502, HTML: true, Times: 2})
			s.Invalidate(false)
		}, func(g gate) bool { return g.Identifies == 2 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			a, _ := newAdapter(t, s)
			serve(t, a, s, core{})
			answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}))
			c.fault(s)
			if err := s.AwaitReady(soon(t), 2); err != nil {
				t.Fatalf("not connected again: %v: %+v", err, s.Gate())
			}
			answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}))
			if g := s.Gate(); !c.want(g) || g.Ready != 2 {
				t.Errorf("%+v", g)
			}
			refusedNothing(t, s)
		})
	}
}

func always(r discordtest.Reply) []discordtest.Reply {
	return slices.Repeat([]discordtest.Reply{r}, 100)
}

// A session that was resumed is resumed again later, however often.
func TestResumesAreNotUsedUp(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	serve(t, a, s, core{})
	for n := 2; n < 3+2*maxTries; n++ {
		s.Cut()
		must(t, s.AwaitReady(soon(t), n))
	}
	s.OnResume(discordtest.Reply{Op: 7})
	s.Cut()
	if err := s.AwaitReady(soon(t), 3+2*maxTries); err != nil || s.Gate().Identifies != 1 {
		t.Errorf("%v, %+v", err, s.Gate())
	}
}

// An attempt that reaches nobody is none: an outage costs no session.
func TestOutageKeepsTheSession(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	var waits atomic.Int32
	a.pause = func(ctx context.Context, _ time.Duration) bool {
		waits.Add(1)
		return bot.Sleep(ctx, 10*time.Millisecond)
	}
	serve(t, a, s, core{})
	s.Down()
	until(t, "several attempts have failed", func() bool { return waits.Load() >= 2*maxTries })
	must(t, s.Up())
	if err := s.AwaitReady(soon(t), 2); err != nil || s.Gate().Identifies != 1 {
		t.Errorf("%v, %+v", err, s.Gate())
	}
}

// Every close code that Discord documents: most heal, by RESUME where Discord
// allows it, and five need a human.
// https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
func TestCloseCodes(t *testing.T) {
	t.Parallel()
	for code := 4000; code <= 4014; code++ {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			a, _ := newAdapter(t, s)
			done := make(chan error, 1)
			ctx, cancel := context.WithCancel(soon(t))
			go func() { done <- a.Serve(ctx, core{}) }()
			must(t, s.AwaitReady(soon(t), 1))
			s.Hangup(code)
			ends := map[int]error{4004: ErrToken, 4010: ErrGateway, 4011: ErrGateway, 4012: ErrGateway, 4013: ErrIntents, 4014: ErrIntents}[code]
			if ends != nil {
				if err := <-done; !errors.Is(err, ends) || s.Gate().Identifies != 1 {
					t.Errorf("%v, %+v", err, s.Gate())
				}
				cancel()
				return
			}
			must(t, s.AwaitReady(soon(t), 2))
			anew := code == 4003 || code == 4007 || code == 4009
			if g := s.Gate(); (g.Identifies == 2) != anew || (g.Resumes == 1) == anew {
				t.Errorf("%+v", g)
			}
			answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}))
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			refusedNothing(t, s)
		})
	}
}

// A connection through which nothing comes any more is left like one that is
// closed, and a limit without JSON, a fault and slowness of the API outlived.
func TestGatewayHalfOpen(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Heartbeat: 300 * time.Millisecond})
	a, _ := newAdapter(t, s)
	serve(t, a, s, core{})
	const route = "GET /gateway/bot"
	s.OnResume(discordtest.Reply{Op: 9})
	s.Fail(discordtest.Fault{Route: route, Status: 429, HTML: true, After: 50 * time.Millisecond})
	s.Fail(discordtest.Fault{Route: route, Status: 500})
	s.Fail(discordtest.Fault{Route: route, Delay: 300 * time.Millisecond})
	s.Freeze()
	if err := s.AwaitReady(soon(t), 2); err != nil {
		t.Fatalf("%v %+v", err, s.Gate())
	}
	answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}))
	if g := s.Gate(); g.Identifies != 2 || g.Resumes != 1 {
		t.Errorf("%+v", g)
	}
	refusedNothing(t, s)
}

// A peer that stops answering heartbeats is left, and its session resumed.
func TestGatewayZombie(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Heartbeat: 300 * time.Millisecond})
	a, logs := newAdapter(t, s)
	serve(t, a, s, core{})
	s.Mute(true)
	if err := s.AwaitGate(soon(t), func(g discordtest.Gate) bool { return g.Resumes > 0 }); err != nil {
		t.Fatalf("%v %+v", err, s.Gate())
	}
	s.Mute(false)
	answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}))
	if !strings.Contains(logs.String(), errSilent.Error()) || s.Gate().Identifies != 1 {
		t.Errorf("%d sessions\n%s", s.Gate().Identifies, logs)
	}
}

// An interaction that came while nobody listened is answered after RESUME.
func TestGatewayReplay(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	serve(t, a, s, core{})
	s.Hangup(4000)
	must(t, s.AwaitGate(soon(t), func(g discordtest.Gate) bool { return g.Open == 0 }))
	answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}))
}

func TestServeEndsWithAReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault func(*discordtest.Server)
		want  error
	}{
		{"token refused by the gateway", func(s *discordtest.Server) { s.OnIdentify(discordtest.Reply{Close: 4004}) }, ErrToken},
		{"intents refused", func(s *discordtest.Server) { s.OnIdentify(discordtest.Reply{Close: 4014}) }, ErrIntents},
		{"sharding required", func(s *discordtest.Server) { s.OnIdentify(discordtest.Reply{Close: 4011}) }, ErrGateway},
		{"token refused by the API", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Status: 401, Times: 10}) }, ErrToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			a, _ := newAdapter(t, s)
			c.fault(s)
			err := a.Serve(soon(t), core{})
			if !errors.Is(err, c.want) || strings.Contains(err.Error(), discordtest.Token) {
				t.Errorf("%v", err)
			}
			if s.Gate().Identifies > 1 {
				t.Errorf("it tried again: %+v", s.Gate())
			}
		})
	}
	t.Run("while running", func(t *testing.T) {
		t.Parallel()
		s := discordtest.New(t, discordtest.Options{})
		a, _ := newAdapter(t, s)
		done := make(chan error, 1)
		go func() { done <- a.Serve(soon(t), core{}) }()
		must(t, s.AwaitReady(soon(t), 1))
		s.OnResume(discordtest.Reply{Close: 4004})
		s.Cut()
		if err := <-done; !errors.Is(err, ErrToken) {
			t.Error(err)
		}
	})
}

// The platform may be down when the program starts.
func TestServeWaitsForDiscord(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	s.Fail(discordtest.Fault{Status: 503, HTML: true, Times: 4})
	s.Fail(discordtest.Fault{Reset: true, Times: 2})
	serve(t, a, s, core{})
}

func TestSessionsAreRationed(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, logs := newAdapter(t, s)
	var waits []time.Duration
	a.pause = func(_ context.Context, d time.Duration) bool {
		waits = append(waits, d)
		return true
	}
	s.StartsLeft(0)
	if _, err := a.ration(soon(t)); err != nil || len(waits) != 1 || waits[0] < 23*time.Hour {
		t.Errorf("a session may begin after %v: %v", waits, err)
	}
	if !strings.Contains(logs.String(), "few gateway sessions left") {
		t.Errorf("nobody was told:\n%s", logs)
	}
	s.StartsLeft(1)
	if _, err := a.ration(soon(t)); err != nil || len(waits) != 1 {
		t.Errorf("the last one waits %v: %v", waits, err)
	}
}

// A session that Discord ends again and again: after op 9 a second at least goes
// by, as Discord asks, between two IDENTIFYs five, and what is left of a day's
// thousand is spread over what is left of the day.
func TestFlappingSessionsAreSpread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		left     int
		from, to time.Duration // between two IDENTIFYs
	}{
		{1000, time.Second, 5 * time.Second}, // less what has gone by
		{50, 24*time.Hour/51 - time.Minute, 24 * time.Hour / 47},
	} {
		s := discordtest.New(t, discordtest.Options{})
		s.StartsLeft(c.left)
		a, _ := newAdapter(t, s)
		a.times.invalid, a.times.identify = time.Second, 5*time.Second
		waits := make(chan time.Duration, 100)
		a.pause = func(ctx context.Context, d time.Duration) bool {
			waits <- d
			return ctx.Err() == nil
		}
		serve(t, a, s, core{})
		for n := 2; n < 5; n++ {
			s.Invalidate(false)
			must(t, s.AwaitReady(soon(t), n))
			if invalid := <-waits; invalid < time.Second || invalid > 5*time.Second {
				t.Errorf("%d starts left: %s after op 9", c.left, invalid)
			}
			if apart := <-waits; apart < c.from || apart > c.to {
				t.Errorf("%d starts left: %s before the next IDENTIFY", c.left, apart)
			}
		}
		if len(waits) != 0 || s.Gate().Identifies != 4 {
			t.Errorf("%d waits more, %+v", len(waits), s.Gate())
		}
	}
}

// What is in flight when Serve ends is answered, and nothing is left running.
func TestServeEndsTidily(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := discordtest.Start(discordtest.Options{})
	must(t, err)
	a, _ := newAdapter(t, s)
	entered, release := make(chan struct{}), make(chan struct{})
	stop := serve(t, a, s, core{handle: func(context.Context, bot.Request) bot.Answer {
		close(entered)
		<-release
		return say("Still here.")
	}})
	p := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	must(t, s.AwaitGate(soon(t), func(g discordtest.Gate) bool { return g.Open == 0 }))
	close(release)
	if got := answer(t, p); !strings.Contains(got.Content, "Still here.") {
		t.Errorf("%+v", got)
	}
	must(t, <-stopped)
	a.client.CloseIdleConnections()
	s.Close()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond) // connections wind down without a signal
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}
