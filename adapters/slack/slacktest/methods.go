package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"circlekeeper/bot"
)

// call is one method call being answered.
type call struct {
	method string
	args   map[string]json.RawMessage
	record Request
}

// answer is what a method says: fields beside ok and error.
type answer map[string]any

type method struct {
	scopes []string // any one of them is enough
	app    bool     // asks for the app token
	do     func(*Server, call) (answer, string)
}

func (s *Server) routes() {
	methods := map[string]method{
		"auth.test":             {do: (*Server).authTest},
		"apps.connections.open": {do: (*Server).openConnection, app: true, scopes: []string{"connections:write"}},
		"chat.postMessage":      {do: (*Server).postMessage, scopes: []string{"chat:write"}},
		"chat.postEphemeral":    {do: (*Server).postEphemeral, scopes: []string{"chat:write"}},
		"chat.update":           {do: (*Server).updateMessage, scopes: []string{"chat:write"}},
		"chat.delete":           {do: (*Server).deleteMessage, scopes: []string{"chat:write"}},
		"pins.add":              {do: pin, scopes: []string{"pins:write"}},
		"canvases.edit":         {do: editCanvas, scopes: []string{"canvases:write"}},
		"canvases.delete":       {do: deleteCanvas, scopes: []string{"canvases:write"}},

		"conversations.canvases.create": {do: createCanvas, scopes: []string{"canvases:write"}},

		"conversations.info":    {do: (*Server).info, scopes: []string{"channels:read", "groups:read"}},
		"conversations.history": {do: (*Server).history, scopes: []string{"channels:history", "groups:history"}},
		"conversations.members": {do: (*Server).members, scopes: []string{"channels:read", "groups:read"}},
		"users.conversations":   {do: (*Server).joined, scopes: []string{"channels:read", "groups:read"}},
		"users.info":            {do: (*Server).userInfo, scopes: []string{"users:read"}},
		"conversations.replies": {do: (*Server).replies, scopes: []string{"channels:history", "groups:history"}},
		"views.open":            {do: (*Server).openView},
		"views.publish":         {do: (*Server).publishView},
		"views.update":          {do: (*Server).updateView},
	}
	for name, m := range methods {
		s.Mux.HandleFunc("POST /api/"+name, func(w http.ResponseWriter, r *http.Request) { s.serveMethod(w, r, name, m) })
	}
	s.Mux.HandleFunc("POST /respond/{id}", s.serveResponseURL)
	s.Mux.HandleFunc("GET /socket/{ticket}", s.serveSocket)
}

func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request, name string, m method) {
	defer s.begin()()
	args, token, err := readArgs(r)
	c := call{method: name, args: args, record: Request{Method: name, Body: encode(args), Status: http.StatusOK}}
	if f, planned := s.fault(name); planned && s.spoil(w, r, f, &c, func() { s.run(c, m, token) }) {
		return
	}
	if !s.goesOn(name, false) {
		s.cut(c)
	}
	var out answer
	fault := ""
	if err != nil {
		fault = "invalid_form_data"
	} else {
		out, fault = s.run(c, m, token)
	}
	if !s.goesOn(name, true) {
		s.cut(c)
	}
	c.record.Error = fault
	if fault == "ratelimited" {
		c.record.Status = http.StatusTooManyRequests
		s.record(c.record)
		w.Header().Set("Retry-After", "1")
		http.Error(w, `{"ok":false,"error":"ratelimited"}`, http.StatusTooManyRequests)
		return
	}
	s.record(c.record)
	if out == nil {
		out = answer{}
	}
	out["ok"] = fault == ""
	if fault != "" {
		out["error"] = fault
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if !s.o.NoScopes {
		w.Header().Set("X-OAuth-Scopes", s.scopeList())
	}
	_ = json.NewEncoder(w).Encode(out) // whoever asked may have gone
}

func (s *Server) goesOn(method string, done bool) bool {
	return s.o.Around == nil || s.o.Around(method, done)
}

// cut ends a request without an answer.
func (s *Server) cut(c call) {
	c.record.Status = 0
	s.record(c.record)
	panic(http.ErrAbortHandler)
}

// spoil applies a planned fault to a request, and tells whether the request has been answered.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, f Fault, c *call, do func()) bool {
	bot.Sleep(r.Context(), f.Delay)
	if f.Done || f.Lost {
		do()
	}
	switch {
	case f.Reset, f.Lost:
		s.cut(*c)
	case f.Error != "":
		c.record.Error = f.Error
		s.record(c.record)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(answer{"ok": false, "error": f.Error}) // whoever asked may have gone
	case f.Status != 0:
		c.record.Status = f.Status
		s.record(c.record)
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		}
		body := `{"ok":false}`
		if f.HTML {
			w.Header().Set("Content-Type", "text/html")
			body = "<!DOCTYPE html><title>Trouble</title>"
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, body) // whoever asked may have gone
	case f.HTML:
		s.record(c.record)
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>Hello</title>") // whoever asked may have gone
	default:
		return false // only slow
	}
	return true
}

func (s *Server) run(c call, m method, token string) (answer, string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	defer s.Tell()
	want, other := s.o.BotToken, s.o.AppToken
	if m.app {
		want, other = other, want
	}
	switch {
	case token == "":
		return nil, "not_authed"
	case token == other:
		return nil, "not_allowed_token_type"
	case token != want:
		return nil, "invalid_auth"
	case s.revoked != "":
		return nil, s.revoked
	}
	for i, scope := range m.scopes {
		if s.scopes[scope] {
			break
		}
		if i == len(m.scopes)-1 {
			return answer{"needed": m.scopes[0], "provided": "none"}, "missing_scope"
		}
	}
	return m.do(s, c)
}

// readArgs takes a form or a JSON body; structured values are decoded either way.
func readArgs(r *http.Request) (map[string]json.RawMessage, string, error) {
	args := map[string]json.RawMessage{}
	token := bearer(r)
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	if err != nil {
		return args, token, err
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if len(bytes.TrimSpace(body)) == 0 {
			return args, token, nil
		}
		return args, token, json.Unmarshal(body, &args)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := r.ParseForm(); err != nil {
		return args, token, err
	}
	for k, v := range r.PostForm {
		switch k {
		case "token":
			token = v[0]
		case "blocks", "metadata", "view", "attachments":
			if !json.Valid([]byte(v[0])) {
				return args, token, fmt.Errorf("%s is no JSON", k)
			}
			args[k] = json.RawMessage(v[0])
		default:
			args[k] = encode(v[0])
		}
	}
	return args, token, nil
}

func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("null") // cannot happen: maps, strings and raw JSON only
	}
	return b
}

// text reads an argument that is text, a number or a truth value.
func (c call) text(name string) string {
	var s string
	if json.Unmarshal(c.args[name], &s) == nil {
		return s
	}
	return string(c.args[name])
}

func (c call) truth(name string) bool {
	t := c.text(name)
	return t == "true" || t == "1"
}

func (s *Server) scopeList() string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []string
	for scope := range s.scopes {
		out = append(out, scope)
	}
	return strings.Join(out, ",")
}

func (s *Server) authTest(call) (answer, string) {
	if s.o.OrgWide {
		return answer{"url": "https://fake.enterprise.slack.com/", "team": "fake", "user": "circle", "team_id": EnterpriseID, "enterprise_id": EnterpriseID,
			"user_id": BotUser, "bot_id": BotID, "is_enterprise_install": true}, ""
	}
	return answer{"url": "https://fake.slack.com/", "team": "fake", "user": "circle", "team_id": TeamID, "user_id": BotUser, "bot_id": BotID}, ""
}
