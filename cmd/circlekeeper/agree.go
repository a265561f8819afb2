package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
)

// Times of comparing the cards in force among the processes of one database.
const (
	agreeEvery = 10 * time.Second
	agreeAfter = time.Minute // a folder that is copied to several machines needs a while
)

// comparison compares the cards that this process has in force with those of the others on
// its database, and tells staff once while they differ.
type comparison struct {
	o      *opened
	to     reporter
	says   database.InForce
	since  time.Time // when they were first seen to differ; zero while they agree
	told   bool      // of what differs
	healed bool      // what a process before this one told is over
}

func newComparison(o *opened, to reporter) *comparison {
	return &comparison{o: o, to: to, says: database.NewInForce(o.db, rand.Text())}
}

// follow compares until ctx ends.
func (a *comparison) follow(ctx context.Context) error {
	tick := time.NewTicker(agreeEvery)
	defer tick.Stop()
	for {
		if err := a.look(ctx); err != nil && ctx.Err() == nil {
			a.o.log.Error("the cards in force could not be compared", "error", err)
		}
		select {
		case <-ctx.Done():
			// So that whoever starts again is not held against its own past.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = a.says.Leave(ctx) // else it runs out by itself
			return nil
		case <-tick.C:
		}
	}
}

// look compares once. What could not be told is told at the next look.
func (a *comparison) look(ctx context.Context) error {
	says := a.o.bot.Deck().Library().Fingerprint()
	if n := a.o.config.Approvals; n > 1 { // then other cards may be posted
		says += fmt.Sprintf(" APPROVALS=%d", n)
	}
	all, err := a.says.Say(ctx, says)
	if err != nil {
		return err
	}
	now := a.o.now()
	switch {
	case len(all) <= 1:
		a.since = time.Time{}
		if a.healed && !a.told {
			return nil
		}
		if err := a.to.Healed(ctx, bot.DifferTrouble("")); err != nil {
			return err
		}
		a.told, a.healed = false, true
	case a.since.IsZero():
		a.since = now
	case !a.told && now.Sub(a.since) >= agreeAfter:
		a.o.log.Warn("processes of this database have different cards in force", "cards", all)
		if err := a.to.Report(ctx, bot.DifferTrouble(strings.Join(all, ", "))); err != nil {
			return err
		}
		a.told = true
	}
	return nil
}
