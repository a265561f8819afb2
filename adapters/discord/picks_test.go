package discord

import (
	"strings"
	"testing"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

// few are a form's fields of which one of few, some of few, or one of many is picked.
func few() []bot.Field {
	langs := []bot.Choice{{Name: "English", Value: "en"}, {Name: "Spanish", Value: "es"}, {Name: "Hebrew", Value: "he"}}
	many := langs
	for _, name := range "abcdefgh" {
		many = append(many, bot.Choice{Name: string(name), Value: string(name)})
	}
	return []bot.Field{
		{Name: "view", Label: "In view", Value: "yes", Hint: "yes", Choices: []bot.Choice{{Name: "Never", Value: "no"}, {Name: "Always", Value: "yes"}}},
		{Name: "langs", Label: "Languages", Value: "he,en", Hint: "en,es", Several: true, Choices: langs},
		{Name: "other", Label: "Others", Required: true, Several: true, Choices: langs[:1]},
		{Name: "many", Label: "Many", Value: "h", Choices: many},
		{Name: "text", Label: "Text", Value: "a,h", Hint: "a,h", Several: true, Choices: many},
	}
}

// One of few is picked from radio buttons, some of few from checkboxes, and what was
// picked is picked still when the form is opened again.
func TestFormsPickFromFew(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		s := discordtest.New(t, discordtest.Options{})
		h := asker{last: make(chan bot.Request, 1), fields: few()}
		if http {
			serveEndpoint(t, newEndpoint(t, s), s, h)
		} else {
			a, _ := newAdapter(t, s)
			serve(t, a, s, h)
		}
		form := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "group", Sub: "add", Rights: discordtest.ManageGuild}))
		<-h.last
		type drawn struct {
			kind        int
			hint, value string
		}
		for i, want := range []drawn{{typeRadio, "", "yes"}, {typeChecks, "", "he,en"}, {typeChecks, "", ""}, {typeMenu, "", "h"}, {typeInput, "a,h", "a,h"}} {
			if f := form.Form.Fields[i]; (drawn{f.Type, f.Hint, f.Value}) != want {
				t.Errorf("%+v, want %+v", f, want)
			}
		}
		for _, bad := range []map[string]string{{"other": ""}, {"other": "xx"}, {"view": "maybe", "other": "en"}, {"langs": "en,en", "other": "en"}} {
			if _, err := form.Fill(bad); err == nil {
				t.Errorf("%v can be sent", bad)
			}
		}
		fill, err := form.Fill(map[string]string{"view": "no", "langs": "he,en,es", "other": "en"})
		must(t, err)
		wrong := answer(t, s.Do(fill))
		if r := <-h.last; r.Args["view"] != "no" || r.Args["langs"] != "he,en,es" || r.Args["other"] != "en" || r.Args["many"] != "h" || r.Args["text"] != "a,h" {
			t.Errorf("submitted %q", r.Args)
		}
		again, err := wrong.Press("Open the form")
		must(t, err)
		form = answer(t, s.Do(again))
		<-h.last
		if f := form.Form.Fields; f[0].Value != "no" || f[1].Value != "he,en,es" || f[2].Value != "en" {
			t.Errorf("opened again: %+v", f)
		}
		if fill, err = form.Fill(map[string]string{"view": "", "langs": ""}); err != nil {
			t.Fatal(err)
		}
		answer(t, s.Do(fill))
		r := <-h.last
		for _, name := range []string{"view", "langs"} {
			if v, there := r.Args[name]; !there || v != "" {
				t.Errorf("%s left empty is %q, sent: %v", name, v, there)
			}
		}
		refusedNothing(t, s)
	})
}

// A choice that no longer is one is shown as it was written.
func TestFormsShowWhatIsNoChoice(t *testing.T) {
	t.Parallel()
	f := bot.Form{Title: "A form", Call: bot.Call{Command: "group"}, Fields: few()[:2]}
	f.Fields[0].Value, f.Fields[1].Value = "maybe", "he, xx"
	m, err := form(f, here.Space)
	must(t, err)
	for i, c := range m.Components {
		if in := c.Component; in.Type != typeInput || in.Value != f.Fields[i].Value || !strings.Contains(c.Description, f.Fields[i].Hint) {
			t.Errorf("%+v in %+v", in, c)
		}
	}
}
