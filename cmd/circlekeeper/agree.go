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
	agreeAfter = time.Minute // differing for less is not told: to copy a folder to several machines takes a while
)

// comparison compares this process's cards in force with those of the other processes on its
// database, and tells staff once while they differ.
type comparison struct {
	o      *opened
	to     reporter
	says   database.InForce
	since  time.Time // when they were first seen to differ; zero while they agree
	told   bool      // staff know that they differ
	healed bool      // the trouble that an earlier process told was healed
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
			// A process that starts again must not be compared with its own past.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = a.says.Leave(ctx) // if this fails, the entry expires
			return nil
		case <-tick.C:
		}
	}
}

// look compares once. If telling fails, the next look tries again.
func (a *comparison) look(ctx context.Context) error {
	says := a.o.bot.Deck().Library().Fingerprint()
	if n := a.o.config.Approvals; n > 1 { // the number of signatures required also decides which cards are posted
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
