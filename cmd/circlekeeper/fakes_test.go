package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/adapters/slack/slacktest"
)

// patience bounds every wait of a story.
const patience = 30 * time.Second

// platforms are the fake Discord and Slack of one story.
type platforms struct {
	discord *discordtest.Server
	slack   *slacktest.Server
	seen    map[string]slacktest.Shown // in Slack: last under "", by name what was put aside
	shown   discordtest.Shown          // in Discord, last
	forum   string                     // in Discord, its channel
	rights  int64                      // in Discord, of who asked last
	roles   []string                   // likewise
}

type platformsKey struct{}

func of(ts *testscript.TestScript) *platforms {
	p, ok := ts.Value(platformsKey{}).(*platforms)
	if !ok || p.discord == nil {
		ts.Fatalf("no fakes yet: put fakes first")
	}
	return p
}

// fakes starts a fake Discord and a fake Slack and points the program at them.
func fakes(ts *testscript.TestScript, _ bool, _ []string) {
	d, err := discordtest.Start(discordtest.Options{})
	ts.Check(err)
	ts.Defer(d.Close)
	s, err := slacktest.Start(slacktest.Options{})
	ts.Check(err)
	ts.Defer(s.Close)
	*ts.Value(platformsKey{}).(*platforms) = platforms{discord: d, slack: s}
	for name, value := range map[string]string{
		"DISCORD_TOKEN": discordtest.Token, "DISCORD_API_URL": d.URL, "DISCORD_PUBLIC_KEY": discordtest.PublicKey(),
		"SLACK_BOT_TOKEN": slacktest.BotToken, "SLACK_APP_TOKEN": slacktest.AppToken,
		"SLACK_API_URL": s.URL, "SLACK_STAFF_CHANNEL": slacktest.StaffChannel,
		"DISCORD_PLACE": "discord:" + discordtest.GuildID + "/" + discordtest.ChannelID,
		"SLACK_PLACE":   "slack:" + slacktest.GroupChannel, "STAFF_PLACE": "slack:" + slacktest.StaffChannel,
		"FACILITATOR_ROLE":    "discord:" + discordtest.GuildID + "/@" + discordtest.FacilitatorRole,
		"FACILITATOR_CHANNEL": "slack:" + slacktest.FacilitatorChannel,
	} {
		ts.Setenv(name, value)
	}
}

// ask types a command as a person and prints what that person sees:
//
//	ask discord|slack member|moderator|facilitator COMMAND [SUB] [NAME=VALUE…]
//
// On Discord their client is in the language DISCORD_LOCALE. It fails unless the answer
// is private.
func ask(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: ask discord|slack member|moderator|facilitator COMMAND [SUB] [NAME=VALUE...]")
	}
	text, private := whatIsAnswered(ts, args)
	fmt.Fprintln(ts.Stdout(), text)
	if private == neg {
		ts.Fatalf("private: %v", private)
	}
}

func whatIsAnswered(ts *testscript.TestScript, args []string) (text string, private bool) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	switch args[0] {
	case "discord":
		return askDiscord(ctx, ts, args[1], args[2:])
	case "slack":
		return askSlack(ctx, ts, args[1], args[2:])
	}
	ts.Fatalf("%s is no platform", args[0])
	return "", false
}

// answers asks, as ask does, until what is answered shows something: answers REGEXP
// discord|slack member|moderator COMMAND…
func answers(ts *testscript.TestScript, _ bool, args []string) {
	want, err := regexp.Compile(args[0])
	ts.Check(err)
	var text string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if text, _ = whatIsAnswered(ts, args[1:]); want.MatchString(text) {
			fmt.Fprintln(ts.Stdout(), text)
			return
		}
	}
	ts.Fatalf("the answer does not show %s:\n%s", args[0], text)
}

func askDiscord(ctx context.Context, ts *testscript.TestScript, who string, words []string) (string, bool) {
	s := of(ts).discord
	a := discordtest.Ask{Kind: discordtest.Command, Name: words[0], Args: map[string]string{}, Locale: ts.Getenv("DISCORD_LOCALE")}
	for _, w := range words[1:] {
		if name, value, ok := strings.Cut(w, "="); ok {
			a.Args[name] = value
		} else {
			a.Sub = w
		}
	}
	switch who {
	case "moderator":
		a.Rights = discordtest.ManageGuild
	case "facilitator":
		a.Roles = []string{discordtest.FacilitatorRole}
	}
	of(ts).rights, of(ts).roles = a.Rights, a.Roles
	if ts.Getenv("DISCORD_MODE") == "http" {
		s.Deliver("http://" + ts.Getenv("LISTEN_ADDR") + "/discord/interactions")
	} else {
		ts.Check(s.AwaitGate(ctx, func(g discordtest.Gate) bool { return g.Live }))
	}
	return seenInDiscord(ctx, ts, a)
}

// seenInDiscord does something in Discord and tells what is seen then, and whether
// by nobody else.
func seenInDiscord(ctx context.Context, ts *testscript.TestScript, a discordtest.Ask) (string, bool) {
	p := of(ts)
	shown, err := p.discord.Do(a).Answer(ctx)
	ts.Check(err)
	p.shown = shown
	return discordWords(shown), shown.Ephemeral
}

func discordWords(shown discordtest.Shown) string {
	parts := []string{shown.Content}
	for _, m := range shown.More {
		parts = append(parts, m.Content)
	}
	for _, b := range slices.Concat(shown.Menu, shown.Buttons) {
		parts = append(parts, "["+b.Label+"]")
	}
	if shown.Form != nil {
		for _, f := range shown.Form.Fields {
			parts = append(parts, f.ID+"="+f.Value)
		}
	}
	return strings.Join(parts, "\n")
}

// discordDoes changes what the fake Discord does:
//
//	discorddoes revoke|endpoint URL|kick|invite|room NAME|delete|unpost|hide|slow|letpin|block WORDS|incident N
//	discorddoes forum|lose post
//
// or lets a member choose a command from the menu of a message in a forum's last post:
//
//	discorddoes menu NAME WORDS
//
// or lets whoever asked last press what was seen there, pick from a menu, or fill in the
// form, and prints what is seen then:
//
//	discorddoes press LABEL
//	discorddoes pick TEXT
//	discorddoes fill NAME=VALUE…
func discordDoes(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts).discord
	switch {
	case len(args) == 2 && (args[0] == "press" || args[0] == "pick"), len(args) > 1 && args[0] == "fill":
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		a, err := acted(of(ts).shown, args)
		ts.Check(err)
		a.Rights, a.Roles = of(ts).rights, of(ts).roles
		text, private := seenInDiscord(ctx, ts, a)
		fmt.Fprintln(ts.Stdout(), text)
		if !private && of(ts).shown.Form == nil {
			ts.Fatalf("others see it")
		}
	case len(args) == 1 && args[0] == "revoke":
		s.Revoke()
	case len(args) == 1 && args[0] == "kick":
		s.Kick()
	case len(args) == 1 && args[0] == "invite":
		s.Invite()
	case len(args) == 1 && args[0] == "delete":
		s.DeleteChannel(discordtest.ChannelID)
	case len(args) == 1 && args[0] == "unpost": // a moderator deletes the newest message
		there := s.Messages(discordtest.ChannelID)
		discordtest.Unpost(s, discordtest.ChannelID, there[len(there)-1].ID)
	case len(args) == 1 && args[0] == "hide":
		s.Hide(discordtest.ChannelID)
	case len(args) == 2 && args[0] == "room": // a channel that moderators see
		id := s.AddChannel()
		s.Call(id, args[1])
		s.Hide(id)
	case len(args) == 1 && args[0] == "forum": // $FORUM is its place then
		id := s.AddKind(15, "")
		of(ts).forum = id
		ts.Setenv("FORUM", "discord:"+discordtest.GuildID+"/"+id)
	case len(args) == 2 && args[0] == "lose" && args[1] == "post": // the next answer to one in a forum
		s.Fail(discordtest.Fault{Route: "POST /channels/{channel_id}/threads", Lost: true})
	case len(args) == 3 && args[0] == "menu": // of a message in the last post of the forum
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		ts.Check(s.AwaitGate(ctx, func(g discordtest.Gate) bool { return g.Live }))
		posts := s.Posts(of(ts).forum)
		text, private := seenInDiscord(ctx, ts, discordtest.Ask{Kind: discordtest.Command, Name: args[1], OfWords: args[2], Channel: posts[len(posts)-1].ID})
		fmt.Fprintln(ts.Stdout(), text)
		if !private {
			ts.Fatalf("others see it")
		}
	case len(args) == 1 && args[0] == "slow":
		s.Slow(discordtest.ChannelID, 90*time.Minute)
	case len(args) == 1 && args[0] == "letpin":
		discordtest.Allow(s, discordtest.ChannelID, discordtest.PinMessages)
	case len(args) == 2 && args[0] == "block":
		s.Block(discordtest.ChannelID, args[1])
	case len(args) == 2 && args[0] == "incident":
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		s.Fail(discordtest.Fault{Status: 403, Code: 40333, Times: n})
	case len(args) == 2 && args[0] == "status": // of the next answer
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		s.Fail(discordtest.Fault{Status: n})
	case len(args) == 2 && args[0] == "endpoint":
		s.SetEndpoint(args[1])
	default:
		ts.Fatalf("usage: discorddoes revoke|endpoint URL|kick|invite|room NAME|delete|unpost|hide|slow|block WORDS|incident N|status N|press LABEL|pick TEXT|fill NAME=VALUE...")
	}
}

// acted is what somebody does on what they saw.
func acted(on discordtest.Shown, args []string) (discordtest.Ask, error) {
	switch args[0] {
	case "press":
		return on.Press(args[1])
	case "pick":
		for _, o := range on.Menu {
			if strings.Contains(o.Label, args[1]) {
				return on.Pick(o.Label)
			}
		}
		return discordtest.Ask{}, fmt.Errorf("no option with %q", args[1])
	}
	values := make(map[string]string)
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		values[name] = value
	}
	return on.Fill(values)
}

// requests fails if more than N posts to Discord's channels were tried:
//
//	requests discord N
func requests(ts *testscript.TestScript, _ bool, args []string) {
	var most int
	if len(args) != 2 || args[0] != "discord" {
		ts.Fatalf("usage: requests discord N")
	}
	if _, err := fmt.Sscan(args[1], &most); err != nil {
		ts.Fatalf("%s is no number", args[1])
	}
	tried := 0
	for _, r := range of(ts).discord.Requests() {
		if r.Method == "POST" && r.Route == "/channels/{channel_id}/messages" {
			tried++
		}
	}
	if tried == 0 || tried > most {
		ts.Fatalf("%d posts tried, want 1 to %d", tried, most)
	}
}

func askSlack(ctx context.Context, ts *testscript.TestScript, who string, words []string) (string, bool) {
	s := of(ts).slack
	a := slacktest.Ask{Kind: slacktest.Command, Text: strings.Join(words, " ")}
	switch who {
	case "moderator":
		a.User = slacktest.Staff
	case "facilitator":
		a.User = slacktest.Facilitator
	}
	ts.Check(s.AwaitConnections(ctx, 1))
	p, err := s.Do(a)
	ts.Check(err)
	shown, err := p.Shown(ctx, 1)
	ts.Check(err)
	return shown.Words(), shown.Ephemeral
}

// posted waits until exactly N messages stand in a place and prints the last, or
// the one of that number:
//
//	post discord|forum|slack|staff|canvas N [NUMBER]
//
// With N 0 it looks at once.
func posted(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: post discord|slack|staff N [NUMBER]")
	}
	var n int
	if _, err := fmt.Sscan(args[1], &n); err != nil {
		ts.Fatalf("%s is no number", args[1])
	}
	var there []string
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		there = standing(ts, args[0])
		if len(there) >= n || time.Now().After(deadline) {
			break
		}
	}
	if len(there) != n {
		ts.Fatalf("%d messages stand there, want %d", len(there), n)
	}
	which := n
	if len(args) == 3 {
		if _, err := fmt.Sscan(args[2], &which); err != nil || which < 1 || which > n {
			ts.Fatalf("%s is no number of a message", args[2])
		}
	}
	if n > 0 {
		fmt.Fprintln(ts.Stdout(), there[which-1])
	}
}

// pinnedOr marks a message that is pinned.
func pinnedOr(pinned bool) string {
	if pinned {
		return "(pinned) "
	}
	return ""
}

func standing(ts *testscript.TestScript, where string) []string {
	p := of(ts)
	var out []string
	switch where {
	case "discord":
		for _, m := range p.discord.Messages(discordtest.ChannelID) {
			if m.Pings {
				ts.Fatalf("a post pings somebody")
			}
			out = append(out, pinnedOr(m.Pinned)+m.Content)
		}
	case "forum":
		for _, post := range p.discord.Posts(p.forum) {
			for _, m := range post.Messages {
				out = append(out, post.Name+"\n"+m.Content)
			}
		}
	case "canvas":
		if c := slacktest.CanvasOf(p.slack, slacktest.GroupChannel); c.ID != "" {
			out = append(out, c.Title+"\n"+c.Markdown)
		}
	case "slack", "staff":
		channel := slacktest.GroupChannel
		if where == "staff" {
			channel = slacktest.StaffChannel
		}
		for _, m := range p.slack.Messages(channel) {
			if !m.Silent {
				ts.Fatalf("a post pings somebody")
			}
			text := slacktest.Words(m.Blocks)
			if m.Thread != "" {
				text = "(in a thread) " + text
			}
			if m.Edits > 0 {
				text = "(edited) " + text
			}
			out = append(out, pinnedOr(m.Pinned)+text)
		}
	default:
		ts.Fatalf("%s is no place", where)
	}
	return out
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
