package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

func TestPointers(t *testing.T) {
	t.Parallel()
	fake, c := ready(t, echo)
	for _, a := range []slacktest.Ask{{Kind: slacktest.Mention, Text: "my secret"}, {Kind: slacktest.Write, Text: "my secret"}} {
		if w := see(t, fake, a); !strings.Contains(w.Words(), "Heard help") {
			t.Errorf("shown %q", w.Words())
		}
	}
	for i, r := range c.requests() {
		want := bot.Request{Call: bot.Call{Command: bot.Help}, Platform: bot.Slack, Place: group}
		if i == 1 {
			want.Place.Channel = "" // a direct message
		}
		if fmt.Sprintf("%+v", r) != fmt.Sprintf("%+v", want) {
			t.Errorf("arrived %+v, want %+v", r, want)
		}
	}
}

// TestEventsAreReadWithoutWords holds the decoder to taking nothing of what was
// written.
func TestEventsAreReadWithoutWords(t *testing.T) {
	t.Parallel()
	q, err := decode("events_api", []byte(`{"event_id":"E1","event":{"type":"message","channel_type":"im","user":"U1","channel":"D1","ts":"1.2","text":"my secret","blocks":[{"text":"my secret"}]}}`))
	if err != nil || q.kind != mention {
		t.Fatalf("decoded %v, %v", q.kind, err)
	}
	if strings.Contains(fmt.Sprintf("%+v", q), "secret") {
		t.Error("the words went further than they may")
	}
}

// pressing is a button for /why: its answer does not go into the acknowledgement.
func pressing() slacktest.Ask {
	return slacktest.Ask{Kind: slacktest.Press, ActionID: "call.0", Value: bot.NewCall("why").Encode()}
}

func TestResponseURLUsedUp(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, echo)
	fake.Fail(slacktest.Fault{Method: "response_url", Status: 404})
	if w := see(t, fake, pressing()); !strings.Contains(w.Words(), "Heard why") {
		t.Errorf("shown %q", w.Words())
	}
	if fake.Count("chat.postEphemeral") != 1 {
		t.Error("not by chat.postEphemeral")
	}
}

// TestNoOtherHostIsContacted answers a request that names an address elsewhere.
func TestNoOtherHostIsContacted(t *testing.T) {
	t.Parallel()
	a := newAdapter(t, slacktest.New(t, slacktest.Options{}), "")
	asked := make(chan struct{}, 1)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{} }))
	defer elsewhere.Close()
	err := (&serving{Adapter: a}).respond(t.Context(), request{responseURL: elsewhere.URL}, messagePart{fresh: []byte("{}")}, false)
	if err == nil || len(asked) > 0 {
		t.Errorf("another host was asked (%d): %v", len(asked), err)
	}
	a.c.APIURL = "https://slack.com/api/"
	for address, want := range map[string]bool{
		"https://hooks.slack.com/commands/T1/2": true, "https://slack.com/x": true, "https://hooks.slack-gov.com/app/1": true,
		"http://hooks.slack.com/commands/T1/2": false, "https://hooks.notslack.com/x": false, "https://slack.com.example.org/x": false,
		"https://slack.com@example.org/x": false, "https://example.org/slack.com": false, "::": false, "": false,
	} {
		if got := a.isSlacks(address); got != want {
			t.Errorf("%q is Slack's: %t", address, got)
		}
	}
}

// TestFivePartsAndMore answers with more messages than a response URL takes: the
// sixth comes another way.
func TestFivePartsAndMore(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, func(bot.Request) bot.Answer {
		var m bot.Message
		for i := range 5*maxBlocks + 3 { // a number to call has a block of its own
			m.Blocks = append(m.Blocks, content.Block{Items: [][]content.Span{{{Text: fmt.Sprintf("call %d.", i), Link: "tel:988"}}}})
		}
		return bot.Answer{Message: m}
	})
	p := do(t, fake, pressing())
	if _, err := p.Shown(within(t), 6); err != nil {
		t.Fatalf("%d parts are shown: %v", len(p.Seen()), err)
	}
	var all strings.Builder
	for _, w := range p.Seen() {
		if !w.Ephemeral {
			t.Error("others see it")
		}
		all.WriteString(w.Words())
	}
	for i := range 5*maxBlocks + 3 {
		if !strings.Contains(all.String(), fmt.Sprintf("call %d.", i)) {
			t.Errorf("part %d is lost", i)
		}
	}
	must(t, fake.AwaitIdle(within(t)))
	if fake.Count("response_url") != 6 || fake.Count("chat.postEphemeral") != 1 {
		t.Errorf("%d to the response URL, %d by chat.postEphemeral", fake.Count("response_url"), fake.Count("chat.postEphemeral"))
	}
}

func TestWordsWhereTheLayoutIsRefused(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, echo)
	fake.Fail(slacktest.Fault{Method: "response_url", Status: 400})
	fake.Fail(slacktest.Fault{Method: "chat.postEphemeral", Error: "invalid_blocks"})
	if w := see(t, fake, pressing()); w.Words() != "Heard why" || len(w.Blocks) != 0 {
		t.Errorf("shown %q with %d blocks", w.Words(), len(w.Blocks))
	}
}

// TestPublicMessagesStay presses a button on a reminder that everybody sees.
func TestPublicMessagesStay(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, func(r bot.Request) bot.Answer {
		a := echo(r)
		a.Update = true
		return a
	})
	press := slacktest.Ask{Kind: slacktest.Press, ActionID: "call.0", Value: bot.Call{Command: "why"}.Encode()}
	if w := see(t, fake, press); w.Updated {
		t.Error("what everybody sees was replaced")
	}
	press.On = &slacktest.Shown{Ephemeral: true}
	if w := see(t, fake, press); !w.Updated {
		t.Error("what the person alone sees was not replaced")
	}
}

func form(err string) bot.Answer {
	var said []content.Span
	if err != "" {
		said = []content.Span{{Text: err}}
	}
	return bot.Answer{Form: &bot.Form{
		Title: "Add a reminder for the whole group", Submit: "Add", Call: bot.Call{Command: "reminder", Sub: "add", Args: map[string]string{"topic": "x"}},
		Fields: []bot.Field{{Name: "at", Label: "When", Hint: "every day at 9:00", Required: true, Error: said}, {Name: "late", Label: "How late", Value: "2h"}},
	}}
}

func TestFormsAreChecked(t *testing.T) {
	t.Parallel()
	fake, c := ready(t, func(r bot.Request) bot.Answer {
		switch {
		case !r.Submit:
			return form("")
		case r.Args["at"] == "never":
			return form("There is no such time")
		}
		return echo(r)
	})
	w := see(t, fake, slacktest.Ask{Text: "reminder add topic=x"})
	if w.View == nil {
		t.Fatalf("no form but %q", w.Words())
	}
	bad := see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, Values: map[string]string{"at": "never"}})
	if bad.Errors["at"] != "There is no such time" || len(bad.Errors) != 1 {
		t.Errorf("beside the fields: %v", bad.Errors)
	}
	good := see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &bad, Values: map[string]string{"at": "every day at 9:00"}})
	if good.View == nil || !strings.Contains(good.Words(), "Heard reminder") {
		t.Errorf("shown %q", good.Words())
	}
	all := c.requests()
	if r := all[len(all)-1]; r.Place != group || !r.Submit || r.Args["at"] != "every day at 9:00" || r.Args["late"] != "2h" || r.Args["topic"] != "x" {
		t.Errorf("arrived %+v", r)
	}
}

func TestSlowAndLargeAnswersToForms(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	open := sync.OnceFunc(func() { close(gate) })
	fake, _ := ready(t, func(r bot.Request) bot.Answer {
		switch {
		case !r.Submit:
			return form("")
		case r.Args["at"] == "slow":
			<-gate
			return echo(r)
		}
		return bot.Answer{Message: bot.Message{Blocks: []content.Block{content.Text(strings.Repeat("word ", 6000) + "end")}}}
	})
	t.Cleanup(open)
	w := see(t, fake, slacktest.Ask{Text: "reminder add"})
	p := do(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, Values: map[string]string{"at": "slow"}})
	first, err := p.Shown(within(t), 1)
	if err != nil || !strings.Contains(first.Words(), "One moment, please.") {
		t.Fatalf("while it takes long: %q, %v", first.Words(), err)
	}
	open()
	second, err := p.Shown(within(t), 2)
	if err != nil || !strings.Contains(second.Words(), "Heard reminder") {
		t.Errorf("then: %q, %v", second.Words(), err)
	}
	w = see(t, fake, slacktest.Ask{Text: "reminder add"})
	p = do(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, Values: map[string]string{"at": "large"}})
	if large, err := p.Shown(within(t), 2); err != nil || !strings.Contains(large.Words(), "word end") {
		t.Errorf("the large answer is not shown: %.200q, %v", large.Words(), err)
	}
	if fake.Late() != 0 {
		t.Error("acknowledged too late")
	}
}

// TestFormsThatComeTooLate offers a button where the trigger is used up.
func TestFormsThatComeTooLate(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, func(bot.Request) bot.Answer { return form("") })
	fake.Fail(slacktest.Fault{Method: "views.open", Error: "expired_trigger_id"})
	w := see(t, fake, slacktest.Ask{Text: "reminder add topic=x"})
	if len(w.Buttons()) != 1 {
		t.Fatalf("shown %q", w.Words())
	}
	b := w.Buttons()[0]
	if w = see(t, fake, slacktest.Ask{Kind: slacktest.Press, On: &w, ActionID: b.ActionID, Value: b.Value}); w.View == nil {
		t.Errorf("the button shows %q", w.Words())
	}
}

// TestNothingWrittenIsLost fills in the form by typing, opens it too late, and finds
// what was typed in the form that the button opens. What a button cannot carry is
// named.
func TestNothingWrittenIsLost(t *testing.T) {
	t.Parallel()
	fake, c := ready(t, func(r bot.Request) bot.Answer {
		f := &bot.Form{Title: "Add", Call: bot.Call{Command: "reminder", Sub: "add", Flow: bot.Flow{Version: 7}}}
		for _, name := range []string{"topic", "at", "late"} {
			f.Fields = append(f.Fields, bot.Field{Name: name, Label: "The " + name, Value: r.Args[name], Max: 3000})
		}
		return bot.Answer{Form: f}
	})
	for name, tt := range map[string]struct {
		at   string
		lost bool
	}{
		"fits":     {strings.Repeat("every Monday at 9:00 ", 80) + "é\"<", false},
		"too long": {strings.Repeat("á", 1500), true},
	} {
		fake.Fail(slacktest.Fault{Method: "views.open", Error: "expired_trigger_id"})
		w := see(t, fake, slacktest.Ask{Text: strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace("reminder add topic=agreements late=3h at=" + tt.at)})
		b := w.Buttons()[0]
		if len(b.Value) > maxValue || strings.Contains(w.Words(), "The at") != tt.lost {
			t.Errorf("%s: %d characters, shown %q", name, len(b.Value), w.Words())
		}
		w = see(t, fake, slacktest.Ask{Kind: slacktest.Press, On: &w, ActionID: b.ActionID, Value: b.Value})
		got := fields(w)
		if at := strings.TrimSpace(tt.at); got["topic"] != "agreements" || got["late"] != "3h" || tt.lost != (got["at"] == "") || !tt.lost && got["at"] != at {
			t.Errorf("%s: there stands %.80v", name, got)
		}
		all := c.requests()
		if r := all[len(all)-1]; !r.Flow.Again || r.Flow.Version != 7 || r.Submit {
			t.Errorf("%s: it is opened as %.80v", name, r.Args)
		}
	}
	for _, value := range []string{`{`, `{"c":"reminder","s":"a b"}`, `{"c":"why","a":{"NAME":"x"}}`, `{"c":"why","a":{"":"x"}}`, `{"c":"Why"}`, `{"c":"why","a":{"x":"` + strings.Repeat("x", maxValue) + `"}}`} {
		if w := see(t, fake, slacktest.Ask{Kind: slacktest.Press, ActionID: "call.0", Value: value}); !strings.Contains(w.Words(), "out of date") {
			t.Errorf("%.40s: shown %q", value, w.Words())
		}
	}
}

func TestButtonsInModals(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, func(r bot.Request) bot.Answer {
		switch {
		case r.Submit:
			a := echo(r)
			a.Message.Actions = []bot.Action{{Label: "Undo", Call: bot.Call{Command: "reminder", Sub: "remove"}}}
			return a
		case r.Sub == "remove":
			return bot.Answer{Message: bot.Message{Title: "Removed", Blocks: []content.Block{content.Text("Gone.")}}}
		}
		return form("")
	})
	w := see(t, fake, slacktest.Ask{Text: "reminder add"})
	w = see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w})
	b := w.Buttons()[0]
	if w = see(t, fake, slacktest.Ask{Kind: slacktest.Press, On: &w, ActionID: b.ActionID, Value: b.Value}); !w.Updated || w.View.Title.Text != "Removed" {
		t.Errorf("shown %q", w.Words())
	}
}

func TestTooManyAtOnce(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	open := sync.OnceFunc(func() { close(gate) })
	fake, c := ready(t, func(r bot.Request) bot.Answer {
		switch r.Command {
		case "reminder":
			return form("")
		case bot.Crisis:
			return echo(r)
		}
		<-gate
		return echo(r)
	})
	t.Cleanup(open)
	w := see(t, fake, slacktest.Ask{Text: "reminder add"})
	for range maxInFlight {
		if _, err := do(t, fake, pressing()).AwaitAck(within(t)); err != nil {
			t.Fatal(err)
		}
	}
	if w := see(t, fake, slacktest.Ask{Text: "why"}); !strings.Contains(w.Words(), "911") {
		t.Errorf("shown %q", w.Words())
	}
	// A form says that nothing was saved, and keeps what was typed.
	w = see(t, fake, slacktest.Ask{Kind: slacktest.Submit, On: &w, Values: map[string]string{"at": "every day at 9:00"}})
	if w.Closed || !strings.Contains(w.Errors["at"]+w.Errors["late"], "nothing was saved") || fields(w)["at"] != "every day at 9:00" {
		t.Errorf("it looks saved: %+v", w)
	}
	// Help in a crisis is there all the same.
	for _, a := range []slacktest.Ask{{Text: "/Crisis now"}, {Kind: slacktest.Press, ActionID: "call.0", Value: bot.Call{Command: bot.Crisis}.Encode()}} {
		if w := see(t, fake, a); !strings.Contains(w.Words(), "Heard crisis") {
			t.Errorf("shown %q", w.Words())
		}
	}
	if n := len(c.requests()) - 3; n > maxInFlight { // without the form and the help
		t.Errorf("%d at once", n)
	}
	open()
}

func TestStaff(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	fake := slacktest.New(t, slacktest.Options{})
	many := []string{slacktest.Outsider}
	for i := range 1500 {
		many = append(many, fmt.Sprintf("U%09d", i))
	}
	fake.SetChannel(slacktest.Channel{ID: staffChannel, Private: true, Members: append(many, slacktest.BotUser, slacktest.Staff)})
	a := newAdapter(t, fake, staffChannel)
	a.now = c.Now
	h := &core{answer: echo}
	start(t, a, h)
	must(t, fake.AwaitConnections(within(t), 1))
	may := func(user string) string {
		t.Helper()
		see(t, fake, slacktest.Ask{Text: "why", User: user})
		all := h.requests()
		return all[len(all)-1].Actor.ID
	}
	ask := func(user, want string, lookups int) {
		t.Helper()
		if got := may(user); got != want {
			t.Errorf("the actor is %q, want %q", got, want)
		}
		if n := fake.Count("conversations.members"); n != lookups {
			t.Errorf("%d look-ups, want %d", n, lookups)
		}
	}
	ask(slacktest.Outsider, "", 0) // of another workspace: not even looked up
	ask(slacktest.Staff, "slack:"+slacktest.Staff, 2)
	ask(slacktest.Member, "", 2)
	c.sleep(t.Context(), 59*time.Second)
	ask(slacktest.Staff, "slack:"+slacktest.Staff, 2)
	c.sleep(t.Context(), 2*time.Second)
	fake.SetChannel(slacktest.Channel{ID: staffChannel, Private: true, Members: []string{slacktest.BotUser, slacktest.Member}})
	ask(slacktest.Staff, "", 3)
	ask(slacktest.Member, "slack:"+slacktest.Member, 3)

	c.sleep(t.Context(), time.Minute)
	fake.Fail(slacktest.Fault{Method: "conversations.members", Status: 500})
	ask(slacktest.Member, "", 4) // in doubt nobody
	ask(slacktest.Member, "", 4) // and no storm of look-ups
	c.sleep(t.Context(), 10*time.Second)
	ask(slacktest.Member, "slack:"+slacktest.Member, 5)
	fake.RemoveChannel(staffChannel)
	c.sleep(t.Context(), time.Minute)
	ask(slacktest.Member, "", 6)
}

// A channel that others can join, or that cannot be looked at, makes nobody a facilitator;
// who is in a private one is asked once a minute.
func TestFacilitators(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	fake := slacktest.New(t, slacktest.Options{})
	a := newAdapter(t, fake, staffChannel)
	a.now = c.Now
	role := bot.Role{Platform: bot.Slack, ID: slacktest.FacilitatorChannel}
	has := make(chan bot.Actor, 1)
	start(t, a, &core{answer: func(r bot.Request) bot.Answer {
		has <- r.In(t.Context(), role)
		return echo(r)
	}})
	must(t, fake.AwaitConnections(within(t), 1))
	ask := func(how, user string, want bool, lookups int) {
		t.Helper()
		see(t, fake, slacktest.Ask{Text: "why", User: user})
		if by := <-has; by.May() != want || want && !slices.Equal(by.Roles, []bot.Role{role}) {
			t.Errorf("%s: a facilitator: %v, want %v", how, by.May(), want)
		}
		n := 0
		for _, r := range fake.Requests() {
			if r.Method == "conversations.members" && strings.Contains(string(r.Body), slacktest.FacilitatorChannel) {
				n++
			}
		}
		if n != lookups {
			t.Errorf("%s: %d look-ups, want %d", how, n, lookups)
		}
	}
	channel := func(change func(*slacktest.Channel)) {
		ch := slacktest.Channel{ID: slacktest.FacilitatorChannel, Private: true, Members: []string{slacktest.BotUser, slacktest.Facilitator}}
		change(&ch)
		fake.SetChannel(ch)
		c.sleep(t.Context(), 2*time.Minute)
	}
	ask("a facilitator", slacktest.Facilitator, true, 1)
	ask("a member", slacktest.Member, false, 1)
	ask("somebody of another workspace", slacktest.Outsider, false, 1)
	ask("again", slacktest.Facilitator, true, 1)
	for name, change := range map[string]func(*slacktest.Channel){
		"a public channel": func(ch *slacktest.Channel) { ch.Private = false },
		"a shared channel": func(ch *slacktest.Channel) { ch.Shared = true },
		"without the bot":  func(ch *slacktest.Channel) { ch.Members = ch.Members[1:] },
		"an archived one":  func(ch *slacktest.Channel) { ch.Archived = true },
	} {
		channel(change)
		ask(name, slacktest.Facilitator, false, 1)
		if err := a.CheckRole(within(t), role); !errors.Is(err, bot.ErrUnreachable) {
			t.Errorf("%s: %v", name, err)
		} else if _, said := bot.ForPerson(err); !said && strings.Contains(name, "channel") {
			t.Errorf("%s: %v cannot be said in other languages", name, err)
		}
	}
	channel(func(*slacktest.Channel) {})
	ask("private again", slacktest.Facilitator, true, 2)
	if err := a.CheckRole(within(t), role); err != nil {
		t.Error(err)
	}
	channel(func(ch *slacktest.Channel) { ch.Members = ch.Members[:1] })
	ask("left", slacktest.Facilitator, false, 4)
	fake.SetUser(slacktest.User{ID: slacktest.Facilitator, Guest: true})
	channel(func(*slacktest.Channel) {})
	ask("a guest", slacktest.Facilitator, false, 5)
}

func TestNobodyIsStaffWithoutAChannel(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	s := newServing(newAdapter(t, fake, ""), &core{}, func(error) {})
	r, err := s.people.reader(t.Context(), request{user: slacktest.Staff, team: slacktest.TeamID})
	if r.Actor.May() || err != nil || fake.Count("conversations.members") > 0 {
		t.Errorf("may %v, %v", r.Actor.May(), err)
	}
}

// TestCrisisWaitsForNothing asks while every look-up hangs.
func TestCrisisWaitsForNothing(t *testing.T) {
	t.Parallel()
	fake, _ := ready(t, echo)
	fake.Fail(slacktest.Fault{Method: "conversations.members", Delay: time.Hour, Reset: true})
	see(t, fake, slacktest.Ask{Text: "crisis"})
	if fake.Count("conversations.members") != 0 {
		t.Error("the answer waited for a look-up")
	}
}

// TestNoIdentityInErrors gives the mapping what the library gives at its worst.
func TestNoIdentityInErrors(t *testing.T) {
	t.Parallel()
	worst := errors.New(`Post "https://hooks.slack.com/commands/T1/secret": U0123`)
	for _, err := range []error{fault(worst), sendFault(worst, true), sendFault(worst, false), fault(fmt.Errorf("x: %w", &json.SyntaxError{}))} {
		if slices.ContainsFunc([]string{"hooks", "secret", "U0123"}, func(s string) bool { return strings.Contains(err.Error(), s) }) {
			t.Errorf("the error holds what it may not: %v", err)
		}
	}
}
