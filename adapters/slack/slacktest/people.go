package slacktest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Kind is what a person did.
type Kind int

// What people can do.
const (
	Command     Kind = iota // typed /circle and Text
	Press                   // a button, on a message or in a modal
	Pick                    // from a menu
	Submit                  // a modal
	Mention                 // of the bot, in a channel
	Write                   // to the bot, in a direct message
	Open                    // the bot's Home
	Shortcut                // of the workspace, by its ActionID
	OnMessage               // a shortcut of a message
	Type                    // Text into a field that is searched, by its ActionID
	Uninstalled             // the app was
	Revoked                 // the app's token was
)

// Ask is what a person does. The zero value of a field is the usual case: a member of the
// group, in its channel.
type Ask struct {
	Kind     Kind
	Text     string
	Command  string            // default "/circle"
	User     string            // default Member
	Team     string            // the person's workspace; default TeamID, OtherID for Outsider
	Channel  string            // default GroupChannel; Direct for Write
	Bot      bool              // it was another bot
	ActionID string            // of the button or menu
	Value    string            // the button's or the option's value
	On       *Shown            // what has the control; nil for a message in the channel
	Values   map[string]string // a modal's fields by action_id
	Subtype  string            // of a message event
	Thread   string            // first message of the thread in which it is done; empty outside of a thread
	Ago      time.Duration     // how long ago it was written: Slack delivers some events late
}

// Button is something to press, pick or follow.
type Button struct {
	Label, ActionID, Value, URL string
}

// Shown is what a person sees.
type Shown struct {
	Ephemeral bool   // only the person sees it, as with modals
	Updated   bool   // it replaced the message or modal with the control
	Thread    string // first message of the thread in which it is; empty outside of a thread
	Text      string
	Blocks    []Block
	View      *View             // set if it is a modal
	Errors    map[string]string // beside a modal's fields, by the field's action_id
	Offers    []Option          // while typing
	Closed    bool              // the modal was closed and nothing is shown
	Silent    bool              // it pings nobody
	Acked     time.Duration     // from the request to the acknowledgement
}

// Words is everything that can be read, in order.
func (w Shown) Words() string {
	if w.View != nil {
		title := ""
		if w.View.Title != nil {
			title = w.View.Title.Text + "\n"
		}
		return title + Words(w.View.Blocks)
	}
	if len(w.Blocks) == 0 {
		return shown(Text{Type: "mrkdwn", Text: w.Text})
	}
	return Words(w.Blocks)
}

func (w Shown) blocks() []Block {
	if w.View != nil {
		return w.View.Blocks
	}
	return w.Blocks
}

// Buttons lists the buttons, in order.
func (w Shown) Buttons() []Button {
	var out []Button
	for _, b := range w.blocks() {
		for _, e := range b.Elements {
			if e.Type == "button" {
				out = append(out, Button{Label: e.Words(), ActionID: e.ActionID, Value: e.Value, URL: e.URL})
			}
		}
	}
	return out
}

// Menu lists the options of the first menu.
func (w Shown) Menu() []Button {
	var out []Button
	for _, b := range w.blocks() {
		for _, e := range b.Elements {
			if e.Type == "static_select" && out == nil {
				for _, o := range e.Options {
					out = append(out, Button{Label: o.Text.Text, ActionID: e.ActionID, Value: o.Value})
				}
			}
		}
	}
	return out
}

// Labels are those of the buttons and of the options, in order.
func (w Shown) Labels() []string {
	var out []string
	for _, b := range append(w.Buttons(), w.Menu()...) {
		out = append(out, b.Label)
	}
	return out
}

// Fields are the values of a modal's fields that nobody has touched, by action_id; nil if it has no
// form.
func (w Shown) Fields() map[string]string {
	if w.View == nil || w.View.Submit == nil {
		return nil
	}
	out := map[string]string{}
	for _, b := range w.View.Blocks {
		if e := b.Element; e != nil {
			out[e.ActionID] = e.Stands()
		}
	}
	return out
}

// Press makes the Ask that presses the button, or picks the option, with this label.
func (w Shown) Press(label string) (Ask, error) {
	for i, controls := range [][]Button{w.Buttons(), w.Menu()} {
		for _, b := range controls {
			if b.Label == label {
				return Ask{Kind: []Kind{Press, Pick}[i], On: &w, ActionID: b.ActionID, Value: b.Value}, nil
			}
		}
	}
	return Ask{}, fmt.Errorf("nothing to press is called %q", label)
}

// Fill makes the Ask that submits the modal with these values by action_id. The other fields keep
// their values.
func (w Shown) Fill(values map[string]string) (Ask, error) {
	if w.Fields() == nil {
		return Ask{}, errors.New("no form is open")
	}
	return Ask{Kind: Submit, On: &w, Values: values}, nil
}

type asked struct {
	ask      Ask
	envelope string
	trigger  string // used up once empty
	url      string // the id of its response URL
	uses     int
	at       time.Time // by the fake's clock
	sent     time.Time // by the real one
	acked    bool
	took     time.Duration
	view     string
	shown    []Shown
	payload  any
}

type people struct {
	asked []*asked
	views map[string]*View
	homes map[string][]Shown // by user
	users map[string]User
	late  int // acknowledgements that came after the time allowed
}

func newPeople() people {
	return people{views: map[string]*View{}, homes: map[string][]Shown{}, users: map[string]User{}}
}

// Pending is a request on its way.
type Pending struct {
	s *Server
	a *asked
}

// ErrNoConnection reports that no socket stands to deliver a request.
var ErrNoConnection = errors.New("no connection to deliver to")

// Do delivers what a person does over one of the sockets.
func (s *Server) Do(a Ask) (*Pending, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	q := s.ask(a)
	s.people.asked = append(s.people.asked, q)
	if !s.push(q.payload) {
		return nil, ErrNoConnection
	}
	return &Pending{s, q}, nil
}

// Again delivers the same request once more, as Slack does when it missed the
// acknowledgement: under a new envelope for fresh, else byte for byte.
func (p *Pending) Again(fresh bool) error {
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	e, ok := p.a.payload.(map[string]any)
	if !ok {
		return ErrNoConnection
	}
	if fresh {
		c := map[string]any{"retry_attempt": 1, "retry_reason": "timeout"}
		for k, v := range e {
			c[k] = v
		}
		c["envelope_id"] = p.s.id("E")
		e = c
	}
	if !p.s.push(e) {
		return ErrNoConnection
	}
	return nil
}

// Shown waits until the person sees n things and gives the last of them.
func (p *Pending) Shown(ctx context.Context, n int) (Shown, error) {
	err := p.s.Await(ctx, func() bool { return p.a.acked && len(p.a.shown) >= n })
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	if err != nil {
		return Shown{}, err
	}
	w := p.a.shown[n-1]
	w.Acked = p.a.took
	return w, nil
}

// Seen lists what the person sees by now.
func (p *Pending) Seen() []Shown {
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	return slices.Clone(p.a.shown)
}

// AwaitAck waits until the request has been acknowledged and tells how long it took.
func (p *Pending) AwaitAck(ctx context.Context) (time.Duration, error) {
	err := p.s.Await(ctx, func() bool { return p.a.acked })
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	return p.a.took, err
}

// Late counts the requests that were not acknowledged in time.
func (s *Server) Late() int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	n := s.people.late
	for _, q := range s.people.asked {
		if !q.acked && time.Since(q.sent) > s.o.AckIn {
			n++
		}
	}
	return n
}

func (a Ask) withDefaults() Ask {
	a.Command = cmp.Or(a.Command, "/circle")
	a.User = cmp.Or(a.User, Member)
	if a.Team == "" {
		a.Team = TeamID
		if a.User == Outsider {
			a.Team = OtherID
		}
	}
	if a.Thread == "" && a.On != nil {
		a.Thread = a.On.Thread
	}
	if a.Channel == "" {
		a.Channel = GroupChannel
		if a.Kind == Write {
			a.Channel = Direct
		}
	}
	return a
}

// ask makes a request's envelope. The lock is held.
func (s *Server) ask(a Ask) *asked {
	a = a.withDefaults()
	q := &asked{ask: a, envelope: s.id("E"), trigger: s.id("12345.98765."), url: s.id("R"), at: s.o.Now(), sent: time.Now()}
	user := map[string]any{"id": a.User, "username": "a-person", "name": "a-person", "team_id": a.Team}
	url := "http://" + s.Addr + "/respond/" + q.url
	var kind string
	var payload map[string]any
	switch a.Kind {
	case Command:
		kind = "slash_commands"
		payload = map[string]any{
			"token": "verification", "team_id": a.Team, "team_domain": "fake", "channel_id": a.Channel, "channel_name": "a-channel",
			"user_id": a.User, "user_name": "a-person", "command": a.Command, "text": a.Text, "api_app_id": "A0000000001",
			"is_enterprise_install": "false", "response_url": url, "trigger_id": q.trigger,
		}
	case Press, Pick:
		kind = "interactive"
		action := map[string]any{"action_id": a.ActionID, "block_id": "b", "type": "button", "value": a.Value, "action_ts": "1.1"}
		if a.Kind == Pick {
			action = map[string]any{"action_id": a.ActionID, "block_id": "b", "type": "static_select", "action_ts": "1.1",
				"selected_option": map[string]any{"value": a.Value, "text": map[string]string{"type": "plain_text", "text": "x"}}}
		}
		payload = map[string]any{"type": "block_actions", "team": map[string]string{"id": TeamID}, "user": user, "api_app_id": "A0000000001",
			"token": "verification", "trigger_id": q.trigger, "actions": []any{action}}
		if a.On != nil && a.On.View != nil {
			if a.On.View.Type != "home" {
				q.view = a.On.View.ID
			}
			payload["view"] = viewPayload(a.On.View, nil)
			payload["container"] = map[string]any{"type": "view", "view_id": a.On.View.ID}
			break
		}
		payload["channel"] = map[string]string{"id": a.Channel, "name": "a-channel"}
		container := map[string]any{"type": "message", "message_ts": "1.1", "channel_id": a.Channel, "is_ephemeral": a.On != nil && a.On.Ephemeral}
		if a.Thread != "" {
			container["thread_ts"] = a.Thread
		}
		payload["container"] = container
		payload["response_url"] = url
	case Submit:
		kind = "interactive"
		view := &View{ID: "V0", Type: "modal"}
		if a.On != nil && a.On.View != nil {
			view = a.On.View
		}
		q.view = view.ID
		payload = map[string]any{"type": "view_submission", "team": map[string]string{"id": TeamID}, "user": user, "api_app_id": "A0000000001",
			"token": "verification", "trigger_id": q.trigger, "view": viewPayload(view, a.Values), "response_urls": []any{}}
	case Type:
		kind = "interactive"
		payload = map[string]any{"type": "block_suggestion", "team": map[string]string{"id": TeamID}, "user": user, "token": "verification",
			"action_id": a.ActionID, "block_id": "b", "value": a.Text, "container": map[string]any{"type": "view"}, "view": viewPayload(a.On.View, nil)}
	case Shortcut, OnMessage:
		kind, payload = "interactive", s.shortcut(a, q, user, url)
	case Mention, Write, Open, Uninstalled, Revoked:
		kind = "events_api"
		event := map[string]any{"type": "app_mention", "user": a.User, "text": "<@" + BotUser + "> " + a.Text, "ts": s.ts(), "channel": a.Channel,
			"team": a.Team, "user_team": a.Team, "event_ts": "1.1"}
		if a.Ago > 0 {
			event["ts"] = fmt.Sprintf("%d.%06d", s.o.Now().Add(-a.Ago).Unix(), s.serial)
		}
		if a.Thread != "" {
			event["thread_ts"] = a.Thread
		}
		switch a.Kind {
		case Open:
			event = s.openHome(a)
		case Uninstalled, Revoked:
			event = leave(a)
		case Write:
			event["type"], event["channel_type"], event["text"] = "message", "im", a.Text
		}
		if a.Subtype != "" {
			event["subtype"] = a.Subtype
		}
		if a.Bot {
			event["bot_id"] = "B0000000777"
		}
		payload = map[string]any{"type": "event_callback", "team_id": TeamID, "api_app_id": "A0000000001", "event": event,
			"event_id": s.id("Ev"), "event_time": s.o.Now().Unix(), "is_ext_shared_channel": a.Team != TeamID}
	}
	q.payload = map[string]any{"type": kind, "envelope_id": q.envelope, "payload": payload, "accepts_response_payload": kind != "events_api"}
	return q
}

// viewPayload is a view as Slack sends it back, with what was filled in.
func viewPayload(v *View, values map[string]string) map[string]any {
	state := map[string]map[string]any{}
	for _, b := range v.Blocks {
		if b.Element == nil {
			continue
		}
		e := *b.Element
		given, filled := values[e.ActionID]
		if !filled {
			given = e.Stands()
			if e.Here {
				given = GroupChannel // where it was opened, as far as the fake knows
			}
		}
		field := map[string]any{"type": e.Type, "value": given}
		if given == "" {
			field["value"] = nil
		}
		if e.Type == "conversations_select" {
			delete(field, "value")
			field["selected_conversation"] = given
		}
		if e.Type == "multi_conversations_select" {
			delete(field, "value")
			field["selected_conversations"] = listed(given)
		}
		if e.Type == "checkboxes" {
			delete(field, "value")
			checked := []Option{}
			for _, v := range listed(given) {
				checked = append(checked, optionOf(v))
			}
			field["selected_options"] = checked
		}
		if e.Type == "static_select" || e.Type == "external_select" || e.Type == "radio_buttons" {
			delete(field, "value")
			field["selected_option"] = nil
			if given != "" {
				field["selected_option"] = map[string]any{"value": given, "text": map[string]string{"type": "plain_text", "text": given}}
			}
		}
		state[b.BlockID] = map[string]any{e.ActionID: field}
	}
	return map[string]any{"id": v.ID, "type": v.Type, "callback_id": v.CallbackID, "private_metadata": v.PrivateMetadata,
		"hash": "1.1", "team_id": TeamID, "state": map[string]any{"values": state}, "title": v.Title}
}

// show gives a person something to see: it belongs to what they asked last in
// the channel and have not been answered yet, else to what they asked last.
// The lock is held.
func (s *Server) show(channel, user string, w Shown) {
	var last *asked
	for i := len(s.people.asked) - 1; i >= 0; i-- {
		q := s.people.asked[i]
		if q.ask.User != user || q.ask.Channel != channel {
			continue
		}
		if len(q.shown) == 0 {
			last = q
			break
		}
		last = cmp.Or(last, q)
	}
	if last != nil {
		last.shown = append(last.shown, w)
	}
	s.Tell()
}

// acked takes an acknowledgement and the payload it carries. The lock is held.
func (s *Server) acked(envelope string, raw json.RawMessage) (fault string) {
	i := slices.IndexFunc(s.people.asked, func(q *asked) bool { return q.envelope == envelope })
	if i < 0 {
		return ""
	}
	q := s.people.asked[i]
	q.acked, q.took = true, time.Since(q.sent)
	if q.took > s.o.AckIn {
		s.people.late++
		return "" // Slack has told the person that it took too long
	}
	var p struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
		Offers []Option          `json:"options"`
	}
	if len(raw) > 0 && json.Unmarshal(raw, &p) != nil {
		return "invalid_payload"
	}
	switch {
	case q.ask.Kind == Command && len(raw) > 0:
		_, fault = q.show(raw)
	case q.ask.Kind == Type:
		q.shown = append(q.shown, Shown{Ephemeral: true, Silent: true, Offers: p.Offers})
	case q.ask.Kind != Submit:
	case p.Action == "errors":
		q.shown = append(q.shown, Shown{Ephemeral: true, Errors: q.beside(p.Errors), View: q.onScreen(), Silent: true})
	case p.Action == "update":
		if v, fault, _ := readView(p.View); fault == "" {
			s.setView(q, v, q.view)
		}
	default:
		q.shown = append(q.shown, Shown{Ephemeral: true, Closed: true, Silent: true})
	}
	return fault
}

// Public lists what people asking in a channel made everybody see.
func (s *Server) Public(channel string) []Shown {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []Shown
	for _, q := range s.people.asked {
		for _, w := range q.shown {
			if q.ask.Channel == channel && !w.Ephemeral {
				out = append(out, w)
			}
		}
	}
	return out
}
