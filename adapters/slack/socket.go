package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// Times of a connection.
const (
	helloTime = 10 * time.Second // from dialling to Slack's greeting
	silence   = 45 * time.Second // without a frame for so long, the peer counts as gone; it is pinged three times meanwhile
	farewell  = 30 * time.Second // how long Slack may still send after it announced the end
	writeTime = 3 * time.Second
	maxFrame  = 1 << 20
	socketAck = 500 * time.Millisecond // a command's acknowledgement waits so long for the answer: the connection may drop meanwhile
	maxAck    = 19_000                 // bytes of a payload; Slack silently drops acknowledgements of 20 KB
)

// envelope is one frame of Socket Mode.
// https://docs.slack.dev/apis/events-api/using-socket-mode
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Reason  string          `json:"reason"`
	Answers bool            `json:"accepts_response_payload"` // the acknowledgement may carry an answer
	Payload json.RawMessage `json:"payload"`
}

// connection is one connection to Slack.
//
// It replaces slack-go's client, which reconnects without a pause, hides why connections end,
// closes them while payloads are under way, and only queues acknowledgements.
type connection struct {
	ws      *websocket.Conn
	silence time.Duration  // after which the peer counts as gone
	pending sync.WaitGroup // requests that came over it and are not yet acknowledged

	stands context.Context // ends when a new connection is needed, for a reason
	leave  context.CancelCauseFunc

	mu      sync.Mutex // guards the deadline
	closing bool

	writing sync.Mutex
}

// sockets are the connections of Socket Mode. They pass requests to take.
type sockets struct {
	*Adapter
	take func(q request, a *ack) error
}

// connect keeps a connection open until ctx ends or Slack refuses for good.
func (s sockets) connect(ctx context.Context, reading *sync.WaitGroup) error {
	for failures := 0; ; {
		if !s.sleep(ctx, backoff(failures)) {
			return nil
		}
		for d := s.dials.wait(s.now()); d > 0; d = s.dials.wait(s.now()) {
			if !s.sleep(ctx, d) {
				return nil
			}
		}
		began := s.now()
		c, err := s.open(ctx)
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, ErrRefused) {
				return err // if ctx has ended, Serve ignores the error
			}
			failures++
			s.c.Log.Warn("no connection to Slack", "error", err, "attempt", failures)
			if limited, ok := errors.AsType[*bot.RateLimited](err); ok && !s.sleep(ctx, limited.After) {
				return nil
			}
			continue
		}
		s.c.Log.Info("connected to Slack")
		reading.Go(func() { s.read(ctx, c) })
		<-c.stands.Done()
		if err := ctx.Err(); err != nil {
			return err // Serve ignores it
		}
		reason := context.Cause(c.stands).Error()
		if err := answeredCode(reason); errors.Is(err, ErrRefused) {
			return err
		}
		failures++
		if s.now().Sub(began) >= steady {
			failures = 0
		}
		s.c.Log.Info("connection to Slack ends", "reason", reason)
	}
}

// open asks for a connection, dials it and waits for the greeting.
func (s sockets) open(ctx context.Context) (*connection, error) {
	// Both tokens are tried, so that a revoked one shows at once.
	if _, err := s.whoami(ctx, true); err != nil {
		return nil, err
	}
	_, address, err := s.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, appFault(err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "wss" && !intake.Loopback(u.Hostname()) {
		return nil, errors.New("Slack gave no address to connect to")
	}
	ws, err := dial(ctx, s.proxy, address)
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(maxFrame)
	c := &connection{ws: ws, silence: s.silence}
	var hello envelope
	stopped := context.AfterFunc(ctx, func() { c.end(0) })
	c.deadline(min(helloTime, s.silence)) // pings do not extend it: a peer that sends no greeting sends no requests
	err = ws.ReadJSON(&hello)
	if !stopped() || err != nil || hello.Type != "hello" {
		ws.Close()
		return nil, noGreeting(hello, err)
	}
	ws.SetPingHandler(func(data string) error {
		c.alive()
		err := ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeTime))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	ws.SetPongHandler(func(string) error { c.alive(); return nil })
	c.alive()
	c.stands, c.leave = context.WithCancelCause(ctx)
	return c, nil
}

// noGreeting says what came instead of Slack's greeting: a read error, or another frame, such
// as one that says why there is no socket.
func noGreeting(came envelope, err error) error {
	var network net.Error
	refused := answeredCode(came.Reason)
	switch {
	case err == nil && came.Type == "disconnect" && errors.Is(refused, ErrRefused):
		return refused
	case err == nil && came.Type == "disconnect":
		return fmt.Errorf("the socket gave no greeting: Slack ended it (%s)", only(came.Reason, 40, "abcdefghijklmnopqrstuvwxyz_"))
	case errors.As(err, &network) && network.Timeout():
		return errors.New("the socket gave no greeting in time")
	case err != nil:
		return errors.New("the socket gave no greeting: the connection was cut")
	}
	return errors.New("the socket gave no greeting")
}

// alive notes that the peer has sent something.
func (c *connection) alive() { c.deadline(c.silence) }

func (c *connection) deadline(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closing {
		_ = c.ws.SetReadDeadline(time.Now().Add(d)) // fails only on a closed connection
	}
}

// end makes reading stop after d at the latest; a second call can only shorten that.
func (c *connection) end(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closing = true
	_ = c.ws.SetReadDeadline(time.Now().Add(d)) // fails only on a closed connection
}

// read handles frames until the connection or ctx ends, then waits until the requests are
// acknowledged.
func (s sockets) read(ctx context.Context, c *connection) {
	s.connected.Add(1)
	done := make(chan struct{})
	var pings sync.WaitGroup
	pings.Go(func() { c.ping(done, s.silence/3) })
	stopped := context.AfterFunc(ctx, func() { c.end(0) })
	for ctx.Err() == nil {
		var e envelope
		_, frame, err := c.ws.ReadMessage()
		if err != nil {
			break
		}
		c.alive()
		if json.Unmarshal(frame, &e) != nil {
			s.c.Log.Warn("frame from Slack could not be read")
			continue
		}
		switch e.Type {
		case "hello":
		case "disconnect":
			c.end(farewell)
			c.leave(errors.New(only(e.Reason, 40, "abcdefghijklmnopqrstuvwxyz_")))
		default:
			q, err := decode(e.Type, e.Payload)
			if err != nil {
				s.c.Log.Warn("payload from Slack could not be read", "type", only(e.Type, 40, "abcdefghijklmnopqrstuvwxyz_"))
				q = request{}
			}
			q.ids = append(q.ids, e.ID)
			c.pending.Add(1)
			a := &ack{wait: socketAck, sure: func() bool { return c.stands.Err() == nil }, send: func(payload []byte, _ bool) error {
				defer c.pending.Done()
				return c.ack(e.ID, payload, s.c.Log)
			}}
			if e.Answers {
				a.room = maxAck - len(e.ID)
			}
			if s.take(q, a) != nil { // Slack delivers it again, to whichever process serves then
				c.pending.Done()
			}
		}
	}
	s.connected.Add(-1)
	c.leave(errors.New("dropped"))
	stopped()
	c.pending.Wait()
	close(done)
	c.ws.Close()
	pings.Wait()
}

func (c *connection) ping(done <-chan struct{}, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-done:
			return
		case <-t.C:
			// If the peer is gone, reading will fail.
			_ = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTime))
		}
	}
}

// ack acknowledges an envelope, and has written it when it returns. If writing failed, Slack
// may deliver the request again; the desk then recognises it.
func (c *connection) ack(id string, payload json.RawMessage, log *slog.Logger) error {
	if id == "" {
		return errNameless
	}
	frame, err := json.Marshal(struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload,omitempty"`
	}{id, payload})
	if err == nil {
		c.writing.Lock()
		defer c.writing.Unlock()
		_ = c.ws.SetWriteDeadline(time.Now().Add(writeTime)) // fails only on a closed connection
		err = c.ws.WriteMessage(websocket.TextMessage, frame)
	}
	if err != nil {
		log.Warn("acknowledgement could not be sent")
	}
	return err
}

var errNameless = errors.New("an envelope without a name cannot be acknowledged")
