package adaptertest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"circlekeeper/bot"
)

// asking lists the checks of what people ask and press.
func asking() []check {
	return []check{
		{"commands arrive as typed", nil, commandsArrive},
		{"buttons menus and forms arrive as made", nil, pressesArrive},
		{"answers are private", nil, answersArePrivate},
		{"slow answers are acknowledged in time", nil, slowIsAcknowledged},
		{"a repeated request is handled once", []Case{Repeat}, repeatedOnce},
		{"a request repeated while in flight is handled once", []Case{Repeat}, repeatedInFlight},
		{"concurrent requests keep apart", nil, concurrent},
		{"cancel waits for what is in flight", nil, cancelWaits},
		{"a panic is one lost answer", nil, panics},
		{"mentions in answers are only words", nil, answersPingNobody},
		{"the longest answer is read in full", nil, longestAnswer},
		{"only moderators may change", nil, onlyModerators},
		{"strangers may not change", []Case{Outside}, strangersMayNot},
		{"a role is vouched for", nil, rolesVouched},
		{"a stranger’s role is not vouched for", []Case{Outside}, strangersHaveNoRole},
		{"what is not for us is left alone", []Case{Strange}, strangeIgnored},
		{"a lost answer leaks nothing", []Case{Unanswered}, lostAnswerLeaksNothing},
	}
}

func commandsArrive(t testing.TB, h Harness) {
	s := serve(t, h, func(r bot.Request) bot.Answer { return say("Heard " + r.Command + " " + r.Sub) })
	defer s.stop()
	for _, a := range calls() {
		before := len(s.core.requests())
		seen := s.see(a)
		if n := len(s.core.requests()) - before; n != 1 {
			t.Errorf("%+v was handled %d times", a.Call, n)
			continue
		}
		same(t, h, s.last(), a.Call, false)
		if want := "Heard " + a.Call.Command + " " + a.Call.Sub; !holds(seen.Text, want) {
			t.Errorf("the answer to %+v reads %q, want %q in it", a.Call, seen.Text, want)
		}
	}
}

// same compares the request that arrived with the one that was meant.
func same(t testing.TB, h Harness, r bot.Request, want bot.Call, submit bool) {
	t.Helper()
	given := func(args map[string]string) map[string]string {
		args = maps.Clone(args)
		maps.DeleteFunc(args, func(_, v string) bool { return v == "" })
		return args
	}
	if r.Command != want.Command || r.Sub != want.Sub || !maps.Equal(given(r.Args), given(want.Args)) {
		t.Errorf("arrived as %+v, want %+v", r.Call, want)
	}
	if r.Submit != submit {
		t.Errorf("%s: Submit is %v, want %v", want.Command, r.Submit, submit)
	}
	if r.Platform != h.Adapter().Platform() {
		t.Errorf("%s: Platform is %q, want %q", want.Command, r.Platform, h.Adapter().Platform())
	}
	if r.Place != h.Place() {
		t.Errorf("%s: Place is %q, want %q", want.Command, r.Place, h.Place())
	}
}

// desk answers with the menu, the form, or the name of what was picked.
func desk(r bot.Request) bot.Answer {
	switch {
	case r.Command == "reminder" && !r.Submit && r.Args["at"] == "":
		return form()
	case r.Command == "strategies" && r.Args["name"] == "":
		return menu()
	}
	a := say("Picked " + r.Command + " " + r.Args["name"])
	a.Update = r.Command == "help"
	return a
}

func pressesArrive(t testing.TB, h Harness) {
	s := serve(t, h, desk)
	defer s.stop()
	shown := s.see(Ask{Call: call("strategies", "")})
	m := menu().Message
	for _, a := range append(slices.Clone(m.Menu.Options), m.Actions...) {
		if !slices.Contains(shown.Labels, a.Label) {
			t.Errorf("%q is not shown; there is %q", a.Label, shown.Labels)
			continue
		}
		if a.Link != "" {
			continue
		}
		seen := s.see(Ask{On: &shown, Label: a.Label})
		same(t, h, s.last(), a.Call, false)
		if want := a.Label == "Back"; seen.Updated != want {
			t.Errorf("%s: took the place of the message: %v, want %v", a.Label, seen.Updated, want)
		}
	}
	for _, open := range []Ask{{On: &shown, Label: "Add"}, {Call: call("reminder", "list")}} {
		seen := s.see(open)
		if seen.Form == nil {
			t.Errorf("no form opened, but %q", seen.Text)
			continue
		}
		want := map[string]string{"at": "", "late": "2h", "zone": "UTC"}
		if !maps.Equal(seen.Form.Fields, want) {
			t.Errorf("the form shows %q, want %q", seen.Form.Fields, want)
		}
		done := s.see(Ask{On: &seen, Fill: map[string]string{"at": "every Monday at 9:00 " + typed, "zone": "Europe/Madrid"}})
		same(t, h, s.last(), call("reminder", "add", "topic", "rotation", "at", "every Monday at 9:00 "+typed, "late", "2h", "zone", "Europe/Madrid"), true)
		if !holds(done.Text, "Picked reminder") {
			t.Errorf("after the form one reads %q", done.Text)
		}
	}
}

func answersArePrivate(t testing.TB, h Harness) {
	s := serve(t, h, desk)
	defer s.stop()
	shown := s.see(Ask{Call: call("strategies", "")}) // see fails if others can see it
	s.see(Ask{Who: Moderator, Call: call("agreements", "", "name", typed)})
	s.see(Ask{On: &shown, Label: "More"})
	s.see(Ask{On: &shown, Label: "Back"})
	f := s.see(Ask{On: &shown, Label: "Add"})
	s.see(Ask{On: &f, Fill: map[string]string{"at": typed}})
	s.stop()
	nothingPosted(t, h)
}

func nothingPosted(t testing.TB, h Harness) {
	t.Helper()
	for _, p := range h.Posted(h.Place()) {
		t.Errorf("everybody in the channel sees %q", p.Text)
	}
}

func slowIsAcknowledged(t testing.TB, h Harness) {
	gate := make(chan struct{})
	var slow atomic.Bool
	s := serve(t, h, func(r bot.Request) bot.Answer {
		if slow.Load() {
			<-gate
		}
		return desk(r)
	})
	defer s.stop()
	open := sync.OnceFunc(func() { close(gate) })
	defer open()
	shown := s.see(Ask{Call: call("strategies", "")})
	slow.Store(true)
	typedIn, pressed := s.ask(Ask{Nth: 1, Call: call("help", "")}), s.ask(Ask{On: &shown, Label: "More"})
	s.acked(typedIn)
	s.acked(pressed)
	open()
	if seen := s.seen(typedIn); !holds(seen.Text, "Picked help") {
		t.Errorf("the slow answer reads %q", seen.Text)
	}
	if seen := s.seen(pressed); !holds(seen.Text, "Picked strategies") {
		t.Errorf("the slow answer to a button reads %q", seen.Text)
	}
}

func (s *stage) again(q Asked) {
	s.t.Helper()
	ctx, done := patient(s.t)
	defer done()
	if err := q.Again(ctx); err != nil {
		s.t.Fatalf("not delivered again: %v", err)
	}
}

// handled stops the stage, so that nothing is under way any more, and counts the requests.
func (s *stage) handled(want int) {
	s.t.Helper()
	s.see(Ask{Nth: 2, Call: call("help", "")}) // all that was delivered before has arrived when this is answered
	s.stop()
	if n := len(s.core.requests()); n != want+1 {
		s.t.Errorf("handled %d requests, want %d", n-1, want)
	}
}

func repeatedOnce(t testing.TB, h Harness) {
	s := serve(t, h, desk)
	defer s.stop()
	q := s.ask(Ask{Call: call("strategies", "")})
	shown := s.seen(q)
	s.again(q)
	pressed := s.ask(Ask{On: &shown, Label: "More"})
	s.seen(pressed)
	s.again(pressed)
	s.handled(2)
}

func repeatedInFlight(t testing.TB, h Harness) {
	gate := make(chan struct{})
	s := serve(t, h, func(r bot.Request) bot.Answer {
		if r.Command == "strategies" {
			<-gate
		}
		return desk(r)
	})
	defer s.stop()
	open := sync.OnceFunc(func() { close(gate) })
	defer open()
	q := s.ask(Ask{Call: call("strategies", "")})
	s.acked(q)
	s.again(q)
	s.see(Ask{Nth: 1, Call: call("help", "")})
	open()
	s.seen(q)
	s.handled(2)
}

func concurrent(t testing.TB, h Harness) {
	s := serve(t, h, func(r bot.Request) bot.Answer { return say("For " + r.Args["name"]) })
	defer s.stop()
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			ctx, done := patient(t)
			defer done()
			name := fmt.Sprintf("asker%03d", i)
			q, err := h.Ask(ctx, Ask{Nth: i, Call: call("agreements", "", "name", name)})
			if err != nil {
				t.Errorf("ask: %v", err)
				return
			}
			switch seen, err := q.Seen(ctx); {
			case err != nil:
				t.Errorf("%s got no answer: %v", name, err)
			case !holds(seen.Text, "For "+name) || strings.Count(seen.Text, "asker") != 1:
				t.Errorf("%s got %q", name, seen.Text)
			case seen.Public:
				t.Errorf("others see what %s got", name)
			}
		})
	}
	all.Wait()
}

func cancelWaits(t testing.TB, h Harness) {
	gate, in := make(chan struct{}), make(chan struct{})
	var finished atomic.Bool
	s := serve(t, h, func(r bot.Request) bot.Answer {
		close(in)
		<-gate
		finished.Store(true)
		return say("Worth the wait")
	})
	defer s.stop()
	open := sync.OnceFunc(func() { close(gate) })
	defer open()
	q := s.ask(Ask{Call: call("help", "")})
	await(t, in, "the request to reach the handler")
	s.acked(q)
	s.cancel()
	// An adapter that does not wait has this long to be caught. One that waits passes, however
	// long it takes.
	select {
	case err := <-s.served:
		s.served <- err
		t.Errorf("Serve returned while a request was in flight")
	case <-time.After(50 * time.Millisecond):
	}
	open()
	s.stop()
	if !finished.Load() {
		t.Errorf("Serve returned before the handler")
	}
	if seen := s.seen(q); !holds(seen.Text, "Worth the wait") {
		t.Errorf("the answer in flight reads %q", seen.Text)
	}
}

func await(t testing.TB, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
	case <-t.Context().Done():
		t.Fatalf("waited in vain for %s", what)
	}
}

func panics(t testing.TB, h Harness) {
	in := make(chan struct{})
	s := serve(t, h, func(r bot.Request) bot.Answer {
		if r.Command == "agreements" {
			close(in)
			panic("a fault about " + typed)
		}
		return desk(r)
	})
	defer s.stop()
	s.ask(Ask{Call: call("agreements", "", "name", typed)})
	await(t, in, "the request to reach the handler")
	s.see(Ask{Nth: 1, Call: call("help", "")})
}

func answersPingNobody(t testing.TB, h Harness) {
	s := serve(t, h, func(bot.Request) bot.Answer { return bot.Answer{Message: loud("")} })
	defer s.stop()
	seen := s.see(Ask{Call: call("help", "")}) // see fails if it pings
	mentionsRead(t, seen.Text)
}

// mentionsRead tells whether mentions can still be read as words.
func mentionsRead(t testing.TB, text string) {
	t.Helper()
	if all := strings.Join(mentions(), " "); !holds(text, all) {
		t.Errorf("of %q some is lost in %q", all, text)
	}
}

func longestAnswer(t testing.TB, h Harness) {
	w := newWorst("", 2, 400)
	s := serve(t, h, func(bot.Request) bot.Answer { return bot.Answer{Message: w.message} })
	defer s.stop()
	seen := s.see(Ask{Call: call("help", "")})
	if lost := w.lost(seen.Text, seen.Labels); lost != "" {
		t.Error(lost)
	}
	for _, a := range []bot.Action{w.message.Menu.Options[24], w.message.Actions[9]} {
		s.see(Ask{On: &seen, Label: a.Label})
		same(t, h, s.last(), a.Call, false)
	}
	s.stop()
	nothingPosted(t, h)
}

func onlyModerators(t testing.TB, h Harness)  { rights(t, h, Member) }
func strangersMayNot(t testing.TB, h Harness) { rights(t, h, Stranger) }

// rights lets somebody without rights, and the moderator, ask in every way.
func rights(t testing.TB, h Harness, other Who) {
	s := serve(t, h, desk)
	defer s.stop()
	for _, who := range []Who{other, Moderator, other} {
		name := []string{"member", "moderator", "stranger"}[who]
		check := func(how string) {
			t.Helper()
			a := s.last().Actor
			switch may := who == Moderator; {
			case a.May() != may:
				t.Errorf("%s, %s: may change things: %v, want %v", name, how, a.May(), may)
			case may && !strings.HasPrefix(a.ID, string(h.Adapter().Platform())+":"):
				t.Errorf("%s, %s: the actor's ID does not begin with the platform", name, how)
			}
			if a.May() && strings.Contains(h.Log(), a.ID) {
				t.Errorf("%s, %s: the actor's ID is logged", name, how)
			}
		}
		inEveryWay(s, who, check)
	}
}

// inEveryWay lets somebody type a command, press a button and send a form, and checks each.
func inEveryWay(s *stage, who Who, check func(how string)) {
	shown := s.see(Ask{Who: who, Call: call("strategies", "")})
	check("command")
	s.see(Ask{Who: who, On: &shown, Label: "More"})
	check("button")
	f := s.see(Ask{Who: who, On: &shown, Label: "Add"})
	s.see(Ask{Who: who, On: &f, Fill: map[string]string{"at": typed}})
	check("form")
}

func rolesVouched(t testing.TB, h Harness)        { roles(t, h, Member, Facilitator, Moderator) }
func strangersHaveNoRole(t testing.TB, h Harness) { roles(t, h, Stranger, Facilitator) }

// roles lets people ask in every way, and each time asks the platform about their roles.
func roles(t testing.TB, h Harness, who ...Who) {
	role, other := h.Role()
	var mu sync.Mutex
	var in, elsewhere, beyond bot.Actor
	s := serve(t, h, func(r bot.Request) bot.Answer {
		mu.Lock()
		defer mu.Unlock()
		in, elsewhere, beyond = bot.Actor{}, bot.Actor{}, bot.Actor{}
		if r.In != nil {
			far := role
			far.Platform = "elsewhere"
			in, elsewhere, beyond = r.In(t.Context(), role), r.In(t.Context(), other), r.In(t.Context(), far)
		}
		return desk(r)
	})
	defer s.stop()
	for _, w := range who {
		name := []string{"member", "moderator", "stranger", "facilitator"}[w]
		check := func(how string) {
			t.Helper()
			mu.Lock()
			defer mu.Unlock()
			switch has := w == Facilitator; {
			case s.last().Actor.May() != (w == Moderator):
				t.Errorf("%s, %s: may change everything: %v", name, how, s.last().Actor.May())
			case in.May() != has || elsewhere.May() || beyond.May():
				t.Errorf("%s, %s: has the role: %v, another: %v, one elsewhere: %v", name, how, in.May(), elsewhere.May(), beyond.May())
			case has && !slices.Equal(in.Roles, []bot.Role{role}):
				t.Errorf("%s, %s: is bound to %v, want %v", name, how, in.Roles, role)
			case has && !strings.HasPrefix(in.ID, string(h.Adapter().Platform())+":"):
				t.Errorf("%s, %s: the actor's ID does not begin with the platform", name, how)
			}
			if in.May() && strings.Contains(h.Log(), in.ID) {
				t.Errorf("%s, %s: the actor's ID is logged", name, how)
			}
		}
		inEveryWay(s, w, check)
	}
}

func strangeIgnored(t testing.TB, h Harness) {
	s := serve(t, h, desk)
	defer s.stop()
	ctx, done := context.WithTimeout(t.Context(), patience)
	defer done()
	if err := h.Junk(ctx); err != nil {
		t.Fatalf("junk: %v", err)
	}
	s.handled(0)
	nothingPosted(t, h)
}

func lostAnswerLeaksNothing(t testing.TB, h Harness) {
	in := make(chan struct{})
	var once sync.Once
	s := serve(t, h, func(r bot.Request) bot.Answer {
		once.Do(func() { close(in) })
		return say("Never seen " + typed)
	})
	defer s.stop()
	h.Fail(Unanswered, 0)
	q := s.ask(Ask{Call: call("agreements", "", "name", typed)})
	await(t, in, "the request to reach the handler")
	s.stop() // inspect then looks at the log
	ctx, done := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer done()
	if _, err := q.Seen(ctx); err == nil {
		t.Errorf("the answer was seen: the harness lost nothing")
	}
}
