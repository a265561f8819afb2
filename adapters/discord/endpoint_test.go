package discord

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/content"
)

func newEndpoint(t *testing.T, s *discordtest.Server) *Adapter {
	t.Helper()
	a, err := New(Config{
		Token: discordtest.Token, APIURL: s.URL, HTTP: true, PublicKey: discordtest.PublicKey(), ModeratorRole: "700000000000000001",
	})
	must(t, err)
	a.times = quickTimes()
	t.Cleanup(a.client.CloseIdleConnections)
	return a
}

// serveEndpoint serves over HTTP until the test ends, or stop is called.
func serveEndpoint(t *testing.T, a *Adapter, s *discordtest.Server, h bot.Handler) (stop func() error) {
	t.Helper()
	const ready = "GET /applications/{application_id}/commands" // asked by each adapter that has begun
	before := s.CountRequests(ready)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, h) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	server := httptest.NewServer(a)
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("Serve: %v", err)
		}
		server.Close()
	})
	must(t, s.AwaitRequest(soon(t), ready, before+1))
	s.Deliver(server.URL)
	return stop
}

// ring posts a body with headers and tells the status and the answer.
func ring(a *Adapter, body []byte, h http.Header) (int, string) {
	r := httptest.NewRequest(http.MethodPost, "/discord/interactions", bytes.NewReader(body))
	r.Header = h
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestEndpointRefuses(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a := newEndpoint(t, s)
	handled := 0
	serveEndpoint(t, a, s, core{handle: func(context.Context, bot.Request) bot.Answer { handled++; return say("Fine.") }})
	_, body, err := s.Payload(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
	must(t, err)
	now := time.Now()
	with := func(name string, change func(string) string) http.Header {
		h := discordtest.Sign(body, now)
		h.Set(name, change(h.Get(name)))
		return h
	}
	without := func(name string) http.Header {
		h := discordtest.Sign(body, now)
		h.Del(name)
		return h
	}
	const signature, stamp = "X-Signature-Ed25519", "X-Signature-Timestamp"
	to := func(s string) func(string) string { return func(string) string { return s } }
	for name, h := range map[string]http.Header{
		"no headers":            {},
		"no signature":          without(signature),
		"no timestamp":          without(stamp),
		"signature of nothing":  discordtest.Sign(nil, now),
		"signature of another":  discordtest.Sign(append([]byte(" "), body...), now),
		"one bit changed":       with(signature, func(s string) string { return flip(s) }),
		"all zeros":             with(signature, to(strings.Repeat("0", 128))),
		"cut short":             with(signature, func(s string) string { return s[:126] }),
		"too long":              with(signature, func(s string) string { return s + "00" }),
		"not hexadecimal":       with(signature, to(strings.Repeat("x", 128))),
		"empty":                 with(signature, to("")),
		"another timestamp":     with(stamp, to(strconv.FormatInt(now.Unix()+1, 10))),
		"timestamp with a zero": with(stamp, func(s string) string { return "0" + s }),
		"timestamp in words":    with(stamp, to("now")),
		"endless timestamp":     with(stamp, to(strings.Repeat("1", 4000))),
		"six minutes old":       discordtest.Sign(body, now.Add(-6*time.Minute)),
		"six minutes ahead":     discordtest.Sign(body, now.Add(6*time.Minute)),
		"years old":             discordtest.Sign(body, time.Unix(0, 0)),
	} {
		if code, got := ring(a, body, h); code != http.StatusUnauthorized || strings.Contains(got, "{") {
			t.Errorf("%s: %d %q", name, code, got)
		}
	}
	if code, got := ring(a, body, discordtest.Sign(body, now)); code != http.StatusOK || !strings.Contains(got, "Fine.") {
		t.Errorf("rightly signed: %d %s", code, got)
	}
	for name, h := range map[string]http.Header{"replay": discordtest.Sign(body, now), "replay signed anew": discordtest.Sign(body, now.Add(time.Second))} {
		if code, _ := ring(a, body, h); code != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, code)
		}
	}
	if handled != 1 {
		t.Errorf("handled %d requests", handled)
	}
	for name, c := range map[string]struct {
		body []byte
		want int
	}{
		"no JSON":    {[]byte("hello"), http.StatusBadRequest},
		"no ID":      {[]byte(`{"type":2}`), http.StatusBadRequest},
		"a new kind": {[]byte(`{"id":"9","application_id":"4","token":"x","type":9}`), http.StatusBadRequest},
		"too long":   {bytes.Repeat([]byte(" "), maxInteraction+1), http.StatusRequestEntityTooLarge},
	} {
		if code, _ := ring(a, c.body, discordtest.Sign(c.body, now)); code != c.want {
			t.Errorf("%s: %d, want %d", name, code, c.want)
		}
	}
	if g := s.Gate(); g.Opened != 0 {
		t.Errorf("%d gateway connections in HTTP mode", g.Opened)
	}
}

// A request that somebody recorded is of use for seconds: Discord's clock says how
// old it is, even where ours is wrong or was set.
func TestEndpointReplays(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a := newEndpoint(t, s)
	serveEndpoint(t, a, s, core{})
	until(t, "it is connected", a.Connected) // each answer of Discord's tells its time
	try := func(signed time.Time) int {
		t.Helper()
		_, body, err := s.Payload(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
		must(t, err)
		code, _ := ring(a, body, discordtest.Sign(body, signed))
		return code
	}
	now := time.Now()
	for after, want := range map[time.Duration]int{0: 200, -8 * time.Second: 200, 8 * time.Second: 200, -20 * time.Second: 401, 20 * time.Second: 401, -4 * time.Minute: 401} {
		if code := try(now.Add(after)); code != want {
			t.Errorf("signed %s from now: %d, want %d", after, code, want)
		}
	}
	ahead := func(d time.Duration, read time.Time) {
		a.clock.Learn(http.Header{"Date": {read.Add(d).UTC().Format(http.TimeFormat)}}, read, read)
	}
	ahead(3*time.Minute, time.Now()) // our clock is three minutes slow
	if code := try(time.Now().Add(3 * time.Minute)); code != 200 {
		t.Errorf("by Discord's clock: %d", code)
	}
	asked := func() (n int) {
		for _, r := range s.Requests() {
			if r.Path == "/users/@me" {
				n++
			}
		}
		return n
	}
	if code := try(time.Now()); code != 401 || asked() != 0 {
		t.Errorf("by ours: %d, asked %d times", code, asked())
	}
	ahead(3*time.Minute, time.Now().Add(-time.Hour)) // and was set right since
	if code := try(time.Now()); code != 401 {
		t.Errorf("by ours: %d", code)
	}
	must(t, s.AwaitRequest(soon(t), "GET /users/@me", 1))
	until(t, "the answer has been read", func() bool { return try(time.Now()) == 200 })
}

// drip is a Discord whose answer has the time at which it is asked: the header comes
// after a while, the body after another.
type drip struct{ head, body time.Duration }

func (d drip) RoundTrip(*http.Request) (*http.Response, error) {
	h := http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}
	time.Sleep(d.head)
	return &http.Response{StatusCode: http.StatusOK, Header: h, Body: io.NopCloser(&slowly{d.body, strings.NewReader("{}")})}, nil
}

type slowly struct {
	wait time.Duration
	io.Reader
}

func (s *slowly) Read(p []byte) (int, error) {
	time.Sleep(s.wait)
	s.wait = 0
	return s.Reader.Read(p)
}

// However slow an answer is, Discord's clock is not taken for another than it is.
func TestEndpointClock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		drip
		read bool
	}{
		{drip{0, 0}, true},
		{drip{2 * time.Second, 0}, true},
		{drip{0, 9 * time.Second}, true},
		{drip{9 * time.Second, 0}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, err := New(Config{Token: discordtest.Token})
			must(t, err)
			a.client.Transport = c.drip
			must(t, a.get(t.Context(), "/users/@me", nil))
			if theirs, read := a.clock.At(time.Now()); read.IsZero() == c.read || time.Since(theirs).Abs() > c.head {
				t.Errorf("%v: read %v, off by %s", c.drip, read, time.Since(theirs))
			}
		})
	}
}

// flip changes one bit of a text in hexadecimal.
func flip(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		return ""
	}
	b[40] ^= 1
	return hex.EncodeToString(b)
}

func TestEndpointPing(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a := newEndpoint(t, s) // answers before it serves: Discord asks when the address is saved
	_, body, err := s.Payload(discordtest.Ask{Kind: discordtest.Ping})
	must(t, err)
	for range 2 {
		if code, got := ring(a, body, discordtest.Sign(body, time.Now())); code != http.StatusOK || got != `{"type":1}` {
			t.Errorf("%d %s", code, got)
		}
	}
	if code, _ := ring(a, body, http.Header{}); code != http.StatusUnauthorized {
		t.Errorf("unsigned: %d", code)
	}
	_, body, err = s.Payload(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
	must(t, err)
	if code, _ := ring(a, body, discordtest.Sign(body, time.Now())); code != http.StatusServiceUnavailable {
		t.Errorf("before Serve: %d", code)
	}
}

// A slow handler's answer is promised in the response and told by the webhook;
// where Discord does not yet know what to add to, it is told again.
func TestEndpointPromises(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a := newEndpoint(t, s)
	release := make(chan struct{})
	serveEndpoint(t, a, s, core{handle: func(ctx context.Context, _ bot.Request) bot.Answer {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return say("At last.")
	}})
	s.Fail(discordtest.Fault{Route: "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original", Status: 404, Code: 10015})
	p := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
	if sh, err := p.Acked(soon(t)); err != nil || sh.Type != 5 || !sh.Ephemeral {
		t.Errorf("%+v %v", sh, err)
	}
	close(release)
	if sh := answer(t, p); !strings.Contains(sh.Words(), "At last.") {
		t.Errorf("%+v", sh)
	}
	refusedNothing(t, s)
}

// While one person's answer takes long, another's request on the same connection
// does not wait for it.
func TestEndpointDoesNotQueue(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a := newEndpoint(t, s)
	release := make(chan struct{})
	serveEndpoint(t, a, s, core{handle: func(ctx context.Context, r bot.Request) bot.Answer {
		if r.Command == "reminder" {
			select {
			case <-release:
			case <-ctx.Done():
			}
		}
		return say("Fine.")
	}})
	slow := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "reminder"})
	if _, err := slow.Acked(soon(t)); err != nil { // its connection is free for the client
		t.Fatal(err)
	}
	for range 5 {
		if sh := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})); sh.Type != 4 {
			t.Errorf("%+v", sh)
		}
	}
	close(release)
	answer(t, slow)
	refusedNothing(t, s)
}

// In HTTP mode, too, a revoked token ends Serve.
func TestEndpointTokenRevoked(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a := newEndpoint(t, s)
	done := make(chan error, 1)
	go func() { done <- a.Serve(soon(t), core{}) }()
	must(t, s.AwaitRequest(soon(t), "PUT /applications/{application_id}/commands", 1))
	// One refusal alone may be a proxy's: Discord is asked before giving up.
	s.Fail(discordtest.Fault{Route: "POST /channels/{channel_id}/messages", Status: 401})
	if _, err := a.Send(soon(t), here, note("key1", "Words.")); !errors.Is(err, ErrToken) {
		t.Errorf("%v", err)
	}
	must(t, s.AwaitRequest(soon(t), "GET /users/@me", 1))
	select {
	case err := <-done:
		t.Fatalf("ended: %v", err)
	default:
	}
	s.Fail(discordtest.Fault{Status: 401, Times: 100})
	_, _ = a.Send(soon(t), here, note("key2", "Words."))
	if err := <-done; !errors.Is(err, ErrToken) {
		t.Errorf("%v", err)
	}
}

// brokenPipe is a response that nobody receives.
type brokenPipe struct{ *httptest.ResponseRecorder }

func (brokenPipe) Write([]byte) (int, error) {
	return 0, errors.New("write tcp 192.0.2.7:443: broken pipe")
}

// What cannot be sent is logged without naming the peer.
func TestEndpointBreaks(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a := newEndpoint(t, s)
	log := &adaptertest.Log{}
	a.c.Log = slog.New(slog.NewTextHandler(log, nil))
	serveEndpoint(t, a, s, core{handle: func(context.Context, bot.Request) bot.Answer { return say("Fine.") }})
	_, body, err := s.Payload(discordtest.Ask{Kind: discordtest.Command, Name: "why"})
	must(t, err)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header = discordtest.Sign(body, time.Now())
	a.ServeHTTP(brokenPipe{httptest.NewRecorder()}, r)
	if got := log.String(); !strings.Contains(got, "could not be sent") || strings.Contains(got, "192.0.2.7") {
		t.Errorf("logged %q", got)
	}
}

// BenchmarkEndpoint is a signed command to its answer, without a network.
func BenchmarkEndpoint(b *testing.B) {
	s, err := discordtest.Start(discordtest.Options{Forget: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	a, err := New(Config{Token: discordtest.Token, APIURL: s.URL, HTTP: true, PublicKey: discordtest.PublicKey()})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	library, err := content.Load(content.Options{})
	if err != nil {
		b.Fatal(err)
	}
	h, err := chat.New(chat.Config{Library: library})
	if err != nil {
		b.Fatal(err)
	}
	go func() { done <- a.Serve(ctx, h) }()
	until(b, "requests are taken", func() bool {
		v, err := a.desk.Admit(false)
		if err == nil {
			v.Run(func() {})
		}
		return err == nil
	})
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		_, body, err := s.Payload(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"})
		if err != nil {
			b.Fatal(err)
		}
		h := discordtest.Sign(body, time.Now())
		b.StartTimer()
		if code, got := ring(a, body, h); code != http.StatusOK {
			b.Fatalf("%d %s", code, got)
		}
	}
	cancel()
	if err := <-done; err != nil {
		b.Error(err)
	}
}
