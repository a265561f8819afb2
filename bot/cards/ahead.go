package cards

import (
	"cmp"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Ready reports whether a topic has a card that may be posted to a group at a moment, by the
// present approvals.
func (d *Deck) Ready(topic string, g bot.Group, at time.Time) bool {
	library := d.Library()
	ids, _ := library.Topic(topic)
	return slices.ContainsFunc(ids, func(id string) bool {
		return len(d.postable(library, id, g.Langs, allPlayground(g.Places), d.Signed(), at)) > 0
	})
}

// Ending is a card whose approval ends.
type Ending struct {
	Card content.Card
	At   time.Time
}

// Endings are the cards of a topic, in a group's languages, that may be posted at the moment
// from, but no longer at the moment to. They are sorted by when their approval ends.
func (d *Deck) Endings(topic string, g bot.Group, from, to time.Time) []Ending {
	if allPlayground(g.Places) {
		return nil
	}
	signed := d.Signed()
	library := d.Library()
	ids, _ := library.Topic(topic)
	var out []Ending
	for _, id := range ids {
		for _, c := range d.postable(library, id, g.Langs, false, signed, from) {
			if at, ends := ending(signed, c, from); ends && !at.After(to) {
				out = append(out, Ending{c, at})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Ending) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Card.ID, b.Card.ID)) })
	return out
}

// ending is when the approval of an approved card ends; ends is false if it does not.
func ending(signed content.SignOff, c content.Card, now time.Time) (at time.Time, ends bool) {
	if c.Exempt {
		return at, false
	}
	var ways []time.Time
	for _, a := range signed.Signatures(c, now) {
		ways = append(ways, a.ReviewBy)
	}
	slices.SortFunc(ways, time.Time.Compare)
	i := slices.IndexFunc(ways, func(t time.Time) bool { return !signed.Approved(c, t) })
	if i < 0 {
		return at, false
	}
	return ways[i], true
}
