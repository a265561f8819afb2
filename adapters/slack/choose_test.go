package slack

import (
	"fmt"
	"strings"
	"testing"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// TestShortcuts uses each of the manifest's shortcuts.
func TestShortcuts(t *testing.T) {
	t.Parallel()
	fake, c := ready(t, echo)
	for _, s := range shortcuts(commands(), words.InEnglish()) {
		id, _ := s["callback_id"].(string)
		kind := slacktest.Shortcut
		if s["type"] == "message" {
			kind = slacktest.OnMessage
		}
		staff := see(t, fake, slacktest.Ask{Kind: kind, ActionID: id, User: slacktest.Staff, Text: "my secret"})
		if asks := strings.Contains(id, "share"); asks != (staff.View != nil && staff.View.Submit != nil) {
			t.Errorf("%s: shown %q", id, staff.Words())
		}
		// Members are refused by the core, not asked for more.
		member := see(t, fake, slacktest.Ask{Kind: kind, ActionID: id, Text: "my secret"})
		if !strings.Contains(member.Words(), "Heard") {
			t.Errorf("%s: shown %q", id, member.Words())
		}
	}
	for _, r := range c.requests() {
		if strings.Contains(fmt.Sprint(r.Args), "secret") {
			t.Error("the message's words went further than they may")
		}
	}
	w := see(t, fake, slacktest.Ask{Kind: slacktest.Shortcut, ActionID: "global.somebody-elses"})
	if !strings.Contains(w.Words(), "out of date") {
		t.Errorf("shown %q", w.Words())
	}
}

// TestChoosing fills in the form that a shortcut opens: a card is searched for, a
// channel picked.
func TestChoosing(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	c := &core{answer: echo, complete: []bot.Choice{{Name: "Listening", Value: "listening"}, {Name: strings.Repeat("long ", 40), Value: "long"}, {Name: "x", Value: strings.Repeat("y", 76)}, {}}}
	start(t, newAdapter(t, fake, staffChannel), c)
	must(t, fake.AwaitConnections(within(t), 1))
	w := see(t, fake, slacktest.Ask{Kind: slacktest.Shortcut, ActionID: "global." + bot.Call{Command: "share"}.Encode(), User: slacktest.Staff})
	typing := see(t, fake, slacktest.Ask{Kind: slacktest.Type, On: &w, ActionID: "card", Text: "lis", User: slacktest.Staff})
	if len(typing.Offers) != 2 || // one cannot be carried
		typing.Offers[0].Value != "listening" {
		t.Errorf("offered %v", typing.Offers)
	}
	for _, o := range typing.Offers {
		if len([]rune(o.Value)) > maxOption || len([]rune(o.Text.Text)) > maxLabel {
			t.Errorf("an option of %d and %d characters", len(o.Value), len(o.Text.Text))
		}
	}
	see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, Values: map[string]string{"card": "listening", "place": slacktest.GroupChannel}, User: slacktest.Staff})
	all := c.requests()
	if got := all[len(all)-1]; got.Command != "share" || got.Args["card"] != "listening" || got.Args["place"] != "slack:"+slacktest.GroupChannel || !got.Submit {
		t.Errorf("arrived %v %v", got.Command, got.Args)
	}
}

// A refusal stands beside the field that it is about, and the form stays.
func TestRefusalsStandBesideTheirField(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, func(r bot.Request) bot.Answer {
		a := words.Notice(words.Join("There is no card with that name."))
		a.Field = r.Args["card"]
		return a
	})
	form := see(t, fake, slacktest.Ask{Kind: slacktest.Shortcut, ActionID: "global." + bot.Call{Command: "share"}.Encode(), User: slacktest.Staff})
	w := see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &form, Values: map[string]string{"card": "card", "place": slacktest.GroupChannel}, User: slacktest.Staff})
	if w.Errors["card"] != "There is no card with that name." {
		t.Errorf("beside the fields stands %v, in their place %q", w.Errors, w.Words())
	}
	w = see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &form, Values: map[string]string{"card": "another", "place": slacktest.GroupChannel}, User: slacktest.Staff})
	if len(w.Errors) != 0 || !strings.Contains(w.Words(), "no card") {
		t.Errorf("beside the fields stands %v, in their place %q", w.Errors, w.Words())
	}
}

// TestPickers opens a form with fields of every kind, and fills it in.
func TestPickers(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	var many []bot.Choice
	for i := range 120 {
		many = append(many, bot.Choice{Name: fmt.Sprint("Choice ", i), Value: fmt.Sprint("c", i)})
	}
	many[3] = bot.Choice{Name: "No value"}
	fields := []bot.Field{
		{Name: "place", Label: "Here", Place: true, Required: true},
		{Name: "moderators", Label: "There", Place: true, Value: "slack:C0000STAFF1"},
		{Name: "several", Label: "Several", Place: true, Several: true, Required: true, Value: "slack:C0000STAFF1; slack:C0000OTHER1"},
		{Name: "mixed", Label: "Mixed", Place: true, Several: true, Value: "slack:C0000STAFF1; discord:1/2"},
		{Name: "elsewhere", Label: "Elsewhere", Place: true, Value: "discord:1/2"},
		{Name: "topic", Label: "Topic", Complete: true, Value: "agreements"},
		{Name: "group", Label: "Group", Choices: many, Value: "c99"},
	}
	c := &core{complete: []bot.Choice{{Name: "Confidentiality", Value: "confidentiality"}}, answer: func(r bot.Request) bot.Answer {
		if r.Submit {
			return echo(r)
		}
		return bot.Answer{Form: &bot.Form{Title: "Pick", Call: bot.Call{Command: "reminder", Sub: "add"}, Fields: fields}}
	}}
	start(t, newAdapter(t, fake, staffChannel), c)
	must(t, fake.AwaitConnections(within(t), 1))
	kinds := func(w slacktest.Shown) map[string]string {
		out := make(map[string]string)
		for _, b := range w.View.Blocks {
			out[b.Element.ActionID] = b.Element.Type + " " + b.Element.Stands()
			if b.Element.Here {
				out[b.Element.ActionID] += "here"
			}
		}
		return out
	}
	w := see(t, fake, slacktest.Ask{Text: "reminder add", User: slacktest.Staff})
	want := map[string]string{
		"place": "conversations_select here", "moderators": "multi_conversations_select C0000STAFF1", "several": "multi_conversations_select C0000STAFF1,C0000OTHER1", "mixed": "plain_text_input slack:C0000STAFF1; discord:1/2", "elsewhere": "plain_text_input discord:1/2",
		"topic": "external_select agreements", "group": "static_select c99",
	}
	if got := kinds(w); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("fields %v, want %v", got, want)
	}
	if n := len(w.View.Blocks[6].Element.Options); n != maxOptions-1 {
		t.Errorf("%d options", n)
	}
	if e := w.View.Blocks[5].Element; e.MinQuery == nil || *e.MinQuery != 0 {
		t.Error("nothing is offered before the first letter")
	}
	if cc := contract(t); cc != nil {
		if err := cc.Validate("modal", w.View.Raw); err != nil {
			t.Error(err)
		}
	}
	typing := see(t, fake, slacktest.Ask{Kind: slacktest.Type, On: &w, ActionID: "topic", Text: "conf", User: slacktest.Staff})
	if len(typing.Offers) != 1 || typing.Offers[0].Value != "confidentiality" {
		t.Errorf("offered %v", typing.Offers)
	}
	see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, User: slacktest.Staff, Values: map[string]string{"topic": "confidentiality", "moderators": "C0000OTHER1", "several": "C0000OTHER1,C0000GROUP1"}})
	all := c.requests()
	got := all[len(all)-1].Args
	for name, value := range map[string]string{"place": "slack:" + slacktest.GroupChannel, "moderators": "slack:C0000OTHER1", "several": "slack:C0000OTHER1; slack:C0000GROUP1", "elsewhere": "discord:1/2", "topic": "confidentiality", "group": "c99"} {
		if got[name] != value {
			t.Errorf("%s arrived as %q, want %q", name, got[name], value)
		}
	}
	// What was completed is for the form's call and the field, as they were written.
	if asked := c.completed(); len(asked) != 1 || asked[0].Command != "reminder" || asked[0].Sub != "add" || asked[0].Args["topic"] != "conf" || !asked[0].Actor.May() {
		t.Errorf("asked %d times", len(asked))
	}
	// In a direct message there is no channel to begin with.
	w = see(t, fake, slacktest.Ask{Text: "reminder add", User: slacktest.Staff, Channel: slacktest.Direct})
	if got := kinds(w)["place"]; got != "conversations_select " {
		t.Errorf("the channel is %q", got)
	}
}
