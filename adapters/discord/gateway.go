package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// ErrIntents reports that Discord refuses the events that the bot asks for.
var ErrIntents = errors.New("Discord refuses the connection's intents: the bot asks for direct messages alone, which need no approval, so the application itself is restricted; see its page in the Developer Portal")

// ErrGateway reports another refusal that trying again does not end.
var ErrGateway = errors.New("Discord refuses the gateway connection for good")

// holdGateway keeps one gateway connection until ctx ends. It uses RESUME if it can, because IDENTIFYs
// are limited.
// https://docs.discord.com/developers/events/gateway#connection-lifecycle
func (a *Adapter) holdGateway(ctx context.Context) error {
	var s *session
	for wait := a.times.backoff; ctx.Err() == nil; {
		if s == nil {
			address, err := a.ration(ctx)
			if errors.Is(err, ErrToken) {
				return err
			}
			if err != nil {
				a.c.Log.Warn("gateway not reached", "wait", wait, "error", err)
				a.pause(ctx, jitter(wait))
				wait = min(2*wait, a.times.maxWait)
				continue
			}
			s = &session{Adapter: a, receive: a.receive, address: address}
			a.began = time.Now()
		}
		lasted, v, err := s.run(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it ended because it was told to
		}
		if err := fatal(v); err != nil {
			return err
		}
		a.c.Log.Info("gateway connection lost", "code", v.code, "op", v.op, "resumable", s.resumable(v), "error", err)
		if !s.resumable(v) {
			s = nil
		}
		if lasted {
			wait = a.times.backoff
		}
		pause := jitter(wait)
		if v.op == opInvalid {
			pause = a.times.invalid + rand.N(4*a.times.invalid)
		}
		a.pause(ctx, pause)
		wait = min(2*wait, a.times.maxWait)
	}
	return nil
}

// jitter keeps many programs from reconnecting at the same moment.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }

// fatal tells whether only a person can mend what a close code reports.
// https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
func fatal(v verdict) error {
	switch v.code {
	case 4004:
		return ErrToken
	case 4013, 4014:
		return fmt.Errorf("%w (close code %d)", ErrIntents, v.code)
	case 4010, 4011, 4012:
		return fmt.Errorf("%w (close code %d)", ErrGateway, v.code)
	}
	return nil
}

// ration waits until a new session may begin, and returns the gateway's address. Discord allows a thousand a day; the last hundred
// are spread over the rest of the day.
func (a *Adapter) ration(ctx context.Context) (address string, err error) {
	var got discordgo.GatewayBotResponse
	if err := a.get(ctx, "/gateway/bot", &got); err != nil {
		return "", err
	}
	left := got.SessionStartLimit
	reset := min(time.Duration(left.ResetAfter)*time.Millisecond, 24*time.Hour)
	gap := a.times.identify
	if left.Remaining < 100 {
		gap = max(gap, reset/time.Duration(max(left.Remaining, 0)+1))
		a.c.Log.Warn("few gateway sessions left today", "remaining", left.Remaining, "apart", gap)
	}
	last := a.began
	if last.IsZero() {
		if left.Remaining > 0 {
			return got.URL, nil
		}
		last = time.Now()
	}
	a.pause(ctx, time.Until(last.Add(gap)))
	return got.URL, nil
}

// session is a gateway session. It can outlive several connections.
//
// It replaces discordgo's, which deadlocks when RESUME is answered by op 7, tries again for ever
// after a refused token, keeps close codes to itself, notices a dead peer after minutes, and then
// ends with 1000, which forbids RESUME.
type session struct {
	*Adapter
	receive func(event string, raw []byte)
	address string
	again   string // the address that Discord names for RESUME; empty before READY, and if nobody answers there
	id      string // empty before READY
	seq     atomic.Int64
	tries   int // attempts to resume since the last READY or RESUMED
}

// Gateway operations: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
const (
	opEvent     = 0
	opHeartbeat = 1
	opIdentify  = 2
	opResume    = 6
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

// verdict is how a connection ended.
type verdict struct {
	op        int  // 7 or 9, if one of them ended it
	resumable bool // with op 9
	code      int  // the close code, if there was one
}

// maxTries bounds how often a session is resumed in vain. If Discord never let it resume, the
// bot would receive nothing for ever.
const maxTries = 2

// resumable tells whether the next connection may resume this session.
func (s *session) resumable(v verdict) bool {
	switch {
	case s.id == "" || s.tries >= maxTries:
		return false
	case v.op == opInvalid:
		return v.resumable
	}
	switch v.code {
	case websocket.CloseNormalClosure, websocket.CloseGoingAway, 4003, 4007, 4009:
		return false
	}
	return true
}

// Why a connection ended.
var (
	errEnded   = errors.New("Discord ended the gateway connection")
	errGarbled = errors.New("the gateway said something unreadable")
)

// run holds one connection until it or ctx ends. lasted means that the connection was alive for
// at least one heartbeat.
func (s *session) run(ctx context.Context) (lasted bool, v verdict, err error) {
	opening, cancel := context.WithTimeout(ctx, s.times.open)
	defer cancel()
	ws, err := intake.Dial(opening, "Discord", s.proxy, cmp.Or(s.again, s.address)+"/?v=10&encoding=json")
	if err != nil {
		s.again = ""
		return false, v, err
	}
	ws.SetReadLimit(maxPacket)
	_ = ws.SetReadDeadline(time.Now().Add(s.times.open)) // READY or RESUMED must have come by then
	g := &connection{session: s, ws: ws}
	beating, still := context.WithCancel(ctx)
	defer g.beats.Wait()
	defer still()
	defer g.hangUp(4000) // so that the session can be resumed
	defer context.AfterFunc(ctx, func() { g.hangUp(websocket.CloseNormalClosure) })()
	defer s.connected.Store(false)
	for err == nil {
		var frame []byte
		if _, frame, err = ws.ReadMessage(); err == nil {
			v, err = g.take(beating, frame)
		}
	}
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
		v.code, err = closed.Code, errEnded
	} else if !errors.Is(err, errEnded) && !errors.Is(err, errGarbled) {
		err = intake.NoAnswer("Discord", true, err)
	}
	return !g.ready.IsZero() && time.Since(g.ready) > g.interval, v, err
}

// maxPacket bounds what is read at once, in bytes.
const maxPacket = 16 << 20

// connection is one connection of a session.
type connection struct {
	*session
	ws       *websocket.Conn
	writing  sync.Mutex
	beats    sync.WaitGroup
	interval time.Duration // between heartbeats
	ready    time.Time     // when READY or RESUMED came; zero before
}

// take handles what Discord sends. An error ends the connection. Heartbeats end with ctx.
func (g *connection) take(ctx context.Context, frame []byte) (v verdict, err error) {
	var p struct {
		Op   int             `json:"op"`
		Data json.RawMessage `json:"d"`
		Seq  int64           `json:"s"`
		Type string          `json:"t"` // of an event
	}
	if json.Unmarshal(frame, &p) != nil {
		return v, errGarbled
	}
	switch p.Op {
	case opEvent:
		g.seq.Store(max(p.Seq, g.seq.Load()))
		g.event(p.Type, p.Data)
	case opHeartbeat:
		err = g.heartbeat()
	case opHello:
		err = g.greet(ctx, p.Data)
	case opAck:
		g.alive()
	case opReconnect, opInvalid:
		return verdict{op: p.Op, resumable: string(p.Data) == "true"}, errEnded
	}
	return v, err
}

// greet answers HELLO: it resumes the session or begins it, and begins to send heartbeats.
func (g *connection) greet(ctx context.Context, hello []byte) error {
	var h struct {
		Interval int64 `json:"heartbeat_interval"` // milliseconds
	}
	if json.Unmarshal(hello, &h) != nil || h.Interval <= 0 || g.interval > 0 {
		return errGarbled
	}
	g.interval = time.Duration(h.Interval) * time.Millisecond
	g.beats.Go(func() {
		// The first one comes after a random part of the interval, as Discord asks.
		for wait := rand.N(g.interval); bot.Sleep(ctx, wait); wait = g.interval {
			_ = g.heartbeat() // if the peer is gone, reading will fail
		}
	})
	if g.id != "" {
		g.tries++
		return g.send(opResume, map[string]any{"token": g.c.Token, "session_id": g.id, "seq": g.seq.Load()})
	}
	return g.send(opIdentify, map[string]any{
		"token": g.c.Token,
		// Interactions need no intent. Direct messages are answered with where to find help. The
		// intent for messages in servers would bring everything that is written there.
		"intents":    discordgo.IntentsDirectMessages,
		"properties": map[string]string{"os": runtime.GOOS, "browser": "circlekeeper", "device": "circlekeeper"},
	})
}

// event passes an event on, unless it is about the session itself.
func (g *connection) event(kind string, raw []byte) {
	switch kind {
	case "READY":
		var r struct {
			ID      string `json:"session_id"`
			Address string `json:"resume_gateway_url"`
		}
		if json.Unmarshal(raw, &r) != nil {
			return // without READY in time, the connection ends
		}
		g.id, g.again = r.ID, strings.TrimSuffix(r.Address, "/")
	case "RESUMED":
	default:
		g.receive(kind, raw)
		return
	}
	g.tries, g.ready = 0, time.Now()
	g.alive()
	g.connected.Store(true)
	g.c.Log.Info("gateway connected")
}

// patience is how long it may take from one answered heartbeat to the next, until the peer counts
// as dead: less than two intervals, and at Discord's 41.25 s short enough to be connected again
// within a minute.
func patience(interval time.Duration) time.Duration {
	return interval + min(interval/2, 10*time.Second)
}

// alive notes that a heartbeat was answered. Until READY or RESUMED another limit holds.
func (g *connection) alive() {
	if !g.ready.IsZero() {
		_ = g.ws.SetReadDeadline(time.Now().Add(patience(g.interval))) // fails only on a closed connection
	}
}

func (g *connection) heartbeat() error {
	var seq any // null before the first event
	if n := g.seq.Load(); n > 0 {
		seq = n
	}
	return g.send(opHeartbeat, seq)
}

func (g *connection) send(op int, data any) error {
	g.writing.Lock()
	defer g.writing.Unlock()
	_ = g.ws.SetWriteDeadline(time.Now().Add(5 * time.Second)) // fails only on a closed connection
	return g.ws.WriteJSON(map[string]any{"op": op, "d": data})
}

// hangUp closes the connection with a code: 1000 ends the session, 4000 lets it be resumed.
func (g *connection) hangUp(code int) {
	_ = g.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second)) // a courtesy
	g.ws.Close()
}
