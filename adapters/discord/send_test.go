package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

func note(key, text string) bot.Message {
	return bot.Message{Key: key, Title: "Agreement", Blocks: []content.Block{content.Text(text)}, Footer: []content.Span{{Text: "In a crisis: /crisis"}}}
}

func TestSendOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := discordtest.New(t, discordtest.Options{Now: func() time.Time { return now }})
	a, _ := newAdapter(t, s)
	m := note("key1", "Hello @here <@500000000000000001>.")
	m.Silent = true
	first, err := a.Send(soon(t), here, m)
	if err != nil || first.ID == "" || !first.At.Equal(now) {
		t.Fatalf("%+v %v", first, err)
	}
	second, err := a.Send(soon(t), here, m)
	if err != nil || second.ID != first.ID {
		t.Errorf("sent again: %+v %v", second, err)
	}
	got := s.Messages(discordtest.ChannelID)
	if len(got) != 1 || got[0].Pings || got[0].Nonce != "key1" || got[0].Flags != flagQuiet|flagNoPreviews {
		t.Errorf("stands there: %+v", got)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, told := range []bool{true, false} {
		now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		s := discordtest.New(t, discordtest.Options{Now: func() time.Time { return now }, ShowNonce: told, Bucket: 500, Global: 500})
		a, _ := newAdapter(t, s)
		m := note("key1", "Stay with your own story. *Always*.")
		if _, ok, err := a.Find(soon(t), here, m, now); ok || err != nil {
			t.Errorf("found nothing yet: %v %v", ok, err)
		}
		want, err := a.Send(soon(t), here, m)
		must(t, err)
		p, err := post(m)
		must(t, err)
		// If nothing was written since, older messages are told apart by their keys alone.
		long, _ := newAdapter(t, s)
		if _, ok, err := long.Find(soon(t), here, m, now.Add(time.Hour)); ok != told || err != nil {
			t.Errorf("nonce told %v, an older message found: %v %v", told, ok, err)
		}
		if _, ok, err := long.Find(soon(t), here, note("key2", "Stay with your own story. *Always*."), now.Add(time.Hour)); ok || err != nil {
			t.Errorf("took an older message of the same words for this one: %v %v", ok, err)
		}
		s.Say(discordtest.ChannelID, "999", p.Content) // not ours
		for range 120 {
			s.Say(discordtest.ChannelID, "999", "chat")
		}
		got, ok, err := a.Find(soon(t), here, m, now)
		if err != nil || !ok || got != want {
			t.Errorf("nonce told %v: %+v %v %v", told, got, ok, err)
		}
		if _, ok, err := a.Find(soon(t), here, note("key2", "Other words."), now); ok || err != nil {
			t.Errorf("found another: %v %v", ok, err)
		}
		same := note("key2", "Stay with your own story. *Always*.")
		if _, ok, _ := a.Find(soon(t), here, same, now); ok {
			t.Error("took another delivery's message for this one")
		}
		restarted, _ := newAdapter(t, s)
		if got, ok, err := restarted.Find(soon(t), here, m, now); err != nil || !ok || got != want {
			t.Errorf("not found after a restart: %+v %v %v", got, ok, err)
		}
		if _, ok, _ := restarted.Find(soon(t), here, same, now); ok == told {
			t.Errorf("nonce told %v, the same words found: %v", told, ok)
		}
		s.Deny(discordtest.ChannelID, discordtest.ReadHistory)
		if _, ok, err := a.Find(soon(t), here, m, now); ok || !errors.Is(err, bot.ErrUnreachable) {
			t.Errorf("sure without looking: %v %v", ok, err)
		}
	}
}

// What is too long for content is made of components. It is found by its button or,
// without one, by its words.
func TestFindLongPosts(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	for _, button := range []bool{true, false} {
		s := discordtest.New(t, discordtest.Options{})
		a, _ := newAdapter(t, s)
		words := func(key, more string) bot.Message {
			m := note(key, more)
			m.Silent = true
			for range 40 {
				m.Blocks = append(m.Blocks, content.Text(strings.Repeat("word ", 15)))
			}
			if button {
				m.Actions = []bot.Action{{Label: "Read more", Call: bot.Call{Command: "why"}}}
			}
			return m
		}
		before := time.Now()
		first, err := a.Send(soon(t), here, words("key1", "Stay with your own story."))
		must(t, err)
		got := s.Messages(discordtest.ChannelID)[0]
		if got.Flags != flagV2|flagQuiet || strings.Count(got.Content, "word") != 600 || got.Pings {
			t.Errorf("stands there: %+v", got)
		}
		p, err := post(words("key1", "Stay with your own story."))
		must(t, err)
		held(t, c, "/channels/{channel_id}/messages", p)
		restarted, _ := newAdapter(t, s)
		if found, ok, err := restarted.Find(soon(t), here, words("key1", "Stay with your own story."), before); err != nil || !ok || found != first {
			t.Errorf("button %v: %+v %v %v", button, found, ok, err)
		}
		if _, ok, err := restarted.Find(soon(t), here, words("key2", "Stay with your own story."), before); err != nil || ok == button {
			t.Errorf("button %v: the same words of another key found: %v %v", button, ok, err)
		}
		if _, ok, err := restarted.Find(soon(t), here, words("key1", "Other words."), before); err != nil || ok != button {
			t.Errorf("button %v: other words found: %v %v", button, ok, err)
		}
		refusedNothing(t, s)
	}
}

// Two deliveries of the same words are told apart by their buttons after a
// restart, when neither nonce nor memory is left.
func TestFindByButtons(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Bucket: 500, Global: 500})
	a, _ := newAdapter(t, s)
	words := func(key string) bot.Message {
		m := note(key, "Stay with your own story.")
		m.Actions = []bot.Action{
			{Label: "Read more", Call: bot.Call{Command: "strategies", Args: map[string]string{"name": strings.Repeat("x", 70)}}},
			{Label: "Help now", Call: bot.Call{Command: "crisis"}.AsNew()},
		}
		return m
	}
	before := time.Now()
	first, err := a.Send(soon(t), here, words("abcdefghijklmnopqrstuvwx"))
	must(t, err)
	restarted, _ := newAdapter(t, s)
	if _, ok, err := restarted.Find(soon(t), here, words("another"), before); ok || err != nil {
		t.Errorf("took another delivery's message for this one: %v %v", ok, err)
	}
	second, err := a.Send(soon(t), here, words("another"))
	must(t, err)
	for key, want := range map[string]bot.Receipt{"abcdefghijklmnopqrstuvwx": first, "another": second} {
		if got, ok, err := restarted.Find(soon(t), here, words(key), before); got != want || !ok || err != nil {
			t.Errorf("%s: %+v %v %v, want %+v", key, got, ok, err, want)
		}
	}
	// The stamped button still asks what it says.
	ask, err := s.Messages(discordtest.ChannelID)[0].Shown().Press("Help now")
	must(t, err)
	serve(t, a, s, core{handle: func(_ context.Context, r bot.Request) bot.Answer {
		if r.Command != "crisis" || !r.Flow.New {
			t.Errorf("asked for %q with %v", r.Command, r.Args)
		}
		return say("Help.")
	}})
	answer(t, s.Do(ask))
	refusedNothing(t, s)
}

func TestSendErrors(t *testing.T) {
	t.Parallel()
	const route = "POST /channels/{channel_id}/messages"
	var limited *bot.RateLimited
	plain := func(err error) bool {
		return err != nil && !errors.Is(err, bot.ErrUnknown) && !errors.Is(err, bot.ErrUnreachable) && !errors.As(err, &limited)
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	down := func(err error) bool { return plain(err) && errors.Is(err, bot.ErrOutage) }
	rate := func(after time.Duration, global bool) func(error) bool {
		return func(err error) bool {
			var l *bot.RateLimited
			return errors.As(err, &l) && l.After == after && l.Global == global
		}
	}
	for _, c := range []struct {
		name   string
		set    func(*discordtest.Server)
		want   func(error) bool
		says   string
		posted int
	}{
		{"unknown channel", func(s *discordtest.Server) { s.DeleteChannel(discordtest.ChannelID) }, is(bot.ErrUnreachable), "does not exist", 0},
		{"not seen", func(s *discordtest.Server) { s.Deny(discordtest.ChannelID, discordtest.ViewChannel) }, is(bot.ErrUnreachable), "View Channel", 0},
		{"not allowed", func(s *discordtest.Server) { s.Deny(discordtest.ChannelID, discordtest.SendMessages) }, is(bot.ErrUnreachable), "Send Messages", 0},
		{"kicked", func(s *discordtest.Server) { s.Kick() }, is(bot.ErrUnreachable), "", 0},
		{"gone from the server", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 404, Code: 10004}) }, is(bot.ErrUnreachable), "invite it again", 0},
		{"other 403", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 403, Code: 20012}) }, down, "20012", 0},
		{"an incident", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 403, Code: 40333}) }, down, "40333", 0},
		{"403 without a code", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 403}) }, down, "403", 0},
		{"404 without a code", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 404}) }, down, "404", 0},
		{"a proxy's 403", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 403, HTML: true}) }, down, "403", 0},
		{"a proxy's 400", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 400, HTML: true}) }, down, "400", 0},
		{"token", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 401}) }, is(ErrToken), "DISCORD_TOKEN", 0},
		{"400", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 400, Code: 50035}) }, is(bot.ErrRejected), "50035", 0},
		{"413", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 413, Code: 40005}) }, is(bot.ErrRejected), "shorter", 0},
		{"AutoMod", func(s *discordtest.Server) { s.Block(discordtest.ChannelID, "Words") }, is(bot.ErrRejected), "AutoMod in that server blocks these words", 0},
		{"a harmful link", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 400, Code: 240000}) }, is(bot.ErrRejected), "link", 0},
		{"slowmode", func(s *discordtest.Server) {
			s.Fail(discordtest.Fault{Route: route, Status: 429, Code: 20016, After: 90 * time.Minute})
		}, rate(90*time.Minute, false), "slowmode", 0},
		{"429", func(s *discordtest.Server) {
			s.Fail(discordtest.Fault{Route: route, Status: 429, After: 1500 * time.Millisecond})
		}, rate(1500*time.Millisecond, false), "", 0},
		{"429 for all", func(s *discordtest.Server) {
			s.Fail(discordtest.Fault{Route: route, Status: 429, After: time.Second, Global: true})
		}, rate(time.Second, true), "", 0},
		{"429 as a page", func(s *discordtest.Server) {
			s.Fail(discordtest.Fault{Route: route, Status: 429, After: 7 * time.Second, HTML: true})
		}, rate(7*time.Second, true), "", 0},
		{"500", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 500}) }, is(bot.ErrUnknown), "500", 0},
		{"502 as a page", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Status: 502, HTML: true}) }, is(bot.ErrUnknown), "502", 0},
		{"answer lost", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Lost: true}) }, is(bot.ErrUnknown), "", 1},
		{"cut before", func(s *discordtest.Server) { s.Fail(discordtest.Fault{Route: route, Reset: true}) }, is(bot.ErrUnknown), "", 0},
		{"down", func(s *discordtest.Server) { s.Down() }, plain, "could not be reached: the connection is refused", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			a, _ := newAdapter(t, s)
			c.set(s)
			_, err := a.Send(soon(t), here, note("k", "Words."))
			if !c.want(err) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if err != nil && (strings.Contains(err.Error(), discordtest.Token) || strings.Contains(err.Error(), "http://")) {
				t.Errorf("the error tells too much: %v", err)
			}
			if n := len(s.Messages(discordtest.ChannelID)); n != c.posted {
				t.Errorf("%d posted", n)
			}
		})
	}
	t.Run("slow", func(t *testing.T) {
		t.Parallel()
		s := discordtest.New(t, discordtest.Options{})
		a, _ := newAdapter(t, s)
		s.Fail(discordtest.Fault{Route: route, Delay: 3 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if _, err := a.Send(ctx, here, note("k", "Words.")); !errors.Is(err, bot.ErrUnknown) {
			t.Error(err)
		}
	})
	t.Run("too long", func(t *testing.T) {
		t.Parallel()
		s := discordtest.New(t, discordtest.Options{})
		a, _ := newAdapter(t, s)
		if _, err := a.Send(soon(t), here, note("k", strings.Repeat("word ", 3000))); !plain(err) {
			t.Error(err)
		}
		if len(s.Requests()) != 0 {
			t.Error("it was tried all the same")
		}
	})
}

// What breaks a limit that no splitting mends is refused before anybody is asked, and
// answered with an apology.
func TestBeyondEveryLimit(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	var next atomic.Pointer[bot.Message]
	serve(t, a, s, core{handle: func(context.Context, bot.Request) bot.Answer { return bot.Answer{Message: *next.Load()} }})
	buttons := func(n int, of string) (out []bot.Action) {
		for i := range n {
			out = append(out, bot.Action{Label: "Button", Call: bot.Call{Command: "why", Args: map[string]string{"n": fmt.Sprint(of, i)}}})
		}
		return out
	}
	for name, c := range map[string]struct {
		change func(*bot.Message)
		posted bool
		shown  bool // beyond one message, answers are split
	}{
		"25 buttons":               {func(m *bot.Message) { m.Actions = buttons(25, "") }, true, true},
		"26 buttons":               {func(m *bot.Message) { m.Actions = buttons(26, "") }, false, false},
		"21 buttons and a menu":    {func(m *bot.Message) { m.Actions, m.Menu = buttons(21, ""), &bot.Menu{Options: buttons(1, "")} }, false, false},
		"25 options":               {func(m *bot.Message) { m.Menu = &bot.Menu{Options: buttons(25, "")} }, true, true},
		"26 options":               {func(m *bot.Message) { m.Menu = &bot.Menu{Options: buttons(26, "")} }, false, false},
		"a call that does not fit": {func(m *bot.Message) { m.Actions = buttons(1, strings.Repeat("x", 100)) }, false, false},
		"long labels": {func(m *bot.Message) {
			m.Menu = &bot.Menu{Label: strings.Repeat("l", 400), Options: []bot.Action{{Label: strings.Repeat("é", 400), Hint: strings.Repeat("h", 400), Call: bot.Call{Command: "why"}}}}
			m.Actions = []bot.Action{{Label: strings.Repeat("l", 400), Call: bot.Call{Command: "why"}}}
		}, true, true},
		"a long title":   {func(m *bot.Message) { m.Title = strings.Repeat("title ", 1000) }, false, true},
		"a long footer":  {func(m *bot.Message) { m.Footer = []content.Span{{Text: strings.Repeat("footer ", 1000)}} }, false, true},
		"a long block":   {func(m *bot.Message) { m.Blocks = []content.Block{content.Text(strings.Repeat("word ", 3000))} }, false, true},
		"nothing at all": {func(m *bot.Message) { *m = bot.Message{Key: m.Key} }, false, false},
	} {
		m := note(fmt.Sprintf("key%d", len(s.Requests())), "Words.")
		c.change(&m)
		before := len(s.Messages(discordtest.ChannelID))
		_, err := a.Send(soon(t), here, m)
		if posted := len(s.Messages(discordtest.ChannelID)) > before; posted != c.posted || !posted && !errors.Is(err, bot.ErrRejected) || posted && err != nil {
			t.Errorf("%s: posted %v, %v", name, posted, err)
		}
		m.Key = ""
		next.Store(&m)
		got := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"}))
		if apologised := strings.Contains(got.Content, "went wrong"); apologised == c.shown || !got.Ephemeral {
			t.Errorf("%s: answered %.80q", name, got.Content)
		}
	}
	refusedNothing(t, s)
}

// After a global 429 and at the end of a bucket, Discord is left alone.
func TestSendHeedsLimits(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Bucket: 2})
	a, _ := newAdapter(t, s)
	var limited *bot.RateLimited
	for i := range 5 {
		_, err := a.Send(soon(t), here, note("", "Words."))
		if i < 2 && err != nil || i >= 2 && !errors.As(err, &limited) {
			t.Errorf("%d: %v", i, err)
		}
	}
	elsewhere := here
	elsewhere.Channel = s.AddChannel()
	if _, err := a.Send(soon(t), elsewhere, note("", "Words.")); err != nil {
		t.Errorf("another channel waits too: %v", err)
	}
	s.Fail(discordtest.Fault{Status: 429, After: time.Minute, Global: true})
	for range 3 {
		if _, err := a.Send(soon(t), elsewhere, note("", "Words.")); !errors.As(err, &limited) || !limited.Global {
			t.Error(err)
		}
	}
	if _, n := s.Counts(); n != 1 {
		t.Errorf("%d answers of 429", n)
	}
}

func FuzzInteraction(f *testing.F) {
	s, err := discordtest.Start(discordtest.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	for _, a := range []discordtest.Ask{
		{Kind: discordtest.Ping},
		{Kind: discordtest.Command, Name: "reminder", Sub: "add", Args: map[string]string{"at": "x"}, Rights: discordtest.ManageGuild},
		{Kind: discordtest.Autocomplete, Name: "strategies", Args: map[string]string{"name": "x"}, Focused: "name"},
		{Kind: discordtest.Component, CustomID: "1/strategies/?name=x"},
		{Kind: discordtest.Component, CustomID: "menu", Values: []string{"1/strategies/?name=x"}},
		{Kind: discordtest.Submit, CustomID: "1/reminder/add?", Args: map[string]string{"at": "x"}},
		{Kind: discordtest.Command, Name: "crisis", Direct: true},
	} {
		_, raw, err := s.Payload(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, err := decode(raw)
		if err != nil {
			return
		}
		r, _, err := in.request([]string{"7"})
		if err != nil {
			return
		}
		if r.Actor.May() && r.Place.Space == "" && r.Place.Channel != "" {
			t.Errorf("a right without a server: %+v", r.Place)
		}
		if _, err := json.Marshal(r.Args); err != nil {
			t.Error(err)
		}
	})
}
