package discord

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"circlekeeper/adapters/discord/discordtest"
)

// middleman is a proxy that goes on to any address, for whom it knows.
type middleman struct {
	mu    sync.Mutex
	asked []string
	adds  string // to what the other side says
}

func (m *middleman) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	m.asked = append(m.asked, r.Method+" "+r.Host)
	m.mu.Unlock()
	if r.Header.Get("Proxy-Authorization") != "Basic YW5uYTpzZWNyZXQ=" {
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	to, err := net.Dial("tcp", r.Host) //nolint:noctx // of a test
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer to.Close()
	from, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer from.Close()
	_, _ = io.WriteString(from, "HTTP/1.1 200 Connection established\r\n\r\n"+m.adds)
	go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
	_, _ = io.Copy(from, to)
}

// The gateway goes through the proxy that REST calls go through.
func TestGatewayThroughAProxy(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	m := &middleman{}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	through, err := url.Parse(strings.Replace(server.URL, "http://", "http://anna:secret@", 1))
	must(t, err)
	a, logs := newAdapter(t, s)
	a.proxy = http.ProxyURL(through)
	serve(t, a, s, core{})
	answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}))
	s.Cut() // what lies behind the proxy is seen to end
	if err := s.AwaitReady(soon(t), 2); err != nil || s.Gate().Resumes != 1 {
		t.Errorf("%v %+v", err, s.Gate())
	}
	at, err := url.Parse(s.URL)
	must(t, err)
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Contains(m.asked, "CONNECT "+at.Host) || strings.Contains(logs.String(), "secret") {
		t.Errorf("asked %v, logged %s", m.asked, logs)
	}
}

func TestProxiesThatRefuse(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&middleman{})
	t.Cleanup(server.Close)
	chatty := httptest.NewServer(&middleman{adds: "Welcome!"})
	t.Cleanup(chatty.Close)
	mute := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(mute.Close)
	a, err := New(Config{Token: discordtest.Token})
	must(t, err)
	for address, says := range map[string]string{
		strings.Replace(chatty.URL, "http://", "http://anna:secret@", 1): "data of its own",
		strings.Replace(server.URL, "http://", "http://ben:secret@", 1):  "the proxy answered 407",
		"socks5://127.0.0.1:1": "http and https only",
		"http://127.0.0.1:1":   "proxyconnect",
		mute.URL:               "proxyconnect", // hangs up
	} {
		through, err := url.Parse(address)
		must(t, err)
		a.proxy = http.ProxyURL(through)
		if _, err := a.dial(t.Context(), "https", strings.TrimPrefix(server.URL, "http://")); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
	}
}
