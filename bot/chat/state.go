package chat

import (
	"context"
	"fmt"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// The state of a group or reminder, when it comes next, and its buttons. Its own card, the lists
// and the board all say them the same way.

// nextOf is when a reminder is posted next, after its pauses; Forever if it is not.
func nextOf(rem bot.Reminder, g bot.Group) time.Time {
	if next := bot.NextPost(rem, g); !next.At.IsZero() {
		return next.At
	}
	return bot.Forever
}

// byNext sorts reminders by nextOf.
func byNext(all []bot.Reminder, groups map[string]bot.Group) {
	next := make(map[string]time.Time, len(all))
	for _, rem := range all {
		next[rem.ID] = nextOf(rem, groups[rem.Group])
	}
	slices.SortStableFunc(all, func(a, b bot.Reminder) int { return next[a.ID].Compare(next[b.ID]) })
}

// comesNext is when a group meets or is posted to next; Forever if it is paused, or if
// nothing is planned.
func comesNext(g bot.Group, reminders []bot.Reminder, now time.Time) time.Time {
	next := bot.Forever
	if g.Paused.After(now) {
		return next
	}
	for _, rem := range reminders {
		if at := nextOf(rem, g); at.Before(next) {
			next = at
		}
	}
	if calendar, err := g.Calendar(); err == nil {
		if m, ok := calendar.NextSession(now); ok && m.At.Before(next) {
			next = m.At
		}
	}
	return next
}

// inOrder are the groups that the person may change, the soonest first, and the reminders of
// each, the soonest first.
func (k *kit) inOrder(ctx context.Context, r asked) ([]bot.Group, map[string][]bot.Reminder, error) {
	groups, err := k.groups(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	all, err := k.store.Reminders(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	now, by, of := k.now(), bot.GroupsByID(groups), make(map[string][]bot.Reminder)
	byNext(all, by)
	for _, rem := range all {
		of[rem.Group] = append(of[rem.Group], rem)
	}
	next := make(map[string]time.Time)
	for _, g := range groups {
		next[g.ID] = comesNext(g, of[g.ID], now)
	}
	slices.SortStableFunc(groups, func(a, b bot.Group) int { return next[a.ID].Compare(next[b.ID]) })
	return groups, of, nil
}

// groupState says until when a group is paused, or else when it meets or gets a post next; nil
// if nothing is planned.
func (k *kit) groupState(w *words.Reader, g bot.Group, reminders []bot.Reminder, zone *time.Location) []content.Span {
	now := k.now()
	if rest := w.Resting(g.Paused, now, zone); rest != nil {
		return rest
	}
	if next := comesNext(g, reminders, now); next.Before(bot.Forever) {
		return w.Say("Next: %s", w.Moment(next, zone))
	}
	return nil
}

// groupButtons are the buttons of a group that are the same everywhere.
func (k *kit) groupButtons(w *words.Reader, g bot.Group) []bot.Action {
	pause := bot.Action{Label: w.T("Pause"), Call: bot.NewSub("group", "pause", "group", g.ID)}
	if g.Paused.After(k.now()) {
		pause = bot.Action{Label: w.T("Resume"), Call: bot.NewSub("group", "resume", "group", g.ID)}
	}
	return []bot.Action{
		{Label: w.T("Edit"), Call: bot.NewSub("group", "edit", "group", g.ID)}, pause,
		{Label: w.T("Channels and meetings"), Call: bot.NewSub("group", "meetings", "group", g.ID)},
		{Label: w.T("Show its reminders"), Call: bot.NewSub("reminder", "list", "group", g.ID)},
		{Label: w.T("Confidentiality was broken"), Call: bot.NewSub("group", "breach", "group", g.ID)},
	}
}

// groupMenu is a menu to choose the group for a call.
func groupMenu(w *words.Reader, groups []bot.Group, c bot.Call) *bot.Menu {
	return menu(w.T("Choose a group"), bot.Each(groups, func(g bot.Group) bot.Action {
		return bot.Action{Label: bot.Short(g.Name, 75), Call: c.With("group", g.ID)}
	}))
}

// menu is a menu; nil if it has no option.
func menu(label string, options []bot.Action) *bot.Menu {
	if len(options) == 0 {
		return nil
	}
	return &bot.Menu{Label: label, Options: options}
}

// reminderState says why a reminder rests, or when it comes next. rests is true if it is paused or
// cannot be planned.
func (k *kit) reminderState(r asked, rem bot.Reminder, g bot.Group, zone *time.Location) (said []content.Span, rests bool) {
	rest := r.w.Resting(bot.PausedUntil(rem, g), k.now(), zone)
	if rest != nil && bot.LostToPause(rem, g, k.now()) {
		return words.Join(rest, " ", r.w.Say("Its dates are over by then, so it is not posted.")), true
	}
	if fault := faultOf(r, rem, g); fault != nil {
		return fault, true
	}
	if rest != nil {
		return rest, true
	}
	next := bot.NextPost(rem, g)
	if next.At.IsZero() {
		return r.w.Say("Nothing is planned."), false
	}
	return r.w.Say("Next: %s", r.w.Moment(next.At, zone)), false
}

// reminderName is what a reminder is called beside others of its group.
func (k *kit) reminderName(w *words.Reader, rem bot.Reminder) string {
	return k.deck.TopicTitle(rem.Topic, w.Lang()) + ", " + words.SayRule(w, rem.Rule)
}

// reminderLine is the beginning of a line about a reminder. The rule is in parentheses, because
// a Spanish rule may end in "a. m.": a period behind that would be one too many.
func reminderLine(deck *cards.Deck, w *words.Reader, rem bot.Reminder) string {
	return fmt.Sprintf("%s (%s). ", deck.TopicTitle(rem.Topic, w.Lang()), words.SayRule(w, rem.Rule))
}

// reminderButtons are the buttons of a reminder that are the same everywhere.
func (k *kit) reminderButtons(r asked, rem bot.Reminder, g bot.Group) []bot.Action {
	pause := bot.Action{Label: r.w.T("Pause"), Call: bot.NewSub("reminder", "pause", "id", rem.ID)}
	if rem.Paused.After(k.now()) {
		pause = bot.Action{Label: r.w.T("Resume"), Call: bot.NewSub("reminder", "resume", "id", rem.ID)}
	}
	out := []bot.Action{{Label: r.w.T("Edit"), Call: bot.NewSub("reminder", "edit", "id", rem.ID)}, pause}
	if k.testPlace(g, r.Platform) != (bot.Place{}) {
		out = append(out, bot.Action{Label: r.w.T("Test"), Call: bot.NewSub("reminder", "test", "id", rem.ID)})
	}
	return out
}

// groupSection is a group as a block of the board: how it is, when it meets, where, and
// its reminders, each with when it comes.
func (h *boardHandler) groupSection(d desk, g bot.Group) bot.Message {
	w, all := d.r.w, d.reminders[g.ID]
	var lines [][]content.Span
	if state := h.groupState(w, g, all, d.zone); state != nil {
		lines = append(lines, state)
	}
	lines = append(lines, h.groupLines(d.r, g, d.bad, "session", "place")...)
	m := bot.Message{Title: g.Name, Blocks: []content.Block{words.Bullets(lines...)}}
	lines = bot.Each(all, func(rem bot.Reminder) []content.Span {
		state, _ := h.reminderState(d.r, rem, g, d.zone)
		return words.Join(reminderLine(h.deck, w, rem), state)
	})
	if len(all) > 0 {
		m.Blocks = append(m.Blocks, content.HeadingText(w.T("Reminders")), words.Bullets(words.AtMost(w, boardReminders, lines)...))
	}
	m.Menu = h.reminderMenu(w, all[:min(len(all), boardReminders)], nil)
	m.Actions = h.groupButtons(w, g)
	if !d.r.Actor.IsFacilitator() {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Remove"), Call: bot.NewSub("group", "remove", "group", g.ID), Style: bot.Danger})
	}
	return m
}

// reminderMenu is a menu to choose one of the reminders. groups, by ID, gives the hint with each
// reminder's group; it may be nil.
func (k *kit) reminderMenu(w *words.Reader, all []bot.Reminder, groups map[string]bot.Group) *bot.Menu {
	return menu(w.T("Choose a reminder"), bot.Each(all, func(rem bot.Reminder) bot.Action {
		return reminderOption(k.reminderName(w, rem), rem, groups[rem.Group], "show")
	}))
}

// reminderOption is an option of a menu of reminders, for a sub-command.
func reminderOption(name string, rem bot.Reminder, g bot.Group, sub string) bot.Action {
	return bot.Action{Label: bot.Short(name, 75), Hint: bot.Short(g.Name, 100), Call: bot.NewSub("reminder", sub, "id", rem.ID)}
}

// faultOf says why a reminder cannot be planned; nil if it can. It reads the rule and the calendar
// again for an error that it can say in the reader's language: the record has English text.
func faultOf(r asked, rem bot.Reminder, g bot.Group) []content.Span {
	if rem.Fault.IsZero() {
		return nil
	}
	if _, _, err := bot.Timing(rem, g); err != nil {
		return words.Sentence(r.w.Fault(err))
	}
	return words.Sentence(words.Join(r.w.Reason(rem.Fault)))
}
