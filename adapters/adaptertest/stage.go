package adaptertest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// patience bounds every wait of the suite. No check passes by waiting that long.
const patience = 20 * time.Second

func patient(t testing.TB) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), patience)
}

// core is the suite's handler. It keeps the requests that arrived.
type core struct {
	answer func(bot.Request) bot.Answer

	mu      sync.Mutex
	arrived []bot.Request
}

func (c *core) Commands() []bot.Command { return table() }

func (*core) Board(context.Context, bot.Request, int) bot.Board { return bot.Board{} }

func (*core) Changed() <-chan struct{} { return nil }

func (c *core) Complete(context.Context, bot.Request, string) []bot.Choice { return nil }

func (c *core) Handle(_ context.Context, r bot.Request) bot.Answer {
	c.arrive(r)
	return c.answer(r)
}

func (c *core) arrive(r bot.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arrived = append(c.arrived, r)
}

func (c *core) requests() []bot.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.arrived)
}

// arrivals is a handler that keeps what reached it.
type arrivals interface {
	bot.Handler
	requests() []bot.Request
}

// stage is an adapter whose Serve runs.
type stage struct {
	t      testing.TB
	h      Harness
	core   arrivals
	cancel context.CancelFunc
	served chan error
	once   sync.Once
}

// serve runs the adapter with a core that answers what answer returns. The caller must defer
// stop.
func serve(t testing.TB, h Harness, answer func(bot.Request) bot.Answer) *stage {
	t.Helper()
	return serveCore(t, h, &core{answer: answer})
}

func serveCore(t testing.TB, h Harness, c arrivals) *stage {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	s := &stage{t: t, h: h, core: c, cancel: cancel, served: make(chan error, 1)}
	go func() { s.served <- h.Adapter().Serve(ctx, s.core) }()
	wait, done := patient(t)
	defer done()
	if err := h.Ready(wait); err != nil {
		s.stop()
		t.Fatalf("not ready: %v", err)
	}
	return s
}

// stop ends Serve and waits for it, so that nothing is under way afterwards.
func (s *stage) stop() {
	s.once.Do(func() {
		s.cancel()
		select {
		case err := <-s.served:
			if err != nil {
				s.t.Errorf("Serve after its context ended: %v, want nil", err)
			}
		case <-time.After(patience):
			s.t.Errorf("Serve did not return after its context ended")
		}
	})
}

// ask delivers something and does not wait for the answer.
func (s *stage) ask(a Ask) Asked {
	s.t.Helper()
	ctx, done := patient(s.t)
	defer done()
	q, err := s.h.Ask(ctx, a)
	if err != nil {
		s.t.Fatalf("ask %q: %v", a.Call.Command+a.Label, err)
	}
	return q
}

// see delivers something and waits for the whole answer.
func (s *stage) see(a Ask) Seen {
	s.t.Helper()
	return s.seen(s.ask(a))
}

func (s *stage) seen(q Asked) Seen {
	s.t.Helper()
	ctx, done := patient(s.t)
	defer done()
	got, err := q.Seen(ctx)
	if err != nil {
		s.t.Fatalf("no answer was seen: %v", err)
	}
	if got.Public {
		s.t.Errorf("others can see the answer %q", got.Text)
	}
	if got.Pings {
		s.t.Errorf("the answer %q notifies somebody", got.Text)
	}
	return got
}

func (s *stage) acked(q Asked) {
	s.t.Helper()
	ctx, done := patient(s.t)
	defer done()
	if err := q.Acked(ctx); err != nil {
		s.t.Fatalf("not acknowledged in time: %v", err)
	}
}

// last returns the request that arrived last.
func (s *stage) last() bot.Request {
	s.t.Helper()
	all := s.core.requests()
	if len(all) == 0 {
		s.t.Fatalf("nothing reached the handler")
	}
	return all[len(all)-1]
}

// inspect checks what a check has left in the log and the complaints.
func inspect(t testing.TB, h Harness) {
	t.Helper()
	for _, c := range h.Complaints() {
		t.Errorf("the platform complains: %s", c)
	}
	if leak := leaks(h, h.Log()); leak != "" {
		t.Errorf("the log holds what must stay secret: …%s…", leak)
	}
}

// leaks returns which of the secrets, and of what people typed, are in a text.
func leaks(h Harness, text string) string {
	for _, s := range append(h.Secrets(), typed) {
		if i := strings.Index(text, s); s != "" && i >= 0 {
			return text[max(0, i-80):min(len(text), i+len(s)+20)]
		}
	}
	return ""
}

// harmless checks that an error names nobody and contains no token.
func harmless(t testing.TB, h Harness, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if leak := leaks(h, err.Error()); leak != "" {
		t.Errorf("the error holds what must stay secret: …%s…", leak)
	}
}

// kind names an error by what the caller of Send must do about it.
func kind(err error) string {
	var limited *bot.RateLimited
	switch {
	case err == nil:
		return "none"
	case errors.Is(err, bot.ErrUnreachable):
		return "unreachable"
	case errors.As(err, &limited):
		return "rate limited"
	case errors.Is(err, bot.ErrUnknown):
		return "unknown"
	}
	return "try again"
}

// say is a plain answer.
func say(text string) bot.Answer {
	return bot.Answer{Message: bot.Message{Title: "Answer", Blocks: []content.Block{content.Text(text)}, Footer: []content.Span{{Text: "Help now is one command away"}}}}
}

// words returns the letters and digits of a text, so that markup, escapes and invisible
// characters do not matter.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !letter(r) })
}

// holds tells whether whole contains the words of part one after the other.
func holds(whole, part string) bool {
	return strings.Contains(" "+strings.Join(words(whole), " ")+" ", " "+strings.Join(words(part), " ")+" ")
}
