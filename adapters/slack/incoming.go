package slack

import (
	"cmp"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// request is what one person asked for, with what is needed to answer them. It stays inside the
// adapter and is never logged. It has many fields because commands, buttons, menus and forms
// carry different things; each kind fills its own.
type request struct {
	kind       requestKind
	ids        []string // identify the request; one that was seen before means a repetition
	command    string   // the typed command's name in this workspace; empty if nothing was typed
	text       string   // what was typed after the command; decoded once the command table is known
	call       bot.Call
	misnamed   string // see bot.Request
	stale      bool   // the control comes from another version
	once       bool   // Slack will not send it again, whatever happens
	early      bool   // it was signed before this process began
	user       string
	team       string    // the person's workspace
	enterprise string    // its organisation, if it belongs to one
	channel    string    // empty in a modal
	thread     string    // the first message of the thread in which it was asked; empty outside of a thread
	written    time.Time // when a message to the bot was written; zero for all else

	responseURL string
	trigger     string
	view        string // the modal that the request comes from
	home        bool   // it comes from the bot's Home
	at          spot   // in the Home
	field       string // the field in which a person is typing
	outsider    bool   // a guest, a stranger or a bot, as Slack says
	lang        string // language of the answer, as the table names it; empty if unknown or English
	private     bool   // the control is on a message that only the person sees

	screen map[string]string // of a filled form: its fields' blocks as they are on the screen
	form   string            // its call, encoded
	says   bool              // it shows more than its fields
}

type requestKind int

const (
	nothing requestKind = iota // only to be acknowledged
	slash
	control
	submission
	mention
	suggestion
	shortcut    // of a message, or of the whole workspace
	opened      // the bot's Home, or another page of it
	uninstalled // the app was uninstalled or its token revoked
)

var errPayload = errors.New("a payload that cannot be read")

// decode reads a payload by its envelope's type, from Socket Mode or HTTP. A payload that does
// not concern the bot becomes the kind nothing.
func decode(kind string, payload []byte) (request, error) {
	switch kind {
	case "slash_commands":
		var c command
		if json.Unmarshal(payload, &c) != nil {
			return request{}, errPayload
		}
		return c.request()
	case "interactive":
		return decodeInteractive(payload)
	case "events_api":
		return decodeEvent(payload)
	}
	return request{}, nil
}

// command is a slash command as it arrives.
// https://docs.slack.dev/interactivity/implementing-slash-commands
type command struct {
	Command     string `json:"command"` // "/circle", or what the workspace calls it
	Team        string `json:"team_id"`
	Enterprise  string `json:"enterprise_id"`
	Channel     string `json:"channel_id"`
	User        string `json:"user_id"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
	Trigger     string `json:"trigger_id"`
}

func (c command) request() (request, error) {
	if c.User == "" {
		return request{}, errPayload
	}
	return request{
		kind: slash, ids: []string{c.Trigger}, command: c.Command, text: c.Text, user: c.User, team: c.Team, enterprise: c.Enterprise, channel: c.Channel,
		responseURL: c.ResponseURL, trigger: c.Trigger, private: true,
	}, nil
}

// https://docs.slack.dev/reference/interaction-payloads
func decodeInteractive(payload []byte) (request, error) {
	var p struct {
		Type string `json:"type"`
		Team struct {
			ID string `json:"id"`
		} `json:"team"`
		Enterprise struct {
			ID string `json:"id"`
		} `json:"enterprise"`
		User struct {
			ID         string `json:"id"`
			Team       string `json:"team_id"`
			Enterprise string `json:"enterprise_id"`
			Bot        bool   `json:"is_bot"`
			Guest      bool   `json:"is_restricted"`
			OneChannel bool   `json:"is_ultra_restricted"`
			Stranger   bool   `json:"is_stranger"`
		} `json:"user"`
		Channel struct {
			ID string `json:"id"`
		} `json:"channel"`
		Container struct {
			Type      string `json:"type"`
			Ephemeral bool   `json:"is_ephemeral"`
			Thread    string `json:"thread_ts"`
		} `json:"container"`
		Message struct { // of its words nothing is read
			Thread string `json:"thread_ts"`
		} `json:"message"`
		Callback    string   `json:"callback_id"`
		Field       string   `json:"action_id"` // the field in which somebody types
		Typed       string   `json:"value"`
		ResponseURL string   `json:"response_url"`
		Trigger     string   `json:"trigger_id"`
		Actions     []action `json:"actions"`
		View        struct {
			ID    string `json:"id"`
			Type  string `json:"type"`
			Data  string `json:"private_metadata"`
			State struct {
				Values map[string]map[string]action `json:"values"`
			} `json:"state"`
		} `json:"view"`
	}
	if json.Unmarshal(payload, &p) != nil || p.User.ID == "" {
		return request{}, errPayload
	}
	q := request{
		ids: []string{p.Trigger}, user: p.User.ID, team: cmp.Or(p.User.Team, p.Team.ID), enterprise: cmp.Or(p.User.Enterprise, p.Enterprise.ID), outsider: p.User.Bot || p.User.Guest || p.User.OneChannel || p.User.Stranger,
		channel: p.Channel.ID, thread: cmp.Or(p.Container.Thread, p.Message.Thread), responseURL: p.ResponseURL, trigger: p.Trigger, view: p.View.ID, private: p.Container.Ephemeral,
	}
	along := readPrivateMetadata(p.View.Data)
	q.lang = along.Lang
	q.channel = cmp.Or(q.channel, along.Channel)
	if p.View.Type == "home" {
		q.view, q.home, q.at = "", true, parseSpot(along.Spot)
	}
	switch {
	case p.Type == "block_actions" && len(p.Actions) == 1 && q.home && strings.HasPrefix(p.Actions[0].ID, pageID):
		q.kind = opened
		q.at = parseSpot(p.Actions[0].given())
	case p.Type == "block_actions" && len(p.Actions) == 1:
		var lang string
		q.kind, q.call, lang, q.stale = p.Actions[0].read()
		q.lang = cmp.Or(lang, q.lang)
	case p.Type == "view_submission":
		q.kind = submission
		call, err := bot.DecodeCall(along.Call)
		q.call, q.stale, q.form, q.says, q.screen = call, err != nil, along.Call, along.Says, make(map[string]string)
		for block, fields := range p.View.State.Values {
			for name, field := range fields {
				q.call, q.screen[name] = q.call.With(name, field.given()), block
			}
		}
	case p.Type == "block_suggestion" && p.Field != "":
		call, err := bot.DecodeCall(along.Call)
		q.kind, q.call, q.stale, q.field, q.text = suggestion, call, err != nil, p.Field, clip(p.Typed, intake.MaxTyped)
		q.ids = nil // Slack asks again with every letter
	case p.Type == "shortcut", p.Type == "message_action":
		q.kind, q.private = shortcut, true
		call, err := bot.DecodeCall(strings.TrimPrefix(strings.TrimPrefix(p.Callback, fromAnywhere), fromMessage))
		q.call, q.stale = call, err != nil
	}
	return q, nil
}

// action is a button, a menu or a filled field.
type action struct {
	ID       string  `json:"action_id"`
	Value    *string `json:"value"`
	Selected *struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	Checked []struct {
		Value string `json:"value"`
	} `json:"selected_options"`
	Conversation  string   `json:"selected_conversation"`
	Conversations []string `json:"selected_conversations"`
}

func (a action) given() string {
	switch {
	case a.Selected != nil:
		return a.Selected.Value
	case a.Value != nil:
		return *a.Value
	case a.Conversation != "":
		return bot.Place{Platform: bot.Slack, Channel: a.Conversation}.String()
	}
	all := make([]string, 0, len(a.Checked)+len(a.Conversations)) // only one of the two has values
	for _, c := range a.Checked {
		all = append(all, c.Value)
	}
	if len(all) > 0 {
		return strings.Join(all, ",")
	}
	for _, id := range a.Conversations {
		all = append(all, bot.Place{Platform: bot.Slack, Channel: id}.String())
	}
	return strings.Join(all, betweenPlaces)
}

// read returns the call of a button or menu, and its language.
func (a action) read() (kind requestKind, call bot.Call, lang string, stale bool) {
	text := a.given()
	frame, menu := strings.CutPrefix(a.ID, menuID)
	switch {
	case strings.HasPrefix(a.ID, linkID), menu && text == "":
		return nothing, bot.Call{}, "", false
	case menu:
		lang, frame = spoken(frame)
		prefix, suffix, _ := strings.Cut(frame, menuGap)
		suffix, _, _ = strings.Cut(suffix, menuGap) // this part tells the menus of a Home apart
		text = prefix + text + suffix
	default:
		lang, _ = spoken(strings.TrimPrefix(a.ID, buttonID))
	}
	call, err := decodeCall(text)
	return control, call, lang, err != nil
}

// decodeEvent reads who wrote to the bot and where, but nothing of the text; who opened the
// bot's Home; and that the app was removed.
// https://docs.slack.dev/reference/events/app_mention
func decodeEvent(payload []byte) (request, error) {
	var p struct {
		ID         string `json:"event_id"`
		Team       string `json:"team_id"`
		Enterprise string `json:"enterprise_id"`
		Event      struct {
			Type    string `json:"type"`
			Subtype string `json:"subtype"`
			Where   string `json:"channel_type"`
			User    string `json:"user"`
			Team    string `json:"team"`
			Home    string `json:"user_team"`
			Bot     string `json:"bot_id"`
			Channel string `json:"channel"`
			TS      string `json:"ts"`
			Thread  string `json:"thread_ts"`
			Tab     string `json:"tab"`
		} `json:"event"`
	}
	if json.Unmarshal(payload, &p) != nil {
		return request{}, errPayload
	}
	e := p.Event
	q := request{user: e.User, team: cmp.Or(e.Home, e.Team), enterprise: p.Enterprise}
	if p.ID != "" {
		q.ids = append(q.ids, p.ID)
	}
	switch {
	case e.Type == "app_uninstalled", e.Type == "tokens_revoked":
		q.kind = uninstalled
	case e.Bot != "" || e.Subtype != "" || e.User == "":
	case e.Type == "app_mention", e.Type == "message" && e.Where == "im":
		q.kind, q.channel, q.call = mention, e.Channel, bot.Call{Command: bot.Help}
		q.thread, q.written = e.Thread, receipt(e.TS).At
		if e.TS != "" {
			q.ids = append(q.ids, e.Channel+" "+e.TS)
		}
	case e.Type == "app_home_opened" && e.Tab == "home":
		// Slack does not say here which workspace the person belongs to; users.info does.
		q.kind, q.home, q.team = opened, true, p.Team
	}
	return q, nil
}

// direct tells whether it was asked in a direct message.
func (q request) direct() bool { return bot.Place{Platform: bot.Slack, Channel: q.channel}.Direct() }

// privateMetadata is what a modal or a Home carries in its private_metadata.
type privateMetadata struct {
	Call    string `json:"call,omitempty"`
	Channel string `json:"channel,omitempty"`
	Says    bool   `json:"says,omitempty"` // it shows more than its fields: a preview, or an error
	Lang    string `json:"lang,omitempty"`
	Spot    string `json:"spot,omitempty"` // of a Home
}

func readPrivateMetadata(data string) privateMetadata {
	var m privateMetadata
	if json.Unmarshal([]byte(data), &m) != nil {
		return privateMetadata{}
	}
	m.Lang, _ = spoken(m.Lang + ".")
	return m
}

func (m privateMetadata) String() string {
	b, _ := json.Marshal(m) // never fails for texts and a flag
	return string(b)
}

// reference matches a name in a command's text as Slack writes it: <#C0123456789|name>.
// https://docs.slack.dev/interactivity/implementing-slash-commands
var reference = regexp.MustCompile(`<([#@!]|https://)([^<>|]*)(?:\|[^<>]*)?>`)

// unmark turns a command's text into plain text. Slack writes channels as references and
// escapes three characters. Names of people are removed.
func unmark(text string) string {
	if !strings.ContainsAny(text, "<&") {
		return text
	}
	for reference.MatchString(text) { // again, because one may be inside another
		text = reference.ReplaceAllStringFunc(text, func(s string) string {
			m := reference.FindStringSubmatch(s)
			switch m[1] {
			case "#":
				return string(bot.Slack) + ":" + m[2]
			case "https://":
				return m[1] + m[2]
			}
			return " "
		})
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}
