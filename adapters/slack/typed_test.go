package slack

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"circlekeeper/bot"
)

func commands() []bot.Command {
	return []bot.Command{
		{Name: "strategies", Local: bot.Words{"es": "estrategias"}, Args: []bot.Arg{{Name: "name"}}},
		{Name: "why"},
		{Name: "help"},
		{Name: "share", Who: bot.Moderators, Args: []bot.Arg{{Name: "card", Required: true, Complete: true}, {Name: "place", Place: true}}},
		{Name: "reminder", Local: bot.Words{"es": "recordatorio"}, Subs: []bot.Command{
			{Name: "add", Args: []bot.Arg{{Name: "group"}, {Name: "topic", Local: bot.Words{"es": "tema"}}, {Name: "at", Local: bot.Words{"es": "cuándo"}}, {Name: "late"}}},
			{Name: "next", Local: bot.Words{"es": "próximos"}, Args: []bot.Arg{{Name: "group"}}},
			{Name: "pause", Args: []bot.Arg{{Name: "id"}, {Name: "until"}}},
			{Name: "list"},
		}},
	}
}

func TestTyped(t *testing.T) {
	t.Parallel()
	call := func(command, sub string, args ...string) bot.Call {
		c := bot.Call{Command: command, Sub: sub}
		for i := 0; i < len(args); i += 2 {
			if c.Args == nil {
				c.Args = map[string]string{}
			}
			c.Args[args[i]] = args[i+1]
		}
		return c
	}
	tests := map[string]struct {
		text string
		want bot.Call
	}{
		"nothing":                {"", call("help", "")},
		"spaces":                 {"  \t ", call("help", "")},
		"command":                {"why", call("why", "")},
		"any case":               {" WHY ", call("why", "")},
		"with a slash":           {"/why", call("why", "")},
		"localised":              {"Estrategias", call("strategies", "")},
		"unknown":                {"stratgies listening", call("stratgies", "")},
		"unknown and long":       {strings.Repeat("é", 100), call(strings.Repeat("é", 32), "")},
		"arguments not expected": {"why not", call("why", "")},
		"one argument":           {"strategies active listening", call("strategies", "", "name", "active listening")},
		"one argument, named":    {"strategies name=active listening", call("strategies", "", "name", "active listening")},
		"one argument, quoted":   {"strategies “active listening”", call("strategies", "", "name", "active listening")},
		"equals in the rest":     {"strategies a=b", call("strategies", "", "name", "a=b")},
		"sub-command missing":    {"reminder", call("reminder", "")},
		"sub-command unknown":    {"reminder ad x", call("reminder", "ad")},
		"sub-command":            {"Reminder LIST", call("reminder", "list")},
		"twice":                  {"reminder add at=every Monday at 9:00 late=2h at=every Friday at 9:00", call("reminder", "add", "at", "every Monday at 9:00; every Friday at 9:00", "late", "2h")},
		"named":                  {"reminder add group=monday topic=agreements at=every Monday at 9:00 late=2h", call("reminder", "add", "group", "monday", "topic", "agreements", "at", "every Monday at 9:00", "late", "2h")},
		"quoted":                 {`reminder add at="0 9 * * 1" late='2h'`, call("reminder", "add", "at", "0 9 * * 1", "late", "2h")},
		"name inside quotes":     {`reminder add topic="say late=no" late=1h`, call("reminder", "add", "topic", "say late=no", "late", "1h")},
		"curly quotes":           {"reminder add at=“every day at 9:00” late=‘2h’", call("reminder", "add", "at", "every day at 9:00", "late", "2h")},
		"unclosed quote":         {`reminder add at="every day late=2h`, call("reminder", "add", "at", `"every day`, "late", "2h")},
		"names in any case":      {"reminder add Group=a AT=b", call("reminder", "add", "group", "a", "at", "b")},
		"first without name":     {"reminder pause abc123 until=2026-12-01", call("reminder", "pause", "id", "abc123", "until", "2026-12-01")},
		"empty value":            {"share card= place=x", call("share", "", "card", "", "place", "x")},
		"channel":                {"share listening place=<#C0123456789|talk>", call("share", "", "card", "listening", "place", "slack:C0123456789")},
		"people are dropped":     {"strategies <@U012ABC|jo> for <!here> us", call("strategies", "", "name", "for   us")},
		"escapes":                {"strategies a &lt;b&gt; &amp;amp; c", call("strategies", "", "name", "a <b> &amp; c")},
		"colon":                  {"reminder pause id:abc until: 2026-12-01", call("reminder", "pause", "id", "abc", "until", "2026-12-01")},
		"colon and quotes":       {`reminder add at:"every day at 9:00" late:2h`, call("reminder", "add", "at", "every day at 9:00", "late", "2h")},
		"colons in values":       {"reminder add topic:confidentiality at: every Monday at 9:00, late:1h", call("reminder", "add", "topic", "confidentiality", "at", "every Monday at 9:00,", "late", "1h")},
		"colon of a channel":     {"share listening place:slack:C0123456789", call("share", "", "card", "listening", "place", "slack:C0123456789")},
		"time in a lone value":   {"strategies every Monday at 9:00 a=b", call("strategies", "", "name", "every Monday at 9:00 a=b")},
		"argument in Spanish":    {"reminder add tema=agreements cuándo=cada lunes a las 9:00 Cuando:x", call("reminder", "add", "topic", "agreements", "at", "cada lunes a las 9:00; x")},
		"accent by itself":       {"reminder add cua\u0301ndo=mañana", call("reminder", "add", "at", "mañana")},
		"sub without accent":     {"recordatorio proximos group=monday", call("reminder", "next", "group", "monday")},
		"sub with accent":        {"REMINDER PRÓXIMOS", call("reminder", "next")},
		"slip of a sub":          {"recordatorio proximo", call("reminder", "proximo")},
		"odd spaces":             {"strategies\u00a0active\nlistening", call("strategies", "", "name", "active listening")},
		"unprintable":            {"why\u200b\x00", call("why", "")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _ := typed(tt.text, commands()); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("typed(%q) = %+v, want %+v", tt.text, got, tt.want)
			}
		})
	}
}

// TestTypedLanguage tells people's language by the command they type.
func TestTypedLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "why": "", "strategies x": "", "estrategias": "es", "ESTRATEGIAS uno": "es", "reminder list": "", "recordatorio list": "es",
		"reminder próximos": "es", "stratgies": "", "recordatorio x": "es", "recordatorio": "es",
	} {
		if _, got := typed(text, commands()); got != want {
			t.Errorf("%q is in %q, want %q", text, got, want)
		}
	}
}

func FuzzTyped(f *testing.F) {
	for _, s := range []string{"", "why", `reminder add at="a b" late=2h`, "share x place=<#C01|y>", "strategies <@U1|x>", "“’", "name=", "\xff=\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, _ := typed(text, commands())
		if c.Command == "" {
			t.Error("no command")
		}
		if c.Command != strings.ToLower(c.Command) && utf8.ValidString(text) {
			t.Errorf("command %q is not in lower case", c.Command)
		}
		for name, v := range c.Args {
			if !strings.Contains(text, "&") && !strings.Contains(text, "<#") && reference.MatchString(v) {
				t.Errorf("a reference to a person is left in %s: %q", name, v)
			}
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
