package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

var update = flag.Bool("update", false, "write the golden files anew")

func decodeMenu(t *testing.T, b slack.Block) *slack.SelectBlockElement {
	t.Helper()
	row, ok := b.(*slack.ActionBlock)
	if !ok || len(row.Elements.ElementSet) != 1 {
		t.Fatalf("no menu but %T", b)
	}
	menu, ok := row.Elements.ElementSet[0].(*slack.SelectBlockElement)
	if !ok {
		t.Fatal("no menu")
	}
	return menu
}

func morning() content.Moment {
	return content.Moment{At: time.Unix(1796058000, 0), Clock: "Mon 9:00 AM PST"}
}

// messages is what people may be shown, of every shape.
func messages() map[string]bot.Message {
	p := func(spans ...content.Span) content.Block { return content.Block{Items: [][]content.Span{spans}} }
	long := strings.TrimSpace(strings.Repeat("seven words make a sentence of them. ", 250))
	return map[string]bot.Message{
		"empty": {},
		"moments": {
			Title: "Coming up", Blocks: []content.Block{
				{Kind: content.List, Items: [][]content.Span{{{Text: "Monday, November 30, 2026 at 9:00 AM PST", Fact: morning()}, {Text: ": Evening circle"}}}},
				p(content.Span{Text: "Call "}, content.Span{Text: "911", Link: "tel:911"}, content.Span{Text: " until "}, content.Span{Text: "Monday | 9:00", Fact: morning()}),
			},
		},
		"card": {
			Key: "aBcDeFgHiJ", Title: "Active Listening", Note: "Draft, not approved yet",
			Blocks: []content.Block{
				content.Text("Hear a person out before you answer."),
				p(content.Span{Text: "Say back "}, content.Span{Text: "in your words", Bold: true}, content.Span{Text: " what you heard. "}, content.Span{Text: "Read more", Link: "https://example.org/a?b=1&c=2"}),
				{Kind: content.Heading, Items: [][]content.Span{{{Text: "Something to try"}}}},
				content.Bullets("Put the phone away.", "Ask one question."),
				content.Text("That is all."),
			},
			Menu: &bot.Menu{Label: "Choose a strategy", Options: []bot.Action{
				{Label: "Active Listening", Hint: "Hear, then answer", Call: bot.Call{Command: "strategies", Args: map[string]string{"name": "strategy-listening"}}},
				{Label: "Clear Boundaries", Call: bot.Call{Command: "strategies", Args: map[string]string{"name": "strategy-boundaries"}}},
			}},
			Actions: []bot.Action{
				{Label: "More", Call: bot.Call{Command: "strategies", Args: map[string]string{"part": "more"}}, Style: bot.Primary},
				{Label: "Remove", Call: bot.Call{Command: "reminder", Sub: "remove"}, Style: bot.Danger},
				{Label: "Map", Link: "https://example.org/map"},
			},
			Footer: []content.Span{{Text: "In a crisis: /circle crisis"}},
		},
		"numbers": {
			Title: "Help now",
			Blocks: []content.Block{
				p(content.Span{Text: "Call "}, content.Span{Text: "911", Link: "tel:911", Bold: true}, content.Span{Text: " & say where you are <now>."}),
				{Kind: content.List, Items: [][]content.Span{
					{{Text: "988", Link: "tel:988"}, {Text: " or chat at "}, {Text: "988lifeline.org", Link: "https://988lifeline.org"}},
					{{Text: "text HOME to 741741", Bold: true}},
				}},
			},
			Actions: []bot.Action{{Label: "Call (323) 488-4114", Link: "tel:+13234884114"}},
		},
		"hostile": {
			Title:  "<!channel> *bold* :smile: @here",
			Note:   "<@U012> & <#C012>",
			Blocks: []content.Block{content.Text("<!here> <!everyone|x> <@U0123> `code` _it_ *b* ~s~ &lt;!here&gt;"), p(content.Span{Text: "<!here>|x", Link: "tel:911>|<!here>"}), p(content.Span{Text: "a|<!here>", Link: "tel:1"})},
			Footer: []content.Span{{Text: "@channel <!subteam^S1>"}},
			Menu:   &bot.Menu{Label: "<!here>", Options: []bot.Action{{Label: "<@U1>", Hint: "<!here>", Call: bot.Call{Command: "why"}}}},
		},
		"long": {
			Title: strings.Repeat("A very long title ", 12),
			Blocks: []content.Block{
				content.Text(long), content.Bullets(long, "short", long), content.Text(strings.Repeat("x", 7000)),
				{Kind: content.List, Items: [][]content.Span{{{Text: "988", Link: "tel:988"}, {Text: " " + strings.Repeat("<&> ", 1500)}}}},
			},
			Footer: []content.Span{{Text: long}},
		},
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, m := range messages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Preview(m, defaultName)
			must(t, err)
			golden(t, name+".json", got)
		})
	}
}

// golden holds what people see to what they saw before.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, append(got, '\n'), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(append(got, '\n'), want) {
		t.Errorf("%s differs; -update writes it anew", path)
	}
}

// TestNothingLost holds the layout to the fake's limits and to every word.
func TestNothingLost(t *testing.T) {
	t.Parallel()
	squeeze := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "•", " ")), "") }
	for name, m := range messages() {
		if name == "moments" {
			continue // Slack writes them: TestMoments
		}
		if name == "hostile" {
			continue // its address is no number, so it is not a link
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := slacktest.New(t, slacktest.Options{})
			a := newAdapter(t, fake, "")
			if name != "empty" {
				if _, err := a.Send(t.Context(), group, m); err != nil {
					t.Fatalf("the fake refuses it: %v", err)
				}
				read := squeeze(slacktest.Words(fake.Messages(group.Channel)[0].Blocks))
				for _, b := range m.Blocks {
					for _, item := range b.Items {
						all := ""
						for _, s := range item {
							all += s.Text
						}
						if !strings.Contains(read, squeeze(all)) {
							t.Errorf("lost: %.60q", all)
						}
					}
				}
			}
			if n := utf8.RuneCountInString(aloud(m)); n > maxText {
				t.Errorf("%d characters of text", n)
			}
		})
	}
}

func TestNothingPings(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	a := newAdapter(t, fake, "")
	if _, err := a.Send(t.Context(), group, messages()["hostile"]); err != nil {
		t.Fatal(err)
	}
	if m := fake.Messages(group.Channel)[0]; !m.Silent {
		t.Errorf("somebody is notified by %q", m.Text)
	}
	i := slices.IndexFunc(fake.Requests(), func(r slacktest.Request) bool { return r.Method == "chat.postMessage" })
	var body map[string]any
	must(t, json.Unmarshal(fake.Requests()[i].Body, &body))
	for k, want := range map[string]string{"unfurl_links": "false", "unfurl_media": "false", "parse": "none", "link_names": "false"} {
		if body[k] != want {
			t.Errorf("%s is %v, want %s", k, body[k], want)
		}
	}
}

func TestWordsAreWhole(t *testing.T) {
	t.Parallel()
	got := clip("one &amp; two &lt;three&gt;", 14)
	if got != "one &amp;…" {
		t.Errorf("cut at %q", got)
	}
	if got := clip(strings.Repeat("&amp;", 10), 13); got != "&amp;&amp;…" {
		t.Errorf("cut at %q", got)
	}
	if got := clip("one two three", 9); got != "one two…" {
		t.Errorf("clipped to %q", got)
	}
}

func BenchmarkRender(b *testing.B) {
	m := messages()["card"]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(render(m, "")); err != nil {
			b.Fatal(err)
		}
		_ = aloud(m)
	}
}

// TestChannelsAreNamed shows Slack's own channels as such, wherever text is made,
// and others in words.
func TestChannelsAreNamed(t *testing.T) {
	t.Parallel()
	to := func(text string, at bot.Platform, channel string) content.Span {
		return content.Span{Text: text, Fact: bot.Place{Platform: at, Channel: channel}}
	}
	item := []content.Span{
		{Text: "In "}, to("#a<b", bot.Slack, "C0123456789"), {Text: " and "}, to("#else&where", bot.Discord, "2"), {Text: ", "},
		to("#dm", bot.Slack, "D0123456789"), {Text: ", "}, to("#bad", bot.Slack, "C01><!here>"), {Text: ", "}, to("#worse", bot.Slack, ""),
	}
	m := bot.Message{Blocks: []content.Block{{Items: [][]content.Span{item}}}}
	blocks, err := json.Marshal(render(m, ""))
	must(t, err)
	for _, want := range []string{`{"type":"channel","channel_id":"C0123456789"}`, `"text":"#else\u0026where"`, `"text":"#dm"`, `"text":"#bad"`, `"text":"#worse"`} {
		if !strings.Contains(string(blocks), want) {
			t.Errorf("%s is not in %s", want, blocks)
		}
	}
	if strings.Contains(string(blocks), "#a<b") {
		t.Errorf("the blocks are %s", blocks)
	}
	const rest = " and #else&amp;where, #dm, #bad, #worse"
	if got := aloud(m); got != "In <#C0123456789>"+rest {
		t.Errorf("the words are %q", got)
	}
	// Beside a number to call it is written in Slack's markup.
	if got := mrkdwn(item, false); got != "In <#C0123456789>"+rest {
		t.Errorf("the markup is %q", got)
	}
	if c := contract(t); c != nil {
		if err := c.Validate("blocks", blocks); err != nil {
			t.Error(err)
		}
	}
}
