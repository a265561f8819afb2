package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/content"
)

func TestPreview(t *testing.T) {
	t.Parallel()
	for name, m := range messages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := Preview(m)
			must(t, err)
			golden(t, name+".json", b)
			if b, err = PreviewAnswer(m); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"_answer.json", b)
		})
	}
}

func messages() map[string]bot.Message {
	span := func(s string) content.Span { return content.Span{Text: s} }
	card := bot.Message{
		Key: "k-0123456789", Title: "Agreement: what is said here stays here", Note: "Draft, not approved yet",
		Blocks: []content.Block{
			{Items: [][]content.Span{{span("You may tell "), {Text: "your own story", Bold: true}, span(", not "), {Text: "another person's", Italic: true}, span(".")}}},
			{Kind: content.Heading, Items: [][]content.Span{{span("Limits")}}},
			content.Bullets("Members are not bound as clinicians are.", "Clinicians must act on danger."),
			{Items: [][]content.Span{{span("More at "), {Text: "the clinic's page", Link: "https://example.org/a_(b)"}, span(" or "), {Text: "call us", Link: "tel:+13234884114"}, span(".")}}},
		},
		Footer: []content.Span{{Text: "Automated text. In a crisis: /crisis"}}, Silent: true,
	}
	controls := bot.Message{Title: "Contact", Blocks: []content.Block{{Items: [][]content.Span{{{Text: "(323) 488-4114", Link: "tel:+13234884114"}}}}},
		Menu: &bot.Menu{Label: "Choose a strategy", Options: []bot.Action{
			{Label: "Listening", Hint: "one line", Call: bot.Call{Command: "strategies", Args: map[string]string{"name": "listening"}}},
			{Label: "Honesty", Call: bot.Call{Command: "strategies", Args: map[string]string{"name": "honesty"}}},
		}},
	}
	for _, l := range []string{"1", "2", "3", "4", "5"} {
		controls.Actions = append(controls.Actions, bot.Action{Label: "Page " + l, Call: bot.Call{Command: "agreements", Args: map[string]string{"name": l}}})
	}
	controls.Actions = append(controls.Actions,
		bot.Action{Label: "Remove", Style: bot.Danger, Call: bot.Call{Command: "reminder", Sub: "remove"}},
		bot.Action{Label: "Test", Style: bot.Primary, Call: bot.Call{Command: "reminder", Sub: "test"}},
		bot.Action{Label: "Map", Link: "https://example.org/map?q=Wilshire+Blvd."},
		bot.Action{Label: "Call", Link: "tel:+13234884114"})
	hostile := bot.Message{Title: "# not *a* heading", Blocks: []content.Block{
		content.Text("@everyone @here <@1> <@&2> <#3> </x:4> <t:5> ||spoiler|| `code` ~~gone~~ [text](https://example.org/x_y_z) \\ a_b"),
		content.Text("# heading\n- bullet\n+ bullet\n> quote\n1. first\n-# small\n* star"),
		content.Bullets("# heading", "**bold**"),
	}, Footer: []content.Span{{Text: "two\nlines @everyone"}}}
	long := bot.Message{Title: "Long"}
	for range 9 { // more than content holds, and no more than a message
		long.Blocks = append(long.Blocks, content.Text(strings.TrimSpace(strings.Repeat("A sentence of some words. ", 15))))
	}
	return map[string]bot.Message{"card": card, "controls": controls, "hostile": hostile, "long": long}
}

// Every word of a message is in what is posted, in order and within limits.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	var words []string
	m := bot.Message{Title: "Start"}
	block := content.Block{}
	var spans []content.Span
	for i := range 1400 {
		w := "w" + strings.Repeat("*", i%3) + string(rune('a'+i%26))
		words = append(words, w)
		spans = append(spans, content.Span{Text: w + " ", Bold: i%7 == 0})
	}
	block.Items = append(block.Items, spans)
	one := strings.Repeat("x", 4000) // a word longer than a message
	m.Blocks = []content.Block{block, content.Text(one), content.Text(strings.Join(words, " "))}
	all, err := private(m)
	must(t, err)
	var text strings.Builder
	for _, p := range all {
		said := p.Components[0].Components[0].Content
		if size(said) > maxText || p.Flags&flagPrivate == 0 {
			t.Errorf("%d characters, flags %d", size(said), p.Flags)
		}
		text.WriteString(said + "\n")
	}
	got := strings.NewReplacer("**", "", `\`, "").Replace(text.String())
	want := strings.NewReplacer("**", "").Replace(strings.Join(words, " ") + " " + one + " " + strings.Join(words, " "))
	flat := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "\n", " ")), "") }
	if !strings.Contains(strings.ReplaceAll(flat(got), "*", ""), strings.ReplaceAll(flat(want), "*", "")) {
		t.Error("words are missing or out of order")
	}
}

// A message beyond every limit is split into messages that Discord takes, with
// each word and control once and in order.
func TestWorstCase(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	for _, footer := range []int{5, 2000} {
		n := 0
		words := func(k int) string {
			var b strings.Builder
			for range k {
				n++
				fmt.Fprintf(&b, "w%06d ", n)
			}
			return strings.TrimSpace(b.String())
		}
		m := bot.Message{Title: words(60), Note: words(200)}
		for range 30 {
			heading, text := content.Block{Kind: content.Heading, Items: [][]content.Span{{{Text: words(40)}}}}, content.Text(words(700))
			list := content.Block{Kind: content.List}
			for range 20 {
				list.Items = append(list.Items, []content.Span{{Text: words(5), Bold: true}, {Text: " " + words(2), Link: "https://example.org/" + strings.Repeat("x", 300)}})
			}
			m.Blocks = append(m.Blocks, heading, text, list)
		}
		m.Menu = &bot.Menu{Label: strings.Repeat("choose ", 40)}
		for i := range 25 {
			m.Menu.Options = append(m.Menu.Options, bot.Action{Label: strings.Repeat("o", 75), Hint: strings.Repeat("h", 100),
				Call: bot.Call{Command: "strategies", Args: map[string]string{"name": fmt.Sprint(strings.Repeat("n", 60), i)}}})
		}
		for range 10 { // all alike
			m.Actions = append(m.Actions, bot.Action{Label: strings.Repeat("b", 75), Call: bot.Call{Command: "why"}})
		}
		m.Footer = []content.Span{{Text: words(footer)}}
		all, err := private(m)
		must(t, err)
		var said []string
		buttons := 0
		for _, p := range all {
			heldAnswer(t, c, p)
			text := 0
			for _, part := range p.Components[0].Components {
				text += size(part.Content)
				said = append(said, regexp.MustCompile(`w\d{6}`).FindAllString(part.Content, -1)...)
				buttons += len(part.Components)
			}
			if text > maxText {
				t.Errorf("%d characters of text", text)
			}
		}
		if len(said) != n || !slices.IsSorted(said) || buttons != 11 {
			t.Errorf("%d words of %d, in order %v; %d controls", len(said), n, slices.IsSorted(said), buttons)
		}
		if _, err := post(m); !errors.Is(err, errTooLong) {
			t.Errorf("posted, which takes one message: %v", err)
		}
	}
	if _, err := private(bot.Message{Title: "T", Footer: []content.Span{{Text: "  "}}}); err != nil {
		t.Error(err)
	}
}

// Messages end where blocks do, and a heading goes with what it heads.
func TestCutsFallBetweenBlocks(t *testing.T) {
	t.Parallel()
	heading := func(s string) content.Block {
		return content.Block{Kind: content.Heading, Items: [][]content.Span{{{Text: s}}}}
	}
	words := func(n int) string { return strings.TrimSpace(strings.Repeat("word ", n/5)) }
	for name, c := range map[string]struct {
		blocks []content.Block
		begin  []string // the messages' first words
	}{
		"a heading at the end": {[]content.Block{content.Text(words(1900)), content.Text(words(1900)), heading("Second"), content.Text(words(300))}, []string{"## Title", "### Second"}},
		"two headings":         {[]content.Block{content.Text(words(1900)), content.Text(words(1900)), heading("Second"), heading("Third"), content.Text(words(300))}, []string{"## Title", "### Second\n\n### Third"}},
		"a list stays whole":   {[]content.Block{content.Text(words(1900)), content.Text(words(1500)), content.Bullets(words(300), words(300), words(300))}, []string{"## Title", "- word"}},
		"a list too long":      {[]content.Block{heading("First"), content.Bullets(words(1900), words(1900), words(1900))}, []string{"## Title\n\n### First\n- word", "- word"}},
		"a heading alone":      {[]content.Block{heading("Only")}, []string{"## Title\n\n### Only"}},
		"a heading goes with much": {[]content.Block{content.Text(words(1900)), content.Text(words(1000)), heading("Second"), content.Bullets(words(1900), words(1900), words(1900))},
			[]string{"## Title", "### Second\n- word", "- word"}},
	} {
		all, err := private(bot.Message{Title: "Title", Blocks: c.blocks, Footer: []content.Span{{Text: "In a crisis: /crisis"}}})
		must(t, err)
		var begin []string
		for i, p := range all {
			said := p.Components[0].Components[0].Content
			if i < len(c.begin) && strings.HasPrefix(said, c.begin[i]) {
				begin = append(begin, c.begin[i])
			}
			lines := strings.Split(said, "\n")
			if strings.HasPrefix(lines[len(lines)-1], "#") && len(all) > 1 {
				t.Errorf("%s: message %d ends with a heading", name, i+1)
			}
		}
		if !slices.Equal(begin, c.begin) || len(all) != len(c.begin) {
			t.Errorf("%s: %d messages, of which begin as they should %q", name, len(all), begin)
		}
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain words, 9:00 (early) - fine!": "plain words, 9:00 (early) - fine!",
		"a_b*c":                             `a\_b\*c`,
		"@everyone":                         "@\u200beveryone",
		"me@example.org":                    "me@example.org",
		"<@1>":                              `\<@1\>`,
		"see https://a.b/c_d now":           "see <https://a.b/c_d> now",
		"- x":                               `\- x`,
		"12. x":                             `12\. x`,
		"-# x":                              `\-# x`,
		"## x":                              `\## x`,
	} {
		if got := escape(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
	if got := cut("éééééé", 4); got != "ééé…" {
		t.Errorf("%q", got)
	}
}

// Numbers can be tapped where Discord makes links of them, and are read by everybody.
func TestLinks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, link, want string }{
		{"(323) 488-4114", "tel:+13234884114", "<+1 (323) 488-4114>"},
		{"1-800-662-4357", "tel:+18006624357", "<+1-800-662-4357>"},
		{"+1 800 662 4357", "tel:+18006624357", "<+1 800 662 4357>"},
		{"the *clinic*", "tel:+13234884114", `the \*clinic\* (<+13234884114>)`},
		{"the clinic", "tel:+13234884114", "the clinic (<+13234884114>)"},
		{"number 2", "tel:+13234884114", "number 2 (<+13234884114>)"},
		{"911", "tel:911", "911"},
		{"help", "tel:988", "help (988)"},
		{"Call 988", "tel:988", "Call 988"},
		{"Call 988 (24 hours)", "tel:988", "Call 988 (24 hours)"},
		{"Text 741-741", "tel:741741", "Text 741-741"},
		{"Call 9881", "tel:988", "Call 9881 (988)"},
		{"Call (323) 488-4114", "tel:+13234884114", "Call <+1 (323) 488-4114>"},
		{"Call us (323-488-4114), *any time*", "tel:+13234884114", `Call us (<+1 323-488-4114>), \*any time\*`},
		{"Call +1 323 488 4114", "tel:+13234884114", "Call <+1 323 488 4114>"},
		{"Call (323) 488-4115", "tel:+13234884114", "Call (323) 488-4115 (<+13234884114>)"},
		{"page", "https://example.org/", "[page](<https://example.org/>)"},
		{"page", "javascript:alert(1)", "page"},
	} {
		if got := span(content.Span{Text: c.text, Link: c.link}); got != c.want {
			t.Errorf("%q to %s became %q, not %q", c.text, c.link, got, c.want)
		}
	}
}

// Discord's own channels and roles show by name, commands as they are typed; what is of
// another platform, and what is no ID, is text.
func TestFacts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		fact any
		want string
	}{
		{"#monday", bot.Place{Platform: bot.Discord, Space: "1", Channel: "400000000000000001"}, "<#400000000000000001>"},
		{"#staff_room", bot.Place{Platform: bot.Slack, Channel: "C0123456789"}, `#staff\_room`},
		{"#a_b", bot.Place{Platform: bot.Discord, Space: "1", Channel: "<@2>"}, `#a\_b`},
		{"@team", bot.Role{Platform: bot.Discord, Space: "1", ID: "2"}, "<@&2>"},
		{"@team", bot.Role{Platform: bot.Discord, Space: "1", ID: "2> <@3"}, "@team"},
		{"/grupo lista", content.Command("grupo lista"), "/grupo lista"},
	} {
		if got := span(content.Span{Text: c.text, Fact: c.fact}); got != c.want {
			t.Errorf("%q for %v became %q, not %q", c.text, c.fact, got, c.want)
		}
	}
	long := fit([]content.Span{{Text: strings.Repeat("word ", 17)}, {Text: "slack:C0123456789", Fact: bot.Place{Platform: bot.Discord, Channel: "400000000000000001"}}}, 90)
	if len(long) != 2 || long[1] != "<#400000000000000001>" {
		t.Errorf("a channel is torn: %q", long)
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("@everyone <@1> https://x.y/@everyone")
	f.Add("- a\n# b\n\\<@1>")
	f.Add(strings.Repeat("x", 300) + " " + strings.Repeat("*", 300))
	f.Fuzz(func(t *testing.T, s string) {
		got := escape(s)
		low := strings.ToLower(got)
		if strings.Contains(low, "@everyone") && !strings.Contains(strings.ToLower(s), "/") {
			t.Errorf("%q became %q", s, got)
		}
		for _, p := range fit([]content.Span{{Text: s, Bold: true}}, 100) {
			if size(p) > 110 {
				t.Errorf("%d characters of %q", size(p), s)
			}
		}
	})
}

func BenchmarkRenderCard(b *testing.B) {
	m := messages()["card"]
	b.ReportAllocs()
	for b.Loop() {
		p, err := post(m)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := json.Marshal(p); err != nil {
			b.Fatal(err)
		}
	}
}
