package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// memory is a chat network inside the process, its adapter, and the harness of
// both. broken turns it into one that a check must catch.
type memory struct {
	broken string // what it does wrong; empty for what is right

	mu       sync.Mutex
	handler  bot.Handler
	live     chan struct{} // closed once it serves
	flying   sync.WaitGroup
	seen     map[int]bool // requests by number
	requests int
	posts    []Post
	keys     []string
	gone     map[int]bool // posts that were deleted, by their place among posts
	next     Case
	after    time.Duration
	mute     bool // the next answer is lost
	log      strings.Builder
	found    []string // complaints
}

const appToken = "secret-token"

func newMemory(broken string) *memory {
	return &memory{broken: broken, live: make(chan struct{}), seen: map[int]bool{}, gone: map[int]bool{}}
}

func (m *memory) is(what string) bool { return m.broken == what }

func (m *memory) logf(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintf(&m.log, format+"\n", args...)
}

func (m *memory) complain(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.found = append(m.found, what)
}

// The adapter.

func (m *memory) Platform() bot.Platform { return bot.Playground }

func (m *memory) Serve(ctx context.Context, h bot.Handler) error {
	m.mu.Lock()
	m.handler = h
	m.mu.Unlock()
	close(m.live)
	<-ctx.Done()
	if !m.is("returns at once") {
		m.flying.Wait()
	}
	if m.is("fails at the end") {
		return ctx.Err()
	}
	return nil
}

func (m *memory) Send(ctx context.Context, to bot.Place, msg bot.Message) (bot.Receipt, error) {
	switch {
	case ctx.Err() != nil && !m.is("ignores the context"):
		return bot.Receipt{}, ctx.Err()
	case to == m.Gone() && m.is("wrong errors"):
		return bot.Receipt{}, errors.New("not found")
	case to == m.Gone() && m.is("leaks in errors"):
		return bot.Receipt{}, fmt.Errorf("post with %s: %w", appToken, bot.ErrUnreachable)
	case to == m.Gone() || to == m.Closed():
		return bot.Receipt{}, bot.ErrUnreachable
	}
	m.mu.Lock()
	f, after := m.next, m.after
	m.next = ""
	m.mu.Unlock()
	switch f {
	case TooMany:
		if m.is("forgets how long") {
			after = time.Second
		}
		return bot.Receipt{}, &bot.RateLimited{After: after}
	case TooManyBare:
		if m.is("no time") {
			return bot.Receipt{}, &bot.RateLimited{}
		}
		return bot.Receipt{}, &bot.RateLimited{After: time.Second}
	case ServerError:
		if m.is("retries") {
			break
		}
		return bot.Receipt{}, fmt.Errorf("%w: 500", bot.ErrUnknown)
	case Refused:
		if m.is("all unknown") {
			return bot.Receipt{}, bot.ErrUnknown
		}
		return bot.Receipt{}, errors.New("connection refused")
	case Slow:
		<-ctx.Done()
		if m.is("slow is known") {
			return bot.Receipt{}, ctx.Err()
		}
		return bot.Receipt{}, fmt.Errorf("%w: %w", bot.ErrUnknown, ctx.Err())
	}
	r := m.post(msg)
	if f == LostAnswer {
		return bot.Receipt{}, fmt.Errorf("%w: connection lost", bot.ErrUnknown)
	}
	return r, nil
}

func (m *memory) post(msg bot.Message) bot.Receipt {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.Index(m.keys, msg.Key)
	if i < 0 || m.is("posts twice") {
		text, labels := m.draw(msg)
		i = len(m.posts)
		m.posts = append(m.posts, Post{Text: text, Labels: labels, Pings: m.is("pings in posts"), Silent: msg.Silent && !m.is("loud at night"), At: time.Now().UTC()})
		m.keys = append(m.keys, msg.Key)
	}
	return bot.Receipt{ID: fmt.Sprint(i), At: m.posts[i].At}
}

func (m *memory) Find(_ context.Context, _ bot.Place, msg bot.Message, since time.Time) (bot.Receipt, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	text, _ := m.draw(msg)
	for i, k := range m.keys {
		if m.is("looks too late") && since.After(longAgo()) {
			break
		}
		if k == msg.Key && !m.is("finds nothing") || m.is("finds by words") && m.posts[i].Text == text {
			return bot.Receipt{ID: fmt.Sprint(i), At: m.posts[i].At}, true, nil
		}
	}
	return bot.Receipt{}, false, nil
}

func (m *memory) Posts(_ context.Context, to bot.Place, since time.Time) (list []bot.Posted, whole bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if to != m.Place() {
		return nil, false, bot.ErrUnreachable
	}
	for i, k := range m.keys {
		if !m.posts[i].At.Before(since) && !m.is("lists nothing") {
			list = append(list, bot.Posted{Key: k, Receipt: bot.Receipt{ID: fmt.Sprint(i), At: m.posts[i].At}})
		}
	}
	return list, true, nil
}

func (m *memory) Edit(_ context.Context, to bot.Place, id string, msg bot.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, err := strconv.Atoi(id)
	switch {
	case to != m.Place():
		return bot.ErrUnreachable
	case (err != nil || i >= len(m.posts)) && m.is("never says gone"):
		return nil
	case err != nil || i >= len(m.posts):
		return bot.ErrGone
	case m.is("edits nothing"):
		return nil
	}
	m.posts[i].Text, m.posts[i].Labels = m.draw(msg)
	if m.is("edits another") {
		m.posts[0].Text = m.posts[i].Text
	}
	m.posts[i].Pings = m.is("pings at an edit")
	return nil
}

func (m *memory) Delete(_ context.Context, to bot.Place, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, err := strconv.Atoi(id)
	switch {
	case to != m.Place():
		return bot.ErrUnreachable
	case err != nil || i >= len(m.posts) || m.gone[i]:
		if m.is("deletes what is gone") {
			return nil
		}
		return bot.ErrGone
	case m.is("deletes nothing"):
		return nil
	case m.is("deletes another"):
		i = 0
	}
	m.gone[i] = true
	m.keys[i] = ""
	return nil
}

func (m *memory) Inspect(_ context.Context, to bot.Place) (bot.Channel, error) {
	if to != m.Place() && !m.is("checks nothing") {
		return bot.Channel{}, bot.ErrUnreachable
	}
	return bot.Channel{}, nil
}

// draw writes a message down.
func (m *memory) draw(msg bot.Message) (text string, labels []string) {
	parts := []string{msg.Title, msg.Note}
	for _, b := range msg.Blocks {
		for _, item := range b.Items {
			var line string
			for _, s := range item {
				line += s.Text
			}
			parts = append(parts, line)
		}
	}
	if m.is("disorder") {
		slices.Reverse(parts)
	}
	text = strings.Join(append(parts, content.Plain([]content.Block{{Items: [][]content.Span{msg.Footer}}})), "\n")
	if m.is("cuts to nothing") {
		text = ""
	}
	if m.is("cuts") && len(text) > 2000 {
		text = text[:2000]
	}
	if m.is("drops mentions") {
		text = strings.ReplaceAll(text, "@everyone", "")
	}
	if msg.Menu != nil {
		for _, o := range msg.Menu.Options {
			labels = append(labels, o.Label)
		}
	}
	for _, a := range msg.Actions {
		if !m.is("few buttons") || len(labels) < 5 {
			labels = append(labels, a.Label)
		}
	}
	return text, labels
}

// incoming is what the network delivers.
type incoming struct {
	id     int
	who    Who
	call   bot.Call
	submit bool
	lost   bool
	answer *pending
}

type pending struct {
	m          *memory
	in         incoming
	acked, all chan struct{}
	once, done sync.Once
	mu         sync.Mutex
	answer     bot.Answer
}

func (m *memory) deliver(in incoming) {
	m.mu.Lock()
	again := m.seen[in.id]
	m.seen[in.id] = true
	h := m.handler
	m.mu.Unlock()
	if again && !m.is("handles twice") {
		return
	}
	m.flying.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				if m.is("logs panics") {
					m.logf("panic: %v", v)
				}
			}
		}()
		if !m.is("acknowledges late") {
			in.answer.ack()
		}
		r := bot.Request{Call: in.call, Platform: m.Platform(), Place: m.Place(), Submit: in.submit}
		if in.who == Moderator || in.who == Stranger && m.is("trusts strangers") || m.is("trusts all") {
			r.Actor.ID = "playground:moderator-7"
		}
		r.In = func(_ context.Context, asked bot.Role) (by bot.Actor) {
			role, _ := m.Role()
			if in.who == Facilitator && asked == role || m.is("vouches for all") || in.who == Stranger && asked == role && m.is("trusts roles of strangers") {
				by = bot.Actor{ID: "playground:facilitator-8", Roles: []bot.Role{asked}}
			}
			if m.is("sets no bounds") {
				by.Roles = nil
			}
			return by
		}
		if m.is("loses arguments") {
			r.Args = nil
		}
		if m.is("trims quotes") {
			for k, v := range r.Args {
				r.Args = map[string]string{k: strings.ReplaceAll(v, `"`, "")}
			}
		}
		if m.is("never submits") {
			r.Submit = false
		}
		if m.is("logs requests") {
			m.logf("asked %v", r.Args)
		}
		if m.is("logs people") {
			m.logf("asked by member-1")
		}
		if m.is("complained about") {
			m.complain("too many blocks")
		}
		a := h.Handle(context.Background(), r)
		if in.lost {
			if m.is("logs tokens") {
				m.logf("cannot answer at /answers/%s", appToken)
			}
			return
		}
		if m.is("answers in public") {
			m.post(a.Message)
		}
		in.answer.give(a)
	})
}

// give shows an answer.
func (p *pending) give(a bot.Answer) {
	p.ack()
	p.done.Do(func() {
		p.mu.Lock()
		p.answer = a
		p.mu.Unlock()
		close(p.all)
	})
}

func (p *pending) ack() { p.once.Do(func() { close(p.acked) }) }
