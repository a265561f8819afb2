package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
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
		"conversations.info":    {do: (*Server).info, scopes: []string{"channels:read", "groups:read"}},
		"conversations.history": {do: (*Server).history, scopes: []string{"channels:history", "groups:history"}},
		"conversations.members": {do: (*Server).members, scopes: []string{"channels:read", "groups:read"}},
		"users.info":            {do: (*Server).userInfo, scopes: []string{"users:read"}},
		"views.open":            {do: (*Server).openView},
		"views.update":          {do: (*Server).updateView},
	}
	for name, m := range methods {
		s.mux.HandleFunc("POST /api/"+name, func(w http.ResponseWriter, r *http.Request) { s.serveMethod(w, r, name, m) })
	}
	s.mux.HandleFunc("POST /respond/{id}", s.serveResponseURL)
	s.mux.HandleFunc("GET /socket/{ticket}", s.serveSocket)
}

func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request, name string, m method) {
	args, token, err := readArgs(r)
	c := call{method: name, args: args, record: Request{Method: name, Body: encode(args), Status: http.StatusOK}}
	f := s.fault(name)
	if f != nil && s.spoil(w, r, f, &c, func() { s.run(c, m, token) }) {
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
	w.Header().Set("X-OAuth-Scopes", s.scopeList())
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

// spoil makes a request go wrong and tells whether it has been answered.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, f *Fault, c *call, do func()) bool {
	if f.Delay > 0 {
		t := time.NewTimer(f.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.Context().Done():
		}
	}
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
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.tell()
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
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for scope := range s.scopes {
		out = append(out, scope)
	}
	return strings.Join(out, ",")
}

func (s *Server) authTest(call) (answer, string) {
	return answer{"url": "https://fake.slack.com/", "team": "fake", "user": "circle", "team_id": TeamID, "user_id": BotUser, "bot_id": BotID}, ""
}

func (s *Server) userInfo(c call) (answer, string) {
	return answer{"user": map[string]any{"id": c.text("user"), "is_bot": c.text("user") == BotUser}}, ""
}

// channel finds a channel that the bot can see. Private ones it is not in do
// not exist for it.
func (s *Server) channel(c call) (*Channel, string) {
	ch, ok := s.world.channels[c.text("channel")]
	if !ok || ch.Private && !ch.has(BotUser) {
		return nil, "channel_not_found"
	}
	return ch, ""
}

func (s *Server) info(c call) (answer, string) {
	ch, fault := s.channel(c)
	if fault != "" {
		return nil, fault
	}
	return answer{"channel": map[string]any{
		"id": ch.ID, "is_channel": true, "is_private": ch.Private, "is_archived": ch.Archived,
		"is_member": ch.has(BotUser), "name": "a-channel", "is_read_only": ch.Refuses != "",
	}}, ""
}

// page cuts a list as the cursor and limit say.
func page(c call, n, most int) (from, to int, next string) {
	from, _ = strconv.Atoi(c.text("cursor")) // no cursor starts at 0
	limit, _ := strconv.Atoi(c.text("limit"))
	if limit <= 0 || limit > most {
		limit = most
	}
	from = min(max(from, 0), n)
	to = min(from+limit, n)
	if to < n {
		next = strconv.Itoa(to)
	}
	return from, to, next
}

func (s *Server) members(c call) (answer, string) {
	ch, fault := s.channel(c)
	if fault != "" {
		return nil, fault
	}
	from, to, next := page(c, len(ch.Members), 1000)
	return answer{"members": ch.Members[from:to], "response_metadata": map[string]string{"next_cursor": next}}, ""
}

func (s *Server) history(c call) (answer, string) {
	ch, fault := s.channel(c)
	if fault == "" && !ch.has(BotUser) {
		fault = "not_in_channel"
	}
	if fault != "" {
		return nil, fault
	}
	oldest, _ := strconv.ParseFloat(c.text("oldest"), 64) // none means from the beginning
	var found []map[string]any
	all := s.world.messages[ch.ID]
	for i := len(all) - 1; i >= 0; i-- {
		m := all[i]
		at, err := strconv.ParseFloat(m.TS, 64)
		if err != nil || at < oldest || at == oldest && !c.truth("inclusive") {
			continue
		}
		out := map[string]any{"type": "message", "ts": m.TS, "user": m.User, "text": m.Text}
		if m.BotID != "" {
			out["bot_id"] = m.BotID
		}
		if m.Metadata != nil {
			if c.truth("include_all_metadata") {
				out["metadata"] = m.Metadata
			} else {
				out["metadata"] = map[string]any{"event_type": m.Metadata.EventType}
			}
		}
		found = append(found, out)
	}
	from, to, next := page(c, len(found), 999)
	return answer{"messages": found[from:to], "has_more": next != "", "response_metadata": map[string]string{"next_cursor": next}}, ""
}

// said is a message's words and blocks, checked.
func said(c call) (text string, blocks []Block, fault string, why []string) {
	text = c.text("text")
	if raw := c.args["blocks"]; raw != nil {
		if json.Unmarshal(raw, &blocks) != nil {
			return text, nil, "invalid_blocks_format", nil
		}
	}
	switch why = checkBlocks(blocks, 50); {
	case len(why) > 0:
		return text, blocks, "invalid_blocks", why
	case text == "" && len(blocks) == 0:
		return text, blocks, "no_text", nil
	case len(text) > 40000:
		return text, blocks, "msg_too_long", nil
	}
	return text, blocks, "", nil
}

func refused(why []string) answer {
	return answer{"response_metadata": map[string]any{"messages": why}}
}

func (s *Server) postMessage(c call) (answer, string) {
	id := c.text("channel")
	ch := &Channel{ID: id, Members: []string{BotUser}}
	if id != Direct {
		var fault string
		ch, fault = s.channel(c)
		switch {
		case fault != "":
			return nil, fault
		case ch.Archived:
			return nil, "is_archived"
		case !ch.has(BotUser):
			return nil, "not_in_channel"
		case ch.Refuses != "":
			return nil, ch.Refuses
		}
	}
	text, blocks, fault, why := said(c)
	if fault != "" {
		return refused(why), fault
	}
	m := Message{Channel: ch.ID, User: BotUser, BotID: BotID, Text: text, Blocks: blocks}
	if raw := c.args["metadata"]; raw != nil {
		if json.Unmarshal(raw, &m.Metadata) != nil || m.Metadata.EventType == "" || m.Metadata.EventPayload == nil {
			return nil, "invalid_metadata_format"
		}
		if len(raw) > 16000 {
			return nil, "metadata_too_large"
		}
	}
	if !s.paced(ch.ID) {
		return nil, "ratelimited"
	}
	m.TS = s.ts()
	m.Silent = silent(blocks) && !pings(text, c.truth("link_names") || c.text("parse") == "full")
	s.world.messages[ch.ID] = append(s.world.messages[ch.ID], m)
	return answer{"channel": ch.ID, "ts": m.TS, "message": map[string]any{"text": text, "ts": m.TS, "bot_id": BotID}}, ""
}

func (s *Server) updateMessage(c call) (answer, string) {
	text, blocks, fault, why := said(c)
	if fault != "" {
		return refused(why), fault
	}
	for i, m := range s.world.messages[c.text("channel")] {
		if m.TS == c.text("ts") && m.BotID == BotID {
			s.world.messages[c.text("channel")][i].Text = text
			s.world.messages[c.text("channel")][i].Blocks = blocks
			return answer{"channel": m.Channel, "ts": m.TS, "text": text}, ""
		}
	}
	return nil, "message_not_found"
}

func (s *Server) postEphemeral(c call) (answer, string) {
	text, blocks, fault, why := said(c)
	if fault != "" {
		return refused(why), fault
	}
	if id := c.text("channel"); id != Direct {
		ch, fault := s.channel(c)
		switch {
		case fault != "":
			return nil, fault
		case !ch.has(BotUser):
			return nil, "not_in_channel"
		case !ch.has(c.text("user")):
			return nil, "user_not_in_channel"
		}
	}
	ts := s.ts()
	s.show(c.text("channel"), c.text("user"), Shown{
		Ephemeral: true, Text: text, Blocks: blocks, Silent: silent(blocks) && !pings(text, c.truth("link_names")),
	})
	return answer{"message_ts": ts}, ""
}
