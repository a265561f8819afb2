package chat

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/bot"
)

// Moderators and staff see the names of channels of the other platform. A channel whose name is not
// known in time stays in the long form.
func TestChannelsOfTheOtherPlatformAreNamed(t *testing.T) {
	t.Parallel()
	for p, other := range map[bot.Platform]bot.Place{
		bot.Slack:   {Platform: bot.Discord, Space: "1111", Channel: "2222"},
		bot.Discord: {Platform: bot.Slack, Channel: "C0OTHER"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSetup(t)
			s.sample(t, p)
			g, err := s.store.Group(t.Context(), "evening-circle")
			must(t, err)
			g.Places = append(g.Places, other)
			g.Version = 0
			must(t, s.store.SetGroup(t.Context(), moderator(p), g))
			show := func() string {
				return plain(s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "show", "group", g.ID))))
			}
			before := show()
			var asked atomic.Int32
			tell := func(name string, err error, wait time.Duration) {
				s.SetPlatforms(Platforms{Inspect: func(ctx context.Context, at bot.Place) (bot.Channel, error) {
					asked.Add(1)
					if at != other {
						t.Errorf("asked for %s", at)
					}
					select {
					case <-time.After(wait):
						return bot.Channel{Name: name}, err
					case <-ctx.Done():
						return bot.Channel{}, ctx.Err()
					}
				}})
			}
			tell("", errors.New("down"), 0)
			if after := show(); after != before || !strings.Contains(before, other.String()) {
				t.Errorf("%s: without a name it is %s", p, after)
			}
			show()
			if asked.Load() != 1 {
				t.Errorf("%s: asked %d times within a minute", p, asked.Load())
			}
			s.channels.names = bot.Recent[bot.Place, nameTold]{}
			tell("late", nil, time.Hour)
			began := time.Now()
			if after := show(); after != before || time.Since(began) > namesTime {
				t.Errorf("%s: after %v it is %s", p, time.Since(began), after)
			}
			s.channels.names = bot.Recent[bot.Place, nameTold]{}
			tell("evening", errors.New("a right is missing"), time.Second)
			for range 2 {
				if after := show(); strings.Contains(after, other.String()) || !strings.Contains(after, "#evening (") {
					t.Errorf("%s: with a name it is %s", p, after)
				}
			}
			if asked.Load() != 3 {
				t.Errorf("%s: asked %d times, once for what is remembered", p, asked.Load())
			}
			if a := plain(s.Handle(t.Context(), ask(p, bot.Actor{}, bot.NewSub("group", "show", "group", g.ID)))); strings.Contains(a, "evening (") {
				t.Errorf("%s: a member reads %s", p, a)
			}
		})
	}
}

// A name is asked for again after a while.
func TestNamesAge(t *testing.T) {
	t.Parallel()
	n, now := newChannels(nil), monday()
	p := bot.Place{Platform: bot.Slack, Channel: "C1"}
	n.learn(p, "x", now)
	if name, known := n.nameOf(p, now.Add(nameLasts-1)); name != "x" || !known {
		t.Error("a name is forgotten early")
	}
	if _, known := n.nameOf(p, now.Add(nameLasts)); known {
		t.Error("a name is never asked for again")
	}
}

// If a panic happens while a name is asked for, only the name is missing from the answer.
func TestNamingSurvivesPanics(t *testing.T) {
	t.Parallel()
	p := bot.Slack
	other := bot.Place{Platform: bot.Discord, Space: "1111", Channel: "2222"}
	s := newSetup(t)
	s.sample(t, p)
	g, err := s.store.Group(t.Context(), "evening-circle")
	must(t, err)
	g.Places, g.Version = append(g.Places, other), 0
	must(t, s.store.SetGroup(t.Context(), moderator(p), g))
	show := ask(p, moderator(p), bot.NewSub("group", "show", "group", g.ID))
	before := plain(s.Handle(t.Context(), show))
	s.SetPlatforms(Platforms{Inspect: func(context.Context, bot.Place) (bot.Channel, error) { panic("a secret") }})
	for what, do := range map[string]func(){
		"asking": func() {
			if after := plain(s.Handle(t.Context(), show)); after != before {
				t.Errorf("after a panic it is %s", after)
			}
		},
		"writing": func() { s.channels.named(t.Context(), p, s.now(), nil) },
	} {
		s.log.Reset()
		do()
		if log := s.log.String(); !strings.Contains(log, "naming channels panicked") || strings.Contains(log, "a secret") {
			t.Errorf("%s: the log says %q", what, log)
		}
	}
}
