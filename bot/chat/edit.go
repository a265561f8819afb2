package chat

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Forms that change what is there carry its version. Who saves first wins; the
// other sees what changed, and the form again with the new values.

// editing is a form about something that exists.
type editing struct {
	kind, id, title string
	call            bot.Call
	version         int64
	fields          []bot.Field              // with the values that stand now
	was             func([]byte) []bot.Field // the same fields as an audit row has them
}

// form asks for new values. What was written before stays in it.
func (b *Bot) editForm(r bot.Request, e editing, err error) *bot.Form {
	w := b.in(r)
	err = b.in(r).Told(err)
	v := fmt.Sprint(e.version)
	if opened, err := strconv.ParseInt(r.Args["v"], 10, 64); err == nil && !r.Submit { // opened again, with what was written into it
		v = fmt.Sprint(opened)
	}
	f := &bot.Form{Title: e.title, Call: e.call.With("v", v), Submit: w.T("Save")}
	if r.Preview {
		f.Submit = w.T("Preview")
	}
	for _, field := range e.fields {
		f.Fields = append(f.Fields, b.filled(field, r, err))
	}
	return placeError(f, err)
}

// stale reports that what the form was about has changed since it was opened.
func (e editing) stale(r bot.Request) bool {
	v, err := strconv.ParseInt(r.Args["v"], 10, 64)
	return err != nil || v != e.version
}

// conflict says what somebody else changed and shows the form again: their values
// where they changed something, what was written now elsewhere.
func (b *Bot) conflict(ctx context.Context, r bot.Request, e editing) (bot.Answer, error) {
	w := b.in(r)
	lines := []string{}
	merged := r
	merged.Args = make(map[string]string)
	before := b.before(ctx, r, e)
	for i, now := range e.fields {
		mine, written := r.Args[now.Name]
		switch {
		case before == nil: // which of the two is new cannot be told any more
			if written && mine != now.Value {
				lines = append(lines, w.T("%s: %s; you wrote: %s", now.Label, cmp.Or(now.Value, "–"), cmp.Or(mine, "–")))
			}
		case before[i].Value != now.Value:
			lines = append(lines, fmt.Sprintf("%s: %s → %s", now.Label, cmp.Or(before[i].Value, "–"), cmp.Or(now.Value, "–")))
		case written:
			merged.Args[now.Name] = mine
		}
	}
	if len(lines) == 0 {
		lines = append(lines, w.T("Something that is not in this form, such as a pause."))
	}
	f := b.editForm(merged, e, nil)
	f.Preview = []content.Block{content.Text(w.T("Somebody else changed this meanwhile; nothing of yours is saved yet. Their values stand in the form now. What they changed:")), content.Bullets(lines...)}
	return bot.Answer{Form: f}, nil
}

// before finds, in the audit trail, the values that the form was opened with; it
// gives none if the trail no longer holds them.
func (b *Bot) before(ctx context.Context, r bot.Request, e editing) []bot.Field {
	version, err := strconv.ParseInt(r.Args["v"], 10, 64)
	if err != nil {
		return nil
	}
	entries, err := b.store.Audit(ctx, b.now().Add(-auditSpan), auditLook)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		var held struct {
			Version int64 `json:"version"`
		}
		if entry.Target == e.id && strings.HasPrefix(entry.Action, e.kind+" ") &&
			json.Unmarshal([]byte(entry.Detail), &held) == nil && held.Version == version {
			return e.was([]byte(entry.Detail))
		}
	}
	return nil
}

// How far back, and over how many changes, an opened form is looked for.
const (
	auditSpan = 24 * time.Hour
	auditLook = 1000
)

// previewed shows what would be saved, where the platform can show a form again,
// until these very values have been seen.
func (b *Bot) previewed(r bot.Request, f *bot.Form, blocks []content.Block) (bot.Answer, bool) {
	sum := sha256.New()
	for _, field := range f.Fields {
		fmt.Fprintf(sum, "%s\x00%s\x00", field.Name, r.Args[field.Name])
	}
	seen := hex.EncodeToString(sum.Sum(nil)[:4])
	if !r.Submit || !r.Preview || r.Args["seen"] == seen {
		return bot.Answer{}, false
	}
	f.Preview, f.Submit, f.Call = blocks, b.in(r).T("Save"), f.Call.With("seen", seen)
	return bot.Answer{Form: f}, true
}

func (b *Bot) reminderFields(r bot.Request, rem bot.Reminder) []bot.Field {
	w := b.in(r)
	return []bot.Field{
		b.topicField(r, rem.Topic),
		{Name: "at", Label: w.T("When"), Hint: w.T("every Monday at 9:00"), Value: words.Describe(rem.Rule, locale(r)), Required: true},
		{Name: "late", Label: w.T("How late it may be"), Hint: "2h", Value: words.Length(rem.Late), Max: 10},
	}
}

// reminderEdit changes what a reminder posts and when.
func (b *Bot) reminderEdit(ctx context.Context, r bot.Request) (bot.Answer, error) {
	rem, g, err := b.reminderOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	w := b.in(r)
	e := editing{
		kind: "reminder", id: rem.ID, title: w.T("Edit the reminder"), call: sub("reminder", "edit", "id", rem.ID),
		version: rem.Version, fields: b.reminderFields(r, rem),
		was: func(detail []byte) []bot.Field {
			var old bot.Reminder
			if json.Unmarshal(detail, &old) != nil {
				return nil
			}
			return b.reminderFields(r, old)
		},
	}
	if !r.Submit {
		return bot.Answer{Form: b.editForm(r, e, nil)}, nil
	}
	if e.stale(r) {
		return b.conflict(ctx, r, e)
	}
	said := func(name, now string) string { return strings.TrimSpace(cmp.Or(strings.TrimSpace(r.Args[name]), now)) }
	was := rem
	rem.Topic, rem.Rule = b.topicNamed(said("topic", rem.Topic), b.lang(r.Lang)), said("at", rem.Rule)
	rem.Late, err = ParseLate(r.Args["late"])
	if err == nil && rem.Rule != was.Rule {
		if rem.Rule, err = b.typedRule(r, g, rem.Rule); sameRule(rem.Rule, was.Rule) {
			rem.Rule = was.Rule
		}
	}
	var next []scheduler.Occurrence
	if err == nil {
		next, err = b.draft(rem, g)
	}
	if err != nil {
		return b.again(r, b.editForm(r, e, err), err)
	}
	calendar, err := g.Calendar()
	if err != nil {
		return bot.Answer{}, err
	}
	if a, ok := b.previewed(r, b.editForm(r, e, nil), append(w.Times(next, calendar.Zone()), b.twin(ctx, rem, w)...)); ok {
		return a, nil
	}
	rem, next, err = b.SetReminder(ctx, r.Actor, rem)
	if errors.Is(err, bot.ErrChanged) { // at this very moment
		return b.reminderEdit(ctx, r)
	}
	if err != nil {
		return b.again(r, b.editForm(r, e, err), err)
	}
	a, err := b.reminderCard(r, rem, g, next, w.Changed(w.T("The reminder is changed."), b.reminderLines(r, was), b.reminderLines(r, rem)))
	a.Message.Blocks = append(a.Message.Blocks, b.twin(ctx, rem, w)...)
	return a, err
}

// basics and meetings are the two forms of a group: a form has few fields.
func (b *Bot) basics(r bot.Request, g bot.Group) []bot.Field {
	w := b.in(r)
	moderators := ""
	if g.Moderators != (bot.Place{}) {
		moderators = g.Moderators.String()
	}
	return []bot.Field{
		{Name: "name", Label: w.T("Name"), Value: g.Name, Max: maxName},
		{Name: "zone", Label: w.T("Time zone"), Hint: "America/Los_Angeles", Value: g.Zone, Required: true, Max: 60, Complete: true},
		{Name: "quiet", Label: w.T("Hours without posts"), Hint: "21:00-08:00", Value: w.QuietField(g.Quiet), Max: 20},
		b.langsField(r, strings.Join(g.Langs, ",")),
		{Name: "moderators", Label: w.T("Channel for moderators"), Hint: w.T("none"), Value: moderators, Max: 60, Place: onlyHere(r)},
	}
}

func (b *Bot) meetings(r bot.Request, g bot.Group) []bot.Field {
	w := b.in(r)
	var places, sessions []string
	for _, p := range g.Places {
		places = append(places, p.String())
	}
	for _, s := range g.Sessions {
		sessions = append(sessions, words.Describe(s.Rule, locale(r))+", "+words.Length(s.Length))
	}
	all := []bot.Field{
		{Name: "places", Label: w.T("Channels, with a semicolon between"), Hint: "slack:C0123456789; discord:1234/5678", Value: strings.Join(places, "; "), Required: true, Max: 1200},
		{Name: "sessions", Label: w.T("Meets"), Hint: w.T("every Monday at 18:00, 90m"), Value: strings.Join(sessions, "; "), Max: 1200},
		{Name: "skips", Label: w.T("No group on"), Hint: "2026-12-24; 2026-12-31..2027-01-02", Value: strings.Join(g.Skips, "; "), Max: 2400},
	}
	// What does not fit a field stays as it is, instead of being cut.
	return slices.DeleteFunc(all, func(f bot.Field) bool { return len([]rune(f.Value)) > f.Max })
}

func (b *Bot) groupEdit(ctx context.Context, r bot.Request) (bot.Answer, error) {
	return b.editGroup(ctx, r, "edit", b.in(r).T("Edit the group"), b.basics, b.refill)
}

func (b *Bot) groupMeetings(ctx context.Context, r bot.Request) (bot.Answer, error) {
	return b.editGroup(ctx, r, "meetings", b.in(r).T("Channels and meetings"), b.meetings, b.refillMeetings)
}

func (b *Bot) editGroup(ctx context.Context, r bot.Request, name, title string, fields func(bot.Request, bot.Group) []bot.Field, refill func(context.Context, bot.Request, *bot.Group) error) (bot.Answer, error) {
	g, err := b.groupOf(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	e := editing{
		kind: "group", id: g.ID, title: title, call: sub("group", name, "group", g.ID), version: g.Version, fields: fields(r, g),
		was: func(detail []byte) []bot.Field {
			var old bot.Group
			if json.Unmarshal(detail, &old) != nil || len(fields(r, old)) != len(fields(r, g)) {
				return nil
			}
			return fields(r, old)
		},
	}
	if !r.Submit {
		return bot.Answer{Form: b.editForm(r, e, nil)}, nil
	}
	if e.stale(r) {
		return b.conflict(ctx, r, e)
	}
	was := g
	if err = refill(ctx, r, &g); err == nil && !reaches(r, g) {
		err = bot.About("places", bot.Wrong("This would take away the last channel that is yours to change. Remove the group instead."))
	}
	if err == nil {
		g, err = b.draftGroup(ctx, g)
	}
	if err != nil {
		return b.again(r, b.editForm(r, e, formField(err, e)), err)
	}
	if a, ok := b.previewed(r, b.editForm(r, e, nil), []content.Block{content.Bullets(b.groupLines(r, g, nil)...)}); ok {
		return a, nil
	}
	err = b.SetGroup(ctx, r.Actor, g)
	if errors.Is(err, bot.ErrChanged) {
		return b.editGroup(ctx, r, name, title, fields, refill)
	}
	if err != nil {
		return b.again(r, b.editForm(r, e, formField(err, e)), err)
	}
	return b.groupChanged(ctx, r, was)
}

// formField names the form's field where the table's argument goes by another name.
func formField(err error, e editing) error {
	name := bot.FieldOf(err) + "s"
	if slices.ContainsFunc(e.fields, func(f bot.Field) bool { return f.Name == name }) {
		return bot.About(name, err)
	}
	return err
}

// refill takes over all that the form says; what it does not have stays.
func (b *Bot) refill(ctx context.Context, r bot.Request, g *bot.Group) error {
	plain := r
	plain.Args = make(map[string]string)
	for _, name := range []string{"name", "zone", "quiet", "langs", "moderators"} {
		plain.Args[name] = r.Args[name]
	}
	if v, ok := r.Args["moderators"]; ok && strings.TrimSpace(v) == "" {
		plain.Args["moderators"] = "none"
	}
	return b.fill(ctx, plain, g, false)
}

func (b *Bot) refillMeetings(ctx context.Context, r bot.Request, g *bot.Group) error {
	if v, ok := r.Args["places"]; ok {
		var places []bot.Place
		for _, text := range parts(v) {
			p, err := bot.ParsePlace(text)
			if err != nil || !slices.Contains(g.Places, p) { // a new one has to be within reach
				if p, err = b.placeNamed(r, text); err == nil {
					err = b.groupPlace(ctx, r, p)
				}
				if err != nil {
					return err
				}
			}
			places = append(places, p)
		}
		for _, p := range g.Places { // what is not theirs to see or change stays
			if !reachesPlace(r, p) && !slices.Contains(places, p) {
				places = append(places, p)
			}
		}
		if len(places) == 0 {
			return bot.About("places", bot.Wrong("This would take away the last channel that is yours to change. Remove the group instead."))
		}
		g.Places = places
	}
	if v, ok := r.Args["sessions"]; ok {
		old := *g
		g.Sessions = nil
		for _, text := range parts(v) {
			s, err := b.typedSession(r, old, text)
			if err != nil {
				return err
			}
			g.Sessions = append(g.Sessions, s)
		}
	}
	if v, ok := r.Args["skips"]; ok {
		g.Skips = parts(v)
	}
	return nil
}

// parts are what stands between semicolons; "none" is nothing.
func parts(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.TrimSpace(part); part != "" && !words.IsNone(part) {
			out = append(out, part)
		}
	}
	return out
}
