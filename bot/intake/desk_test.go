package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// core answers as it is told.
type core struct {
	handle   func(context.Context, bot.Request) bot.Answer
	complete func(context.Context) []bot.Choice
}

func (core) Commands() []bot.Command { return commands() }

func (core) Board(context.Context, bot.Request, int) bot.Board { return bot.Board{} }

func (core) Changed() <-chan struct{} { return nil }

func (c core) Handle(ctx context.Context, r bot.Request) bot.Answer { return c.handle(ctx, r) }

func (c core) Complete(ctx context.Context, _ bot.Request, _ string) []bot.Choice {
	return c.complete(ctx)
}

func say(text string) bot.Answer {
	return bot.Answer{Message: bot.Message{Blocks: []content.Block{content.Text(text)}}}
}

func sorry() bot.Answer { return say("Sorry.") }

func said(a bot.Answer) string { return content.Plain(a.Message.Blocks) }

func opened(c Config) *Desk {
	d := New(c)
	d.Open(core{})
	return d
}

func admit(t *testing.T, d *Desk) *Visit {
	t.Helper()
	v, err := d.Admit(false)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOnce(t *testing.T) {
	t.Parallel()
	d := New(Config{})
	if _, err := d.Admit(false, "a"); !errors.Is(err, ErrClosed) {
		t.Errorf("before Open: %v", err)
	}
	d.Open(core{})
	for _, step := range []struct {
		ids  []string
		want error
	}{
		{[]string{"a"}, nil}, {[]string{"a"}, ErrAgain}, {[]string{"", "b"}, nil}, {[]string{"c", "b"}, ErrAgain}, {[]string{"c"}, ErrAgain},
		{nil, nil}, {[]string{""}, nil}, {[]string{""}, nil},
	} {
		v, err := d.Admit(false, step.ids...)
		if !errors.Is(err, step.want) {
			t.Errorf("%q: %v, want %v", step.ids, err, step.want)
		}
		if err == nil {
			v.Run(func() {})
		}
	}
	d.Close()
	d.Open(core{}) // the second run still knows the requests of the first
	defer d.Close()
	if _, err := d.Admit(false, "a"); !errors.Is(err, ErrAgain) {
		t.Errorf("in another run: %v", err)
	}
}

// However many people ask, a request for help in a crisis gets a place.
func TestPlaces(t *testing.T) {
	t.Parallel()
	d := opened(Config{Places: 2, Urgent: 1, Refusals: 1})
	defer d.Close()
	var taken []*Visit
	for _, step := range []struct {
		urgent, refused bool
		want            error
	}{{}, {}, {urgent: true}, {refused: true}, {want: ErrBusy}, {urgent: true, want: ErrBusy}} {
		v, err := d.Admit(step.urgent)
		if !errors.Is(err, step.want) || err == nil && v.Refused != step.refused {
			t.Errorf("urgent %v: %+v %v", step.urgent, v, err)
		}
		if err == nil {
			taken = append(taken, v)
		}
	}
	if n := d.Dropped(); n != 2 {
		t.Errorf("%d dropped", n)
	}
	for _, v := range taken {
		v.Run(func() {})
	}
	v := admit(t, d)
	if v.Refused {
		t.Error("no place was given back")
	}
	v.Run(func() {})
}

// A panic ends its request, not the program, and its text is not logged.
func TestPanics(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	d := opened(Config{Places: 1, Log: slog.New(slog.NewTextHandler(&log, nil))})
	for range 2 { // each gives its place back
		v := admit(t, d)
		v.Run(func() {
			var shown []string
			v.Answer(Question{
				Ask:   func(context.Context) bot.Answer { panic("canary") },
				Sorry: sorry,
				Show:  func(a bot.Answer, _ bool) { shown = append(shown, said(a)) },
			})
			if fmt.Sprint(shown) != "[Sorry.]" {
				t.Errorf("shown %q", shown)
			}
			if got := v.Complete(time.Second, func(context.Context) []bot.Choice { panic("canary") }); got != nil {
				t.Errorf("offered %v", got)
			}
			panic("canary")
		})
	}
	d.Close()
	if strings.Contains(log.String(), "canary") || strings.Count(log.String(), "panic while answering") != 6 {
		t.Errorf("logged %s", log.String())
	}
}

func TestAnswersInTime(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		takes time.Duration
		heeds bool // the handler returns when its context ends
		quick time.Duration
		lost  bool // the promise fails: the person cannot be reached
		want  string
	}{
		{name: "at once", quick: time.Second, want: "Fine. at 0s"},
		{name: "quick", takes: 900 * time.Millisecond, quick: time.Second, want: "Fine. at 900ms"},
		{name: "promised", takes: 3 * time.Second, quick: time.Second, want: "promise at 1s, Fine. later at 3s"},
		{name: "promised in vain", takes: 3 * time.Second, quick: time.Second, lost: true, want: "promise at 1s"},
		{name: "no promise needed", takes: 3 * time.Second, want: "Fine. at 3s"},
		{name: "too late", takes: time.Hour, heeds: true, quick: time.Second, want: "promise at 1s, Sorry. later at 15s"},
		{name: "too late, heeds nothing", takes: time.Minute, want: "Sorry. at 15s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := opened(Config{})
				began := time.Now()
				var told []string
				tell := func(what string) { told = append(told, fmt.Sprint(what, " at ", time.Since(began))) }
				v := admit(t, d)
				v.Run(func() {
					q := Question{
						Ask: func(ctx context.Context) bot.Answer {
							if test.heeds {
								<-ctx.Done()
							} else {
								time.Sleep(test.takes)
							}
							return say("Fine.")
						},
						Sorry: sorry, Quick: test.quick,
						Show: func(a bot.Answer, promised bool) {
							if promised {
								tell(said(a) + " later")
							} else {
								tell(said(a))
							}
						},
					}
					if test.quick > 0 {
						q.Promise = func() bool { tell("promise"); return !test.lost }
					}
					v.Answer(q)
				})
				d.Close()
				if got := strings.Join(told, ", "); got != test.want {
					t.Errorf("%s, want %s", got, test.want)
				}
			})
		})
	}
}

// Close waits for the requests in flight, then gives them up, and the people who wait are told so.
func TestClose(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		takes time.Duration
		heeds bool
		want  string
		ends  time.Duration
	}{
		{name: "finished", takes: 4 * time.Second, want: "Fine. at 4s", ends: 4 * time.Second},
		{name: "given up", takes: time.Hour, heeds: true, want: "Sorry. at 10s", ends: 10 * time.Second},
		{name: "given up, heeds nothing", takes: time.Minute, want: "Sorry. at 10s", ends: 14 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := opened(Config{Limit: time.Hour})
				began := time.Now()
				var told atomic.Value // the last answer may be shown while the test reads on
				told.Store("")
				v := admit(t, d)
				v.Go(func() {
					v.Answer(Question{
						Ask: func(ctx context.Context) bot.Answer {
							if test.heeds {
								<-ctx.Done()
								return say("Sorry.")
							}
							time.Sleep(test.takes)
							return say("Fine.")
						},
						Sorry: sorry,
						Show: func(a bot.Answer, _ bool) {
							if v.Out().Err() == nil {
								told.Store(fmt.Sprint(said(a), " at ", time.Since(began)))
							}
						},
					})
				})
				d.Close()
				if took := time.Since(began); took != test.ends {
					t.Errorf("it took %s, want %s", took, test.ends)
				}
				if _, err := d.Admit(false); !errors.Is(err, ErrClosed) {
					t.Errorf("after Close: %v", err)
				}
				if told.Load() != test.want {
					t.Errorf("%q, want %q", told.Load(), test.want)
				}
				time.Sleep(time.Hour) // so that no handler is left
			})
		})
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := opened(Config{})
		v := admit(t, d)
		v.Run(func() {
			began := time.Now()
			for _, takes := range []time.Duration{time.Second, time.Minute} {
				got := v.Complete(2*time.Second, func(ctx context.Context) []bot.Choice {
					bot.Sleep(ctx, takes)
					return []bot.Choice{{Name: "a"}}
				})
				if (len(got) == 1) != (takes < 2*time.Second) {
					t.Errorf("after %s: %v", takes, got)
				}
			}
			if took := time.Since(began); took != 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
		time.Sleep(time.Hour)
		d.Close()
	})
}
