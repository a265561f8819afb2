package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/adapters/discord"
	"circlekeeper/bot"
)

// Times of the Discord gateway. Only one of several processes serves it: the holder.
const (
	takeOverEvery = 2 * time.Second
	nobodyFor     = time.Minute // if nobody serves Discord for so long, the processes that stand by report it

	// If the database cannot be asked who the holder is: a process that has never reached the
	// database serves after assumeFirst; one that has reached it, after assumeLater, because
	// another process most likely still serves; and a process that was beaten, after
	// assumeAgain.
	holdOn      = 5 * time.Second // longer than a holder takes to ask again
	assumeFirst = 2 * time.Second
	assumeLater = 3 * time.Minute
	assumeAgain = 5 * time.Minute
)

// gateway is what this process knows about the holder of the Discord gateway.
type gateway struct {
	mu      sync.Mutex
	standby bool // another process is the holder
	nobody  bool // but it has not served for a minute
}

func (g *gateway) set(standby bool, silent time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.standby, g.nobody = standby, standby && silent >= nobodyFor
}

// state tells whether another process is the holder, and whether nobody serves.
func (g *gateway) state() (standby, nobody bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.standby, g.nobody
}

// right is one that a process has at a time; see database.Right.
type right interface {
	discord.Turn
	Take(ctx context.Context) error
	Assume()
	Keep(ctx context.Context, serves func() bool) error
	Release()
	Silent() time.Duration
}

// serveAdapter serves one platform. Only one process serves the Discord gateway; another takes
// over when that one is gone.
func (o *opened) serveAdapter(ctx context.Context, a bot.Adapter) error {
	d, ok := a.(*discord.Adapter)
	if !ok || o.config.DiscordMode == "http" || o.db == nil || !o.db.Shared() {
		return explain(a, a.Serve(ctx, o.bot))
	}
	r := o.db.NewRight("discord gateway")
	d.TakeTurns(r)
	return explain(a, turns{o, d, r}.take(ctx))
}

// connected is an adapter that can tell whether it is connected.
type connected interface {
	bot.Adapter
	Connected() bool
}

// turns lets this process serve Discord whenever it is the holder.
type turns struct {
	*opened
	adapter connected
	right   right
}

// take serves while this process has the right to, and otherwise stands by, until ctx ends.
func (t turns) take(ctx context.Context) error {
	alone := unasked{patience: assumeLater}
	if !t.begun.yes() { // the database could not be reached from the start
		alone.patience = assumeFirst
	}
	for {
		t.letHolder(ctx, alone)
		asked := time.Now()
		err := t.right.Take(ctx)
		held := errors.Is(err, database.ErrHeld)
		assumes := alone.now(err, asked, time.Now())
		if err == nil || held || assumes { // otherwise nothing is known to have changed
			t.gateway.set(held, t.right.Silent())
		}
		pause := takeOverEvery
		switch {
		case assumes:
			t.log.Warn("the Discord gateway is served without the database's word, which cannot be asked", "error", err)
			t.right.Assume()
			fallthrough
		case err == nil:
			given, err := t.serve(ctx)
			if err != nil {
				return err
			}
			if given { // to a process that can serve
				pause = 5 * takeOverEvery
				t.gateway.set(true, 0)
			}
			if assumes {
				alone = unasked{patience: assumeAgain}
			}
		case !held && ctx.Err() == nil:
			t.log.Error("asking for the Discord gateway failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// letHolder waits when the database answers again after an outage, so that the process that was
// the holder before can renew its right first.
func (t turns) letHolder(ctx context.Context, alone unasked) {
	if alone.since.IsZero() || alone.patience != assumeLater || t.db.Ping(ctx) != nil {
		return
	}
	pause := time.NewTimer(holdOn)
	defer pause.Stop()
	select {
	case <-ctx.Done():
	case <-pause.C:
	}
}

// unasked is how long the database could not be asked who the holder is.
type unasked struct {
	since    time.Time // zero while the database answers
	patience time.Duration
}

// now notes the result of asking, and tells whether to serve without an answer.
func (u *unasked) now(err error, asked, at time.Time) bool {
	switch {
	case err == nil, errors.Is(err, database.ErrHeld):
		*u = unasked{patience: assumeLater}
		return false
	case !database.Waits(err): // it answers, but cannot be used
		return false
	case u.since.IsZero():
		u.since = asked
	}
	return at.Sub(u.since) >= u.patience
}

// serve serves until the right is lost. given means that this process gave it away because it
// could not serve.
func (t turns) serve(ctx context.Context) (given bool, err error) {
	held, cancel := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() {
		defer cancel()
		err := t.right.Keep(held, t.adapter.Connected)
		given = err != nil && !errors.Is(err, database.ErrHeld)
		if err != nil {
			t.log.Warn("the Discord gateway is let go", "because", err)
		}
	})
	err = t.adapter.Serve(held, t.bot)
	cancel()
	keeping.Wait()
	t.right.Release()
	return given, err
}
