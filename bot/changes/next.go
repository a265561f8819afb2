package changes

import (
	"cmp"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// withNext tells beside each rule that is offered when it would come first. The value
// stays the rule; a reader that gets the whole text passes over what is beside it.
func (a Asker) withNext(rules []bot.Choice) []bot.Choice {
	calendar, err := a.Group.Calendar()
	if err != nil {
		calendar, err = scheduler.NewCalendar(cmp.Or(a.Zone, "UTC"), scheduler.Quiet{}.String(), nil, nil)
	}
	if err != nil {
		return rules
	}
	for i, c := range rules {
		rule, err := scheduler.ParseRule(c.Value)
		if err != nil || rule.Once() { // a date says its day itself
			continue
		}
		if next := calendar.Upcoming(rule, a.Now, 1); len(next) > 0 {
			rules[i].Name = a.beside(c.Name, next[0], calendar, rule.BySession())
		}
	}
	return rules
}

// beside is a rule with its next moment, as long as that fits a menu.
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
