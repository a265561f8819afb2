package discord

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/content"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	asked := make(chan bot.Request, 1)
	var next atomic.Pointer[bot.Answer]
	serve(t, a, s, core{handle: func(_ context.Context, r bot.Request) bot.Answer {
		asked <- r
		return *next.Load()
	}})

	open := bot.Call{Command: "strategies", Args: map[string]string{"name": "listening"}}
	ans := say("Hello @everyone and <@500000000000000001>.")
	ans.Message.Actions = []bot.Action{{Label: "More", Call: open}, {Label: "Again", Call: open}, {Label: "Map", Link: "https://example.org/(map)"}}
	ans.Message.Menu = &bot.Menu{Label: "Choose", Options: []bot.Action{{Label: "Listening", Call: open, Hint: "one line"}}}
	next.Store(&ans)

	first := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies", Args: map[string]string{"name": "x"}, Locale: "es-ES"}))
	r := <-asked
	if r.Command != "strategies" || r.Args["name"] != "x" || r.Lang != "es-ES" || r.Actor.May() || r.Place != here || r.Platform != bot.Discord {
		t.Errorf("asked %+v", r)
	}
	if !first.Ephemeral || first.Pings || first.Type != 4 || !strings.Contains(first.Content, "Hello") {
		t.Errorf("shown %+v", first)
	}
	if len(first.Buttons) != 3 || len(first.Menu) != 1 || len(s.Messages(discordtest.ChannelID)) != 0 {
		t.Errorf("buttons %+v, menu %+v", first.Buttons, first.Menu)
	}

	for _, label := range []string{"More", "Again"} {
		press, err := first.Press(label)
		must(t, err)
		next.Store(&bot.Answer{Message: say("Pressed.").Message, Update: true})
		got := answer(t, s.Do(press))
		if r := <-asked; r.Command != "strategies" || r.Args["name"] != "listening" || len(r.Args) != 1 {
			t.Errorf("%s asked %+v", label, r)
		}
		if !got.Updated || !got.Ephemeral || !strings.Contains(got.Content, "Pressed.") {
			t.Errorf("%s showed %+v", label, got)
		}
	}
	pick, err := first.Pick("Listening")
	must(t, err)
	answer(t, s.Do(pick))
	if r := <-asked; r.Args["name"] != "listening" {
		t.Errorf("picked %+v", r)
	}

	// On a public message, an answer that would update it is a new private one.
	press, err := first.Press("More")
	must(t, err)
	press.On = nil
	if got := answer(t, s.Do(press)); got.Updated || !got.Ephemeral {
		t.Errorf("on a public message: %+v", got)
	}
	<-asked

	direct := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis", Direct: true}))
	if r := <-asked; r.Place != (bot.Place{Platform: bot.Discord}) || r.Actor.May() || !direct.Ephemeral {
		t.Errorf("direct message: %+v %+v", r, direct)
	}

	for _, id := range []string{"other-bots-button", "0/strategies/?", "menu", ""} {
		got := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Component, CustomID: id, Locale: "fr"}))
		if !got.Ephemeral || !strings.Contains(got.Content, "out of date") {
			t.Errorf("custom id %q: %+v", id, got)
		}
	}
	if len(asked) != 0 {
		t.Error("an unknown custom id reached the core")
	}
	refusedNothing(t, s)
}

func TestForms(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	asked := make(chan bot.Request, 1)
	serve(t, a, s, core{handle: func(_ context.Context, r bot.Request) bot.Answer {
		asked <- r
		if r.Args["at"] == "every Monday" {
			return say("Saved.")
		}
		return bot.Answer{Form: &bot.Form{Title: "Add a reminder", Call: bot.Call{Command: "reminder", Sub: "add"}, Submit: "Add", Preview: []content.Block{content.Text("Somebody changed it.")}, Fields: []bot.Field{
			{Name: "topic", Label: "Topic", Value: r.Args["topic"], Required: true, Choices: []bot.Choice{{Name: "Agreements", Value: "agreement"}, {Name: "Privacy", Value: "confidentiality"}}},
			{Name: "at", Label: "When", Hint: "every Monday at 9:00", Value: r.Args["at"], Error: []content.Span{{Text: "No rule like that."}}},
		}}}
	}})
	form := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "reminder", Sub: "add", Rights: discordtest.ManageGuild}))
	if r := <-asked; r.Sub != "add" || r.Submit || r.Actor.ID != "discord:500000000000000001" {
		t.Errorf("asked %+v", r)
	}
	if form.Form == nil || form.Form.Above != "Somebody changed it." || len(form.Form.Fields) != 2 || len(form.Form.Fields[0].Options) != 2 || !strings.Contains(form.Form.Fields[1].Hint, "No rule") {
		t.Fatalf("shown %+v", form)
	}
	fill, err := form.Fill(map[string]string{"topic": "agreement", "at": "whenever"})
	must(t, err)
	// A form cannot answer a form: the reasons and a way back do.
	wrong := answer(t, s.Do(fill))
	if r := <-asked; !r.Submit || r.Args["topic"] != "agreement" || r.Args["at"] != "whenever" {
		t.Errorf("submitted %+v", r)
	}
	if !strings.Contains(wrong.Content, "No rule like that.") || !strings.Contains(wrong.Content, "Somebody changed it.") {
		t.Errorf("shown %+v", wrong)
	}
	again, err := wrong.Press("Open the form")
	must(t, err)
	form = answer(t, s.Do(again))
	<-asked
	if form.Form == nil || form.Form.Fields[0].Value != "agreement" || form.Form.Fields[1].Value != "whenever" {
		t.Fatalf("the form forgot what was typed: %+v", form.Form)
	}
	if fill, err = form.Fill(map[string]string{"at": "every Monday"}); err != nil {
		t.Fatal(err)
	}
	saved := answer(t, s.Do(fill))
	<-asked
	if !strings.Contains(saved.Content, "Saved.") || !saved.Ephemeral {
		t.Errorf("shown %+v", saved)
	}
	refusedNothing(t, s)
}

func TestCompletes(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	serve(t, a, s, core{complete: func(_ context.Context, r bot.Request, arg string) []bot.Choice {
		if arg == "boom" {
			panic(arg)
		}
		out := make([]bot.Choice, 30)
		for i := range out {
			out[i] = bot.Choice{Name: arg + r.Args[arg] + strings.Repeat("é", 120), Value: "v"}
		}
		return out
	}})
	got := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Autocomplete, Name: "strategies", Args: map[string]string{"name": "li"}, Focused: "name"}))
	if len(got.Choices) != 25 || !strings.HasPrefix(got.Choices[0].Label, "nameli") {
		t.Errorf("choices %+v", got.Choices)
	}
	if got := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Autocomplete, Name: "strategies", Args: map[string]string{"boom": ""}, Focused: "boom"})); len(got.Choices) != 0 {
		t.Errorf("choices %+v", got.Choices)
	}
	refusedNothing(t, s)
}

func TestRights(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		ask    discordtest.Ask
		may    bool
		direct bool
	}{
		{"member", discordtest.Ask{}, false, false},
		{"manager of the server", discordtest.Ask{Rights: discordtest.ManageGuild}, true, false},
		{"administrator", discordtest.Ask{Rights: discordtest.Administrator}, true, false},
		{"moderator by role", discordtest.Ask{Roles: []string{"1", "700000000000000001"}}, true, false},
		{"other roles", discordtest.Ask{Roles: []string{"1"}, Rights: discordtest.SendMessages}, false, false},
		{"manager in a direct message", discordtest.Ask{Direct: true, Rights: discordtest.ManageGuild}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			c.ask.Kind, c.ask.Name = discordtest.Command, "reminder"
			_, raw, err := s.Payload(c.ask)
			must(t, err)
			in, err := decode(raw)
			must(t, err)
			r, _, err := in.request([]string{"700000000000000009", "700000000000000001"})
			if err != nil || r.Actor.May() != c.may || c.may && r.Actor.ID != "discord:500000000000000001" {
				t.Errorf("%+v %v", r, err)
			}
		})
	}
}

// Text that is not quite JSON by the book is read like any other: what a phone sends must not make
// an interaction unreadable.
func TestInteractionsAreDecodedLeniently(t *testing.T) {
	t.Parallel()
	const option = `{"name":"name","type":3,"value":%s}`
	for value, want := range map[string]string{
		`"listening"`:                       "listening",
		`"half \ud83d of an emoji"`:         "half \uFFFD of an emoji",
		"\"a byte \xff\"":                   "a byte \uFFFD",
		`"first","value":"the last counts"`: "the last counts",
		`7`:                                 "7",
		`null`:                              "",
	} {
		raw := fmt.Sprintf(`{"id":"1","application_id":"2","token":"t","type":2,"member":null,"unknown":[{}],"data":{"name":"strategies","options":[`+option+`]}}`, value)
		in, err := decode([]byte(raw))
		if err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		if c, _ := in.command(); c.Args["name"] != want {
			t.Errorf("%s is read as %q, not %q", value, c.Args["name"], want)
		}
	}
}

// In a thread people are in its channel as well.
func TestThreadsAreInTheirChannel(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	around := func(channel string) bot.Request {
		t.Helper()
		_, raw, err := s.Payload(discordtest.Ask{Kind: discordtest.Command, Name: "concern", Channel: channel})
		must(t, err)
		in, err := decode(raw)
		must(t, err)
		r, _, err := in.request(nil)
		must(t, err)
		return r
	}
	category := s.AddKind(4, "")
	for kind, want := range map[int]bot.Place{0: {}, 2: {}, 10: here, 11: here, 12: here} {
		parent := discordtest.ChannelID
		if want == (bot.Place{}) {
			parent = category // which is no channel that people write in
		}
		id := s.AddKind(kind, parent)
		if r := around(id); r.Around != want || r.Place.Channel != id {
			t.Errorf("kind %d: at %s, in %s", kind, r.Place, r.Around)
		}
	}
}

func TestSlowIsDeferred(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	release := make(chan bot.Answer)
	serve(t, a, s, core{handle: func(context.Context, bot.Request) bot.Answer { return <-release }})
	p := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})
	acked, err := p.Acked(soon(t))
	if err != nil || acked.Type != 5 || !acked.Ephemeral {
		t.Fatalf("%+v %v", acked, err)
	}
	long := say("At last.")
	for range 60 {
		long.Message.Blocks = append(long.Message.Blocks, content.Text(strings.Repeat("word ", 30)))
	}
	release <- long
	if _, err := p.AwaitMore(soon(t), 2); err != nil {
		t.Fatal(err)
	}
	got := answer(t, p)
	if !strings.Contains(got.Content, "At last.") || !got.Ephemeral {
		t.Errorf("shown %+v", got)
	}

	p = s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "reminder"})
	if _, err := p.Acked(soon(t)); err != nil {
		t.Fatal(err)
	}
	release <- bot.Answer{Form: &bot.Form{Title: "Late form", Call: bot.Call{Command: "reminder"}, Fields: []bot.Field{{Name: "a", Label: "A"}}}}
	if got := answer(t, p); len(got.Buttons) != 1 || got.Form != nil {
		t.Errorf("shown %+v", got)
	}
	refusedNothing(t, s)
}

func TestOnceAndTogether(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	var count atomic.Int64
	serve(t, a, s, core{handle: func(_ context.Context, r bot.Request) bot.Answer {
		count.Add(1)
		return say("You said " + r.Args["name"])
	}})
	ask := discordtest.Ask{Kind: discordtest.Command, Name: "strategies", ID: "123456789012345678"}
	answer(t, s.Do(ask))
	again := s.Do(ask)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			word := strings.Repeat("x", i+1)
			got, err := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies", Args: map[string]string{"name": word}}).Answer(soon(t))
			if err != nil || !strings.Contains(got.Content, "You said "+word) {
				t.Errorf("%v %v", got.Content, err)
			}
		})
	}
	wg.Wait()
	if count.Load() != 101 || again.Answered() {
		t.Errorf("handled %d, the second delivery answered: %v", count.Load(), again.Answered())
	}
	refusedNothing(t, s)
}

// When every place is taken, help now is still answered: by the command, by a
// button, by an option of a menu. Others hear that they may come again, and what they
// wrote into a form is kept.
func TestCrisisHasPlacesOfItsOwn(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		s := discordtest.New(t, discordtest.Options{})
		release, entered := make(chan struct{}), make(chan struct{}, inFlight)
		letGo := sync.OnceFunc(func() { close(release) })
		t.Cleanup(letGo)
		form := bot.Form{Title: "A form", Call: bot.Call{Command: "reminder", Sub: "add"}, Fields: []bot.Field{{Name: "at", Label: "When"}, {Name: "place", Label: "Where", Place: true}}}
		h := core{handle: func(_ context.Context, r bot.Request) bot.Answer {
			switch {
			case r.Command == "reminder" && !r.Submit:
				return bot.Answer{Form: &form}
			case r.Command != "crisis":
				entered <- struct{}{}
				<-release
			}
			return say("Fine.")
		}}
		var a *Adapter
		logs := &adaptertest.Log{}
		if http {
			a = newEndpoint(t, s)
			serveEndpoint(t, a, s, h)
		} else {
			a, logs = newAdapter(t, s)
			serve(t, a, s, h)
		}
		do := func(ask discordtest.Ask, err error) discordtest.Shown {
			t.Helper()
			must(t, err)
			ask.Locale = "es-ES"
			return answer(t, s.Do(ask))
		}
		opened := do(discordtest.Ask{Kind: discordtest.Command, Name: "reminder", Sub: "add"}, nil)
		var waiting []*discordtest.Pending
		for range inFlight { // the form's place is given back a moment after its answer: who comes before that is turned away
			asked := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"})
			until(t, "a place is taken", func() bool {
				select {
				case <-entered:
					waiting = append(waiting, asked)
					return true
				default:
				}
				if asked.Answered() {
					asked = s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"})
				}
				return false
			})
		}
		for _, ask := range []discordtest.Ask{
			{Kind: discordtest.Command, Name: "crisis"},
			{Kind: discordtest.Component, CustomID: "1/crisis/?new=1#abcdefghijklmnopqrstuvwx"},
			{Kind: discordtest.Component, CustomID: "menu", Values: []string{"1/crisis/?"}},
		} {
			if got := do(ask, nil); !strings.Contains(got.Content, "Fine.") {
				t.Errorf("%+v", got)
			}
		}

		turned := do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"}, nil)
		if !turned.Ephemeral || !strings.Contains(turned.Content, "Muchas personas") || !strings.Contains(turned.Content, "/crisis") {
			t.Errorf("%+v", turned)
		}
		if got := do(turned.Press("Ayuda inmediata")); !strings.Contains(got.Content, "Fine.") {
			t.Errorf("%+v", got)
		}
		if got := do(discordtest.Ask{Kind: discordtest.Autocomplete, Name: "strategies", Args: map[string]string{"name": "li"}, Focused: "name"}, nil); len(got.Choices) != 0 {
			t.Errorf("%+v", got)
		}
		if got := do(discordtest.Ask{Kind: discordtest.Component, CustomID: "0/strategies/?"}, nil); !strings.Contains(got.Content, "ya no sirve") {
			t.Errorf("%+v", got)
		}
		kept := do(opened.Fill(map[string]string{"at": "every *Monday*", "place": discordtest.ChannelID}))
		if !kept.Ephemeral || !strings.Contains(kept.Content, "no se guardó nada") || !strings.Contains(kept.Content, "/crisis") || !strings.Contains(kept.Content, "<#"+discordtest.ChannelID+">") {
			t.Errorf("%+v", kept)
		}

		var turning []*intake.Visit // too many even for that
		until(t, "those who were turned away are gone", func() bool {
			for {
				v, err := a.desk.Admit(false, fmt.Sprint("turned ", len(turning), " ", a.desk.Dropped()))
				if err != nil {
					return len(turning) == inFlight/4
				}
				turning = append(turning, v)
			}
		})
		before := a.desk.Dropped()
		dropped := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"})
		do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}, nil) // events come in order, requests do not
		until(t, "one is dropped", func() bool { return a.desk.Dropped() == before+1 })
		for _, v := range turning {
			v.Run(func() {})
		}
		letGo()
		for _, p := range waiting {
			answer(t, p)
		}
		if dropped.Answered() || !http && !strings.Contains(logs.String(), fmt.Sprint("so_far=", before+1)) {
			t.Errorf("answered %v, logged %s", dropped.Answered(), logs)
		}
		again := do(kept.Press("Abrir el formulario"))
		if again.Form == nil || again.Form.Fields[0].Value != "every *Monday*" || again.Form.Fields[1].Value != discordtest.ChannelID {
			t.Errorf("the form forgot what was written: %+v", again.Form)
		}
		if broken := newContract(t).broken(s); len(broken) > 0 {
			t.Errorf("against Discord's contract: %q", broken)
		}
	})
}

func TestPanicsAndRefusalsApologise(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, logs := newAdapter(t, s)
	serve(t, a, s, core{handle: func(_ context.Context, r bot.Request) bot.Answer {
		switch r.Args["name"] {
		case "panic":
			panic("canary " + r.Args["name"])
		case "empty":
			return bot.Answer{}
		case "huge":
			return bot.Answer{Message: bot.Message{Title: "x", Menu: &bot.Menu{Options: make([]bot.Action, 30)}}}
		case "form":
			return bot.Answer{Form: &bot.Form{Title: "no fields", Call: bot.Call{Command: "x"}}}
		}
		return say("Fine.")
	}})
	for _, name := range []string{"panic", "empty", "huge", "form"} {
		got := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies", Args: map[string]string{"name": name}}))
		if !strings.Contains(got.Content, "went wrong") || !got.Ephemeral {
			t.Errorf("%s: %+v", name, got)
		}
	}
	s.Fail(discordtest.Fault{Route: "POST /interactions/{interaction_id}/{interaction_token}/callback", Status: 400, Code: 50035})
	got := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"}))
	if !strings.Contains(got.Content, "went wrong") {
		t.Errorf("after a refusal: %+v", got)
	}
	s.Dispatch("INTERACTION_CREATE", "not an object")
	s.Dispatch("INTERACTION_CREATE", map[string]any{"id": "1", "application_id": "2", "token": "x", "type": 99})
	s.Dispatch("MESSAGE_CREATE", map[string]any{"id": "1", "content": "canary", "author": map[string]any{"bot": true}})
	answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}))
	for _, bad := range []string{"canary", "500000000000000001", discordtest.Token, "answer-", "Nickname"} {
		if strings.Contains(logs.String(), bad) {
			t.Errorf("the log holds %q:\n%s", bad, logs)
		}
	}
}
