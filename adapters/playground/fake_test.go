package playground

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// fakeCore answers with what it was asked, so that tests see what arrived.
type fakeCore struct {
	calls  atomic.Int64
	handle func(context.Context, bot.Request) bot.Answer // nil means answer
}

func table() []bot.Command {
	words := func(s string) bot.Words { return bot.Words{"en": s} }
	return []bot.Command{
		{Name: "strategies", Local: bot.Words{"es": "estrategias"}, Summary: words("Six ways to build trust"), Args: []bot.Arg{{
			Name: "name", Summary: words("Which one"), Complete: true,
		}}},
		{Name: "why", Summary: words("Why trust matters")},
		{Name: "crisis", Summary: words("Help now")},
		{Name: "help", Summary: words("What can be asked")},
		{Name: "share", Summary: words("Post a card here"), Who: bot.Moderators, Args: []bot.Arg{
			{Name: "card", Summary: words("Which card"), Required: true, Complete: true},
			{Name: "place", Summary: words("Where")},
		}},
		{Name: "reminder", Summary: words("Change reminders"), Who: bot.Moderators, Subs: []bot.Command{
			{Name: "add", Summary: words("Add one"), Who: bot.Moderators, Args: []bot.Arg{
				{Name: "topic", Summary: words("What"), Required: true, Complete: true},
				{Name: "at", Summary: words("When"), Required: true},
			}},
			{Name: "list", Summary: words("Show them"), Who: bot.Moderators},
			{Name: "pause", Summary: words("Rest one"), Who: bot.Moderators, Args: []bot.Arg{{Name: "id", Summary: words("Which"), Required: true}}},
		}},
	}
}

func (f *fakeCore) Commands() []bot.Command { return table() }

// Board is two pages that say whether a member looks.
func (f *fakeCore) Board(_ context.Context, r bot.Request, page int) bot.Board {
	return bot.Board{Page: page, Pages: 2, Sections: []bot.Message{{
		Title: "Overview", Blocks: []content.Block{content.Text(fmt.Sprintf("page %d, may change: %t", page, r.Actor.May()))},
		Actions: []bot.Action{{Label: "Add a reminder", Call: bot.Call{Command: "reminder", Sub: "add"}}},
	}}}
}

func (f *fakeCore) Changed() <-chan struct{} { return nil }

func (f *fakeCore) Complete(_ context.Context, r bot.Request, arg string) []bot.Choice {
	var out []bot.Choice
	for _, v := range []string{"strategy-listening", "agreement-rotation"} {
		if strings.Contains(v, r.Args[arg]) {
			out = append(out, bot.Choice{Name: "Card " + v, Value: v})
		}
	}
	return out
}

func (f *fakeCore) Handle(ctx context.Context, r bot.Request) bot.Answer {
	f.calls.Add(1)
	if f.handle != nil {
		return f.handle(ctx, r)
	}
	return answer(r)
}

func answer(r bot.Request) bot.Answer {
	asked, _ := json.Marshal(r.Call)
	m := bot.Message{
		Title:  "You asked " + r.Command,
		Blocks: []content.Block{content.Text("Asked: " + string(asked)), content.Text("by " + r.Actor.String() + " in " + r.Lang + ", misnamed " + r.Misnamed)},
		Footer: []content.Span{{Text: "If you need help now: /crisis"}},
	}
	switch {
	case r.Command == "strategies" && r.Args["name"] == "":
		m.Title = "Six strategies"
		m.Menu = &bot.Menu{Label: "Choose a strategy", Options: []bot.Action{
			{Label: "Encourage Active Listening", Hint: "Hear people out", Call: bot.Call{Command: "strategies", Args: map[string]string{"name": "strategy-listening"}}},
			{Label: "Manage Conflicts Constructively", Call: bot.Call{Command: "strategies", Args: map[string]string{"name": "strategy-conflicts"}}},
		}}
	case r.Command == "strategies":
		m.Title = "Encourage Active Listening"
		m.Blocks = append(m.Blocks, content.Bullets("Let the other person finish.", "Say back what you heard."))
		m.Actions = []bot.Action{
			{Label: "Back to all six", Style: bot.Primary, Call: bot.Call{Command: "strategies"}},
			{Label: "Call the clinic", Link: "tel:+13234884114"},
		}
		return bot.Answer{Message: m, Update: true}
	case r.Command == "reminder" && r.Sub == "add" && !r.Submit:
		return bot.Answer{Form: &bot.Form{Title: "Add a reminder", Call: r.Call, Submit: "Save", Fields: []bot.Field{
			{Name: "topic", Label: "Topic", Hint: "A card or a rotation", Required: true, Choices: []bot.Choice{{Name: "Agreements", Value: "agreements"}}},
			{Name: "at", Label: "When", Required: true, Value: "every Monday at 9:00", Error: []content.Span{{Text: "Write a time of day."}}},
			{Name: "langs", Label: "Languages", Value: "es", Several: true, Choices: []bot.Choice{{Name: "en", Value: "en"}, {Name: "es", Value: "es"}}},
		}}}
	}
	return bot.Answer{Message: m}
}

// page is a served playground as a browser on this machine sees it.
type page struct {
	*Adapter
	t      *testing.T
	url    string
	cancel context.CancelFunc
	ended  chan error
}

func serve(t *testing.T, c Config, core *fakeCore) *page {
	t.Helper()
	if c.Channels == nil {
		c.Channels = []Channel{{ID: "evening", Name: "evening-group"}, {ID: "staff"}}
	}
	a, err := New(c)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	p := &page{Adapter: a, t: t, cancel: cancel, ended: make(chan error, 1)}
	go func() { p.ended <- a.Serve(ctx, core) }()
	srv := httptest.NewServer(a)
	p.url = srv.URL
	t.Cleanup(func() { cancel(); srv.Close() })
	until(t, "it is served", func() bool { return takes(a) }) // Serve has no signal of its own
	return p
}

// takes tells whether the page takes what people do.
func takes(a *Adapter) bool {
	_, leave, ok := a.enter()
	if ok {
		leave()
	}
	return ok
}

// until waits for what gives no signal.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after a while: %s", what)
		}
	}
}

func (p *page) get(path string) (int, string, http.Header) {
	p.t.Helper()
	r, _ := http.NewRequest("GET", p.url+path, nil)
	return p.do(r)
}

func (p *page) do(r *http.Request) (int, string, http.Header) {
	p.t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

// form is a request as the page's script makes it.
func (p *page) form(values ...string) url.Values {
	f := url.Values{
		"token": {p.token}, "channel": {"evening"}, "as": {"member"},
		"request": {rand.Text()},
	}
	for i := 0; i+1 < len(values); i += 2 {
		f.Set(values[i], values[i+1])
	}
	return f
}

func (p *page) post(path string, f url.Values) *http.Request {
	r, err := http.NewRequest("POST", p.url+path, strings.NewReader(f.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.url)
	return r
}

func (p *page) ask(values ...string) (int, string) {
	p.t.Helper()
	code, body, _ := p.do(p.post("/ask", p.form(values...)))
	return code, body
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
