package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/delivery"
	"circlekeeper/content"
)

// TestWalk shows every card and button of the real core in Slack, and opens its
// forms: before the first group, and with one.
func TestWalk(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]bot.Store{"nothing yet": nothingYet{}, "a group": &office{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			adaptertest.Walk(t, open(t, contract(t), false), realCore(t, s))
		})
	}
}

// storyTime is when what the golden files show was asked.
func storyTime() time.Time { return time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC) }

func realCore(t *testing.T, s bot.Store) *chat.Bot {
	t.Helper()
	library, err := content.Load(content.Options{})
	must(t, err)
	b, err := chat.New(chat.Config{Library: library, Store: s, Now: storyTime, Concerns: true, Staff: bot.Place{Platform: bot.Slack, Channel: staffChannel}})
	must(t, err)
	return b
}

// TestGoldenCore shows, as Slack gets them, the forms of the real core, a real Home,
// a notice and an answer, and holds all of them against Slack's description.
func TestGoldenCore(t *testing.T) {
	t.Parallel()
	s := &office{}
	core := realCore(t, s)
	h, ok := open(t, contract(t), false).(*harness)
	if !ok {
		t.Fatal("another harness")
	}
	staff := person(adaptertest.Moderator, 0)
	h.fake.SetUser(slacktest.User{ID: staff, Zone: "America/Los_Angeles"})
	serve(t, h.adapter, core)
	must(t, h.Ready(within(t)))
	last := func(method string, path ...string) []byte {
		t.Helper()
		must(t, h.fake.AwaitIdle(within(t)))
		all := h.fake.Requests()
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].Method != method {
				continue
			}
			body := all[i].Body
			for _, name := range path {
				var fields map[string]json.RawMessage
				must(t, json.Unmarshal(body, &fields))
				body = fields[name]
			}
			var out bytes.Buffer
			must(t, json.Indent(&out, body, "", "  "))
			return out.Bytes()
		}
		t.Fatalf("no %s", method)
		return nil
	}
	type typed = map[string]string
	ask := func(a slacktest.Ask) slacktest.Shown {
		t.Helper()
		a.User = staff
		return see(t, h.fake, a)
	}
	press := func(on slacktest.Shown, label string) slacktest.Shown {
		t.Helper()
		b := button(t, on, label)
		return ask(slacktest.Ask{Kind: slacktest.Press, On: &on, ActionID: b.ActionID, Value: b.Value})
	}
	submit := func(on slacktest.Shown, values typed) slacktest.Shown {
		t.Helper()
		return ask(slacktest.Ask{Kind: slacktest.Submit, On: &on, Values: values})
	}

	home := openHome(t, h.fake, staff, 1)
	golden(t, "home-staff.json", last("views.publish", "view"))
	press(home, "Add a group")
	golden(t, "form-group.json", last("views.open", "view"))
	form := press(home, "Add a reminder")
	golden(t, "form-reminder.json", last("views.open", "view"))
	if w := submit(form, typed{"topic": "confidentiality", "at": "now and then", "group": "evening"}); w.Errors["at"] == "" {
		t.Errorf("nothing is wrong: %q", w.Words())
	}
	golden(t, "form-reminder-error.json", last("ack", "payload"))
	preview := submit(form, typed{"topic": "confidentiality", "at": "every Sunday at 9:00", "group": "evening"})
	golden(t, "form-reminder-preview.json", last("ack", "payload"))
	if w := submit(preview, typed{"at": "now and then"}); strings.Contains(w.Words(), "Next times") {
		t.Errorf("the preview is left: %q", w.Words())
	}
	golden(t, "form-reminder-error-after-preview.json", last("ack", "payload"))

	edit := ask(slacktest.Ask{Text: "reminder edit abc123"})
	golden(t, "form-reminder-edit.json", last("views.open", "view"))
	s.version.Add(1) // somebody else saves
	if w := submit(edit, typed{"late": "3h"}); fields(w)["at"] != "Thursdays at 10:00 AM" || fields(w)["late"] != "3h" {
		t.Errorf("there stands %v", fields(w))
	}
	golden(t, "form-reminder-conflict.json", last("ack", "payload"))
	for label, name := range map[string]string{"Edit": "form-group-edit.json", "Channels and meetings": "form-group-meetings.json"} {
		press(home, label)
		golden(t, name, last("views.open", "view"))
	}
	ask(slacktest.Ask{Kind: slacktest.Shortcut, ActionID: "global." + bot.Call{Command: "share"}.Encode()})
	golden(t, "form-share.json", last("views.open", "view"))

	ask(slacktest.Ask{Text: "strategies listening"})
	golden(t, "answer.json", last("ack", "payload"))
	trouble := bot.OpenTrouble{Trouble: bot.PlatformTrouble(bot.Discord, "refused"), Since: storyTime()}
	courier := delivery.NewCourier(core.Deck(), []bot.Adapter{h.adapter}, slog.New(slog.DiscardHandler), storyTime)
	d := bot.NoticeTo(bot.Place{Platform: bot.Slack, Channel: staffChannel}, trouble.News(bot.Began), storyTime())
	if _, err := courier.Carry(within(t), notes{d: d}); err != nil {
		t.Fatal(err)
	}
	golden(t, "notice.json", last("chat.postMessage"))
	for _, c := range h.Complaints() {
		t.Error(c)
	}
}

// nothingYet is a store before the first group. Changes are not asked of it:
// the walk sends no form.
type nothingYet struct{ bot.Store }

func (nothingYet) Groups(context.Context) ([]bot.Group, error) { return nil, nil }

func (nothingYet) Group(context.Context, string) (bot.Group, error) {
	return bot.Group{}, bot.ErrNotFound
}

func (nothingYet) GroupAt(context.Context, bot.Place) (bot.Group, error) {
	return bot.Group{}, bot.ErrNotFound
}

func (nothingYet) Reminders(context.Context, string) ([]bot.Reminder, error) { return nil, nil }

func (nothingYet) Reminder(context.Context, string) (bot.Reminder, error) {
	return bot.Reminder{}, bot.ErrNotFound
}

func (nothingYet) Deliveries(context.Context, bot.DeliveryFilter) ([]bot.Delivery, error) {
	return nil, nil
}

func (nothingYet) Approvals(context.Context) ([]content.Approval, error) { return nil, nil }
func (nothingYet) Reviewers(context.Context) ([]bot.Reviewer, error)     { return nil, nil }

func (nothingYet) Post(context.Context, bot.Actor, ...bot.Delivery) error { return nil }

func (nothingYet) Troubles(context.Context) ([]bot.OpenTrouble, error) { return nil, nil }

func (nothingYet) Concerns(context.Context) ([]bot.Concern, error) { return nil, nil }

func (nothingYet) Audit(context.Context, time.Time, int) ([]bot.AuditEntry, error) { return nil, nil }

func (nothingYet) AddConcern(context.Context, bot.Concern, time.Time) error { return nil }

func (nothingYet) RestoreGroup(context.Context, bot.Actor, string, func(bot.Group) error) error {
	return bot.ErrNotFound
}

func (nothingYet) RestoreReminder(context.Context, bot.Actor, string, func(bot.Group) error) error {
	return bot.ErrNotFound
}

// office is a store with a group, a reminder and whatever staff look after. It
// takes every change and stays as it is.
type office struct {
	nothingYet

	version atomic.Int64 // how often somebody else changed the reminder
}

func (*office) group() bot.Group {
	return bot.Group{
		ID: "evening", Name: "Evening circle", Zone: "America/Los_Angeles", Langs: []string{"en", "es"}, Quiet: "21:00-08:00", Version: 1,
		Places:   []bot.Place{group, {Platform: bot.Discord, Space: "1234", Channel: "5678"}},
		Sessions: []bot.Session{{Rule: "every Monday at 18:00", Length: 90 * time.Minute}}, Skips: []string{"2026-12-24"},
	}
}

func (s *office) reminder() bot.Reminder {
	r := bot.Reminder{ID: "abc123", Group: "evening", Topic: "confidentiality", Rule: "every Tuesday at 9:00", Late: 2 * time.Hour, Version: 1 + s.version.Load()}
	if s.version.Load() > 0 {
		r.Rule = "every Thursday at 10:00"
	}
	return bot.Schedule(r, s.group(), storyTime())
}

func (s *office) Groups(context.Context) ([]bot.Group, error) { return []bot.Group{s.group()}, nil }

func (s *office) Group(_ context.Context, id string) (bot.Group, error) {
	if id != s.group().ID {
		return bot.Group{}, bot.ErrNotFound
	}
	return s.group(), nil
}

func (s *office) GroupAt(_ context.Context, p bot.Place) (bot.Group, error) {
	if p != group {
		return bot.Group{}, bot.ErrNotFound
	}
	return s.group(), nil
}

func (s *office) Reminders(context.Context, string) ([]bot.Reminder, error) {
	return []bot.Reminder{s.reminder()}, nil
}

func (s *office) Reminder(_ context.Context, id string) (bot.Reminder, error) {
	if id != s.reminder().ID {
		return bot.Reminder{}, bot.ErrNotFound
	}
	return s.reminder(), nil
}

func (s *office) Troubles(context.Context) ([]bot.OpenTrouble, error) {
	return []bot.OpenTrouble{{Trouble: bot.PlatformTrouble(bot.Discord, "refused"), Since: storyTime().Add(-time.Hour), Count: 2}}, nil
}

func (s *office) Concerns(context.Context) ([]bot.Concern, error) {
	return []bot.Concern{{ID: "c1", Group: "evening", Category: bot.Categories()[0], Day: "2026-11-29", Count: 1, State: bot.ConcernOpen}}, nil
}

func (s *office) Deliveries(context.Context, bot.DeliveryFilter) ([]bot.Delivery, error) {
	return []bot.Delivery{{
		Key: "k", Kind: bot.OfReminder, Reminder: "abc123", Group: "evening", Place: group,
		At: storyTime().Add(-time.Minute), Card: "confidentiality-1", State: bot.Sent,
	}}, nil
}

func (s *office) Audit(context.Context, time.Time, int) ([]bot.AuditEntry, error) {
	first := bot.Schedule(bot.Reminder{ID: "abc123", Group: "evening", Topic: "confidentiality", Rule: "every Tuesday at 9:00", Late: 2 * time.Hour, Version: 1}, s.group(), storyTime())
	detail, err := json.Marshal(first)
	return []bot.AuditEntry{{At: storyTime(), Actor: "cli", Action: "reminder add", Target: "abc123", Detail: string(detail)}}, err
}

func (s *office) SetGroup(context.Context, bot.Actor, bot.Group) error { return nil }

func (s *office) RemoveGroup(context.Context, bot.Actor, string) error { return nil }

func (s *office) RestoreGroup(context.Context, bot.Actor, string, func(bot.Group) error) error {
	return nil
}

func (s *office) SetReminder(context.Context, bot.Actor, bot.Reminder) error { return nil }

func (s *office) RemoveReminder(context.Context, bot.Actor, string) error { return nil }

func (s *office) RestoreReminder(context.Context, bot.Actor, string, func(bot.Group) error) error {
	return nil
}

func (s *office) SetConcern(context.Context, bot.Actor, string, bot.ConcernState, bot.Delivery) error {
	return nil
}

// notes is the record of one notice.
type notes struct {
	bot.Ledger
	d bot.Delivery
}

func (n notes) Load(context.Context) (bot.Work, error) { return bot.Work{Delivery: n.d}, nil }

func (n notes) Begin(context.Context, string, time.Duration) (time.Time, bool, error) {
	return storyTime(), true, nil
}

func (n notes) Mine(context.Context, time.Duration) (bool, error) { return true, nil }

func (n notes) Settle(context.Context, bot.Settlement) error { return nil }
