package main

import (
	"cmp"
	"errors"
	"flag"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// storyStart is the moment at which every story's clock begins: a Monday,
// 08:59:40 in Los Angeles. STORY_BEGAN holds the real time at which it did.
var storyStart = time.Date(2026, 11, 30, 16, 59, 40, 0, time.UTC)

func TestMain(m *testing.M) {
	testscript.Main(waiting{m}, map[string]func(){"circlekeeper": circlekeeper})
}

// waiting runs several tests at once for each processor, unless -parallel says otherwise:
// most of these wait for other processes.
type waiting struct{ *testing.M }

func (m waiting) Run() int {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
			panic(err)
		}
	}
	return m.M.Run()
}

// circlekeeper is the program with the story's clock and, where STORY_TIMEOUT is
// set, with another time limit for requests that post.
func circlekeeper() {
	ctx, signals, stop := listen(os.Stderr)
	defer stop()
	now := time.Now
	if began, err := strconv.ParseInt(os.Getenv("STORY_BEGAN"), 10, 64); err == nil {
		now = func() time.Time { return storyStart.Add(time.Since(time.UnixMilli(began))) }
	}
	// STORY_CALLED is how the program was called: testscript puts its own name there.
	// STORY_AHEAD sets this machine's clock wrong.
	ahead, err := time.ParseDuration(cmp.Or(os.Getenv("STORY_AHEAD"), "0s"))
	if err != nil {
		panic(err)
	}
	var machine func() time.Time
	if right := now; ahead != 0 {
		now = func() time.Time { return right().Add(ahead) }
		machine = func() time.Time { return time.Now().Add(ahead) }
	}
	timeout, err := time.ParseDuration(cmp.Or(os.Getenv("STORY_TIMEOUT"), "0s"))
	if err != nil {
		panic(err)
	}
	os.Exit(program{called: howCalled(cmp.Or(os.Getenv("STORY_CALLED"), os.Args[0])), in: os.Stdin, out: os.Stdout, err: os.Stderr, now: now, machine: machine, timeout: timeout, signals: signals}.run(ctx, os.Args[1:]))
}

func TestStories(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATABASE_URL", "sqlite:"+filepath.Join(e.WorkDir, "story.db"))
			e.Setenv("LISTEN_ADDR", "127.0.0.1:0")
			e.Setenv("STORY_BEGAN", strconv.FormatInt(time.Now().UnixMilli(), 10))
			e.Setenv("HOME", e.WorkDir)
			e.Values[platformsKey{}] = &platforms{}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"fakes":       fakes,
			"ask":         ask,
			"answers":     answers,
			"discorddoes": discordDoes,
			"requests":    requests,
			"slackdoes":   slackDoes,
			"post":        posted,
			"await":       await,
			"exits":       exits,
			"later":       later,
			"settles":     settles,
			"utczone":     utcZone,
			"page":        browse,
			"talk":        talk,
			"asksatmost":  asksAtMost,
			"freeport": func(ts *testscript.TestScript, _ bool, args []string) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				ts.Check(err)
				defer l.Close()
				ts.Setenv(args[0], l.Addr().String())
			},
		},
	})
}

// later sets the story's clock forward, for the programs that start from now on:
// later DURATION.
func later(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	began, err := strconv.ParseInt(ts.Getenv("STORY_BEGAN"), 10, 64)
	ts.Check(err)
	ts.Setenv("STORY_BEGAN", strconv.FormatInt(began-d.Milliseconds(), 10))
}

// utcZone writes a compiled time zone that is UTC: utczone FILE.
func utcZone(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o700))
	counts := []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4}
	content := slices.Concat([]byte("TZif"), make([]byte, 16), counts, make([]byte, 6), []byte("UTC\x00"))
	ts.Check(os.WriteFile(file, content, 0o600))
}

// settles waits until the history of reminders shows something: settles REGEXP.
func settles(ts *testscript.TestScript, _ bool, args []string) {
	want, err := regexp.Compile(args[0])
	ts.Check(err)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		ts.Check(ts.Exec("circlekeeper", "reminder", "history"))
		if want.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("the history does not show %s:\n%s", args[0], ts.ReadFile("stdout"))
}

// exits runs a program that must end with a given code: exits CODE PROGRAM ARGS…
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// await asks a URL until it answers 200, or after "!" until it answers anything else, or fails
// after 30 seconds: await URL [text].
func await(ts *testscript.TestScript, neg bool, args []string) {
	var last error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(args[0])
		if err != nil {
			last = err
			continue
		}
		res.Body.Close()
		if (res.StatusCode == http.StatusOK) != neg {
			return
		}
		last = errors.New(res.Status)
	}
	ts.Fatalf("%s: %v", args[0], last)
}
