// Package discordtest is a Discord on loopback: REST and gateway as documented,
// with its limits, its rate limits and, on request, its faults.
//
// It is written from the documents at https://docs.discord.com/developers and
// shares no code with the adapter, so that the two check each other.
package discordtest

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"circlekeeper/adapters/adaptertest/loopback"
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

	// Around, if not nil, is called when a request to a route has arrived, and again, with done
	// set, when it was carried out but not answered. If it returns false, the connection is cut
	// there.
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

// Server is a running fake. Its methods may be called from any goroutine. It has many fields,
// because it remembers what a real Discord would, behind one lock.
type Server struct {
	URL string // what DISCORD_API_URL is set to

	loopback.Base[Request, Fault]
	o      Options
	poster *http.Transport // to the endpoint

	endpoint string                 // where interactions are posted; empty: the gateway
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
	o.Token = cmp.Or(o.Token, Token)
	o.Heartbeat = cmp.Or(o.Heartbeat, 41250*time.Millisecond)
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Global = cmp.Or(o.Global, 50)
	o.Bucket = cmp.Or(o.Bucket, 50)
	s := &Server{o: o, buckets: map[string][]time.Time{}, poster: &http.Transport{MaxIdleConnsPerHost: 64}}
	s.world = newWorld()
	s.gate.sessions = map[string]*session{}
	s.gate.startsLeft = 1000
	s.people.asked = map[string]*asked{}
	if err := s.Listen(o.Forget); err != nil {
		return nil, err
	}
	s.URL = "http://" + s.Addr + base
	s.routes()
	s.Mux.HandleFunc("/gateway", s.serveGateway)
	s.Mux.HandleFunc("/gateway/{$}", s.serveGateway)
	return s, nil
}

// New runs a fake until the test ends.
func New(t loopback.TB, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	return loopback.UntilEnd(t, s, err)
}

const base = "/api/v10"

// Down cuts every connection and refuses new ones until Up.
func (s *Server) Down() { s.Stop(s.Cut) }

// Close ends the fake.
func (s *Server) Close() {
	s.Down()
	s.poster.CloseIdleConnections()
}

// Counts tells how many requests were invalid (401, 403, 429) and how many of
// those were answered 429. 10,000 invalid ones in ten minutes ban an address:
// https://docs.discord.com/developers/topics/rate-limits
func (s *Server) Counts() (invalid, limited int) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.invalid, s.limited
}

// AwaitRequest waits until n requests to a route have been answered:
// "POST /channels/{channel_id}/messages".
func (s *Server) AwaitRequest(ctx context.Context, route string, n int) error {
	return s.Await(ctx, func() bool { return s.count(route) >= n })
}

// CountRequests tells how many requests to a route have been answered.
func (s *Server) CountRequests(route string) int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.count(route)
}

// count is CountRequests for who holds the lock.
func (s *Server) count(route string) int {
	return s.Count(func(r Request) bool { return r.Method+" "+r.Route == route })
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
