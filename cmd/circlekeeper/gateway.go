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

// serveAdapter serves one platform. Of several processes only one holds the Discord
// gateway; another takes over when it is gone.
func (o *opened) serveAdapter(ctx context.Context, a bot.Adapter) error {
	d, ok := a.(*discord.Adapter)
	if !ok || o.config.DiscordMode == "http" || !o.db.Shared() {
		return explain(a, a.Serve(ctx, o.bot))
	}
	r := o.db.NewRight("discord gateway")
	d.TakeTurns(r)
	return explain(a, turns{o, d, r}.take(ctx))
}

// connected is an adapter that knows whether it is.
type connected interface {
	bot.Adapter
	Connected() bool
}

// turns are those in which one of several processes serves Discord.
type turns struct {
	*opened
	adapter connected
	right   right
}

// take serves while this process has the right to, and stands by otherwise.
func (t turns) take(ctx context.Context) error {
	alone := unasked{patience: assumeLater}
	if !t.begun.yes() { // nobody could be asked from the start
		alone.patience = assumeFirst
	}
	for {
		t.letHolder(ctx, alone)
		asked := time.Now()
		err := t.right.Take(ctx)
		held := errors.Is(err, database.ErrHeld)
		assumes := alone.now(err, asked, time.Now())
		if err == nil || held || assumes { // else who serves is as it was
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
			if given { // to whoever is better placed
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

// letHolder leaves it to the process that held the gateway before the database went
// away, as soon as that answers again, to hold it on.
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

// serve serves until the right is lost, or given away because it does not work.
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
