package chat

import (
	"strings"
	"testing"

	"circlekeeper/bot"
)

// A menu of posts names the group. It has the channel's ID only if the group has several channels on
// the platform, or if the channel is no longer the group's.
func TestAMenuOfPostsNamesTheGroup(t *testing.T) {
	t.Parallel()
	one, two, other := bot.Place{Platform: bot.Discord, Space: "1", Channel: "2"}, bot.Place{Platform: bot.Slack, Channel: "C0000000ON"}, bot.Place{Platform: bot.Slack, Channel: "C0000000TW"}
	for _, tc := range []struct {
		places []bot.Place
		at     bot.Place
		want   string
	}{
		{[]bot.Place{one}, one, "Evening"}, {[]bot.Place{one, two}, one, "Evening, Discord"}, {[]bot.Place{one, two}, two, "Evening, Slack"},
		{[]bot.Place{one, two, other}, two, "slack:C0000000ON"}, {[]bot.Place{one, two, other}, one, "Evening, Discord"}, {[]bot.Place{one}, two, "slack:C0000000ON"}, {nil, one, "discord:1/2"},
	} {
		if got := whichOf(bot.Group{Name: "Evening", Places: tc.places}, tc.at); got != tc.want {
			t.Errorf("%v of %v: %q, want %q", tc.at, tc.places, got, tc.want)
		}
	}
}

// Staff type in a channel of no group: the answer has a button for each group, which does what was
// asked. A group is never removed so.
func TestAGroupIsChosenInAChannelOfNone(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		s.sample(t, p)
		r := ask(p, moderator(p), bot.NewSub("session", "cancel", "when", "next"))
		r.Place.Channel = "3333333333333333333"
		a := s.Handle(t.Context(), r)
		if !strings.Contains(plain(a), "This channel does not belong to a group.") {
			t.Fatalf("%s: %s", p, plain(a))
		}
		if _, a := press(t, s, r, a, "Evening circle"); !strings.Contains(plain(a), "The session is cancelled.") {
			t.Errorf("%s, pressed: %s", p, plain(a))
		}
		r.Call = bot.NewSub("group", "remove", "group", "evening circl")
		if a := s.Handle(t.Context(), r); len(a.Message.Actions) > 0 {
			t.Errorf("%s: one press would remove a group: %s", p, plain(a))
		}
	}
}
