package cards

import (
	"slices"
	"strings"
	"sync/atomic"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Pages are the answers to questions about cards and help. They are prepared before the first
// question, and again when other cards come into force. So an answer needs neither the database
// nor a lock.
type Pages struct {
	deck     *Deck
	commands []bot.Command // the command table, for help
	now      atomic.Pointer[written]
}

// written is the pages of one set of cards. It is never changed.
type written struct {
	edition string // part of the names of its pages; no other set has it
	library *content.Library
	pages   map[pageID]prepared
	names   map[string][]Named // what can be asked for by name, by language
}

// NewPages makes pages of a deck's cards. Write fills them.
func NewPages(d *Deck) *Pages {
	p := &Pages{deck: d}
	p.now.Store(&written{library: d.Library()})
	return p
}

// pageID names a prepared answer.
type pageID struct {
	lang string
	name string // a card's ID, or what a list is called
	part string // a section of the card, or a list's page; empty for the first
}

type prepared struct {
	message bot.Message
	card    content.Card // the card whose approval counts; zero for lists
}

// Show answers with a prepared page: a card by its ID, or a list by its name.
func (p *Pages) Show(r bot.Request, name, part string) (bot.Answer, bool) {
	lang := p.deck.books.Lang(r.Lang)
	id := pageID{lang, name, part}
	page, ok := p.crisisNow(id)
	if !ok {
		page, ok = p.now.Load().pages[id]
	}
	if !ok {
		return bot.Answer{}, false
	}
	a := bot.Answer{Message: page.message, Update: !r.Flow.New}
	if page.card.ID != "" {
		a.Message.Note = p.deck.Note(page.card, p.deck.Approved(page.card), p.deck.books.Reader(lang))
		down := p.deck.Help.outages(page.card)
		if len(down) > 0 {
			a.Message.Blocks = slices.Concat(down, a.Message.Blocks)
		}
		a.Message.Page += a.Message.Note + content.Plain(down)
	}
	return a, true
}

// page is the part of a page that is asked for; the first part if the page has no such part.
func (p *Pages) page(r bot.Request, name, part string) (bot.Answer, bool) {
	if a, ok := p.Show(r, name, part); ok {
		return a, true
	}
	return p.Show(r, name, "")
}

// List answers with the card that somebody asks for by name, or with the whole list. The list
// "why" has no page: List answers with its first card.
func (p *Pages) List(r bot.Request, list string, kinds ...content.Kind) bot.Answer {
	name := strings.TrimSpace(r.Args["name"])
	if name == "" && list == "why" {
		return p.Card(r, "why-trust")
	}
	if name == "" {
		return p.shown(r, list, pageName(r.Flow.Page))
	}
	if l, ok := p.ListCalled(name); ok {
		if a, ok := p.Show(r, l.Name, pageName(r.Flow.Page)); ok {
			return a
		}
	}
	found, near := name, []Named(nil)
	if c, ok := p.now.Load().library.Card(name, "en"); !ok || !slices.Contains(kinds, c.Kind) {
		found, near = p.Search(p.deck.books.Lang(r.Lang), name, kinds)
	}
	if found != "" {
		if a, ok := p.page(r, found, r.Args["part"]); ok {
			return a
		}
	}
	if len(near) == 0 {
		near = p.elsewhere(p.deck.books.Lang(r.Lang), name, kinds)
	}
	return p.unknownCard(r, list, near)
}

// The parts of /help for those who can change something.
const (
	helpModerator   = "moderator"
	helpFacilitator = "facilitator"
)

// Help answers /help with the commands that the person may use.
func (p *Pages) Help(r bot.Request) bot.Answer {
	part := ""
	switch {
	case r.Actor.IsFacilitator():
		part = helpFacilitator
	case r.Actor.May():
		part = helpModerator
	}
	a, _ := p.Show(r, bot.Help, part)
	return a
}

// Card answers with one card, or with a section of it.
func (p *Pages) Card(r bot.Request, id string) bot.Answer { return p.shown(r, id, r.Args["part"]) }

// shown answers with a part of a page, or says that the bot has no text for the question.
func (p *Pages) shown(r bot.Request, name, part string) bot.Answer {
	if a, ok := p.page(r, name, part); ok {
		return a
	}
	w := p.deck.books.Reader(r.Lang)
	return words.Notice(w.Say("There is no text for this yet. Please ask a facilitator."))
}

// Blocks is a card's key answer, and the limits of confidentiality if it has them.
func Blocks(c content.Card) []content.Block {
	return slices.Concat(c.Answer, c.Limits)
}
