package slack

import (
	"reflect"
	"strings"
	"testing"

	"circlekeeper/bot"
)

func commands() []bot.Command {
	return []bot.Command{
		{Name: "strategies", Local: bot.Words{"es": "estrategias"}, Args: []bot.Arg{{Name: "name"}}},
		{Name: "why"},
		{Name: "help", Summary: bot.Words{"en": "What can be asked"}, OnMessage: bot.Words{"en": "Ask Circlekeeper"}},
		{Name: "share", Who: bot.Moderators, Args: []bot.Arg{{Name: "card", Required: true, Complete: true}, {Name: "place", Place: true}}},
		{Name: "reminder", Local: bot.Words{"es": "recordatorio"}, Subs: []bot.Command{
			{Name: "add", Args: []bot.Arg{{Name: "group"}, {Name: "topic", Local: bot.Words{"es": "tema"}}, {Name: "at", Local: bot.Words{"es": "cuándo"}}, {Name: "late"}}},
			{Name: "next", Local: bot.Words{"es": "próximos"}, Args: []bot.Arg{{Name: "group"}}},
			{Name: "pause", Args: []bot.Arg{{Name: "id"}, {Name: "until"}}},
			{Name: "list"},
		}},
	}
}

// TestUnmark makes plain text of what Slack writes.
func TestUnmark(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"strategies active listening":                                      "strategies active listening",
		"share listening place=<#C0123456789|talk>":                        "share listening place=slack:C0123456789",
		"share place=<https://clinic.slack.com/archives/C0123456789|link>": "share place=https://clinic.slack.com/archives/C0123456789",
		"strategies <@U012ABC|jo> for <!here> us":                          "strategies   for   us",
		"strategies a &lt;b&gt; &amp;amp; c":                               "strategies a <b> &amp; c",
		"<#C0123456789> &lt;#C0123456789&gt;":                              "slack:C0123456789 <#C0123456789>",
	} {
		if got := unmark(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzUnmark(f *testing.F) {
	for _, s := range []string{"", "share x place=<#C01|y>", "strategies <@U1|x>", "<@<@U1>>", "\xff<!&lt;@U1>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := unmark(text); !strings.Contains(text, "&") && reference.MatchString(got) {
			t.Errorf("a reference to a person is left: %q", got)
		}
	})
}

func FuzzControl(f *testing.F) {
	f.Add("call.1", "1/why/?")
	f.Add("menu.1/strategies/?name=|x", "strategy")
	f.Add("link.1", "")
	f.Add("call.es.0", `{"c":"reminder","s":"add","a":{"at":"every day at 9:00"}}`)
	f.Fuzz(func(t *testing.T, id, value string) {
		kind, call, _, stale := action{ID: id, Value: &value}.read()
		if kind == control && !stale && call.Command == "" {
			t.Errorf("a call without a command from %q %q", id, value)
		}
		q, err := decodeInteractive([]byte(value)) // any bytes
		if err == nil && q.user == "" {
			t.Error("a request of nobody")
		}
	})
}

func TestMenuCarriesLongCalls(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 70)
	m := bot.Menu{Label: "Choose"}
	var want []bot.Call
	for _, id := range []string{"00", "01", "19", "24"} {
		c := bot.Call{Command: "agreements", Args: map[string]string{"name": id + long}}
		want = append(want, c)
		m.Options = append(m.Options, bot.Action{Label: id, Call: c})
	}
	menu := decodeMenu(t, choices(m, ""))
	if len(menu.Options) != len(want) {
		t.Fatalf("%d options, want %d", len(menu.Options), len(want))
	}
	for i, o := range menu.Options {
		a := action{ID: menu.ActionID}
		a.Selected = &struct {
			Value string `json:"value"`
		}{o.Value}
		_, got, _, stale := a.read()
		if stale || !reflect.DeepEqual(got, want[i]) {
			t.Errorf("option %d gives %+v (stale %v), want %+v", i, got, stale, want[i])
		}
	}
}
