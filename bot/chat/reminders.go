package chat

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// reminderAdd adds a reminder, or opens a form while something is missing.
func (b *Bot) reminderAdd(ctx context.Context, r bot.Request) (bot.Answer, error) {
	groups, err := b.groups(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	if len(groups) == 0 {
		return bot.Answer{}, bot.Wrong("There are no groups here yet. Add one with %s.", words.Command("group add"))
	}
	typed := strings.TrimSpace(r.Args["topic"]) != "" && strings.TrimSpace(r.Args["at"]) != ""
	open := !r.Submit && (!typed || r.Flow.Again)
	g, fault := b.groupOf(ctx, r)
	if _, said := bot.ForPerson(fault); fault != nil && (!said || !open && !r.Submit) {
		return bot.Answer{}, fault
	}
	w := b.in(r)
	e := editing[bot.Reminder]{
		kind: "reminder", title: w.T("Add a reminder"), call: sub("reminder", "add"),
		now:   bot.Reminder{Group: g.ID, Late: bot.DefaultLate},
		table: append(b.Changes.Reminders.Only("topic", "at"), append(changes.Table[bot.Reminder]{groupField(groups)}, b.Changes.Reminders.Only("late")...)...),
		asks:  []string{"topic", "at", "group", "late"}, asker: b.asker(r, g.Zone),
		draft: func(ctx context.Context, rem bot.Reminder) (bot.Reminder, []content.Block, error) {
			if fault != nil {
				return rem, nil, bot.About("group", fault)
			}
			rem.Group = g.ID
			return b.draftReminder(ctx, r, rem, g, true)
		},
		saved: func(ctx context.Context, rem bot.Reminder) (bot.Answer, error) { return b.addReminder(ctx, r, rem, g) },
		save:  func(context.Context, bot.Reminder) error { return nil }, // saved does: the store gives the ID
	}
	if open || r.Submit {
		return edit(ctx, b, r, e)
	}
	rem := e.now
	if err := e.table.Add(ctx, e.asker, &rem, r.Args); err != nil {
		return bot.Answer{}, err
	}
	rem.Group = g.ID
	return b.addReminder(ctx, r, rem, g)
}

// addReminder saves a new reminder and shows it, with what it posts first.
func (b *Bot) addReminder(ctx context.Context, r bot.Request, rem bot.Reminder, g bot.Group) (bot.Answer, error) {
	added, next, err := b.Changes.AddReminder(ctx, r.Actor, rem)
	if err != nil {
		return bot.Answer{}, err
	}
	w := b.in(r)
	a, err := b.reminderCard(r, added, g, next, w.T("The reminder was added."))
	if err != nil {
		return bot.Answer{}, err
	}
	a.Message.Actions = append([]bot.Action{{Label: w.T("Undo"), Call: sub("reminder", "remove", "id", added.ID)}}, a.Message.Actions...)
	a.Message.Blocks = slices.Concat(a.Message.Blocks, b.twin(ctx, added, w), b.preview(added, g, w))
	return a, nil
}

// draftReminder says what is wrong with a reminder, or shows when it would come; with
// words, also what it would post first.
func (b *Bot) draftReminder(ctx context.Context, r bot.Request, rem bot.Reminder, g bot.Group, shown bool) (bot.Reminder, []content.Block, error) {
	rem, next, err := b.Changes.DraftReminder(rem, g)
	if err != nil {
		return rem, nil, err
	}
	calendar, err := g.Calendar()
	if err != nil {
		return rem, nil, err
	}
	w := b.in(r)
	blocks := slices.Concat(w.Times(next, calendar.Zone()), b.twin(ctx, rem, w))
	if shown {
		blocks = append(blocks, b.preview(rem, g, w)...)
	}
	return rem, blocks, nil
}

// groupField asks for the group of a new reminder, by name where all fit in a menu.
func groupField(groups []bot.Group) changes.Field[bot.Reminder] {
	return changes.Field[bot.Reminder]{
		Name: "group", Label: "Group", Needed: true, Max: 40,
		Set: func(_ context.Context, _ changes.Asker, rem *bot.Reminder, text string) error {
			rem.Group = text // the request's own group is read before: see reminderAdd
			return nil
		},
		Texts: func(_ *words.Reader, rem bot.Reminder) []string { return []string{rem.Group} },
		Choices: func(*words.Reader, bot.Reminder) []bot.Choice {
			if len(groups) > changes.MaxChoices {
				return nil
			}
			var out []bot.Choice
			for _, g := range groups {
				out = append(out, bot.Choice{Name: bot.Short(g.Name, 75), Value: g.ID})
			}
			return out
		},
	}
}

// reminderEdit changes what a reminder posts and when.
func (b *Bot) reminderEdit(ctx context.Context, r bot.Request) (bot.Answer, error) {
	was, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	w := b.in(r)
	var next []scheduler.Occurrence
	return edit(ctx, b, r, editing[bot.Reminder]{
		kind: "reminder", id: was.ID, title: w.T("Edit the reminder"), call: sub("reminder", "edit", "id", was.ID), version: was.Version,
		now: was, table: b.Changes.Reminders, asks: []string{"topic", "at", "late"}, asker: b.asker(r, g.Zone),
		draft: func(ctx context.Context, rem bot.Reminder) (bot.Reminder, []content.Block, error) {
			return b.draftReminder(ctx, r, rem, g, false)
		},
		save: func(ctx context.Context, rem bot.Reminder) (err error) {
			_, next, err = b.Changes.SetReminder(ctx, r.Actor, rem)
			return err
		},
		saved: func(ctx context.Context, rem bot.Reminder) (bot.Answer, error) {
			said := b.Changes.Reminders.Compare(w, was, rem).Say(w, w.T("The reminder was updated."))
			a, err := b.reminderCard(r, rem, g, next, said)
			a.Message.Blocks = append(a.Message.Blocks, b.twin(ctx, rem, w)...)
			return a, err
		},
		retry: b.reminderEdit,
	})
}

// twin says that the group has the same reminder already, or nothing.
func (b *Bot) twin(ctx context.Context, r bot.Reminder, w *words.Reader) []content.Block {
	other, ok := b.Changes.Twin(ctx, r)
	if !ok {
		return nil
	}
	return []content.Block{content.Text(w.T("The group already has this reminder (%s). Both will be posted.", other.ID))}
}

// preview is the first card that a reminder posts.
func (b *Bot) preview(r bot.Reminder, g bot.Group, w *words.Reader) []content.Block {
	id, _ := b.deck.Choose(r.Topic, g, nil, b.deck.Signed(), b.now())
	c, ok := b.library.Card(id, cmp.Or(g.Langs...))
	if !ok {
		return nil
	}
	heading := content.Block{Kind: content.Heading, Items: [][]content.Span{{{Text: w.T("Preview: %s", c.Title)}}}}
	blocks := append([]content.Block{heading}, cardBlocks(c)...)
	if !b.deck.AnyApproved(id, g) {
		blocks = append(blocks, content.Text(w.T("A clinician has not approved these words yet. Until someone does, this reminder is not posted, and its history says why.")))
	}
	return blocks
}

// reminderCard shows one reminder with its next times and what can be done.
func (b *Bot) reminderCard(r bot.Request, rem bot.Reminder, g bot.Group, next []scheduler.Occurrence, said string) (bot.Answer, error) {
	calendar, err := g.Calendar()
	if err != nil {
		return bot.Answer{}, err
	}
	w, lang := b.in(r), b.lang(r.Lang)
	m := bot.Message{Title: b.deck.TopicTitle(rem.Topic, lang)}
	if said != "" {
		m.Blocks = append(m.Blocks, content.Text(said))
	}
	m.Blocks = append(m.Blocks, content.Text(fmt.Sprintf("%s, %s (%s)", g.Name, words.Describe(rem.Rule, lang), rem.ID)))
	rest := w.Resting(later(rem.Paused, g.Paused), b.now(), calendar.Zone())
	if line := b.fault(r, rem, g); line != "" {
		m.Blocks = append(m.Blocks, content.Text(line))
	}
	if rest != nil {
		m.Blocks = append(m.Blocks, words.Paragraph(rest))
	}
	if !later(rem.Paused, g.Paused).Equal(bot.Forever) {
		m.Blocks = append(m.Blocks, w.Times(next, calendar.Zone())...)
	}
	if rem.Paused.After(b.now()) {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Resume"), Call: sub("reminder", "resume", "id", rem.ID)})
	} else {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Pause"), Call: sub("reminder", "pause", "id", rem.ID)})
	}
	if b.testPlace(g, r.Platform) != (bot.Place{}) {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Test"), Call: sub("reminder", "test", "id", rem.ID)})
	}
	return bot.Answer{Message: m, Update: true}, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (b *Bot) reminderShow(ctx context.Context, r bot.Request) (bot.Answer, error) {
	return b.showReminder(ctx, r, "")
}

func (b *Bot) showReminder(ctx context.Context, r bot.Request, said string) (bot.Answer, error) {
	rem, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	next, err := b.Changes.Upcoming(rem, g, changes.ShownNext)
	if err != nil {
		rem.Fault = err.Error()
	}
	w := b.in(r)
	a, err := b.reminderCard(r, rem, g, next, said)
	a.Message.Actions = append(a.Message.Actions,
		bot.Action{Label: w.T("Edit"), Call: sub("reminder", "edit", "id", rem.ID)},
		bot.Action{Label: w.T("History"), Call: sub("reminder", "history", "id", rem.ID)},
		bot.Action{Label: w.T("Remove"), Call: sub("reminder", "remove", "id", rem.ID)},
		bot.Action{Label: w.T("Back"), Call: sub("reminder", "list", "group", g.ID)})
	return a, err
}

func (b *Bot) reminderPause(ctx context.Context, r bot.Request) (bot.Answer, error) {
	_, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	until, err := changes.ParsePause(r.Args["until"], g.Zone)
	if err != nil {
		return bot.Answer{}, err
	}
	return b.pauseReminder(ctx, r, g, until)
}

func (b *Bot) reminderResume(ctx context.Context, r bot.Request) (bot.Answer, error) {
	_, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	return b.pauseReminder(ctx, r, g, time.Time{})
}

func (b *Bot) pauseReminder(ctx context.Context, r bot.Request, g bot.Group, until time.Time) (bot.Answer, error) {
	rem, next, err := b.Changes.PauseReminder(ctx, r.Actor, strings.TrimSpace(r.Args["id"]), until)
	if err != nil {
		return bot.Answer{}, err
	}
	said := ""
	if until.IsZero() {
		said = b.in(r).T("The reminder is active again.")
	}
	return b.reminderCard(r, rem, g, next, said)
}

func (b *Bot) reminderRemove(ctx context.Context, r bot.Request) (bot.Answer, error) {
	rem, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	if err := b.Changes.RemoveReminder(ctx, r.Actor, rem.ID); err != nil {
		return bot.Answer{}, err
	}
	w := b.in(r)
	a := b.say(r, w.T("The reminder %s for %s was removed. %s", words.Describe(rem.Rule, b.lang(r.Lang)), g.Name, w.Kept(b.keep)))
	a.Message.Actions = []bot.Action{{Label: w.T("Undo"), Call: sub("reminder", "restore", "id", rem.ID)}}
	a.Update = true
	return a, nil
}

func (b *Bot) reminderTest(ctx context.Context, r bot.Request) (bot.Answer, error) {
	if _, _, err := b.reminderOf(ctx, r); err != nil {
		return bot.Answer{}, err
	}
	to, err := b.TestReminder(ctx, r.Actor, strings.TrimSpace(r.Args["id"]), r.Platform)
	if err != nil {
		return bot.Answer{}, err
	}
	return b.say(r, b.in(r).T("A test is on its way to %s. The group will not see it.", to)), nil
}

func (b *Bot) reminderList(ctx context.Context, r bot.Request) (bot.Answer, error) {
	reminders, groups, err := b.inScope(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	w, lang := b.in(r), b.lang(r.Lang)
	m := bot.Message{Title: w.T("Reminders")}
	some, beside := onPage(r, w, own(r, "list"), reminders)
	removed, _, err := b.removedReminders(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	m.Actions = append(beside, bot.Action{Label: w.T("Add a reminder"), Call: sub("reminder", "add")})
	m.Actions = append(m.Actions, restoring(w, len(removed), own(r, "restore"))...)
	if len(reminders) == 0 {
		m.Blocks = []content.Block{content.Text(w.T("There are no reminders here yet."))}
		return bot.Answer{Message: m, Update: true}, nil
	}
	m.Menu = &bot.Menu{Label: w.T("Choose a reminder")}
	var lines [][]content.Span
	for _, rem := range some {
		g := groups[rem.Group]
		calendar, err := g.Calendar()
		if err != nil {
			return bot.Answer{}, err
		}
		name := b.deck.TopicTitle(rem.Topic, lang) + ", " + words.Describe(rem.Rule, lang)
		state := w.Resting(later(rem.Paused, g.Paused), b.now(), calendar.Zone())
		if state == nil && !rem.Next.At.IsZero() {
			state = w.Say("Next: %s", w.Moment(rem.Next.At, calendar.Zone()))
		}
		if fault := b.fault(r, rem, g); fault != "" {
			state = words.Join(fault)
		}
		lines = append(lines, words.Join(fmt.Sprintf("%s: %s. %s. ", g.Name, name, rem.ID), state))
		m.Menu.Options = append(m.Menu.Options, bot.Action{Label: bot.Short(name, 75), Hint: bot.Short(g.Name, 100), Call: sub("reminder", "show", "id", rem.ID)})
	}
	m.Blocks = []content.Block{words.Bullets(lines...)}
	return bot.Answer{Message: m, Update: true}, nil
}
