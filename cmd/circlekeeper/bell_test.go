package main

import (
	"bytes"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/playground"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// inPlayground runs do on a playground with its sample group, and a clock that it sets.
func inPlayground(t *testing.T, do func(o *opened, now *time.Time)) {
	t.Helper()
	now := storyStart
	p := program{out: io.Discard, err: io.Discard, now: func() time.Time { return now }}
	c := &Config{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "playground.db"), playground: true, Digest: "off", OverdoseCompanions: "off"}
	err := p.withOpen(t.Context(), c, func(o *opened) error {
		if err := o.addSample(t.Context()); err != nil {
			return err
		}
		do(o, &now)
		return nil
	})
	must(t, err)
}

// Whatever a visitor changes, what the playground promises is when the reminder comes.
func TestThePromiseOfTheSampleReminderHolds(t *testing.T) {
	t.Parallel()
	inPlayground(t, func(o *opened, now *time.Time) {
		b := &bell{o: o}
		group := func() bot.Group {
			g, err := o.db.Group(t.Context(), sampleGroup)
			must(t, err)
			return g
		}
		first := func() bot.Reminder {
			all, err := o.db.Reminders(t.Context(), sampleGroup)
			all = slices.DeleteFunc(all, func(r bot.Reminder) bool { return strings.Contains(r.Rule, "session") })
			if err != nil || len(all) == 0 {
				t.Fatal(len(all), err)
			}
			return all[0]
		}
		var added bot.Reminder
		for _, step := range []struct {
			name   string
			change func() error
			silent bool
		}{
			{"at the start", func() error { return nil }, false},
			{"another zone", func() error {
				g := group()
				g.Zone = "Europe/Berlin"
				return o.bot.Changes.Groups.Set(t.Context(), typist(), g)
			}, false},
			{"quiet hours", func() error {
				g := group()
				g.Quiet = "21:00-08:00"
				return o.bot.Changes.Groups.Set(t.Context(), typist(), g)
			}, false},
			{"quiet hours now", func() error {
				g := group()
				zone, err := time.LoadLocation(g.Zone)
				if err != nil {
					return err
				}
				local := now.In(zone)
				g.Quiet = local.Add(-time.Hour).Format("15:04") + "-" + local.Add(time.Hour).Format("15:04")
				return o.db.SetGroup(t.Context(), typist(), g)
			}, true},
			{"quiet hours at night again", func() error {
				g := group()
				g.Quiet = "21:00-08:00"
				return o.bot.Changes.Groups.Set(t.Context(), typist(), g)
			}, false},
			{"another rule", func() error {
				r := first()
				r.Rule = "every Tuesday at 10:00"
				_, _, err := o.bot.Changes.Reminders.Set(t.Context(), typist(), r)
				return err
			}, false},
			{"no group today", func() error {
				g := group()
				g.Skips = []string{now.Format(time.DateOnly)}
				return o.bot.Changes.Groups.Set(t.Context(), typist(), g)
			}, true},
			{"a group today again", func() error {
				g := group()
				g.Skips = nil
				return o.bot.Changes.Groups.Set(t.Context(), typist(), g)
			}, false},
			{"the group paused", func() error {
				return o.bot.Changes.Groups.Pause(t.Context(), typist(), sampleGroup, bot.Forever)
			}, true},
			{"the group resumed", func() error {
				return o.bot.Changes.Groups.Pause(t.Context(), typist(), sampleGroup, time.Time{})
			}, false},
			{"the reminder removed", func() error {
				return o.bot.Changes.Reminders.Remove(t.Context(), typist(), first().ID)
			}, true},
			{"another added", func() (err error) {
				added, _, err = o.bot.Changes.Reminders.Add(t.Context(), typist(), bot.Reminder{Group: sampleGroup, Topic: "agreements", Rule: "every day at 9:00", Late: bot.DefaultLate})
				return err
			}, false},
			{"the group removed", func() error {
				return o.bot.Changes.Groups.Remove(t.Context(), typist(), sampleGroup)
			}, true},
		} {
			*now = now.Add(3 * time.Second)
			if err := step.change(); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			if err := b.look(t.Context()); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			said := b.next()
			if step.silent {
				if !said.IsZero() {
					t.Errorf("%s: it promises %s", step.name, said)
				}
				continue
			}
			next := first().Next.At
			if !said.Equal(next) || !next.After(*now) || next.After(now.Add(sampleEvery)) {
				t.Errorf("%s: it promises %s, and the reminder comes at %s (now %s)", step.name, said, next, now)
			}
		}
		if added.ID == "" {
			t.Error("nothing was added")
		}
	})
}

// The bell takes the reminder that comes next, whatever its ID, and stays with it: what a visitor adds
// later comes by its own rule.
func TestTheBellTakesWhatComesNext(t *testing.T) {
	t.Parallel()
	inPlayground(t, func(o *opened, now *time.Time) {
		add := func(rule string) (r bot.Reminder) {
			r, _, err := o.bot.Changes.Reminders.Add(t.Context(), typist(), bot.Reminder{Group: sampleGroup, Topic: "agreements", Rule: rule, Late: bot.DefaultLate})
			must(t, err)
			return r
		}
		b := &bell{o: o}
		looks := func(want string) {
			t.Helper()
			*now = now.Add(3 * time.Second)
			if err := b.look(t.Context()); err != nil || b.takes != want {
				t.Fatalf("it takes %s, want %s: %v", b.takes, want, err)
			}
		}
		soon := ""
		for _, rule := range []string{"every day at 23:00", "every day at 22:00", "every day at 20:00", "every day at 21:00"} {
			if r := add(rule); strings.Contains(rule, "20:00") {
				soon = r.ID
			}
		}
		*now = time.Date(2026, 12, 1, 19, 0, 0, 0, time.FixedZone("PST", -8*60*60)) // after the sample's 9:00
		looks(soon)
		for range 8 { // one of these is the first by its ID
			add("every day at 19:30")
		}
		looks(soon)
	})
}

// Every page looks in Slack as people type there: each command that the core names is
// written behind /circle.
func TestSlackLookNamesCommandsAsSlackDoes(t *testing.T) {
	t.Parallel()
	inPlayground(t, func(o *opened, _ *time.Time) {
		named := 0
		for _, lang := range []string{"en", "es"} {
			for _, text := range []string{"crisis", "contact", "help", "strategies", "why", "agreements", "nonsense", "group list", "reminder list group=none", "reminder add"} {
				r := bot.Request{Call: intake.Read(o.bot.Commands(), text).Call, Platform: bot.Playground, Place: samplePlace("nowhere"), Actor: bot.Actor{ID: "playground:moderator"}, Lang: lang}
				m := o.bot.Handle(t.Context(), r).Message
				plain, err := playground.Preview(m)
				must(t, err)
				named += len(commandsIn(plain))
				shown, err := slack.Preview(m, "")
				must(t, err)
				if got := commandsIn(shown); len(got) > 0 {
					t.Errorf("%s %s: %s", lang, text, got)
				}
			}
		}
		if named == 0 {
			t.Error("no page names a command")
		}
	})
}

// commandsIn are the commands in a payload that have no /circle before them.
func commandsIn(payload []byte) []string {
	var out []string
	for _, name := range []string{"crisis", "contact", "help", "group", "reminder", "ayuda", "contacto", "grupo", "aviso", "recordatorio"} {
		for _, before := range []string{" ", `"`, "(", "\n", "*"} {
			if bytes.Contains(payload, []byte(before+"/"+name)) {
				out = append(out, "/"+name)
			}
		}
	}
	return out
}

// What a Spanish reader types as they would in Slack is answered in Spanish.
func TestSpanishTypedAsInSlackIsAnsweredInSpanish(t *testing.T) {
	t.Parallel()
	inPlayground(t, func(o *opened, _ *time.Time) {
		typed := intake.Read(o.bot.Commands(), "/circle estrategias")
		a := o.bot.Handle(t.Context(), bot.Request{Call: typed.Call, Platform: bot.Playground, Place: samplePlace(sampleChannel), Lang: typed.Lang})
		if typed.Lang != "es" || !strings.Contains(a.Message.Title, "strategias") {
			t.Errorf("in %q: %q", typed.Lang, a.Message.Title)
		}
	})
}
