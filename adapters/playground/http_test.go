package playground

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/content"
)

var evening = bot.Place{Platform: bot.Playground, Channel: "evening"}

// atNine is when the next sample reminder comes, in the evening.
func atNine() time.Time { return time.Date(2026, 11, 30, 21, 41, 15, 0, time.Local) }

func TestPage(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{Next: atNine}, &fakeCore{})
	if _, err := p.Send(t.Context(), evening, bot.Message{Title: "Already <here>"}); err != nil {
		t.Fatal(err)
	}
	code, body, h := p.get("/")
	if code != http.StatusOK {
		t.Fatalf("status %d: %s", code, body)
	}
	for _, want := range []string{
		"Nothing leaves this machine", "evening-group", "The next sample reminder arrives at <time datetime=", `data-shows="seconds">9:41:15 PM</time></p>`, `role="log"`,
		`data-text="/strategies"`, `data-text="/share " data-fill class="staff"`, "Already &lt;here&gt;", `<noscript>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"<script>", "style=", " onclick", "//cdn", `src="http`} {
		if strings.Contains(body, never) {
			t.Errorf("the page has %q", never)
		}
	}
	if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'self';") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	for _, path := range []string{"/app.css", "/app.js", "/icon.svg"} {
		if code, _, h := p.get(path); code != http.StatusOK || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, code, h)
		}
	}
	if code, _, _ := p.get("/?channel=nowhere"); code != http.StatusNotFound {
		t.Errorf("unknown channel: %d", code)
	}
	if code, body, _ := p.get("/?channel=staff"); code != http.StatusOK || strings.Contains(body, "Already") {
		t.Errorf("the other channel: %d", code)
	}
}

// Each channel's welcome says what it is for.
func TestWelcome(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{Channels: []Channel{{ID: "evening"}, {ID: "new", Use: Free}, {ID: "staff", Use: OfStaff}}}, &fakeCore{})
	for channel, want := range map[string]string{"evening": "sample group", "new": "/group add", "staff": "staff read it here"} {
		if _, body, _ := p.get("/?channel=" + channel); !strings.Contains(body, want) || !strings.Contains(body, "cards are samples") {
			t.Errorf("%s: no %q", channel, want)
		}
	}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{}, &fakeCore{})
	for _, test := range []struct {
		name   string
		values []string
		want   []string
	}{
		{"typed", []string{"text", "/why"}, []string{"You asked why", "Only you can see this", `<kbd dir="auto">/why</kbd>`, "by member", "/crisis"}},
		{"markup is text", []string{"text", "/why <b>x</b>"}, []string{"&lt;b&gt;x"}},
		{"moderator", []string{"text", "/why", "as", "moderator"}, []string{"by moderator"}},
		{"menu", []string{"text", "strategies"}, []string{"Choose a strategy", `data-call="1/strategies/?name=strategy-listening"`, "Hear people out"}},
		{"pressed", []string{"call", "1/strategies/?name=strategy-listening"}, []string{"data-update", "Say back what you heard", `href="tel:&#43;13234884114"`}},
		{"form", []string{"text", "/reminder add", "as", "moderator"}, []string{`<form class="panel"`, `name="field.topic"`, `aria-invalid="true"`, "Write a time of day.", `value="1/reminder/add?"`}},
		{"slip in a value's name", []string{"text", "/share limits plcae:staff", "as", "moderator"}, []string{"misnamed plcae"}},
		{"submitted", []string{"call", "1/reminder/add?", "submit", "1", "field.topic", "agreements", "field.at", "daily", "as", "moderator"}, []string{"&#34;at&#34;:&#34;daily&#34;", "&#34;topic&#34;:&#34;agreements&#34;"}},
		{"fields without submit", []string{"call", "1/why/?", "field.topic", "agreements"}, []string{"&#34;Args&#34;:null"}},
		{"in Spanish", []string{"text", "/circle estrategias listening"}, []string{"in es"}},
		{"unknown", []string{"text", "what is this"}, []string{"You asked what"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, body := p.ask(test.values...)
			if code != http.StatusOK {
				t.Fatalf("status %d: %s", code, body)
			}
			for _, want := range test.want {
				if !strings.Contains(body, want) && !strings.Contains(body, strings.ReplaceAll(want, "&#43;", "+")) {
					t.Errorf("no %q in\n%s", want, body)
				}
			}
		})
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{}, &fakeCore{})
	code, body, _ := p.do(p.post("/suggest", p.form("text", "/cri")))
	if code != http.StatusOK || strings.TrimSpace(body) != `[{"text":"/crisis","label":"/crisis","hint":"Help now"}]` {
		t.Errorf("%d %s", code, body)
	}
	r := p.post("/suggest", p.form("text", "/cri", "token", "x"))
	if code, _, _ := p.do(r); code != http.StatusForbidden {
		t.Errorf("foreign token: %d", code)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	core := &fakeCore{}
	p := serve(t, Config{}, core)
	_, port, _ := strings.Cut(strings.TrimPrefix(p.url, "http://"), ":")
	for _, test := range []struct {
		name   string
		change func(r *http.Request)
		form   []string
		want   int
	}{
		{name: "foreign host", change: func(r *http.Request) { r.Host = "evil.example:" + port }, want: http.StatusMisdirectedRequest},
		{name: "host that begins like ours", change: func(r *http.Request) { r.Host = "127.0.0.1.evil.example" }, want: http.StatusMisdirectedRequest},
		{name: "host of the network", change: func(r *http.Request) { r.Host = "192.168.1.5:" + port }, want: http.StatusMisdirectedRequest},
		{name: "foreign origin", change: func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, want: http.StatusForbidden},
		{name: "opaque origin", change: func(r *http.Request) { r.Header.Set("Origin", "null") }, want: http.StatusForbidden},
		{name: "another port's origin", change: func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }, want: http.StatusForbidden},
		{name: "cross-site", change: func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, want: http.StatusForbidden},
		{name: "same site, other port", change: func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, want: http.StatusForbidden},
		{name: "no token", form: []string{"token", ""}, want: http.StatusForbidden},
		{name: "wrong token", form: []string{"token", strings.Repeat("0", 32)}, want: http.StatusForbidden},
		{name: "token in the address alone", change: func(r *http.Request) { r.URL.RawQuery = "token=" + p.token }, form: []string{"token", ""}, want: http.StatusForbidden},
		{name: "large body", form: []string{"text", strings.Repeat("x", maxBody)}, want: http.StatusRequestEntityTooLarge},
		{name: "long text", form: []string{"text", strings.Repeat("x", intake.MaxTyped+1)}, want: http.StatusRequestEntityTooLarge},
		{name: "unknown channel", form: []string{"channel", "nowhere"}, want: http.StatusBadRequest},
		{name: "unknown role", form: []string{"as", "owner"}, want: http.StatusBadRequest},
		{name: "foreign call", form: []string{"call", "someone-elses-button"}, want: http.StatusBadRequest},
		{name: "no name", form: []string{"request", ""}, want: http.StatusBadRequest},
		{name: "other content type", change: func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, want: http.StatusForbidden},
		{name: "other method", change: func(r *http.Request) { r.Method = "PUT" }, want: http.StatusMethodNotAllowed},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := p.post("/ask", p.form(append([]string{"text", "/why"}, test.form...)...))
			if test.change != nil {
				test.change(r)
			}
			code, body, _ := p.do(r)
			if code != test.want {
				t.Errorf("status %d, want %d: %s", code, test.want, body)
			}
			if strings.Contains(body, p.token) {
				t.Error("the token is told")
			}
		})
	}
	for _, host := range []string{"evil.example", "10.0.0.1"} {
		r, _ := http.NewRequest("GET", p.url+"/", nil)
		r.Host = host
		if code, body, _ := p.do(r); code != http.StatusMisdirectedRequest || strings.Contains(body, p.token) {
			t.Errorf("page for %s: %d", host, code)
		}
	}
	if n := core.calls.Load(); n != 0 {
		t.Errorf("the core was asked %d times", n)
	}
	for _, host := range []string{"localhost:" + port, "127.0.0.1", "[::1]:" + port, "127.8.8.8:" + port} {
		r, _ := http.NewRequest("GET", p.url+"/", nil)
		r.Host = host
		if code, _, _ := p.do(r); code != http.StatusOK {
			t.Errorf("page for %s: %d", host, code)
		}
	}
}

func TestTwiceIsOnce(t *testing.T) {
	t.Parallel()
	core := &fakeCore{}
	p := serve(t, Config{}, core)
	f := p.form("text", "/why")
	var wg sync.WaitGroup
	codes := make([]int, 4)
	for i := range codes {
		wg.Go(func() { codes[i], _, _ = p.do(p.post("/ask", f)) })
	}
	wg.Wait()
	if n := core.calls.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	ok := 0
	for _, c := range codes {
		if c == http.StatusOK {
			ok++
		} else if c != http.StatusConflict {
			t.Errorf("status %d", c)
		}
	}
	if ok != 1 {
		t.Errorf("answered %d times", ok)
	}
}

// A slow core does not keep the page waiting for a sign, and Serve waits for
// the answer.
func TestSlowAnswerAndEnd(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	core := &fakeCore{handle: func(ctx context.Context, r bot.Request) bot.Answer {
		close(begun)
		<-release
		return answer(r)
	}}
	p := serve(t, Config{}, core)
	res, err := http.DefaultClient.Do(p.post("/ask", p.form("text", "/why"))) // returns at the headers
	must(t, err)
	defer res.Body.Close()
	<-begun
	p.cancel()
	until(t, "Serve has heard that it ends", func() bool { return !takes(p.Adapter) })
	if code, body := p.ask("text", "/why"); code != http.StatusServiceUnavailable {
		t.Errorf("asked while ending: %d %s", code, body)
	}
	select {
	case err := <-p.ended:
		t.Fatalf("Serve ended before the answer: %v", err)
	default:
	}
	close(release)
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil || !strings.Contains(b.String(), "You asked why") {
		t.Errorf("%v: %s", err, b.String())
	}
	if err := <-p.ended; err != nil {
		t.Error(err)
	}
	if code, body, _ := p.get("/"); code != http.StatusServiceUnavailable || !strings.Contains(body, "Try again") {
		t.Errorf("after the end: %d %s", code, body)
	}
}

func TestSendFindCheck(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	a, err := New(Config{Channels: []Channel{{ID: "evening"}}, Now: func() time.Time { return now }})
	must(t, err)
	ctx := t.Context()
	m := bot.Message{Key: "k1", Title: "A reminder", Blocks: []content.Block{content.Text("@everyone <!channel> hello")}}
	if _, ok, err := a.Find(ctx, evening, m, now); ok || err != nil {
		t.Errorf("found before sending: %v %v", ok, err)
	}
	first, err := a.Send(ctx, evening, m)
	if err != nil || first.ID == "" || !first.At.Equal(now) {
		t.Fatalf("%+v %v", first, err)
	}
	again, err := a.Send(ctx, evening, m)
	if err != nil || again != first {
		t.Errorf("second send: %+v %v", again, err)
	}
	if posts, _, _ := a.channels[0].after(0); len(posts) != 1 {
		t.Errorf("%d posts", len(posts))
	}
	if got, ok, err := a.Find(ctx, evening, m, now); !ok || err != nil || got != first {
		t.Errorf("find: %+v %v %v", got, ok, err)
	}
	if _, ok, _ := a.Find(ctx, evening, m, now.Add(time.Hour)); !ok {
		t.Error("not found by a clock that is ahead")
	}
	for range 2 { // without a key every message is its own
		if _, err := a.Send(ctx, evening, bot.Message{Title: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if posts, _, _ := a.channels[0].after(0); len(posts) != 3 {
		t.Errorf("%d posts", len(posts))
	}
	if _, err := a.Inspect(ctx, evening); err != nil {
		t.Error(err)
	}
	for _, to := range []bot.Place{{}, {Platform: bot.Playground, Channel: "nowhere"}, {Platform: bot.Slack, Channel: "evening"}} {
		if _, err := a.Send(ctx, to, m); !errors.Is(err, bot.ErrUnreachable) {
			t.Errorf("send to %v: %v", to, err)
		}
		if _, err := a.Inspect(ctx, to); !errors.Is(err, bot.ErrUnreachable) {
			t.Errorf("check %v: %v", to, err)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := a.Send(ended, evening, bot.Message{Key: "k2"}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

func TestChannelKeepsTheNewest(t *testing.T) {
	t.Parallel()
	a, err := New(Config{Channels: []Channel{{ID: "evening"}}})
	must(t, err)
	for range kept + 5 {
		if _, err := a.Send(t.Context(), evening, bot.Message{Title: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	posts, last, _ := a.channels[0].after(0)
	if len(posts) != kept || posts[0].seq != 6 || last != kept+5 {
		t.Errorf("%d posts from %d to %d", len(posts), posts[0].seq, last)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range [][]Channel{nil, {{ID: "Not A Word"}}, {{ID: "a"}, {ID: "a"}}} {
		if _, err := New(Config{Channels: c}); err == nil {
			t.Errorf("%v accepted", c)
		}
	}
	p := serve(t, Config{}, &fakeCore{})
	if err := p.Serve(t.Context(), p.serving.Load().handler); err == nil {
		t.Error("served twice")
	}
}

// Nothing that was typed, and no token, reaches the log.
func TestLogIsSilentAboutPeople(t *testing.T) {
	t.Parallel()
	var b adaptertest.Log
	broken := func(bot.Message) ([]byte, error) { return nil, errors.New("canary-error") }
	p := serve(t, Config{
		Log:      b.Logger(),
		Previews: map[bot.Platform]func(bot.Message) ([]byte, error){bot.Discord: broken, bot.Slack: broken},
	}, &fakeCore{handle: func(_ context.Context, r bot.Request) bot.Answer {
		if r.Command == "crisis" {
			panic("canary-panic")
		}
		return answer(r)
	}})
	if code, body := p.ask("text", "/crisis"); code != http.StatusOK || !strings.Contains(body, "Something went wrong") {
		t.Errorf("after a panic: %d %s", code, body)
	}
	if code, body := p.ask("text", "/why canary-text"); code != http.StatusOK || !strings.Contains(body, "could not be drawn") {
		t.Errorf("%d %s", code, body)
	}
	p.ask("call", url.QueryEscape("canary-call"))
	p.cancel()
	<-p.ended
	for _, fault := range []string{"preview failed", "panic while answering"} {
		if !strings.Contains(b.String(), fault) {
			t.Errorf("%q is not logged", fault)
		}
	}
	if strings.Contains(b.String(), "canary") || strings.Contains(b.String(), p.token) {
		t.Errorf("the log tells: %s", b.String())
	}
}
