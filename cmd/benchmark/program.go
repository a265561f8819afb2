package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/adapters/slack/slacktest"
)

// build compiles the program as for a release, without C, and returns its path.
func build(ctx context.Context, dir, name string, flags ...string) (string, error) {
	binary := filepath.Join(dir, name)
	args := append([]string{"build", "-o", binary}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, "./cmd/circlekeeper")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
}

// served is the program, running.
type served struct {
	cmd     *exec.Cmd
	address string
	log     *bytes.Buffer
	began   time.Time
}

// serve runs the program against the fakes.
func serve(binary, database string, d *discordtest.Server, s *slacktest.Server) (*served, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &served{cmd: exec.Command(binary, "run"), address: l.Addr().String(), log: new(bytes.Buffer)}
	if err := l.Close(); err != nil {
		return nil, err
	}
	p.cmd.Env = []string{
		"HOME=" + os.TempDir(), "LISTEN_ADDR=" + p.address, "DATABASE_URL=" + database, "LOG_LEVEL=warn",
		"DISCORD_TOKEN=" + discordtest.Token, "DISCORD_API_URL=" + d.URL,
		"SLACK_BOT_TOKEN=" + slacktest.BotToken, "SLACK_APP_TOKEN=" + slacktest.AppToken,
		"SLACK_API_URL=" + s.URL, "SLACK_STAFF_CHANNEL=" + slacktest.StaffChannel,
	}
	p.cmd.Stderr = p.log
	p.began = time.Now()
	return p, p.cmd.Start()
}

// ready waits until the program reports that it is ready, and returns how long that took.
func (p *served) ready(ctx context.Context) (time.Duration, error) {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for ctx.Err() == nil {
		if res, err := client.Get("http://" + p.address + "/readyz"); err == nil {
			if err := res.Body.Close(); err != nil {
				return 0, err
			}
			if res.StatusCode == http.StatusOK {
				return time.Since(p.began), nil
			}
		}
		if time.Since(p.began) > time.Minute {
			return 0, errors.New("not ready after a minute: " + p.log.String())
		}
		if err := rest(ctx, time.Millisecond); err != nil {
			return 0, err
		}
	}
	return 0, ctx.Err()
}

func (p *served) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// abandon kills the program.
func (p *served) abandon() {
	if err := p.cmd.Process.Kill(); err == nil {
		_ = p.cmd.Wait() // it was killed: its exit says nothing
	}
}

// memory returns a process's resident memory in MB: all of it, and without pages of files,
// which the system may take back at any time.
func memory(pid int) (all, own float64, err error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, rest, _ := strings.Cut(lines.Text(), ":")
		if name != "VmRSS" && name != "RssAnon" {
			continue
		}
		kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		if err != nil {
			return 0, 0, err
		}
		if name == "VmRSS" {
			all = kb / 1000 * 1.024
		} else {
			own = kb / 1000 * 1.024
		}
	}
	return all, own, nil
}

// processorTime returns the processor time that a process has used, in all its threads:
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
func processorTime(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(b), ") ") // the name may hold spaces
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	var ticks int64
	for _, f := range fields[11:13] { // in the program, and in the kernel on its behalf
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * (time.Second / 100), nil // Linux counts in hundredths
}

// rest waits, unless ctx ends first.
func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
