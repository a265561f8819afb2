package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
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
	adaptertest.Common
	fake     *slacktest.Server
	adapter  *Adapter
	contract *adaptertest.Contract // nil where there is none
	http     bool
}

func open(t *testing.T, c *adaptertest.Contract, overHTTP bool) adaptertest.Harness {
	h := &harness{fake: slacktest.New(t, slacktest.Options{Pace: -1}), contract: c, http: overHTTP}
	everybody, staff, facilitators := askers(), askers(adaptertest.Moderator, adaptertest.Stranger), askers(adaptertest.Facilitator, adaptertest.Stranger)
	h.fake.SetChannel(slacktest.Channel{ID: group.Channel, Members: append(everybody, slacktest.BotUser)})
	h.fake.SetChannel(slacktest.Channel{ID: staffChannel, Private: true, Members: append(staff, slacktest.BotUser)})
	h.fake.SetChannel(slacktest.Channel{ID: slacktest.FacilitatorChannel, Private: true, Members: append(facilitators, slacktest.BotUser)})
	h.fake.SetChannel(slacktest.Channel{ID: closedChannel, Members: everybody})
	var err error
	h.adapter, err = New(Config{
		BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: h.fake.URL, StaffChannel: staffChannel,
		HTTP: overHTTP, Secret: slacktest.Secret, Log: h.Logger(),
	})
	must(t, err)
	h.adapter.http.Transport = h.Network(http.DefaultTransport, "/chat.postMessage")
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

// askers are the people, of some kinds; of all if none is given.
func askers(kinds ...adaptertest.Who) []string {
	if kinds == nil {
		kinds = []adaptertest.Who{adaptertest.Member, adaptertest.Moderator, adaptertest.Stranger, adaptertest.Facilitator}
	}
	var out []string
	for _, who := range kinds {
		for i := range 50 {
			out = append(out, person(who, i))
		}
	}
	return out
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
	q := slacktest.Ask{Text: text(a.Call)}
	if a.On != nil {
		w, ok := a.On.Native.(slacktest.Shown)
		if !ok {
			return nil, errors.New("that was not seen here")
		}
		var err error
		if a.Fill != nil {
			q, err = w.Fill(a.Fill)
		} else {
			q, err = w.Press(a.Label)
		}
		if err != nil {
			return nil, err
		}
	}
	q.User = person(a.Who, a.Nth)
	if a.Who == adaptertest.Stranger {
		q.Team = slacktest.OtherID
	}
	p, err := h.fake.Do(q)
	return asked{p}, err
}

// text is how a person types a call; Slack escapes three characters of it.
func text(c bot.Call) string {
	out := strings.TrimSpace(c.Command + " " + c.Sub)
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
	s := adaptertest.Seen{Text: w.Words(), Labels: w.Labels(), Public: !w.Ephemeral, Pings: !w.Silent, Updated: w.Updated, Native: w}
	if fields := w.Fields(); fields != nil {
		s.Form = &adaptertest.Form{Title: w.View.Title.Text, Fields: fields}
	}
	return s, err
}

func (q asked) Again(context.Context) error { return q.p.Again(true) }

func (h *harness) Junk(context.Context) error { return h.fake.Junk() }

func (h *harness) Posted(p bot.Place) []adaptertest.Post {
	var out []adaptertest.Post
	for _, m := range h.fake.Messages(p.Channel) {
		w := slacktest.Shown{Text: m.Text, Blocks: m.Blocks}
		out = append(out, adaptertest.Post{Text: w.Words(), Labels: w.Labels(), Pings: !m.Silent, At: receipt(m.TS).At, Native: m})
	}
	for _, w := range h.fake.Public(p.Channel) {
		out = append(out, adaptertest.Post{Text: w.Words(), Labels: w.Labels(), Pings: !w.Silent, Native: w})
	}
	return out
}

func (h *harness) Fail(c adaptertest.Case, after time.Duration) {
	switch c {
	case adaptertest.Refused:
		h.Refuse()
		return
	case adaptertest.Unanswered: // each way on which an answer may go
		h.fake.Fail(slacktest.Fault{Method: "ack", Reset: true})
		h.fake.Fail(slacktest.Fault{Method: "response_url", Reset: true})
		h.fake.Fail(slacktest.Fault{Method: "chat.postEphemeral", Times: 2, Reset: true})
		return
	}
	post := map[adaptertest.Case]slacktest.Fault{
		adaptertest.TooMany:     {Status: http.StatusTooManyRequests, RetryAfter: int(after / time.Second)},
		adaptertest.TooManyBare: {Status: http.StatusTooManyRequests},
		adaptertest.ServerError: {Status: http.StatusServiceUnavailable, HTML: true},
		adaptertest.LostAnswer:  {Lost: true},
		adaptertest.Slow:        {Delay: time.Hour, Reset: true},
	}[c]
	post.Method = "chat.postMessage"
	h.fake.Fail(post)
}

func (h *harness) Excuse(c adaptertest.Case) string {
	return map[adaptertest.Case]string{
		adaptertest.SameKey: "Slack knows no key; Find looks for it before a second Send",
		adaptertest.Hushed:  "Slack cannot post without a notification",
	}[c]
}

func (h *harness) Secrets() []string {
	return append(askers(), slacktest.BotToken, slacktest.AppToken, slacktest.Secret, "/respond/", "/socket/", "12345.98765.", "a-person", slacktest.BotUser)
}

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
