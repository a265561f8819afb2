package chat

import (
	"strings"
	"testing"

	"circlekeeper/bot"
)

// TestTheHistoryOfWhatWasRemovedStays asks for a removed group's history: from its channel, by its ID
// and name, by a button of its reminder, and from elsewhere.
func TestTheHistoryOfWhatWasRemovedStays(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Discord)
	s.store.deliveries = append(s.store.deliveries, bot.Delivery{
		Kind: bot.OfReminder, Reminder: rem.ID, Group: g.ID, Place: here(bot.Discord), At: monday(),
		Card: "agreement-pass", State: bot.Sent,
	})
	calls := []bot.Call{
		bot.NewSub("reminder", "history"), bot.NewSub("reminder", "history", "group", g.ID), bot.NewSub("reminder", "history", "group", g.Name),
		bot.NewSub("reminder", "history", "id", rem.ID),
	}
	see := func(when string) {
		t.Helper()
		for _, c := range calls {
			if text := plain(s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), c))); !strings.Contains(text, here(bot.Discord).String()) {
				t.Errorf("%s, %v: %s", when, c, text)
			}
		}
	}
	see("while it is there")
	must(t, s.Changes.Reminders.Remove(t.Context(), moderator(bot.Discord), rem.ID))
	see("its reminder removed")
	must(t, s.Changes.Groups.Remove(t.Context(), moderator(bot.Discord), g.ID))
	see("removed")
	elsewhere := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("reminder", "history", "group", g.ID))
	elsewhere.Place.Space = "999"
	if text := plain(s.Handle(t.Context(), elsewhere)); strings.Contains(text, here(bot.Discord).String()) {
		t.Errorf("another server reads it: %s", text)
	}
}

// TestWhatWasSkippedBeforeACardWasChosenHasItsTopic reads the history and the overview.
func TestWhatWasSkippedBeforeACardWasChosenHasItsTopic(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Discord)
	s.store.deliveries = append(s.store.deliveries, bot.Delivery{
		Kind: bot.OfReminder, Reminder: rem.ID, Group: g.ID, Place: here(bot.Discord), At: monday(),
		State: bot.Skipped, Reason: bot.Reason{Code: bot.SkippedDate},
	})
	history := func() string {
		t.Helper()
		return plain(s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewSub("reminder", "history", "group", g.ID))))
	}
	title := s.deck.TopicTitle(rem.Topic, "en")
	if text := history(); !strings.Contains(text, ": "+title+", ") {
		t.Errorf("want %q in\n%s", title, text)
	}
	if text := plain(s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewCall("overview")))); !strings.Contains(text, ", "+title+", ") {
		t.Errorf("want %q in\n%s", title, text)
	}
	must(t, s.Changes.Reminders.Remove(t.Context(), moderator(bot.Discord), rem.ID))
	if text := history(); !strings.Contains(text, ": "+title+", ") {
		t.Errorf("removed: want %q in\n%s", title, text)
	}
	must(t, s.Changes.Groups.Remove(t.Context(), moderator(bot.Discord), g.ID))
	if text := history(); !strings.Contains(text, ": a removed reminder, ") {
		t.Errorf("removed with its group:\n%s", text)
	}
}
