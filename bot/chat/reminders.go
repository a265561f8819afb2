package chat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// reminderHandler answers /reminder.
type reminderHandler struct{ *kit }

// add adds a reminder, or opens a form while something is missing.
func (h *reminderHandler) add(ctx context.Context, r asked) (bot.Answer, error) {
	groups, err := h.groups(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	if len(groups) == 0 {
		return bot.Answer{}, bot.Wrong("There are no groups here yet. Add one with %s.", words.Command("group add"))
	}
	typed := strings.TrimSpace(r.Args["topic"]) != "" && strings.TrimSpace(r.Args["at"]) != ""
	open := !r.Submit && (!typed || r.Flow.Again)
	g, fault := h.groupOf(ctx, r)
	if open && r.Args["at"] == "" {
		if topic, at := h.Changes.Reminders.Apart(h.asker(r, g), r.Args["topic"]); at != "" {
			r.Call = r.With("topic", topic).With("at", at)
		}
	}
	if _, said := bot.ForPerson(fault); fault != nil && (!said || !open && !r.Submit) {
		return bot.Answer{}, fault
	}
	e := editing[bot.Reminder]{
		kind: "reminder", title: r.w.T("Add a reminder"), call: bot.NewSub("reminder", "add"),
		now:   bot.Reminder{Group: g.ID, Late: bot.DefaultLate},
		table: append(h.Changes.Reminders.Fields.Only("topic", "at"), append(changes.Table[bot.Reminder]{groupField(groups)}, h.Changes.Reminders.Fields.Only("late", "keep")...)...),
		asks:  []string{"topic", "at", "group", "late", "keep"}, asker: h.asker(r, g),
		draft: func(ctx context.Context, rem bot.Reminder) (bot.Reminder, []content.Block, error) {
			if fault != nil {
				return rem, nil, bot.About("group", fault)
			}
			rem.Group = g.ID
			return h.draft(ctx, r, rem, g, true)
		},
		save: func(ctx context.Context, rem bot.Reminder) (bot.Answer, error) { return h.save(ctx, r, rem, g) },
	}
	if open || r.Submit {
		return edit(ctx, h.kit, r, e)
	}
	rem := e.now
	if err := e.table.Add(ctx, e.asker, &rem, r.Args); err != nil {
		return bot.Answer{}, err
	}
	rem.Group = g.ID
	return h.save(ctx, r, rem, g)
}

// save saves a new reminder and shows it, with what it posts first.
func (h *reminderHandler) save(ctx context.Context, r asked, rem bot.Reminder, g bot.Group) (bot.Answer, error) {
	added, next, err := h.Changes.Reminders.Add(ctx, r.Actor, rem)
	if err != nil {
		return bot.Answer{}, err
	}
	a := h.card(r, added, g, next, r.w.Say("The reminder was added."))
	a.Message.Actions = append([]bot.Action{{Label: r.w.T("Undo"), Call: bot.NewSub("reminder", "remove", "id", added.ID)}}, a.Message.Actions...)
	a.Message.Blocks = slices.Concat(a.Message.Blocks, foreseen(r.w, h.Changes.Reminders.Foresee(ctx, added, g)), h.preview(added, g, r.w))
	return a, nil
}

// draft says what is wrong with a reminder, or shows when it would come; if shown, also the card
// that it would post first.
func (h *reminderHandler) draft(ctx context.Context, r asked, rem bot.Reminder, g bot.Group, shown bool) (bot.Reminder, []content.Block, error) {
	rem, next, err := h.Changes.Reminders.Draft(rem, g)
	if err != nil {
		return rem, nil, err
	}
	blocks := append(r.w.Times(next, groupZone(g)), foreseen(r.w, h.Changes.Reminders.Foresee(ctx, rem, g))...)
	if shown {
		blocks = append(blocks, h.preview(rem, g, r.w)...)
	}
	return rem, blocks, nil
}

// groupField asks for the group of a new reminder, by name where all fit in a menu.
func groupField(groups []bot.Group) changes.Field[bot.Reminder] {
	return changes.Field[bot.Reminder]{
		Name: "group", Label: "Group", Needed: true, Max: 40,
		Set: func(_ context.Context, _ changes.Asker, rem *bot.Reminder, text string) error {
			rem.Group = text // the request's own group is read before: see reminderHandler.add
			return nil
		},
		Texts: func(_ *words.Reader, rem bot.Reminder) []string { return []string{rem.Group} },
		Choices: func(*words.Reader, bot.Reminder) []bot.Choice {
			if len(groups) > changes.MaxChoices {
				return nil
			}
			return choicesOf(groups)
		},
	}
}

// editTyped handles "/reminder edit agreements every Friday", in which all was read as the ID. The form
// opens with the rule in it, for the reminder that the rest names; if that may be several, or none is
// named, the error's buttons do so.
func (h *reminderHandler) editTyped(ctx context.Context, r asked) (bot.Answer, error) {
	a, err := h.ofReminder(h.edit)(ctx, r)
	if err == nil || bot.FieldOf(err) != "id" || r.Submit {
		return a, err
	}
	rule := ""
	if h.Changes.Reminders.IsRule(h.asker(r, bot.Group{}), r.Args["id"]) { // only when
		rule = r.Args["id"]
	}
	for id, at := range h.apart(r) {
		rule = cmp.Or(rule, at)
		apart := r
		apart.Call = r.With("id", id).With("at", at)
		rem, g, unknown := h.reminderOf(ctx, apart)
		if unknown == nil {
			return h.edit(ctx, apart, rem, g)
		}
		if _, ok := errors.AsType[offers](unknown); ok {
			return bot.Answer{}, unknown
		}
	}
	if rule != "" {
		r.Call = r.With("id", "").With("at", rule)
		err = completer{h.kit}.toChoose(ctx, r, whichReminder())
	}
	return a, err
}

// apart are the ways to read what was typed for an ID as a reminder and a rule.
func (h *reminderHandler) apart(r asked) iter.Seq2[string, string] {
	return func(yield func(id, at string) bool) {
		typed, a := strings.Fields(r.Args["id"]), h.asker(r, bot.Group{})
		for n := 1; n < len(typed); n++ {
			rest := typed[n:]
			if len(rest) > 1 && leadsTo(r.w, rest[0]) {
				rest = rest[1:]
			}
			if at := strings.Join(rest, " "); h.Changes.Reminders.IsRule(a, at) && !yield(strings.Join(typed[:n], " "), at) {
				return
			}
		}
		if topic, at := h.Changes.Reminders.Apart(a, r.Args["id"]); topic != "" && h.Changes.Reminders.IsRule(a, at) {
			yield(topic, at)
		}
	}
}

// edit changes what a reminder posts and when.
func (h *reminderHandler) edit(ctx context.Context, r asked, was bot.Reminder, g bot.Group) (bot.Answer, error) {
	return edit(ctx, h.kit, r, editing[bot.Reminder]{
		kind: "reminder", id: was.ID, title: r.w.T("Edit the reminder"), call: bot.NewSub("reminder", "edit", "id", was.ID), version: was.Version,
		now: was, table: h.Changes.Reminders.Fields, asks: []string{"topic", "at", "late", "keep"}, asker: h.asker(r, g),
		draft: func(ctx context.Context, rem bot.Reminder) (bot.Reminder, []content.Block, error) {
			return h.draft(ctx, r, rem, g, false)
		},
		save: func(ctx context.Context, rem bot.Reminder) (bot.Answer, error) {
			_, next, err := h.Changes.Reminders.Set(ctx, r.Actor, rem)
			if err != nil {
				return bot.Answer{}, err
			}
			said := h.Changes.Reminders.Fields.Compare(r.w, was, rem).Say(r.w, r.w.T("The reminder was updated."))
			a := h.card(r, rem, g, next, said)
			a.Message.Blocks = append(a.Message.Blocks, foreseen(r.w, h.Changes.Reminders.Foresee(ctx, rem, g))...)
			return a, nil
		},
		retry: h.ofReminder(h.edit),
	})
}

// preview is the first card that a reminder posts.
func (h *reminderHandler) preview(r bot.Reminder, g bot.Group, w *words.Reader) []content.Block {
	id, _ := h.deck.Choose(r.Topic, g, nil, h.deck.Signed(), h.now())
	c, ok := h.deck.Library().Card(id, cmp.Or(g.Langs...))
	if !ok {
		return nil
	}
	title := content.HeadingText(w.T("Preview: %s", c.Title))
	blocks := append([]content.Block{title}, cards.Blocks(c)...)
	if !h.deck.Ready(id, g, h.now()) {
		blocks = append(blocks, content.Text(w.T("A clinician has not approved these words yet. Until someone does, this reminder is not posted, and its history says why.")))
	}
	return blocks
}

// card shows one reminder with its next times and what can be done.
func (h *reminderHandler) card(r asked, rem bot.Reminder, g bot.Group, next []scheduler.Occurrence, said []content.Span) bot.Answer {
	lang := r.w.Lang()
	m := bot.Message{Title: h.deck.TopicTitle(rem.Topic, lang)}
	if len(said) > 0 {
		m.Blocks = append(m.Blocks, words.Paragraph(said))
	}
	m.Blocks = append(m.Blocks, content.Text(fmt.Sprintf("%s, %s", g.Name, words.SayRule(r.w, rem.Rule))))
	if rem.Typed != "" {
		m.Blocks = append(m.Blocks, content.Text(r.w.T("As it was written: “%s”", rem.Typed)))
	}
	if rem.KeepNewest {
		m.Blocks = append(m.Blocks, content.Text(r.w.T("Only its newest post stays in the channel: the bot deletes the one before it.")))
	}
	if state, rests := h.reminderState(r, rem, g, groupZone(g)); rests {
		m.Blocks = append(m.Blocks, words.Paragraph(state))
	}
	if !bot.PausedUntil(rem, g).Equal(bot.Forever) {
		m.Blocks = append(m.Blocks, r.w.Times(next, groupZone(g))...)
	}
	m.Actions = h.reminderButtons(r, rem, g)
	return bot.Answer{Message: m, Update: true}
}

func (h *reminderHandler) show(ctx context.Context, r asked) (bot.Answer, error) {
	return h.showNow(ctx, r, nil)
}

func (h *reminderHandler) showNow(ctx context.Context, r asked, said []content.Span) (bot.Answer, error) {
	rem, g, err := h.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	next, err := h.Changes.Reminders.Upcoming(rem, g, changes.ShownNext)
	if err != nil {
		rem.Fault = bot.RuleFault.With(err.Error())
	}
	a := h.card(r, rem, g, next, said)
	a.Message.Actions = append(a.Message.Actions,
		bot.Action{Label: r.w.T("History"), Call: bot.NewSub("reminder", "history", "id", rem.ID)},
		bot.Action{Label: r.w.T("Remove"), Call: bot.NewSub("reminder", "remove", "id", rem.ID)},
		bot.Action{Label: r.w.T("Back"), Call: bot.NewSub("reminder", "list", "group", g.ID)})
	return a, nil
}

// pauseTyped handles "/reminder pause ID 2 weeks", in which all was read as the ID. If a topic or a
// slip stands for the ID, or nothing does, the error's buttons pause the reminders that may be meant for
// that long.
func (h *reminderHandler) pauseTyped(ctx context.Context, r asked) (bot.Answer, error) {
	typed := strings.Fields(r.Args["id"])
	if strings.TrimSpace(r.Args["until"]) != "" {
		typed = nil
	}
	for at := 1; at < len(typed); at++ {
		apart := r
		apart.Call = r.With("id", strings.Join(typed[:at], " ")).With("until", strings.Join(typed[at:], " "))
		_, none := h.asker(r, bot.Group{}).Pause(apart.Args["until"], bot.Group{Zone: "UTC"})
		if none != nil && at > 1 { // an ID is one word
			continue
		}
		rem, g, err := h.reminderOf(ctx, apart)
		if err == nil {
			if _, err := h.asker(r, g).PauseAlone(apart.Args["until"], g); err != nil {
				return bot.Answer{}, err
			}
			return h.pause(ctx, apart, rem, g)
		}
		if _, ok := errors.AsType[offers](err); ok && none == nil {
			return bot.Answer{}, err
		}
	}
	a, err := h.ofReminder(h.pause)(ctx, r)
	if length := strings.Join(typed, " "); errors.Is(err, bot.ErrNotFound) && length != "" {
		if _, none := h.asker(r, bot.Group{}).Pause(length, bot.Group{Zone: "UTC"}); none == nil { // only for how long
			r.Call = r.With("id", "").With("until", length)
			return a, completer{h.kit}.toChoose(ctx, r, whichReminder())
		}
	}
	return a, err
}

func (h *reminderHandler) pause(ctx context.Context, r asked, rem bot.Reminder, g bot.Group) (bot.Answer, error) {
	return h.pausing(r, g, func() bot.Answer { return h.pickLength(r, rem, g) }, func(until time.Time) (bot.Answer, error) { return h.rest(ctx, r, rem, g, until) })
}

func (h *reminderHandler) resume(ctx context.Context, r asked, rem bot.Reminder, g bot.Group) (bot.Answer, error) {
	return h.rest(ctx, r, rem, g, time.Time{})
}

// rest pauses a reminder until a moment, or ends its pause for the zero time.
func (h *reminderHandler) rest(ctx context.Context, r asked, was bot.Reminder, g bot.Group, until time.Time) (bot.Answer, error) {
	if until.IsZero() && !was.Paused.After(h.now()) && was.Fault.IsZero() {
		said := r.w.Say("This reminder is not paused.")
		if g.Paused.After(h.now()) {
			said = r.w.Say("This reminder is not paused, but its group is.")
		}
		return h.showNow(ctx, r, said)
	}
	rem, next, err := h.Changes.Reminders.Pause(ctx, r.Actor, was.ID, until)
	if err != nil {
		return bot.Answer{}, err
	}
	var said []content.Span
	if until.IsZero() {
		said = r.w.Say("The reminder is active again.")
	}
	a := h.card(r, rem, g, next, said)
	a.Message.Actions = append(h.pausedBefore(r.w, was.Paused, until, g, bot.NewSub("reminder", "pause", "id", rem.ID)), a.Message.Actions...)
	return a, nil
}

func (h *reminderHandler) remove(ctx context.Context, r asked, rem bot.Reminder, g bot.Group) (bot.Answer, error) {
	if err := h.Changes.Reminders.Remove(ctx, r.Actor, rem.ID); err != nil {
		return bot.Answer{}, err
	}
	return instead(r.w.Say("The reminder %s for %s was removed. %s", words.SayRule(r.w, rem.Rule), g.Name, r.w.Kept(h.keep)),
		bot.Action{Label: r.w.T("Undo"), Call: bot.NewSub("reminder", "restore", "id", rem.ID)}), nil
}

func (h *reminderHandler) test(ctx context.Context, r asked, rem bot.Reminder, _ bot.Group) (bot.Answer, error) {
	to, err := h.TestReminder(ctx, r.Actor, rem.ID, r.Platform)
	if err != nil {
		return bot.Answer{}, err
	}
	return words.Notice(r.w.Say("A test is on its way to %s. The group will not see it.", to)), nil
}

func (h *reminderHandler) list(ctx context.Context, r asked) (bot.Answer, error) {
	reminders, groups, err := h.inScope(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	removed, _, err := h.removedReminders(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	byNext(reminders, groups)
	none := content.Text(r.w.T("There are no reminders here yet."))
	a, some := listed(r, r.w.T("Reminders"), own(r, "list"), reminders, none, func(rem bot.Reminder) []content.Span {
		g := groups[rem.Group]
		state, _ := h.reminderState(r, rem, g, groupZone(g))
		return words.Join(g.Name+": "+reminderLine(h.deck, r.w, rem), state)
	})
	m := &a.Message
	m.Menu = h.reminderMenu(r.w, some, groups)
	m.Actions = append(m.Actions, bot.Action{Label: r.w.T("Add a reminder"), Call: bot.NewSub("reminder", "add")})
	m.Actions = append(m.Actions, restoring(r.w, len(removed), own(r, "restore"))...)
	return a, nil
}

// foreseen are paragraphs about what people should know before they save.
func foreseen(w *words.Reader, all []error) []content.Block {
	return bot.Each(all, func(err error) content.Block { return content.Text(w.Error(err)) })
}
