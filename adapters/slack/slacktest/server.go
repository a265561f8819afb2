// Package slacktest is a Slack on loopback: the Web API, response URLs and
// Socket Mode as documented, with their limits, their rate limits and, on
// request, their faults.
//
// It is written from the documents at https://docs.slack.dev and shares no code
// with the adapter, so that the two check each other.
package slacktest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"circlekeeper/adapters/adaptertest/loopback"
)

// Identities of the fake's own workspace. All of them are made up.
const (
	BotToken = "xoxb-100000000001-200000000002-thefakebottoken"
	AppToken = "xapp-1-A0000000001-300000000003-thefakeapptoken"

	TeamID       = "T0000000001"
	OtherID      = "T0000000009" // another workspace, met through Slack Connect
	EnterpriseID = "E0000000001"
	BotID        = "B0000000001"
	BotUser      = "U0000000B0T"

	Member   = "U0000MEMBER" // in the group's channel
	Staff    = "U00000STAFF" // in the staff channel and the group's
	Outsider = "U000OUTSIDE" // of the other workspace, in both channels
	// Facilitator is in the facilitators' channel and the group's.
	Facilitator = "U0000FACILI"

	GroupChannel = "C0000GROUP1" // the bot is in it
	StaffChannel = "C0000STAFF1" // the bot is in it
	// FacilitatorChannel is private; the bot is in it.
	FacilitatorChannel = "C0000FACILI"
	Direct             = "D0000DIRECT" // between the bot and whoever asks
)

// Options change how the fake behaves. The zero value is a Slack in good order.
type Options struct {
	BotToken string           // default BotToken
	AppToken string           // default AppToken
	Now      func() time.Time // default time.Now; stamps messages, ages response URLs and triggers
	Pace     int              // messages a second to one channel; default 1, negative for no limit
	Ping     time.Duration    // between the fake's pings; default 10 s
	AckIn    time.Duration    // default 3 s
	OrgWide  bool             // the app is installed for a whole Enterprise Grid organization
	NoData   bool             // messages come back without their metadata, and with what Slack does to their text
	NoScopes bool             // a proxy takes the X-OAuth-Scopes header away
	Forget   bool             // keep no record of requests: for long runs

	// Around, if not nil, is called when a call of a method has arrived, and
	// again, with done true, when what it asks for was done but not answered. If
	// it returns false the connection is cut there.
	Around func(method string, done bool) bool
}

// Request is one request as it arrived, without its token.
type Request struct {
	Method string          // "chat.postMessage", "response_url", or "ack" for what went over the socket or answered a request
	Body   json.RawMessage // form values become one object, with blocks, view and metadata decoded
	Status int             // of the answer; 0 if none was given
	Error  string          // Slack's word for what was wrong; empty if it was done
}

// Fault makes the next requests of a method go wrong.
type Fault struct {
	Method     string // "chat.postMessage", "response_url", "ack"; empty means every method, without "ack"
	Times      int    // how many requests; 0 means 1
	Status     int    // answer with this status
	RetryAfter int    // seconds; 0 sends no header
	Error      string // answer 200 with this error
	Done       bool   // do what was asked first, then go wrong
	Lost       bool   // do what was asked, then cut the connection
	Reset      bool   // cut the connection; nothing was done. Of an acknowledgement, Slack gets none
	Delay      time.Duration
	HTML       bool // the body is a page, as a proxy in front would send
}

// Server is a running fake. Its methods may be called from any goroutine. Its many
// fields are what a real Slack would remember, all behind one lock.
type Server struct {
	URL string // what SLACK_API_URL is set to

	loopback.Base[Request, Fault]
	o        Options
	underway int // requests that have arrived and are not recorded yet
	scopes   map[string]bool
	revoked  string
	world    world
	socket   sockets
	people   people
	serial   int
	postTo   string // where requests go in HTTP mode; empty in Socket Mode
	secret   string
}

// Start runs a fake until Close.
func Start(o Options) (*Server, error) {
	o.BotToken = cmp.Or(o.BotToken, BotToken)
	o.AppToken = cmp.Or(o.AppToken, AppToken)
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Pace = cmp.Or(o.Pace, 1)
	o.Ping = cmp.Or(o.Ping, 10*time.Second)
	o.AckIn = cmp.Or(o.AckIn, 3*time.Second)
	s := &Server{o: o, world: newWorld(), people: newPeople()}
	if err := s.Listen(o.Forget); err != nil {
		return nil, err
	}
	s.URL = "http://" + s.Addr + "/api/"
	s.Grant("chat:write", "commands", "app_mentions:read", "im:history", "channels:read", "groups:read",
		"channels:history", "groups:history", "users:read", "connections:write")
	s.routes()
	return s, nil
}

// New runs a fake until the test ends.
func New(t loopback.TB, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	return loopback.UntilEnd(t, s, err)
}

// Down cuts every connection and refuses new ones until Up.
func (s *Server) Down() { s.Stop(s.Drop) }

// Close ends the fake.
func (s *Server) Close() { s.Down() }

// Grant sets the scopes of both tokens.
func (s *Server) Grant(scopes ...string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.scopes = map[string]bool{}
	for _, scope := range scopes {
		s.scopes[scope] = true
	}
}

// Revoke makes every method answer with an error: "token_revoked",
// "account_inactive". An empty one ends that.
func (s *Server) Revoke(err string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.revoked = err
}

// Count tells how many requests of a method arrived.
func (s *Server) Count(method string) int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.count(method)
}

func (s *Server) count(method string) int {
	return s.Base.Count(func(r Request) bool { return r.Method == method })
}

// AwaitRequest waits until n requests of a method have been answered.
func (s *Server) AwaitRequest(ctx context.Context, method string, n int) error {
	return s.Await(ctx, func() bool { return s.count(method) >= n })
}

// AwaitIdle waits until no request is being answered, so that all that showed in an
// effect has been recorded.
func (s *Server) AwaitIdle(ctx context.Context) error {
	return s.Await(ctx, func() bool { return s.underway == 0 })
}

// begin counts a request that is being answered until the function it gives is called.
func (s *Server) begin() (end func()) {
	add := func(n int) {
		s.Mu.Lock()
		defer s.Mu.Unlock()
		s.underway += n
		s.Tell()
	}
	add(1)
	return func() { add(-1) }
}

// Fail makes coming requests go wrong. Faults are used up in order.
func (s *Server) Fail(f Fault) { s.Plan(f, f.Times) }

func (s *Server) fault(method string) (Fault, bool) {
	return s.Take(func(f Fault) bool { return f.Method == method || f.Method == "" && method != "ack" })
}

func (s *Server) record(r Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Note(r)
}

// id makes an identifier that was not given before. The lock is held.
func (s *Server) id(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%010d", prefix, s.serial)
}

// ts stamps a message. The lock is held.
func (s *Server) ts() string {
	s.serial++
	return fmt.Sprintf("%d.%06d", s.o.Now().Unix(), s.serial%1_000_000)
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}
