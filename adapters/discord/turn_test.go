package discord

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

// turns says whose turn it is as a test wants it.
type turns struct {
	mu     sync.Mutex
	await  bool
	mine   bool
	beaten chan struct{}
}

func (t *turns) set(await, mine bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.await, t.mine = await, mine
}

func (t *turns) Await(context.Context) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.await
}

func (t *turns) Mine() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mine
}

func (t *turns) Beaten() { t.beaten <- struct{}{} }

// What comes while another process holds the gateway is not even asked of the core,
// which might change something; and nothing is said once the right is gone.
func TestNothingIsAnsweredOutOfTurn(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, _ := newAdapter(t, s)
	whose := &turns{await: true, mine: true, beaten: make(chan struct{}, 1)}
	a.TakeTurns(whose)
	over := make(chan string, 1)
	a.settled = func(id string) { over <- id }
	var handled atomic.Int32
	during := func() {}
	serve(t, a, s, core{handle: func(context.Context, bot.Request) bot.Answer {
		handled.Add(1)
		during()
		return say("Fine.")
	}})
	ask := func() *discordtest.Pending {
		p := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"})
		<-over
		return p
	}
	if !ask().Answered() || handled.Load() != 1 {
		t.Error("in turn nothing is answered")
	}
	whose.set(false, false)
	if ask().Answered() || handled.Load() != 1 {
		t.Error("something is done out of turn")
	}
	whose.set(true, true)
	during = func() { whose.set(false, false) } // it stood still while it worked
	if ask().Answered() || handled.Load() != 2 {
		t.Error("what was lost meanwhile is answered")
	}
	refusedNothing(t, s)
}

// Where Discord has an answer already, another process gave it.
func TestBeingBeatenIsNoticed(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	one, _ := newAdapter(t, s)
	two, _ := newAdapter(t, s)
	whose := &turns{await: true, mine: true, beaten: make(chan struct{}, 1)}
	two.TakeTurns(whose)
	serve(t, one, s, core{})
	a := discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}
	p, payload, err := s.Payload(a)
	must(t, err)
	one.receive("INTERACTION_CREATE", payload)
	if _, err := p.Acked(soon(t)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-whose.beaten:
		t.Fatal("beaten by itself")
	default:
	}
	two.desk.Open(core{})
	defer two.desk.Close()
	two.receive("INTERACTION_CREATE", payload)
	select {
	case <-whose.beaten:
	case <-soon(t).Done():
		t.Error("it does not notice that another has answered")
	}
}
