package discord

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// desk answers people while Serve runs.
type desk struct {
	a      *Adapter
	h      bot.Handler
	ctx    context.Context // outlives Serve's, so that what is in flight is answered
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu     sync.Mutex
	closed bool
}

func newDesk(a *Adapter, h bot.Handler) *desk {
	d := &desk{a: a, h: h}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d
}

// close refuses what is new and waits for the requests in flight, for a while.
func (d *desk) close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	done := make(chan struct{})
	go func() {
		d.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(d.a.times.drain):
		d.a.log.Warn("requests given up at shutdown")
	}
	d.cancel()
	select {
	case <-done:
	case <-time.After(time.Second): // a handler that does not heed its context
	}
}

// callback is the first answer to an interaction.
type callback struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// reply delivers the first answer: over the gateway's way by a request of its
// own, over the HTTP endpoint in the response.
type reply func(context.Context, callback) error

var (
	errClosed = errors.New("no requests are taken")
	errAgain  = errors.New("this interaction came before")
	errBusy   = errors.New("too many requests at once")
)

// receive takes an interaction from the gateway. It does not block.
func (d *desk) receive(raw []byte) {
	in, err := decode(raw)
	if err != nil {
		d.a.log.Warn("interaction not readable")
		return
	}
	if in.Type == discordgo.InteractionPing {
		return
	}
	path := "/interactions/" + in.ID + "/" + url.PathEscape(in.Token) + "/callback"
	err = d.take(in, func(ctx context.Context, c callback) error {
		return d.a.do(ctx, http.MethodPost, path, "", c, nil)
	})
	if errors.Is(err, errBusy) {
		d.a.log.Warn("too many requests at once: one was dropped")
	}
}

// take begins to answer an interaction, unless it came before, and does not wait.
func (d *desk) take(in interaction, first reply) error {
	end, err := d.begin(in)
	if err != nil {
		return err
	}
	go func() { // end tells close
		defer end()
		d.answer(in, first)
	}()
	return nil
}

// begin lets an interaction be answered, unless it came before. end is called
// when it has been.
func (d *desk) begin(in interaction) (end func(), err error) {
	d.mu.Lock() // nothing begins once close waits
	defer d.mu.Unlock()
	switch {
	case d.closed:
		return nil, errClosed
	case !d.a.seen.first(in.ID):
		return nil, errAgain
	}
	select {
	case d.a.slots <- struct{}{}:
	default:
		return nil, errBusy
	}
	d.wg.Add(1)
	return func() {
		<-d.a.slots
		if d.a.settled != nil {
			d.a.settled(in.ID)
		}
		d.wg.Done()
	}, nil
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
		err := first(d.ctx, callback{
			Type: discordgo.InteractionResponseDeferredChannelMessageWithSource,
			Data: map[string]int{"flags": flagPrivate},
		})
		if err != nil {
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

// ask asks the core. A panic becomes an apology.
func (d *desk) ask(ctx context.Context, r bot.Request) (ans bot.Answer) {
	ans = notice(sorry(r.Lang))
	defer d.recover()
	return d.h.Handle(ctx, r)
}

// show delivers an answer as the first one.
func (d *desk) show(in interaction, first reply, r bot.Request, ans bot.Answer) {
	if ans.Form != nil && in.Type != discordgo.InteractionModalSubmit {
		m, err := form(*ans.Form)
		if err == nil {
			d.deliver(first, r, callback{Type: discordgo.InteractionResponseModal, Data: m})
			return
		}
		d.a.log.Error("form not rendered", "error", err)
		ans = notice(sorry(r.Lang))
	}
	all := d.render(r, ans)
	c := callback{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: all[0]}
	if ans.Update && in.onPrivate() {
		all[0].Flags &^= flagPrivate // it is private already
		c = callback{Type: discordgo.InteractionResponseUpdateMessage, Data: all[0]}
	}
	if d.deliver(first, r, c) {
		d.follow(in, all[1:])
	}
}

// deliver gives the first answer. Where Discord refuses what was rendered, an
// apology takes its place.
func (d *desk) deliver(first reply, r bot.Request, c callback) bool {
	err := first(d.ctx, c)
	if err == nil {
		return true
	}
	d.undelivered(err)
	var refused *apiError
	if errors.As(err, &refused) && refused.status == http.StatusBadRequest {
		if err := first(d.ctx, d.apology(r)); err != nil {
			d.undelivered(err)
		}
	}
	return false
}

func (d *desk) apology(r bot.Request) callback {
	return callback{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: d.render(r, notice(sorry(r.Lang)))[0]}
}

// showLater fills in what was promised.
func (d *desk) showLater(in interaction, r bot.Request, ans bot.Answer) {
	all := d.render(r, ans)
	all[0].Flags &^= flagPrivate // it is private already
	path := "/webhooks/" + in.AppID + "/" + url.PathEscape(in.Token) + "/messages/@original"
	if err := d.add(http.MethodPatch, path, all[0]); err != nil {
		d.undelivered(err)
		return
	}
	d.follow(in, all[1:])
}

// follow delivers the rest of an answer that is longer than a message.
func (d *desk) follow(in interaction, rest []payload) {
	path := "/webhooks/" + in.AppID + "/" + url.PathEscape(in.Token)
	for _, p := range rest {
		if err := d.add(http.MethodPost, path, p); err != nil {
			d.undelivered(err)
			return
		}
	}
}

// add tells more after the first answer. In HTTP mode that answer may still be on
// its way through Discord, which then knows nothing to add to.
func (d *desk) add(method, path string, p payload) error {
	for wait := 100 * time.Millisecond; ; wait *= 3 {
		err := d.a.do(d.ctx, method, path, "", p, nil)
		var refused *apiError
		if !d.a.c.HTTP || !errors.As(err, &refused) || refused.status != http.StatusNotFound || wait > time.Second || !sleep(d.ctx, wait) {
			return err
		}
	}
}

// render writes an answer as messages: at least one.
func (d *desk) render(r bot.Request, ans bot.Answer) []payload {
	m := ans.Message
	if ans.Form != nil {
		m = formMessage(*ans.Form, r.Lang)
	}
	all, err := private(m)
	if err != nil {
		d.a.log.Error("answer not rendered", "error", err)
		all, err = private(notice(sorry(r.Lang)).Message)
	}
	if err != nil { // one plain sentence always renders
		return []payload{{Components: []component{textDisplay(sorry(""))}, Mentions: nobody(), Flags: flagPrivate | flagV2}}
	}
	return all
}

// complete offers values for what is being typed.
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
	out := make([]choice, 0, len(got))
	for _, c := range got {
		if c.Name != "" && size(c.Value) <= maxOption && len(out) < maxOptions {
			out = append(out, choice{cut(c.Name, maxOption), c.Value})
		}
	}
	err := first(d.ctx, callback{
		Type: discordgo.InteractionApplicationCommandAutocompleteResult,
		Data: map[string][]choice{"choices": out},
	})
	if err != nil {
		d.undelivered(err)
	}
}

func (d *desk) undelivered(err error) {
	d.a.log.Warn("answer not delivered", "error", err)
}
