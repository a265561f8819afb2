package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

func TestSuite(t *testing.T) {
	c := newContract(t)
	t.Run("gateway", func(t *testing.T) {
		adaptertest.Run(t, func(t *testing.T) adaptertest.Harness { return open(t, c, false) })
	})
	t.Run("http", func(t *testing.T) {
		adaptertest.Run(t, func(t *testing.T) adaptertest.Harness { return open(t, c, true) })
	})
	t.Run("forum", func(t *testing.T) {
		adaptertest.RunPosts(t, func(t *testing.T) adaptertest.Harness { return openForum(t, c) })
	})
}

// harness is the adapter with the fake Discord behind it.
type harness struct {
	s    *discordtest.Server
	a    *Adapter
	logs *adaptertest.Log
	cut  atomic.Bool // the next request finds nobody listening

	http     bool
	posting  string // how the address ends to which Send posts
	contract *contract

	mu      sync.Mutex
	settled map[string]chan struct{} // by interaction
}

var _ adaptertest.Harness = (*harness)(nil)

func open(t *testing.T, c *contract, http bool) adaptertest.Harness {
	h := &harness{http: http, posting: "/messages", contract: c, settled: map[string]chan struct{}{}, logs: &adaptertest.Log{}}
	h.s = discordtest.New(t, discordtest.Options{Bucket: 1000, Global: 1000})
	a, err := New(Config{
		Token: discordtest.Token, APIURL: h.s.URL, HTTP: http, PublicKey: discordtest.PublicKey(),
		Log: slog.New(slog.NewTextHandler(h.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	must(t, err)
	a.settled = func(id string) { close(h.signal(id)) }
	a.client.Transport = unplugged{h, a.client.Transport}
	h.a = a
	if http {
		endpoint := httptest.NewServer(a)
		t.Cleanup(endpoint.Close)
		h.s.Deliver(endpoint.URL)
	}
	t.Cleanup(func() { a.client.CloseIdleConnections() })
	return h
}

func (h *harness) signal(id string) chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.settled[id] == nil {
		h.settled[id] = make(chan struct{})
	}
	return h.settled[id]
}

// unplugged is a network whose next posting can find nobody listening.
type unplugged struct {
	h    *harness
	next http.RoundTripper
}

func (u unplugged) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, u.h.posting) && u.h.cut.CompareAndSwap(true, false) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	return u.next.RoundTrip(r)
}

func (u unplugged) CloseIdleConnections() { u.next.(*http.Transport).CloseIdleConnections() }

func (h *harness) Adapter() bot.Adapter { return h.a }

func (h *harness) Ready(ctx context.Context) error {
	if h.http { // it takes requests before it registers the commands
		return h.s.AwaitRequest(ctx, "GET /applications/{application_id}/commands", 1)
	}
	return h.s.AwaitGate(ctx, func(g discordtest.Gate) bool { return g.Live })
}

func (h *harness) Place() bot.Place { return here }

func (h *harness) Role() (role, other bot.Role) {
	return bot.Role{Platform: bot.Discord, Space: discordtest.GuildID, ID: discordtest.FacilitatorRole}, bot.Role{Platform: bot.Discord, Space: discordtest.GuildID, ID: discordtest.GuildID}
}

func (h *harness) Gone() bot.Place {
	p := here
	p.Channel = "499999999999999999"
	return p
}

func (h *harness) Closed() bot.Place {
	p := here
	p.Channel = h.s.AddChannel()
	h.s.Deny(p.Channel, discordtest.SendMessages)
	return p
}

func (h *harness) Ask(ctx context.Context, a adaptertest.Ask) (adaptertest.Asked, error) {
	ask := discordtest.Ask{Kind: discordtest.Command, Name: a.Call.Command, Sub: a.Call.Sub, Args: a.Call.Args}
	if a.On != nil {
		shown, ok := a.On.Native.(discordtest.Shown)
		if !ok {
			return nil, errors.New("that was not seen here")
		}
		var err error
		switch {
		case a.Fill != nil:
			ask, err = shown.Fill(a.Fill)
		default:
			if ask, err = shown.Press(a.Label); err != nil {
				ask, err = shown.Pick(a.Label)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	ask.User = fmt.Sprintf("5000000000000%05d", 1000*int(a.Who)+a.Nth)
	switch a.Who {
	case adaptertest.Moderator:
		ask.Rights = discordtest.ManageGuild
	case adaptertest.Stranger:
		ask.Rights, ask.Direct, ask.Roles = discordtest.ManageGuild, true, []string{discordtest.FacilitatorRole}
	case adaptertest.Facilitator:
		ask.Roles = []string{discordtest.FacilitatorRole}
	}
	if err := h.Ready(ctx); err != nil {
		return nil, err
	}
	return &asked{h: h, ask: ask, p: h.s.Do(ask)}, nil
}

type asked struct {
	h   *harness
	ask discordtest.Ask
	p   *discordtest.Pending
}

func (q *asked) Acked(ctx context.Context) error {
	_, err := q.p.Acked(ctx)
	return err
}

func (q *asked) Seen(ctx context.Context) (adaptertest.Seen, error) {
	select {
	case <-q.h.signal(q.p.ID):
	case <-ctx.Done():
	}
	sh, err := q.p.Answer(ctx)
	if err != nil {
		return adaptertest.Seen{}, err
	}
	return seen(sh), nil
}

func (q *asked) Again(context.Context) error {
	again := q.ask
	again.ID = q.p.ID
	q.h.s.Do(again)
	return nil
}

func seen(sh discordtest.Shown) adaptertest.Seen {
	out := adaptertest.Seen{
		Text: text(sh), Public: !sh.Ephemeral && sh.Form == nil, Pings: sh.Pings,
		Updated: sh.Updated, Labels: labels(sh), Native: sh,
	}
	if sh.Form != nil {
		out.Form = &adaptertest.Form{Title: sh.Form.Title, Fields: map[string]string{}}
		for _, f := range sh.Form.Fields {
			out.Form.Fields[f.ID] = f.Value
		}
	}
	return out
}

func labels(sh discordtest.Shown) []string {
	var out []string
	for _, b := range append(slices.Clone(sh.Menu), sh.Buttons...) {
		out = append(out, b.Label)
	}
	return out
}

func text(sh discordtest.Shown) string {
	parts := []string{plainText(sh.Content)}
	for _, m := range sh.More {
		parts = append(parts, plainText(m.Content))
	}
	parts = append(parts, sh.MenuLabel)
	for _, o := range sh.Menu {
		parts = append(parts, o.Label)
	}
	for _, b := range sh.Buttons {
		parts = append(parts, b.Label)
	}
	if sh.Form != nil {
		parts = append(parts, sh.Form.Title)
		for _, f := range sh.Form.Fields {
			parts = append(parts, f.Label, f.Hint)
		}
	}
	return strings.Join(parts, "\n")
}

var (
	masked  = regexp.MustCompile(`\[((?:[^\\\]]|\\.)*)\]\(<[^>]*>\)`)
	marking = regexp.MustCompile(`(?m)^(-# |#{1,3} )|\\([\\*_~` + "`" + `|<>\[\]#+.-])|\*+|<|>|\x{200b}`)
)

// plainText undoes Discord's Markdown.
func plainText(s string) string {
	s = masked.ReplaceAllString(s, "$1")
	return marking.ReplaceAllString(s, "$2")
}

func (h *harness) Junk(ctx context.Context) error {
	if err := h.Ready(ctx); err != nil {
		return err
	}
	var ids []string
	for _, id := range []string{"another-bots-button", "0/strategies/?", "1/strategies/?" + strings.Repeat("x=y&", 40), ""} {
		ids = append(ids, h.s.Do(discordtest.Ask{Kind: discordtest.Component, CustomID: id}).ID)
	}
	h.s.Dispatch("MESSAGE_CREATE", map[string]any{"id": "1", "channel_id": here.Channel, "content": "hello", "author": map[string]any{"id": "2", "bot": true}})
	h.s.Dispatch("INTERACTION_CREATE", map[string]any{"id": "3", "application_id": "4", "token": "x", "type": 77})
	h.s.Dispatch("INTERACTION_CREATE", map[string]any{"type": 2})
	h.s.Dispatch("INTERACTION_CREATE", []string{"nothing"})
	for _, id := range ids {
		select {
		case <-h.signal(id):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (h *harness) Posted(p bot.Place) []adaptertest.Post {
	var out []adaptertest.Post
	for _, m := range h.s.Messages(p.Channel) {
		sh := m.Shown()
		out = append(out, adaptertest.Post{Text: text(sh), Labels: labels(sh), Pings: m.Pings, Silent: m.Flags&flagQuiet != 0, At: m.At, Native: sh})
	}
	return out
}

func (h *harness) Fail(c adaptertest.Case, after time.Duration) {
	f := discordtest.Fault{Route: "POST /channels/{channel_id}" + h.posting}
	switch c {
	case adaptertest.TooMany:
		f.Status, f.After = http.StatusTooManyRequests, after
	case adaptertest.TooManyBare:
		f.Status, f.Bare = http.StatusTooManyRequests, true
	case adaptertest.ServerError:
		f.Status = http.StatusInternalServerError
	case adaptertest.LostAnswer:
		f.Lost = true
	case adaptertest.Slow:
		f.Delay, f.Reset = time.Minute, true
	case adaptertest.Unanswered:
		f.Route, f.Reset, f.Times = callbackRoute, true, 100 // more often than is tried
	case adaptertest.Refused:
		h.cut.Store(true)
		return
	}
	h.s.Fail(f)
}

func (h *harness) Excuse(adaptertest.Case) string { return "" }

func (h *harness) Secrets() []string {
	return []string{discordtest.Token, "50000000000000", "a-person", "A Person", "A Nickname", "answer-", "/interactions/", "/webhooks/"}
}

func (h *harness) Log() string { return h.logs.String() }

func (h *harness) Complaints() []string { return append(h.s.Refused(), h.contract.broken(h.s)...) }
