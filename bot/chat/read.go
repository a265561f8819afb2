package chat

import (
	"context"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/content"
)

// pageID names a prepared answer. Pages are written once, in New, so that
// reading needs neither database nor lock.
type pageID struct {
	lang   string
	circle bool   // commands are written "/circle crisis"
	name   string // a card's ID, or what a list is called
	part   string // a section of the card, or a list's page; empty for the first
}

type prepared struct {
	message bot.Message
	card    content.Card // the card whose approval counts; zero for lists
}

// show answers with a prepared page.
func (b *Bot) show(r bot.Request, name, part string) (bot.Answer, bool) {
	lang := b.lang(r.Lang)
	p, ok := b.pages[pageID{lang, r.Platform == bot.Slack, name, part}]
	if !ok {
		return bot.Answer{}, false
	}
	a := bot.Answer{Message: p.message, Update: !r.Flow.New}
	if p.card.ID != "" {
		a.Message.Note = cards.Note(p.card, b.deck.Approved(p.card), b.books.Reader(lang, ""))
	}
	return a, true
}

// find answers with the card of a list that is asked for by name, or with the
// list.
func (b *Bot) find(r bot.Request, list string, kinds ...content.Kind) (bot.Answer, error) {
	name := strings.TrimSpace(r.Args["name"])
	if name == "" {
		a, ok := b.show(r, list, pageName(r.Flow.Page))
		if !ok {
			a, ok = b.show(r, list, "")
		}
		if !ok {
			return b.say(r, b.in(r).T("There is no text for this yet. Please ask a facilitator.")), nil
		}
		return a, nil
	}
	if _, ok := cards.Lists()[name]; ok && name != list {
		if a, ok := b.show(r, name, pageName(r.Flow.Page)); ok {
			return a, nil
		}
	}
	found, near := name, []finder(nil)
	if c, ok := b.library.Card(name, "en"); !ok || !slices.Contains(kinds, c.Kind) {
		found, near = b.search(b.lang(r.Lang), name, kinds)
	}
	if found == "" {
		return b.unknownCard(r, list, near), nil
	}
	a, ok := b.show(r, found, r.Args["part"])
	if !ok {
		a, ok = b.show(r, found, "")
	}
	if !ok {
		return b.unknownCard(r, list, near), nil
	}
	return a, nil
}

func (b *Bot) strategies(_ context.Context, r bot.Request) (bot.Answer, error) {
	return b.find(r, "strategies", content.Strategy)
}

func (b *Bot) challenges(_ context.Context, r bot.Request) (bot.Answer, error) {
	return b.find(r, "challenges", content.Challenge)
}

func (b *Bot) agreements(_ context.Context, r bot.Request) (bot.Answer, error) {
	return b.find(r, "agreements", content.Agreement, content.Confidentiality, content.Limits)
}

func (b *Bot) why(_ context.Context, r bot.Request) (bot.Answer, error) {
	if r.Args["name"] == "" {
		return b.card(r, "why-trust")
	}
	return b.find(r, "why", content.Foundation)
}

func (b *Bot) contact(_ context.Context, r bot.Request) (bot.Answer, error) {
	return b.card(r, "contact")
}
func (b *Bot) privacy(_ context.Context, r bot.Request) (bot.Answer, error) {
	return b.card(r, "privacy")
}
func (b *Bot) crisis(_ context.Context, r bot.Request) (bot.Answer, error) {
	return b.card(r, "crisis")
}

func (b *Bot) help(_ context.Context, r bot.Request) (bot.Answer, error) {
	part := ""
	if r.Actor.May() {
		part = "moderator"
	}
	a, _ := b.show(r, "help", part)
	return a, nil
}

func (b *Bot) card(r bot.Request, id string) (bot.Answer, error) {
	a, ok := b.show(r, id, r.Args["part"])
	if !ok {
		a, ok = b.show(r, id, "")
	}
	if !ok {
		return b.say(r, b.in(r).T("There is no text for this yet. Please ask a facilitator.")), nil
	}
	return a, nil
}

// cardBlocks is a card's key answer with the limits of what it promises.
func cardBlocks(c content.Card) []content.Block {
	blocks := append([]content.Block(nil), c.Answer...)
	return append(blocks, c.Limits...)
}
