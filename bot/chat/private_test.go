package chat

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"circlekeeper/bot"
)

// telling is a store whose errors have the arguments of the call in their text.
type telling struct{ *memory }

func (telling) Group(_ context.Context, id string) (bot.Group, error) {
	return bot.Group{}, fmt.Errorf("group: %w", fmt.Errorf("no %s", id))
}
func (telling) Reminder(_ context.Context, id string) (bot.Reminder, error) { panic("no " + id) }
func (telling) GroupAt(_ context.Context, p bot.Place) (bot.Group, error) {
	return bot.Group{}, fmt.Errorf("nothing at %s", p)
}
func (telling) Reminders(_ context.Context, group string) ([]bot.Reminder, error) { panic(group) }

// Whatever breaks, nothing that a member sends is in the log or in the store, and nothing that a
// moderator sends is in the log.
func TestCanary(t *testing.T) {
	t.Parallel()
	const canary = "c4n4ry"
	for name, change := range map[string]func(*Config){
		"healthy": func(*Config) {},
		"broken":  func(c *Config) { c.Store = struct{ bot.Store }{} },
		"telling": func(c *Config) { c.Store = telling{newMemory()} },
		"none":    func(c *Config) { c.Store = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSetup(t, change)
			calls := []bot.Call{{Command: canary}, {Command: canary, Sub: canary}, {}}
			given := append(argumentNames(s.rows), "part", "key", "kind", "send", "to") // also those of buttons alone
			for _, row := range s.rows {
				subs := []string{"", canary}
				for _, sub := range row.subs {
					subs = append(subs, sub.Name)
				}
				for _, sub := range subs {
					for _, text := range []string{canary, "<@" + canary + ">\x00", strings.Repeat(canary, 100)} {
						args := map[string]string{canary: canary}
						for _, a := range given {
							args[a] = text
						}
						calls = append(calls, bot.Call{Command: row.Name, Sub: sub, Args: args})
					}
				}
			}
			for _, c := range calls {
				for _, p := range append(platforms(), bot.Platform(canary)) {
					for _, submit := range []bool{false, true} {
						r := bot.Request{
							Call: c, Platform: p, Lang: canary, Submit: submit,
							Place: bot.Place{Platform: p, Space: canary, Channel: canary}, Around: bot.Place{Platform: p, Space: canary, Channel: canary},
							Misnamed: canary,
						}
						r.Flow.Seen = canary
						s.Handle(t.Context(), r)
						s.Complete(t.Context(), r, canary)
						if got := s.store.dump(); strings.Contains(got, canary) {
							t.Fatalf("%s: kept of a member: %s", c.Command, got)
						}
					}
				}
			}
			for _, c := range calls {
				r := bot.Request{Call: c, Platform: bot.Slack, Lang: canary, Place: here(bot.Slack), Actor: bot.Actor{ID: "slack:" + canary}, Misnamed: canary}
				r.Flow.Seen = canary
				s.Handle(t.Context(), r)
				for arg := range c.Args {
					s.Complete(t.Context(), r, arg)
				}
				s.Bot.log.Info("logged by mistake", "request", r, "call", r.Call, "actor", r.Actor)
				_ = r.Actor.GoString()
				fmt.Fprintf(s.log, "%v %+v %#v %s %v %#v\n", r, r, r, r, r.Actor, r.Actor)
			}
			if got := s.log.String(); strings.Contains(got, canary) {
				t.Errorf("logged: %s", got[max(0, strings.Index(got, canary)-300):strings.Index(got, canary)+20])
			}
			if name == "broken" && !strings.Contains(s.log.String(), "panicked") {
				t.Error("a panic leaves no trace for whoever mends it")
			}
		})
	}
}

// argumentNames gives the names of all arguments and fields of commands.
func argumentNames(rows []row) (names []string) {
	for _, r := range rows {
		for _, a := range slices.Concat(r.Args, r.fields) {
			names = append(names, a.Name)
		}
		names = append(names, argumentNames(r.subs)...)
	}
	return names
}

func TestPanicSaysSorry(t *testing.T) {
	t.Parallel()
	s := newSetup(t, func(c *Config) { c.Store = struct{ bot.Store }{} })
	a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "list")))
	if got := plainOn(bot.Slack, a); !strings.Contains(got, "went wrong") || !strings.Contains(got, "/circle crisis") {
		t.Errorf("answers %s", got)
	}
	if got := s.log.String(); !strings.Contains(got, `command="reminder list"`) || !strings.Contains(got, "at=") {
		t.Errorf("logged %s", got)
	}
}

func TestBrokenTextIsRefused(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, text := range []string{"a\xff", "a\x00b", "line\nline", strings.Repeat("ñ", 201)} {
		a := s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", "add", "group", "g", "zone", "Europe/Paris", "name", text)))
		if a.Form != nil || !strings.Contains(plain(a), "The text for name") {
			t.Errorf("%q: %s", text, plain(a))
		}
	}
}

func TestRequestIsNeverLogged(t *testing.T) {
	t.Parallel()
	if got := (bot.Request{Lang: "xx"}).LogValue(); got.Kind() != slog.KindString || strings.Contains(got.String(), "xx") {
		t.Errorf("logged as %v", got)
	}
}

// The command table is within the platforms' limits, and no name of a command says anything about
// treatment.
func TestCommandTable(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	names := map[string]bool{}
	var look func(c bot.Command, depth int)
	look = func(c bot.Command, depth int) {
		all := map[string]bool{c.Name: true}
		for _, n := range c.Local {
			all[n] = true
		}
		for n := range all {
			if n == "" || len([]rune(n)) > 32 || n != strings.ToLower(n) || strings.Contains(n, " ") {
				t.Errorf("name %q", n)
			}
			for _, tells := range []string{"recover", "therap", "addict", "sober", "rehab", "recuper", "terap", "adic"} {
				if strings.Contains(n, tells) {
					t.Errorf("name %q tells of treatment", n)
				}
			}
			if depth == 0 && names[n] {
				t.Errorf("name %q stands twice", n)
			}
			names[n] = names[n] || depth == 0
		}
		summaries := []bot.Words{c.Summary}
		optional := false
		for _, a := range c.Args {
			summaries = append(summaries, a.Summary)
			if a.Required && optional {
				t.Errorf("%s: required argument %s comes after an optional one", c.Name, a.Name)
			}
			optional = optional || !a.Required
		}
		for _, w := range summaries {
			for _, lang := range []string{"en", "es"} {
				if n := len([]rune(w[lang])); n == 0 || n > 100 {
					t.Errorf("%s: summary %q in %s has %d characters", c.Name, w[lang], lang, n)
				}
			}
		}
		for _, sub := range c.Subs {
			look(sub, depth+1)
		}
	}
	for _, c := range s.Commands() {
		look(c, 0)
	}
	for _, want := range strings.Fields("strategies challenges why agreements contact crisis concern privacy help share group reminder") {
		if !names[want] {
			t.Errorf("there is no command %s", want)
		}
	}
}
