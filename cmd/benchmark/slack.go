package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"circlekeeper/adapters/slack/slacktest"
)

type slackHTTPCommand struct {
	Rate    int           `help:"Commands a second, whatever the answers take." default:"500"`
	For     time.Duration `help:"How long." default:"60s"`
	Workers int           `help:"How many ask at once when throughput is measured." default:"32"`
	Burst   int           `help:"How many commands throughput is measured with; 0 leaves it and memory out." default:"90000"`
	Many    int           `help:"How many commands memory is measured over, after the others." default:"100000"`
}

// Run signs commands as Slack does and posts them to the program: at a fixed rate, then as fast
// as they are answered. It does the same with a handler that verifies and always returns the
// same answer. A command counts as answered when its answer arrives, in the response or at the
// response address.
func (c slackHTTPCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "benchmark")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary, err := build(ctx, dir, "circlekeeper")
	if err != nil {
		return err
	}
	fake, err := slacktest.Start(slacktest.Options{Forget: true})
	if err != nil {
		return err
	}
	defer fake.Close()
	m, err := newMailbox()
	if err != nil {
		return err
	}
	defer m.close()
	p, err := background(exec.Command(binary, "run"), "DATABASE_URL=sqlite:"+filepath.Join(dir, "slack.db"), "LOG_LEVEL=error",
		"SLACK_MODE=http", "SLACK_BOT_TOKEN="+slacktest.BotToken, "SLACK_SIGNING_SECRET="+slacktest.Secret,
		"SLACK_API_URL="+fake.URL, "SLACK_STAFF_CHANNEL="+slacktest.StaffChannel)
	if err != nil {
		return err
	}
	defer p.abandon()
	if _, err := p.ready(ctx); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ours := "http://" + p.address + "/slack/events"
	open := func(p *served, to string) asked {
		cl := client()
		return asked{p.cmd.Process.Pid, func(length time.Duration) ([]time.Duration, int, error) {
			took, failed := c.openLoop(ctx, cl, m, to, int(length.Seconds()*float64(c.Rate)))
			return took, failed, nil
		}}
	}
	program := open(p, ours)
	if _, _, err := program.ask(time.Second); err != nil {
		return err
	}
	size := m.bytes.Load() / max(m.count.Load(), 1)
	bare, err := background(exec.Command(self, "slack-bare", fmt.Sprint(size)))
	if err != nil {
		return err
	}
	defer bare.abandon()
	theirs := "http://" + bare.address + "/"
	if err := listening(ctx, bare.address); err != nil {
		return err
	}
	fmt.Printf("open loop, %d/s for %s each, in turns of %s\n", c.Rate, c.For, turn)
	if err := sideBySide(c.For, program, open(bare, theirs)); err != nil {
		return err
	}
	fmt.Printf("%d answers came after the response\n", m.posted.Load())
	if c.Burst == 0 {
		return p.stop()
	}
	ask := func(to string) func(n int) (float64, int, error) {
		return func(n int) (float64, int, error) {
			rate, failed := c.closedLoop(ctx, m, to, n)
			return rate, failed, nil
		}
	}
	err = duel(fmt.Sprintf("%d at once, answers of %d bytes", c.Workers, size), c.Burst,
		contender{p.cmd.Process.Pid, ask(ours)}, contender{bare.cmd.Process.Pid, ask(theirs)})
	if err != nil {
		return err
	}
	if c.Many == 0 {
		return p.stop()
	}
	if err := c.flat(ctx, m, ours, p.cmd.Process.Pid); err != nil {
		return err
	}
	return p.stop()
}

// flat asks many times and prints how much the program's memory changes after everything that
// it keeps was used once.
func (c slackHTTPCommand) flat(ctx context.Context, m *mailbox, to string, pid int) error {
	const steps = 5
	ask := func(n int) (all, own float64, err error) {
		if _, failed := c.closedLoop(ctx, m, to, n); failed > 0 {
			return 0, 0, fmt.Errorf("%d errors", failed)
		}
		return memory(pid)
	}
	all, own, err := ask(c.Many)
	if err != nil {
		return err
	}
	fmt.Printf("resident after %d commands more to warm up: %.1f MB (%.1f MB its own)\n", c.Many, all, own)
	least, most, line := own, own, ""
	for range steps {
		if _, own, err = ask(c.Many / steps); err != nil {
			return err
		}
		least, most = min(least, own), max(most, own)
		line += fmt.Sprintf(" %.1f", own)
	}
	fmt.Printf("its own memory over %d more, in %d steps:%s MB; spread %.1f MB (aim: at most %.0f MB)\n", c.Many, steps, line, most-least, flatWithin)
	return nil
}

// flatWithin is how much memory may change between two collections of garbage, in MB.
const flatWithin = 3.0

// listening waits until connections are accepted.
func listening(ctx context.Context, address string) error {
	for range 1000 {
		if c, err := net.Dial("tcp", address); err == nil {
			return c.Close()
		}
		if err := rest(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("nobody listens")
}

func quantile(took []time.Duration, q float64) time.Duration {
	slices.Sort(took)
	return took[min(int(q*float64(len(took))), len(took)-1)].Round(10 * time.Microsecond)
}

// mailbox is the server at the response address.
type mailbox struct {
	server  *http.Server
	address string
	serial  atomic.Int64
	waiting sync.Map     // number of the command (int64) → chan struct{}, closed by its answer
	bytes   atomic.Int64 // of all answers
	count   atomic.Int64
	posted  atomic.Int64 // answers that came here instead of in the response
}

func newMailbox() (*mailbox, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &mailbox{address: "http://" + l.Addr().String() + "/"}
	m.server = &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		m.bytes.Add(n)
		m.count.Add(1)
		id, bad := strconv.ParseInt(strings.TrimPrefix(r.URL.Path, "/"), 10, 64)
		if err == nil && bad == nil && n > 100 {
			if c, ok := m.waiting.LoadAndDelete(id); ok {
				if done, ok := c.(chan struct{}); ok {
					close(done)
				}
			}
		}
		_, _ = io.WriteString(w, "ok") // the sender may be gone
	})}
	go func() { _ = m.server.Serve(l) }() // ends with ErrServerClosed
	return m, nil
}

func (m *mailbox) close() { _ = m.server.Close() }

// asks is what is typed, by the number of the command.
func asks(i int64) string {
	return []string{"strategies", "why", "crisis", "strategies listening", "help", "challenges", "agreements"}[i%7]
}

// ask posts a command and waits for its answer. Its time counts from due.
func (m *mailbox) ask(ctx context.Context, c *http.Client, to string, due time.Time) (time.Duration, error) {
	id := m.serial.Add(1)
	done := make(chan struct{})
	m.waiting.Store(id, done)
	body := []byte(url.Values{
		"command": {"/circle"}, "text": {asks(id)}, "team_id": {slacktest.TeamID}, "channel_id": {slacktest.GroupChannel}, "user_id": {slacktest.Member},
		"trigger_id": {fmt.Sprint("1.2.", id)}, "response_url": {m.address + fmt.Sprint(id)}, "user_name": {"a-person"}, "team_domain": {"fake"},
	}.Encode())
	req, err := slacktest.NewRequest(ctx, to, slacktest.Secret, "application/x-www-form-urlencoded", time.Now(), body)
	if err != nil {
		return 0, err
	}
	res, err := c.Do(req)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("answered %d", res.StatusCode)
	}
	if n > 0 {
		m.waiting.Delete(id)
		m.bytes.Add(n)
		m.count.Add(1)
		return time.Since(due), nil
	}
	late := time.NewTimer(5 * time.Second)
	defer late.Stop()
	select {
	case <-done:
		m.posted.Add(1)
		return time.Since(due), nil
	case <-late.C:
		return 0, errors.New("no answer")
	}
}

func (c slackHTTPCommand) openLoop(ctx context.Context, cl *http.Client, m *mailbox, to string, n int) (took []time.Duration, failed int) {
	took = make([]time.Duration, n)
	var errs atomic.Int64
	var wait sync.WaitGroup
	began := time.Now()
	for i := range n {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(c.Rate))
		if rest(ctx, time.Until(due)) != nil {
			break
		}
		wait.Go(func() {
			var err error
			if took[i], err = m.ask(ctx, cl, to, due); err != nil {
				errs.Add(1)
			}
		})
	}
	wait.Wait()
	return took, int(errs.Load())
}

func (c slackHTTPCommand) closedLoop(ctx context.Context, m *mailbox, to string, n int) (perSecond float64, failed int) {
	var next, errs atomic.Int64
	var wait sync.WaitGroup
	cl := client()
	defer cl.CloseIdleConnections()
	began := time.Now()
	for range c.Workers {
		wait.Go(func() {
			for next.Add(1) <= int64(n) {
				if _, err := m.ask(ctx, cl, to, time.Now()); err != nil {
					errs.Add(1)
				}
			}
		})
	}
	wait.Wait()
	return float64(n) / time.Since(began).Seconds(), int(errs.Load())
}

type slackBareCommand struct {
	Size int `arg:"" help:"Bytes of an answer."`
}

// Run serves the least that an endpoint must do: it verifies and returns an answer of the
// program's size.
func (c slackBareCommand) Run(ctx context.Context) error {
	answer := []byte(`{"response_type":"ephemeral","text":"` + strings.Repeat("x", max(c.Size-44, 0)) + `"}`)
	server := &http.Server{Addr: os.Getenv("LISTEN_ADDR"), ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		sum := hmac.New(sha256.New, []byte(slacktest.Secret))
		fmt.Fprintf(sum, "v0:%s:%s", r.Header.Get("X-Slack-Request-Timestamp"), body)
		if err != nil || !hmac.Equal([]byte("v0="+hex.EncodeToString(sum.Sum(nil))), []byte(r.Header.Get("X-Slack-Signature"))) {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		if _, err := url.ParseQuery(string(body)); err != nil {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer) // the sender may be gone
	})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
