package discord

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestMain runs more tests at once than there are processors, unless told how many:
// nearly all of them wait for sockets and timers.
func TestMain(m *testing.M) {
	flag.Parse()
	const parallel = "test.parallel"
	if flag.Lookup(parallel).Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		if err := flag.Set(parallel, "8"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// golden compares got with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	got = append(bytes.TrimRight(got, "\n"), '\n')
	if *update {
		must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		must(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; -update writes it anew. Got:\n%s", file, got)
	}
}

// quickTimes keep faults short.
func quickTimes() times {
	return times{
		quick: 300 * time.Millisecond, complete: time.Second, insist: 5 * time.Second,
		open: 2 * time.Second, backoff: 10 * time.Millisecond, maxWait: 50 * time.Millisecond,
		invalid: 10 * time.Millisecond, identify: 10 * time.Millisecond, register: 50 * time.Millisecond,
	}
}

func newAdapter(t *testing.T, s *discordtest.Server) (*Adapter, *adaptertest.Log) {
	t.Helper()
	l := &adaptertest.Log{}
	a, err := New(Config{
		Token: discordtest.Token, APIURL: s.URL, ModeratorRole: "700000000000000001",
		Log: l.Logger(), HTTPTimeout: 5 * time.Second,
	})
	must(t, err)
	a.times = quickTimes()
	t.Cleanup(a.client.CloseIdleConnections)
	return a, l
}

// core is a handler made of functions.
type core struct {
	handle   func(context.Context, bot.Request) bot.Answer
	complete func(context.Context, bot.Request, string) []bot.Choice
}

func (c core) Commands() []bot.Command { return table() }

func (core) Board(context.Context, bot.Request, int) bot.Board { return bot.Board{} }

func (core) Changed() <-chan struct{} { return nil }

func (c core) Handle(ctx context.Context, r bot.Request) bot.Answer {
	if c.handle == nil {
		return say("Fine.")
	}
	return c.handle(ctx, r)
}

func (c core) Complete(ctx context.Context, r bot.Request, arg string) []bot.Choice {
	if c.complete == nil {
		return nil
	}
	return c.complete(ctx, r, arg)
}

func say(s string) bot.Answer {
	return bot.Answer{Message: bot.Message{Title: "Answer", Blocks: []content.Block{content.Text(s)}, Footer: []content.Span{{Text: "In a crisis: /crisis"}}}}
}

func table() []bot.Command {
	return []bot.Command{
		{
			Name: "strategies", Local: bot.Words{"es": "estrategias"},
			Summary: bot.Words{"en": "Six ways to build trust", "es": "Seis maneras de crear confianza"},
			Args:    []bot.Arg{{Name: "name", Summary: bot.Words{"en": "Which one"}, Complete: true}},
		},
		{Name: "crisis", Summary: bot.Words{"en": "Help now", "es": "Ayuda ahora"}},
		{
			Name: "reminder", Who: bot.Moderators, Summary: bot.Words{"en": "Reminders of this group"},
			Subs: []bot.Command{
				{Name: "add", Summary: bot.Words{"en": "Add a reminder"}, Args: []bot.Arg{
					{Name: "topic", Summary: bot.Words{"en": "What"}, Required: true, Complete: true},
					{Name: "at", Summary: bot.Words{"en": "When"}, Required: true, Max: 100},
				}},
				{Name: "list", Summary: bot.Words{"en": "List the reminders"}},
			},
		},
	}
}

// serve runs the adapter until the test ends and waits until it is connected.
// What Serve returned comes from the channel.
func serve(t *testing.T, a *Adapter, s *discordtest.Server, h bot.Handler) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, h) }()
	stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(20 * time.Second):
			return errors.New("Serve did not return")
		}
	})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	if err := s.AwaitReady(soon(t), 1); err != nil {
		t.Fatalf("not connected: %v", err)
	}
	return stop
}

// until waits for what gives no signal.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !holds() {
		if !bot.Sleep(ctx, time.Millisecond) {
			t.Fatalf("not so after a while: %s", what)
		}
	}
}

// soon is a context for what happens at once unless something is broken.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func answer(t *testing.T, p *discordtest.Pending) discordtest.Shown {
	t.Helper()
	sh, err := p.Answer(soon(t))
	must(t, err)
	return sh
}

func refusedNothing(t *testing.T, s *discordtest.Server) {
	t.Helper()
	if r := append(s.Refused(), newContract(t).broken(s)...); len(r) > 0 {
		t.Errorf("Discord refused: %s", strings.Join(r, "; "))
	}
}

var here = bot.Place{Platform: bot.Discord, Space: discordtest.GuildID, Channel: discordtest.ChannelID}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
