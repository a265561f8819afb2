package discordtest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is what a person did.
type Kind int

// What people can do, as Discord numbers it.
const (
	Ping         Kind = 1
	Command      Kind = 2
	Component    Kind = 3 // pressed a button or picked from a menu
	Autocomplete Kind = 4
	Submit       Kind = 5 // of a modal
)

// Ask is what a person does. The zero value of a field is the usual case: a member without
// rights in the guild's first channel, in English.
type Ask struct {
	Kind     Kind
	ID       string // set to deliver the same interaction again
	Name     string // of the command
	Sub      string
	Args     map[string]string // options, or a modal's fields
	Focused  string            // the option being typed
	CustomID string
	Values   []string // picked from a menu
	On       *Shown   // the message with the button; nil for a public one
	Direct   bool     // in a direct message with the bot
	OfWords  string   // text of the message in whose menu the command is; empty for a typed command
	User     string   // default "500000000000000001"
	Rights   int64    // the person's permissions
	Roles    []string
	Locale   string // default "en-US"
	Guild    string
	Channel  string

	parts []component // of the message with the button
}

// Shown is what a person sees in answer.
type Shown struct {
	Type      int // of the first answer: 4 message, 5 deferred, 6 deferred update, 7 update, 8 choices, 9 form
	Ephemeral bool
	Updated   bool // it replaced the message the button stood on
	Content   string
	Buttons   []Button
	Menu      []Button // options: CustomID is the value to pick
	MenuID    string
	MenuLabel string
	Form      *Form
	Choices   []Button // offered while typing: CustomID is the value
	More      []Message
	Pings     bool
	Acked     time.Duration // from the request to the first answer

	parts []component // of the message with the menu
}

// Button is something to press, pick or follow.
type Button struct {
	Label, CustomID, URL string

	parts []component // of its message
}

// Form is a modal.
type Form struct {
	Title, CustomID string
	Above           string // the text over the fields; empty for none
	Fields          []Field

	on *standing // the message whose button opened it; nil for none
}

// standing is a message with a control, as an interaction contains it.
type standing struct {
	private bool
	parts   []component
}

// Field is one input of a modal.
type Field struct {
	ID, Label, Hint, Value string // of checkboxes: the values with commas between
	Type                   int    // of the component
	Required               bool
	Options                []Button
	Channels               []int // types of the channels to pick from: Value is an ID then
	Role                   bool  // roles are picked from: Value is an ID then

	least, most int // of a group: how many options are picked, if any are
}

type asked struct {
	ask    Ask
	id     string
	token  string
	at     time.Time
	acked  bool
	posted bool // to the endpoint
	done   bool // the answer is complete
	shown  Shown
}

type people struct {
	asked   map[string]*asked // by token
	refused []string
}

// Pending is an interaction on its way.
type Pending struct {
	ID string

	s *Server
	a *asked
}

// Refused lists what broke a rule of Discord's, with the reason: answers to interactions,
// messages and commands. Planned faults do not count.
func (s *Server) Refused() []string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return slices.Clone(s.people.refused)
}

// Do delivers an interaction over the gateway, or to the endpoint.
func (s *Server) Do(a Ask) *Pending {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p, payload := s.ask(a)
	if s.endpoint == "" {
		s.dispatch("INTERACTION_CREATE", payload)
		return p
	}
	b, err := json.Marshal(payload)
	if err != nil {
		s.people.refused = append(s.people.refused, err.Error())
		return p
	}
	p.a.posted = true
	to := s.endpoint
	s.Work.Go(func() { s.post(to, p, b) })
	return p
}

// Payload makes an interaction's JSON without delivering it, for the HTTP
// endpoint.
func (s *Server) Payload(a Ask) (*Pending, []byte, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p, payload := s.ask(a)
	b, err := json.Marshal(payload)
	return p, b, err
}

func (s *Server) ask(a Ask) (*Pending, map[string]any) {
	a = a.withDefaults()
	id := cmp.Or(a.ID, s.id())
	q := &asked{ask: a, id: id, token: "answer-" + id + "-" + s.id(), at: time.Now()}
	s.people.asked[q.token] = q
	user := map[string]any{"id": a.User, "username": "a-person", "global_name": "A Person", "discriminator": "0"}
	out := map[string]any{
		"id": id, "application_id": AppID, "type": int(a.Kind), "token": q.token, "version": 1,
		"channel_id": a.Channel, "locale": a.Locale, "entitlements": []any{}, "authorizing_integration_owners": map[string]string{"0": a.Guild},
		"app_permissions": strconv.FormatInt(everyonesRights, 10), "channel": s.channelOf(a.Channel),
	}
	if a.Direct {
		out["user"], out["context"] = user, 1
	} else {
		out["guild_id"], out["context"], out["guild_locale"] = a.Guild, 0, "en-US"
		out["member"] = map[string]any{
			"user": user, "roles": append([]string{}, a.Roles...), "permissions": strconv.FormatInt(a.Rights, 10),
			"nick": "A Nickname", "joined_at": "2020-01-01T00:00:00Z", "deaf": false, "mute": false,
		}
	}
	switch a.Kind {
	case Command, Autocomplete:
		out["data"] = a.commandData(s.world.commands)
	case Component:
		kind := 2
		if a.Values != nil {
			kind = 3
		}
		out["data"] = map[string]any{"custom_id": a.CustomID, "component_type": kind, "values": a.Values}
		out["message"] = s.messageOf(a, standing{q.onPrivate(), a.parts})
	case Submit:
		var rows []any
		if a.On != nil && a.On.Form != nil && a.On.Form.Above != "" {
			rows = append(rows, map[string]any{"type": 10, "id": 1})
		}
		for _, k := range slices.Sorted(maps.Keys(a.Args)) {
			rows = append(rows, map[string]any{"type": 18, "component": a.field(k).sent(k, a.Args[k])})
		}
		out["data"] = map[string]any{"custom_id": a.CustomID, "components": rows}
		if on := a.formOn(); on != nil {
			out["message"] = s.messageOf(a, *on)
		}
	}
	return &Pending{ID: id, s: s, a: q}, out
}

// messageOf tells the message that a control stands on, as Discord does.
// https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
func (s *Server) messageOf(a Ask, on standing) map[string]any {
	flags := 0
	if on.private {
		flags = flagEphemeral
	}
	return map[string]any{"id": s.id(), "channel_id": a.Channel, "type": 0, "flags": flags, "content": "", "components": append([]component{}, on.parts...),
		"author": map[string]any{"id": BotID, "username": "fake", "bot": true}, "timestamp": s.o.Now().UTC().Format(time.RFC3339)}
}

// onPrivate tells whether the control, or the one that opened the form, is on a message that
// only this person sees.
func (q *asked) onPrivate() bool {
	if on := q.ask.formOn(); on != nil {
		return on.private
	}
	return q.ask.Kind == Component && q.ask.On != nil && q.ask.On.Ephemeral
}

// formOn is the message from which the form that is submitted was opened, or nil.
func (a Ask) formOn() *standing {
	if a.Kind != Submit || a.On == nil || a.On.Form == nil {
		return nil
	}
	return a.On.Form.on
}

// field is the field of the form that is submitted.
func (a Ask) field(id string) Field {
	if a.On != nil && a.On.Form != nil {
		for _, f := range a.On.Form.Fields {
			if f.ID == id {
				return f
			}
		}
	}
	return Field{}
}

// channelOf is the part of a channel that interactions contain.
func (s *Server) channelOf(id string) map[string]any {
	out := map[string]any{"id": id, "type": 0}
	if c := s.world.channels[id]; c != nil {
		out["type"] = c.kind
		if c.parent != "" {
			out["parent_id"] = c.parent
		}
	}
	return out
}

func (a Ask) withDefaults() Ask {
	a.User = cmp.Or(a.User, "500000000000000001")
	a.Locale = cmp.Or(a.Locale, "en-US")
	a.Guild = cmp.Or(a.Guild, GuildID)
	a.Channel = cmp.Or(a.Channel, ChannelID)
	return a
}

// kindOf is the type of an option of a registered command; 0 for none.
func kindOf(registered json.RawMessage, name, sub, option string) int {
	var list []command
	if json.Unmarshal(registered, &list) != nil {
		return 0
	}
	for _, c := range list {
		for _, o := range c.Options {
			if c.Name == name && o.Name == sub {
				if i := slices.IndexFunc(o.Options, func(o command) bool { return o.Name == option }); i >= 0 {
					return o.Options[i].Type
				}
				return 0
			}
			if c.Name == name && sub == "" && o.Name == option {
				return o.Type
			}
		}
	}
	return 0
}

// commandData is what a command carries, as it was registered.
func (a Ask) commandData(registered json.RawMessage) map[string]any {
	if a.OfWords != "" {
		const on = "600000000000000002"
		return map[string]any{
			"id": "600000000000000003", "name": a.Name, "type": onMessage, "target_id": on,
			"resolved": map[string]any{"messages": map[string]any{on: map[string]any{"id": on, "content": a.OfWords, "author": map[string]any{"id": "500000000000000999"}}}},
		}
	}
	var opts []any
	for _, k := range slices.Sorted(maps.Keys(a.Args)) {
		o := map[string]any{"name": k, "type": 3, "value": a.Args[k]}
		kind := kindOf(registered, a.Name, a.Sub, k)
		if id := strings.TrimSuffix(strings.TrimPrefix(a.Args[k], map[int]string{channelOption: "<#", roleOption: "<@&"}[kind]), ">"); id != a.Args[k] && (kind == channelOption || kind == roleOption) { // picked, not written
			o["type"], o["value"] = kind, id
		}
		if k == a.Focused {
			o["focused"] = true
		}
		opts = append(opts, o)
	}
	if a.Sub != "" {
		opts = []any{map[string]any{"name": a.Sub, "type": 1, "options": opts}}
	}
	return map[string]any{"id": "600000000000000001", "name": a.Name, "type": 1, "options": opts}
}

// errNoAnswer is what a person sees as "the application did not respond".
var errNoAnswer = errors.New("the application did not respond")

// Answer waits until the answer is complete. A first answer later than 3 s is
// refused, as Discord does.
func (p *Pending) Answer(ctx context.Context) (Shown, error) {
	if err := p.s.Await(ctx, func() bool { return p.a.done }); err != nil {
		return Shown{}, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	return p.now(), nil
}

// Acked waits for the first answer, which may be only an acknowledgement.
func (p *Pending) Acked(ctx context.Context) (Shown, error) {
	if err := p.s.Await(ctx, func() bool { return p.a.acked }); err != nil {
		return Shown{}, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	return p.now(), nil
}

// AwaitMore waits until n messages followed the answer.
func (p *Pending) AwaitMore(ctx context.Context, n int) (Shown, error) {
	if err := p.s.Await(ctx, func() bool { return p.a.done && len(p.a.shown.More) >= n }); err != nil {
		return Shown{}, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	return p.now(), nil
}

// Answered tells whether anything was answered so far.
func (p *Pending) Answered() bool {
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	return p.a.acked
}

func (p *Pending) now() Shown {
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	out := p.a.shown
	out.More = slices.Clone(out.More)
	return out
}

// Words is everything that can be read, in order, without Discord's Markdown.
func (sh Shown) Words() string {
	parts := []string{Plain(sh.Content)}
	for _, m := range sh.More {
		parts = append(parts, Plain(m.Content))
	}
	parts = append(parts, sh.MenuLabel)
	parts = append(parts, sh.Labels()...)
	if sh.Form != nil {
		parts = append(parts, sh.Form.Title)
		for _, f := range sh.Form.Fields {
			parts = append(parts, f.Label, f.Hint)
		}
	}
	return strings.Join(parts, "\n")
}

// Labels are those of the options and of the buttons, in order.
func (sh Shown) Labels() []string {
	var out []string
	for _, b := range append(slices.Clone(sh.Menu), sh.Buttons...) {
		out = append(out, b.Label)
	}
	return out
}

// Values are the values of the fields that nobody has touched, by the field's ID.
func (f *Form) Values() map[string]string {
	out := map[string]string{}
	for _, field := range f.Fields {
		out[field.ID] = field.Value
	}
	return out
}

var (
	masked  = regexp.MustCompile(`\[((?:[^\\\]]|\\.)*)\]\(<[^>]*>\)`)
	marking = regexp.MustCompile(`(?m)^(-# |#{1,3} )|\\([\\*_~` + "`" + `|<>\[\]#+.-])|\*+|<|>|\x{200b}`)
)

// Plain is a text as people read it, without Discord's Markdown.
func Plain(s string) string {
	s = masked.ReplaceAllString(s, "$1")
	return marking.ReplaceAllString(s, "$2")
}

// Press makes the Ask that presses the button with this label.
func (sh Shown) Press(label string) (Ask, error) {
	for _, b := range sh.Buttons {
		if b.Label == label && b.CustomID != "" {
			return Ask{Kind: Component, CustomID: b.CustomID, On: &sh, parts: b.parts}, nil
		}
	}
	return Ask{}, fmt.Errorf("no button %q", label)
}

// Pick makes the Ask that picks the option with this label.
func (sh Shown) Pick(label string) (Ask, error) {
	for _, o := range sh.Menu {
		if o.Label == label {
			return Ask{Kind: Component, CustomID: sh.MenuID, Values: []string{o.CustomID}, On: &sh, parts: sh.parts}, nil
		}
	}
	return Ask{}, fmt.Errorf("no option %q", label)
}

// Fill makes the Ask that submits the form with these values by field ID. The other fields keep
// their values.
func (sh Shown) Fill(values map[string]string) (Ask, error) {
	if sh.Form == nil {
		return Ask{}, errors.New("no form is open")
	}
	args := map[string]string{}
	for _, f := range sh.Form.Fields {
		args[f.ID] = f.Value
		if v, ok := values[f.ID]; ok {
			args[f.ID] = v
		}
		if err := f.fill(args[f.ID]); err != nil {
			return Ask{}, err
		}
	}
	return Ask{Kind: Submit, CustomID: sh.Form.CustomID, Args: args, On: &sh}, nil
}
