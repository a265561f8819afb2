package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

func TestSuite(t *testing.T) {
	c := newContract(t)
	t.Run("gateway", func(t *testing.T) {
		adaptertest.Run(t, func(t *testing.T) adaptertest.Harness { return open(t, c, false, "/messages") })
	})
	t.Run("http", func(t *testing.T) {
		adaptertest.Run(t, func(t *testing.T) adaptertest.Harness { return open(t, c, true, "/messages") })
	})
	t.Run("forum", func(t *testing.T) {
		adaptertest.RunPosts(t, func(t *testing.T) adaptertest.Harness { return openForum(t, c) })
	})
}

// harness is the adapter with the fake Discord behind it.
type harness struct {
	adaptertest.Common
	s        *discordtest.Server
	a        *Adapter
	http     bool
	posting  string // how the address ends to which Send posts
	contract *contract

	mu      sync.Mutex
	settled map[string]chan struct{} // by interaction
}

var _ adaptertest.Harness = (*harness)(nil)

func open(t *testing.T, c *contract, http bool, posting string) *harness {
	h := &harness{http: http, posting: posting, contract: c, settled: map[string]chan struct{}{}}
	h.s = discordtest.New(t, discordtest.Options{Bucket: 1000, Global: 1000})
	a, err := New(Config{Token: discordtest.Token, APIURL: h.s.URL, HTTP: http, PublicKey: discordtest.PublicKey(), Log: h.Logger()})
	must(t, err)
	a.settled = func(id string) { close(h.signal(id)) }
	a.client.Transport = h.Network(a.client.Transport, posting)
	h.a = a
	if http {
		endpoint := httptest.NewServer(a)
		t.Cleanup(endpoint.Close)
		h.s.Deliver(endpoint.URL)
	}
	t.Cleanup(a.client.CloseIdleConnections)
	return h
}

// signal is closed when nothing more is to come of an interaction.
func (h *harness) signal(id string) chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.settled[id] == nil {
		h.settled[id] = make(chan struct{})
	}
	return h.settled[id]
}

func (h *harness) wait(ctx context.Context, id string) error {
	select {
	case <-h.signal(id):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

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
		if a.Fill != nil {
			ask, err = shown.Fill(a.Fill)
		} else if ask, err = shown.Press(a.Label); err != nil {
			ask, err = shown.Pick(a.Label)
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
	_ = q.h.wait(ctx, q.p.ID) // if it takes too long, there is no answer either
	sh, err := q.p.Answer(ctx)
	out := adaptertest.Seen{
		Text: sh.Words(), Public: !sh.Ephemeral && sh.Form == nil, Pings: sh.Pings,
		Updated: sh.Updated, Labels: sh.Labels(), Native: sh,
	}
	if sh.Form != nil {
		out.Form = &adaptertest.Form{Title: sh.Form.Title, Fields: sh.Form.Values()}
	}
	return out, err
}

func (q *asked) Again(context.Context) error {
	again := q.ask
	again.ID = q.p.ID
	q.h.s.Do(again)
	return nil
}

func (h *harness) Junk(ctx context.Context) error {
	if err := h.Ready(ctx); err != nil {
		return err
	}
	for _, id := range h.s.Junk() {
		if err := h.wait(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (h *harness) Posted(p bot.Place) []adaptertest.Post {
	var out []adaptertest.Post
	for _, m := range h.s.Messages(p.Channel) {
		sh := m.Shown()
		out = append(out, adaptertest.Post{Text: sh.Words(), Labels: sh.Labels(), Pings: m.Pings, Silent: m.Flags&flagQuiet != 0, At: m.At, Native: sh})
	}
	return out
}

func (h *harness) Fail(c adaptertest.Case, after time.Duration) {
	if c == adaptertest.Refused {
		h.Refuse()
		return
	}
	post := "POST /channels/{channel_id}" + h.posting
	h.s.Fail(map[adaptertest.Case]discordtest.Fault{
		adaptertest.TooMany:     {Route: post, Status: http.StatusTooManyRequests, After: after},
		adaptertest.TooManyBare: {Route: post, Status: http.StatusTooManyRequests, Bare: true},
		adaptertest.ServerError: {Route: post, Status: http.StatusInternalServerError},
		adaptertest.LostAnswer:  {Route: post, Lost: true},
		adaptertest.Slow:        {Route: post, Delay: time.Minute, Reset: true},
		adaptertest.Unanswered:  {Route: callbackRoute, Reset: true, Times: 100}, // more often than is tried
	}[c])
}

func (h *harness) Secrets() []string {
	return []string{discordtest.Token, "50000000000000", "a-person", "A Person", "A Nickname", "answer-", "/interactions/", "/webhooks/"}
}

func (h *harness) Complaints() []string { return append(h.s.Refused(), h.contract.broken(h.s)...) }
