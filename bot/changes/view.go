package changes

import (
	"context"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// viewField is the choice to keep what a group agrees on in view.
func viewField() Field[bot.Group] {
	f := Field[bot.Group]{
		Name: "view", Flag: "in-view", Label: "What the group agrees on", Summary: "Whether what the group agrees on is always in view: yes or no",
	}
	return either(f, func(g *bot.Group) *bool { return &g.InView },
		func(w *words.Reader) [2]bot.Choice {
			return [2]bot.Choice{{Name: w.T("Not in view"), Value: "no"}, {Name: w.T("Always in view"), Value: "yes"}}
		},
		func(text string) error { return bot.Wrong("always in view %q: write yes or no", clip(text)) })
}

// either makes a field of two choices. The second choice sets the bool to which at points.
// refuse makes the error for a text that is neither choice.
func either[T any](f Field[T], at func(v *T) *bool, choices func(w *words.Reader) [2]bot.Choice, refuse func(text string) error) Field[T] {
	now := func(w *words.Reader, v T) bot.Choice {
		if *at(&v) {
			return choices(w)[1]
		}
		return choices(w)[0]
	}
	f.Max, f.Closed = 40, true
	f.Set = func(_ context.Context, a Asker, v *T, text string) error {
		for i, c := range choices(a.Words) {
			if words.Fold(text) == c.Value || words.Fold(text) == words.Fold(c.Name) {
				*at(v) = i == 1
				return nil
			}
		}
		return refuse(text)
	}
	f.Empty = func(v *T) { *at(v) = false }
	f.Texts = func(w *words.Reader, v T) []string { return []string{now(w, v).Value} }
	f.Say = func(w *words.Reader, v T) []string { return []string{now(w, v).Name} }
	f.Choices = func(w *words.Reader, _ T) []bot.Choice {
		all := choices(w)
		return all[:]
	}
	f.Offer = func(_ context.Context, a Asker, typed string) []bot.Choice {
		all := choices(a.Words)
		return Matching(typed, all[:])
	}
	return f
}
