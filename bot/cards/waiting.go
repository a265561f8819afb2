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
func spokenIn(groups []bot.Group) (langs []string) {
	for _, g := range groups {
		langs = append(langs, g.Langs...)
	}
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
