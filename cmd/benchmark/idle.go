package main

import (
	"bufio"
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

type idleCommand struct {
	Database string        `help:"A PostgreSQL server that lets in, and lets create databases, without a password." env:"TEST_DATABASE_URL" required:""`
	Replicas int           `help:"How many processes." default:"3"`
	Watch    time.Duration `help:"How long to watch them." default:"30s"`
}

// Run measures what processes that serve one PostgreSQL use and ask while nothing is due.
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
		meters := make([]*meter, c.Replicas)
		var all []*served
		for i := range meters {
			m, err := newMeter(own)
			if err != nil {
				return err
			}
			defer m.close()
			meters[i] = m
			p, err := serve(h.binary, m.url, h.discord, h.slack)
			if err != nil {
				return err
			}
			defer p.abandon()
			all = append(all, p)
			if i == 0 { // the others stand by for Discord's gateway
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
			if asked[i], spent[i], err = meters[i].count(p); err != nil {
				return err
			}
		}
		if err := rest(ctx, c.Watch); err != nil {
			return err
		}
		for i, p := range all {
			more, used, err := meters[i].count(p)
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

// newDatabase makes a database of its own on a server. drop takes it away.
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

// meter stands between one process and PostgreSQL and counts the statements that it
// sends, with those that begin and end transactions.
type meter struct {
	url        string
	listener   net.Listener
	statements atomic.Int64
	all        sync.WaitGroup
}

func newMeter(to string) (*meter, error) {
	u, err := url.Parse(to)
	if err != nil {
		return nil, err
	}
	network, address := serverOf(u)
	m := &meter{}
	if m.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	q := u.Query()
	q.Del("host")
	q.Set("sslmode", "disable")
	u.Host, u.RawQuery = m.listener.Addr().String(), q.Encode()
	m.url = u.String()
	m.all.Go(func() {
		for {
			near, err := m.listener.Accept()
			if err != nil {
				return
			}
			m.all.Go(func() { m.join(near, network, address) })
		}
	})
	return m, nil
}

// serverOf is where a server listens that a URL names: by its host, or by the folder of
// its socket in the query.
func serverOf(u *url.URL) (network, address string) {
	port := cmp.Or(u.Port(), u.Query().Get("port"), "5432")
	if folder := u.Query().Get("host"); filepath.IsAbs(folder) {
		return "unix", filepath.Join(folder, ".s.PGSQL."+port)
	}
	return "tcp", net.JoinHostPort(cmp.Or(u.Hostname(), u.Query().Get("host"), "127.0.0.1"), port)
}

// close waits until the process that was measured has gone.
func (m *meter) close() {
	m.listener.Close()
	m.all.Wait()
}

// join carries a connection on until either side ends it.
func (m *meter) join(near net.Conn, network, address string) {
	defer near.Close()
	far, err := net.Dial(network, address)
	if err != nil {
		return
	}
	defer far.Close()
	var back sync.WaitGroup
	back.Go(func() {
		defer near.Close()
		_, _ = io.Copy(near, far) // its end is the connection's
	})
	_ = m.forth(far, bufio.NewReader(near))
	far.Close()
	back.Wait()
}

// forth carries a process's messages to the server, and counts those that run a
// statement: https://www.postgresql.org/docs/current/protocol-message-formats.html
func (m *meter) forth(far io.Writer, near *bufio.Reader) error {
	for head := 4; ; head = 5 { // only the first message has no kind
		start, err := near.Peek(head)
		if err != nil {
			return err
		}
		if kind := start[0]; head == 5 && (kind == 'E' || kind == 'Q') {
			m.statements.Add(1)
		}
		if _, err := io.CopyN(far, near, int64(head-4)+int64(binary.BigEndian.Uint32(start[head-4:]))); err != nil {
			return err
		}
	}
}

// count is what a process has asked and used so far.
func (m *meter) count(p *served) (statements int64, spent time.Duration, err error) {
	spent, err = processorTime(p.cmd.Process.Pid)
	return m.statements.Load(), spent, err
}
