package discordtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"circlekeeper/bot"
)

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

// Fail makes coming requests go wrong. Faults are used up in order.
func (s *Server) Fail(f Fault) { s.Plan(f, f.Times) }

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
	s.Mux.HandleFunc(method+" "+base+route, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		f2 := s.nextFault(method + " " + route)
		bot.Sleep(r.Context(), f2.Delay)
		if f2.Reset {
			s.record(r, route, body, 0)
			panic(http.ErrAbortHandler)
		}
		if !s.goesOn(method+" "+route, false) {
			s.record(r, route, body, 0)
			panic(http.ErrAbortHandler)
		}
		s.Mu.Lock()
		a := s.refuse(w, r, route, how, f2)
		if a.status == 0 {
			a = f(call{r, body})
		}
		s.Mu.Unlock()
		if f2.Lost || !s.goesOn(method+" "+route, true) {
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

func (s *Server) goesOn(route string, done bool) bool {
	return s.o.Around == nil || s.o.Around(route, done)
}

func (s *Server) record(r *http.Request, route string, body []byte, status int) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	switch status {
	case http.StatusTooManyRequests:
		s.limited++
		s.invalid++
	case http.StatusUnauthorized, http.StatusForbidden:
		s.invalid++
	}
	s.Note(Request{r.Method, route, strings.TrimPrefix(r.URL.Path, base), body, status})
}

func (s *Server) nextFault(route string) Fault {
	f, _ := s.Take(func(f Fault) bool { return f.Route == "" || f.Route == route })
	return f
}

// refuse answers instead of the route: faults, authorisation, rate limits.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, route string, how access, f Fault) answer {
	if f.Status == http.StatusTooManyRequests {
		a := s.tooMany(w, max(f.After, time.Millisecond), f.Global)
		if p, ok := a.body.(problem); ok {
			p.Code = f.Code
			a.body = p
		}
		if f.Bare {
			w.Header().Del("Retry-After")
			w.Header().Del("X-RateLimit-Reset-After")
			a.body = problem{Message: "You are being rate limited."}
		}
		return a
	}
	if f.Status != 0 {
		return fail(f.Status, f.Code, cmp.Or(f.Message, http.StatusText(f.Status)))
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
