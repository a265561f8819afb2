package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// boarder is a core with a board.
type boarder struct {
	core

	mu      sync.Mutex
	board   func(r bot.Request, page int) bot.Board
	changed chan struct{}
}

func (b *boarder) Board(_ context.Context, r bot.Request, page int) bot.Board {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.board(r, page)
}

func (b *boarder) Changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changed
}

func (b *boarder) change(board func(bot.Request, int) bot.Board) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if board != nil {
		b.board = board
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

func said(text string) bot.Message {
	return bot.Message{Title: text, Blocks: []content.Block{content.Text("Words of " + text)}}
}

// plainBoard says who asks and has a button.
func plainBoard(r bot.Request, page int) bot.Board {
	m := said(fmt.Sprintf("Board for a %s, zone %s", r.Actor, r.Zone))
	m.Actions = []bot.Action{{Label: "Pause", Call: bot.Call{Command: "why"}}}
	return bot.Board{Sections: []bot.Message{m}, Page: page, Pages: 1}
}

// serve answers people until the test ends.
func serve(t *testing.T, a *Adapter, h bot.Handler) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() { defer close(ended); _ = a.Serve(ctx, h) }()
	t.Cleanup(func() { cancel(); <-ended })
}

func newBoard(t *testing.T, answer func(bot.Request) bot.Answer) (*slacktest.Server, *boarder, *Adapter) {
	t.Helper()
	fake := slacktest.New(t, slacktest.Options{})
	b := &boarder{core: core{answer: answer}, board: plainBoard, changed: make(chan struct{})}
	a := newAdapter(t, fake, staffChannel)
	a.sleep = func(ctx context.Context, _ time.Duration) bool { return ctx.Err() == nil } // nothing to wait for
	serve(t, a, b)
	must(t, fake.AwaitConnections(within(t), 1))
	return fake, b, a
}

// forgetStaff lets who is staff be looked up anew.
func forgetStaff(a *Adapter) {
	a.staff.known.Set(staffChannel, unasked[*members]())
	a.facilitators.known.Set(slacktest.FacilitatorChannel, unasked[*members]())
}

func openHome(t *testing.T, fake *slacktest.Server, user string, n int) slacktest.Shown {
	t.Helper()
	do(t, fake, slacktest.Ask{Kind: slacktest.Open, User: user})
	w, err := fake.Home(within(t), user, n)
	if err != nil {
		t.Fatalf("no Home: %v", err)
	}
	return w
}

func TestHome(t *testing.T) {
	t.Parallel()
	fake, b, a := newBoard(t, echo)
	fake.SetUser(slacktest.User{ID: slacktest.Staff, Zone: "Europe/Vienna"})
	if w := openHome(t, fake, slacktest.Staff, 1); !strings.Contains(w.Words(), "Board for a moderator, zone Europe/Vienna") {
		t.Errorf("staff see %q", w.Words())
	}
	for _, user := range []string{slacktest.Member, slacktest.Outsider} {
		if w := openHome(t, fake, user, 1); !strings.Contains(w.Words(), "Board for a member, zone \n") {
			t.Errorf("%s sees %q", user, w.Words())
		}
	}
	// Something changes: only staff have the Home kept up to date.
	b.change(nil)
	if _, err := fake.Home(within(t), slacktest.Staff, 2); err != nil {
		t.Fatal(err)
	}
	// Slack refuses for a while, then takes it; the next change is not lost either.
	fake.Fail(slacktest.Fault{Method: "views.publish", Status: 429, RetryAfter: 1})
	b.change(func(bot.Request, int) bot.Board {
		return bot.Board{Sections: []bot.Message{said("Changed")}, Pages: 1}
	})
	if w, err := fake.Home(within(t), slacktest.Staff, 3); err != nil || !strings.Contains(w.Words(), "Changed") {
		t.Fatalf("%v, %q", err, w.Words())
	}
	// Whoever left the staff channel sees the board no longer.
	fake.SetChannel(slacktest.Channel{ID: staffChannel, Private: true, Members: []string{slacktest.BotUser}})
	forgetStaff(a)
	b.change(plainBoard)
	if w, err := fake.Home(within(t), slacktest.Staff, 4); err != nil || !strings.Contains(w.Words(), "for a member") {
		t.Fatalf("%v, %q", err, w.Words())
	}
	if n := len(a.homes.all(a.now(), false)); n != 0 {
		t.Errorf("%d Homes are remembered", n)
	}
	if n := len(fake.Homes(slacktest.Member)); n != 1 {
		t.Errorf("a member's Home was published %d times", n)
	}
}

// button finds a button by its label.
func button(t *testing.T, w slacktest.Shown, label string) slacktest.Button {
	t.Helper()
	for _, b := range w.Buttons() {
		if b.Label == label {
			return b
		}
	}
	t.Fatalf("no button %q on %q", label, w.Words())
	return slacktest.Button{}
}

// TestHomeWithoutLookUp lets the look-up of staff fail: an open Home is left as it
// is, one that is opened says so and offers another try, without any rights.
func TestHomeWithoutLookUp(t *testing.T) {
	t.Parallel()
	fake, b, a := newBoard(t, echo)
	openHome(t, fake, slacktest.Staff, 1)
	forgetStaff(a)
	fake.Fail(slacktest.Fault{Method: "conversations.members", Status: 500})
	b.change(nil)
	must(t, fake.AwaitRequest(within(t), "conversations.members", 2))
	// The failure is believed for a little: this one goes by it.
	w := openHome(t, fake, slacktest.Staff, 2)
	if !strings.Contains(w.Words(), "cannot check right now what you may see") || !strings.Contains(w.Words(), "Board for a member") {
		t.Errorf("shown %q", w.Words())
	}
	if n := len(a.homes.all(a.now(), false)); n != 0 {
		t.Errorf("%d Homes are kept", n)
	}
	if n := len(fake.Homes(slacktest.Staff)); n != 2 {
		t.Errorf("published %d times", n)
	}
	forgetStaff(a)
	again := button(t, w, "Try again")
	do(t, fake, slacktest.Ask{Kind: slacktest.Press, User: slacktest.Staff, On: &w, ActionID: again.ActionID, Value: again.Value})
	if w, err := fake.Home(within(t), slacktest.Staff, 3); err != nil || !strings.Contains(w.Words(), "Board for a moderator") {
		t.Errorf("%v, %q", err, w.Words())
	}
	// A refresh that finds no answer leaves the Home, and the next one goes on.
	forgetStaff(a)
	fake.Fail(slacktest.Fault{Method: "conversations.members", Status: 500})
	b.change(nil)
	must(t, fake.AwaitRequest(within(t), "conversations.members", 4))
	if n := len(a.homes.all(a.now(), false)); n != 1 {
		t.Errorf("%d Homes are kept", n)
	}
	forgetStaff(a)
	b.change(nil)
	if w, err := fake.Home(within(t), slacktest.Staff, 4); err != nil || !strings.Contains(w.Words(), "Board for a moderator") {
		t.Errorf("%v, %q", err, w.Words())
	}
}

// TestHomesOfTwoProcesses opens the Home at one process and turns its page at
// another: the first does not throw the reader back.
func TestHomesOfTwoProcesses(t *testing.T) {
	t.Parallel()
	fake, first, one := newBoard(t, echo)
	pages := func(_ bot.Request, page int) bot.Board {
		return bot.Board{Sections: []bot.Message{said(fmt.Sprint("page ", page))}, Page: page, Pages: 3}
	}
	first.mu.Lock()
	first.board = pages // without word of a change, which would refresh the Home that is opened
	first.mu.Unlock()
	openHome(t, fake, slacktest.Staff, 1)
	two := newServing(newAdapter(t, fake, staffChannel), first, func(error) {})
	turn := request{kind: opened, home: true, user: slacktest.Staff, team: slacktest.TeamID, at: spot{page: 1}}
	must(t, two.showHome(t.Context(), turn))
	first.change(nil)
	must(t, fake.AwaitRequest(within(t), "views.publish", 3))
	all := fake.Homes(slacktest.Staff)
	w := all[len(all)-1]
	if len(all) != 2 || !strings.Contains(w.Words(), "page 1") {
		t.Errorf("published %d times, then %q", len(all), w.Words())
	}
	for ctx := within(t); len(one.homes.all(one.now(), false)) != 0; runtime.Gosched() { // the conflict is on its way
		if ctx.Err() != nil {
			t.Fatal("it is still kept by the first process")
		}
	}
	// A control that is pressed where the Home was not published knows its page.
	q, err := decode("interactive", fmt.Appendf(nil, `{"type":"block_actions","user":{"id":"U1"},"view":{"type":"home","private_metadata":%q},"actions":[{"action_id":"call.0","value":"1/why/?"}]}`, w.View.PrivateMetadata))
	if err != nil || q.kind != control || q.at != (spot{page: 1}) {
		t.Errorf("decoded kind %v at %v, %v", q.kind, q.at, err)
	}
}

// TestHomesAge counts as use what people do, and nothing else.
func TestHomesAge(t *testing.T) {
	t.Parallel()
	fake, b, a := newBoard(t, echo)
	c := &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	a.now = c.Now
	w := openHome(t, fake, slacktest.Staff, 1)
	c.sleep(t.Context(), 11*time.Hour)
	press := button(t, w, "Pause")
	see(t, fake, slacktest.Ask{Kind: slacktest.Press, User: slacktest.Staff, On: &w, ActionID: press.ActionID, Value: press.Value})
	c.sleep(t.Context(), 11*time.Hour)
	b.change(nil)
	if _, err := fake.Home(within(t), slacktest.Staff, 2); err != nil {
		t.Fatal("a Home whose buttons are used is given up")
	}
	c.sleep(t.Context(), 2*time.Hour)
	if n := len(a.homes.all(a.now(), false)); n != 0 {
		t.Error("a Home that is only refreshed never ages")
	}
}

// TestHomesTurnAtMidnight shows the new day a little after midnight where the
// reader is.
func TestHomesTurnAtMidnight(t *testing.T) {
	t.Parallel()
	var h homes
	vienna, err := time.LoadLocation("Europe/Vienna")
	must(t, err)
	now := time.Date(2026, 3, 1, 22, 30, 0, 0, time.UTC) // 23:30 there
	o := h.note(request{kind: opened, user: "U1"}, now)
	o.shows(now, vienna)
	for after, want := range map[time.Duration]int{0: 0, 29 * time.Minute: 0, 30 * time.Minute: 0, 32 * time.Minute: 1, 90 * time.Minute: 1} {
		if got := len(h.all(now.Add(after), true)); got != want {
			t.Errorf("after %s: %d to be published", after, got)
		}
	}
	o.shows(now.Add(32*time.Minute), vienna)
	if n := len(h.all(now.Add(time.Hour), true)); n != 0 {
		t.Error("published over and over")
	}

	fake := slacktest.New(t, slacktest.Options{})
	fake.SetUser(slacktest.User{ID: slacktest.Staff, Zone: "Europe/Vienna"})
	c := &clock{now: now}
	b := &boarder{core: core{answer: echo}, board: plainBoard, changed: make(chan struct{})}
	a := newAdapter(t, fake, staffChannel)
	a.now, a.look = c.Now, 5*time.Millisecond
	serve(t, a, b)
	must(t, fake.AwaitConnections(within(t), 1))
	openHome(t, fake, slacktest.Staff, 1)
	c.sleep(t.Context(), 32*time.Minute)
	if _, err := fake.Home(within(t), slacktest.Staff, 2); err != nil {
		t.Fatal("yesterday is still shown")
	}
}

// TestButtonsOnTheHome presses them: answers come in a modal, forms too.
func TestButtonsOnTheHome(t *testing.T) {
	t.Parallel()
	form := false
	fake, _, _ := newBoard(t, func(r bot.Request) bot.Answer {
		if form {
			return bot.Answer{Form: &bot.Form{Title: "A form", Call: r.Call, Fields: []bot.Field{{Name: "name", Label: "Name"}}}}
		}
		a := echo(r)
		a.Update = true
		a.Message.Actions = []bot.Action{{Label: "Undo", Call: bot.Call{Command: "crisis"}}}
		return a
	})
	w := openHome(t, fake, slacktest.Staff, 1)
	press := func(on slacktest.Shown) slacktest.Shown {
		t.Helper()
		button := on.Buttons()[0]
		return see(t, fake, slacktest.Ask{Kind: slacktest.Press, User: slacktest.Staff, On: &on, ActionID: button.ActionID, Value: button.Value})
	}
	modal := press(w)
	if modal.View == nil || !strings.Contains(modal.Words(), "Heard why") {
		t.Fatalf("shown %q", modal.Words())
	}
	if undo := press(modal); undo.View == nil || !undo.Updated || !strings.Contains(undo.Words(), "Heard crisis") {
		t.Errorf("shown %q", undo.Words())
	}
	form = true
	if w := press(w); w.View == nil || w.View.Submit == nil {
		t.Errorf("shown %q", w.Words())
	}
	// Where the modal comes too late, the Home says so.
	fake.Fail(slacktest.Fault{Method: "views.open", Error: "expired_trigger_id"})
	b := w.Buttons()[0]
	do(t, fake, slacktest.Ask{Kind: slacktest.Press, User: slacktest.Staff, On: &w, ActionID: b.ActionID, Value: b.Value})
	if late, err := fake.Home(within(t), slacktest.Staff, 2); err != nil || !strings.Contains(late.Words(), "took too long to open here") {
		t.Errorf("%v, %q", err, late.Words())
	}
}

// TestPagesOfTheHome walks a board that is larger than a Home from end to end and
// back: every section is seen once, on each way.
func TestPagesOfTheHome(t *testing.T) {
	t.Parallel()
	fake, b, _ := newBoard(t, echo)
	const pages, each = 3, 70
	b.change(func(_ bot.Request, page int) bot.Board {
		board := bot.Board{Page: page, Pages: pages}
		for i := range each {
			board.Sections = append(board.Sections, said(fmt.Sprintf("section %d of %d.", i, page)))
		}
		return board
	})
	w := openHome(t, fake, slacktest.Staff, 1)
	for _, label := range []string{"Next page", "Previous page"} {
		seen := map[string]int{}
		for turns := 1; ; turns++ {
			if n := len(w.View.Blocks); n > maxModal {
				t.Fatalf("%d blocks", n)
			}
			for line := range strings.Lines(w.Words()) {
				if strings.HasPrefix(line, "section") {
					seen[line]++
				}
			}
			var next *slacktest.Button
			for _, x := range w.Buttons() {
				if x.Label == label {
					next = &x
				}
			}
			if next == nil || turns > 20 {
				break
			}
			n := len(fake.Homes(slacktest.Staff))
			do(t, fake, slacktest.Ask{Kind: slacktest.Press, User: slacktest.Staff, On: &w, ActionID: next.ActionID, Value: next.Value})
			var err error
			if w, err = fake.Home(within(t), slacktest.Staff, n+1); err != nil {
				t.Fatal(err)
			}
		}
		if len(seen) != pages*each {
			t.Errorf("%s: %d sections seen of %d", label, len(seen), pages*each)
		}
	}
	// A refresh stays where the reader is.
	here := len(fake.Homes(slacktest.Staff))
	b.change(nil)
	if w, err := fake.Home(within(t), slacktest.Staff, here+1); err != nil || !strings.Contains(w.Words(), "Page 1 of 3, part 1 of 2") {
		t.Errorf("%v, %q", err, w.Words())
	}
}

func TestHomesAreBounded(t *testing.T) {
	t.Parallel()
	var h homes
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range 3 * homesMost {
		h.note(request{kind: opened, user: fmt.Sprint(i), responseURL: "https://a", trigger: "t"}, now.Add(time.Duration(i)*time.Second))
	}
	all := h.all(now.Add(3*homesMost*time.Second), false)
	if len(all) != homesMost || all[0].user != fmt.Sprint(3*homesMost-1) || all[0].trigger != "" {
		t.Errorf("%d are kept, first %s", len(all), all[0].user)
	}
	if n := len(h.all(now.Add(2*homeSpan), false)); n != 0 {
		t.Errorf("%d are kept for ever", n)
	}
}

func TestGoldenHome(t *testing.T) {
	t.Parallel()
	b := bot.Board{Page: 1, Pages: 3}
	for _, name := range []string{"card", "numbers"} {
		b.Sections = append(b.Sections, messages()[name])
	}
	got, err := json.MarshalIndent(lay(b, 0, "", words.InEnglish()), "", "  ")
	must(t, err)
	golden(t, "home.json", got)
	if c := contract(t); c != nil {
		if err := c.Validate("blocks", got); err != nil {
			t.Error(err)
		}
	}
}
