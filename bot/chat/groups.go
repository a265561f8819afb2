package chat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// sub builds the call of a sub-command.
func sub(command, name string, args ...string) bot.Call {
	c := bot.NewCall(command, args...)
	c.Sub = name
	return c
}

// groupAdd adds a group to the place asked from, or opens a form while something is
// missing.
func (b *Bot) groupAdd(ctx context.Context, r bot.Request) (bot.Answer, error) {
	if !r.Submit && (r.Args["again"] != "" || strings.TrimSpace(r.Args["group"]) == "" || strings.TrimSpace(r.Args["zone"]) == "") {
		if v := r.Args["place"]; v != "" && r.Args["again"] == "" { // the form may not ask for it
			if _, err := b.placeNamed(r, v); err != nil {
				return bot.Answer{}, err
			}
		}
		if err := b.checkLangs(langsOf(r)); err != nil { // nor for these
			return bot.Answer{}, err
		}
		return bot.Answer{Form: b.groupForm(r, nil)}, nil
	}
	g := bot.Group{ID: strings.TrimSpace(r.Args["group"])}
	err := b.fill(ctx, r, &g, true)
	if err == nil {
		err = b.newGroup(ctx, &g)
	}
	if err == nil {
		if a, ok := b.previewed(r, b.groupForm(r, nil), []content.Block{content.Bullets(b.groupLines(r, g, nil)...)}); ok {
			return a, nil
		}
		err = b.AddGroup(ctx, r.Actor, g)
	}
	if errors.Is(err, bot.ErrExists) {
		err = b.taken(ctx, r, g.ID, err)
	}
	if err != nil {
		return b.again(r, b.groupForm(r, err), err)
	}
	return b.groupSaved(ctx, r, g.ID, b.in(r).T("The group is added."), bot.Action{Label: b.in(r).T("Undo"), Call: sub("group", "remove", "group", g.ID)})
}

// taken says that a group's ID is in use. Of another Discord server's groups it does not
// say that they are there.
func (b *Bot) taken(ctx context.Context, r bot.Request, id string, exists error) error {
	removed, _ := b.removedGroups(ctx, r) // without it, the group is said to be there
	if slices.ContainsFunc(removed, func(old bot.Group) bool { return old.ID == id }) {
		return bot.About("group", bot.Wrong("group %s was removed and keeps its id: bring it back with %s, or choose another id", id, words.Command("group restore")))
	}
	elsewhere := func(p bot.Place) bool { return p.Platform == r.Platform && !reachesPlace(r, p) }
	if other, err := b.store.Group(ctx, id); err == nil && !slices.ContainsFunc(other.Places, elsewhere) {
		return exists
	}
	return bot.About("group", bot.Wrong("the id %s cannot be used: choose another id", id))
}

// again shows a form that was filled wrongly once more, or answers what was
// typed with the reason alone.
func (b *Bot) again(r bot.Request, f *bot.Form, err error) (bot.Answer, error) {
	if _, ok := bot.ForPerson(err); ok && r.Submit {
		return bot.Answer{Form: f}, nil
	}
	return bot.Answer{}, err
}

func (b *Bot) groupForm(r bot.Request, err error) *bot.Form {
	w := b.in(r)
	err = b.in(r).Told(err)
	f := &bot.Form{Title: w.T("Add a group"), Call: sub("group", "add"), Submit: w.T("Save")}
	if p := r.Args["place"]; p != "" {
		f.Call = f.Call.With("place", p)
	}
	if r.Preview {
		f.Submit = w.T("Preview")
	}
	fields := []bot.Field{
		{Name: "group", Label: w.T("Short name"), Hint: "evening-circle", Required: true, Max: 40},
		{Name: "name", Label: w.T("Name"), Max: maxName},
		{Name: "zone", Label: w.T("Time zone"), Hint: "America/Los_Angeles", Required: true, Max: 60, Complete: true},
		{Name: "quiet", Label: w.T("Hours without posts"), Value: "21:00-08:00", Max: 20},
		b.langsField(r, b.lang(r.Lang)),
	}
	if r.Place.Channel == "" || r.Place == b.staff { // the channel matters more than the languages, which can be changed later
		fields[4] = bot.Field{Name: "place", Label: w.T("Channel"), Hint: "slack:C0123456789, discord:1234/5678", Required: true, Max: 60, Place: onlyHere(r)}
		f.Call = sub("group", "add")
		if v := r.Args["langs"]; v != "" && len(v) <= 20 {
			f.Call = f.Call.With("langs", v)
		}
	}
	for _, field := range fields {
		f.Fields = append(f.Fields, b.filled(field, r, err))
	}
	return placeError(f, err)
}

// maxPick is how many values a field's choices have at most.
const maxPick = 100

// onlyHere tells whether all channels that a request may name are of its own
// platform, so that they can be picked there.
func onlyHere(r bot.Request) bool { return r.Platform != bot.Slack }

// langsField asks for a group's languages: one of those that there are cards in, or
// all of them.
func (b *Bot) langsField(r bot.Request, now string) bot.Field {
	f := bot.Field{Name: "langs", Label: b.in(r).T("Languages"), Hint: "en,es", Value: now, Max: 20}
	all := langChoices(b.library.Langs())
	if given := cmp.Or(r.Args["langs"], now); slices.ContainsFunc(all, func(c bot.Choice) bool { return c.Value == given }) {
		f.Choices = all
	}
	return f
}

func langChoices(langs []string) []bot.Choice {
	return plainChoices(append(slices.Clone(langs), strings.Join(langs, ",")))
}

// filled gives a field what was written in it before and what is wrong with it, also
// where the form was refused for another field.
func (b *Bot) filled(f bot.Field, r bot.Request, err error) bot.Field {
	if v, ok := r.Args[f.Name]; ok {
		f.Value = short(v, cmp.Or(f.Max, 200))
	}
	said, ok := bot.ForPerson(err)
	if ok && bot.FieldOf(err) != f.Name {
		said, ok = bot.ForPerson(b.in(r).Told(b.checkField(r, f.Name)))
	}
	if ok {
		f.Error = sentence(said)
	}
	return f
}

// checkField says what is wrong with a field by itself, whatever the others say.
func (b *Bot) checkField(r bot.Request, name string) error {
	v := strings.TrimSpace(r.Args[name])
	if v == "" || !r.Submit {
		return nil
	}
	var err error
	switch name {
	case "zone":
		_, err = scheduler.ParseZone(v)
	case "quiet":
		_, err = scheduler.ParseQuiet(v)
	case "late":
		_, err = ParseLate(v)
	case "at":
		_, err = b.ruleReader(r, bot.Group{}).Rule(v)
	case "topic":
		topic := b.topicNamed(v, b.lang(r.Lang))
		if _, ok := b.library.Topic(topic); !ok {
			err = b.noTopic(topic)
		}
	case "sessions":
		for _, text := range parts(v) {
			session, wrong := b.typedSession(r, bot.Group{}, text)
			if wrong == nil {
				wrong = checkSessions("UTC", []bot.Session{session})
			}
			if wrong != nil {
				err = wrong
			}
		}
	case "skips":
		for _, text := range parts(v) {
			if _, wrong := scheduler.ParseDates(text); wrong != nil {
				err = wrong
			}
		}
	}
	return bot.AsUser(name, err)
}

// placeError puts an error that is about no field of the form on its first.
func placeError(f *bot.Form, err error) *bot.Form {
	said, ok := bot.ForPerson(err)
	if ok && !slices.ContainsFunc(f.Fields, func(f bot.Field) bool { return f.Error != "" }) {
		f.Fields[0].Error = sentence(said)
	}
	return f
}

// langsOf are the languages that were written.
func langsOf(r bot.Request) []string {
	return strings.FieldsFunc(strings.ToLower(r.Args["langs"]), func(c rune) bool { return c == ',' || c == ' ' })
}

// fill takes over what was written about a group. What was not named stays.
func (b *Bot) fill(ctx context.Context, r bot.Request, g *bot.Group, added bool) error {
	set := func(to *string, name string) {
		if v := strings.TrimSpace(r.Args[name]); v != "" {
			*to = v
		}
	}
	set(&g.Name, "name")
	set(&g.Zone, "zone")
	set(&g.Quiet, "quiet")
	if langs := langsOf(r); len(langs) > 0 {
		g.Langs = langs
	}
	if v := strings.TrimSpace(r.Args["place"]); v != "" || added {
		name, away := strings.CutPrefix(v, "-")
		p, err := b.placeNamed(r, name)
		if err == nil && !away {
			err = b.groupPlace(ctx, r, p)
		}
		if err != nil {
			return err
		}
		g.Places = slices.DeleteFunc(slices.Clone(g.Places), func(q bot.Place) bool { return p == q })
		if !away {
			g.Places = append(g.Places, p)
		}
	}
	if v := strings.TrimSpace(r.Args["moderators"]); words.IsNone(v) {
		g.Moderators = bot.Place{}
	} else if v != "" && v != g.Moderators.String() {
		p, err := b.placeOf(ctx, r, v)
		if err != nil {
			return bot.About("moderators", err)
		}
		g.Moderators = p
	}
	if v := strings.TrimSpace(r.Args["session"]); words.IsNone(v) {
		g.Sessions = nil
	} else if v != "" {
		s, err := b.typedSession(r, *g, v)
		if err != nil {
			return err
		}
		g.Sessions = append(slices.Clone(g.Sessions), s)
	}
	if v := strings.TrimSpace(r.Args["skip"]); words.IsNone(v) {
		g.Skips = nil
	} else if v != "" && !slices.Contains(g.Skips, v) {
		g.Skips = append(slices.Clone(g.Skips), v)
	}
	return nil
}

func (b *Bot) groupSet(ctx context.Context, r bot.Request) (bot.Answer, error) {
	g, err := b.groupOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	was := g
	if err := b.fill(ctx, r, &g, false); err != nil {
		return bot.Answer{}, err
	}
	if !reaches(r, g) {
		return bot.Answer{}, bot.About("place", bot.Wrong("This would take away the last channel that is yours to change. Remove the group instead."))
	}
	if err := b.SetGroup(ctx, r.Actor, g); err != nil {
		return bot.Answer{}, err
	}
	return b.groupChanged(ctx, r, was)
}

func (b *Bot) groupPause(ctx context.Context, r bot.Request) (bot.Answer, error) {
	g, err := b.groupOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	until, err := ParsePause(r.Args["until"], g.Zone)
	if err != nil {
		return bot.Answer{}, err
	}
	if err := b.PauseGroup(ctx, r.Actor, g.ID, until); err != nil {
		return bot.Answer{}, err
	}
	return b.groupSaved(ctx, r, g.ID, "") // until when, it says anyway
}

func (b *Bot) groupResume(ctx context.Context, r bot.Request) (bot.Answer, error) {
	g, err := b.groupOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	if err := b.PauseGroup(ctx, r.Actor, g.ID, time.Time{}); err != nil {
		return bot.Answer{}, err
	}
	return b.groupSaved(ctx, r, g.ID, b.in(r).T("The group gets posts again."))
}

func (b *Bot) groupRemove(ctx context.Context, r bot.Request) (bot.Answer, error) {
	g, err := b.groupOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	if err := b.RemoveGroup(ctx, r.Actor, g.ID); err != nil {
		return bot.Answer{}, err
	}
	w := b.in(r)
	a := b.say(r, w.T("The group %s and its reminders are removed: nothing more is posted. %s", g.Name, w.Kept(b.keep)))
	a.Message.Actions = []bot.Action{{Label: w.T("Undo"), Call: sub("group", "restore", "group", g.ID)}}
	a.Update = true
	return a, nil
}

func (b *Bot) groupShow(ctx context.Context, r bot.Request) (bot.Answer, error) {
	g, err := b.groupOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	return b.groupSaved(ctx, r, g.ID, "")
}

// groupChanged shows a group as it is now, with what is new since it was as given.
func (b *Bot) groupChanged(ctx context.Context, r bot.Request, was bot.Group) (bot.Answer, error) {
	g, err := b.store.Group(ctx, was.ID)
	if err != nil {
		return bot.Answer{}, noGroup(was.ID, err)
	}
	w := b.in(r)
	lines := func(g bot.Group) []string {
		return append([]string{w.T("Name") + ": " + g.Name}, b.groupLines(r, g, nil)...)
	}
	return b.groupShown(ctx, r, g, w.Changed(w.T("The group is changed."), lines(was), lines(g)))
}

// groupSaved shows a group as it is now.
func (b *Bot) groupSaved(ctx context.Context, r bot.Request, id, said string, first ...bot.Action) (bot.Answer, error) {
	g, err := b.store.Group(ctx, id)
	if err != nil {
		return bot.Answer{}, noGroup(id, err)
	}
	return b.groupShown(ctx, r, g, said, first...)
}

// groupShown shows a group, with what can be done next.
func (b *Bot) groupShown(ctx context.Context, r bot.Request, g bot.Group, said string, first ...bot.Action) (bot.Answer, error) {
	w := b.in(r)
	calendar, err := g.Calendar()
	if err != nil {
		return bot.Answer{}, err
	}
	m := bot.Message{Title: g.Name, Actions: first}
	if said != "" {
		m.Blocks = append(m.Blocks, content.Text(said))
	}
	if rest := w.Resting(g.Paused, b.now(), calendar.Zone()); rest != nil {
		m.Blocks = append(m.Blocks, words.Paragraph(rest))
	}
	bad, err := b.badPlaces(ctx)
	if err != nil {
		return bot.Answer{}, err
	}
	m.Blocks = append(m.Blocks, content.Bullets(b.groupLines(r, g, bad)...))
	if g.Paused.After(b.now()) {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Resume"), Call: sub("group", "resume", "group", g.ID)})
	} else {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Pause"), Call: sub("group", "pause", "group", g.ID)})
	}
	m.Actions = append(m.Actions,
		bot.Action{Label: w.T("Edit"), Call: sub("group", "edit", "group", g.ID)},
		bot.Action{Label: w.T("Channels and meetings"), Call: sub("group", "meetings", "group", g.ID)},
		bot.Action{Label: w.T("Show its reminders"), Call: sub("reminder", "list", "group", g.ID)})
	return bot.Answer{Message: m, Update: true}, nil
}

// groupLines are what a group is, one thing a line.
func (b *Bot) groupLines(r bot.Request, g bot.Group, bad map[string]bot.OpenTrouble) []string {
	w := b.in(r)
	lines := []string{
		w.T("Short name") + ": " + g.ID, w.T("Time zone") + ": " + g.Zone, w.T("Hours without posts") + ": " + w.QuietHours(g.Quiet),
		w.T("Languages") + ": " + strings.Join(g.Langs, ", "),
	}
	for _, p := range g.Places {
		line := w.T("Channel") + ": " + p.String()
		if t, ok := bad[p.String()]; ok {
			line += ". " + w.T("Posts have not arrived there since %s (%s)", w.Moment(t.Since, zoneOf(r, g)), b.reason(r, t.Reason))
		}
		lines = append(lines, line)
	}
	if g.Moderators != (bot.Place{}) {
		lines = append(lines, w.T("Channel for moderators")+": "+g.Moderators.String())
	}
	for _, s := range g.Sessions {
		lines = append(lines, fmt.Sprintf("%s: %s, %s", w.T("Meets"), words.Describe(s.Rule, b.lang(r.Lang)), w.Length(s.Length)))
	}
	if len(g.Skips) > 0 {
		var off []string
		for _, s := range g.Skips {
			off = append(off, w.Dates(s))
		}
		lines = append(lines, w.T("No group on")+": "+strings.Join(off, "; "))
	}
	return lines
}

// zoneOf is the zone in which a reader is told of moments in a group's life.
func zoneOf(r bot.Request, g bot.Group) *time.Location {
	if zone, err := scheduler.ParseZone(cmp.Or(r.Zone, g.Zone)); err == nil {
		return zone
	}
	return time.UTC
}

// badPlaces are the channels that posts do not reach.
func (b *Bot) badPlaces(ctx context.Context) (map[string]bot.OpenTrouble, error) {
	open, err := b.store.Troubles(ctx)
	if err != nil {
		return nil, err
	}
	return placesIn(open), nil
}

func placesIn(open []bot.OpenTrouble) map[string]bot.OpenTrouble {
	bad := make(map[string]bot.OpenTrouble)
	for _, t := range open {
		if p, ok := t.Place(); ok {
			bad[p.String()] = t
		}
	}
	return bad
}

// perPage is how many entries of a list are shown at once.
const perPage = 10

// onPage cuts a list to the page asked for, with buttons for those beside it.
func onPage[T any](r bot.Request, w *words.Reader, own bot.Call, all []T) ([]T, []bot.Action) {
	n := pageNumber(r)
	if n*perPage >= len(all) {
		n = 0
	}
	var beside []bot.Action
	if n > 0 {
		beside = append(beside, bot.Action{Label: w.T("Previous"), Call: own.With("page", pageName(n-1))})
	}
	if (n+1)*perPage < len(all) {
		beside = append(beside, bot.Action{Label: w.T("Next"), Call: own.With("page", pageName(n+1))})
	}
	return all[min(n*perPage, len(all)):min((n+1)*perPage, len(all))], beside
}

// pageNumber is the page asked for; the first is 0.
func pageNumber(r bot.Request) int {
	n := 0
	for _, c := range r.Args["page"] {
		if c < '0' || c > '9' || n > 99 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func (b *Bot) groupList(ctx context.Context, r bot.Request) (bot.Answer, error) {
	groups, err := b.groups(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	w := b.in(r)
	m := bot.Message{Title: w.T("Groups")}
	some, beside := onPage(r, w, sub("group", "list"), groups)
	removed, err := b.removedGroups(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	m.Actions = append(beside, bot.Action{Label: w.T("Add a group"), Call: sub("group", "add")})
	m.Actions = append(m.Actions, restoring(w, len(removed), sub("group", "restore"))...)
	if len(groups) == 0 {
		m.Blocks = []content.Block{content.Text(w.T("There are no groups here yet. Add one with %s.", b.in(r).Command("group add")))}
		return bot.Answer{Message: m, Update: true}, nil
	}
	m.Menu = &bot.Menu{Label: w.T("Choose a group")}
	bad, err := b.badPlaces(ctx)
	if err != nil {
		return bot.Answer{}, err
	}
	var lines [][]content.Span
	for _, g := range some {
		line := words.Join(fmt.Sprintf("%s (%s), %s", g.Name, g.ID, g.Zone))
		for _, p := range g.Places {
			if t, ok := bad[p.String()]; ok {
				line = words.Join(line, ". ", p, ": ", w.Say("Posts have not arrived there since %s (%s)", w.Moment(t.Since, zoneOf(r, g)), b.reason(r, t.Reason)))
			}
		}
		lines = append(lines, line)
		m.Menu.Options = append(m.Menu.Options, bot.Action{Label: short(g.Name, 75), Call: sub("group", "show", "group", g.ID)})
	}
	m.Blocks = []content.Block{words.Bullets(lines...)}
	return bot.Answer{Message: m, Update: true}, nil
}
