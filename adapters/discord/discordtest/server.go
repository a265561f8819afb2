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
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Identities of the fake's own application. All of them are made up.
const (
	Token   = "bot.token.for-the-fake"
	AppID   = "200000000000000001"
	BotID   = "200000000000000002"
	BotRole = "200000000000000003"
	// ModeratorRole is a role of the guild that its moderators have.
	ModeratorRole = "700000000000000001"
	// FacilitatorRole is a role of the guild that gives no right by itself.
	FacilitatorRole = "700000000000000002"
	GuildID         = "300000000000000001"
	GuildName       = "The clinic"
	// ChannelID is a text channel of the guild that is there from the start.
	ChannelID   = "400000000000000001"
	ChannelName = "evening-circle"
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

	// Around, if not nil, is called when a request to a route has arrived, and
	// again, with done true, when what it asks for was done but not answered. If
	// it returns false the connection is cut there.
	Around func(route string, done bool) bool
}

// Request is one request as it arrived.
type Request struct {
	Method string
	Route  string // the path's template: "/channels/{channel_id}/messages"
	Path   string
	Body   json.RawMessage
	Status int // 0 if no answer was given
}

// Server is a running fake. Its methods may be called from any goroutine. Its many
// fields are what a real Discord would remember, all behind one lock.
type Server struct {
	URL string // what DISCORD_API_URL is set to

	o    Options
	addr string
	mux  *http.ServeMux
	wg   sync.WaitGroup

	poster *http.Transport // to the endpoint

	mu       sync.Mutex
	changed  chan struct{} // closed at every change
	http     *http.Server
	endpoint string // where interactions are posted; empty: the gateway
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
	s.poster = &http.Transport{MaxIdleConnsPerHost: 64}
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
func (s *Server) Close() {
	s.Down()
	s.poster.CloseIdleConnections()
}

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

// await waits until cond holds. cond runs under the server's lock: it must not
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
