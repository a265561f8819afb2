package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
)

// The harness.

func (m *memory) Adapter() bot.Adapter { return m }

func (m *memory) Ready(ctx context.Context) error {
	select {
	case <-m.live:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *memory) Place() bot.Place  { return bot.Place{Platform: bot.Playground, Channel: "here"} }
func (m *memory) Gone() bot.Place   { return bot.Place{Platform: bot.Playground, Channel: "gone"} }
func (m *memory) Closed() bot.Place { return bot.Place{Platform: bot.Playground, Channel: "closed"} }

func (m *memory) Role() (role, other bot.Role) {
	return bot.Role{Platform: bot.Playground, ID: "facilitators"}, bot.Role{Platform: bot.Playground, ID: "others"}
}

func (m *memory) Ask(_ context.Context, a Ask) (Asked, error) {
	in := incoming{who: a.Who, call: a.Call}
	if a.On != nil {
		shown, ok := a.On.Native.(bot.Answer)
		if !ok {
			return nil, errors.New("that was not seen here")
		}
		switch {
		case a.Fill != nil:
			in.call, in.submit = shown.Form.Call, true
			in.call.Args = maps.Clone(in.call.Args)
			for _, f := range shown.Form.Fields {
				in.call.Args[f.Name] = f.Value
			}
			maps.Copy(in.call.Args, a.Fill)
		default:
			all := slices.Clone(shown.Message.Actions)
			if shown.Message.Menu != nil {
				all = append(all, shown.Message.Menu.Options...)
			}
			i := slices.IndexFunc(all, func(x bot.Action) bool { return x.Label == a.Label })
			if i < 0 {
				return nil, fmt.Errorf("no button %q", a.Label)
			}
			in.call = all[i].Call
		}
	}
	m.mu.Lock()
	m.requests++
	in.id = m.requests
	in.lost, m.mute = m.mute, false
	m.mu.Unlock()
	p := &pending{m: m, acked: make(chan struct{}), all: make(chan struct{})}
	in.answer = p
	p.in = in
	m.deliver(in)
	return p, nil
}

func (p *pending) Acked(ctx context.Context) error {
	select {
	case <-p.acked:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *pending) Seen(ctx context.Context) (Seen, error) {
	select {
	case <-p.all:
	case <-ctx.Done():
		return Seen{}, ctx.Err()
	}
	p.mu.Lock()
	a := p.answer
	p.mu.Unlock()
	out := Seen{Public: p.m.is("shows everybody"), Pings: p.m.is("pings in answers"), Updated: a.Update && !p.m.is("never updates"), Native: a}
	out.Text, out.Labels = p.m.draw(a.Message)
	if p.m.is("mixes answers") {
		out.Text = strings.ReplaceAll(out.Text, "asker", "somebody")
	}
	if a.Form != nil && !p.m.is("opens no form") {
		out.Form = &Form{Title: a.Form.Title, Fields: map[string]string{}}
		for _, f := range a.Form.Fields {
			out.Form.Fields[f.Name] = f.Value
		}
	}
	return out, nil
}

func (p *pending) Again(context.Context) error {
	p.m.deliver(p.in)
	return nil
}

func (m *memory) Junk(context.Context) error {
	if m.is("answers bots") {
		m.deliver(incoming{id: -1, call: call("help", ""), answer: &pending{m: m, acked: make(chan struct{}), all: make(chan struct{})}})
	}
	return nil
}

func (m *memory) Posted(p bot.Place) []Post {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p != m.Place() {
		return nil
	}
	var out []Post
	for i, p := range m.posts {
		if !m.gone[i] {
			out = append(out, p)
		}
	}
	return out
}

func (m *memory) Fail(c Case, after time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c == Unanswered {
		m.mute = true
		return
	}
	m.next, m.after = c, after
}

func (m *memory) Excuse(c Case) string {
	if m.is("has an excuse") && c == Forbidden {
		return "every channel is open"
	}
	return ""
}

func (m *memory) Secrets() []string { return []string{appToken, "member-1", "moderator-7"} }

func (m *memory) Log() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.log.String()
}

func (m *memory) Complaints() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.found)
}

var _ Harness = (*memory)(nil)

func TestMemoryPasses(t *testing.T) {
	t.Parallel()
	Run(t, func(*testing.T) Harness { return newMemory("") })
}
