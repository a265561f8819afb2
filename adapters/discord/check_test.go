package discord

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Bucket: 500, Global: 500})
	a, _ := newAdapter(t, s)
	check := func(name, channel string, says ...string) {
		t.Helper()
		p := here
		p.Channel = channel
		_, err := a.Inspect(soon(t), p)
		if len(says) == 0 {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return
		}
		if want := map[bool]error{true: bot.ErrImpaired, false: bot.ErrUnreachable}[name == "missing history"]; !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
			return
		}
		for _, w := range says {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v does not say %q", name, err, w)
			}
		}
	}
	text := s.AddChannel()
	forum := s.AddKind(15, "")
	check("text", text)
	check("announcements", s.AddKind(5, ""))
	check("thread of announcements", s.AddKind(10, s.AddKind(5, "")))
	check("forum", forum)
	check("media", s.AddKind(16, ""), "forum")
	check("post in a forum", s.AddKind(11, forum))
	check("category", s.AddKind(4, ""), "takes no messages")
	for _, kind := range []int{2, 13} {
		voices := s.AddKind(kind, "")
		check("voices", voices)
		s.Deny(voices, discordtest.Connect)
		check("voices without Connect", voices, "missing Connect:")
		at := here
		at.Channel = voices
		if _, err := a.Send(soon(t), at, note("k", "Words.")); !errors.Is(err, bot.ErrUnreachable) {
			t.Errorf("sent without Connect: %v", err)
		}
	}
	private := s.AddKind(12, text)
	check("private thread", private, "add the bot")
	s.Join(private)
	check("private thread, added", private)
	for kind, want := range map[int]string{0: "View Channel", 2: "Connect", 13: "Connect", 11: "Send Messages in Threads", 12: "Send Messages in Threads"} {
		rights, err := neededIn(&discordgo.Channel{Type: discordgo.ChannelType(kind)})
		if missing := strings.Join(names(rights, 0), ", "); err != nil || !strings.Contains(missing, want) {
			t.Errorf("a channel of type %d wants %s: %v", kind, missing, err)
		}
	}
	thread := s.AddKind(11, text)
	check("thread", thread)
	s.Lock(thread)
	check("locked thread", thread, "locked")
	s.Deny(text, discordtest.SendMessages|discordtest.ReadHistory)
	check("missing two", text, "Send Messages, Read Message History", "bot's role")
	s.Deny(text, discordtest.EmbedLinks)
	check("without embeds", text)
	s.Deny(text, discordtest.SendInThreads)
	check("missing in the thread", s.AddKind(11, text), "Send Messages in Threads")
	s.Deny(forum, discordtest.SendInThreads)
	check("missing in the post", s.AddKind(11, forum), "Send Messages in Threads")
	s.Deny(text, discordtest.ReadHistory)
	check("missing history", text, "Read Message History")
	at := here
	at.Channel = text
	if _, err := a.Send(soon(t), at, note("k2", "Words.")); err != nil {
		t.Errorf("what Check calls impaired takes no posts: %v", err)
	}
	s.Deny(text, discordtest.ViewChannel)
	check("hidden", text, "View Channel")
	check("deleted", "1", "does not exist")
	other := here
	other.Space = "1"
	if _, err := a.Inspect(soon(t), other); !errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("another server: %v", err)
	}
	s.Kick()
	check("kicked", discordtest.ChannelID, "View Channel")
}

// Account says whether Discord takes the token, and what the settings name in vain.
func TestAccount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		role string
		set  func(*discordtest.Server)
		says string
		err  string
	}{
		"good":          {role: discordtest.ModeratorRole},
		"no role":       {},
		"no such role":  {role: "1", says: "DISCORD_MODERATOR_ROLE names a role that none of the bot's servers has"},
		"everybody":     {role: discordtest.GuildID, says: "everybody in the server has"},
		"in no server":  {set: (*discordtest.Server).Kick, says: "in no server yet"},
		"revoked":       {set: (*discordtest.Server).Revoke, err: "Discord refuses the token"},
		"an incident":   {set: func(s *discordtest.Server) { s.Fail(discordtest.Fault{Status: 403, Code: 40333}) }, err: "Discord lets no request through"},
		"not reachable": {set: (*discordtest.Server).Down, err: "Discord could not be reached: the connection is refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			a, err := New(Config{Token: discordtest.Token, APIURL: s.URL, ModeratorRole: c.role})
			must(t, err)
			t.Cleanup(a.client.CloseIdleConnections)
			if c.set != nil {
				c.set(s)
			}
			got, err := a.Account(soon(t))
			if theirs, wrong := a.ReadClock(soon(t)); err == nil && (wrong != nil || time.Until(theirs).Abs() > 10*time.Second) {
				t.Errorf("Discord's clock shows %s: %v", theirs, wrong)
			}
			if (len(got) == 1) != (c.says != "") || len(got) == 1 && !strings.Contains(got[0].Says, c.says) {
				t.Errorf("%+v, want %q", got, c.says)
			}
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v, want %q", err, c.err)
			}
		})
	}
}

// A role is one of the server's, and not everybody's.
func TestCheckRole(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	for id, says := range map[string]string{
		discordtest.FacilitatorRole: "", "1": "the server has no such role", discordtest.GuildID: "everybody in the server has that role",
	} {
		err := a.CheckRole(soon(t), bot.Role{Platform: bot.Discord, Space: discordtest.GuildID, ID: id})
		if (err == nil) != (says == "") || says != "" && (!errors.Is(err, bot.ErrUnreachable) || !strings.Contains(bot.Detail(err), says)) {
			t.Errorf("%s: %v, want %q", id, err, says)
		}
		if _, said := bot.ForPerson(err); err != nil && !said {
			t.Errorf("%s: %v cannot be said in other languages", id, err)
		}
	}
	s.Down()
	if err := a.CheckRole(soon(t), bot.Role{Platform: bot.Discord, Space: discordtest.GuildID, ID: discordtest.FacilitatorRole}); err == nil {
		t.Error("a role is there although Discord was not asked")
	}
}

// Inspect says who reads a channel, and how slow it is.
func TestInspect(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	hidden, slow := s.AddChannel(), s.AddChannel()
	s.Hide(hidden)
	s.Slow(slow, 90*time.Minute)
	private, thread, inHidden := s.AddKind(12, slow), s.AddKind(11, slow), s.AddKind(11, hidden)
	s.Join(private)
	for id, want := range map[string]bot.Channel{
		discordtest.ChannelID: {Open: true}, hidden: {}, slow: {Open: true, Slow: 90 * time.Minute},
		private: {}, thread: {Open: true}, inHidden: {},
	} {
		at := here
		at.Channel = id
		s.Call(id, "room-"+id)
		want.Name = "room-" + id
		if got, err := a.Inspect(soon(t), at); err != nil || got != want {
			t.Errorf("%s: %+v %v, want %+v", id, got, err, want)
		}
	}
}

func TestApplication(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		http     bool
		key      string
		endpoint string
		register bool
		says     []string
	}{
		{"gateway", false, "", "", true, nil},
		{"new", false, "", "", false, []string{"commands"}},
		{"gateway with endpoint", false, "", "https://example.org/discord/interactions", true, []string{"clear Interactions Endpoint URL"}},
		{"http", true, discordtest.PublicKey(), "https://example.org/discord/interactions", true, nil},
		{"http without endpoint", true, discordtest.PublicKey(), "", true, []string{"no Interactions Endpoint URL"}},
		{"another path", true, discordtest.PublicKey(), "https://example.org/", true, []string{"does not end in"}},
		{"another key", true, strings.Repeat("ab", 32), "https://example.org/discord/interactions", false, []string{"commands", "another application's"}},
	} {
		s := discordtest.New(t, discordtest.Options{})
		s.SetEndpoint(c.endpoint)
		a, err := New(Config{Token: discordtest.Token, APIURL: s.URL, HTTP: c.http, PublicKey: c.key})
		must(t, err)
		t.Cleanup(a.client.CloseIdleConnections)
		if c.register {
			must(t, a.prepare(soon(t), table(), new(sync.WaitGroup)))
		}
		got, err := a.Application(soon(t), table())
		if err != nil || len(got) != len(c.says) {
			t.Errorf("%s: %+v %v", c.name, got, err)
			continue
		}
		for i, w := range c.says {
			if !strings.Contains(got[i].Says, w) || got[i].Minor != (w == "commands") {
				t.Errorf("%s: %+v does not say %q", c.name, got[i], w)
			}
		}
	}
}

func TestRegistersOnce(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	for range 3 {
		must(t, a.prepare(soon(t), table(), new(sync.WaitGroup)))
	}
	if _, n := s.Commands(); n != 1 {
		t.Errorf("written %d times", n)
	}
	changed := table()
	changed[0].Summary = bot.Words{"en": "Something else"}
	if same, _, err := a.compare(soon(t), changed); same || err != nil {
		t.Errorf("%v %v", same, err)
	}
	must(t, a.prepare(soon(t), changed, new(sync.WaitGroup)))
	raw, n := s.Commands()
	if n != 2 || !strings.Contains(string(raw), "Something else") {
		t.Errorf("written %d times: %s", n, raw)
	}
	b, err := Manifest(table())
	must(t, err)
	golden(t, "commands.json", b)
}

// An incident at the door while the program starts keeps nothing from being
// registered once it is over, nor people from being answered.
func TestRegistersAfterAnIncident(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]discordtest.Fault{
		"code":     {Status: 403, Code: 40333},
		"page":     {Status: 403, HTML: true},
		"404":      {Status: 404, HTML: true},
		"refused":  {Status: 400, Code: 50035, Route: "PUT /applications/{application_id}/commands"},
		"503":      {Status: 503, HTML: true},
		"too many": {Status: 429, After: 20 * time.Millisecond},
	} {
		for _, overHTTP := range []bool{false, true} {
			t.Run(name+map[bool]string{true: " over HTTP"}[overHTTP], func(t *testing.T) {
				t.Parallel()
				s := discordtest.New(t, discordtest.Options{})
				f := f
				f.Times = 4
				s.Fail(f)
				a, _ := newAdapter(t, s)
				a.c.HTTP = overHTTP
				ctx, cancel := context.WithCancel(soon(t))
				defer cancel()
				served := make(chan error, 1)
				go func() { served <- a.Serve(ctx, core{}) }()
				for {
					if _, n := s.Commands(); n == 1 {
						break
					}
					if !bot.Sleep(ctx, 5*time.Millisecond) {
						t.Fatal("never registered")
					}
				}
				cancel()
				if err := <-served; err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		c    Config
		says string
	}{
		{"nothing", Config{}, "set DISCORD_TOKEN"},
		{"no token", Config{Token: "hello"}, "is not a bot token"},
		{"two lines", Config{Token: "a.b.c\nd"}, "is not a bot token"},
		{"address", Config{Token: "a.b.c", APIURL: "discord.com"}, "DISCORD_API_URL"},
		{"no key", Config{Token: "a.b.c", HTTP: true}, "DISCORD_PUBLIC_KEY is missing"},
		{"half a key", Config{Token: "a.b.c", HTTP: true, PublicKey: "abcd"}, "DISCORD_PUBLIC_KEY is not"},
		{"role", Config{Token: "a.b.c", ModeratorRole: "mods"}, "DISCORD_MODERATOR_ROLE"},
	} {
		if _, err := New(c.c); err == nil || !strings.Contains(err.Error(), c.says) || c.c.Token != "" && strings.Contains(err.Error(), c.c.Token) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if a, err := New(Config{Token: "Bot a.b.c"}); err != nil || a.Platform() != bot.Discord {
		t.Error(err)
	}
	if got := Invitation("42"); got != "https://discord.com/oauth2/authorize?client_id=42&permissions=2251799813753856&scope=bot+applications.commands" {
		t.Errorf("%s", got)
	}
}

// A question that got no answer changed nothing: why there was none is all that is said.
func TestQuestionsWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault discordtest.Fault
		says  string
	}{
		{discordtest.Fault{Lost: true, Times: 3}, "Discord could not be reached: the connection was cut"}, // net/http asks again on a connection that was in use
		{discordtest.Fault{Status: http.StatusServiceUnavailable}, "Discord answered 503"},
		{discordtest.Fault{Status: http.StatusOK, HTML: true}, "Discord's answer could not be read"},
	} {
		s := discordtest.New(t, discordtest.Options{})
		a, _ := newAdapter(t, s)
		s.Fail(tc.fault)
		if _, err := a.InvitationLink(soon(t)); err == nil || errors.Is(err, bot.ErrUnknown) || err.Error() != tc.says {
			t.Errorf("%v, want %s", err, tc.says)
		}
	}
}
