package slack

import (
	"context"
	"testing"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// TestWalk shows every card and button of the real core in Slack.
func TestWalk(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := bot.New(bot.Config{Library: library, Store: nothingYet{}})
	if err != nil {
		t.Fatal(err)
	}
	adaptertest.Walk(t, open(t, contract(t), false), b)
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

func (nothingYet) Deliveries(context.Context, bot.DeliveryFilter) ([]scheduler.Delivery, error) {
	return nil, nil
}

func (nothingYet) Approvals(context.Context) ([]content.Approval, error) { return nil, nil }

func (nothingYet) Post(context.Context, bot.Actor, ...scheduler.Delivery) error { return nil }
