package main

import (
	"context"
	"time"

	"circlekeeper/adapters/database"
)

// beginEvery is how often the program tries a database that cannot be reached at the start.
const beginEvery = 2 * time.Second

// begun is closed once the database can be used.
type begun chan struct{}

// yes tells whether the database can be used already.
func (b begun) yes() bool {
	select {
	case <-b:
		return true
	default:
		return false
	}
}

// begin connects to the database and reads what the core needs from it.
func (o *opened) begin(ctx context.Context) error {
	err := o.db.Begin(ctx)
	if err == nil {
		err = o.readApprovals(ctx)
	}
	if err == nil {
		close(o.begun)
	}
	return err
}

// beginSoon calls begin. If the server cannot be reached, it returns nil and leaves the waiting
// to await; meanwhile the program answers what needs no database.
func (o *opened) beginSoon(ctx context.Context) error {
	err := o.begin(ctx)
	if err != nil && ctx.Err() == nil && database.Waits(err) {
		o.waits(err)
		return nil
	}
	return err
}

func (o *opened) waits(err error) {
	o.log.Error("the database cannot be used yet and is tried again; questions that need no database are answered", "error", err)
}

// await tries until the database can be used, or waiting cannot help. It calls met with each
// failure.
func (o *opened) await(ctx context.Context, met func(error) error) error {
	if o.begun.yes() {
		return nil
	}
	tick := time.NewTicker(beginEvery)
	defer tick.Stop()
	for {
		switch err := o.begin(ctx); {
		case err == nil:
			o.log.Info("the database can be used now")
			return nil
		case ctx.Err() != nil:
			return nil
		case !database.Waits(err):
			return err
		default:
			o.waits(met(err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// afterwards runs a part of the program once the database can be used.
func (o *opened) afterwards(part func(ctx context.Context) error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-o.begun:
			return part(ctx)
		}
	}
}
