// Package intake does for all chat adapters what each must do with a request: handle it once,
// bound how many are answered at a time, with places kept for help in a crisis, answer in
// time, survive a panic, and wait for it when the program ends. It also reads the typed /circle
// language.
package intake

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"circlekeeper/bot"
)

// Why a request is not taken in.
var (
	ErrClosed = errors.New("no requests are taken")
	ErrAgain  = errors.New("this request came before")
	ErrBusy   = errors.New("too many requests at once")
)

// Config bounds what a Desk does. Zero values mean the defaults.
type Config struct {
	Places   int // requests answered at once; default 256
	Urgent   int // further places, for urgent requests alone; default 32
	Refusals int // further places to tell people that too many are asking; default none

	Limit    time.Duration // for the core to answer one request; default 15 s
	Drain    time.Duration // how long Close waits for requests; default 10 s
	Farewell time.Duration // how long Close then waits while people are told that their request was given up; default 3 s

	Log *slog.Logger     // default: nothing is logged
	Now func() time.Time // default time.Now
}

// How many requests are remembered, and for how long at least. A platform's signed request is
// accepted for at most ten minutes; a Discord interaction can be answered for fifteen.
const (
	remembered = 1 << 18
	rememberOf = 20 * time.Minute
)

// Desk takes requests in. An adapter has one for its whole life, so that a
// request is remembered from one Serve to the next.
type Desk struct {
	c        Config
	places   chan struct{}
	urgent   chan struct{}
	refusals chan struct{}
	seen     *Memory
	dropped  atomic.Int64

	mu  sync.Mutex
	run *run // nil while nobody serves
}

// run is the time from one Open to its Close.
type run struct {
	handler bot.Handler
	ctx     context.Context // ends when Close gives up the requests in flight
	cancel  context.CancelFunc
	out     context.Context // ends later, so that people can be told that their request was given up
	mute    context.CancelFunc
	work    sync.WaitGroup
}

// New makes a desk. It takes nothing in before Open.
func New(c Config) *Desk {
	c.Places, c.Urgent = cmp.Or(c.Places, 256), cmp.Or(c.Urgent, 32)
	c.Limit, c.Drain, c.Farewell = cmp.Or(c.Limit, 15*time.Second), cmp.Or(c.Drain, 10*time.Second), cmp.Or(c.Farewell, 3*time.Second)
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Desk{
		c: c, seen: NewMemory(remembered, rememberOf),
		places: make(chan struct{}, c.Places), urgent: make(chan struct{}, c.Urgent), refusals: make(chan struct{}, c.Refusals),
	}
}

// Open begins to take requests in, which h answers. Call Close before the next Open.
func (d *Desk) Open(h bot.Handler) {
	r := &run{handler: h}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.out, r.mute = context.WithCancel(context.Background())
	d.mu.Lock()
	defer d.mu.Unlock()
	d.run = r
}

// Close takes no new requests and waits for those in flight, for Config.Drain. It gives up
// the rest; for Config.Farewell these may still tell people so.
func (d *Desk) Close() {
	d.mu.Lock() // no request may begin after Wait was called
	r := d.run
	d.run = nil
	d.mu.Unlock()
	if r == nil {
		return
	}
	done := make(chan struct{})
	go func() {
		r.work.Wait()
		close(done)
	}()
	within := func(limit time.Duration) bool {
		t := time.NewTimer(limit)
		defer t.Stop()
		select {
		case <-done:
			return true
		case <-t.C:
			return false
		}
	}
	if !within(d.c.Drain) {
		d.c.Log.Warn("requests given up at shutdown")
	}
	r.cancel()
	within(d.c.Farewell)
	r.mute()
	within(time.Second) // a handler that does not heed its context
}

// Dropped counts the requests that got ErrBusy since the desk was made.
func (d *Desk) Dropped() int64 { return d.dropped.Load() }

// Admit takes a request in, or says why not: ErrClosed, ErrAgain or ErrBusy. It does not
// block. The caller must call Run or Go of the Visit, which gives the place back.
//
// Urgent requests ask for help in a crisis: they have places of their own when all others are
// taken. ids are the platform's names for the request: if one was seen before, the request is
// a repetition (ErrAgain). Empty ids are ignored.
func (d *Desk) Admit(urgent bool, ids ...string) (*Visit, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run == nil {
		return nil, ErrClosed
	}
	again, now := false, d.c.Now()
	for _, id := range ids {
		if id != "" && !d.seen.First(id, now) {
			again = true
		}
	}
	if again {
		return nil, ErrAgain
	}
	v := &Visit{desk: d, run: d.run}
	switch {
	case v.take(d.places):
	case urgent && v.take(d.urgent):
	case v.take(d.refusals):
		v.Refused = true
		d.c.Log.Warn("too many requests at once: one was asked to come again")
	default:
		d.c.Log.Warn("too many requests at once: one got no answer", "so_far", d.dropped.Add(1))
		return nil, ErrBusy
	}
	d.run.work.Add(1)
	return v, nil
}

// Visit is a request that was taken in.
type Visit struct {
	// Refused says that all places are taken: the only answer is Busy.
	Refused bool

	desk  *Desk
	run   *run
	place chan struct{}
}

func (v *Visit) take(place chan struct{}) bool {
	select {
	case place <- struct{}{}:
		v.place = place
		return true
	default:
		return false
	}
}

// Handler is the core that answers the request.
func (v *Visit) Handler() bot.Handler { return v.run.handler }

// Out is the context for requests that tell people something. It ends last: after Close gave
// up the requests in flight and waited for Config.Farewell.
func (v *Visit) Out() context.Context { return v.run.out }

// Run does the work and then gives the place back. It ends a panic. Run works in the caller's
// goroutine, for HTTP requests that are answered in the response: a new goroutine would cost as
// much as verifying the signature.
func (v *Visit) Run(work func()) {
	defer v.run.work.Done()
	defer func() { <-v.place }()
	defer v.desk.Recover()
	work()
}

// Go is Run in a goroutine of its own, which Close waits for.
func (v *Visit) Go(work func()) { go v.Run(work) }

// Recover ends a panic, and logs it without its text, which may hold what a person typed. It must
// be deferred directly.
func (d *Desk) Recover() {
	if recover() != nil {
		d.c.Log.Error("panic while answering", "stack", string(debug.Stack()))
	}
}
