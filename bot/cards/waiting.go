package cards

import (
	"cmp"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Waiting are the cards that a reviewer can sign now: words without enough signatures,
// and words whose signatures end within bot.ReviewSoon days; none that the reviewer has
// signed for longer. Those in the groups' languages come first, in each language those
// that changed since they were signed.
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

// spokenIn are the languages of groups.
func spokenIn(groups []bot.Group) (langs []string) {
	for _, g := range groups {
		langs = append(langs, g.Langs...)
	}
	slices.Sort(langs)
	return slices.Compact(langs)
}

// reads tells whether a card is one that groups of some languages read: in their language,
// or in the wider one where theirs has no such card.
func reads(library *content.Library, langs []string, c content.Card) bool {
	return slices.ContainsFunc(langs, func(lang string) bool {
		read, ok := library.Spoken(c.ID, lang)
		return ok && read.Lang == c.Lang
	})
}

// SignOff is what approvals make, with as many reviewers as the clinic asks for.
func (d *Deck) SignOff(given []content.Approval) content.SignOff {
	return content.NewSignOff(given, d.needed)
}

// Posted is a card's message as it stands in a channel.
func (d *Deck) Posted(c content.Card) bot.Message {
	m := d.Message(c, true)
	m.Blocks = Commands(m.Blocks, d.books.Reader(c.Lang))
	return m
}
