// Package discordtest is a Discord on loopback: REST and gateway as documented,
// with its limits, its rate limits and, on request, its faults.
//
// It is written from the documents at https://docs.discord.com/developers and
// shares no code with the adapter, so that the two check each other.
package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Identities of the fake's own application. All of them are made up.
const (
	Token   = "bot.token.for-the-fake"
	AppID   = "200000000000000001"
	BotID   = "200000000000000002"
	BotRole = "200000000000000003"
	GuildID = "300000000000000001"
	// ChannelID is a text channel of the guild that is there from the start.
	ChannelID = "400000000000000001"
)

// Options change how the fake behaves. The zero value is a Discord in good order.
type Options struct {
	Token     string           // default Token
	Heartbeat time.Duration    // default 41.25 s
	Now       func() time.Time // default time.Now; ages nonces and stamps messages
	ShowNonce bool             // message lists tell each message's nonce
	Global    int              // requests a second over all routes; default 50
	Bucket    int              // requests a second to one route of one channel; default 50
	Forget    bool             // keep no record of requests: for long runs
}

// Request is one request as it arrived.
type Request struct {
	Method string
	Route  string // the path's template: "/channels/{channel_id}/messages"
	Path   string
	Body   json.RawMessage
	Status int // 0 if no answer was given
}

// Fault makes the next requests to a route go wrong.
type Fault struct {
	Route   string // "POST /channels/{channel_id}/messages"; empty means every route
	Times   int    // how many requests; 0 means 1
	Status  int    // answer with this status
	Code    int    // Discord's error code in the body
	Message string
	HTML    bool          // the body is a page, as a proxy in front would send
	After   time.Duration // Retry-After
	Global  bool          // a 429 for the whole application
	Bare    bool          // a 429 that does not say how long
	Delay   time.Duration // wait before anything else
	Reset   bool          // cut the connection; nothing was done
	Lost    bool          // do what was asked, then cut the connection
}

// Server is a running fake. Its methods may be called from any goroutine.
type Server struct {
	URL string // what DISCORD_API_URL is set to

	o    Options
	addr string
	mux  *http.ServeMux
	wg   sync.WaitGroup

	mu       sync.Mutex
	changed  chan struct{} // closed at every change
	http     *http.Server
	requests []Request
	faults   []*Fault
	recent   []time.Time            // requests of the last second
	buckets  map[string][]time.Time // per route and channel
	lastID   uint64
	invalid  int
	limited  int
	world    world
	gate     gateway
	people   people
}

// Start runs a fake until Close.
func Start(o Options) (*Server, error) {
	if o.Token == "" {
		o.Token = Token
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 41250 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Global == 0 {
		o.Global = 50
	}
	if o.Bucket == 0 {
		o.Bucket = 50
	}
	s := &Server{o: o, mux: http.NewServeMux(), changed: make(chan struct{}), buckets: map[string][]time.Time{}}
	s.world = newWorld()
	s.gate.sessions = map[string]*session{}
	s.gate.startsLeft = 1000
	s.people.asked = map[string]*asked{}
	s.routes()
	s.mux.HandleFunc("/gateway", s.serveGateway)
	s.mux.HandleFunc("/gateway/{$}", s.serveGateway)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fake Discord: %w", err)
	}
	s.addr = l.Addr().String()
	s.URL = "http://" + s.addr + base
	s.serve(l)
	return s, nil
}

// TB is the part of testing.TB that New needs.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// New runs a fake until the test ends.
func New(t TB, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(s.Close)
	return s
}

const base = "/api/v10"

func (s *Server) serve(l net.Listener) {
	h := &http.Server{Handler: s.mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
	s.mu.Lock()
	s.http = h
	s.mu.Unlock()
	s.wg.Go(func() { _ = h.Serve(l) }) // ends with ErrServerClosed
}

// Down cuts every connection and refuses new ones until Up.
func (s *Server) Down() {
	s.mu.Lock()
	h := s.http
	s.http = nil
	s.mu.Unlock()
	if h == nil {
		return
	}
	_ = h.Close()
	s.cutGateway()
	s.wg.Wait()
}

// Up listens again after Down, at the same address.
func (s *Server) Up() error {
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("fake Discord: %w", err)
	}
	s.serve(l)
	return nil
}

// Close ends the fake.
func (s *Server) Close() { s.Down() }

// Requests lists what arrived so far, interactions' answers included.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Counts tells how many requests were invalid (401, 403, 429) and how many of
// those were answered 429. 10,000 invalid ones in ten minutes ban an address:
// https://docs.discord.com/developers/topics/rate-limits
func (s *Server) Counts() (invalid, limited int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalid, s.limited
}

// Fail makes coming requests go wrong. Faults are used up in order.
func (s *Server) Fail(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend forgets the faults that are left.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Await waits until cond holds. cond runs under the server's lock: it must not
// call the server.
func (s *Server) await(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		if cond() {
			s.mu.Unlock()
			return nil
		}
		c := s.changed
		s.mu.Unlock()
		select {
		case <-c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tell wakes those who wait. The lock is held.
func (s *Server) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// AwaitRequest waits until n requests to a route have been answered:
// "POST /channels/{channel_id}/messages".
func (s *Server) AwaitRequest(ctx context.Context, route string, n int) error {
	return s.await(ctx, func() bool {
		k := 0
		for _, r := range s.requests {
			if r.Method+" "+r.Route == route {
				k++
			}
		}
		return k >= n
	})
}

// id makes a snowflake. The lock is held.
func (s *Server) id() string {
	ms := s.o.Now().UnixMilli() - 1420070400000
	id := uint64(max(ms, 0)) << 22
	if id <= s.lastID {
		id = s.lastID + 1
	}
	s.lastID = id
	return strconv.FormatUint(id, 10)
}

// call is one request being answered. Handlers run under the server's lock.
type call struct {
	r    *http.Request
	body []byte
}

// answer is a status and a body to be written as JSON.
type answer struct {
	status int
	body   any
}

type problem struct {
	Message string  `json:"message"`
	Code    int     `json:"code"`
	After   float64 `json:"retry_after,omitempty"`
	Global  *bool   `json:"global,omitempty"`
	Errors  any     `json:"errors,omitempty"`
}

func fail(status, code int, message string) answer {
	return answer{status, problem{Message: message, Code: code}}
}

func invalidForm(field, reason string) answer {
	return answer{http.StatusBadRequest, problem{
		Message: "Invalid Form Body", Code: 50035,
		Errors: map[string]any{field: map[string]any{"_errors": []any{map[string]string{"code": "BASE_TYPE_BAD", "message": reason}}}},
	}}
}

// open routes carry a token in their path and are exempt from the bot's limit.
type access bool

const (
	byBot   access = false
	byToken access = true
)

func (s *Server) handle(method, route string, how access, f func(call) answer) {
	s.mux.HandleFunc(method+" "+base+route, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		f2 := s.nextFault(method + " " + route)
		if f2.Delay > 0 {
			select {
			case <-time.After(f2.Delay):
			case <-r.Context().Done():
			}
		}
		if f2.Reset {
			s.record(r, route, body, 0)
			panic(http.ErrAbortHandler)
		}
		s.mu.Lock()
		a := s.refuse(w, r, route, how, f2)
		if a.status == 0 {
			a = f(call{r, body})
		}
		s.mu.Unlock()
		if f2.Lost {
			s.record(r, route, body, 0)
			panic(http.ErrAbortHandler)
		}
		if f2.HTML && f2.Status != 0 {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(a.status)
			_, _ = io.WriteString(w, "<html><body>The service is not available.</body></html>")
		} else {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(a.status)
			if a.body != nil {
				_ = json.NewEncoder(w).Encode(a.body)
			}
		}
		s.record(r, route, body, a.status)
	})
}

func (s *Server) record(r *http.Request, route string, body []byte, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch status {
	case http.StatusTooManyRequests:
		s.limited++
		s.invalid++
	case http.StatusUnauthorized, http.StatusForbidden:
		s.invalid++
	}
	if !s.o.Forget {
		s.requests = append(s.requests, Request{r.Method, route, strings.TrimPrefix(r.URL.Path, base), body, status})
	}
	s.tell()
}

func (s *Server) nextFault(route string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Route != "" && f.Route != route {
			continue
		}
		got := *f
		if f.Times--; f.Times <= 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		return got
	}
	return Fault{}
}

// refuse answers instead of the route: faults, authorisation, rate limits.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, route string, how access, f Fault) answer {
	if f.Status == http.StatusTooManyRequests {
		a := s.tooMany(w, max(f.After, time.Millisecond), f.Global)
		if f.Bare {
			w.Header().Del("Retry-After")
			w.Header().Del("X-RateLimit-Reset-After")
			a.body = problem{Message: "You are being rate limited."}
		}
		return a
	}
	if f.Status != 0 {
		m := f.Message
		if m == "" {
			m = http.StatusText(f.Status)
		}
		return fail(f.Status, f.Code, m)
	}
	if how == byToken {
		return answer{}
	}
	if r.Header.Get("Authorization") != "Bot "+s.o.Token {
		return fail(http.StatusUnauthorized, 0, "401: Unauthorized")
	}
	if !strings.HasPrefix(r.Header.Get("User-Agent"), "DiscordBot (") {
		return fail(http.StatusForbidden, 0, "a User-Agent is required")
	}
	now := time.Now()
	s.recent = lastSecond(s.recent, now)
	if len(s.recent) >= s.o.Global {
		return s.tooMany(w, s.recent[0].Add(time.Second).Sub(now), true)
	}
	key := r.Method + route + r.PathValue("channel_id")
	used := lastSecond(s.buckets[key], now)
	if len(used) >= s.o.Bucket {
		s.buckets[key] = used
		w.Header().Set("X-RateLimit-Remaining", "0")
		return s.tooMany(w, used[0].Add(time.Second).Sub(now), false)
	}
	s.recent = append(s.recent, now)
	s.buckets[key] = append(used, now)
	reset := s.buckets[key][0].Add(time.Second)
	h := w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(s.o.Bucket))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(s.o.Bucket-len(s.buckets[key])))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(reset.UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", reset.Sub(now).Seconds()))
	h.Set("X-RateLimit-Bucket", "fake")
	return answer{}
}

func (s *Server) tooMany(w http.ResponseWriter, after time.Duration, global bool) answer {
	h := w.Header()
	h.Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", after.Seconds()))
	h.Set("X-RateLimit-Scope", "user")
	if global {
		h.Set("X-RateLimit-Global", "true")
		h.Set("X-RateLimit-Scope", "global")
	}
	return answer{http.StatusTooManyRequests, problem{Message: "You are being rate limited.", After: after.Seconds(), Global: &global}}
}

func lastSecond(ts []time.Time, now time.Time) []time.Time {
	i := 0
	for i < len(ts) && now.Sub(ts[i]) >= time.Second {
		i++
	}
	return ts[i:]
}
