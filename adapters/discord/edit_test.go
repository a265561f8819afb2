package discord

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

// TestReplies follows a notice up as a reply to it, and by itself where the first
// is gone or the history may not be read.
func TestReplies(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	first, err := a.Send(soon(t), here, note("key1", "It fails."))
	must(t, err)
	reply := func(key, to string) discordtest.Message {
		t.Helper()
		m := note(key, "It has healed.")
		m.Thread = to
		r, err := a.Send(soon(t), here, m)
		must(t, err)
		if found, ok, err := a.Find(soon(t), here, m, r.At); err != nil || !ok || found.ID != r.ID {
			t.Errorf("%s: found %+v %v %v", key, found, ok, err)
		}
		all := s.Messages(discordtest.ChannelID)
		return all[len(all)-1]
	}
	if m := reply("key2", first.ID); m.ReplyTo != first.ID || m.Pings {
		t.Errorf("%+v", m)
	}
	if m := reply("key3", "900000000000000000"); m.ReplyTo != "" {
		t.Errorf("a reply to what is gone: %+v", m)
	}
	if m := reply("key4", "17.000100"); m.ReplyTo != "" {
		t.Errorf("a reply to what is not Discord's: %+v", m)
	}
	refusedNothing(t, s)
	s.Deny(discordtest.ChannelID, discordtest.ReadHistory)
	m := note("key5", "It has healed.")
	m.Thread = first.ID
	if _, err := a.Send(soon(t), here, m); err != nil {
		t.Errorf("without the history: %v", err)
	}
	if all := s.Messages(discordtest.ChannelID); len(all) != 5 || all[4].ReplyTo != "" {
		t.Errorf("%d messages", len(all))
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	long := note("key1", "It fails.")
	long.Silent = true
	long.Actions = []bot.Action{{Label: "History", Call: bot.Call{Command: "reminder", Sub: "history"}}}
	for range 40 {
		long.Blocks = append(long.Blocks, content.Text(strings.Repeat("word ", 15)))
	}
	r, err := a.Send(soon(t), here, long)
	must(t, err)
	if m := s.Messages(discordtest.ChannelID)[0]; m.Flags&flagV2 == 0 {
		t.Fatalf("not long enough: %+v", m)
	}
	for range 2 { // made of components it stays, which Discord never takes back
		must(t, a.Edit(soon(t), here, r.ID, note("key1", "It has healed.")))
	}
	got := s.Messages(discordtest.ChannelID)
	if len(got) != 1 || got[0].Edits != 2 || !strings.Contains(got[0].Content, "healed") || strings.Contains(got[0].Content, "fails") ||
		len(got[0].Shown().Buttons) != 0 || got[0].Flags != flagV2 {
		t.Errorf("stands there: %+v", got)
	}
	brief := note("key2", "It fails.")
	if r, err = a.Send(soon(t), here, brief); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		m     bot.Message
		flags int
		says  string
	}{
		{note("key2", "It has healed."), flagNoPreviews, "healed"},
		{long, flagV2, "word"},
		{note("key2", "It fails again."), flagV2, "again"},
		{long, flagV2, "word"},
	} {
		must(t, a.Edit(soon(t), here, r.ID, c.m))
		m := s.Messages(discordtest.ChannelID)[1]
		if m.Flags != c.flags || !strings.Contains(m.Content, c.says) || len(m.Shown().Buttons) != len(c.m.Actions) {
			t.Errorf("stands there: %+v", m)
		}
	}
	refusedNothing(t, s)

	const route = "PATCH /channels/{channel_id}/messages/{message_id}"
	for name, c := range map[string]struct {
		fault discordtest.Fault
		want  error
	}{
		"gone":         {discordtest.Fault{Status: 404, Code: 10008}, bot.ErrUnreachable},
		"no access":    {discordtest.Fault{Status: 403, Code: 50001}, bot.ErrUnreachable},
		"lost":         {discordtest.Fault{Status: 500}, bot.ErrUnknown},
		"revoked":      {discordtest.Fault{Status: 401}, ErrToken},
		"rate limited": {discordtest.Fault{Status: 429, After: 3 * time.Second}, nil},
	} {
		c.fault.Route = route
		s.Fail(c.fault)
		err := a.Edit(soon(t), here, r.ID, note("key1", "Words."))
		var limited *bot.RateLimited
		if c.want != nil && !errors.Is(err, c.want) || c.want == nil && !errors.As(err, &limited) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := s.Say(discordtest.ChannelID, "999", "chat")
	for name, c := range map[string]struct {
		id   string
		m    bot.Message
		want error
	}{
		"of somebody else": {other, note("k", "Words."), bot.ErrUnreachable},
		"not there":        {"900000000000000000", note("k", "Words."), bot.ErrUnreachable},
		"no ID":            {"../webhooks", note("k", "Words."), bot.ErrRejected},
		"nothing to say":   {r.ID, bot.Message{}, bot.ErrRejected},
	} {
		if err := a.Edit(soon(t), here, c.id, c.m); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDelete takes away what the bot posted and nothing else, whatever rights it has.
func TestDelete(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	other := s.Say(discordtest.ChannelID, "999", "chat")
	r, err := a.Send(soon(t), here, note("key1", "Words."))
	must(t, err)
	forum := here
	forum.Channel = s.AddKind(15, "")
	post, err := a.Send(soon(t), forum, note("key2", "Words."))
	must(t, err)
	const route = "DELETE /channels/{channel_id}/messages/{message_id}"
	for name, c := range map[string]struct {
		fault discordtest.Fault
		want  error
	}{
		"no access":    {discordtest.Fault{Status: 403, Code: 50001}, bot.ErrUnreachable},
		"lost":         {discordtest.Fault{Status: 500}, bot.ErrUnknown},
		"revoked":      {discordtest.Fault{Status: 401}, ErrToken},
		"rate limited": {discordtest.Fault{Status: 429, After: 3 * time.Second}, nil},
	} {
		c.fault.Route = route
		s.Fail(c.fault)
		err := a.Delete(soon(t), here, r.ID)
		var limited *bot.RateLimited
		if c.want != nil && !errors.Is(err, c.want) || c.want == nil && !errors.As(err, &limited) {
			t.Errorf("%s: %v", name, err)
		}
	}
	fresh, _ := newAdapter(t, s)
	for name, c := range map[string]struct {
		a    *Adapter
		to   bot.Place
		id   string
		want error
	}{
		"of somebody else":          {a, here, other, bot.ErrFixed},
		"no ID":                     {a, here, "../webhooks", bot.ErrRejected},
		"in a forum":                {a, forum, post.ID, bot.ErrFixed},
		"in a forum, not yet known": {fresh, forum, post.ID, bot.ErrFixed},
		"its own":                   {a, here, r.ID, nil},
	} {
		if err := c.a.Delete(soon(t), c.to, c.id); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := a.Delete(soon(t), here, r.ID); !errors.Is(err, bot.ErrGone) {
		t.Errorf("again: %v", err)
	}
	if all := s.Messages(discordtest.ChannelID); len(all) != 1 || all[0].ID != other {
		t.Errorf("there stand %+v", all)
	}
	if all := s.Posts(forum.Channel); len(all) != 1 || len(all[0].Messages) != 1 {
		t.Errorf("in the forum stand %+v", all)
	}
}

// A button on a private message whose answer takes long: the answer still takes
// that message's place, or follows it where it shall stand beside it.
func TestSlowButtonUpdates(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		s := discordtest.New(t, discordtest.Options{})
		release := make(chan bot.Answer)
		h := core{handle: func(_ context.Context, r bot.Request) bot.Answer {
			if r.Command == "slow" {
				return <-release
			}
			a := say("First.")
			a.Message.Actions = []bot.Action{{Label: "Slow", Call: bot.Call{Command: "slow"}}}
			return a
		}}
		if http {
			serveEndpoint(t, newEndpoint(t, s), s, h)
		} else {
			a, _ := newAdapter(t, s)
			serve(t, a, s, h)
		}
		press := func(on *discordtest.Shown) *discordtest.Pending {
			t.Helper()
			p := s.Do(discordtest.Ask{Kind: discordtest.Component, CustomID: "1/slow/?", On: on})
			acked, err := p.Acked(soon(t))
			if err != nil || !acked.Ephemeral || acked.Type != map[bool]int{true: 6, false: 5}[on != nil] {
				t.Fatalf("%+v %v", acked, err)
			}
			return p
		}
		private := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"}))
		p := press(&private)
		late := say("In its place.")
		late.Update = true
		release <- late
		if got := answer(t, p); !got.Updated || !got.Ephemeral || !strings.Contains(got.Content, "In its place.") || len(got.More) != 0 {
			t.Errorf("an update: %+v", got)
		}
		p = press(&private)
		release <- say("Beside it.")
		if got := answer(t, p); got.Updated || !got.Ephemeral || !strings.Contains(got.Content, "Beside it.") {
			t.Errorf("another message: %+v", got)
		}
		p = press(&private)
		release <- bot.Answer{Form: &bot.Form{Title: "Late form", Call: bot.Call{Command: "slow"}, Fields: []bot.Field{{Name: "a", Label: "A"}}}}
		if got := answer(t, p); got.Updated || !got.Ephemeral || len(got.Buttons) != 1 {
			t.Errorf("a form: %+v", got)
		}
		p = press(nil) // on a post that everybody sees
		release <- late
		if got := answer(t, p); got.Updated || !got.Ephemeral || !strings.Contains(got.Content, "In its place.") {
			t.Errorf("on a post: %+v", got)
		}
		refusedNothing(t, s)
	})
}
