package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

func note(key string) bot.Message {
	return bot.Message{Key: key, Title: "Reminder", Blocks: []content.Block{content.Text("A quiet word.")}}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		change func(*Config)
		says   string
	}{
		"no bot token":         {func(c *Config) { c.BotToken = "" }, "OAuth & Permissions"},
		"no app token":         {func(c *Config) { c.AppToken = "" }, "Basic Information"},
		"user token":           {func(c *Config) { c.BotToken = "xoxp-secretsecretsecret" }, "it does not begin with xoxb-"},
		"rotating token":       {func(c *Config) { c.BotToken = "xoxe.xoxb-1-secretsecretsecret" }, "token rotation"},
		"rotating app token":   {func(c *Config) { c.AppToken = "xoxe-1-secretsecretsecret" }, "token rotation"},
		"both":                 {func(c *Config) { c.BotToken, c.AppToken = "secret", "secret" }, "SLACK_BOT_TOKEN is malformed: it does not begin with xoxb-; the right one is found on your app's page, OAuth & Permissions\nSLACK_APP_TOKEN is malformed"},
		"swapped":              {func(c *Config) { c.BotToken, c.AppToken = c.AppToken, c.BotToken }, "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped"},
		"swapped over HTTP":    {func(c *Config) { c.BotToken, c.HTTP, c.Secret = c.AppToken, true, slacktest.Secret }, "SLACK_BOT_TOKEN holds the app token, which belongs in SLACK_APP_TOKEN"},
		"twice the bot's":      {func(c *Config) { c.AppToken = c.BotToken }, "SLACK_APP_TOKEN holds the bot token, which belongs in SLACK_BOT_TOKEN"},
		"short":                {func(c *Config) { c.AppToken = "xapp-secret" }, "SLACK_APP_TOKEN is malformed: it is cut off"},
		"with a line break":    {func(c *Config) { c.BotToken += "\nsecret" }, "malformed: it holds a character that no token has"},
		"staff channel's name": {func(c *Config) { c.StaffChannel = "#staff" }, "C0123456789"},
		"plain address":        {func(c *Config) { c.APIURL = "http://slack.example/api/" }, "https://"},
		"no address":           {func(c *Config) { c.APIURL = "slack" }, "https://"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := good
			tt.change(&c)
			_, err := New(c)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("got %v, want a sentence with %q", err, tt.says)
			}
			for _, token := range []string{c.BotToken, c.AppToken} {
				if token != "" && strings.Contains(err.Error(), token) {
					t.Error("the error repeats a token")
				}
			}
		})
	}
}

// TestSendErrors holds every way a post can go wrong to the error contract.
func TestSendErrors(t *testing.T) {
	t.Parallel()
	const (
		unreachable = "unreachable"
		unknown     = "unknown"
		limited     = "limited"
		refused     = "refused"
		there       = "there" // Slack is there, and refuses this
		never       = "never"
		down        = "down"
	)
	tests := map[string]struct {
		fault  slacktest.Fault
		want   string
		says   string
		posted bool
	}{
		"channel gone":            {slacktest.Fault{Error: "channel_not_found"}, unreachable, "/invite", false},
		"not in channel":          {slacktest.Fault{Error: "not_in_channel"}, unreachable, "/invite", false},
		"archived":                {slacktest.Fault{Error: "is_archived"}, unreachable, "unarchive", false},
		"restricted":              {slacktest.Fault{Error: "restricted_action"}, unreachable, "posting permissions", false},
		"read only":               {slacktest.Fault{Error: "restricted_action_read_only_channel"}, unreachable, "posting permissions", false},
		"wrong kind of channel":   {slacktest.Fault{Error: "channel_type_not_supported"}, unreachable, "another channel", false},
		"revoked":                 {slacktest.Fault{Error: "token_revoked"}, refused, "install the app again", false},
		"wrong token":             {slacktest.Fault{Error: "invalid_auth"}, refused, "Slack does not know the token in SLACK_BOT_TOKEN: it was copied wrong, or it is no longer valid. Copy it again", false},
		"account gone":            {slacktest.Fault{Error: "account_inactive"}, refused, "install the app again", false},
		"scope missing":           {slacktest.Fault{Error: "missing_scope"}, refused, "manifest", false},
		"too fast":                {slacktest.Fault{Status: 429, RetryAfter: 3}, limited, "3s", false},
		"too fast, no time":       {slacktest.Fault{Status: 429}, limited, "30s", false},
		"too fast, in the answer": {slacktest.Fault{Error: "ratelimited"}, limited, "30s", false},
		"too long":                {slacktest.Fault{Error: "msg_too_long"}, never, "make the card shorter", false},
		"too long in blocks":      {slacktest.Fault{Error: "msg_blocks_too_long"}, never, "make the card shorter", false},
		"a channel on its way":    {slacktest.Fault{Error: "external_channel_migrating"}, there, "external_channel_migrating", false},
		"a code of tomorrow":      {slacktest.Fault{Error: "some_new_code"}, there, "some_new_code", false},
		"not available":           {slacktest.Fault{Error: "service_unavailable"}, unknown, "service_unavailable", false},
		"403 page":                {slacktest.Fault{Status: 403, HTML: true}, down, "403", false},
		"rotated":                 {slacktest.Fault{Error: "token_expired"}, refused, "token rotation", false},
		"internal error":          {slacktest.Fault{Error: "internal_error"}, unknown, "internal_error", false},
		"internal error, posted":  {slacktest.Fault{Error: "internal_error", Done: true}, unknown, "internal_error", true},
		"fatal error":             {slacktest.Fault{Error: "fatal_error", Done: true}, unknown, "fatal_error", true},
		"500, posted":             {slacktest.Fault{Status: 500, Done: true}, unknown, "500", true},
		"502 page":                {slacktest.Fault{Status: 502, HTML: true}, unknown, "502", false},
		"200 page":                {slacktest.Fault{HTML: true}, unknown, "could not be read", false},
		"reset":                   {slacktest.Fault{Reset: true}, unknown, "could not be reached", false},
		"answer lost":             {slacktest.Fault{Lost: true}, unknown, "could not be reached", true},
		"refused blocks":          {slacktest.Fault{Error: "invalid_blocks"}, never, "invalid_blocks", false},
		"strange code":            {slacktest.Fault{Error: "no such <user> U012345"}, there, "(unknown)", false},
		"404":                     {slacktest.Fault{Status: 404}, down, "404", false},
		"redirect":                {slacktest.Fault{Status: 302}, down, "302", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := slacktest.New(t, slacktest.Options{})
			a := newAdapter(t, fake, "")
			tt.fault.Method = "chat.postMessage"
			fake.Fail(tt.fault)
			_, err := a.Send(t.Context(), group, note("k"))
			var rate *bot.RateLimited
			got := "something else"
			switch {
			case err == nil:
				got = "none"
			case errors.Is(err, bot.ErrUnreachable):
				got = unreachable
			case errors.Is(err, bot.ErrUnknown):
				got = unknown
			case errors.As(err, &rate):
				got = limited
			case errors.Is(err, ErrRefused):
				got = refused
			case errors.Is(err, bot.ErrRejected):
				got = never
			case errors.Is(err, bot.ErrDeclined):
				got = there
			case errors.Is(err, bot.ErrOutage):
				got = down
			}
			if tt.fault.Error != "" && strings.HasSuffix(tt.fault.Error, "_error") && !errors.Is(err, bot.ErrDeclined) {
				t.Errorf("Slack answered and counts as down: %v", err)
			}
			if got != tt.want || !strings.Contains(fmt.Sprint(err), tt.says) {
				t.Errorf("%s: %v; want %s with %q", got, err, tt.want, tt.says)
			}
			_, found, err := a.Find(t.Context(), group, note("k"), time.Now())
			if err != nil || found != tt.posted {
				t.Errorf("found %v, %v; want %v", found, err, tt.posted)
			}
		})
	}
}

func TestSendWithoutSlack(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	a := newAdapter(t, fake, "")
	fake.Down()
	_, err := a.Send(t.Context(), group, note("k"))
	if err == nil || errors.Is(err, bot.ErrUnknown) || errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("nothing left this machine, but %v", err)
	}
	if strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the error holds an address: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Send(ctx, group, note("k")); !errors.Is(err, context.Canceled) || errors.Is(err, bot.ErrUnknown) {
		t.Errorf("cancelled before it began, but %v", err)
	}
}

func TestSendTooLong(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	m := bot.Message{Blocks: []content.Block{content.Text(strings.Repeat("word ", 40_000))}}
	if _, err := newAdapter(t, fake, "").Send(t.Context(), group, m); err == nil || fake.Count("chat.postMessage") != 0 {
		t.Errorf("sent half of it, or %v", err)
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fake := slacktest.New(t, slacktest.Options{Now: func() time.Time { return now }})
	a := newAdapter(t, fake, "")
	if _, err := a.Send(t.Context(), group, note("a")); err != nil {
		t.Fatal(err)
	}
	var limited *bot.RateLimited
	if _, err := a.Send(t.Context(), group, note("b")); !errors.As(err, &limited) || limited.After != time.Second {
		t.Errorf("the second within a second: %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fake := slacktest.New(t, slacktest.Options{Pace: -1, Now: func() time.Time { return now }})
	a := newAdapter(t, fake, "")
	sent, err := a.Send(t.Context(), group, note("first"))
	must(t, err)
	for range 2*historyPage + 10 {
		fake.Say(group.Channel, slacktest.Member, "hello")
	}
	for name, tt := range map[string]struct {
		key   string
		since time.Time
		want  bool
	}{
		"behind others":                         {"first", now, true},
		"another key":                           {"second", now, false},
		"within the clocks":                     {"first", now.Add(50 * time.Second), true},
		"posted before that, far behind others": {"first", now.Add(2 * time.Minute), false},
		"from a long time back":                 {"first", now.AddDate(-1, 0, 0), true},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok, err := a.Find(t.Context(), group, note(tt.key), tt.since)
			if err != nil || ok != tt.want || ok && got != sent {
				t.Errorf("found %v %+v, %v; want %v %+v", ok, got, err, tt.want, sent)
			}
		})
	}
	for range historyPage * historyPages {
		fake.Say(group.Channel, slacktest.Member, "hello")
	}
	if _, ok, err := a.Find(t.Context(), group, note("first"), now); ok || err == nil {
		t.Errorf("beyond its reach: %v, %v; want an error", ok, err)
	}
	if _, _, err := a.Find(t.Context(), group, note(""), now); err == nil {
		t.Error("looked for a message without key")
	}
}

// Where metadata are dropped on the way, the words and the time tell.
func TestFindWithoutMetadata(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := now
	fake := slacktest.New(t, slacktest.Options{Pace: -1, NoData: true, Now: func() time.Time { return clock }})
	rich := bot.Message{Key: "rich", Title: "One & all <b>", Blocks: []content.Block{
		{Kind: content.List, Items: [][]content.Span{{{Text: "Ask "}, {Text: "the other", Fact: bot.Place{Platform: bot.Slack, Channel: "C0000GROUP1"}}, {Text: " at example.org, or "}, {Text: "here", Link: "https://example.org/a?b=c"}}}},
	}, Footer: []content.Span{{Text: "In a crisis: 988"}}}
	sender := newAdapter(t, fake, "")
	posted := make(map[string]bot.Receipt)
	for _, m := range []bot.Message{note("first"), rich} {
		got, err := sender.Send(t.Context(), group, m)
		must(t, err)
		posted[m.Key] = got
	}
	fake.Say(group.Channel, slacktest.Member, "Another's words.")
	clock = now.Add(time.Hour)
	other := note("other")
	other.Blocks = []content.Block{content.Text("Another's words.")}
	for name, tt := range map[string]struct {
		by    *Adapter
		m     bot.Message
		since time.Time
		want  bool
	}{
		"after a restart":               {newAdapter(t, fake, ""), note("first"), now, true},
		"with links and signs":          {newAdapter(t, fake, ""), rich, now, true},
		"too long ago":                  {newAdapter(t, fake, ""), note("first"), now.Add(10 * time.Minute), false},
		"somebody else's words":         {newAdapter(t, fake, ""), other, now, false},
		"without words":                 {newAdapter(t, fake, ""), bot.Message{Key: "none"}, now, false},
		"by the same process":           {sender, note("first"), now, true},
		"the same words, another's key": {sender, note("second"), now, false},
	} {
		got, ok, err := tt.by.Find(t.Context(), group, tt.m, tt.since)
		if err != nil || ok != tt.want || ok && got != posted[tt.m.Key] {
			t.Errorf("%s: %v %+v %v, want %v", name, ok, got, err, tt.want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	fake.SetChannel(slacktest.Channel{ID: "C1", Archived: true, Members: []string{slacktest.BotUser}})
	fake.SetChannel(slacktest.Channel{ID: "C2"})
	fake.SetChannel(slacktest.Channel{ID: "C3", Private: true})
	a := newAdapter(t, fake, "")
	for channel, says := range map[string]string{
		group.Channel: "", "C1": "unarchive", "C2": "/invite", "C3": "/invite", "C4": "no such channel",
	} {
		_, err := a.Inspect(t.Context(), bot.Place{Platform: bot.Slack, Channel: channel})
		if says == "" && err != nil || says != "" && (!errors.Is(err, bot.ErrUnreachable) || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v, want %q", channel, err, says)
		}
	}
	for _, tt := range []struct {
		set  slacktest.Channel
		want bot.Channel
	}{
		{slacktest.Channel{}, bot.Channel{Open: true}},
		{slacktest.Channel{Private: true}, bot.Channel{}},
		{slacktest.Channel{Private: true, Shared: true}, bot.Channel{Shared: true}},
		{slacktest.Channel{Private: true, Invited: true}, bot.Channel{Shared: true}},
	} {
		tt.set.ID, tt.set.Name, tt.set.Members = "C5", "evening", []string{slacktest.BotUser}
		tt.want.Name = "evening"
		fake.SetChannel(tt.set)
		if got, err := a.Inspect(t.Context(), bot.Place{Platform: bot.Slack, Channel: "C5"}); err != nil || got != tt.want {
			t.Errorf("%+v: %+v %v, want %+v", tt.set, got, err, tt.want)
		}
	}
	fake.Grant("chat:write")
	if _, err := a.Inspect(t.Context(), group); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "channels:read") {
		t.Errorf("without the scope: %v", err)
	}
}
