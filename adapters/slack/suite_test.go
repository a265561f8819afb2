package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

func TestSuite(t *testing.T) {
	c := contract(t)
	t.Run("socket", func(t *testing.T) {
		t.Parallel()
		adaptertest.Run(t, func(t *testing.T) adaptertest.Harness { return open(t, c, false) })
	})
	t.Run("http", func(t *testing.T) {
		t.Parallel()
		adaptertest.Run(t, func(t *testing.T) adaptertest.Harness { return open(t, c, true) })
	})
}

// contract reads Slack's description of its formats from the folder that
// CONTRACTS names. Without it there is none, and payloads are held against the
// fake's limits only.
func contract(t *testing.T) *adaptertest.Contract {
	t.Helper()
	dir := os.Getenv("CONTRACTS")
	if dir == "" {
		t.Log("CONTRACTS is not set: payloads are held against the fake's limits only")
		return nil
	}
	c, err := adaptertest.Slack(dir)
	must(t, err)
	return c
}

func TestContract(t *testing.T) {
	t.Parallel()
	c := contract(t)
	if c == nil {
		t.Skip("CONTRACTS is not set")
	}
	for name, m := range messages() {
		body, err := Preview(m, defaultName)
		must(t, err)
		if name == "empty" {
			continue // nothing to say is never sent
		}
		if err := c.Validate("message", body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c.Validate("blocks", []byte(`[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`)) == nil {
		t.Error("the contract accepts anything")
	}
}

const (
	goneChannel   = "C0000GONE01"
	closedChannel = "C00CLOSED01"
	staffChannel  = slacktest.StaffChannel
)

var group = bot.Place{Platform: bot.Slack, Channel: slacktest.GroupChannel}

func newAdapter(t testing.TB, fake *slacktest.Server, staff string) *Adapter {
	t.Helper()
	a, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: fake.URL, StaffChannel: staff})
	must(t, err)
	return a
}

// harness is Slack in the suite's words.
type harness struct {
	fake     *slacktest.Server
	adapter  *Adapter
	log      *adaptertest.Log
	contract *adaptertest.Contract // nil where there is none
	http     bool
	cut      atomic.Bool // the next request finds no Slack
}

// RoundTrip carries the adapter's requests to the fake.
func (h *harness) RoundTrip(r *http.Request) (*http.Response, error) {
	if h.cut.CompareAndSwap(true, false) {
		return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	}
	return http.DefaultTransport.RoundTrip(r)
}

func open(t *testing.T, c *adaptertest.Contract, overHTTP bool) adaptertest.Harness {
	h := &harness{fake: slacktest.New(t, slacktest.Options{Pace: -1}), log: &adaptertest.Log{}, contract: c, http: overHTTP}
	everybody := []string{slacktest.BotUser}
	staff := []string{slacktest.BotUser}
	for i := range 50 {
		everybody = append(everybody, person(adaptertest.Member, i), person(adaptertest.Moderator, i), person(adaptertest.Stranger, i), person(adaptertest.Facilitator, i))
		staff = append(staff, person(adaptertest.Moderator, i), person(adaptertest.Stranger, i))
	}
	h.fake.SetChannel(slacktest.Channel{ID: group.Channel, Members: everybody})
	h.fake.SetChannel(slacktest.Channel{ID: staffChannel, Private: true, Members: staff})
	h.fake.SetChannel(slacktest.Channel{ID: slacktest.FacilitatorChannel, Private: true, Members: []string{slacktest.BotUser, person(adaptertest.Facilitator, 0), person(adaptertest.Stranger, 0)}})
	h.fake.SetChannel(slacktest.Channel{ID: closedChannel, Members: everybody[1:]})
	var err error
	h.adapter, err = New(Config{
		BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: h.fake.URL, StaffChannel: staffChannel,
		HTTP: overHTTP, Secret: slacktest.Secret,
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	must(t, err)
	h.adapter.http.Transport = h
	if overHTTP {
		server := httptest.NewServer(h.adapter)
		t.Cleanup(server.Close)
		h.fake.PostTo(server.URL, slacktest.Secret)
	}
	return h
}

func person(who adaptertest.Who, i int) string {
	return fmt.Sprintf("U%s%03d", []string{"MEMBER", "STAFF0", "OTHERS", "FACILI"}[who], i)
}

func (h *harness) Adapter() bot.Adapter { return h.adapter }

func (h *harness) Ready(ctx context.Context) error {
	if h.http {
		return h.fake.AwaitRequest(ctx, "auth.test", 1)
	}
	return h.fake.AwaitConnections(ctx, 1)
}

func (h *harness) Place() bot.Place { return group }

func (h *harness) Role() (role, other bot.Role) {
	return bot.Role{Platform: bot.Slack, ID: slacktest.FacilitatorChannel}, bot.Role{Platform: bot.Slack, ID: group.Channel}
}

func (h *harness) Gone() bot.Place { return bot.Place{Platform: bot.Slack, Channel: goneChannel} }

func (h *harness) Closed() bot.Place { return bot.Place{Platform: bot.Slack, Channel: closedChannel} }

func (h *harness) Ask(_ context.Context, a adaptertest.Ask) (adaptertest.Asked, error) {
	q := slacktest.Ask{User: person(a.Who, a.Nth)}
	if a.Who == adaptertest.Stranger {
		q.Team = slacktest.OtherID
	}
	switch {
	case a.On == nil:
		q.Text = text(a.Call)
	case a.Fill != nil:
		q.Kind, q.On, q.Values = slacktest.Submit, shown(a.On), a.Fill
	default:
		q.On = shown(a.On)
		is := func(b slacktest.Button) bool { return b.Label == a.Label }
		if i := slices.IndexFunc(q.On.Buttons(), is); i >= 0 {
			b := q.On.Buttons()[i]
			q.Kind, q.ActionID, q.Value = slacktest.Press, b.ActionID, b.Value
		} else if i := slices.IndexFunc(q.On.Menu(), is); i >= 0 {
			b := q.On.Menu()[i]
			q.Kind, q.ActionID, q.Value = slacktest.Pick, b.ActionID, b.Value
		} else {
			return nil, fmt.Errorf("nothing to press is called %q", a.Label)
		}
	}
	p, err := h.fake.Do(q)
	if err != nil {
		return nil, err
	}
	return asked{p}, nil
}

func shown(s *adaptertest.Seen) *slacktest.Shown {
	w, ok := s.Native.(slacktest.Shown)
	if !ok {
		return nil
	}
	return &w
}

// text is how a person types a call; Slack escapes three characters of it.
func text(c bot.Call) string {
	out := c.Command
	if c.Sub != "" {
		out += " " + c.Sub
	}
	for name, v := range c.Args {
		out += " " + name + `="` + v + `"`
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(out)
}

// asked is a request on its way.
type asked struct{ p *slacktest.Pending }

func (q asked) Acked(ctx context.Context) error {
	took, err := q.p.AwaitAck(ctx)
	if err == nil && took > 3*time.Second {
		err = fmt.Errorf("acknowledged after %s", took)
	}
	return err
}

func (q asked) Seen(ctx context.Context) (adaptertest.Seen, error) {
	w, err := q.p.Shown(ctx, 1)
	if err != nil {
		return adaptertest.Seen{}, err
	}
	return seen(w), nil
}

func (q asked) Again(context.Context) error { return q.p.Again(true) }

func seen(w slacktest.Shown) adaptertest.Seen {
	s := adaptertest.Seen{Text: w.Words(), Public: !w.Ephemeral, Pings: !w.Silent, Updated: w.Updated, Native: w}
	for _, b := range append(w.Buttons(), w.Menu()...) {
		s.Labels = append(s.Labels, b.Label)
	}
	if w.View == nil || w.View.Submit == nil {
		return s
	}
	s.Form = &adaptertest.Form{Title: w.View.Title.Text, Fields: map[string]string{}}
	for _, b := range w.View.Blocks {
		if e := b.Element; e != nil {
			s.Form.Fields[e.ActionID] = e.Stands()
		}
	}
	return s
}

func (h *harness) Junk(ctx context.Context) error {
	old := strings.Replace(bot.Call{Command: "strategies"}.Encode(), "1/", "0/", 1)
	for _, a := range []slacktest.Ask{
		{Kind: slacktest.Mention, Bot: true, Text: "help"},
		{Kind: slacktest.Write, Bot: true, Text: "help"},
		{Kind: slacktest.Write, Subtype: "message_changed"},
		{Kind: slacktest.Write, User: slacktest.BotUser, Bot: true},
		{Kind: slacktest.Press, ActionID: "somebody-elses", Value: "buy"},
		{Kind: slacktest.Press, ActionID: "call.0", Value: old},
		{Kind: slacktest.Press, ActionID: "call.0", Value: bot.Call{Command: "strategies"}.Encode() + strings.Repeat("x", 200)},
		{Kind: slacktest.Press, ActionID: "link.0"},
		{Kind: slacktest.Pick, ActionID: "menu.1/stra", Value: ""},
		{Kind: slacktest.Submit},
	} {
		if _, err := h.fake.Do(a); err != nil {
			return err
		}
	}
	for _, e := range []any{
		map[string]any{"type": "slash_commands", "envelope_id": "J1"},
		map[string]any{"type": "slash_commands", "envelope_id": "J2", "payload": "text"},
		map[string]any{"type": "interactive", "envelope_id": "J3", "payload": map[string]any{"type": "block_actions"}},
		map[string]any{"type": "events_api", "envelope_id": "J4", "payload": map[string]any{"event": 7}},
		map[string]any{"type": "events_api", "envelope_id": "J5", "payload": map[string]any{"event": map[string]any{"type": "reaction_added", "user": "U1"}}},
		map[string]any{"type": "something_new", "envelope_id": "J6", "payload": map[string]any{}},
		map[string]any{"envelope_id": 7}, []int{1}, "text", nil,
	} {
		h.fake.Send(e)
	}
	return nil
}

func (h *harness) Posted(p bot.Place) []adaptertest.Post {
	var out []adaptertest.Post
	for _, m := range h.fake.Messages(p.Channel) {
		w := slacktest.Shown{Text: m.Text, Blocks: m.Blocks, Silent: m.Silent}
		out = append(out, adaptertest.Post{Text: w.Words(), Labels: seen(w).Labels, Pings: !m.Silent, At: receipt(m.TS).At, Native: m})
	}
	for _, w := range h.fake.Public(p.Channel) {
		out = append(out, adaptertest.Post{Text: w.Words(), Labels: seen(w).Labels, Pings: !w.Silent, Native: w})
	}
	return out
}

func (h *harness) Fail(f adaptertest.Case, after time.Duration) {
	post := slacktest.Fault{Method: "chat.postMessage"}
	switch f {
	case adaptertest.TooMany:
		post.Status, post.RetryAfter = 429, int(after/time.Second)
	case adaptertest.TooManyBare:
		post.Status = 429
	case adaptertest.ServerError:
		post.Status, post.HTML = 503, true
	case adaptertest.LostAnswer:
		post.Lost = true
	case adaptertest.Refused:
		h.cut.Store(true)
		return
	case adaptertest.Slow:
		post.Delay, post.Reset = time.Hour, true
	case adaptertest.Unanswered:
		h.fake.Fail(slacktest.Fault{Method: "ack", Reset: true})
		h.fake.Fail(slacktest.Fault{Method: "response_url", Reset: true})
		post = slacktest.Fault{Method: "chat.postEphemeral", Times: 2, Reset: true}
	}
	h.fake.Fail(post)
}

func (h *harness) Excuse(c adaptertest.Case) string {
	switch c {
	case adaptertest.SameKey:
		return "Slack knows no key; Find looks for it before a second Send"
	case adaptertest.Hushed:
		return "Slack cannot post without a notification"
	}
	return ""
}

func (h *harness) Secrets() []string {
	out := []string{slacktest.BotToken, slacktest.AppToken, slacktest.Secret, "/respond/", "/socket/", "12345.98765.", "a-person", slacktest.BotUser}
	for i := range 50 {
		out = append(out, person(adaptertest.Member, i), person(adaptertest.Moderator, i), person(adaptertest.Stranger, i), person(adaptertest.Facilitator, i))
	}
	return out
}

func (h *harness) Log() string { return h.log.String() }

func (h *harness) Complaints() []string {
	var out []string
	if n := h.fake.Late(); n > 0 {
		out = append(out, fmt.Sprintf("%d acknowledgements came too late", n))
	}
	expected := []string{"", "channel_not_found", "not_in_channel", "user_not_in_channel", "not_found", "message_not_found"}
	for _, r := range h.fake.Requests() {
		if r.Status != 0 && r.Status < 400 && !slices.Contains(expected, r.Error) {
			out = append(out, fmt.Sprintf("%s: %s in %s", r.Method, r.Error, r.Body))
		}
		if h.contract == nil || len(r.Body) == 0 {
			continue
		}
		if err := h.contract.Validate("request", r.Body); err != nil {
			out = append(out, fmt.Sprintf("%s: %v in %s", r.Method, err, r.Body))
		}
	}
	return out
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
