package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// A shortcut gives only the name of a command. If the command needs arguments and the core
// opens no form for them, one is made from the command table, because Slack has no other way to
// ask.

// asking is the form for the arguments that a shortcut's command needs. ok is false if it needs
// none, or if the core would refuse the command anyway.
func (s *serving) asking(r bot.Request, lang string) (f *bot.Form, ok bool) {
	row, found := named(s.table, r.Command)
	if found && r.Sub != "" {
		row, found = named(row.Subs, r.Sub)
	}
	if !found || row.Who == bot.Moderators && !r.Actor.May() {
		return nil, false
	}
	f = &bot.Form{Title: clip(row.Summary.In(lang), maxTitle), Call: r.Call, Submit: s.in(lang).T("Go on")}
	for _, a := range row.Args {
		ok = ok || (a.Required || a.Place) && r.Args[a.Name] == "" // a global shortcut has no channel
		f.Fields = append(f.Fields, bot.Field{
			Name: a.Name, Label: cmp.Or(a.Summary.In(lang), a.Name), Required: a.Required, Max: a.Max,
			Complete: a.Complete, Place: a.Place,
		})
	}
	return f, ok
}

// named finds a command by its name in the table.
func named(table []bot.Command, name string) (bot.Command, bool) {
	i := slices.IndexFunc(table, func(c bot.Command) bool { return c.Name == name })
	if i < 0 {
		return bot.Command{}, false
	}
	return table[i], true
}

// suggest answers Slack's question for choices while somebody types into a searched field. The
// acknowledgement carries them.
func (s *serving) suggest(v *intake.Visit, q request, a *ack) {
	options := []*slack.OptionBlockObject{}
	for _, c := range v.Complete(ackTime, func(ctx context.Context) []bot.Choice { return s.complete(ctx, q) }) {
		if c.Value != "" && c.Name != "" && len(c.Value) <= maxOption && len(options) < maxOptions {
			options = append(options, slack.NewOptionBlockObject(c.Value, plain(clip(c.Name, maxLabel)), nil))
		}
	}
	a.with(map[string]any{"options": options}, false)
}

// complete asks the core for values.
func (s *serving) complete(ctx context.Context, q request) []bot.Choice {
	if q.stale {
		return nil
	}
	r := bot.Request{Call: q.call.With(q.field, q.text), Platform: bot.Slack, Place: bot.Place{Platform: bot.Slack}, Lang: q.lang}
	if !q.direct {
		r.Place.Channel = q.channel
	}
	who, err := s.people.reader(ctx, q)
	s.people.doubt(err)
	r.Actor, r.Zone, r.Is, r.In, r.Lang = who.actor, who.zone, who.is, who.has, intake.Answered(q.lang, who.lang)
	return s.h.Complete(ctx, r, q.field)
}

// decodeSuggestion reads what somebody types into a field that is searched.
// https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
func decodeSuggestion(q request, payload []byte) request {
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
	call, err := bot.DecodeCall(readPrivateMetadata(p.View.Data).Call)
	q.kind, q.call, q.stale, q.field, q.text = suggestion, call, err != nil, p.Field, clip(p.Value, intake.MaxTyped)
	q.ids = nil // Slack asks again with every letter
	return q
}
