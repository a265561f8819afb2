package slack

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// A shortcut names a command and nothing else. Where the command asks for more,
// a form made from the command table asks for it: Slack has no other way to.

// asking is the form for what a shortcut's command needs; ok is false if it needs
// nothing, or if the core refuses it anyway.
func (s *serving) asking(r bot.Request) (f *bot.Form, ok bool) {
	row, found := find(s.h.Commands(), r.Command)
	if found && r.Sub != "" {
		row, found = find(row.Subs, r.Sub)
	}
	if !found || row.Who == bot.Moderators && !r.Actor.May() {
		return nil, false
	}
	f = &bot.Form{Title: clip(row.Summary.In("en"), maxTitle), Call: r.Call, Submit: labelGoOn}
	for _, a := range row.Args {
		ok = ok || a.Required && r.Args[a.Name] == ""
		f.Fields = append(f.Fields, bot.Field{Name: a.Name, Label: cmp.Or(a.Summary.In("en"), a.Name), Required: a.Required, Max: a.Max, Choices: a.Choices})
	}
	return f, ok
}

// chooser lays such a form out: what the core completes is searched for, and a
// channel is picked.
func (s *serving) chooser(f bot.Form, channel string) slack.ModalViewRequest {
	v := modal(f, channel)
	row, _ := find(s.h.Commands(), f.Call.Command)
	if f.Call.Sub != "" {
		row, _ = find(row.Subs, f.Call.Sub)
	}
	for i, a := range row.Args {
		in, ok := v.Blocks.BlockSet[i].(*slack.InputBlock)
		switch {
		case !ok || len(a.Choices) > 0:
		case a.Name == "place":
			e := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, nil, a.Name)
			e.DefaultToCurrentConversation = channel != ""
			e.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeBotUsers: true}
			in.Element = e
			in.Optional = channel != ""
		case a.Complete:
			e := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, nil, a.Name)
			none := 0
			e.MinQueryLength = &none
			in.Element = e
		}
	}
	return v
}

// suggest answers what Slack asks while somebody types into such a form. The
// acknowledgement carries it.
func (s *serving) suggest(ctx context.Context, q ask, ack func(payload any)) {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	options := []*slack.OptionBlockObject{}
	defer func() { ack(map[string]any{"options": options}) }()
	defer s.survive()
	if q.stale {
		return
	}
	r := bot.Request{Call: with(q.call, q.field, q.text), Platform: bot.Slack, Place: bot.Place{Platform: bot.Slack, Channel: q.channel}}
	who, err := s.reader(ctx, q)
	s.doubt(err)
	r.Actor, r.Zone = who.actor, who.zone
	for _, c := range s.h.Complete(ctx, r, q.field) {
		if c.Value != "" && len(c.Value) <= maxOption && len(options) < maxOptions {
			options = append(options, slack.NewOptionBlockObject(c.Value, plain(clip(c.Name, maxLabel)), nil))
		}
	}
}

// decodeSuggestion reads what somebody types into a field that is searched.
// https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
func decodeSuggestion(q ask, payload []byte) ask {
	var p struct {
		Field string `json:"action_id"`
		Value string `json:"value"`
		View  struct {
			Data string `json:"private_metadata"`
		} `json:"view"`
	}
	if json.Unmarshal(payload, &p) != nil || p.Field == "" {
		return q
	}
	call, err := bot.DecodeCall(kept(p.View.Data).Call)
	q.kind, q.call, q.stale, q.field, q.text = suggestion, call, err != nil, p.Field, clip(p.Value, maxTyped)
	q.ids = nil // asked again with every letter
	return q
}
