package playground

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"circlekeeper/bot"
)

func TestRead(t *testing.T) {
	t.Parallel()
	args := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	for _, test := range []struct {
		text string
		want bot.Call
	}{
		{"/why", bot.Call{Command: "why"}},
		{"why", bot.Call{Command: "why"}},
		{"  /WHY  ", bot.Call{Command: "why"}},
		{"/circle why", bot.Call{Command: "why"}},
		{"circle why", bot.Call{Command: "why"}},
		{"/circle", bot.Call{Command: "help"}},
		{"/", bot.Call{Command: "help"}},
		{"/estrategias", bot.Call{Command: "strategies"}},
		{"/strategies strategy-listening", bot.Call{Command: "strategies", Args: args("name", "strategy-listening")}},
		{"/strategies encourage active listening", bot.Call{Command: "strategies", Args: args("name", "strategy-listening")}},
		{`/strategies name="Encourage Active Listening"`, bot.Call{Command: "strategies", Args: args("name", "strategy-listening")}},
		{"/strategies name: Encourage Active Listening", bot.Call{Command: "strategies", Args: args("name", "strategy-listening")}},
		{"/strategies something: else", bot.Call{Command: "strategies", Args: args("name", "something: else")}},
		{"/share strategy-listening playground:evening", bot.Call{Command: "share", Args: args("card", "strategy-listening", "place", "playground:evening")}},
		{`/share place="playground:evening" strategy-listening`, bot.Call{Command: "share", Args: args("card", "strategy-listening", "place", "playground:evening")}},
		{"/reminder add topic: agreements at=every  Monday at 9:00", bot.Call{Command: "reminder", Sub: "add", Args: args("topic", "agreements", "at", "every Monday at 9:00")}},
		{"/reminder add at=every Monday topic=x at=every Friday", bot.Call{Command: "reminder", Sub: "add", Args: args("topic", "x", "at", "every Monday; every Friday")}},
		{"/reminder add at=every Monday at 9:00 topic=agreements", bot.Call{Command: "reminder", Sub: "add", Args: args("topic", "agreements", "at", "every Monday at 9:00")}},
		{`/reminder add topic:agreements at:"every Monday at 9:00"`, bot.Call{Command: "reminder", Sub: "add", Args: args("topic", "agreements", "at", "every Monday at 9:00")}},
		{`/reminder add topic=agreements at=“every Monday at 9:00”`, bot.Call{Command: "reminder", Sub: "add", Args: args("topic", "agreements", "at", "every Monday at 9:00")}},
		{`/reminder add agreements "0 9 * * 1"`, bot.Call{Command: "reminder", Sub: "add", Args: args("topic", "agreements", "at", "0 9 * * 1")}},
		{`/share card="say \"hello\", it's \\ here" place=“a b”`, bot.Call{Command: "share", Args: args("card", `say "hello", it's \ here`, "place", "a b")}},
		{`/share it"s "two words`, bot.Call{Command: "share", Args: args("card", `it"s`, "place", "two words")}},
		{`/strategies "a" and "b"`, bot.Call{Command: "strategies", Args: args("name", `"a" and "b"`)}},
		{"/reminder list", bot.Call{Command: "reminder", Sub: "list"}},
		{"/reminder", bot.Call{Command: "reminder"}},
		{"/reminder dance now", bot.Call{Command: "reminder", Sub: "dance"}},
		{"/reminder pause id=abc", bot.Call{Command: "reminder", Sub: "pause", Args: args("id", "abc")}},
		{"hello there", bot.Call{Command: "hello"}},
	} {
		got := read(table(), test.text).call()
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: got %+v, want %+v", test.text, got, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"/share a=b", `/reminder add at:" x`, "circle", "\xff /", "/strategies name=", "/share card= “"} {
		f.Add(s)
	}
	core := &fakeCore{}
	f.Fuzz(func(t *testing.T, line string) {
		c := read(table(), line).call()
		if c.Command == "" {
			t.Errorf("%q asks nothing", line)
		}
		quoted := read(table(), "/share place="+quote(line)+" card="+quote(line)).call().Args
		if quoted["place"] != line || quoted["card"] != line {
			t.Errorf("%q is read as %q", line, quoted)
		}
		for _, s := range suggest(context.Background(), core, bot.Request{Actor: bot.Actor{ID: moderator}}, line) {
			if s.Label == "" || s.Text == line {
				t.Errorf("%q: empty suggestion %+v", line, s)
			}
		}
	})
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line  string
		staff bool
		want  string // the lines offered
	}{
		{"/st", false, "/strategies"},
		{"/circle st", false, "/circle strategies"},
		{"st", false, "/strategies"},
		{"/sh", false, ""},
		{"/sh", true, "/share "},
		{"/share ", false, ""},
		{"/strategies ", false, "/strategies strategy-listening|/strategies strategy-conflicts"},
		{"/strategies conf", false, "/strategies strategy-conflicts"},
		{"/strategies none of these", false, ""},
		{"/reminder ", true, "/reminder add |/reminder list|/reminder pause "},
		{"/reminder l", true, "/reminder list"},
		{"/share list", true, "/share card=strategy-listening"},
		{"/share card=agree", true, "/share card=agreement-rotation"},
		{"/share x ", true, "/share x place="},
		{"/share place=the evening card=agree", true, "/share place=the evening card=agreement-rotation"},
		{"/reminder add topic=x at=y ", true, ""},
		{"/nothing", true, ""},
		{"/nothing at all", true, ""},
	} {
		r := bot.Request{Lang: "en"}
		if test.staff {
			r.Actor.ID = moderator
		}
		var got []string
		for _, s := range suggest(context.Background(), &fakeCore{}, r, test.line) {
			got = append(got, s.Text)
		}
		if strings.Join(got, "|") != test.want {
			t.Errorf("%q: got %q, want %q", test.line, got, test.want)
		}
	}
}
