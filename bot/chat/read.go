package chat

import (
	"context"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
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

// lists are the kinds that open as a list, by the list's name.
func lists() map[string]content.Kind {
	return map[string]content.Kind{
		"strategies": content.Strategy, "challenges": content.Challenge,
		"agreements": content.Agreement, "confidentiality": content.Confidentiality,
	}
}

func listOf(k content.Kind) string {
	for name, kind := range lists() {
		if kind == k {
			return name
		}
	}
	return ""
}

// commandOf is the command that shows a card.
func commandOf(c content.Card) bot.Call {
	switch c.Kind {
	case content.Strategy, content.Challenge:
		return bot.NewCall(listOf(c.Kind), "name", c.ID)
	case content.Agreement, content.Confidentiality, content.Limits:
		return bot.NewCall("agreements", "name", c.ID)
	case content.Foundation:
		if c.ID == "why-trust" {
			return bot.NewCall("why")
		}
		return bot.NewCall("why", "name", c.ID)
	}
	return bot.NewCall(string(c.Kind))
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
		a.Message.Note = b.note(p.card, b.Approved(p.card), b.books.Reader(lang, ""))
	}
	return a, true
}

// note marks words that no clinician has approved yet.
func (b *Bot) note(c content.Card, approved bool, w *words.Reader) string {
	switch {
	case approved || c.Exempt:
		return ""
	case c.Draft:
		return w.T("Draft: a clinician has not approved this translation yet.")
	}
	return w.T("A clinician has not approved these words yet.")
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
	if _, ok := lists()[name]; ok && name != list {
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

// CardMessage is how a card stands in a channel: when it is shared, when a
// reminder posts it, and in a preview. approved says whether a clinician's
// approval stands under these words; without it they are marked. What it promises
// is limited in one sentence, with the full text behind a button.
func (b *Bot) CardMessage(c content.Card, approved bool) bot.Message {
	w := b.books.Reader(c.Lang, "")
	m := bot.Message{Title: c.Title, Note: b.note(c, approved, w), Blocks: slices.Concat(c.Answer, c.LimitsInShort())}
	// AsNew keeps a private answer from taking the place of the post.
	if len(c.Sections) > 0 {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Read more, for you alone"), Call: commandOf(c).AsNew()})
	}
	if limits, ok := b.library.Card("limits", c.Lang); ok && len(c.Limits) > 0 {
		m.Actions = append(m.Actions, bot.Action{Label: short(limits.Title, 75), Call: commandOf(limits).AsNew()})
	}
	if c.ID != crisis {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Help now"), Call: bot.NewCall("crisis").AsNew()})
	}
	return m
}

// cardBlocks is a card's key answer with the limits of what it promises.
func cardBlocks(c content.Card) []content.Block {
	blocks := append([]content.Block(nil), c.Answer...)
	return append(blocks, c.Limits...)
}

// Preview is what would be posted of a card to a group with these languages.
// Its error is a *UserError.
func (b *Bot) Preview(id string, langs []string) (bot.Message, error) {
	signed := b.signed.Load()
	m, _, skip := b.Post(id, bot.Playground, langs, *signed, b.now())
	if skip != "" {
		return bot.Message{}, bot.Wrong("there is no card %q to preview: circlekeeper content list shows them all", clip(id))
	}
	return m, nil
}

// clip shortens what a person wrote, for repeating it to them.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
