package slack

import (
	"cmp"
	"context"

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
	row, found := bot.Find(s.table, func(c bot.Command) bool { return c.Name == r.Command })
	if found && r.Sub != "" {
		row, found = bot.Find(row.Subs, func(c bot.Command) bool { return c.Name == r.Sub })
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

// suggest answers Slack's question for choices while somebody types into a searched field. The
// acknowledgement carries them.
func (s *serving) suggest(v *intake.Visit, q request, a *ack) {
	options := []*slack.OptionBlockObject{}
	for _, c := range v.Complete(ackTime, func(ctx context.Context) []bot.Choice {
		if q.stale {
			return nil
		}
		r := s.request(ctx, q)
		r.Call = r.With(q.field, q.text)
		return s.h.Complete(ctx, r, q.field)
	}) {
		if c.Value != "" && c.Name != "" && len(c.Value) <= maxOption && len(options) < maxOptions {
			options = append(options, slack.NewOptionBlockObject(c.Value, plain(clip(c.Name, maxLabel)), nil))
		}
	}
	a.with(map[string]any{"options": options}, false)
}
