package chat

import (
	"cmp"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// finder is a card with the names it can be asked for by.
type finder struct {
	id, title string
	kind      content.Kind
	names     []string // folded: the id, the id without its kind, the title, the English title
}

func (b *Bot) finders(lang string) []finder {
	var out []finder
	for _, kind := range content.Kinds() {
		for _, c := range b.library.Cards(kind, lang) {
			_, rest, _ := strings.Cut(c.ID, "-")
			english, _ := b.library.Card(c.ID, "en")
			out = append(out, finder{c.ID, c.Title, kind, []string{words.Fold(c.ID), words.Fold(cmp.Or(rest, c.ID)), words.Fold(c.Title), words.Fold(english.Title)}})
		}
	}
	return out
}

// search finds the one card that is meant, or those that may have been.
func (b *Bot) search(lang, name string, kinds []content.Kind) (found string, near []finder) {
	name = words.Fold(name)
	var asked []finder
	for _, f := range b.choices[lang] {
		if !slices.Contains(kinds, f.kind) {
			continue
		}
		if slices.Contains(f.names, name) {
			return f.id, nil
		}
		asked = append(asked, f)
	}
	var within, close []finder
	for _, f := range asked {
		switch {
		case len(name) >= 3 && strings.Contains(f.names[2], name):
			within = append(within, f)
		case slices.ContainsFunc(f.names, func(n string) bool { return words.Alike(name, n) }):
			close = append(close, f)
		}
	}
	if len(within) == 1 {
		return within[0].id, nil
	}
	near = append(within, close...)
	return "", near[:min(len(near), 5)]
}

// unknownCard says that there is no such card and offers those that may have
// been meant.
func (b *Bot) unknownCard(r bot.Request, list string, near []finder) bot.Answer {
	w := b.in(r)
	if len(near) == 0 {
		a := b.say(r, w.T("There is no card with that name."))
		a.Message.Actions = []bot.Action{{Label: w.T("Show all"), Call: bot.NewCall(list)}}
		return a
	}
	a := b.say(r, w.T("There is no card with exactly that name. Did you mean one of these?"))
	for _, f := range near {
		c := content.Card{ID: f.id, Kind: f.kind}
		a.Message.Actions = append(a.Message.Actions, bot.Action{Label: bot.Short(f.title, 75), Call: cards.CallOf(c)})
	}
	return a
}

// unknownCommand answers what is no command, the same whatever was written: somebody in
// need may have typed a sentence. Numbers come first. It runs nothing by guess.
func (b *Bot) unknownCommand(r bot.Request) bot.Answer {
	w := b.in(r)
	a := b.say(r,
		w.T("If someone is in danger, call 911. If you are going through a hard time, you do not have to go through it alone: call or text 988, day or night."),
		w.T("This bot gives fixed answers to its own commands, and no person reads what is typed here. %s shows what you can ask.", words.Command("help")))
	a.Message.Actions = []bot.Action{
		{Label: w.T("Help now"), Call: bot.NewCall("crisis")}, {Label: w.T("Contact the clinic"), Call: bot.NewCall("contact")},
		{Label: w.T("What you can ask"), Call: bot.NewCall("help")},
	}
	return a
}

// unknownSub shows what a command can do.
func (b *Bot) unknownSub(r bot.Request, parent *row) bot.Answer {
	w := b.in(r)
	lang := b.lang(r.Lang)
	text := parent.Summary.In(lang)
	if r.Sub != "" {
		text = w.T("The command cannot do that. It can do this:")
	}
	a := b.say(r, text)
	list := content.Block{Kind: content.List}
	for _, s := range commandTable(parent.subs) {
		name := b.nameIn(parent.Command, lang) + " " + b.nameIn(s, lang)
		list.Items = append(list.Items, []content.Span{{Text: words.Typed(r.Platform, name), Bold: true}, {Text: ": " + s.Summary.In(lang)}})
		if s.Name == "add" || s.Name == "list" {
			a.Message.Actions = append(a.Message.Actions, bot.Action{Label: bot.Short(s.Summary.In(lang), 75), Call: bot.Call{Command: parent.Name, Sub: s.Name}})
		}
	}
	a.Message.Blocks = append(a.Message.Blocks, list)
	return a
}
