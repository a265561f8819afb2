package slacktest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

// sockets are the Socket Mode connections.
type sockets struct {
	tickets map[string]bool
	conns   []*conn
	opens   []time.Time
	turn    int
	storm   bool
	mute    bool
	rude    bool
	acks    map[string]bool // envelopes that were acknowledged
}

type conn struct {
	ws   *websocket.Conn
	out  chan any
	done chan struct{}
}

type hangUp struct{}

func (s *Server) openConnection(call) (answer, string) {
	if s.socket.tickets == nil {
		s.socket.tickets, s.socket.acks = map[string]bool{}, map[string]bool{}
	}
	s.socket.opens = append(s.socket.opens, s.o.Now())
	ticket := s.id("ticket")
	s.socket.tickets[ticket] = true
	return answer{"url": "ws://" + s.Addr + "/socket/" + ticket}, ""
}

// Opens lists when connections were asked for.
func (s *Server) Opens() []time.Time {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return slices.Clone(s.socket.opens)
}

// Storm makes every connection drop right after its greeting, until it is
// called with false.
func (s *Server) Storm(on bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.socket.storm = on
}

// Mute makes connections stand but say nothing: no greeting, no ping, no answer to
// one. Those that stand already fall silent too.
func (s *Server) Mute(on bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.socket.mute = on
}

// Greet says whether new connections are greeted. Those that are not stand and
// are pinged all the same.
func (s *Server) Greet(on bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.socket.rude = !on
}

func (s *Server) muted() bool {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.socket.mute
}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	ticket := r.PathValue("ticket")
	ok := s.socket.tickets[ticket]
	delete(s.socket.tickets, ticket)
	storm, greet := s.socket.storm, !s.socket.mute && !s.socket.rude
	s.Mu.Unlock()
	if !ok {
		http.Error(w, "no such ticket", http.StatusUnauthorized)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // answered by Upgrade
	}
	ws.SetPingHandler(func(data string) error {
		if !s.muted() {
			_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second)) // whoever pinged may have gone
		}
		return nil
	})
	c := &conn{ws: ws, out: make(chan any, 64), done: make(chan struct{})}
	s.Mu.Lock()
	if greet { // the greeting comes before anything else
		c.out <- map[string]any{"type": "hello", "num_connections": len(s.socket.conns) + 1, "connection_info": map[string]string{"app_id": "A0000000001"},
			"debug_info": map[string]any{"approximate_connection_time": 18060}}
	}
	if storm {
		c.out <- hangUp{}
	}
	s.socket.conns = append(s.socket.conns, c)
	s.Tell()
	s.Mu.Unlock()
	s.Work.Go(func() { s.write(c) })
	s.read(c)
}

func (s *Server) write(c *conn) {
	ping := time.NewTicker(s.o.Ping)
	defer ping.Stop()
	defer c.ws.Close()
	for {
		var err error
		select {
		case v := <-c.out:
			if _, ok := v.(hangUp); ok {
				return
			}
			err = c.ws.WriteJSON(v)
		case <-ping.C:
			if !s.muted() {
				err = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from fake"), time.Now().Add(time.Second))
			}
		case <-c.done:
			return
		}
		if err != nil {
			return
		}
	}
}

func (s *Server) read(c *conn) {
	defer func() {
		close(c.done)
		c.ws.Close()
		s.Mu.Lock()
		defer s.Mu.Unlock()
		s.socket.conns = slices.DeleteFunc(s.socket.conns, func(o *conn) bool { return o == c })
		s.Tell()
	}()
	for {
		_, body, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if json.Unmarshal(body, &ack) != nil {
			continue
		}
		if _, lost := s.fault("ack"); lost {
			return
		}
		fault := "" // one that is too large Slack drops without a word
		s.Mu.Lock()
		if len(body) < 20_000 && !s.socket.acks[ack.EnvelopeID] {
			s.socket.acks[ack.EnvelopeID] = true
			fault = s.acked(ack.EnvelopeID, ack.Payload)
		}
		s.Note(Request{Method: "ack", Body: body, Status: http.StatusOK, Error: fault})
		s.Mu.Unlock()
	}
}

// AwaitConnections waits until n connections stand.
func (s *Server) AwaitConnections(ctx context.Context, n int) error {
	return s.Await(ctx, func() bool { return len(s.socket.conns) == n })
}

// Disconnect tells all connections that they are about to end: "warning",
// "refresh_requested", "link_disabled". They stay open until Drop.
func (s *Server) Disconnect(reason string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, c := range s.socket.conns {
		c.out <- map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]string{"host": "fake"}}
	}
}

// Drop cuts all connections.
func (s *Server) Drop() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.drop(len(s.socket.conns))
}

// DropOldest cuts the connection that stands longest.
func (s *Server) DropOldest() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.drop(min(1, len(s.socket.conns)))
}

func (s *Server) drop(n int) {
	for _, c := range s.socket.conns[:n] {
		c.ws.Close()
	}
	s.socket.conns = slices.Clone(s.socket.conns[n:])
	s.Tell()
}

// Send pushes raw JSON to one connection, as it is.
func (s *Server) Send(envelope any) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.push(envelope)
}

// push gives an envelope to one of the connections. The lock is held.
func (s *Server) push(envelope any) bool {
	if s.postTo != "" {
		return s.post(envelope)
	}
	if len(s.socket.conns) == 0 {
		return false
	}
	s.socket.turn++
	c := s.socket.conns[s.socket.turn%len(s.socket.conns)]
	select {
	case c.out <- envelope:
		return true
	default:
		return false
	}
}
