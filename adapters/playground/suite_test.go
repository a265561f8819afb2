package playground

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, func(t *testing.T) adaptertest.Harness {
		h := &harness{page: &page{t: t}}
		var err error
		h.page.Adapter, err = New(Config{Channels: []Channel{{ID: "evening"}}, Log: h.Logger()})
		must(t, err)
		srv := httptest.NewServer(h.page)
		t.Cleanup(srv.Close)
		h.page.url = srv.URL
		return h
	})
}

// harness opens the page as a browser would.
type harness struct {
	adaptertest.Common
	page  *page
	leave atomic.Bool // the next page goes away before its answer

	mu         sync.Mutex
	complaints []string
}

func (h *harness) Adapter() bot.Adapter { return h.page.Adapter }

func (h *harness) Ready(ctx context.Context) error {
	for ctx.Err() == nil {
		if takes(h.page.Adapter) {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return ctx.Err()
}

func (h *harness) Place() bot.Place { return evening }
func (h *harness) Role() (role, other bot.Role) {
	return Facilitators(), bot.Role{Platform: bot.Playground, ID: "others"}
}

func (h *harness) Gone() bot.Place { return bot.Place{Platform: bot.Playground, Channel: "nowhere"} }

func (h *harness) Closed() bot.Place { panic("every channel of the playground takes messages") }

func (h *harness) Excuse(c adaptertest.Case) string {
	switch c {
	case adaptertest.TooMany, adaptertest.TooManyBare, adaptertest.ServerError, adaptertest.LostAnswer, adaptertest.Refused, adaptertest.Slow:
		return "the channel is in this very program"
	case adaptertest.Forbidden:
		return "every channel takes messages"
	case adaptertest.Outside:
		return "only this machine reaches the page"
	}
	return ""
}

func (h *harness) Fail(adaptertest.Case, time.Duration) { h.leave.Store(true) } // all but Unanswered are excused

func (h *harness) Secrets() []string { return []string{h.page.token, moderator} }

func (h *harness) Complaints() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.complaints)
}

func (h *harness) complain(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.complaints = append(h.complaints, fmt.Sprintf(format, args...))
}

func (h *harness) Posted(p bot.Place) []adaptertest.Post {
	c := h.page.channel(p.Channel)
	if c == nil {
		return nil
	}
	var out []adaptertest.Post
	posts, _ := c.standing()
	for _, p := range posts {
		m, err := parse(p.html[words.English])
		if err != nil {
			h.complain("a post is not well formed: %v", err)
			continue
		}
		out = append(out, adaptertest.Post{Text: m.text, Labels: m.labels, Silent: m.quiet, At: p.at, Native: m})
	}
	return out
}

func (h *harness) Ask(ctx context.Context, a adaptertest.Ask) (adaptertest.Asked, error) {
	as := map[adaptertest.Who]string{adaptertest.Member: "member", adaptertest.Moderator: "moderator", adaptertest.Facilitator: "facilitator"}
	f := h.page.form("as", as[a.Who])
	var on *shown
	switch {
	case a.On == nil:
		f.Set("text", line(h.page.Adapter, a.Call))
	default:
		var ok bool
		if on, ok = a.On.Native.(*shown); !ok {
			return nil, errors.New("nothing of this page was seen")
		}
		if err := on.press(f, a); err != nil {
			return nil, err
		}
	}
	q := &question{h: h, form: f, on: on, acked: make(chan struct{}), done: make(chan struct{})}
	delivered := make(chan struct{})
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(delivered) }}
	go q.run(q.request().WithContext(httptrace.WithClientTrace(context.WithoutCancel(ctx), trace)))
	select {
	case <-delivered:
		return q, nil
	case <-q.done:
		return q, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *harness) Junk(context.Context) error {
	set := func(name, value string) func(url.Values) { return func(f url.Values) { f.Set(name, value) } }
	without := func(name string) func(url.Values) { return func(f url.Values) { f.Del(name) } }
	forms := map[string]func(url.Values){
		"another program": without("token"), "no channel": without("channel"), "nobody": without("as"), "no name": without("request"),
		"another button": set("call", "vote_yes"), "another version": set("call", "0/why/?"), "overlong button": set("call", "1/why/?"+strings.Repeat("x", 100)),
	}
	requests := map[string]func(*http.Request){
		"another site":     func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"another host":     func(r *http.Request) { r.Host = "elsewhere.example" },
		"another encoding": func(r *http.Request) { r.Header.Set("Content-Type", "application/json") },
	}
	for _, name := range append(slices.Collect(maps.Keys(forms)), slices.Collect(maps.Keys(requests))...) {
		q := &question{h: h, form: h.page.form("call", "1/why/?")}
		if change := forms[name]; change != nil {
			change(q.form)
		}
		r := q.request()
		if change := requests[name]; change != nil {
			change(r)
		}
		if status, _, _ := h.page.do(r); status < 400 {
			return fmt.Errorf("%s: status %d", name, status)
		}
	}
	return nil
}
