package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

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
			if s, err = a.newSession(address); err != nil {
				return err
			}
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

// ration waits until a new session may begin, and returns the gateway's address. Discord allows a
// thousand sessions a day; the last hundred are spread over the rest of the day.
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
type session struct {
	a     *Adapter
	dg    *discordgo.Session
	gone  chan struct{} // closed when discordgo has let go of the connection
	ready atomic.Bool   // READY arrived, so the session can be resumed
	tries atomic.Int32  // attempts to resume since the last READY or RESUMED
	stuck bool          // discordgo did not let go of the connection: the session cannot be used again
	tap   atomic.Pointer[tap]
}

func (a *Adapter) newSession(address string) (*session, error) {
	dg, err := discordgo.New("Bot " + a.c.Token)
	if err != nil {
		return nil, fmt.Errorf("discord: %w", err)
	}
	dg.LogLevel = -1 // logs nothing: its log contains addresses and payloads
	dg.StateEnabled = false
	dg.SyncEvents = true // receive starts and counts goroutines of its own
	dg.ShouldReconnectOnError = false
	dg.Client = &http.Client{Transport: known(address)}
	dg.Compress = false
	// Interactions need no intent. Direct messages are answered with where to find help. The
	// intent for messages in servers would bring everything that is written there.
	dg.Identify.Intents = discordgo.IntentsDirectMessages
	s := &session{a: a, dg: dg, gone: make(chan struct{}, 1)}
	dg.AddHandler(func(_ *discordgo.Session, _ *discordgo.Disconnect) {
		select {
		case s.gone <- struct{}{}:
		default:
		}
	})
	dg.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		switch e.Type {
		case "READY", "RESUMED":
			s.ready.Store(true)
			s.tries.Store(0)
		default:
			a.receive(e.Type, e.RawData)
		}
	})
	return s, nil
}

// maxTries bounds how often a session is resumed in vain. If Discord never let it resume, the
// bot would receive nothing for ever.
const maxTries = 2

// resumable tells whether the next connection may resume this session.
func (s *session) resumable(v verdict) bool {
	switch {
	case !s.ready.Load() || s.stuck || s.tries.Load() >= maxTries:
		return false
	case v.op == opInvalid:
		return v.resumable
	}
	switch v.code {
	case 1000, 1001, 4003, 4007, 4009:
		return false
	}
	return true
}

// run holds one connection until it or ctx ends. lasted means that the connection was alive for
// at least one heartbeat.
func (s *session) run(ctx context.Context) (lasted bool, v verdict, err error) {
	dialling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.point(dialling)
	select { // empties what an earlier connection left
	case <-s.gone:
	default:
	}
	late, over := time.AfterFunc(s.a.times.open, cancel), context.AfterFunc(ctx, cancel) // closes the connection, which ends Open
	err = s.open()
	late.Stop()
	over()
	t := s.tap.Load()
	if err != nil {
		if t != nil {
			v = t.end()
		}
		if _, ok := errors.AsType[net.Error](err); ok {
			err = intake.NoAnswer("Discord", true, err) // names no address
		}
		return false, v, err
	}
	t.acked() // heartbeats begin now
	s.a.connected.Store(true)
	s.a.c.Log.Info("gateway connected")
	lasted, err = s.watch(ctx, t)
	s.a.connected.Store(false)
	select {
	case <-s.gone: // discordgo needs about a second
	case <-time.After(5 * time.Second):
		s.stuck = true
	}
	return lasted, t.end(), err
}

// open connects. If discordgo panics over what Discord sent, the panic becomes an error.
func (s *session) open() (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the gateway said something unreadable")
		}
	}()
	return s.dg.Open()
}

var errSilent = errors.New("no answer to heartbeats")

// watch waits until the connection ends, or ends it if it seems dead.
func (s *session) watch(ctx context.Context, t *tap) (lasted bool, err error) {
	began := time.Now()
	for {
		dead := time.NewTimer(time.Until(t.deadline()))
		select {
		case <-t.done:
			dead.Stop()
			return lasted || t.alive(began), errEnded
		case <-ctx.Done():
			dead.Stop()
			t.hangUp(websocket.CloseNormalClosure)
			return true, nil
		case <-dead.C:
			if time.Now().Before(t.deadline()) {
				lasted = true
				continue
			}
			t.hangUp(4000)
			return lasted, errSilent
		}
	}
}

// point makes discordgo's next connection use ctx, and watches it.
func (s *session) point(ctx context.Context) {
	s.tap.Store(nil)
	fresh := !s.ready.Load()
	watched := func(scheme string) func(context.Context, string, string) (net.Conn, error) {
		return func(_ context.Context, _, addr string) (net.Conn, error) {
			c, err := s.a.dial(ctx, scheme, addr)
			if err != nil {
				return nil, err
			}
			t := newTap(c, func() {
				if !fresh {
					s.tries.Add(1)
				}
			})
			s.tap.Store(t)
			context.AfterFunc(ctx, func() { _ = t.Close() })
			return t, nil
		}
	}
	s.dg.Dialer = &websocket.Dialer{HandshakeTimeout: 10 * time.Second, NetDialContext: watched("http"), NetDialTLSContext: watched("https")}
}

// known answers discordgo's question for the gateway's address, which ration has asked.
type known string

// RoundTrip answers without a request.
func (k known) RoundTrip(*http.Request) (*http.Response, error) {
	body, err := json.Marshal(map[string]string{"url": string(k)})
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(body))}, err
}
