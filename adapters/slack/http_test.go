package slack

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/intake"
	"circlekeeper/content"
)

// front is an adapter that serves over HTTP.
type front struct {
	fake    *slacktest.Server
	adapter *Adapter
	core    *core
	server  *httptest.Server
	stop    context.CancelFunc // ended says when all that was taken has been worked off
	ended   <-chan error
}

func newFront(t *testing.T, answer func(bot.Request) bot.Answer) *front {
	t.Helper()
	w := &front{fake: slacktest.New(t, slacktest.Options{}), core: &core{answer: answer}}
	var err error
	w.adapter, err = New(Config{BotToken: slacktest.BotToken, HTTP: true, Secret: slacktest.Secret, APIURL: w.fake.URL, StaffChannel: staffChannel})
	must(t, err)
	w.adapter.began = w.adapter.began.Add(-time.Hour) // it has been running for long
	w.server = httptest.NewServer(w.adapter)
	t.Cleanup(w.server.Close)
	w.fake.PostTo(w.server.URL, slacktest.Secret)
	w.stop, w.ended = start(t, w.adapter, w.core)
	must(t, w.fake.AwaitRequest(within(t), "auth.test", 1))
	return w
}

const formType = "application/x-www-form-urlencoded"

func (w *front) send(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r.WithContext(within(t)))
	must(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp.StatusCode, string(b)
}

func (w *front) request(t *testing.T, kind string, body string) *http.Request {
	t.Helper()
	r, err := slacktest.NewRequest(t.Context(), w.server.URL, slacktest.Secret, kind, time.Now(), []byte(body))
	must(t, err)
	return r
}

func asks(text, trigger string) string {
	return url.Values{
		"team_id": {slacktest.TeamID}, "user_id": {slacktest.Member}, "channel_id": {slacktest.GroupChannel},
		"text": {text}, "trigger_id": {trigger}, "command": {"/circle"},
	}.Encode()
}

// TestSignatures holds the door to what Slack signed, within five minutes.
func TestSignatures(t *testing.T) {
	t.Parallel()
	w := newFront(t, echo)
	body := asks("why", "1.1")
	now := time.Now()
	stamp := strconv.FormatInt(now.Unix(), 10)
	good := slacktest.Sign(slacktest.Secret, stamp, []byte(body))
	at := func(d time.Duration) (string, string) {
		s := strconv.FormatInt(now.Add(d).Unix(), 10)
		return s, slacktest.Sign(slacktest.Secret, s, []byte(body))
	}
	old, oldSigned := at(-301 * time.Second)
	early, earlySigned := at(310 * time.Second)
	emptySecret := slacktest.Sign("", stamp, []byte(body))
	tests := map[string]http.Header{
		"nothing":               {},
		"no stamp":              {"X-Slack-Signature": {good}},
		"no signature":          {"X-Slack-Request-Timestamp": {stamp}},
		"empty signature":       {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {""}},
		"version alone":         {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0="}},
		"no version":            {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {good[3:]}},
		"another version":       {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v1" + good[2:]}},
		"one letter off":        {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {flip(good)}},
		"cut short":             {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {good[:20]}},
		"longer":                {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {good + "00"}},
		"no hexadecimal":        {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0=" + strings.Repeat("z", 64)}},
		"two signatures":        {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {good, good}},
		"two stamps":            {"X-Slack-Request-Timestamp": {stamp, stamp}, "X-Slack-Signature": {good}},
		"another stamp":         {"X-Slack-Request-Timestamp": {strconv.FormatInt(now.Unix()+1, 10)}, "X-Slack-Signature": {good}},
		"stamp no number":       {"X-Slack-Request-Timestamp": {"today"}, "X-Slack-Signature": {good}},
		"stamp with a fraction": {"X-Slack-Request-Timestamp": {stamp + ".0"}, "X-Slack-Signature": {good}},
		"endless stamp":         {"X-Slack-Request-Timestamp": {strings.Repeat("9", 18)}, "X-Slack-Signature": {good}},
		"too old":               {"X-Slack-Request-Timestamp": {old}, "X-Slack-Signature": {oldSigned}},
		"from the future":       {"X-Slack-Request-Timestamp": {early}, "X-Slack-Signature": {earlySigned}},
		"another secret":        {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {slacktest.Sign("another", stamp, []byte(body))}},
		"empty secret":          {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {emptySecret}},
		"another body":          {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {slacktest.Sign(slacktest.Secret, stamp, []byte(body+"&x=1"))}},
	}
	for name, header := range tests {
		r, err := http.NewRequest(http.MethodPost, w.server.URL, strings.NewReader(body))
		must(t, err)
		r.Header = header
		r.Header.Set("Content-Type", formType)
		if status, _ := w.send(t, r); status != http.StatusUnauthorized {
			t.Errorf("%s: status %d", name, status)
		}
	}
	if n := len(w.core.requests()); n != 0 {
		t.Fatalf("%d unsigned requests were answered", n)
	}
	for _, d := range []time.Duration{-290 * time.Second, 290 * time.Second} {
		r, err := slacktest.NewRequest(t.Context(), w.server.URL, slacktest.Secret, formType, now.Add(d), []byte(asks("why", "t"+d.String())))
		must(t, err)
		if status, _ := w.send(t, r); status != http.StatusOK {
			t.Errorf("%s off: status %d", d, status)
		}
	}
}

func flip(s string) string {
	b := []byte(s)
	if b[len(b)-1]++; b[len(b)-1] == 'g' || b[len(b)-1] == ':' {
		b[len(b)-1] = '0'
	}
	return string(b)
}

func TestRequestsOverHTTP(t *testing.T) {
	t.Parallel()
	w := newFront(t, echo)
	big := strings.Repeat("x", maxRequest+1)
	tests := map[string]struct {
		request *http.Request
		status  int
		says    string
	}{
		"are you there":      {w.request(t, "application/json", `{"type":"url_verification","challenge":"3eZbrw1aB","token":"x"}`), 200, "3eZbrw1aB"},
		"a strange question": {w.request(t, "application/json", `{"type":"url_verification","challenge":"<script>"}`), 400, ""},
		"no challenge":       {w.request(t, "application/json", `{"type":"url_verification"}`), 400, ""},
		"certificate":        {unsigned(t, w, "ssl_check=1&token=x"), 200, ""},
		"unknown event":      {w.request(t, "application/json", `{"type":"event_callback","event":{"type":"reaction_added"}}`), 200, ""},
		"unknown kind":       {w.request(t, "application/json", `{"type":"app_rate_limited"}`), 200, ""},
		"no JSON":            {w.request(t, "application/json", `{`), 400, ""},
		"no form":            {w.request(t, formType, `%zz`), 400, ""},
		"empty form":         {w.request(t, formType, ``), 400, ""},
		"no payload":         {w.request(t, formType, `payload=7`), 400, ""},
		"another type":       {w.request(t, "text/plain", `x`), 400, ""},
		"no type":            {w.request(t, "", `x`), 400, ""},
		"too large":          {w.request(t, "application/json", big), 413, ""},
	}
	for name, tt := range tests {
		status, says := w.send(t, tt.request)
		if status != tt.status || tt.says != "" && says != tt.says {
			t.Errorf("%s: status %d, %q", name, status, says)
		}
	}
	w.stop()
	<-w.ended
	if n := len(w.core.requests()); n != 0 {
		t.Errorf("%d requests reached the core", n)
	}
}

func unsigned(t *testing.T, w *front, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, w.server.URL, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", formType)
	return r
}

// TestOnceOverHTTP delivers again what was taken: byte for byte, as somebody who
// listens would, and signed anew, as Slack does.
func TestOnceOverHTTP(t *testing.T) {
	t.Parallel()
	w := newFront(t, echo)
	p := do(t, w.fake, slacktest.Ask{Kind: slacktest.Mention, Text: "hello"})
	if _, err := p.Shown(within(t), 1); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		must(t, p.Again(true))
	}
	first := w.request(t, formType, asks("why", ""))
	replay := first.Clone(t.Context())
	replay.Body = io.NopCloser(strings.NewReader(asks("why", "")))
	if status, _ := w.send(t, first); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if status, _ := w.send(t, replay); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if err := w.fake.AwaitRequest(within(t), "ack", 4); err != nil { // all were taken
		t.Fatal(err)
	}
	w.stop()
	<-w.ended
	counts := map[string]int{}
	for _, r := range w.core.requests() {
		counts[r.Command]++
	}
	if counts["help"] != 1 || counts["why"] != 1 {
		t.Errorf("handled %v", counts)
	}
}

// TestAcknowledgedBeforeWork asks a core that does not answer until Slack knows.
func TestAcknowledgedBeforeWork(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	w := newFront(t, func(r bot.Request) bot.Answer {
		<-release
		return echo(r)
	})
	free := sync.OnceFunc(func() { close(release) })
	t.Cleanup(free)
	p := do(t, w.fake, slacktest.Ask{Text: "why"})
	if _, err := p.AwaitAck(within(t)); err != nil {
		t.Fatalf("not acknowledged: %v", err)
	}
	// A form waits for its answer, but no longer than Slack does.
	sent := do(t, w.fake, slacktest.Ask{Kind: slacktest.Submit, On: &slacktest.Shown{View: &slacktest.View{ID: "V1", Type: "modal", PrivateMetadata: privateMetadata{Call: bot.Call{Command: "why"}.Encode()}.String()}}})
	if _, err := sent.AwaitAck(within(t)); err != nil {
		t.Fatalf("not acknowledged: %v", err)
	}
	free()
	if _, err := p.Shown(within(t), 1); err != nil {
		t.Fatal(err)
	}
	if n := w.fake.Late(); n > 0 {
		t.Errorf("%d came too late", n)
	}
}

func TestNobodyServesOverHTTP(t *testing.T) {
	t.Parallel()
	a, err := New(Config{BotToken: slacktest.BotToken, HTTP: true, Secret: slacktest.Secret})
	must(t, err)
	for _, tt := range []struct {
		adapter *Adapter
		status  int
	}{{a, http.StatusServiceUnavailable}, {newAdapter(t, slacktest.New(t, slacktest.Options{}), ""), http.StatusNotFound}} {
		r, err := slacktest.NewRequest(t.Context(), "http://bot.example", slacktest.Secret, formType, time.Now(), []byte(asks("why", "1")))
		must(t, err)
		w := httptest.NewRecorder()
		tt.adapter.ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("status %d, want %d", w.Code, tt.status)
		}
	}
}

// TestThrownOut removes the app, in both modes: Serve ends and says why.
func TestThrownOut(t *testing.T) {
	t.Parallel()
	for _, kind := range []slacktest.Kind{slacktest.Uninstalled, slacktest.Revoked} {
		w := newFront(t, echo)
		w.fake.Revoke("account_inactive")
		do(t, w.fake, slacktest.Ask{Kind: kind})
		select {
		case err := <-w.ended:
			if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "install the app again") {
				t.Errorf("ended with %v", err)
			}
		case <-within(t).Done():
			t.Fatal("it still serves")
		}
		if w.adapter.Connected() {
			t.Error("it says that it is connected")
		}
	}
	// Somebody revoked another token, or installed the app anew: it goes on.
	w := newFront(t, echo)
	do(t, w.fake, slacktest.Ask{Kind: slacktest.Revoked})
	must(t, w.fake.AwaitRequest(within(t), "auth.test", 2))
	see(t, w.fake, slacktest.Ask{Text: "why"})
}

// TestLooksAfterItsToken serves over HTTP while Slack is down and then refuses.
func TestLooksAfterItsToken(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	a, err := New(Config{BotToken: slacktest.BotToken, HTTP: true, Secret: slacktest.Secret, APIURL: fake.URL})
	must(t, err)
	wake := make(chan struct{})
	a.sleep = func(ctx context.Context, _ time.Duration) bool {
		select {
		case <-wake:
			return true
		case <-ctx.Done():
			return false
		}
	}
	fake.Fail(slacktest.Fault{Method: "auth.test", Status: 500})
	_, ended := start(t, a, &core{answer: echo})
	turn := func() (over bool) {
		t.Helper()
		select {
		case wake <- struct{}{}: // it sleeps, so the turn before has ended
			return false
		case err := <-ended:
			if !errors.Is(err, ErrRefused) {
				t.Errorf("ended with %v", err)
			}
			return true
		case <-within(t).Done():
			t.Fatal("it does nothing")
			return true
		}
	}
	turn()
	turn()
	if n := fake.Count("auth.test"); n < 2 || !a.Connected() {
		t.Errorf("connected: %v after %d look-ups", a.Connected(), n)
	}
	fake.Fail(slacktest.Fault{Method: "auth.test", Status: 500, Times: 100})
	turn()
	turn()
	if a.Connected() {
		t.Error("connected to a Slack that is down")
	}
	fake.Mend()
	fake.Revoke("token_revoked")
	for !turn() {
	}
}

// FuzzServeHTTP posts anything, signed: nothing breaks, and nothing is answered
// that is no request.
func FuzzServeHTTP(f *testing.F) {
	f.Add("application/json", []byte(`{"type":"url_verification","challenge":"abc"}`))
	f.Add("application/json", []byte(`{"type":"event_callback","event_id":"E1","event":{"type":"app_home_opened","tab":"home","user":"U1"}}`))
	f.Add(formType, []byte(asks("why", "1")))
	f.Add(formType, []byte("payload="+url.QueryEscape(`{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"page.on","value":"x"}],"view":{"type":"home"}}`)))
	f.Add(formType, []byte("payload="+url.QueryEscape(`{"type":"view_submission","user":{"id":"U1"},"view":{"private_metadata":"{}","state":{"values":{"a":{"b":{"value":null}}}}}}`)))
	f.Add(formType, []byte("payload="+url.QueryEscape(`{"type":"shortcut","user":{"id":"U1"},"callback_id":"global.1/share/?"}`)))
	a, err := New(Config{BotToken: slacktest.BotToken, HTTP: true, Secret: slacktest.Secret, APIURL: "http://127.0.0.1:1/"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		ctx, cancel := context.WithCancelCause(t.Context())
		s := newServing(a, &core{answer: echo}, cancel)
		cancel(nil)
		a.server.Store(s)
		r, err := slacktest.NewRequest(t.Context(), "http://bot.example", slacktest.Secret, kind, time.Now(), body)
		if err != nil {
			t.Skip("no request can be made of this kind and body")
		}
		w := httptest.NewRecorder()
		q, _, err := decodeRequest(kind, body)
		if err == nil && q.kind != nothing {
			return // it would be worked on, which other tests see to
		}
		a.ServeHTTP(w, r.WithContext(ctx))
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("status %d", w.Code)
		}
		if w.Code == http.StatusOK && bytes.Contains(w.Body.Bytes(), []byte("<")) {
			t.Errorf("it repeats %q", w.Body)
		}
	})
}

// TestTooManyAtOnceAreAcknowledged fills the desk: a command and a form are told so, and a button
// and suggestions get a bare acknowledgement.
func TestTooManyAtOnceAreAcknowledged(t *testing.T) {
	t.Parallel()
	a, err := New(Config{BotToken: slacktest.BotToken, HTTP: true, Secret: slacktest.Secret, APIURL: "http://127.0.0.1:1/"})
	must(t, err)
	a.desk = intake.New(intake.Config{Places: 1, Urgent: 1})
	a.desk.Open(&core{answer: echo})
	v, err := a.desk.Admit(false)
	must(t, err)
	s := newServing(a, &core{answer: echo}, func(error) {})
	for kind, want := range map[requestKind]string{slash: "in a moment", submission: "nothing was saved", control: "", suggestion: ""} {
		var got []byte
		to := &ack{room: maxRequest, send: func(payload []byte, _ bool) error { got = payload; return nil }}
		must(t, s.take(request{kind: kind, screen: map[string]string{"at": "1"}}, to, (*intake.Visit).Go))
		if want == "" && got != nil || !strings.Contains(string(got), want) {
			t.Errorf("kind %d is acknowledged with %q, want %q", kind, got, want)
		}
	}
	v.Run(func() {})
	a.desk.Close()
}

// TestSignedBeforeTheStart posts again what an earlier process may have met: commands,
// buttons and forms are refused, which Slack does not send twice. Events are taken,
// since Slack sends those again that nobody answered, and so is a call for help.
func TestSignedBeforeTheStart(t *testing.T) {
	t.Parallel()
	w := newFront(t, echo)
	began := time.Now()
	w.adapter.began = began
	const event = `{"type":"event_callback","event_id":"E%s","team_id":"` + slacktest.TeamID + `","event":{"type":"app_home_opened","tab":"home","user":"` + slacktest.Member + `"}}`
	payload := func(of string) string { return "payload=" + url.QueryEscape(of) }
	for _, tt := range []struct {
		name, kind, body string
		at               time.Duration // signed so long after the start
		status           int
	}{
		{"a command from before", formType, asks("why", "1"), -time.Minute, 401},
		{"a command from long before", formType, asks("why", "2"), -4 * time.Minute, 401},
		{"a button from before", formType, payload(`{"type":"block_actions","trigger_id":"3","user":{"id":"` + slacktest.Member + `"},"channel":{"id":"` + slacktest.GroupChannel + `"},"actions":[{"action_id":"1","value":"1/why/?","type":"button"}]}`), -time.Minute, 401},
		{"a form from before", formType, payload(`{"type":"view_submission","trigger_id":"4","user":{"id":"` + slacktest.Member + `"},"view":{"id":"V1","private_metadata":"{}","state":{"values":{}}}}`), -time.Minute, 401},
		{"an event from before", "application/json", strings.Replace(event, "%s", "5", 1), -time.Minute, 200},
		{"help from before", formType, asks("crisis", "6"), -time.Minute, 200},
		{"a command from the start", formType, asks("why", "7"), -2 * time.Second, 200},
		{"a command from after", formType, asks("why", "8"), time.Second, 200},
	} {
		r, err := slacktest.NewRequest(t.Context(), w.server.URL, slacktest.Secret, tt.kind, began.Add(tt.at), []byte(tt.body))
		must(t, err)
		if status, _ := w.send(t, r); status != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, status, tt.status)
		}
	}
	w.stop()
	<-w.ended
	counts := map[string]int{}
	for _, r := range w.core.requests() {
		counts[r.Command]++
	}
	if counts["why"] != 2 || counts["crisis"] != 1 {
		t.Errorf("handled %v", counts)
	}
}

// BenchmarkEndpoint is a signed command to its answer, without a network.
func BenchmarkEndpoint(b *testing.B) {
	s, err := slacktest.Start(slacktest.Options{Forget: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	a, err := New(Config{BotToken: slacktest.BotToken, HTTP: true, Secret: slacktest.Secret, APIURL: s.URL})
	if err != nil {
		b.Fatal(err)
	}
	a.began = a.began.Add(-time.Hour)
	library, err := content.Load(content.Options{})
	if err != nil {
		b.Fatal(err)
	}
	h, err := chat.New(chat.Config{Library: library})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, h) }()
	for !a.Connected() {
		time.Sleep(time.Millisecond)
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		r, err := slacktest.NewRequest(ctx, "http://bot.example", slacktest.Secret, formType, time.Now(), []byte(asks("strategies", strconv.Itoa(n))))
		if err != nil {
			b.Fatal(err)
		}
		w := httptest.NewRecorder()
		b.StartTimer()
		if a.ServeHTTP(w, r); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "blocks") {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	cancel()
	if err := <-done; err != nil {
		b.Error(err)
	}
}
