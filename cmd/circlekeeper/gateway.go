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

// Times of the Discord gateway, which one of several processes holds.
const (
	takeOverEvery = 2 * time.Second
	nobodyFor     = time.Minute // nobody serves Discord: whoever stands by says so

	// When nobody can be asked who holds it: how soon a process serves that has never
	// reached the database, and one that has, as another most likely still does;
	// and how long it then leaves it to the one that was faster.
	holdOn      = 5 * time.Second // longer than a holder takes to ask again
	assumeFirst = 2 * time.Second
	assumeLater = 3 * time.Minute
	assumeAgain = 5 * time.Minute
)

// gateway is what this process knows of who holds the Discord gateway.
type gateway struct {
	mu      sync.Mutex
	standby bool // another process holds it
	nobody  bool // but nobody has served for a minute
}

func (g *gateway) set(standby bool, silent time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.standby, g.nobody = standby, standby && silent >= nobodyFor
}

// state tells whether another process holds the gateway, and whether nobody serves it.
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

// gatewayRight is the right to the Discord gateway.
func (o *opened) gatewayRight() *database.Right { return o.db.NewRight("discord gateway") }

// serveAdapter serves one platform. Of several processes only one holds the Discord
// gateway; another takes over when it is gone.
func (o *opened) serveAdapter(ctx context.Context, a bot.Adapter) error {
	d, ok := a.(*discord.Adapter)
	if !ok || o.config.DiscordMode == "http" || !o.db.Shared() {
		return explain(a, a.Serve(ctx, o.bot))
	}
	r := o.gatewayRight()
	d.TakeTurns(r)
	return explain(a, o.takeTurns(ctx, d, r))
}

// connected is an adapter that knows whether it is.
type connected interface {
	bot.Adapter
	Connected() bool
}

// takeTurns serves while this process has the right to, and stands by otherwise.
func (o *opened) takeTurns(ctx context.Context, a connected, r right) error {
	alone := unasked{patience: assumeLater}
	if !o.begun.yes() { // nobody could be asked from the start
		alone.patience = assumeFirst
	}
	for {
		o.letHolder(ctx, alone)
		asked := time.Now()
		err := r.Take(ctx)
		held := errors.Is(err, database.ErrHeld)
		assumes := alone.now(err, asked, time.Now())
		if err == nil || held || assumes { // else who serves is as it was
			o.gateway.set(held, r.Silent())
		}
		pause := takeOverEvery
		switch {
		case assumes:
			o.log.Warn("the Discord gateway is served without the database's word, which cannot be asked", "error", err)
			r.Assume()
			fallthrough
		case err == nil:
			given, err := o.serveTurn(ctx, a, r)
			if err != nil {
				return err
			}
			if given { // to whoever is better placed
				pause = 5 * takeOverEvery
				o.gateway.set(true, 0)
			}
			if assumes {
				alone = unasked{patience: assumeAgain}
			}
		case !held && ctx.Err() == nil:
			o.log.Error("asking for the Discord gateway failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// letHolder leaves it to the process that held the gateway before the database went
// away, as soon as that answers again, to hold it on.
func (o *opened) letHolder(ctx context.Context, alone unasked) {
	if alone.since.IsZero() || alone.patience != assumeLater || o.db.Ping(ctx) != nil {
		return
	}
	pause := time.NewTimer(holdOn)
	defer pause.Stop()
	select {
	case <-ctx.Done():
	case <-pause.C:
	}
}

// unasked is for how long nobody could be asked who holds the gateway.
type unasked struct {
	since    time.Time // zero while the database answers
	patience time.Duration
}

// now notes what asking came to, and tells whether to serve all the same.
func (u *unasked) now(err error, asked, at time.Time) bool {
	switch {
	case err == nil, errors.Is(err, database.ErrHeld):
		*u = unasked{patience: assumeLater}
		return false
	case !database.Waits(err): // it was asked, and is not set up
		return false
	case u.since.IsZero():
		u.since = asked
	}
	return at.Sub(u.since) >= u.patience
}

// serveTurn serves until the right is lost, or given away because it does not work.
func (o *opened) serveTurn(ctx context.Context, a connected, r right) (given bool, err error) {
	held, cancel := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() {
		defer cancel()
		err := r.Keep(held, a.Connected)
		given = err != nil && !errors.Is(err, database.ErrHeld)
		if err != nil {
			o.log.Warn("the Discord gateway is let go", "because", err)
		}
	})
	err = a.Serve(held, o.bot)
	cancel()
	keeping.Wait()
	r.Release()
	return given, err
}
