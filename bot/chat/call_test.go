package chat

import (
	"maps"
	"strings"
	"testing"

	"circlekeeper/bot"
)

// The calls with the longest possible IDs of a card, group, channel and reminder fit a button.
func TestLongestCallsFit(t *testing.T) {
	t.Parallel()
	card, group := strings.Repeat("c", 40), strings.Repeat("g", 40)
	far := bot.Place{Platform: bot.Discord, Space: strings.Repeat("9", 20), Channel: strings.Repeat("9", 20)}
	for _, c := range []bot.Call{
		bot.NewCall("strategies", "name", card, "part", "facilitators"),
		bot.NewCall("challenges", "name", card, "part", "facilitators"),
		bot.NewCall("agreements", "name", card, "part", "facilitators"),
		bot.NewCall("agreements", "name", "confidentiality").OnPage(99),
		bot.NewCall("why", "name", card, "part", "facilitators").AsNew(),
		bot.NewCall("strategies", "name", card).AsNew(),
		once(bot.NewCall("share", "card", card, "to", bot.Pack(far)), "ffff"),
		once(bot.NewCall("share", "card", card, "to", bot.Pack(bot.Place{Platform: bot.Slack, Channel: "C" + strings.Repeat("9", 19)})), "ffff"),
		{Command: "share", Args: map[string]string{"card": "panel", "to": bot.Pack(far)}, Flow: bot.Flow{Pin: true, Seen: "abcdefghffff"}},
		{Command: "group", Sub: "edit", Flow: bot.Flow{Page: 2, Version: 3, Seen: "x", Again: true, New: true, Pin: true}},
		bot.NewSub("group", "restore", "group", group), bot.NewSub("group", "resume", "group", group),
		bot.NewSub("reminder", "list", "group", group).OnPage(99), bot.NewSub("reminder", "history", "group", group).OnPage(99),
		bot.NewSub("reminder", "history", "id", "abcdef").OnPage(99), bot.NewSub("reminder", "restore", "id", "abcdef"),
	} {
		id := c.Encode()
		if id == "" || len(id) > 100 {
			t.Errorf("%s %s %v is carried as %q", c.Command, c.Sub, c.Args, id)
		}
		if back, err := bot.DecodeCall(id); err != nil || !same(back, c) || back.Flow != c.Flow {
			t.Errorf("%q comes back as %v %+v, %v", id, back.Args, back.Flow, err)
		}
	}
}

// Buttons that older programs posted carry their flow among the arguments.
func TestOldCalls(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bot.Flow{
		"1/share/?card=panel&key=abcdeffff&pin=yes&to=sC0123456789": {Pin: true},
		"1/group/edit?group=x&v=3&seen=ab12&again=1&new=1&page=2":   {Page: 2, Version: 3, Seen: "ab12", Again: true, New: true},
	} {
		if c, err := bot.DecodeCall(id); err != nil || c.Flow != want || c.Args["pin"]+c.Args["v"]+c.Args["seen"] != "" {
			t.Errorf("%q is %v %+v, %v", id, c.Args, c.Flow, err)
		}
	}
}

func same(a, b bot.Call) bool {
	return a.Command == b.Command && a.Sub == b.Sub && maps.Equal(a.Args, b.Args)
}

func TestCallsThatAreNotOurs(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "menu", "1/help", "2/help/?", "1//?", "1/help/x/?", "1/Help/?", "1/he lp/?", "1/help/?a=1&a=2", "1/help/?%zz", "1/help/?a;b",
		"1/help/" + strings.Repeat("x", 41) + "?", "1/help/?" + strings.Repeat("x", 100),
	} {
		if c, err := bot.DecodeCall(s); err == nil {
			t.Errorf("%q is taken for %v", s, c.Args)
		}
	}
	for _, c := range []bot.Call{{}, {Command: "a/b"}, {Command: "a?b"}, {Command: "a", Sub: "b/c"}, bot.NewCall("a", "name", strings.Repeat("ñ", 20))} {
		if id := c.Encode(); id != "" {
			t.Errorf("%q %q is carried as %q", c.Command, c.Sub, id)
		}
	}
}

func FuzzDecodeCall(f *testing.F) {
	for _, s := range []string{"1/help/?", "1/strategies/?name=strategy-listening&part=more", "1/reminder/add?at=every+Monday&x=%C3%B1", "1/share/?to=d1.2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := bot.DecodeCall(s)
		if err != nil {
			return
		}
		id := c.Encode()
		if id == "" {
			return // written by Encode it is longer
		}
		if len(id) > 100 || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("%q is carried as %q", s, id)
		}
		if back, err := bot.DecodeCall(id); err != nil || !same(back, c) {
			t.Fatalf("%q comes back as %v, %v", id, back.Args, err)
		}
	})
}

func FuzzEncode(f *testing.F) {
	f.Add("strategies", "", "name", "strategy-listening")
	f.Add("group", "edit", "v", "0") // as older programs wrote the version
	f.Fuzz(func(t *testing.T, command, sub, name, value string) {
		c := bot.Call{Command: command, Sub: sub, Args: map[string]string{name: value}}
		id := c.Encode()
		if id == "" {
			return
		}
		if back, err := bot.DecodeCall(id); err != nil || !same(back, c) {
			t.Fatalf("%q comes back as %v, %v", id, back.Args, err)
		}
	})
}
