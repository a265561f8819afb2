package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Times of https://docs.discord.com/developers/interactions/receiving-and-responding
const (
	firstAnswer = 3 * time.Second
	tokenLife   = 15 * time.Minute
)

const callbackRoute = "/interactions/{interaction_id}/{interaction_token}/callback"

func (s *Server) refuseAnswer(a answer, why string) answer {
	s.people.refused = append(s.people.refused, why)
	return a
}

// callback takes the first answer to an interaction.
func (s *Server) callback(c call) answer {
	q := s.people.asked[c.r.PathValue("interaction_token")]
	if q == nil || q.id != c.r.PathValue("interaction_id") {
		return s.refuseAnswer(fail(404, 10062, "Unknown interaction"), "unknown interaction")
	}
	if q.acked {
		return s.refuseAnswer(fail(400, 40060, "Interaction has already been acknowledged."), "answered twice")
	}
	took := time.Since(q.at)
	if took > firstAnswer {
		return s.refuseAnswer(fail(404, 10062, "Unknown interaction"), "later than 3 s")
	}
	if no := s.takeCallback(q, c.body); no.status != 0 {
		return no
	}
	q.acked, q.shown.Acked = true, took
	return answer{status: http.StatusNoContent}
}

// Take accepts the body of an HTTP answer to an interaction made with Payload, as Discord does
// from an endpoint.
func (p *Pending) Take(body []byte) error {
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	// The body is checked against the contract like that of a callback.
	p.s.Note(Request{Method: "POST", Route: callbackRoute, Body: bytes.Clone(body), Status: 200})
	if no := p.s.takeCallback(p.a, body); no.status != 0 {
		return fmt.Errorf("refused with %d", no.status)
	}
	p.a.acked, p.a.shown.Acked = true, time.Since(p.a.at)
	p.s.Tell()
	return nil
}

func (s *Server) takeCallback(q *asked, raw []byte) answer {
	var in struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return s.refuseAnswer(fail(400, 50109, "The request body contains invalid JSON."), "invalid JSON")
	}
	allowed := map[Kind][]int{
		Ping: {1}, Command: {4, 5, 9}, Component: {4, 5, 6, 7, 9}, Autocomplete: {8}, Submit: {4, 5},
	}[q.ask.Kind]
	if q.ask.formOn() != nil { // the form was opened from a message
		allowed = append(allowed, 6, 7)
	}
	if !slices.Contains(allowed, in.Type) {
		return s.refuseAnswer(invalidForm("type", "not an answer to this interaction"), fmt.Sprintf("type %d to kind %d", in.Type, q.ask.Kind))
	}
	q.shown = Shown{Type: in.Type}
	var b body
	switch in.Type {
	case 4, 7:
		var no answer
		if b, no = checkMessage(in.Data, inAnswer); no.status != 0 {
			return s.refuseAnswer(no, fmt.Sprintf("message refused: %v", no.body))
		}
		q.shown.take(b.message(in.Data))
		q.shown.Ephemeral = b.Flags&flagEphemeral != 0
		if ch := s.world.channels[q.ask.Channel]; in.Type == 4 && !q.shown.Ephemeral && !q.ask.Direct && ch != nil {
			m := b.message(in.Data)
			m.ID, m.Author, m.At = s.id(), BotID, s.o.Now()
			ch.messages = append(ch.messages, m) // everybody sees it
		}
		if in.Type == 7 {
			q.shown.Updated = true
			q.shown.Ephemeral = q.onPrivate()
		}
	case 5, 6:
		if in.Data != nil {
			if err := json.Unmarshal(in.Data, &b); err != nil || b.Flags&^flagEphemeral != 0 {
				return s.refuseAnswer(invalidForm("flags", "only EPHEMERAL on a deferral"), "flags on a deferral")
			}
		}
		q.shown.Ephemeral = b.Flags&flagEphemeral != 0
		if in.Type == 6 { // the message with the button stays until the answer follows
			q.shown.Ephemeral = q.onPrivate()
		}
		return answer{}
	case 8:
		if err := json.Unmarshal(in.Data, &b); err != nil || len(b.Choices) > 25 {
			return s.refuseAnswer(invalidForm("choices", "at most 25"), "choices")
		}
		for _, ch := range b.Choices {
			v, ok := ch.Value.(string)
			if !ok || ch.Name == "" || size(ch.Name) > 100 || size(v) > 100 {
				return s.refuseAnswer(invalidForm("choices", "name 1 to 100, value up to 100"), "a choice's length")
			}
			q.shown.Choices = append(q.shown.Choices, Button{Label: ch.Name, CustomID: v})
		}
	case 9:
		if err := json.Unmarshal(in.Data, &b); err != nil {
			return s.refuseAnswer(fail(400, 50109, "The request body contains invalid JSON."), "invalid JSON")
		}
		if why := checkModal(b); why != "" {
			return s.refuseAnswer(invalidForm("components", why), "modal: "+why)
		}
		q.shown.Form = newForm(b)
		if q.ask.Kind == Component {
			q.shown.Form.on = &standing{q.onPrivate(), q.ask.parts}
		}
	}
	q.done = true
	return answer{}
}

func (sh *Shown) take(m Message) {
	sh.Content, sh.Pings = m.Content, m.Pings
	sh.Buttons, sh.Menu, sh.MenuID, sh.MenuLabel = nil, nil, "", ""
	sh.parts = m.components
	sh.controls(m.components)
}

func (sh *Shown) controls(list []component) {
	for _, c := range list {
		switch c.Type {
		case 2:
			sh.Buttons = append(sh.Buttons, Button{c.Label, c.CustomID, c.URL, sh.parts})
		case 3:
			sh.MenuID, sh.MenuLabel = c.CustomID, c.Placeholder
			for _, o := range c.Options {
				sh.Menu = append(sh.Menu, Button{Label: o.Label, CustomID: o.Value})
			}
		default:
			sh.controls(c.Components)
		}
	}
}

// Shown returns a channel's message as everybody sees it.
func (m Message) Shown() Shown {
	var sh Shown
	sh.take(m)
	return sh
}

func newForm(b body) *Form {
	f := &Form{Title: b.Title, CustomID: b.CustomID}
	for _, row := range b.Components {
		if row.Type == 10 {
			f.Above += row.Content
			continue
		}
		in, label, hint := row.Component, row.Label, row.Description
		if in == nil {
			in = &row.Components[0]
			label, hint = in.Label, in.Placeholder
		}
		field := Field{ID: in.CustomID, Label: label, Hint: hint, Value: in.Value, Type: in.Type, Required: in.required()}
		field.Channels, field.Role = in.Channels, in.Type == 6
		field.least, field.most = in.picks()
		for _, c := range in.Chosen {
			field.Value = c.ID
		}
		for _, o := range in.Options {
			field.Options = append(field.Options, Button{Label: o.Label, CustomID: o.Value})
		}
		if on := defaults(in.Options); len(on) > 0 {
			field.Value = strings.Join(on, ",")
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}

// answered returns an interaction whose token is still valid.
func (s *Server) answered(c call) (*asked, answer) {
	q := s.people.asked[c.r.PathValue("webhook_token")]
	if q != nil && q.posted && !q.acked {
		return nil, fail(404, 10015, "Unknown Webhook") // the first answer has not arrived yet
	}
	if q == nil || c.r.PathValue("webhook_id") != AppID || !q.acked {
		return nil, s.refuseAnswer(fail(404, 10015, "Unknown Webhook"), "follow-up before the answer")
	}
	if time.Since(q.at) > tokenLife {
		return nil, s.refuseAnswer(fail(401, 50027, "Invalid Webhook Token"), "token too old")
	}
	return q, answer{}
}

func (s *Server) followUp(c call) answer {
	q, no := s.answered(c)
	if q == nil {
		return no
	}
	b, no := checkMessage(c.body, inAnswer)
	if no.status != 0 {
		return s.refuseAnswer(no, fmt.Sprintf("message refused: %v", no.body))
	}
	m := b.message(c.body)
	m.ID, m.Author, m.At = s.id(), BotID, s.o.Now()
	if b.Flags&flagEphemeral == 0 && !q.ask.Direct {
		if ch := s.world.channels[q.ask.Channel]; ch != nil {
			ch.messages = append(ch.messages, m) // everybody sees it
		}
	}
	if !q.done && q.shown.Type == 6 { // it is all that is shown: what was pressed stays
		q.shown.take(m)
		q.shown.Ephemeral, q.done = m.Flags&flagEphemeral != 0, true
		return answer{200, s.messageJSON(q.ask.Channel, m, false)}
	}
	q.shown.More = append(q.shown.More, m)
	var more Shown
	more.take(m)
	q.shown.Buttons = append(q.shown.Buttons, more.Buttons...)
	q.shown.Menu = append(q.shown.Menu, more.Menu...)
	if more.MenuID != "" {
		q.shown.MenuID, q.shown.MenuLabel, q.shown.parts = more.MenuID, more.MenuLabel, more.parts
	}
	q.shown.Pings = q.shown.Pings || more.Pings
	q.shown.Ephemeral = q.shown.Ephemeral && m.Flags&flagEphemeral != 0
	return answer{200, s.messageJSON(q.ask.Channel, m, false)}
}

func (s *Server) editOriginal(c call) answer {
	q, no := s.answered(c)
	if q == nil {
		return no
	}
	if q.shown.Type == 8 || q.shown.Type == 9 {
		return s.refuseAnswer(fail(404, 10008, "Unknown Message"), "edited what is no message")
	}
	b, no := checkMessage(c.body, inEdit)
	if no.status != 0 {
		return s.refuseAnswer(no, fmt.Sprintf("message refused: %v", no.body))
	}
	q.shown.take(b.message(c.body))
	q.shown.Updated = q.shown.Type == 6
	q.done = true
	return answer{200, s.messageJSON(q.ask.Channel, b.message(c.body), false)}
}
