package slack

import (
	"errors"
	"strings"
	"testing"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// What is posted is pinned with the scope for it, and without it is told which one to give.
func TestPin(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Pace: -1})
	a := newAdapter(t, fake, "")
	r, err := a.Send(t.Context(), group, note("k"))
	must(t, err)
	for what, err := range map[string]error{"asked": a.MayPin(t.Context(), group, false), "pinned": a.Pin(t.Context(), group, r.ID)} {
		said, ok := bot.ForPerson(err)
		if !errors.Is(err, bot.ErrFixed) || !ok || !strings.Contains(said, "add pins:write") || bot.Detail(err) != said {
			t.Errorf("%s without the scope: %v", what, err)
		}
	}
	fake.Grant(append(botScopes(), pinScope)...)
	if err := a.MayPin(t.Context(), group, false); err != nil {
		t.Errorf("with the scope: %v", err)
	}
	for range 2 {
		must(t, a.Pin(t.Context(), group, r.ID))
	}
	if m := fake.Messages(group.Channel)[0]; !m.Pinned {
		t.Errorf("not pinned: %+v", m)
	}
	if err := a.Pin(t.Context(), group, "1.000001"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("a message that is gone: %v", err)
	}
	fake.Fail(slacktest.Fault{Method: "pins.add", Error: "permission_denied"})
	if err := a.Pin(t.Context(), group, r.ID); !errors.Is(err, bot.ErrFixed) {
		t.Errorf("the channel's settings forbid it: %v", err)
	}
}

// A Slack whose scopes are not told, because a proxy takes the header away, is tried.
func TestPinScopesUnknown(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Pace: -1, NoScopes: true})
	if err := newAdapter(t, fake, "").MayPin(t.Context(), group, false); err != nil {
		t.Error(err)
	}
}
