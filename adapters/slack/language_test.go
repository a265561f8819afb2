package slack

import (
	"strings"
	"testing"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

// tongue says in which language it was asked, and offers all kinds of controls.
func tongue(r bot.Request) bot.Answer {
	return bot.Answer{Message: bot.Message{
		Blocks:  []content.Block{content.Text("Asked in <" + r.Lang + ">")},
		Menu:    &bot.Menu{Label: "Choose", Options: []bot.Action{{Label: "One", Call: bot.Call{Command: "strategies"}}, {Label: "Two", Call: bot.Call{Command: "why"}}}},
		Actions: []bot.Action{{Label: "More", Call: bot.Call{Command: "why"}}, {Label: "Form", Call: bot.Call{Command: "reminder"}}},
	}}
}

// TestLanguageOfMembers follows a member who types a command in Spanish through
// buttons, menus and a form. Nobody else is answered in Spanish for it.
func TestLanguageOfMembers(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, func(r bot.Request) bot.Answer {
		if r.Command == "reminder" && !r.Submit {
			return bot.Answer{Form: &bot.Form{Title: "Form", Call: r.Call, Fields: []bot.Field{{Name: "name", Label: "Asked in <" + r.Lang + ">"}}}}
		}
		return tongue(r)
	})
	is := func(w slacktest.Shown, lang string) {
		t.Helper()
		if !strings.Contains(w.Words(), "Asked in <"+lang+">") {
			t.Errorf("shown %q, want it in %q", w.Words(), lang)
		}
	}
	press := func(on slacktest.Shown, label string) slacktest.Shown {
		t.Helper()
		b := button(t, on, label)
		return see(t, fake, slacktest.Ask{Kind: slacktest.Press, On: &on, ActionID: b.ActionID, Value: b.Value})
	}
	buttons := map[string]string{"": "Save, Cancel", "es": "Guardar, Cancelar"}
	for typed, lang := range map[string]string{"strategies": "", "Estrategias": "es"} {
		w := see(t, fake, slacktest.Ask{Text: typed})
		is(w, lang)
		is(press(press(w, "More"), "More"), lang)
		pick := w.Menu()[0]
		is(see(t, fake, slacktest.Ask{Kind: slacktest.Pick, On: &w, ActionID: pick.ActionID, Value: pick.Value}), lang)
		form := press(w, "Form")
		is(form, lang)
		if got := form.View.Submit.Text + ", " + form.View.Close.Text; got != buttons[lang] {
			t.Errorf("the form's buttons say %q, want %q", got, buttons[lang])
		}
		sent := see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &form})
		is(sent, lang)
		is(press(sent, "More"), lang)
	}
	// A language that the core does not speak, or no language at all, is none.
	for _, id := range []string{"call.fr.0", "call.ES.0", "call.../.0", "call." + strings.Repeat("e", 200) + ".0", "call.", "other"} {
		is(see(t, fake, slacktest.Ask{Kind: slacktest.Press, ActionID: id, Value: bot.Call{Command: "why"}.Encode()}), "")
	}
	old := see(t, fake, slacktest.Ask{Kind: slacktest.Press, ActionID: "call.es.0", Value: "0/why/?"})
	if !strings.Contains(old.Words(), "Este botón ya no sirve") {
		t.Errorf("shown %q", old.Words())
	}
}

// TestLanguageOfStaff takes it from Slack: the Home, its pages and what is asked
// there are in Spanish, and neither locale nor language is logged.
func TestLanguageOfStaff(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	fake.SetUser(slacktest.User{ID: slacktest.Staff, Locale: "es-MX"})
	log := &adaptertest.Log{}
	a, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: fake.URL, StaffChannel: staffChannel,
		Log: log.Logger()})
	must(t, err)
	b := &boarder{core: core{answer: tongue}, changed: make(chan struct{}), board: func(r bot.Request, page int) bot.Board {
		m := said("Board in <" + r.Lang + ">")
		m.Actions = []bot.Action{{Label: "Edit", Call: bot.Call{Command: "why"}}}
		return bot.Board{Sections: []bot.Message{m}, Page: page, Pages: 2}
	}}
	serve(t, a, b)
	must(t, fake.AwaitConnections(within(t), 1))
	w := openHome(t, fake, slacktest.Staff, 1)
	if got := w.Words(); !strings.Contains(got, "Board in <es-MX>") || !strings.Contains(got, "Página 1 de 2") || !strings.Contains(got, "Página siguiente") {
		t.Errorf("shown %q", got)
	}
	edit := button(t, w, "Edit")
	if w := see(t, fake, slacktest.Ask{Kind: slacktest.Press, User: slacktest.Staff, On: &w, ActionID: edit.ActionID, Value: edit.Value}); !strings.Contains(w.Words(), "Asked in <es-MX>") || w.View.Close.Text != "Cerrar" {
		t.Errorf("shown %q", w.Words())
	}
	for _, typed := range []string{"why", "estrategias"} { // Spanish names are those of every country
		if w := see(t, fake, slacktest.Ask{Text: typed, User: slacktest.Staff}); !strings.Contains(w.Words(), "Asked in <es-MX>") {
			t.Errorf("%s: shown %q", typed, w.Words())
		}
	}
	if w := openHome(t, fake, slacktest.Member, 1); !strings.Contains(w.Words(), "Board in <>") {
		t.Errorf("a member sees %q", w.Words())
	}
	if got := log.String(); strings.Contains(got, "es-MX") || strings.Contains(got, "=es") {
		t.Errorf("logged: %s", got)
	}
}
