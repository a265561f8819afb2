package chat

import (
	"context"
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

// If a command leaves something out, the answer offers what there is to choose from.

// pick offers the cards that can be posted: the lists and the cards that are in no list, or,
// once a list is chosen, its cards.
func (h *shareHandler) pick(r asked) bot.Answer {
	lang := r.w.Lang()
	list := r.Args["list"]
	m := bot.Message{Title: r.w.T("Share a card"), Menu: &bot.Menu{Label: r.w.T("Choose a card")}}
	offer := func(c content.Card) {
		if _, ok := h.deck.Library().Topic(c.ID); ok {
			m.Menu.Options = append(m.Menu.Options, bot.Action{Label: bot.Short(c.Title, 75), Call: sharing(r, "card", c.ID)})
		}
	}
	if l, ok := cards.ListNamed(list); ok {
		own := sharing(r, "list", list)
		all := h.deck.Library().Cards(l.Kind, lang)
		some, beside := cards.OnPage(r.w, own, r.Flow.Page, cards.MaxMenu, all)
		for _, c := range some {
			offer(c)
		}
		m.Title = words.List(r.w, list).Title
		m.Actions = append(beside, bot.Action{Label: r.w.T("Back"), Call: sharing(r)})
	} else {
		for _, l := range cards.Lists() {
			title := words.List(r.w, l.Name).Title
			if len(h.deck.Library().Cards(l.Kind, lang)) > 0 {
				m.Menu.Options = append(m.Menu.Options, bot.Action{Label: bot.Short(title+"…", 75), Call: sharing(r, "list", l.Name)})
			}
		}
		for _, kind := range content.Kinds() {
			if cards.ListOf(kind) != "" || kind == content.Session {
				continue
			}
			for _, c := range h.deck.Library().Cards(kind, lang) {
				offer(c)
			}
		}
		m.Menu.Options = m.Menu.Options[:min(len(m.Menu.Options), cards.MaxMenu)]
	}
	m.Blocks = []content.Block{content.Text(r.w.T("Which card? You see it first. Nothing is posted until you say so."))}
	return bot.Answer{Message: m, Update: true}
}

// sharing is a call of /share for the place that the request names. It leaves the place out if
// the call would be too long for a button; the place of a link is written shorter.
func sharing(r asked, args ...string) bot.Call {
	c, place := bot.NewCall("share", args...), r.Args["place"]
	if linked, err := bot.TypedPlace(place); err == nil {
		place = linked.String()
	}
	if to := c.With("place", place); place != "" && to.Encode() != "" {
		return to
	}
	return c
}

// pause pauses a group until a day. It asks for the group if none is named and the channel has
// none, and for how long.
func (h *groupHandler) pause(ctx context.Context, r asked) (bot.Answer, error) {
	g, err := h.groupOf(ctx, r)
	if strings.TrimSpace(r.Args["group"]) == "" && bot.FieldOf(err) == "group" {
		if groups, no := h.groups(ctx, r); no == nil && len(groups) > 0 {
			return h.pickGroup(r, groups), nil
		}
	}
	if bot.FieldOf(err) == "group" {
		return h.lengthTyped(ctx, r, err)
	}
	if err != nil {
		return bot.Answer{}, err
	}
	return h.pausing(r, g, func() bot.Answer { return h.pickLength(r, g) }, func(until time.Time) (bot.Answer, error) { return h.rest(ctx, r, g, until) })
}

// pausing reads until when somebody pauses a group or one of its reminders; rest pauses it, or ends its
// pause for the zero time. If nothing is written, pick asks for how long.
func (k *kit) pausing(r asked, g bot.Group, pick func() bot.Answer, rest func(until time.Time) (bot.Answer, error)) (bot.Answer, error) {
	text := strings.TrimSpace(r.Args["until"])
	if text == "" {
		return pick(), nil
	}
	until, err := k.asker(r, g).Pause(text, g)
	if err != nil {
		return bot.Answer{}, err
	}
	return rest(until)
}

// resume ends a group's pause.
func (h *groupHandler) resume(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	return h.rest(ctx, r, g, time.Time{})
}

// rest pauses a group until a moment, or ends its pause for the zero time.
func (h *groupHandler) rest(ctx context.Context, r asked, g bot.Group, until time.Time) (bot.Answer, error) {
	said := r.w.Say("Posts to this group have resumed.")
	if until.IsZero() && !g.Paused.After(h.now()) {
		return h.showNow(ctx, r, g.ID, r.w.Say("This group is not paused."))
	}
	if err := h.Changes.Groups.Pause(ctx, r.Actor, g.ID, until); err != nil {
		return bot.Answer{}, err
	}
	undo := h.pausedBefore(r.w, g.Paused, until, g, bot.NewSub("group", "pause", "group", g.ID))
	if g.Paused = until; !until.IsZero() { // the group's card says until when
		said = h.lost(ctx, r, g)
	}
	return h.showNow(ctx, r, g.ID, said, undo...)
}

// lost names the reminders of a group that have no date after its pause.
func (h *groupHandler) lost(ctx context.Context, r asked, g bot.Group) []content.Span {
	all, _ := h.store.Reminders(ctx, g.ID) // after an error only these sentences are missing
	var lost []string
	for _, rem := range all {
		if bot.LostToPause(rem, g, h.now()) {
			lost = append(lost, h.reminderName(r.w, rem))
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return words.Join(r.w.N(len(lost), "This reminder has no date after the pause, so it is not posted: %s.", "These reminders have no date after the pause, so they are not posted: %s.", strings.Join(lost, "; ")))
}

// pausedBefore is the button that gives a pause which was changed or ended its former end again;
// pause is the call that pauses. There is none if there was no pause, as the card has a button for that,
// or if nothing changed, as after a second press.
func (k *kit) pausedBefore(w *words.Reader, was, now time.Time, g bot.Group, pause bot.Call) []bot.Action {
	if !was.After(k.now()) || was.Equal(now) {
		return nil
	}
	until := "no end"
	if !was.Equal(bot.Forever) {
		until = was.In(groupZone(g)).Format(time.DateOnly) // a pause ends when a day begins
	}
	return []bot.Action{{Label: w.T("Undo"), Call: pause.With("until", until)}}
}

// lengthTyped answers "/group pause 2 weeks" and "/group pause Evening circle 2 weeks", in which all
// was read as the name of a group, because the first words without a name are the group. If the
// text, or what follows a group's name, says how long to pause, it asks whether that group is meant:
// the text may also be the name of a group, such as a weekday. If the name is short or has a typing
// mistake, the error's buttons pause the groups that may be meant for that long. If the text is
// nothing like that, or nearly names a group that the asker may change, the error is unknown.
func (h *groupHandler) lengthTyped(ctx context.Context, r asked, unknown error) (bot.Answer, error) {
	groups, err := h.groups(ctx, r)
	if err != nil || strings.TrimSpace(r.Args["until"]) != "" {
		return bot.Answer{}, unknown
	}
	typed := strings.Fields(r.Args["group"])
	for at := len(typed) - 1; at >= 0; at-- {
		name, length := strings.Join(typed[:at], " "), strings.Join(typed[at:], " ")
		if name == "" && len(words.Nearest(length, groups, changes.NamesOf)) > 0 {
			continue
		}
		apart := r
		apart.Call = r.With("group", name)
		g, err := h.groupOf(ctx, apart)
		near := words.Nearest(name, groups, changes.NamesOf)
		switch {
		case err == nil:
			if a, err := h.askLength(ctx, apart, g, length); err == nil {
				return a, nil
			}
		case name == "" && len(groups) > 0: // the asker's channel has no group
			if _, err := h.asker(r, groups[0]).PauseAlone(length, groups[0]); err == nil {
				apart.Call = apart.With("until", length)
				return h.pickGroup(apart, groups), nil
			}
		case len(near) > 0:
			_, err := h.asker(r, near[0]).PauseAlone(length, near[0])
			if err == nil {
				apart.Call = apart.With("until", length)
			}
			if err == nil || len(scheduler.OffersOf(err)) > 0 { // next week: a press asks for how long
				_, unknown = h.groupNamed(ctx, apart, name)
			}
		}
	}
	return bot.Answer{}, unknown
}

// askLength asks whether a group is to be paused, or its pause is to end, as length says, or which
// of two days is meant. It returns an error if length says nothing like that.
func (h *groupHandler) askLength(ctx context.Context, r asked, g bot.Group, length string) (bot.Answer, error) {
	pause := bot.NewSub("group", "pause", "group", g.ID)
	until, wrong := h.asker(r, g).PauseAlone(length, g)
	meant := scheduler.OffersOf(wrong)
	switch {
	case len(meant) > 0 || words.IsNone(r.w, length): // next week
		a := words.Notice(words.Join(r.w.Error(wrong)))
		for _, day := range meant {
			a.Message.Actions = append(a.Message.Actions, bot.Action{Label: bot.Short(day, 75), Call: pause.With("until", day)})
		}
		return a, nil
	case wrong != nil:
		return bot.Answer{}, wrong
	case until.IsZero() && !g.Paused.After(h.now()):
		return h.resume(ctx, r, g) // says that it is not paused
	}
	all := bot.Short(strings.TrimSpace(r.Args["group"]+" "+length), 40)
	said := r.w.Say("No group is called %q here. Did you mean to pause %s until %s?", all, g.Name, r.w.Moment(until, groupZone(g)))
	press := bot.Action{Label: r.w.T("Pause"), Call: pause.With("until", length)}
	switch {
	case until.IsZero():
		said = r.w.Say("No group is called %q here. Did you mean to end the pause of %s?", all, g.Name)
		press = bot.Action{Label: r.w.T("Resume"), Call: bot.NewSub("group", "resume", "group", g.ID)}
	case until.Equal(bot.Forever):
		said = r.w.Say("No group is called %q here. Did you mean to pause %s until it is resumed?", all, g.Name)
	}
	a := words.Notice(said)
	a.Message.Actions = []bot.Action{press}
	return a, nil
}

// pickGroup asks which group to pause.
func (h *groupHandler) pickGroup(r asked, groups []bot.Group) bot.Answer {
	slices.SortStableFunc(groups, byName)
	some, beside := cards.OnPage(r.w, bot.NewSub("group", "pause"), r.Flow.Page, perPage, groups)
	m := bot.Message{Title: r.w.T("Pause"), Blocks: []content.Block{content.Text(r.w.T("Which group?"))}, Actions: beside}
	m.Menu = groupMenu(r.w, some, bot.NewSub("group", "pause", "until", r.Args["until"]))
	return bot.Answer{Message: m, Update: true}
}

// pickLength asks for how long a group is to be paused.
func (h *groupHandler) pickLength(r asked, g bot.Group) bot.Answer {
	said := append(resting(r.w, g.Paused, h.now(), g),
		content.Text(r.w.T("For how long do you want to pause this group?")),
		words.Paragraph(r.w.Say("For another day, write it after %s, such as: until December 24.", words.Command("group pause"))))
	return pickLength(r.w, g.Name, said, bot.NewSub("group", "pause", "group", g.ID), bot.NewSub("group", "show", "group", g.ID))
}

// pickLength asks for how long a reminder is to be paused.
func (h *reminderHandler) pickLength(r asked, rem bot.Reminder, g bot.Group) bot.Answer {
	said := slices.Concat([]content.Block{content.Text(g.Name + ", " + words.SayRule(r.w, rem.Rule))}, resting(r.w, rem.Paused, h.now(), g), []content.Block{
		content.Text(r.w.T("For how long do you want to pause this reminder?")),
		words.Paragraph(r.w.Say("For another day, write it after %s, such as: %s until December 24.", words.Command("reminder pause"), rem.ID)),
	})
	return pickLength(r.w, h.deck.TopicTitle(rem.Topic, r.w.Lang()), said, bot.NewSub("reminder", "pause", "id", rem.ID), bot.NewSub("reminder", "show", "id", rem.ID))
}

// resting says until when a group or a reminder is paused already; nothing if it is not.
func resting(w *words.Reader, until, now time.Time, g bot.Group) []content.Block {
	if rest := w.Resting(until, now, groupZone(g)); rest != nil {
		return []content.Block{words.Paragraph(rest)}
	}
	return nil
}

// pickLength has buttons for how long something is to be paused; pause is the call that pauses it,
// and back leads to it.
func pickLength(w *words.Reader, title string, said []content.Block, pause, back bot.Call) bot.Answer {
	m := bot.Message{Title: title, Blocks: said}
	for _, l := range []struct{ label, until string }{
		{w.T("1 week"), "1 week"}, {w.T("2 weeks"), "2 weeks"}, {w.T("4 weeks"), "4 weeks"}, {w.T("Until it is resumed"), "no end"},
	} {
		m.Actions = append(m.Actions, bot.Action{Label: l.label, Call: pause.With("until", l.until)})
	}
	m.Actions = append(m.Actions, bot.Action{Label: w.T("Back"), Call: back})
	return bot.Answer{Message: m, Update: true}
}
