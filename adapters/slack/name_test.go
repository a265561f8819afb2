package slack

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// advice is an answer that names a command wherever an answer names one, and has the usual
// name in words of others'.
func advice(r bot.Request) bot.Answer {
	crisis, list := content.Command("crisis"), content.Command("grupo lista")
	if r.Command == "group" {
		return bot.Answer{Form: &bot.Form{
			Title: "A form", Call: r.Call, Submit: "Save", Preview: []content.Block{words.Paragraph("or ", crisis)},
			Fields: []bot.Field{{Name: "name", Label: "A name", Value: "/circle stays", Error: words.Join("As in ", list)}},
		}}
	}
	return bot.Answer{Message: bot.Message{
		Title: "What to type", Footer: words.Join("Need help now? Use ", crisis, ", or call 911."),
		Blocks: []content.Block{words.Paragraph("Write ", list, "."), content.Bullets("/circle stays", "https://example.org/circle/x and /circles")},
	}}
}

// Where the command has another name, everything that is read says that one: by the
// setting, and by the commands that are typed.
func TestNameOfTheCommand(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ set, typed, want string }{
		"usual":            {"", "", "/circle"},
		"setting":          {"/talk", "/talk", "/talk"},
		"payload":          {"", "/talk", "/talk"},
		"payload, changed": {"/talk", "/ring-2", "/ring-2"},
		"with a sign":      {"/a$1b", "/a$1b", "/a$1b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := slacktest.New(t, slacktest.Options{})
			a, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: fake.URL, Command: tt.set})
			must(t, err)
			start(t, a, &core{answer: advice})
			must(t, fake.AwaitConnections(within(t), 1))
			says := func(what, text string, commands ...string) {
				t.Helper()
				for _, c := range commands {
					if !strings.Contains(text, tt.want+" "+c) {
						t.Errorf("%s lacks %s %s: %s", what, tt.want, c, text)
					}
				}
			}
			shown := see(t, fake, slacktest.Ask{Command: tt.typed, Text: "why"})
			body, err := json.Marshal(shown)
			must(t, err)
			says("answer", string(body), "crisis", "grupo lista")
			if text := shown.Words(); !strings.Contains(text, "/circle stays") || !strings.Contains(text, "https://example.org/circle/x and /circles") {
				t.Errorf("what is no command is changed: %s", text)
			}
			body, err = json.Marshal(see(t, fake, slacktest.Ask{Command: tt.typed, Text: "group set"}).View)
			must(t, err)
			says("form", string(body), "crisis", "grupo lista")
			if !strings.Contains(string(body), "/circle stays") {
				t.Errorf("what the reader wrote is changed: %s", body)
			}
			m := advice(bot.Request{}).Message
			m.Key = "k"
			if _, err := a.Send(t.Context(), group, m); err != nil {
				t.Fatal(err)
			}
			posted := fake.Messages(group.Channel)
			says("post", posted[0].Text+slacktest.Words(posted[0].Blocks), "crisis", "grupo lista")
			if _, found, err := a.Find(t.Context(), group, m, time.Now()); !found || err != nil {
				t.Errorf("not found: %v", err)
			}
			preview, err := Preview(m, tt.want)
			must(t, err)
			says("preview", string(preview), "crisis", "grupo lista")
			manifest, err := Manifest(commands(), words.InEnglish(), tt.want, "")
			must(t, err)
			if !strings.Contains(string(manifest), `"`+tt.want+`"`) {
				t.Errorf("the manifest is %s", manifest)
			}
		})
	}
	if _, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, Command: "circle now"}); err == nil {
		t.Error("a name with a space is taken")
	}
}

// A page that was drawn before the command's name was known is drawn again with that name.
func TestPagesNameTheCommandAsItIsNow(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	a, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: fake.URL})
	must(t, err)
	start(t, a, &core{answer: func(r bot.Request) bot.Answer {
		page := advice(r)
		page.Message.Page = "a page"
		return page
	}})
	must(t, fake.AwaitConnections(within(t), 1))
	for _, command := range []string{"/circle", "/talk", "/talk"} {
		if text := see(t, fake, slacktest.Ask{Command: command, Text: "why"}).Words(); strings.Count(text, command+" crisis") != 1 || !strings.Contains(text, command+" grupo lista") {
			t.Errorf("after %s it is said: %s", command, text)
		}
	}
}

// What is the adapter's own names the command, too.
func TestNameInOwnWords(t *testing.T) {
	t.Parallel()
	var n name
	n.learn("/talk")
	books, err := words.Embedded()
	must(t, err)
	for _, lang := range books.Langs() {
		w := books.Reader(lang)
		for _, said := range [][]content.Span{w.OutOfDate(), w.Sorry()} {
			if got := words.Plain(n.said(said)); strings.Contains(got, " /crisis") || !strings.Contains(got, "/talk crisis") {
				t.Errorf("%s: %s", lang, got)
			}
		}
	}
	n.learn("a name with <signs>")
	if n.String() != "/talk" {
		t.Errorf("learned %q", n.String())
	}
}
