package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// apiError is a refusal by Discord: nothing was done.
// https://docs.discord.com/developers/topics/opcodes-and-status-codes
type apiError struct {
	status int
	code   int // Discord's own; 0 if it gave none
	json   bool
}

func (e *apiError) Error() string {
	if e.code != 0 {
		return fmt.Sprintf("Discord answered %d, code %d", e.status, e.code)
	}
	return fmt.Sprintf("Discord answered %d", e.status)
}

// api makes REST calls with the bot's token, within the limits that Discord names.
type api struct {
	c       Config
	times   times
	client  *http.Client
	proxy   func(*http.Request) (*url.URL, error) // for the gateway, as client's
	waits   waits
	clock   intake.Clock
	doubted chan struct{}              // told when a 401 may mean that the token was revoked
	forums  bot.Recent[string, bool]   // whether a channel is a forum, once known
	ids     bot.Recent[string, string] // the bot's user ID and the application's, by path, once asked
}

// times are the delays that a test shortens.
type times struct {
	quick    time.Duration // an answer that takes longer is deferred; Discord waits 3 s
	complete time.Duration // for values while typing
	insist   time.Duration // how long a promised answer is tried; its token is valid for 15 min
	open     time.Duration // connecting to the gateway
	backoff  time.Duration // first wait after a failed connection, doubled up to maxWait
	maxWait  time.Duration
	invalid  time.Duration // at least, after op 9; up to five times that
	identify time.Duration // between two IDENTIFYs
	register time.Duration // at most, between two attempts to register the commands
}

func newAPI(c Config) *api {
	return &api{
		c: c,
		times: times{
			quick: 1500 * time.Millisecond, complete: 2 * time.Second, insist: time.Minute,
			open: 20 * time.Second, backoff: time.Second, maxWait: 30 * time.Second, invalid: time.Second, identify: 5 * time.Second, register: 5 * time.Minute,
		},
		client: intake.NewClient(0),
		proxy:  http.ProxyFromEnvironment, doubted: make(chan struct{}, 1),
	}
}

// bodyLimit bounds how many bytes of an answer are read: enough for a hundred long messages.
const bodyLimit = 4 << 20

// get reads the answer at a path into out, if not nil. The query does not belong to the route.
func (r *api) get(ctx context.Context, path string, out any) error {
	route, _, _ := strings.Cut(path, "?")
	return r.do(ctx, http.MethodGet, path, "GET "+route, nil, out)
}

// do makes one REST call and decodes its answer into out, if not nil. route names the bucket of
// the rate limit; it is empty for answers to interactions, which have no limit. in is sent as
// it is if it is a json.RawMessage; anything else is marshalled. Errors contain no address,
// because some addresses contain a token.
func (r *api) do(ctx context.Context, method, path, route string, in, out any) error {
	var body io.Reader
	if b, ok := in.(json.RawMessage); ok {
		body = bytes.NewReader(b)
	} else if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("discord: %w", err)
		}
		body = bytes.NewReader(b)
	}
	if route != "" {
		if err := r.waits.check(route, time.Now()); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, r.c.HTTPTimeout)
	defer cancel()
	var left atomic.Bool // whether the request may have left this machine
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { left.Store(true) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), method, r.c.APIURL+path, body)
	if err != nil {
		return errors.New("discord: not a valid request")
	}
	req.Header.Set("User-Agent", "DiscordBot (circlekeeper, 1)")
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if route != "" {
		req.Header.Set("Authorization", "Bot "+r.c.Token)
	}
	asked := time.Now()
	resp, err := r.client.Do(req)
	came := time.Now() // before the body, which may take long
	if err != nil {
		err = intake.NoAnswer("Discord", left.Load(), err)
		if left.Load() {
			return unsure(method, err)
		}
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit))
	if err == nil && resp.StatusCode < 300 && out != nil {
		err = json.Unmarshal(raw, out)
	}
	if route != "" {
		r.waits.learn(route, resp.Header, time.Now())
		r.clock.Learn(resp.Header, asked, came)
	}
	if fault := r.fault(method, route, resp, raw); fault != nil {
		return fault
	}
	if err != nil {
		return unsure(method, errors.New("Discord's answer could not be read"))
	}
	return nil
}

// fault is the error that Discord answers a call with; nil for success. raw is the body, as far as it
// could be read.
func (r *api) fault(method, route string, resp *http.Response, raw []byte) error {
	switch s := resp.StatusCode; {
	case s == http.StatusTooManyRequests:
		e := rateLimited(resp.Header, raw)
		if e.Global && route != "" {
			r.waits.until.Set(everything, time.Now().Add(e.After))
		}
		return e
	case s == http.StatusUnauthorized && route != "":
		r.doubt()
		return ErrToken
	case s >= 500:
		return unsure(method, fmt.Errorf("Discord answered %d", s))
	case s >= 300:
		var p struct {
			Code int `json:"code"`
		}
		isJSON := json.Unmarshal(raw, &p) == nil
		return &apiError{status: s, code: p.Code, json: isJSON}
	}
	return nil
}

// unsure is the error of a call that may have succeeded anyway: a bot.ErrUnknown, unless the
// call only reads.
func unsure(method string, err error) error {
	if method == http.MethodGet {
		return err
	}
	return fmt.Errorf("%w: %w", bot.ErrUnknown, err)
}

// doubt makes HTTP mode ask Discord whether the token is still valid, and what time it is.
func (r *api) doubt() {
	select {
	case r.doubted <- struct{}{}:
	default:
	}
}

// ReadClock asks Discord for the time. It is exact to some seconds.
func (r *api) ReadClock(ctx context.Context) (time.Time, error) {
	return r.clock.Ask(func() error { return r.get(ctx, "/users/@me", nil) })
}

// rateLimited reads a 429. One without JSON comes from the network in front of Discord and
// concerns all requests of this IP address.
// https://docs.discord.com/developers/topics/rate-limits
func rateLimited(h http.Header, raw []byte) *bot.RateLimited {
	var p struct {
		After  float64 `json:"retry_after"`
		Global bool    `json:"global"`
		Code   int     `json:"code"`
	}
	isJSON := json.Unmarshal(raw, &p) == nil
	after := p.After
	if s, err := strconv.ParseFloat(h.Get("Retry-After"), 64); err == nil && after <= 0 {
		after = s
	}
	if !(after > 0 && after < 86400) {
		after = 5
	}
	e := &bot.RateLimited{
		After:  time.Duration(after * float64(time.Second)),
		Global: p.Global || !isJSON || h.Get("X-RateLimit-Global") != "",
	}
	if p.Code == codeSlowmode {
		e.Slowmode, e.Global = true, false
	}
	return e
}

// waits remembers until when Discord would refuse requests by a route, so that they are not made:
// ten thousand refused requests in ten minutes would ban this IP address.
type waits struct{ until bot.Recent[string, time.Time] }

// everything stands for all routes together. While they wait, no other wait takes its place.
const everything = ""

func (l *waits) check(route string, now time.Time) error {
	for _, of := range []string{everything, route} {
		if until, _ := l.until.Get(of); until.After(now) {
			return &bot.RateLimited{After: until.Sub(now), Global: of == everything}
		}
	}
	return nil
}

// learn reads the headers of an answer.
func (l *waits) learn(route string, h http.Header, now time.Time) {
	if h.Get("X-RateLimit-Remaining") != "0" || h.Get("X-RateLimit-Global") != "" {
		return
	}
	s, err := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	if err != nil || !(s > 0 && s < 86400) {
		return
	}
	l.until.Set(route, now.Add(time.Duration(s*float64(time.Second))))
}

// me is the bot's own user ID.
func (r *api) me(ctx context.Context) (string, error) {
	return r.once(ctx, "/users/@me")
}

// application is the application's ID.
func (r *api) application(ctx context.Context) (string, error) {
	return r.once(ctx, "/applications/@me")
}

func (r *api) once(ctx context.Context, path string) (string, error) {
	if id, known := r.ids.Get(path); known {
		return id, nil
	}
	var got struct {
		ID string `json:"id"`
	}
	if err := r.get(ctx, path, &got); err != nil {
		return "", err
	}
	if got.ID != "" {
		r.ids.Set(path, got.ID)
	}
	return got.ID, nil
}
