package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
)

// posts checks what the rules and the cards in force mean for each group's posts.
func (cmd checkCommand) posts(ctx context.Context, o *opened, l *checklist) {
	groups, err := o.db.Groups(ctx)
	if err != nil {
		l.add(problem, "groups", "%v", err)
		return
	}
	for _, g := range groups {
		cmd.languages(o, g, l)
		cmd.reminders(ctx, o, g, l)
	}
}

// languages reports a group's languages that have lost their cards since they were chosen. If
// there are cards in a wider language, such as es for es-MX, these are posted instead.
func (cmd checkCommand) languages(o *opened, g bot.Group, l *checklist) {
	var left, lost, wider []string
	name := func(lang string) string { return words.LangName(o.say, lang) }
	for _, lang := range g.Langs {
		posted := spokenFor(o.library.Langs(), lang)
		switch posted {
		case lang:
		case "":
			lost = append(lost, fmt.Sprintf("%s (%s)", name(lang), lang)) // as its folder is called
			continue
		default:
			wider = append(wider, fmt.Sprintf("there are no cards in %s, so those in %s are posted to it", name(lang), name(posted)))
		}
		if !slices.Contains(left, posted) {
			left = append(left, posted)
		}
	}
	mend := fmt.Sprintf("put them back into CONTENT_DIR, or %s group set %s --lang %s", o.called, g.ID, cmp.Or(strings.Join(left, ","), words.English))
	if len(lost) > 0 {
		l.add(problem, "group "+g.ID, "there are no cards in %s, so nothing is posted to it in that language: %s", strings.Join(lost, ", "), mend)
	}
	for _, says := range wider {
		l.add(warning, "group "+g.ID, "%s: %s", says, mend)
	}
}

// unsaid reports topics that have cards in only some of a group's languages.
func (cmd checkCommand) unsaid(o *opened, g bot.Group, reminders []bot.Reminder, l *checklist) {
	var without []string
	for _, lang := range g.Langs {
		if spokenFor(o.library.Langs(), lang) == "" {
			continue // reported above: the language has no cards at all
		}
		alone := g
		alone.Langs = []string{lang}
		var topics []string
		for _, r := range reminders {
			deck := o.bot.Deck()
			if deck.Ready(r.Topic, g, o.now()) && !deck.Ready(r.Topic, alone, o.now()) && !slices.Contains(topics, r.Topic) {
				topics = append(topics, r.Topic)
			}
		}
		slices.Sort(topics)
		if len(topics) > 0 {
			without = append(without, fmt.Sprintf("%s (%s)", words.LangName(o.say, lang), strings.Join(topics, ", ")))
		}
	}
	if len(without) > 0 {
		l.add(warning, "group "+g.ID, "posts go out without %s: no such card is approved; %s content status lists the cards", strings.Join(without, ", "), o.called)
	}
}

// unapproved reports, in one sentence, all of a group's reminders that will be skipped because
// no card of their topic is approved in its languages.
func (cmd checkCommand) unapproved(o *opened, g bot.Group, reminders []bot.Reminder, l *checklist) {
	var topics, ids []string
	for _, r := range reminders {
		if !o.bot.Deck().Ready(r.Topic, g, o.now()) {
			topics, ids = append(topics, r.Topic), append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return
	}
	slices.Sort(topics)
	which := strings.Join(ids[:min(len(ids), namedReminders)], ", ")
	if more := len(ids) - namedReminders; more > 0 {
		which += fmt.Sprintf(" and %d more", more)
	}
	l.add(warning, "group "+g.ID, "%s will be skipped, as no card of %s is approved in the group's languages (%s): %s. %s",
		counted(len(ids), "reminder", "reminders"), strings.Join(slices.Compact(topics), ", "), words.LangNames(o.say, g.Langs), which, listsCards(o, g, "the cards"))
}

// namedReminders is how many reminders a sentence names. If there are more, it gives their
// number.
const namedReminders = 5

// reminders warns of reminders that will be skipped, and of a day with many posts in the same
// group.
func (cmd checkCommand) reminders(ctx context.Context, o *opened, g bot.Group, l *checklist) {
	reminders, err := o.db.Reminders(ctx, g.ID)
	if err != nil {
		l.add(problem, "group "+g.ID, "%v", err)
		return
	}
	calendar, err := g.Calendar()
	if err != nil {
		l.add(problem, "group "+g.ID, "%s", unreadable(g, o.called))
		return
	}
	if len(reminders) == 0 {
		l.then("%stype /reminder add in the channel of group %s", l.running(), g.ID)
	}
	cmd.unsaid(o, g, reminders, l)
	cmd.unapproved(o, g, reminders, l)
	ahead, _ := delivery.Ahead(o.bot.Deck(), map[string]bot.Group{g.ID: g}, reminders, o.now(), delivery.AheadMost(o.now()))
	quiet, crowded := make(map[string]bool), false // what was reported: by reminder, and for the group
	for _, c := range ahead {
		if c.Skipped.Code == bot.QuietHours && !quiet[c.Reminder.ID] {
			quiet[c.Reminder.ID] = true
			l.add(warning, "reminder "+c.Reminder.ID, "its post on %s falls into the quiet hours of group %s and will be skipped: %s reminder next --group %s --until DATE shows all", o.say.Moment(c.At, calendar.Zone()), g.ID, o.called, g.ID)
		}
		if c.Crowded && !crowded {
			crowded = true
			l.add(warning, "group "+g.ID, "more than %d posts on %s: spread them over more days", delivery.PostsADay, o.say.Calendar.Date(c.At.In(calendar.Zone())))
		}
	}
}
