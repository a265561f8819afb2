package chat

import (
	"context"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// posting is a card that somebody posts by hand. Its words are looked up, and have to be
// approved, at the moment each of its deliveries is sent.
type posting struct {
	kind    bot.DeliveryKind
	name    string          // stands in the place of a reminder's ID; the same name is posted once
	nominal scheduler.Civil // the session that a notice is about, or the minute of a test; zero for neither
	group   string          // its ID; empty for a channel of no group
	card    string
}

// post posts it to each place: one delivery a place, all of them or none.
func (k *kit) post(ctx context.Context, by bot.Actor, p posting, places ...bot.Place) error {
	at := k.now().UTC()
	all := make([]bot.Delivery, 0, len(places))
	for _, place := range places {
		all = append(all, bot.Delivery{
			Key: bot.Key(p.name, p.nominal, place), Kind: p.kind, Reminder: p.name, Group: p.group,
			Place: place, Nominal: p.nominal, At: at, Card: p.card, State: bot.Due,
		})
	}
	return k.store.Post(ctx, by, all...)
}
