package main

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

type flatCommand struct {
	Reminders []int         `help:"How many reminders, one measurement for each." default:"10000,100000,1000000,10000000"`
	Entries   int           `help:"The most entries for robfig/cron's runner; 0 leaves it out." default:"1000000"`
	Watch     time.Duration `help:"How long to watch the program at rest." default:"30s"`
}

const dueAtOnce = 10_000

// Run measures the program at rest with more and more reminders, and how long it plans when ten
// thousand of them are due at once.
func (c flatCommand) Run(ctx context.Context) error {
	for _, n := range c.Reminders {
		if n < dueAtOnce {
			return fmt.Errorf("--reminders: at least %d, which are due at one instant", dueAtOnce)
		}
		if err := withHouse(ctx, func(h *house) error { return c.one(ctx, h, n) }); err != nil {
			return err
		}
		if n > c.Entries {
			continue
		}
		if err := beside(ctx, n, c.Watch); err != nil {
			return err
		}
	}
	return nil
}

func (c flatCommand) one(ctx context.Context, h *house, n int) error {
	began := time.Now()
	if err := h.fill(ctx, n); err != nil {
		return err
	}
	info, err := os.Stat(strings.TrimPrefix(h.url, "sqlite:"))
	if err != nil {
		return err
	}
	fmt.Printf("%d reminders written in %s, file %.0f MB\n", n, time.Since(began).Round(time.Second), float64(info.Size())/1e6)
	p, err := serve(h.binary, h.url, h.discord, h.slack)
	if err != nil {
		return err
	}
	defer p.abandon()
	ready, err := p.ready(ctx)
	if err != nil {
		return err
	}
	derived, err := calm(ctx, p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("ready after %s; every reminder's next moment worked out again with %s of processor time\n", ready.Round(time.Millisecond), derived.Round(100*time.Millisecond))
	if err := atRest(ctx, p.cmd.Process.Pid, c.Watch, "circlekeeper (aim: below 1 % and 60 MB)"); err != nil {
		return err
	}
	return h.planned(ctx, p)
}

// calm waits until a process has finished its start, and returns the processor time of that.
func calm(ctx context.Context, pid int) (spent time.Duration, err error) {
	const look, little, most = 10 * time.Second, 200 * time.Millisecond, time.Hour // the disk may make it wait for seconds
	for deadline := time.Now().Add(most); time.Now().Before(deadline); {
		if err := rest(ctx, look); err != nil {
			return 0, err
		}
		now, err := processorTime(pid)
		if err != nil || now-spent < little {
			return now, err
		}
		spent = now
	}
	return 0, errors.New("the program does not come to rest")
}

// fill adds dueAtOnce groups with a place and a reminder each, and copies the reminders until
// there are n. They are due in a day to a month. A tenth of them recur every few weeks, or on
// the n-th weekday. Copies in SQL save the minutes that the program's own transactions would
// take.
func (h *house) fill(ctx context.Context, n int) (err error) {
	if _, err := h.groups(ctx, 1, 1); err != nil {
		return err
	}
	channels := make([]string, dueAtOnce-1)
	for i := range channels {
		channels[i] = bot.Place{Platform: bot.Discord, Space: discordtest.GuildID, Channel: h.discord.AddChannel()}.String()
	}
	places, err := json.Marshal(channels)
	if err != nil {
		return err
	}
	db, err := h.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	const group = `'g' || (n + 1)`
	numbered := `(select key as n, value as place from json_each($1))`
	for _, c := range []copies{
		{"groups", numbered, map[string]string{"id": group}, []any{string(places)}},
		{"places", numbered, map[string]string{"group_id": group, "place": "numbered.place"}, []any{string(places)}},
		{"reminders", numbered, map[string]string{"id": `lower(hex(randomblob(6)))`, "group_id": group}, []any{string(places)}},
	} {
		if err := c.add(ctx, db); err != nil {
			return err
		}
	}
	if _, err := db.ExecContext(ctx, `
		update reminders set rule = case rowid % 20 when 0 then $1 when 10 then $2 else rule end`,
		"every 2 weeks on Monday at 9:00 AM, starting December 7, 2026", "the first Monday of each month at 9:00 AM"); err != nil {
		return err
	}
	return copies{
		"reminders", `(with recursive s (n) as (select 1 union all select n + 1 from s where n < $1) select n from s where $1 > 0)`,
		map[string]string{"id": `id || '-' || n`, "next_at": `$2 + abs(random()) % (30 * 86400000)`},
		[]any{n/dueAtOnce - 1, time.Now().Add(24 * time.Hour).UnixMilli()},
	}.add(ctx, db)
}

// copies copies each row of a table once for each row of the table numbered, with other values
// in some columns.
type copies struct {
	table, numbered string
	other           map[string]string
	args            []any
}

func (c copies) add(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `select name from pragma_table_info($1)`, c.table)
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
		names, values = append(names, name), append(values, cmp.Or(c.other[name], "t."+name))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `
		insert into `+c.table+` (`+strings.Join(names, ", ")+`)
		select `+strings.Join(values, ", ")+` from (select * from `+c.table+`) t cross join `+c.numbered+` numbered`, c.args...)
	return err
}

// atRest prints what a process uses while nothing is due.
func atRest(ctx context.Context, pid int, watch time.Duration, name string) error {
	if err := rest(ctx, 10*time.Second); err != nil {
		return err
	}
	before, err := processorTime(pid)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := rest(ctx, watch); err != nil {
		return err
	}
	after, err := processorTime(pid)
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

// planned makes reminders due at one instant, as BringForward does, and waits for their
// deliveries.
func (h *house) planned(ctx context.Context, p *served) (err error) {
	db, err := h.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	due := time.Now().Add(5 * time.Second).Truncate(time.Millisecond)
	const originals = `id not like '%-%'`
	if _, err := db.ExecContext(ctx, `insert into marks (name, at) select 'forward ' || id, $1 from reminders where `+originals, due.UnixMilli()); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `update reminders set next_at = $1, next_nominal = $2 where `+originals, due.UnixMilli(), due.UTC().Format("2006-01-02T15:04")); err != nil {
		return err
	}
	if time.Now().After(due) {
		return errors.New("making them due took too long")
	}
	if err := rest(ctx, time.Until(due)); err != nil {
		return err
	}
	before, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	for all := 0; all < dueAtOnce; {
		if err := rest(ctx, 5*time.Millisecond); err != nil {
			return err
		}
		if err := db.QueryRowContext(ctx, `select count(*) from deliveries`).Scan(&all); err != nil {
			return err
		}
		if time.Since(due) > time.Minute {
			return fmt.Errorf("only %d planned: %s", all, p.log)
		}
	}
	took := time.Since(due)
	after, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	all, own, err := memory(p.cmd.Process.Pid)
	fmt.Printf("%d due at one instant: all planned %s after it (aim: below 1s), with %s of processor time, the first posts among it; then %.1f MB resident, %.1f MB its own\n",
		dueAtOnce, took.Round(time.Millisecond), (after - before).Round(10*time.Millisecond), all, own)
	return err
}

// open opens the database from outside the program.
func (h *house) open() (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(h.url, "sqlite:")+"?_pragma=busy_timeout(10000)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// beside measures robfig/cron's own runner in a separate process.
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
			_ = cmd.Wait() // it was killed, so its exit code means nothing
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

// Run runs robfig/cron's own runner. Every entry has a rule and a zone, as every reminder has.
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
