package chat

import (
	"context"
	"errors"
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

// groupHandler answers /group.
type groupHandler struct{ *kit }

// The fields of a group's two forms. A form may have five fields, and both have five: any other
// field can only be set by /group set and on the command line.
func basics() []string   { return []string{"name", "zone", "quiet", "langs", "moderators"} }
func meetings() []string { return []string{"place", "facilitators", "session", "skip", "view"} }

// newGroupTable has the fields of a new group: the group's fields, and its ID.
func (k *kit) newGroupTable() changes.Table[bot.Group] {
	return append(changes.Table[bot.Group]{changes.GroupID()}, k.Changes.Groups.Fields...)
}

// add adds a group to the place asked from, or opens a form while something is
// missing.
func (h *groupHandler) add(ctx context.Context, r asked) (bot.Answer, error) {
	if !r.Submit && !r.Flow.Again {
		if a, taken, err := h.hasGroup(ctx, r); taken || err != nil {
			return a, err
		}
	}
	if name, session := h.Changes.Groups.Apart(h.asker(r, bot.Group{}), r.Args["name"]); session != "" && r.Args["session"] == "" && !r.Submit {
		r.Call = r.With("name", name).With("session", session)
	}
	e, carried := h.newGroup(ctx, r)
	typed := strings.TrimSpace(r.Args["group"]+r.Args["name"]) != "" && strings.TrimSpace(r.Args["zone"]) != ""
	switch {
	case r.Submit || r.Flow.Again:
		return edit(ctx, h.kit, r, e)
	case !typed: // the form opens; check now the values that it carries but does not ask for
		g, table := e.now, e.table.Only(carried...)
		err := table.Add(ctx, e.asker, &g, r.Args)
		if err == nil {
			err = table.Check(g)
		}
		if err != nil {
			return bot.Answer{}, err
		}
		return edit(ctx, h.kit, r, e)
	}
	g := bot.Group{}
	if err := e.table.Add(ctx, e.asker, &g, r.Args); err != nil {
		return bot.Answer{}, err
	}
	g, _, err := e.draft(ctx, g)
	if err != nil {
		return bot.Answer{}, err
	}
	return e.save(ctx, g)
}

// hasGroup answers a request to add a group to a channel that has one; taken says that it has.
func (h *groupHandler) hasGroup(ctx context.Context, r asked) (a bot.Answer, taken bool, err error) {
	if strings.TrimSpace(r.Args["place"]) != "" {
		return a, false, nil
	}
	g, err := h.store.GroupAt(ctx, r.Place)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return a, false, nil
	case err != nil || !reaches(r, g): // saving checks the place again
		return a, false, err
	}
	m := bot.Message{Blocks: []content.Block{content.Text(r.w.T("This channel already belongs to the group %s, and a channel has one group.", g.Name))}}
	m.Actions = []bot.Action{{Label: r.w.T("Edit"), Call: bot.NewSub("group", "edit", "group", g.ID)}, {Label: r.w.T("Back"), Call: bot.NewSub("group", "list")}}
	return bot.Answer{Message: m}, true, nil
}

// newGroup is the form for a new group. The form has too few fields, so it does not ask for the
// arguments named carried: the form's call carries their values from the command.
func (h *groupHandler) newGroup(ctx context.Context, r asked) (e editing[bot.Group], carried []string) {
	asks, carried := []string{"name", "group", "zone", "quiet", "langs"}, []string{"session", "place"}
	if _, meets := r.Args["session"]; meets {
		asks[1], carried[0] = carried[0], asks[1]
	}
	if r.Place.Channel == "" || r.Place == h.staff { // this cannot be the group's channel: ask for it instead of the languages
		asks[4], carried[1] = carried[1], asks[4]
	}
	e = editing[bot.Group]{
		kind: "group", title: r.w.T("Add a group"), call: bot.NewSub("group", "add"),
		now:   bot.Group{Zone: h.guessedZone(ctx, r), Quiet: changes.DefaultQuiet, Langs: []string{r.w.Lang()}},
		table: h.newGroupTable(), asks: asks, asker: h.asker(r, bot.Group{}),
		save: func(ctx context.Context, g bot.Group) (bot.Answer, error) {
			if err := h.save(ctx, r, g); err != nil {
				return bot.Answer{}, err
			}
			undo := bot.Action{Label: r.w.T("Undo"), Call: bot.NewSub("group", "remove", "group", g.ID)}
			reminder := bot.Action{Label: r.w.T("Add a reminder"), Call: bot.NewSub("reminder", "add", "group", g.ID), Style: bot.Primary}
			a, err := h.showNow(ctx, r, g.ID, r.w.Say("The group was added."), reminder, undo)
			if err == nil {
				a = h.warned(ctx, r.w, g, a)
			}
			return a, err
		},
	}
	carried = slices.DeleteFunc(carried, func(name string) bool { return r.Args[name] == "" })
	for _, name := range carried {
		e.call = e.call.With(name, r.Args[name])
	}
	if strings.TrimSpace(r.Args["group"]) == "" { // else the group can do without a name
		name := slices.IndexFunc(e.table, func(f changes.Field[bot.Group]) bool { return f.Name == "name" })
		e.table[name].Needed = true
	}
	e.draft = func(ctx context.Context, g bot.Group) (bot.Group, []content.Block, error) {
		if len(g.Places) == 0 {
			if err := h.Changes.Groups.Fields.Only("place").Replace(ctx, e.asker, &g, map[string][]string{"place": {"here"}}); err != nil {
				return g, nil, err
			}
		}
		g, err := h.Changes.Groups.Named(ctx, g)
		if err == nil {
			g, err = h.Changes.Groups.DraftNew(ctx, g)
		}
		return g, []content.Block{words.Bullets(h.groupLines(r, g, nil)...)}, err
	}
	return e, carried
}

// save saves a new group. If its short name is taken, the error says what to do.
func (h *groupHandler) save(ctx context.Context, r asked, g bot.Group) error {
	err := h.Changes.Groups.Add(ctx, r.Actor, g)
	if !errors.Is(err, bot.ErrExists) {
		return err
	}
	removed, _ := h.removedGroups(ctx, r) // after an error: as if the group was not removed
	if slices.ContainsFunc(removed, func(old bot.Group) bool { return old.ID == g.ID }) {
		return bot.About("group", bot.Wrong("the group %s was removed and keeps its short name: bring it back with %s, or choose another short name", g.ID, words.Command("group restore")))
	}
	// Nobody is told that another Discord server has a group of this name.
	elsewhere := func(p bot.Place) bool { return p.Platform == r.Platform && !reachesPlace(r, p) }
	if other, fault := h.store.Group(ctx, g.ID); fault == nil && !slices.ContainsFunc(other.Places, elsewhere) {
		return err
	}
	return bot.About("group", bot.Wrong("the short name %s cannot be used: choose another one", g.ID))
}

// set changes the fields that a command names. In a field with several values it adds one; the
// argument drop removes one.
func (h *groupHandler) set(ctx context.Context, r asked, was bot.Group) (bot.Answer, error) {
	if err := h.guarded(r); err != nil {
		return bot.Answer{}, err
	}
	if r.Submit || r.Flow.Again {
		return h.change(ctx, r, was, "set", r.w.T("Change the group"), h.namedIn(r))
	}
	drop := strings.TrimSpace(r.Args["drop"])
	if drop == "" && len(h.namedIn(r)) == 0 { // the form shows what can be changed
		return h.edit(ctx, r, was)
	}
	g := was
	if err := h.Changes.Groups.Fields.Add(ctx, h.asker(r, g), &g, r.Args); err != nil {
		return bot.Answer{}, err
	}
	if drop != "" && !h.Changes.Groups.Fields.For(r.Actor).TakeAway(ctx, h.asker(r, g), &g, drop) {
		return bot.Answer{}, bot.About("drop", h.notDropped(r, g, drop))
	}
	if !reaches(r, g) {
		return bot.Answer{}, bot.About("place", lastPlace())
	}
	// A second session is confirmed in a form. With drop it is not: a form cannot show what is
	// dropped, and the person knows the group's sessions.
	if drop == "" && len(was.Sessions) > 0 && len(g.Sessions) > len(was.Sessions) {
		return h.oneMore(ctx, r, was, g, h.namedIn(r))
	}
	return h.setTo(ctx, r, was, g)
}

// notDropped says why nothing is taken away: the group has no such value. A day that lies in
// dates without a session is answered with these dates.
func (h *groupHandler) notDropped(r asked, g bot.Group, drop string) error {
	a := h.asker(r, g)
	if dates := a.SkipsWith(g, drop); len(dates) > 0 {
		return bot.Wrong("%q is part of these dates: %s. To remove them, write them as they are shown here", bot.Short(drop, 60), strings.Join(dates, "; "))
	}
	there := bot.Each(h.Changes.Groups.Fields.Only("session", "skip").Removable(a.Words, g), func(c bot.Choice) string { return c.Name })
	if len(there) == 0 {
		return bot.Wrong("the group has no channel, session or date %q", bot.Short(drop, 60))
	}
	const most = 10
	return bot.Wrong("the group has no channel, session or date %q. Its sessions and dates: %s", bot.Short(drop, 60), strings.Join(there[:min(len(there), most)], "; "))
}

// namedIn are the fields that a command names.
func (h *groupHandler) namedIn(r asked) []string {
	var out []string
	for _, f := range h.Changes.Groups.Fields {
		if _, named := r.Args[f.Name]; named {
			out = append(out, f.Name)
		}
	}
	return out
}

// oneMore asks before it adds a session to others, because the person may have meant to replace
// one. It shows a form with the fields that the command named, as they would be saved. If these
// are more than a form can have, it asks for two commands.
func (h *groupHandler) oneMore(ctx context.Context, r asked, was, g bot.Group, asks []string) (bot.Answer, error) {
	meets := bot.Each(h.Changes.Groups.Fields.Only("session").Lines(r.w, was), func(l changes.Line) []content.Span { return l.Said })
	if len(asks) > bot.MaxFields {
		return words.Notice(r.w.Say("This group already meets: %s. The new time would be added to that. Nothing is saved yet. Write the command again without the new time. Then write it with only the new time: a form shows all times before you save them.", words.Beside(meets, "; "))), nil
	}
	for _, name := range asks {
		field := h.Changes.Groups.Fields.Only(name)[0].Form(r.w, g)
		r.Call = r.With(name, field.Value)
	}
	a, err := h.change(ctx, r, was, "set", r.w.T("Change the group"), asks)
	if a.Form != nil {
		a.Form.Preview = []content.Block{words.Paragraph(r.w.Say("This group already meets: %s. The new time was added in this form. Nothing is saved yet. Delete what is no longer right, then save.", words.Beside(meets, "; ")))}
	}
	return a, err
}

func lastPlace() error {
	return bot.Wrong("This would remove the last channel that you can change. To stop posting to this group, remove the group.")
}

// renaming reads "/group rename Late circle" as the form of the group with that name in it. The group is
// the one that the text names before the new name, else this channel's.
func (k *kit) renaming(ctx context.Context, r asked) asked {
	if _, ok := words.Means(r.w, r.Sub, words.Word("rename,name")); !ok {
		return r
	}
	text, name := strings.TrimSpace(r.Args["group"]), strings.TrimSpace(r.Args["name"])
	if name == "" {
		groups, _ := k.groups(ctx, r) // after an error the text is all a name; the form's handler meets the error
		text, name = apartName(r.w, text, groups)
	}
	r.Call, r.Sub = r.With("group", text), "edit" // what else was named goes into the form, too
	if name != "" {
		r.Call = r.With("name", name)
	}
	return r
}

// apartName splits "Evening circle to Late circle" into the group that it names and a new name. group
// is empty if the text begins with the name of none.
func apartName(w *words.Reader, text string, groups []bot.Group) (group, name string) {
	typed := strings.Fields(text)
	for n := len(typed); n > 0; n-- {
		named, rest := strings.Join(typed[:n], " "), typed[n:]
		to := false
		if len(rest) > 1 {
			if to = leadsTo(w, rest[0]); to {
				rest = rest[1:]
			}
		}
		if len(called(named, groups)) > 0 || to && len(words.Nearest(named, groups, changes.NamesOf)) > 0 {
			return named, strings.Join(rest, " ")
		}
	}
	if len(typed) > 1 && leadsTo(w, typed[0]) { // "rename to Late circle"
		typed = typed[1:]
	}
	return "", strings.Join(typed, " ")
}

// leadsTo reports whether a word leads to a new value: "to", in Spanish also "a", which is an article in
// English.
func leadsTo(w *words.Reader, word string) bool {
	_, to := words.Means(w, word, words.Word("to"))
	return to && (w.Lang() != words.English || !strings.EqualFold(word, "a"))
}

func (h *groupHandler) edit(ctx context.Context, r asked, was bot.Group) (bot.Answer, error) {
	return h.change(ctx, r, was, "edit", r.w.T("Edit the group"), basics())
}

func (h *groupHandler) meetings(ctx context.Context, r asked, was bot.Group) (bot.Answer, error) {
	return h.change(ctx, r, was, "meetings", r.w.T("Channels and meetings"), meetings())
}

func (h *groupHandler) change(ctx context.Context, r asked, was bot.Group, name, title string, asks []string) (bot.Answer, error) {
	return edit(ctx, h.kit, r, editing[bot.Group]{
		kind: "group", id: was.ID, title: title, call: bot.NewSub("group", name, "group", was.ID), version: was.Version,
		now: was, table: h.Changes.Groups.Fields.Only(asks...).For(r.Actor), asks: asks, asker: h.asker(r, was),
		draft: func(ctx context.Context, g bot.Group) (bot.Group, []content.Block, error) {
			for _, p := range was.Places { // places that they may not see or change stay
				if !reachesPlace(r, p) && !slices.Contains(g.Places, p) {
					g.Places = append(slices.Clip(g.Places), p)
				}
			}
			if len(g.Places) == 0 && len(was.Places) > 0 || !reaches(r, g) {
				return g, nil, bot.About("place", lastPlace())
			}
			g, err := h.Changes.Groups.Draft(ctx, g)
			blocks := []content.Block{words.Bullets(h.groupLines(r, g, nil)...)}
			if err == nil {
				blocks = append(blocks, foreseen(r.w, h.Changes.Groups.Foresee(ctx, was, g))...)
			}
			return g, blocks, err
		},
		save: func(ctx context.Context, g bot.Group) (bot.Answer, error) { return h.setTo(ctx, r, was, g) },
		retry: h.ofGroup(func(ctx context.Context, r asked, now bot.Group) (bot.Answer, error) {
			return h.change(ctx, r, now, name, title, asks)
		}),
	})
}

func (h *groupHandler) remove(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	if err := h.Changes.Groups.Remove(ctx, r.Actor, g.ID); err != nil {
		return bot.Answer{}, err
	}
	return instead(r.w.Say("The group %s and its reminders were removed. Nothing more will be posted. %s", g.Name, r.w.Kept(h.keep)),
		bot.Action{Label: r.w.T("Undo"), Call: bot.NewSub("group", "restore", "group", g.ID)}), nil
}

func (h *groupHandler) show(ctx context.Context, r asked, g bot.Group) (bot.Answer, error) {
	return h.card(ctx, r, g, nil)
}

// setTo saves a group that was changed, and shows it with what is new.
func (h *groupHandler) setTo(ctx context.Context, r asked, was, g bot.Group) (bot.Answer, error) {
	if err := h.Changes.Groups.Set(ctx, r.Actor, g); err != nil {
		return bot.Answer{}, err
	}
	g, err := h.store.Group(ctx, was.ID)
	if err != nil {
		return bot.Answer{}, changes.NoGroup(was.ID, err)
	}
	a, err := h.card(ctx, r, g, h.Changes.Groups.Fields.Compare(r.w, was, g).Say(r.w, r.w.T("The group was updated.")))
	if err == nil && g.Moderators != was.Moderators {
		a = h.warned(ctx, r.w, g, a)
	}
	if err == nil && g.InView && (!was.InView || !slices.Equal(g.Places, was.Places)) {
		a = h.outOfView(ctx, r.w, g, a)
	}
	return a, err
}

// showNow reads a group and shows it as it is now.
func (h *groupHandler) showNow(ctx context.Context, r asked, id string, said []content.Span, first ...bot.Action) (bot.Answer, error) {
	g, err := h.store.Group(ctx, id)
	if err != nil {
		return bot.Answer{}, changes.NoGroup(id, err)
	}
	return h.card(ctx, r, g, said, first...)
}

// card shows a group, with what can be done next.
func (h *groupHandler) card(ctx context.Context, r asked, g bot.Group, said []content.Span, first ...bot.Action) (bot.Answer, error) {
	m := bot.Message{Title: g.Name, Actions: first}
	if len(said) > 0 {
		m.Blocks = append(m.Blocks, words.Paragraph(said))
	}
	if rest := r.w.Resting(g.Paused, h.now(), groupZone(g)); rest != nil {
		m.Blocks = append(m.Blocks, words.Paragraph(rest))
	}
	bad, err := h.badPlaces(ctx)
	if err != nil {
		return bot.Answer{}, err
	}
	m.Blocks = append(m.Blocks, words.Bullets(h.groupLines(r, g, bad)...))
	m.Actions = append(m.Actions, h.groupButtons(r.w, g)...)
	return bot.Answer{Message: m, Update: true}, nil
}

// groupLines says what a group is, one field a line, without its name: the given fields, or all
// if none is given. bad are the channels that posts do not reach.
func (k *kit) groupLines(r asked, g bot.Group, bad map[bot.Place]bot.OpenTrouble, fields ...string) [][]content.Span {
	table := k.newGroupTable()
	if len(fields) > 0 {
		table = table.Only(fields...)
	}
	lines := unreadable(r.w, g)
	for _, l := range table.Lines(r.w, g) {
		said := l.Spans()
		switch l.Field {
		case "name":
			continue
		case "view":
			if !g.InView { // as in most groups
				continue
			}
		case "place":
			place, _ := l.Said[0].Fact.(bot.Place)
			if t, ok := bad[place]; ok {
				said = words.Join(said, ". ", notArrived(r.w, t, zoneOf(r, g)))
			}
		}
		lines = append(lines, said)
	}
	return lines
}

// unreadable says that a group's calendar cannot be read; nil if it can.
func unreadable(w *words.Reader, g bot.Group) [][]content.Span {
	_, err := g.Calendar()
	if err == nil {
		return nil
	}
	said := w.Say("Its reminders are not posted until this is corrected: %s.", bot.AsUser("", err))
	if _, unknown := scheduler.ParseZone(g.Zone); unknown != nil {
		said = words.Join(said, " ", w.Say("Until then its times are shown in UTC."))
	}
	return [][]content.Span{said}
}

// notArrived says since when posts do not reach a channel, and why.
func notArrived(w *words.Reader, t bot.OpenTrouble, zone *time.Location) []content.Span {
	return w.Say("Posts have not arrived there since %s (%s)", w.Moment(t.Since, zone), w.Reason(t.Reason))
}

// zoneOf is the zone in which a reader sees a group's times: the reader's own if it is known,
// else the group's.
func zoneOf(r asked, g bot.Group) *time.Location {
	if zone, err := scheduler.ParseZone(r.Zone); err == nil {
		return zone
	}
	return groupZone(g)
}

// badPlaces are the channels that posts do not reach.
func (k *kit) badPlaces(ctx context.Context) (map[bot.Place]bot.OpenTrouble, error) {
	open, err := k.store.Troubles(ctx)
	if err != nil {
		return nil, err
	}
	return placesIn(open), nil
}

func placesIn(open []bot.OpenTrouble) map[bot.Place]bot.OpenTrouble {
	bad := make(map[bot.Place]bot.OpenTrouble)
	for _, t := range open {
		if p, ok := t.Subject.Unreached(); ok {
			bad[p] = t
		}
	}
	return bad
}

// perPage is how many entries of a list are shown at once.
const perPage = 10

// listed is a page of a list, with a line for each entry and buttons to the other pages. some are the
// entries on the page; if there are none at all, the page says none.
func listed[T any](r asked, title string, own bot.Call, all []T, none content.Block, line func(T) []content.Span) (a bot.Answer, some []T) {
	some, beside := cards.OnPage(r.w, own, r.Flow.Page, perPage, all)
	list := none
	if len(some) > 0 {
		list = words.Bullets(bot.Each(some, line)...)
	}
	return bot.Answer{Message: bot.Message{Title: title, Blocks: []content.Block{list}, Actions: beside}, Update: true}, some
}

// list lists the groups, the one that meets or gets a post soonest first.
func (h *groupHandler) list(ctx context.Context, r asked) (bot.Answer, error) {
	groups, reminders, err := h.inOrder(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	removed, err := h.removedGroups(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	bad, err := h.badPlaces(ctx)
	if err != nil {
		return bot.Answer{}, err
	}
	none := words.Paragraph(r.w.Say("There are no groups here yet. Add one with %s.", words.Command("group add")))
	a, some := listed(r, r.w.T("Groups"), bot.NewSub("group", "list"), groups, none, func(g bot.Group) []content.Span {
		line := words.Join(g.Name)
		if state := h.groupState(r.w, g, reminders[g.ID], zoneOf(r, g)); state != nil {
			line = words.Join(line, ". ", state)
		}
		for _, p := range g.Places {
			if t, ok := bad[p]; ok {
				line = words.Join(line, ". ", p, ": ", notArrived(r.w, t, zoneOf(r, g)))
			}
		}
		return line
	})
	m := &a.Message
	m.Menu = groupMenu(r.w, some, bot.NewSub("group", "show"))
	if !r.Actor.IsFacilitator() {
		m.Actions = append(m.Actions, bot.Action{Label: r.w.T("Add a group"), Call: bot.NewSub("group", "add")})
		m.Actions = append(m.Actions, restoring(r.w, len(removed), bot.NewSub("group", "restore"))...)
	}
	return a, nil
}
