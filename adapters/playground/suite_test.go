package playground

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
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
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, func(t *testing.T) adaptertest.Harness {
		h := &harness{}
		a, err := New(Config{
			Channels: []Channel{{ID: "evening"}},
			Log:      slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		})
		must(t, err)
		srv := httptest.NewServer(a)
		t.Cleanup(srv.Close)
		h.page, h.url = a, srv.URL
		return h
	})
}

// harness opens the page as a browser would.
type harness struct {
	page  *Adapter
	url   string
	log   adaptertest.Log
	leave atomic.Bool // the next page goes away before its answer

	mu         sync.Mutex
	complaints []string
}

func (h *harness) Adapter() bot.Adapter { return h.page }

func (h *harness) Ready(ctx context.Context) error {
	for ctx.Err() == nil {
		if takes(h.page) {
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
func (h *harness) Closed() bot.Place {
	panic("every channel of the playground takes messages")
}

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

func (h *harness) Fail(c adaptertest.Case, _ time.Duration) {
	if c != adaptertest.Unanswered {
		panic("excused: " + c)
	}
	h.leave.Store(true)
}

func (h *harness) Secrets() []string { return []string{h.page.token, moderator} }
func (h *harness) Log() string       { return h.log.String() }

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
	f := url.Values{"token": {h.page.token}, "channel": {"evening"}, "as": {"member"}, "request": {rand.Text()}}
	if a.Who == adaptertest.Moderator {
		f.Set("as", "moderator")
	}
	if a.Who == adaptertest.Facilitator {
		f.Set("as", "facilitator")
	}
	var on *shown
	if a.On != nil {
		on, _ = a.On.Native.(*shown)
		if on == nil {
			return nil, errors.New("nothing of this page was seen")
		}
	}
	switch {
	case on == nil:
		f.Set("text", line(h.page, a.Call))
	case a.Fill != nil:
		if on.form == nil {
			return nil, errors.New("there is no form")
		}
		f.Set("call", on.form.call)
		f.Set("submit", "1")
		for name, value := range on.form.fields {
			f.Set("field."+name, value)
		}
		for name, value := range a.Fill {
			if _, ok := on.form.fields[name]; !ok {
				return nil, fmt.Errorf("the form has no field %q", name)
			}
			f.Set("field."+name, value)
		}
	default:
		call, ok := on.calls[a.Label]
		if !ok {
			return nil, fmt.Errorf("no button %q among %q", a.Label, on.labels)
		}
		f.Set("call", call)
	}
	q := &question{h: h, form: f, on: on, acked: make(chan struct{}), done: make(chan struct{})}
	delivered := make(chan struct{})
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(delivered) }}
	r, err := q.request(httptrace.WithClientTrace(context.WithoutCancel(ctx), trace))
	if err != nil {
		return nil, err
	}
	go q.run(r)
	select {
	case <-delivered:
		return q, nil
	case <-q.done:
		return q, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// line is how a person types a call.
func line(a *Adapter, c bot.Call) string {
	s := "/" + c.Command
	if c.Sub != "" {
		s += " " + c.Sub
	}
	args := intake.Read(a.table(), s).Args()
	for _, arg := range args {
		if v, ok := c.Args[arg.Name]; ok && len(args) == 1 {
			s += " " + v
		} else if ok {
			s += " " + arg.Name + "=" + intake.Quote(v)
		}
	}
	return s
}

// question is one request of the page.
type question struct {
	h     *harness
	form  url.Values
	on    *shown
	acked chan struct{} // closed at the answer's headers
	done  chan struct{} // closed at its end
	code  int
	html  string
	err   error
}

func (q *question) request(ctx context.Context) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, "POST", q.h.url+"/ask", strings.NewReader(q.form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", q.h.url)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept-Language", "en")
	return r, nil
}

func (q *question) run(r *http.Request) {
	defer close(q.done)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		q.err = err
		return
	}
	defer res.Body.Close()
	q.code = res.StatusCode
	if !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'self'") {
		q.h.complain("an answer without a policy")
	}
	close(q.acked)
	if q.h.leave.CompareAndSwap(true, false) {
		q.err = errors.New("the page went away")
		return
	}
	b, err := io.ReadAll(res.Body)
	q.html, q.err = string(b), err
}

func (q *question) Acked(ctx context.Context) error {
	select {
	case <-q.acked:
		return nil
	case <-q.done:
		return q.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q *question) Seen(ctx context.Context) (adaptertest.Seen, error) {
	select {
	case <-q.done:
	case <-ctx.Done():
		return adaptertest.Seen{}, ctx.Err()
	}
	if q.err != nil {
		return adaptertest.Seen{}, q.err
	}
	if q.code != http.StatusOK {
		return adaptertest.Seen{}, fmt.Errorf("status %d: %s", q.code, q.html)
	}
	m, err := parse(q.html)
	if err != nil {
		return adaptertest.Seen{}, err
	}
	seen := adaptertest.Seen{
		Text: m.text, Labels: m.labels, Native: m,
		Updated: m.update && q.on != nil && q.on.private,
	}
	if m.form != nil {
		seen.Form = &adaptertest.Form{Title: m.form.title, Fields: m.form.fields}
	}
	posts, _, _ := q.h.page.channels[0].after(0)
	seen.Public = !m.private || slices.ContainsFunc(posts, func(p post) bool { return strings.Contains(p.html[words.English], `id="`+m.id+`"`) })
	return seen, nil
}

func (q *question) Again(ctx context.Context) error {
	r, err := q.request(ctx)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func (h *harness) Junk(ctx context.Context) error {
	same := func(url.Values) {}
	keep := func(*http.Request) {}
	for name, junk := range map[string]struct {
		form    func(url.Values)
		request func(*http.Request)
	}{
		"another program":  {func(f url.Values) { f.Del("token") }, keep},
		"another site":     {same, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }},
		"another host":     {same, func(r *http.Request) { r.Host = "elsewhere.example" }},
		"another button":   {func(f url.Values) { f.Set("call", "vote_yes") }, keep},
		"another version":  {func(f url.Values) { f.Set("call", "0/why/?") }, keep},
		"overlong button":  {func(f url.Values) { f.Set("call", "1/why/?"+strings.Repeat("x", 100)) }, keep},
		"no channel":       {func(f url.Values) { f.Del("channel") }, keep},
		"nobody":           {func(f url.Values) { f.Del("as") }, keep},
		"no name":          {func(f url.Values) { f.Del("request") }, keep},
		"another encoding": {same, func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }},
	} {
		q := &question{h: h, form: url.Values{
			"token": {h.page.token}, "channel": {"evening"}, "as": {"member"}, "request": {rand.Text()}, "call": {"1/why/?"},
		}}
		junk.form(q.form)
		r, err := q.request(ctx)
		if err != nil {
			return err
		}
		junk.request(r)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		if err := res.Body.Close(); err != nil {
			return err
		}
		if res.StatusCode < 400 {
			return fmt.Errorf("%s: status %d", name, res.StatusCode)
		}
	}
	return nil
}
