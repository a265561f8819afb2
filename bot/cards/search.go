package cards

import (
	"cmp"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Named is a card with the names it can be asked for by.
type Named struct {
	ID, Title string
	kind      content.Kind
	names     []string // folded: the id, the id without its kind, the title, the English title
}

func (p *Pages) namesIn(lang string) []Named {
	var out []Named
	for _, kind := range content.Kinds() {
		if kind == content.Session {
			continue // nobody asks for them
		}
		for _, c := range p.library.Cards(kind, lang) {
			_, rest, _ := strings.Cut(c.ID, "-")
			english, _ := p.library.Card(c.ID, "en")
			out = append(out, Named{c.ID, c.Title, kind, []string{words.Fold(c.ID), words.Fold(cmp.Or(rest, c.ID)), words.Fold(c.Title), words.Fold(english.Title)}})
		}
	}
	return out
}

// Search finds the one card that is meant, or those that may have been.
func (p *Pages) Search(lang, name string, kinds []content.Kind) (found string, near []Named) {
	name = words.Fold(name)
	var asked []Named
	for _, f := range p.names[lang] {
		if !slices.Contains(kinds, f.kind) {
			continue
		}
		if slices.Contains(f.names, name) {
			return f.ID, nil
		}
		asked = append(asked, f)
	}
	var within, close []Named
	for _, f := range asked {
		switch {
		case len(name) >= 3 && strings.Contains(f.names[2], name):
			within = append(within, f)
		case slices.ContainsFunc(f.names, func(n string) bool { return words.Alike(name, n) }):
			close = append(close, f)
		}
	}
	if len(within) == 1 {
		return within[0].ID, nil
	}
	near = append(within, close...)
	return "", near[:min(len(near), 5)]
}

// unknownCard says that there is no such card and offers those that may have
// been meant.
func (p *Pages) unknownCard(r bot.Request, list string, near []Named) bot.Answer {
	w := p.books.Reader(r.Lang, r.Platform)
	if len(near) == 0 {
		a := Say(w, w.T("There is no card with that name."))
		a.Message.Actions = []bot.Action{{Label: w.T("Show all"), Call: bot.NewCall(list)}}
		return a
	}
	a := Say(w, w.T("There is no card with exactly that name. Did you mean one of these?"))
	for _, f := range near {
		c := content.Card{ID: f.ID, Kind: f.kind}
		a.Message.Actions = append(a.Message.Actions, bot.Action{Label: bot.Short(f.Title, 75), Call: CallOf(c)})
	}
	return a
}

// Choices offers the cards of some kinds by their titles.
func (p *Pages) Choices(lang string, kinds ...content.Kind) []bot.Choice {
	var out []bot.Choice
	for _, f := range p.names[lang] {
		if slices.Contains(kinds, f.kind) {
			out = append(out, bot.Choice{Name: bot.Short(f.Title, 75), Value: f.ID})
		}
	}
	return out
}
