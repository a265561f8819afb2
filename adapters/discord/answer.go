package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// desk answers people while Serve runs.
type desk struct {
	a      *Adapter
	h      bot.Handler
	ctx    context.Context // outlives Serve's, so that what is in flight is answered
	cancel context.CancelFunc
	out    context.Context // outlives ctx, so that who was promised an answer hears of its end
	mute   context.CancelFunc
	wg     sync.WaitGroup

	mu     sync.Mutex
	closed bool
}

func newDesk(a *Adapter, h bot.Handler) *desk {
	d := &desk{a: a, h: h}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.out, d.mute = context.WithCancel(context.Background())
	return d
}

// close refuses what is new and waits for the requests in flight, for a while.
// Those it gives up are told so.
func (d *desk) close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	done := make(chan struct{})
	go func() {
		d.wg.Wait()
		close(done)
	}()
	within := func(limit time.Duration) bool {
		select {
		case <-done:
			return true
		case <-time.After(limit):
			return false
		}
	}
	if !within(d.a.times.drain) {
		d.a.log.Warn("requests given up at shutdown")
	}
	d.cancel()
	within(d.a.times.farewell)
	d.mute()
	within(time.Second) // a handler that does not heed its context
}

// callback is the first answer to an interaction, as JSON.
func callback(kind discordgo.InteractionResponseType, data any) (json.RawMessage, error) {
	return json.Marshal(struct {
		Type discordgo.InteractionResponseType `json:"type"`
		Data any                               `json:"data,omitempty"`
	}{kind, data})
}

// drawn is an answer as messages.
type drawn struct {
	all   []payload       // at least one
	fresh json.RawMessage // the callback that shows the first
	stead json.RawMessage // the callback that puts it in the place of what was pressed
}

func draw(m bot.Message) (drawn, error) {
	all, err := private(m)
	if err != nil {
		return drawn{}, err
	}
	return finish(all)
}

// finish writes the callbacks of an answer.
func finish(all []payload) (d drawn, err error) {
	d.all = all
	if d.fresh, err = callback(discordgo.InteractionResponseChannelMessageWithSource, d.all[0]); err != nil {
		return d, fmt.Errorf("discord: %w", err)
	}
	if d.stead, err = callback(discordgo.InteractionResponseUpdateMessage, d.all[0].onPrivate()); err != nil {
		return d, fmt.Errorf("discord: %w", err)
	}
	return d, nil
}

// onPrivate is a payload for what is private already.
func (p payload) onPrivate() payload {
	p.Flags &^= flagPrivate
	return p
}

var (
	errClosed = errors.New("no requests are taken")
	errAgain  = errors.New("this interaction came before")
	errBusy   = errors.New("too many requests at once")
)

// receive takes an event from the gateway. It does not block.
func (d *desk) receive(event string, raw []byte) {
	switch event {
	case "INTERACTION_CREATE":
		d.receiveInteraction(raw)
	case "MESSAGE_CREATE":
		d.receiveMessage(raw)
	}
}

func (d *desk) receiveInteraction(raw []byte) {
	in, err := decode(raw)
	if err != nil {
		d.a.log.Warn("interaction not readable")
		return
	}
	if in.Type == discordgo.InteractionPing {
		return
	}
	d.take(in, d.callBack(in))
}

// take begins to answer an interaction, unless it came before, and does not wait.
// What is not answered is logged.
func (d *desk) take(in interaction, first reply) {
	if work, err := d.admit(in); err == nil {
		go work(first) // it tells close
	}
}

// admit takes an interaction in, unless it came before. work answers it, and is to
// be called. Where too many are being answered, it tells the person so.
func (d *desk) admit(in interaction) (work func(first reply), err error) {
	places := []chan struct{}{d.a.slots, d.a.turned}
	if in.names(crisis) {
		places = slices.Insert(places, 1, d.a.spare)
	}
	place, end, err := d.begin(in.ID, places...)
	if errors.Is(err, errBusy) {
		d.a.log.Warn("too many requests at once: one got no answer", "so_far", d.a.dropped.Add(1))
	}
	if err != nil {
		return nil, err
	}
	answer := d.answer
	if place == d.a.turned {
		d.a.log.Warn("too many requests at once: one was asked to come again")
		answer = d.turnAway
	}
	return func(first reply) {
		defer end()
		answer(in, first)
	}, nil
}

// crisis has places of its own: however many ask, nothing may delay it.
const crisis = "crisis"

// begin lets what has this ID be answered in the first place that is free, unless it
// came before or none is. end is called when it has been.
func (d *desk) begin(id string, places ...chan struct{}) (place chan struct{}, end func(), err error) {
	d.mu.Lock() // nothing begins once close waits
	defer d.mu.Unlock()
	switch {
	case d.closed:
		return nil, nil, errClosed
	case !d.a.seen.first(id):
		return nil, nil, errAgain
	}
	for _, place := range places {
		select {
		case place <- struct{}{}:
		default:
			continue
		}
		d.wg.Add(1)
		return place, func() {
			<-place
			if d.a.settled != nil {
				d.a.settled(id)
			}
			d.wg.Done()
		}, nil
	}
	return nil, nil, errBusy
}

// turnAway answers without the core that too many are asking. Discord closes a form
// that is answered: what was written into it is kept as that of a refused one is.
func (d *desk) turnAway(in interaction, first reply) {
	defer d.recover()
	r, _, err := in.request(d.a.c.ModeratorRole)
	switch {
	case err != nil:
		d.answer(in, first) // the core has no part in it
	case in.Type == discordgo.InteractionApplicationCommandAutocomplete:
		d.offer(nil, first)
	case in.Type == discordgo.InteractionModalSubmit:
		call, _ := bot.DecodeCall(in.Data.CustomID) // r's has what was written as well
		d.show(in, first, r, bot.Answer{Form: &bot.Form{Call: call, Fields: in.fields(), Preview: []content.Block{content.Text(unsaved(r.Lang))}}})
	default:
		d.show(in, first, r, busy(r.Lang))
	}
}

// answer answers one interaction to its end.
func (d *desk) answer(in interaction, first reply) {
	defer d.recover()
	r, focused, err := in.request(d.a.c.ModeratorRole)
	switch {
	case errors.Is(err, errStale):
		d.show(in, first, r, notice(outOfDate(r.Lang)))
	case err != nil:
		d.a.log.Warn("interaction of an unknown kind")
	case in.Type == discordgo.InteractionApplicationCommandAutocomplete:
		d.complete(r, focused, first)
	default:
		d.handle(in, r, first)
	}
}

// recover keeps a panic from ending the program, and what it says, which may
// hold what a person typed, out of the log.
func (d *desk) recover() {
	if recover() != nil {
		d.a.log.Error("panic while answering", "stack", string(debug.Stack()))
	}
}

// handle asks the core and answers within Discord's 3 s, if only by a promise.
func (d *desk) handle(in interaction, r bot.Request, first reply) {
	ctx, cancel := context.WithTimeout(d.ctx, d.a.times.handle)
	defer cancel()
	var mu sync.Mutex
	promised, over := false, false
	finish := func(ans bot.Answer) {
		mu.Lock()
		defer mu.Unlock()
		if ans.Form != nil {
			form := in.restore(*ans.Form)
			ans.Form = &form
		}
		switch {
		case over:
		case promised:
			d.showLater(in, r, ans)
		default:
			d.show(in, first, r, ans)
		}
		over = true
	}
	promise := time.AfterFunc(d.a.times.quick, func() {
		defer d.recover()
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		promised = true
		if err := d.promise(in, first); err != nil && !errors.Is(err, bot.ErrUnknown) {
			d.undelivered(err)
			over = true // the token is of no use now; the change, if it was one, goes on
		}
	})
	defer promise.Stop()
	defer context.AfterFunc(ctx, func() {
		defer d.recover()
		finish(notice(sorry(r.Lang)))
	})()
	finish(d.ask(ctx, r))
}

// promise tells Discord that the answer takes longer. Where the button stands on a
// message that only this person sees, the answer may take that message's place.
func (d *desk) promise(in interaction, first reply) error {
	kind, data := discordgo.InteractionResponseDeferredChannelMessageWithSource, map[string]int{"flags": flagPrivate}
	if in.onPrivate() {
		kind, data = discordgo.InteractionResponseDeferredMessageUpdate, nil
	}
	body, err := callback(kind, data)
	if err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	return first(d.out, body, true)
}

// ask asks the core. A panic becomes an apology.
func (d *desk) ask(ctx context.Context, r bot.Request) (ans bot.Answer) {
	ans = notice(sorry(r.Lang))
	defer d.recover()
	return d.h.Handle(ctx, r)
}

// show delivers an answer as the first one.
func (d *desk) show(in interaction, first reply, r bot.Request, ans bot.Answer) {
	if ans.Form != nil && in.Type != discordgo.InteractionModalSubmit {
		m, err := form(*ans.Form, in.GuildID)
		if err == nil {
			var body json.RawMessage
			if body, err = callback(discordgo.InteractionResponseModal, m); err == nil {
				d.deliver(first, r, body, false)
				return
			}
		}
		d.a.log.Error("form not rendered", "error", err)
		ans = notice(sorry(r.Lang))
	}
	answer := d.render(r, ans)
	body := answer.fresh
	if ans.Update && in.onPrivate() {
		body = answer.stead
	}
	if d.deliver(first, r, body, len(answer.all) > 1) {
		d.follow(in, r, answer.all[1:])
	}
}

// render writes an answer as messages. A form is drawn each time: it holds what
// somebody wrote.
func (d *desk) render(r bot.Request, ans bot.Answer) drawn {
	var answer drawn
	var err error
	if ans.Form != nil {
		answer, err = drawForm(*ans.Form, r.Place.Space, r.Lang)
	} else {
		answer, err = d.a.shown.Of(ans.Message, draw)
	}
	if err != nil {
		d.a.log.Error("answer not rendered", "error", err)
		answer, err = d.a.shown.Of(notice(sorry(r.Lang)).Message, draw)
	}
	if err != nil { // one plain sentence always renders
		d.a.log.Error("apology not rendered", "error", err)
	}
	return answer
}

// complete looks for values for what is being typed.
func (d *desk) complete(r bot.Request, focused string, first reply) {
	ctx, cancel := context.WithTimeout(d.ctx, d.a.times.complete)
	defer cancel()
	done := make(chan []bot.Choice, 1)
	d.wg.Go(func() {
		var got []bot.Choice
		defer func() { done <- got }()
		defer d.recover()
		got = d.h.Complete(ctx, r, focused)
	})
	var got []bot.Choice
	select {
	case got = <-done:
	case <-ctx.Done():
	}
	d.offer(got, first)
}

// offer shows values for what is being typed.
func (d *desk) offer(got []bot.Choice, first reply) {
	out := make([]choice, 0, len(got))
	for _, c := range got {
		if c.Name != "" && size(c.Value) <= maxOption && len(out) < maxOptions {
			out = append(out, choice{cut(c.Name, maxOption), c.Value})
		}
	}
	body, err := callback(discordgo.InteractionApplicationCommandAutocompleteResult, map[string][]choice{"choices": out})
	if err == nil {
		err = first(d.out, body, false)
	}
	if err != nil {
		d.undelivered(err)
	}
}
