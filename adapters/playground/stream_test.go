package playground

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"circlekeeper/bot"
)

// watcher reads a stream event by event.
type watcher struct {
	t   *testing.T
	res *http.Response
	r   *bufio.Reader
}

type event struct{ id, name, data string }

func (p *page) watch(query, lastID string) *watcher {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), "GET", p.url+"/events?channel=evening"+query, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = res.Body.Close() })
	return &watcher{p.t, res, bufio.NewReader(res.Body)}
}

// event gives the next one, or the zero event at the stream's end.
func (w *watcher) event() event {
	w.t.Helper()
	var e event
	for {
		line, err := w.r.ReadString('\n')
		if err != nil {
			return event{}
		}
		line = strings.TrimSuffix(line, "\n")
		if v, ok := strings.CutPrefix(line, "id: "); ok {
			e.id = v
		}
		if v, ok := strings.CutPrefix(line, "event: "); ok {
			e.name = v
		}
		if v, ok := strings.CutPrefix(line, "data: "); ok {
			if err := json.Unmarshal([]byte(v), &e.data); err != nil {
				w.t.Fatal(err)
			}
		}
		if line == "" && e.name != "" {
			return e
		}
	}
}

func (p *page) send(title string) {
	p.t.Helper()
	if _, err := p.Send(p.t.Context(), evening, bot.Message{Title: title}); err != nil {
		p.t.Fatal(err)
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{}, &fakeCore{})
	p.send("one")
	w := p.watch("", "")
	if got := w.res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("content type %q", got)
	}
	one := w.event()
	if one.name != "post" || !strings.Contains(one.data, "one") {
		t.Fatalf("%+v", one)
	}
	p.send("two")
	if e := w.event(); !strings.Contains(e.data, "two") {
		t.Errorf("%+v", e)
	}
	if code, body := p.ask("text", "/why private-canary"); code != http.StatusOK || !strings.Contains(body, "private-canary") {
		t.Errorf("%d %s", code, body)
	}
	p.send("three")
	if e := w.event(); !strings.Contains(e.data, "three") || strings.Contains(e.data, "canary") {
		t.Errorf("a private answer was broadcast, or a post was not: %+v", e)
	}

	for name, again := range map[string]*watcher{
		"resumed":      p.watch("", one.id),
		"after":        p.watch("&after="+one.id, ""),
		"resume wins":  p.watch("&after="+p.eventID(0), one.id),
		"from nothing": p.watch("&after="+p.eventID(1), ""),
	} {
		if e := again.event(); !strings.Contains(e.data, "two") {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if e := p.watch("", "another-7").event(); e.name != "restart" {
		t.Errorf("another process's ID: %+v", e)
	}

	p.cancel()
	if e := w.event(); e != (event{}) {
		t.Errorf("after the end: %+v", e)
	}
	if err := <-p.ended; err != nil {
		t.Error(err)
	}
}

func TestStreamTellsWhatIsNext(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{Next: atNine, Channels: []Channel{{ID: "evening"}, {ID: "staff", Use: OfStaff}}}, &fakeCore{})
	if _, body, _ := p.get("/?channel=staff"); strings.Contains(body, "The next sample reminder arrives") {
		t.Error("the staff's channel shows a reminder that does not arrive there")
	}
	if e := p.watch("", "").event(); e.name != "next" || !strings.HasPrefix(e.data, "The next sample reminder arrives at <time ") || !strings.HasSuffix(e.data, ">9:41:15 PM</time>") {
		t.Errorf("%+v", e)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{}, &fakeCore{})
	open := make([]*watcher, maxStreams)
	for i := range open {
		open[i] = p.watch("", "")
		if open[i].res.StatusCode != http.StatusOK {
			t.Fatalf("stream %d: %d", i, open[i].res.StatusCode)
		}
	}
	if w := p.watch("", ""); w.res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one too many: %d", w.res.StatusCode)
	}
	if w := p.watch("&channel=x", ""); w.res.StatusCode == http.StatusOK {
		t.Error("the bound is passed by another channel")
	}
	r, _ := http.NewRequest("GET", p.url+"/events?channel=evening", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Sec-Fetch-Mode", "cors")
	if code, _, _ := p.do(r); code != http.StatusForbidden {
		t.Errorf("another site's stream: %d", code)
	}
	if code, _, _ := p.get("/events?channel=nowhere"); code != http.StatusNotFound {
		t.Errorf("unknown channel: %d", code)
	}
}

// A reader that takes nothing is dropped after the write's deadline, and its
// slot is free again.
func TestSlowReaderIsDropped(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for the deadline of a write, 5 s")
	}
	p := serve(t, Config{}, &fakeCore{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	must(t, err)
	defer conn.Close()
	must(t, conn.(*net.TCPConn).SetReadBuffer(4096))
	if _, err := io.WriteString(conn, "GET /events?channel=evening HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil { // the stream is open
		t.Fatal(err)
	}
	for range kept {
		p.send(strings.Repeat("x", 100_000))
	}
	for range maxStreams { // the last slot is the slow reader's
		p.streams <- struct{}{}
	}
}
