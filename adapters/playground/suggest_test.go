package playground

import (
	"context"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// offered is what is suggested for a line by the fake core.
func offered(r bot.Request, line string) []suggestion { return offeredIn(words.English, r, line) }

func offeredIn(lang string, r bot.Request, line string) []suggestion {
	core := &fakeCore{}
	return suggest(core.Commands(), func(arg string, r bot.Request) []bot.Choice {
		return core.Complete(context.Background(), r, arg)
	}, r, lang, line)
}

// Commands are offered by the names that the reader's language has for them.
func TestSuggestInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{"/": "/estrategias", "/est": "/estrategias", "/stra": "/strategies", "/circle est": "/circle estrategias"} {
		got := offeredIn("es", bot.Request{Lang: "es"}, line)
		if len(got) == 0 || got[0].Text != want {
			t.Errorf("%q: %+v, want first %q", line, got, want)
		}
	}
}

func FuzzSuggest(f *testing.F) {
	for _, s := range []string{"/share a=b", `/reminder add at:" x`, "circle", "\xff /", "/strategies name=", "/share card= “", "/share "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, s := range offered(bot.Request{Actor: bot.Actor{ID: moderator}}, line) {
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
		{"/strategies ", false, "/strategies strategy-listening|/strategies agreement-rotation"},
		{"/strategies rota", false, "/strategies agreement-rotation"},
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
		for _, s := range offered(r, test.line) {
			got = append(got, s.Text)
		}
		if strings.Join(got, "|") != test.want {
			t.Errorf("%q: got %q, want %q", test.line, got, test.want)
		}
	}
}
