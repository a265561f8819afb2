package main

import (
	"context"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// listedDelivery is a delivery in a list: its reason and its news are in words for people, and
// in values for programs.
type listedDelivery struct {
	bot.Delivery
	Reason string    `json:"reason,omitempty"`
	Code   string    `json:"reason_code,omitempty"`
	Detail string    `json:"reason_detail,omitempty"`
	Text   string    `json:"text,omitempty"` // of a notice
	About  *subject  `json:"about,omitempty"`
	Since  time.Time `json:"since,omitzero"`    // of a notice: when the trouble began
	Turn   string    `json:"turn,omitempty"`    // of a notice: healed, taken or done
	Follow string    `json:"follows,omitempty"` // the key of what a notice follows up, or of the post that is revised

	// The times by the group's clock.
	AtLocal      string `json:"at_local"`
	BegunLocal   string `json:"begun_local,omitempty"`
	SettledLocal string `json:"settled_local,omitempty"`
	SinceLocal   string `json:"since_local,omitempty"`
}

// subject is what a notice is about.
type subject struct {
	Kind  string    `json:"kind"`
	Place bot.Place `json:"place,omitzero"`
	ID    string    `json:"id,omitempty"`
}

// lister writes deliveries, and posts to come, for lists.
type lister struct{ *opened }

func (o lister) listed(ctx context.Context, d bot.Delivery, zone *time.Location) listedDelivery {
	w := o.say
	l := listedDelivery{Delivery: d, Reason: w.Reason(d.Reason), Code: string(d.Reason.Code), Detail: d.Reason.Record(), Text: d.Text, Follow: d.Follows,
		AtLocal: local(d.At, zone), BegunLocal: local(d.Begun, zone), SettledLocal: local(d.Settled, zone),
	}
	if n := d.News; n != nil {
		l.About, l.Since, l.Turn = &subject{string(n.Subject.Kind), n.Subject.Place, n.Subject.ID}, n.Since, string(n.Turn)
		l.SinceLocal = local(n.Since, zone)
		if d.Text == "" {
			l.Text = content.Plain(words.News(w, o.names(ctx, n.Subject, n.Group), *n))
		}
	}
	return l
}

// all lists deliveries with their groups' clocks, which it also returns.
func (o lister) all(ctx context.Context, all []bot.Delivery) ([]listedDelivery, []*time.Location, error) {
	groups, err := o.db.Groups(ctx)
	if err != nil {
		return nil, nil, err
	}
	groups = slices.DeleteFunc(groups, func(g bot.Group) bool {
		return !slices.ContainsFunc(all, func(d bot.Delivery) bool { return d.Group == g.ID })
	})
	o.sayUnreadable(groups...)
	zones := zonesOf(groups)
	listed, clocks := make([]listedDelivery, len(all)), make([]*time.Location, len(all))
	for i, d := range all {
		if clocks[i] = zones[d.Group]; clocks[i] == nil { // the group was removed, or there is none
			clocks[i] = time.UTC
		}
		listed[i] = o.listed(ctx, d, clocks[i])
	}
	return listed, clocks, nil
}

// names returns what people call a subject, as far as it can be looked up.
func (o lister) names(ctx context.Context, s bot.Subject, group string) words.Names {
	var names words.Names
	if s.Kind == bot.AboutReminder {
		if r, err := o.db.Reminder(ctx, s.ID); err == nil {
			names.Topic = o.bot.Deck().TopicTitle(r.Topic, words.English)
		}
	}
	if group != "" {
		if g, err := o.db.Group(ctx, group); err == nil {
			names.Group = g.Name
		}
	}
	return names
}
