package changes

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// maxOffered is how many values are offered at once while somebody types.
const maxOffered = 25

// maxChoice is how many bytes a choice's value has at most.
const maxChoice = 75

// Choices makes choices whose names are their values.
func Choices(values ...string) []bot.Choice {
	var out []bot.Choice
	for _, v := range values {
		if len(v) <= maxChoice {
			out = append(out, bot.Choice{Name: v, Value: v})
		}
	}
	return out
}

// Matching keeps the choices that have typed in their name or value. Those that begin with it
// come first.
func Matching(typed string, all []bot.Choice) []bot.Choice {
	typed = words.Fold(typed)
	if typed == "" {
		return AtMost(all)
	}
	var first, within []bot.Choice
	for _, c := range all {
		name, value := words.Fold(c.Name), words.Fold(c.Value)
		switch {
		case strings.HasPrefix(name, typed) || strings.HasPrefix(value, typed):
			first = append(first, c)
		case strings.Contains(name, typed) || strings.Contains(value, typed):
			within = append(within, c)
		}
	}
	return AtMost(append(first, within...))
}

// AtMost keeps the first maxOffered choices, each value once.
func AtMost(all []bot.Choice) []bot.Choice {
	var out []bot.Choice
	for _, c := range all {
		if len(out) < maxOffered && !slices.ContainsFunc(out, func(o bot.Choice) bool { return o.Value == c.Value }) {
			out = append(out, c)
		}
	}
	return out
}

// clip shortens text that a person wrote, for an error message.
func clip(s string) string { return bot.Short(strings.Join(strings.Fields(s), " "), 60) }

// withNext adds to the name of each offered rule when it would come first. The value stays the
// rule. If a platform sends the name back, withoutNext removes the addition.
func (a Asker) withNext(rules []bot.Choice) []bot.Choice {
	calendar, err := a.Group.Calendar()
	if err != nil {
		calendar, err = scheduler.NewCalendar(cmp.Or(a.Group.Zone, "UTC"), scheduler.Quiet{}.String(), nil, nil)
	}
	if err != nil {
		return rules
	}
	for i, c := range rules {
		rule, err := scheduler.ParseRule(c.Value)
		if err != nil || rule.Once() { // a rule of one date has its day in it
			continue
		}
		if next := calendar.Upcoming(rule, a.Now, 1); len(next) > 0 {
			rules[i].Name = a.beside(c.Name, next[0], calendar, rule.BySession())
		}
	}
	return rules
}

// withoutNext is a rule without what withNext added.
func (a Asker) withoutNext(text string) string {
	if rule, beside, _ := strings.Cut(text, scheduler.Beside); strings.HasPrefix(beside, a.Words.T("next: %s", "")) {
		return rule
	}
	return text
}

// beside is a rule with its next moment, or the rule alone if both do not fit a menu.
func (a Asker) beside(rule string, next scheduler.Occurrence, c scheduler.Calendar, clock bool) string {
	local := next.At.In(c.Zone())
	day := a.Words.Calendar.Date(local)
	if clock {
		day = a.Words.Moment(next.At, c.Zone()).String()
	}
	for _, said := range []string{day, a.Words.Calendar.Day(local)} {
		if text := rule + scheduler.Beside + a.Words.T("next: %s", said); utf8.RuneCountInString(text) <= maxChoice {
			return text
		}
	}
	return rule
}
