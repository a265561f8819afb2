package discordtest

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Reply is the gateway's answer to the next IDENTIFY or RESUME, in place of READY or RESUMED.
type Reply struct {
	Op        int  // 7 or 9
	Resumable bool // with op 9
	Close     int  // a close code: 4000 to 4014
	Silence   bool // nothing at all
}

// Intents: https://docs.discord.com/developers/events/gateway#list-of-intents
const (
	directMessages = 1 << 12
	privileged     = 1<<1 | 1<<8 | 1<<15
)

type gateway struct {
	conns      map[*conn]bool
	sessions   map[string]*session
	current    *session
	waiting    []packet // events before the first READY
	startsLeft int
	identifies int
	resumes    int
	opened     int // number of connections
	ready      int // number of READY and RESUMED sent
	intents    int
	mute       bool // heartbeats get no ACK
	onIdentify []Reply
	onResume   []Reply
}

type packet struct {
	Op int    `json:"op"`
	D  any    `json:"d"`
	S  *int   `json:"s"`
	T  string `json:"t,omitempty"`
}

type session struct {
	id   string
	seq  int
	past []packet // what RESUME sends again
	conn *conn
}

type conn struct {
	ws *websocket.Conn
	mu sync.Mutex // one writer at a time
	s  *session

	frozen atomic.Bool // half-open: nothing is answered, and the connection does not end
}

func (c *conn) send(p packet) {
	if c.frozen.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_ = c.ws.WriteJSON(p) // the reader notices a broken connection
}

func (c *conn) close(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, "fake"), time.Now().Add(time.Second))
	_ = c.ws.Close()
}

// serveGateway speaks https://docs.discord.com/developers/events/gateway.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{ws: ws}
	s.Mu.Lock()
	if !s.Stands() {
		s.Mu.Unlock()
		_ = ws.Close()
		return
	}
	if s.gate.conns == nil {
		s.gate.conns = map[*conn]bool{}
	}
	s.gate.conns[c] = true
	s.gate.opened++
	s.Work.Add(1) // hijacked: the HTTP server no longer waits for it
	s.Tell()
	s.Mu.Unlock()
	defer s.Work.Done()
	defer s.drop(c)
	c.send(packet{Op: 10, D: map[string]any{"heartbeat_interval": s.o.Heartbeat.Milliseconds()}})
	for {
		_, raw, err := ws.ReadMessage()
		if err != nil {
			return
		}
		if c.frozen.Load() {
			continue
		}
		var in struct {
			Op int             `json:"op"`
			D  json.RawMessage `json:"d"`
		}
		if json.Unmarshal(raw, &in) != nil {
			c.close(4002)
			return
		}
		switch in.Op {
		case 1:
			s.Mu.Lock()
			mute := s.gate.mute
			s.Mu.Unlock()
			if !mute {
				c.send(packet{Op: 11})
			}
		case 2:
			s.identify(c, in.D)
		case 6:
			s.resume(c, in.D)
		default:
			c.close(4001)
			return
		}
	}
}

func (s *Server) drop(c *conn) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	delete(s.gate.conns, c)
	if c.s != nil && c.s.conn == c {
		c.s.conn = nil
	}
	_ = c.ws.Close()
	s.Tell()
}

func (s *Server) identify(c *conn, raw json.RawMessage) {
	var d struct {
		Token   string `json:"token"`
		Intents int    `json:"intents"`
	}
	err := json.Unmarshal(raw, &d)
	s.Mu.Lock()
	s.gate.identifies++
	s.gate.startsLeft--
	s.gate.intents = d.Intents
	var reply *Reply
	if len(s.gate.onIdentify) > 0 {
		reply = &s.gate.onIdentify[0]
		s.gate.onIdentify = s.gate.onIdentify[1:]
	}
	s.Tell()
	s.Mu.Unlock()
	switch {
	case err != nil:
		c.close(4002)
		return
	case d.Token != s.o.Token && d.Token != "Bot "+s.o.Token:
		c.close(4004)
		return
	case d.Intents&privileged != 0:
		c.close(4014)
		return
	case reply != nil:
		c.reply(*reply)
		return
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	n := &session{id: "session" + s.id(), conn: c}
	c.s = n
	s.gate.sessions[n.id] = n
	s.gate.current = n
	s.emit(n, "READY", map[string]any{
		"v": 10, "user": map[string]any{"id": BotID, "username": "fake", "bot": true}, "guilds": []any{},
		"session_id": n.id, "resume_gateway_url": "ws://" + s.Addr + "/gateway", "application": map[string]any{"id": AppID, "flags": 0},
	})
	for _, p := range s.gate.waiting {
		s.emit(n, p.T, p.D)
	}
	s.gate.waiting = nil
	s.gate.ready++
	s.Tell()
}

func (s *Server) resume(c *conn, raw json.RawMessage) {
	var d struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int    `json:"seq"`
	}
	err := json.Unmarshal(raw, &d)
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.gate.resumes++
	s.Tell()
	n := s.gate.sessions[d.SessionID]
	switch {
	case err != nil:
		c.close(4002)
	case d.Token != s.o.Token && d.Token != "Bot "+s.o.Token:
		c.close(4004)
	case len(s.gate.onResume) > 0:
		r := s.gate.onResume[0]
		s.gate.onResume = s.gate.onResume[1:]
		c.reply(r)
	case n == nil:
		c.reply(Reply{Op: 9})
	case d.Seq > n.seq:
		c.close(4007)
	default:
		c.s, n.conn = n, c
		for _, p := range n.past {
			if *p.S > d.Seq {
				c.send(p)
			}
		}
		s.emit(n, "RESUMED", map[string]any{})
		s.gate.ready++
		s.Tell()
	}
}

func (c *conn) reply(r Reply) {
	switch {
	case r.Silence:
	case r.Close != 0:
		c.close(r.Close)
	case r.Op == 9:
		c.send(packet{Op: 9, D: r.Resumable})
	default:
		c.send(packet{Op: r.Op})
	}
}

// emit sends an event, or keeps it for RESUME. The lock is held.
func (s *Server) emit(n *session, t string, d any) {
	n.seq++
	seq := n.seq
	p := packet{Op: 0, D: d, S: &seq, T: t}
	n.past = append(n.past, p)
	if len(n.past) > 1000 {
		n.past = n.past[1:]
	}
	if n.conn != nil {
		n.conn.send(p)
	}
}

// dispatch sends an event to whoever is or will be connected. The lock is held.
func (s *Server) dispatch(t string, d any) {
	if s.gate.current == nil {
		s.gate.waiting = append(s.gate.waiting, packet{T: t, D: d})
		return
	}
	s.emit(s.gate.current, t, d)
}

// Dispatch sends any gateway event.
func (s *Server) Dispatch(t string, d any) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.dispatch(t, d)
}

func (s *Server) each(f func(*conn)) {
	s.Mu.Lock()
	var all []*conn
	for c := range s.gate.conns {
		all = append(all, c)
	}
	s.Mu.Unlock()
	for _, c := range all {
		f(c)
	}
}

// Freeze makes all open gateway connections half-open: they do not end, but nothing comes
// through any more. New connections work.
func (s *Server) Freeze() { s.each(func(c *conn) { c.frozen.Store(true) }) }

// Cut drops every gateway connection without a word.
func (s *Server) Cut() { s.each(func(c *conn) { _ = c.ws.Close() }) }

// Reconnect asks every connection to come back (op 7).
func (s *Server) Reconnect() { s.each(func(c *conn) { c.send(packet{Op: 7}) }) }

// Invalidate sends op 9. A session that cannot be resumed is forgotten.
func (s *Server) Invalidate(resumable bool) {
	s.Mu.Lock()
	if !resumable {
		s.gate.sessions, s.gate.current = map[string]*session{}, nil
	}
	s.Mu.Unlock()
	s.each(func(c *conn) { c.send(packet{Op: 9, D: resumable}) })
}

// Hangup closes every connection with a code.
func (s *Server) Hangup(code int) { s.each(func(c *conn) { c.close(code) }) }

// Mute stops or starts the answers to heartbeats.
func (s *Server) Mute(on bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.gate.mute = on
}

// OnIdentify sets what the next IDENTIFYs are answered with.
func (s *Server) OnIdentify(r ...Reply) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.gate.onIdentify = r
}

// OnResume sets what the next RESUMEs are answered with.
func (s *Server) OnResume(r ...Reply) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.gate.onResume = r
}

// StartsLeft sets how many IDENTIFYs the day has left.
func (s *Server) StartsLeft(n int) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.gate.startsLeft = n
}

// Gate counts what happened at the gateway.
type Gate struct {
	Opened, Identifies, Resumes, Ready, Open, Intents int

	Live bool // events that are dispatched now arrive
}

func (g *gateway) count() Gate {
	return Gate{g.opened, g.identifies, g.resumes, g.ready, len(g.conns), g.intents, g.current != nil && g.current.conn != nil}
}

// Gate tells what happened at the gateway so far.
func (s *Server) Gate() Gate {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.gate.count()
}

// AwaitGate waits until cond holds of the gateway's counts.
func (s *Server) AwaitGate(ctx context.Context, cond func(Gate) bool) error {
	return s.Await(ctx, func() bool {
		return cond(s.gate.count())
	})
}

// AwaitReady waits until READY or RESUMED has been said n times in all.
func (s *Server) AwaitReady(ctx context.Context, n int) error {
	return s.AwaitGate(ctx, func(g Gate) bool { return g.Ready >= n })
}
