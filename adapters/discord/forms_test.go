package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// asker is a core that refuses what is written into its form, until "good" is.
type asker struct {
	fields []bot.Field
	last   chan bot.Request
}

func (q asker) Commands() []bot.Command { return table() }

func (asker) Board(context.Context, bot.Request, int) bot.Board { return bot.Board{} }

func (asker) Changed() <-chan struct{}                                     { return nil }
func (q asker) Complete(context.Context, bot.Request, string) []bot.Choice { return nil }

func (q asker) Handle(_ context.Context, r bot.Request) bot.Answer {
	q.last <- r
	f := bot.Form{Title: "A form", Call: bot.Call{Command: "group", Sub: "add", Flow: bot.Flow{Version: 7}}, Fields: append([]bot.Field{}, q.fields...)}
	if !r.Submit {
		return bot.Answer{Form: &f}
	}
	for i, fd := range f.Fields { // what was written stays in it
		f.Fields[i].Value = r.Args[fd.Name]
	}
	f.Fields[0].Error = []content.Span{{Text: "Not that."}}
	return bot.Answer{Form: &f}
}

// Everything that was written into a form stands in it again when it is opened
// once more: however long, after a restart, in both languages.
func TestFormsKeepWhatWasWritten(t *testing.T) {
	t.Parallel()
	hostile := `*a_b* <@1> <#2> \ \\ [x](https://y_z.example/\q_r) @everyone @HERE - # 1. ~~|| ` + "`c`" + ` https://a_b.example/c?d=e&f=<g> <https://h.example/i_j> é👪🏽`
	for name, want := range map[string]map[string]string{
		"short":      {"group": "g", "name": "Monday", "zone": "UTC", "quiet": "", "langs": "en"},
		"long":       {"group": strings.Repeat("g", 40), "name": strings.Repeat("Ñ", 80), "zone": strings.Repeat("*", 200), "quiet": strings.Repeat("_", 200), "langs": strings.Repeat("<", 200)},
		"many lines": {"group": "every Monday at 18:00, 90m\n- tuesdays\n# x\n\n2. y", "name": "a\nb", "zone": "+1\n-1", "quiet": "-# z", "langs": "> q"},
		"hostile":    {"group": hostile, "name": "@everyone", "zone": "**A**", "quiet": "\\", "langs": "<#400000000000000001>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			both(t, func(t *testing.T, http bool) {
				s := discordtest.New(t, discordtest.Options{})
				h := asker{last: make(chan bot.Request, 1)}
				for _, n := range []string{"group", "name", "zone", "quiet", "langs"} {
					h.fields = append(h.fields, bot.Field{Name: n, Label: "The " + n, Value: "default", Max: 300})
				}
				run := func() (stop func() error) {
					if http {
						return serveEndpoint(t, newEndpoint(t, s), s, h)
					}
					a, _ := newAdapter(t, s)
					return serve(t, a, s, h)
				}
				do := func(a discordtest.Ask, err error) discordtest.Shown {
					t.Helper()
					must(t, err)
					a.Locale = "es-ES"
					sh := answer(t, s.Do(a))
					<-h.last
					return sh
				}
				stop := run()
				form := do(discordtest.Ask{Kind: discordtest.Command, Name: "group", Sub: "add", Rights: discordtest.ManageGuild}, nil)
				wrong := do(form.Fill(want))
				if !wrong.Ephemeral || len(wrong.More) != 0 || wrong.Pings || !strings.Contains(wrong.Content, "Not that.") || !strings.Contains(wrong.Content, "/crisis") {
					t.Errorf("shown %+v", wrong)
				}
				for n, v := range want { // for the person, too
					if !strings.Contains(wrong.Content, "The "+n) || !strings.Contains(wrong.Content, escape(v)) {
						t.Errorf("%s is not to be seen in %q", n, wrong.Content)
					}
				}
				must(t, stop())
				run()
				if !http {
					must(t, s.AwaitReady(soon(t), 2))
				}
				form = do(wrong.Press("Abrir el formulario"))
				got := map[string]string{}
				for _, f := range form.Form.Fields {
					got[f.ID] = f.Value
				}
				if !maps.Equal(got, want) {
					t.Errorf("the form has %q, not %q", got, want)
				}
				again := do(form.Fill(nil)) // and from a form that came from a button, once more
				form = do(again.Press("Abrir el formulario"))
				for _, f := range form.Form.Fields {
					if f.Value != want[f.ID] {
						t.Errorf("at last %s has %q", f.ID, f.Value)
					}
				}
				refusedNothing(t, s)
			})
		})
	}
}

// What does not fit is named, and what does fit is kept whole.
func TestFormsSayWhatTheyCannotKeep(t *testing.T) {
	t.Parallel()
	f := bot.Form{Title: "A form", Call: bot.Call{Command: "group", Sub: "meetings", Args: map[string]string{"group": strings.Repeat("g", 60)}}, Fields: []bot.Field{
		{Name: "places", Label: "Channels", Value: strings.Repeat("*", 1200), Max: 1200},
		{Name: "sessions", Label: "Meets", Value: strings.Repeat("_", 1200), Max: 1200},
		{Name: "skips", Label: "No group on", Value: "2026-12-24", Max: 2400, Error: []content.Span{{Text: "Not that."}}},
	}, Preview: []content.Block{content.Text(strings.Repeat("changed ", 500))}}
	d, err := drawForm(f, here.Space, words.InEnglish())
	must(t, err)
	c := newContract(t)
	var all strings.Builder
	for _, p := range d.all {
		heldAnswer(t, c, p)
		if n := textSize(p.Components[0].Components); n > maxText {
			t.Errorf("%d characters", n)
		}
		for _, part := range p.Components[0].Components {
			all.WriteString(part.Content + "\n")
		}
	}
	if n := strings.Count(all.String(), "changed"); n != 500 || len(d.all) < 2 || !strings.Contains(all.String(), "write it again in the form: Meets") {
		t.Errorf("%d messages with %d of 500 words: %s", len(d.all), n, all.String())
	}
	raw, err := json.Marshal(d.all[len(d.all)-1])
	must(t, err)
	in, err := decode([]byte(fmt.Sprintf(`{"id":"1","application_id":"2","token":"t","type":3,"message":%s}`, raw)))
	must(t, err)
	back := in.restore(bot.Form{Fields: []bot.Field{{Name: "places"}, {Name: "sessions", Value: "as saved"}, {Name: "skips"}}})
	if back.Fields[0].Value != f.Fields[0].Value || back.Fields[1].Value != "as saved" || back.Fields[2].Value != "2026-12-24" {
		t.Errorf("restored %+v", back.Fields)
	}
}

// Another message's texts, and another kind of interaction, restore nothing.
func TestRestoreTrustsLittle(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]string{
		"no id":        `{"components":[{"type":17,"components":[{"type":10,"content":"**A**\nb"}]}]}`,
		"a button":     fmt.Sprintf(`{"components":[{"type":2,"id":%d,"content":"**A**\nb"}]}`, partID("a")),
		"nothing":      `{}`,
		"other fields": fmt.Sprintf(`{"components":[{"type":10,"id":%d,"content":"**A**\nb"}]}`, partID("b")),
	} {
		in, err := decode([]byte(`{"id":"1","application_id":"2","token":"t","type":3,"message":` + message + `}`))
		must(t, err)
		if got := in.restore(bot.Form{Fields: []bot.Field{{Name: "a", Value: "x"}}}); got.Fields[0].Value != "x" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func FuzzKeep(f *testing.F) {
	f.Add("a\nb", "*_<>\\")
	f.Add("https://a.example/b_c", "<#1>")
	f.Fuzz(func(t *testing.T, label, value string) {
		value = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(value, "\u200b", ""), ""))
		text := keep(bot.Field{Label: label, Value: value}, "")
		_, rest, _ := strings.Cut(text, "\n")
		if got := (interaction{}).value(rest); got != value {
			t.Errorf("%q became %q and then %q", value, text, got)
		}
	})
}

// A channel is picked from the server's own, and written where it is elsewhere.
func TestFormsPickChannels(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		s := discordtest.New(t, discordtest.Options{})
		h := asker{last: make(chan bot.Request, 1), fields: []bot.Field{
			{Name: "here", Label: "Here", Value: here.String(), Place: true, Required: true},
			{Name: "none", Label: "None", Place: true},
			{Name: "slack", Label: "Slack", Value: "slack:C0123456789", Place: true},
			{Name: "away", Label: "Away", Value: "discord:1/2", Place: true},
			{Name: "words", Label: "Words", Value: "none", Place: true},
		}}
		if http {
			serveEndpoint(t, newEndpoint(t, s), s, h)
		} else {
			a, _ := newAdapter(t, s)
			serve(t, a, s, h)
		}
		form := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "group", Sub: "add", Rights: discordtest.ManageGuild}))
		<-h.last
		want := []string{here.Channel, "", "slack:C0123456789", "discord:1/2", "none"}
		for i, f := range form.Form.Fields {
			if (len(f.Channels) > 0) != (i < 2) || f.Value != want[i] {
				t.Errorf("%+v", f)
			}
		}
		other := s.AddChannel()
		fill, err := form.Fill(map[string]string{"none": other, "slack": "slack:C9"})
		must(t, err)
		wrong := answer(t, s.Do(fill))
		r := <-h.last
		in := here
		in.Channel = other
		if r.Args["here"] != here.String() || r.Args["none"] != in.String() || r.Args["slack"] != "slack:C9" || r.Args["away"] != "discord:1/2" || r.Flow.Version != 7 {
			t.Errorf("submitted %q", r.Args)
		}
		if !strings.Contains(wrong.Content, "<#"+other+">") || wrong.Pings {
			t.Errorf("shown %q", wrong.Content)
		}
		again, err := wrong.Press("Open the form")
		must(t, err)
		form = answer(t, s.Do(again))
		<-h.last
		if f := form.Form.Fields; f[0].Value != here.Channel || f[1].Value != other || f[2].Value != "slack:C9" || f[3].Value != "discord:1/2" {
			t.Errorf("%+v", f)
		}
		if fill, err = form.Fill(map[string]string{"none": ""}); err != nil { // taken out again
			t.Fatal(err)
		}
		answer(t, s.Do(fill))
		if r := <-h.last; r.Args["none"] != "" || r.Args["here"] != here.String() {
			t.Errorf("submitted %q", r.Args)
		}
		direct := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "group", Direct: true}))
		<-h.last
		for _, f := range direct.Form.Fields {
			if len(f.Channels) > 0 {
				t.Errorf("in a direct message: %+v", f)
			}
		}
		refusedNothing(t, s)
	})
}

// A role is picked from the server's own, kept while the form is mended, and written where
// something else stands there.
func TestFormsPickRoles(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	role := bot.Role{Platform: bot.Discord, Space: discordtest.GuildID, ID: discordtest.FacilitatorRole}
	h := asker{last: make(chan bot.Request, 1), fields: []bot.Field{
		{Name: "one", Label: "One", Value: role.String(), Role: true},
		{Name: "none", Label: "None", Role: true},
		{Name: "slack", Label: "Slack", Value: "slack:C0123456789", Role: true},
		{Name: "away", Label: "Away", Value: "discord:1/@2", Role: true},
	}}
	a, _ := newAdapter(t, s)
	serve(t, a, s, h)
	form := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "group", Sub: "add", Rights: discordtest.ManageGuild}))
	<-h.last
	for i, want := range []string{role.ID, "", "slack:C0123456789", "discord:1/@2"} {
		if f := form.Form.Fields[i]; f.Role != (i < 2) || f.Value != want {
			t.Errorf("%+v, want %q", f, want)
		}
	}
	fill, err := form.Fill(map[string]string{"none": discordtest.ModeratorRole})
	must(t, err)
	wrong := answer(t, s.Do(fill))
	r := <-h.last
	other := role
	other.ID = discordtest.ModeratorRole
	if r.Args["one"] != role.String() || r.Args["none"] != other.String() || r.Args["slack"] != "slack:C0123456789" || r.Args["away"] != "discord:1/@2" {
		t.Errorf("submitted %q", r.Args)
	}
	if !strings.Contains(wrong.Content, "<@&"+role.ID+">") || wrong.Pings {
		t.Errorf("shown %q, pings: %v", wrong.Content, wrong.Pings)
	}
	again, err := wrong.Press("Open the form")
	must(t, err)
	form = answer(t, s.Do(again))
	<-h.last
	if f := form.Form.Fields; f[0].Value != role.ID || f[1].Value != other.ID || f[2].Value != "slack:C0123456789" || f[3].Value != "discord:1/@2" {
		t.Errorf("%+v", f)
	}
	refusedNothing(t, s)
}

// A choice of more than a menu holds is written, by its name.
func TestFormsTakeManyChoicesAsText(t *testing.T) {
	t.Parallel()
	fd := bot.Field{Name: "topic", Label: "Topic", Value: "v30", Max: 100}
	for i := range 40 {
		fd.Choices = append(fd.Choices, bot.Choice{Name: fmt.Sprintf("Topic %d", i), Value: fmt.Sprintf("v%d", i)})
	}
	f := bot.Form{Title: "A form", Call: bot.Call{Command: "reminder"}, Fields: []bot.Field{fd}}
	m, err := form(f, here.Space)
	must(t, err)
	if in := m.Components[0].Component; in.Type != typeInput || in.Value != "Topic 30" || len(in.Options) != 0 {
		t.Errorf("%+v", in)
	}
	f.Fields[0].Choices = fd.Choices[:25]
	for _, v := range []string{"v3", "Topic 3"} { // a name, as a message keeps it
		f.Fields[0].Value = v
		if m, err = form(f, here.Space); err != nil {
			t.Fatal(err)
		}
		in := m.Components[0].Component
		if in.Type != typeMenu || len(in.Options) != 25 || !in.Options[3].Default || in.Options[4].Default {
			t.Errorf("%+v", in)
		}
	}
}

// A form that was opened from a private message's button can take that message's
// place with its answer; one that a command opened has no message to replace.
func TestFormsUpdateTheirMessage(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		s := discordtest.New(t, discordtest.Options{})
		h := core{handle: func(_ context.Context, r bot.Request) bot.Answer {
			if r.Submit {
				a := say("Saved.")
				a.Update = true
				return a
			}
			if r.Command == "form" {
				return bot.Answer{Form: &bot.Form{Title: "Form", Call: bot.Call{Command: "form"}, Fields: []bot.Field{{Name: "a", Label: "A"}}}}
			}
			a := say("Shown.")
			a.Message.Actions = []bot.Action{{Label: "Edit", Call: bot.Call{Command: "form"}}}
			return a
		}}
		if http {
			serveEndpoint(t, newEndpoint(t, s), s, h)
		} else {
			a, _ := newAdapter(t, s)
			serve(t, a, s, h)
		}
		do := func(a discordtest.Ask, err error) discordtest.Shown {
			t.Helper()
			must(t, err)
			return answer(t, s.Do(a))
		}
		first := do(discordtest.Ask{Kind: discordtest.Command, Name: "reminder"}, nil)
		form := do(first.Press("Edit"))
		if got := do(form.Fill(nil)); got.Type != 7 || !got.Updated || !got.Ephemeral || !strings.Contains(got.Content, "Saved.") {
			t.Errorf("from a button: %+v", got)
		}
		form = do(discordtest.Ask{Kind: discordtest.Command, Name: "form"}, nil)
		if got := do(form.Fill(nil)); got.Type != 4 || got.Updated || !got.Ephemeral {
			t.Errorf("from a command: %+v", got)
		}
		press, err := first.Press("Edit")
		press.On = nil // on a post
		form = do(press, err)
		if got := do(form.Fill(nil)); got.Type != 4 || got.Updated || !got.Ephemeral {
			t.Errorf("from a post: %+v", got)
		}
		refusedNothing(t, s)
	})
}

// One slip in the real form: a wrong zone costs none of the rest.
func TestGroupFormSurvivesASlip(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		w := newAsks(t, http)
		do := func(a discordtest.Ask, err error) discordtest.Shown {
			t.Helper()
			must(t, err)
			a.Rights = discordtest.ManageGuild
			return answer(t, w.s.Do(a))
		}
		form := do(discordtest.Ask{Kind: discordtest.Command, Name: "group", Sub: "add", Channel: "400000000000000002"}, nil)
		want := map[string]string{"group": "evening-circle", "name": strings.Repeat("Círculo ", 9), "zone": "America/Los_Angels", "quiet": "22:00-07:30", "langs": "es,en"}
		wrong := do(form.Fill(want))
		if !strings.Contains(wrong.Content, "22:00-07:30") || !strings.Contains(wrong.Content, "/crisis") {
			t.Errorf("%q", wrong.Content)
		}
		form = do(wrong.Press("Open the form"))
		for _, f := range form.Form.Fields {
			if f.Value != strings.TrimSpace(want[f.ID]) {
				t.Errorf("%s has %q", f.ID, f.Value)
			}
		}
		refusedNothing(t, w.s)
	})
}
