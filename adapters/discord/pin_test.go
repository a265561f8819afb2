package discord

import (
	"errors"
	"strings"
	"testing"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

// What is posted is pinned with the right to it, and without it is told which one to give.
func TestPin(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	first, err := a.Send(soon(t), here, note("key1", "Stays."))
	must(t, err)
	lacks := func(what string, err error, want string) {
		t.Helper()
		said, ok := bot.ForPerson(err)
		if !errors.Is(err, bot.ErrFixed) || !ok || !strings.Contains(said, want) || bot.Detail(err) != said {
			t.Errorf("%s: %v", what, err)
		}
	}
	lacks("asked without the right", a.MayPin(soon(t), here, false), "allow Pin Messages")
	lacks("pinned without the right", a.Pin(soon(t), here, first.ID), "allow Pin Messages")
	discordtest.Allow(s, here.Channel, discordtest.PinMessages)
	if err := a.MayPin(soon(t), here, false); err != nil {
		t.Errorf("with the right: %v", err)
	}
	for range 2 {
		must(t, a.Pin(soon(t), here, first.ID))
	}
	if m := s.Messages(here.Channel)[0]; !m.Pinned {
		t.Errorf("not pinned: %+v", m)
	}
	if err := a.Pin(soon(t), here, "900000000000000000"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("a message that is gone: %v", err)
	}
	if err := a.Pin(soon(t), here, "17.000100"); !errors.Is(err, bot.ErrRejected) {
		t.Errorf("what is no message of Discord's: %v", err)
	}
	for range 249 {
		discordtest.Fix(s, here.Channel, s.Say(here.Channel, "600000000000000001", "Kept."))
	}
	last, err := a.Send(soon(t), here, note("key2", "One too many."))
	must(t, err)
	lacks("the channel is full", a.Pin(soon(t), here, last.ID), "unpin some")
	forum := bot.Place{Platform: bot.Discord, Space: here.Space, Channel: s.AddKind(15, "")}
	discordtest.Allow(s, forum.Channel, discordtest.PinMessages)
	lacks("a forum", a.MayPin(soon(t), forum, false), "pin it yourself")
	lacks("a post in it", a.Pin(soon(t), forum, first.ID), "pin it yourself")
	refusedNothing(t, s)
}
