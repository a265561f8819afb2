package cards

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Unsettled reports whether an agreement that a group reads was signed before and waits for a
// new signature. Until then, the words that are in view stay.
func Unsettled(d *Deck, langs []string, now time.Time) bool {
	signed, library := d.Signed(), d.Library()
	return slices.ContainsFunc(library.All(), func(c content.Card) bool {
		if !agreed(c.Kind) || !reads(library, spoken(langs), c) {
			return false
		}
		_, last := signed.Status(c, now)
		return last.Hash != "" && !signed.Approved(c, now)
	})
}

// inView makes the message that keeps in view what a group agrees on: the titles of all
// agreements that may be posted now, in each of the group's languages, and the limits of
// confidentiality. A card that two languages share comes once, and so do limits. Buttons lead to
// the full text. hash changes with the hash of any of these cards, and so with every text that is
// shown or is behind a button.
func inView(d *Deck, to bot.Platform, langs []string, signed content.SignOff, now time.Time) (m bot.Message, hash string, why bot.Reason) {
	sum := sha256.New()
	shown := make(map[string]bool) // cards by ID and language, limits by their text
	var first *words.Reader        // of the first language, which the buttons are in
	for _, lang := range spoken(langs) {
		w := d.books.Reader(lang)
		var limits []content.Block
		for _, l := range Lists() {
			if !agreed(l.Kind) {
				continue
			}
			list := content.Block{Kind: content.List}
			for _, c := range d.Library().Cards(l.Kind, lang) {
				if shown[c.ID+" "+c.Lang] || len(d.postable(d.Library(), c.ID, []string{lang}, to == bot.Playground, signed, now)) == 0 {
					continue
				}
				shown[c.ID+" "+c.Lang] = true
				sum.Write([]byte(c.Hash))
				list.Items = append(list.Items, []content.Span{{Text: c.Title}})
				limits = c.LimitsInShort()
			}
			if len(list.Items) == 0 {
				continue
			}
			title := words.List(w, l.Name).Title
			if first == nil {
				first, m.Title = w, title
			} else {
				m.Blocks = append(m.Blocks, content.HeadingText(title))
			}
			m.Blocks = append(m.Blocks, list)
			if w == first {
				m.Actions = append(m.Actions, bot.Action{Label: title, Call: callOfList(l.Name).AsNew()})
			}
		}
		if said := content.Plain(limits); !shown[said] {
			shown[said] = true
			m.Blocks = append(m.Blocks, limits...)
		}
	}
	if first == nil {
		return bot.Message{}, "", bot.Reason{Code: bot.NotApproved}
	}
	m.Actions = append(m.Actions, helpNow(first))
	m.Footer = words.Pointer(first)
	m.InView = true
	return m, hex.EncodeToString(sum.Sum(nil))[:16], bot.Reason{}
}
