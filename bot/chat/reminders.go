package chat

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// reminderAdd adds a reminder, or opens a form while something is missing.
func (b *Bot) reminderAdd(ctx context.Context, r bot.Request) (bot.Answer, error) {
	if !r.Submit && (r.Args["again"] != "" || strings.TrimSpace(r.Args["topic"]) == "" || strings.TrimSpace(r.Args["at"]) == "") {
		f, err := b.reminderForm(ctx, r, nil)
		return bot.Answer{Form: f}, err
	}
	if r.Submit && r.Preview {
		if a, ok := b.reminderPreview(ctx, r); ok {
			return a, nil
		}
	}
	added, next, err := b.addReminder(ctx, r)
	if err != nil {
		f, fault := b.reminderForm(ctx, r, err)
		if fault != nil {
			return bot.Answer{}, fault
		}
		return b.again(r, f, err)
	}
	g, err := b.store.Group(ctx, added.Group)
	if err != nil {
		return bot.Answer{}, noGroup(added.Group, err)
	}
	w := b.in(r)
	a, err := b.reminderCard(r, added, g, next, w.T("The reminder is added."))
	if err != nil {
		return bot.Answer{}, err
	}
	a.Message.Actions = append([]bot.Action{{Label: w.T("Undo"), Call: sub("reminder", "remove", "id", added.ID)}}, a.Message.Actions...)
	a.Message.Blocks = slices.Concat(a.Message.Blocks, b.twin(ctx, added, w), b.preview(added, g, w))
	return a, nil
}

// twin says that the group has the same reminder already, or nothing.
func (b *Bot) twin(ctx context.Context, r bot.Reminder, w *words.Reader) []content.Block {
	all, err := b.store.Reminders(ctx, r.Group)
	i := slices.IndexFunc(all, func(other bot.Reminder) bool {
		return other.ID != r.ID && other.Topic == r.Topic && words.Describe(other.Rule, "en") == words.Describe(r.Rule, "en")
	})
	if err != nil || i < 0 {
		return nil
	}
	return []content.Block{content.Text(w.T("The group has the same reminder already (%s): each of them is posted.", all[i].ID))}
}

// asked is the reminder that a request describes, and its group.
func (b *Bot) asked(ctx context.Context, r bot.Request) (bot.Reminder, bot.Group, error) {
	g, err := b.groupOf(ctx, r)
	if err != nil {
		return bot.Reminder{}, g, err
	}
	late, err := ParseLate(r.Args["late"])
	if err != nil {
		return bot.Reminder{}, g, err
	}
	rule, err := b.typedRule(r, g, r.Args["at"])
	return bot.Reminder{Group: g.ID, Topic: b.topicNamed(r.Args["topic"], b.lang(r.Lang)), Rule: rule, Late: late}, g, err
}

func (b *Bot) addReminder(ctx context.Context, r bot.Request) (bot.Reminder, []scheduler.Occurrence, error) {
	rem, _, err := b.asked(ctx, r)
	if err != nil {
		return bot.Reminder{}, nil, err
	}
	return b.AddReminder(ctx, r.Actor, rem)
}

// reminderPreview shows when a new reminder would come and what it would post.
// What is wrong with it shows when it is saved.
func (b *Bot) reminderPreview(ctx context.Context, r bot.Request) (bot.Answer, bool) {
	rem, g, err := b.asked(ctx, r)
	if err != nil {
		return bot.Answer{}, false
	}
	next, err := b.draft(rem, g)
	if err != nil {
		return bot.Answer{}, false
	}
	calendar, err := g.Calendar()
	if err != nil {
		return bot.Answer{}, false
	}
	f, err := b.reminderForm(ctx, r, nil)
	if err != nil {
		return bot.Answer{}, false
	}
	w := b.in(r)
	return b.previewed(r, f, slices.Concat(w.Times(next, calendar.Zone()), b.twin(ctx, rem, w), b.preview(rem, g, w)))
}

// preview is the first card that a reminder posts.
func (b *Bot) preview(r bot.Reminder, g bot.Group, w *words.Reader) []content.Block {
	id, _ := b.choose(r.Topic, g, nil, *b.signed.Load(), b.now())
	c, ok := b.library.Card(id, cmp.Or(g.Langs...))
	if !ok {
		return nil
	}
	heading := content.Block{Kind: content.Heading, Items: [][]content.Span{{{Text: w.T("Preview: %s", c.Title)}}}}
	blocks := append([]content.Block{heading}, cardBlocks(c)...)
	if !b.AnyApproved(id, g) {
		blocks = append(blocks, content.Text(w.T("A clinician has not approved these words yet. Until then the reminder is skipped on record.")))
	}
	return blocks
}

func (b *Bot) reminderForm(ctx context.Context, r bot.Request, err error) (*bot.Form, error) {
	groups, fault := b.groups(ctx, r)
	if fault != nil {
		return nil, fault
	}
	w := b.in(r)
	err = b.in(r).Told(err)
	if len(groups) == 0 {
		return nil, bot.Wrong("There are no groups here yet. Add one with %s.", words.Command("group add"))
	}
	group := bot.Field{Name: "group", Label: w.T("Group"), Required: true, Max: 40}
	if here, err := b.groupHere(ctx, r); err == nil && reaches(r, here) {
		group.Value = here.ID
	}
	if len(groups) <= maxPick {
		for _, g := range groups {
			group.Choices = append(group.Choices, bot.Choice{Name: short(g.Name, 75), Value: g.ID})
		}
	}
	f := &bot.Form{Title: w.T("Add a reminder"), Call: sub("reminder", "add"), Submit: w.T("Save")}
	if r.Preview {
		f.Submit = w.T("Preview")
	}
	for _, field := range []bot.Field{
		b.topicField(r, ""),
		{Name: "at", Label: w.T("When"), Hint: w.T("every Monday at 9:00"), Required: true},
		group,
		{Name: "late", Label: w.T("How late it may be"), Value: "2h", Max: 10},
	} {
		f.Fields = append(f.Fields, b.filled(field, r, err))
	}
	return placeError(f, err), nil
}

// topicField asks what a reminder posts: one of the topics, or several joined by +.
func (b *Bot) topicField(r bot.Request, now string) bot.Field {
	f := bot.Field{Name: "topic", Label: b.in(r).T("What"), Hint: "confidentiality", Value: now, Required: true, Max: 100}
	all := b.topicChoices(b.lang(r.Lang), true)
	given := cmp.Or(r.Args["topic"], now)
	if known := slices.ContainsFunc(all, func(c bot.Choice) bool { return c.Value == given }); len(all) <= maxPick && (known || given == "") {
		f.Choices = all
	}
	return f
}

// topicNamed is the topic that a person names: by its ID, or as it is shown to readers
// of any language; a rotation also without "in turn". Several are joined by +.
func (b *Bot) topicNamed(text, lang string) string {
	text = strings.TrimSpace(text)
	if _, ok := b.library.Topic(text); ok {
		return text
	}
	named := func(text string) string {
		for _, l := range append([]string{lang}, b.library.Langs()...) {
			l = b.lang(l)
			for _, c := range b.topicChoices(l, true) {
				name := words.Fold(text)
				if name == words.Fold(c.Name) {
					return c.Value
				}
				if _, card := b.library.Card(c.Value, l); card {
					continue
				}
				if rotation, _, _ := strings.Cut(b.topicTitle(c.Value, l), ","); name == words.Fold(rotation) { // "Agreements, in turn"
					return c.Value
				}
			}
		}
		return strings.TrimSpace(text)
	}
	if whole := named(text); whole != text {
		return whole
	}
	several := strings.Split(text, "+")
	for i, part := range several {
		several[i] = named(part)
	}
	return strings.Join(several, "+")
}

// reminderCard shows one reminder with its next times and what can be done.
func (b *Bot) reminderCard(r bot.Request, rem bot.Reminder, g bot.Group, next []scheduler.Occurrence, said string) (bot.Answer, error) {
	calendar, err := g.Calendar()
	if err != nil {
		return bot.Answer{}, err
	}
	w, lang := b.in(r), b.lang(r.Lang)
	m := bot.Message{Title: b.topicTitle(rem.Topic, lang)}
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

// reminderLines are what a reminder is, one thing a line.
func (b *Bot) reminderLines(r bot.Request, rem bot.Reminder) []string {
	w, lang := b.in(r), b.lang(r.Lang)
	return []string{w.T("What") + ": " + b.topicTitle(rem.Topic, lang), w.T("When") + ": " + words.Describe(rem.Rule, lang), w.T("How late it may be") + ": " + w.Length(rem.Late)}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// topicTitle is how people read a topic.
func (b *Bot) topicTitle(topic, lang string) string {
	if title := b.books.Reader(lang, "").Rotation(topic); title != "" {
		return title
	}
	if c, ok := b.library.Card(topic, lang); ok {
		return c.Title
	}
	return topic // several, joined by "+"
}

func (b *Bot) reminderShow(ctx context.Context, r bot.Request) (bot.Answer, error) {
	return b.reminderShown(ctx, r, "")
}

func (b *Bot) reminderShown(ctx context.Context, r bot.Request, said string) (bot.Answer, error) {
	rem, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	next, err := b.Upcoming(rem, g, shownNext)
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
	until, err := ParsePause(r.Args["until"], g.Zone)
	if err != nil {
		return bot.Answer{}, err
	}
	return b.reminderRests(ctx, r, g, until)
}

func (b *Bot) reminderResume(ctx context.Context, r bot.Request) (bot.Answer, error) {
	_, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	return b.reminderRests(ctx, r, g, time.Time{})
}

func (b *Bot) reminderRests(ctx context.Context, r bot.Request, g bot.Group, until time.Time) (bot.Answer, error) {
	rem, next, err := b.PauseReminder(ctx, r.Actor, strings.TrimSpace(r.Args["id"]), until)
	if err != nil {
		return bot.Answer{}, err
	}
	said := ""
	if until.IsZero() {
		said = b.in(r).T("The reminder is posted again.")
	}
	return b.reminderCard(r, rem, g, next, said)
}

func (b *Bot) reminderRemove(ctx context.Context, r bot.Request) (bot.Answer, error) {
	rem, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	if err := b.RemoveReminder(ctx, r.Actor, rem.ID); err != nil {
		return bot.Answer{}, err
	}
	w := b.in(r)
	a := b.say(r, w.T("The reminder %s for %s is removed. %s", words.Describe(rem.Rule, b.lang(r.Lang)), g.Name, w.Kept(b.keep)))
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
	return b.say(r, b.in(r).T("A test goes to %s. The group does not see it.", to)), nil
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
		name := b.topicTitle(rem.Topic, lang) + ", " + words.Describe(rem.Rule, lang)
		state := w.Resting(later(rem.Paused, g.Paused), b.now(), calendar.Zone())
		if state == nil && !rem.Next.At.IsZero() {
			state = w.Say("Next: %s", w.Moment(rem.Next.At, calendar.Zone()))
		}
		if fault := b.fault(r, rem, g); fault != "" {
			state = words.Join(fault)
		}
		lines = append(lines, words.Join(fmt.Sprintf("%s: %s. %s. ", g.Name, name, rem.ID), state))
		m.Menu.Options = append(m.Menu.Options, bot.Action{Label: short(name, 75), Hint: short(g.Name, 100), Call: sub("reminder", "show", "id", rem.ID)})
	}
	m.Blocks = []content.Block{words.Bullets(lines...)}
	return bot.Answer{Message: m, Update: true}, nil
}
