package slacktest

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// serveResponseURL takes an answer to a request: at most five within half an
// hour. https://docs.slack.dev/interactivity/handling-user-interaction
func (s *Server) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	defer s.begin()()
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	c := call{method: "response_url", record: Request{Method: "response_url", Body: raw, Status: http.StatusOK}}
	do := func() { c.record.Status, c.record.Error = s.respond(r.PathValue("id"), raw) }
	if f, planned := s.fault("response_url"); planned && s.spoil(w, r, f, &c, do) {
		return
	}
	if err != nil || !json.Valid(raw) {
		c.record.Status, c.record.Error, c.record.Body = http.StatusBadRequest, "invalid_payload", nil
	} else {
		do()
	}
	s.record(c.record)
	w.WriteHeader(c.record.Status)
	c.record.Error = cmp.Or(c.record.Error, "ok")
	_, _ = io.WriteString(w, c.record.Error) // whoever asked may have gone
}

func (s *Server) respond(id string, raw []byte) (int, string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	defer s.Tell()
	i := slices.IndexFunc(s.people.asked, func(q *asked) bool { return q.url == id })
	if i < 0 {
		return http.StatusNotFound, "no_service"
	}
	q := s.people.asked[i]
	switch {
	case q.uses >= 5:
		return http.StatusNotFound, "used_url"
	case s.o.Now().Sub(q.at) > 30*time.Minute:
		return http.StatusNotFound, "expired_url"
	}
	status, fault := q.show(raw)
	if fault == "" {
		q.uses++
	}
	return status, fault
}

// show takes a message that answers a request: from its response URL, or in the
// acknowledgement of a command.
func (q *asked) show(raw []byte) (int, string) {
	var p struct {
		Type      string          `json:"response_type"`
		Replace   bool            `json:"replace_original"`
		Text      string          `json:"text"`
		Blocks    json.RawMessage `json:"blocks"`
		LinkNames bool            `json:"link_names"`
	}
	if json.Unmarshal(raw, &p) != nil {
		return http.StatusBadRequest, "invalid_payload"
	}
	c := call{args: map[string]json.RawMessage{"text": encode(p.Text)}}
	if len(p.Blocks) > 0 {
		c.args["blocks"] = p.Blocks
	}
	text, blocks, fault, _ := said(c)
	if fault != "" {
		return http.StatusBadRequest, fault
	}
	w := Shown{
		Ephemeral: p.Type != "in_channel" && !(p.Replace && (q.ask.On == nil || !q.ask.On.Ephemeral)),
		Updated:   p.Replace, Text: text, Blocks: blocks, Silent: silent(blocks) && !pings(text, p.LinkNames),
	}
	if p.Replace && q.ask.On != nil {
		w.Thread = q.ask.On.Thread
	}
	q.shown = append(q.shown, w)
	return http.StatusOK, ""
}

func readView(raw json.RawMessage) (*View, string, []string) {
	v := &View{Raw: raw}
	if json.Unmarshal(raw, v) != nil {
		return nil, "invalid_arguments", nil
	}
	if why := checkView(*v); len(why) > 0 {
		return nil, "invalid_arguments", why
	}
	return v, "", nil
}

// setView shows a view in answer to a request, as a new one or in place of another. The caller
// holds the lock.
func (s *Server) setView(q *asked, v *View, replaces string) {
	v.ID = replaces
	if replaces == "" {
		v.ID = s.id("V")
	} else {
		preserve(v, q.onScreen())
	}
	s.people.views[v.ID] = v
	q.view = v.ID
	q.shown = append(q.shown, Shown{Ephemeral: true, View: v, Updated: replaces != "", Silent: silent(v.Blocks)})
	s.Tell()
}

// onScreen is the modal that a request came from, with what was typed into it.
func (q *asked) onScreen() *View {
	if q.ask.On == nil || q.ask.On.View == nil {
		return nil
	}
	v := *q.ask.On.View
	v.Blocks = slices.Clone(v.Blocks)
	for i, b := range v.Blocks {
		if b.Element == nil {
			continue
		}
		e := *b.Element
		if value, typed := q.ask.Values[e.ActionID]; typed {
			e.hold(value)
		}
		v.Blocks[i].Element = &e
	}
	return &v
}

// beside finds the fields of errors. Slack identifies a block by the block_id that it has on
// the screen; an error for another block_id is not shown.
func (q *asked) beside(errs map[string]string) map[string]string {
	out := map[string]string{}
	v := q.onScreen()
	for i := 0; v != nil && i < len(v.Blocks); i++ {
		if b := v.Blocks[i]; b.Element != nil && errs[b.BlockID] != "" {
			out[b.Element.ActionID] = errs[b.BlockID]
		}
	}
	return out
}

// preserve keeps the values of fields that the new view has, too, by block_id and action_id.
// Their initial values are ignored.
// https://docs.slack.dev/reference/views/modal-views
func preserve(v, before *View) {
	if before == nil {
		return
	}
	for i, b := range v.Blocks {
		for _, old := range before.Blocks {
			if b.Element != nil && old.Element != nil && b.BlockID != "" && b.BlockID == old.BlockID && b.Element.ActionID == old.Element.ActionID {
				e := *b.Element
				e.hold(old.Element.Stands())
				v.Blocks[i].Element = &e
			}
		}
	}
}

// openView uses up a trigger, which is valid once and for three seconds.
func (s *Server) openView(c call) (answer, string) {
	v, fault, why := readView(c.args["view"])
	if fault != "" {
		return refused(why), fault
	}
	trigger := c.text("trigger_id")
	i := slices.IndexFunc(s.people.asked, func(q *asked) bool { return strings.TrimPrefix(q.trigger, "used ") == trigger })
	if i < 0 || trigger == "" {
		return nil, "invalid_trigger"
	}
	q := s.people.asked[i]
	switch {
	case q.trigger != trigger:
		return nil, "exchanged_trigger_id"
	case s.o.Now().Sub(q.at) > 3*time.Second:
		return nil, "expired_trigger_id"
	}
	q.trigger = "used " + q.trigger
	s.setView(q, v, "")
	return answer{"view": map[string]any{"id": v.ID, "type": v.Type, "hash": "1.1"}}, ""
}

func (s *Server) updateView(c call) (answer, string) {
	v, fault, why := readView(c.args["view"])
	if fault != "" {
		return refused(why), fault
	}
	id := c.text("view_id")
	if s.people.views[id] == nil {
		return nil, "not_found"
	}
	for i := len(s.people.asked) - 1; i >= 0; i-- {
		if q := s.people.asked[i]; q.view == id {
			s.setView(q, v, id)
			return answer{"view": map[string]any{"id": id, "type": v.Type, "hash": "1.2"}}, ""
		}
	}
	return nil, "not_found"
}
