package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// talk runs a program on a terminal and goes through a dialogue with it:
//
//	talk FILE PROGRAM ARGS…
//
// Each line of the file is
//
//	TEXT                   wait until the program has said it
//	TEXT => ANSWER         the same, then type the answer and Enter
//	TEXT =>* ANSWER        the same, once the terminal no longer shows what is typed
//	TEXT => ^C             the same, then press Ctrl+C
//	$ invite               let the bot into the Discord server
//
// The program must end well, unless Ctrl+C was pressed: then it must not. What it said
// is the standard output. The terminal must be set at the end as it was at the beginning.
func talk(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: talk FILE PROGRAM ARGS...")
	}
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{
		"PATH", "HOME", "WORK", "TMPDIR", "DATABASE_URL", "LISTEN_ADDR", "STORY_BEGAN", "DIGEST", "TZ", "TERM", "DISCORD_API_URL", "SLACK_API_URL",
		"DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_STAFF_CHANNEL",
	} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	said, err := converse(cmd, strings.Split(ts.ReadFile(args[0]), "\n"), map[string]func(){"invite": func() { of(ts).discord.Invite() }})
	fmt.Fprintln(ts.Stdout(), said)
	var exit *exec.ExitError // else the dialogue went otherwise than the file says
	if failed := errors.As(err, &exit); failed != neg || err != nil && !failed {
		ts.Fatalf("%v; it said:\n%s", err, said)
	}
}

// screen gathers what a program writes to its terminal.
type screen struct {
	mu   sync.Mutex
	all  []byte
	read int // how much of it was waited for already
}

// control is what moves the cursor and colors what it writes.
var control = regexp.MustCompile(`\x1b\[[0-9;?<>=$]*[a-zA-Z@{|}~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>PX^_()][0-9A-B]?|\r`)

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, p...)
	return len(p), nil
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(control.ReplaceAll(s.all, nil))
}

// await waits until a text stands there, behind what was waited for before.
func (s *screen) await(ctx context.Context, text string) error {
	for {
		all := s.text()
		if i := strings.Index(all[s.read:], text); i >= 0 {
			s.read += i + len(text)
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it does not say %q", text)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// converse runs a program on a terminal; see talk.
func converse(cmd *exec.Cmd, lines []string, do map[string]func()) (said string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		return "", err
	}
	defer terminal.Close()
	usual, err := term.GetState(terminal.Fd())
	if err != nil {
		return "", err
	}
	var s screen
	shut := make(chan struct{})
	go func() {
		defer close(shut)
		_, _ = io.Copy(&s, terminal) // ends with an error once the program is gone
	}()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	fail := func(err error) (string, error) {
		_ = cmd.Process.Kill()
		<-ended
		return s.text(), err
	}
	for _, line := range lines {
		text, answer, types := strings.Cut(line, " => ")
		if !types {
			text, answer, types = strings.Cut(line, " =>* ")
		}
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case strings.HasPrefix(line, "$ "):
			do[strings.TrimPrefix(line, "$ ")]()
			continue
		}
		if err := s.await(ctx, text); err != nil {
			return fail(err)
		}
		if !types {
			continue
		}
		for secret := strings.Contains(line, " =>* "); secret && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
			now, err := term.GetState(terminal.Fd())
			if err != nil {
				return fail(err)
			}
			secret = reflect.DeepEqual(now, usual)
		}
		key := answer + "\r"
		if answer == "^C" {
			key = "\x03"
		}
		if _, err := io.WriteString(terminal, key); err != nil {
			return fail(err)
		}
	}
	select {
	case err = <-ended:
	case <-ctx.Done():
		return fail(errors.New("it does not end"))
	}
	if now, wrong := term.GetState(terminal.Fd()); wrong != nil || !reflect.DeepEqual(now, usual) {
		return s.text(), fmt.Errorf("the terminal is not set as it was: %w", wrong)
	}
	<-shut
	return s.text(), err
}

// asksAtMost fails if the program that talked last put more questions than N:
//
//	asksatmost N
func asksAtMost(ts *testscript.TestScript, _ bool, args []string) {
	most, err := strconv.Atoi(args[0])
	ts.Check(err)
	n := 0
	for _, number := range regexp.MustCompile(`(?m)^(\d+)\. `).FindAllStringSubmatch(ts.ReadFile("stdout"), -1) {
		i, err := strconv.Atoi(number[1])
		ts.Check(err)
		n = max(n, i)
	}
	if n == 0 || n > most {
		ts.Fatalf("%d questions, want 1 to %d", n, most)
	}
}
