package slack

import (
	"strings"
	"testing"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

// fields lists what stands in a modal's fields, as the person sees it.
func fields(w slacktest.Shown) map[string]string {
	out := make(map[string]string)
	if w.View == nil {
		return out
	}
	for _, b := range w.View.Blocks {
		if b.Element != nil {
			out[b.Element.ActionID] = b.Element.Stands()
		}
	}
	return out
}

// One of few is picked from radio buttons, some of few from checkboxes, and what is left
// empty is sent as such.
func TestFormsPickFromFew(t *testing.T) {
	t.Parallel()
	langs := []bot.Choice{{Name: "English", Value: "en"}, {Name: "Spanish", Value: "es"}, {Name: "Hebrew", Value: "he"}}
	form := &bot.Form{Title: "Change", Call: bot.Call{Command: "group", Sub: "edit"}, Fields: []bot.Field{
		{Name: "view", Label: "In view", Value: "yes", Choices: []bot.Choice{{Name: "Never", Value: "no"}, {Name: "Always", Value: "yes"}}},
		{Name: "langs", Label: "Languages", Value: "he,en", Hint: "en,es", Several: true, Choices: langs},
	}}
	sent := make(chan map[string]string, 1)
	fake, _ := ready(t, func(r bot.Request) bot.Answer {
		if r.Submit {
			sent <- r.Args
		}
		return bot.Answer{Form: form}
	})
	w := see(t, fake, slacktest.Ask{Text: "group edit"})
	for i, want := range []string{"radio_buttons yes", "checkboxes he,en"} {
		b := w.View.Blocks[i]
		if got := b.Element.Type + " " + b.Element.Stands(); got != want || b.Hint != nil {
			t.Errorf("%s, want %s; hint %v", got, want, b.Hint)
		}
	}
	for _, given := range []map[string]string{{"view": "no", "langs": "en,es"}, {"view": "yes", "langs": ""}} {
		see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, Values: given})
		if got := <-sent; got["view"] != given["view"] || got["langs"] != given["langs"] {
			t.Errorf("sent %v, not %v", got, given)
		}
	}
}

// TestOtherPeoplesValuesAreSeen updates a form on the screen: Slack keeps what was
// typed into fields that it takes for the same, whatever their new values are.
func TestOtherPeoplesValuesAreSeen(t *testing.T) {
	t.Parallel()
	edit := func(v int64, at, late string) *bot.Form {
		return &bot.Form{Title: "Change", Call: bot.Call{Command: "reminder", Sub: "edit", Flow: bot.Flow{Version: v}}, Fields: []bot.Field{
			{Name: "at", Label: "When", Value: at, Required: true}, {Name: "late", Label: "How late", Value: late},
		}}
	}
	var answer *bot.Form
	fake, c := ready(t, func(r bot.Request) bot.Answer {
		if !r.Submit {
			return bot.Answer{Form: edit(1, "every Monday at 9:00", "2h")}
		}
		return bot.Answer{Form: answer}
	})
	w := see(t, fake, slacktest.Ask{Text: "reminder"})
	submit := func(values map[string]string) slacktest.Shown {
		t.Helper()
		w = see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, Values: values})
		return w
	}
	// A preview: what was typed stays.
	answer = edit(1, "every Friday at 9:00", "3h")
	answer.Preview = []content.Block{content.Text("What would be saved")}
	if got := fields(submit(map[string]string{"at": "every Friday at 9:00", "late": "3h"})); got["at"] != "every Friday at 9:00" || got["late"] != "3h" {
		t.Errorf("after the preview there stands %v", got)
	}
	// Somebody else saved first: their value takes the place of what was typed.
	answer = edit(2, "every Tuesday at 10:00", "3h")
	answer.Preview = []content.Block{content.Text("Somebody else changed this")}
	if got := fields(submit(nil)); got["at"] != "every Tuesday at 10:00" || got["late"] != "3h" {
		t.Errorf("after the conflict there stands %v", got)
	}
	// Even where theirs is what stood there before anybody typed.
	answer = edit(3, "every Tuesday at 10:00", "3h")
	if got := fields(submit(map[string]string{"at": "every Sunday at 8:00"})); got["at"] != "every Tuesday at 10:00" {
		t.Errorf("after the second conflict there stands %v", got)
	}
	submit(nil)
	if all := c.requests(); all[len(all)-1].Args["at"] != "every Tuesday at 10:00" {
		t.Errorf("what was seen is not what was sent: %v", all[len(all)-1].Args["at"])
	}
	// What is wrong stands beside the field that is on the screen, and what was
	// typed stays; unless it is another form by now.
	answer = edit(1, "never", "3h")
	answer.Fields[0].Error = []content.Span{{Text: "There is no such time"}}
	w = see(t, fake, slacktest.Ask{Text: "reminder"})
	if submit(map[string]string{"at": "never"}); w.Errors["at"] != "There is no such time" || fields(w)["at"] != "never" {
		t.Errorf("beside the fields: %v, in them: %v", w.Errors, fields(w))
	}
	answer.Call.Flow.Version = 2
	if submit(nil); !w.Updated || !strings.Contains(w.Words(), "There is no such time") || fields(w)["at"] != "never" {
		t.Errorf("shown %q with %v", w.Words(), fields(w))
	}
}

// TestPreviewIsAskedFor holds every request that can lead to a form to saying that
// Slack shows a form again in its own place: the first button then says Preview.
func TestPreviewIsAskedFor(t *testing.T) {
	t.Parallel()
	fake, c := ready(t, echo)
	why := bot.Call{Command: "why"}.Encode()
	for _, a := range []slacktest.Ask{
		{Text: "why"}, {Kind: slacktest.Press, ActionID: "call.0", Value: why}, {Kind: slacktest.Pick, ActionID: "menu.|", Value: why},
		{Kind: slacktest.Shortcut, ActionID: "global." + why}, {Kind: slacktest.Press, ActionID: "call.0", Value: why, On: &slacktest.Shown{View: &slacktest.View{Type: "home"}}},
	} {
		see(t, fake, a)
	}
	for i, r := range c.requests() {
		if !r.Preview || r.Submit {
			t.Errorf("request %d: preview %v, submitted %v", i, r.Preview, r.Submit)
		}
	}
}

// TestStalePreviewsGo submits new values, which are wrong, from below a preview of
// the old ones: the preview is not left standing, and what is wrong is said.
func TestStalePreviewsGo(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, func(r bot.Request) bot.Answer {
		switch {
		case !r.Submit:
			return form("")
		case r.Args["at"] == "never":
			a := form("There is no such time")
			a.Form.Fields[0].Value = "never"
			return a
		}
		a := form("")
		a.Form.Fields[0].Value = r.Args["at"]
		a.Form.Preview, a.Form.Submit = []content.Block{content.Text("Next times")}, "Save"
		return a
	})
	w := see(t, fake, slacktest.Ask{Text: "reminder add"})
	submit := func(at string) {
		t.Helper()
		w = see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, Values: map[string]string{"at": at}})
	}
	if submit("every day at 9:00"); !strings.Contains(w.Words(), "Next times") || w.View.Submit.Text != "Save" {
		t.Fatalf("shown %q", w.Words())
	}
	if submit("never"); strings.Contains(w.Words(), "Next times") || !strings.Contains(w.Words(), "There is no such time") || w.View.Submit.Text != "Add" || fields(w)["at"] != "never" {
		t.Errorf("shown %q with %v", w.Words(), fields(w))
	}
	if submit("every day at 9:00"); strings.Contains(w.Words(), "There is no such time") {
		t.Errorf("an old error is left: %q", w.Words())
	}
}
