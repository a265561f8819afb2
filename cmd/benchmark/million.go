package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"circlekeeper/bot"
)

type millionCommand struct {
	Reminders int           `help:"How many reminders." default:"1000000"`
	Entries   int           `help:"How many entries in robfig/cron's runner; 0 leaves it out." default:"100000"`
	Watch     time.Duration `help:"How long to watch the program at rest." default:"20s"`
}

const dueAtOnce = 1000

// Run measures the program at rest with many reminders, and how long planning
// takes when a thousand of them are due at one instant.
func (c millionCommand) Run(ctx context.Context) error {
	return withHouse(ctx, func(h *house) error {
		reminders, err := h.groups(ctx, dueAtOnce, 1)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := h.fill(ctx, c.Reminders); err != nil {
			return err
		}
		info, err := os.Stat(strings.TrimPrefix(h.url, "sqlite:"))
		if err != nil {
			return err
		}
		fmt.Printf("%d reminders written in %s, file %.0f MB\n", c.Reminders, time.Since(began).Round(time.Second), float64(info.Size())/1e6)
		p, err := serve(h.binary, h.url, h.discord, h.slack)
		if err != nil {
			return err
		}
		defer p.abandon()
		ready, err := p.ready(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("ready after %s\n", ready.Round(time.Millisecond))
		if err := atRest(ctx, p.cmd.Process.Pid, c.Watch, "circlekeeper (aim: below 1 % and 80 MB)"); err != nil {
			return err
		}
		if err := h.planned(ctx, p, reminders); err != nil {
			return err
		}
		p.abandon()
		if c.Entries == 0 {
			return nil
		}
		return beside(ctx, c.Entries, c.Watch)
	})
}

// fill multiplies the reminders that are there, in one transaction; the copies
// are due in a day to a month.
func (h *house) fill(ctx context.Context, n int) (err error) {
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(h.url, "sqlite:")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	rows, err := db.QueryContext(ctx, `select name from pragma_table_info('reminders')`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var names, values []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		value := name
		switch name {
		case "id":
			value = `id || '-' || n`
		case "next_at":
			value = `$1 + abs(random()) % (30 * 86400000)`
		}
		names, values = append(names, name), append(values, value)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `
		with recursive copies (n) as (select 1 union all select n + 1 from copies where n < $2)
		insert into reminders (`+strings.Join(names, ", ")+`)
		select `+strings.Join(values, ", ")+` from (select * from reminders) cross join copies`,
		time.Now().Add(24*time.Hour).UnixMilli(), n/dueAtOnce-1)
	return err
}

// atRest prints what a process uses while nothing is due.
func atRest(ctx context.Context, pid int, watch time.Duration, name string) error {
	if err := rest(ctx, 10*time.Second); err != nil {
		return err
	}
	before, err := cpu(pid)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := rest(ctx, watch); err != nil {
		return err
	}
	after, err := cpu(pid)
	if err != nil {
		return err
	}
	all, own, err := memory(pid)
	if err != nil {
		return err
	}
	fmt.Printf("%s at rest for %s: %.2f %% of a core, %.1f MB resident, %.1f MB of it its own\n",
		name, watch, 100*(after-before).Seconds()/time.Since(began).Seconds(), all, own)
	return nil
}

// planned makes a thousand reminders due at one instant and watches their rows
// come.
func (h *house) planned(ctx context.Context, p *served, reminders []bot.Reminder) error {
	due := time.Now().Add(5 * time.Second).Truncate(time.Millisecond)
	for _, r := range reminders {
		if err := h.db.BringForward(ctx, r.ID, due); err != nil {
			return err
		}
	}
	if err := rest(ctx, time.Until(due)); err != nil {
		return err
	}
	for {
		all, err := h.db.Deliveries(ctx, bot.DeliveryFilter{Limit: dueAtOnce})
		if err != nil {
			return err
		}
		if len(all) == dueAtOnce {
			break
		}
		if time.Since(due) > time.Minute {
			return fmt.Errorf("only %d planned: %s", len(all), p.log)
		}
		if err := rest(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	took := time.Since(due)
	all, own, err := memory(p.cmd.Process.Pid)
	fmt.Printf("%d due at one instant: all planned %s after it (aim: below 1s), then %.1f MB resident, %.1f MB its own\n",
		dueAtOnce, took.Round(time.Millisecond), all, own)
	return err
}

// beside measures robfig/cron's own runner in a process of its own.
func beside(ctx context.Context, entries int, watch time.Duration) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "runner", fmt.Sprint(entries))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		if err := cmd.Process.Kill(); err == nil {
			_ = cmd.Wait() // it was killed: its exit says nothing
		}
	}()
	var word string
	if _, err := fmt.Fscan(out, &word); err != nil {
		return err
	}
	return atRest(ctx, cmd.Process.Pid, watch, fmt.Sprintf("robfig/cron's runner with %d entries, each with its zone,", entries))
}

type runnerCommand struct {
	Entries int `arg:""`
}

// Run is robfig/cron's own runner; every entry has a rule and a zone, as every
// reminder has.
func (c runnerCommand) Run(ctx context.Context) error {
	runner := cron.New(cron.WithLocation(time.UTC))
	day := time.Now().UTC().AddDate(0, 0, 2).Day()
	for i := range c.Entries {
		if _, err := runner.AddFunc(fmt.Sprintf("CRON_TZ=America/Los_Angeles %d %d %d * *", i%60, i/60%24, min(day+i/1440%20, 28)), func() {}); err != nil {
			return err
		}
	}
	runner.Start()
	fmt.Println("running")
	<-ctx.Done()
	return nil
}
