package changes

import (
	"context"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// viewField is whether the group's agreements are kept in view.
func viewField() Field[bot.Group] {
	f := Field[bot.Group]{
		Name: "view", Flag: "in-view", Label: "What the group agrees on", Summary: "Always show what the group agrees on in the channel: yes or no",
	}
	return either(f, func(g *bot.Group) *bool { return &g.InView },
		[2]words.Word{words.Word("no"), words.Word("yes")},
		func(w *words.Reader) [2]string { return [2]string{w.T("Not in view"), w.T("Always in view")} },
		func(text string) error { return bot.Wrong("always in view %q: write yes or no", clip(text)) })
}

// either makes a field for a bool, which at points to. It has two choices, first for false, then
// for true: typed are the words to type for them, said how people read them. refuse makes the
// error for any other text.
func either[T any](f Field[T], at func(v *T) *bool, typed [2]words.Word, said func(w *words.Reader) [2]string, refuse func(text string) error) Field[T] {
	choices := func(w *words.Reader) []bot.Choice {
		names := said(w)
		return []bot.Choice{{Name: names[0], Value: string(typed[0])}, {Name: names[1], Value: string(typed[1])}}
	}
	now := func(w *words.Reader, v T) bot.Choice {
		if *at(&v) {
			return choices(w)[1]
		}
		return choices(w)[0]
	}
	f.Max, f.Closed = 40, true
	f.Set = func(_ context.Context, a Asker, v *T, text string) error {
		word, ok := words.Means(a.Words, text, typed[:]...)
		for i, name := range said(a.Words) {
			if ok && word == typed[i] || words.Fold(text) == words.Fold(name) {
				*at(v) = i == 1
				return nil
			}
		}
		return refuse(text)
	}
	f.Empty = func(v *T) { *at(v) = false }
	f.Texts = func(w *words.Reader, v T) []string { return []string{now(w, v).Value} }
	f.Say = func(w *words.Reader, v T) []string { return []string{now(w, v).Name} }
	f.Choices = func(w *words.Reader, _ T) []bot.Choice { return choices(w) }
	f.Offer = func(_ context.Context, a Asker, begun string) []bot.Choice {
		if word, ok := words.Means(a.Words, begun, typed[:]...); ok {
			begun = string(word)
		}
		return Matching(begun, choices(a.Words))
	}
	return f
}
