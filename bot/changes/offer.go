package changes

import (
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// maxOffered is how many values are offered at once while somebody types.
const maxOffered = 25

// maxChoice is how many bytes a choice's value has at most.
const maxChoice = 75

// Choices offers values by themselves.
func Choices(values ...string) []bot.Choice {
	var out []bot.Choice
	for _, v := range values {
		if len(v) <= maxChoice {
			out = append(out, bot.Choice{Name: v, Value: v})
		}
	}
	return out
}

// Matching keeps the choices that what was typed fits, those that it begins first.
func Matching(typed string, all []bot.Choice) []bot.Choice {
	typed = words.Fold(typed)
	var first, within []bot.Choice
	seen := make(map[string]bool)
	for _, c := range all {
		if seen[c.Value] {
			continue
		}
		seen[c.Value] = true
		name, value := words.Fold(c.Name), words.Fold(c.Value)
		switch {
		case strings.HasPrefix(name, typed) || strings.HasPrefix(value, typed):
			first = append(first, c)
		case strings.Contains(name, typed) || strings.Contains(value, typed):
			within = append(within, c)
		}
		if len(first) == maxOffered {
			break
		}
	}
	return AtMost(append(first, within...))
}

// AtMost leaves out choices that are there twice, and those that are too many.
func AtMost(all []bot.Choice) []bot.Choice {
	var out []bot.Choice
	for _, c := range all {
		if len(out) < maxOffered && !slices.ContainsFunc(out, func(o bot.Choice) bool { return o.Value == c.Value }) {
			out = append(out, c)
		}
	}
	return out
}

// clip shortens what a person wrote, to be shown in an error.
func clip(s string) string { return bot.Short(strings.Join(strings.Fields(s), " "), 60) }
