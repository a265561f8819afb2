package cards

import (
	"cmp"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Waiting are the cards that a reviewer can sign now: cards without enough signatures, and cards
// whose signatures end within bot.ReviewSoon days. It leaves out cards that this reviewer has
// signed for longer. Cards in the groups' languages come first; in each language, cards that
// changed since they were signed come first.
func (d *Deck) Waiting(reviewer string, groups []bot.Group, signed content.SignOff, now time.Time) []content.Card {
	order := []content.Standing{content.ChangedSince, content.Partly, content.Expired, content.IsApproved, content.NeverApproved}
	soon := now.AddDate(0, 0, bot.ReviewSoon)
	library := d.Library()
	all := slices.DeleteFunc(library.All(), func(c content.Card) bool {
		did := slices.ContainsFunc(signed.Signatures(c, soon), func(a content.Approval) bool { return content.SameReviewer(a.Reviewer, reviewer) })
		return did || !signed.Waits(c, soon)
	})
	spoken := spokenIn(groups)
	far := func(c content.Card) int {
		if len(spoken) == 0 && c.Lang == words.English || reads(library, spoken, c) {
			return 0
		}
		return 1
	}
	rank := func(c content.Card) int {
		standing, _ := signed.Status(c, now)
		return slices.Index(order, standing)
	}
	slices.SortStableFunc(all, func(a, b content.Card) int {
		return cmp.Or(far(a)-far(b), cmp.Compare(a.Lang, b.Lang), rank(a)-rank(b))
	})
	return all
}

// spokenIn are the languages of groups, sorted, each once.
func spokenIn(groups []bot.Group) []string {
	langs := slices.Concat(bot.Each(groups, func(g bot.Group) []string { return g.Langs })...)
	slices.Sort(langs)
	return slices.Compact(langs)
}

// reads reports whether groups with these languages read a card: it is in one of them, or in a
// wider one if the group's own language has no such card.
func reads(library *content.Library, langs []string, c content.Card) bool {
	return slices.ContainsFunc(langs, func(lang string) bool {
		read, ok := library.Spoken(c.ID, lang)
		return ok && read.Lang == c.Lang
	})
}

// SignOff makes a SignOff of approvals, with the number of reviewers that the clinic asks for.
func (d *Deck) SignOff(given []content.Approval) content.SignOff {
	return content.NewSignOff(given, d.needed)
}

// Posted is a card's message as people see it in a channel.
func (d *Deck) Posted(c content.Card) bot.Message {
	m := d.Message(c, true)
	m.Blocks = Commands(m.Blocks, d.books.Reader(c.Lang))
	return m
}

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
	ways := bot.Each(signed.Signatures(c, now), func(a content.Approval) time.Time { return a.ReviewBy })
	slices.SortFunc(ways, time.Time.Compare)
	return bot.Find(ways, func(t time.Time) bool { return !signed.Approved(c, t) })
}
