package discord

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

const (
	callbackRoute = "POST /interactions/{interaction_id}/{interaction_token}/callback"
	patchRoute    = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
	followRoute   = "POST /webhooks/{webhook_id}/{webhook_token}"
)

// unreachable is a network that the next requests of a method do not get through.
type unreachable struct {
	method string
	left   *atomic.Int32
	next   http.RoundTripper
}

func (u unreachable) RoundTrip(r *http.Request) (*http.Response, error) {
	if u.method == r.Method && (strings.Contains(r.URL.Path, "/webhooks/") || strings.Contains(r.URL.Path, "/interactions/")) && u.left.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	return u.next.RoundTrip(r)
}

// longAnswer takes three messages.
func longAnswer() bot.Answer {
	a := say("At last.")
	for range 60 {
		a.Message.Blocks = append(a.Message.Blocks, content.Text(strings.Repeat("word ", 30)))
	}
	return a
}

// One bad response costs nobody an answer, and nobody gets two.
func TestAnswersOutliveFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault discordtest.Fault
		cut   string // the method whose next requests find nobody listening
		slow  bool   // the answer is promised first
		mode  string // where this can be; empty for both
		says  string
		parts int      // messages seen
		sends int      // requests to the fault's route
		notes []string // of the fake
	}{
		{name: "callback, 502 twice", fault: discordtest.Fault{Route: callbackRoute, Status: 502, HTML: true, Times: 2}, mode: "gateway", says: "At last.", parts: 3, sends: 3},
		{name: "callback, 429", fault: discordtest.Fault{Route: callbackRoute, Status: 429, After: 300 * time.Millisecond}, mode: "gateway", says: "At last.", parts: 3, sends: 2},
		{name: "callback, cut", fault: discordtest.Fault{Route: callbackRoute, Reset: true}, mode: "gateway", says: "At last.", parts: 3, sends: 2},
		{name: "callback, lost", fault: discordtest.Fault{Route: callbackRoute, Lost: true}, mode: "gateway", says: "At last.", parts: 3, sends: 2, notes: []string{"answered twice"}},
		{name: "callback, hangs", fault: discordtest.Fault{Route: callbackRoute, Delay: 2 * time.Second, Reset: true}, mode: "gateway", says: "At last.", parts: 3, sends: 2},
		{name: "callback, nobody listens", cut: "POST", mode: "gateway", says: "At last.", parts: 3},
		{name: "callback, 400", fault: discordtest.Fault{Route: callbackRoute, Status: 400, Code: 50035}, mode: "gateway", says: "went wrong", parts: 1, sends: 2},
		{name: "callback, answered elsewhere", fault: discordtest.Fault{Route: callbackRoute, Status: 400, Code: 40060}, mode: "gateway", sends: 1},
		{name: "promise, 500", fault: discordtest.Fault{Route: callbackRoute, Status: 500}, slow: true, mode: "gateway", says: "At last.", parts: 3, sends: 2},
		{name: "promise, lost", fault: discordtest.Fault{Route: callbackRoute, Lost: true}, slow: true, mode: "gateway", says: "At last.", parts: 3, sends: 2, notes: []string{"answered twice"}},
		{name: "change, 500 thrice", fault: discordtest.Fault{Route: patchRoute, Status: 500, Times: 3}, slow: true, says: "At last.", parts: 3, sends: 4},
		{name: "change, 503 with a page", fault: discordtest.Fault{Route: patchRoute, Status: 503, HTML: true}, slow: true, says: "At last.", parts: 3, sends: 2},
		{name: "change, 429", fault: discordtest.Fault{Route: patchRoute, Status: 429, After: 300 * time.Millisecond}, slow: true, says: "At last.", parts: 3, sends: 2},
		{name: "change, cut", fault: discordtest.Fault{Route: patchRoute, Reset: true}, slow: true, says: "At last.", parts: 3, sends: 2},
		{name: "change, lost", fault: discordtest.Fault{Route: patchRoute, Lost: true}, slow: true, says: "At last.", parts: 3, sends: 2},
		{name: "change, nobody listens", cut: "PATCH", slow: true, says: "At last.", parts: 3},
		{name: "change, 404", fault: discordtest.Fault{Route: patchRoute, Status: 404, Code: 10015, Times: 3}, slow: true, mode: "http", says: "At last.", parts: 3, sends: 4},
		{name: "change, 400", fault: discordtest.Fault{Route: patchRoute, Status: 400, Code: 50035}, slow: true, says: "went wrong", parts: 1, sends: 2},
		{name: "more, 429", fault: discordtest.Fault{Route: followRoute, Status: 429, After: 300 * time.Millisecond}, slow: true, says: "At last.", parts: 3, sends: 3},
		{name: "more, 500", fault: discordtest.Fault{Route: followRoute, Status: 500}, slow: true, says: "At last.", parts: 1, sends: 1},
		{name: "more, lost", fault: discordtest.Fault{Route: followRoute, Lost: true}, slow: true, says: "At last.", parts: 2, sends: 1},
		{name: "more, 400", fault: discordtest.Fault{Route: followRoute, Status: 400, Code: 50035}, slow: true, says: "At last.", parts: 2, sends: 2},
		{name: "more, nobody listens", cut: "POST", slow: true, mode: "http", says: "At last.", parts: 3},
	} {
		for _, mode := range []string{"gateway", "http"} {
			if c.mode != "" && c.mode != mode {
				continue
			}
			t.Run(fmt.Sprintf("%s by %s", c.name, mode), func(t *testing.T) {
				t.Parallel()
				s := discordtest.New(t, discordtest.Options{})
				release := make(chan struct{})
				h := core{handle: func(context.Context, bot.Request) bot.Answer {
					if c.slow {
						<-release
					}
					return longAnswer()
				}}
				var a *Adapter
				if mode == "http" {
					a = newEndpoint(t, s)
				} else {
					a, _ = newAdapter(t, s)
				}
				settled := make(chan struct{})
				a.settled = func(string) { close(settled) }
				var left atomic.Int32
				a.client.Transport = unreachable{c.cut, &left, a.client.Transport}
				if mode == "http" {
					serveEndpoint(t, a, s, h)
				} else {
					serve(t, a, s, h)
				}
				left.Store(2)
				if c.cut == "" {
					s.Fail(c.fault)
				}
				p := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"})
				if c.slow {
					if _, err := p.Acked(soon(t)); err != nil {
						t.Fatal(err)
					}
					close(release)
				}
				<-settled
				sends := 0
				for _, r := range s.Requests() {
					if r.Method+" "+r.Route == c.fault.Route {
						sends++
					}
				}
				if sends != c.sends && c.cut == "" {
					t.Errorf("%d requests, want %d", sends, c.sends)
				}
				if c.parts == 0 {
					if p.Answered() {
						t.Error("something was answered")
					}
					return
				}
				got := answer(t, p)
				if !strings.Contains(got.Content, c.says) || 1+len(got.More) != c.parts || !got.Ephemeral {
					t.Errorf("%d messages, the first %q", 1+len(got.More), got.Content)
				}
				if refused := s.Refused(); !slices.Equal(refused, c.notes) {
					t.Errorf("refused: %q", refused)
				}
			})
		}
	}
}

// A limit that outlasts what Discord waits for is not waited for.
func TestAnswersAreGivenUp(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, logs := newAdapter(t, s)
	settled := make(chan struct{}, 1)
	a.settled = func(string) { settled <- struct{}{} }
	serve(t, a, s, core{})
	for _, f := range []discordtest.Fault{{Status: 429, After: time.Minute}, {Status: 500, Times: 1000}} {
		f.Route = callbackRoute
		s.Fail(f)
		began := time.Now()
		p := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
		<-settled
		if took := time.Since(began); took > firstAnswer+2*time.Second || p.Answered() {
			t.Errorf("given up after %s, answered %v", took, p.Answered())
		}
		s.Mend()
	}
	if !strings.Contains(logs.String(), "answer not delivered") {
		t.Errorf("nobody was told:\n%s", logs)
	}
}

// Who was promised an answer is told when the program ends before it, whether
// the core heeds its context or not.
func TestShutdownTellsThePromised(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		for _, heeds := range []bool{true, false} {
			s := discordtest.New(t, discordtest.Options{})
			over := make(chan struct{})
			h := core{handle: func(ctx context.Context, _ bot.Request) bot.Answer {
				if heeds {
					<-ctx.Done()
					return words.Notice(words.InEnglish().Sorry())
				}
				<-over
				return say("Too late.")
			}}
			var a *Adapter
			if http {
				a = newEndpoint(t, s)
			} else {
				a, _ = newAdapter(t, s)
			}
			a.desk = intake.New(intake.Config{Drain: 100 * time.Millisecond, Farewell: 2 * time.Second})
			var stop func() error
			if http {
				stop = serveEndpoint(t, a, s, h)
			} else {
				stop = serve(t, a, s, h)
			}
			p := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
			if _, err := p.Acked(soon(t)); err != nil {
				t.Fatal(err)
			}
			s.Fail(discordtest.Fault{Route: patchRoute, Status: 502, HTML: true})
			if err := stop(); err != nil {
				t.Error(err)
			}
			close(over)
			if got := answer(t, p); !strings.Contains(got.Content, "went wrong") || len(got.More) != 0 {
				t.Errorf("heeds %v: %+v", heeds, got)
			}
			refusedNothing(t, s)
		}
	})
}
