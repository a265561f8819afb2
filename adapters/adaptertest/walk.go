package adaptertest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"circlekeeper/bot"
)

// Walk asks a real core, through an adapter and as the moderator, all that can be asked without
// typing: each command of its table with each choice, and then each button and option in the
// answers. Every answer must arrive, privately and within the platform's limits. Forms are
// opened but not sent; buttons that change things are pressed.
func Walk(t *testing.T, h Harness, core bot.Handler) {
	t.Helper()
	walk(t, h, core)
}

// listener is a core that keeps its last request and answer.
type listener struct {
	bot.Handler

	mu    sync.Mutex
	asked []bot.Request
	said  bot.Answer
}

func (l *listener) Handle(ctx context.Context, r bot.Request) bot.Answer {
	a := l.Handler.Handle(ctx, r)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, r)
	l.said = a
	return a
}

func (l *listener) requests() []bot.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked[:len(l.asked):len(l.asked)]
}

func (l *listener) last() bot.Answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said
}

func walk(t testing.TB, h Harness, core bot.Handler) {
	t.Helper()
	defer inspect(t, h)
	l := &listener{Handler: core}
	s := serveCore(t, h, l)
	defer s.stop()
	known := map[string]bool{}
	type step struct {
		do   Ask
		call bot.Call
	}
	var next []step
	for _, c := range commandCalls(core.Commands()) {
		known[c.Encode()] = true
		next = append(next, step{Ask{Who: Moderator, Call: c}, c})
	}
	for len(next) > 0 {
		a := next[0]
		next = next[1:]
		seen := s.see(a.do)
		same(t, h, s.last(), a.call, false)
		if seen.Form == nil && strings.TrimSpace(seen.Text) == "" {
			t.Errorf("the answer to %+v says nothing", a.call)
		}
		m := l.last().Message
		actions := m.Actions
		if m.Menu != nil {
			actions = append(m.Menu.Options[:len(m.Menu.Options):len(m.Menu.Options)], actions...)
		}
		for _, x := range actions {
			if id := x.Call.Encode(); x.Link == "" && !known[id] {
				known[id] = true
				next = append(next, step{Ask{Who: Moderator, On: &seen, Label: x.Label}, x.Call})
			}
		}
	}
	s.stop()
	nothingPosted(t, h)
}

// commandCalls are all commands of a table without arguments. The core then says what is
// missing.
func commandCalls(table []bot.Command) []bot.Call {
	var out []bot.Call
	for _, c := range table {
		if len(c.Subs) == 0 {
			out = append(out, bot.Call{Command: c.Name})
		}
		for _, sub := range c.Subs {
			out = append(out, bot.Call{Command: c.Name, Sub: sub.Name})
		}
	}
	return out
}
