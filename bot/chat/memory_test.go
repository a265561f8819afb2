package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

var update = flag.Bool("update", false, "write golden files anew") //nolint:gochecknoglobals // go test's own flags are global

// memory is a Store of maps.
type memory struct {
	mu         sync.Mutex
	groups     map[string]bot.Group
	reminders  map[string]bot.Reminder
	gone       map[string]any // removed groups and reminders
	deliveries []bot.Delivery
	approvals  []content.Approval
	reviewers  []bot.Reviewer
	audit      []bot.AuditEntry
	troubles   []bot.OpenTrouble
	concerns   []bot.Concern
	made       int       // reminders so far
	told       time.Time // the last moment at which a concern is to be told
}

var _ bot.Store = (*memory)(nil)

func newMemory() *memory {
	return &memory{groups: map[string]bot.Group{}, reminders: map[string]bot.Reminder{}, gone: map[string]any{}}
}

func (m *memory) note(by bot.Actor, action, target string, became ...any) {
	detail, _ := json.Marshal(append(became, nil)[0])
	m.audit = append(m.audit, bot.AuditEntry{Actor: by.ID, Action: action, Target: target, Detail: string(detail)})
}

func (m *memory) Groups(context.Context) ([]bot.Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []bot.Group
	for _, g := range m.groups {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b bot.Group) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func (m *memory) Group(_ context.Context, id string) (bot.Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if g, ok := m.groups[id]; ok {
		return g, nil
	}
	return bot.Group{}, fmt.Errorf("memory: %w", bot.ErrNotFound)
}

func (m *memory) GroupAt(_ context.Context, p bot.Place) (bot.Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, g := range m.groups {
		if slices.Contains(g.Places, p) {
			return g, nil
		}
	}
	return bot.Group{}, bot.ErrNotFound
}

func (m *memory) AddGroup(_ context.Context, by bot.Actor, g bot.Group) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, gone := m.gone[g.ID]
	if _, ok := m.groups[g.ID]; ok || gone {
		return bot.ErrExists
	}
	if err := m.free(g); err != nil {
		return err
	}
	g.Version = 1
	m.groups[g.ID] = g
	m.note(by, "group add", g.ID, g)
	return nil
}

// free says which of a group's places another group has.
func (m *memory) free(g bot.Group) error {
	for _, other := range m.groups {
		for _, p := range g.Places {
			if other.ID != g.ID && slices.Contains(other.Places, p) {
				return &bot.PlaceTakenError{Place: p, Group: other.ID}
			}
		}
	}
	return nil
}

func (m *memory) SetGroup(_ context.Context, by bot.Actor, g bot.Group) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.groups[g.ID]
	if !ok {
		return bot.ErrNotFound
	}
	if g.Version != 0 && g.Version != old.Version {
		return bot.ErrChanged
	}
	if err := m.free(g); err != nil {
		return err
	}
	g.Version = old.Version + 1
	m.groups[g.ID] = g
	m.note(by, "group set", g.ID, g)
	return nil
}

func (m *memory) RemoveGroup(_ context.Context, by bot.Actor, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, ok := m.groups[id]
	if !ok {
		return bot.ErrNotFound
	}
	m.gone[id] = g
	delete(m.groups, id)
	m.note(by, "group remove", id)
	return nil
}

func (m *memory) RestoreGroup(_ context.Context, by bot.Actor, id string, allowed func(bot.Group) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, ok := m.gone[id].(bot.Group)
	if !ok {
		return bot.ErrNotFound
	}
	if err := allowed(g); err != nil {
		return err
	}
	if err := m.free(g); err != nil {
		return err
	}
	delete(m.gone, id)
	m.groups[id] = g
	m.note(by, "group restore", id)
	return nil
}

func (m *memory) RemovedGroups(context.Context) ([]bot.Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []bot.Group
	for id, gone := range m.gone {
		if g, ok := gone.(bot.Group); ok && m.groups[id].ID == "" {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b bot.Group) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func (m *memory) RemovedReminders(context.Context) ([]bot.Reminder, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []bot.Reminder
	for id, gone := range m.gone {
		if r, ok := gone.(bot.Reminder); ok && m.reminders[id].ID == "" && m.groups[r.Group].ID != "" {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b bot.Reminder) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func (m *memory) Reminders(_ context.Context, group string) ([]bot.Reminder, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []bot.Reminder
	for _, r := range m.reminders {
		if _, ok := m.groups[r.Group]; ok && (group == "" || r.Group == group) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b bot.Reminder) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func (m *memory) Reminder(_ context.Context, id string) (bot.Reminder, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, ok := m.reminders[id]; ok && m.groups[r.Group].ID != "" {
		return r, nil
	}
	return bot.Reminder{}, bot.ErrNotFound
}

func (m *memory) AddReminder(_ context.Context, by bot.Actor, r bot.Reminder) (bot.Reminder, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.made++
	r.ID = fmt.Sprintf("rem%03d", m.made)
	r.Version = 1
	m.reminders[r.ID] = r
	m.note(by, "reminder add", r.ID, r)
	return r, nil
}

func (m *memory) SetReminder(_ context.Context, by bot.Actor, r bot.Reminder) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.reminders[r.ID]
	if !ok {
		return bot.ErrNotFound
	}
	if r.Version != 0 && r.Version != old.Version {
		return bot.ErrChanged
	}
	r.Version = old.Version + 1
	m.reminders[r.ID] = r
	m.note(by, "reminder set", r.ID, r)
	return nil
}

func (m *memory) RemoveReminder(_ context.Context, by bot.Actor, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.reminders[id]
	if !ok {
		return bot.ErrNotFound
	}
	m.gone[id] = r
	delete(m.reminders, id)
	m.note(by, "reminder remove", id)
	return nil
}

func (m *memory) RestoreReminder(_ context.Context, by bot.Actor, id string, allowed func(bot.Group) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.gone[id].(bot.Reminder)
	if !ok {
		return bot.ErrNotFound
	}
	if err := allowed(m.groups[r.Group]); err != nil {
		return err
	}
	delete(m.gone, id)
	m.reminders[id] = r
	m.note(by, "reminder restore", id)
	return nil
}

func (m *memory) Post(_ context.Context, by bot.Actor, ds ...bot.Delivery) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range ds {
		if !slices.ContainsFunc(m.deliveries, func(e bot.Delivery) bool { return e.Key == d.Key }) {
			m.deliveries = append(m.deliveries, d)
			m.note(by, "post", d.Key)
		}
	}
	return nil
}

func (m *memory) Deliveries(_ context.Context, f bot.DeliveryFilter) ([]bot.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []bot.Delivery
	for _, d := range m.deliveries {
		if (f.Group == "" || d.Group == f.Group) && (f.Reminder == "" || d.Reminder == f.Reminder) && (f.Revision == "" || d.Revision == f.Revision) && (f.Limit == 0 || len(out) < f.Limit) {
			out = append(out, d)
		}
	}
	return out, nil
}

func (m *memory) Standing(_ context.Context, f bot.PostFilter, _ bot.DeliveryKind) ([]bot.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []bot.Delivery
	for _, d := range m.deliveries {
		if d.State == bot.Sent && !d.Kind.Revises() && (f.Card == d.Card || f.Key == d.Key) {
			out = append(out, d)
		}
	}
	return out, nil
}

func (m *memory) Forgotten(context.Context, string) (int, error) { return 0, nil }

func (m *memory) Troubles(context.Context) ([]bot.OpenTrouble, error) { return m.troubles, nil }

func (m *memory) AddConcern(_ context.Context, c bot.Concern, tell time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	c.ID, c.Count, c.State, m.told = fmt.Sprintf("con%03d", len(m.concerns)+1), 1, bot.ConcernOpen, tell
	m.concerns = append(m.concerns, c)
	return nil
}

func (m *memory) Concerns(context.Context) ([]bot.Concern, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.concerns), func(c bot.Concern) bool { return c.State == bot.ConcernDone }), nil
}

func (m *memory) SetConcern(_ context.Context, by bot.Actor, id string, state bot.ConcernState, d bot.Delivery) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, c := range m.concerns {
		switch {
		case c.ID != id:
		case c.State == bot.ConcernDone || c.State == state:
			return bot.ErrChanged
		default:
			m.concerns[i].State = state
			m.deliveries = append(m.deliveries, d)
			m.note(by, "concern "+string(state), id)
			return nil
		}
	}
	return bot.ErrNotFound
}

func (m *memory) Approvals(context.Context) ([]content.Approval, error) { return m.approvals, nil }

func (m *memory) Approve(_ context.Context, by bot.Actor, a ...content.Approval) error {
	m.approvals = append(m.approvals, a...)
	for _, a := range a {
		m.note(by, "content approve", a.Card+" "+a.Lang, a)
	}
	return nil
}

func (m *memory) Reviewers(context.Context) ([]bot.Reviewer, error) { return m.reviewers, nil }

func (m *memory) AddReviewer(_ context.Context, by bot.Actor, r bot.Reviewer) error {
	if slices.ContainsFunc(m.reviewers, r.Clashes) {
		return bot.ErrExists
	}
	m.reviewers = append(m.reviewers, r)
	m.note(by, "reviewer add", r.Name, r)
	return nil
}

func (m *memory) RemoveReviewer(_ context.Context, by bot.Actor, name string) error {
	i := slices.IndexFunc(m.reviewers, func(r bot.Reviewer) bool { return r.Name == name })
	if i < 0 {
		return bot.ErrNotFound
	}
	m.reviewers = slices.Delete(m.reviewers, i, i+1)
	m.note(by, "reviewer remove", name)
	return nil
}

func (m *memory) Audit(_ context.Context, _ time.Time, limit int) ([]bot.AuditEntry, error) {
	newest := slices.Clone(m.audit)
	slices.Reverse(newest)
	return newest[:min(limit, len(newest))], nil
}

// dump is everything the store was given.
func (m *memory) dump() string {
	b, _ := json.Marshal([]any{m.groups, m.reminders, m.gone, m.deliveries, m.audit, m.concerns})
	return string(b)
}

// monday is the morning of every test: 23 November 2026, 08:00 in Los Angeles.
func monday() time.Time { return time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC) }

// setup is a bot with the shipped cards over a store in memory.
type setup struct {
	*Bot
	store *memory
	log   *bytes.Buffer
}

// embedded reads the program's own content once for all tests: nothing changes it.
var embedded = sync.OnceValues(func() (*content.Library, error) { return content.Load(content.Options{}) })

func newSetup(tb testing.TB, change ...func(*Config)) setup {
	tb.Helper()
	library, err := embedded()
	if err != nil {
		tb.Fatal(err)
	}
	s := setup{store: newMemory(), log: &bytes.Buffer{}}
	c := Config{
		Library: library, Store: s.store, Now: monday, Keep: 400 * 24 * time.Hour, Staff: bot.Place{Platform: bot.Slack, Channel: "C0000STAFF"},
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&c)
	}
	if s.Bot, err = New(c); err != nil {
		tb.Fatal(err)
	}
	return s
}

// courier is a Courier that only writes the texts of notices.
func (s setup) courier() *delivery.Courier {
	return delivery.NewCourier(s.deck, nil, s.Bot.log, monday)
}

func (s setup) approveAll(tb testing.TB) {
	tb.Helper()
	var all []content.Approval
	for _, c := range s.deck.Library().All() {
		a, err := content.NewApproval(c, "Reviewer, LMFT 1", monday().Add(-time.Hour), time.Time{})
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, a)
	}
	s.SetApprovals(all)
}

func here(p bot.Platform) bot.Place {
	switch p {
	case bot.Discord:
		return bot.Place{Platform: bot.Discord, Space: "1111111111111111111", Channel: "2222222222222222222"}
	case bot.Slack:
		return bot.Place{Platform: bot.Slack, Channel: "C0123456789"}
	}
	return bot.Place{Platform: bot.Playground, Channel: "evening-circle"}
}

func moderator(p bot.Platform) bot.Actor { return bot.Actor{ID: string(p) + ":U1"} }

func ask(p bot.Platform, by bot.Actor, c bot.Call) bot.Request {
	return bot.Request{Call: c, Platform: p, Place: here(p), Actor: by, Lang: "en-US"}
}

// sample adds a group at the platform's place and a reminder.
func (s setup) sample(t *testing.T, p bot.Platform) (bot.Group, bot.Reminder) {
	t.Helper()
	g := bot.Group{
		ID: "evening-circle", Name: "Evening circle", Zone: "America/Los_Angeles", Places: []bot.Place{here(p)},
		Sessions: []bot.Session{{Rule: "every Monday at 18:00", Length: 90 * time.Minute}},
	}
	must(t, s.Changes.Groups.Add(t.Context(), moderator(p), g))
	r, _, err := s.Changes.Reminders.Add(t.Context(), moderator(p), bot.Reminder{Group: g.ID, Topic: "confidentiality", Rule: "every Monday at 9:00"})
	must(t, err)
	return g, r
}

// golden compares text with a golden file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", filepath.FromSlash(name)+".txt")
	if *update {
		must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		must(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if string(want) != got {
		t.Errorf("%s differs (go test ./bot -update writes it anew):\n%s", file, got)
	}
}

// plainOn is plain with the commands as people type them on a platform.
func plainOn(p bot.Platform, a bot.Answer) string {
	typed := func(said []content.Span) []content.Span {
		return content.EachSpan([]content.Block{{Items: [][]content.Span{said}}}, func(s content.Span) content.Span {
			if c, ok := s.Fact.(content.Command); ok && p == bot.Slack {
				s.Text = "/circle " + string(c)
			}
			return s
		})[0].Items[0]
	}
	a.Message.Blocks, a.Message.Footer = content.EachItem(a.Message.Blocks, typed), typed(a.Message.Footer)
	if a.Form != nil {
		f := *a.Form
		f.Fields = slices.Clone(f.Fields)
		for i := range f.Fields {
			f.Fields[i].Error = typed(f.Fields[i].Error)
		}
		a.Form = &f
	}
	return plain(a)
}

// plain writes an answer as text, with every button.
func plain(a bot.Answer) string {
	var b strings.Builder
	if f := a.Form; f != nil {
		fmt.Fprintf(&b, "form %s [%s] %s\n", f.Title, f.Submit, f.Call.Encode())
		for _, d := range f.Fields {
			how := ""
			switch some := d.Choices[:min(len(d.Choices), 3)]; {
			case len(some) > 0:
				how = fmt.Sprintf(", %d choices such as %v", len(d.Choices), some)
			case d.Complete:
				how = ", completed"
			case d.Place:
				how = ", a channel"
			}
			fmt.Fprintf(&b, "  %s: %s = %q (hint %q, required %t%s) %s\n", d.Name, d.Label, d.Value, d.Hint, d.Required, how, words.Plain(d.Error))
		}
		return b.String()
	}
	m := a.Message
	if m.Title != "" {
		fmt.Fprintf(&b, "# %s\n", m.Title)
	}
	if m.Note != "" {
		fmt.Fprintf(&b, "(%s)\n", m.Note)
	}
	for _, block := range m.Blocks {
		for _, item := range block.Items {
			switch block.Kind {
			case content.List:
				b.WriteString("- ")
			case content.Heading:
				b.WriteString("## ")
			}
			for _, s := range item {
				b.WriteString(s.Text)
			}
			b.WriteString("\n")
		}
	}
	if m.Menu != nil {
		fmt.Fprintf(&b, "menu %s\n", m.Menu.Label)
		for _, o := range m.Menu.Options {
			fmt.Fprintf(&b, "  <%s> %s %s\n", o.Label, o.Hint, o.Call.Encode())
		}
	}
	for _, x := range m.Actions {
		fmt.Fprintf(&b, "[%s] %s%s\n", x.Label, x.Link, x.Call.Encode())
	}
	fmt.Fprintf(&b, "-- %s\n", words.Plain(m.Footer))
	return b.String()
}
