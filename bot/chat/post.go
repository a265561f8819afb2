package chat

import (
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Post makes the message in which a card is posted to a place, in each of the
// languages whose words are approved at this moment. skip says why it cannot be
// posted, or is empty; hash names the words.
func (b *Bot) Post(id string, to bot.Platform, langs []string, signed content.SignOff, now time.Time) (m bot.Message, hash, skip string) {
	if _, ok := b.library.Card(id, "en"); !ok {
		return bot.Message{}, "", bot.Withdrawn
	}
	cards := b.approvedCards(id, langs, to == bot.Playground, signed, now)
	if len(cards) == 0 {
		return bot.Message{}, "", bot.NotApproved
	}
	var hashes []string
	for i, c := range cards {
		hashes = append(hashes, c.Hash)
		part := b.CardMessage(c, signed.Approved(c, now))
		part.Blocks = spoken(part.Blocks, to, "/crisis", "/contact")
		if i == 0 {
			m = part
			continue
		}
		m.Blocks = append(m.Blocks, content.Block{Kind: content.Heading, Items: [][]content.Span{{{Text: c.Title}}}})
		m.Blocks = append(m.Blocks, part.Blocks...)
	}
	return m, strings.Join(hashes, " "), ""
}
