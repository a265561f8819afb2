package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"circlekeeper/adapters/database/postgrestest"
)

type idleCommand struct {
	Database string        `help:"A PostgreSQL server that lets in, and lets create databases, without a password." env:"TEST_DATABASE_URL" required:""`
	Replicas int           `help:"How many processes." default:"3"`
	Watch    time.Duration `help:"How long to watch them." default:"30s"`
}

// Run measures what processes that share one PostgreSQL use, and how often they ask it, while
// nothing is due.
func (c idleCommand) Run(ctx context.Context) (err error) {
	own, drop, err := newDatabase(ctx, c.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	return withHouseAt(ctx, own, func(h *house) error {
		if _, err := h.groups(ctx, 100, 1); err != nil {
			return err
		}
		ways := make([]*postgrestest.Wire, c.Replicas)
		var all []*served
		for i := range ways {
			w, err := postgrestest.NewWire(own)
			if err != nil {
				return err
			}
			defer w.Close()
			ways[i] = w
			p, err := serve(h.binary, w.URL, h.discord, h.slack)
			if err != nil {
				return err
			}
			defer p.abandon()
			all = append(all, p)
			if i == 0 { // the other processes stand by for Discord's gateway
				if _, err := p.ready(ctx); err != nil {
					return err
				}
			}
		}
		if err := rest(ctx, 15*time.Second); err != nil {
			return err
		}
		asked := make([]int64, len(all))
		spent := make([]time.Duration, len(all))
		for i, p := range all {
			asked[i] = ways[i].Statements()
			if spent[i], err = processorTime(p.cmd.Process.Pid); err != nil {
				return err
			}
		}
		if err := rest(ctx, c.Watch); err != nil {
			return err
		}
		for i, p := range all {
			more := ways[i].Statements()
			used, err := processorTime(p.cmd.Process.Pid)
			if err != nil {
				return err
			}
			resident, _, err := memory(p.cmd.Process.Pid)
			if err != nil {
				return err
			}
			fmt.Printf("replica %d of %d at rest for %s: %.2f %% of a core (aim: below 1), %.1f statements a second (aim: below 10), %.1f MB resident\n",
				i+1, len(all), c.Watch, 100*(used-spent[i]).Seconds()/c.Watch.Seconds(), float64(more-asked[i])/c.Watch.Seconds(), resident)
		}
		return nil
	})
}

// newDatabase creates a new database on a server. drop removes it.
func newDatabase(ctx context.Context, server string) (own string, drop func() error, err error) {
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprint("ck_idle_", os.Getpid())
	if _, err := admin.ExecContext(ctx, `create database `+name); err != nil {
		return "", nil, errors.Join(err, admin.Close())
	}
	drop = func() error {
		_, err := admin.ExecContext(context.WithoutCancel(ctx), `drop database `+name+` with (force)`)
		return errors.Join(err, admin.Close())
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, errors.Join(err, drop())
	}
	u.Path = "/" + name
	return u.String(), drop, nil
}
